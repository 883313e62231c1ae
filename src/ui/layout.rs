//! Divides the screen by its size and by what there is to show.

use ratatui::layout::{Constraint, Layout, Rect};

use crate::app::appearance::Zoom;
use crate::app::model::{Focus, Model, NARROW};
use crate::app::panes::Pane;
use crate::ui::dialogs::ExpectationsForm;
use crate::ui::panes::{ChecklistPane, ClaimsPane, Summary, failure_rows};
use crate::ui::theme::Styles;

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
/// Fewer rows below a pane are left to it.
const LEAST_BELOW: u16 = 5;

/// The areas of one screen.
#[derive(Default)]
pub struct Areas<'a> {
    /// Verdict, or cause, evidence and fix, if not all panes are shown.
    pub summary: Option<(Rect, Summary<'a>)>,
    /// The pane names, if not all panes are shown.
    pub tabs: Option<Rect>,
    /// The visible panes.
    pub panes: Vec<(Pane, Rect)>,
    /// The checklist, where its length decided about its area.
    pub checklist: Option<ChecklistPane<'a>>,
    /// The last row.
    pub footer: Rect,
}

impl<'a> Areas<'a> {
    /// Divides a screen; `None` if it is too small.
    pub fn of(model: &'a Model, styles: &'a Styles, screen: Rect) -> Option<Self> {
        if model.is_too_small() {
            return None;
        }
        let [body, footer] = Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]).areas(screen);
        let mut areas = Self { footer, ..Self::default() };
        if let Some(claims) = ExpectationsForm::below(model, body) {
            areas.panes = vec![(Pane::Claims, claims)];
        } else if screen.width < NARROW {
            let summary = Summary::new(model, styles, screen.width);
            let rows = Constraint::Length(summary.rows);
            let [tabs, top, rest] = Layout::vertical([Constraint::Length(1), rows, Constraint::Fill(1)]).areas(body);
            (areas.summary, areas.tabs) = (Some((top, summary)), Some(tabs));
            areas.checklist = (model.pane() == Pane::Checklist).then(|| ChecklistPane::new(model, styles, true, rest.width));
            areas.panes = with_companions(model, styles, areas.checklist.as_ref(), rest);
        } else if model.zoom == Zoom::Focused {
            areas.panes = vec![(model.pane(), body)];
        } else if screen.width < WIDE {
            let left = Constraint::Length(body.width * 56 / 100);
            let [left, right] = Layout::horizontal([left, Constraint::Fill(1)]).spacing(1).areas(body);
            areas.panes = stack(model, styles, left).into();
            if model.request_count() > 1 || model.pane() == Pane::Requests {
                let checklist = ChecklistPane::new(model, styles, false, right.width);
                areas.panes.extend(with_requests_below(model, checklist.wanted(), right));
                areas.checklist = Some(checklist);
            } else {
                areas.panes.push((Pane::Checklist, right));
            }
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
            areas.panes.extend(stack(model, styles, middle));
            areas.panes.push((Pane::Checklist, checklist));
        }
        Some(areas)
    }
}

