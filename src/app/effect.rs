//! What the outside world should do, as plain data.

use std::path::PathBuf;
use std::sync::Arc;

use super::dialogs::logs::LogRow;
use super::ids::{FileId, OpenId, RequestId, SendId};
use super::scroll::{Scroll, Scrollable};
use super::workspace::draft::{DraftSecrets, OrphanedDraft};
use super::workspace::keyring::{AfterKeyring, KeyringItem};
use super::workspace::recording::SentExchange;
use crate::domain::exchange::{Certificates, TransferOptions};
use crate::domain::oauth::TokenSet;
use crate::domain::request::Request;
use crate::domain::text::Text;
use crate::formats::attachment::Attachment;
use crate::formats::draft::Draft;
use crate::formats::env::ValueKind;
use crate::formats::variables::tokens::TokenKey;

/// What to do if another program changed the file since it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnConflict {
    /// Ask the user; a file that was deleted is written again.
    Ask,
    /// Ask the user, also if the file was deleted.
    AskIfGone,
    /// Overwrite what the user was asked about, `None` if that was no file. Ask again if it is something else by now.
    Overwrite(Option<Arc<[u8]>>),
}

/// A text for another program on this terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProgramText {
    /// The text of a request, for the editor; results in [`Message::Edited`].
    Edit(RequestId, String),
    /// A response, for the pager; results in [`Message::Warn`] if that fails.
    Read(String),
}

/// Something to do outside the model.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Send a request; results in [`Message::ResponseReceived`] or [`Message::SendFailed`].
    Send(SendId, Box<Request>, TransferOptions),
    /// Read the files that a request body refers to; results in [`Message::BodyFiles`].
    ReadBodyFiles {
        /// The send that waits for them.
        id: SendId,
        /// The request file; names are relative to its folder.
        requests: PathBuf,
        /// Their names, each with its last known content.
        files: Vec<(String, Option<Attachment>)>,
    },
    /// Wait for the browser at a redirect URL until [`Effect::Cancel`]; results in [`Message::Listening`] or
    /// [`Message::CallbackFailed`], then in [`Message::Callback`].
    AwaitCallback(SendId, String),
    /// Open an address in the browser; results in [`Message::Warn`] if that is impossible.
    OpenBrowser(String),
    /// Wait for some seconds; results in [`Message::Waited`].
    Wait(SendId, u64),
    /// Remember the theme, by its name, for later sessions.
    RememberTheme(String),
    /// Stop a send; results in [`Message::SendStopped`] if part of the body was received.
    Cancel(SendId),
    /// Read a path; results in [`Message::Opened`].
    Open(OpenId, PathBuf),
    /// Read the lines of a row of what logs say; results in [`Message::LogLines`].
    ReadLogLines(OpenId, LogRow),
    /// Look for the paths that begin with a typed text; results in [`Message::Paths`].
    ListPaths(String),
    /// Write a file; results in [`Message::Saved`], [`Message::SaveFailed`] or [`Message::ChangedOnDisk`].
    Save {
        /// The file.
        file: FileId,
        /// The destination.
        path: PathBuf,
        /// The whole new content in the file's encoding.
        bytes: Vec<u8>,
        /// The content when it was read; `None` for a new file.
        before: Option<Vec<u8>>,
        /// What to do if the content on disk is different.
        over: OnConflict,
    },
    /// Delete a file that was new in this session and is empty again; results as for [`Effect::Save`].
    Remove {
        /// The file.
        file: FileId,
        /// Where it is.
        path: PathBuf,
        /// Its content when it was written.
        before: Vec<u8>,
        /// What to do if the content on disk is different.
        over: OnConflict,
    },
    /// Read a long paste; results in [`Message::PasteRead`].
    ReadPaste(OpenId, String),
    /// Read a file again that another program changed; results in [`Message::Reloaded`].
    Reload {
        /// The file.
        file: FileId,
        /// Where it is.
        path: PathBuf,
        /// The kind of a file with values; `None` for one with requests.
        kind: Option<ValueKind>,
    },
    /// Read a file again that another program may have changed; results in [`Message::ReadAgain`].
    ReadAgain {
        /// Given back in the message.
        number: u64,
        /// The file.
        file: FileId,
        /// Where it is.
        path: PathBuf,
        /// The kind of a file with values; `None` for one with requests.
        kind: Option<ValueKind>,
    },
    /// Watch these files and no others; each change results in [`Message::Touched`].
    Watch(Vec<(FileId, PathBuf)>),
    /// Write the body of a response into a new file; results in [`Message::Notify`] or [`Message::Warn`].
    SaveBody {
        /// The destination.
        path: PathBuf,
        /// The body as it came.
        body: Text,
        /// What is missing in it, for the notice; may be empty.
        missing: String,
    },
    /// Keep a send on disk, if that is turned on in the folder of its file; results in [`Message::Warn`] if that is impossible.
    Record(PathBuf, Box<SentExchange>),
    /// Turn that on in a folder, or off again; results in [`Message::Notify`] or [`Message::Warn`].
    SwitchRecording(PathBuf),
    /// Leave the terminal to another program until it ends.
    RunProgram(ProgramText),
    /// Scroll something. Only the view knows how far that is possible; there is no result.
    Scroll(Scrollable, Scroll),
    /// Copy text to the clipboard; results in [`Message::Notify`].
    Copy {
        /// The text.
        text: String,
        /// What it is, for the notice.
        what: String,
    },
    /// Read a key set file; results in [`Message::Keys`].
    ReadKeys(RequestId, PathBuf),
    /// Read a configuration file of a server; results in [`Message::ServerConfig`].
    ReadServerConfig(RequestId, PathBuf),
    /// Read the file of a key that signs; results in [`Message::SigningKey`].
    ReadSigningKey(RequestId, PathBuf),
    /// Read variables of the program's environment; results in [`Message::ProcessRead`].
    ReadProcess {
        /// The request that is sent then.
        request: RequestId,
        /// Their names, to each of which the user said yes.
        names: Vec<String>,
        /// How it is sent.
        certificates: Certificates,
    },
    /// Read the system's keyring, which may ask the user for its password; results in [`Message::KeyringRead`].
    ReadKeyring {
        /// The send that waits for it.
        id: SendId,
        wanted: Vec<KeyringItem>,
        then: AfterKeyring,
    },
    /// Keep the tokens of a configuration in the keyring; results in [`Message::Warn`] if that is impossible.
    KeepTokens(TokenKey, Box<TokenSet>),
    /// Drop the token there that was refused, else an expired one; results as for [`Effect::KeepTokens`].
    DropToken(TokenKey, Option<String>),
    /// Write the session's draft, replacing the previous one; results in [`Message::DraftFailed`] if that is impossible.
    SaveDraft(Draft),
    /// Delete the session's draft: nothing is unsaved.
    DeleteDraft,
    /// Delete drafts of other sessions.
    DeleteDrafts(Vec<PathBuf>),
    /// Find where the values of drafts go back to, given the paths of the open files; results in [`Message::HomesFound`].
    FindHomes(Vec<OrphanedDraft>, Vec<(FileId, PathBuf)>),
    /// Write the session's draft, which now has what was in drafts of other sessions; once it is on disk, leave in those only what
    /// is given, and delete those without anything.
    TakeOverDrafts { own: Draft, left: Vec<(PathBuf, Draft)> },
    /// Remember whether drafts of this workspace contain credentials.
    RememberDraftSecrets(DraftSecrets),
    /// Remember the environment that was chosen in this workspace; empty for none.
    RememberEnvironment(String),
    /// End the program.
    Quit,
}
