//! A line of the request or response: masked, highlighted, scrolled sideways or wrapped. Every cell maps back to a byte.

use ratatui::style::Style;
use ratatui::text::Line;

use super::escape::{Glyph, GlyphKind, glyphs, width};
use super::push;
use crate::domain::span::Span;
use crate::ui::theme::Styles;

/// How one byte is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteStyle {
    pub style: Style,
    /// Letters and digits are masked.
    pub covered: bool,
}

/// Replaces a masked letter or digit.
const COVER: &str = "•";

/// Replaces text that is cut off.
const DOTS: &str = "…";

/// Masks a letter or digit. Quotes, spaces and dots stay, since they are what goes wrong in credentials.
fn shown<'a>(glyph: Glyph<'a>, byte_style: ByteStyle) -> Glyph<'a> {
    let covers = byte_style.covered && glyph.kind == GlyphKind::Plain && glyph.shown.chars().next().is_some_and(char::is_alphanumeric);
    match glyph.width {
        _ if !covers => glyph,
        1 => Glyph { shown: COVER.into(), ..glyph },
        wide => Glyph { shown: COVER.repeat(wide).into(), ..glyph },
    }
}

/// A line from the cell `left`, cut to `room` cells; cut text on either side shows as `…`.
pub fn line(text: &str, line: Span, left: usize, room: usize, styles: &Styles, byte_style: impl Fn(usize) -> ByteStyle) -> Line<'static> {
    let mut spans = Vec::new();
    let Some(content) = line.cut(text) else { return Line::default() };
    if left > 0 {
        push(&mut spans, DOTS, styles.faint);
    }
    // The position of the next glyph in the line, and the cells filled so far.
    let (mut cell, mut filled) = (0, usize::from(left > 0));
    for glyph in glyphs(content) {
        let start = cell;
        cell += glyph.width;
        if start < left + usize::from(left > 0) {
            continue;
        }
        // The left half of a wide glyph may be cut.
        push(&mut spans, &" ".repeat((start - left).saturating_sub(filled)), Style::new());
        filled = start - left;
        let is_last = glyph.at + glyph.len == content.len();
        if filled + glyph.width > room || (filled + glyph.width == room && !is_last) {
            push(&mut spans, if filled < room { DOTS } else { "" }, styles.faint);
            break;
        }
        let byte_style = byte_style(line.start + glyph.at);
        let glyph = shown(glyph, byte_style);
        let style = if glyph.kind == GlyphKind::Escaped { byte_style.style.patch(styles.escaped) } else { byte_style.style };
        push(&mut spans, &glyph.shown, style);
        filled += glyph.width;
    }
    spans.into()
}

/// The width of a line up to an offset.
pub fn cells_before(text: &str, line: Span, offset: usize) -> usize {
    text.get(line.start..offset.clamp(line.start, line.end)).map_or(0, width)
}

/// The offset of the glyph at a cell of a line.
pub fn offset_at(text: &str, line: Span, cell: usize) -> usize {
    let mut passed = 0;
    for glyph in glyphs(line.cut(text).unwrap_or_default()) {
        passed += glyph.width;
        if passed > cell {
            return line.start + glyph.at;
        }
    }
    line.end
}

/// The first cell to show so that a given cell is visible. It moves by half a row at a time, to keep the line steady.
pub fn left_for(cell: usize, room: usize) -> usize {
    let half = (room / 2).max(1);
    if cell + 1 < room { 0 } else { (cell + 1 - room).div_ceil(half) * half }
}

/// Wraps a line into rows, preferably at spaces; continuation rows are `indent` cells narrower.
pub fn rows(text: &str, line: Span, room: usize, indent: usize, most: usize) -> Vec<Span> {
    let mut rows = Vec::new();
    let Some(content) = line.cut(text) else { return rows };
    let (mut start, mut used, mut space) = (0, 0, None);
    for glyph in glyphs(content) {
        let room = if rows.is_empty() { room } else { room.saturating_sub(indent) }.max(1);
        if used + glyph.width > room {
            let end = space.filter(|b| *b > start + (glyph.at - start) / 2).unwrap_or(glyph.at);
            rows.push(Span::new(line.start + start, line.start + end));
            if rows.len() >= most {
                return rows;
            }
            used = content.get(end..glyph.at).map_or(0, width);
            (start, space) = (end, None);
        }
        used += glyph.width;
        if glyph.shown == " " {
            space = Some(glyph.at + glyph.len);
        }
    }
    rows.push(Span::new(line.start + start, line.end));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_break_at_spaces_when_there_are_some() {
        let text = "one two three";
        let cut = |rows: Vec<Span>| rows.iter().map(|s| s.cut(text).unwrap_or_default().to_string()).collect::<Vec<_>>();
        assert_eq!(cut(rows(text, Span::whole(text), 9, 2, 9)), ["one two ", "three"]);
        assert_eq!(cut(rows(text, Span::whole(text), 4, 0, 9)), ["one ", "two ", "thre", "e"]);
    }

    #[test]
    fn the_cursor_is_always_in_the_part_that_is_shown() {
        for room in [10_usize, 11, 40] {
            for cell in 0..200 {
                let left = left_for(cell, room);
                assert!(cell >= left && cell < left + room, "{cell} in {room} from {left}");
                assert!(left == 0 || cell > left, "the dots on the left must not hide it: {cell} in {room} from {left}");
            }
        }
    }

    #[test]
    fn a_cell_leads_back_to_its_glyph() {
        let text = "a日b";
        assert_eq!([0, 1, 2, 3, 9].map(|c| offset_at(text, Span::whole(text), c)), [0, 1, 1, 4, 5]);
    }
}
