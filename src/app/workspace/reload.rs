//! Taking in what another program made of an open file, with what was changed here on top.
//!
//! A request that only one side changed is as that side has it. One that both changed is there twice: theirs in its place, and the
//! own one behind it as a request that is not saved yet. What they removed can be brought back by undoing.

use std::collections::{HashMap, HashSet, VecDeque};
use std::mem::take;

use super::list_history::{ListChange, UndoStep};
use super::loaded_file::LoadedFile;
use super::request::Entry;
use super::request_file::{ChangedDefinition, RequestFile};
use super::value_file::ValueFile;
use crate::app::ids::{RequestId, SendId};
use crate::domain::request::RequestText;
use crate::formats::http_file::{Document, Source};

/// A file as it is on disk now.
#[derive(Clone, Debug)]
pub enum OnDisk {
    /// A file of requests, without identifiers yet.
    Requests(Box<RequestFile>),
    /// A file with values.
    Values(ValueFile),
}

impl OnDisk {
    /// A file of requests as it was read.
    pub fn requests(loaded: LoadedFile) -> Self {
        Self::Requests(Box::new(RequestFile::of(loaded)))
    }
}

/// What a reload changed.
#[derive(Clone, Debug, Default)]
pub struct Reloaded {
    /// How many requests are new.
    pub added: usize,
    /// How many were changed by the other program.
    pub changed: usize,
    /// How many are not in the file any more.
    pub removed: usize,
    /// How many of the own ones are requests by themselves now, because the other program changed or removed them too.
    pub apart: usize,
    /// The values of definitions that were changed here, by their numbers in the new text.
    pub definitions: Vec<ChangedDefinition>,
    /// Sends of removed requests.
    pub stopped: Vec<SendId>,
}

/// What became of a request of the document.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// It is at that index, as it was.
    Same(usize),
    /// It is at that index and was changed.
    Changed(usize),
    Gone,
}

/// A request that has no place in the new document.
enum Loose {
    /// It is not saved anywhere.
    Own(Entry),
    /// It was saved, and the other program removed it.
    Removed(Entry),
}

