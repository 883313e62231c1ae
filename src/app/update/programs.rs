//! Other programs on this terminal: the editor for the request, the pager for the response.

use crate::app::appearance::Secrets;
use crate::app::effect::{Effect, ProgramText};
use crate::app::ids::RequestId;
use crate::app::model::{Model, Tone};
use crate::app::workspace::request::Entry;
use crate::domain::visible::visible_lines;

impl Model {
    /// Gives the text of the request to the editor, which expects a line end after the last line.
    pub(super) fn edit_in_program(&mut self) -> Vec<Effect> {
        if !self.takes(0) {
            return Vec::new();
        }
        let Some(entry) = self.entry() else { return Vec::new() };
        vec![Effect::RunProgram(ProgramText::Edit(entry.id, for_editor(entry)))]
    }

    /// The text of a program as it is now: the request may have been read anew since the key.
    pub fn text_of_program(&self, text: ProgramText) -> ProgramText {
        match text {
            ProgramText::Edit(id, before) => {
                let entry = self.find(id).and_then(|at| self.files.get(at.file)?.entries.get(at.entry));
                ProgramText::Edit(id, entry.map_or(before, for_editor))
            }
            ProgramText::Read(_) => text,
        }
    }

    /// Gives the response to the pager, laid out and masked as on the screen.
    pub(super) fn read_in_program(&mut self) -> Vec<Effect> {
        let secrets = self.secrets;
        let Some(entry) = self.entry_mut() else { return Vec::new() };
        while !entry.is_laid_out() {
            entry.lay_out_more();
        }
        let Some(answer) = entry.shown_text() else {
            self.notify(Tone::Bad, "There is no response to read");
            return Vec::new();
        };
        let text = if secrets == Secrets::Masked { answer.masked() } else { answer.text.clone() };
        vec![Effect::RunProgram(ProgramText::Read(visible_lines(&text).into_owned()))]
    }

    /// Takes the text that the editor left in the place of the old one.
    pub(super) fn edited(&mut self, id: RequestId, text: Result<String, String>) {
        let text = match text {
            Ok(text) => text,
            Err(why) => return self.notify(Tone::Bad, why),
        };
        let Some(at) = self.find(id) else {
            self.new_request();
            self.change_text(|editor| editor.become_text(&text));
            return self.notify(Tone::Bad, "The request that was edited is gone; its text is a new one");
        };
        self.show_request(at);
        let Some(before) = self.entry().map(|entry| entry.editor.text()) else { return };
        // The line end that was added for the editor, as the editor writes it.
        let without_end = || text.strip_suffix("\r\n").or_else(|| text.strip_suffix('\n')).unwrap_or(&text);
        let text = if before.ends_with('\n') { &text } else { without_end() };
        if before == text {
            return self.notify(Tone::Good, "Nothing was changed");
        }
        self.change_text(|editor| {
            editor.become_text(text);
            editor.seal();
        });
        self.notify(Tone::Good, "Changed in the editor; u undoes it");
    }
}

/// The text of a request with a line end after its last line.
fn for_editor(entry: &Entry) -> String {
    let text = entry.editor.text();
    let line_end = if text.ends_with('\n') { "" } else { "\n" };
    format!("{text}{line_end}")
}
