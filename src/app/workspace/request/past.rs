//! What an open request was before: before its last edit, and when it was sent before.

use super::Entry;
use crate::domain::request::Request;
use crate::domain::response::Response;

/// An earlier state of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PastVersion {
    /// Before it was edited.
    BeforeEdit,
    /// When it got the response before the newest one.
    EarlierSend,
}

impl PastVersion {
    /// All, the latest first.
    pub const ALL: [Self; 2] = [Self::BeforeEdit, Self::EarlierSend];

    /// The words after “this request”.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::BeforeEdit => "before your edit",
            Self::EarlierSend => "at the answer before",
        }
    }
}

impl Entry {
    /// An earlier state and its response, if it differs from what would be sent now.
    pub fn past(&self, version: PastVersion) -> Option<(&Request, Option<&Response>)> {
        let (request, answer) = match version {
            PastVersion::BeforeEdit => (self.original.as_deref()?, self.exchange.answer.as_ref()),
            PastVersion::EarlierSend => {
                let earlier = self.earlier.last()?;
                (&*earlier.request, Some(&earlier.response))
            }
        };
        (*request != self.exchange.request).then_some((request, answer))
    }

    /// Keeps the request as it was before its text changed, if that is the text that was answered or, without a response, the saved
    /// one; `before` is the hash of that text.
    pub(super) fn keep_original(&mut self, before: u64, request: Request) {
        let is_known = if self.exchange.answer.is_some() { before == self.answered } else { before == self.kept };
        if is_known && self.current != before && self.original.is_none() && !request.url.is_empty() {
            self.original = Some(Box::new(request));
        }
    }
}
