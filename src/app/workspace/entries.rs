//! The requests of a file in order, with an index of what they say about each other.

use std::ops::{Deref, DerefMut, RangeBounds};
use std::sync::Arc;

use jiff::Timestamp;

use super::request::Entry;
use crate::checks::{Index, OwnServices, Surroundings};

/// The requests of a file. Mutable access drops what the index knows about the request.
#[derive(Clone, Debug, Default)]
pub struct Entries {
    list: Vec<Entry>,
    index: Index,
    /// The request that may have changed since `index` was built. The index is still valid for it, because it excludes the
    /// request itself.
    changed: Option<usize>,
    /// Services that the user described beside the file.
    services: Option<Arc<OwnServices>>,
}

impl From<Vec<Entry>> for Entries {
    fn from(list: Vec<Entry>) -> Self {
        Self { list, ..Self::default() }
    }
}

impl Deref for Entries {
    type Target = [Entry];

    fn deref(&self) -> &[Entry] {
        &self.list
    }
}

impl DerefMut for Entries {
    fn deref_mut(&mut self) -> &mut [Entry] {
        self.forget_siblings();
        &mut self.list
    }
}

impl<'a> IntoIterator for &'a Entries {
    type Item = &'a Entry;
    type IntoIter = std::slice::Iter<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl<'a> IntoIterator for &'a mut Entries {
    type Item = &'a mut Entry;
    type IntoIter = std::slice::IterMut<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl Entries {
    /// With the services that the user described beside the file.
    #[must_use]
    pub fn with_services(self, services: Option<Arc<OwnServices>>) -> Self {
        Self { services, ..self }
    }

    /// A request, for changes.
    pub fn get_mut(&mut self, number: usize) -> Option<&mut Entry> {
        self.note_change(number);
        self.list.get_mut(number)
    }

    /// A request, for changes of its view only: request and response must stay the same.
    pub(in crate::app) fn shown_mut(&mut self, number: usize) -> Option<&mut Entry> {
        self.list.get_mut(number)
    }

    /// Inserts a request.
    pub fn insert(&mut self, number: usize, entry: Entry) {
        self.forget_siblings();
        self.list.insert(number.min(self.list.len()), entry);
    }

    /// Replaces a range and returns the removed requests.
    pub fn splice(&mut self, range: impl RangeBounds<usize>, entries: Vec<Entry>) -> Vec<Entry> {
        self.forget_siblings();
        self.list.splice(range, entries).collect()
    }

    /// The list, for arbitrary changes.
    pub(in crate::app) fn list_mut(&mut self) -> &mut Vec<Entry> {
        self.forget_siblings();
        &mut self.list
    }

    /// Removes a request.
    pub fn remove(&mut self, number: usize) {
        self.forget_siblings();
        if number < self.list.len() {
            self.list.remove(number);
        }
    }

    /// Runs all checks on a request at a given time.
    pub fn examine(&mut self, number: usize, now: Timestamp) {
        if self.changed.is_some_and(|changed| changed != number) {
            self.forget_siblings();
        }
        let Some(entry) = self.list.get(number) else { return };
        let around = Surroundings::of(&self.list, &self.index, number, now).with_services(self.services.as_deref());
        let examined = entry.examined(&around);
        if let Some(entry) = self.list.get_mut(number) {
            entry.store_examination(examined);
        }
    }

    fn note_change(&mut self, number: usize) {
        if self.changed.is_some_and(|changed| changed != number) {
            self.forget_siblings();
        }
        self.changed = Some(number);
    }

    fn forget_siblings(&mut self) {
        self.index = Index::default();
        self.changed = None;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::app::ids::RequestId;
    use crate::checks::examine;
    use crate::domain::exchange::Exchange;
    use crate::domain::request::RequestText;
    use crate::domain::response::Response;

    fn entry(path: u8, status: u16, set_cookie: bool) -> Entry {
        let request = RequestText::parse(&format!("GET https://shop.example/v1/item{path}\nUser-Agent: curl/8.5\n")).0;
        let headers = set_cookie.then_some(("Set-Cookie", "sessionid=abcdef; Path=/; HttpOnly")).into_iter().collect();
        let answer = Some(Response { status, headers, ..Response::default() });
        Entry::new(RequestId::default(), &request, Exchange { request: request.clone(), answer, ..Exchange::default() })
    }

    /// An operation on the requests of a file.
    #[derive(Clone, Debug)]
    enum Step {
        Examine(usize),
        Show(usize),
        Change(usize, u8, u16, bool),
        Insert(usize, u8, u16, bool),
        Remove(usize),
        ChangeAll(u16),
    }

    fn step() -> impl Strategy<Value = Step> {
        let status = || prop::sample::select(vec![200_u16, 401, 404]);
        prop_oneof![
            4 => (0..6_usize).prop_map(Step::Examine),
            1 => (0..6_usize).prop_map(Step::Show),
            3 => (0..6_usize, 0..3_u8, status(), any::<bool>()).prop_map(|(i, path, status, cookie)| Step::Change(i, path, status, cookie)),
            1 => (0..6_usize, 0..3_u8, status(), any::<bool>()).prop_map(|(i, path, status, cookie)| Step::Insert(i, path, status, cookie)),
            1 => (0..6_usize).prop_map(Step::Remove),
            1 => status().prop_map(Step::ChangeAll),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        /// Reports always reflect the current siblings, whatever changed before.
        #[test]
        fn siblings_are_never_out_of_date(steps in prop::collection::vec(step(), 1..24)) {
            let mut entries = Entries::from(vec![entry(0, 200, true), entry(1, 401, false), entry(2, 404, false)]);
            for step in steps {
                match step {
                    Step::Examine(number) => {
                        entries.examine(number, Timestamp::UNIX_EPOCH);
                        let Some(entry) = entries.get(number) else { continue };
                        let exchanges: Vec<Exchange> = entries.iter().map(|e| e.exchange.clone()).collect();
                        let index = Index::default();
                        let fresh = examine(&entry.exchange, &Surroundings::of(&exchanges, &index, number, Timestamp::UNIX_EPOCH));
                        prop_assert_eq!(format!("{:?}", entry.report()), format!("{:?}", Some(&fresh)));
                    }
                    Step::Show(number) => drop(entries.shown_mut(number).map(Entry::lay_out)),
                    Step::Change(number, path, status, cookie) => drop(entries.get_mut(number).map(|e| *e = entry(path, status, cookie))),
                    Step::Insert(number, path, status, cookie) => entries.insert(number, entry(path, status, cookie)),
                    Step::Remove(number) => entries.remove(number),
                    Step::ChangeAll(status) => entries.iter_mut().filter_map(|e| e.exchange.answer.as_mut()).for_each(|a| a.status = status),
                }
            }
        }
    }
}
