//! The sends of the open request.

use crate::app::dialogs::Overlay;
use crate::app::dialogs::history::HistoryList;
use crate::app::keymap::Action;
use crate::app::model::{Model, Tone};
use crate::app::panes::Pane;

impl Model {
    /// Lists them.
    pub(super) fn show_history(&mut self) {
        let Some(entry) = self.entry() else { return };
        self.overlay = Some(Overlay::History(HistoryList::new(entry.sends().len(), entry.shown_back())));
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
