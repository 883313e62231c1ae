//! The rows of the checklist as lines.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::keymap::{Action, Context, key_of};
use crate::app::model::Model;
use crate::app::panes::checklist::ChecklistRow;
use crate::checks::{Cause, Examined, Fix, FixKind, Outcome, Report};
use crate::ui::panes::summary::verdict;
use crate::ui::text::{cut, spans, wrap};
use crate::ui::theme::Styles;

/// A message takes at most this many lines in the list; the explanation has it whole.
const MOST_LINES: usize = 3;

/// How much is told of a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detail {
    /// It is one of several, or a lesser one: its name.
    Lesser,
    /// It is the likeliest: its name, since the rest is told elsewhere.
    Name,
    /// It is the likeliest: its name, and what proves it.
    Proof,
}

/// One line as it is drawn, and the row of the checklist that it belongs to.
pub(super) struct Item {
    pub left: Vec<Span<'static>>,
    pub right: Vec<Span<'static>>,
    pub row: Option<usize>,
    pub tint: Style,
}

impl Item {
    fn plain(line: impl Into<Line<'static>>) -> Self {
        Self { left: line.into().spans, right: Vec::new(), row: None, tint: Style::new() }
    }
}

/// The rows of the checklist on their way to lines.
pub(super) struct List<'a> {
    pub model: &'a Model,
    pub report: &'a Report,
    pub styles: &'static Styles,
    pub room: usize,
    /// The cause, its proof and its fix are in the summary above.
    pub told_above: bool,
    pub rows: Vec<ChecklistRow<'a>>,
}

