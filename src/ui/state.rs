//! What the screen remembers between frames: scroll offsets, and mouse targets.

use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};
use std::rc::Rc;

use ratatui::layout::{Position, Rect};

use super::scroll::ScrollOffset;
use super::text::source::offset_at;
use crate::app::Model;
use crate::app::dialogs::Overlay;
use crate::app::ids::{RequestId, SendId};
use crate::app::message::Target;
use crate::app::panes::Pane;
use crate::app::panes::response::ResponseText;
use crate::app::scroll::{Scroll, Scrollable};
use crate::app::workspace::request::Entry;
use crate::domain::span::Span;

/// Cells per step to the side.
const SIDEWAYS_STEP: isize = 16;

/// The state of the view. The loop owns it, next to the model.
#[derive(Debug, Default)]
pub struct ViewState {
    /// Of every request opened so far.
    offsets: HashMap<RequestId, ScrollOffsets>,
    /// The offset of the open page, and which dialog it belongs to.
    page: (Option<Discriminant<Overlay>>, ScrollOffset),
    /// The drawn panes.
    panes: Vec<(Pane, Rect)>,
    /// Mouse targets; later ones are on top.
    hits: Vec<(Rect, Hit)>,
    /// The text cursor, if shown.
    pub cursor: Option<Position>,
    /// What folding leaves of the response that was drawn last.
    left: Option<LinesLeft>,
}

/// The lines that folding leaves of a response. It may have hundreds of thousands: they are found once.
#[derive(Clone, Debug)]
struct LinesLeft {
    request: RequestId,
    send: Option<SendId>,
    levels: Option<usize>,
    /// How many lines there were.
    of: usize,
    numbers: Option<Rc<[usize]>>,
}

/// The scroll offsets of a request's panes.
#[derive(Clone, Debug, Default)]
pub struct ScrollOffsets {
    /// In lines.
    pub request: ScrollOffset,
    /// Of the request's long lines, in cells.
    pub sideways: usize,
    /// In lines.
    pub response: ScrollOffset,
    /// In claims.
    pub claims: ScrollOffset,
}

/// A mouse target.
#[derive(Clone, Copy, Debug)]
enum Hit {
    /// The same target for the whole area.
    Target(Target),
    /// A byte of the request: a line of its text, shown from some cell.
    Text(Span, usize),
}

impl ViewState {
    /// Starts a frame.
    pub(super) fn begin(&mut self, model: &Model) {
        self.panes.clear();
        self.hits.clear();
        self.cursor = None;
        let page = model.overlay.as_ref().map(discriminant);
        if self.page.0 != page {
            self.page = (page, ScrollOffset::default());
        }
    }

    /// Disables clicks on what a dialog covers.
    pub(super) fn cover(&mut self) {
        self.panes.clear();
        self.hits.clear();
        self.cursor = None;
    }

    /// Records the area of a pane.
    pub(super) fn drew_pane(&mut self, pane: Pane, area: Rect) {
        self.panes.push((pane, area));
        self.drew(area, Target::Pane(pane));
    }

    /// Records a mouse target.
    pub(super) fn drew(&mut self, area: Rect, target: Target) {
        self.hits.push((area, Hit::Target(target)));
    }

    /// Records a line of the request's text, shown from some cell.
    pub(super) fn drew_text(&mut self, area: Rect, line: Span, left: usize) {
        self.hits.push((area, Hit::Text(line, left)));
    }

    /// The offsets of the open request.
    pub(super) fn offsets(&mut self, model: &Model) -> &mut ScrollOffsets {
        self.offsets.entry(model.entry().map(|e| e.id).unwrap_or_default()).or_default()
    }

    /// The lines of the shown response that are left with so many levels open, in order; `None` for all. What was at the top stays there.
    pub(super) fn lines_left(&mut self, model: &Model, entry: &Entry, text: &ResponseText, levels: Option<usize>) -> Option<Rc<[usize]>> {
        let (request, send, of) = (entry.id, entry.shown_send(), text.line_count());
        let before = self.left.take();
        if let Some(same) = before.as_ref().filter(|left| (left.request, left.send, left.levels, left.of) == (request, send, levels, of)) {
            self.left.clone_from(&before);
            return same.numbers.clone();
        }
        let numbers: Option<Rc<[usize]>> = levels.map(|levels| text.lines_within(levels).into());
        if let Some(before) = before.filter(|left| (left.request, left.send) == (request, send) && left.levels != levels) {
            let offset = &mut self.offsets(model).response;
            let top = before.numbers.map_or(offset.first(), |numbers| numbers.get(offset.first()).copied().unwrap_or_default());
            offset.go_to(position(numbers.as_deref(), top));
        }
        self.left = Some(LinesLeft { request, send, levels, of, numbers: numbers.clone() });
        numbers
    }

    /// The offset of the open page.
    pub(super) const fn page(&mut self) -> &mut ScrollOffset {
        &mut self.page.1
    }

    /// Scrolls something.
    pub fn scroll(&mut self, model: &Model, what: Scrollable, by: Scroll) {
        match what {
            Scrollable::Page => self.page().scroll(by),
            Scrollable::Pane(Pane::Request) => {
                let offsets = self.offsets(model);
                match by {
                    Scroll::Sideways(steps) => offsets.sideways = offsets.sideways.saturating_add_signed(steps * SIDEWAYS_STEP),
                    by => offsets.request.scroll(by),
                }
            }
            Scrollable::Pane(Pane::Response) => self.offsets(model).response.scroll(by),
            Scrollable::Pane(Pane::Claims) => self.offsets(model).claims.scroll(by),
            // Lists move their selection instead.
            Scrollable::Pane(Pane::Requests | Pane::Checklist) => {}
        }
    }

    /// The mouse target at a position.
    pub fn target(&self, model: &Model, x: u16, y: u16) -> Option<Target> {
        let (area, hit) = self.hits.iter().rfind(|(area, _)| area.contains(Position { x, y }))?;
        Some(match *hit {
            Hit::Target(target) => target,
            Hit::Text(line, left) => {
                let text = model.entry().map(|e| e.editor.text()).unwrap_or_default();
                Target::Text(offset_at(text, line, left + usize::from(x - area.x)))
            }
        })
    }

    /// The pane at a position.
    pub fn pane(&self, x: u16, y: u16) -> Option<Pane> {
        self.panes.iter().find(|(_, area)| area.contains(Position { x, y })).map(|(pane, _)| *pane)
    }
}

/// The place of a line among those that are left, or of the one before it.
pub(super) fn position(left: Option<&[usize]>, line: usize) -> usize {
    left.map_or(line, |numbers| numbers.partition_point(|number| *number <= line).saturating_sub(1))
}
