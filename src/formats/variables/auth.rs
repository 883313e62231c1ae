//! How tokens are obtained, as an environment has it: `Security.Auth`, as written.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The entries of an environment by their names, as written.
pub type AuthEntries = BTreeMap<String, Map<String, Value>>;

/// Adds the entries of an environment, member by member: the private file has the secrets of those that the public one describes.
pub fn add_entries(all: &mut AuthEntries, security: &Value) {
    let Some(Value::Object(entries)) = security.get("Auth") else { return };
    for (id, entry) in entries {
        if let Value::Object(members) = entry {
            all.entry(id.clone()).or_default().extend(members.clone());
        }
    }
}
