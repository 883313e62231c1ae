//! Any other text: `name: value` and `name = value` as YAML, INI, GraphQL and languages write them, addresses with passwords,
//! and words that say that a token follows.

use super::prose::prose;
use super::xml;
use crate::domain::secrecy::names::Grade;
use crate::domain::secrecy::search::Search;
use crate::domain::secrecy::{shapes, url};
use crate::domain::span::Span;

/// Names whose quoted value names the value of the next one: `key="password" value="…"`.
const NAMES: [&str; 4] = ["key", "name", "field", "param"];
const VALUES: [&str; 3] = ["value", "val", "content"];

/// Bytes of the longest name.
const LONGEST_NAME: usize = 64;

/// Finds the secrets in a text.
pub fn walk(text: &str, search: &mut Search) {
    assignments(text, Signs::All, search);
    url::in_text(text, search);
    prose(text, search);
    xml::tags(text, search);
}

/// Finds the secrets in a message.
pub fn quoted(text: &str, search: &mut Search) {
    assignments(text, Signs::Equals, search);
    url::in_text(text, search);
    prose(text, search);
}

/// What separates a name from its value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Signs {
    /// `=` and `:`.
    All,
    /// `=` alone.
    Equals,
}

/// Values after a name and a sign. The line of a sign is found once for all signs in it.
fn assignments(text: &str, signs: Signs, search: &mut Search) {
    let bytes = text.as_bytes();
    let next = |at: usize| match signs {
        Signs::All => memchr::memchr2(b'=', b':', bytes.get(at..)?),
        Signs::Equals => memchr::memchr(b'=', bytes.get(at..)?),
    };
    let (mut at, mut line, mut next_line) = (0, Span::default(), 0);
    // What `key="password"` says of the `value="…"` after it in the line.
    let mut named: Option<(Grade, Span)> = None;
    while let Some(sign) = next(at).map(|i| at + i) {
        at = sign + 1;
        let Some(name) = name_before(bytes, sign) else { continue };
        let name_text = name.cut(text).unwrap_or_default();
        let is_one_of = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(name_text));
        let grade = search.grade_of(name_text);
        if grade == Grade::Open && !is_one_of(&NAMES) && !is_one_of(&VALUES) {
            continue;
        }
        if sign >= next_line {
            let start = memchr::memrchr(b'\n', bytes.get(next_line..sign).unwrap_or_default()).map_or(next_line, |i| next_line + i + 1);
            let end = memchr::memchr(b'\n', bytes.get(sign..).unwrap_or_default()).map_or(text.len(), |i| sign + i);
            next_line = end;
            line = Span::new(start, start + text.get(start..end).unwrap_or_default().trim_end().len());
        }
        let begins_line = (name.start - line.start.min(name.start)) <= LONGEST_NAME
            && bytes
                .get(line.start..name.start)
                .is_some_and(|before| before.iter().all(|b| matches!(b, b' ' | b'\t' | b'\n' | b'-' | b'"' | b'\'')));
        let value = value_behind(text, sign, line, begins_line);
        let is_quoted = text.get(sign + 1..value.start).is_some_and(|between| between.ends_with(['"', '\'', '`']));
        let (grade, name) = match named.filter(|(_, name)| name.start >= line.start && is_one_of(&VALUES)) {
            Some(named) => named,
            None => (grade, name),
        };
        if is_quoted && is_one_of(&NAMES) {
            let said = search.grade_of(value.cut(text).unwrap_or_default());
            named = (said > Grade::Open).then_some((said, value));
            if named.is_some() && behind(text, value, line).starts_with(|c: char| c.is_ascii_alphabetic()) {
                continue;
            }
        }
        if grade == Grade::Open {
            continue;
        }
        // `invalid token: expired` and `scope: token:read` are prose to read. A colon separates name and value where
        // the name begins a line of what is sent, or the value is quoted or random.
        let is_value = bytes.get(sign) == Some(&b'=')
            || search.is_sent() && begins_line
            || is_quoted
            || value.cut(text).is_some_and(shapes::is_random);
        if is_value {
            search.value(text, value, grade, name);
        } else if value.len() > LONGEST_NAME {
            search.value(text, value, Grade::Open, name);
        }
        // A long value was looked into.
        if value.end > at && (is_value && grade == Grade::Secret || value.len() > LONGEST_NAME) {
            at = value.end;
        }
    }
}

/// The name that ends before a sign, ignoring spaces and quotes between them.
fn name_before(bytes: &[u8], sign: usize) -> Option<Span> {
    let is_between = |b: u8| matches!(b, b' ' | b'\t' | b'"' | b'\'' | b'\\' | b':');
    let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'[' | b']' | b'%' | 0x80..);
    let before = bytes.get(sign.saturating_sub(LONGEST_NAME)..sign)?;
    let end = sign - before.iter().rev().take_while(|b| is_between(**b)).count();
    let name = bytes.get(end.saturating_sub(LONGEST_NAME)..end)?;
    let start = end - name.iter().rev().take_while(|b| is_name(**b)).count();
    (start < end).then(|| Span::new(start, end))
}

/// What follows a quoted value in its line.
fn behind(text: &str, value: Span, line: Span) -> &str {
    let is_between = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\\' | ',' | ';');
    text.get(value.end..line.end.min(value.end + LONGEST_NAME)).unwrap_or_default().trim_start_matches(is_between)
}

/// The value after a sign: in quotes, to the end of a line that the name begins, or to the next sign of an end.
fn value_behind(text: &str, sign: usize, line: Span, begins_line: bool) -> Span {
    let rest = text.get(sign + 1..line.end).unwrap_or_default();
    let space = rest.len() - rest.trim_start_matches([' ', '\t', '>', '=']).len();
    let start = sign + 1 + space;
    let value = rest.get(space..).unwrap_or_default();
    let quoted = value.trim_start_matches('\\');
    if let Some(quote) = quoted.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) {
        let inner = start + value.len() - quoted.len() + 1;
        let inside = text.get(inner..line.end).unwrap_or_default();
        let end = inside.find(quote).unwrap_or(inside.len());
        return Span::new(inner, inner + inside.get(..end).unwrap_or_default().trim_end_matches('\\').len());
    }
    if matches!(value, "|" | ">" | "|-" | ">-" | "|+" | ">+") {
        return block(text, line.end);
    }
    if begins_line && (text.as_bytes().get(sign) == Some(&b':') || rest.starts_with(' ')) {
        return shapes::schemed(value).map_or(Span::new(start, start + value.len()), |(_, inner)| inner.shifted(start));
    }
    let ends = |c: char| c.is_whitespace() || matches!(c, '&' | ',' | ';' | ')' | '}' | ']' | '"' | '\'' | '<');
    Span::new(start, start + value.find(ends).unwrap_or(value.len()))
}

/// The indented lines of a block in YAML.
fn block(text: &str, from: usize) -> Span {
    let rest = text.get(from..).unwrap_or_default();
    let length = rest
        .split_inclusive('\n')
        .skip(1)
        .take_while(|line| line.starts_with([' ', '\t']) || line.trim().is_empty())
        .map(str::len)
        .sum::<usize>();
    let first = rest.split_inclusive('\n').next().map_or(0, str::len);
    let span = Span::new(from + first, from + first + length);
    let content = span.cut(text).unwrap_or_default();
    let start = span.start + content.len() - content.trim_start().len();
    Span::new(start, start + content.trim().len())
}
