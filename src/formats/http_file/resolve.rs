//! From the request as written to the request as it goes out.

use std::collections::{BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use super::authority::moved;
use super::shapes::METHODS;
use crate::domain::basic;
use crate::domain::headers::Header;
use crate::domain::request::{Edit, Request, RequestPart};
use crate::domain::span::Span;
use crate::domain::text::Text;
use crate::formats::Files;
use crate::formats::variables::{Budget, Resolved, Substitutions, Unresolved, Variables, placeholders};

/// A `{{…}}` without a value, and the part of the request that it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnresolvedIn {
    /// The part.
    pub part: RequestPart,
    /// The placeholder; its span counts in that part of the raw request.
    pub unresolved: Unresolved,
}

/// A request as it goes out, with the way back to the request as written.
///
/// Both have the same headers, but for one that says that the body is GraphQL, which does not go out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResolvedRequest {
    /// As it goes out.
    pub request: Request,
    /// What has no value and stays as it is written, each name once, where it is first.
    pub unresolved: Vec<UnresolvedIn>,
    /// The files that its body names, as they are named, each once.
    pub files: BTreeSet<String>,
    listed: HashSet<String>,
    /// The body was a query of GraphQL, and is JSON now.
    pub is_graphql: bool,
    /// The header of the raw request that does not go out.
    left_out: Option<usize>,
    /// What else could not be carried out, in words: a body file that is not read.
    pub refused: Vec<(RequestPart, String)>,
    line: Substitutions,
    names: Vec<Substitutions>,
    values: Vec<Substitutions>,
    body: Substitutions,
}

impl ResolvedRequest {
    /// Why its body is not the intended one: a file that it names was not read, or was changed.
    pub fn why_not_whole(&self) -> Option<&str> {
        self.refused.iter().find(|(part, _)| *part == RequestPart::Body).map(|(_, why)| why.as_str())
    }

    /// The part of the raw request that became a part of this one.
    pub fn raw_part(&self, part: RequestPart) -> RequestPart {
        match part {
            RequestPart::HeaderName(i) => RequestPart::HeaderName(self.raw_index(i)),
            RequestPart::HeaderValue(i) => RequestPart::HeaderValue(self.raw_index(i)),
            part => part,
        }
    }

    /// The edit of the raw request that is an edit of this one.
    pub fn raw_edit(&self, edit: &Edit) -> Edit {
        let mut edit = edit.clone();
        match &mut edit {
            Edit::HeaderValue { index, .. } | Edit::HeaderName { index, .. } | Edit::RemoveHeader { index } => {
                *index = self.raw_index(*index)
            }
            _ => {}
        }
        edit
    }

    fn raw_index(&self, index: usize) -> usize {
        index + usize::from(self.left_out.is_some_and(|left_out| left_out <= index))
    }

