//! A compact JWS (RFC 7515), read part by part: what is broken in one part does not hide the others.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::encoding::any_base64;
use crate::domain::json::Object;
use crate::domain::limits::MAX_TOKEN;
use crate::domain::span::Span;

/// Which part of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartName {
    /// The JOSE header.
    Header,
    /// The claims.
    Payload,
    /// The signature.
    Signature,
}

impl PartName {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        }
    }
}

/// Something wrong in the form of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFault {
    /// The part it is in, or `None` for the token as a whole.
    pub part: Option<PartName>,
    /// What it is.
    pub kind: TokenFaultKind,
    /// Its bytes, counted in the token's text.
    pub span: Span,
    /// In words, with the actual character and column.
    pub message: String,
}

/// The kinds of fault in the form of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFaultKind {
    /// Not three parts.
    PartCount,
    /// A part is empty that must not be.
    EmptyPart,
    /// `=` at the end of a part (RFC 7515 section 2 leaves it out).
    Padding,
    /// `+` or `/`: the standard alphabet in the place of the URL-safe one.
    StandardAlphabet,
    /// A space or line break inside.
    Whitespace,
    /// A character that is in neither alphabet.
    BadCharacter,
    /// A length that no bytes encode to (4n + 1): something is cut off or lost.
    BadLength,
    /// Bits after the last byte that are not zero: a changed or cut last character.
    TrailingBits,
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The text is not one JSON object.
    NotJson,
    /// A member occurs twice.
    DuplicateMember,
    /// Longer than [`MAX_TOKEN`].
    TooLong,
}

/// One part: where it is and what it decodes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// Its bytes in the token's text.
    pub span: Span,
    /// The decoded bytes; as much as could be decoded.
    pub bytes: Vec<u8>,
}

/// A token of the JWS kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Jws {
    /// The token's text, from the first byte to the last.
    pub text: String,
    /// The JOSE header's members with places counted in the decoded header text.
    pub header: Object,
    /// The claims with places counted in the decoded payload text.
    pub claims: Object,
    /// Place and bytes of the header part.
    pub header_part: Part,
    /// Place and bytes of the payload part.
    pub payload_part: Part,
    /// Place and bytes of the signature part.
    pub signature_part: Part,
    /// How many parts there are.
    pub part_count: usize,
    /// All faults of form, in the order of their places.
    pub faults: Vec<TokenFault>,
}

/// Characters of the shortest header, of which the first may be lost: base64 of `{"alg":…}`.
const SHORTEST_HEADER: usize = 8;

impl Jws {
    /// True when a text looks like a JWS: its first part decodes to the beginning of a JSON object and it has
    /// dots, or it says `eyJ`. Broken ones count: only the intent is asked for.
    pub fn looks_like(text: &str) -> bool {
        let text = text.trim();
        // `eyJ` and its kin are how every base64 of a text that begins with `{"`, `{ "` or `{\n` starts.
        let is_object = |part: &str| ["eyJ", "ewo", "eyA", "ewkg"].iter().any(|p| part.starts_with(p));
        let is_letters = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        let dots = text.bytes().filter(|b| *b == b'.').count();
        match dots {
            // A whole object that names neither algorithm nor type is something else in base64, as the keys of some services are.
            0 if is_object(text) => {
                let header = Self::read(text).header;
                header.fault.is_some() || header.get("alg").is_some() || header.get("typ").is_some()
            }
            1..=2 if is_object(text) => true,
            // The first letters may be lost, and a short word before it is a name that somebody gave a token of its own form.
            2 => {
                let mut parts = text.split('.');
                let is_headless = |first: &str| first.len() >= SHORTEST_HEADER;
                Self::read(text).header.fault.is_none()
                    || is_letters(text) && parts.next().is_some_and(is_headless) && parts.next().is_some_and(is_object)
            }
            // Two tokens in one, or dots too many; a JWE has five parts and `enc`, an SD-JWT tildes.
            3.. if is_object(text) && !text.contains('~') => {
                let header = Self::read(text).header;
                let is_jws = header.fault.is_none() && header.get("alg").is_some() && header.get("enc").is_none();
                is_jws || Self::second_inside(text).is_some()
            }
            _ => false,
        }
    }

