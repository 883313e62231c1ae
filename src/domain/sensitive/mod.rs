//! What is secret in a request and in an answer: the one place that decides it. The screen covers these bytes, reports and
//! copies leave them out, and so do drafts.

mod body;

use super::cookie::read_cookies;
use super::headers::Header;
use super::limits::MAX_MASKED_BODY;
use super::placeholder::placeholder;
use super::request::{Request, RequestPart};
use super::response::Response;
use super::span::Span;

/// Words in the name of a header that make its value a credential.
const HEADER_WORDS: [&str; 9] = ["auth", "token", "secret", "key", "passw", "session", "signature", "csrf", "assertion"];

/// Headers whose names hold such a word and whose values are no secret.
const OPEN_HEADERS: [&str; 9] = [
    ":authority",
    "www-authenticate",
    "proxy-authenticate",
    "authentication-info",
    "author",
    "idempotency-key",
    "sec-websocket-key",
    "surrogate-key",
    "public-key-pins",
];

/// Names of parameters and members that carry a credential, without `-` and `_`, in lower case.
const NAMES: [&str; 13] = ["code", "key", "sig", "auth", "authorization", "jwt", "bearer", "pass", "pwd", "sid", "otp", "pin", "appid"];

/// Ends of such names.
const ENDINGS: [&str; 13] = [
    "token",
    "apikey",
    "subscriptionkey",
    "secretkey",
    "accesskey",
    "privatekey",
    "password",
    "passwd",
    "secret",
    "assertion",
    "signature",
    "codeverifier",
    "sessionid",
];

/// True for the name of a header whose value is a credential; misspellings of `Authorization` are among them.
pub fn is_secret_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let open = OPEN_HEADERS.contains(&name.as_str()) || name.starts_with("access-control-");
    // `Autorization` and its kin hold none of the words.
    let misspelled = name.len() >= 10 && name.starts_with("aut") && name.ends_with("ion");
    !open && (misspelled || name == "dpop" || HEADER_WORDS.iter().any(|word| name.contains(word)))
}

/// True for the name of a query parameter, a form's field or a member whose value is a credential.
pub fn is_secret_name(name: &str) -> bool {
    let plain = plain(name);
    let parted = ["_key", "-key", "_code", "-code", "_sig", "_pin"].iter().any(|end| name.to_ascii_lowercase().ends_with(end));
    NAMES.contains(&plain.as_str()) || is_secret_ending(name) || parted
}

/// True for a member of an answer that gives a credential out. Stricter than [`is_secret_name`]: the `code` of an answer is
/// what one has to read.
fn is_given_out(name: &str) -> bool {
    is_secret_ending(name)
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | '.')).map(|c| c.to_ascii_lowercase()).collect()
}

/// Compared letter by letter from the end: the names of all members of an answer are asked about.
fn is_secret_ending(name: &str) -> bool {
    let letters = || name.bytes().rev().filter(|b| !matches!(b, b'-' | b'_' | b'.')).map(|b| b.to_ascii_lowercase());
    ENDINGS.iter().any(|end| {
        let mut letters = letters();
        end.bytes().rev().all(|wanted| letters.next() == Some(wanted))
    })
}

/// The bytes of a request that are secret, part by part, in order. What only stands for a secret (`undefined`, `$TOKEN`,
/// `{{token}}`) is none: to cover it would cover the fault.
pub fn in_request(request: &Request) -> Vec<(RequestPart, Span)> {
    let mut found = Vec::new();
    // The address stands behind the method and a blank.
    let shift = request.method.len() + 1;
    found.extend(in_url(&request.url).into_iter().map(|span| (RequestPart::Line, span.shifted(shift))));
    for (i, header) in request.headers.iter() {
        found.extend(in_header(header).into_iter().map(|span| (RequestPart::HeaderValue(i), span)));
    }
    let kind = request.headers.get("content-type").unwrap_or_default();
    found.extend(real(&request.body, body::secrets(&request.body, kind, is_secret_name)).map(|span| (RequestPart::Body, span)));
    found
}

/// The secret bytes of a request header's value. A scheme is none: it is what one reads.
pub fn in_header(header: &Header) -> Vec<Span> {
    let value = header.value.as_str();
    let found = if header.is("cookie") {
        read_cookies(value).into_iter().map(|pair| pair.value_span).collect()
    } else if header.is("referer") || header.is("origin") {
        return in_url(value);
    } else if is_secret_header(&header.name) {
        let start = value.len() - value.trim_start().len();
        // A key or token in a header of its own has no scheme before it.
        let schemed = !["key", "token", "secret"].iter().any(|word| header.name.to_ascii_lowercase().contains(word));
        let scheme = value.trim_start().split_once(' ').filter(|(word, _)| schemed && is_scheme(word));
        let scheme = scheme.map_or(0, |(word, rest)| word.len() + 1 + rest.len() - rest.trim_start().len());
        vec![Span::new(start + scheme, value.trim_end().len().max(start + scheme))]
    } else {
        body::tokens(value)
    };
    real(value, found).collect()
}

