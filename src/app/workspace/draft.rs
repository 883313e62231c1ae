//! How a request is stored in a draft. Credentials are left out unless the user wants them kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::credential::with_parts;
use super::expectations::Field;
use super::part::{self, NO_REDIRECT};
use super::request::Entry;
use super::request_file::{ChangedDefinition, RequestFile};
use super::value_file::ValueFile;
use super::value_files::OpenValueFile;
use crate::app::ids::FileId;
use crate::domain::challenge::is_token;
use crate::domain::exchange::HttpVersion;
use crate::domain::headers::Header;
use crate::domain::placeholder;
use crate::domain::request::{Locator, Request, RequestPart, RequestText};
use crate::domain::secrecy;
use crate::domain::signing::encoding::{hex, sha256};
use crate::domain::span::Span;
use crate::domain::switched_off;
use crate::domain::text::Text;
pub use crate::formats::draft::LEFT_OUT;
use crate::formats::draft::{Draft, DraftHome, DraftRequest, DraftValue, ValuePlace};
use crate::formats::http_file::{Document, Source};
use crate::formats::variables::{is_of_private_file, is_secret};

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
    let (text, secrets_of_text) = text(entry, secrets);
    let saved = match (entry.source, &file.document) {
        (Source::Saved(index), Some(document)) => document.rendered(index),
        _ => String::new(),
    };
    DraftRequest {
        left_out: places(&saved, &secrets_of_text),
        name: without_secrets(&entry.exchange.name, secrets),
        block: block(file, entry, &text, secrets),
        text,
        directives: directives(file, entry, secrets),
        body_origin: entry.body_origin,
        is_http1: entry.exchange.transfer.version == HttpVersion::Http1,
        home: home(file, entry, secrets),
    }
}

/// Where each of some texts is in the saved one, if it is there; `None` for one that is not known. Mostly they are there in this order.
fn places(saved: &str, texts: &[Option<String>]) -> Vec<Option<(usize, usize)>> {
    // Each one that is new is looked for in all of it: a request of a thousand new credentials is to be drafted quickly, too.
    const SCANS: usize = 64;
    let (mut from, mut left) = (0, SCANS * saved.len());
    let mut find = |text: &String| {
        let whole = saved.as_bytes();
        let behind = memchr::memmem::find(whole.get(from..)?, text.as_bytes()).map(|at| from + at);
        left = left.checked_sub(behind.map_or(whole.len(), |at| at - from))?;
        let start = behind.or_else(|| memchr::memmem::find(whole.get(..from + text.len()).unwrap_or(whole), text.as_bytes()))?;
        let end = start + text.len();
        from = end;
        Some((start, end))
    };
    texts.iter().map(|text| find(text.as_ref()?)).collect()
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
    hex(&sha256(document.rendered(index).as_bytes()))
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
    /// It has this index, and the draft was saved just before the program ended.
    Saved(usize),
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
    match home.fingerprint.as_ref().is_none_or(|known| *known == fingerprint(document, *index)) {
        true => DraftPlace::Same(place),
        false if is_as_saved(&draft.text, entry.editor.text()) => DraftPlace::Saved(place),
        false => DraftPlace::Changed,
    }
}

