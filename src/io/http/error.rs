//! Why a request got no complete response, in words that name the step and what to do.

use url::Url;

use super::phase::Phase;
use super::tls_fault::TlsFault;
use crate::domain::origin::Refusal;
use crate::domain::response::{Hop, Response};

/// A request without a complete response. Message and help contain nothing of the request but the host.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct SendError {
    /// Where it happened.
    pub phase: Phase,
    /// The kind of error.
    pub kind: SendErrorKind,
    /// What happened.
    pub message: String,
    /// How to solve it; may be empty.
    pub help: String,
    /// The host whose certificate was refused, else empty. After a redirect or with a proxy it may not be the request's host.
    pub host: String,
    /// What had arrived: hops, response head and part of the body.
    pub partial: Option<Box<Response>>,
}

/// The kinds of errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendErrorKind {
    /// The address is invalid or cannot be sent to.
    Address,
    /// The request contains what HTTP cannot carry. No connection was made.
    Illegal,
    /// The host name has no address.
    Dns,
    /// The port is closed.
    Refused,
    /// There is no route.
    Unreachable,
    /// The connection was closed or reset before the response head was complete.
    Closed,
    /// A time limit passed.
    TimedOut,
    /// TLS failed.
    Tls(TlsFault),
    /// The response is not HTTP.
    Protocol,
    /// The body ended early; what came is kept.
    EarlyEnd,
    /// A redirect that must not be followed.
    Redirect,
    /// Too many redirects.
    TooManyRedirects,
    /// The proxy refused.
    Proxy,
    /// The user stopped it; what came of the body is kept.
    Stopped,
    /// Something else.
    Other,
}

impl SendError {
    /// An error without a partial response.
    pub fn new(phase: Phase, kind: SendErrorKind, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { phase, kind, message: message.into(), help: help.into(), host: String::new(), partial: None }
    }

    pub(super) fn illegal(message: String) -> Self {
        Self::new(Phase::Prepare, SendErrorKind::Illegal, message, "nothing was sent; correct it and send again")
    }

    pub(super) fn address(why: String) -> Self {
        let help = "an address looks like https://host/path; are all variables filled in?";
        Self::new(Phase::Prepare, SendErrorKind::Address, format!("the address cannot be used: {why}"), help)
    }

    pub(super) fn redirect(refusal: &Refusal, head: Response) -> Self {
        let message = format!("the redirect ({}) was not followed: {refusal}", head.status);
        let help = "if you want it to go there, send it yourself: set its address to the one in Location";
        Self::new(Phase::Waiting, SendErrorKind::Redirect, message, help).with_partial(head)
    }

    pub(super) fn too_many_redirects(limit: usize, head: Response) -> Self {
        let message = format!("more than {limit} redirects");
        Self::new(Phase::Waiting, SendErrorKind::TooManyRedirects, message, "the hops show where they loop").with_partial(head)
    }

    pub(super) fn with_partial(mut self, partial: Response) -> Self {
        self.partial = Some(Box::new(partial));
        self
    }

    /// Adds the hops before the error.
    pub(super) fn with_hops(self, hops: &[Hop]) -> Self {
        if hops.is_empty() {
            return self;
        }
        self.with_partial(Response { hops: hops.to_vec(), ..Response::default() })
    }

    /// Says that this happened when the request was repeated over HTTP/1.1.
    pub(super) fn over_http1(mut self) -> Self {
        self.message = format!("the server required HTTP/1.1 (HTTP_1_1_REQUIRED), and the request was repeated over it: {}", self.message);
        self
    }

    /// Names the host, which after redirects may not be the one that the user typed, and the proxy, which may have failed.
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
