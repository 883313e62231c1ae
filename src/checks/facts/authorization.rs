//! The `Authorization` header, taken apart tolerantly, and names that were meant to be it.

use super::fields::is_opaque;
use crate::checks::Place;
use crate::checks::similar::distance;
use crate::domain::headers::{Header, Headers};
use crate::domain::span::Span;
use crate::domain::visible::is_hidden;

/// One `Authorization` (or `Proxy-Authorization`) header, taken apart tolerantly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// Index of the header in the request.
    pub index: usize,
    /// Its whole value.
    pub value: String,
    /// The scheme as written, when the value begins with a word and a blank, or is a known scheme alone.
    pub scheme: Option<String>,
    /// Place of the scheme in the value.
    pub scheme_span: Span,
    /// What follows the scheme, without spaces at its ends.
    pub credential: String,
    /// Its place in the value.
    pub credential_span: Span,
}

/// Scheme names that are registered with IANA or widely used.
pub const KNOWN_SCHEMES: [&str; 19] = [
    "Bearer",
    "Basic",
    "Digest",
    "DPoP",
    "Negotiate",
    "NTLM",
    "Token",
    "JWT",
    "ApiKey",
    "APIKEY",
    "Api-Key",
    "AWS4-HMAC-SHA256",
    "Hawk",
    "HOBA",
    "Mutual",
    "OAuth",
    "GNAP",
    "PrivateToken",
    "SCRAM-SHA-256",
];

/// Schemes with a signature or parameters behind their name.
const PARAMETER_SCHEMES: [&str; 11] = [
    "digest",
    "hawk",
    "oauth",
    "aws4-hmac-sha256",
    "aws4-ecdsa-p256-sha256",
    "sharedkey",
    "sharedkeylite",
    "sharedaccesssignature",
    "signature",
    "hmac",
    "hmac-sha256",
];

/// True for a word that one vendor or library made up for its own challenge, though many know it.
pub fn is_homemade_scheme(word: &str) -> bool {
    !is_known_scheme(word) || ["token", "jwt", "apikey", "api-key", "key"].iter().any(|s| s.eq_ignore_ascii_case(word))
}

/// True for a scheme name that is registered or widely used, in any case.
pub fn is_known_scheme(word: &str) -> bool {
    KNOWN_SCHEMES.iter().any(|s| s.eq_ignore_ascii_case(word))
}

impl Authorization {
    /// Takes a header's value apart.
    pub fn read(index: usize, value: &str) -> Self {
        let inner = value.trim();
        let lead = value.len() - value.trim_start().len();
        let word_end = inner.find(char::is_whitespace).unwrap_or(inner.len());
        let word = &inner[..word_end];
        let is_name = !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        // A word alone is a scheme only when it is a known one; a token alone is a credential without scheme. With a
        // blank behind, a short word is meant as scheme.
        let is_scheme = is_name && (is_known_scheme(word) || (word_end < inner.len() && word.len() <= 24));
        let (scheme, scheme_span, rest_at) = if is_scheme {
            (Some(word.to_string()), Span::new(lead, lead + word_end), lead + word_end)
        } else {
            (None, Span::new(lead, lead), lead)
        };
        let rest = value[rest_at..].trim();
        let start = if rest.is_empty() { value.trim_end().len().max(rest_at) } else { value.len() - value[rest_at..].trim_start().len() };
        Self {
            index,
            value: value.to_string(),
            scheme,
            scheme_span,
            credential: rest.to_string(),
            credential_span: Span::new(start, start + rest.len()),
        }
    }

    /// True when the scheme is this one, in any case.
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme.as_deref().is_some_and(|s| s.eq_ignore_ascii_case(scheme))
    }

    /// True for schemes whose credential is a signature or a list of parameters, and not one text to be judged as a whole.
    pub fn has_parameters(&self) -> bool {
        // Clouds call theirs after AWS's: `TC3-HMAC-SHA256`, `SDK-HMAC-SHA256`.
        let is_of_hash = || self.scheme.as_deref().is_some_and(|scheme| scheme.to_ascii_lowercase().contains("-hmac-sha"));
        PARAMETER_SCHEMES.iter().any(|scheme| self.is(scheme)) || is_of_hash()
    }

    /// Its place.
    pub const fn place(&self) -> Place {
        Place::RequestHeader(self.index)
    }

    /// `credential` without what copying leaves around it: quotes, repeated schemes, invisible characters.
    pub fn core(&self) -> (&str, Span) {
        let mut span = self.credential_span;
        let text = &self.value;
        loop {
            let part = &text[span.range()];
            let trimmed = part.trim_matches(|c: char| c.is_whitespace() || is_quote(c) || is_invisible(c));
            let without = ["bearer ", "bearer:", "bearer=", "token=", "access_token="]
                .iter()
                .find(|p| trimmed.get(..p.len()).is_some_and(|head| head.eq_ignore_ascii_case(p)))
                .map_or(trimmed, |p| trimmed[p.len()..].trim_start());
            // A scheme without its blank, right before a JWT.
            let word = (1..LONGEST_SCHEME).find(|at| without.get(*at..).is_some_and(|rest| rest.starts_with("eyJ")));
            let word = word.filter(|at| is_known_scheme(without.get(..*at).unwrap_or_default()));
            let without = word.and_then(|at| without.get(at..)).unwrap_or(without);
            let found = Span::of(text, without).unwrap_or(span);
            if found == span {
                return (&text[span.range()], span);
            }
            span = found;
        }
    }
}

