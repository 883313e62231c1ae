//! Files on their way to the bench. Reading them and making them ready is long work for large ones, and is done beside the
//! loop; to put them on the bench is short.

use crate::app::dialogs::Overlay;
use crate::app::dialogs::opening::Opening;
use crate::app::ids::{At, OpenId};
use crate::app::model::{Focus, Model, Tone};
use crate::app::panes::Pane;
use crate::app::workspace::opened_files::OpenedFiles;
use crate::app::workspace::request_file::RequestFile;

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
    pub(super) fn opened(&mut self, id: OpenId, read: Result<OpenedFiles, String>) {
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
    pub fn put(&mut self, opened: OpenedFiles) {
        let OpenedFiles { files, losses } = opened;
        if let Some(first) = files.iter().position(|f| !f.entries.is_empty()) {
            if self.files.iter().all(RequestFile::is_scratch) {
                self.files.clear();
            }
            let at = At { file: self.files.len() + first, entry: 0 };
            files.into_iter().for_each(|file| self.place(file));
            self.open(at);
            self.focus = Focus::On(Pane::Checklist);
        }
        self.list_losses("Not read or not carried over:".into(), losses);
        self.settle();
    }
}
