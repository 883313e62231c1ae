//! Cursor motions.

use strum::IntoStaticStr;

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation as _};
use unicode_width::UnicodeWidthStr as _;

use super::Editor;

/// A cursor motion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Motion {
    /// One grapheme to the left.
    Left,
    /// One grapheme to the right.
    Right,
    /// One line up, keeping the column.
    Up,
    /// One line down, keeping the column.
    Down,
    /// To the start of the word on the left.
    WordLeft,
    /// To the end of the word on the right.
    WordRight,
    /// To the start of what is on the left up to a space.
    SpaceLeft,
    /// To the first column.
    LineStart,
    /// To the end of the line.
    LineEnd,
    /// To the first byte.
    TextStart,
    /// To the end of the text.
    TextEnd,
    /// Some lines up.
    PageUp,
    /// Some lines down.
    PageDown,
}

/// Whether a motion extends the selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Select {
    /// The selection is dropped.
    Drop,
    /// The selection grows or shrinks.
    Extend,
}

/// Lines per page; fewer than the smallest pane, so that some lines stay visible.
const PAGE: usize = 8;

impl Editor {
    /// The target of a motion; `goal` is the column to keep.
    pub(super) fn target(&self, motion: Motion, goal: Option<usize>) -> usize {
        let line = self.line_at(self.cursor);
        match motion {
            Motion::Left => before(&self.text, self.cursor),
            Motion::Right => after(&self.text, self.cursor),
            Motion::WordLeft => {
                self.text[..self.cursor].split_word_bound_indices().rev().find(|(_, w)| !w.trim().is_empty()).map_or(0, |(i, _)| i)
            }
            Motion::WordRight => self.text[self.cursor..]
                .split_word_bound_indices()
                .find(|(_, w)| !w.trim().is_empty())
                .map_or(self.text.len(), |(i, w)| self.cursor + i + w.len()),
            Motion::SpaceLeft => {
                let before = self.text[..self.cursor].trim_end();
                before.char_indices().rev().find(|(_, c)| c.is_whitespace()).map_or(0, |(i, c)| i + c.len_utf8())
            }
            Motion::LineStart => line.start,
            Motion::LineEnd => line.end,
            Motion::TextStart => 0,
            Motion::TextEnd => self.text.len(),
            Motion::Up => self.lines_away(-1, goal),
            Motion::Down => self.lines_away(1, goal),
            Motion::PageUp => self.lines_away(-(PAGE as isize), goal),
            Motion::PageDown => self.lines_away(PAGE as isize, goal),
        }
    }

    /// Column of the cursor in cells.
    pub(super) fn column(&self) -> usize {
        self.text[self.line_at(self.cursor).start..self.cursor].width()
    }

    fn lines_away(&self, count: isize, goal: Option<usize>) -> usize {
        let column = goal.unwrap_or_else(|| self.column());
        let mut line = self.line_at(self.cursor);
        for _ in 0..count.unsigned_abs() {
            if count < 0 {
                if line.start == 0 {
                    return 0;
                }
                line = self.line_at(line.start - 1);
            } else {
                if line.end == self.text.len() {
                    return self.text.len();
                }
                line = self.line_at(line.end + 1);
            }
        }
        let mut width = 0;
        for (i, grapheme) in self.text[line.range()].grapheme_indices(true) {
            if width + grapheme.width() > column {
                return line.start + i;
            }
            width += grapheme.width();
        }
        line.end
    }
}

fn before(text: &str, at: usize) -> usize {
    GraphemeCursor::new(at, text.len(), true).prev_boundary(text, 0).ok().flatten().unwrap_or(0)
}

fn after(text: &str, at: usize) -> usize {
    GraphemeCursor::new(at, text.len(), true).next_boundary(text, 0).ok().flatten().unwrap_or(text.len())
}
