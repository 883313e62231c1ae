//! Undo and redo of changes to a file's request list: deleted, added and renamed requests.

use std::collections::{HashMap, HashSet};

use super::expectations::{self, Field};
use super::request::Entry;
use super::sending::SendState;
use crate::app::editor::Editor;
use crate::app::editor::history::GroupId;
use crate::app::ids::{RequestId, SendId};
use crate::domain::context::Context;

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
        /// The requests to remove, each as it has to be still.
        out: Vec<(RequestId, Version)>,
    },
    /// Undoes an edit in each of some requests, where it is the last one.
    UndoEdits(Vec<(RequestId, GroupId)>),
    /// Redoes an edit in each of some requests, where it was undone last.
    RedoEdits(Vec<(RequestId, GroupId)>),
    /// Restores a request's name.
    Name {
        /// The request.
        id: RequestId,
        /// Its name.
        name: String,
        /// Whether that name differs from the saved one.
        renamed: bool,
    },
    /// Restores what is expected of a request.
    Expected {
        /// The request.
        id: RequestId,
        /// How it was.
        before: Box<Expected>,
    },
}

/// What is expected of a request.
#[derive(Clone, Debug)]
pub struct Expected {
    context: Context,
    directives: u64,
}

impl Expected {
    /// What is expected of a request now.
    pub fn of(entry: &Entry) -> Self {
        let mut context = Context::default();
        expectations::copy(&entry.exchange.context, &mut context);
        Self { context, directives: entry.directive_changes }
    }
}

/// What a person changed in a request, to tell whether more was changed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    edit: Option<GroupId>,
    directives: u64,
    answered_by: Option<SendId>,
}

impl Version {
    /// The version of a request.
    pub fn of(entry: &Entry) -> Self {
        Self { edit: entry.editor.last_done(), directives: entry.directive_changes, answered_by: entry.answered_by }
    }
}

impl UndoStep {
    /// The request that keeps the step from being applied: it would be removed with later changes.
    fn blocked_by(&self, entries: &[Entry]) -> Option<(String, Later)> {
        let Self::Requests { out, .. } = self else { return None };
        let out: HashMap<RequestId, Version> = out.iter().copied().collect();
        entries.iter().find_map(|entry| {
            let (before, now) = (out.get(&entry.id)?, Version::of(entry));
            let later = if (before.edit, before.directives) == (now.edit, now.directives) { Later::Answer } else { Later::Change };
            (*before != now).then(|| (entry.title(), later))
        })
    }

    /// True if it undoes or redoes an edit of a request.
    fn is_edit(&self, id: RequestId, edit: GroupId) -> bool {
        matches!(self, Self::UndoEdits(edits) | Self::RedoEdits(edits) if edits.contains(&(id, edit)))
    }

