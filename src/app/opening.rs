//! Files on their way to the bench. Reading them and making them ready is long work for large ones, and is done beside the
//! loop; to put them on the bench is short.

use jiff::Timestamp;

use super::file::RequestFile;
use super::loaded::Loaded;
use super::model::{At, Focus, Model, Pane, Tone};
use super::msg::OpenId;
use super::overlay::Overlay;
use crate::formats::Loss;

/// What is being opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Its number.
    pub id: OpenId,
    /// What it is, in words.
    pub what: String,
    /// When that began.
    pub since: Timestamp,
}

/// Files that are ready to be put on the bench.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    files: Vec<RequestFile>,
    losses: Vec<Loss>,
}

impl Opened {
    /// Makes files ready; `losses` is what is known to be missing besides.
    pub fn of(mut files: Vec<Loaded>, mut losses: Vec<Loss>) -> Self {
        // What a file of requests does not carry out stays in the file; of a paste or a recording it would be lost.
        losses.extend(files.iter().filter(|f| f.document.is_none()).flat_map(|f| f.losses.clone()));
        let unread = |f: &Loaded| f.unread.iter().map(|message| Loss { line: 0, message: message.clone() }).collect::<Vec<_>>();
        losses.extend(files.iter().flat_map(|f| [unread(f), f.beside.clone()].concat()));
        files.retain(|f| f.document.is_some() || !f.exchanges.is_empty());
        Self { files: files.into_iter().map(RequestFile::of).collect(), losses }
    }
}

impl Model {
    /// Notes that something is being opened. What comes of it carries this number.
    pub fn begin_opening(&mut self, what: impl Into<String>) -> OpenId {
        let id = OpenId(self.number());
        self.opening = Some(Opening { id, what: what.into(), since: self.now });
        self.overlay = Some(Overlay::Opening);
        id
    }

    /// Stops waiting for what is being opened; what comes of it all the same is dropped.
    pub(super) fn stop_opening(&mut self) {
        self.overlay = None;
        if let Some(opening) = self.opening.take() {
            self.tell(Tone::Bad, format!("{} was not opened", opening.what));
        }
    }

    /// Something was opened, or could not be.
    pub(super) fn opened(&mut self, id: OpenId, read: Result<Opened, String>) {
        if self.opening.take_if(|opening| opening.id == id).is_none() {
            return;
        }
        if matches!(self.overlay, Some(Overlay::Opening)) {
            self.overlay = None;
        }
        match read {
            Ok(opened) => self.put(opened),
            Err(message) => self.overlay = Some(Overlay::Unreadable { message }),
        }
    }

    /// Puts files on the bench: in the place of an empty request that nobody touched, else behind the others.
    pub fn put(&mut self, opened: Opened) {
        if let Some(first) = opened.files.iter().position(|f| !f.entries.is_empty()) {
            if self.files.iter().all(RequestFile::is_scratch) {
                self.files.clear();
            }
            let at = At { file: self.files.len() + first, entry: 0 };
            opened.files.into_iter().for_each(|file| self.place(file));
            self.open(at);
            self.focus = Focus::On(Pane::Checklist);
        }
        self.list_losses("Not read or not carried over:".into(), opened.losses);
        self.settle();
    }
}
