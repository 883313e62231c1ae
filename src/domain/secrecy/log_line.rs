//! Secrets in a line of a log: what a client wrote stands between what the server wrote, in quotes, in JSON or bare.

use super::{body, disjoint, found, header, in_message, in_text, in_url, names, plain, replace, shapes};
use crate::domain::headers::Header;
use crate::domain::secrecy::names::{Grade, Side};
use crate::domain::span::Span;

/// Bytes of the longest name that is looked at.
const LONGEST_NAME: usize = 64;

/// What of a line is a secret: as in a message, and what follows the name of one and a colon, unless that is a word to read.
pub fn in_log_line(line: &str) -> Vec<Span> {
    let mut spans = in_message(line);
    // `session: closed` begins a line of a log, where a server says it.
    spans.extend(in_text(line).into_iter().filter(|span| !span.cut(line).is_some_and(is_open)));
    if let Some(json) = line.find('{').and_then(|at| line.get(at..)).filter(|json| json.contains('"')) {
        let start = line.len() - json.len();
        spans.extend(found(json, Side::Request, |search| body::json::walk(json, search)).into_iter().map(|span| span.shifted(start)));
    }
    let mut at = 0;
    while let Some(colon) = memchr::memchr(b':', line.as_bytes().get(at..).unwrap_or_default()).map(|i| at + i) {
        at = colon + 1;
        if let Some(name) = name_before(line, colon) {
            spans.extend(behind(line, name, colon + 1));
        }
    }
    spans.extend(login_in_path(line));
    disjoint(spans)
}

/// What of the name of a route is a secret: `GET /reset/abc`.
pub fn in_route(route: &str) -> Vec<Span> {
    let address = route.split_once(' ').map_or(route, |(_, address)| address);
    let start = route.len() - address.len();
    let mut spans = in_log_line(route);
    spans.extend(in_url(address).into_iter().map(|span| span.shifted(start)));
    let parts: Vec<&str> = address.split(['/', '?']).collect();
    let pairs = parts.iter().zip(parts.iter().skip(1));
    let named = pairs.filter(|(name, value)| super::is_secret_name(name) && !plain::is_plain(value));
    spans.extend(named.filter_map(|(_, value)| Span::of(route, value)));
    disjoint(spans)
}

/// A line with its secrets replaced.
pub fn without_secrets(line: &str) -> String {
    replace(line, &in_log_line(line), |_| "…".to_string())
}

/// The name of a secret that ends before a colon, with or without quotes.
fn name_before(line: &str, colon: usize) -> Option<&str> {
    let before = line.get(..colon)?.trim_end_matches(['"', '\'', '\\', ' ']);
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    let length = before.bytes().rev().take(LONGEST_NAME).take_while(is_name).count();
    let name = before.get(before.len() - length..)?;
    let is_secret = !name.is_empty() && (names::of(name, Side::Request) == Grade::Secret || names::of_header(name) == Grade::Secret);
    is_secret.then_some(name)
}

/// The secrets in what follows a name and a colon.
fn behind(line: &str, name: &str, from: usize) -> Vec<Span> {
    let rest = line.get(from..).unwrap_or_default();
    let value = rest.trim_start_matches([' ', '\t', '[', '\\']);
    // The value of a header may be a list, in the logs of some servers.
    let (value, is_quoted) = match value.chars().next() {
        Some(quote @ ('"' | '\'')) => (value.get(1..).unwrap_or_default().split(quote).next().unwrap_or_default(), true),
        // What holds the line of a client ends with a quote.
        _ => (value.split('"').next().unwrap_or_default(), false),
    };
    let value = value.trim_end_matches('\\').trim();
    let first = value.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';')).next().unwrap_or_default();
    let start = Span::of(line, value).unwrap_or_default().start;
    let is_header = names::is_of_header(name) && (value.contains('=') || shapes::schemed(value).is_some());
    if value.is_empty() || value.starts_with("//") {
        return Vec::new();
    }
    if is_header {
        let header = Header { name: name.into(), value: value.into() };
        return found(value, Side::Request, |search| header::in_request(&header, search))
            .into_iter()
            .map(|span| span.shifted(start))
            .collect();
    }
    // `token: expired`, `"session": true`
    let secret = if is_quoted { value } else { first };
    if is_open(secret) { Vec::new() } else { vec![Span::new(start, start + secret.len())] }
}

