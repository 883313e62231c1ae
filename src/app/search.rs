//! A text that is searched for in one pane, and where it is.

use memchr::memmem;

use super::ids::{RequestId, SendId};
use super::panes::Pane;
use crate::domain::span::Span;

/// More places are not walked.
const MOST_PLACES: usize = 10_000;

/// A search in a pane.
#[derive(Clone, Debug)]
pub struct Search {
    /// The pane that is searched.
    pub pane: Pane,
    /// What is searched for; letters match in either case.
    pub query: String,
    /// Where it is, in order: bytes of the request's or the response's text, or rows of the claims.
    pub places: Vec<Span>,
    /// Index of the place that is shown.
    pub current: usize,
    /// What `places` were found in.
    searched: Option<Searched>,
}

/// What was searched. A text that stays the same is searched once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Searched {
    /// The request.
    pub request: RequestId,
    /// The send that its response came from.
    pub answer: Option<SendId>,
    /// When the request was edited last.
    pub edited_at: u64,
    /// Length of the text, which may still grow.
    pub length: usize,
}

impl Search {
    /// A search for nothing yet.
    pub const fn new(pane: Pane) -> Self {
        Self { pane, query: String::new(), places: Vec::new(), current: 0, searched: None }
    }

    /// Searches for something else, from the start.
    pub fn look_for(&mut self, query: &str) {
        self.query = query.to_string();
        (self.current, self.searched) = (0, None);
    }

    /// True if the places are those of this text.
    pub fn is_of(&self, text: Searched) -> bool {
        self.searched == Some(text)
    }

    /// Takes over the places in a text.
    pub fn found(&mut self, places: Vec<Span>, text: Searched) {
        self.places = places;
        self.current = self.current.min(self.places.len().saturating_sub(1));
        self.searched = Some(text);
    }

    /// Goes some places on, from the last one to the first.
    pub fn step(&mut self, by: isize) {
        let count = self.places.len().max(1) as isize;
        self.current = (self.current as isize + by).rem_euclid(count) as usize;
    }

    /// The place that is shown.
    pub fn here(&self) -> Option<Span> {
        self.places.get(self.current).copied()
    }

    /// The place at a byte or row, if there is one, and whether it is the one that is shown.
    pub fn at(&self, at: usize) -> Option<bool> {
        let next = self.places.partition_point(|place| place.end <= at);
        self.places.get(next).filter(|place| place.start <= at).map(|_| next == self.current)
    }

    /// How many places there are, in words.
    pub fn count(&self) -> String {
        match self.places.len() {
            _ if self.query.is_empty() => String::new(),
            0 => "nothing found".into(),
            MOST_PLACES => format!("{} of {MOST_PLACES} or more", self.current + 1),
            count => format!("{} of {count}", self.current + 1),
        }
    }
}

/// Where a text has another one in it, in any case of the letters of ASCII.
pub fn places(text: &str, query: &str) -> Vec<Span> {
    if query.is_empty() {
        return Vec::new();
    }
    // Lower case of ASCII changes no length.
    let (text, query) = (text.to_ascii_lowercase(), query.to_ascii_lowercase());
    let found = memmem::find_iter(text.as_bytes(), query.as_bytes());
    found.take(MOST_PLACES).map(|at| Span::new(at, at + query.len())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_match_in_either_case_and_places_do_not_overlap() {
        let cut = |text: &'static str, query: &str| places(text, query).iter().map(|s| s.cut(text).unwrap_or("")).collect::<Vec<_>>();
        assert_eq!(cut("Token token TOKEN tok", "token"), ["Token", "token", "TOKEN"]);
        assert_eq!(cut("aaaa", "aa"), ["aa", "aa"]);
        assert_eq!(cut("größe GRÖSSE", "größe"), ["größe"]);
        assert!(cut("abc", "").is_empty() && cut("", "a").is_empty());
    }

    #[test]
    fn the_places_are_walked_round() {
        let mut search = Search::new(Pane::Response);
        assert_eq!((search.count(), search.here()), (String::new(), None));
        search.look_for("a");
        assert_eq!(search.count(), "nothing found");
        search.step(1);
        let text = Searched { request: RequestId(1), answer: None, edited_at: 0, length: 5 };
        search.found(places("abaca", "a"), text);
        assert!(search.is_of(text) && !search.is_of(Searched { length: 6, ..text }));
        let mut seen = Vec::new();
        for by in [0, 1, 1, 1, -1] {
            search.step(by);
            seen.push((search.count(), search.here().map(|s| s.start)));
        }
        let is = |count: &str, at| (count.to_string(), Some(at));
        assert_eq!(seen, [is("1 of 3", 0), is("2 of 3", 2), is("3 of 3", 4), is("1 of 3", 0), is("3 of 3", 4)]);
        assert_eq!([0, 1, 4].map(|at| search.at(at)), [Some(false), None, Some(true)]);
    }
}
