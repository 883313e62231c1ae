//! Changes of a file with values that leave every other byte as it was.

use std::collections::BTreeMap;

use serde_json::Value;

use super::dotenv::{Assignment, assignments, with_assignment};
use super::{Environments, SETTING, ValueKind, without_comments};
use crate::domain::json::{Member, Object};
use crate::domain::span::Span;
use crate::formats::FormatError;

/// The text with a value set; the text itself if it has that value. A name that is not there yet is added, and so is its
/// environment; an empty text becomes a file. A `.env` file has no environments.
///
/// # Errors
/// When the text is not of its format, or has something else than an object in the place of an environment.
pub fn with_value(text: &str, kind: ValueKind, environment: &str, name: &str, value: &str) -> Result<String, FormatError> {
    if kind == ValueKind::Dotenv {
        return with_dotenv_value(text, name, value);
    }
    let has_value = |text: &str| {
        let mut read = Environments::default();
        read.add_file(text, kind).map(|_| read.holds(environment, name, value))
    };
    if !text.is_empty() && has_value(text)? {
        return Ok(text.to_string());
    }
    let changed = match kind {
        ValueKind::Public | ValueKind::Private | ValueKind::Dotenv => in_json(text, text, &[environment, name], value)?,
        ValueKind::Settings => in_json(text, &without_comments(text), &[SETTING, environment, name], value)?,
    };
    if has_value(&changed)? { Ok(changed) } else { Err(cannot_hold(name)) }
}

fn cannot_hold(name: &str) -> FormatError {
    FormatError::without_place(format!("the file cannot hold this value of {name}"))
}

/// The same for a `.env` file, which is read once before and once after the change.
fn with_dotenv_value(text: &str, name: &str, value: &str) -> Result<String, FormatError> {
    // The last value of a name counts, and it alone may change.
    let has_value = |known: &[Assignment]| known.iter().rfind(|known| known.name == name).is_some_and(|known| known.value == value);
    let (before, losses) = assignments(text);
    if has_value(&before) {
        return Ok(text.to_string());
    }
    let changed = with_assignment(text, (&before, &losses), name, value)?;
    let after = assignments(&changed).0;
    if has_value(&after) && others(&before, name).eq(others(&after, name)) { Ok(changed) } else { Err(cannot_hold(name)) }
}

/// The values of all names but one.
fn others<'a>(all: &'a [Assignment], name: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    all.iter().filter(move |known| known.name != name).map(|known| (known.name.as_str(), known.value.as_str()))
}

/// What a file has in the place of the values of an environment, by their names, where that is a list or an object.
pub fn not_texts(text: &str, kind: ValueKind, environment: &str) -> BTreeMap<String, &'static str> {
    not_texts_of(text, kind, environment).unwrap_or_default()
}

fn not_texts_of(text: &str, kind: ValueKind, environment: &str) -> Option<BTreeMap<String, &'static str>> {
    let json = match kind {
        ValueKind::Dotenv => return None,
        ValueKind::Settings => without_comments(text.trim_start_matches('\u{feff}')),
        ValueKind::Public | ValueKind::Private => text.trim_start_matches('\u{feff}').to_string(),
    };
    let json: Value = serde_json::from_str(&json).ok()?;
    let environments = if kind == ValueKind::Settings { json.get(SETTING)? } else { &json };
    let members = environments.get(environment)?.as_object()?;
    Some(members.iter().filter_map(|(name, value)| Some((name.clone(), in_words(value)?))).collect())
}

fn in_words(value: &Value) -> Option<&'static str> {
    match value {
        Value::Array(_) => Some("a list"),
        Value::Object(_) => Some("an object"),
        _ => None,
    }
}

