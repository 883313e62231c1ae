//! Why a request got no whole answer, in words that name the step and what to do.

use std::error::Error as _;
use std::io;

use jiff::Timestamp;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::{AlertDescription, CertificateError};
use url::Url;

use super::options::Phase;
use super::trace::Trace;
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

/// What is wrong with TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsFault {
    /// The certificate's time is over, since then (RFC 3339, empty when not told).
    Expired(String),
    /// The certificate's time has not begun, until then.
    NotYetValid(String),
    /// The certificate is for these names.
    WrongHost(Vec<String>),
    /// The server signed its certificate itself.
    SelfSigned,
    /// The certificate of the issuer was not sent, though others were that do not lead to it; or the server's own stands alone and
    /// says where that of its issuer can be fetched, as those of public CAs do.
    MissingIntermediate,
    /// The chain was sent up to its root, which is not trusted here.
    PrivateRoot,
    /// The chain ends at an issuer that is not trusted here; whether a certificate or a root is missing cannot be seen.
    UnknownIssuer,
    /// The server wants a certificate of the client.
    ClientCertificateWanted,
    /// The other side does not speak TLS.
    NotTls,
    /// Anything else, in the library's words.
    Other(String),
}

impl TlsFault {
    /// Reads the verifier's refusal; the certificates tell apart what it calls "unknown issuer".
    pub fn of_certificate(refused: &rustls::Error, end_entity: &CertificateDer<'_>, intermediates: &[CertificateDer<'_>]) -> Self {
        let rustls::Error::InvalidCertificate(refused) = refused else { return Self::Other(refused.to_string()) };
        let self_signed = Names::of(end_entity).is_some_and(|names| names.is_root());
        match refused {
            CertificateError::Expired => Self::Expired(String::new()),
            CertificateError::ExpiredContext { not_after, .. } => Self::Expired(moment(*not_after)),
            CertificateError::NotValidYet => Self::NotYetValid(String::new()),
            CertificateError::NotValidYetContext { not_before, .. } => Self::NotYetValid(moment(*not_before)),
            CertificateError::NotValidForName => Self::WrongHost(Vec::new()),
            CertificateError::NotValidForNameContext { presented, .. } => Self::WrongHost(presented.iter().map(|n| name(n)).collect()),
            // webpki says "CA used as end entity", in an opaque error, of the certificates that openssl makes by default.
            CertificateError::UnknownIssuer | CertificateError::Other(_) if self_signed => Self::SelfSigned,
            CertificateError::UnknownIssuer => Self::of_chain(end_entity, intermediates),
            other => Self::Other(rustls::Error::InvalidCertificate(other.clone()).to_string()),
        }
    }

    /// What is wrong with a chain that leads to no trusted root, by the certificates that were sent.
    fn of_chain(end_entity: &CertificateDer<'_>, intermediates: &[CertificateDer<'_>]) -> Self {
        let Some(mut last) = Names::of(end_entity) else { return Self::UnknownIssuer };
        let mut sent: Vec<Names> = intermediates.iter().filter_map(Names::of).collect();
        let mut is_alone = true;
        loop {
            let (above, others): (Vec<Names>, Vec<Names>) = sent.into_iter().partition(|names| names.subject == last.issuer);
            if above.iter().any(Names::is_root) {
                return Self::PrivateRoot;
            }
            sent = others;
            // Of several with one name, as cross-signed ones are, each leads to a root that was not sent.
            let Some(next) = above.into_iter().next() else { break };
            (last, is_alone) = (next, false);
        }
        let is_gap = sent.iter().any(Names::is_root) || (is_alone && !sent.is_empty());
        let is_public = is_alone && issuer_can_be_fetched(end_entity);
        if is_gap || is_public { Self::MissingIntermediate } else { Self::UnknownIssuer }
    }

    /// The fault as a clause: "the certificate expired …".
    pub fn message(&self) -> String {
        match self {
            Self::Expired(when) if when.is_empty() => "the server's certificate has expired".to_string(),
            Self::Expired(when) => format!("the server's certificate expired at {when}"),
            Self::NotYetValid(when) if when.is_empty() => "the server's certificate is not valid yet".to_string(),
            Self::NotYetValid(when) => format!("the server's certificate is not valid before {when}"),
            Self::WrongHost(names) if names.is_empty() => "the server's certificate is for another host".to_string(),
            Self::WrongHost(names) => format!("the server's certificate is for another host: {}", names.join(", ")),
            Self::SelfSigned => "the server's certificate is self-signed".to_string(),
            Self::MissingIntermediate => {
                "the server sent its certificate without that of its issuer, which is not trusted here".to_string()
            }
            Self::PrivateRoot => "the server's certificate comes from a private CA, whose root is not trusted here".to_string(),
            Self::UnknownIssuer => "the server's certificate comes from an issuer that is not trusted here".to_string(),
            Self::ClientCertificateWanted => "the server wants a client certificate, and none was sent".to_string(),
            Self::NotTls => "the other side does not speak TLS".to_string(),
            Self::Other(words) => format!("TLS failed: {words}"),
        }
    }

    const fn help(&self) -> &'static str {
        match self {
            Self::Expired(_) => "the server's owner has to renew it; if your own clock is wrong, correct that",
            Self::NotYetValid(_) => "is your clock right? Otherwise the certificate was installed too early",
            Self::WrongHost(_) => "use one of the names in the certificate, or have it issued for this one",
            Self::SelfSigned => "add it to the machine's trusted roots, or send anyway (this once)",
            Self::MissingIntermediate => {
                "the server has to send the intermediate certificate too (fullchain.pem), which browsers often hide; a private CA's root has to be trusted here"
            }
            Self::PrivateRoot => "a company's own CA or a TLS-inspecting proxy: add its root to the machine's trusted roots",
            Self::UnknownIssuer => {
                "a private CA or a TLS-inspecting proxy: add its root to the machine's trusted roots; or a certificate of the chain is missing"
            }
            Self::ClientCertificateWanted => "this API uses mutual TLS; authtui cannot present a client certificate",
            Self::NotTls => "is it http:// rather than https://, or another port?",
            Self::Other(_) => "",
        }
    }
}

