//! Shared secrets, and the forms in which people hand them over: with a line end, as base64, as hex.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::encoding::any_base64;

/// A secret that is wiped when dropped and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// A secret of these bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}

/// How the bytes of a secret became the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretForm {
    /// Unchanged.
    AsIs,
    /// Without the spaces and line ends around it.
    Trimmed,
    /// Decoded from base64 or base64url.
    Base64,
    /// Decoded from hexadecimal digits.
    Hex,
    /// The base64 text of the bytes, taken as text.
    Base64Text,
    /// The hexadecimal text of the bytes, taken as text.
    HexText,
    /// With a line end behind it, as a file of it has.
    WithLineEnd,
}

impl SecretForm {
    /// What was done to the secret: `the secret, base64-decoded`.
    pub const fn words(self) -> &'static str {
        match self {
            Self::AsIs => "the secret as it is",
            Self::Trimmed => "the secret without the spaces or line breaks around it",
            Self::Base64 => "the secret, base64-decoded",
            Self::Hex => "the secret, hex-decoded",
            Self::Base64Text => "the base64 text of the secret, not decoded",
            Self::HexText => "the hex text of the secret, not decoded",
            Self::WithLineEnd => "a line end behind the secret",
        }
    }
}

/// Every key that a secret may mean, each with its form; the bytes unchanged come first, no key comes twice.
pub fn forms(secret: &Secret) -> Vec<(SecretForm, Secret)> {
    let bytes = secret.bytes();
    let mut found = vec![(SecretForm::AsIs, secret.clone())];
    let mut add = |form, bytes: Vec<u8>| {
        let key = Secret::new(bytes);
        if !key.bytes().is_empty() && !found.iter().any(|(_, k)| *k == key) {
            found.push((form, key));
        }
    };
    let trimmed = bytes.trim_ascii();
    add(SecretForm::Trimmed, trimmed.to_vec());
    if let Ok(text) = std::str::from_utf8(trimmed) {
        if let Some(decoded) = any_base64(text) {
            add(SecretForm::Base64, decoded);
        }
        if let Some(decoded) = hex(text) {
            add(SecretForm::Hex, decoded);
        }
    }
    for engine in [&STANDARD, &URL_SAFE_NO_PAD, &STANDARD_NO_PAD, &URL_SAFE] {
        add(SecretForm::Base64Text, engine.encode(bytes).into_bytes());
    }
    add(SecretForm::HexText, bytes.iter().map(|b| format!("{b:02x}")).collect::<String>().into_bytes());
    for end in ["\n", "\r\n"] {
        add(SecretForm::WithLineEnd, [trimmed, end.as_bytes()].concat());
    }
    found
}

fn hex(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() || !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(text.get(i..i + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms_of(text: &str) -> Vec<(SecretForm, Vec<u8>)> {
        forms(&Secret::new(text.into())).into_iter().map(|(f, k)| (f, k.bytes().to_vec())).collect()
    }

    #[test]
    fn a_file_with_a_line_end_gives_the_trimmed_secret() {
        let forms = forms_of("pass word\n");
        assert_eq!(forms[0], (SecretForm::AsIs, b"pass word\n".to_vec()));
        assert_eq!(forms[1], (SecretForm::Trimmed, b"pass word".to_vec()));
    }

    #[test]
    fn base64_and_hex_are_decoded() {
        assert!(forms_of("c2VjcmV0").contains(&(SecretForm::Base64, b"secret".to_vec())));
        assert!(forms_of("_-8=").contains(&(SecretForm::Base64, vec![0xff, 0xef])));
        assert!(forms_of("736563726574").contains(&(SecretForm::Hex, b"secret".to_vec())));
    }

    #[test]
    fn a_decoded_secret_gives_its_text_back() {
        assert!(forms_of("secret").contains(&(SecretForm::Base64Text, b"c2VjcmV0".to_vec())));
        assert!(forms_of("secret").contains(&(SecretForm::HexText, b"736563726574".to_vec())));
    }

    #[test]
    fn debug_does_not_print_it() {
        assert_eq!(format!("{:?}", Secret::new(b"hush".to_vec())), "Secret(4 bytes)");
    }
}
