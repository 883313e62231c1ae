//! One saved request as the request of a file.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::body::WrittenBody;
use super::collection::{Auth, Field, Folder, ImportLoss, SavedRequest, Tool, Variable};
use super::dynamic::{OwnValues, translated};
use super::literal::Literals;
use super::names::for_others;
use super::values::is_hidden;
use super::{auth, body};
use crate::domain::request::{Request, RequestText};
use crate::domain::secrecy;
use crate::domain::visible::unsteered;

/// A request as it is written, with the lines around it.
#[derive(Debug, Default)]
pub(super) struct WrittenRequest {
    pub(super) name: String,
    pub(super) request: Request,
    /// Comment lines before it, without `#`.
    pub(super) comments: Vec<String>,
    /// Comment lines among its headers: what is turned off.
    pub(super) turned_off: Vec<String>,
    /// Where its auth is from, if it is inherited or ends.
    pub(super) auth: Option<String>,
    /// The user and password that a challenge is answered with.
    pub(super) login: Option<(String, String)>,
    pub(super) shows_redirects: bool,
}

impl WrittenRequest {
    /// The text of its block.
    pub(super) fn block(&self) -> String {
        let mut text = format!("### {}\n", self.name);
        for line in &self.comments {
            text.push_str(format!("# {line}").trim_end());
            text.push('\n');
        }
        let rendered = RequestText::render(&self.request);
        // Headers end before the empty line in front of the body.
        let end = rendered.headers.last().map_or(rendered.url.end, |header| header.value.end);
        let (head, rest) = rendered.text.split_at_checked(end).unwrap_or((&rendered.text, ""));
        text.push_str(head);
        for line in &self.turned_off {
            text.push_str(&format!("\n# {}", unsteered(line)));
        }
        text.push_str(rest.trim_end_matches('\n'));
        text.push('\n');
        text
    }
}

/// Writes a request; `around` are its folders, the collection first.
pub(super) fn written(
    tool: Tool,
    around: &[&Folder],
    saved: &SavedRequest,
    literals: &mut Literals,
    losses: &mut Vec<ImportLoss>,
) -> WrittenRequest {
    let mut out = WrittenRequest { shows_redirects: saved.shows_redirects, ..WrittenRequest::default() };
    let mut lose = |message: String| losses.push(ImportLoss { source: saved.source.clone(), line: saved.line, message });
    out.comments = comments(&saved.description);
    let mut request = Request { method: saved.method.clone(), url: address(saved, &mut lose), ..Request::default() };
    for field in headers(around, &saved.headers) {
        match field.is_on {
            true => request.headers.push(field.name.trim(), one_line(&field.value)),
            false => out.turned_off.push(format!("{}: {}", field.name.trim(), literals.header(&field.name, &one_line(&field.value)))),
        }
    }
    out.turned_off.extend(saved.query.iter().filter(|field| !field.is_on).map(|field| {
        let url = format!("?{}={}", field.name, one_line(&field.value));
        secrecy::replaced_in_url(&url, "…")
    }));
    let mut body = body::written(&saved.body);
    if let Some(line) = body.unwanted_file() {
        lose(format!("the body is left out: in an .http file its line {line} would name a file, whose text would be sent instead"));
        body = WrittenBody { media_type: body.media_type, ..WrittenBody::default() };
    }
    if !body.text.is_empty() && !body.media_type.is_empty() {
        // The boundary in a header of the tool is another one.
        let is_multipart = body.media_type.starts_with("multipart/");
        request.headers.0.retain(|header| !(is_multipart && header.is("content-type")));
        if !request.headers.has("content-type") {
            request.headers.push("Content-Type", body.media_type);
        }
    }
    request.body = body.text.into();
    for file in body.files {
        lose(format!("the file {file} is not copied: put it beside the .http file"));
    }
    let effective = auth::effective(tool, around, saved);
    let carried = !request.headers.has("authorization");
    if let Some(message) = auth::apply(effective.auth, &mut request, literals) {
        lose(message);
    }
    if let Auth::Digest { username, password } = effective.auth {
        out.login = Some((username.clone(), literals.hidden("password", password)));
    }
    let is_own = saved.auth != Auth::Inherit && saved.auth != Auth::None;
    let is_lost =
        request.headers.get("authorization").is_none() && matches!(effective.auth, Auth::AwsSigV4 | Auth::Digest { .. } | Auth::Other(_));
    let is_worth = if effective.source.auth.is_none() { carried } else { !is_own || is_lost };
    out.auth = is_worth.then(|| for_others(&effective.source.to_string()));
    let mut lost = BTreeMap::new();
    // Without a value, a secret is only named as missing.
    let is_known = |variable: &&Variable| !(variable.is_secret && variable.value.trim().is_empty());
    let own: OwnValues = saved
        .variables
        .iter()
        .filter(is_known)
        .map(|variable| {
            let value = if is_hidden(variable) { literals.hidden(&variable.name, &variable.value) } else { variable.value.clone() };
            (variable.name.clone(), value)
        })
        .collect();
    translate(&mut request, &own, &mut lost);
    for (name, why) in lost {
        lose(format!("{{{{{name}}}}} {why}"));
    }
    literals.take_out_of(&mut request);
    out.request = request;
    out
}