/// The text of a draft with the credentials that were left out and are those of the saved text, and how many others there are.
pub fn with_left_out(draft: &DraftRequest, saved: &str) -> (String, usize) {
    let mut parts = draft.text.split(LEFT_OUT);
    let mut text = parts.next().unwrap_or_default().to_string();
    let mut others = 0;
    for (number, part) in parts.enumerate() {
        match draft.left_out.get(number).copied().flatten().and_then(|(start, end)| saved.get(start..end)) {
            Some(secret) => text.push_str(secret),
            None => {
                others += 1;
                text.push_str(LEFT_OUT);
            }
        }
        text.push_str(part);
    }
    (text, others)
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

/// The secrets of a text, those of its comment lines as if the lines were live: people switch a header off by a mark before it.
fn secrets_of(text: &str) -> Vec<Span> {
    let mut found = secrecy::in_text(text);
    for line in text.lines() {
        let Some(mut live) = switched_off::comment(line) else { continue };
        while let Some(inner) = switched_off::comment(live) {
            live = inner;
        }
        let mut secrets = secrecy::in_text(live);
        if !live.contains(char::is_whitespace) {
            secrets.extend(secrecy::in_url(live));
        }
        let header = live.split_once(':').map(|(name, value)| (name.trim_end(), value.trim())).filter(|(name, _)| is_token(name));
        if let Some((name, value)) = header {
            let start = Span::of(live, value).unwrap_or_default().start;
            let header = Header { name: name.into(), value: value.into() };
            secrets.extend(secrecy::in_header(&header).into_iter().map(|span| span.shifted(start)));
        }
        let start = Span::of(text, live).unwrap_or_default().start;
        found.extend(secrets.into_iter().map(|span| span.shifted(start)));
    }
    found
}

fn without_secrets(text: &str, secrets: DraftSecrets) -> String {
    match secrets {
        DraftSecrets::Kept => text.to_string(),
        DraftSecrets::LeftOut => without(text, secrets_of(text)).0,
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
    let mut found = secrets_of(document.text());
    let cut = |span: Span| span.cut(document.text()).unwrap_or_default();
    let defined = document.blocks().iter().flat_map(|block| &block.definitions);
    let made: Vec<(String, String)> = defined.map(|d| (cut(d.name).to_string(), cut(d.value).to_string())).collect();
    let used = with_parts(entry.variables_of_credentials().into_iter().collect(), &made);
    for block in document.blocks() {
        let named = block.definitions.iter().map(|d| (d.name, d.value)).chain(block.directives.iter().map(|d| (d.name, d.value)));
        let is_secret = |name: &str| secrecy::is_secret_name(name) || used.contains(name);
        found.extend(named.filter(|(name, _)| is_secret(cut(*name))).map(|(_, value)| value));
    }
    Some(without(document.text(), found).0)
}

/// The text of a request for a draft, and for each [`LEFT_OUT`] in it what was left out, where that is known.
fn text(entry: &Entry, secrets: DraftSecrets) -> (String, Vec<Option<String>>) {
    let text = entry.editor.text();
    if secrets == DraftSecrets::Kept {
        return (text.to_string(), text.matches(LEFT_OUT).map(|_| None).collect());
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
    found.extend(entry.secrets_switched_off());
    found.extend(secrets_of(text));
    for (spans, (_, header)) in entry.text.headers.iter().zip(entry.raw.headers.iter()) {
        if secrecy::header::lacks_colon(header) {
            found.push(spans.name);
        }
    }
    without(text, found)
}

/// The text with some bytes left out, and for each [`LEFT_OUT`] in it what stood there; placeholders stay, and so does what was left
/// out of an earlier draft.
fn without(text: &str, mut found: Vec<Span>) -> (String, Vec<Option<String>>) {
    found.retain(|span| span.cut(text).is_some_and(|secret| !secret.trim().is_empty() && placeholder::certain(secret.trim()).is_none()));
    found.sort();
    // Overlapping spans are merged.
    let mut merged: Vec<Span> = Vec::new();
    for span in found {
        match merged.last_mut().filter(|last| span.start < last.end) {
            Some(last) => last.end = last.end.max(span.end),
            None => merged.push(span),
        }
    }
    let (mut left_out, mut kept_from) = (Vec::new(), 0);
    for span in &merged {
        let before = text.get(kept_from..span.start).unwrap_or_default();
        left_out.extend(before.matches(LEFT_OUT).map(|_| None));
        left_out.push(span.cut(text).map(String::from));
        kept_from = span.end;
    }
    left_out.extend(text.get(kept_from..).unwrap_or_default().matches(LEFT_OUT).map(|_| None));
    (secrecy::replace(text, &merged, |_| LEFT_OUT.to_string()), left_out)
}
