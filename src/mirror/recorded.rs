//! Recorded answers that are given again.

use crate::domain::exchange::Exchange;
use crate::domain::headers::Headers;
use crate::domain::request::Request;
use crate::domain::response::Response;

/// Answers of a recording.
#[derive(Clone, Debug)]
pub struct Recorded(Vec<(Request, Response)>);

/// Fields that were of the recorded connection (RFC 9110 section 7.6.1), or of a body that is kept unpacked.
const OF_CONNECTION: [&str; 8] =
    ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "content-length", "content-encoding", "upgrade", "trailer"];

impl Recorded {
    /// The answers of some exchanges; `None` if there is none.
    pub fn of(exchanges: Vec<Exchange>) -> Option<Self> {
        // A status of 0 is an answer that a browser kept from the page.
        let answered = exchanges
            .into_iter()
            .filter_map(|exchange| Some((exchange.request, exchange.answer.filter(|a| (200..600).contains(&a.status))?)));
        let all: Vec<(Request, Response)> = answered.collect();
        (!all.is_empty()).then_some(Self(all))
    }

    /// The answer to a request: that to the same method and address, else to the same path, else the first one.
    pub fn answer(&self, request: &Request) -> Option<Response> {
        let path = |request: &Request| request.path().split(['?', '#']).next().unwrap_or_default().to_string();
        let is_same = |(recorded, _): &&(Request, Response)| recorded.method == request.method && recorded.path() == request.path();
        let is_alike = |(recorded, _): &&(Request, Response)| path(recorded) == path(request);
        let found = self.0.iter().find(is_same).or_else(|| self.0.iter().find(is_alike)).or_else(|| self.0.first())?;
        let (_, answer) = found.clone();
        let kept = |header: &&crate::domain::headers::Header| !OF_CONNECTION.iter().any(|name| header.is(name));
        let headers = Headers(answer.headers.0.iter().filter(kept).cloned().collect());
        Some(Response { headers, body_bytes: None, ..answer })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(method: &str, url: &str, status: u16) -> Exchange {
        let headers = [("Content-Length", "99"), ("WWW-Authenticate", "Bearer")].into_iter().collect();
        Exchange {
            request: Request { method: method.into(), url: url.into(), ..Request::default() },
            answer: Some(Response { status, headers, ..Response::default() }),
            ..Exchange::default()
        }
    }

    #[test]
    fn the_answer_that_fits_best_is_given_without_the_fields_of_its_connection() {
        let unanswered = Exchange { answer: None, ..exchange("GET", "http://a/", 200) };
        let all = vec![
            unanswered.clone(),
            exchange("GET", "http://a/x?b=1", 401),
            exchange("POST", "http://a/x", 403),
            exchange("GET", "http://a/y", 200),
        ];
        let recorded = Recorded::of(all).expect("answers");
        let status = |method: &str, url: &str| recorded.answer(&exchange(method, url, 0).request).map(|answer| answer.status);
        assert_eq!(status("GET", "http://b/x?b=1"), Some(401));
        assert_eq!(status("POST", "http://b/x"), Some(403));
        assert_eq!(status("PUT", "http://b/y?z"), Some(200));
        assert_eq!(status("GET", "http://b/none"), Some(401));
        let headers = recorded.answer(&exchange("GET", "http://b/y", 0).request).expect("an answer").headers;
        assert_eq!((headers.len(), headers.get("www-authenticate")), (1, Some("Bearer")));
        assert!(Recorded::of(vec![unanswered]).is_none());
    }
}
