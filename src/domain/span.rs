//! Byte ranges in a text.

use std::ops::Range;

/// A range of UTF-8 byte offsets in some text, `start` included and `end` not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

impl Span {
    /// A span from its two offsets.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The whole of a text.
    pub const fn whole(text: &str) -> Self {
        Self { start: 0, end: text.len() }
    }

    /// Where `part`, a slice of `text`, is in it. `None` when it is a slice of something else.
    pub fn of(text: &str, part: &str) -> Option<Self> {
        let start = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
        (start + part.len() <= text.len()).then_some(Self { start, end: start + part.len() })
    }

    /// Number of bytes.
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// True when it holds no byte.
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// True when all bytes of another span are in this one.
    pub const fn covers(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The same span in a text in which this one's text begins at `by`.
    pub const fn shifted(self, by: usize) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }

    /// The bytes it names, or `None` when it does not fit the text or cuts a character.
    pub fn cut(self, text: &str) -> Option<&str> {
        text.get(self.start..self.end)
    }

    /// As a standard range.
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self { start: range.start, end: range.end }
    }
}

/// The first bytes of a text, whole characters.
pub fn start(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// The number of the character at a byte offset, counted from 1 as editors do.
pub fn character(text: &str, offset: usize) -> usize {
    start(text, offset).chars().count() + 1
}

/// Line and column (both from 1, the column in characters) of a byte offset: what an error message names.
pub fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let before = start(text, offset);
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    (line, character(&before[start..], before.len()))
}

/// The lines of a text, for offsets in any order.
#[derive(Clone, Debug, Default)]
pub struct LineIndex(Vec<usize>);

impl LineIndex {
    /// Of a text.
    pub fn of(text: &str) -> Self {
        Self(memchr::memchr_iter(b'\n', text.as_bytes()).collect())
    }

    /// The line of an offset, from 1.
    pub fn line(&self, offset: usize) -> usize {
        self.0.partition_point(|end| *end < offset) + 1
    }
}

/// Line and column of many offsets. In their order they are found in one walk over the text.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    column: usize,
}

impl<'a> Places<'a> {
    /// The places of a text.
    pub const fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1, column: 1 }
    }

    /// As [`line_column`].
    pub fn of(&mut self, offset: usize) -> (usize, usize) {
        if offset < self.at {
            *self = Self::new(self.text);
        }
        let mut to = offset.min(self.text.len());
        while !self.text.is_char_boundary(to) {
            to -= 1;
        }
        for c in self.text.get(self.at..to).unwrap_or_default().chars() {
            (self.line, self.column) = if c == '\n' { (self.line + 1, 1) } else { (self.line, self.column + 1) };
        }
        self.at = self.at.max(to);
        (self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_places_are_those_of_each() {
        let text = "a\n\u{fc}b\n\nc";
        let mut places = Places::new(text);
        for offset in [0, 1, 2, 3, 4, 5, 9, 2, 7, 100] {
            assert_eq!(places.of(offset), line_column(text, offset), "{offset}");
            assert_eq!(LineIndex::of(text).line(offset), line_column(text, offset).0, "{offset}");
        }
    }

    #[test]
    fn a_slice_knows_its_place() {
        let text = "Bearer abc";
        assert_eq!(Span::of(text, &text[7..]), Some(Span::new(7, 10)));
        assert_eq!(Span::of(&text[7..], text), None);
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(line_column("a\nüb", 4), (2, 2));
        assert_eq!(line_column("a\nüb", 3), (2, 1));
    }
}
