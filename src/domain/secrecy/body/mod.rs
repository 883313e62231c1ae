//! Secrets in a body: each media type has its way to name a value.

mod calls;
mod clients;
mod columns;
mod command;
pub mod json;
mod notations;
pub mod pairing;
mod parts;
pub mod prose;
mod shell;
pub mod steps;
mod table;
pub mod text;
pub mod xml;

use super::names::Grade;
use super::search::Search;
use super::{plain, shapes, url};
use crate::domain::span::Span;

/// How a body names its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// Members.
    Json,
    /// Elements and attributes.
    Xml,
    /// Parts, each with a head.
    Multipart,
    /// `a=1&b=2`.
    Form,
    /// Rows of values below a row of names.
    Table,
    /// `name: value`, `name = value`, and words.
    Text,
}

impl BodyKind {
    /// Of a body of this media type; without one, by its first bytes.
    pub fn of(body: &str, media_type: &str) -> Self {
        let media = media_type.to_ascii_lowercase();
        let begin = body.trim_start();
        if media.starts_with("multipart/") || is_multipart(begin) {
            Self::Multipart
        } else if media.contains("yaml") {
            // A map in braces is one of it, too.
            Self::Text
        } else if media.contains("json") || is_json(begin) {
            Self::Json
        } else if media.contains("xml") || media.contains("html") || begin.starts_with('<') {
            Self::Xml
        } else if media.contains("urlencoded") || media.is_empty() && is_form(begin) {
            Self::Form
        } else if media.contains("csv") || media.contains("tab-separated") {
            Self::Table
        } else {
            Self::Text
        }
    }
}

/// True for a boundary with the head of a part below it: options of a command begin like one.
fn is_multipart(text: &str) -> bool {
    let mut lines = text.lines();
    let is_boundary = lines.next().is_some_and(|line| line.starts_with("--") && !line.trim_end().contains(char::is_whitespace));
    is_boundary && !text.starts_with("-----") && lines.next().is_some_and(|line| line.contains(':'))
}

/// True for an object or a list; `[a]` is the head of a section.
fn is_json(text: &str) -> bool {
    let text = json::without_comments(text);
    let inside = text.strip_prefix('[').map(str::trim_start);
    let begins = |c: char| c.is_ascii_digit() || matches!(c, '{' | '[' | ']' | '"' | '\'' | '-');
    text.starts_with('{') && !is_edn(text) || inside.is_some_and(|inside| inside.is_empty() || inside.starts_with(begins))
}

/// True for a map of EDN.
pub fn is_edn(text: &str) -> bool {
    text.trim_start().strip_prefix('{').is_some_and(|inside| inside.trim_start().starts_with(':'))
}

/// True for pairs with no space in their names.
fn is_form(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| !name.contains(|c: char| c.is_whitespace() || matches!(c, ':' | '"' | '\'' | '(')))
}

/// Finds the secrets in a body.
pub fn walk(body: &str, media_type: &str, search: &mut Search) {
    search.shapes(body);
    let (named, looks) = (BodyKind::of(body, media_type), BodyKind::of(body, ""));
    by_names(body, named, search);
    // A media type that is not the body's is a common fault. What must not leave is looked for by every way to name a value.
    let withholds = search.suspects();
    let others = [BodyKind::Json, BodyKind::Xml, BodyKind::Form, BodyKind::Text];
    for kind in others.into_iter().filter(|kind| *kind != named && (*kind == looks || withholds)) {
        by_names(body, kind, search);
    }
    if search.is_sent() {
        repeated(body, search);
    }
}

/// Secrets that are looked for elsewhere in the same body, and how often each.
const MOST_REPEATED: usize = 16;
const MOST_TIMES: usize = 256;
/// Bytes of the shortest of them.
const SHORTEST_REPEATED: usize = 6;

/// Finds secrets again that the body repeats under a name that says nothing: `"confirm"` beside `"new_password"`.
fn repeated(body: &str, search: &mut Search) {
    let secrets = search.found.iter().filter(|found| found.grade == Grade::Secret).filter_map(|found| found.span.cut(body));
    let mut secrets: Vec<&str> =
        secrets.filter(|secret| secret.len() >= SHORTEST_REPEATED && !plain::is_plain(secret)).take(MOST_REPEATED).collect();
    secrets.sort_unstable();
    secrets.dedup();
    for secret in secrets {
        let spans = memchr::memmem::find_iter(body.as_bytes(), secret).map(|at| Span::new(at, at + secret.len()));
        for span in spans.take(MOST_TIMES).filter(|span| shapes::is_edge(body, span.start) && shapes::is_edge(body, span.end)) {
            search.value(body, span, Grade::Secret, Span::default());
        }
    }
}

/// Finds the secrets in a text of no known kind.
pub fn any_text(text: &str, search: &mut Search) {
    text::walk(text, search);
    columns::walk(text, search);
    xml::tags(text, search);
}

/// Finds the secrets in a body by its names alone.
pub fn by_names(body: &str, kind: BodyKind, search: &mut Search) {
    match kind {
        BodyKind::Json => json::walk(body, search),
        BodyKind::Xml => xml::walk(body, search),
        BodyKind::Multipart => parts::walk(body, search),
        BodyKind::Form => url::pairs(body, Span::whole(body), search),
        BodyKind::Table => {
            table::walk(body, search);
            any_text(body, search);
        }
        BodyKind::Text => {
            if table::is_table(body) {
                table::walk(body, search);
            } else {
                table::between(body, search);
            }
            any_text(body, search);
        }
    }
}
