//! How far the sending of a request is.

use crate::app::ids::SendId;

/// How far the sending of a request is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Sending {
    /// Nothing is under way.
    #[default]
    Idle,
    /// Waiting for the answer.
    Running {
        /// Which sending.
        id: SendId,
        /// How far it is, in words.
        phase: String,
    },
    /// It ended without an answer, and why: in words, and in kind.
    Failed(String, Failure),
    /// It was stopped.
    Cancelled,
}

/// Why a sending failed, as far as it decides what can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The certificate of this host was refused: it can be let pass.
    Certificate(String),
    /// Anything else.
    Other,
}