/// Sets a member of nested objects; `plain` is the text without comments, every byte at its place.
fn in_json(text: &str, plain: &str, path: &[&str], value: &str) -> Result<String, FormatError> {
    if plain.trim_start_matches('\u{feff}').trim().is_empty() {
        return Ok(format!("{}\n", nested(path, &quoted(value), "\n")));
    }
    let mark = plain.len() - plain.trim_start_matches('\u{feff}').len();
    let mut object_at = mark + plain.get(mark..).map_or(0, |rest| rest.len() - rest.trim_start().len());
    let mut end = plain.trim_end().len();
    for (depth, name) in path.iter().enumerate() {
        let inside = plain.get(object_at..end).unwrap_or_default();
        let object = Object::read(inside);
        if let Some(fault) = object.fault {
            return Err(FormatError::at(text, object_at + fault.offset, fault.message));
        }
        // Of several members of one name the last one counts.
        let found = object.members.iter().rfind(|member| member.name == *name);
        let rest = path.get(depth + 1..).unwrap_or_default();
        match found {
            Some(member) if rest.is_empty() => {
                let place = member.value_span.shifted(object_at);
                if let Some(what) = in_words(&member.value) {
                    return Err(FormatError::at(text, place.start, format!("{name} is {what}, not a text: change it in the file")));
                }
                return Ok(replaced(text, place, &like(&member.value, value)));
            }
            Some(member) => {
                let place = member.value_span.shifted(object_at);
                (object_at, end) = (place.start, place.end);
            }
            None => {
                let (at, before, after) = gap(inside, &object.members);
                let indent = before.trim_start_matches(',').to_string();
                let member = format!("{}: {}", quoted(name), nested(rest, &quoted(value), &indent));
                let at = object_at + at;
                return Ok(replaced(text, Span::new(at, at), &format!("{before}{member}{after}")));
            }
        }
    }
    Err(FormatError::without_place("no name was given"))
}

/// Where a member is added to an object, what is written before it, and after it.
fn gap(object: &str, members: &[Member]) -> (usize, String, String) {
    let Some(last) = members.last() else {
        return (1, "\n  ".into(), "\n".into());
    };
    // As far from the one before it as that one is from its own.
    let name = last.name_span.start.saturating_sub(1);
    let blank = object.get(..name).map_or("", |before| before.get(before.trim_end().len()..).unwrap_or_default());
    (last.value_span.end, format!(",{}", if blank.is_empty() { " " } else { blank }), String::new())
}

