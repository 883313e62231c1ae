//! Requests and files: opening, adding, naming, deleting, saving, quitting.

use std::path::PathBuf;

use crate::app::dialogs::Overlay;
use crate::app::dialogs::opening::Reading;
use crate::app::editor::Editor;
use crate::app::effect::Effect;
use crate::app::ids::{RequestId, RequestPosition};
use crate::app::keymap::Action;
use crate::app::model::{Focus, Model, Tone};
use crate::app::panes::Pane;
use crate::app::panes::checklist::Chosen;
use crate::app::panes::requests::{Fold, RequestRow};
use crate::app::tour::tour;
use crate::app::workspace::loaded_file::LoadedFile;
use crate::app::workspace::opened_files::OpenedFiles;
use crate::app::workspace::request::Entry;
use crate::app::workspace::request_file::{References, RequestFile};
use crate::app::workspace::resolver::VariableResolver;
use crate::domain::exchange::Exchange;
use crate::domain::request::{Request, RequestText};
use crate::domain::response::Response;
use crate::domain::secrecy::quoted;
use crate::formats::Loss;
use crate::formats::http_file::Source;

/// The name of the file that the user's requests go to while the tour is open.
const OWN: &str = "my requests";

impl Model {
    /// Opens a request.
    pub(in crate::app) fn open(&mut self, at: RequestPosition) {
        self.leave_editing();
        if self.files.get(at.file).is_some_and(|f| at.entry < f.entries.len()) {
            if at != self.at {
                self.entry_mut().into_iter().for_each(Entry::release_view);
            }
            self.at = at;
            self.chosen = Chosen::Top;
        }
    }

    /// Opens the request at a row of the requests pane, or collapses the file there.
    pub(super) fn open_row(&mut self, row: usize) {
        match self.rows().get(row) {
            Some(RequestRow::Request(at)) => self.open(*at),
            Some(RequestRow::File(file)) => {
                if let Some(file) = self.files.get_mut(*file) {
                    file.fold = if file.fold == Fold::Open { Fold::Closed } else { Fold::Open };
                }
            }
            None => {}
        }
    }

    /// Moves to a request some positions further down the list.
    pub(super) fn step_request(&mut self, by: isize) {
        self.step_among(by, |_, _| true);
    }

    /// The same; in a recording with refused requests it goes to the next one of those.
    pub(super) fn step_refused(&mut self, by: isize) {
        let is_refused = |entry: &Entry| entry.exchange.answer.as_ref().is_some_and(Response::is_refusal);
        let only_refused: Vec<bool> = self.files.iter().map(|file| file.is_recording() && file.entries.iter().any(is_refused)).collect();
        self.step_among(by, |file, entry| only_refused.get(file) != Some(&true) || is_refused(entry));
    }

    /// Moves along the requests that count, in the file of an index, and the one that is open.
    fn step_among(&mut self, by: isize, counts: impl Fn(usize, &Entry) -> bool) {
        let open = self.at;
        let entries = self.files.iter().enumerate().flat_map(|(file, f)| f.entries.iter().enumerate().map(move |(at, e)| (file, at, e)));
        let walked = entries.map(|(file, entry, e)| (RequestPosition { file, entry }, e));
        let all: Vec<RequestPosition> = walked.filter(|(at, e)| *at == open || counts(at.file, e)).map(|(at, _)| at).collect();
        let here = all.iter().position(|at| *at == self.at).unwrap_or(0);
        let next = here.saturating_add_signed(by).min(all.len().saturating_sub(1));
        if by > 0 && next == here && self.tour_step().is_some() {
            self.notify(Tone::Good, "This was the last step: paste a request, n new, q quit");
        }
        if let Some(at) = all.get(next) {
            self.open(*at);
            self.refresh();
            // In a narrow window, the evidence of the other request may be in another pane.
            if self.is_narrow()
                && matches!(self.pane(), Pane::Request | Pane::Response | Pane::Claims)
                && let Some(pane) = self.pane_of_proof()
            {
                self.focus_on(pane);
            }
        }
    }

    /// The rows of the requests pane; several files each have a heading.
    pub fn rows(&self) -> Vec<RequestRow> {
        let mut rows = Vec::new();
        for (file, f) in self.files.iter().enumerate() {
            if self.files.len() > 1 || f.path.is_some() {
                rows.push(RequestRow::File(file));
            }
            if f.fold == Fold::Open {
                rows.extend((0..f.entries.len()).map(|entry| RequestRow::Request(RequestPosition { file, entry })));
            }
        }
        rows
    }