    /// Where another whole token begins inside a text. A payload begins as a header does, but has one part behind it.
    pub fn second_inside(text: &str) -> Option<usize> {
        if text.len() > MAX_TOKEN || text.contains('~') {
            return None;
        }
        // Two dots must follow.
        let (last, _) = text.rmatch_indices('.').nth(1)?;
        let begins = text.match_indices("eyJ").map(|(at, _)| at).filter(|at| *at > 0).take_while(|at| *at < last);
        // Few begin before it: a payload, and what a signature has by chance.
        begins.take(16).find(|at| text.get(*at..).is_some_and(|rest| Self::read(rest).algorithm().is_some()))
    }

    /// The JWS that a text is base64 of, as where a program encodes every credential.
    pub fn inside_base64(text: &str) -> Option<String> {
        // Base64 of `eyJ`.
        let decoded = any_base64(text.trim().strip_prefix("ZXlK").map(|_| text.trim())?)?;
        String::from_utf8(decoded).ok().filter(|inner| Self::looks_like(inner))
    }

    /// Reads a text as a JWS. Never fails: see `faults`.
    pub fn read(text: &str) -> Self {
        let mut jws = Self { text: text.to_string(), ..Self::default() };
        if text.len() > MAX_TOKEN {
            let message = format!("the token has {} bytes; more than {MAX_TOKEN} are not read", text.len());
            jws.faults.push(TokenFault { part: None, kind: TokenFaultKind::TooLong, span: Span::whole(text), message });
            return jws;
        }
        let mut spans = Vec::with_capacity(3);
        let mut start = 0;
        for (at, _) in text.match_indices('.') {
            spans.push(Span::new(start, at));
            start = at + 1;
            if spans.len() == 8 {
                break;
            }
        }
        spans.push(Span::new(start, text.len()));
        jws.part_count = text.bytes().filter(|b| *b == b'.').count() + 1;
        if jws.part_count != 3 {
            let parts = if jws.part_count == 1 { "part" } else { "parts" };
            jws.faults.push(TokenFault {
                part: None,
                kind: TokenFaultKind::PartCount,
                span: Span::whole(text),
                message: format!("the token has {} {parts}, but a JWT has three, separated by dots", jws.part_count),
            });
        }
        for (name, span) in [PartName::Header, PartName::Payload, PartName::Signature].into_iter().zip(spans) {
            let bytes = jws.decode(name, span);
            let part = Part { span, bytes };
            match name {
                PartName::Header => {
                    jws.header = jws.object(name, &part);
                    jws.header_part = part;
                }
                PartName::Payload => {
                    jws.claims = jws.object(name, &part);
                    jws.payload_part = part;
                }
                PartName::Signature => jws.signature_part = part,
            }
        }
        jws.faults.sort_by_key(|f| f.span);
        jws
    }

    /// The bytes that are signed: header, dot, payload, as they are written.
    pub fn signing_input(&self) -> &str {
        self.text.get(..self.payload_part.span.end).unwrap_or_default()
    }

    /// The same token with its form corrected: spaces, padding and foreign characters gone, `+` and `/` as
    /// `-` and `_`. What was lost stays lost.
    pub fn repaired(&self) -> String {
        let right = |c: char| match c {
            '+' => Some('-'),
            '/' => Some('_'),
            'A'..='Z' | 'a'..='z' | '0'..='9' | '-' | '_' | '.' => Some(c),
            _ => None,
        };
        let mut spelled = String::with_capacity(self.text.len());
        spelled.extend(self.text.chars().filter_map(right));
        spelled
    }

    /// The `alg` of the header as written.
    pub fn algorithm(&self) -> Option<&str> {
        self.header.str("alg")
    }

    /// A member by its path: `header.typ` or `claims.nonce`.
    pub fn member_at(&self, path: &str) -> Option<&serde_json::Value> {
        match path.split_once('.')? {
            ("header", name) => self.header.get(name),
            ("claims", name) => self.claims.get(name),
            _ => None,
        }
    }

    /// The `kid` of the header; a number is taken as its digits.
    pub fn key_id(&self) -> Option<String> {
        match self.header.get("kid")? {
            serde_json::Value::String(s) => Some(s.clone()),
            serde_json::Value::Null => None,
            other => Some(other.to_string()),
        }
    }

    /// True when header and claims are whole JSON objects, whatever the signature is.
    pub fn is_readable(&self) -> bool {
        self.header.fault.is_none() && self.claims.fault.is_none() && self.part_count >= 2
    }

