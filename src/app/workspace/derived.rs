//! What follows from a request, its answer and the expectations.

use crate::app::panes::token_view::TokenView;
use crate::checks::facts::answerer::Answerer;
use crate::checks::mask::Masker;
use crate::checks::{Outcome, Report};
use crate::domain::span::Span;

/// What follows from request, answer and expectations; made anew on every edit.
#[derive(Clone, Debug, Default)]
pub struct Derived {
    /// The verdict.
    pub report: Report,
    /// The token, when the request carries one.
    pub token: Option<TokenView>,
    /// Who answered, as far as the answer shows it.
    pub answerer: Option<Answerer>,
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
