//! What comes in and what goes out: plain data on both sides.

use std::path::PathBuf;

use jiff::Timestamp;

use super::draft::{DraftSecrets, LeftDraft};
use super::key::Key;
use super::keymap::Action;
use super::model::Pane;
use super::opening::Opened;
use super::scroll::{Scroll, Scrollable};
use crate::domain::exchange::Manner;
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::token::keys::KeySet;
use crate::formats::attachment::Attachment;
use crate::formats::draft::Draft;

/// The number of a request on the bench; never used twice in a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub u64);

/// The number of a file on the bench.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u64);

/// The number of one sending; an answer carries it, so that a late one is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SendId(pub u64);

/// The number of one opening of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OpenId(pub u64);

/// Something happened.
#[derive(Clone, Debug)]
pub enum Msg {
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
    Opened(OpenId, Result<Opened, String>),
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

/// Why a sending failed, as far as it decides what can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The certificate of this host was refused: it can be let pass.
    Certificate(String),
    /// Anything else.
    Other,
}

/// What another program wrote in the meantime, when a file is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Then ask.
    Ask,
    /// Then write over it.
    Write,
}

/// Something to do outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send a request; ends in [`Msg::Answered`] or [`Msg::Failed`].
    Send(SendId, Box<Request>, Manner),
    /// Read files that the body of a request names; ends in [`Msg::BodyFiles`].
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
    /// Read what a path names; ends in [`Msg::Opened`].
    Open(OpenId, PathBuf),
    /// Write a file; ends in [`Msg::Saved`], [`Msg::NotSaved`] or [`Msg::Changed`].
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
        over: Over,
    },
    /// Scroll what is shown. Where that leads is a matter of the view: nothing comes back.
    Scroll(Scrollable, Scroll),
    /// Put a text on the clipboard; ends in [`Msg::Told`].
    Copy {
        /// The text.
        text: String,
        /// What it is, for the notice.
        what: String,
    },
    /// Read the key set in a file; ends in [`Msg::Keys`].
    ReadKeys(RequestId, PathBuf),
    /// Keep this as the session's draft, in the place of the one before; [`Msg::NotKept`] when that cannot be.
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