/// No known scheme has as many letters.
const LONGEST_SCHEME: usize = 32;

/// A straight, typographic or back quote.
pub const fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '`' | '\u{2018}'
            ..='\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{2039}' | '\u{203a}' | '\u{2032}' | '\u{2033}' | '\u{ff02}' | '\u{ff07}'
    )
}

/// A character that shows nothing, or changes how others are shown; tabs and line ends are blanks, and another matter.
pub fn is_invisible(c: char) -> bool {
    is_hidden(c) && !matches!(c, '\t' | '\n' | '\r')
}

/// Misspellings of `Authorization` and names that proxies or frameworks give a copy of it.
fn is_misspelled_authorization(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let letters: String = lower.chars().filter(char::is_ascii_alphabetic).collect();
    if lower == "authorization" || lower == "proxy-authorization" || lower == "www-authenticate" || lower == "authentication-info" {
        return false;
    }
    const KNOWN: [&str; 15] = [
        "bearer",
        "authentication",
        "authorisation",
        "authorizations",
        "autorization",
        "authorizaton",
        "authorizatoin",
        "authoriztion",
        "authorisierung",
        "auth",
        "authorize",
        "xauthorization",
        "xauth",
        "httpauthorization",
        "authheader",
    ];
    KNOWN.contains(&letters.as_str()) || letters == "authorization" || (letters.len() >= 10 && distance(&letters, "authorization") <= 2)
}

/// How the header is called that has the credential and is not `Authorization`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherName {
    /// Nearly so.
    Misspelled,
    /// As some servers call a header of their own: `X-Authorization`.
    Own,
    /// In any other way: its value alone, a scheme with a credential behind it, says what it is.
    Unrelated,
}

/// The headers that have the credential under another name, with their numbers.
pub fn under_another_name(headers: &Headers) -> impl Iterator<Item = (usize, &Header, OtherName)> {
    headers.iter().filter(|(_, header)| !header.value.trim().is_empty()).filter_map(|(index, header)| {
        let name = header.name.to_ascii_lowercase();
        let is_own = name.starts_with("x-");
        let kind = match is_misspelled_authorization(&name) {
            true if is_own => OtherName::Own,
            true => OtherName::Misspelled,
            false if !is_own && name != "authorization" && name != "proxy-authorization" && holds_scheme(&header.value) => {
                OtherName::Unrelated
            }
            false => return None,
        };
        Some((index, header, kind))
    })
}

/// True for a scheme of RFC 6750 or 7617 with one long word behind it.
fn holds_scheme(value: &str) -> bool {
    let Some((scheme, credential)) = value.trim().split_once(' ') else { return false };
    ["bearer", "basic"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) && is_opaque(credential.trim(), SHORTEST)
}

/// Bytes of the shortest credential that is known by its scheme alone.
const SHORTEST: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> (Option<String>, String) {
        let a = Authorization::read(0, value);
        assert_eq!(a.credential_span.cut(value), Some(a.credential.as_str()));
        (a.scheme, a.credential)
    }

    #[test]
    fn values_are_taken_apart() {
        assert_eq!(read("Bearer abc"), (Some("Bearer".into()), "abc".into()));
        assert_eq!(read("  bearer   abc "), (Some("bearer".into()), "abc".into()));
        assert_eq!(read("Bearer"), (Some("Bearer".into()), String::new()));
        assert_eq!(read("Bearer "), (Some("Bearer".into()), String::new()));
        assert_eq!(read("eyJhbGci.x.y"), (None, "eyJhbGci.x.y".into()));
        assert_eq!(read(""), (None, String::new()));
    }

    #[test]
    fn the_core_is_what_was_meant() {
        let core = |v: &str| Authorization::read(0, v).core().0.to_string();
        assert_eq!(core("Bearer \"abc\""), "abc");
        assert_eq!(core("Bearer Bearer abc"), "abc");
        assert_eq!(core("BearereyJhbGci.x.y"), "eyJhbGci.x.y");
        assert_eq!(core("Bearer BearereyJhbGci.x.y"), "eyJhbGci.x.y");
        assert_eq!(core("BeareyJhbGci.x.y"), "BeareyJhbGci.x.y");
        assert_eq!(core("Bearer \u{201c}abc\u{201d}"), "abc");
        assert_eq!(core("Bearer \u{feff}abc"), "abc");
    }

    #[test]
    fn near_misses_of_the_name() {
        for name in ["Authentication", "Authorisation", "X-Authorization", "Autorization", "Authorizaton", "HTTP_AUTHORIZATION"] {
            assert!(is_misspelled_authorization(name), "{name}");
        }
        for name in ["Authorization", "Author", "X-Auth-Token", "Accept"] {
            assert!(!is_misspelled_authorization(name), "{name}");
        }
    }
}
