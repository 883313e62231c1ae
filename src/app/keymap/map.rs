//! The bindings in force: the table, with the keys that a configuration gives.

use std::borrow::Cow;

use super::{Action, BINDINGS, Binding, KeyContext};
use crate::app::key::Key;

/// Contexts that are in force at once and whose actions are all needed there.
const AT_ONCE: [(KeyContext, KeyContext); 10] = [
    (KeyContext::Main, KeyContext::Global),
    (KeyContext::Editing, KeyContext::Typing),
    (KeyContext::Explaining, KeyContext::Reading),
    (KeyContext::Comparing, KeyContext::Reading),
    (KeyContext::Path, KeyContext::Prompt),
    (KeyContext::ChoosingEnvironment, KeyContext::Choosing),
    (KeyContext::AuthKind, KeyContext::Form),
    (KeyContext::AuthKind, KeyContext::AuthConfig),
    (KeyContext::Renewed, KeyContext::Reading),
    (KeyContext::Path, KeyContext::Form),
];

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
        contexts.iter().find_map(|context| self.rows(*context).find(|b| b.action == action)?.keys.first().copied())
    }

    /// The same as it is shown; without a key, how the commands have it: `^P fix`.
    pub fn shown(&self, contexts: &[KeyContext], action: Action) -> String {
        let in_commands = || {
            let commands = self.key_of(&[KeyContext::Global, KeyContext::Main], Action::Palette)?;
            let label = contexts.iter().find_map(|context| self.rows(*context).find(|b| b.action == action))?.label;
            Some(format!("{commands} {label}"))
        };
        self.key_of(contexts, action).map(|key| key.to_string()).or_else(in_commands).unwrap_or_default()
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

    /// Gives an action the keys that it has in a context in every other one too where its keys were the same, unless `is_given` says
    /// that they are set there.
    pub fn follow(&mut self, context: KeyContext, action: &str, keys: Vec<Key>, is_given: impl Fn(KeyContext) -> bool) {
        let Some(before) = BINDINGS.iter().find(|b| b.context == context && b.action.name() == action) else { return };
        let is_typed = keys.iter().any(|key| key.typed().is_some());
        let follows = |b: &&mut Binding| {
            let default = BINDINGS.iter().find(|d| d.context == b.context && d.action == b.action);
            b.action == before.action
                && b.context != context
                && default.is_some_and(|default| default.keys == before.keys)
                && !is_given(b.context)
                && !(is_typed && b.context.is_for_typing())
        };
        self.bindings.iter_mut().filter(follows).for_each(|b| b.rebind(keys.clone()));
    }

    /// The names of the actions of a context.
    pub fn names(&self, context: KeyContext) -> Vec<String> {
        self.rows(context).map(|b| b.action.name()).collect()
    }

    /// Two bindings that have a key in common, with that key: of one context, or of two that are in force at once, where the default
    /// keys do not hide each other.
    pub fn conflict(&self) -> Option<(&Binding, &Binding, Key)> {
        let is_at_once = |one: &Binding, other: &Binding| {
            one.context == other.context
                || AT_ONCE.contains(&(one.context, other.context))
                || AT_ONCE.contains(&(other.context, one.context))
        };
        let hides = |one: &Binding, other: &Binding, key: Key| {
            let has = |of: &Binding| BINDINGS.iter().any(|b| b.context == of.context && b.action == of.action && b.keys.contains(&key));
            one.context != other.context && has(one) && has(other)
        };
        self.bindings.iter().enumerate().find_map(|(i, one)| {
            let mut others = self.bindings.get(i + 1..)?.iter().filter(|other| is_at_once(one, other) && other.action != one.action);
            others.find_map(|other| {
                let mut common = one.keys.iter().filter(|key| other.keys.contains(key));
                common.find(|key| !hides(one, other, **key)).map(|key| (one, other, *key))
            })
        })
    }
}

impl Binding {
    /// Gives it other keys.
    pub fn rebind(&mut self, keys: Vec<Key>) {
        self.keys = Cow::Owned(keys);
    }
}
