//! Clients that are refused again and again after they were let in: an expired token that is retried, a changed secret.

use super::line::{is_denied, is_success};

/// So many refusals in a row tell a client that goes on failing from one that tries again once or twice.
pub const LEAST_DENIALS: u32 = 5;

/// What a client's requests came to, in the order of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repeat {
    had_success: bool,
    /// Refusals since the last success.
    denials: u32,
    first: Option<i64>,
    last: Option<i64>,
}

/// Refusals in a row after a success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failing {
    pub denials: u32,
    /// The first and the last refusal, where the log has times.
    pub first: Option<i64>,
    pub last: Option<i64>,
}

impl Repeat {
    /// Counts an answer. What is neither success nor refusal (a redirect, 404, 500) changes nothing.
    pub fn add(&mut self, status: u16, at: Option<i64>) {
        if is_success(status) {
            *self = Repeat { had_success: true, ..Repeat::default() };
        } else if is_denied(status) {
            self.denials = self.denials.saturating_add(1);
            self.first = self.first.or(at);
            self.last = at.or(self.last);
        }
    }

    /// Adds what came later.
    pub fn merge(&mut self, later: Repeat) {
        if later.had_success {
            *self = later;
        } else {
            self.denials = self.denials.saturating_add(later.denials);
            self.first = self.first.or(later.first);
            self.last = later.last.or(self.last);
        }
    }

    /// The refusals, if the client was let in before and not since.
    pub fn failing(self) -> Option<Failing> {
        (self.had_success && self.denials >= LEAST_DENIALS).then_some(Failing { denials: self.denials, first: self.first, last: self.last })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(statuses: &[u16], from: i64) -> Repeat {
        let mut repeat = Repeat::default();
        statuses.iter().zip(from..).for_each(|(status, at)| repeat.add(*status, Some(at)));
        repeat
    }

    #[test]
    fn only_a_row_of_refusals_after_a_success_counts() {
        assert_eq!(of(&[200, 401, 401, 404, 401, 401, 403], 0).failing(), Some(Failing { denials: 5, first: Some(1), last: Some(6) }));
        assert_eq!(of(&[401, 401, 401, 401, 401, 401], 0).failing(), None, "never let in");
        assert_eq!(of(&[200, 401, 401, 401, 401], 0).failing(), None, "too few");
        assert_eq!(of(&[200, 401, 401, 401, 401, 401, 304], 0).failing(), None, "let in again");
    }

    #[test]
    fn parts_merge_to_the_whole() {
        let statuses = [401, 200, 401, 401, 200, 401, 401, 302, 401, 403, 429, 500, 401];
        for cut in 0..=statuses.len() {
            let (before, after) = statuses.split_at(cut);
            let mut merged = of(before, 0);
            merged.merge(of(after, cut as i64));
            assert_eq!(merged, of(&statuses, 0), "{cut}");
        }
    }
}
