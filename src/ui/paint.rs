//! The style of whole areas.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Styles an area row by row. [`Buffer::set_style`] finds each cell by its coordinates: for a whole screen that is a good part of a key.
pub fn paint(area: Rect, style: Style, buf: &mut Buffer) {
    let area = area.intersection(buf.area);
    for row in area.rows().filter(|row| !row.is_empty()) {
        let start = buf.index_of(row.x, row.y);
        for cell in buf.content.get_mut(start..start + usize::from(row.width)).unwrap_or_default() {
            cell.set_style(style);
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::*;

    #[test]
    fn an_area_is_styled_as_the_buffer_does_it() {
        let screen = Rect::new(2, 1, 7, 5);
        let style = Style::new().bg(Color::Blue);
        for area in [
            screen,
            Rect::new(3, 2, 2, 2),
            Rect::new(8, 5, 9, 9),
            Rect::new(0, 0, 3, 3),
            Rect::new(4, 4, 0, 2),
            Rect::new(9, 1, 0, 2),
            Rect::ZERO,
        ] {
            let (mut painted, mut expected) = (Buffer::empty(screen), Buffer::empty(screen));
            paint(area, style, &mut painted);
            expected.set_style(area, style);
            assert_eq!(painted, expected, "{area}");
        }
    }
}
