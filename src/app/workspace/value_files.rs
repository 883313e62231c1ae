//! The files with values for variables: environments and `.env`. They are edited as texts, like requests.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::saving::FileWrite;
use super::value_file::ValueFile;
use crate::app::ids::FileId;
use crate::formats::FormatError;
use crate::formats::detect::{Encoding, encode};
use crate::formats::env::{Environments, FileValue, ValueKind, with_value};
use crate::formats::variables::{System, Variables};

/// An open file with values.
#[derive(Clone, Debug)]
pub struct OpenValueFile {
    pub id: FileId,
    pub path: PathBuf,
    pub kind: ValueKind,
    /// Its text with what was edited.
    pub text: Arc<str>,
    /// Its text on disk; `None` for a file that is not there yet.
    saved: Option<Arc<str>>,
    /// Its text as another tool's file gave it; `None` for any other.
    imported: Option<Arc<str>>,
    /// The text that is being written, and where to.
    saving: Option<(PathBuf, Arc<str>)>,
    /// True once it was to be written, until it was.
    is_wanted: bool,
    /// True once it was written, until that was said.
    is_news: bool,
    /// True for one that was not there before the session.
    is_new: bool,
    encoding: Encoding,
}

impl OpenValueFile {
    /// Its name on the screen.
    pub fn name(&self) -> String {
        self.path.file_name().map_or_else(|| self.path.display().to_string(), |name| name.to_string_lossy().into_owned())
    }

    /// True if saving would change the file.
    pub fn is_dirty(&self) -> bool {
        match &self.saved {
            Some(saved) => *saved != self.text,
            None => !self.text.is_empty() && (self.is_wanted || self.imported.as_ref() != Some(&self.text)),
        }
    }

    /// True if the file holds this text, as far as is known.
    pub fn is_saved_as(&self, text: &str) -> bool {
        self.saved.as_deref() == Some(text)
    }

    /// True for values that no file holds yet, because they came in the file of another tool.
    pub fn is_only_imported(&self) -> bool {
        self.imported.is_some() && self.saved.is_none() && self.saving.is_none()
    }

    /// The values that are not on disk.
    pub fn changed(&self) -> Vec<FileValue> {
        let values = |text: &str| {
            let mut read = Environments::default();
            // What could not be read was reported when the file was.
            let _ = read.add_file(text, self.kind);
            read.into_values()
        };
        let saved = self.saved.as_deref().or(self.imported.as_deref());
        let saved: HashSet<FileValue> = saved.map(values).unwrap_or_default().into_iter().collect();
        values(&self.text).into_iter().filter(|value| !saved.contains(value)).collect()
    }

    /// The path being written to.
    pub fn saving_to(&self) -> Option<&Path> {
        self.saving.as_ref().map(|(path, _)| path.as_path())
    }

    /// Starts writing the file, to a path of its own if none is given; `None` while that is going on. Its own path changes only
    /// when that succeeds.
    pub fn save(&mut self, path: Option<PathBuf>) -> Option<FileWrite> {
        if self.saving.is_some() {
            return None;
        }
        let path = path.unwrap_or_else(|| self.path.clone());
        self.saving = Some((path.clone(), Arc::clone(&self.text)));
        (self.is_wanted, self.is_news) = (true, false);
        let bytes = |text: &Arc<str>| encode(text, self.encoding);
        let before = self.saved.as_ref().filter(|_| path == self.path).map(bytes);
        Some(FileWrite { bytes: bytes(&self.text), before, path })
    }

    /// True if what is being written is that there is no such file: it was new, and its values were undone.
    pub fn is_removed_by_save(&self) -> bool {
        self.is_new && self.saving.as_ref().is_some_and(|(path, text)| text.is_empty() && *path == self.path)
    }

    /// Notes that it was written.
    pub fn saved(&mut self) {
        if let Some((path, text)) = self.saving.take() {
            let is_gone = self.is_new && text.is_empty();
            self.is_wanted = false;
            (self.path, self.saved, self.is_news) = (path, Some(text).filter(|_| !is_gone), true);
        }
    }

    /// Takes in the file as it is on disk, with the values that were changed here on top; returns how many these are.
    ///
    /// # Errors
    /// When it is being saved, or the file cannot hold one of these values. Nothing is changed then.
    pub fn reload(&mut self, theirs: ValueFile) -> Result<usize, FormatError> {
        if self.saving.is_some() {
            return Err(FormatError::without_place("it is still being saved"));
        }
        let mut own = self.changed();
        let mut text = theirs.text.to_string();
        for FileValue { environment, name, value } in &own {
            text = with_value(&text, self.kind, environment, name, value)?;
        }
        if text == *theirs.text {
            own.clear();
        }
        (self.text, self.saved, self.imported, self.is_new) = (text.into(), Some(theirs.text), None, false);
        self.encoding = theirs.encoding;
        Ok(own.len())
    }

