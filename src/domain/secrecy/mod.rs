//! The secrets in a request and in an answer: the one place that decides what they are. The screen masks these bytes; output,
//! reports, copies and drafts omit them. What goes to another origin does not depend on it: [`super::origin`] has a closed list.
//!
//! - [`names`]: the list of names.
//! - [`carriers`]: the names that are enough to find a credential in a request.
//! - [`shapes`]: the list of value shapes.
//! - [`body`], [`header`], [`url`]: the search through each kind of text.
//! - [`echo`]: secrets that are repeated in another text.
//!
//! There are two grades. A secret is masked. A value that only may be one is shown, since the user may have to read it, but
//! counts as a credential where the question is whether a request carries one.

mod body;
pub mod carriers;
pub mod echo;
pub mod header;
mod header_words;
mod inside;
mod log_line;
mod logins;
pub mod names;
mod nested;
mod plain;
pub mod search;
pub mod shapes;
mod spellings;
mod url;
mod words;

pub use body::json::SearchEnd;
pub use body::steps::BodySearch;
pub use body::{BodyKind, is_edn};
pub use log_line::{in_log_line, in_route, without_secrets};
pub use names::{Grade, Side};
pub use plain::{is_plain, says_where};
pub use search::Aim;
pub use url::user_info_of as user_info;

use super::headers::Header;
use super::limits::MAX_JUDGED;
use super::placeholder;
use super::request::{Request, RequestPart};
use super::response::Response;
use super::span::{Span, start};
use super::text::Secrets;
use search::Search;
use serde_json::Value;

/// True for the name of a header whose value is a credential; misspellings of `Authorization` are among them.
pub fn is_secret_header(name: &str) -> bool {
    names::of_header(name) == Grade::Secret
}

/// True for the name of a query parameter, a form's field or a member whose value is a credential.
pub fn is_secret_name(name: &str) -> bool {
    names::of(name, Side::Request) == Grade::Secret
}

/// What stands for a secret in a request that leaves as text.
pub const MASK: &str = "***";

/// An address with its secrets masked.
pub fn masked_url(url: &str) -> String {
    replace(url, &in_url(url), |_| MASK.to_string())
}

/// The bytes of a request that are secret, part by part, in order. What is only a placeholder for a secret (`undefined`, `$TOKEN`,
/// `{{token}}`) is not: masking it would hide the fault.
pub fn in_request(request: &Request) -> Vec<(RequestPart, Span)> {
    let mut found = Vec::new();
    // The address follows the method and a space.
    let shift = request.method.len() + 1;
    found.extend(in_method(&request.method).into_iter().map(|span| (RequestPart::Line, span)));
    found.extend(in_url(&request.url).into_iter().map(|span| (RequestPart::Line, span.shifted(shift))));
    for (i, header) in request.headers.iter() {
        found.extend(header::in_name(header).into_iter().map(|span| (RequestPart::HeaderName(i), span)));
        // What is not judged is not read for secrets either: all of it is one.
        let in_value = if i < MAX_JUDGED { in_header(header) } else { vec![Span::new(0, header.value.len())] };
        found.extend(in_value.into_iter().map(|span| (RequestPart::HeaderValue(i), span)));
    }
    let in_body = match in_shared_body(request) {
        Some(shared) => shared.spans.clone(),
        None => in_body(&request.body, media_type(request)),
    };
    found.extend(in_body.into_iter().map(|span| (RequestPart::Body, span)));
    with_filled(found, request)
}

/// The same with what was filled in from secret variables; placeholders are left out here too.
fn with_filled(mut found: Vec<(RequestPart, Span)>, request: &Request) -> Vec<(RequestPart, Span)> {
    let is_secret = |text: &str| !text.trim().is_empty() && placeholder::certain(text.trim()).is_none();
    let filled = request.filled_secrets.iter().filter(|(part, span)| cut(request, *part, *span).is_some_and(is_secret));
    let before = found.len();
    found.extend(filled.copied());
    if found.len() == before {
        return found;
    }
    // Parts in the order of the request, and no place inside another.
    let rank = |part: RequestPart| match part {
        RequestPart::Line => (0, 0),
        RequestPart::HeaderName(i) => (1, 2 * i),
        RequestPart::HeaderValue(i) => (1, 2 * i + 1),
        RequestPart::Body => (2, 0),
    };
    found.sort_by_key(|(part, span)| (rank(*part), *span));
    let parts = found.chunk_by(|a, b| a.0 == b.0).filter_map(|of_part| Some((of_part.first()?.0, of_part)));
    parts.flat_map(|(part, of_part)| disjoint(of_part.iter().map(|f| f.1).collect()).into_iter().map(move |span| (part, span))).collect()
}

