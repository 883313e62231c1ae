//! The names of actions and contexts in a configuration: `send-anyway`, `move-word-left`, `select-all`.

use super::{Action, KeyContext};
use crate::app::editor::{Motion, Select};

impl Action {
    /// Its name in a configuration.
    pub fn name(self) -> String {
        let of_motion = |motion: Motion| <&str>::from(motion);
        match self {
            Self::Go(motion, Select::Drop) => format!("move-{}", of_motion(motion)),
            Self::Go(motion, Select::Extend) => format!("select-{}", of_motion(motion)),
            Self::Focus(pane) => format!("focus-{}", <&str>::from(pane)),
            Self::CopyThis(what) => format!("copy-{}", <&str>::from(what)),
            other => <&str>::from(other).into(),
        }
    }
}

impl KeyContext {
    /// Its name in a configuration.
    pub fn name(self) -> &'static str {
        self.into()
    }
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
