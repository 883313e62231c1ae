//! Tokens that only their issuer can read: the vendor and kind that a known prefix reveals, else the shape.

use crate::domain::vendors::{self, KnownToken};

/// A token of a known vendor.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// How it begins.
    pub prefix: &'static str,
    /// Who issues it.
    pub vendor: &'static str,
    /// What it is, with how it is usually sent where that is peculiar.
    pub what: &'static str,
    /// True when the vendor's servers run under any host.
    pub self_hosted: bool,
}

/// Prefixes of vendors' tokens.
pub fn prefixes() -> impl Iterator<Item = &'static str> {
    vendors::all().iter().flat_map(|vendor| &vendor.tokens).map(|token| token.prefix.as_str())
}

/// What is known of a token by how it begins.
pub fn known(token: &str) -> Option<Known> {
    // The shortest beginnings would claim any word; what follows them must be long.
    let fits = |known: &KnownToken| token.starts_with(&known.prefix) && (known.prefix.len() > 3 || token.len() >= 24);
    let tokens = vendors::all().iter().flat_map(|vendor| vendor.tokens.iter().map(move |token| (vendor, token)));
    let (vendor, found) = tokens.filter(|(_, token)| fits(token)).max_by_key(|(_, token)| token.prefix.len())?;
    Some(Known { prefix: &found.prefix, vendor: &vendor.name, what: &found.what, self_hosted: vendor.self_hosted })
}

/// What an opaque token is, and who can read it.
pub fn describe(token: &str) -> (String, String) {
    let reader = "only its issuer; ask there whether it is valid (token introspection, RFC 7662, where it is offered)";
    match known(token) {
        Some(p) => (format!("{} of {} ({}…)", p.what, p.vendor, p.prefix), format!("only {}, which looks it up", p.vendor)),
        None => (format!("an opaque token: {}", shape(token)), reader.into()),
    }
}

/// The shape of a text: what can be said without knowing its issuer.
pub fn shape(token: &str) -> String {
    let count = token.chars().count();
    let all = |test: fn(&u8) -> bool| !token.is_empty() && token.bytes().all(|b| test(&b));
    let hyphens: Vec<usize> = token.match_indices('-').map(|(i, _)| i).collect();
    let is_uuid = count == 36 && hyphens == [8, 13, 18, 23] && token.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit());
    let alphabet = if token.is_empty() {
        return "empty".into();
    } else if is_uuid {
        return "a UUID".into();
    } else if all(u8::is_ascii_digit) {
        "digits"
    } else if all(u8::is_ascii_hexdigit) {
        "hexadecimal digits"
    } else if all(u8::is_ascii_alphanumeric) {
        "letters and digits"
    } else if all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
        "base64url characters"
    } else if all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')) {
        "base64 characters"
    } else {
        "characters"
    };
    format!("{count} {alphabet}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_prefixes_name_vendor_and_kind() {
        assert!(describe("ghp_0123456789").0.contains("GitHub"));
        assert!(describe("sk-ant-x").0.contains("Anthropic"));
        assert!(describe("sk-0123456789abcdef01234567").0.contains("OpenAI"));
        assert!(known("pattern").is_none(), "a word is no token");
        assert!(known("s.mith").is_none());
    }

    #[test]
    fn the_longest_prefix_counts() {
        for (text, vendor) in [("sk-ant-x", "Anthropic"), ("pat-na1-0123456789abcdef01234567", "HubSpot"), ("sk_test_x", "Stripe")] {
            assert_eq!(known(text).map(|known| known.vendor), Some(vendor), "{text}");
        }
    }

    #[test]
    fn shapes_are_named() {
        assert_eq!(shape("8f3b1c9e-6a52-4a13-9f3a-0d5b0a1c2d3e"), "a UUID");
        assert_eq!(shape("deadbeef"), "8 hexadecimal digits");
        assert_eq!(shape("a-b_c"), "5 base64url characters");
        assert_eq!(shape(""), "empty");
    }
}
