//! Choosing the environment that variables are filled from.

use std::collections::BTreeSet;

use super::choices;
use crate::app::dialogs::Overlay;
use crate::app::effect::Effect;
use crate::app::model::{Model, Tone};
use crate::app::workspace::value_history::ValueStep;

impl Model {
    pub(super) fn choose_environment(&mut self) {
        if self.has_environments() {
            self.overlay = Some(Overlay::Pick(choices::environments(self)));
        } else {
            self.notify(Tone::Bad, "No environment yet; V gives variables values, and writes them to http-client.env.json");
        }
    }

    /// True if some file has environments.
    pub fn has_environments(&self) -> bool {
        self.files.iter().any(|file| file.environments.keys().any(|name| !name.is_empty()))
    }

    /// The environments of all files, by name.
    pub fn environments(&self) -> BTreeSet<&str> {
        let all = self.files.iter().flat_map(|f| f.environments.keys());
        all.map(String::as_str).filter(|name| !name.is_empty()).collect()
    }

    /// Chooses the environment that was chosen last, else the only one, unless one is chosen.
    pub(in crate::app) fn choose_first_environment(&mut self) {
        if !self.environment.is_empty() {
            return;
        }
        let known = self.environments();
        let first = match (&self.last_environment, known.first()) {
            (Some(last), _) => known.get(last.as_str()).copied(),
            (None, first) => first.copied().filter(|_| known.len() == 1),
        };
        if let Some(first) = first.map(String::from) {
            self.set_environment(first);
        }
    }

    /// Chooses an environment, and remembers it for the next session.
    pub(super) fn take_environment(&mut self, name: String) -> Vec<Effect> {
        if name != self.environment {
            let what = if name.is_empty() { "no environment".into() } else { format!("the environment {name}") };
            self.changed_value(what, ValueStep::Environment(self.environment.clone()));
        }
        self.remember_environment(name)
    }

    /// The same, not to be undone.
    pub(super) fn remember_environment(&mut self, name: String) -> Vec<Effect> {
        self.set_environment(name.clone());
        self.last_environment = Some(name.clone());
        vec![Effect::RememberEnvironment(name)]
    }

    /// Resolves the variables of all files from an environment.
    pub fn set_environment(&mut self, name: String) {
        self.files.iter_mut().for_each(|f| f.use_environment(&name));
        self.environment = name;
        self.share_tokens();
    }

    /// Names of the variables that the open request can use.
    pub(super) fn variable_names(&self) -> Vec<String> {
        self.file().map(|f| f.variable_names(self.at.entry)).unwrap_or_default()
    }
}
