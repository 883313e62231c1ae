//! Multipart bodies: each part by the name in its head.

use super::BodyKind;
use super::pairing::{Pairing, takes_part};
use crate::domain::headers::Header;
use crate::domain::secrecy::header;
use crate::domain::secrecy::names::Grade;
use crate::domain::secrecy::search::Search;
use crate::domain::span::Span;

/// Finds the secrets in the parts. Each line is looked at once.
pub fn walk(text: &str, search: &mut Search) {
    PartsSearch::starting_at(text, 0).advance(text, text.len(), search);
}

/// A walk through parts that can be made bit by bit.
#[derive(Clone, Debug)]
pub struct PartsSearch {
    boundary: Span,
    part: Option<Part>,
    pairing: Pairing,
    /// Where the next line begins.
    at: usize,
}

impl PartsSearch {
    /// A walk that begins at a byte of its text.
    pub fn starting_at(text: &str, at: usize) -> Self {
        let first = text.get(at..).unwrap_or_default().lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim_end();
        let boundary = Span::of(text, first).filter(|_| first.starts_with("--")).unwrap_or_default();
        Self { boundary, part: None, pairing: Pairing::default(), at }
    }

    /// The offset up to which the text has been searched: a part, to its end.
    pub fn at(&self) -> usize {
        self.part.as_ref().and_then(|part| part.body).unwrap_or(self.at)
    }

    /// Goes on to an offset, or beyond it to the end of the part.
    pub fn advance(&mut self, text: &str, to: usize, search: &mut Search) {
        let boundary = self.boundary.cut(text).filter(|boundary| !boundary.is_empty()).unwrap_or("--");
        for line in text.get(self.at..).unwrap_or_default().split_inclusive('\n') {
            let start = self.at;
            if start >= to && self.part.as_ref().is_none_or(|part| part.body.is_none()) {
                return;
            }
            self.at += line.len();
            let bare = line.trim_end_matches(['\n', '\r']);
            if bare.starts_with(boundary) {
                if let Some(part) = self.part.take() {
                    part.close(text, start, &mut self.pairing, search);
                }
                self.part = Some(Part::default());
            } else if let Some(part) = self.part.as_mut().filter(|part| part.body.is_none()) {
                if bare.is_empty() {
                    part.field(text, search);
                    part.body = Some(self.at);
                } else {
                    // A line that begins with a blank goes on with the one before.
                    if !bare.starts_with([' ', '\t']) {
                        part.field(text, search);
                        part.open.start = start;
                    }
                    part.open.end = start + bare.len();
                }
            }
        }
        if let Some(part) = self.part.take() {
            part.close(text, text.len(), &mut self.pairing, search);
        }
    }
}

#[derive(Clone, Debug, Default)]
struct Part {
    grade: Grade,
    name: Span,
    media_type: Span,
    /// The field of its head whose lines are being read.
    open: Span,
    /// Where its body begins, once its head is over.
    body: Option<usize>,
}

impl Part {
    /// Takes in the last field of the head.
    fn field(&mut self, text: &str, search: &mut Search) {
        let Some((name, value)) = self.open.cut(text).and_then(|field| field.split_once(':')) else { return };
        // A part may be a request of its own.
        if !name.trim().to_ascii_lowercase().starts_with("content-") {
            let mut inner = Search::of(search);
            header::in_request(&Header { name: name.trim().into(), value: value.into() }, &mut inner);
            search.adopt(inner, Span::of(text, value).unwrap_or_default().start);
            return;
        }
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

    fn close(self, text: &str, end: usize, pairing: &mut Pairing, search: &mut Search) {
        let Some(body) = self.body.and_then(|start| text.get(start..end)) else { return };
        let body = body.strip_suffix('\n').unwrap_or(body);
        let Some(span) = Span::of(text, body.strip_suffix('\r').unwrap_or(body)) else { return };
        let name = self.name.cut(text).unwrap_or_default();
        let own = (self.grade, self.name);
        let (grade, name) = if takes_part(name) { pairing.reason(name, own, span, text, search) } else { own };
        if grade > Grade::Open {
            search.value(text, span, grade, name);
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
