//! State derived from a request, its response and the expectations.

use crate::app::panes::checklist::RequestMark;
use crate::app::panes::token_view::TokenView;
use crate::checks::Report;
use crate::checks::facts::answerer::Answerer;
use crate::checks::mask::Masker;
use crate::domain::span::Span;

/// Derived from request, response and expectations; recomputed on every edit.
#[derive(Clone, Debug, Default)]
pub struct Derived {
    /// The checks' report.
    pub report: Report,
    /// The token of the request, if any.
    pub token: Option<TokenView>,
    /// Who answered, as far as the answer shows it.
    pub answerer: Option<Answerer>,
    /// The secret bytes of the editor's text, in order.
    pub secrets: Vec<Span>,
    /// Masks secrets in the texts of checks.
    pub masker: Masker,
}

/// What the request list shows of a report. It is kept for every request; the whole report, some ten kilobytes, only for the open
/// one.
#[derive(Clone, Debug)]
pub struct RequestBadge {
    /// The mark to show.
    pub mark: RequestMark,
    pub(super) masker: Masker,
}
