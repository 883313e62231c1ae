//! What a line of a file of requests is, by its own shape.

use super::lines::{Line, WHITESPACE};
use super::places::RequestPlaces;
use crate::domain::span::Span;

/// The kinds of lines that end a body.
pub(super) enum Tail {
    Script,
    OneLine,
    AnswerFile,
    Reference,
}

/// What ends a body: only shapes that no usual body has at the start of a line.
pub(super) fn tail_kind(line: &str) -> Option<Tail> {
    let line = line.trim_end_matches(WHITESPACE);
    if line.starts_with("<> ") || line.starts_with("<>\t") {
        return Some(Tail::Reference);
    }
    if line.starts_with("?? ") {
        return Some(Tail::OneLine);
    }
    let rest = line.strip_prefix('>')?;
    if rest.starts_with('>') {
        let path = rest.trim_start_matches('>').trim_start_matches('!');
        return (path.starts_with([' ', '\t'])).then_some(Tail::AnswerFile);
    }
    let rest = rest.trim_start_matches(WHITESPACE);
    if rest.starts_with("{%") {
        return Some(Tail::Script);
    }
    [".js", ".mjs", ".ts", ".lua", ".py"].iter().any(|end| rest.ends_with(end)).then_some(Tail::OneLine)
}

/// `{{` alone, or `{{@request` and the like: a script of httpYac. `{{host}}/path` is an address.
pub(super) fn opens_script(trimmed: &str) -> bool {
    trimmed.starts_with("{{") && !trimmed.contains("}}")
}

pub(super) fn is_import(trimmed: &str) -> bool {
    match trimmed.split_once(WHITESPACE) {
        Some(("import" | "proto", _)) => true,
        Some(("run", rest)) => rest.trim_start_matches(WHITESPACE).starts_with('#') || !rest.contains("://") && !rest.contains("HTTP/"),
        _ => false,
    }
}

/// The words that other tools write in the place of a method for what is not HTTP.
const PROTOCOLS: [&str; 10] = ["WEBSOCKET", "WS", "WSS", "GRPC", "SSE", "EVENTSOURCE", "MQTT", "AMQP", "RSOCKET", "STOMP"];

pub(super) fn is_of_other_protocol(trimmed: &str) -> bool {
    let word = trimmed.split(WHITESPACE).next().unwrap_or_default();
    let schemes = ["ws://", "wss://", "grpc://", "grpcs://", "mqtt://", "mqtts://", "amqp://", "amqps://"];
    PROTOCOLS.contains(&word) && word.len() < trimmed.len() || schemes.iter().any(|scheme| trimmed.starts_with(scheme))
}

