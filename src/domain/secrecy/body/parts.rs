//! Multipart bodies: each part by the name in its head.

use super::BodyKind;
use crate::domain::secrecy::names::Grade;
use crate::domain::secrecy::search::Search;
use crate::domain::span::Span;

/// Finds the secrets in the parts. Each line is looked at once.
pub fn walk(text: &str, search: &mut Search) {
    let boundary = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim_end();
    let boundary = if boundary.starts_with("--") { boundary } else { "--" };
    let mut part: Option<Part> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let bare = line.trim_end_matches(['\n', '\r']);
        if bare.starts_with(boundary) {
            if let Some(part) = part.take() {
                part.close(text, start, search);
            }
            part = Some(Part::default());
        } else if let Some(part) = part.as_mut().filter(|part| part.body.is_none()) {
            if bare.is_empty() {
                part.body = Some(at);
            } else {
                part.head(text, Span::new(start, start + bare.len()), search);
            }
        }
    }
    if let Some(part) = part {
        part.close(text, text.len(), search);
    }
}

#[derive(Debug, Default)]
struct Part {
    grade: Grade,
    name: Span,
    media_type: Span,
    /// Where its body begins, once its head is over.
    body: Option<usize>,
}

impl Part {
    fn head(&mut self, text: &str, line: Span, search: &Search) {
        let Some((name, value)) = line.cut(text).and_then(|line| line.split_once(':')) else { return };
        if name.trim().eq_ignore_ascii_case("content-type") {
            self.media_type = Span::of(text, value.trim()).unwrap_or_default();
        }
        if !name.trim().eq_ignore_ascii_case("content-disposition") {
            return;
        }
        for parameter in value.split(';') {
            let Some((key, value)) = parameter.split_once('=') else { continue };
            let key = key.trim();
            if !key.eq_ignore_ascii_case("name") && !key.eq_ignore_ascii_case("name*") {
                continue;
            }
            let value = value.trim().trim_matches(['"', '\'']);
            // `UTF-8''password`
            let value = value.rsplit('\'').next().unwrap_or(value);
            self.grade = self.grade.max(search.grade_of(value));
            self.name = Span::of(text, value).unwrap_or_default();
        }
    }

    fn close(self, text: &str, end: usize, search: &mut Search) {
        let Some(body) = self.body.and_then(|start| text.get(start..end)) else { return };
        let body = body.strip_suffix('\n').unwrap_or(body);
        let Some(span) = Span::of(text, body.strip_suffix('\r').unwrap_or(body)) else { return };
        if self.grade > Grade::Open {
            search.value(text, span, self.grade, self.name);
            return;
        }
        let content = span.cut(text).unwrap_or_default();
        let kind = match BodyKind::of(content, self.media_type.cut(text).unwrap_or("text/plain")) {
            BodyKind::Multipart => BodyKind::Text,
            kind => kind,
        };
        let mut inner = Search::of(search);
        super::by_names(content, kind, &mut inner);
        search.adopt(inner, span.start);
    }
}