/// What secret variables were filled in with, each once.
pub fn filled_values(request: &Request) -> Vec<String> {
    let values = request.filled_secrets.iter().filter_map(|(part, span)| cut(request, *part, *span)).map(str::trim);
    let mut values: Vec<String> =
        values.filter(|value| !value.is_empty() && placeholder::certain(value).is_none()).map(String::from).collect();
    values.sort_unstable();
    values.dedup();
    values
}

/// What is secret in a body that several requests share; `None` for any other.
pub fn in_shared_body(request: &Request) -> Option<&Secrets> {
    let media_type = media_type(request);
    request.body.shared_secrets(media_type, |body| in_body(body, media_type))
}

fn media_type(request: &Request) -> &str {
    request.headers.get("content-type").unwrap_or_default()
}

/// A method never looks like a token, but a token may be in the place of the method.
fn in_method(method: &str) -> Vec<Span> {
    if shapes::is_random(method) { vec![Span::whole(method)] } else { Vec::new() }
}

/// The secret bytes of a request header's value.
pub fn in_header(header: &Header) -> Vec<Span> {
    found(&header.value, Side::Request, |search| header::in_request(header, search))
}

/// True for a value under a name of the user's own, in no place yet, that holds a secret by its looks or by what is named in it.
pub fn holds_secret(name: &str, value: &str) -> bool {
    // Not its own name: some words name a key in a header and a user elsewhere.
    let known = if names::is_identifier(name) { "id" } else { "value" };
    logins::password(name, value.trim()).is_some() || !in_header(&Header { name: known.into(), value: value.into() }).is_empty()
}

/// The secret bytes of an address.
pub fn in_url(url: &str) -> Vec<Span> {
    found(url, Side::Request, |search| url::walk(url, search))
}

/// The secret bytes of a request's body.
pub fn in_body(body: &str, media_type: &str) -> Vec<Span> {
    found(body, Side::Request, |search| body::walk(body, media_type, search))
}

/// The secret bytes of an answer's header: the value of a cookie that is set, the code in an address that is named.
pub fn in_answer_header(header: &Header) -> Vec<Span> {
    found(&header.value, Side::Response, |search| header::in_answer(header, search))
}

/// The secret bytes of an answer's body: what it hands out.
pub fn in_answer_body(text: &str, media_type: &str) -> Vec<Span> {
    found(text, Side::Response, |search| body::walk(text, media_type, search))
}

/// What of any text is a secret, by its name or by its looks.
pub fn in_text(text: &str) -> Vec<Span> {
    found(text, Side::Request, |search| {
        search.shapes(text);
        body::any_text(text, search);
    })
}

/// The claims of a token, or a claim with its name, with every secret in it replaced.
pub fn masked_claims(name: &str, value: &Value, mask: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), masked_claims(name, value, mask))).collect(),
        Value::Array(list) => list.iter().map(|value| masked_claims(name, value, mask)).collect(),
        Value::String(text) => match names::of(name, Side::Claims) {
            Grade::Secret if placeholder::certain(text).is_none() => mask(text).into(),
            Grade::Suspect | Grade::Likely if shapes::is_random(text) => mask(text).into(),
            _ => replace(text, &in_message(text), mask).into(),
        },
        _ => value.clone(),
    }
}

/// A search with nothing found yet.
pub fn search(side: Side, aim: Aim) -> Search {
    Search::new(side, aim, inside::walk)
}

fn found(text: &str, side: Side, walk: impl FnOnce(&mut Search)) -> Vec<Span> {
    let mut search = search(side, Aim::Mask);
    walk(&mut search);
    search.spans(text)
}

/// True for a body with a secret in it, or with what may be one.
pub fn may_hold_secret(body: &str, media_type: &str) -> bool {
    let mut search = search(Side::Request, Aim::Suspect);
    body::walk(body, media_type, &mut search);
    search.found.iter().any(|f| f.span.cut(body).is_some_and(|value| placeholder::certain(value.trim()).is_none()))
}

/// Every secret text of an answer.
pub fn texts_of_answer(answer: &Response) -> Vec<&str> {
    let headers = answer.headers.iter().flat_map(|(_, h)| in_answer_header(h).into_iter().filter_map(|span| span.cut(&h.value)));
    let hops = answer.hops.iter().flat_map(|h| [&h.url, &h.location]).flat_map(|url| in_url(url).into_iter().filter_map(|s| s.cut(url)));
    let reason = in_message(&answer.reason).into_iter().filter_map(|span| span.cut(&answer.reason));
    // Checks quote the first bytes of a body alone.
    let body = start(&answer.body, super::limits::MAX_CHECKED_BODY);
    let media_type = answer.headers.get("content-type").unwrap_or_default();
    let body = in_answer_body(body, media_type).into_iter().filter_map(|span| span.cut(body));
    headers.chain(hops).chain(reason).chain(body).collect()
}

