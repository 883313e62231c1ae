//! The bytes that prove a finding.

use crate::domain::span::Span;

/// The bytes that prove a finding, by pane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// In the editor's text.
    pub request: Vec<Span>,
    /// The status of the answer is part of the proof.
    pub status: bool,
    /// In the answer's text.
    pub response: Vec<Span>,
    /// In the text of the decoded JOSE header.
    pub token_header: Vec<Span>,
    /// In the text of the decoded claims.
    pub claims: Vec<Span>,
}
