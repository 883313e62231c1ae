//! The token that a request carries, the clock it is judged by, and the bytes that are secret.

use jiff::Timestamp;
use serde_json::Value;

use crate::checks::credentials::placeholder::placeholder;
use crate::checks::facts::{Facts, is_from_cache};

use crate::domain::exchange::Exchange;
use crate::domain::json::Object;
use crate::domain::request::{Request, RequestPart};
use crate::domain::span::Span;
use crate::domain::time;
use crate::domain::token::issuer::{self, Issuer};
use crate::domain::token::jws::Jws;
use crate::domain::token::keys::Verification;
use crate::domain::token::kind::{self, Reading};

/// A token found in a request.
#[derive(Clone, Debug)]
pub struct Carried {
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

impl Carried {
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
    let answer = exchange.answer.as_ref().filter(|a| !is_from_cache(a));
    if let Some(date) = answer.and_then(|a| a.headers.get("date")).and_then(time::http_date) {
        return (date, Clock::Answer);
    }
    exchange.context.now.map_or((local, Clock::Local), |now| (now, Clock::Recorded))
}

/// The bytes of a request that are secret, part by part; `token` is where a token was found.
pub fn secrets(request: &Request, token: Option<(RequestPart, Span)>) -> Vec<(RequestPart, Span)> {
    let mut found = Vec::new();
    for (i, header) in request.headers.iter() {
        let name = header.name.to_ascii_lowercase();
        let value = header.value.as_str();
        let credential = name.contains("authorization") || name.contains("authentication");
        let keyed = ["api-key", "apikey", "token", "secret", "password"].iter().any(|w| name.contains(w));
        if credential {
            // The scheme is what one reads; what follows it is the secret.
            let start = value.trim_start().find(' ').map_or(0, |at| at + value.len() - value.trim_start().len());
            found.push((RequestPart::HeaderValue(i), Span::new(start, value.len())));
        } else if keyed {
            found.push((RequestPart::HeaderValue(i), Span::whole(value)));
        } else if name == "cookie" {
            for pair in value.split(';') {
                if let Some((_, secret)) = pair.split_once('=')
                    && let Some(span) = Span::of(value, secret)
                {
                    found.push((RequestPart::HeaderValue(i), span));
                }
            }
        }
    }
    // The address stands behind the method and a blank.
    let shift = request.method.len() + 1;
    for span in secrets_in_url(&request.url) {
        found.push((RequestPart::Line, span.shifted(shift)));
    }
    if let Some((part, span)) = token
        && !found.iter().any(|(p, s)| *p == part && s.start <= span.start && s.end >= span.end)
    {
        found.push((part, span));
    }
    found.extend(secrets_in_form(&request.body).into_iter().map(|span| (RequestPart::Body, span)));
    // `undefined` and `$TOKEN` are no secrets, and to cover them would cover the fault.
    found.retain(|(part, span)| bytes(request, *part, *span).is_none_or(|text| placeholder(text.trim()).is_none()));
    found
}

/// What stands at a place of a request.
fn bytes(request: &Request, part: RequestPart, span: Span) -> Option<&str> {
    match part {
        RequestPart::HeaderValue(i) => span.cut(&request.headers.0.get(i)?.value),
        RequestPart::HeaderName(i) => span.cut(&request.headers.0.get(i)?.name),
        RequestPart::Body => span.cut(&request.body),
        RequestPart::Line => {
            let shift = request.method.len() + 1;
            request.url.get(span.start.checked_sub(shift)?..span.end.checked_sub(shift)?)
        }
    }
}

const SECRET_NAMES: [&str; 9] = ["token", "api_key", "apikey", "password", "secret", "assertion", "code", "sig", "key"];

/// The bytes of an address that are secret: a password in it, the values of parameters that carry credentials.
pub fn secrets_in_url(url: &str) -> Vec<Span> {
    let mut found = Vec::new();
    if let Some((_, rest)) = url.split_once("://") {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        let password = authority.rsplit_once('@').and_then(|(user, _)| user.split_once(':')).map(|(_, p)| p);
        found.extend(password.and_then(|p| Span::of(url, p)));
    }
    if let Some((_, query)) = url.split_once('?') {
        found.extend(named_secrets(query).filter_map(|s| Span::of(url, s)));
    }
    found
}

fn secrets_in_form(body: &str) -> Vec<Span> {
    let is_form = body.len() < 64 * 1024 && body.contains('=') && !body.trim_start().starts_with(['{', '[', '<']);
    if is_form { named_secrets(body).filter_map(|s| Span::of(body, s)).collect() } else { Vec::new() }
}

fn named_secrets(query: &str) -> impl Iterator<Item = &str> {
    query.split('&').filter_map(|pair| pair.split_once('=')).filter_map(|(name, value)| {
        let name = name.to_ascii_lowercase();
        let secret = SECRET_NAMES.iter().any(|w| name == *w || name.ends_with(&format!("_{w}")));
        (secret && !value.is_empty()).then_some(value)
    })
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
        assert_eq!(found, [" abc", "b", "d", "pass", "k1", "p2"]);
    }
}
