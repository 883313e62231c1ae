//! What happened, as plain data.

use jiff::Timestamp;

use super::ids::{FileId, OpenId, RequestId, SendId};
use super::key::Key;
use super::keymap::Action;
use super::panes::Pane;
use super::workspace::draft::{DraftSecrets, LeftDraft};
use super::workspace::opened_files::OpenedFiles;
use super::workspace::sending::Failure;
use crate::domain::response::Response;
use crate::domain::token::keys::KeySet;
use crate::formats::attachment::Attachment;

/// Something happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// More was pasted than is taken, which is so much.
    PasteRefused(String),
    /// The mouse chose something.
    Click(Target),
    /// The wheel turned, over a pane or beside all of them; positive is down.
    Wheel(Option<Pane>, i32),
    /// The screen has another size, in cells.
    Resize(u16, u16),
    /// The clock says this.
    Now(Timestamp),
    /// Nothing else is to be done: examine some of the requests that were not examined yet.
    Idle,
    /// The files that the body of a request names were read for a sending: those that are not as they were known, or why one of
    /// them cannot be read.
    BodyFiles(SendId, Result<Vec<(String, Attachment)>, String>),
    /// A sending goes on.
    Progress(SendId, String),
    /// A sending ended with an answer, and with what is to be said of how it came.
    Answered(SendId, Box<Response>, Vec<String>),
    /// A sending ended without a whole one: why, in words and in kind, and what had arrived.
    Failed(SendId, String, Failure, Option<Box<Response>>),
    /// Files were read and are ready, or why not.
    Opened(OpenId, Result<OpenedFiles, String>),
    /// A file was written.
    Saved(FileId),
    /// A file was not written.
    NotSaved(FileId, String),
    /// A file was changed by another program since it was read; this is what stands there.
    Changed(FileId, String),
    /// The keys that a request's expectations name.
    Keys(RequestId, Result<KeySet, String>),
    /// Something to tell, such as how a copy went.
    Told(String),
    /// Something that did not go as it was meant to.
    Warned(String),
    /// What is unsaved is to be kept as a draft now.
    Keep,
    /// Nothing is kept in this session, and why.
    NotKept(String),
    /// Drafts that other sessions left.
    DraftsLeft(Vec<LeftDraft>),
    /// What the user said of credentials in drafts of this workspace.
    DraftSecrets(DraftSecrets),
}

/// What the mouse pointed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A pane as a whole.
    Pane(Pane),
    /// A row of the requests pane.
    Request(usize),
    /// A row of the checklist.
    Finding(usize),
    /// A place in the request's text, in bytes.
    Text(usize),
    /// A row of the list that lies over the bench.
    Item(usize),
    /// A hint.
    Do(Action),
}
