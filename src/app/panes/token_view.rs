//! The token that a request carries, the clock it is judged by, and the bytes that are secret.

use jiff::Timestamp;
use serde_json::Value;

use crate::checks::facts::{Facts, server_date};
use crate::domain::exchange::Exchange;
use crate::domain::json::Object;
use crate::domain::placeholder::placeholder;
use crate::domain::request::{Request, RequestPart};
use crate::domain::secrecy;
use crate::domain::span::Span;
use crate::domain::token::issuer::{self, Issuer};
use crate::domain::token::jws::Jws;
use crate::domain::token::keys::Verification;
use crate::domain::token::kind::{self, Reading};

/// A token found in a request.
#[derive(Clone, Debug)]
pub struct TokenView {
    /// The part of the request that it stands in, and its bytes there.
    pub place: Option<(RequestPart, Span)>,
    /// What could be read of it as a JWT.
    pub jws: Jws,
    /// True when it is meant as a JWT.
    pub is_jwt: bool,
    /// What it is, where it is something else.
    pub reading: Option<Reading>,
    /// What came of verifying its signature; `None` when no keys are at hand.
    pub verification: Option<Verification>,
    /// Who issued it, when that can be told.
    pub issuer: Option<&'static Issuer>,
}

impl TokenView {
    /// The token of an exchange that was parsed.
    pub fn of(facts: &Facts) -> Option<Self> {
        let token = facts.token.as_ref()?;
        Some(Self {
            place: token.place.request_part().map(|part| (part, token.span)),
            jws: token.jws.clone(),
            is_jwt: token.is_jwt,
            reading: (!token.is_jwt).then(|| kind::read(&token.jws.text)),
            verification: facts.verification().cloned(),
            issuer: issuer::recognise(&token.jws),
        })
    }

    /// Header and claims, as far as anybody can read them.
    pub fn halves(&self) -> (Option<&Object>, Option<&Object>) {
        match &self.reading {
            Some(reading) => (reading.header.as_ref(), reading.claims.as_ref()),
            None => (Some(&self.jws.header), Some(&self.jws.claims)),
        }
    }

    /// The value of a claim.
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.halves().1?.get(name)
    }
}

/// Whose clock a verdict about time is given by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The moment is recorded with the exchange, or given.
    Recorded,
    /// The answer's `Date`.
    Answer,
    /// This machine's clock: it runs on.
    Local,
}

/// The moment at which an exchange is judged, and by whose clock: the server's where its answer tells.
pub fn judged_at(exchange: &Exchange, local: Timestamp) -> (Timestamp, Clock) {
    if let Some(date) = server_date(exchange) {
        return (date, Clock::Answer);
    }
    exchange.context.now.map_or((local, Clock::Local), |now| (now, Clock::Recorded))
}

/// The bytes of a request that are secret, part by part; `token` is where a token was found.
pub fn secrets(request: &Request, token: Option<(RequestPart, Span)>) -> Vec<(RequestPart, Span)> {
    with_token(request, secrecy::in_request(request), token)
}

/// The same where those of the request are known.
pub fn with_token(request: &Request, mut found: Vec<(RequestPart, Span)>, token: Option<(RequestPart, Span)>) -> Vec<(RequestPart, Span)> {
    if let Some((part, span)) = token
        && !found.iter().any(|(p, s)| *p == part && s.start <= span.start && s.end >= span.end)
        && secrecy::cut(request, part, span).is_none_or(|text| placeholder(text.trim()).is_none())
    {
        found.push((part, span));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_stands_for_a_secret_is_none() {
        let headers = [("Authorization", "Bearer undefined"), ("X-Api-Key", "$KEY")].into_iter().collect();
        assert_eq!(secrets(&Request { headers, ..Request::default() }, None), []);
    }

    #[test]
    fn secrets_are_found_and_schemes_are_none() {
        let request = Request {
            method: "GET".into(),
            url: "https://u:pass@h/?api_key=k1&page=2".into(),
            headers: [("Authorization", "Bearer abc"), ("Cookie", "a=b; c=d"), ("Accept", "x")].into_iter().collect(),
            body: "grant_type=password&password=p2".into(),
        };
        let text = crate::domain::request::RequestText::render(&request);
        let found: Vec<_> = secrets(&request, None)
            .into_iter()
            .filter_map(|(part, span)| text.locate(part, "", Some(span)).and_then(|s| s.cut(&text.text)))
            .collect();
        assert_eq!(found, ["pass", "k1", "abc", "b", "d", "p2"]);
    }
}
