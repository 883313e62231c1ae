//! Replacements of parts of a document.

use super::Document;
use crate::domain::span::Span;

/// Replacements of spans of one text, in any order, none overlapping.
#[derive(Default)]
pub(super) struct Patch(Vec<(Span, String)>);

impl Patch {
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn replace(&mut self, span: Span, with: impl Into<String>) {
        self.0.push((span, with.into()));
    }

    pub(super) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(Span::new(at, at), text);
    }

    pub(super) fn apply(mut self, document: &Document) -> Document {
        let text = &document.text;
        self.0.sort_by_key(|(span, _)| *span);
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for (span, with) in self.0 {
            out.push_str(text.get(at..span.start).unwrap_or_default());
            out.push_str(&with);
            at = span.end.max(at);
        }
        out.push_str(text.get(at..).unwrap_or_default());
        document.with_text(&out)
    }
}

pub(super) fn line_text_end(text: &str, line: Span) -> usize {
    line.start + line.cut(text).unwrap_or_default().trim_end_matches(['\r', '\n']).len()
}

/// A line together with the line end before it in the place of its own: what is put after it then stays a line.
pub(super) fn with_line_end_before(text: &str, line: Span) -> Span {
    let before = text.get(..line.start).unwrap_or_default();
    let before = before.strip_suffix('\n').unwrap_or(before);
    Span::new(before.strip_suffix('\r').unwrap_or(before).len(), line_text_end(text, line))
}
