//! The values of an environment: which file has them, which of them count.

use crate::app::editor::Editor;
use crate::app::ids::FileId;
use crate::app::workspace::credential::holds_credential;
use crate::domain::secrecy;
use crate::formats::env::ValueKind;
use crate::formats::variables::{is_of_private_file, is_secret};

/// Whether a value counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueState {
    /// It is what the variable is filled with.
    Used,
    /// Another value of that name comes before it: where that one is, in words.
    Hidden(String),
    /// The open request uses the name, and there is no value.
    Missing,
    /// The open request uses the name, and the file has something else than a text for it: what that is, in words.
    NotText(&'static str),
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueRow {
    pub name: String,
    /// Empty for one that is missing.
    pub value: String,
    /// The file that it is in, or would be; `None` while that is not open.
    pub file: Option<FileId>,
    /// The environment in that file; empty in a `.env` file.
    pub environment: String,
    /// Where it is, in words.
    pub place: String,
    pub state: ValueState,
    /// True if a request uses it as a credential.
    pub is_credential: bool,
    /// The kind of the file that has it; `None` for one that is missing.
    pub kind: Option<ValueKind>,
}

impl ValueRow {
    /// True if it is masked on the screen. Asked of the rows that are shown: of all it would take long.
    pub fn is_secret(&self) -> bool {
        self.is_credential
            || self.kind.is_some_and(|kind| is_of_private_file(kind.layer(), &self.value))
            || is_secret(&self.name, &self.value)
            || secrecy::holds_secret(&self.name, &self.value)
    }

    /// The kind of the file that is created for it.
    pub fn new_kind(&self) -> ValueKind {
        if self.environment.is_empty() {
            ValueKind::Dotenv
        } else if self.is_secret() {
            ValueKind::Private
        } else {
            ValueKind::Public
        }
    }
}

/// The open list of values.
#[derive(Clone, Debug, Default)]
pub struct ValuesForm {
    pub rows: Vec<ValueRow>,
    /// Index of the selected row.
    pub chosen: usize,
    /// The selected value while it is edited.
    pub typed: Option<Editor>,
}

impl ValuesForm {
    /// Moves the selection; stops at the ends.
    pub fn step(&mut self, by: isize) {
        self.chosen = self.chosen.saturating_add_signed(by).min(self.rows.len().saturating_sub(1));
    }

    /// The selected value.
    pub fn row(&self) -> Option<&ValueRow> {
        self.rows.get(self.chosen)
    }

    /// The selected value while it is edited, with a token in the place of the credential that it holds, if it holds one and nothing
    /// is selected in it.
    pub fn with_token(&self, replaced: impl FnOnce(&str) -> Option<String>) -> Option<String> {
        let editor = self.typed.as_ref().filter(|editor| editor.selection().is_none())?;
        let is_secret = self.row().is_some_and(|row| row.is_secret()) && !editor.text().is_empty() && !editor.text().contains("://");
        (is_secret || holds_credential(editor.text())).then(|| replaced(editor.text()))?
    }

    /// Starts editing the selected value.
    pub fn edit(&mut self) {
        let editable = self.row().filter(|row| !matches!(row.state, ValueState::NotText(_)));
        self.typed = editable.map(|row| Editor::value(row.value.clone()));
    }
}
