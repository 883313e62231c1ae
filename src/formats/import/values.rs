//! Variables as environment files: what is shared, and what is secret.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::collection::{Environment, Variable};
use crate::domain::secrecy;
use crate::formats::env::SHARED;
use crate::formats::variables::is_secret;

/// The texts of the two files; `None` for one without a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrittenValues {
    /// `http-client.env.json`.
    pub public: Option<String>,
    /// `http-client.private.env.json`.
    pub private: Option<String>,
    /// Names of secrets whose value the export leaves out.
    pub missing: Vec<String>,
}

/// The values of each environment.
type Values = BTreeMap<String, Map<String, Value>>;

/// True for a variable that no shared file may hold.
pub(super) fn is_hidden(variable: &Variable) -> bool {
    let holds = || is_secret(&variable.name, &variable.value) || secrecy::holds_secret(&variable.name, &variable.value);
    variable.is_secret || !variable.value.is_empty() && !is_reference(&variable.value) && holds()
}

/// Writes environments. A name that is secret in one of them is secret in all: a private value would hide a public one.
pub(super) fn written(environments: &[Environment], literals: &BTreeMap<String, String>) -> WrittenValues {
    let all = || environments.iter().flat_map(|environment| &environment.variables);
    let secret: BTreeSet<&str> = all().filter(|variable| is_hidden(variable)).map(|variable| variable.name.as_str()).collect();
    let (mut public, mut private, mut missing) = (Values::new(), Values::new(), BTreeSet::new());
    for environment in environments {
        let name = environment.name.as_deref().unwrap_or(SHARED);
        // An environment that has only secrets can be chosen all the same.
        if environment.name.is_some() {
            public.entry(name.to_string()).or_default();
        }
        for variable in &environment.variables {
            let is_secret = secret.contains(variable.name.as_str());
            if variable.is_secret && variable.value.is_empty() {
                missing.insert(variable.name.clone());
                continue;
            }
            let home = if is_secret { &mut private } else { &mut public };
            home.entry(name.to_string()).or_default().insert(variable.name.clone(), Value::from(variable.value.as_str()));
        }
    }
    for (name, value) in literals {
        private.entry(SHARED.to_string()).or_default().insert(name.clone(), Value::from(value.as_str()));
    }
    let text = |values: Values| {
        let json = || Value::Object(values.iter().map(|(name, values)| (name.clone(), Value::Object(values.clone()))).collect());
        (!values.is_empty()).then(|| format!("{:#}\n", json()))
    };
    WrittenValues { public: text(public), private: text(private), missing: missing.into_iter().collect() }
}

/// True for a value that is another variable.
fn is_reference(value: &str) -> bool {
    let value = value.trim();
    value.starts_with("{{") && value.ends_with("}}")
}
