//! Compares one claim with another: sets as sets, times as lengths of time, near misses by name.

use std::collections::HashMap;
use std::hash::Hash;

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::Value;

use super::ComparisonRow;
use crate::domain::time::{from_seconds, human, seconds_between};
use crate::domain::token::claims::{TIMES, audiences, describe, is_set, meaning, members, plain};
use crate::domain::visible::{hidden, name as name_of};

/// What A has and B lacks, and the other way round.
pub(super) struct SetDifference {
    pub(super) missing: Vec<String>,
    pub(super) added: Vec<String>,
}

pub(super) fn set_difference(name: &str, a: Option<&Value>, b: Option<&Value>) -> SetDifference {
    let members = if name == "aud" { audiences } else { members };
    let (a, b) = (a.map(members).unwrap_or_default(), b.map(members).unwrap_or_default());
    SetDifference { missing: without(&a, &b), added: without(&b, &a) }
}

/// The members of a list that another one does not have.
pub(super) fn without(from: &[String], other: &[String]) -> Vec<String> {
    let other: HashSet<&String> = other.iter().collect();
    from.iter().filter(|member| !other.contains(member)).cloned().collect()
}

/// The row of one claim, read at the moments at which A and B are judged.
pub(super) fn claim_row(name: &str, a: Option<&Value>, b: Option<&Value>, [at_a, at_b]: [Timestamp; 2]) -> ComparisonRow {
    let mut row = ComparisonRow::new(format!("claims.{name}"), a.map(plain), b.map(plain), "");
    row.meaning = match (a, b) {
        (Some(a), Some(b)) if TIMES.contains(&name) && a != b => times(name, (a, at_a), (b, at_b)),
        (Some(_), Some(_)) if is_set(name) => sets(name, a, b),
        (Some(a), Some(b)) if a != b => texts(name, a, b),
        (Some(value), Some(_)) => describe(name, value, at_b),
        (Some(value), None) => lacking("B", name, value, at_a),
        (None, Some(value)) => lacking("A", name, value, at_b),
        (None, None) => String::new(),
    };
    // The same members in another order or form are the same set.
    if is_set(name) && a.is_some() && b.is_some() {
        let difference = set_difference(name, a, b);
        if difference.missing.is_empty() && difference.added.is_empty() {
            row.relation = super::Relation::Same;
        }
    }
    row
}

fn lacking(side: &str, name: &str, value: &Value, now: Timestamp) -> String {
    let words = describe(name, value, now);
    let other = if side == "A" { "B" } else { "A" };
    if words.is_empty() { format!("{side} has none") } else { format!("{side} has none; of {other}'s: {words}") }
}

fn sets(name: &str, a: Option<&Value>, b: Option<&Value>) -> String {
    let difference = set_difference(name, a, b);
    let mut parts = Vec::new();
    if !difference.missing.is_empty() {
        parts.push(format!("B lacks {}", difference.missing.join(", ")));
    }
    if !difference.added.is_empty() {
        parts.push(format!("A lacks {}", difference.added.join(", ")));
    }
    match (parts.is_empty(), a == b) {
        (true, true) => meaning(name).map_or_else(String::new, |m| m.text.clone()),
        (true, false) => "the same members, written otherwise".into(),
        (false, _) => format!("{}{}", parts.join("; "), near(&difference)),
    }
}

/// When one member is missing and one is new, how little sets them apart.
fn near(difference: &SetDifference) -> String {
    match (difference.missing.as_slice(), difference.added.as_slice()) {
        ([a], [b]) => near_miss(a, b).map_or_else(String::new, |m| format!(" ({m})")),
        _ => String::new(),
    }
}

fn times(name: &str, (a, at_a): (&Value, Timestamp), (b, at_b): (&Value, Timestamp)) -> String {
    let moment = |v: &Value| v.as_f64().and_then(from_seconds);
    let each = format!("A {}, B {}", brief(name, a, at_a), brief(name, b, at_b));
    match (moment(a), moment(b)) {
        (Some(a), Some(b)) => {
            let distance = human(seconds_between(a, b));
            let side = if b < a { "earlier" } else { "later" };
            format!("{each}; B is {distance} {side}")
        }
        _ => each,
    }
}

/// How a time reads, without the moment in brackets.
fn brief(name: &str, value: &Value, now: Timestamp) -> String {
    let words = describe(name, value, now);
    words.split(" (").next().unwrap_or(&words).to_string()
}

