//! One file per pane.

pub mod checklist;
pub mod claims;
pub mod request;
pub mod requests;
pub mod response;
pub mod summary;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::escape::width;
use super::layout::inside;
use super::pen::{Pen, Piece};
use super::styles::Lines;
use crate::app::model::{Model, Pane};

/// Draws a pane's title and lines on its surface; gives the pen for its content.
pub fn frame<'a>(pen: &'a mut Pen, model: &Model, pane: Pane, area: Rect, right: &[Piece]) -> Pen<'a> {
    let styles = pen.styles;
    let focused = model.pane() == pane;
    let mut whole = pen.within(area);
    let title_style = if focused { styles.title_focus } else { styles.title };
    if styles.lines == Lines::Drawn {
        let rule = "─".repeat(usize::from(area.width));
        whole.write(0, 0, &rule, styles.faint);
    }
    if focused && styles.lines == Lines::Tinted {
        for row in 0..area.height {
            whole.write(0, row, "▎", styles.accent);
        }
    }
    let number = Pane::ALL.iter().position(|p| *p == pane).map_or(0, |i| i + 1);
    let at = whole.write(1, 0, &format!("{number} "), styles.faint.patch(Style::new().bg(styles.surface.bg.unwrap_or_default())));
    let at = whole.write(at, 0, pane.title(), title_style);
    let wide: usize = right.iter().map(|p| width(&p.text)).sum();
    let start = usize::from(area.width).saturating_sub(wide + 1).max(usize::from(at) + 2);
    whole.pieces(start.min(usize::from(u16::MAX)) as u16, 0, right);
    pen.within(inside(area))
}

/// What an empty pane says: what would fill it, and with which key.
pub fn empty(pen: &mut Pen, rows: &[(&str, &str)]) {
    let styles = pen.styles;
    for (row, (key, text)) in (0..).zip(rows) {
        let at = if key.is_empty() { 0 } else { pen.write(0, row, &format!("{key:<4}"), styles.key) };
        pen.write(at, row, text, styles.quiet);
    }
}
