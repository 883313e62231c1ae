//! The whole state of the screen. What can be computed is not kept here, but for what a keystroke must not compute twice.

use std::borrow::Cow;

use jiff::Timestamp;

use super::checklist::{self, Chosen, Collapsed, Subject};
use super::draft::DraftSecrets;
use super::entry::{Entry, Marks, Sending};
use super::file::{Fold, RequestFile};
use super::keymap::{Action, Context};
use super::loaded::Loaded;
use super::msg::{Failure, FileId, RequestId, SendId};
use super::opening::Opening;
use super::overlay::Overlay;
use crate::checks::{FixKind, Place};
use crate::domain::exchange::Exchange;
use crate::formats::draft::Draft;

/// A pane of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pane {
    /// The requests of all files.
    Requests,
    /// The request as it goes out.
    Request,
    /// The answer.
    Response,
    /// What the token says.
    Claims,
    /// The checks.
    Checklist,
}

impl Pane {
    /// All of them, in the order of their numbers and of Tab.
    pub const ALL: [Self; 5] = [Self::Requests, Self::Request, Self::Response, Self::Claims, Self::Checklist];

    /// Its title.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Requests => "Requests",
            Self::Request => "Request",
            Self::Response => "Response",
            Self::Claims => "Claims",
            Self::Checklist => "Checklist",
        }
    }
}

/// Where keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// To a pane, as commands.
    On(Pane),
    /// Into the request, as text.
    Editing,
}

/// Whether one pane has the whole screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zoom {
    /// All panes share it.
    Shared,
    /// The focused pane has it.
    Focused,
}

/// Whether secrets can be read on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrets {
    /// Their letters and digits are covered.
    Masked,
    /// They are shown.
    Shown,
}

/// Colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Light text on dark.
    Dark,
    /// Dark text on light.
    Light,
    /// None: glyphs and weight only.
    None,
}

/// How many colours the terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// 24 bits.
    True,
    /// The 256 of xterm.
    Indexed,
}

/// Which letters the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// All of Unicode.
    Unicode,
    /// ASCII alone, as in the C locale.
    Ascii,
}

/// Whether the program has spoken to anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// Nothing has left the machine.
    Unused,
    /// A request was sent.
    Used,
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

/// Which request is open: a file, and a request in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct At {
    /// Index of the file.
    pub file: usize,
    /// Index of the request in it.
    pub entry: usize,
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
    pub completion: Option<super::complete::Completion>,
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
    pub(super) kept_draft: Draft,
    /// Comes over the bench as soon as nothing else lies there.
    pub(super) waiting: Option<Overlay>,
    /// Set when the program ends as soon as everything is saved.
    pub(super) leaving: bool,
    pub(super) numbers: u64,
}

/// So many requests are examined before the next key is looked for.
const AT_ONCE: usize = 16;

/// Smaller screens show nothing but that they are too small.
pub const SMALLEST: (u16, u16) = (60, 16);

impl Model {
    /// True when the screen is too small to show anything.
    pub const fn is_too_small(&self) -> bool {
        self.size.0 < SMALLEST.0 || self.size.1 < SMALLEST.1
    }

