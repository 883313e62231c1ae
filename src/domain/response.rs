//! The answer as received, with the hops that led to it.

use super::headers::Headers;
use super::route::Route;
use super::text::Text;

/// An HTTP answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Response {
    /// The status code; 0 when a browser blocked the answer (HAR writes 0 or -1).
    pub status: u16,
    /// The reason phrase, often empty.
    pub reason: String,
    /// `HTTP/1.1`, `h2`, …; empty when not known.
    pub version: String,
    /// Header fields in order, duplicates kept.
    pub headers: Headers,
    /// The body as text; bytes that are not UTF-8 become U+FFFD.
    pub body: Text,
    /// Length of the body in bytes as received, when it is known to differ from `body`.
    pub body_bytes: Option<u64>,
    /// How long the exchange took, in milliseconds, when measured.
    pub elapsed_ms: Option<f64>,
    /// Where that time went, when measured. Boxed: a file may hold as many answers as lines.
    pub timing: Option<Box<Timing>>,
    /// The connection it came over, when known.
    pub route: Option<Box<Route>>,
    /// What the browser says of a fetch that it blocked (`_failureText` of Playwright's HAR).
    pub failure: Option<Box<str>>,
    /// The redirects followed before this answer, oldest first.
    pub hops: Vec<Hop>,
    /// Which request it answers.
    pub answered: Answered,
}

/// How long each phase of an exchange took, in milliseconds, redirects included; `None` for a phase that did not take place or
/// was not measured. The names are those of HAR 1.2, but `connect` is without `tls`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Timing {
    /// Looking up the host name.
    pub dns: Option<f64>,
    /// Making the TCP connection.
    pub connect: Option<f64>,
    /// The TLS handshake.
    pub tls: Option<f64>,
    /// Sending the request and waiting for the head of the response.
    pub wait: Option<f64>,
    /// Reading the body.
    pub receive: Option<f64>,
}

/// Which request an answer belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answered {
    /// The one that a recording shows with it; secrets may have been taken out of both.
    #[default]
    Recorded,
    /// What another tool made of the request of a file, with everything filled in.
    FilledIn,
    /// The request as it is written, sent by this program.
    Sent,
}

/// One redirect that was followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// Method of the request that was redirected.
    pub method: String,
    /// Its absolute address.
    pub url: String,
    /// Status of its answer.
    pub status: u16,
    /// The answer's Location as sent.
    pub location: String,
    /// The cookies that the answer set, each as sent.
    pub set_cookie: Vec<String>,
    /// Names of the credential headers that were sent with it.
    pub sent: Vec<String>,
    /// Names of the headers that were withheld from the next request, because its origin is another.
    pub withheld: Vec<String>,
}

impl Response {
    /// 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// True when its headers are known. No server answers without any: then only status and body were written down.
    pub fn has_headers(&self) -> bool {
        !self.headers.is_empty()
    }

    /// True for an answer that says that the caller may not: 401, 403, 407.
    pub const fn refuses_caller(&self) -> bool {
        matches!(self.status, 401 | 403 | 407)
    }

    /// True for 4xx and 5xx, and for an answer that a browser blocked and says why. What is in the body is not read.
    pub fn is_refusal(&self) -> bool {
        self.status >= 400 || self.is_blocked() && self.failure.is_some()
    }

    /// True when a browser blocked the answer, so that there is no status.
    pub fn is_blocked(&self) -> bool {
        self.status == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_of_the_caller_is_one_of_the_refusals() {
        let is = |status: u16, is: fn(&Response) -> bool| is(&Response { status, ..Response::default() });
        let of_caller: Vec<u16> = (100..600).filter(|status| is(*status, Response::refuses_caller)).collect();
        assert_eq!(of_caller, [401, 403, 407]);
        assert!((100..600).all(|status| is(status, Response::is_refusal) == (status >= 400)));
    }
}
