//! Header blocks copied from a browser's tools: HTTP/2 pseudo-headers (`:method: GET`) and the list that begins
//! with `Request URL`. Chrome and Edge put a value on the line after its name, Firefox and older ones after it.

use super::{Loss, ParsedInput};
use crate::domain::exchange::Exchange;
use crate::domain::request::Request;
use crate::domain::response::Response;

const HEADINGS: [&str; 4] = ["general", "request headers", "response headers", "provisional headers are shown"];

/// True for a text that begins with one of these blocks.
pub(super) fn looks_like(text: &str) -> bool {
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let first = if HEADINGS.iter().any(|h| first.eq_ignore_ascii_case(h)) { lines.next().unwrap_or_default() } else { first };
    [":authority", ":method", ":path", ":scheme", "Request URL"].iter().any(|name| {
        let rest = first.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    })
}

/// Reads the blocks as one exchange.
pub(super) fn read(text: &str) -> ParsedInput {
    let mut request = Request { method: "GET".into(), ..Request::default() };
    let (mut scheme, mut authority, mut path) = ("https".to_string(), String::new(), String::new());
    let mut answer: Option<Response> = None;
    let mut in_answer = false;
    let mut losses = Vec::new();
    let lines: Vec<(usize, &str)> = text.trim_start_matches('\u{feff}').lines().enumerate().map(|(i, l)| (i + 1, l)).collect();
    let mut at = 0;
    while let Some((number, line)) = lines.get(at).copied() {
        at += 1;
        let line = line.trim_matches([' ', '\t']);
        if line.is_empty() {
            continue;
        }
        if HEADINGS.iter().any(|h| line.eq_ignore_ascii_case(h)) {
            in_answer = line.eq_ignore_ascii_case("response headers");
            continue;
        }
        if let Some(found) = super::status_line(line) {
            (answer, in_answer) = (Some(found), true);
            continue;
        }
        if let Some((method, target)) = super::request_line(line) {
            (request.method, path, in_answer) = (method.into(), target.into(), false);
            continue;
        }
        let (lead, rest) = if let Some(rest) = line.strip_prefix(':') { (":", rest) } else { ("", line) };
        let Some((name, value)) = rest.split_once(':').or_else(|| known(line).then_some((line, ""))) else {
            losses.push(Loss { line: number, message: "a line that is not a header is ignored".into() });
            continue;
        };
        let mut value = value.trim_matches([' ', '\t']);
        if value.is_empty()
            && let Some((_, next)) = lines.get(at)
            && !next.trim().is_empty()
            && !HEADINGS.iter().any(|h| next.trim().eq_ignore_ascii_case(h))
        {
            value = next.trim_matches([' ', '\t']);
            at += 1;
        }
        match (lead, name) {
            (":", "method") | ("", "Request Method") => request.method = value.into(),
            (":", "authority") => authority = value.into(),
            (":", "path") => path = value.into(),
            (":", "scheme") => scheme = value.into(),
            ("", "Request URL") => request.url = value.into(),
            (":", "status") | ("", "Status Code") => {
                let (code, reason) = value.split_once(' ').unwrap_or((value, ""));
                let answer = answer.get_or_insert_with(Response::default);
                answer.status = code.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0);
                answer.reason = reason.trim().trim_end_matches("(from disk cache)").trim().into();
                in_answer = lead == ":";
            }
            ("", "Remote Address" | "Referrer Policy" | "Request Version") => {
                losses.push(Loss { line: number, message: format!("{name} is not part of the request") });
            }
            _ if in_answer => answer.get_or_insert_with(Response::default).headers.push(name, value),
            _ => request.headers.push(name, value),
        }
    }
    if request.url.is_empty() {
        let host = if authority.is_empty() { request.headers.get("host").unwrap_or_default() } else { &authority };
        request.url = if path.contains("://") { path } else { format!("{scheme}://{host}{path}") };
    }
    ParsedInput { exchanges: vec![Exchange { request, answer, ..Exchange::default() }], losses, ..ParsedInput::default() }
}

/// A name that is on a line of its own, its value on the next.
fn known(line: &str) -> bool {
    matches!(line, "Request URL" | "Request Method" | "Status Code" | "Remote Address" | "Referrer Policy")
        || !line.is_empty() && line.len() < 40 && line.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pseudo_headers_make_the_request_line() {
        let text = ":authority: api.example\n:method: GET\n:path: /v1?x=1\n:scheme: https\nauthorization: Bearer abc\naccept: */*\n";
        assert!(looks_like(text));
        let e = read(text).exchanges.into_iter().next().unwrap_or_default();
        assert_eq!(e.request.url, "https://api.example/v1?x=1");
        assert_eq!(e.request.headers.get("authorization"), Some("Bearer abc"));
    }

    #[test]
    fn values_may_stand_on_the_next_line() {
        let text = "General\nRequest URL\nhttps://api.example/a\nRequest Method\nPOST\nStatus Code\n401 Unauthorized\nResponse Headers\nwww-authenticate\nBearer\nRequest Headers\nauthorization\nBearer abc\n";
        let e = read(text).exchanges.into_iter().next().unwrap_or_default();
        assert_eq!((e.request.method.as_str(), e.request.url.as_str()), ("POST", "https://api.example/a"));
        assert_eq!(e.request.headers.get("authorization"), Some("Bearer abc"));
        assert_eq!(e.answer.map(|a| (a.status, a.headers.get("www-authenticate").map(str::to_string))), Some((401, Some("Bearer".into()))));
    }
}
