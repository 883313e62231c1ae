//! The variables of a file's requests: the environment, definitions, and answers that they are filled from.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::RequestFile;
use crate::app::workspace::list_history::{ListChange, UndoStep};
use crate::app::workspace::resolver::VariableResolver;
use crate::domain::response::Response;
use crate::domain::secrecy;
use crate::domain::span::Span;
use crate::formats::FormatError;
use crate::formats::http_file::{Document, Source};
use crate::formats::variables::answers::request_of;
use crate::formats::variables::{System, Variables, placeholders};

/// A definition that is not on disk as it is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedDefinition {
    /// Its number in the file.
    pub number: usize,
    pub name: String,
    /// Its value on disk.
    pub was: String,
    pub value: String,
}

/// What became of the variables that are filled from the answer of a renamed request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum References {
    /// They have the new name, in so many requests.
    Changed(usize),
    /// A definition of the file still has the old name.
    LeftInDefinition,
    /// So many requests still have the old name: the new one cannot stand in a variable, or several requests have it.
    Left(usize),
}

impl RequestFile {
    /// Resolves variables from an environment; an unknown name stands for none.
    pub fn use_environment(&mut self, name: &str) {
        self.variables = self.environments.get(name).or_else(|| self.environments.get("")).cloned().unwrap_or_default();
        self.variables.answers = self.answers.clone();
        self.variables.tokens = self.tokens.clone();
        self.variables.cookies.session = self.cookies.clone();
        self.variables.environment = name.into();
        // Requests are loaded with no environment; those are parsed when they are opened.
        if !name.is_empty() || self.entries.iter().any(|e| e.badge.is_some()) {
            self.reread_all();
        }
    }

    /// What its system variables draw from.
    pub fn system(&self) -> System {
        self.environments.get("").map(|variables| variables.system.clone()).unwrap_or_default()
    }

    /// The variable of the program's environment that a name without a value needs in a request, unless it was read.
    pub fn unread_process_variable(&self, index: usize, name: &str) -> Option<String> {
        let VariableResolver::Filled { variables, .. } = self.resolver(index) else { return None };
        variables.unread_process_variable(name)
    }

    /// Fills variables from what was read of the program's environment.
    pub fn fill_from_process(&mut self, read: &BTreeMap<String, Option<String>>) {
        let known = self.environments.values_mut().chain([&mut self.variables]);
        known.for_each(|variables| Arc::make_mut(&mut variables.system.process).extend(read.clone()));
        self.reread_all();
    }

    /// The names by which other requests refer to a request: its title and its `@name`.
    pub fn names_of(&self, index: usize) -> Vec<String> {
        let Some(entry) = self.entries.get(index) else { return Vec::new() };
        // Most blocks have no such directive, and need not be parsed.
        let block = || entry.block.as_deref().filter(|block| block.contains("@name")).map(Document::read);
        let values = |document: &Document, at: usize| document.values(at, "name").map(|name| name.trim().to_string()).collect::<Vec<_>>();
        let mut names = match (entry.source, self.text()) {
            (Source::Saved(at) | Source::CopyOf(at), Some(document)) => values(document, at),
            _ => block().map(|block| values(&block, 0)).unwrap_or_default(),
        };
        names.push(entry.exchange.name.clone());
        names.retain(|name| !name.is_empty());
        names.dedup();
        names
    }

    /// The request of a name that other requests refer to.
    pub fn named(&self, name: &str) -> Option<usize> {
        let is_named = |index: &usize| {
            let is_title = self.entries.get(*index).is_some_and(|entry| entry.exchange.name == name);
            is_title || self.names_of(*index).iter().any(|known| known == name)
        };
        (0..self.entries.len()).find(is_named)
    }

