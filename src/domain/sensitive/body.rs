//! Secrets in a body: by the names of members, fields and elements, and by their looks.

use crate::domain::span::Span;

/// The secret bytes of a body of this media type; they may overlap.
pub fn secrets(body: &str, media_type: &str, is_secret: fn(&str) -> bool) -> Vec<Span> {
    let kind = media_type.to_ascii_lowercase();
    let begin = body.trim_start();
    let mut found = tokens(body);
    if kind.starts_with("multipart/") || begin.starts_with("--") {
        found.extend(in_parts(body, is_secret));
    } else if kind.contains("json") || begin.starts_with(['{', '[']) {
        found.extend(in_json(body, is_secret));
    } else if kind.contains("xml") || begin.starts_with('<') {
        found.extend(in_xml(body, is_secret));
    } else {
        found.extend(in_form(body, is_secret).filter_map(|value| Span::of(body, value)));
    }
    found
}

/// Values of telling fields: `a=1&token=…`.
pub fn in_form(text: &str, is_secret: fn(&str) -> bool) -> impl Iterator<Item = &str> {
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter(move |(name, _)| is_secret(name.trim()))
        .map(|(_, value)| value.trim_end())
}

/// Strings behind telling names, without their quotes. It reads broken JSON as well, at any depth.
fn in_json(text: &str, is_secret: fn(&str) -> bool) -> Vec<Span> {
    let mut found = Vec::new();
    let (mut at, mut telling) = (0, false);
    while let Some(open) = text.get(at..).and_then(|rest| rest.find('"')).map(|i| at + i) {
        // Between a name and its value stand a colon, blanks and perhaps a bracket; anything else is another value.
        telling &= text.get(at..open).is_some_and(|between| between.contains(':') || !between.contains(['}', ']', '{']));
        let close = open + 1 + string_length(text.get(open + 1..).unwrap_or_default());
        let inside = text.get(open + 1..close).unwrap_or_default();
        at = close + 1;
        let is_name = text.get(at..).is_some_and(|rest| rest.trim_start().starts_with(':'));
        if is_name {
            telling = is_secret(inside);
        } else if telling {
            found.push(Span::new(open + 1, close));
        }
    }
    found
}

/// Bytes up to the quote that ends a JSON string, or to the end of the text.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (i, byte) in text.bytes().enumerate() {
        match byte {
            b'"' if !escaped => return i,
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// Texts of telling elements: `<wsse:Password Type="…">…</wsse:Password>`.
fn in_xml(text: &str, is_secret: fn(&str) -> bool) -> Vec<Span> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once('<') {
        let (tag, after) = behind.split_once('>').unwrap_or((behind, ""));
        let name = tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
        let local = name.rsplit(':').next().unwrap_or_default();
        if is_secret(local) {
            found.extend(after.split('<').next().and_then(|value| Span::of(text, value)));
        }
        rest = after;
    }
    found
}

/// Bodies of telling parts of a multipart body.
fn in_parts(text: &str, is_secret: fn(&str) -> bool) -> Vec<Span> {
    let mut found = Vec::new();
    let (mut crlf, mut lf, mut boundary) = (Next::new("\r\n\r\n"), Next::new("\n\n"), Next::new("\n--"));
    let mut covered = 0;
    for (at, mark) in text.match_indices("name=\"") {
        let start = at + mark.len();
        let Some(begin) = crlf.end_from(text, start).into_iter().chain(lf.end_from(text, start)).min() else { break };
        // What stands before or inside a body that is secret is taken with it.
        if start < covered || !is_secret(text.get(start..).and_then(|rest| rest.split('"').next()).unwrap_or_default()) {
            continue;
        }
        let end = boundary.from(text, begin).unwrap_or(text.len());
        covered = end;
        let value = text.get(begin..end).map(|value| value.trim_end_matches('\r'));
        found.extend(value.and_then(|value| Span::of(text, value)));
    }
    found
}

/// Where a mark stands next. Asked from places that only grow it reads a text once, however often it is asked.
struct Next {
    mark: &'static str,
    /// Where it was found last; the end of the text when it stands nowhere more.
    found: Option<usize>,
}

impl Next {
    const fn new(mark: &'static str) -> Self {
        Self { mark, found: None }
    }

    /// The first at or behind a place.
    fn from(&mut self, text: &str, place: usize) -> Option<usize> {
        if self.found.is_none_or(|found| found < place) {
            let next = text.get(place..).and_then(|rest| rest.find(self.mark));
            self.found = Some(next.map_or(text.len(), |i| place + i));
        }
        self.found.filter(|found| *found < text.len())
    }

    /// The offset behind it.
    fn end_from(&mut self, text: &str, place: usize) -> Option<usize> {
        self.from(text, place).map(|found| found + self.mark.len())
    }
}

/// What begins like a token that anybody knows: a JOSE header, or the mark of a well-known issuer.
pub fn tokens(text: &str) -> Vec<Span> {
    const MARKS: [&str; 14] =
        ["eyJ", "ghp_", "gho_", "ghs_", "ghu_", "github_pat_", "glpat-", "sk_live_", "sk_test_", "xoxb-", "xoxp-", "AKIA", "AIza", "npm_"];
    const SHORTEST: usize = 20;
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~' | b'+' | b'/' | b'=');
    let bytes = text.as_bytes();
    let (mut found, mut at, mut inside) = (Vec::new(), 0, false);
    while let Some(byte) = bytes.get(at) {
        // A mark begins a word. Where none begins the next byte is looked at, and no mark compared.
        if !inside && matches!(byte, b'e' | b'g' | b's' | b'x' | b'A' | b'n') {
            let rest = bytes.get(at..).unwrap_or_default();
            let length = rest.iter().position(|b| !is_part(b)).unwrap_or(rest.len());
            if length >= SHORTEST && MARKS.iter().any(|mark| rest.starts_with(mark.as_bytes())) {
                found.push(Span::new(at, at + length));
                at += length;
                continue;
            }
        }
        inside = byte.is_ascii_alphanumeric();
        at += 1;
    }
    found
}
