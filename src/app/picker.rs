//! A list that is filtered while one types: commands, requests and headers, tokens to compare with.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::editor::Editor;
use super::keymap::{Action, BINDINGS, Context, key_of};
use super::model::{At, Model, Pane};
use crate::domain::secrecy::quoted;

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

/// Every command with its key, those first that do something now.
pub fn commands(model: &Model) -> Picker {
    let contexts = model.contexts();
    let mut items: Vec<Item> = Vec::new();
    let on_bench = |c: Context| matches!(c, Context::Anywhere | Context::Bench | Context::Requests | Context::Request | Context::Checklist);
    for binding in BINDINGS.iter().filter(|b| on_bench(b.context)) {
        let movement = matches!(
            binding.action,
            Action::Up
                | Action::Down
                | Action::PageUp
                | Action::PageDown
                | Action::Top
                | Action::Bottom
                | Action::Back
                | Action::Choose
                | Action::Palette
        );
        let known = items.iter().any(|i| i.picked == Picked::Do(binding.action));
        if movement || known || !model.can(binding.action) {
            continue;
        }
        let key = key_of(&contexts, binding.action).or_else(|| binding.keys.first().copied());
        let text = match binding.action {
            Action::Focus(pane) => format!("go to {}", pane.title().to_lowercase()),
            _ => binding.label.to_string(),
        };
        items.push(Item { text, aside: key.map(|k| k.to_string()).unwrap_or_default(), picked: Picked::Do(binding.action) });
    }
    Picker::new("Commands", items)
}

/// Every request and every header of the open one.
pub fn everything(model: &Model) -> Picker {
    let mut items = Vec::new();
    if let Some(entry) = model.entry() {
        for (i, header) in entry.exchange.request.headers.iter() {
            let aside = Pane::Request.title().to_lowercase();
            items.push(Item { text: quoted(&header.name), aside, picked: Picked::Header(model.at, i) });
        }
    }
    for (at, title, file) in requests(model) {
        items.push(Item { text: title, aside: file.to_string(), picked: Picked::Open(at) });
    }
    Picker::new("Find", items)
}

/// What the open request can be compared with.
pub fn to_compare(model: &Model) -> Picker {
    let mut others: Vec<_> = requests(model).filter(|(at, ..)| *at != model.at).collect();
    // What is taken tells most about what is refused.
    let taken = |at: &At| {
        let entry = model.files.get(at.file).and_then(|f| f.entries.get(at.entry));
        entry.and_then(|e| e.exchange.answer.as_ref()).is_some_and(|a| a.is_success())
    };
    others.sort_by_key(|(at, ..)| !taken(at));
    let others = others.into_iter();
    let mut items: Vec<Item> =
        others.map(|(at, title, file)| Item { text: title, aside: file.to_string(), picked: Picked::CompareWith(at) }).collect();
    if model.entry().is_some_and(|e| e.carried().is_some()) {
        items.push(Item { text: "type or paste a token".into(), aside: String::new(), picked: Picked::TypeToken });
    }
    Picker::new(COMPARE, items)
}

/// Every environment that some file knows, and none.
pub fn environments(model: &Model) -> Picker {
    let mut names: Vec<&String> = model.files.iter().flat_map(|f| f.environments.keys()).filter(|n| !n.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    let mut items = vec![Item { text: "none".into(), aside: String::new(), picked: Picked::Environment(String::new()) }];
    items.extend(names.into_iter().map(|n| Item { text: n.clone(), aside: String::new(), picked: Picked::Environment(n.clone()) }));
    Picker::new("Environment", items)
}

fn requests(model: &Model) -> impl Iterator<Item = (At, String, &str)> {
    model
        .files
        .iter()
        .enumerate()
        .flat_map(|(file, f)| f.entries.iter().enumerate().map(move |(entry, e)| (At { file, entry }, e.title(), f.name.as_str())))
}
