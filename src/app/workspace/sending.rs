//! The state of a send.

use crate::app::ids::SendId;

/// The state of a send.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SendState {
    /// No send.
    #[default]
    Idle,
    /// Waiting for the response.
    Running {
        /// Which send.
        id: SendId,
        /// The current step in words.
        phase: String,
    },
    /// It failed: the reason in words and its kind.
    Failed(String, Failure),
    /// It was canceled.
    Canceled,
}

/// The kind of failure, as far as it decides what can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The certificate of this host was refused; the user may accept it once.
    Certificate(String),
    /// Anything else.
    Other,
}

/// Whether credentials may go to a host that looks like another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LookalikeHost {
    /// The user is asked first.
    #[default]
    Ask,
    /// The user said yes, for this send.
    Accepted,
}