impl List<'_> {
    /// Everything fits, or what is chosen is in the middle.
    pub fn top(&self, lines: &[Item], height: usize) -> usize {
        let chosen = self.rows.iter().position(|row| row.chosen() == Some(self.model.chosen));
        let is_chosen = |item: &Item| item.row.is_some() && item.row == chosen;
        let first = lines.iter().position(is_chosen).unwrap_or(0);
        let last = lines.iter().rposition(is_chosen).unwrap_or(first);
        if last < height.saturating_sub(1) {
            return 0;
        }
        (first + last).div_ceil(2).saturating_sub(height / 2).min(lines.len().saturating_sub(height))
    }

    pub fn lines(&self) -> Vec<Item> {
        let mut lines = if self.told_above { Vec::new() } else { self.headline() };
        let mut note = self.model.entry().and_then(|e| e.exchange.context.notes.as_deref());
        for (index, row) in self.rows.iter().enumerate() {
            // What somebody wrote about the request comes after the causes and before the sections.
            if matches!(row, ChecklistRow::Section(_) | ChecklistRow::Open(_) | ChecklistRow::Passed(_))
                && let Some(note) = note.take()
            {
                lines.extend(self.note(note));
            }
            let is_chosen = row.chosen().is_some_and(|c| c == self.model.chosen);
            let before = index.checked_sub(1).and_then(|i| self.rows.get(i));
            let mut items = self.row(row, before, is_chosen);
            for item in items.iter_mut().filter(|_| row.chosen().is_some()) {
                item.row = Some(index);
            }
            if let (ChecklistRow::Open(_) | ChecklistRow::Passed(_), Some(last)) = (row, items.last_mut()) {
                last.row = Some(index);
            }
            lines.extend(items);
        }
        lines
    }

    fn row(&self, row: &ChecklistRow, before: Option<&ChecklistRow>, is_chosen: bool) -> Vec<Item> {
        let styles = self.styles;
        match row {
            ChecklistRow::Cause(rank, cause) => self.cause(*rank, cause, is_chosen),
            ChecklistRow::Need(need) => {
                let is_first = !matches!(before, Some(ChecklistRow::Need(_)));
                let heading = is_first.then(|| Item::plain(Span::styled("What would decide:", styles.quiet)));
                let text = [vec![Span::styled("→ ", styles.accent)], spans(need, styles.text, styles)].concat();
                heading.into_iter().chain(wrap(&text, self.room, 2).into_iter().map(Item::plain)).collect()
            }
            ChecklistRow::Section(family) => vec![Item::plain(""), Item::plain(Span::styled(family.title(), styles.title))],
            ChecklistRow::Check(examined) => self.check(examined, is_chosen),
            ChecklistRow::Open(count) => vec![Item::plain(""), self.collapsed(format!("? {count} cannot be told yet"), styles.quiet)],
            ChecklistRow::Passed(count) => {
                let passed = self.collapsed(format!("✓ {count} passed"), styles.faint);
                // Both counts stay together.
                if matches!(before, Some(ChecklistRow::Open(_))) { vec![passed] } else { vec![Item::plain(""), passed] }
            }
        }
    }

    /// What is above the causes: a name for them, or that there are none.
    fn headline(&self) -> Vec<Item> {
        let styles = self.styles;
        if let Some(cause) = self.report.causes.first().filter(|_| self.report.decided) {
            let right = vec![Span::styled(percent(cause.confidence), styles.cause)];
            let left = vec![Span::styled("Most likely", styles.quiet)];
            return vec![Item { left, right, row: None, tint: styles.cause_surface }];
        }
        wrap(&[verdict(self.model, self.report, styles)], self.room, 0).into_iter().map(Item::plain).collect()
    }

    fn note(&self, note: &str) -> Vec<Item> {
        let text = spans(&self.model.said(note), self.styles.text, self.styles);
        let text = [vec![Span::styled("» ", self.styles.accent)], text].concat();
        [Item::plain("")].into_iter().chain(wrap(&text, self.room, 2).into_iter().map(Item::plain)).collect()
    }

    fn cause(&self, rank: usize, cause: &Cause, is_chosen: bool) -> Vec<Item> {
        let styles = self.styles;
        let detail = match rank {
            0 if self.told_above => Detail::Name,
            0 => Detail::Proof,
            _ => Detail::Lesser,
        };
        let is_the_cause = rank == 0 && self.report.decided;
        let tint = match is_chosen {
            _ if is_the_cause => styles.cause_surface,
            true => styles.chosen,
            false => Style::new(),
        };
        let style = if detail == Detail::Lesser { styles.text } else { styles.cause };
        let mark = Span::styled(if is_chosen { "▸ " } else { "  " }, styles.accent);
        let name = [vec![mark], spans(&self.model.said(&cause.summary), style, styles)].concat();
        // A candidate's share is at its right; that of the one cause is in the line above it.
        let is_candidate = cause.confidence < 0.5;
        let room = if is_candidate { self.room.saturating_sub(6) } else { self.room };
        let mut items: Vec<Item> = wrap(&name, room, 2).into_iter().map(Item::plain).collect();
        if let Some(first) = items.first_mut().filter(|_| is_candidate) {
            first.right = vec![Span::styled(percent(cause.confidence), styles.quiet)];
        }
        if let Some(evidence) = cause.evidence.first().filter(|_| detail == Detail::Proof) {
            let proof = [vec![Span::raw("  ")], spans(&self.model.said(&evidence.text), styles.quiet, styles)].concat();
            items.extend(wrap(&proof, self.room, 2).into_iter().take(MOST_LINES).map(Item::plain));
        }
        if let Some(fix) = cause.fix.as_ref().filter(|_| is_the_cause && !self.told_above) {
            items.extend(self.fix(fix));
        }
        items.iter_mut().for_each(|item| item.tint = tint);
        items
    }

    fn check(&self, examined: &Examined, is_chosen: bool) -> Vec<Item> {
        let (styles, outcome) = (self.styles, examined.finding.outcome);
        let style = if outcome == Outcome::Pass { styles.faint } else { styles.text };
        let mark = Span::styled(format!("{} ", outcome.mark()), styles.outcome(outcome));
        let message = [vec![mark], spans(&self.model.said(&examined.finding.message), style, styles)].concat();
        // An open question takes one line, or there is no room for what is known.
        let mut lines = match outcome {
            Outcome::Unknown if !is_chosen => vec![cut(message, self.room, styles)],
            _ => wrap(&message, self.room, 2),
        };
        if lines.len() > MOST_LINES {
            lines.truncate(MOST_LINES);
            if let Some(last) = lines.last_mut() {
                last.push_span(Span::styled(" …", styles.faint));
            }
        }
        let mut items: Vec<Item> = lines.into_iter().map(Item::plain).collect();
        if let Some(fix) = examined.finding.fix.as_ref().filter(|f| is_chosen && matches!(f.kind, FixKind::Edit(_))) {
            items.extend(self.fix(fix));
        }
        if is_chosen {
            items.iter_mut().for_each(|item| item.tint = styles.chosen);
        }
        items
    }

    fn fix(&self, fix: &Fix) -> impl Iterator<Item = Item> {
        wrap(&fix_line(fix, self.styles), self.room, 6).into_iter().take(MOST_LINES).map(Item::plain)
    }

    /// What is collapsed into one line, with the key that lists it.
    fn collapsed(&self, text: String, style: Style) -> Item {
        let key = key_of(&[Context::Checklist], Action::Fold).map(|k| k.to_string()).unwrap_or_default();
        Item { right: vec![Span::styled(key, self.styles.faint)], ..Item::plain(Span::styled(text, style)) }
    }
}

fn percent(confidence: f64) -> String {
    format!("{:.0} %", confidence * 100.0)
}

/// What puts it right, with the key that does it or shows it.
pub fn fix_line(fix: &Fix, styles: &Styles) -> Vec<Span<'static>> {
    let key = key_of(&[Context::Bench], Action::Fix).map(|k| k.to_string()).unwrap_or_default();
    let verb = match fix.kind {
        FixKind::Edit(_) => "fix",
        FixKind::Action | FixKind::Configuration { .. } => "how",
    };
    let mut line = vec![Span::raw("  "), Span::styled(format!("[{key}] "), styles.key), Span::styled(format!("{verb}: "), styles.quiet)];
    line.extend(spans(&fix.title, styles.text, styles));
    line
}
