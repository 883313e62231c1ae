//! What claims and header members mean, and how their values read.

use std::sync::LazyLock;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::domain::table;
use crate::domain::time::{from_seconds, human, seconds_between, short};
use crate::domain::visible::visible;

static TABLE: LazyLock<Table> = LazyLock::new(|| parse(TEXT).unwrap_or_default());

const TEXT: &str = include_str!("../../../assets/claims.toml");

/// The meaning of a claim.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Meaning {
    /// The claim's name.
    pub name: String,
    /// What it says, in a few words.
    pub text: String,
    /// Where it is defined: an RFC section, or the vendor.
    pub source: String,
    /// True for a set of words, whose order has no meaning.
    #[serde(default)]
    set: bool,
    /// What one member of the set is called.
    unit: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    claim: Vec<Meaning>,
    header: Vec<Meaning>,
}

fn parse(text: &str) -> Result<Table, serde_json::Error> {
    table::read(text)
}

/// The claims whose value is a moment.
pub const TIMES: [&str; 5] = ["exp", "nbf", "iat", "auth_time", "updated_at"];

/// The meaning of a claim, when its name is known.
pub fn meaning(name: &str) -> Option<&'static Meaning> {
    TABLE.claim.iter().find(|m| m.name == name)
}

/// The meaning of a header member, when its name is known.
pub fn header_meaning(name: &str) -> Option<&'static Meaning> {
    TABLE.header.iter().find(|m| m.name == name)
}

/// A claim's values: a string, or a list of them.
pub fn values(value: &Value) -> Vec<String> {
    match value {
        Value::String(s) => vec![s.clone()],
        Value::Array(list) => list.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_string)).collect(),
        Value::Null => Vec::new(),
        other => vec![other.to_string()],
    }
}

/// True for a claim that is a set of words: a list, or one string separated by spaces.
pub fn is_set(name: &str) -> bool {
    meaning(name).is_some_and(|meaning| meaning.set)
}

/// How a claim reads: `expired 3 h 12 min ago (2026-11-23T04:10:30Z)`, `2 audiences: the API it is for`, else its meaning;
/// empty for a claim that is not registered.
pub fn describe(name: &str, value: &Value, now: Timestamp) -> String {
    if TIMES.contains(&name) {
        return describe_time(name, value, now);
    }
    let text = meaning(name).map(|m| m.text.as_str());
    match (count(name, value), text) {
        (Some(count), Some(text)) => format!("{count}: {text}"),
        (_, Some(text)) => text.into(),
        (_, None) => String::new(),
    }
}

/// How many there are, for claims that are sets.
fn count(name: &str, value: &Value) -> Option<String> {
    let unit = meaning(name)?.unit.as_ref()?;
    let count = match value {
        Value::Array(items) => items.len(),
        _ if name == "aud" => audiences(value).len(),
        _ => members(value).len(),
    };
    (count != 1).then(|| format!("{count} {unit}s")).or_else(|| value.is_array().then(|| format!("1 {unit}")))
}

fn describe_time(name: &str, value: &Value, now: Timestamp) -> String {
    let Some(seconds) = value.as_f64() else {
        return match value {
            Value::String(text) if text.parse::<f64>().is_ok() => "a string; it must be a number of seconds (RFC 7519 section 2)".into(),
            _ => "not a number of seconds (RFC 7519 section 2)".into(),
        };
    };
    if let Some(moment) = milliseconds(seconds) {
        return format!("milliseconds? as such {}; RFC 7519 wants seconds", short(moment));
    }
    if seconds < 0.0 {
        return "negative: before 1970, which nobody means".into();
    }
    let Some(moment) = from_seconds(seconds) else { return "no moment that can be written".into() };
    let distance = human(seconds_between(now, moment));
    let is_past = moment <= now;
    let words = match (name, is_past) {
        ("exp", true) => format!("expired {distance} ago"),
        ("exp", false) => format!("expires in {distance}"),
        ("nbf", false) => format!("not valid for another {distance}"),
        ("nbf", true) => format!("valid since {distance}"),
        (_, true) => format!("{distance} ago"),
        (_, false) => format!("in {distance}: in the future"),
    };
    format!("{words} ({})", short(moment))
}

/// The time of a number read as milliseconds, when read as seconds it would be thousands of years away.
pub fn milliseconds(number: f64) -> Option<Timestamp> {
    // 10^11 s is the year 5138; 10^11 ms is 1973, before any JWT.
    (number.abs() >= 1e11).then(|| from_seconds(number / 1000.0)).flatten()
}

/// A set of words as its members: a list, or a string separated by spaces.
pub fn members(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::String(text) => text.split_ascii_whitespace().map(str::to_string).collect(),
        Value::Null => Vec::new(),
        other => vec![plain(other)],
    }
}

/// The audiences of an `aud`: one string, never split at its spaces, or a list.
pub fn audiences(aud: &Value) -> Vec<String> {
    match aud {
        Value::String(one) => vec![one.clone()],
        other => members(other),
    }
}

/// A value in one line: strings without their quotes, what hides in them escaped.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => visible(text).into_owned(),
        other => visible(&other.to_string()).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, value: Value) -> String {
        let now = Timestamp::from_second(1_000_000).expect("a moment");
        describe(name, &value, now)
    }

    #[test]
    fn times_read_as_distances() {
        assert_eq!(read("exp", 988_480.into()), "expired 3 h 12 min ago (1970-01-12T10:34:40Z)");
        assert_eq!(read("exp", 1_000_045.into()), "expires in 45 s (1970-01-12T13:47:25Z)");
        assert_eq!(read("nbf", 1_000_060.into()), "not valid for another 1 min (1970-01-12T13:47:40Z)");
        assert_eq!(read("iat", 1_000_060.into()), "in 1 min: in the future (1970-01-12T13:47:40Z)");
    }

    #[test]
    fn times_that_are_none_say_so() {
        assert!(read("exp", "988480".into()).starts_with("a string"));
        assert!(read("exp", Value::Null).starts_with("not a number"));
        assert!(read("exp", 1_795_407_030_000_i64.into()).contains("milliseconds? as such 2026-11-23T04:10:30Z"));
        assert!(read("exp", (-5).into()).starts_with("negative"));
    }

    #[test]
    fn sets_are_counted() {
        assert_eq!(read("aud", serde_json::json!(["a", "b"])), "2 audiences: the API it is for");
        assert_eq!(read("aud", "a".into()), "the API it is for");
        assert_eq!(read("scope", "read write".into()), "2 scopes: what the client may do");
        assert_eq!(read("https://me.example/x", "a".into()), "");
    }

    #[test]
    fn no_claim_has_two_meanings() {
        let Table { claim, header } = parse(TEXT).map_err(|fault| fault.to_string()).expect("the table");
        for list in [claim, header] {
            for (i, a) in list.iter().enumerate() {
                assert!(list[..i].iter().all(|b| a.name != b.name), "{}", a.name);
                assert!(!a.text.is_empty() && !a.source.is_empty() && (a.set || a.unit.is_none()), "{}", a.name);
            }
        }
    }

    #[test]
    fn unknown_members_of_the_table_are_refused() {
        let table = |more: &str| parse(&format!("header = []\nclaim = [{{ name = \"a\", text = \"b\", source = \"c\"{more} }}]"));
        assert!(table("").is_ok() && table(", set = true").is_ok() && table(", title = \"x\"").is_err());
    }
}
