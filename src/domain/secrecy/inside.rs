//! Texts inside other texts, whose kind is known by their first bytes alone.

use super::names::{self, Grade};
use super::search::Search;
use super::{body, shapes, url};
use crate::domain::span::Span;

/// Finds the secrets in the value of a parameter, a member or a header.
pub fn walk(text: &str, search: &mut Search) {
    let begin = text.trim_start();
    let is_path = begin.starts_with('/') && begin.contains('?');
    if is_path || url::scheme(begin).is_some() && !begin.contains(char::is_whitespace) {
        url::walk(text, search);
        return;
    }
    search.shapes(text);
    if begin.starts_with(['{', '[']) {
        body::json::walk(text, search);
    } else if begin.starts_with('<') {
        body::xml::walk(text, search);
    } else {
        header_line(text, search);
        body::any_text(text, search);
    }
}

/// Finds the credential of `Authorization: Bearer …`. What is one word of a language after a colon is prose, and may be read.
fn header_line(text: &str, search: &mut Search) {
    let Some((name, value)) = text.split_once(':').filter(|(name, _)| !name.trim().contains(char::is_whitespace)) else { return };
    let value = value.trim();
    if names::of_header(name.trim()) < Grade::Secret || value.starts_with("//") {
        return;
    }
    let is_header = names::is_of_header(name);
    let is_credential = shapes::schemed(value).is_some() || !value.contains(' ') && (is_header || !shapes::is_word(value));
    if is_credential {
        let start = Span::of(text, value).unwrap_or_default().start;
        let span = shapes::schemed(value).map_or(Span::whole(value), |(_, rest)| rest).shifted(start);
        search.value(text, span, Grade::Secret, Span::of(text, name).unwrap_or_default());
    }
}
