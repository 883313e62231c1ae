//! A running save.

use std::path::PathBuf;

use super::request::SavedState;
use crate::app::ids::RequestId;
use crate::formats::FormatError;
use crate::formats::http_file::Document;

/// What is being written to disk.
#[derive(Clone, Debug)]
pub(super) struct PendingSave {
    pub(super) path: PathBuf,
    pub(super) document: Document,
    pub(super) entries: Vec<SavedEntry>,
    pub(super) refused: Vec<(RequestId, FormatError)>,
    /// A request whose body the format cannot hold byte for byte, and what is different.
    pub(super) changed: Option<(RequestId, String)>,
}

/// A request in the text that is being written.
#[derive(Clone, Debug)]
pub(super) struct SavedEntry {
    pub(super) id: RequestId,
    pub(super) place: usize,
    /// What is saved of it; `None` if the format cannot represent it and its old text stays.
    pub(super) state: Option<SavedState>,
}
