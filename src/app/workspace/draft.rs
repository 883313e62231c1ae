//! How a request is stored in a draft. Credentials are left out unless the user wants them kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::expectations::Field;
use super::part::{self, NO_REDIRECT};
use super::request::Entry;
use super::request_file::{ChangedDefinition, RequestFile};
use super::value_file::ValueFile;
use super::value_files::OpenValueFile;
use crate::app::ids::FileId;
use crate::domain::exchange::HttpVersion;
use crate::domain::placeholder;
use crate::domain::request::{Locator, Request, RequestPart, RequestText};
use crate::domain::secrecy;
use crate::domain::signing::encoding::{hex, sha256};
use crate::domain::span::Span;
use crate::domain::text::Text;
use crate::formats::draft::{Draft, DraftHome, DraftRequest, DraftValue, ValuePlace};
use crate::formats::http_file::{Document, Source};
use crate::formats::variables::{is_of_private_file, is_secret};

/// Replaces a credential in a draft. It is a variable, so that a check reports it if it is ever sent.
pub const LEFT_OUT: &str = "{{left-out}}";

/// Whether drafts of this workspace contain credentials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DraftSecrets {
    /// They are left out.
    #[default]
    LeftOut,
    /// They are kept, as the user decided.
    Kept,
}

/// A draft of another session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrphanedDraft {
    /// Its path.
    pub path: PathBuf,
    /// When it was written.
    pub at: Timestamp,
    /// Its content.
    pub draft: Draft,
}

/// Where a value of a draft goes back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueHome {
    /// A file that is open.
    Open(FileId),
    /// A file with values that was not open and was read for this, and the open files of requests in its folder.
    Read(ValueFile, Vec<FileId>),
    /// A file with values that is not there, and the open files of requests in its folder.
    Absent(PathBuf, Vec<FileId>),
    /// A file with values that cannot be read, and why.
    Unreadable(String),
}

/// A request in the form that drafts use.
pub fn request(file: &RequestFile, entry: &Entry, secrets: DraftSecrets) -> DraftRequest {
    let text = text(entry, secrets);
    DraftRequest {
        name: without_secrets(&entry.exchange.name, secrets),
        block: block(file, entry, &text, secrets),
        text,
        directives: directives(file, entry, secrets),
        body_origin: entry.body_origin,
        is_http1: entry.exchange.transfer.version == HttpVersion::Http1,
        home: home(file, entry, secrets),
    }
}

/// What a saved request is known by: its name, and its method and address without parameters.
fn known_as(document: &Document, index: usize) -> String {
    let line = document
        .raw_request(index)
        .map_or_else(String::new, |request| format!("{} {}", request.method, request.url.split(['?', '#']).next().unwrap_or_default()));
    format!("{}\n{line}", document.name(index))
}

/// A hash of the text of a saved request, by which a draft knows that it is still the one that was edited.
fn fingerprint(document: &Document, index: usize) -> String {
    let text = document.raw_request(index).map(|request| RequestText::render(&request).text).unwrap_or_default();
    hex(&sha256(text.as_bytes()))
}

/// True if a draft has a text as it is saved, be it without its credentials.
pub fn is_as_saved(drafted: &str, saved: &str) -> bool {
    [DraftSecrets::Kept, DraftSecrets::LeftOut].into_iter().any(|secrets| without_secrets(saved, secrets) == drafted)
}

/// The file that a request belongs to, and its place there.
fn home(file: &RequestFile, entry: &Entry, secrets: DraftSecrets) -> Option<DraftHome> {
    let (path, document) = (file.path.as_deref()?.to_str()?, file.document.as_ref()?);
    let saved = match entry.source {
        Source::Saved(index) => Some((index, without_secrets(&known_as(document, index), secrets))),
        Source::CopyOf(_) | Source::New => None,
    };
    let fingerprint = saved.as_ref().map(|(index, _)| fingerprint(document, *index));
    Some(DraftHome { path: path.into(), saved, fingerprint })
}

/// The request in an open file that a draft is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftPlace {
    /// It has this index, and is as it was when the draft was made.
    Same(usize),
    /// Another program changed it since.
    Changed,
    /// The draft is of a new one, or the file has another one there.
    Nowhere,
}

