//! The whole state of the screen. What can be computed is not kept here, but for what a keystroke must not compute twice.

mod available;
mod examine;

use std::borrow::Cow;
use std::collections::VecDeque;

use jiff::Timestamp;

use super::appearance::{Depth, Letters, Secrets, Theme, Zoom};
use super::dialogs::Overlay;
use super::dialogs::opening::Opening;
use super::editor::completion::Completion;
use super::ids::{At, FileId, RequestId, SendId};
use super::panes::Pane;
use super::panes::checklist::{self, Chosen, Collapsed, Subject};
use super::workspace::draft::DraftSecrets;
use super::workspace::loaded_file::LoadedFile;
use super::workspace::marks::Marks;
use super::workspace::request::Entry;
use super::workspace::request_file::RequestFile;
use super::workspace::sending::Sending;
use crate::domain::exchange::Exchange;
use crate::formats::draft::Draft;

/// Where keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// To a pane, as commands.
    On(Pane),
    /// Into the request, as text.
    Editing,
}

/// Whether the program has spoken to anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// Nothing has left the machine.
    Unused,
    /// A request was sent.
    Used,
}

/// Whether the program is on its way out. It never ends while a file is being written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Leaving {
    /// It is not.
    #[default]
    No,
    /// It ends when the running saves have ended; what is unsaved then is asked about.
    WhenWritten,
    /// It ends when everything is saved.
    WhenSaved,
}

/// Something told in the footer until the next key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
}

/// How a notice is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It went well.
    Good,
    /// Something to look at.
    Bad,
}

/// Everything.
#[derive(Debug)]
pub struct Model {
    /// The files, never empty and never without any request.
    pub files: Vec<RequestFile>,
    /// The open request.
    pub at: At,
    /// Where keys go.
    pub focus: Focus,
    /// What lies over the bench.
    pub overlay: Option<Overlay>,
    /// What is chosen in the checklist.
    pub chosen: Chosen,
    /// Whether what passed and what cannot be told is listed.
    pub collapsed: Collapsed,
    /// Where the proof of what is chosen stands; follows from the choice and the report.
    pub marks: Marks,
    /// Completions at the text cursor, while they are shown.
    pub completion: Option<Completion>,
    /// Whether one pane has the screen.
    pub zoom: Zoom,
    /// Whether secrets can be read.
    pub secrets: Secrets,
    /// Colours.
    pub theme: Theme,
    /// How many of them there are.
    pub depth: Depth,
    /// Which letters can be shown.
    pub letters: Letters,
    /// Size of the screen in cells.
    pub size: (u16, u16),
    /// The local clock.
    pub now: Timestamp,
    /// Whether anything went out.
    pub network: Network,
    /// What is being opened beside the loop.
    pub opening: Option<Opening>,
    /// Told in the footer.
    pub notice: Option<Notice>,
    /// The environment that variables are filled in from; empty for none.
    pub environment: String,
    /// What was cut or copied inside the program.
    pub register: String,
    /// What becomes of credentials in drafts.
    pub draft_secrets: DraftSecrets,
    /// The draft as it was kept last.
    pub(in crate::app) kept_draft: Draft,
    /// Questions that come over the bench as soon as nothing else lies there and nobody types.
    pub(in crate::app) waiting: VecDeque<Overlay>,
    /// Whether the program is on its way out.
    pub leaving: Leaving,
    pub(in crate::app) numbers: u64,
}

/// Smaller screens show nothing but that they are too small.
pub const SMALLEST: (u16, u16) = (60, 16);

/// Below this width panes are shown one at a time.
pub const NARROW: u16 = 100;

impl Model {
    /// True when panes are shown one at a time.
    pub const fn is_narrow(&self) -> bool {
        self.size.0 < NARROW
    }

    /// True when the screen is too small to show anything.
    pub const fn is_too_small(&self) -> bool {
        self.size.0 < SMALLEST.0 || self.size.1 < SMALLEST.1
    }

    /// A bench with some files on it. Without any request, with an empty one.
    pub fn new(files: Vec<LoadedFile>, now: Timestamp) -> Self {
        let mut model = Self {
            files: Vec::new(),
            at: At::default(),
            focus: Focus::On(Pane::Checklist),
            overlay: None,
            chosen: Chosen::Top,
            collapsed: Collapsed::Yes,
            marks: Marks::default(),
            completion: None,
            zoom: Zoom::Shared,
            secrets: Secrets::Masked,
            theme: Theme::Dark,
            depth: Depth::Indexed,
            letters: Letters::Unicode,
            // Until the terminal tells.
            size: SMALLEST,
            now,
            network: Network::Unused,
            opening: None,
            notice: None,
            environment: String::new(),
            register: String::new(),
            draft_secrets: DraftSecrets::default(),
            kept_draft: Draft::default(),
            waiting: VecDeque::new(),
            leaving: Leaving::No,
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
        model.settle();
        model
    }

    /// Puts one more file on the bench.
    pub fn add_file(&mut self, loaded: LoadedFile) {
        self.place(RequestFile::of(loaded));
    }

    /// Puts a file on the bench that is ready but for its numbers.
    pub(in crate::app) fn place(&mut self, mut file: RequestFile) {
        file.id = FileId(self.number());
        for entry in &mut file.entries {
            entry.id = RequestId(self.number());
        }
        file.use_environment(&self.environment);
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

    /// The open request, to be changed.
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

    /// Everything about what is chosen in the checklist.
    pub fn subject(&self) -> Option<Subject<'_>> {
        checklist::subject(self.entry()?.report()?, self.chosen)
    }

    /// Everything about the likeliest cause.
    pub fn likeliest(&self) -> Option<Subject<'_>> {
        checklist::subject(self.entry()?.report()?, Chosen::Top)
    }

    /// What a check says, its secrets covered unless they are shown.
    pub fn said<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.entry().and_then(|e| e.derived.as_ref()) {
            Some(derived) if self.secrets == Secrets::Masked => derived.masker.hide(text),
            _ => text.into(),
        }
    }

    /// The pane that has the focus.
    pub const fn pane(&self) -> Pane {
        match self.focus {
            Focus::On(pane) => pane,
            Focus::Editing => Pane::Request,
        }
    }

    /// The sending that is under way for the open request.
    pub fn running(&self) -> Option<SendId> {
        match self.entry()?.sending {
            Sending::Running { id, .. } => Some(id),
            _ => None,
        }
    }
}
