//! A filtered list.

use ratatui::layout::Rect;

use super::{centered, field, keys_line, surface};
use crate::app::keymap::Context;
use crate::app::picker::Picker;
use crate::ui::pen::Pen;

fn area(screen: Rect, picker: &Picker) -> Rect {
    let width = screen.width.saturating_sub(6).min(72);
    let height = (picker.items.len() as u16).saturating_add(5).min(screen.height.saturating_sub(4)).min(22);
    Rect { y: screen.y + 2.min(screen.height / 8), ..centered(screen, width, height) }
}

/// The first item that is shown, so that the chosen one is in sight.
fn top(picker: &Picker, height: usize) -> usize {
    (picker.chosen + 1).saturating_sub(height)
}

/// Draws it; gives the place of the text cursor.
pub fn draw(pen: &mut Pen, picker: &Picker, screen: Rect) -> Option<(u16, u16)> {
    let styles = pen.styles;
    let mut pen = surface(pen, area(screen, picker), picker.title, &keys_line(&[Context::Choosing]));
    pen.write(0, 0, "/", styles.accent);
    let cursor = field(&mut pen, 0, 2, &picker.query);
    if picker.found.is_empty() {
        pen.write(0, 2, "nothing fits", styles.quiet);
    }
    let height = usize::from(pen.area.height.saturating_sub(2));
    for (row, index) in (2..pen.area.height).zip(picker.found.iter().enumerate().skip(top(picker, height))) {
        let (place, item) = (index.0, picker.items.get(*index.1)?);
        let column = pen.write_right(row, &item.aside, styles.quiet);
        pen.write_until(1, column.saturating_sub(2), row, &item.text, styles.text);
        if place == picker.chosen {
            pen.tint(row, styles.selection);
        }
    }
    Some(cursor)
}

/// The item at a place of the screen.
pub fn item_at(picker: &Picker, screen: Rect, x: u16, y: u16) -> Option<usize> {
    let area = area(screen, picker);
    let inside = (area.x..area.right()).contains(&x) && (area.y + 4..area.bottom()).contains(&y);
    let height = usize::from(area.height.saturating_sub(5));
    let place = top(picker, height) + usize::from(y.checked_sub(area.y + 4)?);
    (inside && place < picker.found.len()).then_some(place)
}