    /// Changes the name of a renamed request in the variables that are filled from its answer, as an undoable change.
    pub fn rename_references(&mut self, old: &str, new: &str, at: u64) -> References {
        let refers = |name: &str| request_of(name, |request| request == old) == Some(old);
        if self.named(old).is_some() || old.is_empty() {
            return References::Changed(0);
        }
        if !self.can_be_referred_to(new) {
            let texts = self.entries.iter().map(|entry| entry.editor.text());
            let count = texts.filter(|text| placeholders(text).any(|(_, name)| refers(name))).count();
            return if count > 0 { References::Left(count) } else { References::Changed(0) };
        }
        let (mut edits, mut changed) = (Vec::new(), Vec::new());
        for index in 0..self.entries.len() {
            let text = self.entries.get(index).map(|entry| entry.editor.text()).unwrap_or_default();
            let found = placeholders(text).filter(|(_, name)| refers(name)).filter_map(|(span, _)| {
                let name = span.cut(text)?.find(old)?;
                Some(Span::new(span.start + name, span.start + name + old.len()))
            });
            let renamed = secrecy::replace(text, &found.collect::<Vec<_>>(), |_| new.to_string());
            if renamed == text {
                continue;
            }
            if let Some(entry) = self.entries.get_mut(index) {
                entry.editor.become_text(&renamed);
                edits.extend(entry.editor.last_done().map(|edit| (entry.id, edit)));
                changed.push(index);
            }
        }
        self.reread_each(&changed);
        let count = edits.len();
        if count > 0 {
            self.list_history.push(ListChange { what: format!("references to “{new}”"), at, step: UndoStep::UndoEdits(edits) });
        }
        let blocks = self.text().into_iter().flat_map(|document| document.blocks().iter().map(move |block| (document.text(), block)));
        let mut values = blocks.flat_map(|(text, block)| block.definitions.iter().filter_map(|definition| definition.value.cut(text)));
        let is_left = values.any(|value| placeholders(value).any(|(_, name)| refers(name)));
        if is_left { References::LeftInDefinition } else { References::Changed(count) }
    }

    /// True for a name by which a variable means the answer of one request alone.
    fn can_be_referred_to(&self, name: &str) -> bool {
        let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ');
        let is_name = !name.trim().is_empty() && name.chars().all(is_of_name);
        is_name && self.entries.iter().filter(|entry| entry.exchange.name == name).count() == 1
    }

    /// Fills variables from the answer to a request of some names; parses again what may refer to it.
    pub fn fill_from(&mut self, names: &[String], answer: &Arc<Response>) {
        names.iter().for_each(|name| self.answers.insert(name, Arc::clone(answer)));
        self.variables.answers = self.answers.clone();
        let refers = |text: &str| names.iter().any(|name| text.contains(name.as_str()) && text.contains("{{"));
        let in_file = self.text().is_some_and(|document| refers(document.text()));
        if in_file || self.entries.iter().any(|entry| refers(entry.editor.text()) || entry.block.as_deref().is_some_and(refers)) {
            self.reread_all();
        }
    }

    /// The requests whose answers the variables of a request are filled from, by the names that they are referred to by.
    pub fn answers_used(&self, index: usize) -> Vec<String> {
        let Some(entry) = self.entries.get(index).filter(|entry| entry.editor.text().contains("{{")) else { return Vec::new() };
        if self.answers.is_empty() {
            return Vec::new();
        }
        let VariableResolver::Filled { variables, .. } = self.resolver(index) else { return Vec::new() };
        let (mut found, mut seen) = (Vec::new(), HashSet::new());
        let mut open: Vec<String> = placeholders(entry.editor.text()).map(|(_, name)| name.to_string()).collect();
        while let Some(name) = open.pop() {
            if let Some((_, value)) = variables.get(&name) {
                let inner = placeholders(value).map(|(_, name)| name.to_string());
                open.extend(inner.filter(|inner| seen.insert(inner.clone())));
            } else if let Some(request) = request_of(&name, |request| self.answers.has(request)).filter(|request| self.answers.has(request))
            {
                found.push(request.to_string());
            }
        }
        found
    }

