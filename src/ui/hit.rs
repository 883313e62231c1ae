//! What stands at a place of the screen.

use ratatui::layout::{Position, Rect};

use super::layout::layout;
use super::pane::{checklist, request, requests, summary};
use super::styles::Styles;
use super::{overlay, view};
use crate::app::Model;
use crate::app::model::Pane;
use crate::app::msg::Target;

/// What a click there means.
pub fn target(model: &Model, x: u16, y: u16) -> Option<Target> {
    let layout = layout(model)?;
    if y == layout.footer.y {
        return view::hint_at(model, x).map(Target::Do);
    }
    if model.overlay.is_some() {
        return overlay::item_at(model, layout.screen, x, y).map(Target::Item);
    }
    if layout.tabs.is_some_and(|tabs| tabs.y == y) {
        let tab = summary::places(model).into_iter().find(|(_, start, end)| (*start..*end).contains(&x));
        return tab.map(|(pane, ..)| Target::Pane(pane));
    }
    let (pane, area) = pane_at(&layout.panes, x, y)?;
    let inner = match pane {
        Pane::Requests => requests::row_at(model, area, y).map(Target::Request),
        Pane::Checklist => checklist::row_at(model, Styles::of(model.theme, model.depth), area, y).map(Target::Finding),
        Pane::Request => request::offset(model, area, x, y).map(Target::Text),
        Pane::Response | Pane::Claims => None,
    };
    Some(inner.unwrap_or(Target::Pane(pane)))
}

/// The pane that the wheel turns over.
pub fn pane(model: &Model, x: u16, y: u16) -> Option<Pane> {
    pane_at(&layout(model)?.panes, x, y).map(|(pane, _)| pane)
}

fn pane_at(panes: &[(Pane, Rect)], x: u16, y: u16) -> Option<(Pane, Rect)> {
    panes.iter().find(|(_, area)| area.contains(Position::new(x, y))).copied()
}
