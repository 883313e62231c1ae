//! Resolving the variables of a request.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::domain::request::Request;
use crate::formats::attachment::Attachment;
use crate::formats::http_file::{BodyOrigin, ResolvedRequest, resolve_with};
use crate::formats::variables::{Budget, Layer, Variables, placeholders};

/// How the variables of a request are resolved.
#[derive(Debug)]
pub enum VariableResolver<'a> {
    /// Not at all: the request is not from an `.http` file.
    AsWritten,
    /// As the `.http` format says.
    Filled {
        /// The known variables.
        variables: Cow<'a, Variables>,
        /// The limit on resolved text, shared by requests that are parsed together.
        budget: Rc<RefCell<Budget>>,
        /// The files that may be referred to.
        attachments: &'a BTreeMap<String, Attachment>,
    },
}

impl VariableResolver<'_> {
    /// The request with its variables resolved.
    pub(in crate::app) fn resolve(&self, raw: &Request, origin: BodyOrigin) -> ResolvedRequest {
        match self {
            Self::AsWritten => as_written(raw),
            Self::Filled { variables, budget, attachments } => {
                let files =
                    |path: &str| attachments.get(path).cloned().ok_or_else(|| format!("{path} was not there when the file was read"));
                resolve_with(raw, variables, &files, &mut budget.borrow_mut(), origin)
            }
        }
    }

    /// The environment that variables are filled from; empty for none.
    pub(super) fn environment(&self) -> Arc<str> {
        match self {
            Self::AsWritten => Arc::default(),
            Self::Filled { variables, .. } => Arc::clone(&variables.environment),
        }
    }

    /// True if a name has a value in the file of requests itself.
    pub(in crate::app) fn defines(&self, name: &str) -> bool {
        match self {
            Self::Filled { variables, .. } => variables.get(name).is_some_and(|(layer, _)| layer == Layer::File),
            Self::AsWritten => false,
        }
    }

    /// The text with values replaced by the variables of an older text; `None` if there are none.
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

/// A request with its variables as written.
pub(super) fn as_written(raw: &Request) -> ResolvedRequest {
    let mut resolved = ResolvedRequest::default();
    resolved.request.clone_from(raw);
    resolved
}
