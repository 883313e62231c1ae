//! Opening files. They are read and parsed in the background; adding them to the model is quick.

use crate::app::dialogs::Overlay;
use crate::app::dialogs::opening::Opening;
use crate::app::ids::{OpenId, RequestPosition};
use crate::app::model::{Focus, Model, Tone};
use crate::app::panes::Pane;
use crate::app::workspace::opened_files::OpenedFiles;
use crate::app::workspace::request_file::RequestFile;

impl Model {
    /// Notes that something is being read. The result carries the returned id.
    pub fn begin_opening(&mut self, what: impl Into<String>) -> OpenId {
        let id = OpenId(self.number());
        self.opening = Some(Opening { id, what: what.into(), since: self.now });
        self.overlay = Some(Overlay::Opening);
        id
    }

    /// Stops waiting for a read; its result will be dropped.
    pub(super) fn stop_opening(&mut self) {
        self.overlay = None;
        if let Some(opening) = self.opening.take() {
            self.notify(Tone::Bad, format!("{} was not opened", opening.what));
        }
    }

    /// A read has ended.
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

    /// Adds files: replaces an untouched empty request, else appends.
    pub fn put(&mut self, opened: OpenedFiles) {
        let OpenedFiles { files, losses } = opened;
        if let Some(first) = files.iter().position(|f| !f.entries.is_empty()) {
            if self.files.iter().all(RequestFile::is_scratch) {
                self.files.clear();
            }
            let at = RequestPosition { file: self.files.len() + first, entry: 0 };
            files.into_iter().for_each(|file| self.place(file));
            self.choose_first_environment();
            self.open(at);
            self.focus = Focus::On(Pane::Checklist);
        }
        self.list_losses("Not read or not imported:".into(), losses);
        self.refresh();
    }
}
