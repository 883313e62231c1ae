//! The exchanges before one. Those of a long transcript share one list, of which each knows a part.

use std::ops::{Deref, Range};
use std::sync::Arc;

/// An exchange that came before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Previous {
    /// Its method.
    pub method: String,
    /// Its address.
    pub url: String,
    /// Whether it carried a credential.
    pub sent_authorization: Option<bool>,
    /// The status of its answer.
    pub status: u16,
    /// The answer's Location.
    pub location: Option<String>,
    /// The answer's WWW-Authenticate values.
    pub www_authenticate: Vec<String>,
    /// The answer's Set-Cookie values.
    pub set_cookie: Vec<String>,
}

/// The exchanges before one, oldest first.
#[derive(Clone, Debug, Default)]
pub struct History {
    all: Arc<Vec<Previous>>,
    known: Range<usize>,
}

impl History {
    /// A part of a list; as much of it as there is.
    pub fn part(all: &Arc<Vec<Previous>>, known: Range<usize>) -> Self {
        let end = known.end.min(all.len());
        Self { all: Arc::clone(all), known: known.start.min(end)..end }
    }

    /// Adds what came last.
    pub fn push(&mut self, previous: Previous) {
        if self.known.end < self.all.len() || Arc::get_mut(&mut self.all).is_none() {
            *self = self.to_vec().into();
        }
        if let Some(all) = Arc::get_mut(&mut self.all) {
            all.push(previous);
            self.known.end = all.len();
        }
    }
}

impl Deref for History {
    type Target = [Previous];

    fn deref(&self) -> &[Previous] {
        self.all.get(self.known.clone()).unwrap_or_default()
    }
}

impl From<Vec<Previous>> for History {
    fn from(all: Vec<Previous>) -> Self {
        Self { known: 0..all.len(), all: Arc::new(all) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16) -> Previous {
        Previous { status, ..Previous::default() }
    }

    fn statuses(history: &History) -> Vec<u16> {
        history.iter().map(|p| p.status).collect()
    }

    #[test]
    fn what_is_added_to_a_part_is_in_that_part_alone() {
        let all = Arc::new((0..4).map(answered).collect::<Vec<_>>());
        let (mut part, other) = (History::part(&all, 1..3), History::part(&all, 2..9));
        part.push(answered(9));
        part.push(answered(10));
        assert_eq!((statuses(&part), statuses(&other)), (vec![1, 2, 9, 10], vec![2, 3]));
        let mut own = History::default();
        own.push(answered(5));
        assert_eq!(statuses(&own), [5]);
    }
}
