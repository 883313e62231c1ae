//! The phases of a send.

/// The current phase of a send.
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
    /// The request is sent; there is no response yet.
    Waiting,
    /// The response head is here; its body is being read.
    Body,
}

impl Phase {
    /// What happens in it, in words that fit after "while".
    pub const fn doing(self) -> &'static str {
        match self {
            Self::Prepare => "preparing the request",
            Self::Dns => "looking up the host name",
            Self::Connect => "connecting",
            Self::Tls => "in the TLS handshake",
            Self::Waiting => "waiting for the response",
            Self::Body => "reading the body",
        }
    }
}
