//! Options of a send, its progress and its result.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::identity::ClientIdentity;
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
    /// The most redirects; never more than [`super::MAX_HOPS`].
    pub max_redirects: usize,
    /// Hosts that are sent to in spite of a refused certificate, with a notice. For this send only, and for no other host a
    /// redirect leads to.
    pub let_pass: Vec<String>,
    /// The HTTP versions to offer.
    pub version: HttpVersion,
    /// Time limits.
    pub timeouts: Timeouts,
    /// The most bytes of the decoded body to keep.
    pub body_cap: usize,
    /// The proxy settings.
    pub proxies: Proxies,
    /// A file of certificates (PEM) that are trusted as well as the system's; read once.
    pub ca_file: Option<PathBuf>,
    /// Client certificates.
    pub identities: Arc<[ClientIdentity]>,
    /// Ends the reading of the body early; what was received is kept.
    pub stop: Option<StopSignal>,
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
            ca_file: None,
            identities: Arc::default(),
            stop: None,
        }
    }
}

/// Tells a send to stop: true once it should.
pub type StopSignal = watch::Receiver<bool>;

/// Waits until a send should stop; forever if nobody can tell it.
pub async fn stopped(signal: Option<&mut StopSignal>) {
    if let Some(signal) = signal
        && signal.wait_for(|stops| *stops).await.is_ok()
    {
        return;
    }
    std::future::pending().await
}

/// The time limit of each phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Looking up the host name.
    pub dns: Duration,
    /// The TCP connection, to the proxy if there is one.
    pub connect: Duration,
    /// The TLS handshake.
    pub tls: Duration,
    /// From sending the request to the response head.
    pub first_byte: Duration,
    /// Between two chunks of the body.
    pub between: Duration,
    /// The whole send with all hops.
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

/// Progress of a send.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// A phase started.
    Phase(Phase),
    /// A redirect is followed.
    Hop(Hop),
    /// The head of the final response arrived; its body is still empty.
    Headers(Box<Response>),
    /// Decoded bytes of the body.
    Body {
        /// Bytes so far.
        bytes: u64,
    },
}

/// A response and notices for the user.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceivedResponse {
    /// The response with its hops.
    pub response: Response,
    /// Notices: the proxy in use, an accepted certificate, a truncated body.
    pub notices: Vec<String>,
}

/// A byte count for people: `16 MiB`.
pub fn bytes(count: usize) -> String {
    match count {
        n if n >= 1 << 20 => format!("{} MiB", n >> 20),
        n if n >= 1 << 10 => format!("{} KiB", n >> 10),
        n => format!("{n} bytes"),
    }
}
