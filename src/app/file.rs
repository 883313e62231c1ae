//! A file of requests on the bench.
//!
//! A file of the `.http` format keeps its document: what is saved is that document with what was changed, so that
//! comments, scripts and blank lines stay. What came from elsewhere has none until it is saved for the first time.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;

use super::entries::Entries;
use super::entry::{Entry, Resolver};
use super::form::typed;
use super::loaded::Loaded;
use super::msg::{Effect, FileId, Over, RequestId};
use crate::checks::Siblings;
use crate::domain::exchange::{Exchange, Manner, Redirects};
use crate::domain::request::Edit;
use crate::formats::FormatError;
use crate::formats::detect::{Encoding, encode};
use crate::formats::http_file::Document;
use crate::formats::variables::Variables;

/// Whether a section shows what is in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fold {
    /// It does.
    #[default]
    Open,
    /// It shows its name only.
    Closed,
}

/// The requests of one file, or of no file yet.
#[derive(Clone, Debug)]
pub struct RequestFile {
    /// Its number.
    pub id: FileId,
    /// What it is called on the screen.
    pub name: String,
    /// Where it is kept; `None` for what was pasted, or came from a format that is not written.
    pub path: Option<PathBuf>,
    /// Its requests, in order.
    pub entries: Entries,
    /// Whether its requests are listed.
    pub fold: Fold,
    /// The text with the requests in it, as far as they were written into it; entries stand in the same order.
    document: Option<Document>,
    /// The text as it stands on disk; `None` for a file that was never written.
    on_disk: Option<String>,
    /// Variables from around the file, by the name of the environment; the empty name is no environment.
    pub environments: BTreeMap<String, Variables>,
    /// The variables of the chosen environment.
    variables: Variables,
    /// How the file's bytes stand for its text.
    pub encoding: Encoding,
    /// Files that the requests name, as they were when the file was read.
    pub attachments: BTreeMap<String, Vec<u8>>,
}

/// How many requests before and behind one are looked at beside it.
const NEAR: usize = 20;

impl RequestFile {
    /// Requests that are not from a file of the `.http` format.
    pub fn loose(id: FileId, name: impl Into<String>, entries: Vec<Entry>) -> Self {
        Self {
            id,
            name: name.into(),
            path: None,
            entries: entries.into(),
            fold: Fold::Open,
            document: None,
            on_disk: None,
            environments: BTreeMap::new(),
            variables: Variables::default(),
            encoding: Encoding::default(),
            attachments: BTreeMap::new(),
        }
    }

    /// A file of the `.http` format with what stands in it.
    pub fn written(id: FileId, name: impl Into<String>, document: Document, entries: Vec<Entry>) -> Self {
        let on_disk = Some(document.text().to_string());
        Self { document: Some(document), on_disk, ..Self::loose(id, name, entries) }
    }

    /// A file as it was read, with its numbers still to come.
    pub fn of(loaded: Loaded) -> Self {
        let document = loaded.document.as_ref();
        let raw = |i: usize, e: &Exchange| document.and_then(|d| d.raw_request(i)).unwrap_or_else(|| e.request.clone());
        let requests: Vec<_> = loaded.exchanges.into_iter().enumerate().map(|(i, e)| (raw(i, &e), e)).collect();
        let entries = requests.into_iter().map(|(raw, e)| Entry::new(RequestId::default(), &raw, e)).collect();
        let file = match loaded.document {
            Some(document) => Self::written(FileId::default(), loaded.name, document, entries),
            None => Self::loose(FileId::default(), loaded.name, entries),
        };
        Self { path: loaded.path, encoding: loaded.encoding, attachments: loaded.attachments, environments: loaded.environments, ..file }
    }

    /// True for requests that nobody has touched yet, and which nothing keeps.
    pub fn is_scratch(&self) -> bool {
        self.path.is_none() && self.document.is_none() && self.entries.iter().all(Entry::is_scratch)
    }

    /// How the request at `index` is sent.
    pub fn manner(&self, index: usize) -> Manner {
        let manner = self.entries.get(index).map(|e| e.exchange.manner.clone()).unwrap_or_default();
        match &self.document {
            Some(document) if !document.follows_redirects(index) => Manner { redirects: Redirects::Show, ..manner },
            _ => manner,
        }
    }

