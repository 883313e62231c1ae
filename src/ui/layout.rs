//! Divides the screen by its size and by what there is to show.

use ratatui::layout::{Constraint, Layout, Rect};

use crate::app::appearance::Zoom;
use crate::app::model::{Model, NARROW};
use crate::app::panes::Pane;

/// From this width the requests pane has its own column.
const WIDE: u16 = 120;
/// From this height panes are separated by an empty row.
const AIRY: u16 = 36;

/// The areas of one screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Areas {
    /// Cause, evidence and fix, if panes are shown one at a time.
    pub summary: Option<Rect>,
    /// The pane names, if panes are shown one at a time.
    pub tabs: Option<Rect>,
    /// The visible panes.
    pub panes: Vec<(Pane, Rect)>,
    /// The last row.
    pub footer: Rect,
}

impl Areas {
    /// Divides a screen; `None` if it is too small.
    pub fn of(model: &Model, screen: Rect) -> Option<Self> {
        if model.is_too_small() {
            return None;
        }
        let [body, footer] = Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]).areas(screen);
        let mut areas = Self { footer, ..Self::default() };
        if screen.width < NARROW {
            let [summary, tabs, pane] = Layout::vertical([Constraint::Length(3), Constraint::Length(1), Constraint::Fill(1)]).areas(body);
            (areas.summary, areas.tabs) = (Some(summary), Some(tabs));
            areas.panes = vec![(model.pane(), pane)];
        } else if model.zoom == Zoom::Focused {
            areas.panes = vec![(model.pane(), body)];
        } else if screen.width < WIDE {
            let left = Constraint::Length(body.width * 56 / 100);
            let [left, right] = Layout::horizontal([left, Constraint::Fill(1)]).spacing(1).areas(body);
            areas.panes = stack(model, left).into();
            areas.panes.extend(with_requests_on_top(model, right));
        } else {
            let checklist = Constraint::Length((body.width * 32 / 100).clamp(40, 58));
            let [left, checklist] = Layout::horizontal([Constraint::Fill(1), checklist]).spacing(1).areas(body);
            let mut middle = left;
            if model.request_count() > 1 {
                let wide = Constraint::Length((body.width * 22 / 100).clamp(26, 38));
                let requests;
                [requests, middle] = Layout::horizontal([wide, Constraint::Fill(1)]).spacing(1).areas(left);
                areas.panes.push((Pane::Requests, requests));
            }
            areas.panes.extend(stack(model, middle));
            areas.panes.push((Pane::Checklist, checklist));
        }
        Some(areas)
    }
}

/// Request, response and claims from top to bottom. The shares are fixed, so that nothing moves while typing.
fn stack(model: &Model, area: Rect) -> [(Pane, Rect); 3] {
    let gap = u16::from(area.height >= AIRY);
    let free = area.height.saturating_sub(2 * gap);
    let (has_answer, has_token) = match model.entry() {
        Some(entry) => (entry.answer.is_some(), entry.token().is_some()),
        None => (false, false),
    };
    let response = if has_answer { free * 32 / 100 } else { 5.min(free / 3) };
    // Claims come and go with the token; while typing they keep their place.
    let claims = if has_token || has_answer { free * 34 / 100 } else { free * 30 / 100 };
    let heights = [Constraint::Fill(1), Constraint::Length(response), Constraint::Length(claims)];
    let [request, response, claims] = Layout::vertical(heights).spacing(gap).areas(area);
    [(Pane::Request, request), (Pane::Response, response), (Pane::Claims, claims)]
}

/// Without a column of their own, the requests share the checklist's while they are focused.
fn with_requests_on_top(model: &Model, area: Rect) -> Vec<(Pane, Rect)> {
    if model.pane() != Pane::Requests {
        return vec![(Pane::Checklist, area)];
    }
    let height = Constraint::Length((area.height / 3).max(4));
    let [requests, checklist] = Layout::vertical([height, Constraint::Fill(1)]).areas(area);
    vec![(Pane::Requests, requests), (Pane::Checklist, checklist)]
}
