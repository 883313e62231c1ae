//! Writing on the screen: everything goes through [`glyphs`], is cut at the edge, and knows where it ended.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::escape::{Glyph, Kind, glyphs, is_plain, width};
use super::styles::Styles;

/// A rectangle to write in.
pub struct Pen<'a> {
    /// The screen.
    pub buffer: &'a mut Buffer,
    /// The rectangle.
    pub area: Rect,
    /// The theme.
    pub styles: &'static Styles,
}

/// A piece of text in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Its style.
    pub style: Style,
}

/// A piece from text and style.
pub fn piece(text: impl Into<String>, style: Style) -> Piece {
    Piece { text: text.into(), style }
}

impl<'a> Pen<'a> {
    /// A pen for a rectangle, or for as much of it as is on the screen.
    pub fn new(buffer: &'a mut Buffer, area: Rect, styles: &'static Styles) -> Self {
        let area = area.intersection(buffer.area);
        Self { buffer, area, styles }
    }

    /// A pen for a part of this one's rectangle.
    pub fn within(&mut self, area: Rect) -> Pen<'_> {
        let area = area.intersection(self.area);
        Pen { buffer: self.buffer, area, styles: self.styles }
    }

    /// Blanks the whole rectangle in a style.
    pub fn fill(&mut self, style: Style) {
        let mut blank = Cell::EMPTY;
        blank.set_style(style);
        for row in 0..self.area.height {
            for cell in self.cells(0, row, self.area.width) {
                // Not a clone of the blank one, which takes twice as long: half of the screen's cells are only ever blank.
                cell.reset();
                (cell.fg, cell.bg, cell.modifier) = (blank.fg, blank.bg, blank.modifier);
            }
        }
    }

    /// Some cells of a row, counted from the top left of the rectangle; those that are inside of it. A row at once: to ask the
    /// buffer for each cell of the screen took a third of the time of a key.
    fn cells(&mut self, column: u16, row: u16, count: u16) -> &mut [Cell] {
        let count = count.min(self.area.width.saturating_sub(column));
        if row >= self.area.height || count == 0 {
            return &mut [];
        }
        let start = self.buffer.index_of(self.area.x + column, self.area.y + row);
        self.buffer.content.get_mut(start..start + usize::from(count)).unwrap_or_default()
    }

    /// Tints a row, counted from the top of the rectangle, over what is written there.
    pub fn tint(&mut self, row: u16, style: Style) {
        let area = Rect { y: self.area.y.saturating_add(row), height: 1, ..self.area };
        self.buffer.set_style(area.intersection(self.area), style);
    }

    /// Writes one glyph at a column of a row; false when it does not fit.
    pub fn glyph(&mut self, column: u16, row: u16, glyph: &Glyph, style: Style) -> bool {
        let right = usize::from(column) + glyph.width;
        if row >= self.area.height || right > usize::from(self.area.width) {
            return false;
        }
        let style = if glyph.kind == Kind::Escaped { style.patch(self.styles.escaped) } else { style };
        let (x, y) = (self.area.x + column, self.area.y + row);
        if glyph.kind == Kind::Escaped || glyph.shown.len() == glyph.width {
            let cells = self.cells(column, row, glyph.width as u16);
            cells.iter_mut().zip(glyph.shown.chars()).for_each(|(cell, c)| set(cell, c, style));
        } else {
            if let Some(cell) = self.buffer.cell_mut((x, y)) {
                cell.modifier = Modifier::empty();
                cell.set_symbol(&glyph.shown).set_style(style);
            }
            for i in 1..glyph.width as u16 {
                if let Some(cell) = self.buffer.cell_mut((x + i, y)) {
                    cell.reset();
                    cell.set_style(style);
                }
            }
        }
        true
    }

    /// Writes a text from a column on, cut at the right edge with `…`; gives the column behind it.
    pub fn write(&mut self, column: u16, row: u16, text: &str, style: Style) -> u16 {
        let end = self.area.width;
        self.write_until(column, end, row, text, style)
    }

    /// The same with another right edge.
    pub fn write_until(&mut self, column: u16, end: u16, row: u16, text: &str, style: Style) -> u16 {
        let end = end.min(self.area.width);
        if text.len() <= usize::from(end.saturating_sub(column)) && is_plain(text) {
            let cells = self.cells(column, row, text.len() as u16);
            cells.iter_mut().zip(text.chars()).for_each(|(cell, c)| set(cell, c, style));
            return column + text.len() as u16;
        }
        let mut at = column;
        for glyph in glyphs(text) {
            let left = usize::from(end.saturating_sub(at));
            let last = glyph.at + glyph.len == text.len();
            // The last cell is for `…`, unless the text ends there.
            if glyph.width > left || (glyph.width == left && !last) {
                if left > 0 {
                    let dots = Glyph { at: 0, len: 0, shown: "…".into(), width: 1, kind: Kind::Plain };
                    self.glyph(at, row, &dots, style.patch(self.styles.faint));
                    at += 1;
                }
                break;
            }
            self.glyph(at, row, &glyph, style);
            at += glyph.width as u16;
        }
        at
    }

    /// Writes a text so that it ends at the right edge; gives the column where it begins.
    pub fn write_right(&mut self, row: u16, text: &str, style: Style) -> u16 {
        let column = self.area.width.saturating_sub(width(text).min(usize::from(u16::MAX)) as u16);
        self.write(column, row, text, style);
        column
    }

    /// Writes pieces one behind the other.
    pub fn pieces(&mut self, column: u16, row: u16, pieces: &[Piece]) -> u16 {
        pieces.iter().fold(column, |at, p| self.write(at, row, &p.text, p.style))
    }
}

