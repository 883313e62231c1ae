//! The values of the environment: seeing, editing and saving them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use super::edit::Direction;
use crate::app::dialogs::Overlay;
use crate::app::dialogs::values::{ValueRow, ValueState, ValuesForm};
use crate::app::editor::Editor;
use crate::app::effect::{Effect, OnConflict};
use crate::app::ids::FileId;
use crate::app::keymap::Action;
use crate::app::model::{Model, Tone};
use crate::app::workspace::credential::{CredentialHome, with_parts};
use crate::app::workspace::request::Entry;
use crate::app::workspace::request_file::RequestFile;
use crate::app::workspace::saving::FileWrite;
use crate::app::workspace::value_files::OpenValueFile;
use crate::app::workspace::value_history::{ValueChange, ValueStep};
use crate::domain::limits::MAX_VARIABLE_DEPTH;
use crate::formats::env::{Environments, SHARED, ValueKind, not_texts};
use crate::formats::variables::{is_secret, placeholders};

/// The environment of a first file with environments.
const FIRST: &str = "dev";

/// The name of a new file with values. The settings of an editor are never made new.
const fn file_name(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Settings => ValueKind::Public.file_name(),
        kind => kind.file_name(),
    }
}

/// A value with the file that has it.
struct Found {
    row: ValueRow,
    /// Of several values of a name the one with the highest rank counts.
    rank: (u8, bool, usize),
}

impl Model {
    /// Opens the files with values that a file of requests was read with.
    pub(in crate::app) fn open_values(&mut self, file: &mut RequestFile) {
        let mut is_changed = false;
        for read in std::mem::take(&mut file.read_values) {
            let id = FileId(self.number());
            let id = self.value_files.open(&read, id);
            is_changed |= self.value_files.get(id).is_some_and(|open| open.text != read.text);
            file.value_files.push(id);
        }
        if is_changed {
            file.environments = self.value_files.environments(&file.value_files, &file.system());
        }
    }

    /// Opens the list of the values of the environment.
    pub(super) fn show_values(&mut self) {
        let form = ValuesForm { rows: self.value_rows(), ..ValuesForm::default() };
        if form.rows.is_empty() {
            let known = self.file().into_iter().flat_map(|file| file.environments.keys()).filter(|name| !name.is_empty());
            let known: Vec<&str> = known.map(String::as_str).filter(|_| self.environment.is_empty()).collect();
            return match known.as_slice() {
                [] => self.notify(Tone::Bad, "No environment has a value yet; use {{a name}} in the request, and give it one here"),
                names => {
                    let why = format!("No environment is chosen: v chooses {}", names.join(" or "));
                    self.notify(Tone::Bad, why);
                }
            };
        }
        self.overlay = Some(Overlay::Values(form));
    }

    /// Opens the list at the first name without a value, to type one.
    pub(super) fn give_value(&mut self) {
        self.show_values();
        if let Some(Overlay::Values(form)) = &mut self.overlay {
            form.chosen = form.rows.iter().position(|row| row.state == ValueState::Missing).unwrap_or(0);
            form.edit();
        }
    }

    /// True if the open request uses a name without a value that a file could give it.
    pub(in crate::app) fn lacks_value(&self) -> bool {
        self.missing().next().is_some()
    }

    /// The names without a value that a file could give one: each with the kind of that file.
    fn missing(&self) -> impl Iterator<Item = (String, ValueKind)> {
        let unresolved = self.entry().map(|entry| entry.unresolved()).unwrap_or_default();
        let has_home = self.file().is_some_and(|file| file.path.is_some() || !file.value_files.is_empty());
        unresolved.into_iter().filter(move |_| has_home).filter_map(|(name, _)| {
            if let Some(name) = name.strip_prefix("$dotenv ") {
                return Some((name.trim().to_string(), ValueKind::Dotenv)).filter(|(name, _)| !name.starts_with('%'));
            }
            let name = name.strip_prefix('%').unwrap_or(&name);
            let is_name = !name.starts_with('$') && !name.contains(['.', ' ', '[', '(']);
            let kind = if is_secret(name, "") { ValueKind::Private } else { ValueKind::Public };
            is_name.then(|| (name.to_string(), kind))
        })
    }

