//! Divides the screen by its size and by what there is to show.

use ratatui::layout::{Constraint, Layout, Rect};

use crate::app::appearance::Zoom;
use crate::app::model::{Focus, Model, NARROW};
use crate::app::panes::Pane;

/// From this width the requests pane has its own column.
const WIDE: u16 = 120;
/// From this height panes are separated by an empty row.
const AIRY: u16 = 36;

/// Rows of a pane that only says how to fill it.
const EMPTY: u16 = 4;
/// The request grows by this many rows.
const STEP: u16 = 4;
/// Most rows that a pane asks for: more than any screen has.
const MOST_COUNTED: usize = 1000;
/// Rows around the claims: the kind of token, the rule below its header, and what is known of its issuer.
const ABOUT_TOKEN: usize = 4;

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
            if model.request_count() > 1 || model.pane() == Pane::Requests {
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

/// Request, response and claims from top to bottom. None takes more rows than its content has while another one is cut.
fn stack(model: &Model, area: Rect) -> [(Pane, Rect); 3] {
    let gap = u16::from(area.height >= AIRY);
    let free = area.height.saturating_sub(2 * gap);
    let [request, response, claims] = wanted(model, area.width);
    // The shares if everything is long.
    let shares = [free - free * 32 / 100 - free * 34 / 100, free * 32 / 100, free * 34 / 100];
    let mut rows = [request.min(shares[0]), response.min(shares[1]), claims.min(shares[2])];
    let mut left = free.saturating_sub(rows.iter().sum());
    // What one does not need goes to the others that are cut: first to the claims, which are copied from.
    for (rows, wanted) in rows.iter_mut().zip([request, response, claims]).rev() {
        let more = wanted.saturating_sub(*rows).min(left);
        *rows += more;
        left -= more;
    }
    // And what nobody needs to the response, whose end is open, or to the request while there is none.
    let has_answer = model.entry().is_some_and(|entry| entry.shown_text().is_some());
    let heights = match has_answer {
        true => [Constraint::Length(rows[0]), Constraint::Fill(1), Constraint::Length(rows[2])],
        false => [Constraint::Fill(1), Constraint::Length(rows[1]), Constraint::Length(rows[2])],
    };
    let [request, response, claims] = Layout::vertical(heights).spacing(gap).areas(area);
    [(Pane::Request, request), (Pane::Response, response), (Pane::Claims, claims)]
}

/// Rows that show all of the request, the response and the claims, with their titles.
fn wanted(model: &Model, width: u16) -> [u16; 3] {
    let Some(entry) = model.entry() else { return [EMPTY; 3] };
    let rows = |rows: usize| rows.saturating_add(1).clamp(EMPTY.into(), MOST_COUNTED) as u16;
    let lines = memchr::memchr_iter(b'\n', entry.editor.text().as_bytes()).count() + 1;
    // In steps, so that not every line that is typed moves the other panes.
    let request = rows(lines).next_multiple_of(STEP);
    let response = entry.shown_text().map_or(EMPTY, |answer| {
        let width = usize::from(width).max(1);
        let lines = (0..answer.line_count().min(MOST_COUNTED)).filter_map(|number| answer.line(number));
        rows(lines.map(|line| (line.end - line.start).div_ceil(width).max(1)).sum())
    });
    // Claims come and go with the token; while typing they keep their place.
    let claims = match model.shown_token() {
        Some((token, _)) => rows(token.row_count() + ABOUT_TOKEN),
        None if model.focus == Focus::Editing => MOST_COUNTED as u16,
        None => EMPTY,
    };
    [request, response, claims]
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
