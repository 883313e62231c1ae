//! Undo and redo of changes to a file's request list: deleted, added and renamed requests.

use std::collections::HashSet;

use super::request::Entry;
use super::sending::SendState;
use crate::app::editor::Editor;
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
    /// Restores the texts of requests, with what can be undone in each.
    Texts(Vec<(RequestId, Editor)>),
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
    /// Applies the step; returns its inverse, and the positions of the requests that were inserted or renamed.
    fn apply(self, entries: &mut Vec<Entry>) -> (Self, Vec<usize>) {
        match self {
            Self::Requests { back, out } => {
                let added = back.iter().map(|(_, entry)| entry.id).collect();
                let removed = take_out(entries, &out.into_iter().collect());
                let places = put_back(entries, back);
                (Self::Requests { back: removed, out: added }, places)
            }
            Self::Texts(texts) => {
                let mut places = Vec::with_capacity(texts.len());
                let swap = |(id, mut editor)| {
                    if let Some(place) = entries.iter().position(|entry| entry.id == id)
                        && let Some(entry) = entries.get_mut(place)
                    {
                        std::mem::swap(&mut entry.editor, &mut editor);
                        places.push(place);
                    }
                    (id, editor)
                };
                let inverse = texts.into_iter().map(swap).collect();
                (Self::Texts(inverse), places)
            }
            Self::Name { id, name, renamed } => {
                let place = entries.iter().position(|entry| entry.id == id);
                let Some(entry) = place.and_then(|place| entries.get_mut(place)) else {
                    return (Self::Name { id, name, renamed }, Vec::new());
                };
                let inverse = Self::Name {
                    id,
                    name: std::mem::replace(&mut entry.exchange.name, name),
                    renamed: std::mem::replace(&mut entry.renamed, renamed),
                };
                (inverse, place.into_iter().collect())
            }
        }
    }

    /// The requests that it would insert.
    fn kept(&mut self) -> impl Iterator<Item = &mut Entry> {
        let back = match self {
            Self::Requests { back, .. } => back.as_mut_slice(),
            Self::Texts(_) | Self::Name { .. } => &mut [],
        };
        back.iter_mut().map(|(_, entry)| entry)
    }
}

/// Removes requests from a list, which may be long: only what follows the first of them is moved. Returns them with their
/// positions.
fn take_out(entries: &mut Vec<Entry>, ids: &HashSet<RequestId>) -> Vec<(usize, Entry)> {
    let is_out = |entry: &Entry| ids.contains(&entry.id);
    let (Some(first), Some(last)) = (entries.iter().position(is_out), entries.iter().rposition(is_out)) else { return Vec::new() };
    let places: Vec<usize> = (first..=last).filter(|place| entries.get(*place).is_some_and(is_out)).collect();
    places.into_iter().zip(entries.extract_if(first..=last, |entry| ids.contains(&entry.id))).collect()
}

/// Inserts requests at their positions, in ascending order, and returns these. Neighbors are inserted at once.
fn put_back(entries: &mut Vec<Entry>, back: Vec<(usize, Entry)>) -> Vec<usize> {
    let mut places = Vec::with_capacity(back.len());
    let mut back = back.into_iter().peekable();
    while let Some((first, entry)) = back.next() {
        let mut run = vec![entry];
        while let Some((_, entry)) = back.next_if(|(place, _)| *place == first + run.len()) {
            run.push(entry);
        }
        let start = first.min(entries.len());
        places.extend(start..start + run.len());
        entries.splice(start..start, run);
    }
    places
}

/// The result of an undo or redo.
#[derive(Clone, Debug, Default)]
pub struct Applied {
    /// The change, in words.
    pub what: String,
    /// Positions of the requests that came back or were renamed.
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
    let (mut step, places) = step.apply(entries);
    let stopped = step.kept().filter_map(release_view).collect();
    to.push(ListChange { what: what.clone(), at, step });
    Some(Applied { what, places, stopped })
}

/// Releases the view of a removed request and cancels its send, which is returned.
fn release_view(entry: &mut Entry) -> Option<SendId> {
    entry.release_view();
    let SendState::Running { id, .. } = entry.sending else { return None };
    entry.sending = SendState::Stopped(id);
    Some(id)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::exchange::Exchange;
    use crate::domain::request::Request;

    fn entries(ids: impl IntoIterator<Item = u64>) -> Vec<Entry> {
        ids.into_iter().map(|id| Entry::new(RequestId(id), &Request::default(), Exchange::default())).collect()
    }

    fn ids(entries: &[Entry]) -> Vec<u64> {
        entries.iter().map(|entry| entry.id.0).collect()
    }

    proptest! {
        /// Whatever is taken out of a list and put back, undoing it restores the list.
        #[test]
        fn a_step_and_its_inverse_change_nothing(
            kept in prop::collection::vec(any::<bool>(), 0..12),
            added in prop::collection::btree_set(0..16_usize, 0..6),
        ) {
            let mut list = entries(0..kept.len() as u64);
            let before = ids(&list);
            let out: Vec<RequestId> = list.iter().zip(&kept).filter(|(_, kept)| !**kept).map(|(entry, _)| entry.id).collect();
            let back = added.iter().copied().zip(entries(100..200)).collect();
            let rest: Vec<u64> = before.iter().copied().filter(|id| !out.contains(&RequestId(*id))).collect();
            let (inverse, places) = UndoStep::Requests { back, out }.apply(&mut list);
            let changed = ids(&list);
            prop_assert_eq!(changed.iter().copied().filter(|id| *id < 100).collect::<Vec<_>>(), rest);
            prop_assert_eq!(places.iter().map(|place| changed[*place]).collect::<Vec<_>>(), (100..100 + added.len() as u64).collect::<Vec<_>>());
            let (again, _) = inverse.apply(&mut list);
            prop_assert_eq!(ids(&list), before);
            again.apply(&mut list);
            prop_assert_eq!(ids(&list), changed);
        }
    }
}
