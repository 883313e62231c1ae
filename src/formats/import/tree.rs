//! JSON or YAML as one tree of values, for tools that write both.

use std::borrow::Cow;

use serde_json::Value;

use crate::formats::{FormatError, env};

/// How far a text is looked through for what says which tool wrote it.
const LOOKED_THROUGH: usize = 64 << 10;

/// The document of YAML that is wanted, of a text that may have several, and the lines at which the others begin. The lines before it
/// are blank, so that places in it are those of the text.
pub(super) fn document(text: &str, is_wanted: fn(&str) -> bool) -> (Cow<'_, str>, Vec<usize>) {
    let is_mark = |line: &str| line.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
    if is_json(text) || !text.lines().skip(1).any(is_mark) {
        return (text.into(), Vec::new());
    }
    let mut starts = vec![(0, 0)];
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if is_mark(line) {
            starts.push((number, at));
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).map(|(_, at)| *at).chain([text.len()]);
    let documents = starts.iter().zip(ends).filter_map(|((number, start), end)| Some((*number, text.get(*start..end)?)));
    // Directives and comments alone are no document.
    let says_more = |line: &str| !line.trim().is_empty() && !line.starts_with(['#', '%', '.']) && line.trim_end() != "---";
    let mut documents: Vec<(usize, &str)> = documents.filter(|(_, document)| document.lines().any(says_more)).collect();
    let Some(wanted) = documents.iter().position(|(_, document)| is_wanted(document)) else { return (text.into(), Vec::new()) };
    let (number, document) = documents.remove(wanted);
    let others = documents.into_iter().map(|(number, _)| number + 1).collect();
    (format!("{}{document}", "\n".repeat(number)).into(), others)
}

/// What is said of a document that is not read.
pub(super) const OTHER_DOCUMENT: &str = "of the documents in this file only one is read: that from this line on is left out";

/// Reads a text: JSON if it begins like that, else YAML.
///
/// # Errors
/// With line and column.
pub(super) fn read(text: &str) -> Result<Value, FormatError> {
    if is_json(text) {
        return serde_json::from_str(text).map_err(|why| env::json_error(&why));
    }
    serde_saphyr::from_str_with_options(text, options(text)).map_err(|why| {
        let place = why.location().map(|place| (place.line(), place.column()));
        let (line, column) = place.map_or((0, 0), |(line, column)| (line as usize, column as usize));
        let said = why.to_string();
        let message = said.split(" at line ").next().unwrap_or_default().lines().next().unwrap_or_default();
        FormatError { line, column, message: format!("not YAML: {message}"), help: String::new() }
    })
}

/// Without the lines around a fault, which may hold secrets, and without more out of aliases than a file has of its own.
fn options(text: &str) -> serde_saphyr::Options {
    /// What one alias or two may stand for in a short file.
    const LEAST: usize = 4096;
    let mut options = serde_saphyr::Options::default();
    options.with_snippet = false;
    options.alias_limits.max_total_replayed_events = text.len().max(LEAST);
    options
}

/// True for what can only be JSON.
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// True for a text that has a member of this name at its outermost level, with a value that begins like this; it is not read.
pub(super) fn has_member(text: &str, name: &str, value: &str) -> bool {
    let start = text.char_indices().take_while(|(at, _)| *at < LOOKED_THROUGH).last().map_or(0, |(at, c)| at + c.len_utf8());
    let text = text.get(..start).unwrap_or(text);
    let begins = |rest: &str| {
        let rest = rest.trim_start().strip_prefix(':').map(|rest| rest.trim_start().trim_start_matches(['"', '\'']));
        rest.is_some_and(|rest| rest.starts_with(value))
    };
    if is_json(text) {
        return outermost(text).any(|(key, behind)| key == name && begins(behind));
    }
    // A request may have YAML in its body.
    let is_told = |line: &&str| !line.trim().is_empty() && !line.starts_with(['#', '%']) && line.trim_end() != "---";
    let is_key = |line: &str| {
        let key = line.split(": ").next().unwrap_or_default().trim_end().trim_end_matches(':').trim_matches(['"', '\'']);
        line.contains(':') && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
    };
    if !text.lines().find(is_told).is_some_and(is_key) {
        return false;
    }
    text.lines().any(|line| {
        line.trim_start_matches(['"', '\'']).strip_prefix(name).is_some_and(|rest| begins(rest.trim_start_matches(['"', '\''])))
    })
}

