//! Saving a request file.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::part::{directives, part};
use super::pending_save::{PendingSave, SavedEntry};
use super::request::Entry;
use super::request_file::RequestFile;
use crate::app::ids::RequestId;
use crate::formats::FormatError;
use crate::formats::detect::encode;
use crate::formats::draft::LEFT_OUT;
use crate::formats::http_file::{BodyOrigin, Document, Part, Source};

/// What to write to disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileWrite {
    /// The destination.
    pub path: PathBuf,
    /// The whole new content in the file's encoding.
    pub bytes: Vec<u8>,
    /// The expected current content; `None` for a new file.
    pub before: Option<Vec<u8>>,
}

impl RequestFile {
    /// Starts writing the file to a path. Its own path changes only when that succeeds.
    ///
    /// # Errors
    /// Why nothing can be saved.
    pub fn save(&mut self, path: PathBuf) -> Result<FileWrite, NotSaved> {
        if self.saving.is_some() {
            return Err(NotSaved::Busy);
        }
        if let Some(index) = (0..self.entries.len()).find(|index| self.lacks_credential(*index)) {
            let why = format!("a credential was left out of the draft that it is from: write it in the place of {LEFT_OUT}");
            let id = self.entries.get(index).map(|entry| entry.id).unwrap_or_default();
            return Err(NotSaved::Request(id, FormatError::without_place(why), 1));
        }
        let kept: Vec<&Entry> = self.entries.iter().filter(|e| e.source != Source::New || !e.is_scratch() || e.is_unsaved()).collect();
        let written: Vec<_> = kept.iter().map(|e| directives(e)).collect();
        let parts: Vec<Part> = kept.iter().zip(&written).map(|(entry, directives)| part(entry, directives)).collect();
        let base = self.text().cloned().unwrap_or_default();
        let composed = base.compose(&parts).map_err(NotSaved::Refused)?;
        let refused: Vec<(RequestId, FormatError)> =
            composed.refused.into_iter().filter_map(|(index, why)| Some((kept.get(index)?.id, why))).collect();
        let is_here = self.path.as_ref() == Some(&path);
        let changes = !is_here || self.document.as_ref().map(Document::text) != Some(composed.document.text());
        // A new file without a byte would look as if something had been saved.
        let is_empty = self.document.is_none() && composed.document.text().is_empty();
        if let Some((id, why)) = refused.first().filter(|_| !changes || is_empty) {
            return Err(NotSaved::Request(*id, why.clone(), refused.len()));
        }
        let changed = self.changed_body(&kept, &composed.document, &composed.places);
        let entries = kept.iter().zip(composed.places).filter_map(|(entry, place)| {
            let refused = refused.iter().any(|(id, _)| *id == entry.id);
            Some(SavedEntry { id: entry.id, place: place?, state: (!refused).then(|| entry.state()) })
        });
        let entries = entries.collect();
        let bytes = encode(composed.document.text(), self.encoding);
        let before = self.document.as_ref().filter(|_| is_here).map(|document| encode(document.text(), self.encoding));
        self.saving = Some(PendingSave { path: path.clone(), document: composed.document, entries, refused, changed });
        Ok(FileWrite { path, bytes, before })
    }

    /// True for a request that would be saved without the credential that its file has.
    fn lacks_credential(&self, index: usize) -> bool {
        let is_drafted = self.entries.get(index).is_some_and(|entry| entry.is_edited() && entry.editor.text().contains(LEFT_OUT));
        is_drafted && self.saved_text(index).is_some_and(|saved| !saved.contains(LEFT_OUT))
    }

    /// A request whose body is sent with other bytes once it is in the file, and what is different about them.
    fn changed_body(&self, kept: &[&Entry], document: &Document, places: &[Option<usize>]) -> Option<(RequestId, String)> {
        let written = kept.iter().zip(places).filter(|(entry, _)| entry.is_edited());
        written.filter(|(entry, _)| !entry.raw.body.is_empty()).find_map(|(entry, place)| {
            let index = self.entries.iter().position(|e| e.id == entry.id)?;
            let saved = document.raw_request((*place)?)?;
            let before = self.resolver(index).resolve(&entry.raw, entry.body_origin).request.body;
            let after = self.resolver_of_format(index).resolve(&saved, BodyOrigin::HttpFile).request.body;
            Some((entry.id, difference(&before, &after)?))
        })
    }

