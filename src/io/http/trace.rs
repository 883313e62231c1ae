//! The current phase of a send, recorded inside the HTTP library, and its time limits.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};
use tokio::time::{sleep_until, timeout_at};

use super::error::{SendError, SendErrorKind};
use super::options::{Progress, Timeouts};
use super::phase::Phase;
use super::tls_fault::TlsFault;
use crate::domain::response::Timing;

/// What the hooks in resolver, connector and TLS record during one send.
#[derive(Debug, Default)]
pub struct Trace {
    phase: watch::Sender<Phase>,
    entered: Mutex<Vec<(Phase, Instant)>>,
    found: Mutex<Vec<IpAddr>>,
    refused: Mutex<Option<(TlsFault, String)>>,
    let_pass: Mutex<Vec<(TlsFault, String)>>,
    client_certificate_wanted: AtomicBool,
}

impl Trace {
    /// Starts a phase.
    pub fn enter(&self, phase: Phase) {
        self.entered.lock().unwrap_or_else(PoisonError::into_inner).push((phase, Instant::now()));
        self.phase.send_replace(phase);
    }

    /// The current phase.
    pub fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    /// How long each phase took until `end`, all hops together.
    pub fn timing(&self, end: Instant) -> Timing {
        let entered = self.entered.lock().unwrap_or_else(PoisonError::into_inner);
        let ends = entered.iter().skip(1).map(|(_, at)| *at).chain([end]);
        let spans: Vec<(Phase, Duration)> = entered.iter().zip(ends).map(|((phase, at), end)| (*phase, end - *at)).collect();
        let of = |phase: Phase| {
            let parts = spans.iter().filter(|(of, _)| *of == phase);
            parts.map(|(_, took)| took.as_secs_f64() * 1e3).reduce(|sum, took| sum + took)
        };
        Timing { dns: of(Phase::Dns), connect: of(Phase::Connect), tls: of(Phase::Tls), wait: of(Phase::Waiting), receive: of(Phase::Body) }
    }

    /// Starts the next hop: what an earlier server asked for no longer counts.
    pub fn next_leg(&self) {
        self.client_certificate_wanted.store(false, Ordering::Relaxed);
        self.found.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.enter(Phase::Connect);
    }

    /// The addresses that the resolver found in this hop.
    pub fn found(&self) -> Vec<IpAddr> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Records a refused certificate and its host.
    pub fn certificate_refused(&self, fault: TlsFault, host: String) {
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some((fault, host));
    }

    /// The refused certificate and its host, if any. It ended the send.
    pub fn refused(&self) -> Option<(TlsFault, String)> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Records a certificate that was accepted in spite of a problem.
    pub fn certificate_let_pass(&self, fault: TlsFault, host: String) {
        let mut let_pass = self.let_pass.lock().unwrap_or_else(PoisonError::into_inner);
        // Redirects may lead to one host several times.
        if !let_pass.iter().any(|(known, of)| (known, of) == (&fault, &host)) {
            let_pass.push((fault, host));
        }
    }

    /// The certificates accepted in spite of a problem, with their hosts.
    pub fn let_pass(&self) -> Vec<(TlsFault, String)> {
        self.let_pass.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Records that the server requested a client certificate.
    pub fn client_certificate_asked(&self) {
        self.client_certificate_wanted.store(true, Ordering::Relaxed);
    }

    /// Whether the server requested a client certificate.
    pub fn wants_client_certificate(&self) -> bool {
        self.client_certificate_wanted.load(Ordering::Relaxed)
    }

    /// Reports each phase; returns when a time limit is over.
    pub async fn watch(&self, timeouts: &Timeouts, deadline: Instant, progress: &mpsc::Sender<Progress>) -> SendError {
        let mut phases = self.phase.subscribe();
        loop {
            let phase = *phases.borrow_and_update();
            let _ = progress.try_send(Progress::Phase(phase));
            let limit = Instant::now() + timeouts.of(phase);
            match timeout_at(limit.min(deadline).into(), phases.changed()).await {
                Ok(Ok(())) => {}
                // Unreachable, since the sender lives in `self`; waiting would be right.
                Ok(Err(_)) => sleep_until(deadline.into()).await,
                Err(_) => return timeout_error(phase, timeouts, deadline < limit),
            }
        }
    }
}

/// The error for an exceeded time limit.
pub fn timeout_error(phase: Phase, timeouts: &Timeouts, whole: bool) -> SendError {
    let (limit, which) = if whole { (timeouts.whole, "the whole exchange") } else { (timeouts.of(phase), "this step") };
    SendError {
        phase,
        kind: SendErrorKind::TimedOut,
        message: format!("timed out {}: {} s allowed for {which}", phase.doing(), limit.as_secs_f64()),
        help: match phase {
            Phase::Dns => "the name server does not answer; check the network and the VPN",
            Phase::Connect => "nothing answers at that address: a firewall, a wrong port, or a VPN that is down",
            Phase::Tls => "something accepts connections there but does not speak TLS; is the scheme right?",
            Phase::Waiting => "the server took the request and has not answered, or with nothing but provisional answers (1xx); try again",
            _ => "the server took the request but is slow to answer; try again",
        }
        .to_string(),
        host: String::new(),
        partial: None,
    }
}

/// The system's resolver, recording when it starts and ends.
pub struct TracingResolver(pub Arc<Trace>);

impl reqwest::dns::Resolve for TracingResolver {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let trace = Arc::clone(&self.0);
        Box::pin(async move {
            trace.enter(Phase::Dns);
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            trace.found.lock().unwrap_or_else(PoisonError::into_inner).extend(found.iter().map(SocketAddr::ip));
            trace.enter(Phase::Connect);
            Ok(Box::new(found.into_iter()) as reqwest::dns::Addrs)
        })
    }
}