/// Writes a character into a cell. The tint below stays, the weight of what stood here does not.
fn set(cell: &mut Cell, c: char, style: Style) {
    cell.modifier = Modifier::empty();
    cell.set_char(c).set_style(style);
}

/// Breaks pieces into rows of a width, at blanks where there are any; rows behind the first begin `indent` cells in.
pub fn wrap(pieces: &[Piece], room: usize, indent: usize) -> Vec<Vec<Piece>> {
    let mut rows: Vec<Vec<Piece>> = vec![Vec::new()];
    let (mut used, mut fresh) = (0, true);
    let indent = indent.min(room / 2);
    for p in pieces {
        for word in words(&p.text) {
            let wide = width(word.trim_end());
            if used + wide > room && !fresh && wide <= room.saturating_sub(indent) {
                rows.push(vec![piece(" ".repeat(indent), p.style)]);
                used = indent;
            }
            if used + wide <= room {
                push(&mut rows, word, p.style);
                used += width(word);
            } else {
                for glyph in glyphs(word) {
                    if used + glyph.width > room {
                        rows.push(vec![piece(" ".repeat(indent), p.style)]);
                        used = indent;
                    }
                    push(&mut rows, word.get(glyph.at..glyph.at + glyph.len).unwrap_or_default(), p.style);
                    used += glyph.width;
                }
            }
            fresh = false;
        }
    }
    // A blank at the end of a row would be cut there, and shown as cut.
    for last in rows.iter_mut().filter_map(|row| row.last_mut()) {
        last.text.truncate(last.text.trim_end_matches(' ').len());
    }
    rows
}

fn push(rows: &mut [Vec<Piece>], text: &str, style: Style) {
    let Some(row) = rows.last_mut() else { return };
    match row.last_mut() {
        Some(last) if last.style == style => last.text.push_str(text),
        _ => row.push(piece(text, style)),
    }
}

/// Words with the blanks behind them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let start = rest.find(|c: char| c != ' ').unwrap_or(rest.len());
        let end = rest.get(start..)?.find(' ').map_or(rest.len(), |i| start + i);
        let end = rest.get(end..)?.find(|c: char| c != ' ').map_or(rest.len(), |i| end + i);
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::model::{Depth, Theme};

    fn wrapped(text: &str, room: usize, indent: usize) -> Vec<String> {
        let rows = wrap(&[piece(text, Style::new())], room, indent);
        rows.into_iter().map(|r| r.into_iter().map(|p| p.text).collect()).collect()
    }

    #[test]
    fn rows_break_at_blanks_and_hang() {
        assert_eq!(wrapped("the token expired long ago", 11, 2), ["the token", "  expired", "  long ago"]);
    }

    #[test]
    fn a_word_longer_than_a_row_is_broken() {
        assert_eq!(wrapped("abcdefgh", 3, 0), ["abc", "def", "gh"]);
    }

    #[test]
    fn a_text_that_is_too_long_ends_with_dots() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 5, 1));
        let mut pen = Pen::new(&mut buffer, Rect::new(0, 0, 5, 1), Styles::of(Theme::None, Depth::Indexed));
        pen.write(0, 0, "日本語", Style::new());
        let shown: String = buffer.content().iter().map(|c| c.symbol()).collect();
        assert_eq!(shown, "日 本 …");
    }
}
