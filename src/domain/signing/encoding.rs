//! Digests, keyed hashes, and the two ways in which their bytes are written.

use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// SHA-256 of the empty text.
pub const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |four: u8| DIGITS.get(usize::from(four)).copied().unwrap_or_default();
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}

/// Standard base64 with padding.
pub fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// The bytes of a standard base64 text.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    BASE64_STANDARD.decode(text).ok()
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

/// A keyed hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mac {
    /// HMAC with SHA-1.
    Sha1,
    /// HMAC with SHA-256.
    Sha256,
    /// HMAC with SHA-512.
    Sha512,
}

impl Mac {
    /// The keyed hash of a text.
    pub fn sign(self, key: &[u8], text: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Self::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => hmac::HMAC_SHA256,
            Self::Sha512 => hmac::HMAC_SHA512,
        };
        hmac::sign(&hmac::Key::new(algorithm, key), text).as_ref().to_vec()
    }

    /// How many bytes it has.
    pub const fn size(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }
}

/// How the bytes of a signature are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// That many bytes in lower-case hexadecimal digits.
    Hex(usize),
    /// That many bytes in hexadecimal digits, some of them capital letters.
    UpperHex(usize),
    /// That many bytes in base64.
    Base64(usize),
    /// Something else.
    Other,
}

impl Written {
    /// How a text is written. Digits that are both are hexadecimal: base64 of a hash that has no other letter does not occur.
    pub fn of(text: &str) -> Self {
        let is_hex = text.len() >= 8 && text.len().is_multiple_of(2) && text.bytes().all(|b| b.is_ascii_hexdigit());
        if is_hex {
            let is_upper = text.bytes().any(|b| b.is_ascii_uppercase());
            return if is_upper { Self::UpperHex(text.len() / 2) } else { Self::Hex(text.len() / 2) };
        }
        from_base64(text).filter(|bytes| !bytes.is_empty()).map_or(Self::Other, |bytes| Self::Base64(bytes.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_told_by_how_they_are_written() {
        let hash = sha256(b"");
        assert_eq!(hex(&hash), EMPTY_SHA256);
        assert_eq!(Written::of(&hex(&hash)), Written::Hex(32));
        assert_eq!(Written::of(&hex(&hash).to_uppercase()), Written::UpperHex(32));
        assert_eq!(Written::of(&base64(&hash)), Written::Base64(32));
        assert_eq!(Written::of("not / one"), Written::Other);
        assert_eq!(Written::of(""), Written::Other);
    }

    /// RFC 4231 section 4.3, RFC 2202 section 3.
    #[test]
    fn keyed_hashes_are_the_published_ones() {
        let text = b"what do ya want for nothing?";
        assert_eq!(hex(&Mac::Sha256.sign(b"Jefe", text)), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assert_eq!(hex(&Mac::Sha1.sign(b"Jefe", text)), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    }
}