    /// The values that the open request sees, those without a value first.
    fn value_rows(&self) -> Vec<ValueRow> {
        let Some(file) = self.file() else { return Vec::new() };
        let mut rows = self.missing_rows();
        let mut found: Vec<Found> = Vec::new();
        for (index, open) in file.value_files.iter().filter_map(|id| self.value_files.get(*id)).enumerate() {
            found.extend(self.values_in(open, index));
        }
        found.sort_by(|a, b| (&a.row.name, Reverse(a.rank)).cmp(&(&b.row.name, Reverse(b.rank))));
        let resolver = file.resolver(self.at.entry);
        let credentials = self.variables_of_credentials();
        let mut used: Option<(String, String)> = None;
        for Found { mut row, .. } in found {
            row.is_credential = credentials.contains(&row.name);
            if used.as_ref().is_none_or(|(name, _)| *name != row.name) {
                let defined = resolver.defines(&row.name);
                let place = if defined { format!("@{} in {}", row.name, file.name) } else { row.place.clone() };
                used = Some((row.name.clone(), place.clone()));
                if !defined {
                    rows.push(row);
                    continue;
                }
            }
            row.state = ValueState::Hidden(used.as_ref().map(|(_, place)| place.clone()).unwrap_or_default());
            rows.push(row);
        }
        rows
    }

    /// The rows of what has no value, each with the place where one would be written.
    fn missing_rows(&self) -> Vec<ValueRow> {
        let mut homes = BTreeMap::new();
        let row = |(name, kind): (String, ValueKind)| {
            // A file is read once, whatever is missing in it.
            let (file, environment, place, others) = homes.entry(kind).or_insert_with(|| {
                let (file, environment) = self.home(kind);
                let open = file.and_then(|id| self.value_files.get(id));
                let place = open.map_or_else(|| file_name(kind).to_string(), |open| self.value_files.label(open));
                let others = open.map(|open| not_texts(&open.text, open.kind, &environment)).unwrap_or_default();
                (file, environment.clone(), in_words(&place, &environment), others)
            });
            let state = others.get(&name).map_or(ValueState::Missing, |other| ValueState::NotText(other));
            let (file, environment, place) = (*file, environment.clone(), place.clone());
            ValueRow { name, value: String::new(), file, environment, place, state, is_credential: false, kind: None }
        };
        self.missing().map(row).collect()
    }

    /// The values in one file that count for the chosen environment.
    fn values_in(&self, open: &OpenValueFile, index: usize) -> Vec<Found> {
        let mut read = Environments::default();
        // What could not be read was reported when the file was.
        let _ = read.add_file(&open.text, open.kind);
        let layer = match open.kind {
            ValueKind::Private => 2,
            ValueKind::Public | ValueKind::Settings => 1,
            ValueKind::Dotenv => 0,
        };
        let label = self.value_files.label(open);
        let counts = |environment: &str| environment.is_empty() || environment == SHARED || environment == self.environment;
        let found = read.into_values().into_iter().filter(|value| counts(&value.environment)).map(|value| Found {
            rank: (layer, value.environment != SHARED, index),
            row: ValueRow {
                place: in_words(&label, &value.environment),
                kind: Some(open.kind),
                name: value.name,
                value: value.value,
                file: Some(open.id),
                environment: value.environment,
                state: ValueState::Used,
                is_credential: false,
            },
        });
        found.collect()
    }

    /// The variables that requests use as credentials, and those that these are made of.
    pub(super) fn variables_of_credentials(&self) -> HashSet<String> {
        let entries = self.files.iter().flat_map(|file| &file.entries);
        let names: HashSet<String> = entries.flat_map(Entry::variables_of_credentials).collect();
        let defined = self.files.iter().flat_map(RequestFile::definitions);
        let mut made: Vec<(String, String)> = defined.filter(|(_, value)| value.contains("{{")).collect();
        for open in self.value_files.all().filter(|open| open.text.contains("{{")) {
            let mut read = Environments::default();
            // What could not be read was reported when the file was.
            let _ = read.add_file(&open.text, open.kind);
            made.extend(read.into_values().into_iter().map(|value| (value.name, value.value)));
        }
        with_parts(names, &made)
    }

