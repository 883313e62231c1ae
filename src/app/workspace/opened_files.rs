//! Files that were read, ready to be worked on.

use super::loaded_file::LoadedFile;
use super::request_file::RequestFile;
use crate::formats::Loss;

/// Files that are ready to be put on the bench.
#[derive(Clone, Debug, Default)]
pub struct OpenedFiles {
    /// The files, with their numbers still to come.
    pub files: Vec<RequestFile>,
    /// What could not be read or carried over.
    pub losses: Vec<Loss>,
}

impl OpenedFiles {
    /// Makes files ready; `losses` is what is known to be missing besides.
    pub fn of(mut files: Vec<LoadedFile>, mut losses: Vec<Loss>) -> Self {
        // What a file of requests does not carry out stays in the file; of a paste or a recording it would be lost.
        losses.extend(files.iter().filter(|f| f.document.is_none()).flat_map(|f| f.losses.clone()));
        let unread = |f: &LoadedFile| f.unread.iter().map(|message| Loss { line: 0, message: message.clone() }).collect::<Vec<_>>();
        losses.extend(files.iter().flat_map(|f| [unread(f), f.beside.clone()].concat()));
        files.retain(|f| f.document.is_some() || !f.exchanges.is_empty());
        Self { files: files.into_iter().map(RequestFile::of).collect(), losses }
    }
}
