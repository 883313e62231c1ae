//! Texts inside texts: undone escapes, with the way back to the bytes they came from.

use std::borrow::Cow;

use crate::domain::span::Span;

/// A text with its escapes undone.
#[derive(Debug)]
pub struct Decoded {
    /// The text.
    pub text: String,
    /// Where each of its bytes came from, and after the last one where the whole ended.
    places: Vec<u32>,
}

impl Decoded {
    /// The bytes of the source that some bytes of the text came from.
    pub fn source(&self, span: Span) -> Span {
        let at = |offset: usize| self.places.get(offset).or(self.places.last()).map_or(0, |place| *place as usize);
        Span::new(at(span.start), at(span.end))
    }

    fn of(source: &str, mark: u8, undo: impl Fn(&str) -> Option<(char, usize)>) -> Self {
        let mut decoded = Self { text: String::with_capacity(source.len()), places: Vec::with_capacity(source.len() + 1) };
        let mut at = 0;
        while let Some(c) = source.get(at..).and_then(|rest| rest.chars().next()) {
            let (c, length) = match source.as_bytes().get(at) {
                Some(b) if *b == mark => source.get(at..).and_then(&undo).unwrap_or((c, 1)),
                _ => (c, c.len_utf8()),
            };
            decoded.text.push(c);
            decoded.places.resize(decoded.text.len(), at as u32);
            at += length;
        }
        decoded.places.push(source.len() as u32);
        decoded
    }

    /// Percent-encoding undone. Bytes beyond ASCII become one character each, so that each has its place.
    pub fn percent(source: &str) -> Self {
        Self::of(source, b'%', |rest| {
            let byte = u8::from_str_radix(rest.get(1..3)?, 16).ok()?;
            Some((char::from(byte), 3))
        })
    }

    /// The five entities of XML undone.
    pub fn xml(source: &str) -> Self {
        const ENTITIES: [(&str, char); 5] = [("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&apos;", '\''), ("&amp;", '&')];
        Self::of(source, b'&', |rest| ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity)).map(|(entity, c)| (*c, entity.len())))
    }

    /// The escapes of a JSON string undone.
    pub fn json(source: &str) -> Self {
        Self::of(source, b'\\', |rest| {
            Some(match rest.as_bytes().get(1)? {
                b'u' => (char::from_u32(u32::from_str_radix(rest.get(2..6)?, 16).ok()?).unwrap_or('\u{fffd}'), 6),
                b'n' => ('\n', 2),
                b't' => ('\t', 2),
                b'r' => ('\r', 2),
                b'b' | b'f' => (' ', 2),
                other if other.is_ascii() => (char::from(*other), 2),
                _ => return None,
            })
        })
    }
}

/// A name with its escapes undone, of JSON as of addresses.
pub fn name(name: &str) -> Cow<'_, str> {
    if name.contains('\\') {
        return Decoded::json(name).text.into();
    }
    if name.contains('%') {
        return percent_encoding::percent_decode_str(name).decode_utf8_lossy();
    }
    name.into()
}
