//! XML and HTML: texts of elements and values of attributes, by their names.

use crate::domain::secrecy::names::Grade;
use crate::domain::secrecy::search::Search;
use crate::domain::secrecy::url;
use crate::domain::span::Span;

/// Attributes that name what an element holds: `<input name="code" value="…">`, `<meta name="csrf-token" content="…">`.
const NAMES: [&str; 5] = ["name", "property", "key", "id", "n"];
const VALUES: [&str; 3] = ["value", "content", "data-value"];

/// Notes what is secret in a text.
pub fn walk(text: &str, search: &mut Search) {
    // The element that says of all in it that it is secret, and how many of that name are open inside it.
    let mut inside: Option<(&str, Grade, Span, usize)> = None;
    let mut at = 0;
    while at < text.len() {
        let rest = text.get(at..).unwrap_or_default();
        let open = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
        let content = Span::new(at, at + open);
        content_of(text, content, inside.map(|(_, grade, name, _)| (grade, name)), search);
        at += open;
        let tag = text.get(at..).unwrap_or_default();
        if let Some(data) = tag.strip_prefix("<![CDATA[") {
            let length = memchr::memmem::find(data.as_bytes(), b"]]>").unwrap_or(data.len());
            let start = at + tag.len() - data.len();
            content_of(text, Span::new(start, start + length), inside.map(|(_, grade, name, _)| (grade, name)), search);
            at = (start + length + 3).min(text.len());
            continue;
        }
        if tag.starts_with("<!--") {
            at += memchr::memmem::find(tag.as_bytes(), b"-->").unwrap_or(tag.len());
            continue;
        }
        let length = tag_length(tag);
        let Some(inner) = tag.get(1..length) else { break };
        let closes = inner.starts_with('/');
        let name_text = inner.trim_start_matches('/');
        let end = name_text.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>')).unwrap_or(name_text.len());
        let name = name_text.get(..end).unwrap_or_default();
        let local = name.rsplit(':').next().unwrap_or_default();
        let is_empty = inner.ends_with('/');
        match &mut inside {
            Some((open_name, .., depth)) if *open_name == name && closes => match depth.checked_sub(1) {
                Some(less) => *depth = less,
                None => inside = None,
            },
            Some((open_name, .., depth)) if *open_name == name && !is_empty => *depth += 1,
            None if !closes && !is_empty && !local.is_empty() => {
                let grade = search.grade_of(local);
                if grade > Grade::Open {
                    inside = Some((name, grade, Span::of(text, local).unwrap_or_default(), 0));
                }
            }
            _ => {}
        }
        if !closes {
            attributes(text, name_text.get(end..).unwrap_or_default(), search);
        }
        at += length + usize::from(length < tag.len());
    }
}

fn content_of(text: &str, span: Span, inside: Option<(Grade, Span)>, search: &mut Search) {
    let Some(content) = span.cut(text) else { return };
    if content.trim().is_empty() {
        return;
    }
    match inside {
        Some((grade, name)) => {
            let start = span.start + content.len() - content.trim_start().len();
            search.value(text, Span::new(start, start + content.trim().len()), grade, name);
        }
        None => {
            let mut inner = Search::of(search);
            url::in_text(content, &mut inner);
            super::text::prose(content, &mut inner);
            search.adopt(inner, span.start);
        }
    }
}

/// Bytes of a tag up to its `>`, which a quoted attribute may hold as well.
fn tag_length(tag: &str) -> usize {
    let bytes = tag.as_bytes();
    let mut at = 1;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr3(b'>', b'"', b'\'', rest)).map(|i| at + i) {
        match bytes.get(found).copied() {
            Some(b'>') | None => return found,
            Some(quote) => {
                let rest = bytes.get(found + 1..).unwrap_or_default();
                // A quote without its end is a letter of a broken tag.
                match memchr::memchr2(quote, b'<', rest).filter(|i| rest.get(*i) == Some(&quote)) {
                    Some(i) => at = found + i + 2,
                    None => return memchr::memchr2(b'>', b'<', bytes.get(found..).unwrap_or_default()).map_or(tag.len(), |i| found + i),
                }
            }
        }
    }
    tag.len()
}

fn attributes(text: &str, attributes: &str, search: &mut Search) {
    let mut named: Option<(Grade, Span)> = None;
    let mut values: Vec<Span> = Vec::new();
    let mut rest = attributes;
    while let Some((before, after)) = rest.split_once('=') {
        let name = before.trim_end().rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
        let after = after.trim_start();
        let (value, behind) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                after.get(1..).unwrap_or_default().split_once(quote).unwrap_or((after.get(1..).unwrap_or_default(), ""))
            }
            _ => after.split_at(after.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(after.len())),
        };
        rest = behind;
        let Some(span) = Span::of(text, value) else { continue };
        let local = name.rsplit(':').next().unwrap_or_default();
        let is = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(local));
        if is(&NAMES) {
            let grade = search.grade_of(value);
            if named.is_none_or(|(before, _)| grade > before) {
                named = Some((grade, span));
            }
        } else if is(&VALUES) {
            values.push(span);
        } else {
            search.value(text, span, search.grade_of(local), Span::of(text, local).unwrap_or_default());
        }
    }
    let (grade, name) = named.unwrap_or_default();
    for value in values {
        search.value(text, value, grade, name);
    }
}
