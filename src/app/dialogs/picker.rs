//! A list that is filtered while one types: commands, requests and headers, tokens to compare with.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::app::editor::Editor;
use crate::app::ids::At;
use crate::app::keymap::Action;

/// What taking an item does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picked {
    /// Do it.
    Do(Action),
    /// Open a request.
    Open(At),
    /// Open a request and put the cursor on one of its headers.
    Header(At, usize),
    /// Compare with this request.
    CompareWith(At),
    /// Type or paste the token to compare with.
    TypeToken,
    /// Fill variables in from this environment; none for the empty name.
    Environment(String),
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What is matched and shown.
    pub text: String,
    /// Shown dimly at its right: a key, a file.
    pub aside: String,
    /// What taking it does.
    pub picked: Picked,
}

/// A filtered list.
#[derive(Clone, Debug, Default)]
pub struct Picker {
    /// What it is for.
    pub title: &'static str,
    /// What is typed.
    pub query: Editor,
    /// Everything.
    pub items: Vec<Item>,
    /// Indexes of what matches, best first.
    pub found: Vec<usize>,
    /// Place in `found`.
    pub chosen: usize,
}

impl Picker {
    /// A list with nothing typed yet.
    pub fn new(title: &'static str, items: Vec<Item>) -> Self {
        let found = (0..items.len()).collect();
        Self { title, query: Editor::line(""), items, found, chosen: 0 }
    }

    /// Filters anew after typing.
    pub fn filter(&mut self) {
        self.chosen = 0;
        let query = self.query.text();
        if query.is_empty() {
            self.found = (0..self.items.len()).collect();
            return;
        }
        let pattern = Pattern::parse(query, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        let mut scored: Vec<(u32, usize)> = Vec::new();
        for (i, item) in self.items.iter().enumerate() {
            if let Some(score) = pattern.score(Utf32Str::new(&item.text, &mut buffer), &mut matcher) {
                scored.push((score, i));
            }
        }
        scored.sort_by_key(|(score, i)| (std::cmp::Reverse(*score), *i));
        self.found = scored.into_iter().map(|(_, i)| i).collect();
    }

    /// Moves the choice; stays at the ends.
    pub fn step(&mut self, by: isize) {
        self.chosen = self.chosen.saturating_add_signed(by).min(self.found.len().saturating_sub(1));
    }

    /// What is chosen.
    pub fn item(&self) -> Option<&Item> {
        self.items.get(*self.found.get(self.chosen)?)
    }
}

/// Title of the list of what can be compared with.
pub const COMPARE: &str = "Compare with a request, or paste a token";
