//! Where everything stands, as a function of the screen's size and of what there is to show.

use ratatui::layout::Rect;

use crate::app::model::{Model, Pane, Zoom};
use crate::app::msg::Room;
use crate::app::update::NARROW;

/// From this width on the requests pane has a column of its own.
const WIDE: u16 = 120;
/// From this height on a blank row stands between panes.
const AIRY: u16 = 36;

/// The rectangles of one screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Cause, evidence and fix, where panes are shown one at a time.
    pub summary: Option<Rect>,
    /// The names of the panes, where they are shown one at a time.
    pub tabs: Option<Rect>,
    /// The panes that are shown.
    pub panes: Vec<(Pane, Rect)>,
    /// The last row.
    pub footer: Rect,
    /// The whole screen.
    pub screen: Rect,
}

impl Layout {
    /// The rectangle of a pane, when it is shown.
    pub fn pane(&self, pane: Pane) -> Option<Rect> {
        self.panes.iter().find(|(p, _)| *p == pane).map(|(_, area)| *area)
    }
}

/// Lays the screen out; `None` when it is too small.
pub fn layout(model: &Model) -> Option<Layout> {
    let (width, height) = model.size;
    if model.is_too_small() {
        return None;
    }
    let screen = Rect::new(0, 0, width, height);
    let body = Rect { height: height - 1, ..screen };
    let footer = Rect { y: height - 1, height: 1, ..screen };
    let mut layout = Layout { footer, screen, ..Layout::default() };
    if width < NARROW {
        layout.summary = Some(Rect { height: 3, ..body });
        layout.tabs = Some(Rect { y: 3, height: 1, ..body });
        layout.panes = vec![(model.pane(), Rect { y: 4, height: body.height - 4, ..body })];
    } else if model.zoom == Zoom::Focused {
        layout.panes = vec![(model.pane(), body)];
    } else if width < WIDE {
        let left = width * 56 / 100;
        layout.panes = stack(model, Rect { width: left, ..body });
        let checklist = Rect { x: left + 1, width: width - left - 1, ..body };
        layout.panes.extend(with_requests_on_top(model, checklist));
    } else {
        let requests = if model.request_count() > 1 { (width * 22 / 100).clamp(26, 38) } else { 0 };
        let checklist = (width * 32 / 100).clamp(40, 58);
        if requests > 0 {
            layout.panes.push((Pane::Requests, Rect { width: requests, ..body }));
        }
        let x = if requests > 0 { requests + 1 } else { 0 };
        let middle = Rect { x, width: width - x - checklist - 1, ..body };
        layout.panes.extend(stack(model, middle));
        layout.panes.push((Pane::Checklist, Rect { x: width - checklist, width: checklist, ..body }));
    }
    Some(layout)
}

/// The request over the response over the claims. The shares are fixed, so that nothing moves while one types.
fn stack(model: &Model, area: Rect) -> Vec<(Pane, Rect)> {
    let gap = u16::from(area.height >= AIRY);
    let free = area.height.saturating_sub(2 * gap);
    let (has_answer, has_token) = match model.entry() {
        Some(entry) => (entry.answer.is_some(), entry.carried().is_some()),
        None => (false, false),
    };
    let response = if has_answer { free * 32 / 100 } else { 5.min(free / 3) };
    // The claims come and go with the token; while one types they keep their place.
    let claims = if has_token || has_answer { free * 34 / 100 } else { free * 30 / 100 };
    let request = free.saturating_sub(response + claims);
    let mut y = area.y;
    let mut next = |height| {
        let rect = Rect { y, height, ..area };
        y += height + gap;
        rect
    };
    vec![(Pane::Request, next(request)), (Pane::Response, next(response)), (Pane::Claims, next(claims))]
}

/// Where there is no column for them, the requests share that of the checklist while they have the focus.
fn with_requests_on_top(model: &Model, area: Rect) -> Vec<(Pane, Rect)> {
    if model.pane() != Pane::Requests {
        return vec![(Pane::Checklist, area)];
    }
    let height = (area.height / 3).max(4);
    let requests = Rect { height, ..area };
    vec![(Pane::Requests, requests), (Pane::Checklist, Rect { y: area.y + height, height: area.height - height, ..area })]
}

/// What of a pane's rectangle its content has: below the title, a blank column on both sides.
pub fn inside(area: Rect) -> Rect {
    Rect { x: area.x + 1, y: area.y + 1, width: area.width.saturating_sub(2), height: area.height.saturating_sub(1) }
}

/// How many lines the panes can show.
pub fn room(model: &Model) -> Room {
    let Some(layout) = layout(model) else { return Room::default() };
    let lines = |pane| layout.pane(pane).map_or(0, |area| inside(area).height);
    Room {
        request: lines(Pane::Request),
        response: lines(Pane::Response),
        claims: lines(Pane::Claims),
        page: super::overlay::page_area(layout.screen).height.saturating_sub(3),
    }
}
