//! The requests of a file, and what is asked about all of them on every key: whether one was never examined, and whether one is
//! edited. To walk over ten thousand requests takes longer than a frame; so both are counted, and only those that somebody may
//! have changed since are looked at.

use std::ops::Deref;

use super::entry::Entry;

/// Requests in order.
#[derive(Clone, Debug, Default)]
pub struct Entries {
    all: Vec<Entry>,
    /// What was seen of each; `None` of those that were lent to be changed since.
    seen: Vec<Option<Seen>>,
    /// The places of those.
    lent: Vec<usize>,
    /// How many of the others were never examined since their last change.
    unexamined: usize,
    /// How many of the others are edited.
    edited: usize,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    unexamined: bool,
    edited: bool,
}

impl Seen {
    fn of(entry: &Entry) -> Self {
        Self { unexamined: entry.glance.is_none(), edited: entry.is_edited() }
    }
}

impl Entries {
    /// A request, to be changed.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut Entry> {
        if let Some(seen) = self.seen.get_mut(index).and_then(Option::take) {
            self.unexamined -= usize::from(seen.unexamined);
            self.edited -= usize::from(seen.edited);
            self.lent.push(index);
        }
        self.all.get_mut(index)
    }

    /// All of them, to be changed.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Entry> {
        self.lend_all();
        self.all.iter_mut()
    }

    /// Puts one at a place, at most the end.
    pub fn insert(&mut self, index: usize, entry: Entry) {
        self.all.insert(index.min(self.all.len()), entry);
        self.lend_all();
    }

    /// Takes one away.
    pub fn remove(&mut self, index: usize) {
        if index < self.all.len() {
            self.all.remove(index);
            self.lend_all();
        }
    }

    /// Looks at those that were lent, so that nobody has to before they are lent again.
    pub fn look(&mut self) {
        for index in self.lent.drain(..) {
            if let (Some(entry), Some(place)) = (self.all.get(index), self.seen.get_mut(index)) {
                let seen = Seen::of(entry);
                self.unexamined += usize::from(seen.unexamined);
                self.edited += usize::from(seen.edited);
                *place = Some(seen);
            }
        }
    }

    /// True when one of them was not examined since its last change.
    pub fn has_unexamined(&self) -> bool {
        self.unexamined > 0 || self.lent().any(|seen| seen.unexamined)
    }

    /// True when the text of one of them differs from what was read or saved last.
    pub fn has_edited(&self) -> bool {
        self.edited > 0 || self.lent().any(|seen| seen.edited)
    }

    /// The places of those that were not examined since their last change.
    pub fn unexamined(&self) -> impl Iterator<Item = usize> {
        let seen = self.seen.iter().zip(&self.all).map(|(seen, entry)| seen.unwrap_or_else(|| Seen::of(entry)));
        seen.enumerate().filter(|(_, seen)| seen.unexamined).map(|(index, _)| index)
    }

    fn lent(&self) -> impl Iterator<Item = Seen> {
        self.lent.iter().filter_map(|index| self.all.get(*index)).map(Seen::of)
    }

    fn lend_all(&mut self) {
        self.seen.clear();
        self.seen.resize(self.all.len(), None);
        self.lent.clear();
        self.lent.extend(0..self.all.len());
        (self.unexamined, self.edited) = (0, 0);
    }
}

impl From<Vec<Entry>> for Entries {
    fn from(all: Vec<Entry>) -> Self {
        let mut entries = Self { all, ..Self::default() };
        entries.lend_all();
        entries
    }
}

impl Deref for Entries {
    type Target = [Entry];

    fn deref(&self) -> &[Entry] {
        &self.all
    }
}

impl<'a> IntoIterator for &'a Entries {
    type Item = &'a Entry;
    type IntoIter = std::slice::Iter<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.iter()
    }
}

impl<'a> IntoIterator for &'a mut Entries {
    type Item = &'a mut Entry;
    type IntoIter = std::slice::IterMut<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::entry::Resolver;
    use super::*;
    use crate::checks::Siblings;

    fn type_into(entry: &mut Entry) {
        entry.editor.insert("x");
        entry.reread(&Resolver::AsWritten);
    }

    proptest! {
        #[test]
        fn what_is_counted_is_what_a_walk_over_all_would_find(steps in prop::collection::vec((0..7_u8, 0..5_usize), 0..30)) {
            let mut entries = Entries::from(vec![Entry::default(), Entry::default()]);
            for (what, index) in steps {
                match what {
                    0 => entries.insert(index, Entry::default()),
                    1 => entries.remove(index),
                    2 => entries.get_mut(index).into_iter().for_each(type_into),
                    3 => entries.get_mut(index).into_iter().for_each(Entry::keep),
                    4 => entries.iter_mut().for_each(|e| e.examine("2026-11-23T07:22:41Z".parse().expect("a moment"), &Siblings::default())),
                    5 => entries.iter_mut().take(index).for_each(Entry::forget),
                    _ => entries.look(),
                }
                let unexamined: Vec<usize> = (0..entries.len()).filter(|i| entries[*i].glance.is_none()).collect();
                prop_assert_eq!(entries.has_unexamined(), !unexamined.is_empty());
                prop_assert_eq!(entries.unexamined().collect::<Vec<_>>(), unexamined);
                prop_assert_eq!(entries.has_edited(), entries.iter().any(Entry::is_edited));
            }
        }
    }
}
