//! From the request as written to the request as it goes out.

use serde::{Deserialize, Serialize};

use super::authority::moved;
use super::body::{Joint, is_json};
use super::resolved::{ResolvedRequest, left_out};
use super::shapes::METHODS;
use crate::domain::basic;
use crate::domain::headers::Header;
use crate::domain::request::{Request, RequestPart};
use crate::domain::span::Span;
use crate::formats::Files;
use crate::formats::variables::cookies::COOKIES;
use crate::formats::variables::{Budget, Resolved, Substitutions, Variables, placeholders};

/// Fills in variables and body files, and does what all readers of the format do on sending: `Basic user password`
/// is encoded, the lines of a form are joined, those of a multipart body end in CRLF, comments in JSON are left out, an address
/// without a scheme gets one.
///
/// The values come out of a budget, which may be that of several requests.
pub fn resolve_request(raw: &Request, variables: &Variables, files: &Files, budget: &mut Budget) -> ResolvedRequest {
    resolve_with(raw, variables, files, budget, BodyOrigin::HttpFile)
}

/// What a body was written for, which decides how it is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BodyOrigin {
    /// A file of requests: lines may name files whose text is sent, and the format decides the line ends.
    #[default]
    HttpFile,
    /// Raw HTTP that was pasted. It names no files; its line ends were lost on the way, and are those of the format.
    PastedHttp,
    /// Another format, such as a curl command, which has the body byte for byte. It names no files.
    Literal,
    /// The same, saved in a file of requests since: a line that is typed now may name a file, and the line ends stay.
    SavedLiteral,
}

impl BodyOrigin {
    /// True where lines such as `< path` stand for the text of a file.
    pub const fn names_files(self) -> bool {
        matches!(self, Self::HttpFile | Self::SavedLiteral)
    }

    /// True where a line of the body may be a comment, which is not sent.
    pub const fn has_comments(self) -> bool {
        matches!(self, Self::HttpFile | Self::PastedHttp)
    }

    /// What it is once the request is saved in a file of requests.
    #[must_use]
    pub const fn saved(self) -> Self {
        match self {
            Self::HttpFile | Self::PastedHttp => Self::HttpFile,
            Self::Literal | Self::SavedLiteral => Self::SavedLiteral,
        }
    }

    /// True for that of a file of requests, which is not written down.
    pub(in crate::formats) fn is_http_file(&self) -> bool {
        *self == Self::HttpFile
    }
}

/// As [`resolve_request`], for a body that may be from elsewhere.
pub fn resolve_with(raw: &Request, variables: &Variables, files: &Files, budget: &mut Budget, origin: BodyOrigin) -> ResolvedRequest {
    let mut out = ResolvedRequest::default();
    budget.next_request();
    let mut resolve = |text: &str| variables.resolve_within(text, budget);
    let mut method = out.take(RequestPart::Line, 0, resolve(&raw.method));
    let is_graphql = method.text == "GRAPHQL";
    if is_graphql {
        method.text = "POST".into();
        method.substitutions = Substitutions::default();
        method.substitutions.push(Span::whole(&raw.method), Span::whole(&method.text));
    }
    let host = raw.headers.get("host").map(|host| where_it_is_written(host, resolve(host)));
    let named = resolve(&raw.url);
    let named = match &host {
        Some(host) if host.answers.is_empty() && leads_elsewhere(&named, &host.text) => {
            left_out(&raw.url, &named, named.answers.first(), ANOTHER_HOST)
        }
        _ => where_it_is_written(&raw.url, named),
    };
    let mut url = out.take(RequestPart::Line, raw.method.len() + 1, named);
    encode_blanks(&mut url);
    out.line.append(&method.substitutions, 0, 0);
    let host = host.map(|host| host.text);
    let before = missing_origin(&url.text, host.as_deref());
    let (raw_url, url_at) = (raw.method.len() + 1, method.text.len() + 1);
    if !before.is_empty() {
        out.line.push(Span::new(raw_url, raw_url), Span::new(url_at, url_at + before.len()));
    }
    out.line.append(&url.substitutions, raw_url, url_at + before.len());
    out.fill(RequestPart::Line, &method.secrets, 0);
    out.fill(RequestPart::Line, &url.secrets, url_at + before.len());
    // As the tools that share the format do, in one case only: a `get` in small letters is sent as it is by some.
    let is_capitalized = method.text.starts_with(|c: char| c.is_ascii_uppercase());
    let upper = method.text.to_ascii_uppercase();
    out.request.method = if is_capitalized && METHODS.contains(&upper.as_str()) { upper } else { method.text };
    out.request.url = before + &url.text;
    // Which cookies of the session go along depends on where the request goes.
    let with_cookies = raw.headers.0.iter().any(|header| header.value.contains(COOKIES)).then(|| {
        let cookies = variables.cookies.for_request(&Request { headers: raw.headers.clone(), ..out.request.clone() }, variables.system.now);
        let mut with_cookies = variables.clone();
        with_cookies.cookies = cookies;
        with_cookies
    });
    let variables = with_cookies.as_ref().unwrap_or(variables);
    let mut resolve = |text: &str| variables.resolve_within(text, budget);
    let graphql = raw.headers.iter().find(|(_, h)| h.is("x-request-type") && h.value.trim().eq_ignore_ascii_case("graphql"));
    out.left_out = graphql.map(|(index, _)| index);
    for (index, Header { name, value }) in raw.headers.iter().filter(|(index, _)| Some(*index) != out.left_out).collect::<Vec<_>>() {
        let name = out.take(RequestPart::HeaderName(index), 0, resolve(name));
        let resolved = resolve(value);
        let is_host = name.text.eq_ignore_ascii_case("host");
        let mut value = out.take(RequestPart::HeaderValue(index), 0, if is_host { where_it_is_written(value, resolved) } else { resolved });
        if name.text.eq_ignore_ascii_case("authorization") {
            encode_basic(&mut value, raw.headers.0.get(index).map_or(0, |h| h.value.len()));
        }
        let index = out.request.headers.len();
        out.fill(RequestPart::HeaderName(index), &name.secrets, 0);
        out.fill(RequestPart::HeaderValue(index), &value.secrets, 0);
        out.request.headers.push(name.text, value.text);
        out.names.push(name.substitutions);
        out.values.push(value.substitutions);
    }
    let kind = out.request.headers.get("content-type").unwrap_or_default().to_ascii_lowercase();
    let joint = if !origin.has_comments() {
        Joint::AsWritten
    } else if kind.starts_with("application/x-www-form-urlencoded") {
        Joint::Form
    } else if kind.starts_with("multipart/") {
        Joint::Crlf
    } else if origin.names_files() && !is_graphql && out.left_out.is_none() && is_json(&kind, &raw.body) {
        Joint::Json
    } else {
        Joint::AsWritten
    };
    let files = origin.names_files().then_some(files);
    out.resolve_body(&raw.body, joint, &mut resolve, files);
    if is_graphql || out.left_out.is_some() {
        out.as_graphql(&raw.body);
    }
    out
}