    /// Notes that it was not written.
    pub fn not_saved(&mut self) {
        self.saving = None;
    }
}

/// The open files with values.
#[derive(Clone, Debug, Default)]
pub struct ValueFiles {
    files: Vec<OpenValueFile>,
}

impl ValueFiles {
    /// The file at a path, opened with this identifier unless it is open already.
    pub fn open(&mut self, file: &ValueFile, id: FileId) -> FileId {
        if let Some(known) = self.files.iter().find(|known| known.path == file.path) {
            return known.id;
        }
        let ValueFile { path, kind, text, encoding, is_on_disk } = file.clone();
        let (saved, imported) = if is_on_disk { (Some(Arc::clone(&text)), None) } else { (None, Some(Arc::clone(&text))) };
        self.files.push(OpenValueFile {
            id,
            path,
            kind,
            saved,
            imported,
            text,
            saving: None,
            is_wanted: false,
            is_news: false,
            is_new: false,
            encoding,
        });
        id
    }

    /// A file that is not there yet and not [open](Self::at).
    pub fn create(&mut self, path: PathBuf, kind: ValueKind, id: FileId) -> FileId {
        let encoding = Encoding::default();
        self.files.push(OpenValueFile {
            id,
            path,
            kind,
            text: "".into(),
            saved: None,
            imported: None,
            saving: None,
            is_wanted: false,
            is_news: false,
            is_new: true,
            encoding,
        });
        id
    }

    /// The open file at a path.
    pub fn at(&self, path: &Path) -> Option<&OpenValueFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &OpenValueFile> {
        self.files.iter()
    }

    pub fn get(&self, id: FileId) -> Option<&OpenValueFile> {
        self.files.iter().find(|file| file.id == id)
    }

    pub fn get_mut(&mut self, id: FileId) -> Option<&mut OpenValueFile> {
        self.files.iter_mut().find(|file| file.id == id)
    }

    /// The files with their paths.
    pub fn paths(&self) -> impl Iterator<Item = (FileId, PathBuf)> {
        self.files.iter().map(|file| (file.id, file.path.clone()))
    }

    /// The name of a file on the screen; with its folder where several open ones have the same.
    pub fn label(&self, file: &OpenValueFile) -> String {
        let name = file.name();
        let folder =
            |file: &OpenValueFile| file.path.parent().and_then(Path::file_name).map(|folder| folder.to_string_lossy().into_owned());
        let mut others = self.files.iter().filter(|other| other.id != file.id && other.name() == name).peekable();
        if others.peek().is_none() {
            return name;
        }
        match folder(file) {
            Some(own) if others.all(|other| folder(other).as_ref() != Some(&own)) => format!("{own}/{name}"),
            _ => file.path.display().to_string(),
        }
    }

    /// The labels of the files with unsaved changes.
    pub fn unsaved_labels(&self) -> Vec<String> {
        self.unsaved().map(|file| self.label(file)).collect()
    }

    /// The files with unsaved changes.
    pub fn unsaved(&self) -> impl Iterator<Item = &OpenValueFile> {
        self.files.iter().filter(|file| file.is_dirty())
    }

    /// The path being written to.
    pub fn saving_to(&self) -> Option<&Path> {
        self.files.iter().find_map(OpenValueFile::saving_to)
    }

    /// The names of the files that were written since this was asked last; none while one is being written.
    pub fn take_saved(&mut self) -> Vec<String> {
        if self.saving_to().is_some() {
            return Vec::new();
        }
        let names = self.files.iter().filter(|file| file.is_news).map(|file| self.label(file)).collect();
        self.files.iter_mut().for_each(|file| file.is_news = false);
        names
    }

    /// The variables of each environment in some files; the empty name stands for no environment.
    pub fn environments(&self, files: &[FileId], system: &System) -> BTreeMap<String, Variables> {
        let mut known = Environments::default();
        for file in files.iter().filter_map(|id| self.get(*id)).filter(|file| !file.text.is_empty()) {
            // What could not be read was reported when the file was.
            let _ = known.add_file(&file.text, file.kind);
        }
        known.all(system)
    }

    /// Sets a value; returns the text before, if that was another one.
    ///
    /// # Errors
    /// When the file cannot hold it.
    pub fn set(&mut self, id: FileId, environment: &str, name: &str, value: &str) -> Result<Option<Arc<str>>, FormatError> {
        let Some(file) = self.get_mut(id) else { return Ok(None) };
        let text = with_value(&file.text, file.kind, environment, name, value)?;
        Ok((*file.text != *text).then(|| std::mem::replace(&mut file.text, text.into())))
    }

    /// Gives a file another text; returns the one before.
    pub fn become_text(&mut self, id: FileId, text: Arc<str>) -> Option<Arc<str>> {
        self.get_mut(id).map(|file| std::mem::replace(&mut file.text, text))
    }
}
