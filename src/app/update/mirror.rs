//! Requests that arrive at the mirror, as they come.

use crate::app::ids::{RequestId, RequestPosition};
use crate::app::model::{Focus, Model, Tone};
use crate::app::workspace::loaded_file::LoadedFile;
use crate::app::workspace::request::Entry;
use crate::app::workspace::request_file::RequestFile;
use crate::checks::mask::Masker;
use crate::domain::context::Context;
use crate::domain::exchange::Exchange;
use crate::domain::limits::MAX_ARRIVED;
use crate::mirror::{Arrival, Mirrored};

impl Model {
    /// Begins the list of what arrives at an address.
    pub fn listen(&mut self, address: &str) {
        self.add_file(LoadedFile::exchanges(format!("arrived at {address}"), Vec::new()));
        self.mirror = self.files.last().map(|file| file.id);
        self.notify(Tone::Good, format!("Listening at http://{address}: what arrives is listed here"));
    }

    /// Lists a request that arrived. Whoever looks at the newest one sees this one next.
    pub(super) fn arrived(&mut self, mirrored: Mirrored) {
        let Some(list) = self.files.iter().position(|file| Some(file.id) == self.mirror) else { return };
        if !self.make_room(list) {
            return;
        }
        let fault = mirrored.fault.clone();
        let others = self.files.iter().enumerate().filter(|(index, _)| *index != list).map(|(_, file)| file);
        let saved = others.filter(|file| !file.is_scratch()).flat_map(|file| &file.entries).map(|entry| &entry.exchange);
        let Arrival { exchange, name, .. } = Arrival::of(mirrored, saved, &Context::default());
        let exchange = Exchange { name: name.unwrap_or_default(), source: String::new(), ..exchange };
        let id = RequestId(self.number());
        let is_busy = self.overlay.is_some() || self.focus == Focus::Editing;
        let at_scratch = self.file().is_some_and(RequestFile::is_scratch);
        let Some(file) = self.files.get_mut(list) else { return };
        let newest = file.entries.len();
        let follows = !is_busy && (at_scratch || newest > 0 && self.at == RequestPosition { file: list, entry: newest - 1 });
        let (request, title) = (exchange.request.clone(), Masker::of(&exchange).title(&exchange));
        file.entries.insert(newest, Entry::new(id, &request, exchange));
        match follows {
            true => self.open(RequestPosition { file: list, entry: newest }),
            false if self.notice.is_none() || !is_busy => self.notify(Tone::Good, format!("Arrived: {title}")),
            false => {}
        }
        if let Some(fault) = fault {
            self.notify(Tone::Bad, fault);
        }
    }

    /// Makes room for one more by dropping the oldest one that is not open. False while a dialog is open that may refer to a request by
    /// its place.
    fn make_room(&mut self, list: usize) -> bool {
        let Some(file) = self.files.get_mut(list) else { return false };
        if file.entries.len() < MAX_ARRIVED {
            return true;
        }
        if self.overlay.is_some() {
            return false;
        }
        let is_here = self.at.file == list;
        let oldest = usize::from(is_here && self.at.entry == 0);
        file.entries.remove(oldest);
        if is_here && oldest < self.at.entry {
            self.at.entry -= 1;
        }
        true
    }
}