    /// True for a value that a framework signed with its time: a JSON object that names no algorithm, the seconds since 1970 as a
    /// number in bytes, and a hash. It has three parts, and is no JWT
    /// (<https://itsdangerous.palletsprojects.com/en/stable/timed/>).
    pub fn is_timed_signature(&self) -> bool {
        let is_object = self.header.fault.is_none() && self.header.get("alg").is_none();
        let is_hash = matches!(self.signature_part.bytes.len(), 20 | 32 | 48 | 64);
        self.part_count == 3 && is_object && (4..=6).contains(&self.payload_part.bytes.len()) && is_hash
    }

    fn fault(&mut self, part: PartName, kind: TokenFaultKind, span: Span, message: String) {
        self.faults.push(TokenFault { part: Some(part), kind, span, message });
    }

    fn decode(&mut self, name: PartName, span: Span) -> Vec<u8> {
        // Lent out rather than copied: a token may have a megabyte.
        let text = std::mem::take(&mut self.text);
        let bytes = self.decode_part(&text, name, span);
        self.text = text;
        bytes
    }

    fn decode_part(&mut self, text: &str, name: PartName, span: Span) -> Vec<u8> {
        let part = span.cut(text).unwrap_or_default();
        if part.is_empty() {
            // An unsecured token (`alg: none`) has an empty signature: that is a matter of its algorithm, not its form.
            if name != PartName::Signature {
                self.fault(name, TokenFaultKind::EmptyPart, span, format!("the {} is empty", name.word()));
            }
            return Vec::new();
        }
        let is_clean = part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        let mut letters = if is_clean { Cow::Borrowed(part) } else { String::with_capacity(part.len()).into() };
        let mut first_of: [Option<(usize, char)>; 4] = [None; 4];
        let padding = part.trim_end_matches('=').len();
        for (i, c) in part.char_indices().take_while(|_| !is_clean) {
            let kind = match c {
                'A'..='Z' | 'a'..='z' | '0'..='9' | '-' | '_' => {
                    letters.to_mut().push(c);
                    continue;
                }
                '+' | '/' => {
                    letters.to_mut().push(if c == '+' { '-' } else { '_' });
                    0
                }
                '=' if i >= padding => 1,
                c if c.is_whitespace() => 2,
                _ => 3,
            };
            first_of[kind].get_or_insert((i, c));
        }
        let column = |i: usize| text[..span.start + i].chars().count() + 1;
        let mut found = Vec::new();
        for (slot, kind) in [
            (0, TokenFaultKind::StandardAlphabet),
            (1, TokenFaultKind::Padding),
            (2, TokenFaultKind::Whitespace),
            (3, TokenFaultKind::BadCharacter),
        ] {
            let Some((i, c)) = first_of[slot] else { continue };
            let place = Span::new(span.start + i, span.start + i + c.len_utf8());
            let (word, col) = (name.word(), column(i));
            let message = match kind {
                TokenFaultKind::StandardAlphabet => {
                    format!("{c:?} in the {word}, column {col}: this is standard base64, but a JWT needs base64url")
                }
                TokenFaultKind::Padding => format!("the {word} is padded with '=' at column {col}; a JWT leaves padding out"),
                TokenFaultKind::Whitespace => format!("a space or line break (U+{:04X}) is inside the {word}, column {col}", c as u32),
                _ => format!("{c:?} (U+{:04X}) in the {word}, column {col}, is not a base64url character", c as u32),
            };
            let span = if kind == TokenFaultKind::Padding { Span::new(place.start, span.end) } else { place };
            found.push((kind, span, message));
        }
        for (kind, span, message) in found {
            self.fault(name, kind, span, message);
        }
        if letters.len() % 4 == 1 {
            let message = format!(
                "the {} has {} characters, an impossible length: it was cut off, or a character is missing",
                name.word(),
                letters.len()
            );
            self.fault(name, TokenFaultKind::BadLength, span, message);
            letters.to_mut().pop();
        } else if has_trailing_bits(&letters) {
            let at = part.rfind(|c: char| c.is_ascii_alphanumeric() || "-_+/".contains(c)).unwrap_or(0);
            let last = Span::new(span.start + at, span.start + at + 1);
            let message = format!("the last character of the {} has bits that must be zero: it was changed or cut off", name.word());
            self.fault(name, TokenFaultKind::TrailingBits, last, message);
        }
        any_base64(&letters).unwrap_or_default()
    }

