//! Masking: what leaves the program shows credentials only when asked for.

use std::borrow::Cow;

use super::facts::authorization::{Authorization, is_known_scheme};
use super::facts::form::decoded;
use crate::domain::basic::Basic;
use crate::domain::exchange::Exchange;
use crate::domain::headers::Header;
use crate::domain::placeholder;
use crate::domain::request::{Request, RequestPart};
use crate::domain::response::Response;
use crate::domain::secrecy::echo::Echoes;
use crate::domain::secrecy::{self, shapes};
use crate::domain::span::Span;

/// The secrets of an exchange, and how they are shown.
#[derive(Clone, Debug, Default)]
pub struct Masker {
    echoes: Echoes,
    /// Those of a body that other requests share.
    of_body: Echoes,
    hides: bool,
}

impl Masker {
    /// A masker that hides nothing.
    pub fn reveal() -> Self {
        Self::default()
    }

    /// Collects the secrets of an exchange: those of the request and the answer as written and decoded, and those
    /// that are known besides.
    pub fn of(exchange: &Exchange) -> Self {
        Self::with(exchange, &secrecy::in_request(&exchange.request))
    }

    /// The same where those of the request are known by their places.
    pub fn with(exchange: &Exchange, in_request: &[(RequestPart, Span)]) -> Self {
        let request = &exchange.request;
        let in_body = |part: &RequestPart| *part == RequestPart::Body;
        let shared = secrecy::in_shared_body(request);
        let mut found = secrets_of(request, in_request.iter().filter(|(part, _)| shared.is_none() || !in_body(part)));
        let of_body = shared.map(|s| s.echoes(|| echoes(texts_at(request, in_request.iter().filter(|(part, _)| in_body(part))))).clone());
        let context = &exchange.context;
        let set_before = context.set_cookie.iter().map(|c| &c.set_cookie).chain(context.previous.iter().flat_map(|p| &p.set_cookie));
        for field in set_before {
            let header = Header { name: "Set-Cookie".into(), value: field.clone() };
            found.extend(secrecy::in_answer_header(&header).into_iter().filter_map(|s| s.cut(field)).map(String::from));
        }
        found.extend(exchange.answer.iter().flat_map(secrecy::texts_of_answer).map(String::from));
        found.extend(context.password.clone());
        Self { echoes: echoes(found), of_body: of_body.unwrap_or_default(), hides: true }
    }

    /// The text with every secret of the exchange in it masked.
    pub fn hide<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let spans = self.find(text);
        if spans.is_empty() { text.into() } else { secrecy::replace(text, &spans, masked).into() }
    }

    /// The same of an address, where a short secret is known by its place.
    pub fn hide_in_url<'t>(&self, url: &'t str) -> Cow<'t, str> {
        self.hide_with(url, secrecy::in_url)
    }

    /// The same of a text that somebody else wrote: a reason phrase, a name.
    pub fn hide_in_text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.hide_with(text, secrecy::in_message)
    }

    fn find(&self, text: &str) -> Vec<Span> {
        match self.of_body.is_empty() {
            true => self.echoes.find(text),
            false => secrecy::disjoint([self.echoes.find(text), self.of_body.find(text)].concat()),
        }
    }

    fn hide_with<'t>(&self, text: &'t str, find: fn(&str) -> Vec<Span>) -> Cow<'t, str> {
        if !self.hides {
            return text.into();
        }
        let spans = secrecy::disjoint([find(text), self.find(text)].concat());
        if spans.is_empty() { text.into() } else { secrecy::replace(text, &spans, masked).into() }
    }

    /// What an exchange is called.
    pub fn title(&self, exchange: &Exchange) -> String {
        let request = &exchange.request;
        match exchange.name.as_str() {
            "" => {
                // The path of a broken address may begin inside its password.
                let (method, url) = (self.hide(&request.method).into_owned(), self.hide_in_url(&request.url).into_owned());
                Exchange { request: Request { method, url, ..Request::default() }, ..Exchange::default() }.title()
            }
            name => self.hide_in_text(name).into_owned(),
        }
    }
}

/// The exchange with the secrets of its request replaced, and masked wherever the answer has or repeats one.
pub fn without_secrets(exchange: &Exchange) -> Exchange {
    let masker = Masker::of(exchange);
    let answer = exchange.answer.as_ref().map(|answer| {
        let header = |header: &Header| {
            // What it holds shows by its name.
            let line = format!("{}: {}", header.name, header.value);
            let hidden = masker.hide_in_text(&line);
            let (name, value) = hidden.split_once(": ").unwrap_or((&hidden, ""));
            (name.to_string(), value.to_string())
        };
        let headers = answer.headers.iter().map(|(_, field)| header(field)).collect();
        let (reason, body) = (masker.hide_in_text(&answer.reason).into_owned(), masker.hide_in_text(&answer.body).into_owned());
        Response { reason, headers, body: body.into(), ..answer.clone() }
    });
    let name = masker.hide_in_text(&exchange.name).into_owned();
    Exchange { name, request: secrecy::replaced(&exchange.request, secrecy::MASK), answer, ..exchange.clone() }
}

