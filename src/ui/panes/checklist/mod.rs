//! The checklist: the likeliest cause on top, highlighted, then the sections.

mod lines;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;
use ratatui::widgets::{StatefulWidget, Widget as _};

use self::lines::ChecklistLines;
use super::verdict::is_accepted;
use super::{empty, frame};
use crate::app::message::Target;
use crate::app::model::Model;
use crate::app::panes::Pane;
use crate::app::panes::checklist::{count, rows};
use crate::app::workspace::request::Entry;
use crate::checks::{Outcome, Report};
use crate::ui::state::ViewState;
use crate::ui::text::justified;
use crate::ui::theme::Styles;

/// Rows of the pane while there is nothing to check.
const EMPTY: usize = 3;

/// The pane.
#[derive(Clone, Copy)]
pub struct ChecklistPane<'a> {
    pub model: &'a Model,
    pub styles: &'static Styles,
    /// The summary above shows the headline.
    pub has_headline_above: bool,
}

impl StatefulWidget for ChecklistPane<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let (model, styles) = (self.model, self.styles);
        let report = model.entry().filter(|e| !e.is_scratch()).and_then(Entry::report);
        let counts = report.map(|report| counts(report, is_accepted(model), styles)).unwrap_or_default();
        let inner = frame(Pane::Checklist, model, styles, counts, area, buf, state);
        let Some(report) = report.filter(|report| !report.checks.is_empty()) else {
            return empty(&[("", "Nothing to check yet."), ("i", "type a request"), ("", "or paste one anywhere")], styles, inner, buf);
        };
        let list = self.list(report, inner.width.into());
        let lines = list.lines();
        let top = list.top(&lines, inner.height.into());
        for (area, item) in inner.rows().zip(lines.into_iter().skip(top)) {
            justified(item.left, item.right, inner.width.into(), styles).render(area, buf);
            buf.set_style(area, item.tint);
            if let Some(row) = item.row {
                state.drew(area, Target::Finding(row));
            }
        }
    }
}

impl<'a> ChecklistPane<'a> {
    fn list(&self, report: &'a Report, room: usize) -> ChecklistLines<'a> {
        let Self { model, styles, has_headline_above } = *self;
        ChecklistLines { model, report, styles, room, has_headline_above, rows: rows(report, model.collapsed) }
    }

    /// The rows that show all of it at a width, with its title.
    pub fn wanted(&self, width: u16) -> usize {
        let report = self.model.entry().filter(|e| !e.is_scratch()).and_then(Entry::report);
        // The frame takes a cell on either side.
        let rows = |report| self.list(report, usize::from(width).saturating_sub(2)).lines().len();
        report.filter(|report| !report.checks.is_empty()).map_or(EMPTY, rows) + 1
    }
}

fn counts(report: &Report, is_accepted: bool, styles: &Styles) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    for outcome in [Outcome::Fail, Outcome::Warn, Outcome::Unknown, Outcome::Pass] {
        let count = count(report, outcome);
        if count > 0 {
            let gap = if spans.is_empty() { "" } else { "  " };
            let style = if is_accepted && outcome != Outcome::Fail { styles.faint } else { styles.outcome(outcome) };
            spans.push(Span::styled(format!("{gap}{} {count}", outcome.mark()), style));
        }
    }
    spans
}
