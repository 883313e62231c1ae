//! `Security.Auth` of `http-client.env.json` and `http-client.private.env.json`.

use serde_json::{Map, Value};

use super::{MEMBERS, ReadConfig, Reader};
use crate::domain::oauth::{ChallengeMethod, ParameterUse};
use crate::formats::variables::Variables;

/// What an entry says.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub fn of_environment(id: &str, entry: &Map<String, Value>, variables: &Variables) -> Result<ReadConfig, String> {
    let mut reader = Reader::new(id, variables);
    let named = |error: String| format!("Security.Auth.{id}: {error}");
    if let Some(kind) = entry.get("Type").and_then(Value::as_str)
        && !kind.eq_ignore_ascii_case("oauth2")
    {
        return Err(named(format!("the Type is {kind:?}; only OAuth2 is known")));
    }
    for (member, _, name) in MEMBERS {
        if let Some(raw) = entry.get(name).and_then(text) {
            reader.set(member, name, &raw).map_err(named)?;
        }
    }
    reader.read.config.uses_id_token = entry.get("Use ID Token").and_then(Value::as_bool).unwrap_or_default();
    reader.read.config.challenge = match entry.get("PKCE") {
        Some(Value::Bool(false)) => None,
        Some(Value::Object(pkce)) => {
            Some(pkce.get("Code Challenge Method").and_then(Value::as_str).map_or_else(ChallengeMethod::default, ChallengeMethod::named))
        }
        // A client that is not asked for it may use it all the same (RFC 9700 section 2.1.1).
        _ => Some(ChallengeMethod::S256),
    };
    if let Some(Value::Object(parameters)) = entry.get("Custom Request Parameters") {
        for (name, value) in parameters {
            let (value, used) = match value {
                Value::Object(both) => (both.get("Value").unwrap_or(&Value::Null), used(both.get("Use"))),
                value => (value, ParameterUse::Everywhere),
            };
            let values: Vec<String> = match value {
                Value::Array(all) => all.iter().filter_map(text).collect(),
                one => text(one).into_iter().collect(),
            };
            values.iter().for_each(|value| reader.parameter(name, value, used));
        }
    }
    Ok(reader.read)
}

fn used(name: Option<&Value>) -> ParameterUse {
    match name.and_then(Value::as_str) {
        Some("In Auth Request") => ParameterUse::Authorization,
        Some("In Token Request") => ParameterUse::Token,
        _ => ParameterUse::Everywhere,
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::oauth::{ClientAuth, Grant};
    use crate::formats::variables::auth::{AuthEntries, add_entries};

    #[test]
    fn an_entry_is_read_from_both_files() {
        let mut entries = AuthEntries::new();
        add_entries(
            &mut entries,
            &json!({"Auth": {"main": {
                "Type": "OAuth2", "Grant Type": "Authorization Code", "Auth URL": "https://l/a", "Token URL": "https://l/t",
                "Client ID": "cli", "Client Credentials": "in body", "Scope": "a b", "Use ID Token": true,
                "PKCE": {"Code Challenge Method": "Plain"},
                "Custom Request Parameters": {
                    "audience": {"Value": "https://api", "Use": "In Token Request"}, "resource": ["r1", "r2"], "prompt": "login"
                }
            }}}),
        );
        add_entries(&mut entries, &json!({"Auth": {"main": {"Client Secret": "s"}}}));
        let read = of_environment("main", &entries["main"], &Variables::default()).unwrap();
        let config = read.config;
        assert_eq!((config.grant, config.client_auth), (Grant::AuthorizationCode, ClientAuth::Body));
        assert_eq!((config.client_secret.as_str(), config.uses_id_token), ("s", true));
        assert_eq!(config.challenge, Some(ChallengeMethod::Plain));
        let parameters: Vec<_> = config.parameters.iter().map(|p| (p.name.as_str(), p.value.as_str(), p.used)).collect();
        assert_eq!(
            parameters,
            [
                ("audience", "https://api", ParameterUse::Token),
                ("resource", "r1", ParameterUse::Everywhere),
                ("resource", "r2", ParameterUse::Everywhere),
                ("prompt", "login", ParameterUse::Everywhere),
            ]
        );
    }

    #[test]
    fn an_entry_of_another_kind_is_refused_by_name() {
        for (entry, told) in [(json!({"Type": "Mock"}), "Mock"), (json!({"Grant Type": "Implicit"}), "Implicit")] {
            let why = of_environment("a", entry.as_object().unwrap(), &Variables::default()).unwrap_err();
            assert!(why.starts_with("Security.Auth.a:") && why.contains(told), "{why}");
        }
    }
}