/// An address that answers do not lead to another host than the one that is written: there what they gave is left out.
fn where_it_is_written(raw: &str, resolved: Resolved) -> Resolved {
    match moved(&resolved.text, &resolved.answers) {
        Some(span) => left_out(raw, &resolved, Some(&span), ANOTHER_HOST),
        None => resolved,
    }
}

/// True for an address that an answer gives, with another host than the one that is written in `Host`.
fn leads_elsewhere(url: &Resolved, host: &str) -> bool {
    let is_given = url.answers.first().is_some_and(|answer| answer.start == 0) && !url.text.starts_with('/');
    let authority = |text: &str| {
        let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
        rest.split(['/', '?', '#', '\\']).next().unwrap_or_default().trim().to_ascii_lowercase()
    };
    is_given && !host.trim().is_empty() && authority(&url.text) != authority(host)
}

/// Why an answer gives no part of an address that would make another host.
const ANOTHER_HOST: &str = "would lead to another host: an answer gives no more than a path behind a host that is written";
/// What an address lacks in front: scheme and host of an origin-form target, or the scheme alone.
fn missing_origin(url: &str, host: Option<&str>) -> String {
    if url.starts_with('/') {
        return match host {
            // `Host: https://h` is no host, and means one all the same.
            Some(origin) if origin.contains("://") => origin.trim().trim_end_matches('/').to_string(),
            Some(host) => crate::formats::raw::origin_of_host(host),
            None => String::new(),
        };
    }
    let authority = url.split(['/', '?', '#']).next().unwrap_or_default();
    let named =
        authority.starts_with(|c: char| c.is_ascii_alphanumeric()) && (authority.contains('.') || authority.starts_with("localhost"));
    if named && !url.contains("://") { "http://".into() } else { String::new() }
}

/// Blanks in an address become `%20`, as the tools that share the format send them. Those in a placeholder without a value stay.
fn encode_blanks(url: &mut Resolved) {
    if !url.text.contains(' ') || url.text.len() > LONGEST_ENCODED {
        return;
    }
    let text = url.text.trim_end_matches([' ', '\t']).to_string();
    let kept: Vec<Span> = placeholders(&text).map(|(span, _)| span).collect();
    let is_kept = |at: usize| kept.get(kept.partition_point(|span| span.end <= at)).is_some_and(|span| span.start <= at);
    let blanks: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).filter(|at| !is_kept(*at)).collect();
    if blanks.is_empty() {
        return;
    }
    let mut encoded = String::with_capacity(text.len() + 2 * blanks.len());
    let mut copied = 0;
    for at in &blanks {
        encoded.push_str(text.get(copied..*at).unwrap_or_default());
        encoded.push_str("%20");
        copied = at + 1;
    }
    encoded.push_str(text.get(copied..).unwrap_or_default());
    let moved = |at: usize| at + 2 * blanks.partition_point(|blank| *blank < at);
    url.secrets = url.secrets.iter().map(|span| Span::new(moved(span.start), moved(span.end))).collect();
    url.substitutions = url.substitutions.with_longer(&blanks, 2);
    url.text = encoded;
}

/// Longer addresses are refused everywhere, and are left as they are.
const LONGEST_ENCODED: usize = 1 << 16;

/// `Basic user password` and `Basic user:password`, which the tools that share the format encode on sending.
fn encode_basic(value: &mut Resolved, raw_length: usize) {
    let Some((scheme, rest)) = value.text.split_once([' ', '\t']) else { return };
    let rest = rest.trim_matches([' ', '\t']);
    if !scheme.eq_ignore_ascii_case("basic") || !value.unresolved.is_empty() {
        return;
    }
    let pair = match rest.split_once([' ', '\t']) {
        Some((user, password)) => format!("{user}:{}", password.trim_start_matches([' ', '\t'])),
        None if rest.contains(':') => rest.to_string(),
        None => return,
    };
    let text = format!("{scheme} {}", basic::encode_pair(pair));
    let start = scheme.len() + 1;
    let raw_start = value.substitutions.to_raw(Span::new(start, start)).start;
    value.substitutions = Substitutions::default();
    value.substitutions.push(Span::new(raw_start, raw_length), Span::new(start, text.len()));
    if !value.secrets.is_empty() {
        value.secrets = vec![Span::new(start, text.len())];
    }
    value.text = text;
}