/// True for a word, a path or a small number, which a server writes behind such names.
fn is_open(value: &str) -> bool {
    let is_small = value.len() <= 3 && value.bytes().all(|b| b.is_ascii_digit());
    is_small || shapes::is_word(value) || value.starts_with('/') && plain::is_plain(value)
}

/// The password of `/ann:hunter2@host/`, where a client sent an address in the place of a path.
fn login_in_path(line: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    for word in line.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')).filter(|word| word.starts_with('/')) {
        for part in word.split('/') {
            let password = part.rsplit_once('@').and_then(|(login, _)| login.split_once(':')).map(|(_, password)| password);
            spans.extend(password.filter(|password| !password.is_empty()).and_then(|password| Span::of(line, password)));
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_the_name_of_a_secret_is_hidden() {
        for (line, shown) in [
            (
                r#"10.0.0.1 - - [x] "GET /a HTTP/1.1" 401 12 "-" "Authorization: Bearer hunter2xyz""#,
                r#"10.0.0.1 - - [x] "GET /a HTTP/1.1" 401 12 "-" "Authorization: Bearer …""#,
            ),
            ("Authorization: Basic YTpi", "Authorization: Basic …"),
            (r#"Authorization: Digest username="ann", response="r7b""#, "Authorization: Digest …"),
            ("Cookie: sid=s7; a=hunter2", "Cookie: …"),
            ("X-Api-Key: live-key-4711", "X-Api-Key: …"),
            ("Password: hunter2-secret", "Password: …"),
            ("login failed, password: Summer2025?", "login failed, password: …"),
            ("secret:hunter2", "secret:…"),
            (r#"{"user": "x", "password": "hunter2-secret", "cut"#, r#"{"user": "x", "password": "…", "cut"#),
            (
                r#"{"headers":{"Authorization":["Bearer hunter2xyz"],"X-Api-Key":["live-key-4711"]},"password":"Winter2026!","status":401}"#,
                r#"{"headers":{"Authorization":["…"],"X-Api-Key":["…"]},"password":"…","status":401}"#,
            ),
            ("curl -u admin:hunter2-secret https://h/", "curl -u admin:… https://h/"),
            ("GET /u:hunter2@h/ HTTP/1.1", "GET /u:…@h/ HTTP/1.1"),
            ("GET //u:hunter2@host/x HTTP/1.1", "GET //u:…@host/x HTTP/1.1"),
            ("postgres://u:PW7b@h", "postgres://u:…@h"),
        ] {
            let hidden = without_secrets(line);
            let secrets = ["hunter2", "live-key", "Summer2025", "Winter2026", "YTpi", "s7", "r7b", "PW7b"];
            let before = shown.split(['…', ':']).next().unwrap_or_default();
            assert!(secrets.iter().all(|secret| !hidden.contains(secret)) && hidden.starts_with(before), "{line}: {hidden}");
        }
        for (route, shown) in [
            ("GET /password/hunter2abc", "GET /password/…"),
            ("GET /u:hunter2@h/", "GET /u:…@h/"),
            ("GET //u:hunter2@host/x", "GET //u:…@host/x"),
        ] {
            assert_eq!(replace(route, &in_route(route), |_| "…".into()), shown);
        }
    }

    #[test]
    fn what_a_server_says_is_readable() {
        for line in [
            r#"[auth_basic:error] [pid 35708:tid 4328636416] [client 72.15.99.187:4711] AH01617: user ann: authentication failure for "/secret": Password Mismatch"#,
            r#"2026/11/23 07:22:41 [error] 29#29: *1 user "ann": password mismatch, client: 10.0.0.1, server: h, request: "GET /token HTTP/1.1", host: "h:8080""#,
            "Invalid token: expired",
            "type=LOGIN_ERROR, realmId=shop, clientId=web, error=invalid_user_credentials",
            r#"{"msg":"the token expired: renew it","session":true,"token_type":"Bearer"}"#,
            r#"10.0.0.1 - ann [23/Nov/2026:07:22:41 +0000] "GET /api/tokens/list HTTP/1.1" 401 12 "https://h.example/login" "curl/8.5.0""#,
            "session: closed",
        ] {
            assert_eq!(without_secrets(line), line);
        }
        for route in ["GET /password/reset", "POST /oauth2/token", "GET /users/{id}", "GET /api/keys/v2"] {
            assert_eq!(in_route(route), [], "{route}");
        }
    }
}
