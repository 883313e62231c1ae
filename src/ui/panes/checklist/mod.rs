//! The checklist: the likeliest cause on top, highlighted, then the sections.

mod lines;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;
use ratatui::widgets::{StatefulWidget, Widget as _};

use self::lines::{ChecklistLine, ChecklistLines, Extent, first_shown};
use super::verdict::is_accepted;
use super::{empty, frame};
use crate::app::keymap::Action;
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

/// The pane, laid out for a width.
pub struct ChecklistPane<'a> {
    model: &'a Model,
    styles: &'a Styles,
    report: Option<&'a Report>,
    has_headline_above: bool,
    room: usize,
    lines: Vec<ChecklistLine>,
    /// The row that is selected.
    chosen: Option<usize>,
}

impl StatefulWidget for ChecklistPane<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let (model, styles) = (self.model, self.styles);
        let counts = self.report.map(|report| counts(report, is_accepted(model), styles)).unwrap_or_default();
        let inner = frame(Pane::Checklist, model, styles, counts, area, buf, state);
        if self.report.is_none_or(|report| report.checks.is_empty()) {
            let edit = model.key_of(Action::Edit);
            return empty(&[("", "Nothing to check yet."), (&edit, "type a request"), ("", "or paste one anywhere")], styles, inner, buf);
        }
        // Messages are cut only where there are too many.
        let height = usize::from(inner.height);
        let whole = (self.lines.len() <= height).then(|| self.laid_out(Extent::Whole(height))).filter(|whole| whole.len() <= height);
        let lines = whole.unwrap_or(self.lines);
        let top = first_shown(&lines, self.chosen, inner.height.into());
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
    /// The pane at a width; `has_headline_above` where the summary shows the headline.
    pub fn new(model: &'a Model, styles: &'a Styles, has_headline_above: bool, width: u16) -> Self {
        let report = model.entry().filter(|e| !e.is_scratch()).and_then(Entry::report);
        // The frame takes a cell on either side.
        let room = usize::from(width).saturating_sub(2);
        let chosen = report.and_then(|report| rows(report, model.collapsed).iter().position(|row| row.chosen() == Some(model.chosen)));
        let mut pane = Self { model, styles, report, has_headline_above, room, lines: Vec::new(), chosen };
        pane.lines = pane.laid_out(Extent::Brief);
        pane
    }

    fn laid_out(&self, extent: Extent) -> Vec<ChecklistLine> {
        let Self { model, styles, has_headline_above, room, .. } = *self;
        let lines = |report| {
            ChecklistLines { model, report, styles, room, has_headline_above, extent, rows: rows(report, model.collapsed) }.lines()
        };
        self.report.map(lines).unwrap_or_default()
    }

    /// The rows that show something of each finding, with the title.
    pub fn wanted(&self) -> usize {
        let is_empty = self.report.is_none_or(|report| report.checks.is_empty());
        1 + if is_empty { EMPTY } else { self.lines.len() }
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
