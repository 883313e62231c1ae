//! The phases of a send.

/// Where on the way a send is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has left the machine.
    #[default]
    Prepare,
    /// The host name is looked up.
    Dns,
    /// The TCP connection is made.
    Connect,
    /// The TLS handshake runs.
    Tls,
    /// The request is out, and no answer yet.
    Waiting,
    /// The answer's head is here, its body is read.
    Body,
}

impl Phase {
    /// What happens in it, in words that stand behind "while".
    pub const fn doing(self) -> &'static str {
        match self {
            Self::Prepare => "preparing the request",
            Self::Dns => "looking up the host name",
            Self::Connect => "connecting",
            Self::Tls => "in the TLS handshake",
            Self::Waiting => "waiting for the answer",
            Self::Body => "reading the body",
        }
    }
}