    /// A bench with some files on it. Without any request, with an empty one.
    pub fn new(files: Vec<Loaded>, now: Timestamp) -> Self {
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
            waiting: None,
            leaving: false,
            numbers: 0,
        };
        for file in files {
            model.add_file(file);
        }
        if model.files.iter().all(|f| f.entries.is_empty()) {
            model.files.clear();
            model.add_file(Loaded::exchanges("scratch", vec![Exchange::default()]));
            model.focus = Focus::On(Pane::Request);
        }
        model.at.file = model.files.iter().position(|f| !f.entries.is_empty()).unwrap_or(0);
        model.settle();
        model
    }

    /// Puts one more file on the bench.
    pub fn add_file(&mut self, loaded: Loaded) {
        self.place(RequestFile::of(loaded));
    }

    /// Puts a file on the bench that is ready but for its numbers.
    pub(super) fn place(&mut self, mut file: RequestFile) {
        file.id = FileId(self.number());
        for entry in &mut file.entries {
            entry.id = RequestId(self.number());
        }
        file.use_environment(&self.environment);
        self.files.push(file);
    }

    pub(super) fn entry_of(&mut self, exchange: Exchange) -> Entry {
        let raw = exchange.request.clone();
        Entry::new(RequestId(self.number()), &raw, exchange)
    }

    /// A number that was not used before.
    pub(super) fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// The open request.
    pub fn entry(&self) -> Option<&Entry> {
        self.files.get(self.at.file)?.entries.get(self.at.entry)
    }

    /// The open request, to be changed.
    pub(super) fn entry_mut(&mut self) -> Option<&mut Entry> {
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

    /// The pane that holds the first proof of what is chosen.
    pub fn pane_of_proof(&self) -> Option<Pane> {
        let subject = self.subject()?;
        subject.evidence.iter().find_map(|e| match e.place {
            Place::RequestLine | Place::RequestHeaderName(_) | Place::RequestHeader(_) | Place::RequestBody => Some(Pane::Request),
            Place::ResponseStatus | Place::ResponseHeader(_) | Place::ResponseBody => Some(Pane::Response),
            Place::TokenHeader | Place::Claims => Some(Pane::Claims),
            Place::Context => None,
        })
    }

    /// Where keys mean something now, the innermost first.
    pub fn contexts(&self) -> Vec<Context> {
        if let Some(overlay) = &self.overlay {
            return overlay.contexts();
        }
        match self.focus {
            Focus::Editing if self.completion.is_some() => vec![Context::Completing, Context::Editing, Context::Typing, Context::Anywhere],
            Focus::Editing => vec![Context::Editing, Context::Typing, Context::Anywhere],
            Focus::On(pane) => {
                let own = match pane {
                    Pane::Requests => Context::Requests,
                    Pane::Request => Context::Request,
                    Pane::Response => Context::Response,
                    Pane::Claims => Context::Claims,
                    Pane::Checklist => Context::Checklist,
                };
                vec![own, Context::Bench, Context::Anywhere]
            }
        }
    }

    /// Whether an action would do something now; hints and the palette ask.
    pub fn can(&self, action: Action) -> bool {
        let subject = || self.subject();
        match action {
            Action::Fix if matches!(self.overlay, Some(Overlay::Explain)) => self.fix_is_edit(),
            Action::Fix => subject().and_then(|s| s.fix).is_some(),
            Action::Explain | Action::NextFinding | Action::PreviousFinding => subject().is_some(),
            // Offered where a certificate was in the way, and nowhere else.
            Action::SendAnyway => self.entry().is_some_and(|e| matches!(e.sending, Sending::Failed(_, Failure::Certificate(_)))),
            Action::SendAsUsual => self.entry().is_some_and(|e| e.exchange.manner != e.exchange.manner.usual()),
            Action::Show => self.pane_of_proof().is_some(),
            Action::Compare => self.request_count() > 1 || self.entry().is_some_and(|e| e.carried().is_some()),
            Action::Send => self.entry().is_some_and(|e| !e.exchange.request.url.is_empty()),
            Action::NextRequest | Action::PreviousRequest | Action::Focus(Pane::Requests) => self.request_count() > 1,
            Action::Undo => {
                let in_list = self.file().is_some_and(|f| f.list_history.last_done().is_some());
                in_list || self.entry().is_some_and(|e| e.editor.can_undo())
            }
            Action::Save => self.file().is_some_and(RequestFile::is_dirty),
            _ => true,
        }
    }

    /// True when the fix of what is chosen is an edit of the request.
    pub fn fix_is_edit(&self) -> bool {
        self.subject().and_then(|s| s.fix).is_some_and(|f| matches!(f.kind, FixKind::Edit(_)))
    }

    /// The sending that is under way for the open request.
    pub fn running(&self) -> Option<SendId> {
        match self.entry()?.sending {
            Sending::Running { id, .. } => Some(id),
            _ => None,
        }
    }

    /// Makes everything that follows from the state anew: the verdict on the open request, the choice, the marks.
    pub(super) fn settle(&mut self) {
        if self.overlay.is_none() {
            self.overlay = self.waiting.take();
        }
        let (at, now) = (self.at, self.now);
        if let Some(file) = self.files.get_mut(at.file) {
            file.examine(at.entry, now);
            file.entries.shown_mut(at.entry).into_iter().for_each(Entry::lay_out);
        }
        let Some(entry) = self.files.get(at.file).and_then(|f| f.entries.get(at.entry)) else { return };
        let Some(report) = entry.report() else { return };
        self.chosen = checklist::kept(report, self.collapsed, self.chosen);
        self.marks = checklist::subject(report, self.chosen).map(|s| entry.marks(s.evidence)).unwrap_or_default();
    }

    /// True while something is left to be done when nobody types: some request was never examined, so that its mark in the
    /// list is missing, or the answer is not laid out to its end.
    pub fn has_more_to_do(&self) -> bool {
        self.entry().is_some_and(|e| !e.is_laid_out()) || self.has_unexamined()
    }

    fn has_unexamined(&self) -> bool {
        self.files.iter().any(|f| f.fold == Fold::Open && f.entries.iter().any(|e| e.glance.is_none()))
    }

    /// Lays out some more of the answer, else examines some more requests.
    pub(super) fn examine_more(&mut self) {
        let open = self.files.get_mut(self.at.file).and_then(|f| f.entries.shown_mut(self.at.entry));
        if let Some(entry) = open.filter(|e| !e.is_laid_out()) {
            return entry.lay_out_more();
        }
        let mut left = AT_ONCE;
        let now = self.now;
        for file in self.files.iter_mut().filter(|f| f.fold == Fold::Open) {
            let unexamined = file.entries.iter().enumerate().filter(|(_, e)| e.glance.is_none()).map(|(index, _)| index);
            let next: Vec<usize> = unexamined.take(left).collect();
            left -= next.len();
            for index in next {
                file.examine(index, now);
                if let Some(entry) = file.entries.shown_mut(index) {
                    entry.put_away();
                }
            }
        }
    }
}
