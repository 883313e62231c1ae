//! Routes: paths with what belongs to one resource replaced, so that all requests of a kind count together.
//!
//! | folded to `:id` | as |
//! |---|---|
//! | numbers, and lists of them | `42`, `-1`, `1,2,3` |
//! | UUIDs | `7f3a9c52-1b2c-4d5e-8f90-a1b2c3d4e5f6` |
//! | 8 or more hexadecimal digits, at least one of them 0–9 | `deadbeef01` |
//! | 16 or more letters and digits that look like base64, and JWTs | `cus_9s6XKzkNRiz8i3`, `eyJhbGciOi…` |
//! | a word with a number | `PROJ-123` |
//! | e-mail addresses, dates, IPv4 addresses | `ann@example.com`, `2024-05-13` |
//! | one of these with a file extension | `42.json` becomes `:id.json` |
//!
//! The query, parameters behind `;`, and scheme and host of a target are cut. Escapes that are not needed are resolved, and the
//! others written in upper case (RFC 3986, section 6.2.2). Folding a route gives the same route.

use memchr::memchr;

use super::segment::{self, Makeup, class, is_email, put};

/// No route is longer.
const LONGEST: usize = 256;
/// A longer one is cut here, so that it does not grow when it is folded again.
const CUT: usize = 250;

/// Writes the name of the route of a request, with its method, in the place of what is in `out`; `-` for what was no request.
pub fn name(method: &[u8], path: &[u8], out: &mut Vec<u8>) {
    out.clear();
    if path.is_empty() {
        out.push(b'-');
        return;
    }
    if !method.is_empty() {
        out.extend_from_slice(method.get(..20).unwrap_or(method));
        out.push(b' ');
    }
    fold(path, out);
}

/// Writes the route of a path to the end of `out`.
pub fn fold(path: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    let path = without_host(path);
    // Segments that stay as they are are copied together.
    let (mut copied, mut at) = (0, 0);
    loop {
        let rest = path.get(at..).unwrap_or_default();
        let makeup = Makeup::of(rest);
        let segment = rest.get(..makeup.length).unwrap_or_default();
        let end = at + makeup.length;
        if makeup.classes & class::SPECIAL != 0 || makeup.digits > 0 {
            out.extend_from_slice(path.get(copied..at).unwrap_or_default());
            if makeup.classes & class::SPECIAL != 0 {
                special(segment, out)
            } else {
                put(segment, makeup, out)
            }
            copied = end;
        }
        match path.get(end) {
            Some(b'/') => at = end + 1,
            // A parameter belongs to its segment.
            Some(b';') => {
                out.extend_from_slice(path.get(copied..end).unwrap_or_default());
                let after = path.get(end..).unwrap_or_default();
                copied = end + after.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(after.len());
                if path.get(copied) != Some(&b'/') {
                    break;
                }
                at = copied + 1;
            }
            _ => {
                out.extend_from_slice(path.get(copied..end).unwrap_or_default());
                break;
            }
        }
        if out.len() - start + (at - copied) > LONGEST + 1 {
            out.extend_from_slice(path.get(copied..at).unwrap_or_default());
            break;
        }
    }
    cut(out, start);
}

/// Cuts a route that is too long.
fn cut(out: &mut Vec<u8>, start: usize) {
    if out.len() - start <= LONGEST {
        return;
    }
    out.truncate(start + CUT);
    // A cut escape would be another text when it is folded again.
    if let Some(at) = out.iter().rev().take(2).position(|byte| *byte == b'%') {
        out.truncate(out.len() - at - 1);
    }
    out.extend_from_slice("…".as_bytes());
}

/// The path of a target that has scheme and host.
fn without_host(path: &[u8]) -> &[u8] {
    let Some(rest) = path.strip_prefix(b"http://").or_else(|| path.strip_prefix(b"https://")) else { return path };
    rest.get(rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len())..)
        .filter(|rest| rest.starts_with(b"/"))
        .unwrap_or(b"/")
}

