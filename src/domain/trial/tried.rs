//! What was varied, and what became of it.

use crate::domain::request::Edit;

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trial {
    /// Nothing: what the others are compared with.
    AsItIs,
    /// The credential is left out.
    NoCredential,
    /// The cookies are left out, and the credential stays.
    NoCookies,
    /// The credential of another request to this server.
    OtherCredential,
    /// Another scheme before the same credential.
    OtherScheme,
    /// A slash at the end of the path, or none.
    OtherSlash,
    /// `https` in the place of `http`.
    Https,
    /// The address that redirects lead to, asked at once.
    FinalAddress,
    /// Without the proxy.
    NoProxy,
    /// One header as another, accepted request has it.
    OneHeader,
    /// The question that a browser asks first.
    Preflight,
}

/// What became of a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// What was changed.
    pub trial: Trial,
    /// The same in words.
    pub label: String,
    /// The status of the answer; `None` where there was none.
    pub status: Option<u16>,
    /// Whether the answer was that of the request as it is, but for what changes in every answer.
    pub is_same: bool,
    /// What makes the variant of the request.
    pub edits: Vec<Edit>,
}

impl Tried {
    /// True for an answer that accepts the request.
    pub fn is_accepted(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}
