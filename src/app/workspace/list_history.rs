//! Undo and redo of changes to a file's request list: deleted, added and renamed requests.

use super::request::Entry;
use super::sending::SendState;
use crate::app::ids::{RequestId, SendId};

/// The oldest changes beyond this number are dropped.
const KEPT_CHANGES: usize = 100;

/// A change of the list and how to undo it.
#[derive(Clone, Debug)]
pub struct ListChange {
    /// The change in words: `delete “list users”`.
    pub what: String,
    /// A number that grows with every change of the session.
    pub at: u64,
    /// How to undo it.
    pub step: UndoStep,
}

/// An inverse change.
#[derive(Clone, Debug)]
pub enum UndoStep {
    /// Removes the requests in `out`, then inserts those in `back` at their positions.
    Requests {
        /// The requests to insert.
        back: Vec<(usize, Entry)>,
        /// The requests to remove.
        out: Vec<RequestId>,
    },
    /// Restores a request's name.
    Name {
        /// The request.
        id: RequestId,
        /// Its name.
        name: String,
        /// Whether that name differs from the saved one.
        renamed: bool,
    },
}

impl UndoStep {
    /// Applies the step and returns its inverse.
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

    /// The requests that it would insert.
    fn kept(&mut self) -> impl Iterator<Item = &mut Entry> {
        let back = match self {
            Self::Requests { back, .. } => back.as_mut_slice(),
            Self::Name { .. } => &mut [],
        };
        back.iter_mut().map(|(_, entry)| entry)
    }
}

/// The result of an undo or redo.
#[derive(Clone, Debug, Default)]
pub struct Applied {
    /// The change, in words.
    pub what: String,
    /// Positions of the affected requests.
    pub places: Vec<usize>,
    /// Sends of requests that were removed.
    pub stopped: Vec<SendId>,
}

/// The undo and redo stacks, the latest change last.
#[derive(Clone, Debug, Default)]
pub struct ListHistory {
    done: Vec<ListChange>,
    undone: Vec<ListChange>,
}

impl ListHistory {
    /// Records a change and clears the redo stack. Returns the sends of removed requests.
    pub fn push(&mut self, mut change: ListChange) -> Vec<SendId> {
        self.undone.clear();
        let stopped = change.step.kept().filter_map(release_view).collect();
        self.done.push(change);
        if self.done.len() > KEPT_CHANGES {
            self.done.remove(0);
        }
        stopped
    }

    /// The time of the change that undo would revert.
    pub fn last_done(&self) -> Option<u64> {
        self.done.last().map(|change| change.at)
    }

    /// The time of the change that redo would apply.
    pub fn last_undone(&self) -> Option<u64> {
        self.undone.last().map(|change| change.at)
    }

    /// Clears the redo stack after another change.
    pub fn forget_undone(&mut self) {
        self.undone.clear();
    }

    /// Undoes the last change; `at` is as in [`ListChange::at`].
    pub fn undo(&mut self, entries: &mut Vec<Entry>, at: u64) -> Option<Applied> {
        step(&mut self.done, &mut self.undone, entries, at)
    }

    /// Redoes the change that was undone last.
    pub fn redo(&mut self, entries: &mut Vec<Entry>, at: u64) -> Option<Applied> {
        step(&mut self.undone, &mut self.done, entries, at)
    }

    /// The removed requests that can come back.
    pub fn kept(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.done.iter_mut().chain(&mut self.undone).flat_map(|change| change.step.kept())
    }

    /// True if no change could bring back a request with content.
    pub fn holds_nothing(&self) -> bool {
        let holds =
            |step: &UndoStep| matches!(step, UndoStep::Requests { back, .. } if back.iter().any(|(_, entry)| !entry.is_untouched()));
        !self.done.iter().chain(&self.undone).any(|change| holds(&change.step))
    }

    /// After a save every older name differs from the saved one.
    pub fn saved(&mut self) {
        for change in self.done.iter_mut().chain(&mut self.undone) {
            if let UndoStep::Name { renamed, .. } = &mut change.step {
                *renamed = true;
            }
        }
    }
}

fn step(from: &mut Vec<ListChange>, to: &mut Vec<ListChange>, entries: &mut Vec<Entry>, at: u64) -> Option<Applied> {
    let ListChange { what, step, .. } = from.pop()?;
    let mut step = step.apply(entries);
    let stopped = step.kept().filter_map(release_view).collect();
    let is_concerned = |entry: &Entry| match &step {
        UndoStep::Requests { out, .. } => out.contains(&entry.id),
        UndoStep::Name { id, .. } => entry.id == *id,
    };
    let places = entries.iter().enumerate().filter(|(_, entry)| is_concerned(entry)).map(|(place, _)| place).collect();
    to.push(ListChange { what: what.clone(), at, step });
    Some(Applied { what, places, stopped })
}

/// Releases the view of a removed request and cancels its send, which is returned.
fn release_view(entry: &mut Entry) -> Option<SendId> {
    entry.release_view();
    let SendState::Running { id, .. } = entry.sending else { return None };
    entry.sending = SendState::Cancelled;
    Some(id)
}
