//! Variables that a tool makes up on sending: those that have an equivalent here get its name.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::domain::limits::MAX_VARIABLES;
use crate::formats::variables::placeholders;

/// The names that mean the same here.
const SAME: [&str; 5] = ["guid", "timestamp", "isoTimestamp", "randomInt", "randomUUID"];

/// The names of Postman and Bruno that have another name here.
const RENAMED: [(&str, &str); 6] = [
    ("randomUuid", "$randomUUID"),
    ("randomAlphaNumeric", "$random.alphanumeric 1"),
    ("randomPassword", "$random.alphanumeric 15"),
    ("randomEmail", "$random.email"),
    ("randomExampleEmail", "$random.email"),
    ("randomHexadecimal", "$random.hexadecimal 1"),
];

/// The values of variables that a request alone sees, by their names.
pub(super) type OwnValues = BTreeMap<String, String>;

/// What a placeholder becomes.
enum Meaning<'a> {
    /// It stays as it is.
    Stays,
    /// Another name.
    Name(Cow<'a, str>),
    /// The value of a variable that the request alone sees.
    Value(&'a str),
    /// It stays, and this is why it has no value here.
    Lost(&'static str),
}

/// The placeholders of a text as they are written here; what has no equivalent is added to `lost` by its name.
pub(super) fn translated(text: &str, own: &OwnValues, lost: &mut BTreeMap<String, &'static str>) -> Option<String> {
    if !text.contains("{{") {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for (span, name) in placeholders(text) {
        let replacement = match meaning(name, own) {
            Meaning::Stays => continue,
            Meaning::Name(name) => Cow::Owned(format!("{{{{{name}}}}}")),
            Meaning::Value(value) if out.len().saturating_add(value.len()) > MAX_VARIABLES => {
                lost.insert(name.to_string(), "stays as it is written: all values together are too long");
                continue;
            }
            Meaning::Value(value) => Cow::Borrowed(value),
            Meaning::Lost(why) => {
                lost.insert(name.to_string(), why);
                continue;
            }
        };
        out.push_str(text.get(copied..span.start).unwrap_or_default());
        out.push_str(&replacement);
        copied = span.end;
    }
    if copied == 0 {
        return None;
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Some(out)
}

fn meaning<'a>(name: &'a str, own: &'a OwnValues) -> Meaning<'a> {
    if let Some(value) = own.get(name) {
        return Meaning::Value(value);
    }
    if name.starts_with("vault:") || name.starts_with("$secrets.") {
        return Meaning::Lost("is in a vault, which is not read");
    }
    if let Some(variable) = name.strip_prefix("process.env.") {
        // Bruno fills these from the file `.env` of the collection.
        return Meaning::Name(format!("$dotenv {variable}").into());
    }
    if name.starts_with('?') {
        return Meaning::Lost("is asked for on sending, which is not done here");
    }
    let Some(dynamic) = name.strip_prefix('$') else { return Meaning::Stays };
    // The last two are names of this program, which a value may have been given already.
    if SAME.contains(&dynamic) || dynamic.starts_with("dotenv ") || dynamic.starts_with("random.") {
        return Meaning::Stays;
    }
    match RENAMED.iter().find(|(theirs, _)| *theirs == dynamic) {
        Some((_, ours)) => Meaning::Name((*ours).into()),
        None if dynamic.starts_with("oauth2.") => Meaning::Lost("is a token that the tool fetches, which is not done here"),
        None => Meaning::Lost("has no equivalent here and stays as it is written"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_mean_the_same_afterwards() {
        let own = OwnValues::from([("id".into(), "7".into())]);
        let mut lost = BTreeMap::new();
        for (text, written) in [
            ("{{host}}/{{$guid}}", None),
            ("{{ id }}/{{id}}", Some("7/7")),
            ("a{{process.env.TOKEN}}b", Some("a{{$dotenv TOKEN}}b")),
            ("{{$randomEmail}}", Some("{{$random.email}}")),
            ("{{$randomCity}}{{vault:key}}", None),
            ("no", None),
        ] {
            assert_eq!(translated(text, &own, &mut lost).as_deref(), written, "{text}");
        }
        assert_eq!(lost.keys().map(String::as_str).collect::<Vec<_>>(), ["$randomCity", "vault:key"]);
    }
}
