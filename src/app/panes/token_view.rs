//! The token of a request, the clock it is judged by, and the secret bytes of the request.

use jiff::Timestamp;
use serde_json::Value;

use crate::checks::facts::{Facts, server_date};
use crate::domain::exchange::Exchange;
use crate::domain::json::Object;
use crate::domain::placeholder;
use crate::domain::request::{Request, RequestPart};
use crate::domain::secrecy;
use crate::domain::span::Span;
use crate::domain::token::issuer::{self, Issuer};
use crate::domain::token::jws::Jws;
use crate::domain::token::keys::Verification;
use crate::domain::token::kind::{self, ParsedToken, TokenKind};

/// A token found in a request.
#[derive(Clone, Debug)]
pub struct TokenView {
    /// The part of the request that contains it, and its bytes there.
    pub place: Option<(RequestPart, Span)>,
    /// The token parsed as a JWT.
    pub jws: Jws,
    /// True if it is meant to be a JWT.
    pub is_jwt: bool,
    /// Set if it is another kind of token.
    pub parsed: Option<ParsedToken>,
    /// The result of verifying its signature; `None` without keys.
    pub verification: Option<Verification>,
    /// The product that issued it, if recognized.
    pub issuer: Option<&'static Issuer>,
}

impl TokenView {
    /// The token of a parsed exchange.
    pub fn of(facts: &Facts) -> Option<Self> {
        let token = facts.token.as_ref()?;
        Some(Self {
            place: token.place.request_part().map(|part| (part, token.span)),
            jws: token.jws.clone(),
            is_jwt: token.is_jwt,
            parsed: (!token.is_jwt).then(|| kind::read(&token.jws.text)),
            verification: facts.verification().cloned(),
            issuer: issuer::recognize(&token.jws),
        })
    }

    /// A token that is in no request.
    pub fn alone(text: &str) -> Self {
        let is_jwt = kind::recognize(text) == TokenKind::Jws;
        let jws = Jws::read(text);
        let issuer = issuer::recognize(&jws);
        Self { place: None, is_jwt, parsed: (!is_jwt).then(|| kind::read(text)), verification: None, issuer, jws }
    }

    /// Header and claims, as far as they are readable.
    pub fn halves(&self) -> (Option<&Object>, Option<&Object>) {
        match &self.parsed {
            Some(parsed) => (parsed.header.as_ref(), parsed.claims.as_ref()),
            None => (Some(&self.jws.header), Some(&self.jws.claims)),
        }
    }

    /// The value of a claim.
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.halves().1?.get(name)
    }
}

/// Which clock a verdict about time uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockSource {
    /// The time recorded with the exchange, or given on the command line.
    Recorded,
    /// The `Date` of the response.
    Answer,
    /// The clock of this machine.
    Local,
}

/// The time at which an exchange is judged and its source: the server's clock if the response has it.
pub fn judged_at(exchange: &Exchange, local: Timestamp) -> (Timestamp, ClockSource) {
    if let Some(date) = server_date(exchange) {
        return (date, ClockSource::Answer);
    }
    exchange.context.now.map_or((local, ClockSource::Local), |now| (now, ClockSource::Recorded))
}

/// The secret bytes of a request by part; `token` is the position of a token.
pub fn secrets(request: &Request, token: Option<(RequestPart, Span)>) -> Vec<(RequestPart, Span)> {
    with_token(request, secrecy::in_request(request), token)
}

/// The same if the secrets of the request are known already.
pub fn with_token(request: &Request, mut found: Vec<(RequestPart, Span)>, token: Option<(RequestPart, Span)>) -> Vec<(RequestPart, Span)> {
    if let Some((part, span)) = token
        && !found.iter().any(|(p, s)| *p == part && s.start <= span.start && s.end >= span.end)
        && secrecy::cut(request, part, span).is_none_or(|text| placeholder::certain(text.trim()).is_none())
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
            ..Request::default()
        };
        let text = crate::domain::request::RequestText::render(&request);
        let found: Vec<_> = secrets(&request, None)
            .into_iter()
            .filter_map(|(part, span)| text.locate(part, "", Some(span)).and_then(|s| s.cut(&text.text)))
            .collect();
        assert_eq!(found, ["pass", "k1", "abc", "b", "d", "p2"]);
    }
}
