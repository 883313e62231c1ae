//! Pastes: text while typing, requests otherwise.

use super::files::counted;
use crate::app::dialogs::Overlay;
use crate::app::dialogs::picker::{COMPARE, Picker};
use crate::app::effect::Effect;
use crate::app::ids::RequestPosition;
use crate::app::keymap::Action;
use crate::app::model::{Focus, Model, Tone};
use crate::app::panes::Pane;
use crate::app::panes::checklist::Chosen;
use crate::app::workspace::credential::Credential;
use crate::app::workspace::loaded_file::LoadedFile;
use crate::app::workspace::pasted::keep_pieces;
use crate::app::workspace::request::Entry;
use crate::domain::exchange::Exchange;
use crate::domain::request::Request;
use crate::formats::http_file::Document;
use crate::formats::{Format, Loss, ParsedInput, detect};

/// The name of a pasted text.
const PASTED: &str = "pasted";

impl Model {
    pub(super) fn paste(&mut self, text: &str) -> Vec<Effect> {
        self.notice = None;
        self.completion = None;
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
            Some(overlay) if overlay.is_question() => {
                self.notify(Tone::Bad, "The paste was ignored: answer the question first, then paste again");
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
        } else if let Some(credential) = self.pasted_credential(text) {
            self.leave_editing();
            self.overlay = Some(Overlay::PastedToken(credential));
        } else {
            self.read(text);
        }
        Vec::new()
    }

    /// A token alone, pasted onto a request that it can be used in.
    fn pasted_credential(&self, text: &str) -> Option<Credential> {
        if detect::recognize(text, Some(PASTED)) != Format::Token || self.entry().is_none_or(Entry::is_scratch) {
            return None;
        }
        let read = detect::read_any(text, PASTED).ok()?;
        let value = read.exchanges.first()?.request.headers.get("authorization")?.to_string();
        // A token alone is read as one of Bearer; it says nothing about its scheme.
        let has_scheme = text.trim().contains(char::is_whitespace);
        let credential = Credential::of_value(&value);
        Some(if has_scheme { credential } else { Credential { scheme: None, ..credential } })
    }

    /// Does with a pasted token what the user chose.
    pub(super) fn decide_on_token(&mut self, action: Action) {
        let Some(Overlay::PastedToken(credential)) = self.overlay.take() else { return };
        match action {
            Action::UseTokenInFile => {
                let requests = self.file().map(|file| file.with_same_credential(self.at.entry)).unwrap_or_default();
                self.put_credential(self.at.file, &requests, &credential);
            }
            Action::NewWithToken => self.read(&credential.value()),
            Action::LookAtToken => {
                let file = LoadedFile::exchanges("looked at", Vec::new());
                self.add_file(file);
                let request = Request {
                    method: "GET".into(),
                    headers: [("Authorization", credential.value())].into_iter().collect(),
                    ..Request::default()
                };
                let entry = self.entry_of(Exchange { request, ..Exchange::default() });
                let at = RequestPosition { file: self.files.len().saturating_sub(1), entry: 0 };
                if let Some(file) = self.files.get_mut(at.file) {
                    file.entries = vec![entry].into();
                }
                self.open(at);
                self.focus_on(Pane::Claims);
            }
            _ => self.put_credential(self.at.file, &[self.at.entry], &credential),
        }
    }

    /// Puts a credential into requests of a file.
    pub(super) fn put_credential(&mut self, file: usize, requests: &[usize], credential: &Credential) {
        let at = self.number();
        let Some(file) = self.files.get_mut(file) else { return };
        file.put_credential(requests, credential, at);
        self.chosen = Chosen::default();
        let whose = if requests.len() == 1 { "is used in this request".into() } else { format!("is used in {}", counted(requests.len())) };
        self.notify(Tone::Good, format!("The token {whose}; press ^R to send, u to undo"));
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
