//! What is to be done outside, as plain data.

use std::path::PathBuf;

use super::ids::{FileId, OpenId, RequestId, SendId};
use super::scroll::{Scroll, Scrollable};
use super::workspace::draft::DraftSecrets;
use crate::domain::exchange::TransferOptions;
use crate::domain::request::Request;
use crate::formats::attachment::Attachment;
use crate::formats::draft::Draft;

/// What another program wrote in the meantime, when a file is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnConflict {
    /// Then ask.
    Ask,
    /// Then write over it.
    Write,
}

/// Something to do outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send a request; ends in [`Message::Answered`] or [`Message::Failed`].
    Send(SendId, Box<Request>, TransferOptions),
    /// Read files that the body of a request names; ends in [`Message::BodyFiles`].
    ReadBodyFiles {
        /// The sending that waits for them.
        id: SendId,
        /// The file of requests, in whose folder they are.
        requests: PathBuf,
        /// Their names, each with what was in it when it was read last.
        files: Vec<(String, Option<Attachment>)>,
    },
    /// Stop a sending; nothing comes back.
    Cancel(SendId),
    /// Read what a path names; ends in [`Message::Opened`].
    Open(OpenId, PathBuf),
    /// Write a file; ends in [`Message::Saved`], [`Message::NotSaved`] or [`Message::Changed`].
    Save {
        /// The file on the bench.
        file: FileId,
        /// Where to.
        path: PathBuf,
        /// Its whole new text in the file's encoding.
        bytes: Vec<u8>,
        /// What stood there when it was read; `None` for a new file.
        before: Option<Vec<u8>>,
        /// What to do when something else stands there now.
        over: OnConflict,
    },
    /// Scroll what is shown. Where that leads is a matter of the view: nothing comes back.
    Scroll(Scrollable, Scroll),
    /// Put a text on the clipboard; ends in [`Message::Told`].
    Copy {
        /// The text.
        text: String,
        /// What it is, for the notice.
        what: String,
    },
    /// Read the key set in a file; ends in [`Message::Keys`].
    ReadKeys(RequestId, PathBuf),
    /// Keep this as the session's draft, in the place of the one before; [`Message::NotKept`] when that cannot be.
    KeepDraft(Draft),
    /// Remove the session's draft: nothing is unsaved.
    ForgetDraft,
    /// Remove drafts that other sessions left.
    RemoveDrafts(Vec<PathBuf>),
    /// Remember what the user said of credentials in drafts of this workspace.
    AllowDraftSecrets(DraftSecrets),
    /// Leave; nothing is kept.
    Quit,
}
