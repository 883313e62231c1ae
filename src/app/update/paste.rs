//! Pastes: text while typing, requests otherwise.

use super::files::counted;
use crate::app::dialogs::Overlay;
use crate::app::dialogs::picker::{COMPARE, Picker};
use crate::app::effect::Effect;
use crate::app::model::{Focus, Model, Tone};
use crate::app::panes::Pane;
use crate::app::workspace::pasted::keep_pieces;
use crate::app::workspace::request::Entry;
use crate::formats::http_file::Document;
use crate::formats::{Format, Loss, ParsedInput, detect};

/// The name of a pasted text.
const PASTED: &str = "pasted";

impl Model {
    pub(super) fn paste(&mut self, text: &str) -> Vec<Effect> {
        self.notice = None;
        // Most terminals send the line ends of a paste as carriage returns.
        let text = &text.replace("\r\n", "\n").replace('\r', "\n");
        match &mut self.overlay {
            Some(Overlay::Pick(Picker { title: COMPARE, .. })) => {
                // A paste here is the token or the request to compare with.
                self.overlay = None;
                self.compare_text(text);
                return Vec::new();
            }
            // One line cannot hold a whole request.
            Some(Overlay::SecondToken(editor)) if editor.text().is_empty() => {
                self.overlay = None;
                self.compare_text(text);
                return Vec::new();
            }
            Some(overlay) => {
                if let Some(field) = overlay.field() {
                    field.insert(text);
                    self.after_typing();
                    return Vec::new();
                }
                self.overlay = None;
            }
            None => {}
        }
        if self.focus == Focus::Editing && !self.takes_whole_requests() {
            if self.takes(text.len()) {
                self.edit(|editor| editor.insert(text));
            }
        } else {
            self.read(text);
        }
        Vec::new()
    }

    /// In an empty request a paste is a request, even while typing.
    fn takes_whole_requests(&self) -> bool {
        self.entry().is_some_and(|e| e.editor.text().trim() == "GET" || e.editor.text().trim().is_empty())
    }

    fn read(&mut self, text: &str) {
        match detect::read_any(text, PASTED) {
            Ok(ParsedInput { exchanges, .. }) if exchanges.is_empty() => self.notify(Tone::Bad, "The paste contains no request"),
            Ok(ParsedInput { exchanges, mut losses, .. }) => {
                let count = exchanges.len();
                let mut entries: Vec<Entry> = exchanges.into_iter().map(|e| self.entry_of(e)).collect();
                if detect::recognize(text, Some(PASTED)) == Format::HttpFile {
                    keep_pieces(&mut entries, Document::read(text).pieces());
                }
                losses.extend(self.add_requests(entries));
                self.leave_editing();
                self.focus = Focus::On(Pane::Checklist);
                let what = counted(count);
                self.notify(Tone::Good, format!("Pasted {what}"));
                self.list_losses(format!("Pasted {what}; not imported:"), losses);
            }
            Err(error) => self.overlay = Some(Overlay::Unreadable { message: error.to_string() }),
        }
    }

    /// Lists what was not imported, if anything.
    pub fn list_losses(&mut self, title: String, losses: Vec<Loss>) {
        if !losses.is_empty() {
            self.overlay = Some(Overlay::Losses { title, losses });
        }
    }
}
