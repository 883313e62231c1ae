//! Text on a terminal: lines wrap between words, and marks have a color.

use std::io::{self, IsTerminal as _};

use clap::ColorChoice;
use unicode_width::UnicodeWidthStr as _;

/// Further indentation of a wrapped line.
const HANG: &str = "  ";

/// How text for people is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appearance {
    /// Marks have a color.
    pub has_color: bool,
    /// The width to wrap to, if any.
    pub width: Option<usize>,
}

impl Appearance {
    /// As it is: for files and other programs.
    pub const PLAIN: Self = Self { has_color: false, width: None };

    /// What suits the standard output. Where it is left open, `NO_COLOR` leaves the color out, and `CLICOLOR_FORCE` puts it in.
    pub fn of_standard_output(color: ColorChoice) -> Self {
        let is_terminal = io::stdout().is_terminal();
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let has_color = match color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if is_set("NO_COLOR") => false,
            ColorChoice::Auto => is_terminal || std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0"),
        };
        Self { has_color, width: is_terminal.then(columns).flatten() }
    }

    /// What suits the standard error: nothing there has a mark.
    pub fn of_standard_error() -> Self {
        Self { has_color: false, width: io::stderr().is_terminal().then(columns).flatten() }
    }

    /// Some lines as they are written. They are escaped before: nothing in them may control the terminal.
    pub fn shown(self, text: &str) -> String {
        text.split_inclusive('\n').map(|line| self.line(line)).collect()
    }

    fn line(self, line: &str) -> String {
        let line = self.width.map_or_else(|| line.to_string(), |width| wrapped(line, width));
        match color(&line).filter(|_| self.has_color) {
            Some(color) => {
                let (text, end) = line.strip_suffix('\n').map_or((line.as_str(), ""), |text| (text, "\n"));
                format!("\x1b[{color}m{text}\x1b[0m{end}")
            }
            None => line,
        }
    }
}

/// The width of the terminal.
fn columns() -> Option<usize> {
    crossterm::terminal::size().ok().map(|(width, _)| usize::from(width)).filter(|width| *width > 0)
}

/// The color of a line by its mark: causes are red and bold, warnings yellow, open questions and what is folded dim.
fn color(line: &str) -> Option<&'static str> {
    match line.trim_start().chars().next()? {
        '✗' => Some("1;31"),
        '▲' => Some("33"),
        '✓' => Some("32"),
        '?' | '…' => Some("2"),
        _ if line.trim_start().starts_with("fix: ") => Some("36"),
        _ => None,
    }
}

/// A line broken between words. A word that is longer than a line stays whole, so that it can be copied.
fn wrapped(line: &str, width: usize) -> String {
    let indent = format!("{}{HANG}", " ".repeat(line.len() - line.trim_start_matches(' ').len()));
    let (mut shown, mut used) = (String::new(), 0);
    for word in line.split_inclusive(' ') {
        let wide = word.trim_end().width();
        if used > indent.len() && wide > 0 && used + wide > width {
            shown.truncate(shown.trim_end_matches(' ').len());
            shown.push('\n');
            shown.push_str(&indent);
            used = indent.len();
        }
        shown.push_str(word);
        used += word.trim_end_matches('\n').width();
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_a_long_word_stays_whole() {
        let at = |width| Appearance { has_color: false, width: Some(width) }.shown("  ✗ the token expired\n    abcdefghijklmnop x\n");
        assert_eq!(at(80), "  ✗ the token expired\n    abcdefghijklmnop x\n");
        assert_eq!(at(14), "  ✗ the token\n    expired\n    abcdefghijklmnop\n      x\n");
    }

    #[test]
    fn only_lines_with_a_mark_have_a_color() {
        let shown = Appearance { has_color: true, width: None }.shown("a: b\n  ✗ c\n");
        assert_eq!(shown, "a: b\n\x1b[1;31m  ✗ c\x1b[0m\n");
    }

    #[test]
    fn without_a_terminal_nothing_is_added() {
        assert_eq!(Appearance::PLAIN.shown("  ✗ a long line\n"), "  ✗ a long line\n");
    }
}
