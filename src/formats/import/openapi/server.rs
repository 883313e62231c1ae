//! The address of a server with the values of its variables.

use serde_json::Value;

use super::super::tree::{self, list, member, text};
use crate::domain::limits::{MAX_VARIABLE_DEPTH, MAX_VARIABLES, MAX_VARIABLES_OF_FILE};

/// What filling in one value costs at least, in bytes, so that empty ones end as well.
const STEP: usize = 256;

/// How much may still be filled in in the addresses of a description.
pub(super) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(MAX_VARIABLES_OF_FILE)
    }
}

/// The address of a server. Variables may name one another, as far as the values of variables may elsewhere.
///
/// # Errors
/// The address as written, and why its variables are not filled in.
pub(super) fn address(server: &Value, budget: &mut Budget) -> Result<String, (String, String)> {
    let written = text(server, "url").trim_end_matches('/').to_string();
    let mut left = MAX_VARIABLES.min(budget.0);
    let mut filled = String::new();
    let done = fill(&written, member(server, "variables"), 0, &mut left, &mut filled);
    budget.0 -= MAX_VARIABLES.min(budget.0) - left;
    match done {
        Ok(()) => Ok(filled),
        Err(why) => Err((written, why)),
    }
}

/// Appends a text with the values of its `{variables}` to `filled`.
fn fill(text: &str, variables: &Value, depth: usize, left: &mut usize, filled: &mut String) -> Result<(), String> {
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('{') {
        filled.push_str(before);
        // A name has no bracket: looking further would look at the same bytes again for each.
        let name = inside.split(['{', '}']).next().unwrap_or_default();
        let after = inside.get(name.len()..).and_then(|rest| rest.strip_prefix('}'));
        let found = after.and_then(|after| Some((value(member(variables, name))?, after)));
        let Some((value, after)) = found else {
            filled.push('{');
            rest = inside;
            continue;
        };
        if depth == MAX_VARIABLE_DEPTH {
            return Err(format!("they name one another more than {MAX_VARIABLE_DEPTH} times"));
        }
        let Some(less) = left.checked_sub(value.len() + STEP) else {
            *left = 0;
            return Err(format!("their values are longer than {} MiB", MAX_VARIABLES >> 20));
        };
        *left = less;
        fill(&value, variables, depth + 1, left, filled)?;
        rest = after;
    }
    filled.push_str(rest);
    Ok(())
}

/// The default of a variable, else the first of what it may be.
fn value(variable: &Value) -> Option<String> {
    variable.is_object().then(|| match text(variable, "default") {
        default if default.is_empty() => list(variable, "enum").first().map(tree::scalar).unwrap_or_default(),
        default => default,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(levels: usize, times: usize) -> Value {
        let inner = |level: usize| format!("{{v{}}}", level + 1).repeat(times);
        let variables: serde_json::Map<_, _> =
            (0..levels).map(|level| (format!("v{level}"), serde_json::json!({ "default": inner(level) }))).collect();
        serde_json::json!({ "url": "https://{v0}/", "variables": variables })
    }

    #[test]
    fn variables_are_filled_in_whatever_their_order() {
        let server = serde_json::json!({
            "url": "https://{region}.example.com/{version}/{unknown}/",
            "variables": { "zone": { "enum": ["eu", "us"] }, "region": { "default": "{zone}-1" }, "version": { "default": 2 } },
        });
        assert_eq!(address(&server, &mut Budget::default()), Ok("https://eu-1.example.com/2/{unknown}".into()));
    }

    #[test]
    fn variables_that_name_one_another_end_at_the_limits_of_variables() {
        let mut budget = Budget::default();
        assert_eq!(address(&nested(16, 1), &mut budget), Ok("https://{v16}".into()));
        for (server, said) in [
            (nested(17, 1), "more than 16 times"),
            // One that names itself never ends.
            (serde_json::json!({ "url": "https://{v}", "variables": { "v": { "default": "{v}" } } }), "more than 16 times"),
            (nested(14, 2), "longer than 1 MiB"),
            (nested(10, 200), "longer than 1 MiB"),
        ] {
            let (written, why) = address(&server, &mut budget).expect_err("too much");
            assert!(written.starts_with("https://{v") && why.contains(said), "{written}: {why}");
        }
    }

    #[test]
    fn the_servers_of_a_description_share_a_limit() {
        let mut budget = Budget::default();
        let server = serde_json::json!({ "url": "https://{v}", "variables": { "v": { "default": "x".repeat(900_000) } } });
        let filled = (0..100).filter(|_| address(&server, &mut budget).is_ok()).count();
        assert!((10..20).contains(&filled), "{filled}");
    }
}
