//! The names of actions and contexts in a configuration: `send-anyway`, `move-word-left`, `select-all`.

use std::fmt::{Debug, Write as _};

use super::{Action, KeyContext};
use crate::app::editor::Select;

impl Action {
    /// Its name in a configuration.
    pub fn name(self) -> String {
        match self {
            Self::Go(motion, Select::Drop) => format!("move-{}", kebab(&motion)),
            Self::Go(motion, Select::Extend) => format!("select-{}", kebab(&motion)),
            Self::Focus(pane) => format!("focus-{}", kebab(&pane)),
            Self::CopyThis(what) => format!("copy-{}", kebab(&what)),
            other => kebab(&other),
        }
    }
}

impl KeyContext {
    /// Its name in a configuration.
    pub fn name(self) -> String {
        kebab(&self)
    }
}

/// The name of a variant, with hyphens between its words.
fn kebab(variant: &dyn Debug) -> String {
    let mut name = String::new();
    for (i, c) in format!("{variant:?}").char_indices() {
        if c.is_ascii_uppercase() && i > 0 {
            name.push('-');
        }
        let _ = write!(name, "{}", c.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::BINDINGS;

    #[test]
    fn an_action_is_named_once_in_a_context() {
        let mut seen = HashSet::new();
        for binding in BINDINGS {
            let name = binding.action.name();
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{name}");
            assert!(seen.insert((binding.context, name)), "{:?} {}", binding.context, binding.label);
        }
    }
}
