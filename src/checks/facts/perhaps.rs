//! What may be a credential under a name that nobody listed.

use super::Facts;
use super::fields::is_opaque;
use super::form::pairs;
use super::words::{Topic, Word};
use crate::domain::cookie::CookiePair;
use crate::domain::headers::Header;
use crate::domain::request::Request;
use crate::domain::secrecy::carriers;

/// Words in the names of headers and parameters that carry something else, whatever other words are there.
const OTHERWISE: [&str; 18] = [
    "csrf",
    "xsrf",
    "idempotency",
    "idempotent",
    "websocket",
    "request",
    "correlation",
    "trace",
    "control",
    "cache",
    "surrogate",
    "page",
    "next",
    "continuation",
    "sync",
    "sort",
    "partition",
    "search",
];

/// The first header or parameter of the query that may be a credential: its name speaks of one, and its value is long and in one
/// piece, or a user and a password stand in the query.
pub fn credential(request: &Request) -> Option<String> {
    let header = headers(request).map(|(_, header)| header).next();
    if let Some(header) = header {
        return Some(header.name.clone());
    }
    let (_, query) = request.url.split('#').next()?.split_once('?')?;
    let parameters = pairs(query);
    let has = |names: &[&str]| parameters.iter().find(|(name, value, _)| !value.is_empty() && names.contains(&name.as_str()));
    let password = has(&["p", "pass", "pwd", "passwd", "password"]);
    let login = has(&["u", "user", "username", "login"]).and(password);
    login
        .or_else(|| parameters.iter().find(|(name, value, _)| is_telling(name) && is_opaque(value, SHORTEST)))
        .map(|(name, ..)| name.clone())
}

/// The headers that may be one, with their numbers: the name speaks of it, and the value is long and in one piece, stands for one
/// (`API_TOKEN`), or is an object.
pub fn headers(request: &Request) -> impl Iterator<Item = (usize, &Header)> {
    let may_be = |value: &str| is_opaque(value, SHORTEST) || is_variable(value) || value.starts_with('{') && value.ends_with('}');
    request.headers.iter().filter(move |(_, header)| is_telling(&header.name) && may_be(header.value.trim()))
}

/// True for the name of a variable that should have been replaced by its value: `API_TOKEN`.
fn is_variable(value: &str) -> bool {
    let is_name = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    let has_word = || value.to_ascii_lowercase().split('_').any(carriers::is_word);
    value.contains('_') && value.bytes().all(is_name) && has_word()
}

/// Bytes of the shortest value that may be one: its name speaks for it.
const SHORTEST: usize = 12;

/// True for a name that speaks of a key, a token or the like, and of no other kind of key.
pub fn is_telling(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let has = |is: fn(&str) -> bool| name.split(['-', '_', '.']).any(is);
    has(carriers::is_word) && !has(|word| OTHERWISE.contains(&word))
}

impl Facts<'_> {
    /// A token in a cookie, where the server says plainly that it got no token; with its words.
    pub fn token_in_cookie(&self) -> Option<(&Word, usize, CookiePair<'_>)> {
        let word = self.word(Topic::Missing).filter(|word| word.specific && self.is_refused() && self.challenges.is_empty())?;
        let is_of_session = |name: &str| ["sess", "sid", "csrf", "xsrf"].iter().any(|part| name.to_ascii_lowercase().contains(part));
        let is_token = |pair: &CookiePair| is_telling(pair.name) && !is_of_session(pair.name) && !pair.value.is_empty();
        let speaks_of_tokens = self.quote(word).to_ascii_lowercase().contains("token");
        let (index, pair) = self.session().sent.iter().find(|(_, pair)| is_token(pair)).filter(|_| speaks_of_tokens)?;
        Some((word, *index, *pair))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(url: &str, name: &str, value: &str) -> Option<String> {
        credential(&Request { method: "GET".into(), url: url.into(), headers: [(name, value)].into_iter().collect(), ..Request::default() })
    }

    #[test]
    fn what_may_be_a_credential() {
        let url = "https://h.example/x";
        for name in ["Acme-Access-Key", "X-Consumer-Id", "ACME-API-SECRET-KEY", "X-Acme-Signature"] {
            assert_eq!(found(url, name, "K7D2M9Q4T1ZX").as_deref(), Some(name));
        }
        for (name, value) in [("X-Acme-Access", "ACME_TOKEN"), ("X-Acme-Authentication", r#"{"Username":"a","Password":"b"}"#)] {
            assert_eq!(found(url, name, value).as_deref(), Some(name));
        }
        assert_eq!(found("https://h.example/x?u=ada&p=s", "Accept", "*/*").as_deref(), Some("p"));
        assert_eq!(found("https://h.example/x?acme_key=K7D2M9Q4T1ZX", "Accept", "*/*").as_deref(), Some("acme_key"));
    }

    #[test]
    fn what_is_none() {
        let url = "https://h.example/x?page_token=K7D2M9Q4T1ZX&p=2&key=name";
        for (name, value) in [
            ("Idempotency-Key", "K7D2M9Q4T1ZX"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ("X-Request-Key", "K7D2M9Q4T1ZX"),
            ("X-CSRF-Token", "K7D2M9Q4T1ZX"),
            ("Access-Control-Request-Headers", "authorization,x-1"),
            ("X-Access", "short1"),
            ("X-Monkey", "K7D2M9Q4T1ZX"),
        ] {
            assert_eq!(found(url, name, value), None, "{name}");
        }
    }
}