    /// Where the value of a variable of the open request is written, with the value; variables in it are followed.
    pub(super) fn home_of_variable(&self, name: &str, depth: usize) -> Option<(CredentialHome, String)> {
        let (file, entry) = (self.file()?, self.entry()?);
        // What a paste brought along is in no file yet.
        if depth > MAX_VARIABLE_DEPTH || entry.definitions.is_some() {
            return None;
        }
        let only_name =
            |value: &str| placeholders(value).find(|(span, _)| span.len() == value.trim().len()).map(|(_, name)| name.to_string());
        let (home, value) = match file.definition(self.at.entry, name) {
            Some((number, value)) => (CredentialHome::Definition { file: file.id, number, name: name.into() }, value),
            None => {
                let (wanted, in_dotenv) = name.strip_prefix("$dotenv ").map_or((name, false), |name| (name.trim(), true));
                let counts = |row: &ValueRow| if in_dotenv { row.environment.is_empty() } else { row.state == ValueState::Used };
                let row = self
                    .value_rows()
                    .into_iter()
                    .find(|row| row.name == wanted && counts(row) && !matches!(row.state, ValueState::Missing | ValueState::NotText(_)))?;
                let ValueRow { file, environment, name, value, place, .. } = row;
                (CredentialHome::Value { file: file?, environment, name, place }, value)
            }
        };
        match only_name(&value) {
            Some(inner) => self.home_of_variable(&inner, depth + 1),
            None => Some((home, value)),
        }
    }

    /// The file and the environment in it that a new value goes to; no file if that is not there yet.
    fn home(&self, kind: ValueKind) -> (Option<FileId>, String) {
        let environment = match kind {
            ValueKind::Dotenv => String::new(),
            _ if !self.environment.is_empty() => self.environment.clone(),
            _ if self.has_environments() => SHARED.into(),
            _ => FIRST.into(),
        };
        let of_file = self.file().map(|file| &file.value_files[..]).unwrap_or_default();
        let known: Vec<&OpenValueFile> = of_file.iter().rev().filter_map(|id| self.value_files.get(*id)).collect();
        let has_environment = |open: &&&OpenValueFile| {
            let mut read = Environments::default();
            read.add_file(&open.text, open.kind).is_ok() && read.into_values().iter().any(|value| value.environment == environment)
        };
        let of_kind = |kind: ValueKind| known.iter().filter(move |open| open.kind == kind);
        let mut home = of_kind(kind).find(has_environment).or_else(|| of_kind(kind).next());
        if kind == ValueKind::Public {
            home = home.filter(has_environment).or_else(|| of_kind(ValueKind::Settings).find(has_environment)).or(home);
        }
        (home.map(|open| open.id), environment)
    }

    /// The path of the file that a new value goes to, beside those that are there or beside the requests.
    pub(super) fn path_of_home(&self, kind: ValueKind) -> Option<PathBuf> {
        let file = self.file()?;
        let beside = |id: &FileId| self.value_files.get(*id).filter(|open| matches!(open.kind, ValueKind::Public | ValueKind::Private));
        let folder = match file.value_files.iter().rev().find_map(beside) {
            Some(open) => open.path.parent().map(Path::to_path_buf),
            None => file.path.as_ref().and_then(|path| path.parent()).map(Path::to_path_buf),
        };
        folder.map(|folder| folder.join(file_name(kind)))
    }

    /// Creates the file that a new value goes to.
    fn create_home(&mut self, kind: ValueKind) -> Option<FileId> {
        let id = self.open_home(self.path_of_home(kind)?, kind);
        // One that is open already may be new to the requests that were opened after it.
        let at = self.at.file;
        if let Some(file) = self.files.get_mut(at).filter(|file| !file.value_files.contains(&id)) {
            file.value_files.push(id);
        }
        Some(id)
    }