/// The bytes at a place of a request.
pub fn cut(request: &Request, part: RequestPart, span: Span) -> Option<&str> {
    match part {
        RequestPart::HeaderValue(i) => span.cut(&request.headers.0.get(i)?.value),
        RequestPart::HeaderName(i) => span.cut(&request.headers.0.get(i)?.name),
        RequestPart::Body => span.cut(&request.body),
        RequestPart::Line => {
            let shift = request.method.len() + 1;
            match span.start.checked_sub(shift) {
                Some(start) => request.url.get(start..span.end - shift),
                None => span.cut(&request.method),
            }
        }
    }
}

/// The request with every secret replaced by `stand_in`; everything around them stays, byte for byte.
pub fn replaced(request: &Request, stand_in: &str) -> Request {
    let mut out = request.clone();
    let shift = request.method.len() + 1;
    let mut parts: Vec<(RequestPart, Vec<Span>)> = Vec::new();
    for (part, span) in in_request(request) {
        match parts.last_mut().filter(|(last, _)| *last == part) {
            Some((_, spans)) => spans.push(span),
            None => parts.push((part, vec![span])),
        }
    }
    for (part, spans) in parts {
        let (text, spans) = match part {
            RequestPart::Line if spans.iter().all(|span| span.start >= shift) => {
                (Some(&mut out.url), spans.iter().map(|s| Span::new(s.start - shift, s.end - shift)).collect())
            }
            RequestPart::Line => {
                out.method = stand_in.to_string();
                let spans = spans.iter().filter(|s| s.start >= shift).map(|s| Span::new(s.start - shift, s.end - shift)).collect();
                (Some(&mut out.url), spans)
            }
            RequestPart::HeaderValue(i) => (out.headers.0.get_mut(i).map(|h| &mut h.value), spans),
            RequestPart::HeaderName(i) => (out.headers.0.get_mut(i).map(|h| &mut h.name), spans),
            RequestPart::Body => {
                out.body = replace(&out.body, &spans, |_| stand_in.to_string()).into();
                continue;
            }
        };
        if let Some(text) = text {
            *text = replace(text, &spans, |_| stand_in.to_string());
        }
    }
    out
}

/// The address with every secret in it replaced by `stand_in`.
pub fn replaced_in_url(url: &str, stand_in: &str) -> String {
    replace(url, &in_url(url), |_| stand_in.to_string())
}

/// What of a message, a name or a reason phrase is a secret: its own words end with colons, so that only a `=` makes a
/// value of what follows.
pub fn in_message(text: &str) -> Vec<Span> {
    found(text, Side::Request, |search| {
        search.shapes(text);
        body::text::quoted(text, search);
    })
}

/// A message that quotes an input, its secrets left out. Nothing is known of where a word of it was, so that whatever
/// looks random is left out as well; only UUIDs name things more often than they open them.
pub fn quoted(message: &str) -> String {
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '=');
    let is_random = |word: &&str| !shapes::is_uuid(word) && shapes::is_random(word);
    let mut spans = in_message(message);
    spans.extend(message.split(|c| !is_of_word(c)).filter(is_random).filter_map(|word| Span::of(message, word)));
    replace(message, &disjoint(spans), |_| "…".to_string())
}

/// An argument of a command line, its secrets left out: it may be a command, a header or an address in the place of a path.
pub fn quoted_argument(argument: &str) -> String {
    let in_address = if argument.contains(char::is_whitespace) { Vec::new() } else { in_url(argument) };
    let mut spans = [in_log_line(argument), in_address].concat();
    // `Bearer hunter2`; a path begins with no scheme.
    spans.extend(shapes::schemed(argument).map(|(_, rest)| rest));
    quoted(&replace(argument, &disjoint(spans), |_| "…".to_string()))
}

/// The spans in order, those that overlap made one.
pub fn disjoint(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match out.last_mut().filter(|last| span.start < last.end) {
            Some(last) => last.end = last.end.max(span.end),
            None => out.push(span),
        }
    }
    out
}

/// The text with some of its bytes, in order and none inside another, replaced.
pub fn replace(text: &str, spans: &[Span], stand_in: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        if let Some((before, secret)) = text.get(at..span.start).zip(span.cut(text)) {
            out.push_str(before);
            out.push_str(&stand_in(secret));
            at = span.end;
        }
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests;
