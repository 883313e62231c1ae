//! Saving files under their paths, and quitting.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::dialogs::Overlay;
use crate::app::editor::Editor;
use crate::app::effect::{Effect, OnConflict};
use crate::app::ids::{FileId, RequestId, RequestPosition};
use crate::app::model::{Focus, Model, QuitState, Tone};
use crate::app::workspace::request::Entry;
use crate::app::workspace::request_file::RequestFile;
use crate::app::workspace::saving::{FileWrite, NotSaved};

impl Model {
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
        if let Some(why) = no_file_name(path) {
            self.quit_state = QuitState::No;
            self.notify(Tone::Bad, why);
            return Vec::new();
        }
        let mut path = PathBuf::from(path);
        if let Some(why) = self.other_format(id, &path) {
            self.quit_state = QuitState::No;
            self.notify(Tone::Bad, why);
            return Vec::new();
        }
        if path.extension().is_none() && self.value_files.get(id).is_none() {
            path.set_extension("http");
        }
        self.save_to(id, path, OnConflict::Ask)
    }

    /// Why a file of requests is not saved under a name that says that it is something else.
    fn other_format(&self, id: FileId, path: &Path) -> Option<String> {
        const OTHERS: [&str; 7] = ["har", "json", "yaml", "yml", "bru", "env", "toml"];
        let extension = path.extension()?.to_string_lossy().to_ascii_lowercase();
        let own = self.files.iter().find(|file| file.id == id)?.path.as_deref();
        let is_other = OTHERS.contains(&extension.as_str()) && own != Some(path);
        let name = path.with_extension("http").file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        is_other.then(|| format!("Not saved: requests are saved as .http text, and .{extension} says something else; name it {name}"))
    }

    /// Asks for a path for the body of the shown response.
    pub(super) fn ask_path_of_body(&mut self) {
        let Some(answer) = self.entry().and_then(Entry::shown_answer).filter(|answer| !answer.body.is_empty()) else {
            return self.notify(Tone::Bad, "The response has no body");
        };
        let mut editor = Editor::line(format!("response.{}", extension(answer.headers.get("content-type").unwrap_or_default())));
        editor.select_all();
        self.overlay = Some(Overlay::SaveBody(editor));
    }

    /// Saves that body.
    pub(super) fn save_body(&mut self, path: &str) -> Vec<Effect> {
        if let Some(why) = no_file_name(path) {
            self.notify(Tone::Bad, why);
            return Vec::new();
        }
        let Some(answer) = self.entry().and_then(Entry::shown_answer) else { return Vec::new() };
        let kept = answer.body.len() as u64;
        let missing = match answer.body_bytes.filter(|came| *came != kept) {
            Some(came) => format!("; of the {came} bytes that came only the text is in it ({kept} bytes)"),
            None => String::new(),
        };
        vec![Effect::SaveBody { path: path.into(), body: answer.body.clone(), missing }]
    }

    pub(super) fn saved(&mut self, id: FileId) -> Vec<Effect> {
        self.wrote(id);
        if let Some(values) = self.value_files.get_mut(id) {
            let is_removed = values.is_removed_by_save();
            values.saved();
            let names = self.value_files.take_saved();
            if !names.is_empty() {
                let what = if is_removed { "saved; what was new and is empty again was removed" } else { "saved" };
                self.say_written(names, what);
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
            (None, None, None) => self.say_written(vec![name], "saved"),
        }
        self.continue_quitting()
    }

    /// Says that files were written: of several that are written at once, the last one names all.
    fn say_written(&mut self, names: Vec<String>, what: &str) {
        self.written.extend(names);
        self.notify(Tone::Good, format!("{} {what}", self.written.join(", ")));
        if !self.is_saving() {
            self.written.clear();
        }
    }

    pub(super) fn not_saved(&mut self, id: FileId, why: &str) {
        self.quit_state = QuitState::No;
        self.written.clear();
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
    pub(super) fn changed_on_disk(&mut self, id: FileId, theirs: Option<Arc<[u8]>>) {
        self.quit_state = QuitState::No;
        self.written.clear();
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

    /// Quits after waiting for running saves and drafts, and asking about unsaved changes.
    pub(super) fn quit(&mut self) -> Vec<Effect> {
        if self.is_working() {
            self.leave_editing();
            self.quit_state = QuitState::AfterRunningWork;
            if self.opens_drafts {
                self.notify(Tone::Good, "Quitting when the drafts are open; q again does not wait, Esc stays");
            }
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

    /// True while quitting has to wait.
    fn is_working(&self) -> bool {
        self.is_saving() || self.opens_drafts
    }

    /// Continues quitting once nothing is to be waited for.
    pub(super) fn continue_quitting(&mut self) -> Vec<Effect> {
        match self.quit_state {
            QuitState::AfterRunningWork if !self.is_working() => {
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
        let next = self.files.iter().enumerate().find(|(_, f)| f.has_unsaved_work()).map(|(at, f)| (at, f.id, f.path.clone()));
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
            QuitState::AfterRunningWork => self.notify(Tone::Good, "Not quitting"),
            QuitState::AfterSavingAll => {
                let unsaved = self.unsaved().join(", ");
                self.notify(Tone::Bad, format!("Not saved: {unsaved}"));
            }
        }
    }

    /// Names of files with unsaved changes.
    pub fn unsaved(&self) -> Vec<String> {
        let requests = self.files.iter().filter(|f| f.has_unsaved_work()).map(|f| f.name.clone());
        requests.chain(self.value_files.unsaved_labels()).collect()
    }
}

/// That there are more of what is named first.
fn and_more(all: usize) -> String {
    if all > 1 { format!(" and {} more", all - 1) } else { String::new() }
}

/// What to do about a request that is not saved because it has no address.
fn address_advice(file: &RequestFile, request: RequestId) -> &'static str {
    let entry = file.entries.iter().find(|entry| entry.id == request);
    if entry.is_some_and(|entry| entry.raw.url.trim().is_empty()) { ": press i to type it" } else { "" }
}

/// Why what was typed names no file.
fn no_file_name(path: &str) -> Option<&'static str> {
    match path {
        "" => Some("No path was entered"),
        path => path.ends_with(['/', '\\']).then_some("This is a folder: add a file name"),
    }
}

/// The ending of a file for a media type.
fn extension(media_type: &str) -> &'static str {
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match media_type.as_str() {
        json if json == "application/json" || json.ends_with("+json") => "json",
        xml if xml.ends_with("/xml") || xml.ends_with("+xml") => "xml",
        "text/html" => "html",
        "text/csv" => "csv",
        _ => "txt",
    }
}
