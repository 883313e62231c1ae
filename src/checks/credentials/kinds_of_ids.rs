//! An id that settings give to one kind of thing, and the request to another: an account's in the place of a zone's.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::Value;

use crate::checks::facts::Facts;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::limits::MAX_FIELDS;
use crate::domain::span::Span;

/// What credentials are made for, and requests ask for.
const KINDS: [&str; 12] = [
    "account",
    "zone",
    "project",
    "domain",
    "tenant",
    "organization",
    "workspace",
    "team",
    "group",
    "subscription",
    "environment",
    "namespace",
];

/// A setting with its value, `zone_id = "9d24…"`: an id has eight characters at least, and a digit among them.
static SETTING: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"([A-Za-z_][A-Za-z0-9_.-]*)["']?\s*[:=]\s*["']?([A-Za-z0-9-]*[0-9][A-Za-z0-9-]*)"#).ok());
const SHORTEST: usize = 8;

/// The kind that a name is about: of several words in it the last.
fn kind(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let found = KINDS.iter().filter_map(|kind| Some((name.rfind(kind)?, *kind)));
    found.max_by_key(|(at, _)| *at).map(|(_, kind)| kind)
}

/// An id of the request, with the kind that it is there for.
struct Used {
    kind: &'static str,
    value: String,
    place: Place,
}

/// The ids of path and body that follow a kind: `/zones/9d24…/`, `{"project":{"id":"821b…"}}`.
fn used(facts: &Facts) -> Vec<Used> {
    let request = facts.request;
    let parts: Vec<&str> = request.path().split(['?', '#']).next().unwrap_or_default().split('/').collect();
    let of_path = parts.windows(2).filter_map(|pair| match pair {
        [name, value] => Some(Used { kind: kind(name)?, value: (*value).to_string(), place: Place::RequestLine }),
        _ => None,
    });
    let mut found: Vec<Used> = of_path.collect();
    if request.body.len() <= MAX_FIELDS
        && let Ok(body) = serde_json::from_str::<Value>(&request.body)
    {
        in_body(&body, None, &mut |kind, value| found.push(Used { kind, value: value.to_string(), place: Place::RequestBody }));
    }
    found
}

/// Where an id is.
fn span(facts: &Facts, used: &Used) -> Option<Span> {
    let (text, offset) = match used.place {
        Place::RequestLine => (facts.request.url.as_str(), facts.request.method.len() + 1),
        _ => (facts.request.body.as_str(), 0),
    };
    text.find(&used.value).map(|at| Span::new(at, at + used.value.len()).shifted(offset))
}

/// Tells every text below a name of a kind.
fn in_body(value: &Value, around: Option<&'static str>, tell: &mut impl FnMut(&'static str, &str)) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| in_body(value, kind(name).or(around), tell)),
        Value::Array(items) => items.iter().for_each(|item| in_body(item, around, tell)),
        Value::String(text) => around.into_iter().for_each(|kind| tell(kind, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What the settings call by another kind than the request.
pub fn mistaken(facts: &Facts) -> Option<Finding> {
    let config = facts.context.config.as_deref().filter(|_| facts.is_refused() && facts.answer.is_some())?;
    let settings = SETTING.as_ref()?.captures_iter(config).filter_map(|found| Some((found.get(1)?.as_str(), found.get(2)?.as_str())));
    let mut names: HashMap<&str, Vec<(&str, &str)>> = HashMap::new();
    for (name, value) in settings.filter(|(_, value)| value.len() >= SHORTEST) {
        if let Some(kind) = kind(name) {
            names.entry(value).or_default().push((name, kind));
        }
    }
    used(facts).into_iter().find_map(|used| {
        let (name, _) = names.get(used.value.as_str())?.iter().find(|(_, kind)| *kind != used.kind)?;
        let message = format!("{} stands for the {} in the request, and the settings call it {name}", used.value, used.kind);
        Some(
            Finding::fail(Strength::Likely, message)
                .proof(used.place, span(facts, &used), used.value.clone())
                .context(format!("{name}: {}", used.value))
                .fixed_by(Fix::action(format!("Write the id of the {} there", used.kind))),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::kind;

    #[test]
    fn the_last_word_of_a_name_is_its_kind() {
        assert_eq!(kind("CLOUD_ACCOUNT_ID"), Some("account"));
        assert_eq!(kind("projectDomainId"), Some("domain"));
        assert_eq!(kind("token"), None);
    }
}