/// Where the request of a draft is in an open file.
pub fn place_in(file: &RequestFile, draft: &DraftRequest) -> DraftPlace {
    let Some((home, document)) = draft.home.as_ref().zip(file.document.as_ref()) else { return DraftPlace::Nowhere };
    let Some((index, _)) = home.saved.as_ref().filter(|(index, name)| is_as_saved(name, &known_as(document, *index))) else {
        return DraftPlace::Nowhere;
    };
    let Some((place, entry)) = file.entries.iter().enumerate().find(|(_, entry)| entry.source == Source::Saved(*index)) else {
        return DraftPlace::Nowhere;
    };
    let is_same = home.fingerprint.as_ref().is_none_or(|known| *known == fingerprint(document, *index));
    // It may have been saved just before the program ended.
    if is_same || is_as_saved(&draft.text, entry.editor.text()) { DraftPlace::Same(place) } else { DraftPlace::Changed }
}

/// The text of a draft with the credentials that were left out, from the lines of a text that are the same otherwise.
pub fn with_left_out(draft: &str, saved: &str) -> String {
    let fits = |line: &str, known: &str| {
        let mut parts = line.split(LEFT_OUT);
        let Some(mut rest) = parts.next().and_then(|first| known.strip_prefix(first)) else { return false };
        let parts: Vec<&str> = parts.collect();
        for (i, part) in parts.iter().enumerate() {
            let at = if i + 1 == parts.len() { rest.ends_with(part).then(|| rest.len() - part.len()) } else { rest.find(part) };
            let Some(after) = at.and_then(|at| rest.get(at + part.len()..)) else { return false };
            rest = after;
        }
        true
    };
    // Only where as many saved lines fit as there are: what fits elsewhere as well would be a guess.
    let saved: Vec<&str> = saved.split('\n').collect();
    let mut found: BTreeMap<&str, (usize, Vec<&str>)> = BTreeMap::new();
    // A line that is nothing else would fit any.
    let is_telling = |line: &&str| line.contains(LEFT_OUT) && line.split(LEFT_OUT).any(|part| !part.trim().is_empty());
    for line in draft.split('\n').filter(is_telling) {
        let fitting = || (0, saved.iter().copied().filter(|known| fits(line, known)).collect());
        found.entry(line).or_insert_with(fitting).0 += 1;
    }
    let certain = found.into_iter().filter(|(_, (count, known))| *count == known.len());
    let mut known: BTreeMap<&str, std::vec::IntoIter<&str>> = certain.map(|(line, (_, known))| (line, known.into_iter())).collect();
    let lines: Vec<&str> = draft.split('\n').map(|line| known.get_mut(line).and_then(Iterator::next).unwrap_or(line)).collect();
    lines.join("\n")
}

/// The changed definitions of a file, and the changed values of another, in the form that drafts use.
pub fn definitions(file: &RequestFile, secrets: DraftSecrets) -> Vec<DraftValue> {
    let Some(path) = file.path.as_deref().and_then(Path::to_str) else { return Vec::new() };
    let changed = file.changed_definitions().into_iter();
    let values = changed.map(|ChangedDefinition { number, name, was, value: changed }| {
        let was = Some(was).filter(|was| secrets == DraftSecrets::Kept || !is_left_out(&name, was));
        DraftValue { was, ..value(path, ValuePlace::Definition(number), name, changed, secrets) }
    });
    values.collect()
}

/// The changed values of a file, in the form that drafts use.
pub fn values(file: &OpenValueFile, secrets: DraftSecrets) -> Vec<DraftValue> {
    let Some(path) = file.path.to_str() else { return Vec::new() };
    let changed = file.changed().into_iter();
    let values = changed.map(|changed| {
        let place = ValuePlace::Environment(file.kind, changed.environment);
        value(path, place, changed.name, changed.value, secrets)
    });
    values.collect()
}

/// A value in the form that drafts use.
pub fn value(path: &str, place: ValuePlace, name: String, value: String, secrets: DraftSecrets) -> DraftValue {
    let is_private = matches!(&place, ValuePlace::Environment(kind, _) if is_of_private_file(kind.layer(), &value));
    let is_secret = is_private || is_left_out(&name, &value);
    let value = Some(value).filter(|_| secrets == DraftSecrets::Kept || !is_secret);
    DraftValue { path: path.into(), place, name, value, was: None }
}

/// True for a value that is left out of drafts by its name or its looks.
fn is_left_out(name: &str, value: &str) -> bool {
    is_secret(name, value) || secrecy::holds_secret(name, value) || !secrecy::in_text(value).is_empty()
}