/// Writes a segment with escapes or an at sign.
fn special(segment: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    let mut rest = segment;
    while let Some(at) = memchr(b'%', rest) {
        let (before, escape) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        out.extend_from_slice(before);
        rest = match escape {
            [b'%', high, low, after @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let value = hex(*high) * 16 + hex(*low);
                if value.is_ascii_alphanumeric() || matches!(value, b'-' | b'.' | b'_' | b'~') {
                    out.push(value);
                } else {
                    out.extend([b'%', high.to_ascii_uppercase(), low.to_ascii_uppercase()]);
                }
                after
            }
            // Not an escape.
            _ => {
                out.extend_from_slice(b"%25");
                escape.get(1..).unwrap_or_default()
            }
        };
        if out.len() - start > LONGEST {
            return;
        }
    }
    out.extend_from_slice(rest);
    let written = out.split_off(start);
    if is_email(&written) {
        out.extend_from_slice(segment::ID);
    } else {
        put(&written, Makeup::of(&written), out);
    }
}

fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => digit.saturating_sub(b'A') + 10,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(path: &str) -> String {
        let mut out = Vec::new();
        fold(path.as_bytes(), &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn what_belongs_to_one_resource_is_folded() {
        for (path, route) in [
            ("/v1/users/42?x=1", "/v1/users/:id"),
            ("/v1/users/-1/posts/1,2,3#top", "/v1/users/:id/posts/:id"),
            ("/a/7f3a9c52-1b2c-4d5e-8f90-a1b2c3d4e5f6/b", "/a/:id/b"),
            ("/a/deadbeef01", "/a/:id"),
            ("/c/cus_9s6XKzkNRiz8i3", "/c/:id"),
            ("/c/dGhpcyBpcyBhIHRlc3Q1Mg==", "/c/:id"),
            ("/t/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "/t/:id"),
            ("/t/0123456789abcdefghijklmnop", "/t/:id"),
            ("/browse/PROJ-123", "/browse/:id"),
            ("/u/ann@example.com/x", "/u/:id/x"),
            ("/u/ann.b%40example.com", "/u/:id"),
            ("/d/2024-05-13", "/d/:id"),
            ("/d/2024-05-13T12:00:00Z", "/d/:id"),
            ("/d/2024/05/13", "/d/:id/:id/:id"),
            ("/ip/10.0.0.1", "/ip/:id"),
            ("/f/42.json", "/f/:id.json"),
            ("/f/7f3a9c52-1b2c-4d5e-8f90-a1b2c3d4e5f6.mp4", "/f/:id.mp4"),
            ("https://example.com:443/a/1?x", "/a/:id"),
            ("http://example.com?x", "/"),
            ("/a;jsessionid=1F2E/b;v=1?c", "/a/b"),
            ("/%7Eann/%31%32%33456", "/~ann/:id"),
            ("/a%2fb%zz", "/a%2Fb%25zz"),
        ] {
            assert_eq!(folded(path), route, "{path}");
        }
    }

    #[test]
    fn what_names_a_kind_stays() {
        for path in [
            "/",
            "*",
            "",
            "/v1/users",
            "/api/v2.1/oauth2/token",
            "/.well-known/openid-configuration",
            "/feedface",
            "/my-article-of-2024-summer",
            "/static/app.js",
            "/1.2.3",
            "//a//",
            "/OAuth2AuthorizeCallback",
            "/s3/bucket",
            "/a:b",
            "/@scope/pkg",
            "/ümlaut",
            "example.com:443",
        ] {
            assert_eq!(folded(path), path, "{path}");
        }
    }

    #[test]
    fn a_long_path_is_cut() {
        let route = folded(&"/segment".repeat(100_000));
        assert!(route.len() <= LONGEST && route.ends_with('…'), "{route}");
        assert_eq!(folded(&route), route);
        assert!(folded(&format!("/{}", "%41".repeat(400_000))).len() <= LONGEST);
        assert_eq!(folded(&format!("/{}", "9".repeat(1_000_000))), "/:id");
    }

    proptest! {
        #[test]
        fn folding_a_route_gives_the_same_route(path in "(/|%[0-9a-f]{2}|%|[a-zA-Z0-9.@,;:=_~-]{1,12}|http://|\\?|#|é){0,60}") {
            let once = folded(&path);
            prop_assert_eq!(folded(&once), once);
        }

        #[test]
        fn any_bytes_give_a_short_route(path in proptest::collection::vec(any::<u8>(), 0..600)) {
            let mut once = Vec::new();
            fold(&path, &mut once);
            let mut twice = Vec::new();
            fold(&once, &mut twice);
            prop_assert_eq!(&once, &twice);
            prop_assert!(once.len() <= LONGEST);
        }
    }
}
