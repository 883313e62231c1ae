//! A list that is filtered by typing: commands, requests and headers, tokens to compare with.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::app::appearance::Secrets;
use crate::app::editor::Editor;
use crate::app::ids::RequestPosition;
use crate::app::keymap::Action;
use crate::app::workspace::request::PastVersion;
use crate::formats::export::ExportFormat;

/// What selecting an item does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PickerChoice {
    /// Perform an action.
    Do(Action),
    /// Open a request.
    Open(RequestPosition),
    /// Open a request and put the cursor on one of its headers.
    Header(RequestPosition, usize),
    /// Compare with this request.
    CompareWith(RequestPosition),
    /// Compare with what the open request was before.
    CompareWithPast(PastVersion),
    /// Type or paste the token to compare with.
    TypeToken,
    /// Use the token of the open request's response in these.
    UseIssued(Vec<RequestPosition>),
    /// Copy the open request for a tool.
    CopyAs(ExportFormat, Secrets),
    /// Resolve variables from this environment; empty for none.
    Environment(String),
}

/// One item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PickerItem {
    /// The text that is matched and shown.
    pub text: String,
    /// Shown dimmed on the right: a key, a file.
    pub detail: String,
    /// What selecting it does.
    pub picked: PickerChoice,
}

/// A filtered list.
#[derive(Clone, Debug, Default)]
pub struct Picker {
    /// Title of the dialog.
    pub title: &'static str,
    /// The filter.
    pub query: Editor,
    /// All items.
    pub items: Vec<PickerItem>,
    /// Indexes of the matching items, best first.
    pub found: Vec<usize>,
    /// Index into `found`.
    pub chosen: usize,
}

impl Picker {
    /// A list without a filter.
    pub fn new(title: &'static str, items: Vec<PickerItem>) -> Self {
        let found = (0..items.len()).collect();
        Self { title, query: Editor::line(""), items, found, chosen: 0 }
    }

    /// Applies the filter.
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
        // Commands are also found by other words for them, after those that match by name.
        let words = query.to_lowercase();
        for (i, item) in self.items.iter().enumerate() {
            if let PickerChoice::Do(action) = item.picked
                && !scored.iter().any(|(_, known)| *known == i)
                && words.split_whitespace().all(|word| action.synonyms().split(' ').any(|synonym| synonym.starts_with(word)))
            {
                scored.push((0, i));
            }
        }
        scored.sort_by_key(|(score, i)| (std::cmp::Reverse(*score), *i));
        self.found = scored.into_iter().map(|(_, i)| i).collect();
    }

    /// Moves the selection; stops at the ends.
    pub fn step(&mut self, by: isize) {
        self.chosen = self.chosen.saturating_add_signed(by).min(self.found.len().saturating_sub(1));
    }

    /// The selected item.
    pub fn item(&self) -> Option<&PickerItem> {
        self.items.get(*self.found.get(self.chosen)?)
    }
}

/// Title of the picker of environments.
pub const ENVIRONMENT: &str = "Environment";

/// Title of the list of names and addresses.
pub const SEARCH: &str = "Search requests by name and address";

/// Title of the comparison picker.
pub const COMPARE: &str = "Compare with a request; or paste a token or request";
