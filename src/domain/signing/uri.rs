//! Addresses as signing schemes write them: percent-encoded by RFC 3986, parameters in their order.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::domain::request::Request;

const ALL_BUT_UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const OF_A_PATH: &AsciiSet = &ALL_BUT_UNRESERVED.remove(b'/');

/// Everything but the unreserved letters encoded.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, ALL_BUT_UNRESERVED).to_string()
}

/// As [`encode`], with the slashes kept.
pub fn encode_path(path: &str) -> String {
    utf8_percent_encode(path, OF_A_PATH).to_string()
}

/// Percent-escapes decoded; a `+` stays one.
pub fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The path of the address, as written and without the query; `/` without one.
pub fn path(request: &Request) -> &str {
    let path = request.path().split(['?', '#']).next().unwrap_or_default();
    if path.is_empty() { "/" } else { path }
}

/// The query of the address, as written; empty without one.
pub fn query(request: &Request) -> &str {
    let url = request.url.split('#').next().unwrap_or_default();
    url.split_once('?').map_or("", |(_, query)| query)
}

/// Host and port of the address as they stand in it, without user information and without the scheme's own port.
pub fn authority(request: &Request) -> Option<&str> {
    let (scheme, rest) = request.url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let own = if scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
    Some(host.strip_suffix(own).unwrap_or(host))
}

/// The host that the request names: that of the Host header, else of the address.
pub fn host(request: &Request) -> Option<&str> {
    request.headers.get("host").map(str::trim).or_else(|| authority(request))
}

/// A path without `.` and `..` and empty segments (RFC 3986 section 5.2.4).
pub fn normalized(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(kept.pop()),
            _ => kept.push(segment),
        }
    }
    let end = if !kept.is_empty() && (path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..")) { "/" } else { "" };
    format!("/{}{end}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lose_their_dots() {
        for (given, want) in [("/", "/"), ("", "/"), ("/a/./b/../c", "/a/c"), ("//a//", "/a/"), ("/a/..", "/"), ("/../..", "/")] {
            assert_eq!(normalized(given), want, "{given}");
        }
    }

    #[test]
    fn an_address_is_taken_apart_as_written() {
        let of = |url: &str| Request { url: url.into(), ..Request::default() };
        assert_eq!(authority(&of("https://u:p@h.example:443/x")), Some("h.example"));
        assert_eq!(authority(&of("https://h.example:8443?x")), Some("h.example:8443"));
        assert_eq!((path(&of("https://h?x=1")), query(&of("https://h?x=1#y"))), ("/", "x=1"));
        assert_eq!(encode("a b/~ü"), "a%20b%2F~%C3%BC");
    }
}
