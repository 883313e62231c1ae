//! An open file of requests.
//!
//! Only the list of requests is edited. An `.http` file also keeps the document as last read or saved: saving composes the new
//! text from both, so that comments, scripts and blank lines stay. Requests from elsewhere have no document until they are saved
//! for the first time.

mod credentials;
mod keyring;
mod tokens;
mod variables;

pub use tokens::AUTH;
pub use variables::{ChangedDefinition, References};

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::rc::Rc;

use jiff::Timestamp;

use super::entries::Entries;
use super::expectations::Field;
use super::list_history::{ListChange, ListHistory, UndoStep, Version};
use super::loaded_file::LoadedFile;
use super::part::{NO_REDIRECT, directives, part};
use super::pending_save::PendingSave;
use super::request::Entry;
use super::resolver::VariableResolver;
use super::value_file::ValueFile;
use crate::app::ids::{FileId, RequestId, SendId};
use crate::app::panes::requests::Fold;
use crate::domain::cookie::session::SessionCookies;
use crate::domain::exchange::{Exchange, Redirects};
use crate::domain::request::Edit;
use crate::formats::FormatError;
use crate::formats::Loss;
use crate::formats::attachment::Attachment;
use crate::formats::detect::Encoding;
use crate::formats::http_file::{BodyOrigin, Document, Source, kept_name};
use crate::formats::variables::{Answers, Budget, Tokens, Variables};

/// The requests of a file, or of no file yet.
#[derive(Clone, Debug)]
pub struct RequestFile {
    pub id: FileId,
    /// Its name on the screen.
    pub name: String,
    /// Its path; `None` for pastes and for formats that are only read.
    pub path: Option<PathBuf>,
    /// Its requests, in order.
    pub entries: Entries,
    /// Whether its requests are listed.
    pub fold: Fold,
    /// The text as last read or saved; `None` if never saved.
    pub(super) document: Option<Document>,
    /// The same with values of definitions that were changed since; `None` if none was.
    pub(super) edited: Option<Document>,
    /// Such changes made while a save is running.
    pub(super) edited_since: Vec<(usize, String, String)>,
    /// The running save.
    pub(super) saving: Option<PendingSave>,
    /// Variables by environment; the empty name stands for no environment.
    pub environments: BTreeMap<String, Variables>,
    /// The files that these are in, as read; they are edited as [`ValueFiles`](super::value_files::ValueFiles).
    pub(in crate::app) read_values: Vec<ValueFile>,
    /// The same once they are open, the nearest one last.
    pub(in crate::app) value_files: Vec<FileId>,
    /// The variables of the chosen environment.
    variables: Variables,
    /// Its text encoding.
    pub encoding: Encoding,
    /// Undo history of the list.
    pub list_history: ListHistory,
    /// Files that the requests refer to, as last read.
    pub attachments: BTreeMap<String, Attachment>,
    /// True for a file of the built-in tour.
    pub is_tour: bool,
    /// The answers of this session that its variables may be filled from.
    answers: Answers,
    /// The tokens of this session that its variables may be filled from.
    tokens: Tokens,
    /// The cookies of this session.
    cookies: SessionCookies,
}

impl RequestFile {
    /// True for several answered requests that were read from a recording.
    pub fn is_recording(&self) -> bool {
        self.document.is_none() && !self.is_tour && self.entries.len() > 1 && self.entries.iter().all(|e| e.exchange.answer.is_some())
    }

    /// Requests that are not from an `.http` file.
    pub fn loose(id: FileId, name: impl Into<String>, entries: Vec<Entry>) -> Self {
        Self {
            id,
            name: name.into(),
            path: None,
            entries: entries.into(),
            fold: Fold::Open,
            document: None,
            edited: None,
            edited_since: Vec::new(),
            saving: None,
            environments: BTreeMap::new(),
            read_values: Vec::new(),
            value_files: Vec::new(),
            variables: Variables::default(),
            encoding: Encoding::default(),
            list_history: ListHistory::default(),
            attachments: BTreeMap::new(),
            is_tour: false,
            answers: Answers::default(),
            tokens: Tokens::default(),
            cookies: SessionCookies::default(),
        }
    }

