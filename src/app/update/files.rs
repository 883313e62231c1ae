//! Requests and files: opening, adding, naming, deleting, saving, quitting.

use std::path::PathBuf;

use crate::app::dialogs::Overlay;
use crate::app::editor::Editor;
use crate::app::effect::{Effect, OnConflict};
use crate::app::ids::{FileId, RequestId, RequestPosition};
use crate::app::model::{Focus, Model, QuitState, Tone};
use crate::app::panes::Pane;
use crate::app::panes::checklist::Chosen;
use crate::app::panes::requests::{Fold, RequestRow};
use crate::app::tour::tour;
use crate::app::workspace::loaded_file::LoadedFile;
use crate::app::workspace::opened_files::OpenedFiles;
use crate::app::workspace::request::Entry;
use crate::app::workspace::request_file::RequestFile;
use crate::app::workspace::resolver::VariableResolver;
use crate::app::workspace::saving::{FileWrite, NotSaved};
use crate::domain::exchange::Exchange;
use crate::domain::request::{Request, RequestText};
use crate::domain::response::Response;
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
    ///
    /// In a recording with refused requests it goes to the next one of those.
    pub(super) fn step_request(&mut self, by: isize) {
        let is_refused = |entry: &Entry| entry.exchange.answer.as_ref().is_some_and(Response::is_refusal);
        let open = self.at;
        let walked = self.files.iter().enumerate().flat_map(|(file, f)| {
            let only_refused = f.is_recording() && f.entries.iter().any(is_refused);
            let entries = f.entries.iter().enumerate().map(move |(entry, e)| (RequestPosition { file, entry }, e));
            entries.filter(move |(at, e)| !only_refused || is_refused(e) || *at == open).map(|(at, _)| at)
        });
        let all: Vec<RequestPosition> = walked.collect();
        let here = all.iter().position(|at| *at == self.at).unwrap_or(0);
        let next = here.saturating_add_signed(by).min(all.len().saturating_sub(1));
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
        let (at, now) = (self.at, self.number());
        if let Some(file) = self.files.get_mut(at.file) {
            let renamed = file.rename(at.entry, name, now);
            if let Err(error) = renamed {
                self.notify(Tone::Bad, error.to_string());
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
        self.notify(Tone::Good, format!("Deleted “{title}”; press u to undo"));
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

    pub(super) fn ask_path(&mut self) {
        if let Some(id) = self.file().map(|f| f.id) {
            self.ask_path_of(id);
        }
    }

    /// Asks for the path of a file.
    pub(super) fn ask_path_of(&mut self, id: FileId) {
        let path = match self.value_files.get(id) {
            Some(values) => Some(&values.path),
            None => match self.files.iter().find(|f| f.id == id) {
                Some(file) => file.path.as_ref(),
                None => return,
            },
        };
        let path = path.map_or_else(|| self.name_for(id), |p| p.display().to_string());
        let mut editor = Editor::line(path);
        editor.select_all();
        self.overlay = Some(Overlay::SaveAs(id, editor));
    }

    /// A name for a file that has none yet: that of the folder of a collection, if it is one.
    fn name_for(&self, id: FileId) -> String {
        let file = self.files.iter().find(|file| file.id == id && file.is_saved_elsewhere());
        let stem = file.and_then(|file| file.name.rsplit('/').next()).and_then(|name| name.split('.').next());
        format!("{}.http", stem.filter(|stem| !stem.trim().is_empty()).unwrap_or("requests"))
    }

    pub(super) fn open_path(&mut self, path: &str) -> Vec<Effect> {
        if path.is_empty() {
            self.notify(Tone::Bad, "No path was entered");
            return Vec::new();
        }
        vec![Effect::Open(self.begin_opening(path), PathBuf::from(path))]
    }

    /// Saves changed values, and the file of the open request; asks for a path if it has none.
    pub(super) fn save(&mut self) -> Vec<Effect> {
        let mut effects = self.save_values();
        if !effects.is_empty() && !self.file().is_some_and(RequestFile::is_dirty) {
            return effects;
        }
        match self.file().map(|f| (f.id, f.path.clone())) {
            Some((id, Some(path))) => effects.extend(self.save_to(id, path, OnConflict::Ask)),
            Some((_, None)) => self.ask_path(),
            None => {}
        }
        effects
    }

    /// Saves a file at a path.
    pub(super) fn save_to(&mut self, id: FileId, path: PathBuf, over: OnConflict) -> Vec<Effect> {
        // This attempt answers questions about an earlier one.
        self.waiting.retain(|overlay| !matches!(overlay, Overlay::Conflict { file, .. } if *file == id));
        if self.value_files.get(id).is_some() {
            return self.save_value_file(id, Some(path), over).into_iter().collect();
        }
        let Some(file) = self.files.iter_mut().find(|f| f.id == id) else { return Vec::new() };
        match file.save(path) {
            Ok(FileWrite { path, bytes, before }) => {
                let values = file.value_files.clone();
                let mut effects = self.save_imported_values(&values, &path);
                effects.insert(0, Effect::Save { file: id, path, bytes, before, over });
                effects
            }
            Err(error) => {
                self.quit_state = QuitState::No;
                let (request, advice) = match &error {
                    NotSaved::Request(id, _, all) => {
                        (file.title(*id).map(|title| format!("“{title}”{}: ", and_more(*all))), address_advice(file, *id))
                    }
                    NotSaved::Busy | NotSaved::Refused(_) => (None, ""),
                };
                let text = format!("{} was not saved: {}{error}{advice}", file.name, request.unwrap_or_default());
                self.notify(Tone::Bad, text);
                Vec::new()
            }
        }
    }

    /// Saves a file at a typed path.
    pub(super) fn save_as(&mut self, id: FileId, path: &str) -> Vec<Effect> {
        if path.is_empty() || path.ends_with(['/', '\\']) {
            self.quit_state = QuitState::No;
            let why = if path.is_empty() { "No path was entered" } else { "This is a folder: add a file name" };
            self.notify(Tone::Bad, why);
            return Vec::new();
        }
        let mut path = PathBuf::from(path);
        if path.extension().is_none() && self.value_files.get(id).is_none() {
            path.set_extension("http");
        }
        self.save_to(id, path, OnConflict::Ask)
    }

    pub(super) fn saved(&mut self, id: FileId) -> Vec<Effect> {
        if let Some(values) = self.value_files.get_mut(id) {
            let is_removed = values.is_removed_by_save();
            values.saved();
            // Of several files that are written at once, the last one names all.
            let names = self.value_files.take_saved();
            if !names.is_empty() {
                let what = if is_removed { "saved; what was new and is empty again was removed" } else { "saved" };
                self.notify(Tone::Good, format!("{} {what}", names.join(", ")));
            }
            return self.continue_quitting();
        }
        let Some(file) = self.files.iter_mut().find(|f| f.id == id) else { return Vec::new() };
        let with_colon = file.saved_with_colon();
        let other_body = file.saved_with_other_body();
        let refused = file.saved();
        let name = file.name.clone();
        match (refused.first(), other_body, with_colon) {
            (Some((request, why)), ..) => {
                let (more, advice) = (and_more(refused.len()), address_advice(file, *request));
                let text =
                    format!("{name} saved without the changes of “{}”{more}: {why}{advice}", file.title(*request).unwrap_or_default());
                self.quit_state = QuitState::No;
                self.notify(Tone::Bad, text);
            }
            (None, Some((request, what)), _) => {
                let title = file.title(request).unwrap_or_default();
                self.notify(Tone::Bad, format!("{name} saved; the file cannot hold the body of “{title}” byte for byte: {what}"));
            }
            (None, None, Some((request, line))) => {
                let title = file.title(request).unwrap_or_default();
                self.notify(Tone::Bad, format!("{name} saved; line {line} of “{title}” has no colon and was written with one at its end"));
            }
            (None, None, None) => self.notify(Tone::Good, format!("{name} saved")),
        }
        self.continue_quitting()
    }

    pub(super) fn not_saved(&mut self, id: FileId, why: &str) {
        self.quit_state = QuitState::No;
        if let Some(values) = self.value_files.get_mut(id) {
            let elsewhere = values.saving_to().filter(|path| *path != values.path).map(|path| path.display().to_string());
            let name = elsewhere.unwrap_or_else(|| values.name());
            values.not_saved();
            return self.notify(Tone::Bad, format!("{name} was not saved: {why}"));
        }
        let Some(file) = self.files.iter_mut().find(|f| f.id == id) else { return };
        let path = file.not_saved();
        let name =
            path.filter(|path| file.path.as_ref() != Some(path)).map_or_else(|| file.name.clone(), |path| path.display().to_string());
        self.notify(Tone::Bad, format!("{name} was not saved: {why}"));
    }

    /// Another program changed the file: nothing was written, the user decides.
    pub(super) fn changed_on_disk(&mut self, id: FileId, theirs: Option<String>) {
        self.quit_state = QuitState::No;
        let of_values = self.value_files.get_mut(id).map(|values| {
            let path = values.saving_to().unwrap_or(&values.path).to_path_buf();
            values.not_saved();
            path
        });
        if let Some(path) = of_values.or_else(|| self.files.iter_mut().find(|f| f.id == id).and_then(RequestFile::not_saved)) {
            self.waiting.push_back(Overlay::Conflict { file: id, path, theirs });
            if self.overlay.is_some() || self.focus == Focus::Editing {
                self.notify(Tone::Bad, "Not saved: another program changed the file; press Esc to choose what to do");
            }
        }
    }

    /// Quits after waiting for running saves and asking about unsaved changes.
    pub(super) fn quit(&mut self) -> Vec<Effect> {
        if self.is_saving() {
            self.leave_editing();
            self.quit_state = QuitState::AfterRunningSaves;
            return Vec::new();
        }
        if !self.unsaved().is_empty() {
            self.leave_editing();
            self.overlay = Some(Overlay::Quit);
            return Vec::new();
        }
        vec![Effect::Quit]
    }

    /// Saves all files one after the other, then quits.
    pub(super) fn save_all_and_quit(&mut self) -> Vec<Effect> {
        self.quit_state = QuitState::AfterSavingAll;
        self.continue_quitting()
    }

    /// True while a file is being written.
    fn is_saving(&self) -> bool {
        self.files.iter().any(|f| f.saving_to().is_some()) || self.value_files.saving_to().is_some()
    }

    /// Continues quitting once no save is running.
    fn continue_quitting(&mut self) -> Vec<Effect> {
        match self.quit_state {
            QuitState::AfterRunningSaves if !self.is_saving() => {
                self.quit_state = QuitState::No;
                self.quit()
            }
            QuitState::AfterSavingAll if !self.is_saving() => self.save_next(),
            _ => Vec::new(),
        }
    }

    /// Saves the next file with unsaved changes, or quits.
    fn save_next(&mut self) -> Vec<Effect> {
        let values = self.value_files.unsaved().next().map(|values| values.id);
        if let Some(id) = values {
            return self.save_value_file(id, None, OnConflict::Ask).into_iter().collect();
        }
        let next = self.files.iter().enumerate().find(|(_, f)| f.is_dirty()).map(|(at, f)| (at, f.id, f.path.clone()));
        match next {
            None => vec![Effect::Quit],
            Some((_, id, Some(path))) => self.save_to(id, path, OnConflict::Ask),
            Some((file, _, None)) => {
                self.open(RequestPosition { file, entry: 0 });
                self.ask_path();
                Vec::new()
            }
        }
    }

    /// The user canceled quitting.
    pub(super) fn stay(&mut self) {
        match std::mem::take(&mut self.quit_state) {
            QuitState::No => {}
            QuitState::AfterRunningSaves => self.notify(Tone::Good, "Not quitting"),
            QuitState::AfterSavingAll => {
                let unsaved = self.unsaved().join(", ");
                self.notify(Tone::Bad, format!("Not saved: {unsaved}"));
            }
        }
    }

    /// Names of files with unsaved changes.
    pub fn unsaved(&self) -> Vec<String> {
        let requests = self.files.iter().filter(|f| f.is_dirty()).map(|f| f.name.clone());
        requests.chain(self.value_files.unsaved_labels()).collect()
    }
}

/// That there are more of what is named first.
fn and_more(all: usize) -> String {
    if all > 1 { format!(" and {} more", all - 1) } else { String::new() }
}

/// A number of requests in words.
pub(super) fn counted(requests: usize) -> String {
    if requests == 1 { "1 request".into() } else { format!("{requests} requests") }
}

/// What to do about a request that is not saved because it has no address.
fn address_advice(file: &RequestFile, request: RequestId) -> &'static str {
    let entry = file.entries.iter().find(|entry| entry.id == request);
    if entry.is_some_and(|entry| entry.raw.url.trim().is_empty()) { ": press i to type it" } else { "" }
}