/// A value in objects of these names; `indent` is what stands before the name of the outermost one.
fn nested(path: &[&str], value: &str, indent: &str) -> String {
    match path {
        [] => value.to_string(),
        [name, rest @ ..] => {
            let deeper = if indent.contains('\n') { format!("{indent}  ") } else { " ".into() };
            format!("{{{deeper}{}: {}{indent}}}", quoted(name), nested(rest, value, &deeper))
        }
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A value as it is written in the place of another one: a number stays a number.
fn like(older: &Value, value: &str) -> String {
    let is_kept = match older {
        Value::Number(_) => serde_json::from_str::<serde_json::Number>(value).is_ok_and(|number| number.to_string() == value),
        Value::Bool(_) => matches!(value, "true" | "false"),
        _ => false,
    };
    if is_kept { value.to_string() } else { quoted(value) }
}

fn replaced(text: &str, place: Span, with: &str) -> String {
    let (before, after) = (text.get(..place.start).unwrap_or_default(), text.get(place.end..).unwrap_or_default());
    format!("{before}{with}{after}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_value_changes_its_own_bytes_and_no_others() {
        let json = "{\n\t\"dev\" : { \"host\":\"h\", \"port\" : 80,\r\n \"t\": \"\" },\n\n\"prod\":{}\n}";
        for (environment, name, value, after) in [
            ("dev", "host", "h2", json.replace("\"h\"", "\"h2\"")),
            ("dev", "port", "81", json.replace("80", "81")),
            ("dev", "port", "x", json.replace("80", "\"x\"")),
            ("dev", "t", "a\"b\nc", json.replace("\"\" }", "\"a\\\"b\\nc\" }")),
            ("dev", "new", "n", json.replace("\"\" }", "\"\",\r\n \"new\": \"n\" }")),
            ("prod", "new", "n", json.replace("{}", "{\n  \"new\": \"n\"\n}")),
            ("test", "new", "n", json.replace("{}\n", "{},\n\n\"test\": {\n\n  \"new\": \"n\"\n\n}\n")),
        ] {
            assert_eq!(with_value(json, ValueKind::Public, environment, name, value).as_ref(), Ok(&after), "{environment} {name}");
        }
        assert_eq!(with_value("", ValueKind::Private, "dev", "t", "v").as_deref(), Ok("{\n  \"dev\": {\n    \"t\": \"v\"\n  }\n}\n"));
    }

    #[test]
    fn comments_in_settings_stay() {
        let settings = "{ // c }\n  \"rest-client.environmentVariables\": { \"dev\": { \"a\": \"1\", /* \"a\" */ } },\n}";
        let changed = settings.replace("\"1\"", "\"2\"");
        assert_eq!(with_value(settings, ValueKind::Settings, "dev", "a", "2"), Ok(changed));
    }

    #[test]
    fn lines_of_a_dotenv_file() {
        let text = "# c\nexport A = 'x' # one\nB=\"a\nb\" # two\nC=1";
        for (name, value, after) in [
            ("A", "y", text.replace("'x'", "'y'")),
            ("A", "y #", text.replace("'x'", "'y #'")),
            ("B", "it's", text.replace("\"a\nb\"", "\"it's\"")),
            ("C", "2", text.replace("C=1", "C=2")),
            ("D", "3", format!("{text}\nD=3\n")),
        ] {
            assert_eq!(with_value(text, ValueKind::Dotenv, "", name, value), Ok(after), "{name}");
        }
    }

    #[test]
    fn a_list_and_an_object_are_not_overwritten() {
        let json = r#"{"dev": {"a": ["x"], "o": {"k": 1}, "n": null}}"#;
        for (name, what) in [("a", Some("a list")), ("o", Some("an object")), ("n", None)] {
            assert_eq!(not_texts(json, ValueKind::Public, "dev").get(name).copied(), what);
            assert_eq!(with_value(json, ValueKind::Public, "dev", name, "v").is_err(), what.is_some(), "{name}");
        }
    }

    #[test]
    fn a_value_that_stays_is_not_written_in_another_way() {
        for (kind, text, value) in [
            (ValueKind::Public, r#"{"dev": {"a": "\u0041"}}"#, "A"),
            (ValueKind::Public, r#"{"dev": {"a": 1.50}}"#, "1.5"),
            (ValueKind::Dotenv, "a=\"abc\"", "abc"),
            (ValueKind::Dotenv, "a=\"${B}/v1\"", "${B}/v1"),
            (ValueKind::Dotenv, "a=\"l1\nl2\"", "l1\nl2"),
        ] {
            assert_eq!(with_value(text, kind, "dev", "a", value).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_not_of_its_format_is_left_alone() {
        for text in ["[1]", "{\"dev\": ", "{\"dev\": 5}"] {
            assert!(with_value(text, ValueKind::Public, "dev", "a", "1").is_err(), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn a_value_that_is_written_is_read(value in any::<String>(), kind in 0..4usize) {
            let kinds = [ValueKind::Public, ValueKind::Private, ValueKind::Settings, ValueKind::Dotenv];
            let kind = kinds[kind];
            // An error is an answer too; a wrong value is none.
            if let Ok(text) = with_value("", kind, "dev", "a", &value) {
                let again = with_value(&text, kind, "dev", "a", "second");
                if kind == ValueKind::Dotenv {
                    // The quotes of the first one stay.
                    prop_assert!(again.is_ok());
                } else {
                    prop_assert_eq!(again, with_value("", kind, "dev", "a", "second"));
                }
            } else {
                prop_assert!(kind == ValueKind::Dotenv);
            }
        }
    }
}
