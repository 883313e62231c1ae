//! Any other text: `name: value` and `name = value` as YAML, INI, GraphQL and languages write them, addresses with passwords,
//! and words that say that a token follows.

use super::command;
use super::notations;
use super::pairing::{LONGEST_NAME, PLAIN_VALUES, Pairing, VALUES, is_one_of, takes_part};
use super::prose::prose;
use crate::domain::secrecy::names::Grade;
use crate::domain::secrecy::search::Search;
use crate::domain::secrecy::{logins, plain, shapes, url};
use crate::domain::span::Span;

/// Finds the secrets in a text, but for those in tags.
pub fn walk(text: &str, search: &mut Search) {
    assignments(text, Signs::All, search);
    if search.is_of_request() {
        command::walk(text, search);
    }
    notations::walk(text, search);
    url::in_text(text, search);
    prose(text, search);
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
    // What `key="password"` says of the `value="…"` after it in the line, and `name: password` of the lines around it.
    let (mut inline, mut inline_end) = (Pairing::default(), 0);
    let (mut record, mut record_end) = (Pairing::default(), 0);
    // Whether the text describes a Secret of Kubernetes, once it matters.
    let mut is_manifest: Option<bool> = None;
    while let Some(sign) = next(at).map(|i| at + i) {
        at = sign + 1;
        let asked = asked_above(text, sign);
        let Some(name) = asked.or_else(|| name_before(bytes, sign)) else { continue };
        let name_text = name.cut(text).unwrap_or_default();
        let grade = search.grade_of(name_text);
        let is_paired = takes_part(name_text);
        let is_login = logins::is_login(name_text);
        if grade == Grade::Open && !is_paired && !is_login {
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
        let in_flow = !begins_line && is_in_flow(bytes, name.start) && bytes.get(sign..sign + 2) == Some(b": ");
        let value = if in_flow { value_in_flow(text, sign, line) } else { value_behind(text, sign, line, begins_line) };
        let is_quoted = text.get(sign + 1..value.start).is_some_and(|between| between.trim_end().ends_with(['"', '\'', '`']));
        // `invalid token: expired` and `scope: token:read` are prose to read. A colon separates name and value where
        // the name begins a line of what is sent, or the value is quoted or random.
        let is_value = bytes.get(sign) == Some(&b'=')
            || search.is_sent() && begins_line
            // Lines of a text in another one; what follows a colon in them may be words.
            || search.is_of_request() && begins_line && line.end - line.start < text.len() && !value.cut(text).is_some_and(shapes::is_word)
            || search.is_of_request() && (in_flow || asked.is_some()) && !value.cut(text).is_none_or(is_said_of_it)
            || is_quoted
            || value.cut(text).is_some_and(shapes::is_random);
        let mut reason = (grade, name);
        if is_paired && is_value {
            if line.start >= inline_end {
                inline = Pairing::default();
                inline_end = line.end;
            }
            reason = inline.reason(name_text, reason, value, text, search);
            if begins_line {
                if begins_record(text, record_end, line) {
                    record = Pairing::default();
                }
                record_end = line.end;
                reason = record.reason(name_text, reason, value, text, search);
            }
        }
        let (grade, name) = reason;
        if begins_line && value.is_empty() && search.is_sent() {
            let holds = is_manifest_part(name_text)
                && *is_manifest
                    .get_or_insert_with(|| text.lines().any(|line| line.trim_end().trim_end_matches(['"', '\'']) == "kind: Secret"));
            below(text, line, reason, holds, search);
            word_below(text, line, reason, search);
        }
        // `[credentials]`, then `value = "…"`.
        if begins_line
            && reason.0 < Grade::Secret
            && is_one_of(name_text, &PLAIN_VALUES)
            && let Some(section) = section(text, line)
            && search.grade_of(section.cut(text).unwrap_or_default()) >= Grade::Likely
            && !value.cut(text).is_some_and(plain::is_plain)
        {
            search.value(text, value, Grade::Secret, section);
        }
        if grade == Grade::Open && !is_login {
            continue;
        }
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

/// The name in the line above a colon that begins its own, as YAML writes it: `? password`, then `: …`.
fn asked_above(text: &str, sign: usize) -> Option<Span> {
    // Not back to the beginning of the line: it may be long, and full of signs.
    let before = text.get(..sign)?.trim_end_matches([' ', '\t']);
    let above = before.strip_suffix('\n')?;
    let line = above.get(above.len().saturating_sub(LONGEST_NAME + sign - before.len())..)?.lines().next_back()?;
    let name = line.trim().strip_prefix("? ")?.trim().trim_matches(['"', '\'']);
    Span::of(text, name).filter(|name| !name.is_empty())
}

/// True behind `{` or a comma, where YAML has the next name of a map.
fn is_in_flow(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(at.saturating_sub(LONGEST_NAME)..at).unwrap_or_default();
    before.iter().rev().find(|b| !matches!(b, b' ' | b'\t' | b'"' | b'\'')).is_some_and(|b| matches!(b, b'{' | b','))
}

/// The value there, up to what ends a member.
fn value_in_flow(text: &str, sign: usize, line: Span) -> Span {
    let rest = text.get(sign + 1..line.end).unwrap_or_default();
    if rest.trim_start().starts_with(['"', '\'', '`', '\\', '{', '[']) {
        return value_behind(text, sign, line, false);
    }
    let value = rest.split([',', '}', ']', ')']).next().unwrap_or_default().trim();
    Span::of(text, value).unwrap_or_default()
}

/// True for words that say what a value is to be: `{password: string}`.
fn is_said_of_it(value: &str) -> bool {
    value.split_whitespace().all(plain::is_readable)
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

/// True where a line of a pair begins a record of its own: an item of a list, or one after a blank line.
fn begins_record(text: &str, before: usize, line: Span) -> bool {
    let between = text.get(before..line.start).unwrap_or_default();
    line.cut(text).is_some_and(|line| line.trim_start().starts_with("- "))
        || between.lines().skip(1).any(|line| line.trim().is_empty() || line.trim_start().starts_with("- "))
}

/// The value after a sign: in quotes, to the end of a line that the name begins, or to the next sign of an end.
fn value_behind(text: &str, sign: usize, line: Span, begins_line: bool) -> Span {
    let rest = text.get(sign + 1..line.end).unwrap_or_default();
    if begins_block(rest.trim()) {
        return block(text, line.end);
    }
    let space = rest.len() - rest.trim_start_matches([' ', '\t', '>', '=']).len();
    let start = sign + 1 + space;
    let value = rest.get(space..).unwrap_or_default();
    // A string over several lines, as GraphQL, TOML and Python write it.
    if let Some(fence) = ["\"\"\"", "'''"].into_iter().find(|fence| value.starts_with(fence)) {
        let inside = text.get(start + fence.len()..).unwrap_or_default();
        let inside = inside.split(fence).next().unwrap_or_default();
        return Span::of(text, inside.trim()).unwrap_or_default();
    }
    let quoted = value.trim_start_matches('\\');
    if let Some(quote) = quoted.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) {
        let inner = start + value.len() - quoted.len() + 1;
        let inside = text.get(inner..line.end).unwrap_or_default();
        let end = inside.find(quote).unwrap_or(inside.len());
        return Span::new(inner, inner + inside.get(..end).unwrap_or_default().trim_end_matches('\\').len());
    }
    if begins_line && (text.as_bytes().get(sign) == Some(&b':') || rest.starts_with(' ')) {
        return shapes::schemed(value).map_or(Span::new(start, start + value.len()), |(_, inner)| inner.shifted(start));
    }
    let ends = |c: char| c.is_whitespace() || matches!(c, '&' | ',' | ';' | ')' | '}' | ']' | '"' | '\'' | '<');
    Span::new(start, start + value.find(ends).unwrap_or(value.len()))
}

/// True for what begins a block of lines in YAML: `|`, `>-`, `|2`.
fn begins_block(value: &str) -> bool {
    let sign = value.strip_prefix(['|', '>']);
    sign.is_some_and(|rest| rest.len() <= 2 && rest.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+')))
}

/// True for the part of a Secret of Kubernetes that holds its values under names of their own.
pub(super) fn is_manifest_part(name: &str) -> bool {
    matches!(name, "data" | "stringData")
}

/// Lines of a block that are looked at for what is below a name.
const MOST_BELOW: usize = 64;

/// Finds the values in the indented lines below a name: `password:`, then `  value: …` or `  - …`; of a part that holds secrets
/// alone, all of them.
fn below(text: &str, line: Span, (grade, name): (Grade, Span), holds_secrets: bool, search: &mut Search) {
    let grade = if holds_secrets { Grade::Secret } else { grade };
    let indent = |line: &str| line.len() - line.trim_start().len();
    let outer = line.cut(text).map_or(0, indent);
    let rest = text.get(line.end..).unwrap_or_default();
    // The items of a list may begin where its name does.
    let is_below = |inner: &&str| indent(inner) > outer || indent(inner) == outer && inner.trim_start().starts_with("- ");
    for inner in rest.split('\n').skip(1).take(MOST_BELOW).take_while(is_below).take_while(|inner| !inner.trim().is_empty()) {
        let item = inner.trim().trim_start_matches("- ").trim_start();
        let value = match item.split_once([':', '=']) {
            Some((_, value)) if holds_secrets => value,
            Some((member, value)) if is_one_of(member.trim(), &VALUES) || is_one_of(member.trim(), &PLAIN_VALUES) => value,
            // Members of a record by other names.
            Some((_, value)) if search.suspects() => {
                let value = value.trim().trim_matches(['"', '\'']);
                search.value(text, Span::of(text, value).unwrap_or_default(), grade.min(Grade::Suspect), name);
                continue;
            }
            Some(_) => continue,
            None => item,
        };
        let value = value.trim().trim_matches(['"', '\'']);
        search.value(text, Span::of(text, value).unwrap_or_default(), grade, name);
    }
}

/// Finds the value in the line below a name: `Password:`, then `hunter2`. Words below a title are to be read.
fn word_below(text: &str, line: Span, (grade, name): (Grade, Span), search: &mut Search) {
    let rest = text.get(line.end..).unwrap_or_default().trim_start_matches('\r');
    let rest = rest.strip_prefix('\n').unwrap_or_default();
    let below = rest.split('\n').next().unwrap_or_default().trim();
    let is_value = !below.contains(|c: char| c.is_whitespace() || matches!(c, ':' | '=' | '<' | '>' | '{')) && !plain::is_plain(below);
    if grade == Grade::Secret && is_value && !below.starts_with(['-', '#', '/', '[']) {
        search.value(text, Span::of(text, below).unwrap_or_default(), grade, name);
    }
}

/// Bytes before a line in which the head of its section is looked for.
const LONGEST_SECTION: usize = 1024;

/// The name of the section that a line is in, as INI and TOML write it; of `[a.credentials]` the last part.
fn section(text: &str, line: Span) -> Option<Span> {
    let before = text.get(line.start.saturating_sub(LONGEST_SECTION)..line.start)?;
    let head = before.lines().rev().map(str::trim).find(|line| line.starts_with('['))?;
    let name = head.trim_start_matches('[').strip_suffix(']')?.trim_end_matches(']');
    let name = name.rsplit('.').next().unwrap_or_default().trim_matches(['"', '\'', ' ']);
    Span::of(text, name).filter(|name| !name.is_empty())
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
