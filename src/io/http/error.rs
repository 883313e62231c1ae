//! Why a request got no whole answer, in words that name the step and what to do.

use url::Url;

use super::phase::Phase;
use super::tls_fault::TlsFault;
use crate::domain::origin::Refusal;
use crate::domain::response::{Hop, Response};

/// A request that got no whole answer. Neither the message nor the help holds anything of the request but the host.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct SendError {
    /// Where on the way it happened.
    pub phase: Phase,
    /// What kind of fault it is.
    pub kind: Kind,
    /// What happened.
    pub message: String,
    /// What to do about it; may be empty.
    pub help: String,
    /// The host whose certificate was refused; empty for other faults. It need not be that of the request: a redirect or a proxy
    /// may lead to another.
    pub host: String,
    /// What had arrived: the hops, and the answer's head and part of its body where they did.
    pub partial: Option<Box<Response>>,
}

/// The kinds of faults on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The address is none, or none that can be sent to.
    Address,
    /// The request holds what HTTP cannot carry. Nothing was connected.
    Illegal,
    /// The host name has no address.
    Dns,
    /// The port is closed.
    Refused,
    /// There is no route.
    Unreachable,
    /// The connection was closed or reset before the answer's head was whole.
    Closed,
    /// A time limit passed.
    TimedOut,
    /// TLS failed.
    Tls(TlsFault),
    /// What came is not HTTP.
    Protocol,
    /// The body ended before its announced end; what came is kept.
    EarlyEnd,
    /// A redirect that is not followed.
    Redirect,
    /// More redirects than are followed.
    TooManyRedirects,
    /// The proxy refused.
    Proxy,
    /// Something else.
    Other,
}

impl SendError {
    /// An error without partial answer.
    pub fn new(phase: Phase, kind: Kind, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { phase, kind, message: message.into(), help: help.into(), host: String::new(), partial: None }
    }

    pub(super) fn illegal(message: String) -> Self {
        Self::new(Phase::Prepare, Kind::Illegal, message, "nothing was sent; correct it and send again")
    }

    pub(super) fn address(why: String) -> Self {
        let help = "an address looks like https://host/path; are all variables filled in?";
        Self::new(Phase::Prepare, Kind::Address, format!("the address cannot be used: {why}"), help)
    }

    pub(super) fn redirect(refusal: &Refusal, head: Response) -> Self {
        let message = format!("the redirect ({}) was not followed: {refusal}", head.status);
        Self::new(Phase::Waiting, Kind::Redirect, message, "send the request to the final address yourself").with_partial(head)
    }

    pub(super) fn too_many_redirects(limit: usize, head: Response) -> Self {
        let message = format!("more than {limit} redirects: they lead in a circle");
        Self::new(Phase::Waiting, Kind::TooManyRedirects, message, "the hops show where it turns back").with_partial(head)
    }

    pub(super) fn with_partial(mut self, partial: Response) -> Self {
        self.partial = Some(Box::new(partial));
        self
    }

    /// Keeps the hops that were made before the fault.
    pub(super) fn with_hops(self, hops: &[Hop]) -> Self {
        if hops.is_empty() {
            return self;
        }
        self.with_partial(Response { hops: hops.to_vec(), ..Response::default() })
    }

    /// Says that this is what became of the request when it was sent again.
    pub(super) fn over_http1(mut self) -> Self {
        self.message = format!("the server wanted HTTP/1.1 (HTTP_1_1_REQUIRED) and was sent to again over it: {}", self.message);
        self
    }

    /// Names the host, which after redirects need not be the one that the user typed, and the proxy, which may be the one
    /// that failed.
    pub(super) fn at_host(mut self, url: &Url, proxy: Option<&Url>) -> Self {
        let place = |url: &Url| {
            let port = url.port().map(|p| format!(":{p}")).unwrap_or_default();
            url.host_str().map(|host| format!("{host}{port}")).unwrap_or_default()
        };
        let through = proxy.map(|proxy| format!(" (through the proxy {})", place(proxy))).unwrap_or_default();
        self.message = format!("{}{through}: {}", place(url), self.message);
        self
    }
}
