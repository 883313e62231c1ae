//! Classifies the errors of the HTTP library.

use std::error::Error as _;
use std::io;

use rustls::AlertDescription;

use super::error::{SendError, SendErrorKind};
use super::phase::Phase;
use super::tls_fault::TlsFault;
use super::trace::Trace;

/// Classifies an error: first by the notes of the hooks, then by the most specific error inside it.
pub(super) fn send_error(error: reqwest::Error, trace: &Trace) -> SendError {
    let is_reserved = error.url().and_then(|url| url.host_str()).is_some_and(is_reserved);
    // The library's text contains the whole address with its query.
    let error = error.without_url();
    let phase = trace.phase();
    let fault = |kind, message: String, help: &str| SendError::new(phase, kind, message, help);
    if error.is_builder() {
        return SendError::address(last_words(&error));
    }
    if let Some(tls) = tls_fault(&error, trace) {
        let host = trace.refused().map(|(_, host)| host).unwrap_or_default();
        return SendError { host, ..fault(SendErrorKind::Tls(tls.clone()), tls.message(), tls.help()) };
    }
    if error.is_dns() {
        let help = if is_reserved {
            "no host has such a name: it is set apart for examples"
        } else {
            "is the name spelled correctly, and does it need a VPN?"
        };
        return fault(SendErrorKind::Dns, "the host name has no address".to_string(), help);
    }
    let words = last_words(&error);
    if words.contains("tunnel") || words.contains("proxy authorization") {
        return fault(SendErrorKind::Proxy, format!("the proxy refused the tunnel: {words}"), "does the proxy want a Proxy-Authorization?");
    }
    if let Some(http2) = find::<h2::Error>(&error)
        && let Some(reason) = http2.reason()
    {
        let frame = if http2.is_go_away() { "GOAWAY" } else { "RST_STREAM" };
        let (kind, what) = match phase {
            _ if !http2.is_remote() => (SendErrorKind::Protocol, "the response is not valid HTTP/2".to_string()),
            Phase::Body => (SendErrorKind::EarlyEnd, format!("the body ended early: the server sent {frame}")),
            _ => (SendErrorKind::Closed, format!("the server ended the request without a response: it sent {frame}")),
        };
        let code = u32::from(reason);
        let name = if code <= u32::from(h2::Reason::HTTP_1_1_REQUIRED) { format!("{reason:?}") } else { format!("code {code}") };
        return fault(kind, format!("{what} ({name})"), http2_help(reason));
    }
    // hyper has no predicate for a response that came while none was expected, and may have canceled the request because of it.
    if words.contains("unexpected message from connection") {
        let help = "it does not wait for a request; a server that refuses a large body may do that too";
        return fault(SendErrorKind::Protocol, "the server answered before the request was sent".to_string(), help);
    }
    if let Some(http) = find::<hyper::Error>(&error) {
        if http.is_incomplete_message() {
            let kind = if phase == Phase::Body { SendErrorKind::EarlyEnd } else { SendErrorKind::Closed };
            let what = if phase == Phase::Body { "the body ended early" } else { "the server closed the connection without a response" };
            return fault(kind, what.to_string(), "the server or a proxy closed the connection; try again");
        }
        // hyper has a predicate for this on the server side only.
        if http.to_string().contains("too large") {
            let what = "the response head is too large, or its Content-Length is invalid";
            return fault(SendErrorKind::Protocol, what.to_string(), "too many headers, too long ones, or a broken length");
        }
        if http.is_parse() {
            let help = "the other side does not speak HTTP/1.1 or HTTP/2; is it the right port, and the right scheme?";
            return fault(SendErrorKind::Protocol, format!("the response is not HTTP: {http}"), help);
        }
    }
    match find_io(&error) {
        Some(io::ErrorKind::ConnectionRefused) => fault(
            SendErrorKind::Refused,
            "the connection was refused: nothing listens on that port".to_string(),
            "is the service running, and the port right?",
        ),
        Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkDown) => {
            fault(SendErrorKind::Unreachable, "there is no route to the host".to_string(), "is the network up, and the VPN?")
        }
        Some(io::ErrorKind::TimedOut) => {
            fault(SendErrorKind::TimedOut, format!("timed out {}", phase.doing()), "nothing answers at that address")
        }
        Some(io::ErrorKind::UnexpectedEof) if phase == Phase::Body => {
            fault(SendErrorKind::EarlyEnd, "the body ended early".to_string(), "the server or a proxy closed the connection")
        }
        Some(
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof,
        ) => {
            fault(SendErrorKind::Closed, format!("the connection was cut {}", phase.doing()), "the server or a proxy closed the connection")
        }
        Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) if phase == Phase::Body => {
            fault(SendErrorKind::Protocol, format!("the body is broken: {words}"), "what was received is kept")
        }
        _ => fault(SendErrorKind::Other, format!("failed {}: {words}", phase.doing()), ""),
    }
}

fn http2_help(reason: h2::Reason) -> &'static str {
    match reason {
        h2::Reason::REFUSED_STREAM => "it did not process the request; send it again",
        h2::Reason::ENHANCE_YOUR_CALM => "it is sent too much at once; wait a while",
        h2::Reason::HTTP_1_1_REQUIRED => "send the request over HTTP/1.1",
        h2::Reason::INADEQUATE_SECURITY => "it wants a newer version of TLS, or another cipher",
        _ => "the server or a proxy closed the connection; try again",
    }
}

/// True if the server requires HTTP/1.1 (RFC 9113 section 7); it has not processed the request.
pub(super) fn wants_http1(error: &reqwest::Error) -> bool {
    find::<h2::Error>(error).and_then(h2::Error::reason) == Some(h2::Reason::HTTP_1_1_REQUIRED)
}

/// A TLS error inside an error; for a refused certificate, the verifier's notes.
fn tls_fault(error: &reqwest::Error, trace: &Trace) -> Option<TlsFault> {
    let asked = trace.wants_client_certificate();
    Some(match find::<rustls::Error>(error) {
        Some(rustls::Error::AlertReceived(AlertDescription::CertificateRequired)) => TlsFault::ClientCertificateWanted,
        // Before TLS 1.3, a server that requires a client certificate sends one of these.
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
        // The alert is lost if the server resets the connection right after it.
        None if asked && find_io(error) == Some(io::ErrorKind::ConnectionReset) => TlsFault::ClientCertificateWanted,
        None => return None,
    })
}

/// The first error of a type in the chain. `io::Error::source` skips the wrapped error, so it is unwrapped here.
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

/// The text of the innermost error.
fn last_words(error: &reqwest::Error) -> String {
    chain(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

/// True for a name that no host has (RFC 2606 section 2).
fn is_reserved(host: &str) -> bool {
    [".example", ".invalid"].iter().any(|end| host.ends_with(end))
}