/// The strings at the outermost level of an object in JSON, each with what follows it; the text is not read.
fn outermost(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let (mut depth, mut rest) = (0_usize, text);
    std::iter::from_fn(move || {
        while let Some(at) = rest.find(['{', '[', '}', ']', '"']) {
            let mark = rest.as_bytes().get(at).copied();
            rest = rest.get(at + 1..)?;
            match mark {
                Some(b'{' | b'[') => depth += 1,
                Some(b'}' | b']') => depth = depth.saturating_sub(1),
                _ => {
                    let mut is_escaped = false;
                    let end = rest.find(|c: char| {
                        let is_end = c == '"' && !is_escaped;
                        is_escaped = c == '\\' && !is_escaped;
                        is_end
                    })?;
                    let string = rest.get(..end)?;
                    rest = rest.get(end + 1..)?;
                    if depth == 1 {
                        return Some((string, rest));
                    }
                }
            }
        }
        None
    })
}

/// A member, or null.
pub(super) fn member<'a>(value: &'a Value, name: &str) -> &'a Value {
    value.get(name).unwrap_or(&Value::Null)
}

/// The text of a member: of a number or a flag as it is written, of anything else nothing.
pub(super) fn text(value: &Value, name: &str) -> String {
    scalar(member(value, name))
}

/// A value that is one word.
pub(super) fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// The elements of a member that is a list.
pub(super) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    member(value, name).as_array().map_or(&[], Vec::as_slice)
}

/// True for a member that is `true`.
pub(super) fn is_set(value: &Value, name: &str) -> bool {
    member(value, name).as_bool() == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_told_without_the_lines_around_it() {
        let why = read("auth:\n  password: tulip-garden-9\n bad: b: c\n").expect_err("it is broken").to_string();
        assert!(why.contains("line ") && !why.contains("tulip") && !why.contains('\n') && !why.contains("\\n"), "{why}");
    }

    #[test]
    fn aliases_stand_for_no_more_than_a_file_of_their_own_could_hold() {
        let level = |n: usize| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(","));
        let bomb = format!("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n{}", (1..6).map(level).collect::<String>());
        assert!(read(&bomb).is_err());
        let usual = "base: &base {a: 1, b: 2}\nlist: [*base, *base, *base]\n";
        assert_eq!(read(usual).expect("YAML")["list"][2]["b"], 2);
    }

    #[test]
    fn yaml_and_json_are_the_same_tree() {
        let json = read(r#"{"a": {"b": ["c", 1, true, null]}, "200": "x"}"#).expect("JSON");
        assert_eq!(read("a:\n  b: [c, 1, true, null]\n200: x\n").expect("YAML"), json);
    }

    #[test]
    fn what_is_broken_is_named_with_its_place() {
        let yaml = read("a: 1\nb: [1, 2\nc: 3\n").expect_err("broken");
        assert!(yaml.line >= 2 && yaml.column > 0 && yaml.message.starts_with("not YAML: "), "{yaml}");
        let json = read("{\"a\": 1,\n  \"b\"}").expect_err("broken");
        assert_eq!((json.line, json.message.is_empty()), (2, false), "{json}");
    }

    #[test]
    fn what_tells_of_a_tool_is_found_without_reading() {
        for (text, is_found) in [
            ("openapi: 3.0.1\n", true),
            ("# c\n\"openapi\": '3.1.0'\n", true),
            ("{\n  \"openapi\" : \"3.0.0\"}", true),
            ("info:\n  openapi: 3.0.1\n", false),
            ("openapi: 2\n", false),
            ("{\"dependencies\": {\"openapi\": \"3.1.0\"}}", false),
            ("{\"a\": \"\\\"openapi\", \"openapi\": \"3.1.0\"}", true),
            ("GET https://h/\n", false),
            ("POST https://h/\nA: b\n\nopenapi: 3.0.1\n", false),
            ("---\ninfo:\n  title: x\nopenapi: 3.0.1\n", true),
        ] {
            assert_eq!(has_member(text, "openapi", "3."), is_found, "{text}");
        }
    }

    #[test]
    fn a_bomb_is_refused() {
        let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for level in 1..12 {
            let last = level - 1;
            bomb.push_str(&format!("a{level}: &a{level} [{}]\n", vec![format!("*a{last}"); 10].join(",")));
        }
        assert!(read(&bomb).is_err());
    }
}
