//! Sends one request and reads its response, redirects included.
//!
//! Every send has its own connection: the whole exchange is measured, no pooled connection hides an error, and dropping the
//! future closes it. The system's trusted roots, which are slow to load, are loaded once, on the first send over TLS. Redirects
//! are followed here, each under the rules of [`crate::domain::origin`].
//!
//! The request's headers are sent in order and nothing is added, except for what the libraries force: `Host` and the framing
//! (`Content-Length`) are theirs; `Accept: */*` is added if there is no `Accept`; header names are sent in `Title-Case` over
//! HTTP/1.1 and in lower case over HTTP/2; fields of one name are sent together, at the position of the first. The address is
//! sent as the URL standard normalizes it.

pub mod body;
mod classify;
pub mod error;
pub mod hop_request;
pub mod identity;
pub mod options;
pub mod phase;
pub mod proxy;
mod route;
pub mod tls;
pub mod tls_fault;
pub mod trace;

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{OnceCell, mpsc};
use tower::util::MapResponseLayer;
use url::Url;

pub use error::{SendError, SendErrorKind};
pub use options::{Progress, ReceivedResponse, SendOptions, Timeouts};
pub use phase::Phase;
pub use proxy::Proxies;
pub use tls_fault::TlsFault;

pub use crate::domain::limits::{BODY_CAP, MAX_ANSWER_HEADERS, MAX_HOPS};

use crate::domain::exchange::HttpVersion;
use crate::domain::headers::Headers;
use crate::domain::request::Request;
use crate::domain::response::{Answered, Hop, Response};
use hop_request::HopRequest;
use trace::Trace;

/// Sends requests. Costs nothing until the first send.
#[derive(Debug, Default)]
pub struct HttpClient {
    roots: OnceCell<tls::Roots>,
    extra_roots: Vec<Vec<u8>>,
}

impl HttpClient {
    /// A client that trusts the system's roots.
    pub const fn new() -> Self {
        Self { roots: OnceCell::const_new(), extra_roots: Vec::new() }
    }

    /// A client that also trusts these certificates (DER).
    pub const fn with_extra_roots(extra_roots: Vec<Vec<u8>>) -> Self {
        Self { roots: OnceCell::const_new(), extra_roots }
    }

    /// The trusted roots. Loading them takes some ten milliseconds, which the first send does on another thread, because the
    /// screen shares this one.
    ///
    /// # Errors
    /// If the file of further roots cannot be read.
    async fn roots(&self, ca_file: Option<&Path>) -> Result<tls::Roots, SendError> {
        let load = || async {
            let (extra, file) = (self.extra_roots.clone(), ca_file.map(Path::to_path_buf));
            let loading = tokio::task::spawn_blocking(move || tls::Roots::load(&extra, file.as_deref()));
            loading.await.unwrap_or_else(|_| tls::Roots::load(&self.extra_roots, ca_file))
        };
        self.roots.get_or_try_init(load).await.cloned()
    }

    /// Sends a request and reads the response. Dropping the future cancels: the connection is closed at once.
    ///
    /// Progress that the receiver does not take in time is dropped.
    ///
    /// # Errors
    ///
    /// [`SendError`] with the phase, the kind and the partial response.
    pub async fn send(
        &self,
        request: &Request,
        options: &SendOptions,
        progress: &mpsc::Sender<Progress>,
    ) -> Result<ReceivedResponse, SendError> {
        let started = Instant::now();
        let mut notices = Vec::new();
        let mut leg = HopRequest::first(request, &mut notices)?;
        let mut sending = SendOperation {
            notices,
            ..SendOperation::start(self.roots(options.ca_file.as_deref()).await?, &leg, options, progress, started)?
        };
        loop {
            let (head, answer) = sending.exchange(&leg).await?;
            match head.headers.get("location").filter(|_| options.follow_redirects && hop_request::is_redirect(head.status)) {
                None => return sending.finish(&leg, head, answer).await,
                Some(location) => leg = sending.hop(&leg, &head, location)?,
            }
        }
    }
}

/// The state of one send.
struct SendOperation<'a> {
    client: reqwest::Client,
    roots: tls::Roots,
    /// The request's `Proxy-Authorization`, which is for the proxy of the first address and for no other one.
    proxy_login: Option<String>,
    /// That proxy.
    own_proxy: Option<Url>,
    /// Whether the client passes it on.
    passes_login: bool,
    /// Which of the client certificates it has.
    identity: Option<usize>,
    options: &'a SendOptions,
    version: HttpVersion,
    progress: &'a mpsc::Sender<Progress>,
    trace: Arc<Trace>,
    started: Instant,
    hops: Vec<Hop>,
    notices: Vec<String>,
}

