//! The request as it goes out, with what was noted on the way.

use std::collections::{BTreeSet, HashSet};

use crate::domain::request::{Edit, Request, RequestPart};
use crate::domain::span::Span;
use crate::formats::variables::{Resolved, Substitutions, Unresolved, placeholders};

/// A `{{…}}` without a value, and the part of the request that it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnresolvedIn {
    /// The part.
    pub part: RequestPart,
    /// The placeholder; its span counts in that part of the raw request.
    pub unresolved: Unresolved,
}

/// A request as it goes out, with the way back to the request as written.
///
/// Both have the same headers, but for one that says that the body is GraphQL, which does not go out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResolvedRequest {
    /// As it goes out.
    pub request: Request,
    /// What has no value and stays as it is written, each name once, where it is first.
    pub unresolved: Vec<UnresolvedIn>,
    /// The files that its body names, as they are named, each once.
    pub files: BTreeSet<String>,
    listed: HashSet<String>,
    /// The body was a query of GraphQL, and is JSON now.
    pub is_graphql: bool,
    /// The header of the raw request that does not go out.
    pub(super) left_out: Option<usize>,
    /// What else could not be carried out, in words: a body file that is not read.
    pub refused: Vec<(RequestPart, String)>,
    pub(super) line: Substitutions,
    pub(super) names: Vec<Substitutions>,
    pub(super) values: Vec<Substitutions>,
    pub(super) body: Substitutions,
}

impl ResolvedRequest {
    /// Why its body is not the intended one: a file that it names was not read, or was changed.
    pub fn why_not_whole(&self) -> Option<&str> {
        self.refused.iter().find(|(part, _)| *part == RequestPart::Body).map(|(_, why)| why.as_str())
    }

    /// The part of the raw request that became a part of this one.
    pub fn raw_part(&self, part: RequestPart) -> RequestPart {
        match part {
            RequestPart::HeaderName(i) => RequestPart::HeaderName(self.raw_index(i)),
            RequestPart::HeaderValue(i) => RequestPart::HeaderValue(self.raw_index(i)),
            part => part,
        }
    }

    /// The edit of the raw request that is an edit of this one.
    pub fn raw_edit(&self, edit: &Edit) -> Edit {
        let mut edit = edit.clone();
        match &mut edit {
            Edit::HeaderValue { index, .. } | Edit::HeaderName { index, .. } | Edit::RemoveHeader { index } => {
                *index = self.raw_index(*index)
            }
            _ => {}
        }
        edit
    }

    fn raw_index(&self, index: usize) -> usize {
        index + usize::from(self.left_out.is_some_and(|left_out| left_out <= index))
    }

    /// Where a span of a part is in the same part of the raw request.
    pub fn to_raw(&self, part: RequestPart, span: Span) -> Span {
        let map = match part {
            RequestPart::Line => Some(&self.line),
            RequestPart::HeaderName(i) => self.names.get(i),
            RequestPart::HeaderValue(i) => self.values.get(i),
            RequestPart::Body => Some(&self.body),
        };
        map.map_or(span, |map| map.to_raw(span))
    }

    /// Takes note of what stays unresolved in a part that begins `shift` bytes into its text.
    pub(super) fn take(&mut self, part: RequestPart, shift: usize, resolved: Resolved) -> Resolved {
        for found in &resolved.unresolved {
            if self.listed.insert(found.name.clone()) {
                let unresolved = Unresolved { span: found.span.shifted(shift), ..found.clone() };
                self.unresolved.push(UnresolvedIn { part, unresolved });
            }
        }
        resolved
    }

    /// Takes note of what was filled in from secret variables in a text that begins `shift` bytes into its part.
    pub(super) fn fill(&mut self, part: RequestPart, secrets: &[Span], shift: usize) {
        self.request.filled_secrets.extend(secrets.iter().map(|secret| (part, secret.shifted(shift))));
    }
}

/// Why it gives no name of a file.
pub(super) const ANOTHER_FILE: &str = "would choose which file is sent: the body file is named in the request, not by an answer";

/// The text as it is written, without what an answer gave.
pub(super) fn left_out(raw: &str, resolved: &Resolved, answer: Option<&Span>, reason: &'static str) -> Resolved {
    let span = resolved.substitutions.to_raw(answer.copied().unwrap_or_default());
    let name = placeholders(raw).find(|(at, _)| at.covers(span)).map_or_else(String::new, |(_, name)| name.to_string());
    Resolved { text: raw.into(), unresolved: vec![Unresolved { span, name, reason: reason.into() }], ..Resolved::default() }
}