    /// Where a span of a part is in the same part of the raw request.
    pub fn to_raw(&self, part: RequestPart, span: Span) -> Span {
        let map = match part {
            RequestPart::Line => Some(&self.line),
            RequestPart::HeaderName(i) => self.names.get(i),
            RequestPart::HeaderValue(i) => self.values.get(i),
            RequestPart::Body => Some(&self.body),
        };
        map.map_or(span, |map| map.to_raw(span))
    }
}

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
    let joint = if matches!(origin, BodyOrigin::Literal | BodyOrigin::SavedLiteral) {
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
/// Why it gives no name of a file.
const ANOTHER_FILE: &str = "would choose which file is sent: the body file is named in the request, not by an answer";

/// The text as it is written, without what an answer gave.
fn left_out(raw: &str, resolved: &Resolved, answer: Option<&Span>, reason: &'static str) -> Resolved {
    let span = resolved.substitutions.to_raw(answer.copied().unwrap_or_default());
    let name = placeholders(raw).find(|(at, _)| at.covers(span)).map_or_else(String::new, |(_, name)| name.to_string());
    Resolved { text: raw.into(), unresolved: vec![Unresolved { span, name, reason: reason.into() }], ..Resolved::default() }
}

/// A body of GraphQL as the JSON that is sent: the query, up to an empty line the variables begin after.
///
/// # Errors
/// When the variables are no JSON.
fn graphql(body: &str) -> Result<String, String> {
    let parts = body.rmatch_indices("\n\n").map(|(at, _)| (body.get(..at).unwrap_or_default(), body.get(at..).unwrap_or_default().trim()));
    let (query, variables) = parts.into_iter().find(|(_, rest)| rest.starts_with('{') && !rest.starts_with("{{")).unwrap_or((body, ""));
    let variables = match variables {
        "" => serde_json::Value::Object(serde_json::Map::new()),
        json => serde_json::from_str(json).map_err(|why| format!("the variables of the GraphQL query are not JSON: {why}"))?,
    };
    let query = query.trim();
    let first = ["query", "mutation", "subscription"].iter().find_map(|word| query.strip_prefix(word)).unwrap_or_default();
    let name = first.trim_start().split(|c: char| c.is_whitespace() || matches!(c, '(' | '{' | '@')).next().unwrap_or_default();
    let payload = Payload { query, operation_name: Some(name).filter(|name| !name.is_empty()), variables };
    serde_json::to_string(&payload).map_err(|why| why.to_string())
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Payload<'a> {
    query: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation_name: Option<&'a str>,
    variables: serde_json::Value,
}

#[derive(Clone, Copy, PartialEq)]
enum Joint {
    AsWritten,
    Form,
    Crlf,
    /// As written but for lines of comments, which JSON does not have and most tools that share the format leave out.
    Json,
}

/// True for a body that is meant as JSON.
fn is_json(content_type: &str, body: &str) -> bool {
    let first = || body.lines().find(|line| !line.trim().is_empty() && !is_comment(line)).unwrap_or_default();
    content_type.contains("json") || content_type.is_empty() && first().trim_start().starts_with(['{', '['])
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('#') || line.starts_with("//")
}

impl ResolvedRequest {
    /// Takes note of what stays unresolved in a part that begins `shift` bytes into its text.
    fn take(&mut self, part: RequestPart, shift: usize, resolved: Resolved) -> Resolved {
        for found in &resolved.unresolved {
            if self.listed.insert(found.name.clone()) {
                let unresolved = Unresolved { span: found.span.shifted(shift), ..found.clone() };
                self.unresolved.push(UnresolvedIn { part, unresolved });
            }
        }
        resolved
    }

    /// Takes note of what was filled in from secret variables in a text that begins `shift` bytes into its part.
    fn fill(&mut self, part: RequestPart, secrets: &[Span], shift: usize) {
        self.request.filled_secrets.extend(secrets.iter().map(|secret| (part, secret.shifted(shift))));
    }

    /// Puts JSON in the place of a query of GraphQL, as the tools that share the format do on sending.
    fn as_graphql(&mut self, raw: &str) {
        match graphql(&self.request.body) {
            Ok(json) => {
                let mut map = Substitutions::default();
                map.push(Span::whole(raw), Span::whole(&json));
                let has_secrets = self.request.filled_secrets.iter().any(|(part, _)| *part == RequestPart::Body);
                if has_secrets {
                    self.fill(RequestPart::Body, &[Span::whole(&json)], 0);
                }
                (self.request.body, self.body) = (json.into(), map);
                self.is_graphql = true;
            }
            Err(why) => self.refused.push((RequestPart::Body, why)),
        }
    }

    fn resolve_body(&mut self, raw: &str, joint: Joint, resolve: &mut dyn FnMut(&str) -> Resolved, files: Option<&Files>) {
        // Bodies may be long, and this runs on every key: most name no file and no variable.
        let may_be_filled = memchr::memmem::find(raw.as_bytes(), b"{{").is_some() || raw.starts_with('<') || raw.contains("\n<");
        let has_comments = || (raw.contains('#') || raw.contains("//")) && raw.lines().any(is_comment);
        if joint == Joint::AsWritten && !may_be_filled || joint == Joint::Json && !may_be_filled && !has_comments() {
            self.request.body = raw.into();
        } else {
            self.resolve_lines(raw, joint, resolve, files);
        }
    }

    fn resolve_lines(&mut self, raw: &str, joint: Joint, resolve: &mut dyn FnMut(&str) -> Resolved, files: Option<&Files>) {
        let mut text = String::with_capacity(raw.len());
        let mut map = Substitutions::default();
        let mut at = 0;
        for line in raw.split_inclusive('\n') {
            let content = line.strip_suffix('\n').unwrap_or(line);
            let out = text.len();
            if joint == Joint::Json && is_comment(content) {
                map.push(Span::new(at, at + line.len()), Span::new(out, out));
                at += line.len();
                continue;
            }
            // A line that was pasted may have its own one.
            let mut has_cr = content.ends_with('\r');
            match body_file(content).zip(files) {
                Some((file, files)) => {
                    has_cr = false;
                    let inside = self.file(&file, at, resolve, files);
                    if let Some((_, secrets)) = &inside {
                        self.fill(RequestPart::Body, secrets, out);
                    }
                    let inside = inside.map(|(text, _)| text);
                    if let Some(whole) = inside.as_ref().filter(|_| content.len() == raw.len()) {
                        // Nothing but a file: the body is that file's text, and no copy of it.
                        map.push(Span::whole(raw), Span::whole(whole));
                        (self.request.body, self.body) = (whole.clone(), map);
                        return;
                    }
                    text.push_str(inside.as_deref().unwrap_or(content));
                    map.push(Span::new(at, at + content.len()), Span::new(out, text.len()));
                }
                None => {
                    let resolved = self.take(RequestPart::Body, at, resolve(content));
                    self.fill(RequestPart::Body, &resolved.secrets, out);
                    text.push_str(&resolved.text);
                    map.append(&resolved.substitutions, at, out);
                }
            }
            at += line.len();
            if content.len() < line.len() {
                let end = match joint {
                    Joint::Form if raw.get(at..).is_some_and(|rest| rest.starts_with('&')) => "",
                    Joint::Crlf if !has_cr => "\r\n",
                    _ => "\n",
                };
                let out = text.len();
                text.push_str(end);
                if end != "\n" {
                    map.push(Span::new(at - 1, at), Span::new(out, text.len()));
                }
            }
        }
        self.request.body = text.into();
        self.body = map;
    }

    /// The text of a body file that a line names which begins `at` bytes into the body.
    fn file(
        &mut self,
        file: &BodyFile<'_>,
        at: usize,
        resolve: &mut dyn FnMut(&str) -> Resolved,
        files: &Files,
    ) -> Option<(Text, Vec<Span>)> {
        let resolved = resolve(file.path);
        if !resolved.answers.is_empty() {
            let left = left_out(file.path, &resolved, resolved.answers.first(), ANOTHER_FILE);
            self.take(RequestPart::Body, at + file.at, left);
            return None;
        }
        let path = resolved.text;
        self.files.insert(path.clone());
        match files(&path) {
            Ok(named) => {
                if !named.is_utf8() {
                    self.refused.push((RequestPart::Body, format!("{path} is not UTF-8: shown with U+FFFD for what cannot be read")));
                }
                let text = named.text();
                Some(if file.with_variables {
                    let resolved = resolve(text);
                    (resolved.text.into(), resolved.secrets)
                } else {
                    (text.clone(), Vec::new())
                })
            }
            Err(why) => {
                self.refused.push((RequestPart::Body, format!("the body file {path} is not read: {why}")));
                None
            }
        }
    }
}

/// The lines of a body that name files where an `.http` file has it: the number of the line, from 1, and the path.
pub fn files_named(body: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = body.split('\n').enumerate();
    lines.filter_map(|(index, line)| Some((index + 1, body_file(line)?.path)))
}

struct BodyFile<'a> {
    path: &'a str,
    /// Where it begins in the line.
    at: usize,
    with_variables: bool,
}

