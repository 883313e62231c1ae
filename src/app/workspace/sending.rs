//! The state of a send.

use jiff::Timestamp;

use crate::app::ids::{RequestId, SendId};
use crate::domain::exchange::Certificates;

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
        /// When it was started.
        since: Timestamp,
    },
    /// It failed: the reason in words and its kind.
    Failed(SendId, String, Failure),
    /// It was stopped.
    Stopped(SendId),
}

impl SendState {
    /// A send that begins.
    pub fn begin(id: SendId, phase: &str, since: Timestamp) -> Self {
        Self::Running { id, phase: phase.into(), since }
    }

    /// What a running send does and for how long, in words; `None` for one that does not run.
    pub fn running(&self, now: Timestamp) -> Option<String> {
        let Self::Running { phase, since, .. } = self else { return None };
        match now.as_second() - since.as_second() {
            seconds if seconds > 0 => Some(format!("{phase}, {seconds} s")),
            _ => Some(phase.clone()),
        }
    }
}

/// The kind of failure, as far as it decides what can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The certificate of this host was refused; the user may accept it once.
    Certificate(String),
    /// The request went out, and no answer came, or not all of it.
    AfterSending,
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

/// A request that was sent with a new token: what its answer proves is told, and it is not renewed again by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenewedSend {
    pub send: SendId,
    pub request: Option<RequestId>,
    /// When the token was obtained.
    pub obtained_at: Timestamp,
    /// The status of the answer with the older token.
    pub status_before: Option<u16>,
    /// Whether the new token was refused too.
    pub was_refused: bool,
}

/// A request to send once another one is answered, whose answer fills its variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextSend {
    /// The send whose answer is awaited.
    pub after: SendId,
    /// The request to send then.
    pub request: RequestId,
    /// How it is sent.
    pub certificates: Certificates,
}