    /// Follows redirects of the request at `index` from now on where it did not, and the other way round.
    ///
    /// # Errors
    /// When its file cannot hold the directive.
    pub fn turn_redirects(&mut self, index: usize) -> Result<(), FormatError> {
        let turned = if self.manner(index).redirects == Redirects::Follow { Redirects::Show } else { Redirects::Follow };
        let values: &[String] = if turned == Redirects::Show { &[String::new()] } else { &[] };
        self.set_directive(index, "no-redirect", values)?;
        if let Some(entry) = self.entries.get_mut(index) {
            entry.exchange.manner.redirects = turned;
        }
        Ok(())
    }

    /// How variables are filled in for the request at `index`.
    pub fn resolver(&self, index: usize) -> Resolver<'_> {
        match &self.document {
            Some(document) => {
                let variables = Cow::Owned(document.variables(index, &self.variables));
                Resolver::Filled { variables, attachments: &self.attachments }
            }
            None => Resolver::AsWritten,
        }
    }

    /// Reads the text of one request again.
    pub fn reread(&mut self, index: usize) {
        let Some(mut entry) = self.entries.get_mut(index).map(std::mem::take) else { return };
        entry.reread(&self.resolver(index));
        if let Some(place) = self.entries.get_mut(index) {
            *place = entry;
        }
    }

    /// Changes a request as a fix says.
    pub fn apply(&mut self, index: usize, edits: &[Edit]) {
        let Some(mut entry) = self.entries.get_mut(index).map(std::mem::take) else { return };
        let resolver = self.resolver(index);
        entry.apply(edits, &resolver);
        entry.reread(&resolver);
        if let Some(place) = self.entries.get_mut(index) {
            *place = entry;
        }
    }

    /// Reads the texts of all requests again: variables have other values.
    pub fn reread_all(&mut self) {
        let Self { document, entries, variables, attachments, .. } = self;
        let mut entries = entries.iter_mut();
        match document {
            Some(document) => document.each_variables(variables, |variables| {
                if let Some(entry) = entries.next() {
                    entry.reread(&Resolver::Filled { variables: Cow::Borrowed(variables), attachments });
                }
            }),
            None => entries.for_each(|entry| entry.reread(&Resolver::AsWritten)),
        }
    }

    /// Examines one request, unless what followed since its last change is at hand.
    pub fn examine(&mut self, index: usize, now: Timestamp) {
        if self.entries.get(index).is_none_or(|e| e.derived.is_some()) {
            return;
        }
        if self.entries.get(index).is_some_and(Entry::is_unread) {
            self.reread(index);
        }
        // The other exchanges of the file stand beside it; of a long file those nearest to it. They are moved out and
        // back, since a copy of every answer on every key would be felt.
        let near = index.saturating_sub(NEAR)..(index + NEAR).min(self.entries.len());
        let beside = |i: &usize| *i != index;
        let out = |i: usize| Some(std::mem::take(&mut self.entries.get_mut(i)?.exchange));
        let siblings: Vec<Exchange> = near.clone().filter(beside).filter_map(out).collect();
        if let Some(entry) = self.entries.get_mut(index) {
            entry.examine(now, &Siblings::of(&siblings));
        }
        for (i, exchange) in near.filter(beside).zip(siblings) {
            if let Some(entry) = self.entries.get_mut(i) {
                entry.exchange = exchange;
            }
        }
    }

    /// Puts a request at a place.
    pub fn insert(&mut self, index: usize, entry: Entry) {
        let index = index.min(self.entries.len());
        if let Some(document) = &self.document
            && let Ok(with) = document.insert(index, &entry.exchange.name, &entry.raw).and_then(|with| {
                unfollowed(&entry.exchange).iter().try_fold(with, |with, (name, values)| with.set_directive(index, name, values))
            })
        {
            self.document = Some(with);
        }
        self.entries.insert(index, entry);
    }

    /// Puts a copy behind a request; in a document it is one with its comments and scripts.
    pub fn duplicate(&mut self, index: usize, copy: Entry) {
        match self.document.as_ref().map(|d| d.duplicate(index)) {
            Some(Ok(document)) => {
                self.document = Some(document);
                self.entries.insert(index + 1, copy);
            }
            _ => self.insert(index + 1, copy),
        }
    }

    /// Takes a request away.
    pub fn remove(&mut self, index: usize) {
        if index < self.entries.len() {
            self.entries.remove(index);
            if let Some(document) = self.document.as_ref().and_then(|d| d.delete(index).ok()) {
                self.document = Some(document);
            }
        }
    }

    /// Gives a request another name.
    ///
    /// # Errors
    /// When the format cannot hold the name.
    pub fn rename(&mut self, index: usize, name: &str) -> Result<(), FormatError> {
        if let Some(document) = &self.document {
            self.document = Some(document.rename(index, name)?);
        }
        if let Some(entry) = self.entries.get_mut(index) {
            entry.exchange.name = name.to_string();
        }
        Ok(())
    }

    /// Writes what the API expects beside a request, where the format has a directive for it.
    ///
    /// # Errors
    /// When the format cannot hold the values.
    pub fn set_directive(&mut self, index: usize, name: &str, values: &[String]) -> Result<(), FormatError> {
        if let Some(document) = &self.document {
            self.document = Some(document.set_directive(index, name, values)?);
        }
        Ok(())
    }

    /// True when saving would change the file. What was never written counts only when it holds something.
    pub fn is_dirty(&self) -> bool {
        match &self.document {
            Some(document) => self.on_disk.as_deref() != Some(document.text()) || self.entries.has_edited(),
            None => self.entries.has_edited(),
        }
    }

    fn changed(&self) -> impl Iterator<Item = (usize, &Entry)> {
        self.entries.iter().enumerate().filter(|(_, e)| e.is_edited())
    }

    /// The document with every change in it.
    ///
    /// # Errors
    /// When the format cannot hold a request, such as one with a line break in a header.
    fn up_to_date(&self) -> Result<Document, FormatError> {
        match &self.document {
            Some(document) => {
                let mut changed = self.changed().map(|(i, e)| (i, e.raw.clone()));
                changed.try_fold(document.clone(), |document, (i, raw)| document.with_request(i, &raw))
            }
            None => self.entries.iter().enumerate().try_fold(Document::default(), |document, (i, entry)| {
                let document = document.insert(i, &entry.exchange.name, &entry.raw)?;
                typed(&entry.exchange.context)
                    .chain(unfollowed(&entry.exchange))
                    .try_fold(document, |document, (name, values)| document.set_directive(i, name, &values))
            }),
        }
    }

    /// The effect that writes the file; `None` when it has no path yet.
    ///
    /// # Errors
    /// When the format cannot hold a request.
    pub fn save(&self, over: Over) -> Result<Option<Effect>, FormatError> {
        let Some(path) = self.path.clone() else { return Ok(None) };
        let text = self.up_to_date()?.text().to_string();
        let bytes = encode(&text, self.encoding);
        let before = self.on_disk.as_ref().map(|text| encode(text, self.encoding));
        Ok(Some(Effect::Save { file: self.id, path, text, bytes, before, over }))
    }

    /// Notes that the file was written.
    pub fn saved(&mut self, text: String) {
        // What was typed while the file was being written stays marked as changed.
        let document = Document::read(&text);
        for (index, entry) in self.entries.iter_mut().enumerate() {
            if document.raw_request(index).is_some_and(|raw| raw == entry.raw) {
                entry.keep();
            }
        }
        self.document = Some(document);
        self.on_disk = Some(text);
    }

    /// Gives the file another path; it counts as never written there.
    pub fn move_to(&mut self, path: PathBuf) {
        if self.path.as_ref() != Some(&path) {
            self.name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
            self.path = Some(path);
            self.on_disk = None;
        }
    }

    /// Fills variables in from an environment; a name that the file does not have stands for none.
    pub fn use_environment(&mut self, name: &str) {
        self.variables = self.environments.get(name).or_else(|| self.environments.get("")).cloned().unwrap_or_default();
        // Requests that were filled in from no environment, as all are when they are loaded, wait until they are looked at.
        if !name.is_empty() || self.entries.iter().any(|e| e.glance.is_some()) {
            self.reread_all();
        }
    }

    /// Names of the variables that a request can use.
    pub fn variable_names(&self, index: usize) -> Vec<String> {
        match self.resolver(index) {
            Resolver::Filled { variables, .. } => variables.names().into_iter().map(String::from).collect(),
            Resolver::AsWritten => Vec::new(),
        }
    }
}

/// The directive for a request whose redirects are not followed. That a certificate may be let pass is never written.
fn unfollowed(exchange: &Exchange) -> Option<(&'static str, Vec<String>)> {
    (exchange.manner.redirects == Redirects::Show).then(|| ("no-redirect", vec![String::new()]))
}
