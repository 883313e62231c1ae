//! Names and values in notations with strings of their own: what PHP serializes, EDN, and the text of a Wi-Fi code.

use super::pairing::LONGEST_NAME;
use crate::domain::secrecy::names::Grade;
use crate::domain::secrecy::search::Search;
use crate::domain::span::{Span, start};

/// Finds the secrets in a text.
pub fn walk(text: &str, search: &mut Search) {
    if memchr::memmem::find(text.as_bytes(), b"s:").is_some() {
        serialized(text, search);
    }
    keywords(text, search);
    wifi(text, search);
}

/// `s:8:"password";s:6:"secret";`, and `password|s:6:"secret";` of a session. A string is as long as its number says.
fn serialized(text: &str, search: &mut Search) {
    let mut name: Option<Span> = None;
    let mut end_of_last = 0;
    for mark in memchr::memmem::find_iter(text.as_bytes(), "s:") {
        if mark < end_of_last {
            continue;
        }
        let Some(string) = string_at(text, mark) else { continue };
        let before = text.get(..mark).unwrap_or_default();
        let named = match before.strip_suffix('|') {
            Some(before) => Some(word_before(text, before.len())),
            None => name.take().filter(|name| name.end + 2 == mark),
        };
        end_of_last = string.end;
        match named.map(|name| (name, search.grade_of(name.cut(text).unwrap_or_default()))) {
            Some((name, grade)) if grade > Grade::Open => search.value(text, string, grade, name),
            _ => name = Some(string).filter(|string| string.len() <= LONGEST_NAME),
        }
    }
}

/// The inside of `s:6:"secret"`.
fn string_at(text: &str, mark: usize) -> Option<Span> {
    let rest = text.get(mark + 2..)?;
    let digits = rest.bytes().take(9).take_while(u8::is_ascii_digit).count();
    let length: usize = rest.get(..digits)?.parse().ok()?;
    let start = mark + 2 + digits + 2;
    let span = Span::new(start, start + length);
    (rest.get(digits..digits + 2) == Some(":\"") && text.as_bytes().get(span.end) == Some(&b'"') && span.cut(text).is_some())
        .then_some(span)
}

fn word_before(text: &str, end: usize) -> Span {
    let is_of_name = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    let before = text.as_bytes().get(end.saturating_sub(LONGEST_NAME)..end).unwrap_or_default();
    Span::new(end - before.iter().rev().take_while(is_of_name).count(), end)
}

/// `:password "secret"`, with a keyword for a name.
fn keywords(text: &str, search: &mut Search) {
    let bytes = text.as_bytes();
    for quote in memchr::memmem::find_iter(bytes, " \"").map(|at| at + 1) {
        let before = text.get(..quote).unwrap_or_default();
        let name = word_before(text, before.len() - before.bytes().rev().take(8).take_while(|b| *b == b' ').count());
        let begins = name.start.checked_sub(1).filter(|sign| bytes.get(*sign) == Some(&b':'));
        let is_keyword = begins.is_some_and(|sign| {
            sign.checked_sub(1).and_then(|i| bytes.get(i)).is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'{' | b'(' | b'[' | b','))
        });
        let grade = if is_keyword { search.grade_of(name.cut(text).unwrap_or_default()) } else { Grade::Open };
        if grade > Grade::Open {
            let inside = bytes.get(quote + 1..).unwrap_or_default();
            let length = memchr::memchr2(b'"', b'\n', inside).unwrap_or(inside.len());
            search.value(text, Span::new(quote + 1, quote + 1 + length), grade, name);
        }
    }
}

/// `WIFI:T:WPA;S:home;P:secret;;`, where a backslash escapes signs.
fn wifi(text: &str, search: &mut Search) {
    let mut covered = 0;
    for mark in memchr::memmem::find_iter(text.as_bytes(), "WIFI:") {
        let begin = mark + "WIFI:".len();
        // Within a password that was found it is a part of that.
        if begin < covered {
            continue;
        }
        // A code has room for few letters.
        let line = start(text.get(begin..).unwrap_or_default(), 512).split(['\n', '"']).next().unwrap_or_default();
        let mut at = begin;
        for field in line.split(';') {
            if field.starts_with("P:") {
                let rest = text.get(at + 2..begin + line.len()).unwrap_or_default();
                let is_end = |i: &usize| !rest.get(..*i).is_some_and(|before| before.ends_with('\\'));
                let length = memchr::memchr_iter(b';', rest.as_bytes()).find(is_end).unwrap_or(rest.len());
                covered = at + 2 + length;
                search.value(text, Span::new(at + 2, covered), Grade::Secret, Span::default());
                break;
            }
            at += field.len() + 1;
        }
    }
}
