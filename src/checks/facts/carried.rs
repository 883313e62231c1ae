//! The credentials of a request, without anything else of its exchange but whether there is an answer.

use super::absent::{self, AbsentCredential, Stand};
use super::authorization::Authorization;
use super::other_credentials::{self, OtherCredential};
use super::token::{self, Token};
use crate::checks::Place;
use crate::domain::exchange::Exchange;
use crate::domain::request::{Request, RequestPart};
use crate::domain::response::Response;
use crate::domain::span::Span;

/// What a request carries.
pub(super) struct Carried {
    pub authorizations: Vec<Authorization>,
    pub others: Vec<OtherCredential>,
    /// What stands in the place of a credential that was not sent.
    pub absent: Vec<AbsentCredential>,
    pub token: Option<Token>,
}

impl Carried {
    pub fn of(exchange: &Exchange, answer: Option<&Response>) -> Self {
        let request = &exchange.request;
        let authorizations = authorizations(request, "authorization");
        let mut others = other_credentials::find(request);
        others.extend(other_credentials::expected(request, &exchange.context.header, &others));
        let absent = absent::find(request, &authorizations, &others, Stand::of(answer, exchange.is_code));
        let token = token::find(request, &authorizations, &others);
        let token = token.filter(|token| !is_absent(&absent, token.place, token.span));
        Self { authorizations, others, absent, token }
    }
}

/// The values of a header with credentials.
pub(super) fn authorizations(request: &Request, name: &str) -> Vec<Authorization> {
    request.headers.all(name).map(|(i, header)| Authorization::read(i, &header.value)).collect()
}

/// True for a place at which something stands for a credential that was not sent.
pub(super) fn is_absent(absent: &[AbsentCredential], place: Place, span: Span) -> bool {
    absent.iter().any(|a| a.place == place && a.span.covers(span))
}

/// Where the token of a request is.
pub fn token_place(exchange: &Exchange) -> Option<(RequestPart, Span)> {
    let token = Carried::of(exchange, exchange.answer.as_ref()).token?;
    Some((token.place.request_part()?, token.span))
}
