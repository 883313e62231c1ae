//! What can lie over the bench: at most one thing at a time.

pub mod comparison;
pub mod form;
pub mod opening;
pub mod picker;

use std::path::PathBuf;

use self::comparison::Comparing;
use self::form::Form;
use self::picker::Picker;
use crate::app::editor::Editor;
use crate::app::ids::{FileId, RequestId};
use crate::app::keymap::Context;
use crate::app::workspace::draft::LeftDraft;
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
    Compare(Box<Comparing>),
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
    Drafts(Vec<LeftDraft>),
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
    pub fn contexts(&self) -> Vec<Context> {
        match self {
            Self::Help | Self::Losses { .. } | Self::Unreadable { .. } => vec![Context::Reading],
            Self::Explain => vec![Context::Explaining, Context::Reading],
            Self::Pick(_) => vec![Context::Choosing, Context::Typing],
            Self::Expect(_) => vec![Context::Form, Context::Typing],
            Self::SecondToken(_) => vec![Context::Choosing, Context::Typing],
            Self::Compare(_) => vec![Context::Comparing, Context::Reading],
            Self::Copy => vec![Context::Copying],
            Self::Rename(_) | Self::SaveAs(..) | Self::Open(_) => vec![Context::Prompt, Context::Typing],
            Self::Opening => vec![Context::Opening],
            Self::Quit => vec![Context::Quitting],
            Self::Drafts(_) => vec![Context::Drafts],
            Self::Delete(_) => vec![Context::Deleting],
            Self::Lookalike(..) => vec![Context::Lookalike],
            Self::Conflict { .. } => vec![Context::Conflict],
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
