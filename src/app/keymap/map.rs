//! The bindings in force: the table, with the keys that a configuration gives.

use std::borrow::Cow;

use super::{Action, BINDINGS, Binding, KeyContext};
use crate::app::key::Key;

/// The bindings in force.
#[derive(Clone, Debug)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self { bindings: BINDINGS.to_vec() }
    }
}

impl Keymap {
    /// All bindings, in the order of the table.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// The action of a key in a stack of contexts, innermost first.
    pub fn action(&self, contexts: &[KeyContext], key: Key) -> Option<Action> {
        contexts.iter().find_map(|context| self.rows(*context).find(|b| b.keys.contains(&key)).map(|b| b.action))
    }

    /// The rows of one context, in the order of the table.
    pub fn rows(&self, context: KeyContext) -> impl Iterator<Item = &Binding> {
        self.bindings.iter().filter(move |b| b.context == context)
    }

    /// The first key bound to an action in a stack of contexts, for hints and the palette.
    pub fn key_of(&self, contexts: &[KeyContext], action: Action) -> Option<Key> {
        let row = contexts.iter().find_map(|context| self.rows(*context).find(|b| b.action == action))?;
        row.keys.first().copied()
    }

    /// The same as it is shown; empty without a key.
    pub fn shown(&self, contexts: &[KeyContext], action: Action) -> String {
        self.key_of(contexts, action).map(|key| key.to_string()).unwrap_or_default()
    }

    /// The bindings to hint at in a stack of contexts, most useful first, each action once.
    pub fn hints(&self, contexts: &[KeyContext]) -> Vec<&Binding> {
        let mut found: Vec<&Binding> = Vec::new();
        for binding in contexts.iter().flat_map(|context| self.rows(*context)).filter(|b| b.hint > 0 && !b.keys.is_empty()) {
            if !found.iter().any(|b| b.action == binding.action) {
                found.push(binding);
            }
        }
        found.sort_by_key(|b| b.hint);
        found
    }

    /// The binding of an action, by its name, in a context.
    pub fn named(&mut self, context: KeyContext, action: &str) -> Option<&mut Binding> {
        self.bindings.iter_mut().find(|b| b.context == context && b.action.name() == action)
    }

    /// The names of the actions of a context.
    pub fn names(&self, context: KeyContext) -> Vec<String> {
        self.rows(context).map(|b| b.action.name()).collect()
    }

    /// Two bindings of one context that have a key in common, with that key.
    pub fn conflict(&self) -> Option<(&Binding, &Binding, Key)> {
        self.bindings.iter().enumerate().find_map(|(i, one)| {
            let others = self.bindings.get(i + 1..)?.iter().filter(|other| other.context == one.context);
            others.into_iter().find_map(|other| one.keys.iter().find(|key| other.keys.contains(key)).map(|key| (one, other, *key)))
        })
    }
}

impl Binding {
    /// Gives it other keys.
    pub fn rebind(&mut self, keys: Vec<Key>) {
        self.keys = Cow::Owned(keys);
    }
}
