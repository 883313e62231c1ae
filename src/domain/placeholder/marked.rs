//! Values with the signs of a variable or an example around them, wholly or in part.

use super::is_reference;

/// A name with one brace alone is not longer than this: more may be a secret.
const LONGEST_HALF: usize = 24;

/// A variable with one brace missing, by its looks. A short password may look the same.
pub(super) fn half(text: &str) -> Option<&'static str> {
    let is_name = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':'));
    let is_half = |name: &str| is_name(name) && name.len() <= LONGEST_HALF && !name.starts_with("eyJ");
    if ["{{", "${", "{"].iter().find_map(|open| text.strip_prefix(open)).is_some_and(|name| is_half(name.trim_start())) {
        return Some("a variable whose closing brace is missing");
    }
    let before = ["}}", "}"].iter().find_map(|close| text.strip_suffix(close));
    before.is_some_and(|name| is_half(name.trim_end())).then_some("a variable whose opening brace is missing")
}

/// Said of the signs of a variable or the words of an example with a real value among them.
pub(super) const AROUND_VALUE: &str = "a variable or an example, with what looks like a real value in it";

/// Longer texts are no key.
const LONGEST_KEY: usize = 1024;
/// Fewer letters and digits in one are a name.
const SHORTEST_KEY: usize = 16;

/// True for what holds a real value, whatever is around it: `<R8sK29…>`, `YOUR_TOKEN_R8sK29…`, `${API_KEY:-tulip}`. What a reference
/// to a store of secrets holds are ids.
pub(super) fn holds_value(text: &str) -> bool {
    if text.len() > LONGEST_KEY {
        return false;
    }
    let has_default = || {
        let inner = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        inner.and_then(|inner| inner.split_once([':', '='])).is_some_and(|(_, default)| !default.trim_start_matches(['-', '=']).is_empty())
    };
    let mut parts = text.as_bytes().split(|b| !b.is_ascii_alphanumeric()).filter(|part| part.len() >= SHORTEST_KEY);
    let is_elsewhere = || is_reference(text) && (text.contains(['/', '(']) || text.starts_with("ENC["));
    text.len() >= SHORTEST_KEY && parts.any(is_key) && !is_elsewhere() || has_default()
}

/// True for letters and digits that change more often than in a name; an address in memory is none.
fn is_key(part: &[u8]) -> bool {
    let changes = |is: fn(&u8) -> bool| part.windows(2).filter(|pair| matches!(pair, [a, b] if is(a) != is(b))).count();
    let is_mixed = || changes(u8::is_ascii_digit) >= 4 || changes(u8::is_ascii_uppercase) * 2 > part.len();
    is_mixed() && !part.starts_with(b"0x")
}

#[cfg(test)]
mod tests {
    use super::super::{certain, placeholder};

    #[test]
    fn a_real_value_among_signs_or_words_stays_secret() {
        let key = "R8sK29dkeuQpq0AbC1XyZw7";
        for text in [
            format!("<{key}/+A==>"),
            format!("<<{key}>>"),
            format!("[[{key}]]"),
            format!("<Bearer {key}>"),
            format!("<token={key}>"),
            format!("< {key} >"),
            format!("%{key}%"),
            format!("#{{{key}}}"),
            format!("#<{key}>"),
            format!("${key}"),
            format!("${{{key}}}"),
            format!("${{API_KEY:-\"{key}\"}}"),
            format!("$(echo {key})"),
            format!("keyring:{key}"),
            format!("YOUR_TOKEN_{key}"),
            format!("changeme-{key}"),
            format!("System.{key}"),
            "<hJkQwErTyUiOpAsDfGhZxCvBn>".into(),
            "${API_KEY:-tulip}".into(),
            "YourTokenBV3tua4BXNw+HVUFpxLlGy8nWN6mtgMlIk=".into(),
        ] {
            assert!(certain(&text).is_none(), "{text}");
            assert!(placeholder(&text).is_some(), "{text}");
        }
    }

    #[test]
    fn names_and_references_are_shown() {
        for text in [
            "<YourPersonalAccessTokenFromSettings>",
            "${{ secrets.BILLING_API_V2_KEY }}",
            "${API_KEY:-}",
            "op://7x4kq2mnb3vq5z6y7a8b9c0d1e/key",
            "@Microsoft.KeyVault(SecretUri=https://v.vault.example/secrets/a/9f3c1d2e4b5a6f7c8d9e0f1a2b3c4d5e)",
            "#<Token:0x000055d5c8a1b2c3>",
        ] {
            assert!(certain(text).is_some(), "{text}");
        }
    }
}