    /// Applies the step; returns its inverse, and the positions of the requests that were inserted or changed.
    fn apply(self, entries: &mut Vec<Entry>) -> (Self, Vec<usize>) {
        match self {
            Self::Requests { back, out } => {
                let added = back.iter().map(|(_, entry)| (entry.id, Version::of(entry))).collect();
                let removed = take_out(entries, &out.into_iter().map(|(id, _)| id).collect());
                let places = put_back(entries, back);
                (Self::Requests { back: removed, out: added }, places)
            }
            Self::UndoEdits(edits) => {
                let (edits, places) = step_in_each(entries, edits, Editor::last_done, Editor::undo);
                (Self::RedoEdits(edits), places)
            }
            Self::RedoEdits(edits) => {
                let (edits, places) = step_in_each(entries, edits, Editor::last_undone, Editor::redo);
                (Self::UndoEdits(edits), places)
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
            Self::Expected { id, before } => {
                let place = entries.iter().position(|entry| entry.id == id);
                let Some(entry) = place.and_then(|place| entries.get_mut(place)) else {
                    return (Self::Expected { id, before }, Vec::new());
                };
                let inverse = Expected::of(entry);
                expectations::copy(&before.context, &mut entry.exchange.context);
                entry.directive_changes = before.directives;
                entry.forget();
                (Self::Expected { id, before: Box::new(inverse) }, place.into_iter().collect())
            }
        }
    }

    /// The fields of what is expected that it would change.
    fn fields(&self, entries: &[Entry]) -> Vec<Field> {
        let Self::Expected { id, before } = self else { return Vec::new() };
        let Some(entry) = entries.iter().find(|entry| entry.id == *id) else { return Vec::new() };
        let context = &entry.exchange.context;
        Field::ALL.into_iter().filter(|field| field.values(context) != field.values(&before.context)).collect()
    }

    /// How many requests it would edit.
    fn edits(&self) -> usize {
        match self {
            Self::UndoEdits(edits) | Self::RedoEdits(edits) => edits.len(),
            Self::Requests { .. } | Self::Name { .. } | Self::Expected { .. } => 0,
        }
    }

    /// The requests that it would insert.
    fn kept(&mut self) -> impl Iterator<Item = &mut Entry> {
        let back = match self {
            Self::Requests { back, .. } => back.as_mut_slice(),
            Self::UndoEdits(_) | Self::RedoEdits(_) | Self::Name { .. } | Self::Expected { .. } => &mut [],
        };
        back.iter_mut().map(|(_, entry)| entry)
    }
}

/// Undoes or redoes an edit in each request where it is the next to be undone or redone: what is newer stays. Returns the edits that
/// were, and where.
fn step_in_each(
    entries: &mut [Entry],
    edits: Vec<(RequestId, GroupId)>,
    next: impl Fn(&Editor) -> Option<GroupId>,
    step: impl Fn(&mut Editor) -> bool,
) -> (Vec<(RequestId, GroupId)>, Vec<usize>) {
    let edits: HashMap<RequestId, GroupId> = edits.into_iter().collect();
    let mut stepped = Vec::with_capacity(edits.len());
    let mut places = Vec::with_capacity(edits.len());
    for (place, entry) in entries.iter_mut().enumerate() {
        if let Some(edit) = edits.get(&entry.id)
            && next(&entry.editor) == Some(*edit)
            && step(&mut entry.editor)
        {
            stepped.push((entry.id, *edit));
            places.push(place);
        }
    }
    (stepped, places)
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
    /// Positions of the requests that came back or were changed.
    pub places: Vec<usize>,
    /// How many requests were edited later, so that the change stays in them.
    pub passed: usize,
    /// Sends of requests that were removed.
    pub stopped: Vec<SendId>,
    /// Fields of what is expected that were changed, whose directives are to be written again.
    pub fields: Vec<Field>,
}

/// What would have gone with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Later {
    /// What was typed in it.
    Change,
    /// Its answer.
    Answer,
}

/// Why a change was neither undone nor redone: a request would have gone with later changes.
#[derive(Clone, Debug)]
pub struct Blocked {
    /// The change, in words.
    pub what: String,
    /// The title of the request.
    pub request: String,
    /// What came later.
    pub later: Later,
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

    /// True if undo would revert an edit of a request, among others.
    pub fn would_undo(&self, id: RequestId, edit: GroupId) -> bool {
        self.done.last().is_some_and(|change| change.step.is_edit(id, edit))
    }

    /// True if redo would apply an edit of a request, among others.
    pub fn would_redo(&self, id: RequestId, edit: GroupId) -> bool {
        self.undone.last().is_some_and(|change| change.step.is_edit(id, edit))
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
    ///
    /// # Errors
    /// When a request would be removed that was changed since.
    pub fn undo(&mut self, entries: &mut Vec<Entry>, at: u64) -> Result<Option<Applied>, Blocked> {
        step(&mut self.done, &mut self.undone, entries, at)
    }

    /// Redoes the change that was undone last.
    ///
    /// # Errors
    /// When a request would be removed that was changed since.
    pub fn redo(&mut self, entries: &mut Vec<Entry>, at: u64) -> Result<Option<Applied>, Blocked> {
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

fn step(from: &mut Vec<ListChange>, to: &mut Vec<ListChange>, entries: &mut Vec<Entry>, at: u64) -> Result<Option<Applied>, Blocked> {
    if let Some((change, (request, later))) = from.last().and_then(|change| Some((change, change.step.blocked_by(entries)?))) {
        return Err(Blocked { what: change.what.clone(), request, later });
    }
    let Some(ListChange { what, step, .. }) = from.pop() else { return Ok(None) };
    let (edits, fields) = (step.edits(), step.fields(entries));
    let (mut step, places) = step.apply(entries);
    let stopped = step.kept().filter_map(release_view).collect();
    let passed = edits - step.edits();
    // Nothing is left to be done the other way if every request was edited later.
    if edits == 0 || passed < edits {
        to.push(ListChange { what: what.clone(), at, step });
    }
    Ok(Some(Applied { what, places, passed, stopped, fields }))
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
            let out: Vec<(RequestId, Version)> =
                list.iter().zip(&kept).filter(|(_, kept)| !**kept).map(|(entry, _)| (entry.id, Version::of(entry))).collect();
            let back = added.iter().copied().zip(entries(100..200)).collect();
            let rest: Vec<u64> = before.iter().copied().filter(|id| !out.iter().any(|(gone, _)| gone.0 == *id)).collect();
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
