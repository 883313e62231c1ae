//! Macaroons: tokens that name the place that made them (libmacaroons, format v2).

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Longest text that is read.
const LONGEST: usize = 8 << 10;
/// The version of the binary format, and the type of its first field.
const V2_WITH_LOCATION: [u8; 2] = [2, 1];

/// The location that a macaroon names: a host or an address. Services put a prefix of their own before the token (`pypi-…`).
pub fn location(text: &str) -> Option<String> {
    if text.len() > LONGEST {
        return None;
    }
    let behind = text.match_indices('-').map(|(at, _)| at + 1);
    std::iter::once(0).chain(behind.take(2)).find_map(|start| in_bytes(&decoded(text.get(start..)?)?))
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    const ANY: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true);
    let engine = GeneralPurpose::new(&alphabet::URL_SAFE, ANY);
    // Every macaroon of this version begins with these letters.
    text.starts_with("AgE").then(|| engine.decode(text).ok())?
}

fn in_bytes(bytes: &[u8]) -> Option<String> {
    let rest = bytes.strip_prefix(&V2_WITH_LOCATION)?;
    // Lengths below 128 are one byte of the varint.
    let (length, rest) = rest.split_first().filter(|(length, _)| **length < 0x80)?;
    let location = std::str::from_utf8(rest.get(..usize::from(*length))?).ok()?;
    (!location.is_empty() && location.bytes().all(|b| b.is_ascii_graphic())).then(|| location.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::location;

    #[test]
    fn the_location_is_read() {
        assert_eq!(location("pypi-AgEIcHlwaS5vcmcCJDFmMjBjM2Qx").as_deref(), Some("pypi.org"));
        assert_eq!(location("AgENdGVzdC5weXBpLm9yZwIkMWYyMGMzZDE").as_deref(), Some("test.pypi.org"));
        for text in ["", "pypi-", "AgE", "AgH/", "ghp_0123456789", "AgEIcHlwaQ"] {
            assert_eq!(location(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(pypi-)?(AgE)?[A-Za-z0-9_=-]{0,40}") {
            let _ = location(&text);
        }
    }
}
