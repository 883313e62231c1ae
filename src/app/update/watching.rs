//! Files that another program changes while they are open: they are read again when nothing of them is unsaved.

use std::path::PathBuf;

use crate::app::effect::Effect;
use crate::app::ids::FileId;
use crate::app::model::{Focus, Model, Tone};
use crate::app::workspace::reload::OnDisk;
use crate::app::workspace::request_file::RequestFile;

impl Model {
    /// The effect that watches the open files, if these are others than before.
    pub(super) fn watch(&mut self) -> Option<Effect> {
        let requests = self.files.iter().filter(|file| file.is_document()).filter_map(|file| Some((file.id, file.path.clone()?)));
        let open: Vec<(FileId, PathBuf)> = requests.chain(self.value_files.paths()).collect();
        if open == self.watched {
            return None;
        }
        self.watched.clone_from(&open);
        Some(Effect::Watch(open))
    }

    /// Notes that a file may have changed. It is read once no dialog is open, whose rows could become others.
    pub(super) fn touched(&mut self, file: FileId) {
        self.touched.insert(file);
    }

    /// Reads what was touched, one after the other: a file that is touched while it is read is read once more.
    pub(super) fn read_touched(&mut self) -> Vec<Effect> {
        if !self.can_be_read_again() {
            return Vec::new();
        }
        let next: Vec<FileId> = self.touched.iter().filter(|file| !self.reading.contains_key(file)).copied().collect();
        let effects = next.into_iter().filter_map(|file| {
            self.touched.remove(&file);
            let (path, kind) = self.place_of(file)?;
            let number = self.number();
            self.reading.insert(file, number);
            Some(Effect::ReadAgain { file, path, kind, number })
        });
        effects.collect()
    }

    /// False while rows or the text that one types in may not become others.
    fn can_be_read_again(&self) -> bool {
        self.overlay.is_none() && self.focus != Focus::Editing && !self.is_quitting()
    }

    /// A file was saved here: what was read of it before may be older, and is read once more.
    pub(super) fn wrote(&mut self, file: FileId) {
        if self.reading.remove(&file).is_some() {
            self.touched.insert(file);
        }
    }

    /// Takes in a file that was touched. One that cannot be read now is being written, or gone: a save says so.
    pub(super) fn read_again(&mut self, id: FileId, number: u64, read: Result<OnDisk, String>) -> Vec<Effect> {
        if self.reading.get(&id) != Some(&number) {
            return Vec::new();
        }
        self.reading.remove(&id);
        let Ok(theirs) = read else { return Vec::new() };
        let request_file = self.files.iter().find(|file| file.id == id);
        let value_file = self.value_files.get(id);
        let (is_same, is_unsaved) = match &theirs {
            OnDisk::Requests(theirs) => {
                let Some(file) = request_file.filter(|_| theirs.is_document()) else { return Vec::new() };
                (file.has_text_of(theirs), file.has_unsaved_work())
            }
            OnDisk::Values(theirs) => {
                let Some(file) = value_file else { return Vec::new() };
                (file.is_saved_as(&theirs.text), file.is_dirty())
            }
        };
        let is_saving =
            request_file.is_some_and(|file| file.saving_to().is_some()) || value_file.is_some_and(|file| file.saving_to().is_some());
        // A file that holds nothing any more is probably being written.
        let is_emptied = match &theirs {
            OnDisk::Requests(theirs) => theirs.entries.is_empty() && request_file.is_some_and(RequestFile::holds_requests),
            OnDisk::Values(theirs) => theirs.text.trim().is_empty(),
        };
        let name = self.name_of(id);
        match () {
            () if is_same || is_saving => Vec::new(),
            () if is_unsaved => {
                self.notify_too(Tone::Bad, format!("{name} was changed by another program; saving asks what to keep"));
                Vec::new()
            }
            () if is_emptied => {
                self.notify_too(Tone::Bad, format!("{name} was emptied by another program; what it held is kept here, and saving asks"));
                Vec::new()
            }
            // It is read when that is over.
            () if !self.can_be_read_again() => {
                self.touched.insert(id);
                Vec::new()
            }
            () => self.reloaded(id, Ok(theirs)),
        }
    }
}
