//! Requests and files on the bench: opening, adding, naming, deleting, saving, leaving.

use std::path::PathBuf;

use crate::app::checklist::Chosen;
use crate::app::editor::Editor;
use crate::app::entry::Entry;
use crate::app::file::{Fold, RequestFile};
use crate::app::model::{At, Focus, Model, Pane, Tone};
use crate::app::msg::{Effect, FileId, Over, RequestId};
use crate::app::overlay::Overlay;
use crate::app::picker;
use crate::domain::exchange::Exchange;
use crate::domain::request::Request;

impl Model {
    /// Opens a request.
    pub(in crate::app) fn open(&mut self, at: At) {
        self.leave_editing();
        if self.files.get(at.file).is_some_and(|f| at.entry < f.entries.len()) {
            if at != self.at {
                self.entry_mut().into_iter().for_each(Entry::put_away);
            }
            self.at = at;
            self.chosen = Chosen::Top;
        }
    }

    /// Opens what stands at a row of the requests pane, or folds the file there.
    pub(super) fn open_row(&mut self, row: usize) {
        match self.rows().get(row) {
            Some(ListRow::Request(at)) => self.open(*at),
            Some(ListRow::File(file)) => {
                if let Some(file) = self.files.get_mut(*file) {
                    file.fold = if file.fold == Fold::Open { Fold::Closed } else { Fold::Open };
                }
            }
            None => {}
        }
    }

    /// Opens a request some places further down the list.
    pub(super) fn step_request(&mut self, by: isize) {
        let all: Vec<At> =
            self.files.iter().enumerate().flat_map(|(file, f)| (0..f.entries.len()).map(move |entry| At { file, entry })).collect();
        let here = all.iter().position(|at| *at == self.at).unwrap_or(0);
        let next = here.saturating_add_signed(by).min(all.len().saturating_sub(1));
        if let Some(at) = all.get(next) {
            self.open(*at);
            self.settle();
            // Where panes are shown one at a time, one with the proof of the other request's cause may be another.
            if self.is_narrow()
                && matches!(self.pane(), Pane::Request | Pane::Response | Pane::Claims)
                && let Some(pane) = self.pane_of_proof()
            {
                self.focus_on(pane);
            }
        }
    }

    /// The rows of the requests pane: with several files each has a heading.
    pub fn rows(&self) -> Vec<ListRow> {
        let mut rows = Vec::new();
        for (file, f) in self.files.iter().enumerate() {
            if self.files.len() > 1 || f.path.is_some() {
                rows.push(ListRow::File(file));
            }
            if f.fold == Fold::Open {
                rows.extend((0..f.entries.len()).map(|entry| ListRow::Request(At { file, entry })));
            }
        }
        rows
    }

    pub(super) fn new_request(&mut self) {
        self.insert(Request { method: "GET".into(), ..Request::default() }, Exchange::default());
        self.start_editing();
        self.move_cursor(|e| e.go(crate::app::editor::Motion::LineEnd, crate::app::editor::Select::Drop));
    }

    pub(super) fn duplicate(&mut self) {
        let Some(entry) = self.entry() else { return };
        let (at, raw) = (self.at, entry.raw.clone());
        let name = format!("{} copy", entry.title());
        let exchange = Exchange { name, answer: None, ..entry.exchange.clone() };
        let copy = Entry::new(RequestId(self.number()), &raw, exchange);
        if let Some(file) = self.files.get_mut(at.file) {
            file.duplicate(at.entry, copy);
            file.reread(at.entry + 1);
        }
        self.open(At { entry: at.entry + 1, ..at });
    }

    /// Puts a request behind the open one and opens it.
    fn insert(&mut self, raw: Request, mut exchange: Exchange) {
        exchange.request = raw.clone();
        let id = RequestId(self.number());
        let mut entry = Entry::new(id, &raw, exchange);
        entry.never_kept();
        let at = At { file: self.at.file, entry: self.at.entry + 1 };
        if let Some(file) = self.files.get_mut(at.file) {
            file.insert(at.entry, entry);
            file.reread(at.entry);
        }
        self.open(at);
    }

    /// Puts what was read on the bench: in the place of an untouched empty request, else behind the open one.
    pub(super) fn put_on_bench(&mut self, exchanges: Vec<Exchange>) {
        let scratch = self.entry().is_some_and(Entry::is_scratch);
        let first = if scratch { self.at.entry } else { self.at.entry + 1 };
        let entries: Vec<Entry> = exchanges.into_iter().map(|e| self.entry_of(e)).collect();
        let file = self.at.file;
        if let Some(f) = self.files.get_mut(file) {
            if scratch {
                f.remove(first);
            }
            for (i, mut entry) in entries.into_iter().enumerate() {
                entry.never_kept();
                f.insert(first + i, entry);
            }
        }
        self.open(At { file, entry: first });
    }

    pub(super) fn ask_name(&mut self) {
        if let Some(entry) = self.entry() {
            let mut editor = Editor::line(entry.title());
            editor.select_all();
            self.overlay = Some(Overlay::Rename(editor));
        }
    }

    pub(super) fn rename(&mut self, name: &str) {
        let at = self.at;
        if let Some(file) = self.files.get_mut(at.file) {
            let renamed = file.rename(at.entry, name);
            if let Err(error) = renamed {
                self.tell(Tone::Bad, error.to_string());
            }
        }
    }