/// The first word of a credential, such as `Bearer` or `AWS4-HMAC-SHA256`.
fn is_scheme(word: &str) -> bool {
    let letters = word.bytes().all(|b| b.is_ascii_alphabetic());
    letters && word.len() < 16 || ["AWS4-", "SCRAM-", "HTTP-"].iter().any(|start| word.starts_with(start)) && word.len() < 24
}

/// The secret bytes of an address: a password in it (a lone user, too, since that is how keys are given there), values of
/// telling parameters, and tokens anywhere.
pub fn in_url(url: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let (before, behind) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
    let authority = before.split_once("://").map_or("", |(_, rest)| rest).split('/').next().unwrap_or_default();
    if let Some((info, _)) = authority.rsplit_once('@') {
        let secret = match info.split_once(':') {
            Some((user, "")) => user,
            Some((_, password)) => password,
            None => info,
        };
        found.extend(Span::of(url, secret));
    }
    found.extend(body::tokens(before));
    found.extend(behind.split(['?', '#']).flat_map(|query| body::in_form(query, is_secret_name)).filter_map(|s| Span::of(url, s)));
    found.extend(body::tokens(behind).into_iter().map(|span| span.shifted(before.len())));
    real(url, found).collect()
}

/// The secret bytes of an answer's header: the value of a cookie that is set, the code in an address that is named.
pub fn in_answer_header(header: &Header) -> Vec<Span> {
    let value = header.value.as_str();
    if header.is("location") || header.is("refresh") {
        return in_url(value);
    }
    let pair = value.split(';').next().unwrap_or_default();
    let cookie = pair.split_once('=').filter(|_| header.is("set-cookie")).and_then(|(_, v)| Span::of(value, v.trim()));
    real(value, cookie.into_iter().chain(body::tokens(value)).collect()).collect()
}

/// The secret bytes of an answer's body: tokens that are given out. A long body is data, and is not looked through.
pub fn in_answer_body(text: &str) -> Vec<Span> {
    let found = if text.len() < MAX_MASKED_BODY { body::secrets(text, "", is_given_out) } else { Vec::new() };
    real(text, found).collect()
}

/// What looks like a token in any text.
pub fn in_text(text: &str) -> Vec<Span> {
    real(text, body::tokens(text)).collect()
}

/// Every secret text of an answer.
pub fn texts_of_answer(answer: &Response) -> Vec<&str> {
    let headers = answer.headers.iter().flat_map(|(_, h)| in_answer_header(h).into_iter().filter_map(|span| span.cut(&h.value)));
    let hops = answer.hops.iter().flat_map(|h| [&h.url, &h.location]).flat_map(|url| in_url(url).into_iter().filter_map(|s| s.cut(url)));
    let body = in_answer_body(&answer.body).into_iter().filter_map(|span| span.cut(&answer.body));
    headers.chain(hops).chain(body).collect()
}

/// What stands at a place of a request.
pub fn cut(request: &Request, part: RequestPart, span: Span) -> Option<&str> {
    match part {
        RequestPart::HeaderValue(i) => span.cut(&request.headers.0.get(i)?.value),
        RequestPart::HeaderName(i) => span.cut(&request.headers.0.get(i)?.name),
        RequestPart::Body => span.cut(&request.body),
        RequestPart::Line => {
            let shift = request.method.len() + 1;
            request.url.get(span.start.checked_sub(shift)?..span.end.checked_sub(shift)?)
        }
    }
}

/// The request with every secret replaced by `stand_in`; everything around them stays, byte for byte.
pub fn replaced(request: &Request, stand_in: &str) -> Request {
    let mut out = request.clone();
    let shift = request.method.len() + 1;
    // From the last to the first, so that the places of those before stay true.
    for (part, span) in in_request(request).into_iter().rev() {
        let (text, span) = match part {
            RequestPart::Line => (Some(&mut out.url), Span::new(span.start.saturating_sub(shift), span.end.saturating_sub(shift))),
            RequestPart::HeaderValue(i) => (out.headers.0.get_mut(i).map(|h| &mut h.value), span),
            RequestPart::HeaderName(_) => (None, span),
            RequestPart::Body => (Some(&mut out.body), span),
        };
        if let Some(text) = text
            && span.cut(text).is_some()
        {
            text.replace_range(span.range(), stand_in);
        }
    }
    out
}

/// The address with every secret in it replaced by `stand_in`.
pub fn replaced_in_url(url: &str, stand_in: &str) -> String {
    let mut out = url.to_string();
    for span in in_url(url).into_iter().rev() {
        out.replace_range(span.range(), stand_in);
    }
    out
}

/// Those that are no placeholders and not empty, in order and none inside another.
fn real(text: &str, mut found: Vec<Span>) -> impl Iterator<Item = Span> {
    found.retain(|span| span.cut(text).is_some_and(|secret| !secret.is_empty() && placeholder(secret.trim()).is_none()));
    found.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut last = 0;
    found.into_iter().filter(move |span| {
        let apart = span.start >= last;
        last = last.max(span.end);
        apart
    })
}

#[cfg(test)]
mod tests;
