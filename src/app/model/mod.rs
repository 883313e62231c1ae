//! The state of the screen. What can be derived is not stored, except for what a keystroke must not compute twice.

mod available;
mod examine;
mod login;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::appearance::{Charset, ColorDepth, OwnTheme, Secrets, Theme, Zoom};
use super::config::TokenStore;
use super::dialogs::Overlay;
use super::dialogs::logs::LogsView;
use super::dialogs::opening::{Opening, Reading};
use super::editor::completion::Completion;
use super::ids::{FileId, RequestId, RequestPosition, SendId};
use super::keymap::{Action, KeyContext, Keymap};
use super::panes::Pane;
use super::panes::checklist::{self, Chosen, Collapsed, Subject};
use super::panes::claims::{self, ClaimRow, ClaimsOf};
use super::panes::token_view::TokenView;
use super::search::Search;
use super::workspace::draft::DraftSecrets;
use super::workspace::loaded_file::LoadedFile;
use super::workspace::marks::Marks;
use super::workspace::request::Entry;
use super::workspace::request_file::RequestFile;
use super::workspace::sending::{NextSend, RenewedSend, SendState};
use super::workspace::value_files::ValueFiles;
use super::workspace::value_history::ValueHistory;
use crate::checks::Report;
use crate::domain::cookie::session::SessionCookies;
use crate::domain::exchange::Exchange;
use crate::domain::secrecy;
use crate::domain::token::keys::KeySet;
use crate::formats::draft::Draft;
use crate::formats::env::ValueKind;
use crate::formats::variables::SessionTokens;
use crate::formats::variables::tokens::TokenKey;

/// Where keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// To a pane, as commands.
    On(Pane),
    /// Into the request, as text.
    Editing,
}

/// Whether the program has used the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// Nothing has left the machine.
    Unused,
    /// A request was sent.
    Used,
}

/// Whether the program is quitting. It never ends while a file is being written or a draft is being opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QuitState {
    /// Not quitting.
    #[default]
    No,
    /// Quits when the running saves have ended and drafts are open; asks about what is still unsaved.
    AfterRunningWork,
    /// Quits when everything is saved.
    AfterSavingAll,
}

/// A message in the footer, shown until the next key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub tone: Tone,
}

/// Whether a notice is good or bad news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Success.
    Good,
    /// Failure or warning.
    Bad,
}

/// A key set that was fetched.
#[derive(Clone, Debug)]
pub struct FetchedKeys {
    pub keys: Arc<KeySet>,
    /// When.
    pub at: Timestamp,
}

