//! What a file's requests are filled from in the system's keyring.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::RequestFile;
use crate::app::workspace::resolver::VariableResolver;
use crate::formats::variables::Variables;

impl RequestFile {
    /// The entries of the keyring that a request is filled from, also those that were read before.
    pub fn keyring_entries(&self, index: usize) -> Vec<String> {
        let Some(entry) = self.entries.get(index) else { return Vec::new() };
        let VariableResolver::Filled { variables, budget, attachments } = self.resolver(index) else { return Vec::new() };
        let names = entry.unresolved();
        if variables.system.keyring.is_empty() {
            return entries_of(names.iter().map(|(name, _)| name), &variables);
        }
        let variables = variables.without_keyring();
        let resolver = VariableResolver::Filled { variables: Cow::Borrowed(&variables), budget, attachments };
        let resolved = resolver.resolve(&entry.raw, entry.body_origin);
        entries_of(resolved.unresolved.iter().map(|unresolved| &unresolved.unresolved.name), &variables)
    }

    /// The same of what says how the token of a request is obtained.
    pub fn keyring_entries_of_auth(&self, index: usize) -> Vec<String> {
        let variables = self.variables_of(index).without_keyring();
        match self.auth_config_from(index, &variables) {
            Some(Ok(read)) => entries_of(read.unresolved.iter().map(|(name, _)| name), &variables),
            _ => Vec::new(),
        }
    }

    /// Fills variables from what was read of the keyring.
    pub fn fill_from_keyring(&mut self, read: &BTreeMap<String, String>) {
        let known = self.environments.values_mut().chain([&mut self.variables]);
        known.for_each(|variables| Arc::make_mut(&mut variables.system.keyring).extend(read.clone()));
        self.reread_all();
    }
}

fn entries_of<'n>(names: impl Iterator<Item = &'n String>, variables: &Variables) -> Vec<String> {
    let mut entries: Vec<String> = names.filter_map(|name| variables.unread_keyring_entry(name)).collect();
    entries.sort();
    entries.dedup();
    entries
}
