//! A file of requests on the bench.
//!
//! The list of requests is all that is edited. A file of the `.http` format also keeps the document as it was read or saved
//! last: saving composes the new text from both, so that comments, scripts and blank lines stay. What came from elsewhere has
//! no document until it is saved for the first time.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::rc::Rc;

use jiff::Timestamp;

use super::entries::Entries;
use super::list_history::{ListChange, ListHistory, Step};
use super::loaded_file::LoadedFile;
use super::part::{NO_REDIRECT, directives, part};
use super::pending_save::PendingSave;
use super::request::Entry;
use super::resolver::Resolver;
use crate::app::ids::{FileId, RequestId, SendId};
use crate::app::panes::requests::Fold;
use crate::domain::exchange::{Exchange, Redirects};
use crate::domain::request::Edit;
use crate::formats::FormatError;
use crate::formats::attachment::Attachment;
use crate::formats::detect::Encoding;
use crate::formats::http_file::{Document, Source, kept_name};
use crate::formats::variables::Variables;

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
    /// The text as it was read or saved last; `None` for a file that was never written.
    pub(super) document: Option<Document>,
    /// What is being written to disk.
    pub(super) saving: Option<PendingSave>,
    /// Variables from around the file, by the name of the environment; the empty name is no environment.
    pub environments: BTreeMap<String, Variables>,
    /// The variables of the chosen environment.
    variables: Variables,
    /// How the file's bytes stand for its text.
    pub encoding: Encoding,
    /// What was done to the list, so that it can be undone.
    pub list_history: ListHistory,
    /// Files that the requests name, as they were when the file was read.
    pub attachments: BTreeMap<String, Attachment>,
}

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
            saving: None,
            environments: BTreeMap::new(),
            variables: Variables::default(),
            encoding: Encoding::default(),
            list_history: ListHistory::default(),
            attachments: BTreeMap::new(),
        }
    }

    /// A file of the `.http` format with what stands in it.
    pub fn written(id: FileId, name: impl Into<String>, document: Document, mut entries: Vec<Entry>) -> Self {
        for (index, entry) in entries.iter_mut().enumerate().take(document.len()) {
            entry.source = Source::Saved(index);
        }
        Self { document: Some(document), ..Self::loose(id, name, entries) }
    }

    /// A file as it was read, with its numbers still to come.
    pub fn of(loaded: LoadedFile) -> Self {
        let document = loaded.document.as_ref();
        let raw = |i: usize, e: &Exchange| document.and_then(|d| d.raw_request(i)).unwrap_or_else(|| e.request.clone());
        let requests: Vec<_> = loaded.exchanges.into_iter().enumerate().map(|(i, e)| (raw(i, &e), e)).collect();
        let entries = requests.into_iter().map(|(raw, e)| Entry::new(RequestId::default(), &raw, e)).collect();
        let file = match loaded.document {
            Some(document) => Self::written(FileId::default(), loaded.name, document, entries),
            None => Self::loose(FileId::default(), loaded.name, entries),
        };
        Self {
            path: loaded.path,
            encoding: loaded.encoding,
            attachments: loaded.attachments,
            environments: loaded.environments,
            entries: file.entries.with_services(loaded.services),
            ..file
        }
    }

    /// True for requests that nobody has touched yet, and which nothing keeps.
    pub fn is_scratch(&self) -> bool {
        let is_empty = self.entries.iter().all(Entry::is_scratch) && self.list_history.holds_nothing();
        self.path.is_none() && self.document.is_none() && is_empty
    }

    /// Follows redirects of the request at `index` from now on where it did not, and the other way round.
    ///
    /// # Errors
    /// When its file cannot hold the directive.
    pub fn turn_redirects(&mut self, index: usize) -> Result<(), FormatError> {
        let Some(entry) = self.entries.get_mut(index) else { return Ok(()) };
        let redirects = &mut entry.exchange.transfer.redirects;
        *redirects = if *redirects == Redirects::Follow { Redirects::Show } else { Redirects::Follow };
        let values = if *redirects == Redirects::Show { vec![String::new()] } else { Vec::new() };
        self.set_directive(index, NO_REDIRECT, values)
    }

    /// How variables are filled in for the request at `index`.
    pub fn resolver(&self, index: usize) -> Resolver<'_> {
        match &self.document {
            Some(document) => {
                let variables = Cow::Owned(document.variables(self.place(index), &self.variables));
                Resolver::Filled { variables, budget: Rc::default(), attachments: &self.attachments }
            }
            None => Resolver::AsWritten,
        }
    }

    /// The index in the document whose variables the request at `index` sees: its own, else that of the request before it.
    fn place(&self, index: usize) -> usize {
        let before = self.entries.get(..=index).unwrap_or(&self.entries);
        let saved = before.iter().rev().find_map(|entry| match entry.source {
            Source::Saved(at) => Some(at),
            Source::CopyOf(_) | Source::New => None,
        });
        saved.unwrap_or(0)
    }

    /// Reads the text of one request again.
    pub fn reread(&mut self, index: usize) {
        let Some(mut entry) = self.entries.shown_mut(index).map(std::mem::take) else { return };
        let before = std::mem::take(&mut entry.exchange.request);
        entry.reread(&self.resolver(index));
        // A request that is read for the first time is as it was loaded.
        let is_changed = entry.exchange.request != before;
        let place = if is_changed { self.entries.get_mut(index) } else { self.entries.shown_mut(index) };
        if let Some(place) = place {
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

    /// Takes in what is in some files now that the requests name, and reads the requests again that name them. Gives the names of
    /// those that had something else in them.
    pub fn attach(&mut self, read: Vec<(String, Attachment)>) -> Vec<String> {
        let names: Vec<String> = read.iter().map(|(name, _)| name.clone()).collect();
        let replaced = read.into_iter().filter_map(|(name, file)| self.attachments.insert(name.clone(), file).map(|_| name)).collect();
        for index in 0..self.entries.len() {
            if self.entries.get(index).is_some_and(|entry| entry.named_files().iter().any(|name| names.contains(name))) {
                self.reread(index);
            }
        }
        replaced
    }

    /// Reads the texts of all requests again: variables have other values.
    pub fn reread_all(&mut self) {
        let Self { document, entries, variables, attachments, .. } = self;
        let Some(document) = document else {
            return entries.iter_mut().for_each(|entry| entry.reread(&Resolver::AsWritten));
        };
        let budget = Rc::default();
        let mut entries = entries.iter_mut().peekable();
        let mut place = 0;
        document.each_variables(variables, |variables| {
            let belongs = |entry: &&mut Entry| !matches!(entry.source, Source::Saved(at) if at > place);
            while let Some(entry) = entries.next_if(belongs) {
                let budget = Rc::clone(&budget);
                entry.reread(&Resolver::Filled { variables: Cow::Borrowed(variables), budget, attachments });
            }
            place += 1;
        });
        // All requests of the document were deleted.
        let rest = Resolver::Filled { variables: Cow::Borrowed(variables), budget, attachments };
        entries.for_each(|entry| entry.reread(&rest));
    }

    /// Examines one request, unless what followed since its last change is at hand.
    pub fn examine(&mut self, index: usize, now: Timestamp) {
        if self.entries.get(index).is_none_or(|e| e.derived.is_some()) {
            return;
        }
        if self.entries.get(index).is_some_and(Entry::is_unread) {
            self.reread(index);
        }
        self.entries.examine(index, now);
    }

    /// Puts requests into the list, in the place of some that are there, as a change that can be undone: `what` says which, and
    /// `at` when. Gives the sendings of requests that are no longer in the list.
    pub fn splice(&mut self, places: Range<usize>, entries: Vec<Entry>, what: String, at: u64) -> Vec<SendId> {
        let end = places.end.min(self.entries.len());
        let start = places.start.min(end);
        let out = entries.iter().map(|entry| entry.id).collect();
        let removed = self.entries.splice(start..end, entries);
        let back = (start..).zip(removed).collect();
        self.list_history.push(ListChange { what, at, step: Step::Requests { back, out } })
    }

    /// Puts a copy behind a request; what is saved is a copy with its comments and scripts.
    pub fn duplicate(&mut self, index: usize, mut copy: Entry, at: u64) {
        let Some(original) = self.entries.get(index) else { return };
        copy.source = match original.source {
            Source::Saved(at) | Source::CopyOf(at) => Source::CopyOf(at),
            Source::New => Source::New,
        };
        copy.directives.clone_from(&original.directives);
        copy.block.clone_from(&original.block);
        let what = format!("duplicate “{}”", original.title());
        self.splice(index + 1..index + 1, vec![copy], what, at);
    }

    /// Gives a request another name, as a change that can be undone.
    ///
    /// # Errors
    /// When the format cannot hold the name.
    pub fn rename(&mut self, index: usize, name: &str, at: u64) -> Result<(), FormatError> {
        let Some(entry) = self.entries.get(index) else { return Ok(()) };
        let what = format!("rename “{}”", entry.title());
        let step = Step::Name { id: entry.id, name: entry.exchange.name.clone(), renamed: entry.renamed };
        self.try_change(index, |entry| {
            entry.exchange.name = kept_name(name);
            entry.renamed = true;
        })?;
        self.list_history.push(ListChange { what, at, step });
        Ok(())
    }

    /// Writes what the API expects with a request, where the format has a directive for it.
    ///
    /// # Errors
    /// When the format cannot hold the values.
    pub fn set_directive(&mut self, index: usize, name: &'static str, values: Vec<String>) -> Result<(), FormatError> {
        let unchanged = self.entries.get(index).is_some_and(|entry| match (entry.source, &self.document) {
            (Source::Saved(at), Some(document)) => document.values(at, name).eq(values.iter()),
            _ => false,
        });
        if unchanged {
            self.entries.get_mut(index).map(|entry| entry.directives.remove(name));
            return Ok(());
        }
        self.try_change(index, |entry| _ = entry.directives.insert(name, values))
    }

    /// Changes what is saved with a request. It is as before when the format cannot hold that.
    fn try_change(&mut self, index: usize, change: impl FnOnce(&mut Entry)) -> Result<(), FormatError> {
        let Some(entry) = self.entries.get(index) else { return Ok(()) };
        let before = (entry.exchange.name.clone(), entry.renamed, entry.directives.clone());
        let held = self.can_hold(index).is_ok();
        if let Some(entry) = self.entries.get_mut(index) {
            change(entry);
        }
        let changed = self.can_hold(index);
        match (changed, self.entries.get_mut(index)) {
            // What could not be saved before is no worse for it.
            (Err(why), Some(entry)) if held => {
                (entry.exchange.name, entry.renamed, entry.directives) = before;
                Err(why)
            }
            _ => Ok(()),
        }
    }

    /// Whether a file of the `.http` format can hold a request as it is now.
    ///
    /// # Errors
    /// Says what it cannot hold.
    pub fn can_hold(&self, index: usize) -> Result<(), FormatError> {
        let Some(entry) = self.entries.get(index).filter(|e| !e.is_scratch() || e.source != Source::New) else { return Ok(()) };
        let directives = directives(entry);
        match &self.document {
            Some(document) => document.can_hold(&part(entry, &directives)),
            None => Document::default().can_hold(&part(entry, &directives)),
        }
    }

    /// True when saving would change the file, or when what was never written holds something.
    pub fn is_dirty(&self) -> bool {
        self.entries.iter().any(Entry::is_unsaved) || self.has_deleted()
    }

    /// True when a request of the document is no longer among the entries.
    fn has_deleted(&self) -> bool {
        let saved = self.entries.iter().filter(|e| matches!(e.source, Source::Saved(_))).count();
        self.document.as_ref().is_some_and(|document| document.len() != saved)
    }

    /// What a request is called on the screen.
    pub fn title(&self, id: RequestId) -> Option<String> {
        self.entries.iter().find(|e| e.id == id).map(Entry::title)
    }

    /// Fills variables in from an environment; a name that the file does not have stands for none.
    pub fn use_environment(&mut self, name: &str) {
        self.variables = self.environments.get(name).or_else(|| self.environments.get("")).cloned().unwrap_or_default();
        // Requests that were filled in from no environment, as all are when they are loaded, wait until they are looked at.
        if !name.is_empty() || self.entries.iter().any(|e| e.badge.is_some()) {
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
