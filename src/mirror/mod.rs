//! A server that stands behind a proxy in the place of an application: what arrives there is compared with what was sent, and judged
//! like any other exchange.
//!
//! Pure: [`io::mirror`](crate::io::mirror) listens, reads and passes on.

mod recorded;
mod required;
mod sent;

use std::sync::Arc;

use jiff::Timestamp;

pub use recorded::Recorded;
pub use required::{Required, Scheme};
pub use sent::MARKER;

use crate::checks::{OwnServices, Report, Surroundings, causes};
use crate::domain::context::Context;
use crate::domain::exchange::{Exchange, UnreadBody};
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::transit::{KnownBy, Transit};

/// A request that arrived, and what it was answered with.
#[derive(Clone, Debug, Default)]
pub struct Mirrored {
    /// The request as it arrived; of a long body the beginning.
    pub received: Request,
    /// The answer of the application, or of what was put in its place; `None` where the mirror only shows what arrives.
    pub answer: Option<Response>,
    /// The status of what was answered.
    pub status: u16,
    /// What failed between the mirror and one of its ends.
    pub fault: Option<String>,
    /// True if the body was longer than what is kept of it.
    pub is_cut: bool,
    /// Address and port of the other end.
    pub from: String,
    /// When it arrived.
    pub at: Timestamp,
}

/// A request that arrived, with what it is judged by.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// What is judged: the request as it was sent where that is known, else as it arrived.
    pub exchange: Exchange,
    /// The name of the request that was sent, where it is known.
    pub name: Option<String>,
    /// What arrived, and what the way changed; without the request that was sent nothing is known to be changed.
    pub transit: Arc<Transit>,
}

impl Arrival {
    /// Compares a request that arrived with those that may have been sent. `expected` is what the API accepts, for requests that nobody
    /// is known to have sent.
    pub fn of<'e>(mirrored: Mirrored, saved: impl Iterator<Item = &'e Exchange> + Clone, expected: &Context) -> Self {
        let found = sent::find(saved, &mirrored.received);
        Self::compared(mirrored, found, expected)
    }

    /// The same where it is known which request was sent, or that none is known.
    pub fn compared(mirrored: Mirrored, found: Option<&Exchange>, expected: &Context) -> Self {
        let Mirrored { received, answer, is_cut, at, .. } = mirrored;
        let is_marked = received.headers.has(MARKER);
        let received = sent::without_marker(received);
        let Some(found) = found else {
            let context = Context { now: expected.now.or(Some(at)), ..expected.clone() };
            let mut exchange = Exchange { request: received.clone(), answer, context: context.into(), ..Exchange::default() };
            if is_cut {
                // A hash or a length of what is not all there would be called wrong.
                let why = "only the beginning of the body is kept".to_string();
                exchange.unread_body = Some(Box::new(UnreadBody { why, body: exchange.request.body.clone() }));
            }
            return Self { exchange, name: None, transit: Arc::new(Transit { received, ..Transit::default() }) };
        };
        let mut transit = Transit::between(&found.request, received);
        if is_cut {
            transit.changes.retain(|change| change.name != ":body");
        }
        if is_marked {
            transit.known_by = KnownBy::Mark;
        }
        let transit = Arc::new(transit);
        let mut exchange = Exchange { answer, ..found.unanswered(at) };
        exchange.context.transit = Some(Arc::clone(&transit));
        Self { exchange, name: Some(found.title()), transit }
    }
}

/// The verdict on a request that arrived.
#[derive(Clone, Debug)]
pub struct Judged {
    pub arrival: Arrival,
    /// The causes; of an answer that accepts the request not every check.
    pub report: Report,
    /// The status of what was answered.
    pub status: u16,
    /// What failed between the mirror and one of its ends.
    pub fault: Option<String>,
    /// Address and port of the other end.
    pub from: String,
    /// When it arrived.
    pub at: Timestamp,
}

/// Judges a request that arrived.
pub fn judge(mirrored: Mirrored, saved: &[Exchange], expected: &Context, services: Option<&OwnServices>) -> Judged {
    let found = sent::find(saved.iter(), &mirrored.received);
    judge_as(mirrored, found, expected, services)
}

/// The same where it is known which request was sent, or that none is known.
pub fn judge_as(mirrored: Mirrored, found: Option<&Exchange>, expected: &Context, services: Option<&OwnServices>) -> Judged {
    let (status, fault, from, at) = (mirrored.status, mirrored.fault.clone(), mirrored.from.clone(), mirrored.at);
    let arrival = Arrival::compared(mirrored, found, expected);
    let report = causes(&arrival.exchange, &Surroundings::alone(at).with_services(services));
    Judged { arrival, report, status, fault, from, at }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(url: &str, fields: &[(&str, &str)]) -> Request {
        Request { method: "GET".into(), url: url.into(), headers: fields.iter().copied().collect(), ..Request::default() }
    }

    fn mirrored(received: Request, answer: Option<Response>) -> Mirrored {
        let status = answer.as_ref().map_or(200, |answer| answer.status);
        Mirrored { received, answer, status, ..Mirrored::default() }
    }

    fn sent() -> Vec<Exchange> {
        let request = request("https://api.example/v1/users", &[("Authorization", "Bearer abcdefgh12345678"), ("X-Request-Id", "7")]);
        vec![Exchange { request, name: "list".into(), ..Exchange::default() }]
    }

    #[test]
    fn what_the_way_removed_is_the_cause_with_an_answer_and_without() {
        let refused = Response { status: 401, ..Response::default() };
        for answer in [None, Some(refused)] {
            let received =
                request("http://api.example/v1/users", &[("host", "api.example"), ("x-request-id", "7"), ("x-real-ip", "1.2.3.4")]);
            let judged = judge(mirrored(received, answer), &sent(), &Context::default(), None);
            assert_eq!(judged.arrival.name.as_deref(), Some("list"));
            let top = judged.report.causes.first().map(|cause| (cause.check.id, cause.confidence >= 0.9));
            assert_eq!(top, Some(("header-stripped-by-proxy", true)), "{:?}", judged.report.causes);
            assert_eq!(judged.arrival.transit.changes.len(), 2);
        }
    }

    #[test]
    fn what_arrived_as_it_was_sent_has_no_cause() {
        let fields = [("host", "api.example"), ("authorization", "Bearer abcdefgh12345678"), ("x-request-id", "7")];
        let judged = judge(mirrored(request("http://api.example/v1/users", &fields), None), &sent(), &Context::default(), None);
        assert_eq!((judged.arrival.transit.changes.len(), judged.report.causes.len()), (0, 0), "{:?}", judged.report.causes);
    }

    #[test]
    fn what_nobody_is_known_to_have_sent_is_judged_as_it_arrived() {
        let fields = [("host", "api.example"), ("authorization", "Bearer Bearer abcdefgh12345678"), (MARKER, "other")];
        let judged = judge(mirrored(request("http://api.example/v2", &fields), None), &[], &Context::default(), None);
        assert_eq!(judged.report.causes.first().map(|cause| cause.check.id), Some("scheme-malformed"));
        assert!(!judged.arrival.exchange.request.headers.has(MARKER));
    }
}