    /// The environments in which a variable has a value.
    pub fn environments_with(&self, name: &str) -> Vec<&str> {
        let has = |(_, variables): &(&String, &Variables)| variables.get(name).is_some();
        self.environments.iter().filter(|(environment, _)| !environment.is_empty()).filter(has).map(|(name, _)| name.as_str()).collect()
    }

    /// Its text with changed definitions.
    pub(in crate::app::workspace) fn text(&self) -> Option<&Document> {
        self.edited.as_ref().or(self.document.as_ref())
    }

    /// The definition of a variable in the file that a request sees: its number and value.
    pub fn definition(&self, index: usize, name: &str) -> Option<(usize, String)> {
        let (number, value) = self.text()?.definition(self.place(index), name)?;
        Some((number, value.to_string()))
    }

    /// The names and values of all definitions, as written.
    pub fn definitions(&self) -> Vec<(String, String)> {
        let all = self.text().map(|document| document.definitions(0).map(|(_, name, value)| (name, value)).collect());
        all.unwrap_or_default()
    }

    /// Gives a definition another value; returns the one before. It is known by its number, and by its name where a save moved it.
    ///
    /// # Errors
    /// When there is none, or the file cannot hold the value.
    pub fn set_definition(&mut self, number: usize, name: &str, value: &str) -> Result<String, FormatError> {
        let missing = || FormatError::without_place("the variable is not defined any more");
        let number = self.definition_number(number, name, |_| true).ok_or_else(missing)?;
        let (changed, older) = self.text().ok_or_else(missing)?.with_definition(number, value)?;
        if self.saving.is_some() {
            self.edited_since.push((number, name.to_string(), value.to_string()));
        }
        let is_as_saved = self.document.as_ref().is_some_and(|document| document.text() == changed.text());
        self.edited = Some(changed).filter(|_| !is_as_saved);
        self.reread_all();
        Ok(older)
    }

    /// The definitions that are not on disk as they are here, by their numbers.
    pub fn changed_definitions(&self) -> Vec<ChangedDefinition> {
        let Some((saved, edited)) = self.document.as_ref().zip(self.edited.as_ref()) else { return Vec::new() };
        let pairs = saved.definitions(0).zip(edited.definitions(0)).enumerate().filter(|(_, (saved, edited))| saved != edited);
        pairs.map(|(number, ((_, _, was), (_, name, value)))| ChangedDefinition { number, name, was, value }).collect()
    }

    /// The number that a definition of a name has now: the only one of its name, else, of those whose value may be its own, the only
    /// one or the one with the number that it had.
    pub fn definition_number(&self, number: usize, name: &str, may_be: impl Fn(&str) -> bool) -> Option<usize> {
        Self::definition_in(self.text()?, number, name, may_be)
    }

    /// The same in the text of a document.
    pub(in crate::app::workspace) fn definition_in(
        document: &Document,
        number: usize,
        name: &str,
        may_be: impl Fn(&str) -> bool,
    ) -> Option<usize> {
        let all = document.definitions(0).enumerate();
        let named = all.filter(|(_, (_, defined, _))| defined == name).map(|(at, (_, _, value))| (at, value));
        let named: Vec<(usize, String)> = named.collect();
        if let [(one, _)] = named[..] {
            return Some(one);
        }
        let own: Vec<usize> = named.into_iter().filter(|(_, value)| may_be(value)).map(|(at, _)| at).collect();
        match own[..] {
            [one] => Some(one),
            _ => own.into_iter().find(|at| *at == number),
        }
    }

    /// The variables that a request can use.
    pub fn variable_names(&self, index: usize) -> Vec<String> {
        match self.resolver(index) {
            VariableResolver::Filled { variables, .. } => variables.names().into_iter().map(String::from).collect(),
            VariableResolver::AsWritten => Vec::new(),
        }
    }
}
