//! The tokens that a file's requests are sent with: how they are obtained, and those of this session.

use std::collections::HashSet;

use super::RequestFile;
use crate::app::workspace::resolver::VariableResolver;
use crate::domain::cookie::session::SessionCookies;
use crate::formats::auth_config::{AuthDirective, Reach, ReadConfig, of_environment};
use crate::formats::http_file::{Document, Source};
use crate::formats::variables::cookies::COOKIES;
use crate::formats::variables::tokens::TokenKey;
use crate::formats::variables::tokens::token_of;
use crate::formats::variables::{SessionTokens, Tokens, Variables, placeholders};

/// The directive that says how a token is obtained.
pub const AUTH: &str = "auth";

impl RequestFile {
    /// Fills variables from those tokens of the session that the file's own configurations obtain; parses again what asks for one.
    pub fn use_tokens(&mut self, session: &SessionTokens, environment: &str) {
        let mut tokens = Tokens::default();
        let names: Vec<&str> = session.names(environment).collect();
        let directives = if names.is_empty() { Vec::new() } else { self.directives_of_all() };
        for id in names {
            let described = directives.iter().filter(|(_, directive)| directive.id() == Some(id) && !directive.is_reference());
            let of_file = described.filter_map(|(_, directive)| directive.config(&self.variables).ok());
            let of_environment = self.variables.auth.get(id).and_then(|entry| of_environment(id, entry, &self.variables).ok());
            let keys = of_file.chain(of_environment).map(|read| TokenKey::of(environment, &read.config));
            let held = keys.into_iter().find_map(|key| session.get(&key).cloned());
            // Of an expired one that was kept, the refresh token alone may be left.
            if let Some(held) = held.filter(|held| !held.access_token.is_empty()) {
                tokens.insert(environment, id, held);
            }
        }
        if tokens == self.tokens {
            return;
        }
        self.tokens = tokens.clone();
        self.variables.tokens = tokens;
        let asks = |text: &str| text.contains("$auth.");
        let in_file = self.text().is_some_and(|document| asks(document.text()));
        if in_file || self.entries.iter().any(|entry| asks(entry.editor.text())) {
            self.reread_all();
        }
    }

    /// Fills variables from the cookies of the session; parses again what asks for them.
    pub fn use_cookies(&mut self, session: &SessionCookies) {
        self.cookies = session.clone();
        self.variables.cookies.session = session.clone();
        if self.entries.iter().any(|entry| entry.editor.text().contains(COOKIES)) {
            self.reread_all();
        }
    }

    /// How the token of a request is obtained; `None` where nothing says it.
    ///
    /// # Errors
    /// What is wrong with what says it, as a sentence.
    pub fn auth_config(&self, index: usize) -> Option<Result<ReadConfig, String>> {
        self.auth_config_from(index, &self.variables_of(index))
    }

    /// The same with other variables.
    pub(super) fn auth_config_from(&self, index: usize, variables: &Variables) -> Option<Result<ReadConfig, String>> {
        if let Some(id) = self.token_asked_for(index, variables) {
            return Some(self.config_named(index, &id, variables).unwrap_or_else(|| Err(self.not_configured(&id))));
        }
        self.directive_for(index).map(|directive| directive.config(variables))
    }

    /// The variables that a request sees.
    pub(super) fn variables_of(&self, index: usize) -> Variables {
        match self.resolver(index) {
            VariableResolver::Filled { variables, .. } => variables.into_owned(),
            VariableResolver::AsWritten => self.variables.clone(),
        }
    }

    /// The configuration of a name, as a request sees it: its own directive comes first.
    fn config_named(&self, index: usize, id: &str, variables: &Variables) -> Option<Result<ReadConfig, String>> {
        let mut directives = self.directives_of_all();
        directives.retain(|(_, directive)| directive.id() == Some(id) && !directive.is_reference());
        directives.sort_by_key(|(at, _)| *at != index);
        let is_own = directives.first().is_some_and(|(at, _)| *at == index);
        match variables.auth.get(id).filter(|_| !is_own) {
            Some(entry) => Some(of_environment(id, entry, variables)),
            None => directives.first().map(|(_, directive)| directive.config(variables)),
        }
    }