    /// An `.http` file.
    pub fn written(id: FileId, name: impl Into<String>, document: Document, mut entries: Vec<Entry>) -> Self {
        for (index, entry) in entries.iter_mut().enumerate().take(document.len()) {
            entry.source = Source::Saved(index);
        }
        Self { document: Some(document), ..Self::loose(id, name, entries) }
    }

    /// A file as read, without identifiers yet.
    pub fn of(loaded: LoadedFile) -> Self {
        let document = loaded.document.as_ref();
        let raw = |i: usize, e: &Exchange| document.and_then(|d| d.raw_request(i)).unwrap_or_else(|| e.request.clone());
        let body_origin = if document.is_some() { BodyOrigin::HttpFile } else { BodyOrigin::Literal };
        let exchanges = loaded.exchanges.into_iter().enumerate();
        let mut entries: Vec<Entry> = exchanges.map(|(i, e)| Entry::new(RequestId::default(), &raw(i, &e), e)).collect();
        for entry in &mut entries {
            entry.body_origin = body_origin;
            entry.has_fixed_clock = loaded.is_tour || document.is_some() && entry.exchange.context.now.is_some();
        }
        let file = match loaded.document {
            Some(document) => Self::written(FileId::default(), loaded.name, document, entries),
            None => Self::loose(FileId::default(), loaded.name, entries),
        };
        Self {
            path: loaded.path,
            encoding: loaded.encoding,
            attachments: loaded.attachments,
            environments: loaded.environments,
            read_values: loaded.value_files,
            is_tour: loaded.is_tour,
            entries: file.entries.with_services(loaded.services),
            ..file
        }
    }

    /// True for untouched requests that are not stored anywhere.
    pub fn is_scratch(&self) -> bool {
        let is_empty = self.entries.iter().all(Entry::is_untouched) && self.list_history.holds_nothing();
        self.path.is_none() && self.document.is_none() && is_empty
    }

    /// True for requests of another tool's file, which is not written.
    pub fn is_saved_elsewhere(&self) -> bool {
        self.path.is_none() && self.document.is_some() && !self.is_tour
    }

    /// True for the tour until it is saved as a file: what is changed in it is practice, which nobody expects to find again.
    pub fn is_practice(&self) -> bool {
        self.is_tour && self.path.is_none()
    }

    /// True if saving would change the file, and nobody did it for practice.
    pub fn has_unsaved_work(&self) -> bool {
        !self.is_practice() && self.is_dirty()
    }

    /// Toggles whether redirects of a request are followed.
    ///
    /// # Errors
    /// If the file cannot store the directive.
    pub fn toggle_redirects(&mut self, index: usize) -> Result<(), FormatError> {
        let Some(entry) = self.entries.get_mut(index) else { return Ok(()) };
        let redirects = &mut entry.exchange.transfer.redirects;
        *redirects = if *redirects == Redirects::Follow { Redirects::Show } else { Redirects::Follow };
        let values = if *redirects == Redirects::Show { vec![String::new()] } else { Vec::new() };
        self.set_directive(index, NO_REDIRECT, values)
    }