    /// Opens a file for new values, for the open file of requests and those beside it.
    fn open_home(&mut self, path: PathBuf, kind: ValueKind) -> FileId {
        let id = FileId(self.number());
        if let Some(known) = self.value_files.at(&path) {
            return known.id;
        }
        let file = self.file();
        let requests = file.and_then(|file| file.path.as_ref()).and_then(|path| path.parent()).map(Path::to_path_buf);
        let at = self.at.file;
        let id = self.value_files.create(path, kind, id);
        for (index, file) in self.files.iter_mut().enumerate() {
            let is_beside = || file.path.as_ref().and_then(|path| path.parent()) == requests.as_deref() && file.path.is_some();
            if (index == at || is_beside()) && !file.value_files.contains(&id) {
                file.value_files.push(id);
            }
        }
        id
    }

    /// Enter in the list: edits the selected value, or takes what was typed.
    pub(super) fn choose_value(&mut self, mut form: ValuesForm) {
        let Some(typed) = form.typed.take() else {
            form.edit();
            if let Some(ValueRow { name, state: ValueState::NotText(what), .. }) = form.row() {
                self.notify(Tone::Bad, format!("{name} is {what}, not a text: change it in the file"));
            }
            self.overlay = Some(Overlay::Values(form));
            return;
        };
        // Nothing typed, nothing changed: a name that has no value gets no empty one either.
        if let Some(row) = form.row().filter(|row| row.value != typed.text()).cloned() {
            self.take_value(&row, &typed);
        }
        self.overlay = Some(Overlay::Values(form));
        self.refresh_values();
    }

    fn take_value(&mut self, row: &ValueRow, typed: &Editor) {
        let Some(file) = row.file.or_else(|| self.create_home(row.new_kind())) else { return };
        if let Err(why) = self.set_value(file, &row.environment, &row.name, typed.text()) {
            self.notify(Tone::Bad, why);
        }
    }

    /// Sets a value as an undoable change and fills it in everywhere.
    pub(super) fn set_value(&mut self, file: FileId, environment: &str, name: &str, value: &str) -> Result<(), String> {
        let in_file = self.name_of(file);
        let older = self.value_files.set(file, environment, name, value).map_err(|why| format!("{in_file}: {why}"))?;
        let Some(older) = older else {
            self.refill();
            return Ok(());
        };
        self.changed_value(format!("the value of {name} in {in_file}"), ValueStep::Text(file, older));
        self.refill();
        if self.environment.is_empty() && environment == FIRST {
            self.set_environment(FIRST.into());
        }
        let unsaved = self.value_files.unsaved_labels();
        let saves =
            if unsaved.is_empty() { String::new() } else { format!("{} saves {}, ", self.key_of(Action::Save), unsaved.join(", ")) };
        self.notify(Tone::Good, format!("Changed; {saves}{} undoes it", self.key_of(Action::Undo)));
        Ok(())
    }

    /// Gives a definition in a file of requests another value as an undoable change.
    pub(super) fn set_definition(&mut self, id: FileId, number: usize, name: &str, value: &str) -> Result<(), String> {
        let Some(file) = self.files.iter_mut().find(|file| file.id == id) else { return Ok(()) };
        let older = file.set_definition(number, name, value).map_err(|why| why.to_string())?;
        let what = format!("@{name} in {}", file.name);
        self.changed_value(what, ValueStep::Definition { file: id, number, name: name.into(), value: older });
        Ok(())
    }

    pub(super) fn changed_value(&mut self, what: String, step: ValueStep) {
        let at = self.number();
        self.value_history.push(ValueChange { what, at, step });
    }

    /// Fills in the variables of all files again, after values changed.
    pub(super) fn refill(&mut self) {
        let Self { files, value_files, environment, .. } = self;
        for file in files.iter_mut().filter(|file| !file.value_files.is_empty()) {
            file.environments = value_files.environments(&file.value_files, &file.system());
            file.use_environment(environment);
        }
        self.share_tokens();
    }