/// Request, response and claims from top to bottom. None takes more rows than its content has while another one is cut.
fn stack(model: &Model, styles: &Styles, area: Rect) -> [(Pane, Rect); 3] {
    let gap = u16::from(area.height >= AIRY);
    let free = area.height.saturating_sub(2 * gap);
    let [request, response, claims] = wanted(model, styles, area.width);
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
fn wanted(model: &Model, styles: &Styles, width: u16) -> [u16; 3] {
    let Some(entry) = model.entry() else { return [EMPTY; 3] };
    let rows = |rows: usize| rows.saturating_add(1).clamp(EMPTY.into(), MOST_COUNTED) as u16;
    let lines = memchr::memchr_iter(b'\n', entry.editor.text().as_bytes()).count() + 1;
    // In steps, so that not every line that is typed moves the other panes.
    let address = usize::from(entry.raw.url != entry.exchange.request.url);
    let request = rows(lines + address).next_multiple_of(STEP);
    let told = failure_rows(entry, model, width.into(), styles);
    let response = entry.shown_text().map_or(EMPTY.max(rows(told)), |answer| {
        let width = usize::from(width).max(1);
        let lines = (0..answer.line_count().min(MOST_COUNTED)).filter_map(|number| answer.line(number));
        rows(told + lines.map(|line| (line.end - line.start).div_ceil(width).max(1)).sum::<usize>())
    });
    // Claims come and go with the token; while typing they keep their place.
    let claims = match model.shown_token() {
        Some(_) => rows(ClaimsPane { model, styles }.wanted(width)),
        None if model.focus == Focus::Editing => MOST_COUNTED as u16,
        None => EMPTY,
    };
    [request, response, claims]
}

/// Without a column of their own, the requests are below the checklist, which wants some rows: the cause comes first.
fn with_requests_below(model: &Model, checklist: usize, area: Rect) -> [(Pane, Rect); 2] {
    let is_focused = model.pane() == Pane::Requests;
    // Of a long checklist nothing is taken but the row that names the key of the list.
    let most = match is_focused {
        true => (area.height / 2).into(),
        false => usize::from(area.height).saturating_sub(checklist).clamp(1, usize::from(area.height / 4).max(1)),
    };
    let height = Constraint::Length((model.rows().len() + 1).min(most) as u16);
    let gap = u16::from(area.height >= AIRY);
    let [checklist, requests] = Layout::vertical([Constraint::Fill(1), height]).spacing(gap).areas(area);
    [(Pane::Checklist, checklist), (Pane::Requests, requests)]
}

/// The focused pane; and below it those that belong to it, as far as it leaves rows for them.
fn with_companions(model: &Model, styles: &Styles, checklist: Option<&ChecklistPane>, area: Rect) -> Vec<(Pane, Rect)> {
    let pane = model.pane();
    let [request, response, claims] = wanted(model, styles, area.width).map(usize::from);
    let rows = |pane: Pane| match pane {
        Pane::Checklist => checklist.map_or(0, ChecklistPane::wanted),
        Pane::Requests => model.rows().len() + 1,
        Pane::Request => request,
        Pane::Response => response,
        Pane::Claims => claims,
    };
    let companions: &[Pane] = match pane {
        Pane::Checklist => &[model.pane_of_proof().unwrap_or(Pane::Request), Pane::Response, Pane::Request, Pane::Claims],
        Pane::Requests => &[Pane::Request, Pane::Response],
        // What is typed needs room to grow.
        Pane::Request if model.focus == Focus::Editing => &[],
        Pane::Request => &[Pane::Response, Pane::Claims],
        Pane::Claims => &[Pane::Request, Pane::Response],
        // Its end is open.
        Pane::Response => &[],
    };
    let has_something = |pane: Pane| match pane {
        Pane::Response => model.entry().is_some_and(|entry| entry.shown_text().is_some()),
        Pane::Claims => model.shown_token().is_some(),
        Pane::Request | Pane::Requests | Pane::Checklist => model.entry().is_some(),
    };
    let mut panes = vec![(pane, rows(pane))];
    let mut left = usize::from(area.height);
    for companion in companions.iter().copied().filter(|companion| has_something(*companion)) {
        let Some((_, wanted)) = panes.last().copied() else { break };
        if wanted + usize::from(LEAST_BELOW) > left {
            break;
        }
        if panes.iter().all(|(pane, _)| *pane != companion) {
            left -= wanted;
            panes.push((companion, rows(companion)));
        }
    }
    let last = panes.len() - 1;
    let heights =
        panes.iter().enumerate().map(|(i, (_, rows))| if i == last { Constraint::Fill(1) } else { Constraint::Length(*rows as u16) });
    let areas = Layout::vertical(heights).split(area);
    panes.iter().zip(areas.iter()).map(|((pane, _), area)| (*pane, *area)).collect()
}
