//! Opening files. They are read and parsed in the background; adding them to the model is quick.

use crate::app::dialogs::Overlay;
use crate::app::dialogs::opening::{Opening, Reading};
use crate::app::effect::Effect;
use crate::app::ids::{OpenId, RequestPosition};
use crate::app::model::{Focus, Model, Tone};
use crate::app::panes::Pane;
use crate::app::workspace::opened_files::OpenedFiles;
use crate::app::workspace::request_file::RequestFile;
use crate::domain::response::Response;
use crate::formats::Loss;

/// More does not wait to be read.
const MOST_WAITING: usize = 16;

/// The entry of a recording to begin with: the first that was refused for its credential, else the first that was refused. A
/// picture that is not there comes before most refusals.
fn first_refusal(file: &RequestFile) -> usize {
    if file.path.is_some() {
        return 0;
    }
    let find = |is_meant: fn(&Response) -> bool| file.entries.iter().position(|e| e.exchange.answer.as_ref().is_some_and(is_meant));
    find(Response::refuses_caller).or_else(|| find(Response::is_refusal)).unwrap_or(0)
}

impl Model {
    /// Notes that something is being read. The result carries the returned id.
    pub fn begin_opening(&mut self, what: impl Into<String>) -> OpenId {
        let id = OpenId(self.number());
        self.opening = Some(Opening { id, what: what.into(), since: self.now });
        self.overlay.get_or_insert(Overlay::Opening);
        id
    }

    /// Reads something in the background, after what is being read.
    pub(super) fn read_in_background(&mut self, reading: Reading) -> Vec<Effect> {
        if self.reads_waiting.len() >= MOST_WAITING {
            self.notify(Tone::Bad, "This was ignored: a lot is still being read; try it again after that");
            return Vec::new();
        }
        self.reads_waiting.push_back(reading);
        self.overlay.get_or_insert(Overlay::Opening);
        self.read_next()
    }

    /// True while something is being read, or waits to be.
    pub fn is_reading(&self) -> bool {
        self.opening.is_some() || !self.reads_waiting.is_empty()
    }

    /// Leaves the dialog that holds up what waits to be read.
    pub fn read_rest(&mut self) -> Vec<Effect> {
        self.overlay = None;
        self.read_next()
    }

    /// Begins with what waits to be read, once nothing else is being read and what was read before asks for nothing any more.
    pub(super) fn read_next(&mut self) -> Vec<Effect> {
        if self.opening.is_some() || !matches!(self.overlay, None | Some(Overlay::Opening)) {
            return Vec::new();
        }
        let Some(reading) = self.reads_waiting.pop_front() else { return Vec::new() };
        vec![match reading {
            Reading::Path(path) => Effect::Open(self.begin_opening(path.to_string_lossy()), path),
            Reading::Paste(text) => Effect::ReadPaste(self.begin_opening("the paste"), text),
        }]
    }

    /// Stops waiting for a read; its result will be dropped.
    pub(super) fn stop_opening(&mut self) {
        self.overlay = None;
        if let Some(opening) = self.opening.take() {
            self.notify(Tone::Bad, format!("{} was not opened", opening.what));
        }
    }

    /// Shows what was read asks or says; behind a dialog that is open.
    pub(super) fn show_in_turn(&mut self, overlay: Overlay) {
        match self.overlay {
            None | Some(Overlay::Opening) => self.overlay = Some(overlay),
            Some(_) => self.waiting.push_back(overlay),
        }
    }

    /// Ends the read in progress; false for one that was stopped.
    pub(super) fn end_opening(&mut self, id: OpenId) -> bool {
        let is_awaited = self.opening.take_if(|opening| opening.id == id).is_some();
        self.overlay.take_if(|overlay| is_awaited && matches!(overlay, Overlay::Opening));
        is_awaited
    }

    /// A read has ended.
    pub(super) fn opened(&mut self, id: OpenId, read: Result<OpenedFiles, String>) {
        if !self.end_opening(id) {
            return;
        }
        match read {
            Ok(opened) => self.put(opened),
            Err(message) => self.show_in_turn(Overlay::Unreadable { message }),
        }
    }

    /// Adds files: replaces an untouched empty request, else appends.
    pub fn put(&mut self, opened: OpenedFiles) {
        let OpenedFiles { files, configs, losses } = opened;
        if files.is_empty() && !configs.is_empty() {
            // They count for what is open already; one that is opened again in the place of what it was.
            for entry in self.files.iter_mut().flat_map(|file| &mut file.entries) {
                let known = &mut entry.exchange.context.server_configs;
                known.retain(|known| configs.iter().all(|config| config.source != known.source));
                known.extend(configs.iter().cloned());
                entry.forget();
            }
        }
        if let Some(first) = files.iter().position(|f| !f.entries.is_empty()) {
            if self.files.iter().all(RequestFile::is_scratch) {
                self.files.clear();
            }
            let entry = files.get(first).map_or(0, first_refusal);
            let at = RequestPosition { file: self.files.len() + first, entry };
            let doubts = doubts(&files);
            files.into_iter().for_each(|file| self.place(file));
            self.choose_first_environment();
            self.open(at);
            self.focus = Focus::On(Pane::Checklist);
            doubts.into_iter().for_each(|doubts| self.notify(Tone::Bad, doubts));
        }
        self.list_losses("Left out, or read otherwise:".into(), losses);
        if !configs.is_empty() {
            self.show_in_turn(Overlay::Configurations(configs));
        }
        self.refresh();
    }
}

/// The first line of opened files that may be meant otherwise than it is read, and how many more there are.
fn doubts(files: &[RequestFile]) -> Option<String> {
    let mut found =
        files.iter().filter(|file| file.path.is_some()).flat_map(|file| file.doubts().into_iter().map(move |doubt| (file, doubt)));
    let (file, Loss { line, message }) = found.next()?;
    let more = match found.count() {
        0 => String::new(),
        more => format!(" ({more} more: authtui check lists them)"),
    };
    Some(format!("{}, line {line}: {message}{more}", file.name))
}
