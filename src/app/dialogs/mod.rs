//! Dialogs. At most one is open at a time.

pub mod auth;
pub mod comparison;
pub mod cookies;
pub mod form;
pub mod history;
pub mod logs;
pub mod oauth;
pub mod opening;
pub mod parameters;
pub mod pasted;
pub mod picker;
pub mod token;
pub mod trials;
pub mod values;

use std::path::PathBuf;
use std::sync::Arc;

use self::auth::AuthForm;
use self::comparison::ComparisonState;
use self::cookies::CookieList;
use self::form::Form;
use self::history::HistoryList;
use self::oauth::OAuthForm;
use self::parameters::ParameterForm;
use self::pasted::PastedQuestion;
use self::picker::{ENVIRONMENT, Picker};
use self::token::TokenForm;
use self::trials::{TrialState, TrialTable};
use self::values::ValuesForm;
use crate::app::appearance::Secrets;
use crate::app::editor::Editor;
use crate::app::ids::{FileId, RequestId};
use crate::app::keymap::KeyContext;
use crate::app::workspace::discovery::Discovery;
use crate::app::workspace::draft::OrphanedDraft;
use crate::app::workspace::keyring::KeyringQuestion;
use crate::app::workspace::renewal::Renewal;
use crate::domain::exchange::Certificates;
use crate::domain::lookalike::Lookalike;
use crate::domain::server_config::ServerConfig;
use crate::formats::Loss;

/// Variables of a request that have no value, before it is sent.
#[derive(Clone, Debug)]
pub struct UnresolvedQuestion {
    pub title: &'static str,
    /// What to say about each.
    pub about: Vec<String>,
    /// Whether another environment has a value of one of them.
    pub is_in_environment: bool,
    /// What would give one of them a value.
    pub needed: Option<Needed>,
    /// The variables of the program's environment that would give some of them a value.
    pub of_process: Vec<String>,
    /// How the request would be sent.
    pub certificates: Certificates,
}

/// What is done before a request can be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needed {
    /// A request is sent whose answer fills variables; with its name.
    Answer(RequestId, String),
    /// A token is obtained.
    Token,
}

/// The list of keys.
#[derive(Clone, Debug)]
pub struct HelpState {
    /// What is typed.
    pub query: Editor,
    /// Where it was opened: the keys of these contexts come first.
    pub opened_in: Vec<KeyContext>,
    /// The dialog that is open again when the list is closed.
    pub behind: Option<Overlay>,
}

/// The open dialog. It receives the keys.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// All keys that match what is typed.
    Help(Box<HelpState>),
    /// The explanation of the selected finding.
    Explain,
    /// A filtered list: commands, requests and headers, environments.
    Pick(Picker),
    /// What to search for in the focused pane.
    Search(Editor),
    /// What the API expects.
    Expect(Form),
    /// Who sends the request.
    Auth(Box<AuthForm>),
    /// The parameters of the request.
    Parameters(Box<ParameterForm>),
    /// The sends of the request.
    History(HistoryList),
    /// The cookies of the session.
    Cookies(CookieList),
    /// What logs say, which the model keeps.
    Logs,
    /// Variants of the request, and what became of them.
    Trials(Box<TrialTable>),
    /// Nothing says how the token of the request is obtained.
    NoAuthConfig,
    /// How it is obtained.
    OAuth(Box<OAuthForm>),
    /// A token is made.
    Token(Box<TokenForm>),
    /// An issuer is asked for its keys or endpoints.
    Discover(Box<Discovery>),
    /// It is being renewed.
    Renew(Box<Renewal>),
    /// The values of the environment.
    Values(ValuesForm),
    /// The prompt for the second token of a comparison.
    SecondToken(Editor),
    /// A comparison.
    Compare(Box<ComparisonState>),
    /// The copy menu, and whether secrets are left out of what is copied.
    Copy(Secrets),
    /// The question before variables without a value are sent.
    Unresolved(UnresolvedQuestion),
    /// The question what to do with a pasted token, or a text that holds one.
    Pasted(Box<PastedQuestion>),
    /// What configurations of servers do to credentials.
    Configurations(Vec<Arc<ServerConfig>>),
    /// Parts of a paste or file that were left out or read otherwise.
    Losses {
        /// What was read.
        title: String,
        /// What is missing.
        losses: Vec<Loss>,
    },
    /// Input that could not be read.
    Unreadable {
        /// The reason, with line and column.
        message: String,
    },
    /// A new name for the open request.
    Rename(Editor),
    /// A path for a file.
    SaveAs(FileId, Editor),
    /// A path for the body of the response.
    SaveBody(Editor),
    /// A path to open.
    Open(Editor),
    /// Files are being read.
    Opening,
    /// The question about unsaved changes on quitting.
    Quit,
    /// Drafts found at start.
    Drafts(Vec<OrphanedDraft>),
    /// The question before a request is deleted.
    Delete(RequestId),
    /// The question before credentials go to a host that looks like another one.
    Lookalike(Lookalike, Certificates),
    /// The question before secrets of the keyring go to a host that they did not go to in this session.
    SendSecrets(KeyringQuestion),
    /// The file was changed by another program.
    Conflict {
        /// The file being saved.
        file: FileId,
        /// The destination.
        path: PathBuf,
        /// What is on disk now.
        theirs: Option<Arc<[u8]>>,
    },
}

impl Overlay {
    /// The key contexts of this dialog, innermost first.
    pub fn contexts(&self) -> Vec<KeyContext> {
        let mut contexts = self.own_contexts();
        contexts.push(KeyContext::Dialog);
        contexts
    }

