//! The credentials of a file's requests.

use super::RequestFile;
use crate::app::workspace::credential::{self, Credential};
use crate::app::workspace::list_history::{ListChange, UndoStep};
use crate::app::workspace::request::Entry;

impl RequestFile {
    /// The requests with the same credential as one of them, which is among them.
    pub fn with_same_credential(&self, index: usize) -> Vec<usize> {
        let Some(entry) = self.entries.get(index) else { return Vec::new() };
        // A variable that holds the same is written elsewhere, and stays.
        let is_variable = |other: &Entry| {
            other.raw.headers.get("authorization").is_some_and(|value| value.contains("{{")) || credential::variable(other).is_some()
        };
        let is_same = |other: &Entry| credential::is_same(entry, other) && !is_variable(other);
        let has_same = |(i, other): (usize, &Entry)| (i == index || is_same(other)).then_some(i);
        self.entries.iter().enumerate().filter_map(has_same).collect()
    }

    /// Puts a credential into some requests as one undoable change.
    pub fn put_credential(&mut self, requests: &[usize], credential: &Credential, at: u64) {
        let unread: Vec<usize> = requests.iter().copied().filter(|index| self.entries.get(*index).is_some_and(Entry::is_unread)).collect();
        self.reread_each(&unread);
        let mut edits = Vec::with_capacity(requests.len());
        for index in requests {
            let Some(entry) = self.entries.get_mut(*index) else { continue };
            let before = entry.editor.last_done();
            let (place, value) = credential::replacement(entry, credential);
            entry.editor.replace(place, &value);
            edits.extend(entry.editor.last_done().filter(|edit| Some(*edit) != before).map(|edit| (entry.id, edit)));
        }
        self.reread_each(requests);
        if edits.is_empty() {
            return;
        }
        let what = format!("the credential of {}", if edits.len() == 1 { "1 request".into() } else { format!("{} requests", edits.len()) });
        self.list_history.push(ListChange { what, at, step: UndoStep::UndoEdits(edits) });
    }
}