impl<'a> SendOperation<'a> {
    fn start(
        roots: tls::Roots,
        leg: &HopRequest,
        options: &'a SendOptions,
        progress: &'a mpsc::Sender<Progress>,
        started: Instant,
    ) -> Result<Self, SendError> {
        let trace = Arc::new(Trace::default());
        let version = options.version;
        let proxy_login = leg.headers.get("Proxy-Authorization").map(String::from);
        let identity = identity_for(options, &leg.url);
        let client = client(roots.clone(), proxy_login.as_deref(), options, version, identity, &trace)?;
        Ok(Self {
            client,
            roots,
            proxy_login,
            own_proxy: options.proxies.choose(&leg.url).ok().flatten(),
            passes_login: true,
            identity,
            options,
            version,
            progress,
            trace,
            started,
            hops: Vec::new(),
            notices: Vec::new(),
        })
    }

    /// Makes the client that this hop needs, if it is another one than before.
    fn use_client(&mut self, passes_login: bool, version: HttpVersion, identity: Option<usize>) -> Result<(), SendError> {
        if (passes_login, version, identity) != (self.passes_login, self.version, self.identity) {
            (self.passes_login, self.version, self.identity) = (passes_login, version, identity);
            let login = self.proxy_login.as_deref().filter(|_| passes_login);
            self.client = client(self.roots.clone(), login, self.options, version, identity, &self.trace)?;
        }
        Ok(())
    }

    /// Sends the request of one hop and waits for the response head.
    async fn exchange(&mut self, leg: &HopRequest) -> Result<(Response, reqwest::Response), SendError> {
        let proxy = self.options.proxies.choose(&leg.url).map_err(|unusable| SendError::from(unusable).with_hops(&self.hops))?;
        if let Some(notice) = proxy.as_ref().map(|proxy| proxy::notice(proxy, leg)).filter(|n| !self.notices.contains(n)) {
            self.notices.push(notice);
        }
        let is_own_proxy = proxy == self.own_proxy;
        if let Some(other) = proxy.as_ref().filter(|_| !is_own_proxy && leg.headers.has("Proxy-Authorization")) {
            let host = other.host_str().unwrap_or_default();
            self.notices.push(format!("Proxy-Authorization was not passed to the proxy {host}: it is meant for another one"));
        }
        if proxy.is_none() && leg.headers.has("Proxy-Authorization") {
            self.notices.push("Proxy-Authorization was not sent: it is meant for a proxy, and none is used here".into());
        }
        self.use_client(is_own_proxy, self.version, identity_for(self.options, &leg.url))?;
        let is_tunnel = proxy.as_ref().is_some_and(|proxy| leg.url.scheme() == "https" || proxy.scheme().starts_with("socks"));
        let deadline = self.started + self.options.timeouts.whole;
        let mut is_again = false;
        let outcome = loop {
            let wire = leg.wire(is_tunnel || proxy.is_none() || !is_own_proxy)?;
            self.trace.next_leg();
            let refused = tokio::select! {
                biased;
                answer = self.client.execute(wire) => match answer {
                    Ok(answer) => break Ok(answer),
                    Err(refused) => refused,
                },
                late = self.trace.watch(&self.options.timeouts, deadline, self.progress) => break Err(late),
            };
            if self.version == HttpVersion::Http1 || !classify::wants_http1(&refused) {
                break Err(classify::send_error(refused, &self.trace));
            }
            is_again = true;
            self.use_client(self.passes_login, HttpVersion::Http1, self.identity)?;
            self.notices.push("Repeated over HTTP/1.1, which the server required (HTTP_1_1_REQUIRED)".to_string());
        };
        let outcome = outcome.map_err(|e| if is_again { e.over_http1() } else { e });
        let answer = outcome.map_err(|e| e.at_host(&leg.url, proxy.as_ref()).with_hops(&self.hops))?;
        let head = Response {
            status: answer.status().as_u16(),
            reason: reason(&answer),
            version: version(answer.version()),
            headers: headers(answer.headers()),
            hops: self.hops.clone(),
            route: Some(route::route(&answer, proxy.as_ref(), self.trace.found()).into()),
            answered: Answered::Sent,
            ..Response::default()
        };
        Ok((self.measured(head), answer))
    }

    /// The response with the time that the exchange has taken so far.
    fn measured(&self, response: Response) -> Response {
        let now = Instant::now();
        let elapsed = now.saturating_duration_since(self.started).as_secs_f64() * 1e3;
        Response { elapsed_ms: Some(elapsed), timing: Some(self.trace.timing(now).into()), ..response }
    }

    /// Records a redirect and makes the next request.
    fn hop(&mut self, leg: &HopRequest, head: &Response, location: &str) -> Result<HopRequest, SendError> {
        let most = self.options.max_redirects.min(MAX_HOPS);
        if self.hops.len() >= most {
            return Err(SendError::too_many_redirects(most, head.clone()));
        }
        let (next, withheld, notices) = leg.follow(head.status, location).map_err(|refusal| SendError::redirect(&refusal, head.clone()))?;
        let hop = Hop {
            method: leg.method.clone(),
            url: leg.url.to_string(),
            status: head.status,
            location: location.to_string(),
            set_cookie: head.headers.all("set-cookie").map(|(_, header)| header.value.clone()).collect(),
            sent: leg.credentials(),
            withheld,
        };
        let _ = self.progress.try_send(Progress::Hop(hop.clone()));
        self.hops.push(hop);
        self.notices.extend(notices);
        Ok(next)
    }

