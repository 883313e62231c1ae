//! Any other text: `name: value` and `name = value` as YAML, INI, GraphQL and languages write them, addresses with passwords,
//! and words that say that a token follows.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};

use crate::domain::secrecy::names::Grade;
use crate::domain::secrecy::search::Search;
use crate::domain::secrecy::{shapes, url};
use crate::domain::span::Span;

/// Bytes of the longest name.
const LONGEST_NAME: usize = 64;

/// Notes what is secret in a text.
pub fn walk(text: &str, search: &mut Search) {
    assignments(text, Signs::All, search);
    url::in_text(text, search);
    prose(text, search);
}

/// Notes what is secret in a message.
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

/// Values behind a name and a sign. The line of a sign is found once for all signs in it.
fn assignments(text: &str, signs: Signs, search: &mut Search) {
    let bytes = text.as_bytes();
    let next = |at: usize| match signs {
        Signs::All => memchr::memchr2(b'=', b':', bytes.get(at..)?),
        Signs::Equals => memchr::memchr(b'=', bytes.get(at..)?),
    };
    let (mut at, mut line, mut next_line) = (0, Span::default(), 0);
    while let Some(sign) = next(at).map(|i| at + i) {
        at = sign + 1;
        let Some(name) = name_before(bytes, sign) else { continue };
        let grade = search.grade_of(name.cut(text).unwrap_or_default());
        if grade == Grade::Open {
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
        // `invalid token: expired` and `scope: token:read` are what one reads. A colon separates name and value where
        // the name begins a line of what is sent, or the value is quoted or random.
        let is_value = bytes.get(sign) == Some(&b'=')
            || search.is_sent() && begins_line
            || text.get(sign + 1..value.start).is_some_and(|between| between.ends_with(['"', '\'', '`']))
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

/// The name that ends before a sign, blanks and quotes between them passed over.
fn name_before(bytes: &[u8], sign: usize) -> Option<Span> {
    let is_between = |b: u8| matches!(b, b' ' | b'\t' | b'"' | b'\'' | b'\\' | b':');
    let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'[' | b']' | b'%');
    let before = bytes.get(sign.saturating_sub(LONGEST_NAME)..sign)?;
    let end = sign - before.iter().rev().take_while(|b| is_between(**b)).count();
    let name = bytes.get(end.saturating_sub(LONGEST_NAME)..end)?;
    let start = end - name.iter().rev().take_while(|b| is_name(**b)).count();
    (start < end).then(|| Span::new(start, end))
}

/// The value behind a sign: in quotes, to the end of a line that the name begins, or to the next sign of an end.
fn value_behind(text: &str, sign: usize, line: Span, begins_line: bool) -> Span {
    let rest = text.get(sign + 1..line.end).unwrap_or_default();
    let blank = rest.len() - rest.trim_start_matches([' ', '\t', '>', '=']).len();
    let start = sign + 1 + blank;
    let value = rest.get(blank..).unwrap_or_default();
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

/// Words behind which a token follows, as in `the token abc… is bad`, `Authorization: Bearer abc…`.
const WORDS: [&str; 10] = ["bearer", "basic", "token", "password", "secret", "passphrase", "key", "jwt", "cookie", "credential"];
/// What may come between such a word and the token.
const BETWEEN: [&str; 5] = ["is", "was", "are", "value", "s"];

/// Notes random words behind a word that says what they are.
pub fn prose(text: &str, search: &mut Search) {
    static FINDER: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasickBuilder::new().ascii_case_insensitive(true).build(WORDS).ok());
    let Some(finder) = FINDER.as_ref() else { return };
    let is_between = |c: char| c.is_whitespace() || matches!(c, ':' | '=' | '"' | '\'' | '`' | '(' | '<' | '[' | '\\' | ',');
    let mut last = 0;
    for word in finder.find_iter(text).filter(|word| word.end() < text.len()) {
        let mut rest = text.get(word.end()..).unwrap_or_default();
        let goes_on = word
            .start()
            .checked_sub(1)
            .and_then(|i| text.as_bytes().get(i))
            .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
        if goes_on || word.end() < last || !rest.starts_with(is_between) && !rest.starts_with('.') {
            continue;
        }
        for _ in 0..2 {
            rest = rest.trim_start_matches(is_between);
            let length = rest.bytes().take(8).take_while(u8::is_ascii_alphabetic).count();
            match rest.get(..length).filter(|word| BETWEEN.iter().any(|known| known.eq_ignore_ascii_case(word))) {
                Some(_) => rest = rest.get(length..).unwrap_or_default(),
                None => break,
            }
        }
        let start = text.len() - rest.len();
        if start == word.end() {
            continue;
        }
        let length = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | ')' | ']' | ',' | ';' | '&' | '\\'))
            .unwrap_or(rest.len());
        let value = rest.get(..length).unwrap_or_default();
        last = start + length;
        if shapes::is_random(value) {
            search.value(text, Span::new(start, start + length), Grade::Secret, Span::new(word.start(), word.end()));
        }
    }
}