fn translate(request: &mut Request, own: &OwnValues, lost: &mut BTreeMap<String, &'static str>) {
    // A value may use another variable of the request.
    for _ in 0..3 {
        let mut is_changed = false;
        let mut put = |text: &mut String| {
            if let Some(new) = translated(text, own, lost) {
                is_changed |= *text != new;
                *text = new;
            }
        };
        put(&mut request.url);
        for header in &mut request.headers.0 {
            put(&mut header.name);
            put(&mut header.value);
        }
        if request.body.contains("{{") {
            put(request.body.to_mut());
        }
        if !is_changed {
            return;
        }
    }
}

/// The headers of the folders and of the request; the inner one of a name counts.
fn headers(around: &[&Folder], own: &[Field]) -> Vec<Field> {
    let mut all: Vec<Field> = Vec::new();
    for inner in around.iter().map(|folder| folder.headers.as_slice()).chain([own]) {
        let replaced: HashSet<String> = inner.iter().filter(|other| other.is_on).map(|other| other.name.to_ascii_lowercase()).collect();
        all.retain(|field| !replaced.contains(&field.name.to_ascii_lowercase()));
        all.extend(inner.iter().filter(|field| !field.name.trim().is_empty()).cloned());
    }
    all
}

/// The address with its path variables and parameters filled in.
fn address(saved: &SavedRequest, lose: &mut impl FnMut(String)) -> String {
    let (url, fragment) = saved.url.split_once('#').map_or((saved.url.as_str(), None), |(url, end)| (url, Some(end)));
    let (base, written) = url.split_once('?').map_or((url, None), |(base, query)| (base, Some(query)));
    let variables = PathVariables::of(&saved.path);
    // A scheme's colon is followed by slashes and a port's is not preceded by one, so only segments begin with a colon.
    let mut segments = base.split('/').map(|segment| match segment.strip_prefix(':') {
        Some(rest) if !rest.is_empty() => variables.value(rest).unwrap_or_else(|| {
            lose(format!("the path variable :{rest} has no value"));
            segment.to_string()
        }),
        _ => segment.to_string(),
    });
    let mut out = segments.next().unwrap_or_default();
    for segment in segments {
        out.push('/');
        out.push_str(&segment);
    }
    let own = saved.query.iter().filter(|field| field.is_on).map(|field| format!("{}={}", field.name, field.value));
    let pairs: Vec<String> = written.map(str::to_string).into_iter().chain(own).collect();
    if !pairs.is_empty() {
        out.push('?');
        out.push_str(&pairs.join("&"));
    }
    if let Some(fragment) = fragment {
        out.push('#');
        out.push_str(fragment);
    }
    one_line(&out)
}

/// The variables of a path that have a value.
struct PathVariables<'a> {
    values: HashMap<&'a str, &'a str>,
    /// The lengths of their names.
    lengths: BTreeSet<usize>,
}

impl<'a> PathVariables<'a> {
    fn of(fields: &'a [Field]) -> Self {
        let known = || fields.iter().filter(|field| !field.value.is_empty());
        Self {
            values: known().map(|field| (field.name.as_str(), field.value.as_str())).collect(),
            lengths: known().map(|field| field.name.len()).collect(),
        }
    }

    /// The value for what follows the colon of a segment, with what follows the variable's name in it. The longest name counts.
    fn value(&self, rest: &str) -> Option<String> {
        let (behind, value) = self.lengths.iter().rev().find_map(|length| {
            let (name, behind) = rest.split_at_checked(*length)?;
            Some((behind, *self.values.get(name)?))
        })?;
        let is_whole = !behind.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        is_whole.then(|| format!("{value}{behind}"))
    }
}

/// Line ends within a value that is one line.
fn one_line(value: &str) -> String {
    if value.contains(['\r', '\n']) { value.split_whitespace().collect::<Vec<_>>().join(" ") } else { value.to_string() }
}

/// Lines of a description as comments that are read as nothing else.
pub(super) fn comments(description: &str) -> Vec<String> {
    let line = |line: &str| match line.trim_start().starts_with('@') {
        true => format!("> {}", line.trim()),
        false => line.trim_end().to_string(),
    };
    description.trim().lines().map(|written| for_others(&line(written))).collect()
}