/// The whole state.
#[derive(Debug)]
pub struct Model {
    /// The open files; never empty, and never all without requests.
    pub files: Vec<RequestFile>,
    /// The open request.
    pub at: RequestPosition,
    pub focus: Focus,
    /// The open dialog.
    pub overlay: Option<Overlay>,
    /// The selection in the checklist.
    pub chosen: Chosen,
    /// Whether passed checks and open questions are collapsed.
    pub collapsed: Collapsed,
    /// The evidence of the selected finding; derived from selection and report.
    pub marks: Marks,
    /// The completions at the text cursor, while shown.
    pub completion: Option<Completion>,
    pub zoom: Zoom,
    /// The files that are watched for changes by other programs.
    pub(in crate::app) watched: Vec<(FileId, PathBuf)>,
    /// Those that changed and were not read yet.
    pub(in crate::app) touched: BTreeSet<FileId>,
    /// Those that are being read.
    pub(in crate::app) reading: BTreeMap<FileId, u64>,
    pub secrets: Secrets,
    /// The keys in force.
    pub keymap: Keymap,
    pub theme: Theme,
    /// The theme of the configuration, with which every session starts.
    pub set_theme: Option<Theme>,
    /// The themes of the user's own.
    pub own_themes: Vec<OwnTheme>,
    pub depth: ColorDepth,
    pub charset: Charset,
    /// Size of the screen in cells.
    pub size: (u16, u16),
    /// The local clock.
    pub now: Timestamp,
    /// Whether something was sent.
    pub network: Network,
    /// What logs say, when some are open.
    pub logs: Option<Box<LogsView>>,
    /// The file that lists what arrives at the mirror, while one listens.
    pub mirror: Option<FileId>,
    /// The read in progress.
    pub opening: Option<Opening>,
    /// What is read after it.
    pub reads_waiting: VecDeque<Reading>,
    /// The message in the footer.
    pub notice: Option<Notice>,
    /// Whose token the claims pane shows, if both have one.
    pub claims_of: ClaimsOf,
    /// What is searched for in a pane.
    pub search: Option<Search>,
    /// A request to send once the request that fills its variables is answered.
    pub(in crate::app) next_send: Option<NextSend>,
    /// The tokens that were obtained in this session.
    pub(in crate::app) tokens: SessionTokens,
    /// Where they are kept besides.
    pub keep_tokens: TokenStore,
    /// The configurations whose tokens were asked of the keyring.
    pub(in crate::app) asked_keyring: BTreeSet<TokenKey>,
    /// Secrets of the keyring, by name, and the origins that they may go to in this session.
    pub(in crate::app) keyring_origins: BTreeSet<(String, String)>,
    /// The cookies that answers of this session set.
    pub(in crate::app) cookies: SessionCookies,
    /// The key sets that were fetched in this session, by issuer.
    pub(in crate::app) fetched_keys: BTreeMap<String, FetchedKeys>,
    /// The last request that was sent with a new one.
    pub(in crate::app) renewed: Option<RenewedSend>,
    /// The tokens that were made here.
    pub made_tokens: HashSet<String>,
    /// The environment for variables; empty for none.
    pub environment: String,
    /// The files with values for variables.
    pub value_files: ValueFiles,
    /// Undo and redo of changed values.
    pub(in crate::app) value_history: ValueHistory,
    /// The environment that was chosen last, here or in an earlier session; `None` before there was any choice.
    pub(in crate::app) last_environment: Option<String>,
    /// What was cut or copied inside the program.
    pub register: String,
    /// Whether drafts contain credentials.
    pub draft_secrets: DraftSecrets,
    /// The draft as last written.
    pub(in crate::app) saved_draft: Draft,
    /// Questions to ask as soon as no dialog is open and nobody types.
    pub(in crate::app) waiting: VecDeque<Overlay>,
    pub quit_state: QuitState,
    /// The names of the files that were written while others still are.
    pub(in crate::app) written: Vec<String>,
    /// Drafts are to be opened, and the files that they are of are being looked for.
    pub(in crate::app) opens_drafts: bool,
    pub(in crate::app) numbers: u64,
}

/// The smallest supported size, in cells.
pub const SMALLEST: (u16, u16) = (60, 16);

/// Below this width panes are shown one at a time.
pub const NARROW: u16 = 100;

impl Model {
    /// The name of a theme.
    pub fn theme_name(&self, theme: Theme) -> &str {
        match theme {
            Theme::Own(number) => self.own_themes.get(number).map_or("", |own| &own.name),
            built_in => built_in.name(),
        }
    }

    /// The themes in the order in which they are switched through.
    pub fn themes(&self) -> impl Iterator<Item = Theme> {
        (0..self.own_themes.len()).map(Theme::Own).chain(Theme::BUILT_IN)
    }

    /// The key of an action of the main screen, as it is shown.
    pub fn key_of(&self, action: Action) -> String {
        self.keymap.shown(&[KeyContext::Main, KeyContext::Global], action)
    }

    /// True when panes are shown one at a time.
    pub const fn is_narrow(&self) -> bool {
        self.size.0 < NARROW
    }

    /// True if the screen is too small to show anything.
    pub const fn is_too_small(&self) -> bool {
        self.size.0 < SMALLEST.0 || self.size.1 < SMALLEST.1
    }

