//! What the screen remembers from frame to frame: how far everything is scrolled, and where things were drawn, for the mouse.

use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};

use ratatui::layout::{Position, Rect};

use super::scroll::ScrollOffset;
use super::text::source::offset_at;
use crate::app::Model;
use crate::app::dialogs::Overlay;
use crate::app::ids::RequestId;
use crate::app::message::Target;
use crate::app::panes::Pane;
use crate::app::scroll::{Scroll, Scrollable};
use crate::domain::span::Span;

/// The state of the whole screen. The loop owns it beside the model.
#[derive(Debug, Default)]
pub struct ViewState {
    /// Of every request that was opened.
    offsets: HashMap<RequestId, ScrollOffsets>,
    /// Of the page that is open over the panes, and which one that is.
    page: (Option<Discriminant<Overlay>>, ScrollOffset),
    /// The panes that were drawn.
    panes: Vec<(Pane, Rect)>,
    /// What a click means, by where it was drawn; what was drawn later lies above.
    hits: Vec<(Rect, Hit)>,
    /// Where the text cursor is, when it is shown.
    pub cursor: Option<Position>,
}

/// How far the panes of a request are scrolled.
#[derive(Clone, Debug, Default)]
pub struct ScrollOffsets {
    /// Its text, in lines.
    pub request: ScrollOffset,
    /// The answer, in lines.
    pub response: ScrollOffset,
    /// The claims, one by one.
    pub claims: ScrollOffset,
}

/// What a click means.
#[derive(Clone, Copy, Debug)]
enum Hit {
    /// This, wherever in the area.
    Target(Target),
    /// A byte of the request: a line of its text, shown from some cell on.
    Text(Span, usize),
}

impl ViewState {
    /// Begins a frame: nothing is drawn yet.
    pub(super) fn begin(&mut self, model: &Model) {
        self.panes.clear();
        self.hits.clear();
        self.cursor = None;
        let page = model.overlay.as_ref().map(discriminant);
        if self.page.0 != page {
            self.page = (page, ScrollOffset::default());
        }
    }

    /// A dialog lies over what was drawn: no click reaches that.
    pub(super) fn cover(&mut self) {
        self.panes.clear();
        self.hits.clear();
        self.cursor = None;
    }

    /// Notes where a pane was drawn.
    pub(super) fn drew_pane(&mut self, pane: Pane, area: Rect) {
        self.panes.push((pane, area));
        self.drew(area, Target::Pane(pane));
    }

    /// Notes where something was drawn that can be clicked.
    pub(super) fn drew(&mut self, area: Rect, target: Target) {
        self.hits.push((area, Hit::Target(target)));
    }

    /// Notes where a line of the request's text was drawn, from some cell of it on.
    pub(super) fn drew_text(&mut self, area: Rect, line: Span, left: usize) {
        self.hits.push((area, Hit::Text(line, left)));
    }

    /// The offsets of the open request.
    pub(super) fn offsets(&mut self, model: &Model) -> &mut ScrollOffsets {
        self.offsets.entry(model.entry().map(|e| e.id).unwrap_or_default()).or_default()
    }

    /// The offset of the page that is open.
    pub(super) const fn page(&mut self) -> &mut ScrollOffset {
        &mut self.page.1
    }

    /// Scrolls something.
    pub fn scroll(&mut self, model: &Model, what: Scrollable, by: Scroll) {
        match what {
            Scrollable::Page => self.page().scroll(by),
            Scrollable::Pane(Pane::Request) => self.offsets(model).request.scroll(by),
            Scrollable::Pane(Pane::Response) => self.offsets(model).response.scroll(by),
            Scrollable::Pane(Pane::Claims) => self.offsets(model).claims.scroll(by),
            // In lists it is the choice that moves.
            Scrollable::Pane(Pane::Requests | Pane::Checklist) => {}
        }
    }

    /// What a click at a place of the screen means.
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

    /// The pane at a place of the screen.
    pub fn pane(&self, x: u16, y: u16) -> Option<Pane> {
        self.panes.iter().find(|(_, area)| area.contains(Position { x, y })).map(|(pane, _)| *pane)
    }
}
