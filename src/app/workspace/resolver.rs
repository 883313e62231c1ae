//! How the variables of a request are filled in.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::domain::request::Request;
use crate::formats::attachment::Attachment;
use crate::formats::http_file::{ResolvedRequest, resolve_request};
use crate::formats::variables::{Budget, Variables, placeholders};

/// How the variables of a request are filled in.
#[derive(Debug)]
pub enum Resolver<'a> {
    /// Not at all: the request is from no file of the `.http` format.
    AsWritten,
    /// As that format says.
    Filled {
        /// What has a value.
        variables: Cow<'a, Variables>,
        /// How much may be filled in, by all requests that are read together.
        budget: Rc<RefCell<Budget>>,
        /// Files that may be named.
        attachments: &'a BTreeMap<String, Attachment>,
    },
}

impl Resolver<'_> {
    /// The request with its variables filled in.
    pub(in crate::app) fn resolve(&self, raw: &Request) -> ResolvedRequest {
        match self {
            Self::AsWritten => as_written(raw),
            Self::Filled { variables, budget, attachments } => {
                let files =
                    |path: &str| attachments.get(path).cloned().ok_or_else(|| format!("{path} was not there when the file was read"));
                resolve_request(raw, variables, &files, &mut budget.borrow_mut())
            }
        }
    }

    /// A text with the variables of an older one in the place of what they stand for; `None` when there are none.
    pub(super) fn unfill(&self, text: &str, older: &str) -> Option<String> {
        let Self::Filled { variables, .. } = self else { return None };
        let mut unfilled = text.to_string();
        for (span, _) in placeholders(older) {
            let placeholder = span.cut(older)?;
            let value = variables.resolve(placeholder).text;
            if !value.is_empty() {
                unfilled = unfilled.replacen(&value, placeholder, 1);
            }
        }
        (unfilled != text).then_some(unfilled)
    }
}

/// A request whose variables stay as they are.
pub(super) fn as_written(raw: &Request) -> ResolvedRequest {
    let mut resolved = ResolvedRequest::default();
    resolved.request.clone_from(raw);
    resolved
}