    /// The variable resolver for a request.
    pub fn resolver(&self, index: usize) -> VariableResolver<'_> {
        self.resolver_at(self.place(index), index, Rc::default())
    }

    /// The same for a request that is in an `.http` file, also before it is.
    pub(super) fn resolver_of_format(&self, index: usize) -> VariableResolver<'_> {
        match self.resolver(index) {
            VariableResolver::AsWritten => VariableResolver::Filled {
                variables: Cow::Borrowed(&self.variables),
                budget: Rc::default(),
                attachments: &self.attachments,
            },
            filled => filled,
        }
    }

    /// The variable resolver for a request that sees the variables of a place in the document.
    fn resolver_at(&self, place: usize, index: usize, budget: Rc<RefCell<Budget>>) -> VariableResolver<'_> {
        let saved = self.text().map(|document| document.variables(place, &self.variables));
        let pasted = self.entries.get(index).and_then(|entry| entry.definitions.as_ref());
        let variables = match (saved, pasted) {
            (None, None) => return VariableResolver::AsWritten,
            (Some(saved), None) => saved,
            (saved, Some((definitions, place))) => saved.as_ref().unwrap_or(&self.variables).with_definitions(definitions, *place),
        };
        VariableResolver::Filled { variables: Cow::Owned(variables), budget, attachments: &self.attachments }
    }

    /// The index in the document whose variables a request sees: its own, else that of the request before it.
    fn place(&self, index: usize) -> usize {
        let before = self.entries.get(..=index).unwrap_or(&self.entries);
        let saved = before.iter().rev().find_map(|entry| match entry.source {
            Source::Saved(at) => Some(at),
            Source::CopyOf(_) | Source::New => None,
        });
        saved.unwrap_or(0)
    }

    /// Gives a request the time and the random values of the moment at which it is sent.
    pub fn draw_anew(&mut self, index: usize, now: Timestamp) {
        let redraw = |variables: &mut Variables| variables.system = std::mem::take(&mut variables.system).drawn_at(now);
        redraw(&mut self.variables);
        self.environments.values_mut().for_each(redraw);
        let has_variables = self.entries.get(index).is_some_and(|entry| entry.editor.text().contains("{{"));
        if has_variables && !matches!(self.resolver(index), VariableResolver::AsWritten) {
            self.reread(index);
        }
    }

    /// Parses the text of a request.
    pub fn reread(&mut self, index: usize) {
        self.reread_at(self.place(index), index, Rc::default());
    }

    /// The text of a request as it is in the file; `None` for one that is not there.
    pub fn saved_text(&self, index: usize) -> Option<String> {
        match self.entries.get(index)?.source {
            Source::Saved(at) => Some(self.document.as_ref()?.rendered(at)),
            Source::CopyOf(_) | Source::New => None,
        }
    }

    /// True unless there is nothing but an empty request to begin with.
    pub fn holds_requests(&self) -> bool {
        self.entries.iter().any(|entry| !entry.is_scratch())
    }

    /// Lines of the file that may be meant otherwise than they are read.
    pub fn doubts(&self) -> Vec<Loss> {
        self.document.as_ref().map(Document::doubts).unwrap_or_default()
    }

    /// Parses the texts of the requests that come with variables of their own, those of a paste for example.
    pub fn reread_pasted(&mut self) {
        let budget = Rc::default();
        let mut place = 0;
        for index in 0..self.entries.len() {
            match self.entries.get(index) {
                Some(Entry { source: Source::Saved(at), .. }) => place = *at,
                Some(Entry { definitions: Some(_), .. }) => self.reread_at(place, index, Rc::clone(&budget)),
                _ => {}
            }
        }
    }

    fn reread_at(&mut self, place: usize, index: usize, budget: Rc<RefCell<Budget>>) {
        let Some(mut entry) = self.entries.shown_mut(index).map(take_out) else { return };
        // A request that is parsed for the first time is as it was loaded.
        let is_changed = entry.reread(&self.resolver_at(place, index, budget));
        let place = if is_changed { self.entries.get_mut(index) } else { self.entries.shown_mut(index) };
        if let Some(place) = place {
            *place = entry;
        }
    }

    /// Applies a fix to a request.
    pub fn apply(&mut self, index: usize, edits: &[Edit]) {
        let Some(mut entry) = self.entries.get_mut(index).map(take_out) else { return };
        let resolver = self.resolver(index);
        entry.apply(edits, &resolver);
        entry.reread(&resolver);
        if let Some(place) = self.entries.get_mut(index) {
            *place = entry;
        }
    }

    /// Stores new file contents and parses the requests that use them. Returns the names of files whose content changed.
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

    /// Parses the edited texts of some requests.
    pub fn reread_each(&mut self, places: &[usize]) {
        match places {
            [] => {}
            [place] => self.reread(*place),
            // The variables of each place are found in one walk over the file.
            _ => self.reread_all(),
        }
    }

    /// Parses all requests after variables changed.
    pub fn reread_all(&mut self) {
        let Self { document, edited, entries, variables, attachments, .. } = self;
        let Some(document) = edited.as_ref().or(document.as_ref()) else {
            for entry in entries.iter_mut() {
                entry.reread(&VariableResolver::AsWritten);
            }
            return self.reread_pasted();
        };
        let budget = Rc::default();
        let mut entries = entries.iter_mut().peekable();
        let mut place = 0;
        document.each_variables(variables, |variables| {
            let belongs = |entry: &&mut Entry| !matches!(entry.source, Source::Saved(at) if at > place);
            while let Some(entry) = entries.next_if(belongs) {
                let budget = Rc::clone(&budget);
                entry.reread(&VariableResolver::Filled { variables: Cow::Borrowed(variables), budget, attachments });
            }
            place += 1;
        });
        // All requests of the document were deleted.
        let rest = VariableResolver::Filled { variables: Cow::Borrowed(variables), budget, attachments };
        for entry in entries {
            entry.reread(&rest);
        }
        self.reread_pasted();
    }

    /// Examines a request unless that was done since its last change.
    pub fn examine(&mut self, index: usize, now: Timestamp) {
        if self.entries.get(index).is_none_or(|e| e.derived.is_some()) {
            return;
        }
        if self.entries.get(index).is_some_and(Entry::is_unread) {
            self.reread(index);
        }
        self.entries.examine(index, now);
    }

    /// Replaces a range of requests as an undoable change: `what` describes it, `at` is its time. Returns the sends of removed
    /// requests.
    pub fn splice(&mut self, places: Range<usize>, entries: Vec<Entry>, what: String, at: u64) -> Vec<SendId> {
        let end = places.end.min(self.entries.len());
        let start = places.start.min(end);
        let out = entries.iter().map(|entry| (entry.id, Version::of(entry))).collect();
        let removed = self.entries.splice(start..end, entries);
        let back = (start..).zip(removed).collect();
        self.list_history.push(ListChange { what, at, step: UndoStep::Requests { back, out } })
    }

    /// Inserts a copy after a request; saving it also copies comments and scripts.
    pub fn duplicate(&mut self, index: usize, mut copy: Entry, at: u64) {
        let Some(original) = self.entries.get(index) else { return };
        copy.source = match original.source {
            Source::Saved(at) | Source::CopyOf(at) => Source::CopyOf(at),
            Source::New => Source::New,
        };
        copy.directives.clone_from(&original.directives);
        copy.block.clone_from(&original.block);
        copy.definitions.clone_from(&original.definitions);
        copy.body_origin = original.body_origin;
        let what = format!("duplicate “{}”", original.title());
        self.splice(index + 1..index + 1, vec![copy], what, at);
    }

    /// Renames a request as an undoable change.
    ///
    /// # Errors
    /// If the format cannot represent the name.
    pub fn rename(&mut self, index: usize, name: &str, at: u64) -> Result<(), FormatError> {
        let Some(entry) = self.entries.get(index) else { return Ok(()) };
        let what = format!("rename “{}”", entry.title());
        let step = UndoStep::Name { id: entry.id, name: entry.exchange.name.clone(), renamed: entry.renamed };
        self.try_change(index, |entry| {
            entry.exchange.name = kept_name(name);
            entry.renamed = true;
        })?;
        self.list_history.push(ListChange { what, at, step });
        Ok(())
    }

    /// Stores an expectation with a request, where the format has a directive for it.
    ///
    /// # Errors
    /// If the format cannot represent the values.
    pub fn set_directive(&mut self, index: usize, name: &'static str, values: Vec<String>) -> Result<(), FormatError> {
        let unchanged = self.entries.get(index).is_some_and(|entry| match (entry.source, self.text()) {
            (Source::Saved(at), Some(document)) => document.values(at, name).eq(values.iter()),
            _ => false,
        });
        if unchanged {
            if let Some(entry) = self.entries.get_mut(index)
                && entry.directives.remove(name).is_some()
            {
                entry.directive_changes += 1;
            }
            return Ok(());
        }
        self.try_change(index, |entry| {
            if entry.directives.get(name) != Some(&values) {
                entry.directive_changes += 1;
                entry.directives.insert(name, values);
            }
        })
    }

    /// The values of a directive of a request, as its file has them.
    pub fn saved_directive(&self, index: usize, name: &str) -> Vec<String> {
        match (self.entries.get(index).map(|entry| entry.source), self.text()) {
            (Some(Source::Saved(at)), Some(document)) => document.values(at, name).map(String::from).collect(),
            _ => Vec::new(),
        }
    }

    /// Writes the directives of some fields again, after a step back or forth in what is expected of requests.
    pub fn write_expected(&mut self, places: &[usize], fields: &[Field]) {
        for place in places {
            let Some(entry) = self.entries.get(*place) else { continue };
            let (context, changes) = (entry.exchange.context.clone(), entry.directive_changes);
            for field in fields {
                // The format held it before.
                let _ = self.set_directive(*place, field.directive(), field.values(&context));
            }
            if let Some(entry) = self.entries.get_mut(*place) {
                entry.directive_changes = changes;
            }
        }
    }

    /// Changes what is saved with a request; reverted if the format cannot represent it.
    fn try_change(&mut self, index: usize, change: impl FnOnce(&mut Entry)) -> Result<(), FormatError> {
        let Some(entry) = self.entries.get(index) else { return Ok(()) };
        let before = (entry.exchange.name.clone(), entry.renamed, entry.directives.clone());
        let held = self.can_hold(index).is_ok();
        if let Some(entry) = self.entries.get_mut(index) {
            change(entry);
        }
        let changed = self.can_hold(index);
        match (changed, self.entries.get_mut(index)) {
            // It could not be saved before either.
            (Err(why), Some(entry)) if held => {
                (entry.exchange.name, entry.renamed, entry.directives) = before;
                Err(why)
            }
            _ => Ok(()),
        }
    }

    /// Whether the `.http` format can represent a request.
    ///
    /// # Errors
    /// Says what it cannot represent.
    pub fn can_hold(&self, index: usize) -> Result<(), FormatError> {
        let Some(entry) = self.entries.get(index).filter(|e| !e.is_scratch() || e.source != Source::New) else { return Ok(()) };
        let directives = directives(entry);
        match self.text() {
            Some(document) => document.can_hold(&part(entry, &directives)),
            None => Document::default().can_hold(&part(entry, &directives)),
        }
    }

    /// True for a file that can be saved as it was read, request by request.
    pub const fn is_document(&self) -> bool {
        self.document.is_some()
    }

    /// True if another reading of the file has the text that this one was read with or saved as.
    pub fn has_text_of(&self, other: &Self) -> bool {
        self.document.as_ref().zip(other.document.as_ref()).is_some_and(|(own, theirs)| own.text() == theirs.text())
    }

    /// True if saving would change the file, or if unsaved requests have content.
    pub fn is_dirty(&self) -> bool {
        self.edited.is_some() || self.entries.iter().any(Entry::is_unsaved) || self.has_deleted()
    }

    /// True if a request of the document was deleted.
    fn has_deleted(&self) -> bool {
        let saved = self.entries.iter().filter(|e| matches!(e.source, Source::Saved(_))).count();
        self.document.as_ref().is_some_and(|document| document.len() != saved)
    }

    /// A request's name on the screen.
    pub fn title(&self, id: RequestId) -> Option<String> {
        self.entries.iter().find(|e| e.id == id).map(Entry::title)
    }
}

/// Takes a request out of its list. What decides which variables it sees stays in its place.
fn take_out(entry: &mut Entry) -> Entry {
    let mut place = Entry::default();
    place.source = entry.source;
    place.definitions.clone_from(&entry.definitions);
    std::mem::replace(entry, place)
}
