//! The screen: what is drawn on it, and what of that the terminal has.
//!
//! Not ratatui's `Terminal`: to reset a second frame and hold it against the first, cell by cell and byte by byte, took half of
//! the time of a key, and two frames as much memory as all that is shown in them. What the terminal has is kept in eight bytes
//! a cell here, so that comparing is one comparison, and the sequence of each look is made once.

use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Write};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::queue;
use crossterm::style::{Attribute, ResetColor, SetAttribute, SetStyle};
use crossterm::terminal::{Clear, ClearType};
use ratatui::backend::IntoCrossterm as _;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

/// A screen of some size, and the way to the terminal that shows it.
#[derive(Debug)]
pub struct Canvas<W> {
    out: W,
    drawn: Buffer,
    /// What the terminal has, cell by cell.
    sent: Vec<Sent>,
    /// A row of what was drawn, in the same form.
    row: Vec<Sent>,
    looks: Looks,
    /// Where the cursor is shown, unless nothing is known of it either.
    cursor: Option<(u16, u16)>,
    /// Set while nothing is known of what the terminal has.
    stale: bool,
}

/// A cell that the terminal was sent, in a form that is quick to compare: above, which of the looks it has; below, its
/// character, or 47 bits of a keyed hash where a glyph has more than one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sent(u64);

impl Sent {
    /// What an empty screen has: a blank in the first of the looks, which is none.
    const BLANK: Self = Self(b' ' as u64);
    /// The second half of a wide glyph, which is nothing that could be sent.
    const COVERED: Self = Self(u64::MAX);

    fn of(glyph: u64, look: usize) -> Self {
        Self((look as u64) << 48 | glyph)
    }

    fn look(self) -> usize {
        (self.0 >> 48) as usize
    }
}

/// The looks of cells, in the order in which they were first met: some dozens, as many as a theme has.
#[derive(Debug)]
struct Looks {
    known: Vec<Look>,
    hasher: RandomState,
}

#[derive(Debug)]
struct Look {
    /// The first cell that had it.
    cell: Cell,
    /// What gives a terminal this look, whatever it had before.
    sequence: Vec<u8>,
}

impl Looks {
    fn new() -> Self {
        let none = Look { cell: Cell::EMPTY, sequence: b"\x1b[0m".to_vec() };
        Self { known: vec![none], hasher: RandomState::new() }
    }

    /// Puts a row of cells into the form that is quick to compare.
    fn read(&mut self, cells: &[Cell], row: &mut Vec<Sent>) {
        let (mut look, mut like) = (0, &Cell::EMPTY);
        let mut covered = 0;
        row.clear();
        row.extend(cells.iter().map(|cell| {
            if covered > 0 {
                covered -= 1;
                return Sent::COVERED;
            }
            // Neighbours mostly look alike.
            if !look_alike(cell, like) {
                (look, like) = (self.of(cell), cell);
            }
            if let [byte] = cell.symbol().as_bytes() {
                return Sent::of(u64::from(*byte), look);
            }
            covered = cells_of(cell) - 1;
            Sent::of(self.glyph(cell.symbol()), look)
        }));
    }

    /// The place of a cell's look.
    fn of(&mut self, cell: &Cell) -> usize {
        if let Some(at) = self.known.iter().position(|look| look_alike(&look.cell, cell)) {
            return at;
        }
        let mut sequence = Vec::new();
        // Nothing that is written to memory fails.
        let _ = queue!(sequence, SetAttribute(Attribute::Reset), SetStyle(cell.style().into_crossterm()));
        self.known.push(Look { cell: cell.clone(), sequence });
        self.known.len() - 1
    }

    /// What gives a terminal the look at a place.
    fn sequence(&self, look: usize) -> &[u8] {
        self.known.get(look).map_or(&[], |l| &l.sequence)
    }

