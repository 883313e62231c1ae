//! The form for how the open request says who sends it.

use crate::app::dialogs::Overlay;
use crate::app::dialogs::auth::AuthForm;
use crate::app::keymap::Action;
use crate::app::model::{Focus, Model, Tone};
use crate::app::panes::Pane;

impl Model {
    /// Opens the form, unless the request is too long to be edited.
    pub(super) fn show_auth(&mut self) {
        if !self.takes(0) {
            return;
        }
        self.leave_editing();
        // Where panes are tabs, the one that the form changes is the one to see.
        self.focus = Focus::On(Pane::Request);
        if let Some(entry) = self.entry() {
            self.overlay = Some(Overlay::Auth(Box::new(AuthForm::new(entry.id, entry.editor.text()))));
        }
    }

    /// Writes what the form says into the request: always as one edit of the text that was there before, so that one undo takes it
    /// back.
    pub(super) fn write_auth(&mut self) {
        let Some(Overlay::Auth(form)) = &self.overlay else { return };
        if self.entry().map(|entry| entry.id) != Some(form.request) {
            return;
        }
        let (wanted, has_edited) = (form.auth().written_into(&form.before), form.has_edited);
        let Some(is_changed) = self.rewrite(&wanted, has_edited) else { return };
        if let Some(Overlay::Auth(form)) = &mut self.overlay {
            form.has_edited = is_changed;
        }
    }

    /// Closes the form and says what became of it.
    pub(super) fn close_auth(&mut self) {
        if let Some(Overlay::Auth(form)) = self.overlay.take()
            && form.has_edited
        {
            let (send, undo) = (self.key_of(Action::Send), self.key_of(Action::Undo));
            self.notify(Tone::Good, format!("Written into the request; press {send} to send, {undo} to undo"));
        }
    }
}