    fn object(&mut self, name: PartName, part: &Part) -> Object {
        let text = match std::str::from_utf8(&part.bytes) {
            Ok(text) => text.to_string(),
            Err(e) => {
                if !part.bytes.is_empty() {
                    let message = format!("the {} is not UTF-8: byte {} after decoding", name.word(), e.valid_up_to() + 1);
                    self.fault(name, TokenFaultKind::NotUtf8, part.span, message);
                }
                String::from_utf8_lossy(&part.bytes).into_owned()
            }
        };
        let object = Object::read(&text);
        if let Some(fault) = &object.fault
            && !part.bytes.is_empty()
        {
            // Three bytes follow every four letters.
            let letter = (part.span.start + fault.offset / 3 * 4).min(part.span.end.saturating_sub(1));
            let letter = (0..=letter).rev().find(|i| self.text.is_char_boundary(*i)).unwrap_or(0);
            let column = text[..floor(&text, fault.offset)].chars().count() + 1;
            let message = format!("the {} is not JSON: {} (column {column} after decoding)", name.word(), fault.message);
            self.fault(name, TokenFaultKind::NotJson, Span::new(letter, part.span.end), message);
        }
        // One fault for each name, however often it occurs: a hostile token may repeat it a million times.
        let doubles: BTreeSet<&str> = object.duplicates().iter().map(|m| m.name.as_str()).collect();
        for member in doubles {
            self.fault(name, TokenFaultKind::DuplicateMember, part.span, format!("{member:?} is in the {} twice", name.word()));
        }
        object
    }
}

fn floor(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}

fn has_trailing_bits(letters: &str) -> bool {
    let value = |b: u8| match b {
        b'A'..=b'Z' => b - b'A',
        b'a'..=b'z' => b - b'a' + 26,
        b'0'..=b'9' => b - b'0' + 52,
        b'-' => 62,
        _ => 63,
    };
    match (letters.len() % 4, letters.bytes().next_back()) {
        (2, Some(last)) => value(last) & 0b1111 != 0,
        (3, Some(last)) => value(last) & 0b11 != 0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln";

    #[test]
    fn a_sound_token_has_no_faults() {
        let jws = Jws::read(TOKEN);
        assert_eq!(jws.faults, vec![]);
        assert_eq!(jws.algorithm(), Some("HS256"));
        assert_eq!(jws.claims.str("sub"), Some("a"));
        assert_eq!(jws.signature_part.bytes, b"sig");
        assert_eq!(jws.signing_input(), "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0");
    }

    #[test]
    fn padding_is_named_and_the_rest_still_read() {
        let jws = Jws::read("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0=.c2ln");
        assert_eq!(jws.faults.iter().map(|f| f.kind).collect::<Vec<_>>(), [TokenFaultKind::Padding]);
        assert_eq!(jws.faults[0].span.cut(&jws.text), Some("="));
        assert_eq!(jws.claims.str("sub"), Some("a"));
    }

    #[test]
    fn a_bad_letter_is_named_with_its_column() {
        let jws = Jws::read("eyJhbGciOiJIUzI1NiJ9.eyJz\u{200b}dWIiOiJhIn0.c2ln");
        assert!(jws.faults[0].message.contains("U+200B") && jws.faults[0].message.contains("column 26"), "{:?}", jws.faults);
        assert_eq!(jws.claims.str("sub"), Some("a"));
    }

    #[test]
    fn two_parts_keep_their_claims() {
        let jws = Jws::read("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0");
        assert_eq!(jws.faults[0].kind, TokenFaultKind::PartCount);
        assert_eq!(jws.claims.str("sub"), Some("a"));
    }

    #[test]
    fn a_repeated_member_is_one_fault() {
        let jws = Jws::read("eyJhbGciOiJIUzI1NiJ9.eyJhIjoxLCJhIjoyLCJhIjozfQ.c2ln");
        assert_eq!(jws.faults.iter().map(|f| f.kind).collect::<Vec<_>>(), [TokenFaultKind::DuplicateMember]);
        assert_eq!(jws.claims.members.len(), 3);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(128))]
        #[test]
        fn every_fault_lies_in_the_token(text in "(eyJ|ewo)?[A-Za-z0-9_+/=. \u{200b}\u{fc}-]{0,60}") {
            for fault in Jws::read(&text).faults {
                proptest::prop_assert!(fault.span.cut(&text).is_some(), "{:?}", fault);
            }
        }
    }
}
