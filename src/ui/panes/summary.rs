//! The lines on top of a narrow screen: the verdict in the checklist, and cause, evidence and fix in the other panes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Padding, Widget};

use super::response::{sending_line, status_in_short};
use super::verdict::{fix_line, headline, percent, verdict};
use crate::app::model::Model;
use crate::app::panes::Pane;
use crate::app::panes::checklist::{Chosen, Subject};
use crate::app::workspace::request::Entry;
use crate::checks::Outcome;
use crate::ui::text::{at_most, cut, fitted, justified, spans, wrap_at_most};
use crate::ui::theme::Styles;

/// Most rows.
const MOST_ROWS: u16 = 3;

/// The lines, laid out for a width.
pub struct Summary<'a> {
    styles: &'a Styles,
    lines: Vec<Line<'static>>,
    /// A cause is decided.
    is_decided: bool,
    /// The rows that it takes: in the checklist no more than it needs; elsewhere always the same, so that the pane below does not move
    /// while somebody types.
    pub rows: u16,
}

impl<'a> Summary<'a> {
    /// The lines of a model.
    pub fn new(model: &Model, styles: &'a Styles, width: u16) -> Self {
        let (lines, is_decided) = SummaryOf { model, styles }.lines(usize::from(width).saturating_sub(1));
        let rows = match model.pane() {
            // One more for the verdict below a failure.
            Pane::Checklist => lines.len().clamp(1, usize::from(MOST_ROWS) + 1) as u16,
            _ => MOST_ROWS,
        };
        Self { styles, lines, is_decided, rows }
    }
}

impl Widget for Summary<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let block = Block::new().style(self.styles.raised).padding(Padding::left(1));
        let inner = block.inner(area);
        block.render(area, buf);
        for (row, line) in inner.rows().zip(self.lines) {
            line.render(row, buf);
        }
        if self.is_decided && self.styles.cause_surface.bg.is_some() {
            buf.set_style(area, self.styles.cause_surface);
        }
    }
}

#[derive(Clone, Copy)]
struct SummaryOf<'a> {
    model: &'a Model,
    styles: &'a Styles,
}

impl SummaryOf<'_> {
    /// The lines, and whether a cause is decided.
    fn lines(&self, room: usize) -> (Vec<Line<'static>>, bool) {
        let (lines, is_decided) = self.told(room);
        // A send is seen in whichever pane one is.
        let sending = self.model.entry().and_then(|entry| sending_line(entry, self.model.now, self.styles));
        // What to do is at the end of a failure.
        let sending = sending.map(|sending| wrap_at_most(MOST_ROWS.into(), &sending, room, 2, self.styles));
        (sending.into_iter().flatten().chain(lines).collect(), is_decided)
    }

    fn told(&self, room: usize) -> (Vec<Line<'static>>, bool) {
        let Self { model, styles } = *self;
        let entry = model.entry().filter(|e| !e.is_scratch());
        let status = entry.map(|e| status_in_short(e, styles)).unwrap_or_default();
        let report = entry.and_then(Entry::report);
        let Some(subject) = self.subject().filter(|_| entry.is_some()) else {
            let said = match report.filter(|report| !report.checks.is_empty()) {
                Some(report) => verdict(model, report, styles),
                None => Span::styled("Paste a request, a curl command or a token", styles.pass),
            };
            return (beside(&[said], status, room, styles), false);
        };
        let is_in_checklist = model.pane() == Pane::Checklist;
        // The cause that is selected in the checklist is told there; it comes up here while one walks through the rest.
        if is_in_checklist && let Some(report) = report.filter(|report| !report.decided || model.chosen == Chosen::Top) {
            let (said, share) = headline(model, report, styles);
            let is_decided = share.is_some();
            return (beside(&[said], joined(status, share), room, styles), is_decided);
        }
        let marked = |outcome: Outcome| Span::styled(format!("{} ", outcome.mark()), styles.outcome(outcome));
        if let Some(report) = report.filter(|report| report.causes.is_empty()) {
            // The selection is not a cause then, and must not look like one.
            let message = spans(&model.masked(subject.message), styles.quiet, styles);
            let chosen = [vec![marked(subject.outcome)], message].concat();
            let mut said = beside(&[verdict(model, report, styles)], status, room, styles);
            said.push(cut(chosen, room, styles));
            return (said, false);
        }
        let is_decided = subject.confidence.is_some_and(|c| c >= 0.5);
        let mark = if subject.confidence.is_some() && !is_decided { Outcome::Unknown } else { subject.outcome };
        let style = if subject.outcome == Outcome::Fail { styles.cause } else { styles.text };
        let message = [vec![marked(mark)], spans(&model.masked(subject.message), style, styles)].concat();
        let share = subject.confidence.map(|c| Span::styled(percent(c), styles.quiet));
        let mut lines = beside(&message, joined(status, share), room, styles);
        if is_in_checklist {
            // The fix key is for what is selected.
            return (lines, is_decided);
        }
        let fix = subject.fix.map(|fix| cut(fix_line(model, fix, styles), room, styles));
        // The evidence is highlighted in its pane: a long cause and its fix come before it.
        lines = at_most(usize::from(MOST_ROWS) - usize::from(fix.is_some()), lines, room, styles);
        if lines.len() + usize::from(fix.is_some()) < MOST_ROWS.into() {
            let evidence = subject.evidence.first().map(|e| fitted(&model.masked(&e.text), styles.quiet, room.saturating_sub(2), styles));
            lines.push([vec![Span::raw("  ")], evidence.unwrap_or_default()].concat().into());
        }
        lines.extend(fix);
        (lines, is_decided)
    }

    /// The finding that is told: in the checklist the likeliest cause, since the selection is visible below; in other panes the
    /// selection, since its evidence is highlighted there.
    fn subject(&self) -> Option<Subject<'_>> {
        if self.model.pane() == Pane::Checklist { self.model.likeliest() } else { self.model.subject() }
    }
}

/// A text on as many lines as it takes, with another one on the right of the first.
fn beside(text: &[Span<'_>], right: Vec<Span<'static>>, room: usize, styles: &Styles) -> Vec<Line<'static>> {
    let taken: usize = right.iter().map(Span::width).sum();
    let mut lines = wrap_at_most(MOST_ROWS.into(), text, room.saturating_sub(taken + 3), 2, styles);
    if let Some(first) = lines.first_mut() {
        let right = [right, vec![Span::raw(" ")]].concat();
        *first = justified(std::mem::take(&mut first.spans), right, room, styles);
    }
    lines
}

/// The status of the answer, and how likely a cause is.
fn joined(status: Vec<Span<'static>>, share: Option<Span<'static>>) -> Vec<Span<'static>> {
    let gap = (!status.is_empty() && share.is_some()).then(|| Span::raw("  "));
    status.into_iter().chain(gap).chain(share).collect()
}