impl RequestFile {
    /// Takes in the file as it is on disk; `at` is the time of the change, `id` gives identifiers.
    ///
    /// # Errors
    /// Why that is impossible; nothing is changed then.
    pub fn reload(&mut self, mut theirs: Self, at: u64, mut id: impl FnMut() -> u64) -> Result<Reloaded, String> {
        if self.saving.is_some() {
            return Err("it is still being saved".into());
        }
        let Some(new) = theirs.document.take() else { return Err("it is no file of requests any more".into()) };
        let definitions = self.definitions_in(&new)?;
        let (old, text) = (self.document.take().unwrap_or_default(), self.edited.take());
        let text = text.as_ref().unwrap_or(&old);
        let fates = fates(&old, &new);
        // What can come back by undoing comes back as a request that is not saved: its place is another one now.
        for entry in self.list_history.kept() {
            if let Source::Saved(place) | Source::CopyOf(place) = entry.source {
                entry.leave(Some(text), place);
            }
        }
        self.list_history.saved();

        let mut reloaded = Reloaded { definitions, ..Reloaded::default() };
        let mut theirs_entries: Vec<Option<Entry>> = take(theirs.entries.list_mut()).into_iter().map(Some).collect();
        let mut own: Vec<Option<Entry>> = (0..new.len()).map(|_| None).collect();
        let mut loose: HashMap<Option<usize>, Vec<Loose>> = HashMap::new();
        let places = |is_meant: fn(&Fate) -> Option<usize>| fates.iter().filter_map(is_meant).collect::<HashSet<usize>>();
        let changed = places(|fate| if let Fate::Changed(place) = fate { Some(*place) } else { None });
        // What was deleted here stays deleted, unless they changed it.
        let mut deleted = places(|fate| if let Fate::Same(place) = fate { Some(*place) } else { None });
        let mut after = None;
        for mut entry in take(self.entries.list_mut()) {
            let fate = |place: usize| fates.get(place).copied().unwrap_or(Fate::Gone);
            let has_work = entry.is_unsaved();
            let apart = match (entry.source, entry.source.place().map(fate)) {
                (Source::Saved(_), Some(Fate::Same(place))) => {
                    entry.source = Source::Saved(place);
                    deleted.remove(&place);
                    own.get_mut(place).into_iter().for_each(|own| *own = Some(take(&mut entry)));
                    after = Some(place);
                    continue;
                }
                (Source::Saved(_), Some(Fate::Changed(place))) if !has_work => {
                    if let Some(theirs) = theirs_entries.get_mut(place).and_then(Option::take) {
                        entry.become_saved(theirs, at);
                        entry.source = Source::Saved(place);
                        own.get_mut(place).into_iter().for_each(|own| *own = Some(take(&mut entry)));
                        reloaded.changed += 1;
                    }
                    after = Some(place);
                    continue;
                }
                (Source::Saved(before), Some(Fate::Changed(place))) => {
                    entry.leave(Some(text), before);
                    after = Some(place);
                    true
                }
                (Source::Saved(before), _) if has_work => {
                    entry.leave(Some(text), before);
                    true
                }
                (Source::Saved(before), _) => {
                    entry.leave(Some(text), before);
                    reloaded.removed += 1;
                    loose.entry(after).or_default().push(Loose::Removed(entry));
                    continue;
                }
                (Source::CopyOf(_), Some(Fate::Same(place))) => {
                    entry.source = Source::CopyOf(place);
                    false
                }
                (Source::CopyOf(before), _) => {
                    entry.leave(Some(text), before);
                    false
                }
                (Source::New, _) => false,
            };
            reloaded.apart += usize::from(apart);
            loose.entry(after).or_default().push(Loose::Own(entry));
        }

        // A comment or a script is a change as well.
        let is_untouched = |(before, fate): (usize, &Fate)| match fate {
            Fate::Same(place) if deleted.contains(place) => (old.block_alone(before) == new.block_alone(*place)).then_some(*place),
            _ => None,
        };
        let deleted: HashSet<usize> = fates.iter().enumerate().filter_map(is_untouched).collect();
        let (mut list, mut back) = (Vec::with_capacity(new.len()), Vec::new());
        for place in std::iter::once(None).chain((0..new.len()).map(Some)) {
            if let Some(place) = place {
                let fresh = theirs_entries.get_mut(place).and_then(Option::take).filter(|_| !deleted.contains(&place));
                match (own.get_mut(place).and_then(Option::take), fresh) {
                    (Some(entry), _) => list.push(entry),
                    (None, Some(mut fresh)) => {
                        reloaded.added += usize::from(!changed.contains(&place));
                        fresh.id = RequestId(id());
                        list.push(fresh);
                    }
                    (None, None) => {}
                }
            }
            for entry in loose.remove(&place).unwrap_or_default() {
                match entry {
                    Loose::Own(entry) => list.push(entry),
                    Loose::Removed(entry) => back.push((list.len() + back.len(), entry)),
                }
            }
        }
        *self.entries.list_mut() = list;
        if !back.is_empty() {
            let what = format!("what another program removed from {}", self.name);
            reloaded.stopped = self.list_history.push(ListChange { what, at, step: UndoStep::Requests { back, out: Vec::new() } });
        }
        (self.document, self.encoding, self.attachments) = (Some(new), theirs.encoding, theirs.attachments);
        self.edited_since.clear();
        self.reread_all();
        Ok(reloaded)
    }

    /// The definitions that were changed here, as another text has them.
    fn definitions_in(&self, new: &Document) -> Result<Vec<ChangedDefinition>, String> {
        let known = |changed: ChangedDefinition| match Self::definition_in(new, changed.number, &changed.name, |value| value == changed.was)
        {
            Some(number) => Ok(ChangedDefinition { number, ..changed }),
            None => Err(format!("@{}, which you changed, is not defined there any more", changed.name)),
        };
        self.changed_definitions().into_iter().map(known).collect()
    }
}

/// What became of each request of a document in another one.
fn fates(old: &Document, new: &Document) -> Vec<Fate> {
    let whole = |document: &Document, index: usize| {
        let request = document.raw_request(index).map(|request| RequestText::render(&request).text);
        let directives: Vec<_> =
            document.directives(index).into_iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        (document.name(index).to_string(), request, directives)
    };
    // One without a name goes by its address.
    let name = |document: &Document, index: usize| match document.name(index) {
        "" => document.raw_request(index).map(|request| format!("{} {}", request.method, request.url)).unwrap_or_default(),
        name => name.to_string(),
    };
    let mut same: HashMap<_, VecDeque<usize>> = HashMap::new();
    (0..new.len()).for_each(|index| same.entry(whole(new, index)).or_default().push_back(index));
    let same: Vec<Option<usize>> = (0..old.len()).map(|index| same.get_mut(&whole(old, index))?.pop_front()).collect();
    let taken: HashSet<usize> = same.iter().flatten().copied().collect();
    let mut named: HashMap<String, VecDeque<usize>> = HashMap::new();
    (0..new.len()).filter(|index| !taken.contains(index)).for_each(|index| named.entry(name(new, index)).or_default().push_back(index));
    let mut changed = |index: usize| named.get_mut(&name(old, index)).and_then(VecDeque::pop_front).map_or(Fate::Gone, Fate::Changed);
    same.into_iter().enumerate().map(|(index, same)| same.map_or_else(|| changed(index), Fate::Same)).collect()
}
