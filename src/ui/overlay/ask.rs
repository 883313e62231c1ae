//! Questions: one line to type, or a few keys to choose from.

use ratatui::layout::Rect;

use super::{centered, field, key_piece, keys_line, surface};
use crate::app::editor::Editor;
use crate::app::keymap::{Context, rows};
use crate::ui::pen::{Pen, piece, wrap};

/// A line to type; gives the place of the text cursor.
pub fn line(pen: &mut Pen, screen: Rect, title: &str, editor: &Editor) -> Option<(u16, u16)> {
    let area = centered(screen, screen.width.saturating_sub(6).min(84), 5);
    let mut pen = surface(pen, area, title, &keys_line(&[Context::Prompt]));
    Some(field(&mut pen, 0, 0, editor))
}

/// Every key of a context with what it does.
pub fn menu(pen: &mut Pen, screen: Rect, title: &str, about: &[String], context: Context) {
    let styles = pen.styles;
    let width = screen.width.saturating_sub(6).min(62);
    let room = usize::from(width.saturating_sub(4));
    let text: Vec<_> = about.iter().flat_map(|line| wrap(&[piece(line.clone(), styles.quiet)], room, 0)).collect();
    let height = (rows(context).count() + text.len() + 4) as u16;
    let mut pen = surface(pen, centered(screen, width, height), title, "");
    let mut row = 0;
    for line in &text {
        pen.pieces(0, row, line);
        row += 1;
    }
    row += 1;
    for binding in rows(context) {
        pen.pieces(0, row, &[key_piece(binding, styles), piece(binding.label, styles.text)]);
        row += 1;
    }
}