    pub(super) fn new_request(&mut self) {
        self.insert(Request { method: "GET".into(), ..Request::default() }, Exchange::default());
        self.start_editing();
        self.move_cursor(|e| e.go(crate::app::editor::Motion::LineEnd, crate::app::editor::Select::Drop));
    }

    /// Where a new request of the user is inserted: behind the open one, but never into the tour.
    fn place_of_own(&mut self) -> RequestPosition {
        if self.file().is_none_or(|f| !f.is_tour) {
            return RequestPosition { entry: self.at.entry + 1, ..self.at };
        }
        let own = |f: &RequestFile| !f.is_tour && f.name == OWN && f.path.is_none();
        let file = self.files.iter().position(own).unwrap_or_else(|| {
            self.add_file(LoadedFile::exchanges(OWN, Vec::new()));
            self.files.len() - 1
        });
        RequestPosition { file, entry: self.files.get(file).map_or(0, |f| f.entries.len()) }
    }

    /// Opens the tour at its first step, also if it is open already.
    pub(super) fn open_tour(&mut self) {
        let known = self.files.iter().position(|f| f.is_tour);
        if known.is_none() {
            self.put(OpenedFiles::of(tour(), Vec::new()));
        }
        if let Some(file) = known {
            self.open(RequestPosition { file, entry: 0 });
            self.focus = Focus::On(Pane::Checklist);
        }
    }

    /// The step of the tour that is open, and how many there are.
    pub fn tour_step(&self) -> Option<(usize, usize)> {
        self.file().filter(|f| f.is_tour)?;
        let tour = || self.files.iter().enumerate().filter(|(_, f)| f.is_tour);
        let before: usize = tour().filter(|(i, _)| *i < self.at.file).map(|(_, f)| f.entries.len()).sum();
        Some((before + self.at.entry + 1, tour().map(|(_, f)| f.entries.len()).sum()))
    }

    pub(super) fn duplicate(&mut self) {
        let Some(entry) = self.entry() else { return };
        let (at, raw) = (self.at, entry.raw.clone());
        let name = format!("{} copy", entry.title());
        let exchange = Exchange { name, answer: None, ..entry.exchange.clone() };
        let mut copy = Entry::new(RequestId(self.number()), &raw, exchange);
        copy.mark_unsaved();
        let now = self.number();
        let to = self.place_of_own();
        if to.file == at.file {
            if let Some(file) = self.files.get_mut(at.file) {
                file.duplicate(at.entry, copy, now);
                file.reread(to.entry);
            }
        } else if let Some(own) = self.files.get_mut(to.file) {
            // The variables of the tour stay behind.
            copy.editor.become_text(&RequestText::render(&copy.exchange.request).text);
            copy.reread(&VariableResolver::AsWritten);
            let what = format!("duplicate “{}”", copy.title());
            own.splice(to.entry..to.entry, vec![copy], what, now);
        }
        self.open(to);
        self.warn_of_unsavable();
    }

    /// Inserts a request after the open one and opens it.
    fn insert(&mut self, raw: Request, mut exchange: Exchange) {
        exchange.request = raw.clone();
        let id = RequestId(self.number());
        let mut entry = Entry::new(id, &raw, exchange);
        entry.mark_unsaved();
        let at = self.place_of_own();
        let now = self.number();
        if let Some(file) = self.files.get_mut(at.file) {
            file.splice(at.entry..at.entry, vec![entry], "new request".into(), now);
            file.reread(at.entry);
        }
        self.open(at);
    }

    /// Adds imported requests: replaces an untouched empty request, else inserts after the open one. Returns what the file cannot
    /// store.
    pub(super) fn add_requests(&mut self, mut entries: Vec<Entry>) -> Vec<Loss> {
        let replaced = self.entry().is_some_and(|e| e.is_untouched() && e.source == Source::New);
        let RequestPosition { file, entry: first } = if replaced { self.at } else { self.place_of_own() };
        entries.iter_mut().for_each(Entry::mark_unsaved);
        let added = first..first + entries.len();
        let mut losses = Vec::new();
        let (now, what) = (self.number(), format!("paste of {}", counted(entries.len())));
        if let Some(f) = self.files.get_mut(file) {
            f.splice(first..first + usize::from(replaced), entries, what, now);
            f.reread_pasted();
            for (index, entry) in f.entries.iter().enumerate().take(added.end).skip(added.start) {
                if let Err(why) = f.can_hold(index) {
                    losses.push(Loss { line: 0, message: format!("{} cannot be saved: {why}", entry.title()) });
                }
            }
        }
        self.open(RequestPosition { file, entry: first });
        losses
    }

