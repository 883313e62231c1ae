//! Text that others wrote, made safe to show: what steers a terminal or hides in it becomes an escape.

use std::borrow::Cow;

/// True for a character that shows as nothing, or that moves what is around it: control, zero-width,
/// bidirectional, no-break space, soft hyphen, byte order mark, tag characters.
pub fn is_hidden(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || matches!(c,
            '\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{1680}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{2800}'
            | '\u{3000}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// A text in which every hidden character is written as `\u{200b}`, a line break as `\n`, a tab as `\t`.
pub fn visible(text: &str) -> Cow<'_, str> {
    escaped(text, is_hidden, |c, shown| match c {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        c => shown.push_str(&format!("\\u{{{:x}}}", c as u32)),
    })
}

/// True for a character that steers a terminal or the direction of what is around it.
fn steers(c: char) -> bool {
    c.is_control() && c != '\t' || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text for a file, in which what steers a terminal is written as an escape. What only shows as nothing stays: parts of an emoji
/// are joined by it.
pub fn unsteered(text: &str) -> Cow<'_, str> {
    escaped(text, steers, |c, shown| shown.push_str(&visible(c.encode_utf8(&mut [0; 4]))))
}

/// Most letters of a value in a sentence about it.
const MOST_LETTERS: usize = 120;

/// A value as a sentence can hold it: of a long one the beginning.
pub fn excerpt(value: &str) -> Cow<'_, str> {
    match value.char_indices().nth(MOST_LETTERS).and_then(|(end, _)| value.get(..end)) {
        Some(beginning) => format!("{beginning}…").into(),
        None => value.into(),
    }
}

/// As [`visible`], of a text of several lines: their breaks stay.
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| c != '\n' && is_hidden(c), |c, shown| shown.push_str(&visible(c.encode_utf8(&mut [0; 4]))))
}

/// A text of JSON in which every hidden character is written as `\u200b`. Only in its strings can there be one, line breaks
/// between its members apart.
pub fn visible_json(text: &str) -> Cow<'_, str> {
    escaped(
        text,
        |c| c != '\n' && is_hidden(c),
        |c, shown| {
            for unit in c.encode_utf16(&mut [0; 2]) {
                shown.push_str(&format!("\\u{unit:04x}"));
            }
        },
    )
}

/// The first byte of which more needs to be asked. Nearly all of most texts has none, so that many are looked at together.
fn next_odd(bytes: &[u8], is_odd: impl Fn(u8) -> bool) -> Option<usize> {
    let mut at = 0;
    for together in bytes.chunks(64) {
        if together.iter().fold(false, |odd, byte| odd | is_odd(*byte)) {
            return together.iter().position(|byte| is_odd(*byte)).map(|i| at + i);
        }
        at += together.len();
    }
    None
}

fn escaped<'a>(text: &'a str, is_bad: impl Fn(char) -> bool, escape: impl Fn(char, &mut String)) -> Cow<'a, str> {
    let mut shown = String::new();
    let (mut at, mut copied) = (0, 0);
    let keeps_lines = !is_bad('\n');
    let is_odd = |byte: u8| !(matches!(byte, b' '..=b'~') || keeps_lines && byte == b'\n');
    while let Some(next) = text.as_bytes().get(at..).and_then(|rest| next_odd(rest, is_odd)) {
        at += next;
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
        if is_bad(c) {
            shown.push_str(text.get(copied..at).unwrap_or_default());
            escape(c, &mut shown);
            copied = at + c.len_utf8();
        }
        at += c.len_utf8();
    }
    if copied == 0 {
        return text.into();
    }
    shown.push_str(text.get(copied..).unwrap_or_default());
    shown.into()
}

/// The hidden characters of a text with their byte offsets.
pub fn hidden(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    text.char_indices().filter(|(_, c)| is_hidden(*c))
}

/// A character as people name it: `U+200B (zero width space)`.
pub fn name(c: char) -> String {
    let word = match c {
        '\t' => "tab",
        '\n' => "line feed",
        '\r' => "carriage return",
        ' ' => "space",
        '\u{1b}' => "escape",
        '\u{a0}' => "no-break space",
        '\u{ad}' => "soft hyphen",
        '\u{200b}' => "zero width space",
        '\u{200c}' => "zero width non-joiner",
        '\u{200d}' => "zero width joiner",
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "direction mark",
        '\u{2028}' => "line separator",
        '\u{202f}' => "narrow no-break space",
        '\u{2060}' => "word joiner",
        '\u{feff}' => "byte order mark",
        c if c.is_control() => "control character",
        c if is_hidden(c) => "invisible character",
        _ => "",
    };
    let code = format!("U+{:04X}", c as u32);
    if word.is_empty() { format!("{code} ({c})") } else { format!("{code} ({word})") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_is_shown() {
        assert_eq!(visible("a\u{200b}b\x1b[2J\nc\u{202e}"), "a\\u{200b}b\\u{1b}[2J\\nc\\u{202e}");
        assert_eq!(visible("plain ünï"), "plain ünï");
        assert_eq!(visible_lines("a\r\n\u{9b}b\n"), "a\\r\n\\u{9b}b\n");
        assert_eq!(visible_json("{\n  \"\u{7f}\u{e0041}\": \"ü\u{9b}\"\n}"), "{\n  \"\\u007f\\udb40\\udc41\": \"ü\\u009b\"\n}");
        assert_eq!(hidden("a\u{feff}b").collect::<Vec<_>>(), [(1, '\u{feff}')]);
        assert_eq!(name('\u{200b}'), "U+200B (zero width space)");
        assert_eq!(name('x'), "U+0078 (x)");
    }

    #[test]
    fn a_sentence_holds_the_beginning_of_a_long_value() {
        assert_eq!(excerpt("short"), "short");
        assert_eq!(excerpt(&"ü".repeat(1_000_000)), format!("{}…", "ü".repeat(MOST_LETTERS)));
    }
}