    /// A number for a glyph.
    fn glyph(&self, symbol: &str) -> u64 {
        let mut chars = symbol.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => u64::from(c),
            _ => 1 << 47 | self.hasher.hash_one(symbol) >> 17,
        }
    }
}

impl<W: Write> Canvas<W> {
    /// A screen of some columns and rows, of which nothing is on the terminal yet, with the cursor hidden.
    pub fn new(out: W, (width, height): (u16, u16)) -> Self {
        let drawn = Buffer::empty(Rect { x: 0, y: 0, width, height });
        let sent = vec![Sent::BLANK; drawn.content.len()];
        Self { out, drawn, sent, row: Vec::new(), looks: Looks::new(), cursor: None, stale: false }
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        (self.drawn.area.width, self.drawn.area.height)
    }

    /// What was drawn last.
    pub fn drawn(&self) -> &Buffer {
        &self.drawn
    }

    /// Where the cursor is, when it is shown.
    pub fn cursor(&self) -> Option<(u16, u16)> {
        self.cursor
    }

    /// Gives the screen a size; the terminal, which somebody else may have written on, is sent everything anew.
    pub fn resize(&mut self, (width, height): (u16, u16)) {
        self.drawn.resize(Rect { x: 0, y: 0, width, height });
        self.stale = true;
    }

    /// Draws on the whole screen, and sends the terminal what it does not have, in one piece; nothing when it has everything.
    /// `on` covers every cell of what was drawn before, and tells where the cursor is.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    pub fn draw(&mut self, on: impl FnOnce(&mut Buffer) -> Option<(u16, u16)>) -> io::Result<()> {
        let cursor = on(&mut self.drawn);
        let anew = std::mem::take(&mut self.stale);
        if anew {
            queue!(self.out, ResetColor, Clear(ClearType::All))?;
            self.sent.clear();
            self.sent.resize(self.drawn.content.len(), Sent::BLANK);
        }
        let mut written = self.send_cells()? || anew;
        let known = (!anew).then_some(self.cursor);
        // What is written takes the cursor along.
        if known != Some(cursor) || (written && cursor.is_some()) {
            match cursor {
                Some((x, y)) => queue!(self.out, MoveTo(x, y))?,
                None => queue!(self.out, Hide)?,
            }
            if cursor.is_some() && known.flatten().is_none() {
                queue!(self.out, Show)?;
            }
            (self.cursor, written) = (cursor, true);
        }
        if written { self.out.flush() } else { Ok(()) }
    }

    /// Writes the cells that the terminal does not have; whether there were any.
    fn send_cells(&mut self) -> io::Result<bool> {
        let width = usize::from(self.drawn.area.width).max(1);
        let mut head = Head { out: &mut self.out, look: None, next: None };
        let rows = self.drawn.content.chunks(width).zip(self.sent.chunks_mut(width));
        for (y, (cells, sent)) in rows.enumerate() {
            self.looks.read(cells, &mut self.row);
            for (x, (has, had)) in self.row.iter().zip(sent).enumerate() {
                if has == had {
                    continue;
                }
                *had = *has;
                if let Some(cell) = cells.get(x).filter(|_| *has != Sent::COVERED) {
                    head.write((x, y), cell, (has.look(), self.looks.sequence(has.look())))?;
                }
            }
        }
        Ok(head.look.is_some())
    }
}

/// Whether two cells look the same, whatever stands in them. Asked for each cell of each frame.
#[inline(always)]
fn look_alike(one: &Cell, other: &Cell) -> bool {
    one.fg == other.fg && one.bg == other.bg && one.modifier == other.modifier
}

/// How many cells a terminal takes for what stands in one.
fn cells_of(cell: &Cell) -> usize {
    cell.symbol().width().max(1)
}

/// Where the terminal writes, and how, as far as that is known.
struct Head<'a, W> {
    out: &'a mut W,
    /// The look that it writes in.
    look: Option<usize>,
    /// The cell that it would write next.
    next: Option<(usize, usize)>,
}

