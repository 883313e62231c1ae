//! Files that another program changes while they are open: they are read again when nothing of them is unsaved.

use std::path::PathBuf;

use crate::app::effect::Effect;
use crate::app::ids::FileId;
use crate::app::model::{Model, Tone};
use crate::app::workspace::reload::OnDisk;

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
        if self.overlay.is_some() || self.is_quitting() {
            return Vec::new();
        }
        let next: Vec<FileId> = self.touched.difference(&self.reading).copied().collect();
        let effects = next.into_iter().filter_map(|file| {
            self.touched.remove(&file);
            let (path, kind) = self.place_of(file)?;
            self.reading.insert(file);
            Some(Effect::ReadAgain { file, path, kind })
        });
        effects.collect()
    }

    /// Takes in a file that was touched. One that cannot be read now is being written, or gone: a save says so.
    pub(super) fn read_again(&mut self, id: FileId, read: Result<OnDisk, String>) -> Vec<Effect> {
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
        match (is_same || is_saving, is_unsaved || self.overlay.is_some()) {
            (true, _) => Vec::new(),
            (false, true) => {
                let name = self.name_of(id);
                self.notify(Tone::Bad, format!("{name} was changed by another program; saving asks what to keep"));
                Vec::new()
            }
            (false, false) => self.reloaded(id, Ok(theirs)),
        }
    }
}