/// `< path`, `<@ path`, `<@encoding path`.
fn body_file(line: &str) -> Option<BodyFile<'_>> {
    let rest = line.strip_prefix('<')?;
    let (mark, path) = rest.split_once([' ', '\t'])?;
    let with_variables = match mark.strip_prefix('@') {
        Some(encoding) if encoding.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') => true,
        None if mark.is_empty() => false,
        _ => return None,
    };
    let path = path.trim();
    // `< b` may be an inequality in some text; a path has no angle bracket.
    let at = Span::of(line, path).map_or(0, |span| span.start);
    (!path.is_empty() && !path.contains(['<', '>'])).then_some(BodyFile { path, at, with_variables })
}

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn body() -> impl Strategy<Value = String> {
        let marks = vec!["//", "#", "<", "< ./a.json", "<@ ./a.json", "{{", "}}", "{{known}}", "{{other}}", "{", "&", "\n&b=1"];
        let piece = prop_oneof![
            6 => "[a-z \t]{0,6}",
            4 => prop::sample::select(vec!["\n", "\r\n", "\r"]).prop_map(String::from),
            1 => prop::sample::select(marks).prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn a_body_without_variables_and_files_goes_out_as_line_by_line(raw in body(), joint in 0usize..4) {
            let joint = [Joint::AsWritten, Joint::Form, Joint::Crlf, Joint::Json][joint];
            let files = |path: &str| if path == "./a.json" { Ok(b"{{known}}".to_vec().into()) } else { Err("not there".into()) };
            let variables = Variables::default();
            let (mut whole, mut by_line) = (ResolvedRequest::default(), ResolvedRequest::default());
            let (mut budget, mut budget_by_line) = (Budget::default(), Budget::default());
            whole.resolve_body(&raw, joint, &mut |text| variables.resolve_within(text, &mut budget), Some(&files));
            by_line.resolve_lines(&raw, joint, &mut |text| variables.resolve_within(text, &mut budget_by_line), Some(&files));
            prop_assert_eq!(whole, by_line);
        }
    }
}