    pub(super) fn delete(&mut self, at: At) {
        let Some(file) = self.files.get_mut(at.file) else { return };
        file.remove(at.entry);
        if file.entries.is_empty() {
            let other = self.files.iter().position(|f| !f.entries.is_empty());
            match other {
                Some(other) => self.at = At { file: other, entry: 0 },
                None => {
                    let entry = self.entry_of(Exchange::default());
                    if let Some(file) = self.files.get_mut(at.file) {
                        file.entries.insert(0, entry);
                    }
                    self.at = At { file: at.file, entry: 0 };
                }
            }
        } else {
            self.at.entry = at.entry.min(file.entries.len().saturating_sub(1));
        }
        self.chosen = Chosen::Top;
        if self.request_count() < 2 && self.focus == Focus::On(Pane::Requests) {
            self.focus = Focus::On(Pane::Checklist);
        }
    }

    pub(super) fn ask_path(&mut self) {
        let Some(file) = self.file() else { return };
        let path = file.path.as_ref().map_or_else(|| "requests.http".to_string(), |p| p.display().to_string());
        self.overlay = Some(Overlay::SaveAs(Editor::line(path)));
    }

    pub(super) fn open_path(&mut self, path: &str) -> Vec<Effect> {
        if path.is_empty() {
            self.tell(Tone::Bad, "no path was given");
            return Vec::new();
        }
        vec![Effect::Open(self.begin_opening(path), PathBuf::from(path))]
    }

    pub(super) fn save(&mut self, over: Over) -> Vec<Effect> {
        let at = self.at;
        let Some(file) = self.files.get_mut(at.file) else { return Vec::new() };
        match file.save(over) {
            Ok(Some(effect)) => return vec![effect],
            Ok(None) => self.ask_path(),
            Err(error) => self.tell(Tone::Bad, format!("not saved: {error}")),
        }
        Vec::new()
    }

    pub(super) fn save_as(&mut self, path: &str) -> Vec<Effect> {
        if path.is_empty() {
            self.tell(Tone::Bad, "no path was given");
            return Vec::new();
        }
        let mut path = PathBuf::from(path);
        if path.extension().is_none() {
            path.set_extension("http");
        }
        let at = self.at;
        let Some(file) = self.files.get_mut(at.file) else { return Vec::new() };
        file.move_to(path);
        self.save(Over::Ask)
    }

    pub(super) fn saved(&mut self, id: FileId, text: String) -> Vec<Effect> {
        if let Some(file) = self.files.iter_mut().find(|f| f.id == id) {
            let name = file.name.clone();
            file.saved(text);
            self.tell(Tone::Good, format!("{name} saved"));
        }
        if self.leaving && !self.files.iter().any(RequestFile::is_dirty) {
            return vec![Effect::Quit];
        }
        Vec::new()
    }

    pub(super) fn not_saved(&mut self, id: FileId, why: &str) {
        self.leaving = false;
        let name = self.files.iter().find(|f| f.id == id).map(|f| f.name.clone()).unwrap_or_default();
        self.tell(Tone::Bad, format!("{name} was not saved: {why}"));
    }

    pub(super) fn quit(&mut self) -> Vec<Effect> {
        if self.files.iter().any(RequestFile::is_dirty) {
            self.leave_editing();
            self.overlay = Some(Overlay::Quit);
            return Vec::new();
        }
        vec![Effect::Quit]
    }

    /// Saves every file that has a path; one without asks for it first.
    pub(super) fn save_all_and_quit(&mut self) -> Vec<Effect> {
        self.leaving = true;
        let homeless = self.files.iter().position(|f| f.is_dirty() && f.path.is_none());
        if let Some(file) = homeless {
            self.open(At { file, entry: 0 });
            self.ask_path();
            return Vec::new();
        }
        let mut effects = Vec::new();
        let mut refused = None;
        for file in self.files.iter().filter(|f| f.is_dirty()) {
            match file.save(Over::Ask) {
                Ok(effect) => effects.extend(effect),
                Err(error) => refused = Some(format!("{} was not saved: {error}", file.name)),
            }
        }
        if let Some(why) = refused {
            self.leaving = false;
            self.tell(Tone::Bad, why);
        }
        effects
    }

    pub(super) fn choose_environment(&mut self) {
        let picker = picker::environments(self);
        if picker.items.len() < 2 {
            self.tell(Tone::Bad, "no http-client.env.json beside the files names an environment");
        } else {
            self.overlay = Some(Overlay::Pick(picker));
        }
    }

    /// Fills the variables of every file in from an environment.
    pub fn set_environment(&mut self, name: String) {
        self.files.iter_mut().for_each(|f| f.use_environment(&name));
        self.environment = name;
    }

    /// Names of the variables that the open request can use.
    pub(super) fn variable_names(&self) -> Vec<String> {
        self.file().map(|f| f.variable_names(self.at.entry)).unwrap_or_default()
    }

    /// Names of files with unsaved changes.
    pub fn unsaved(&self) -> Vec<&str> {
        self.files.iter().filter(|f| f.is_dirty()).map(|f| f.name.as_str()).collect()
    }
}

/// A row of the requests pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListRow {
    /// The heading of a file.
    File(usize),
    /// A request.
    Request(At),
}