    /// Says at once that the open request cannot be saved, instead of on quitting.
    pub(super) fn warn_of_unsavable(&mut self) {
        let at = self.at;
        let unsaved = self.entry().is_some_and(Entry::is_unsaved);
        if let Some(Err(why)) = self.files.get(at.file).filter(|_| unsaved).map(|f| f.can_hold(at.entry)) {
            self.notify(Tone::Bad, format!("This request cannot be saved: {why}"));
        }
    }

    /// The position of a request.
    pub(super) fn find(&self, id: RequestId) -> Option<RequestPosition> {
        let within = |f: &RequestFile| f.entries.iter().position(|e| e.id == id);
        self.files.iter().enumerate().find_map(|(file, f)| within(f).map(|entry| RequestPosition { file, entry }))
    }

    pub(super) fn ask_name(&mut self) {
        if let Some(entry) = self.entry() {
            let mut editor = Editor::line(entry.title());
            editor.select_all();
            self.overlay = Some(Overlay::Rename(editor));
        }
    }

    pub(super) fn rename(&mut self, name: &str) {
        let (at, now, then) = (self.at, self.number(), self.number());
        let Some(file) = self.files.get_mut(at.file) else { return };
        let old = file.entries.get(at.entry).map(|entry| entry.exchange.name.clone()).unwrap_or_default();
        if let Err(error) = file.rename(at.entry, name, now) {
            return self.notify(Tone::Bad, error.to_string());
        }
        let new = file.entries.get(at.entry).map(|entry| entry.exchange.name.clone()).unwrap_or_default();
        match file.rename_references(&old, &new, then) {
            References::Changed(0) => {}
            References::Changed(count) => self.notify(Tone::Good, format!("Renamed; references in {} changed too", counted(count))),
            References::LeftInDefinition => {
                self.notify(Tone::Bad, format!("Renamed; a definition of this file still uses the answer of “{}”", quoted(&old)));
            }
            References::Left(count) => {
                let why = format!("{} still uses the answer of “{}”: no variable can refer to the new name", counted(count), quoted(&old));
                self.notify(Tone::Bad, format!("Renamed; {why}; press {} to undo", self.key_of(Action::Undo)));
            }
        }
    }

    pub(super) fn delete(&mut self, id: RequestId) -> Vec<Effect> {
        let Some(at) = self.find(id) else { return Vec::new() };
        let (empty, now) = (self.entry_of(Exchange::default()), self.number());
        let Some(file) = self.files.get_mut(at.file) else { return Vec::new() };
        let title = file.title(id).unwrap_or_default();
        // The file stays open with an empty request, so that it can still be saved.
        let instead = if file.entries.len() == 1 { vec![empty] } else { Vec::new() };
        let stopped = file.splice(at.entry..at.entry + 1, instead, format!("delete “{title}”"), now);
        let last = file.entries.len().saturating_sub(1);
        self.show_request(RequestPosition { file: at.file, entry: at.entry.min(last) });
        self.notify(Tone::Good, format!("Deleted “{title}”; press {} to undo", self.key_of(Action::Undo)));
        stopped.into_iter().map(Effect::Cancel).collect()
    }

    /// Opens a position of a changed list. A list of one request is not shown.
    pub(super) fn show_request(&mut self, at: RequestPosition) {
        self.at = at;
        self.chosen = Chosen::Top;
        if self.request_count() < 2 && self.focus == Focus::On(Pane::Requests) {
            self.focus = Focus::On(Pane::Checklist);
        }
    }

    pub(super) fn open_path(&mut self, path: &str) -> Vec<Effect> {
        if path.is_empty() {
            self.notify(Tone::Bad, "No path was entered");
            return Vec::new();
        }
        self.read_in_background(Reading::Path(PathBuf::from(path)))
    }
}

/// A number of requests in words.
pub(super) fn counted(requests: usize) -> String {
    if requests == 1 { "1 request".into() } else { format!("{requests} requests") }
}
