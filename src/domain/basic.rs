//! Basic credentials (RFC 7617), decoded as far as they can be.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::span::Span;

const TOLERANT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
);

/// What is in a Basic credential.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Basic {
    /// The first character that is in neither base64 alphabet, with its place in the credential.
    pub bad_character: Option<(char, Span)>,
    /// `-` or `_`: the URL-safe alphabet, which some servers do not take.
    pub url_safe: Option<Span>,
    /// A space or line break inside (MIME breaks lines after 76 letters).
    pub broken_line: Option<Span>,
    /// A length that no bytes encode to (4n + 1).
    pub bad_length: bool,
    /// Padding is left out.
    pub unpadded: bool,
    /// More `=` than the letters before them need.
    pub overpadded: bool,
    /// The decoded bytes, when they could be decoded.
    pub bytes: Option<Vec<u8>>,
}

impl Basic {
    /// Reads what follows `Basic `.
    pub fn read(credential: &str) -> Self {
        let mut basic = Self::default();
        let mut letters = String::with_capacity(credential.len());
        for (i, c) in credential.char_indices() {
            let span = Span::new(i, i + c.len_utf8());
            match c {
                'A'..='Z' | 'a'..='z' | '0'..='9' | '+' | '/' => letters.push(c),
                '-' | '_' => {
                    basic.url_safe.get_or_insert(span);
                    letters.push(if c == '-' { '+' } else { '/' });
                }
                '=' if credential[i..].bytes().all(|b| b == b'=') => {}
                c if c.is_whitespace() => {
                    basic.broken_line.get_or_insert(span);
                }
                _ => {
                    basic.bad_character.get_or_insert((c, span));
                }
            }
        }
        basic.bad_length = letters.len() % 4 == 1;
        basic.unpadded = !letters.len().is_multiple_of(4) && !credential.trim_end().ends_with('=');
        let padding = credential.trim_end().bytes().rev().take_while(|b| *b == b'=').count();
        basic.overpadded = !basic.bad_length && padding > (4 - letters.len() % 4) % 4;
        if basic.bad_character.is_none() && !basic.bad_length && !letters.is_empty() {
            basic.bytes = TOLERANT.decode(&letters).ok();
        }
        basic
    }

    /// User and password as bytes, parted at the first colon.
    pub fn parts(&self) -> Option<(&[u8], &[u8])> {
        let bytes = self.bytes.as_deref()?;
        let colon = bytes.iter().position(|b| *b == b':')?;
        Some((&bytes[..colon], &bytes[colon + 1..]))
    }

    /// User and password as text, when they are UTF-8.
    pub fn text(&self) -> Option<(&str, &str)> {
        let (user, password) = self.parts()?;
        Some((std::str::from_utf8(user).ok()?, std::str::from_utf8(password).ok()?))
    }
}

/// The credential for a user and password, as RFC 7617 section 2.1 has it with UTF-8.
pub fn encode(user: &str, password: &str) -> String {
    encode_pair(format!("{user}:{password}"))
}

/// The credential for a user and password that are joined already.
pub fn encode_pair(pair: impl AsRef<[u8]>) -> String {
    base64::prelude::BASE64_STANDARD.encode(pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_ones() {
        let basic = Basic::read("QWxhZGRpbjpvcGVuOnNlc2FtZQ==");
        assert_eq!(basic.text(), Some(("Aladdin", "open:sesame")));
        assert_eq!(basic.bad_character, None);
    }

    #[test]
    fn broken_ones_say_where() {
        assert_eq!(Basic::read("user:pass").bad_character, Some((':', Span::new(4, 5))));
        assert_eq!(Basic::read("YWJj\nZGVm").broken_line, Some(Span::new(4, 5)));
        assert!(Basic::read("YWJjZ").bad_length);
        assert!(Basic::read("YTpi=").overpadded && Basic::read("YTpiYw===").overpadded);
        assert!(!Basic::read("YTpiYw==").overpadded && !Basic::read("YTpi").overpadded);
        assert_eq!(Basic::read("YWJj").parts(), None);
    }
}
