//! Base64 as it is met: either alphabet, padded or not, on one line or many.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// The URL-safe alphabet, whatever the padding and the trailing bits.
const TOLERANT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
);

/// The SHA-256 of a text in base64url without padding, as proofs and challenges have it (RFC 7636 section 4.2, RFC 9449 section 4.2).
pub fn sha256_base64url(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()))
}

/// Decodes base64 of either alphabet, padded or not, line-wrapped or not.
pub(super) fn any_base64(text: &str) -> Option<Vec<u8>> {
    let url_safe = |c| match c {
        '+' => '-',
        '/' => '_',
        c => c,
    };
    if !text.bytes().any(|b| b.is_ascii_whitespace() || matches!(b, b'+' | b'/')) {
        return TOLERANT.decode(text).ok();
    }
    let letters: String = text.chars().filter(|c| !c.is_ascii_whitespace()).map(url_safe).collect();
    TOLERANT.decode(letters).ok()
}

#[cfg(test)]
mod tests {
    use super::any_base64;

    #[test]
    fn every_spelling_is_read() {
        for text in ["_-8", "_-8=", "/+8=", "/+\n8"] {
            assert_eq!(any_base64(text), Some(vec![0xff, 0xef]), "{text:?}");
        }
        assert_eq!(any_base64("a?b"), None);
    }
}
