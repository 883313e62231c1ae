//! What can lie over the bench: at most one thing at a time.

pub mod comparison;
pub mod form;
pub mod opening;
pub mod picker;

use std::path::PathBuf;

use self::comparison::ComparisonState;
use self::form::Form;
use self::picker::Picker;
use crate::app::editor::Editor;
use crate::app::ids::{FileId, RequestId};
use crate::app::keymap::KeyContext;
use crate::app::workspace::draft::OrphanedDraft;
use crate::domain::exchange::Certificates;
use crate::domain::lookalike::Lookalike;
use crate::formats::Loss;

/// Something that lies over the bench and takes the keys.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// All keys.
    Help,
    /// The explanation of what is chosen.
    Explain,
    /// A filtered list: commands, requests and headers, environments.
    Pick(Picker),
    /// What the API expects.
    Expect(Form),
    /// The second token for a comparison is being typed or pasted.
    SecondToken(Editor),
    /// Two tokens side by side.
    Compare(Box<ComparisonState>),
    /// What can be copied.
    Copy,
    /// What of a paste or a file was not carried over.
    Losses {
        /// What was read.
        title: String,
        /// What is missing of it.
        losses: Vec<Loss>,
    },
    /// A text that could not be read, and why.
    Unreadable {
        /// With line and column.
        message: String,
    },
    /// A new name for the open request.
    Rename(Editor),
    /// A path for a file.
    SaveAs(FileId, Editor),
    /// A path to open.
    Open(Editor),
    /// Files are being read.
    Opening,
    /// Unsaved changes on quitting.
    Quit,
    /// Drafts that other sessions left behind.
    Drafts(Vec<OrphanedDraft>),
    /// Before a request is deleted.
    Delete(RequestId),
    /// Before credentials go to a host that can be taken for another one.
    Lookalike(Lookalike, Certificates),
    /// The file was changed by another program.
    Conflict {
        /// The file that was to be saved.
        file: FileId,
        /// Where to.
        path: PathBuf,
        /// What stands on disk now.
        theirs: String,
    },
}

impl Overlay {
    /// Where keys mean something while it lies there, the innermost first.
    pub fn contexts(&self) -> Vec<KeyContext> {
        match self {
            Self::Help | Self::Losses { .. } | Self::Unreadable { .. } => vec![KeyContext::Reading],
            Self::Explain => vec![KeyContext::Explaining, KeyContext::Reading],
            Self::Pick(_) => vec![KeyContext::Choosing, KeyContext::Typing],
            Self::Expect(_) => vec![KeyContext::Form, KeyContext::Typing],
            Self::SecondToken(_) => vec![KeyContext::Choosing, KeyContext::Typing],
            Self::Compare(_) => vec![KeyContext::ComparisonState, KeyContext::Reading],
            Self::Copy => vec![KeyContext::Copying],
            Self::Rename(_) | Self::SaveAs(..) | Self::Open(_) => vec![KeyContext::Prompt, KeyContext::Typing],
            Self::Opening => vec![KeyContext::Opening],
            Self::Quit => vec![KeyContext::Quitting],
            Self::Drafts(_) => vec![KeyContext::Drafts],
            Self::Delete(_) => vec![KeyContext::Deleting],
            Self::Lookalike(..) => vec![KeyContext::Lookalike],
            Self::Conflict { .. } => vec![KeyContext::Conflict],
        }
    }

    /// The text that is typed in, if there is one.
    pub fn field(&mut self) -> Option<&mut Editor> {
        match self {
            Self::Pick(picker) => Some(&mut picker.query),
            Self::Expect(form) => form.field_mut(),
            Self::SecondToken(editor) | Self::Rename(editor) | Self::SaveAs(_, editor) | Self::Open(editor) => Some(editor),
            _ => None,
        }
    }
}