    fn not_configured(&self, id: &str) -> String {
        let has = |(_, variables): &(&String, &Variables)| variables.auth.contains_key(id);
        let known: Vec<&str> =
            self.environments.iter().filter(|(name, _)| !name.is_empty()).filter(has).map(|(name, _)| name.as_str()).collect();
        match known.as_slice() {
            [] => format!("No environment says how “{id}” is obtained: it is to be in Security.Auth of http-client.env.json"),
            known => format!("“{id}” is described in another environment, which is not chosen: {}", known.join(", ")),
        }
    }

    /// The name of the token that a request asks for, also through other variables.
    fn token_asked_for(&self, index: usize, variables: &Variables) -> Option<String> {
        let entry = self.entries.get(index).filter(|entry| entry.editor.text().contains("{{"))?;
        let mut open: Vec<String> = placeholders(entry.editor.text()).map(|(_, name)| name.to_string()).collect();
        let mut seen = HashSet::new();
        while let Some(name) = open.pop() {
            if let Some((id, _)) = token_of(&name) {
                return Some(id.to_string());
            }
            let inner = variables.get(&name).into_iter().flat_map(|(_, value)| placeholders(value)).map(|(_, name)| name.to_string());
            open.extend(inner.filter(|name| seen.insert(name.clone())));
        }
        None
    }

    /// True if a request names the token by a variable, so that its text stays when there is a new one.
    pub fn asks_for_token(&self, index: usize, id: &str) -> bool {
        let VariableResolver::Filled { variables, .. } = self.resolver(index) else { return false };
        self.token_asked_for(index, &variables).as_deref() == Some(id)
    }

    /// True if variables are filled in in a request.
    pub fn fills_variables(&self, index: usize) -> bool {
        matches!(self.resolver(index), VariableResolver::Filled { .. })
    }

    /// The directive that counts for a request: its own, else the last one above it that is for the file.
    fn directive_for(&self, index: usize) -> Option<AuthDirective> {
        let all = self.directives_of_all();
        let own = all.iter().rev().find(|(at, _)| *at == index).map(|(_, directive)| directive);
        let reaches = |(at, directive): &&(usize, AuthDirective)| match directive {
            AuthDirective::OAuth2 { reach: Reach::File, .. } => *at < index,
            AuthDirective::OAuth2 { reach: Reach::Global, .. } => true,
            _ => false,
        };
        let found = own.or_else(|| all.iter().rev().find(reaches).map(|(_, directive)| directive))?;
        if !found.is_reference() {
            return Some(found.clone()).filter(|found| *found != AuthDirective::None);
        }
        let describes = |directive: &&AuthDirective| directive.id() == found.id() && !directive.is_reference();
        Some(all.iter().map(|(_, directive)| directive).find(describes).unwrap_or(found).clone())
    }

    /// The directives of all requests, each with the index of its request.
    fn directives_of_all(&self) -> Vec<(usize, AuthDirective)> {
        let mut found = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            let values: Vec<String> = match (entry.directives.get(AUTH), entry.source, self.text()) {
                (Some(values), ..) => values.clone(),
                (None, Source::Saved(at) | Source::CopyOf(at), Some(document)) => document.values(at, AUTH).map(String::from).collect(),
                _ => {
                    let block = entry.block.as_deref().filter(|block| block.contains("@auth")).map(Document::read);
                    block.map(|block| block.values(0, AUTH).map(String::from).collect()).unwrap_or_default()
                }
            };
            found.extend(values.iter().filter_map(|value| AuthDirective::read(value)).map(|directive| (index, directive)));
        }
        found
    }
}
