//! A text as words of a command line.

use crate::domain::span::Span;

/// The words of a text, those in quotes without them.
pub(super) struct Words<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

impl Iterator for Words<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let rest = self.text.get(self.at..)?;
        let start = self.at + rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\\').len();
        let word = self.text.get(start..).filter(|word| !word.is_empty())?;
        let quoted = word.chars().next().filter(|c| matches!(c, '"' | '\''));
        if let Some(end) = quoted.and_then(|quote| line_of(word).get(1..)?.find(quote)) {
            self.at = start + end + 2;
            return Some(Span::new(start + 1, start + 1 + end));
        }
        let length = word.find(char::is_whitespace).unwrap_or(word.len());
        self.at = start + length;
        let word = word.get(..length).unwrap_or_default();
        Some(Span::new(start, start + word.trim_end_matches(['"', '\'', '`', ',', ';', ')', '<']).len().max(1)))
    }
}

fn line_of(text: &str) -> &str {
    text.split('\n').next().unwrap_or_default()
}