    /// Reads the body of the last response.
    async fn finish(mut self, leg: &HopRequest, mut head: Response, answer: reqwest::Response) -> Result<ReceivedResponse, SendError> {
        let _ = self.progress.try_send(Progress::Headers(Box::new(head.clone())));
        if head.headers.has("content-length") && head.headers.has("transfer-encoding") {
            // RFC 9112 section 6.3: the chunks are used, and it ought to be handled as an error.
            let what = "The response has both Content-Length and Transfer-Encoding: programs on the way may read it differently";
            self.notices.push(what.to_string());
        }
        self.trace.enter(Phase::Body);
        let deadline = self.started + self.options.timeouts.whole;
        let coding = head.headers.all("content-encoding").map(|(_, h)| h.value.as_str()).collect::<Vec<_>>().join(",");
        let body = body::read(answer, &coding, self.options, deadline, self.progress, &self.trace).await;
        head = self.measured(head);
        let length = body.bytes.len();
        head.body = match String::from_utf8(body.bytes) {
            Ok(text) => text.into(),
            Err(odd) => {
                head.body_bytes = Some(length as u64);
                String::from_utf8_lossy(odd.as_bytes()).into_owned().into()
            }
        };
        for (fault, host) in self.trace.let_pass() {
            self.notices.push(format!("Sent although the certificate of {host} was refused: {}", fault.message()));
        }
        match body.end {
            body::BodyEnd::Whole => {}
            body::BodyEnd::Capped => {
                self.notices.push(format!("The body is larger than {} and was truncated", options::bytes(self.options.body_cap)))
            }
            body::BodyEnd::Undecoded(coding) => {
                self.notices.push(format!("Content-Encoding `{coding}` is not supported: the body is shown as received"));
            }
            body::BodyEnd::Stopped => {
                let stopped = SendError::new(Phase::Body, SendErrorKind::Stopped, "stopped while reading the body", "");
                return Err(stopped.with_partial(head));
            }
            body::BodyEnd::Failed(error) => return Err(error.at_host(&leg.url, None).with_partial(head)),
        }
        Ok(ReceivedResponse { response: head, notices: self.notices })
    }
}

/// The client certificate for a host, by its number.
fn identity_for(options: &SendOptions, url: &Url) -> Option<usize> {
    let host = url.host_str().filter(|_| url.scheme() == "https")?;
    options.identities.iter().position(|identity| identity.is_for(host))
}

/// The library's client for one send.
fn client(
    roots: tls::Roots,
    proxy_login: Option<&str>,
    options: &SendOptions,
    version: HttpVersion,
    identity: Option<usize>,
    trace: &Arc<Trace>,
) -> Result<reqwest::Client, SendError> {
    let identity = identity.and_then(|number| options.identities.get(number)).map(|of| of.read(roots.provider())).transpose()?;
    let connected = Arc::clone(trace);
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .pool_max_idle_per_host(0)
        .http1_title_case_headers()
        .http1_max_headers(MAX_ANSWER_HEADERS)
        .dns_resolver(trace::TracingResolver(Arc::clone(trace)))
        .connector_layer(MapResponseLayer::new(move |connection| {
            connected.enter(Phase::Waiting);
            connection
        }))
        .tls_info(true)
        .no_proxy();
    let client = match version {
        HttpVersion::Negotiated => client,
        HttpVersion::Http1 => client.http1_only(),
    };
    let client = match options.proxies.layer(proxy_login) {
        Some(proxy) => client.proxy(proxy),
        None => client,
    };
    client
        .tls_backend_preconfigured(tls::config(roots, &options.let_pass, version, identity, trace)?)
        .build()
        .map_err(|e| classify::send_error(e, trace))
}

/// `HTTP/1.1`, `h2`: as other tools write it.
fn version(version: reqwest::Version) -> String {
    if version == reqwest::Version::HTTP_2 { "h2".to_string() } else { format!("{version:?}") }
}

/// The reason phrase as sent; HTTP/2 has none.
fn reason(answer: &reqwest::Response) -> String {
    if answer.version() == reqwest::Version::HTTP_2 {
        return String::new();
    }
    match answer.extensions().get::<hyper::ext::ReasonPhrase>() {
        Some(phrase) => String::from_utf8_lossy(phrase.as_bytes()).into_owned(),
        None => answer.status().canonical_reason().unwrap_or_default().to_string(),
    }
}

/// The header fields as text; bytes that are not UTF-8 are read as Latin-1 (RFC 9110 section 5.5).
pub fn headers(map: &reqwest::header::HeaderMap) -> Headers {
    map.iter()
        .map(|(name, value)| {
            let text = match std::str::from_utf8(value.as_bytes()) {
                Ok(text) => text.to_string(),
                Err(_) => value.as_bytes().iter().map(|b| char::from(*b)).collect(),
            };
            (name.as_str().to_string(), text)
        })
        .collect()
}