/// The names in a certificate, as they are encoded.
struct Names {
    subject: Vec<u8>,
    issuer: Vec<u8>,
}

impl Names {
    fn of(der: &CertificateDer<'_>) -> Option<Self> {
        let cert = webpki::EndEntityCert::try_from(der).ok()?;
        Some(Self { subject: cert.subject().to_vec(), issuer: cert.issuer().to_vec() })
    }

    fn is_root(&self) -> bool {
        self.subject == self.issuer
    }
}

/// True for a certificate that says from which http address the one of its issuer can be fetched (RFC 5280 section 4.2.2.1,
/// caIssuers). A public CA has to put that in; private ones seldom do, or name a directory (`ldap:`).
fn issuer_can_be_fetched(der: &CertificateDer<'_>) -> bool {
    const CA_ISSUERS: &[u8] = &[0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02];
    // Behind it an address: [6], its length in one byte, or in two for a long one.
    let address = |at: usize| match der.get(at + CA_ISSUERS.len()..)? {
        [0x86, 0x81, _, address @ ..] | [0x86, _, address @ ..] => Some(address),
        _ => None,
    };
    memchr::memmem::find_iter(der, CA_ISSUERS).filter_map(address).any(|address| address.starts_with(b"http"))
}

fn moment(time: UnixTime) -> String {
    i64::try_from(time.as_secs()).ok().and_then(|s| Timestamp::from_second(s).ok()).map(|t| t.to_string()).unwrap_or_default()
}

