//! What a send is told, and what it tells back.

use std::time::Duration;

use super::phase::Phase;
use super::proxy::Proxies;
use super::{BODY_CAP, MAX_HOPS};
use crate::domain::exchange::HttpVersion;
use crate::domain::limits::{ANSWER_SECONDS, CONNECT_SECONDS, PIECE_SECONDS, WHOLE_SECONDS};
use crate::domain::response::{Hop, Response};

/// How a request is sent.
#[derive(Clone, Debug)]
pub struct SendOptions {
    /// Follow redirects.
    pub follow_redirects: bool,
    /// So many at most; never more than [`super::MAX_HOPS`].
    pub max_redirects: usize,
    /// Hosts that are sent to although their certificate is refused; what was wrong with it is said in a notice. Of one send, and
    /// of no host that a redirect leads to.
    pub let_pass: Vec<String>,
    /// Which versions of HTTP are offered.
    pub version: HttpVersion,
    /// Time limits.
    pub timeouts: Timeouts,
    /// Bytes of the body that are kept, counted after unpacking.
    pub body_cap: usize,
    /// Which proxy for which address.
    pub proxies: Proxies,
}

impl Default for SendOptions {
    fn default() -> Self {
        Self {
            follow_redirects: true,
            max_redirects: MAX_HOPS,
            let_pass: Vec::new(),
            version: HttpVersion::Negotiated,
            timeouts: Timeouts::default(),
            body_cap: BODY_CAP,
            proxies: Proxies::default(),
        }
    }
}

/// How long each phase may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Looking up the host name.
    pub dns: Duration,
    /// Until the TCP connection stands, to the proxy where there is one.
    pub connect: Duration,
    /// The TLS handshake.
    pub tls: Duration,
    /// From the sent request to the answer's head.
    pub first_byte: Duration,
    /// Between two pieces of the body.
    pub between: Duration,
    /// Everything, hops included.
    pub whole: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            dns: seconds(CONNECT_SECONDS),
            connect: seconds(CONNECT_SECONDS),
            tls: seconds(CONNECT_SECONDS),
            first_byte: seconds(ANSWER_SECONDS),
            between: seconds(PIECE_SECONDS),
            whole: seconds(WHOLE_SECONDS),
        }
    }
}

impl Timeouts {
    /// The limit of one phase.
    pub const fn of(&self, phase: Phase) -> Duration {
        match phase {
            Phase::Prepare => self.whole,
            Phase::Dns => self.dns,
            Phase::Connect => self.connect,
            Phase::Tls => self.tls,
            Phase::Waiting => self.first_byte,
            Phase::Body => self.between,
        }
    }
}

/// What happens while a request is on its way.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// A phase began.
    Phase(Phase),
    /// A redirect is followed.
    Hop(Hop),
    /// The final answer's head is here; its body is still empty.
    Headers(Box<Response>),
    /// So many bytes of the body, unpacked.
    Body {
        /// Bytes so far.
        bytes: u64,
    },
}

/// An answer, and what has to be said about how it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// The answer with its hops.
    pub response: Response,
    /// Sentences for the user: the proxy taken, a certificate that was let pass, a body that was cut.
    pub notices: Vec<String>,
}

/// A number of bytes for people: `16 MiB`.
pub fn bytes(count: usize) -> String {
    match count {
        n if n >= 1 << 20 => format!("{} MiB", n >> 20),
        n if n >= 1 << 10 => format!("{} KiB", n >> 10),
        n => format!("{n} bytes"),
    }
}
