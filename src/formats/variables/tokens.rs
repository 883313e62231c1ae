//! `{{$auth.token("id")}}` and `{{$auth.idToken("id")}}` of JetBrains' HTTP client: tokens that were obtained in this session.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::oauth::{OAuthConfig, TokenSet};

/// The tokens that a file's variables are filled from, by environment and name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens(Arc<BTreeMap<(String, String), TokenSet>>);

/// All tokens of the session. A set belongs to the server and the client that it was obtained for: another configuration of the same
/// name gets nothing of it, least of all the refresh token.
#[derive(Clone, Debug, Default)]
pub struct SessionTokens(BTreeMap<TokenKey, TokenSet>);

/// What a set of tokens belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenKey {
    /// The environment that it was obtained in.
    pub environment: String,
    /// The name of the configuration.
    pub id: String,
    /// The token endpoint that it is from.
    pub token_url: String,
    /// The client that it was given to.
    pub client_id: String,
}

impl TokenKey {
    /// That of a configuration in an environment.
    pub fn of(environment: &str, config: &OAuthConfig) -> Self {
        let (id, token_url, client_id) = (config.id.clone(), config.token_url.clone(), config.client_id.clone());
        Self { environment: environment.to_string(), id, token_url, client_id }
    }
}

impl SessionTokens {
    /// Keeps tokens in the place of older ones.
    pub fn insert(&mut self, key: TokenKey, tokens: TokenSet) {
        self.0.insert(key, tokens);
    }

    /// The tokens of a configuration.
    pub fn get(&self, key: &TokenKey) -> Option<&TokenSet> {
        self.0.get(key)
    }

    /// Gives up the tokens of a configuration.
    pub fn remove(&mut self, key: &TokenKey) {
        self.0.remove(key);
    }

    /// The names of those of an environment.
    pub fn names<'a>(&'a self, environment: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.keys().filter(move |key| key.environment == environment).map(|key| key.id.as_str())
    }
}

/// Which token of a set is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhichToken {
    /// The access token.
    Access,
    /// The ID token.
    Id,
}

/// The token that the name of a variable asks for: `$auth.token("id")` gives `id`.
pub fn token_of(name: &str) -> Option<(&str, WhichToken)> {
    let call = name.strip_prefix("$auth.")?;
    let (which, arguments) = if let Some(rest) = call.strip_prefix("token") {
        (WhichToken::Access, rest)
    } else {
        (WhichToken::Id, call.strip_prefix("idToken")?)
    };
    let inside = arguments.trim().strip_prefix('(')?.strip_suffix(')')?.trim();
    let id = ['"', '\''].into_iter().find_map(|quote| inside.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(inside);
    Some((id, which))
}

/// The variable that asks for an access token.
pub fn variable_for(id: &str) -> String {
    format!("{{{{$auth.token(\"{id}\")}}}}")
}

impl Tokens {
    /// Keeps tokens in the place of older ones.
    pub fn insert(&mut self, environment: &str, id: &str, tokens: TokenSet) {
        Arc::make_mut(&mut self.0).insert((environment.to_string(), id.to_string()), tokens);
    }

    /// The tokens of a name.
    pub fn get(&self, environment: &str, id: &str) -> Option<&TokenSet> {
        self.0.get(&(environment.to_string(), id.to_string()))
    }

    /// The value of a variable; `None` if its name asks for no token.
    pub(super) fn value(&self, environment: &str, name: &str) -> Option<Result<String, String>> {
        let (id, which) = token_of(name)?;
        let Some(tokens) = self.get(environment, id) else {
            return Some(Err(format!("is a token of the configuration “{id}”, which was not obtained in this session")));
        };
        Some(match which {
            WhichToken::Access => Ok(tokens.access_token.clone()),
            WhichToken::Id => tokens.id_token.clone().ok_or_else(|| format!("asks for an ID token, and “{id}” gave none")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_asked_for_by_its_name() {
        for (name, asked) in [
            ("$auth.token(\"main\")", Some(("main", WhichToken::Access))),
            ("$auth.token('a b')", Some(("a b", WhichToken::Access))),
            ("$auth.idToken( \"main\" )", Some(("main", WhichToken::Id))),
            ("$auth.other(\"main\")", None),
            ("auth.token(\"main\")", None),
        ] {
            assert_eq!(token_of(name), asked, "{name}");
        }
        assert_eq!(token_of(variable_for("x").trim_matches(['{', '}'])), Some(("x", WhichToken::Access)));
    }
}
