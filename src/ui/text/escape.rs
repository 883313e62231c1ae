//! Escapes text from outside before it reaches the screen.
//!
//! What would control the terminal, reverse the writing direction or be invisible becomes a visible escape, tabs become spaces,
//! and every glyph knows its width and its bytes.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use crate::domain::visible::is_hidden;

/// How a glyph is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GlyphKind {
    /// As itself.
    Plain,
    /// As an escape.
    Escaped,
}

/// One glyph of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glyph<'a> {
    /// Offset of its first byte in the text.
    pub at: usize,
    /// How many bytes of the text it stands for.
    pub len: usize,
    /// The text to show.
    pub shown: Cow<'a, str>,
    /// Its width in cells.
    pub width: usize,
    /// Whether it is shown as itself.
    pub kind: GlyphKind,
}

/// Tabs have a fixed width, since the text before them may be scrolled away.
const TAB: &str = "  ";

/// A letter with more combining marks is shown as escapes.
const MOST_MARKS: usize = 8;

/// The glyphs of a line. A line break in it is shown as an escape.
pub fn glyphs(text: &str) -> impl Iterator<Item = Glyph<'_>> {
    let mut at = 0;
    // A cluster that is shown one character after the other, and where it begins.
    let (mut cluster, mut start, mut pending) = ("", 0, "".char_indices());
    std::iter::from_fn(move || {
        if let Some((i, c)) = pending.next() {
            return Some(single(start + i, c, cluster));
        }
        let rest = text.get(at..).filter(|r| !r.is_empty())?;
        let bytes = rest.as_bytes();
        // Nearly all text is ASCII, and two adjacent ASCII bytes never form one glyph.
        if bytes.first().is_some_and(is_plain_byte) && bytes.get(1).is_none_or(u8::is_ascii) {
            let glyph = Glyph { at, len: 1, shown: Cow::Borrowed(&rest[..1]), width: 1, kind: GlyphKind::Plain };
            at += 1;
            return Some(glyph);
        }
        cluster = rest.graphemes(true).next()?;
        start = at;
        at += cluster.len();
        if needs_no_escape(cluster) {
            let width = cluster.width();
            return Some(Glyph { at: start, len: cluster.len(), shown: Cow::Borrowed(cluster), width, kind: GlyphKind::Plain });
        }
        pending = cluster.char_indices();
        pending.next().map(|(i, c)| single(start + i, c, cluster))
    })
}

fn needs_no_escape(cluster: &str) -> bool {
    let mut joined = false;
    for c in cluster.chars() {
        // A joiner inside an emoji is part of it; elsewhere it is hidden.
        if c == '\u{200d}' || c == '\u{fe0f}' {
            joined = true;
        } else if is_hidden(c) || c == '\t' {
            return false;
        }
    }
    let emoji = !joined || cluster.chars().next().is_some_and(|c| c as u32 > 0x2000 && c != '\u{200d}' && c != '\u{fe0f}');
    emoji && cluster.chars().count() <= MOST_MARKS && cluster.width() > 0
}

fn single(at: usize, c: char, cluster: &str) -> Glyph<'_> {
    let alone = cluster.len() == c.len_utf8();
    let plain = |shown: Cow<'static, str>, width| Glyph { at, len: c.len_utf8(), shown, width, kind: GlyphKind::Plain };
    let mut buffer = [0; 4];
    let width = c.encode_utf8(&mut buffer).width();
    match c {
        '\t' => plain(Cow::Borrowed(TAB), TAB.len()),
        c if !is_hidden(c) && width > 0 && (alone || !c.is_control()) => plain(Cow::Owned(c.to_string()), width),
        c => {
            let shown = name(c);
            Glyph { at, len: c.len_utf8(), width: shown.len(), shown: Cow::Owned(shown), kind: GlyphKind::Escaped }
        }
    }
}

/// How a hidden character is shown, in ASCII.
fn name(c: char) -> String {
    match c {
        '\n' => "\\n".into(),
        '\r' => "\\r".into(),
        '\0' => "\\0".into(),
        '\u{1b}' => "\\e".into(),
        c if (c as u32) < 0x100 => format!("\\x{:02x}", c as u32),
        c => format!("\\u{{{:x}}}", c as u32),
    }
}

/// True if every byte is a glyph of one cell.
pub fn is_plain(text: &str) -> bool {
    text.as_bytes().iter().all(is_plain_byte)
}

fn is_plain_byte(byte: &u8) -> bool {
    (0x20..0x7f).contains(byte)
}

/// The width in cells.
pub fn width(text: &str) -> usize {
    if is_plain(text) { text.len() } else { glyphs(text).map(|g| g.width).sum() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> String {
        glyphs(text).map(|g| g.shown.into_owned()).collect()
    }

    #[test]
    fn what_steers_a_terminal_is_shown_instead() {
        assert_eq!(shown("a\u{1b}]52;c;x\u{7}b\r\n\0"), "a\\e]52;c;x\\x07b\\r\\n\\0");
        assert_eq!(shown("\u{9b}31m"), "\\x9b31m");
    }

    #[test]
    fn what_hides_or_turns_around_is_shown() {
        assert_eq!(shown("a\u{202e}b\u{200b}c\u{feff}d\u{a0}e"), "a\\u{202e}b\\u{200b}c\\u{feff}d\\xa0e");
        assert_eq!(shown("x\u{200d}y"), "x\\u{200d}y");
    }

    #[test]
    fn letters_of_all_scripts_stay_as_they_are() {
        for text in ["é", "e\u{301}", "日本", "👩\u{200d}💻", "عربى"] {
            assert_eq!(shown(text), text);
        }
        assert_eq!(width("日本"), 4);
    }

    #[test]
    fn a_pile_of_marks_is_taken_apart() {
        let pile = format!("a{}", "\u{301}".repeat(50));
        assert!(shown(&pile).starts_with("a\\u{301}"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn every_byte_is_shown_once_and_nothing_hidden_gets_through(text in any::<String>()) {
            let mut at = 0;
            for glyph in glyphs(&text) {
                prop_assert_eq!(glyph.at, at);
                at += glyph.len;
                prop_assert_eq!(glyph.shown.as_ref().width(), glyph.width);
                prop_assert!(glyph.width > 0);
                prop_assert!(!glyph.shown.chars().any(char::is_control));
            }
            prop_assert_eq!(at, text.len());
        }
    }
}