    /// A model with some files open; without any request, with an empty one.
    pub fn new(files: Vec<LoadedFile>, now: Timestamp) -> Self {
        let mut model = Self {
            files: Vec::new(),
            at: RequestPosition::default(),
            focus: Focus::On(Pane::Checklist),
            overlay: None,
            chosen: Chosen::Top,
            collapsed: Collapsed::Yes,
            marks: Marks::default(),
            completion: None,
            watched: Vec::new(),
            touched: BTreeSet::new(),
            reading: BTreeMap::new(),
            zoom: Zoom::Shared,
            secrets: Secrets::Masked,
            keymap: Keymap::default(),
            theme: Theme::Dark,
            set_theme: None,
            own_themes: Vec::new(),
            depth: ColorDepth::Indexed,
            charset: Charset::Unicode,
            // Until the terminal reports its size.
            size: SMALLEST,
            now,
            network: Network::Unused,
            logs: None,
            mirror: None,
            opening: None,
            reads_waiting: VecDeque::new(),
            notice: None,
            claims_of: ClaimsOf::Request,
            search: None,
            next_send: None,
            tokens: SessionTokens::default(),
            keep_tokens: TokenStore::default(),
            asked_keyring: BTreeSet::new(),
            keyring_origins: BTreeSet::new(),
            cookies: SessionCookies::default(),
            fetched_keys: BTreeMap::new(),
            renewed: None,
            made_tokens: HashSet::new(),
            environment: String::new(),
            value_files: ValueFiles::default(),
            value_history: ValueHistory::default(),
            last_environment: None,
            register: String::new(),
            draft_secrets: DraftSecrets::default(),
            saved_draft: Draft::default(),
            waiting: VecDeque::new(),
            quit_state: QuitState::No,
            written: Vec::new(),
            opens_drafts: false,
            numbers: 0,
        };
        for file in files {
            model.add_file(file);
        }
        if model.files.iter().all(|f| f.entries.is_empty()) {
            model.files.clear();
            model.add_file(LoadedFile::exchanges("scratch", vec![Exchange::default()]));
            model.focus = Focus::On(Pane::Request);
        }
        model.at.file = model.files.iter().position(|f| !f.entries.is_empty()).unwrap_or(0);
        model.choose_first_environment();
        model.refresh();
        model
    }

    /// Opens one more file.
    pub fn add_file(&mut self, loaded: LoadedFile) {
        self.place(RequestFile::of(loaded));
    }

    /// Opens a file that only lacks its identifiers.
    pub(in crate::app) fn place(&mut self, mut file: RequestFile) {
        file.id = FileId(self.number());
        for entry in &mut file.entries {
            entry.id = RequestId(self.number());
        }
        self.open_values(&mut file);
        file.use_environment(&self.environment);
        file.use_tokens(&self.tokens, &self.environment);
        file.use_cookies(&self.cookies);
        self.files.push(file);
    }

    pub(in crate::app) fn entry_of(&mut self, exchange: Exchange) -> Entry {
        let raw = exchange.request.clone();
        Entry::new(RequestId(self.number()), &raw, exchange)
    }

    /// A number that was not used before.
    pub(in crate::app) fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// The open request.
    pub fn entry(&self) -> Option<&Entry> {
        self.files.get(self.at.file)?.entries.get(self.at.entry)
    }

    /// The open request, for changes.
    pub(in crate::app) fn entry_mut(&mut self) -> Option<&mut Entry> {
        self.files.get_mut(self.at.file)?.entries.get_mut(self.at.entry)
    }

    /// The file of the open request.
    pub fn file(&self) -> Option<&RequestFile> {
        self.files.get(self.at.file)
    }

    /// How many requests there are.
    pub fn request_count(&self) -> usize {
        self.files.iter().map(|f| f.entries.len()).sum()
    }

