//! The sends of the open request.

use std::path::PathBuf;

use crate::app::dialogs::Overlay;
use crate::app::dialogs::history::HistoryList;
use crate::app::effect::Effect;
use crate::app::ids::RequestId;
use crate::app::keymap::Action;
use crate::app::model::{Model, Tone};
use crate::app::panes::Pane;
use crate::app::workspace::request_file::RequestFile;

impl Model {
    /// Lists them.
    pub(super) fn show_history(&mut self) {
        let Some(entry) = self.entry() else { return };
        self.overlay = Some(Overlay::History(HistoryList::new(entry.sends().len(), entry.shown_back())));
    }

    /// The folder of the file of the open request.
    pub(in crate::app) fn recording_folder(&self) -> Option<PathBuf> {
        folder(self.file()?)
    }

    /// Turns recording on, or off again.
    pub(super) fn switch_recording(&mut self) -> Vec<Effect> {
        match self.recording_folder() {
            Some(folder) => vec![Effect::SwitchRecording(folder)],
            None => {
                self.notify(Tone::Bad, "Sends are recorded beside the file of their request; save it first");
                Vec::new()
            }
        }
    }

    /// Keeps the newest send of a request on disk, where that is turned on.
    pub(super) fn record(&self, request: RequestId) -> Option<Effect> {
        let at = self.find(request)?;
        let file = self.files.get(at.file)?;
        let send = file.entries.get(at.entry)?.newest_send()?;
        Some(Effect::Record(folder(file)?, Box::new(send)))
    }

    /// Shows the response of one, the newest being 0.
    pub(super) fn show_send(&mut self, back: usize) {
        self.entry_mut().into_iter().for_each(|entry| entry.show_send(back));
        self.focus_on(Pane::Response);
    }

    /// Puts the text that was sent into the editor, as one edit.
    pub(super) fn bring_back(&mut self, back: usize) {
        let written = self.entry().and_then(|entry| entry.sends().get(back)?.written.map(str::to_string));
        self.overlay = None;
        let Some(text) = written else {
            return self.notify(Tone::Bad, "The text of a recorded request is not known; the request is as it was");
        };
        if !self.takes(text.len().saturating_sub(self.text_length())) {
            return;
        }
        if self.entry().is_some_and(|entry| entry.editor.text() == text) {
            return self.notify(Tone::Good, "The request is as it was sent then");
        }
        self.change_text(|editor| {
            editor.seal();
            editor.become_text(&text);
            editor.seal();
        });
        self.notify(Tone::Good, format!("The request is as it was sent then; press {} to undo", self.key_of(Action::Undo)));
    }

    fn text_length(&self) -> usize {
        self.entry().map_or(0, |entry| entry.editor.text().len())
    }
}

/// The folder of a file; that of the tour is nobody's.
fn folder(file: &RequestFile) -> Option<PathBuf> {
    let folder = file.path.as_deref().filter(|_| !file.is_tour)?.parent()?;
    Some(if folder.as_os_str().is_empty() { ".".into() } else { folder.to_path_buf() })
}