    /// Computes the open list again.
    fn refresh_values(&mut self) {
        let rows = self.value_rows();
        if let Some(Overlay::Values(form)) = &mut self.overlay {
            let chosen = form.row().cloned();
            form.rows = rows;
            let is_named = |row: &ValueRow, chosen: &ValueRow| row.name == chosen.name && row.environment == chosen.environment;
            let place = chosen.and_then(|chosen| {
                // A value that had no file is in one now.
                let same = |row: &ValueRow| is_named(row, &chosen) && (row.file == chosen.file || chosen.file.is_none());
                form.rows.iter().position(same).or_else(|| form.rows.iter().position(|row| is_named(row, &chosen)))
            });
            form.chosen = place.unwrap_or(form.chosen);
            form.step(0);
        }
    }

    /// Undoes or redoes the last change of a value.
    pub(super) fn step_value(&mut self, direction: Direction) -> Vec<Effect> {
        let at = self.number();
        let stack = match direction {
            Direction::Undo => &mut self.value_history.done,
            Direction::Redo => &mut self.value_history.undone,
        };
        let Some(ValueChange { what, step, .. }) = stack.pop() else {
            self.notify(Tone::Bad, direction.nothing());
            return Vec::new();
        };
        let mut effects = Vec::new();
        let inverse = match step {
            ValueStep::Text(file, text) => {
                let older = self.value_files.become_text(file, text);
                self.refill();
                older.map(|older| ValueStep::Text(file, older))
            }
            ValueStep::Definition { file, number, name, value } => {
                let open = self.files.iter_mut().find(|open| open.id == file);
                let older = open.and_then(|open| open.set_definition(number, &name, &value).ok());
                older.map(|value| ValueStep::Definition { file, number, name, value })
            }
            ValueStep::Environment(name) => {
                let older = self.environment.clone();
                effects = self.remember_environment(name);
                Some(ValueStep::Environment(older))
            }
        };
        self.refresh_values();
        let Some(step) = inverse else {
            self.notify(Tone::Bad, format!("{}: {what}", direction.not_done()));
            return effects;
        };
        self.notify(Tone::Good, format!("{}: {what}; {}", direction.done(), self.way_back(direction)));
        let other = match direction {
            Direction::Undo => &mut self.value_history.undone,
            Direction::Redo => &mut self.value_history.done,
        };
        other.push(ValueChange { what, at, step });
        effects
    }

    /// Saves the files with changed values.
    pub(super) fn save_values(&mut self) -> Vec<Effect> {
        let unsaved: Vec<FileId> = self.value_files.unsaved().map(|file| file.id).collect();
        unsaved.into_iter().flat_map(|id| self.save_value_file(id, None, OnConflict::Ask)).collect()
    }

    /// Saves the values that came with a collection beside its requests, when those are saved for the first time.
    pub(super) fn save_imported_values(&mut self, values: &[FileId], requests: &Path) -> Vec<Effect> {
        let mut effects = Vec::new();
        for id in values {
            let Some(open) = self.value_files.get(*id).filter(|open| open.is_only_imported()) else { continue };
            let path = requests.with_file_name(file_name(open.kind));
            effects.extend(self.save_value_file(*id, Some(path), OnConflict::Ask));
        }
        effects
    }

    /// Saves a file with values, at another path if one is given; nothing if it is none.
    pub(super) fn save_value_file(&mut self, id: FileId, path: Option<PathBuf>, over: OnConflict) -> Option<Effect> {
        let over = if over == OnConflict::Ask { OnConflict::AskIfGone } else { over };
        let values = self.value_files.get_mut(id)?;
        let FileWrite { path, bytes, before } = values.save(path)?;
        if let Some(before) = before.clone().filter(|_| values.is_removed_by_save()) {
            return Some(Effect::Remove { file: id, path, before, over });
        }
        Some(Effect::Save { file: id, path, bytes, before, over })
    }
}

/// A file with values and the environment in it, in words.
fn in_words(file: &str, environment: &str) -> String {
    if environment.is_empty() { file.to_string() } else { format!("{environment} · {file}") }
}