    /// The path of an open file, and its kind if it has values; `None` for one that no file on disk belongs to.
    pub(in crate::app) fn place_of(&self, id: FileId) -> Option<(PathBuf, Option<ValueKind>)> {
        let of_values = self.value_files.get(id).map(|file| (file.path.clone(), Some(file.kind)));
        of_values.or_else(|| Some((self.files.iter().find(|file| file.id == id)?.path.clone()?, None)))
    }

    /// What an open file is called on the screen.
    pub(in crate::app) fn name_of(&self, id: FileId) -> String {
        let of_requests = self.files.iter().find(|file| file.id == id).map(|file| file.name.clone());
        of_requests.or_else(|| self.value_files.get(id).map(|file| self.value_files.label(file))).unwrap_or_default()
    }

    /// True while the lines of a row of what logs say are shown.
    pub fn has_log_lines(&self) -> bool {
        matches!(self.overlay, Some(Overlay::Logs)) && self.logs.as_ref().is_some_and(|view| view.lines.is_some())
    }

    /// The selected finding.
    pub fn subject(&self) -> Option<Subject<'_>> {
        checklist::subject(self.entry()?.report()?, self.chosen)
    }

    /// The most likely cause.
    pub fn likeliest(&self) -> Option<Subject<'_>> {
        checklist::subject(self.entry()?.report()?, Chosen::Top)
    }

    /// A text of a check with its secrets masked, unless secrets are shown.
    pub fn masked<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.entry().and_then(|e| e.derived.as_ref()) {
            Some(derived) if self.secrets == Secrets::Masked => derived.masker.hide(text),
            _ => text.into(),
        }
    }

    /// The notes on the open request, with what looks like a secret in them masked too: they are what somebody wrote down.
    pub fn masked_notes(&self) -> Option<Cow<'_, str>> {
        let notes = self.masked(self.entry()?.exchange.context.notes.as_deref()?);
        Some(match self.secrets {
            Secrets::Masked => secrecy::replace(&notes, &secrecy::in_message(&notes), |_| "…".to_string()).into(),
            Secrets::Shown => notes,
        })
    }

    /// The token that the claims pane shows, and whose it is.
    pub fn shown_token(&self) -> Option<(&TokenView, ClaimsOf)> {
        let entry = self.entry()?;
        let of_request = entry.token().map(|token| (token, ClaimsOf::Request));
        let of_response = entry.issued().map(|(_, token)| (token, ClaimsOf::Response));
        match self.claims_of {
            ClaimsOf::Request => of_request.or(of_response),
            ClaimsOf::Response => of_response.or(of_request),
        }
    }

    /// The rows of the claims pane.
    pub fn claim_rows(&self) -> Vec<ClaimRow> {
        let Some((entry, (token, of))) = self.entry().zip(self.shown_token()) else { return Vec::new() };
        let no_report = Report::default();
        // The checks judge the token of the request.
        let report = entry.report().filter(|_| of == ClaimsOf::Request).unwrap_or(&no_report);
        // The selected finding is read in the checklist or above the panes, unless this pane has the screen to itself.
        let said = self.subject().filter(|_| self.is_narrow() || self.zoom != Zoom::Focused).map(|subject| subject.check.id);
        claims::rows(token, report, entry.judged_at(self.now).0, said)
    }

    /// The focused pane.
    pub const fn pane(&self) -> Pane {
        match self.focus {
            Focus::On(pane) => pane,
            Focus::Editing => Pane::Request,
        }
    }

    /// The search whose places are marked in a pane.
    pub fn search_in(&self, pane: Pane) -> Option<&Search> {
        self.search.as_ref().filter(|search| search.pane == pane)
    }

    /// The running send of the open request.
    pub fn running(&self) -> Option<SendId> {
        match self.entry()?.sending {
            SendState::Running { id, .. } => Some(id),
            _ => None,
        }
    }
}
