//! Wraps spans with a hanging indent. ratatui's `Paragraph` cannot do that, nor report the number of lines.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation as _;

use super::{at_most, push, width};
use crate::ui::theme::Styles;

/// Wraps spans at spaces where possible, and what is longer than a line between its parts; lines after the first are indented.
pub fn wrap(spans: &[Span<'_>], room: usize, indent: usize) -> Vec<Line<'static>> {
    wrap_until(usize::MAX, spans, room, indent)
}

/// As [`wrap`], of which the first `most` lines are shown; the last of them shows it if there are more.
pub fn wrap_at_most(most: usize, spans: &[Span<'_>], room: usize, indent: usize, styles: &Styles) -> Vec<Line<'static>> {
    at_most(most, wrap_until(most, spans, room, indent), room, styles)
}

/// Wraps until there are more lines than `most`, so that a text of megabytes costs no more than what is shown of it.
fn wrap_until(most: usize, spans: &[Span<'_>], room: usize, indent: usize) -> Vec<Line<'static>> {
    let indent = indent.min(room / 2);
    let mut wrapped = Wrapped { lines: vec![Vec::new()], used: 0, indent };
    let mut is_first = true;
    'all: for span in spans {
        for word in words(&span.content).flat_map(|word| parts(word, room.saturating_sub(indent))) {
            let wide = width(word.trim_end());
            if wrapped.lines.len() > most {
                break 'all;
            }
            if wrapped.used + wide > room && !is_first && wide <= room.saturating_sub(indent) {
                wrapped.break_line(span.style);
            }
            if wrapped.used + wide <= room {
                wrapped.push(word, span.style);
            } else {
                for grapheme in word.graphemes(true) {
                    if wrapped.lines.len() > most {
                        break 'all;
                    }
                    if wrapped.used + width(grapheme) > room {
                        wrapped.break_line(span.style);
                    }
                    wrapped.push(grapheme, span.style);
                }
            }
            is_first = false;
        }
    }
    wrapped.lines.into_iter().map(without_end_spaces).collect()
}

struct Wrapped {
    lines: Vec<Vec<Span<'static>>>,
    /// Width of the last line.
    used: usize,
    indent: usize,
}

impl Wrapped {
    fn break_line(&mut self, style: Style) {
        let mut line = Vec::new();
        push(&mut line, &" ".repeat(self.indent), style);
        self.lines.push(line);
        self.used = self.indent;
    }

    fn push(&mut self, text: &str, style: Style) {
        if let Some(line) = self.lines.last_mut() {
            push(line, text, style);
            self.used += width(text);
        }
    }
}

/// Trailing spaces would be cut off and shown as cut.
fn without_end_spaces(mut spans: Vec<Span<'static>>) -> Line<'static> {
    if let Some(last) = spans.last_mut() {
        let end = last.content.trim_end_matches(' ').len();
        last.content.to_mut().truncate(end);
    }
    spans.into()
}

/// Words with the spaces after them.
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

/// The parts of a word that is longer than a line, such as an address or a list without spaces: each ends with what separates it
/// from the next one.
fn parts(word: &str, room: usize) -> impl Iterator<Item = &str> {
    let is_long = width(word.trim_end()) > room;
    let mut rest = word;
    std::iter::from_fn(move || {
        let mut ends = rest.match_indices(['/', '?', '&', ',', ';']).map(|(at, separator)| at + separator.len());
        // The two slashes of `https://` stay together.
        let end = ends.find(|end| is_long && !rest.get(*end..).is_some_and(|after| after.starts_with(['/', ' '])));
        let (part, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        Some(part).filter(|part| !part.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::appearance::{ColorDepth, Theme};

    fn styles() -> &'static Styles {
        const STYLES: Styles = Styles::built_in(Theme::None, ColorDepth::Indexed);
        &STYLES
    }

    fn wrapped(text: &str, room: usize, indent: usize) -> Vec<String> {
        wrap(&[Span::raw(text)], room, indent).iter().map(Line::to_string).collect()
    }

    #[test]
    fn lines_break_at_spaces_and_hang() {
        assert_eq!(wrapped("the token expired long ago", 11, 2), ["the token", "  expired", "  long ago"]);
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken() {
        assert_eq!(wrapped("abcdefgh", 3, 0), ["abc", "def", "gh"]);
    }

    #[test]
    fn a_long_address_is_broken_between_its_parts() {
        assert_eq!(wrapped("of https://api.example.com/v1/users", 18, 0), ["of https://", "api.example.com/", "v1/users"]);
        assert_eq!(wrapped("[\"read:all\",\"write:all\"]", 13, 0), ["[\"read:all\",", "\"write:all\"]"]);
    }

    #[test]
    fn the_last_of_the_lines_that_are_shown_says_that_there_are_more() {
        let first = |text: &str| {
            let lines = wrap_at_most(2, &[Span::raw(text.to_string())], 6, 0, styles());
            lines.iter().map(Line::to_string).collect::<Vec<_>>()
        };
        assert_eq!(first("one two"), ["one", "two"]);
        assert_eq!(first("one two three"), ["one", "two …"]);
        assert_eq!(first(&"a".repeat(10_000_000)), ["aaaaaa", "aaaaa…"]);
    }

    #[test]
    fn styles_are_kept_across_lines() {
        let lines = wrap(&[Span::raw("one "), Span::styled("two three", Style::new().bold())], 8, 1);
        assert_eq!(lines.iter().map(Line::to_string).collect::<Vec<_>>(), ["one two", " three"]);
        assert_eq!(lines[1].spans[0].style, Style::new().bold());
    }
}