impl<W: Write> Head<'_, W> {
    /// Writes what stands in a cell.
    fn write(&mut self, at: (usize, usize), cell: &Cell, (look, sequence): (usize, &[u8])) -> io::Result<()> {
        // A screen is measured in u16.
        let here = MoveTo(at.0 as u16, at.1 as u16);
        let (symbol, wide) = (cell.symbol(), cells_of(cell));
        if self.next != Some(at) {
            queue!(self.out, here)?;
        }
        if self.look != Some(look) {
            self.look = Some(look);
            self.out.write_all(sequence)?;
        }
        // Terminals differ in how wide they show what is made of several characters: what it leaves free is blank.
        if wide > 1 && symbol.chars().nth(1).is_some() {
            write!(self.out, "{:wide$}", "")?;
            queue!(self.out, here)?;
        }
        self.out.write_all(symbol.as_bytes())?;
        // Where the terminal is behind a wide glyph is its own opinion, too.
        self.next = (wide == 1).then_some((at.0 + 1, at.1));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::style::{Color, Style};

    use super::*;

    const SIZE: (u16, u16) = (12, 3);

    /// One row of a frame: where a text begins, and how it looks.
    type Written = (u16, String, Style);

    /// Writes rows over an empty screen, as the panes do: glyph by glyph, as far as they fit.
    fn write(rows: &[Written], screen: &mut Buffer) {
        screen.reset();
        for (y, (column, text, style)) in (0..).zip(rows) {
            screen.set_stringn(*column, y, text, usize::from(SIZE.0 - column), *style);
        }
    }

    /// What a terminal shows, cell by cell: text, colours, weight.
    fn shown(terminal: &vt100::Parser) -> Vec<String> {
        let screen = terminal.screen();
        let cell = |y, x| {
            let cell = screen.cell(y, x).expect("a cell");
            let text = if cell.has_contents() { cell.contents() } else { " " };
            let text = if cell.is_wide_continuation() { "" } else { text };
            format!("{text:?} {:?} {:?} {} {}", cell.fgcolor(), cell.bgcolor(), cell.bold(), cell.underline())
        };
        (0..SIZE.1).flat_map(|y| (0..SIZE.0).map(move |x| cell(y, x))).collect()
    }

    fn styles() -> impl Strategy<Value = Style> {
        let style = Style::new();
        let styles = [style, style.fg(Color::Rgb(9, 8, 7)), style.bg(Color::Indexed(7)).bold(), style.underlined().fg(Color::Red)];
        prop::sample::select(styles.to_vec())
    }

    fn frames() -> impl Strategy<Value = Vec<Vec<Written>>> {
        prop::collection::vec(prop::collection::vec((0..SIZE.0, "[ab …日本é▎]{0,9}", styles()), 3), 1..6)
    }

    /// Fails unless a terminal that is sent what changes shows, after each frame, what one shows that is sent that frame alone.
    fn assert_shown(frames: &[Vec<Written>]) {
        let mut terminal = vt100::Parser::new(SIZE.1, SIZE.0, 0);
        let mut canvas = Canvas::new(Vec::new(), SIZE);
        let on = |frame: &Vec<Written>, canvas: &mut Canvas<Vec<u8>>, terminal: &mut vt100::Parser| {
            canvas
                .draw(|screen| {
                    write(frame, screen);
                    None
                })
                .expect("a frame");
            terminal.process(&std::mem::take(&mut canvas.out));
        };
        for frame in frames {
            on(frame, &mut canvas, &mut terminal);
            let mut fresh = vt100::Parser::new(SIZE.1, SIZE.0, 0);
            on(frame, &mut Canvas::new(Vec::new(), SIZE), &mut fresh);
            assert_eq!(shown(&terminal), shown(&fresh));
            let rows: Vec<String> = fresh.screen().rows(0, SIZE.0).map(|row| row.trim_end().to_string()).collect();
            let drawn: Vec<String> = canvas.drawn().content.chunks(usize::from(SIZE.0)).map(row).collect();
            assert_eq!(rows, drawn);
        }
    }

    proptest! {
        #[test]
        fn a_terminal_that_is_sent_changes_shows_what_was_drawn(frames in frames()) {
            assert_shown(&frames);
        }
    }

    #[test]
    fn a_wide_glyph_that_does_not_fit_leaves_its_place_blank() {
        let row = |column, text: &str, style| (column, text.to_string(), style);
        let plain = Style::new();
        assert_shown(&[vec![row(0, "", plain), row(0, "", plain), row(10, " 日", plain.fg(Color::Rgb(9, 8, 7)))]]);
    }

    /// A row of cells as text, without the blanks at its end and the cells that wide glyphs cover.
    fn row(cells: &[Cell]) -> String {
        let mut at = 0;
        let mut text = String::new();
        while let Some(cell) = cells.get(at) {
            text.push_str(cell.symbol());
            at += cell.symbol().width().max(1);
        }
        text.trim_end().to_string()
    }

    fn drawn(canvas: &mut Canvas<Vec<u8>>, text: &str, cursor: Option<(u16, u16)>) -> String {
        let on = |screen: &mut Buffer| {
            write(&[(0, text.into(), Style::new())], screen);
            cursor
        };
        canvas.draw(on).expect("a frame");
        String::from_utf8(std::mem::take(&mut canvas.out)).expect("text")
    }

    #[test]
    fn only_what_changed_is_sent() {
        let mut canvas = Canvas::new(Vec::new(), SIZE);
        assert_eq!(drawn(&mut canvas, "abc", None), "\x1b[1;1H\x1b[0mabc");
        assert_eq!(drawn(&mut canvas, "abc", None), "");
        assert_eq!(drawn(&mut canvas, "axc", None), "\x1b[1;2H\x1b[0mx");
        assert_eq!(drawn(&mut canvas, "axc", Some((2, 1))), "\x1b[2;3H\x1b[?25h");
        assert_eq!(drawn(&mut canvas, "ayc", Some((2, 1))), "\x1b[1;2H\x1b[0my\x1b[2;3H");
        assert_eq!(drawn(&mut canvas, "ayc", None), "\x1b[?25l");
    }

    #[test]
    fn behind_a_wide_glyph_the_place_is_told_and_what_may_be_left_free_is_blank() {
        let mut canvas = Canvas::new(Vec::new(), SIZE);
        assert_eq!(drawn(&mut canvas, "日b", None), "\x1b[1;1H\x1b[0m日\x1b[1;3Hb");
        assert_eq!(drawn(&mut canvas, "👁\u{fe0f}b", None), "\x1b[1;1H\x1b[0m  \x1b[1;1H👁\u{fe0f}");
        assert_eq!(drawn(&mut canvas, "ab", None), "\x1b[1;1H\x1b[0mab ");
    }

    #[test]
    fn another_size_is_sent_anew() {
        let mut canvas = Canvas::new(Vec::new(), SIZE);
        drawn(&mut canvas, "abc", None);
        canvas.resize((6, 2));
        assert_eq!(drawn(&mut canvas, "abc", None), "\x1b[0m\x1b[2J\x1b[1;1H\x1b[0mabc\x1b[?25l");
    }

    #[test]
    fn whoever_had_the_terminal_may_have_hidden_the_cursor_or_shown_it() {
        let mut canvas = Canvas::new(Vec::new(), SIZE);
        for cursor in [Some((2, 1)), None, None, Some((2, 1)), Some((2, 1))] {
            canvas.resize(SIZE);
            let told = if cursor.is_some() { "\x1b[2;3H\x1b[?25h" } else { "\x1b[?25l" };
            let bytes = drawn(&mut canvas, "abc", cursor);
            assert!(bytes.ends_with(told), "{bytes:?}");
        }
    }
}