    /// The body that the running save changed.
    pub fn saved_with_other_body(&self) -> Option<(RequestId, String)> {
        self.saving.as_ref()?.changed.clone()
    }

    /// A header line without a colon that is being saved, which the format cannot hold: the request, and the number of the line.
    pub fn saved_with_colon(&self) -> Option<(RequestId, usize)> {
        let saving = self.saving.as_ref()?;
        let written =
            |entry: &&Entry| entry.is_edited() && saving.entries.iter().any(|saved| saved.id == entry.id && saved.state.is_some());
        self.entries.iter().filter(written).find_map(|entry| Some((entry.id, entry.text.line_without_colon()?)))
    }

    /// Notes that the file was written; returns the requests that the format could not represent.
    pub fn saved(&mut self) -> Vec<(RequestId, FormatError)> {
        let Some(saving) = self.saving.take() else { return Vec::new() };
        let mut written: HashMap<RequestId, SavedEntry> = saving.entries.into_iter().map(|saved| (saved.id, saved)).collect();
        // Deleted requests can come back.
        let all: Vec<&mut Entry> = self.entries.iter_mut().chain(self.list_history.kept()).collect();
        let moved = all.iter().filter_map(|e| match e.source {
            Source::Saved(before) => Some((before, written.get(&e.id)?.place)),
            Source::CopyOf(_) | Source::New => None,
        });
        let moved: HashMap<usize, usize> = moved.collect();
        let text = self.edited.as_ref().or(self.document.as_ref());
        for entry in all {
            entry.source = match (written.remove(&entry.id), entry.source) {
                (Some(saved), _) => {
                    if let Some(state) = saved.state {
                        entry.keep(state, saving.document.name(saved.place));
                    }
                    entry.block = None;
                    entry.definitions = None;
                    Source::Saved(saved.place)
                }
                (None, Source::CopyOf(before)) if moved.contains_key(&before) => {
                    moved.get(&before).map_or(Source::New, |now| Source::CopyOf(*now))
                }
                // The request, or the original of the copy, was deleted from the file.
                (None, Source::CopyOf(before) | Source::Saved(before)) => {
                    entry.leave(text, before);
                    Source::New
                }
                (None, Source::New) => Source::New,
            };
        }
        self.list_history.saved();
        self.document = Some(saving.document);
        self.edited = None;
        for (number, name, value) in std::mem::take(&mut self.edited_since) {
            // One that went with its block in the meantime needs no value.
            let _ = self.set_definition(number, &name, &value);
        }
        if self.path.as_ref() != Some(&saving.path) {
            self.name = saving.path.file_name().map_or_else(|| saving.path.display().to_string(), |n| n.to_string_lossy().into_owned());
            self.path = Some(saving.path);
        }
        saving.refused
    }

    /// The path being written to.
    pub fn saving_to(&self) -> Option<&Path> {
        self.saving.as_ref().map(|saving| saving.path.as_path())
    }

    /// Notes that the save failed; returns its path.
    pub fn not_saved(&mut self) -> Option<PathBuf> {
        self.edited_since.clear();
        self.saving.take().map(|saving| saving.path)
    }
}

/// What is different about a body, in words.
fn difference(before: &str, after: &str) -> Option<String> {
    let is_end = ['\r', '\n'];
    let count = |text: &str| text.trim_matches(is_end).matches("\r\n").count();
    let line_ends = match count(before).cmp(&count(after)) {
        Ordering::Greater => Some("CRLF line ends become LF"),
        Ordering::Less => Some("LF line ends become CRLF"),
        Ordering::Equal => None,
    };
    let (before, after) = (before.replace("\r\n", "\n"), after.replace("\r\n", "\n"));
    let rest = match before.trim_matches(is_end) == after.trim_matches(is_end) {
        _ if before == after => None,
        true => Some("line ends at its start or end are left out"),
        false => Some("its text is another one"),
    };
    let all: Vec<&str> = line_ends.into_iter().chain(rest).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// Why nothing was saved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSaved {
    /// A save is running.
    #[error("it is still being saved")]
    Busy,
    /// The format cannot represent some requests, the first of which is given with their number, and nothing else changed.
    #[error("{1}")]
    Request(RequestId, FormatError, usize),
    /// The format cannot represent the requests together.
    #[error("{0}")]
    Refused(FormatError),
}