fn without_secrets(text: &str, secrets: DraftSecrets) -> String {
    match secrets {
        DraftSecrets::Kept => text.to_string(),
        DraftSecrets::LeftOut => without(text, secrecy::in_text(text)),
    }
}

/// Expectations and redirect handling, with variables as written in the file: a draft is opened without that file.
fn directives(file: &RequestFile, entry: &Entry, secrets: DraftSecrets) -> BTreeMap<String, Vec<String>> {
    let block = entry.block.as_deref().map(Document::read);
    let saved = match (entry.source, &file.document) {
        (Source::Saved(at) | Source::CopyOf(at), Some(document)) => Some((document, at)),
        _ => block.as_ref().map(|block| (block, 0)),
    };
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for name in Field::ALL.into_iter().map(Field::directive).chain([NO_REDIRECT]) {
        found.extend(saved.map(|(document, at)| (name, document.values(at, name).map(String::from).collect())));
    }
    found.extend(part::directives(entry));
    found.retain(|_, values| !values.is_empty());
    let without = |values: Vec<String>| values.iter().map(|value| without_secrets(value, secrets)).collect();
    found.into_iter().map(|(name, values)| (name.to_string(), without(values))).collect()
}

/// The block of a request that no file holds: comments, scripts, variables. Its request is that of the draft, without the body.
fn block(file: &RequestFile, entry: &Entry, text: &str, secrets: DraftSecrets) -> Option<String> {
    let block = match (entry.source, &file.document) {
        (Source::CopyOf(at), Some(document)) => document.block_without_body(at)?,
        _ => entry.block.as_deref()?.to_string(),
    };
    let document = Document::read(&block);
    let request = Request { body: Text::default(), ..RequestText::parse(text).0 };
    // What is half typed may be nothing that the format can hold.
    let unknown = Request { method: "GET".into(), url: LEFT_OUT.into(), ..Request::default() };
    let document = document.with_request(0, &request).or_else(|_| document.with_request(0, &unknown)).ok()?;
    if secrets == DraftSecrets::Kept {
        return Some(document.text().to_string());
    }
    let mut found = secrecy::in_text(document.text());
    let cut = |span: Span| span.cut(document.text()).unwrap_or_default();
    for block in document.blocks() {
        let named = block.definitions.iter().map(|d| (d.name, d.value)).chain(block.directives.iter().map(|d| (d.name, d.value)));
        found.extend(named.filter(|(name, _)| secrecy::is_secret_name(cut(*name))).map(|(_, value)| value));
    }
    Some(without(document.text(), found))
}

/// The text of a request for a draft.
fn text(entry: &Entry, secrets: DraftSecrets) -> String {
    let text = entry.editor.text();
    if secrets == DraftSecrets::Kept {
        return text.to_string();
    }
    // Combines the secrets found with variables resolved, those in the text as written, and anything that looks like one.
    let mut locator = Locator::new(&entry.text);
    let is_known = entry.derived.is_some() && entry.raw == entry.exchange.request;
    let written = if is_known { Vec::new() } else { secrecy::in_request(&entry.raw) }.into_iter().filter_map(|(part, span)| {
        let source = match part {
            RequestPart::HeaderValue(i) => entry.raw.headers.0.get(i)?.value.as_str(),
            _ => "",
        };
        locator.locate(part, source, Some(span))
    });
    let mut found: Vec<Span> = written.collect();
    found.extend(entry.derived.iter().flat_map(|d| d.secrets.iter().copied()));
    found.extend(secrecy::in_text(text));
    // `Authorization Bearer …` without its colon parses as a header that is all name.
    for (spans, (_, header)) in entry.text.headers.iter().zip(entry.raw.headers.iter()) {
        if header.value.is_empty() && header.name.trim().contains(' ') {
            found.push(spans.name);
        }
    }
    without(text, found)
}

/// The text with some bytes left out; placeholders stay.
fn without(text: &str, mut found: Vec<Span>) -> String {
    found.retain(|span| span.cut(text).is_some_and(|secret| !secret.trim().is_empty() && placeholder::certain(secret.trim()).is_none()));
    found.sort();
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for span in found {
        if span.end <= at {
            continue;
        }
        // Overlapping spans are merged.
        if span.start >= at {
            out.push_str(text.get(at..span.start).unwrap_or_default());
            out.push_str(LEFT_OUT);
        }
        at = span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}
