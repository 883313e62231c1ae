//! What was done to the list of requests of a file, so that it can be undone: requests that were deleted, added and renamed.

use super::request::Entry;
use super::sending::Sending;
use crate::app::ids::{RequestId, SendId};

/// So many changes of a list can be undone; of more the oldest are dropped.
const MAX_CHANGES: usize = 100;

/// One change of a list, and how it is undone.
#[derive(Clone, Debug)]
pub struct ListChange {
    /// What was done, in words: `delete “list users”`.
    pub what: String,
    /// When, as a number that grows with every change in the session.
    pub at: u64,
    /// What undoing has to do.
    pub step: Step,
}

/// What leads back to the list before a change.
#[derive(Clone, Debug)]
pub enum Step {
    /// Some requests are put back at their places, in order, after those with these numbers are taken out.
    Requests {
        /// The requests to put back.
        back: Vec<(usize, Entry)>,
        /// The requests to take out.
        out: Vec<RequestId>,
    },
    /// A request gets the name that it had.
    Name {
        /// The request.
        id: RequestId,
        /// Its name.
        name: String,
        /// Whether that is another name than it was saved with.
        renamed: bool,
    },
}

impl Step {
    /// Does it to a list. Gives the step that leads back again.
    fn apply(self, entries: &mut Vec<Entry>) -> Self {
        match self {
            Self::Requests { back, out } => {
                let added = back.iter().map(|(_, entry)| entry.id).collect();
                let mut removed = Vec::new();
                for (index, entry) in std::mem::take(entries).into_iter().enumerate() {
                    if out.contains(&entry.id) { removed.push((index, entry)) } else { entries.push(entry) }
                }
                for (index, entry) in back {
                    entries.insert(index.min(entries.len()), entry);
                }
                Self::Requests { back: removed, out: added }
            }
            Self::Name { id, name, renamed } => {
                let Some(entry) = entries.iter_mut().find(|entry| entry.id == id) else { return Self::Name { id, name, renamed } };
                Self::Name {
                    id,
                    name: std::mem::replace(&mut entry.exchange.name, name),
                    renamed: std::mem::replace(&mut entry.renamed, renamed),
                }
            }
        }
    }

    /// The requests that it puts back.
    fn kept(&mut self) -> impl Iterator<Item = &mut Entry> {
        let back = match self {
            Self::Requests { back, .. } => back.as_mut_slice(),
            Self::Name { .. } => &mut [],
        };
        back.iter_mut().map(|(_, entry)| entry)
    }
}

/// What an undone or redone change did.
#[derive(Clone, Debug, Default)]
pub struct Applied {
    /// The change, in words.
    pub what: String,
    /// The places of the requests that it concerns and that are in the list now.
    pub places: Vec<usize>,
    /// Sendings of requests that are no longer in the list.
    pub stopped: Vec<SendId>,
}

/// The changes done and undone, the last one at the end.
#[derive(Clone, Debug, Default)]
pub struct ListHistory {
    done: Vec<ListChange>,
    undone: Vec<ListChange>,
}

impl ListHistory {
    /// Adds a change that was made; what was undone before is gone. Gives the sendings of requests that are no longer in the list.
    pub fn push(&mut self, mut change: ListChange) -> Vec<SendId> {
        self.undone.clear();
        let stopped = change.step.kept().filter_map(put_away).collect();
        self.done.push(change);
        if self.done.len() > MAX_CHANGES {
            self.done.remove(0);
        }
        stopped
    }

    /// When the change was made that would be undone.
    pub fn last_done(&self) -> Option<u64> {
        self.done.last().map(|change| change.at)
    }

    /// When the change was undone that would be redone.
    pub fn last_undone(&self) -> Option<u64> {
        self.undone.last().map(|change| change.at)
    }

    /// Something else was changed: what was undone is not redone any more.
    pub fn forget_undone(&mut self) {
        self.undone.clear();
    }

    /// Undoes the last change of a list, at a moment as in [`ListChange::at`].
    pub fn undo(&mut self, entries: &mut Vec<Entry>, at: u64) -> Option<Applied> {
        step(&mut self.done, &mut self.undone, entries, at)
    }

    /// Makes the change again that was undone last.
    pub fn redo(&mut self, entries: &mut Vec<Entry>, at: u64) -> Option<Applied> {
        step(&mut self.undone, &mut self.done, entries, at)
    }

    /// The requests that are not in the list and can come back.
    pub fn kept(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.done.iter_mut().chain(&mut self.undone).flat_map(|change| change.step.kept())
    }

    /// True when nothing could come back that holds anything.
    pub fn holds_nothing(&self) -> bool {
        let holds = |step: &Step| matches!(step, Step::Requests { back, .. } if back.iter().any(|(_, entry)| !entry.is_scratch()));
        !self.done.iter().chain(&self.undone).any(|change| holds(&change.step))
    }

    /// The file was written: every name that can come back is another one than that in the file.
    pub fn saved(&mut self) {
        for change in self.done.iter_mut().chain(&mut self.undone) {
            if let Step::Name { renamed, .. } = &mut change.step {
                *renamed = true;
            }
        }
    }
}

fn step(from: &mut Vec<ListChange>, to: &mut Vec<ListChange>, entries: &mut Vec<Entry>, at: u64) -> Option<Applied> {
    let ListChange { what, step, .. } = from.pop()?;
    let mut step = step.apply(entries);
    let stopped = step.kept().filter_map(put_away).collect();
    let is_concerned = |entry: &Entry| match &step {
        Step::Requests { out, .. } => out.contains(&entry.id),
        Step::Name { id, .. } => entry.id == *id,
    };
    let places = entries.iter().enumerate().filter(|(_, entry)| is_concerned(entry)).map(|(place, _)| place).collect();
    to.push(ListChange { what: what.clone(), at, step });
    Some(Applied { what, places, stopped })
}

/// A request that is not in the list has nothing laid out and is not being sent. Gives the sending that is to be stopped.
fn put_away(entry: &mut Entry) -> Option<SendId> {
    entry.put_away();
    let Sending::Running { id, .. } = entry.sending else { return None };
    entry.sending = Sending::Cancelled;
    Some(id)
}
