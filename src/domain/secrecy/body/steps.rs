//! The search through a long body, made in steps: what a value means may have been said long before it.

use super::json::{JsonSearch, SearchEnd};
use super::parts::PartsSearch;
use super::table::TableSearch;
use super::xml::XmlSearch;
use super::{BodyKind, any_text, by_names, table};
use crate::domain::secrecy::search::Search;
use crate::domain::span::start;

/// A search with the state at the end of the last step.
#[derive(Clone, Debug)]
pub enum BodySearch {
    /// Members; the text may grow from step to step.
    Json(Box<JsonSearch>),
    /// Elements.
    Xml(Box<XmlSearch>),
    /// Parts.
    Multipart(Box<PartsSearch>),
    /// Rows.
    Table(Box<TableSearch>),
    /// Anything else, whose lines or pairs do not depend on each other.
    Other(BodyKind, usize),
}

impl Default for BodySearch {
    fn default() -> Self {
        Self::Other(BodyKind::Text, 0)
    }
}

impl BodySearch {
    /// A search through what follows an offset of a text.
    pub fn starting_at(text: &str, at: usize, kind: BodyKind) -> Self {
        let body = text.get(at..).unwrap_or_default();
        match kind {
            BodyKind::Json => Self::Json(Box::new(JsonSearch::starting_at(at))),
            BodyKind::Xml => Self::Xml(Box::new(XmlSearch::starting_at(at))),
            BodyKind::Multipart => Self::Multipart(Box::new(PartsSearch::starting_at(text, at))),
            BodyKind::Table => Self::Table(Box::new(TableSearch::starting_at(text, at))),
            BodyKind::Text if table::is_table(body) => Self::Table(Box::new(TableSearch::starting_at(text, at))),
            BodyKind::Form | BodyKind::Text => Self::Other(kind, at),
        }
    }

    /// Goes on for some bytes, and returns the offset up to which the text has been searched.
    pub fn advance(&mut self, text: &str, count: usize, end: SearchEnd, search: &mut Search) -> usize {
        match self {
            Self::Json(json) => {
                json.advance(text, end, search);
                json.at()
            }
            Self::Xml(xml) => {
                xml.advance(text, xml.at().saturating_add(count).min(text.len()), search);
                xml.at()
            }
            Self::Multipart(parts) => {
                parts.advance(text, parts.at().saturating_add(count), search);
                parts.at()
            }
            Self::Table(rows) => {
                let from = rows.at();
                rows.advance(text, from.saturating_add(count), search);
                let mut inner = Search::of(search);
                any_text(text.get(from..rows.at()).unwrap_or_default(), &mut inner);
                search.adopt(inner, from);
                rows.at()
            }
            Self::Other(kind, at) => {
                let to = piece_end(text, *at, count);
                let mut inner = Search::of(search);
                let piece = text.get(*at..to).unwrap_or_default();
                match kind {
                    BodyKind::Form => by_names(piece, *kind, &mut inner),
                    // A later piece of a text is no table of its own.
                    _ => any_text(piece, &mut inner),
                }
                search.adopt(inner, *at);
                *at = to;
                to
            }
        }
    }
}

/// A good place to end a step: between two records, lines or pairs, so that name and value stay together.
fn piece_end(text: &str, from: usize, count: usize) -> usize {
    let end = from.saturating_add(count);
    if end >= text.len() {
        return text.len();
    }
    let end = start(text, end).len();
    let piece = text.get(from..end).unwrap_or_default();
    let is_late = |at: &usize| *at > count / 2;
    let after = |mark: &str| piece.rfind(mark).map(|at| at + 1).filter(is_late);
    let outer = || {
        // A line that is not indented begins something of its own.
        let lines = memchr::memrchr_iter(b'\n', piece.as_bytes()).map(|at| at + 1).take_while(is_late);
        lines.take(1000).find(|at| piece.get(*at..).is_some_and(|line| line.starts_with(|c: char| !c.is_whitespace())))
    };
    after("\n\n").or_else(outer).or_else(|| after("\n")).or_else(|| piece.rfind('&').filter(is_late)).map_or(end, |at| from + at)
}
