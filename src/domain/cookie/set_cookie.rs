//! The `Set-Cookie` answer field.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::date::cookie_date;
use crate::domain::span::Span;

/// Most bytes that a browser takes for name and value together (RFC 6265bis section 5.7).
pub const MAX_NAME_AND_VALUE: usize = 4096;
/// Longest attribute value that is looked at, in bytes (RFC 6265bis section 5.6).
const MAX_ATTRIBUTE: usize = 1024;
/// Longest life that a browser grants, in seconds: 400 days (RFC 6265bis section 5.5).
const MAX_AGE_LIMIT: i64 = 400 * 86_400;

/// Which requests from other sites carry the cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SameSite {
    /// None from another site.
    Strict,
    /// Only following a link: a top-level navigation with a safe method.
    Lax,
    /// All; needs `Secure`.
    None,
}

impl fmt::Display for SameSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
        })
    }
}

/// One `Set-Cookie` field, read as a browser reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetCookie {
    /// The name; may be empty.
    pub name: String,
    /// The value, quotes included.
    pub value: String,
    /// `Domain` in lower case without a leading dot; `None` when absent or empty.
    pub domain: Option<String>,
    /// `Path`; `None` when absent or not beginning with a slash, and then the address's own folder counts.
    pub path: Option<String>,
    /// `Expires`, when it could be read.
    pub expires: Option<Timestamp>,
    /// `Max-Age` in seconds; it wins over `Expires`.
    pub max_age: Option<i64>,
    /// `Secure` is there.
    pub secure: bool,
    /// `HttpOnly` is there.
    pub http_only: bool,
    /// `SameSite`, when it is one of the three words.
    pub same_site: Option<SameSite>,
    /// `Partitioned` is there.
    pub partitioned: bool,
    /// Where `name=value` is in the field's value.
    pub span: Span,
    /// Where a control character is; a browser then ignores the whole field.
    pub control: Option<usize>,
}

impl SetCookie {
    /// Reads a field's value. Never fails: what cannot be read is as if it were absent, and the last of two wins.
    pub fn read(field: &str) -> Self {
        let mut parts = field.split(';');
        let pair = parts.next().unwrap_or_default().trim_matches([' ', '\t']);
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        let mut cookie = Self {
            name: name.trim_matches([' ', '\t']).to_string(),
            value: value.trim_matches([' ', '\t']).to_string(),
            span: Span::of(field, pair).unwrap_or_default(),
            control: field.bytes().position(|b| (b < 0x20 && b != b'\t') || b == 0x7f),
            ..Self::default()
        };
        for part in parts {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let value = value.trim();
            if value.len() <= MAX_ATTRIBUTE {
                cookie.set(name.trim(), value);
            }
        }
        cookie
    }

    fn set(&mut self, name: &str, value: &str) {
        match name.to_ascii_lowercase().as_str() {
            "domain" => {
                let domain = value.strip_prefix('.').unwrap_or(value).to_ascii_lowercase();
                self.domain = (!domain.is_empty()).then_some(domain);
            }
            "path" => self.path = value.starts_with('/').then(|| value.to_string()),
            "expires" => self.expires = cookie_date(value).or(self.expires),
            "max-age" => self.max_age = read_max_age(value).or(self.max_age),
            "secure" => self.secure = true,
            "httponly" => self.http_only = true,
            "samesite" => {
                self.same_site = [SameSite::Strict, SameSite::Lax, SameSite::None]
                    .into_iter()
                    .find(|word| value.eq_ignore_ascii_case(&word.to_string()));
            }
            "partitioned" => self.partitioned = true,
            _ => {}
        }
    }

    /// When it ends if it was received at `received`; `None` for one that lives as long as the browser.
    pub fn ends(&self, received: Timestamp) -> Option<Timestamp> {
        match self.max_age {
            Some(seconds) if seconds <= 0 => Some(Timestamp::UNIX_EPOCH),
            Some(seconds) => received.checked_add(SignedDuration::from_secs(seconds.min(MAX_AGE_LIMIT))).ok(),
            None => self.expires,
        }
    }

    /// True when a server sends this to delete the cookie: its end has passed when it arrives.
    pub fn deletes(&self, received: Timestamp) -> bool {
        self.ends(received).is_some_and(|end| end <= received)
    }

    /// What browsers apply: the word that is there, else `Lax`.
    pub fn same_site_in_force(&self) -> SameSite {
        self.same_site.unwrap_or(SameSite::Lax)
    }

    /// Length of name and value in bytes.
    pub fn size(&self) -> usize {
        self.name.len() + self.value.len()
    }
}

/// Digits, with a minus or not; anything else makes the attribute as if absent. Too large a number is for ever.
fn read_max_age(value: &str) -> Option<i64> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(value.parse().unwrap_or(if value.starts_with('-') { i64::MIN } else { i64::MAX }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn moment(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    #[test]
    fn attributes_in_any_case_and_order() {
        let cookie = SetCookie::read("sid=\"a=b\"; SECURE; httponly; samesite=none; Domain=.Example.COM; path=/app; Partitioned");
        assert_eq!((cookie.name.as_str(), cookie.value.as_str()), ("sid", "\"a=b\""));
        assert_eq!((cookie.domain.as_deref(), cookie.path.as_deref()), (Some("example.com"), Some("/app")));
        assert!(cookie.secure && cookie.http_only && cookie.partitioned);
        assert_eq!(cookie.same_site, Some(SameSite::None));
    }

    #[test]
    fn what_is_absent_or_unreadable_has_its_default() {
        let cookie = SetCookie::read("sid=1; SameSite=maybe; Path=app; Domain=; Max-Age=soon; Expires=never");
        assert_eq!(cookie.same_site_in_force(), SameSite::Lax);
        assert_eq!((cookie.path.clone(), cookie.domain.clone(), cookie.ends(Timestamp::UNIX_EPOCH)), (None, None, None));
    }

    #[test]
    fn max_age_wins_over_expires() {
        let now = moment("2026-11-23T08:00:00Z");
        let cookie = SetCookie::read("a=1; Expires=Mon, 23 Nov 2026 07:00:00 GMT; Max-Age=60");
        assert_eq!(cookie.ends(now), Some(moment("2026-11-23T08:01:00Z")));
        assert!(!cookie.deletes(now));
        assert!(SetCookie::read("a=\"\"; Max-Age=0").deletes(now));
        assert!(SetCookie::read("a=; expires=Thu, 01 Jan 1970 00:00:00 GMT").deletes(now));
        assert!(SetCookie::read("a=; Max-Age=99999999999999999999").ends(now) > Some(now));
    }

    #[test]
    fn control_characters_are_found() {
        assert_eq!(SetCookie::read("a=1\u{1}; Path=/").control, Some(3));
        assert_eq!(SetCookie::read("a=\t1").control, None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_text_is_read_and_its_span_fits(field in "\\PC{0,60}") {
            let cookie = SetCookie::read(&field);
            prop_assert!(cookie.span.cut(&field).is_some());
        }
    }
}