/// `DnsName("a.example")` in webpki's words is `a.example` in ours.
fn name(presented: &str) -> String {
    presented.split_once("(\"").and_then(|(_, rest)| rest.strip_suffix("\")")).unwrap_or(presented).to_string()
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

/// Reads an error of the library: the hooks' notes first, then the errors inside it, the most telling one wins.
pub(super) fn classify(error: reqwest::Error, trace: &Trace) -> SendError {
    // The library's text holds the whole address, query included.
    let error = error.without_url();
    let phase = trace.phase();
    let fault = |kind, message: String, help: &str| SendError::new(phase, kind, message, help);
    if error.is_builder() {
        return SendError::address(last_words(&error));
    }
    if let Some(tls) = tls_fault(&error, trace) {
        let host = trace.refused().map(|(_, host)| host).unwrap_or_default();
        return SendError { host, ..fault(Kind::Tls(tls.clone()), tls.message(), tls.help()) };
    }
    if error.is_dns() {
        let help = "is the name spelt right, and does it need a VPN?";
        return fault(Kind::Dns, "the host name has no address".to_string(), help);
    }
    let words = last_words(&error);
    if words.contains("tunnel") || words.contains("proxy authorization") {
        return fault(Kind::Proxy, format!("the proxy refused the tunnel: {words}"), "does the proxy want a Proxy-Authorization?");
    }
    if let Some(http) = find::<hyper::Error>(&error) {
        if http.is_incomplete_message() {
            let kind = if phase == Phase::Body { Kind::EarlyEnd } else { Kind::Closed };
            let what = if phase == Phase::Body { "the body ended before its announced end" } else { "the server closed without an answer" };
            return fault(kind, what.to_string(), "the server or something before it broke off; try again");
        }
        // hyper offers a question for this to servers alone.
        if http.to_string().contains("too large") {
            let what = "the head of the answer is too large, or the Content-Length in it is a number that no message has";
            return fault(Kind::Protocol, what.to_string(), "more headers, or longer ones, than are read; or a broken length");
        }
        // Nor for this one: an answer came while none was awaited.
        if http.to_string().contains("unexpected message") {
            let help = "it does not wait for a request; a server that refuses a large body may do that too";
            return fault(Kind::Protocol, "the server answered before the request was sent".to_string(), help);
        }
        if http.is_parse() {
            let help = "the other side does not speak HTTP/1.1 or HTTP/2; is it the right port, and the right scheme?";
            return fault(Kind::Protocol, format!("the answer is not HTTP: {http}"), help);
        }
    }
    match find_io(&error) {
        Some(io::ErrorKind::ConnectionRefused) => fault(
            Kind::Refused,
            "the connection was refused: nothing listens on that port".to_string(),
            "is the service running, and the port right?",
        ),
        Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkDown) => {
            fault(Kind::Unreachable, "there is no route to it".to_string(), "is the network up, and the VPN?")
        }
        Some(io::ErrorKind::TimedOut) => fault(Kind::TimedOut, format!("timed out {}", phase.doing()), "nothing answers at that address"),
        Some(io::ErrorKind::UnexpectedEof) if phase == Phase::Body => {
            fault(Kind::EarlyEnd, "the body ended before its announced end".to_string(), "the server or something before it broke off")
        }
        Some(
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof,
        ) => fault(Kind::Closed, format!("the connection was cut {}", phase.doing()), "the server or something before it broke off"),
        Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) if phase == Phase::Body => {
            fault(Kind::Protocol, format!("the body is broken: {words}"), "what came before is kept")
        }
        _ => fault(Kind::Other, format!("failed {}: {words}", phase.doing()), ""),
    }
}

/// True when the server wants the request over HTTP/1.1 (RFC 9113 section 7): it has not looked at it.
pub(super) fn wants_http1(error: &reqwest::Error) -> bool {
    find::<h2::Error>(error).and_then(h2::Error::reason) == Some(h2::Reason::HTTP_1_1_REQUIRED)
}

/// A TLS fault inside an error; for a refused certificate, what the verifier wrote down.
fn tls_fault(error: &reqwest::Error, trace: &Trace) -> Option<TlsFault> {
    let asked = trace.wants_client_certificate();
    Some(match find::<rustls::Error>(error) {
        Some(rustls::Error::AlertReceived(AlertDescription::CertificateRequired)) => TlsFault::ClientCertificateWanted,
        // Before TLS 1.3 a server that got no certificate says one of these.
        Some(rustls::Error::AlertReceived(
            AlertDescription::HandshakeFailure
            | AlertDescription::BadCertificate
            | AlertDescription::NoCertificate
            | AlertDescription::AccessDenied,
        )) if asked => TlsFault::ClientCertificateWanted,
        Some(rustls::Error::InvalidMessage(_)) => TlsFault::NotTls,
        Some(refused @ (rustls::Error::InvalidCertificate(_) | rustls::Error::General(_))) => {
            trace.refused().map_or_else(|| TlsFault::Other(refused.to_string()), |(fault, _)| fault)
        }
        Some(other) => TlsFault::Other(other.to_string()),
        // The alert is lost when the server resets right behind it.
        None if asked && find_io(error) == Some(io::ErrorKind::ConnectionReset) => TlsFault::ClientCertificateWanted,
        None => return None,
    })
}

/// The first error of a type in the chain. An `io::Error` hides what it wraps from `source`, so that it is opened here.
fn find<E: std::error::Error + 'static>(error: &reqwest::Error) -> Option<&E> {
    chain(error).find_map(|e| e.downcast_ref())
}

/// The kind of the innermost I/O error.
fn find_io(error: &reqwest::Error) -> Option<io::ErrorKind> {
    chain(error).filter_map(|e| e.downcast_ref::<io::Error>()).last().map(io::Error::kind)
}

fn chain(error: &reqwest::Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    std::iter::successors(error.source(), |e| inside(*e))
}

fn inside<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a (dyn std::error::Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

/// The innermost error's own words.
fn last_words(error: &reqwest::Error) -> String {
    chain(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}