    fn own_contexts(&self) -> Vec<KeyContext> {
        match self {
            Self::Configurations(_) | Self::Losses { .. } | Self::Unreadable { .. } => vec![KeyContext::Reading],
            Self::Help(_) => vec![KeyContext::Helping, KeyContext::Typing],
            Self::Explain => vec![KeyContext::Explaining, KeyContext::Reading],
            Self::Pick(picker) if picker.title == ENVIRONMENT => {
                vec![KeyContext::ChoosingEnvironment, KeyContext::Choosing, KeyContext::Typing]
            }
            Self::Pick(_) => vec![KeyContext::Choosing, KeyContext::Typing],
            Self::Search(_) => vec![KeyContext::Searching, KeyContext::Typing],
            Self::Expect(form) if form.is_at_path() => vec![KeyContext::Path, KeyContext::Form, KeyContext::Typing],
            Self::Expect(_) => vec![KeyContext::Form, KeyContext::Typing],
            Self::Token(form) if form.chosen == 0 => vec![KeyContext::AuthKind, KeyContext::MakingToken],
            Self::Token(_) => vec![KeyContext::MakingToken, KeyContext::Typing],
            Self::OAuth(form) if form.chosen == 0 => vec![KeyContext::AuthKind, KeyContext::AuthConfig],
            Self::OAuth(_) => vec![KeyContext::AuthConfig, KeyContext::Typing],
            Self::History(_) => vec![KeyContext::History],
            Self::Cookies(_) => vec![KeyContext::Cookies],
            Self::Logs => vec![KeyContext::Logs],
            Self::Trials(table) => vec![match table.state {
                TrialState::Asking => KeyContext::TrialsAsked,
                TrialState::Sending(..) => KeyContext::TrialsRunning,
                TrialState::Done(_) => KeyContext::TrialsDone,
            }],
            Self::Discover(discovery) => vec![discovery.step.context()],
            Self::NoAuthConfig => vec![KeyContext::NoAuthConfig],
            Self::Renew(renewal) if renewal.has_page() => vec![renewal.step.context(), KeyContext::Reading],
            Self::Renew(renewal) => vec![renewal.step.context()],
            Self::Auth(form) if form.chosen == 0 => vec![KeyContext::AuthKind, KeyContext::Form],
            Self::Auth(_) => vec![KeyContext::Form, KeyContext::Typing],
            Self::Parameters(form) if form.typed.is_some() => vec![KeyContext::EditingParameter, KeyContext::Typing],
            Self::Parameters(_) => vec![KeyContext::Parameters],
            Self::Values(form) if form.typed.is_some() => vec![KeyContext::EditingValue, KeyContext::Typing],
            Self::Values(_) => vec![KeyContext::Values],
            Self::SecondToken(_) => vec![KeyContext::Choosing, KeyContext::Typing],
            Self::Compare(_) => vec![KeyContext::Comparing, KeyContext::Reading],
            Self::Copy(_) => vec![KeyContext::Copying],
            Self::Unresolved(_) => vec![KeyContext::Unresolved],
            Self::Pasted(question) => vec![question.kind.context()],
            Self::SaveAs(..) | Self::SaveBody(_) | Self::Open(_) => vec![KeyContext::Path, KeyContext::Prompt, KeyContext::Typing],
            Self::Rename(_) => vec![KeyContext::Prompt, KeyContext::Typing],
            Self::Opening => vec![KeyContext::Opening],
            Self::Quit => vec![KeyContext::Quitting],
            Self::Drafts(_) => vec![KeyContext::Drafts],
            Self::Delete(_) => vec![KeyContext::Deleting],
            Self::Lookalike(..) => vec![KeyContext::Lookalike],
            Self::SendSecrets(_) => vec![KeyContext::SendingSecrets],
            Self::Conflict { .. } => vec![KeyContext::Conflict],
        }
    }

    /// True for a question, which only a key answers: a paste does not close it.
    pub const fn is_question(&self) -> bool {
        matches!(
            self,
            Self::Quit
                | Self::Drafts(_)
                | Self::Delete(_)
                | Self::Lookalike(..)
                | Self::SendSecrets(_)
                | Self::Conflict { .. }
                | Self::Pasted(_)
                | Self::Unresolved(_)
                | Self::Renew(_)
                | Self::Trials(_)
        )
    }

    /// What is typed in a field for a path.
    pub fn typed_path(&self) -> Option<&str> {
        match self {
            Self::SaveAs(_, editor) | Self::SaveBody(editor) | Self::Open(editor) => Some(editor.text()),
            Self::Expect(form) if form.is_at_path() => form.fields.get(form.chosen).map(|(_, editor)| editor.text()),
            _ => None,
        }
    }

    /// The text field that receives typed characters, if any.
    pub fn field(&mut self) -> Option<&mut Editor> {
        match self {
            Self::Pick(picker) => Some(&mut picker.query),
            Self::Expect(form) => form.field_mut(),
            Self::Auth(form) => form.field_mut(),
            Self::OAuth(form) => form.field_mut(),
            Self::Token(form) => form.field_mut(),
            Self::Parameters(form) => form.typed.as_mut().map(|typed| &mut typed.editor),
            Self::Values(form) => form.typed.as_mut(),
            Self::Help(help) => Some(&mut help.query),
            Self::Search(editor)
            | Self::SecondToken(editor)
            | Self::Rename(editor)
            | Self::SaveAs(_, editor)
            | Self::SaveBody(editor)
            | Self::Open(editor) => Some(editor),
            _ => None,
        }
    }
}
