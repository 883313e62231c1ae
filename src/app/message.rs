//! Something that happened, as plain data.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::dialogs::logs::LogLine;
use super::ids::{FileId, OpenId, RequestId, RequestPosition, SendId};
use super::key::Key;
use super::keymap::Action;
use super::panes::Pane;
use super::workspace::draft::{DraftSecrets, OrphanedDraft, ValueHome};
use super::workspace::keyring::{AfterKeyring, KeyringAnswer, KeyringItem};
use super::workspace::opened_files::OpenedFiles;
use super::workspace::pasted::ReadPaste;
use super::workspace::reload::OnDisk;
use super::workspace::sending::Failure;
use crate::domain::exchange::Certificates;
use crate::domain::response::Response;
use crate::domain::server_config::ServerConfig;
use crate::domain::token::keys::KeySet;
use crate::formats::attachment::Attachment;
use crate::mirror::Mirrored;

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// A long paste was read: its text, and what is in it.
    PasteRead(OpenId, String, Box<ReadPaste>),
    /// A paste was over the limit, which is given.
    PasteRefused(String),
    /// A request is opened and an action performed on it, by what drives the program without keys.
    Perform(RequestPosition, Action),
    /// The mouse clicked something.
    Click(Target),
    /// The wheel turned, over a pane or outside of all panes; positive is down.
    Wheel(Option<Pane>, i32),
    /// The screen was resized, in cells.
    Resize(u16, u16),
    /// The current time.
    Now(Timestamp),
    /// The loop is idle: examine some requests that were not examined yet.
    Idle,
    /// The files that a request body refers to: those that changed, or why one cannot be read.
    BodyFiles(SendId, Result<Vec<(String, Attachment)>, String>),
    /// A send made progress.
    Progress(SendId, String),
    /// A send ended with a response, and with notices for the user.
    ResponseReceived(SendId, Box<Response>, Vec<String>),
    /// A send failed: the reason in words, its kind, and the partial response.
    SendFailed(SendId, String, Failure, Option<Box<Response>>),
    /// A stopped send had received this much of its response.
    SendStopped(SendId, Box<Response>),
    /// A server of this machine waits for the browser at this address; what was drawn at random for the login comes with it.
    Listening { id: SendId, redirect_url: String, random: Box<[u8; 64]> },
    /// The browser came back with this query.
    Callback(SendId, String),
    /// Nothing can wait for the browser, and why.
    CallbackFailed(SendId, String),
    /// The time that was waited for has passed.
    Waited(SendId),
    /// The lines of a row of what logs say, or why they cannot be read.
    LogLines(OpenId, Result<Vec<LogLine>, String>),
    /// A request arrived at the mirror.
    Mirrored(Box<Mirrored>),
    /// Files were read, or why they could not be.
    Opened(OpenId, Result<OpenedFiles, String>),
    /// The paths that begin with a typed text, which comes first.
    Paths(String, Vec<String>),
    /// A file was written.
    Saved(FileId),
    /// A file was not written.
    SaveFailed(FileId, String),
    /// Another program changed the file since it was read; this is its content now.
    ChangedOnDisk(FileId, Option<Arc<[u8]>>),
    /// A file as it is on disk now, or why it cannot be read.
    Reloaded(FileId, Result<OnDisk, String>),
    /// Another program may have changed this file.
    Touched(FileId),
    /// Such a file as it is on disk now, or why it cannot be read.
    ReadAgain(FileId, u64, Result<OnDisk, String>),
    /// The key set that a request's expectations refer to.
    Keys(RequestId, Result<KeySet, String>),
    /// A configuration file of a server was read, or why it was not.
    ServerConfig(RequestId, Result<ServerConfig, String>),
    /// The bytes of the key that a token is to be signed with.
    SigningKey(RequestId, Result<Vec<u8>, String>),
    /// Variables of the program's environment, `None` for one that is not set, for a request that is sent now.
    ProcessRead(RequestId, BTreeMap<String, Option<String>>, Certificates),
    /// What the keyring has, for a send that waits for it.
    KeyringRead(SendId, Vec<(KeyringItem, KeyringAnswer)>, AfterKeyring),
    /// The text of a request as the editor left it, or why it cannot be read.
    Edited(RequestId, Result<String, String>),
    /// Good news for the footer, such as a finished copy.
    Notify(String),
    /// A warning for the footer.
    Warn(String),
    /// It is time to write the draft.
    SaveDraft,
    /// Drafts cannot be written, and why.
    DraftFailed(String),
    /// Drafts that other sessions left behind.
    OrphanedDrafts(Vec<OrphanedDraft>),
    /// Where the values of drafts go back to, by the paths in them.
    HomesFound(Vec<OrphanedDraft>, BTreeMap<String, ValueHome>),
    /// The environment that was chosen last in this workspace; empty for none.
    LastEnvironment(String),
    /// Whether drafts of this workspace contain credentials.
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
    /// A byte offset in the request's text.
    Text(usize),
    /// A row of the list in the open dialog.
    Item(usize),
    /// A footer hint.
    Do(Action),
}