/// The secrets of a request, to be found again in an answer to it.
pub fn echoes_of(request: &Request) -> Echoes {
    echoes(secrets_in(request))
}

/// The secrets of a request, as written and decoded.
pub fn secrets_in(request: &Request) -> Vec<String> {
    let found = secrets_of(request, secrecy::in_request(request).iter());
    found.into_iter().filter(|secret| !secret.trim().is_empty() && !is_harmless(secret)).collect()
}

fn echoes(found: Vec<String>) -> Echoes {
    Echoes::new(found.into_iter().filter(|secret| !secret.trim().is_empty() && !is_harmless(secret)))
}

/// Bytes of the longest credential whose parameters are looked for.
const LONGEST_WITH_PARAMETERS: usize = 4096;

/// The texts at some places of a request, as written and decoded.
fn texts_at<'a>(request: &Request, places: impl Iterator<Item = &'a (RequestPart, Span)>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (part, span) in places {
        let Some(text) = secrecy::cut(request, *part, *span) else { continue };
        // Messages quote the last part of a token by itself when they speak of its signature.
        found.extend(text.rsplit_once('.').map(|(_, signature)| signature.to_string()));
        found.push(text.to_string());
        // So they do of a signature or token among the parameters of a credential.
        if text.trim_end_matches('=').contains('=') && text.len() <= LONGEST_WITH_PARAMETERS {
            found.extend(secrecy::in_text(text).into_iter().filter_map(|inner| inner.cut(text)).map(String::from));
        }
        if text.contains(['%', '+']) {
            found.push(decoded(text));
        }
        // As JSON means it.
        if text.contains('\\') {
            found.extend(serde_json::from_str::<String>(&format!("\"{text}\"")).ok());
        }
    }
    found
}

fn secrets_of<'a>(request: &Request, places: impl Iterator<Item = &'a (RequestPart, Span)>) -> Vec<String> {
    let mut found = texts_at(request, places);
    for (_, h) in request.headers.iter().filter(|(_, h)| secrecy::is_secret_header(&h.name)) {
        let a = Authorization::read(0, &h.value);
        let (core, _) = a.core();
        if a.is("basic") {
            let basic = Basic::read(core);
            // A key may be in the place of the user.
            found.extend(basic.text().into_iter().flat_map(|(user, password)| {
                let key = (password.is_empty() || shapes::is_random(user)).then(|| user.to_string());
                key.into_iter().chain([password.to_string()])
            }));
        }
        found.push(core.to_string());
    }
    found
}

/// Placeholders, scheme names and what a cookie is overwritten with are no secrets, and hiding them would hide the finding.
fn is_harmless(text: &str) -> bool {
    placeholder::certain(text).is_some() || is_known_scheme(text) || ["deleted", "removed", "expired"].contains(&text)
}

/// The first letters of a secret, enough to know it again: `eyJh…(412)`; of a short one none.
pub fn masked(secret: &str) -> String {
    let count = secret.chars().count();
    let shown: String = secret.chars().take(if count >= 20 { 4 } else { usize::from(count >= 6) }).collect();
    format!("{shown}…({count})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_do_not_leave() {
        let exchange = Exchange {
            request: Request {
                url: "https://h.example/?access_token=s3cr3t-in-query".into(),
                headers: [("Authorization", "Bearer abcdefghijklmnopqrstuvwxyz"), ("Cookie", "sid=0123456789")].into_iter().collect(),
                ..Request::default()
            },
            ..Exchange::default()
        };
        let masker = Masker::of(&exchange);
        for text in ["Bearer abcdefghijklmnopqrstuvwxyz", "sid=0123456789", "https://h.example/?access_token=s3cr3t-in-query"] {
            let hidden = masker.hide(text);
            assert!(!hidden.contains("s3cr3t") && !hidden.contains("klm") && !hidden.contains("345"), "{hidden}");
        }
        assert!(masker.hide("Bearer undefined").contains("undefined"));
    }

    #[test]
    fn short_ones_are_masked_where_they_are_quoted() {
        let exchange = Exchange {
            request: Request { headers: [("Authorization", "Bearer abc")].into_iter().collect(), ..Request::default() },
            ..Exchange::default()
        };
        let masker = Masker::of(&exchange);
        for (text, hidden) in [
            ("abc", "…(3)"),
            ("the token is \"abc\"", "the token is \"…(3)\""),
            ("`abc` and 'abc'", "`…(3)` and '…(3)'"),
            ("the abc of tokens, abcdef", "the abc of tokens, abcdef"),
        ] {
            assert_eq!(masker.hide(text), hidden);
        }
    }
}
