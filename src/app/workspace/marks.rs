//! The evidence of a finding, by pane.

use crate::domain::span::Span;

/// The evidence of a finding, by pane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// In the editor's text.
    pub request: Vec<Span>,
    /// The status of the response is evidence.
    pub status: bool,
    /// In the response's text.
    pub response: Vec<Span>,
    /// In the text of the decoded JOSE header.
    pub token_header: Vec<Span>,
    /// In the text of the decoded claims.
    pub claims: Vec<Span>,
}
