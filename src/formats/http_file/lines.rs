//! The lines of a text, with their places.

use crate::domain::span::Span;

/// What counts as a blank. A no-break space does not: in a credential it is a fault that must stay visible.
pub(super) const WHITESPACE: [char; 2] = [' ', '\t'];

/// A line of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Its text without the line end.
    pub text: &'a str,
    /// Offset of its first byte.
    pub start: usize,
    /// Offset behind its text.
    pub end: usize,
    /// Offset behind its line end.
    pub next: usize,
    /// Its number, from 1.
    pub number: usize,
}

impl Line<'_> {
    /// The line with its line end.
    pub fn whole(&self) -> Span {
        Span::new(self.start, self.next)
    }

    /// True for blank lines and comments, which at the end of a block belong between two requests rather than to one.
    pub fn is_filling(&self) -> bool {
        self.text.trim_matches(WHITESPACE).is_empty() || self.text.starts_with('#') || self.text.starts_with("//")
    }

    /// The text without blanks around it.
    pub fn trimmed(&self) -> Span {
        let lead = self.text.len() - self.text.trim_start_matches(WHITESPACE).len();
        Span::new(self.start + lead, self.start + lead + self.text.trim_matches(WHITESPACE).len())
    }
}

/// The lines of a text; a byte order mark before the first one belongs to none.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut number = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n').map_or(rest.len(), |i| i + 1);
        let content = rest.get(..length)?.trim_end_matches('\n');
        let content = content.strip_suffix('\r').unwrap_or(content);
        number += 1;
        let line = Line { text: content, start: at, end: at + content.len(), next: at + length, number };
        at += length;
        Some(line)
    })
}