/// The methods of HTTP that people write in any letters.
pub(super) const METHODS: [&str; 10] = ["GRAPHQL", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT"];

/// The other methods of the HTTP Method Registry of IANA, and what caches and tools add to them.
const OTHER_METHODS: [&str; 35] = [
    "ACL",
    "BASELINE-CONTROL",
    "BIND",
    "CHECKIN",
    "CHECKOUT",
    "COPY",
    "LABEL",
    "LINK",
    "LIST",
    "LOCK",
    "MERGE",
    "MKACTIVITY",
    "MKCALENDAR",
    "MKCOL",
    "MKREDIRECTREF",
    "MKWORKSPACE",
    "MOVE",
    "NOTIFY",
    "ORDERPATCH",
    "PRI",
    "PROPFIND",
    "PROPPATCH",
    "PURGE",
    "QUERY",
    "REBIND",
    "REPORT",
    "SEARCH",
    "SUBSCRIBE",
    "UNBIND",
    "UNCHECKOUT",
    "UNLINK",
    "UNLOCK",
    "UNSUBSCRIBE",
    "UPDATE",
    "VERSION-CONTROL",
];

/// What to say of a method that is none that servers know.
pub(super) fn odd_method(method: &str) -> Option<String> {
    let upper = method.to_ascii_uppercase();
    let known = METHODS.iter().chain(&OTHER_METHODS).any(|known| *known == upper);
    if known || method.contains("{{") || upper == "CURL" {
        return None;
    }
    let near = METHODS.iter().find(|known| strsim::osa_distance(known, &upper) == 1);
    let meant = near.map(|near| format!("; {near} is meant?")).unwrap_or_default();
    Some(format!("{method} is no method of HTTP that is registered, and is sent as it is{meant}"))
}

/// A line that begins another request where a body could be: one of the usual methods in capitals, and a whole address.
pub(super) fn begins_request(line: &str) -> bool {
    let Some((method, rest)) = line.split_once(WHITESPACE) else { return false };
    let rest = rest.trim_start_matches(WHITESPACE);
    let is_address = rest.starts_with("http://") || rest.starts_with("https://") || rest.starts_with("{{");
    METHODS.contains(&method) && is_address
}

/// `@name = value` at the begin of a line.
pub(super) fn defines(line: &str) -> bool {
    let name = line.strip_prefix('@').and_then(|rest| rest.split_once('=')).map(|(name, _)| name.trim_matches(WHITESPACE));
    name.is_some_and(|name| {
        let name = name.trim_end_matches(':');
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
    })
}

/// What may be an address: with a scheme, of this host, or with a host in front.
fn is_address(text: &str) -> bool {
    let first = text.split(WHITESPACE).next().unwrap_or_default();
    let host = first.split(['/', '?', '#']).next().unwrap_or_default();
    let port = host.split_once(':').map_or("", |(_, port)| port);
    let is_with_port = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    text.contains("://")
        || text.contains("{{")
        || text.starts_with(['/', '*', '<', '$'])
        || host.contains('.')
        || is_with_port
        || host == "localhost"
}

/// Whether the parts of a line are those of a request line. What has a usual method may have any address, as people are at it.
fn is_request(method: Option<&str>, url: &str) -> bool {
    let is_word = !url.contains(WHITESPACE);
    if method.is_some_and(|method| !method.starts_with(|c: char| c.is_ascii_alphabetic() || c == '{')) {
        return false;
    }
    match method {
        Some(method) if METHODS.contains(&method) || method.contains("{{") => is_word || is_address(url),
        Some(method) if METHODS.iter().any(|m| m.eq_ignore_ascii_case(method)) => is_address(url),
        // Methods are words of any letters; those of others are written in capitals.
        Some(method) => is_address(url) && (method.eq_ignore_ascii_case("curl") || !method.bytes().any(|b| b.is_ascii_lowercase())),
        None => {
            is_address(url) && !url.starts_with("HTTP/") && !url.starts_with(['<', '$', '*']) && !url.contains("](") && !url.ends_with(':')
        }
    }
}

pub(super) fn request_line(line: Line<'_>) -> Option<RequestPlaces> {
    let whole = line.trimmed();
    let text = line.text.trim_matches(WHITESPACE);
    let mut end = text.len();
    if let Some((before, last)) = text.rsplit_once(WHITESPACE)
        && is_version(last)
    {
        end = before.trim_end_matches(WHITESPACE).len();
    }
    let content = text.get(..end).unwrap_or_default();
    let split = content.find(WHITESPACE).filter(|at| {
        let (first, rest) = content.split_at(*at);
        let rest = rest.trim_start_matches(WHITESPACE);
        let word = first.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-' || b == b'_');
        let variable = first.starts_with("{{") && first.ends_with("}}") && (rest.contains("://") || rest.starts_with(['/', '{']));
        word || variable
    });
    let at = |from: usize, to: usize| Span::new(whole.start + from, whole.start + to);
    let (method, url) = match split {
        Some(split) => {
            let url_at = end - content.get(split..).unwrap_or_default().trim_start_matches(WHITESPACE).len();
            (Some(at(0, split)), at(url_at, end))
        }
        None => (None, at(0, end)),
    };
    let cut = |span: Span| text.get(span.start - whole.start..span.end - whole.start).unwrap_or_default();
    is_request(method.map(cut), cut(url)).then(|| RequestPlaces {
        line: line.whole(),
        number: line.number,
        method,
        url,
        continued: Vec::new(),
        off: Vec::new(),
        line_end: line.end,
        head_end: line.end,
        headers: Vec::new(),
        body: None,
        body_number: line.number,
        end: line.next,
    })
}

pub(super) fn is_version(word: &str) -> bool {
    word.strip_prefix("HTTP/").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}
