//! What was found in a paste: a credential, a request, and what can be done with them.

use crate::app::keymap::KeyContext;
use crate::app::workspace::credential::{Credential, CredentialHome};
use crate::domain::exchange::Exchange;

/// What a paste is, which decides what Enter does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PastedKind {
    /// A token alone.
    Token,
    /// A token alone, pasted onto a request that has a variable in its place.
    TokenForVariable,
    /// The token of a response, for requests that have a variable in its place.
    IssuedForVariable,
    /// A text of another kind with a credential in it.
    TextWithToken,
    /// A text of another kind that tells of a request.
    TextWithRequest,
}

impl PastedKind {
    /// The context whose keys answer the question.
    pub const fn context(self) -> KeyContext {
        match self {
            Self::Token => KeyContext::PastedToken,
            Self::TokenForVariable => KeyContext::PastedVariable,
            Self::IssuedForVariable => KeyContext::IssuedVariable,
            Self::TextWithToken => KeyContext::TextWithToken,
            Self::TextWithRequest => KeyContext::TextWithRequest,
        }
    }
}

/// The question about a paste.
#[derive(Clone, Debug)]
pub struct PastedQuestion {
    pub kind: PastedKind,
    /// What to say about it.
    pub about: Vec<String>,
    pub credential: Option<Credential>,
    /// The request that the text tells of.
    pub exchange: Option<Box<Exchange>>,
    /// Where the value of the variable is that holds the open request's credential.
    pub home: Option<CredentialHome>,
    /// The variable that is filled with the token of a response, as it is written: `{{login.response.body.$.token}}`.
    pub reference: Option<String>,
    /// The requests of the file with the same credential as the open one, which is among them; for the token of a response, those that
    /// it is for.
    pub same: Vec<usize>,
}
