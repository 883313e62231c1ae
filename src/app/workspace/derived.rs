//! What follows from a request, its answer and the expectations.

use std::sync::Arc;

use crate::app::panes::token_view::TokenView;
use crate::checks::facts::Facts;
use crate::checks::mask::Masker;
use crate::checks::{Outcome, Report};
use crate::domain::span::Span;
use crate::domain::token::keys::{KeySet, Verification};

/// What follows from request, answer and expectations; made anew on every edit.
#[derive(Clone, Debug, Default)]
pub struct Derived {
    /// The verdict.
    pub report: Report,
    /// The token, when the request carries one.
    pub token: Option<TokenView>,
    /// The secret bytes of the editor's text, in order.
    pub secrets: Vec<Span>,
    /// Covers secrets in what the checks say.
    pub masker: Masker,
}

/// What the list of requests shows of a verdict. It is kept for every request; the whole verdict, which takes some ten
/// kilobytes, is kept for the open one alone.
#[derive(Clone, Debug)]
pub struct RequestBadge {
    /// What its mark says.
    pub mark: Outcome,
    pub(super) masker: Masker,
}

/// A verified signature, kept for edits that leave token and keys as they were.
#[derive(Clone, Debug)]
pub(super) struct Verified {
    pub(super) token: String,
    keys: Arc<KeySet>,
    pub(super) verification: Verification,
}

impl Verified {
    pub(super) fn of(facts: &Facts) -> Option<Self> {
        let keys = Arc::clone(facts.context.keys.as_ref()?);
        Some(Self { token: facts.jwt()?.jws.text.clone(), keys, verification: facts.verification()?.clone() })
    }

    /// True for the keys of these facts: the very same, not only equal ones.
    pub(super) fn is_with(&self, facts: &Facts) -> bool {
        facts.context.keys.as_ref().is_some_and(|keys| Arc::ptr_eq(keys, &self.keys))
    }
}
