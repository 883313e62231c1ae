//! One file per pane, each a widget.

mod checklist;
mod claims;
mod footer;
mod request;
mod requests;
pub(super) mod response;
mod scrollbar;
mod search_line;
mod summary;
mod tabs;
pub(super) mod verdict;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::symbols::border;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Padding, Widget};

pub use checklist::ChecklistPane;
pub use claims::ClaimsPane;
pub use footer::Footer;
pub use request::RequestPane;
pub use requests::RequestsPane;
pub use response::{ResponsePane, failure_rows};
pub use search_line::SearchLine;
pub use summary::Summary;
pub use tabs::Tabs;

use super::paint::paint;
use super::state::ViewState;
use super::text::cut;
use super::theme::{PaneEdges, Styles};
use crate::app::model::Model;
use crate::app::panes::Pane;

/// Draws a pane's frame with its title and `right` on the right; returns the area for the content.
fn frame(
    pane: Pane,
    model: &Model,
    styles: &Styles,
    right: Vec<Span<'static>>,
    area: Rect,
    buf: &mut Buffer,
    state: &mut ViewState,
) -> Rect {
    state.drew_pane(pane, area);
    let is_focused = model.pane() == pane;
    let borders = match styles.edges {
        PaneEdges::Drawn => Borders::TOP,
        PaneEdges::Tinted if is_focused => Borders::LEFT,
        PaneEdges::Tinted => Borders::NONE,
    };
    // With a left border the title starts after it.
    let left_gap = u16::from(!borders.contains(Borders::LEFT));
    let title_style = if is_focused { styles.title_focus } else { styles.title };
    let title = [
        Span::raw(" ".repeat(left_gap.into())),
        Span::styled(format!("{} ", number(pane)), styles.faint),
        Span::styled(pane.title(), title_style),
    ];
    let title = Line::from_iter(title);
    let room = usize::from(area.width).saturating_sub(title.width() + 4 - usize::from(left_gap));
    let mut right = cut(right, room, styles);
    right.push_span(" ");
    let edges = Block::new()
        .borders(borders)
        .border_set(border::Set { vertical_left: "▎", horizontal_top: if is_focused { "━" } else { "─" }, ..border::PLAIN })
        .border_style(if is_focused && styles.edges == PaneEdges::Tinted { styles.accent } else { styles.faint });
    paint(area, styles.surface, buf);
    // A block styles every cell of its area, which takes long: it is drawn where it shows something.
    (&edges).render(Rect { width: 1, ..area }.intersection(area), buf);
    let block = edges.title_top(title).title_top(right.right_aligned()).padding(Padding { left: left_gap, right: 1, top: 0, bottom: 0 });
    let inner = block.inner(area);
    block.render(Rect { height: 1, ..area }.intersection(area), buf);
    inner
}

/// A pane's number, which is the key that focuses it.
fn number(pane: Pane) -> usize {
    Pane::ALL.iter().position(|p| *p == pane).map_or(0, |i| i + 1)
}

/// What an empty pane shows: how to fill it.
fn empty(rows: &[(&str, &str)], styles: &Styles, area: Rect, buf: &mut Buffer) {
    for (row, (key, text)) in area.rows().zip(rows) {
        let key = if key.is_empty() { String::new() } else { format!("{key:<4}") };
        let line = vec![Span::styled(key, styles.key), Span::styled((*text).to_string(), styles.quiet)];
        cut(line, area.width.into(), styles).render(row, buf);
    }
}
