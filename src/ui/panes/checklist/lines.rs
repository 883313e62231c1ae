//! The rows of the checklist as lines.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::appearance::Secrets;
use crate::app::keymap::{Action, KeyContext, actions_for};
use crate::app::model::Model;
use crate::app::panes::checklist::ChecklistRow;
use crate::checks::{Cause, Examined, Fix, FixKind, Outcome, Report};
use crate::domain::request::Request;
use crate::formats::mask::masked;
use crate::ui::panes::verdict::{fix_line, headline, percent};
use crate::ui::text::{cut, spans, wrap, wrap_at_most};
use crate::ui::theme::Styles;

/// Most lines of a message in the list; the explanation shows all of it.
const MOST_LINES: usize = 3;
/// Most lines of a cause and of its fix, which are what one came for.
const MOST_LINES_OF_A_CAUSE: usize = 8;

/// How much detail a cause has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detail {
    /// One of several causes: its summary.
    Lesser,
    /// The likeliest: its summary and evidence.
    Proof,
}

/// How much of each message is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// A few lines of what is not selected: there is more to show than rows.
    Brief,
    /// All of it, as far as there are that many rows.
    Whole(usize),
}

/// One drawn line, and the checklist row it belongs to.
pub(super) struct ChecklistLine {
    pub left: Vec<Span<'static>>,
    pub right: Vec<Span<'static>>,
    pub row: Option<usize>,
    pub tint: Style,
}

impl ChecklistLine {
    fn plain(line: impl Into<Line<'static>>) -> Self {
        Self { left: line.into().spans, right: Vec::new(), row: None, tint: Style::new() }
    }
}

/// True for a row that counts what is collapsed.
const fn is_count(row: &ChecklistRow) -> bool {
    matches!(row, ChecklistRow::Remarks(_) | ChecklistRow::Open(_) | ChecklistRow::Passed(_))
}

/// The first line to show: 0 if everything fits, else so that the selected row is centered.
pub(super) fn first_shown(lines: &[ChecklistLine], chosen: Option<usize>, height: usize) -> usize {
    let is_chosen = |item: &ChecklistLine| item.row.is_some() && item.row == chosen;
    let first = lines.iter().position(is_chosen).unwrap_or(0);
    let last = lines.iter().rposition(is_chosen).unwrap_or(first);
    if last < height.saturating_sub(1) {
        return 0;
    }
    (first + last).div_ceil(2).saturating_sub(height / 2).min(lines.len().saturating_sub(height))
}

/// Turns the rows of the checklist into lines.
pub(super) struct ChecklistLines<'a> {
    pub model: &'a Model,
    pub report: &'a Report,
    pub styles: &'a Styles,
    pub room: usize,
    /// The summary above shows the headline.
    pub has_headline_above: bool,
    pub extent: Extent,
    pub rows: Vec<ChecklistRow<'a>>,
}