fn texts(name: &str, a: &Value, b: &Value) -> String {
    let words = meaning(name).map_or("", |m| m.text.as_str());
    match (a, b) {
        (Value::String(a), Value::String(b)) => near_miss(a, b).map_or_else(|| words.into(), |miss| join(words, &miss)),
        _ if plain(a) == plain(b) => join(words, "one is a string, the other is not"),
        _ => words.into(),
    }
}

fn join(words: &str, more: &str) -> String {
    if words.is_empty() { more.into() } else { format!("{words}; {more}") }
}

/// How little sets two different texts apart: `they differ only in a slash at the end`.
pub(super) fn near_miss(a: &str, b: &str) -> Option<String> {
    let without_scheme = |s: &str| s.split_once("://").map_or_else(|| s.to_string(), |(_, rest)| rest.to_string());
    let shown = |s: &str| s.chars().filter(|c| !crate::domain::visible::is_hidden(*c)).collect::<String>();
    let difference = if a.trim_end_matches('/') == b.trim_end_matches('/') {
        "a slash at the end".into()
    } else if a.eq_ignore_ascii_case(b) {
        "upper and lower case".into()
    } else if without_scheme(a) == without_scheme(b) {
        "the scheme before ://".into()
    } else if a.trim() == b.trim() {
        "spaces around it".into()
    } else if shown(a) == shown(b) {
        let (_, c) = hidden(b).next().or_else(|| hidden(a).next())?;
        format!("{}, which does not show", name_of(c))
    } else {
        return None;
    };
    Some(format!("they differ only in {difference}"))
}

/// What is under each name in A and in B: names in the order of A, then those of B alone.
pub(super) fn by_name<N: Eq + Hash + Clone, V>(
    a: impl Iterator<Item = (N, V)>,
    b: impl Iterator<Item = (N, V)>,
) -> Vec<(N, Vec<V>, Vec<V>)> {
    let mut places: HashMap<N, usize> = HashMap::new();
    let mut found: Vec<(N, Vec<V>, Vec<V>)> = Vec::new();
    for (is_a, (name, value)) in a.map(|pair| (true, pair)).chain(b.map(|pair| (false, pair))) {
        let place = *places.entry(name.clone()).or_insert_with(|| {
            found.push((name, Vec::new(), Vec::new()));
            found.len() - 1
        });
        if let Some((_, of_a, of_b)) = found.get_mut(place) {
            if is_a { of_a } else { of_b }.push(value);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::Relation;
    use super::*;
    use serde_json::json;

    fn row(name: &str, a: Value, b: Value) -> ComparisonRow {
        claim_row(name, Some(&a), Some(&b), [Timestamp::from_second(10_000).expect("a moment"); 2])
    }

    #[test]
    fn sets_compare_by_members() {
        let aud = row("aud", json!(["a", "b"]), json!("b"));
        assert_eq!((aud.relation, aud.meaning.as_str()), (Relation::Differs, "B lacks a"));
        let scope = row("scope", json!("read write"), json!("write read"));
        assert_eq!((scope.relation, scope.meaning.as_str()), (Relation::Same, "the same members, written otherwise"));
    }

    #[test]
    fn times_compare_as_lengths() {
        assert_eq!(row("exp", json!(10_045), json!(6_400)).meaning, "A expires in 45 s, B expired 1 h ago; B is 1 h earlier");
        assert!(row("exp", json!(10_045), json!("x")).meaning.contains("B not a number"));
    }

    #[test]
    fn what_only_one_side_has_is_said_of_that_side() {
        let now = Timestamp::from_second(10_000).expect("a moment");
        let meaning = claim_row("exp", None, Some(&json!(6_400)), [now; 2]).meaning;
        assert!(meaning.starts_with("A has none; of B's: expired 1 h ago"), "{meaning}");
    }

    #[test]
    fn near_misses_are_named() {
        assert_eq!(row("iss", json!("https://a/"), json!("https://a")).meaning, "who issued it; they differ only in a slash at the end");
        assert!(row("iss", json!("https://a"), json!("http://a")).meaning.ends_with("the scheme before ://"));
        assert!(row("sub", json!("5"), json!(5)).meaning.ends_with("one is a string, the other is not"));
        assert_eq!(near_miss("ab", "a\u{200b}b").as_deref(), Some("they differ only in U+200B (zero width space), which does not show"));
    }
}
