//! A file of requests on its way to the disk.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::expectations::known;
use super::request::{Entry, SavedState};
use super::request_file::RequestFile;
use crate::app::ids::RequestId;
use crate::domain::exchange::{HttpVersion, Redirects};
use crate::formats::FormatError;
use crate::formats::detect::encode;
use crate::formats::http_file::{Document, Part, Source};

/// What is to be written to disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileWrite {
    /// Where to.
    pub path: PathBuf,
    /// The whole new text in the file's encoding.
    pub bytes: Vec<u8>,
    /// What is there as far as is known; `None` for a new file.
    pub before: Option<Vec<u8>>,
}

impl RequestFile {
    /// Begins to write the file to a path. The file keeps its path until that was done.
    ///
    /// # Errors
    /// Why nothing can be saved.
    pub fn save(&mut self, path: PathBuf) -> Result<FileWrite, NotSaved> {
        if self.saving.is_some() {
            return Err(NotSaved::Busy);
        }
        let kept: Vec<&Entry> = self.entries.iter().filter(|e| e.source != Source::New || !e.is_scratch() || e.is_unsaved()).collect();
        let written: Vec<_> = kept.iter().map(|e| directives(e)).collect();
        let parts: Vec<Part> = kept.iter().zip(&written).map(|(entry, directives)| part(entry, directives)).collect();
        let base = self.document.clone().unwrap_or_default();
        let composed = base.compose(&parts).map_err(NotSaved::Refused)?;
        let refused: Vec<(RequestId, FormatError)> =
            composed.refused.into_iter().filter_map(|(index, why)| Some((kept.get(index)?.id, why))).collect();
        let is_here = self.path.as_ref() == Some(&path);
        let changes = !is_here || self.document.as_ref().map(Document::text) != Some(composed.document.text());
        if let Some((id, why)) = refused.first().filter(|_| !changes) {
            return Err(NotSaved::Request(*id, why.clone()));
        }
        let entries = kept.iter().zip(composed.places).filter_map(|(entry, place)| {
            let refused = refused.iter().any(|(id, _)| *id == entry.id);
            Some(SavedEntry { id: entry.id, place: place?, state: (!refused).then(|| entry.state()) })
        });
        let entries = entries.collect();
        let bytes = encode(composed.document.text(), self.encoding);
        let before = self.document.as_ref().filter(|_| is_here).map(|document| encode(document.text(), self.encoding));
        self.saving = Some(Saving { path: path.clone(), document: composed.document, entries, refused });
        Ok(FileWrite { path, bytes, before })
    }

    /// Notes that the file was written; the requests that the format could not hold are not in it.
    pub fn saved(&mut self) -> Vec<(RequestId, FormatError)> {
        let Some(saving) = self.saving.take() else { return Vec::new() };
        let mut written: HashMap<RequestId, SavedEntry> = saving.entries.into_iter().map(|saved| (saved.id, saved)).collect();
        let moved = self.entries.iter().filter_map(|e| match e.source {
            Source::Saved(before) => Some((before, written.get(&e.id)?.place)),
            Source::CopyOf(_) | Source::New => None,
        });
        let moved: HashMap<usize, usize> = moved.collect();
        for entry in &mut self.entries {
            entry.source = match (written.remove(&entry.id), entry.source) {
                (Some(saved), _) => {
                    if let Some(state) = saved.state {
                        entry.keep(state, saving.document.name(saved.place));
                    }
                    Source::Saved(saved.place)
                }
                // Copied while the file was being written, or refused.
                (None, Source::CopyOf(before)) => moved.get(&before).map_or(Source::New, |now| Source::CopyOf(*now)),
                (None, _) => Source::New,
            };
        }
        self.document = Some(saving.document);
        if self.path.as_ref() != Some(&saving.path) {
            self.name = saving.path.file_name().map_or_else(|| saving.path.display().to_string(), |n| n.to_string_lossy().into_owned());
            self.path = Some(saving.path);
        }
        saving.refused
    }

    /// Where the file is being written to.
    pub fn saving_to(&self) -> Option<&Path> {
        self.saving.as_ref().map(|saving| saving.path.as_path())
    }

    /// Notes that the file was not written, and where it was to be.
    pub fn not_saved(&mut self) -> Option<PathBuf> {
        self.saving.take().map(|saving| saving.path)
    }
}

/// What of an entry goes into the text; only what differs from its source.
pub(super) fn part<'a>(entry: &'a Entry, directives: &'a [(&'static str, Vec<String>)]) -> Part<'a> {
    let all = entry.source == Source::New;
    let copy = matches!(entry.source, Source::CopyOf(_));
    Part {
        source: entry.source,
        name: (all || copy || entry.renamed).then_some(entry.exchange.name.as_str()),
        request: (all || copy || entry.is_edited()).then_some(&entry.raw),
        is_http1: entry.exchange.manner.version == HttpVersion::Http1,
        directives: directives.iter().map(|(name, values)| (*name, values.as_slice())).collect(),
    }
}

/// The directives that are written with a request: what was changed; with a new one all that is known.
pub(super) fn directives(entry: &Entry) -> Vec<(&'static str, Vec<String>)> {
    let mut directives: Vec<(&'static str, Vec<String>)> = Vec::new();
    if entry.source == Source::New {
        directives.extend(known(&entry.exchange.context));
        // That a certificate may be let pass is never written.
        if entry.exchange.manner.redirects == Redirects::Show {
            directives.push((NO_REDIRECT, vec![String::new()]));
        }
        directives.retain(|(name, _)| !entry.directives.contains_key(name));
    }
    directives.extend(entry.directives.iter().map(|(name, values)| (*name, values.clone())));
    directives
}

/// The directive of a request whose redirects are not followed.
pub(super) const NO_REDIRECT: &str = "no-redirect";

/// What is being written to disk.
#[derive(Clone, Debug)]
pub(super) struct Saving {
    path: PathBuf,
    document: Document,
    entries: Vec<SavedEntry>,
    refused: Vec<(RequestId, FormatError)>,
}

/// An entry in the text that is being written.
#[derive(Clone, Debug)]
struct SavedEntry {
    id: RequestId,
    place: usize,
    /// What of it is written; `None` when the format could not hold it, and what was saved before stays.
    state: Option<SavedState>,
}

/// Why nothing was saved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSaved {
    /// It is being saved.
    #[error("it is still being saved")]
    Busy,
    /// The format cannot hold a request, and nothing else was changed.
    #[error("{1}")]
    Request(RequestId, FormatError),
    /// The format cannot hold the requests together.
    #[error("{0}")]
    Refused(FormatError),
}
