//! The token of a request, wherever it is sent.

use super::authorization::Authorization;
use super::fields;
use super::other_credentials::{Carrier, OtherCredential};
use crate::checks::Place;
use crate::domain::limits::MAX_FIELDS;
use crate::domain::request::Request;
use crate::domain::span::Span;
use crate::domain::token::jws::Jws;

/// The token of the request, with its place.
#[derive(Clone, Debug)]
pub struct Token {
    /// The part of the request.
    pub place: Place,
    /// Its bytes there, without quotes and other remains around it.
    pub span: Span,
    /// The token, read as a JWS; also for one that only tries to be one.
    pub jws: Jws,
    /// True when it is meant as a JWS.
    pub is_jwt: bool,
    /// Name of the cookie, header or parameter that carries it, unless it is in `Authorization`.
    pub carrier: Option<String>,
}

impl Token {
    /// A span of the token's text as a span of its place.
    pub const fn at(&self, span: Span) -> Span {
        span.shifted(self.span.start)
    }
}

/// Finds the token: in Authorization, else in a key header, the query, a cookie or the body.
pub fn find(request: &Request, authorizations: &[Authorization], others: &[OtherCredential]) -> Option<Token> {
    let make = |place, text: &str, span, carrier: Option<String>| {
        let jws = Jws::read(text);
        let is_jwt = Jws::looks_like(text) && !jws.is_timed_signature();
        Token { place, span, jws, is_jwt, carrier }
    };
    for a in authorizations {
        let is_token = !a.has_parameters() && !["basic", "negotiate", "ntlm"].iter().any(|s| a.is(s));
        let (core, span) = a.core();
        if is_token && !core.is_empty() {
            return Some(make(a.place(), core, span, None));
        }
    }
    // Elsewhere only what is meant as a JWT counts: an API key is no token to take apart.
    for o in others {
        if matches!(o.carrier, Carrier::Header | Carrier::Query | Carrier::Body)
            && Jws::looks_like(&o.value)
            && o.value.len() == o.span.len()
        {
            return Some(make(o.place, &o.value, o.span, Some(o.name.clone())));
        }
    }
    let body = request.body.trim();
    if Jws::looks_like(body) && !body.contains(char::is_whitespace) && authorizations.is_empty() && others.is_empty() {
        return Some(make(Place::RequestBody, body, Span::of(&request.body, body)?, None));
    }
    for (i, h) in request.headers.all("cookie") {
        for pair in h.value.split(';') {
            let Some((name, value)) = pair.split_once('=') else { continue };
            let value = value.trim();
            if value.starts_with("eyJ")
                && value.matches('.').count() == 2
                && let Some(span) = Span::of(&h.value, value)
            {
                let token = make(Place::RequestHeader(i), value, span, Some(name.trim().to_string()));
                // Signed sessions (itsdangerous) begin with JSON and have three parts too, but name no algorithm.
                if token.jws.header.fault.is_some() || token.jws.algorithm().is_some() {
                    return Some(token);
                }
            }
        }
    }
    let found = in_body(request).or_else(|| alone_in_body(request).filter(|_| authorizations.is_empty() && others.is_empty()));
    if let Some((name, text, span)) = found {
        return Some(make(Place::RequestBody, &text, span, Some(name)));
    }
    let (text, span) = in_path(request).filter(|_| authorizations.is_empty() && others.is_empty())?;
    Some(make(Place::RequestLine, text, span, Some("path".into())))
}

/// A JWT that is a part of the path: `/embed/dashboard/eyJ…`.
fn in_path(request: &Request) -> Option<(&str, Span)> {
    let path = request.url.split(['?', '#']).next()?;
    let text = path.split('/').skip(3).find(|part| part.starts_with("eyJ") && Jws::looks_like(part))?;
    Jws::read(text).algorithm()?;
    Some((text, Span::of(&request.url, text)?.shifted(request.method.len() + 1)))
}

/// The one JWT in a JSON body, under whatever name: `{"Logins": {"idp.example": "eyJ…"}}`.
fn alone_in_body(request: &Request) -> Option<(String, String, Span)> {
    const START: &str = "\"eyJ";
    let body = request.body.as_str();
    let at = body.find(START).filter(|_| body.len() <= MAX_FIELDS && body.trim_start().starts_with('{'))? + 1;
    let rest = body.get(at..)?;
    let text = rest.split('"').next()?;
    if rest.contains(START) || !Jws::looks_like(text) || Jws::read(text).algorithm().is_none() {
        return None;
    }
    let name = body.get(..at - 1)?.trim_end().strip_suffix(':')?.trim_end().trim_end_matches('"').rsplit('"').next()?;
    Some((name.to_string(), text.to_string(), Span::new(at, at + text.len())))
}

/// A JWT in a field of the body: an assertion, a service account's token, an ID token.
fn in_body(request: &Request) -> Option<(String, String, Span)> {
    let is_token = |(_, text, span): &(String, String, Span)| Jws::looks_like(text) && span.cut(&request.body) == Some(text.as_str());
    fields::credentials(request).into_iter().find(is_token)
}
