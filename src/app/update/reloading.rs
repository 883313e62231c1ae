//! Reading a file again that another program changed.

use std::path::PathBuf;

use super::files::counted;
use crate::app::dialogs::Overlay;
use crate::app::effect::Effect;
use crate::app::ids::{FileId, RequestPosition};
use crate::app::model::{Model, Tone};
use crate::app::workspace::reload::{OnDisk, Reloaded};
use crate::app::workspace::request_file::RequestFile;
use crate::app::workspace::value_file::ValueFile;
use crate::app::workspace::value_history::{ValueChange, ValueStep};
use crate::domain::exchange::Exchange;
use crate::formats::env::{Environments, ValueKind};

impl Model {
    /// Reads a file again; what was changed here is put on top when it is there.
    pub(super) fn reload(&mut self, file: FileId, path: PathBuf, kind: Option<ValueKind>) -> Vec<Effect> {
        self.overlay = None;
        // This answers an older question about it as well.
        self.waiting.retain(|overlay| !matches!(overlay, Overlay::Conflict { file: asked, .. } if *asked == file));
        vec![Effect::Reload { file, path, kind }]
    }

    /// A file was read again.
    pub(super) fn reloaded(&mut self, id: FileId, read: Result<OnDisk, String>) -> Vec<Effect> {
        let taken = match read {
            Ok(OnDisk::Requests(theirs)) => self.reload_requests(id, *theirs),
            Ok(OnDisk::Values(theirs)) => self.reload_values(id, theirs).map(|()| Vec::new()),
            Err(why) => Err(why),
        };
        taken.unwrap_or_else(|why| {
            let name = self.name_of(id);
            self.notify_too(Tone::Bad, format!("{name} was not read again: {why}; your changes are as they were"));
            Vec::new()
        })
    }

    fn reload_requests(&mut self, id: FileId, theirs: RequestFile) -> Result<Vec<Effect>, String> {
        let Some(index) = self.files.iter().position(|file| file.id == id) else { return Ok(Vec::new()) };
        let (open, empty, at) = (self.entry().map(|entry| entry.id), self.entry_of(Exchange::default()), self.number());
        let Self { files, numbers, .. } = self;
        let Some(file) = files.get_mut(index) else { return Ok(Vec::new()) };
        let reloaded = file.reload(theirs, at, || {
            *numbers += 1;
            *numbers
        })?;
        if file.entries.is_empty() {
            file.entries.insert(0, empty);
        }
        let name = file.name.clone();
        let place = file.entries.iter().position(|entry| Some(entry.id) == open);
        if self.at.file == index {
            let last = self.files.get(index).map_or(0, |file| file.entries.len().saturating_sub(1));
            if place.is_none() {
                self.leave_editing();
            }
            self.completion = None;
            self.show_request(RequestPosition { file: index, entry: place.unwrap_or(self.at.entry).min(last) });
        }
        self.notify_too(Tone::Good, in_words(&name, &reloaded));
        for changed in reloaded.definitions {
            if let Err(why) = self.set_definition(id, changed.number, &changed.name, &changed.value) {
                self.notify_too(Tone::Bad, format!("@{} of {name} has their value: {why}", changed.name));
            }
        }
        Ok(reloaded.stopped.into_iter().map(Effect::Cancel).collect())
    }

    fn reload_values(&mut self, id: FileId, theirs: ValueFile) -> Result<(), String> {
        let Some(open) = self.value_files.get_mut(id) else { return Ok(()) };
        Environments::default().add_file(&theirs.text, theirs.kind).map_err(|why| why.to_string())?;
        let their_text = theirs.text.clone();
        let kept = open.reload(theirs).map_err(|why| why.to_string())?;
        let is_of_file = |change: &ValueChange| matches!(&change.step, ValueStep::Text(file, _) if *file == id);
        // Texts of the file as it was would take back what the other program wrote.
        self.value_history.done.retain(|change| !is_of_file(change));
        self.value_history.undone.retain(|change| !is_of_file(change));
        let name = self.name_of(id);
        if kept > 0 {
            self.changed_value(format!("your values in {name}"), ValueStep::Text(id, their_text));
        }
        self.refill();
        let own = if kept > 0 { "; your changes are on top, not saved yet" } else { "" };
        self.notify_too(Tone::Good, format!("{name} read again{own}"));
        Ok(())
    }
}

/// What came of reading a file again.
fn in_words(name: &str, reloaded: &Reloaded) -> String {
    let Reloaded { added, changed, removed, apart, .. } = reloaded;
    let mut parts = Vec::new();
    if *added > 0 {
        parts.push(format!("{added} new"));
    }
    if *changed > 0 {
        parts.push(format!("{changed} changed"));
    }
    if *removed > 0 {
        parts.push(format!("{removed} removed, u brings back"));
    }
    if *apart > 0 {
        parts.push(format!("{} of yours kept beside theirs", counted(*apart)));
    }
    if parts.is_empty() { format!("{name} read again") } else { format!("{name} read again: {}", parts.join(", ")) }
}
