//! The three lines on top of a narrow screen: cause, evidence, fix.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Padding, Widget};

use super::response::{sending_line, status_in_short};
use super::verdict::{fix_line, verdict};
use crate::app::model::Model;
use crate::app::panes::Pane;
use crate::app::panes::checklist::{Chosen, Subject};
use crate::app::workspace::request::Entry;
use crate::checks::{Outcome, Report};
use crate::ui::text::{cut, fitted, justified, spans, width};
use crate::ui::theme::Styles;

/// The lines.
pub struct Summary<'a> {
    pub model: &'a Model,
    pub styles: &'static Styles,
}

impl Widget for Summary<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let block = Block::new().style(self.styles.raised).padding(Padding::left(1));
        let inner = block.inner(area);
        block.render(area, buf);
        let (mut lines, is_decided) = self.lines(inner.width.into());
        // A send is seen in whichever pane one is.
        if let Some(sending) = self.model.entry().and_then(|entry| sending_line(entry, self.model.now, self.styles)) {
            lines.insert(0, cut(sending, inner.width.into(), self.styles));
        }
        for (row, line) in inner.rows().zip(lines) {
            line.render(row, buf);
        }
        if is_decided && self.styles.cause_surface.bg.is_some() {
            buf.set_style(area, self.styles.cause_surface);
        }
    }
}

impl Summary<'_> {
    /// The lines, and whether a cause is decided.
    fn lines(&self, room: usize) -> (Vec<Line<'static>>, bool) {
        let Self { model, styles } = *self;
        let entry = model.entry().filter(|e| !e.is_scratch());
        let status = entry.map(|e| status_in_short(e, styles)).unwrap_or_default();
        let report = entry.and_then(Entry::report);
        let Some(subject) = self.subject().filter(|_| entry.is_some()) else {
            let said = match report.filter(|report| !report.checks.is_empty()) {
                Some(report) => verdict(model, report, styles),
                None => Span::styled("Paste a request, a curl command or a token", styles.pass),
            };
            return (vec![justified(vec![said], status, room, styles)], false);
        };
        let marked = |outcome: Outcome| Span::styled(format!("{} ", outcome.mark()), styles.outcome(outcome));
        if let Some(report) = report.filter(|report| report.causes.is_empty()) {
            // The selection is not a cause then, and must not look like one.
            let message = spans(&model.masked(subject.message), styles.quiet, styles);
            let chosen = [vec![marked(subject.outcome)], message].concat();
            let said = justified(vec![verdict(model, report, styles)], status, room, styles);
            return (vec![said, cut(chosen, room, styles)], false);
        }
        let is_decided = subject.confidence.is_some_and(|c| c >= 0.5);
        let mark = if subject.confidence.is_some() && !is_decided { Outcome::Unknown } else { subject.outcome };
        let style = if subject.outcome == Outcome::Fail { styles.cause } else { styles.text };
        let message = [vec![marked(mark)], spans(&model.masked(subject.message), style, styles)].concat();
        let share = subject.confidence.map(|c| Span::styled(format!("{:.0} % ", c * 100.0), styles.quiet));
        let gap = (!status.is_empty() && share.is_some()).then(|| Span::raw("  "));
        let right = status.into_iter().chain(gap).chain(share).collect();
        let evidence = subject.evidence.first().map(|e| fitted(&model.masked(&e.text), styles.quiet, room.saturating_sub(2), styles));
        let evidence = [vec![Span::raw("  ")], evidence.unwrap_or_default()].concat();
        // The key fixes the selection; shown only if that is what these lines are about.
        let fix = subject.fix.filter(|_| model.pane() != Pane::Checklist || matches!(model.chosen, Chosen::Top));
        let fix = fix.map(|fix| cut(fix_line(fix, styles), room, styles)).unwrap_or_default();
        (vec![justified(message, right, room, styles), evidence.into(), fix], is_decided)
    }

    /// The finding shown: in the checklist the likeliest cause, since the selection is visible below; in other panes the
    /// selection, since its evidence is highlighted there.
    fn subject(&self) -> Option<Subject<'_>> {
        if self.model.pane() == Pane::Checklist { self.model.likeliest() } else { self.model.subject() }
    }
}

/// True if a summary of this width shows everything about the likeliest cause, uncut.
pub fn summary_tells_all(model: &Model, report: &Report, room: u16, styles: &Styles) -> bool {
    let Some(cause) = report.causes.first() else { return true };
    // Status and confidence are on the right of the first line, the key before the fix.
    let status: usize = model.entry().map(|e| status_in_short(e, styles).iter().map(Span::width).sum()).unwrap_or_default();
    let fits = |text: &str, others: usize| width(text) + others <= usize::from(room);
    report.decided
        && fits(&model.masked(&cause.summary), 11 + status)
        && cause.evidence.first().is_none_or(|e| fits(&model.masked(&e.text), 3))
        && cause.fix.as_ref().is_none_or(|f| fits(&f.title, 12))
}