impl ChecklistLines<'_> {
    pub fn lines(&self) -> Vec<ChecklistLine> {
        let mut lines = if self.has_headline_above { Vec::new() } else { self.headline() };
        let mut note = self.model.masked_notes();
        let mut way = self.way();
        for (index, row) in self.rows.iter().enumerate() {
            // Notes on the request come after the causes and before the sections.
            if matches!(row, ChecklistRow::Section(_)) || is_count(row) {
                note.take().into_iter().for_each(|note| lines.extend(self.note(&note)));
                lines.append(&mut way);
            }
            let is_chosen = row.chosen().is_some_and(|c| c == self.model.chosen);
            let before = index.checked_sub(1).and_then(|i| self.rows.get(i));
            let mut items = self.row(row, before, is_chosen);
            for item in items.iter_mut().filter(|_| row.chosen().is_some()) {
                item.row = Some(index);
            }
            if let Some(last) = items.last_mut().filter(|_| is_count(row)) {
                last.row = Some(index);
            }
            lines.extend(items);
        }
        lines.append(&mut way);
        lines
    }

    fn row(&self, row: &ChecklistRow, before: Option<&ChecklistRow>, is_chosen: bool) -> Vec<ChecklistLine> {
        let styles = self.styles;
        match row {
            ChecklistRow::Cause(rank, cause) => self.cause(*rank, cause, is_chosen),
            ChecklistRow::Need(need) => {
                let is_first = !matches!(before, Some(ChecklistRow::Need(_)));
                let heading = is_first.then(|| ChecklistLine::plain(Span::styled("What would decide:", styles.quiet)));
                let keys = actions_for(*need).iter().filter_map(|action| self.model.keymap.key_of(&[KeyContext::Main], *action));
                let keys: String = keys.map(|key| format!(" [{key}]")).collect();
                let text = [
                    vec![Span::styled("→ ", styles.accent)],
                    spans(need.text(), styles.text, styles),
                    vec![Span::styled(keys, styles.key)],
                ]
                .concat();
                heading.into_iter().chain(wrap(&text, self.room, 2).into_iter().map(ChecklistLine::plain)).collect()
            }
            ChecklistRow::Section(family) => {
                vec![ChecklistLine::plain(""), ChecklistLine::plain(Span::styled(family.title(), styles.title))]
            }
            ChecklistRow::Check(examined) => self.check(examined, is_chosen),
            ChecklistRow::Remarks(1) => self.count(before, "· 1 remark".into(), styles.quiet),
            ChecklistRow::Remarks(count) => self.count(before, format!("· {count} remarks"), styles.quiet),
            ChecklistRow::Open(count) => self.count(before, format!("? {count} undetermined"), styles.quiet),
            ChecklistRow::Passed(count) => self.count(before, format!("✓ {count} passed"), styles.faint),
        }
    }

    /// The line of a count. Counts are adjacent.
    fn count(&self, before: Option<&ChecklistRow>, text: String, style: Style) -> Vec<ChecklistLine> {
        let count = self.collapsed(text, style);
        if before.is_some_and(is_count) { vec![count] } else { vec![ChecklistLine::plain(""), count] }
    }

    /// The line above the causes: the confidence, or that there is no cause.
    fn headline(&self) -> Vec<ChecklistLine> {
        let styles = self.styles;
        match headline(self.model, self.report, styles) {
            (said, Some(share)) => {
                vec![ChecklistLine { left: vec![said], right: vec![share], row: None, tint: styles.cause_surface }]
            }
            (said, None) => wrap(&[said], self.room, 0).into_iter().map(ChecklistLine::plain).collect(),
        }
    }

    fn note(&self, note: &str) -> Vec<ChecklistLine> {
        let text = spans(note, self.styles.text, self.styles);
        let text = [vec![Span::styled("» ", self.styles.accent)], text].concat();
        let step = self.model.tour_step().map(|(step, steps)| Span::styled(format!("step {step} of {steps}"), self.styles.quiet));
        let gap = ChecklistLine { right: step.into_iter().collect(), ..ChecklistLine::plain("") };
        [gap].into_iter().chain(wrap(&text, self.room, 2).into_iter().map(ChecklistLine::plain)).collect()
    }

    /// What the way to the mirror changed of the request that was sent.
    fn way(&self) -> Vec<ChecklistLine> {
        let Some((exchange, transit)) = self.model.entry().and_then(|e| Some((&e.exchange, e.exchange.context.transit.as_deref()?))) else {
            return Vec::new();
        };
        let styles = self.styles;
        let shown = |request: &Request| if self.model.secrets == Secrets::Masked { masked(request) } else { request.clone() };
        let (sent, received) = (shown(&exchange.request), shown(&transit.received));
        let title = if transit.changes.is_empty() { "it arrived as it was sent" } else { "on the way" };
        let mut lines = vec![ChecklistLine::plain(""), ChecklistLine::plain(Span::styled(title, styles.title))];
        for change in &transit.changes {
            let (mark, style, said) = match change.ends(&sent, &received) {
                (Some(sent), None) => ("- ", styles.outcome(Outcome::Fail), sent),
                (None, Some(received)) => ("+ ", styles.outcome(Outcome::Pass), received),
                (sent, received) => {
                    let said = format!("{} → {}", sent.unwrap_or_default(), received.unwrap_or_default());
                    ("~ ", styles.outcome(Outcome::Warn), said)
                }
            };
            let name = spans(&format!("{}: ", change.name), styles.quiet, styles);
            let text = [vec![Span::styled(mark, style)], name, spans(&said, styles.text, styles)].concat();
            lines.extend(self.first(MOST_LINES, &text, self.room, 2));
        }
        lines
    }

    fn cause(&self, rank: usize, cause: &Cause, is_chosen: bool) -> Vec<ChecklistLine> {
        let styles = self.styles;
        let detail = if rank == 0 { Detail::Proof } else { Detail::Lesser };
        let is_the_cause = rank == 0 && self.report.decided;
        if is_the_cause && self.has_headline_above && !is_chosen {
            // The summary above tells it while one walks through the rest.
            return Vec::new();
        }
        let tint = match is_chosen {
            _ if is_the_cause => styles.cause_surface,
            true => styles.chosen,
            false => Style::new(),
        };
        let style = if detail == Detail::Lesser { styles.text } else { styles.cause };
        let mark = Span::styled(if is_chosen { "▸ " } else { "  " }, styles.accent);
        let summary = self.model.masked(&cause.summary);
        let name = [vec![mark], spans(&summary, style, styles)].concat();
        // A candidate's confidence is on its right; that of a decided cause is in the headline.
        let is_candidate = cause.confidence < 0.5;
        let room = if is_candidate { self.room.saturating_sub(6) } else { self.room };
        let mut items: Vec<ChecklistLine> = self.first(MOST_LINES_OF_A_CAUSE, &name, room, 2).collect();
        if let Some(first) = items.first_mut().filter(|_| is_candidate) {
            first.right = vec![Span::styled(percent(cause.confidence), styles.quiet)];
        }
        let proof = cause.evidence.first().map(|evidence| self.model.masked(&evidence.text));
        // What the cause has said already is not said again.
        if let Some(proof) = proof.filter(|proof| detail == Detail::Proof && !summary.contains(&**proof)) {
            let proof = [vec![Span::raw("  ")], spans(&proof, styles.quiet, styles)].concat();
            items.extend(self.first(MOST_LINES, &proof, self.room, 2));
        }
        if let Some(fix) = cause.fix.as_ref().filter(|_| is_the_cause) {
            items.extend(self.fix(fix));
        }
        items.iter_mut().for_each(|item| item.tint = tint);
        items
    }

    fn check(&self, examined: &Examined, is_chosen: bool) -> Vec<ChecklistLine> {
        let (styles, outcome) = (self.styles, examined.finding.outcome);
        let is_note = self.report.is_remark(examined);
        let style = match outcome {
            Outcome::Pass => styles.faint,
            _ if is_note => styles.quiet,
            _ => styles.text,
        };
        let mark = Span::styled(format!("{} ", outcome.mark()), if is_note { styles.quiet } else { styles.outcome(outcome) });
        let message = [vec![mark], spans(&self.model.masked(&examined.finding.message), style, styles)].concat();
        // An open question has one line, to leave space for facts.
        let has_one_line = !is_chosen && self.extent == Extent::Brief && (outcome == Outcome::Unknown || is_note);
        let mut items: Vec<ChecklistLine> = match has_one_line {
            true => vec![ChecklistLine::plain(cut(message, self.room, styles))],
            false => self.first(MOST_LINES, &message, self.room, 2).collect(),
        };
        if let Some(fix) = examined.finding.fix.as_ref().filter(|f| is_chosen && matches!(f.kind, FixKind::Edit(_))) {
            items.extend(self.fix(fix));
        }
        if is_chosen {
            items.iter_mut().for_each(|item| item.tint = styles.chosen);
        }
        items
    }

    fn fix(&self, fix: &Fix) -> impl Iterator<Item = ChecklistLine> + use<> {
        self.first(MOST_LINES_OF_A_CAUSE, &fix_line(self.model, fix, self.styles), self.room, 6)
    }

    /// The first lines of a text, or all where there is room for them.
    fn first(&self, most: usize, text: &[Span<'_>], room: usize, indent: usize) -> impl Iterator<Item = ChecklistLine> + use<> {
        let most = if let Extent::Whole(rows) = self.extent { rows } else { most };
        wrap_at_most(most, text, room, indent, self.styles).into_iter().map(ChecklistLine::plain)
    }

    /// The count of collapsed rows, with the key that expands them.
    fn collapsed(&self, text: String, style: Style) -> ChecklistLine {
        let key = self.model.keymap.shown(&[KeyContext::Checklist], Action::ToggleFold);
        ChecklistLine { right: vec![Span::styled(key, self.styles.faint)], ..ChecklistLine::plain(Span::styled(text, style)) }
    }
}
