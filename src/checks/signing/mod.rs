//! Is what was signed what was sent, and is the credential whole?

mod aws;
mod azure;
mod clock;
mod families;
mod form;
pub mod incomplete;
mod inside;
pub mod mismatch;
mod oauth1;
mod parameters;
mod query;
mod quoted;
mod secret;
mod table;

pub use clock::{is_stale, skewed};

use jiff::Timestamp;

use super::facts::Facts;
use super::finding::{Finding, Fix, Place};
use crate::domain::request::{Edit, RequestPart};
use crate::domain::signing::Signed;
use crate::domain::signing::field::Field;
use crate::domain::span::Span;

/// When a request was signed, and how far from the server's clock that may be.
struct Stamp {
    /// What says so.
    field: Field,
    /// The moment.
    at: Timestamp,
    /// In seconds.
    window: f64,
}

/// What carries the signature or the key of a signed request outside of Authorization.
pub fn carrier(facts: &Facts) -> Option<String> {
    let of_family = || families::named(facts).map(str::to_string);
    let signed = facts.signed().map(|signed| match signed {
        Signed::OAuth1(_) => "oauth_signature".to_string(),
        Signed::Parameters(_) => "Signature".to_string(),
        Signed::Aws(_) | Signed::SharedKey(_) | Signed::Sas(_) => "the address".to_string(),
    });
    let by_name = || clock::by_header(facts).map(|(moment, _)| format!("a header beside {moment}"));
    let in_query = || mismatch::hash_in_query(facts).map(|(name, _)| format!("the address ({name})"));
    signed
        .or_else(of_family)
        .or_else(by_name)
        .or_else(in_query)
        .or_else(|| query::link_key(facts).map(|name| format!("the address ({name})")))
}

/// A signature that says itself until when it holds, and has ended.
pub fn ended(facts: &Facts) -> Option<Finding> {
    match facts.signed() {
        Some(Signed::Aws(signed)) => aws::ended(facts, signed),
        Some(Signed::Sas(signed)) => azure::ended(facts, signed),
        Some(Signed::Parameters(signed)) => parameters::ended(facts, signed),
        Some(Signed::SharedKey(_) | Signed::OAuth1(_)) => None,
        None if is_stale(facts) => inside::ended(facts),
        None => query::ended(facts),
    }
}

/// The place of a part of the request.
const fn place(part: RequestPart) -> Place {
    match part {
        RequestPart::Line => Place::RequestLine,
        RequestPart::HeaderName(i) => Place::RequestHeaderName(i),
        RequestPart::HeaderValue(i) => Place::RequestHeader(i),
        RequestPart::Body => Place::RequestBody,
    }
}

/// A finding with a field's bytes as its proof.
pub fn proved(finding: Finding, field: &Field, text: impl Into<String>) -> Finding {
    finding.proof(place(field.part), Some(field.span).filter(|span| !span.is_empty()), text)
}

/// The edit that writes something else in the place of a field.
fn replaced(facts: &Facts, field: &Field, text: &str) -> Option<Edit> {
    let put = |whole: &str, span: Span| Some(format!("{}{text}{}", whole.get(..span.start)?, whole.get(span.end..)?));
    let request = facts.request;
    match field.part {
        RequestPart::Line => {
            let before = request.method.len() + 1;
            let span = Span::new(field.span.start.checked_sub(before)?, field.span.end.checked_sub(before)?);
            put(&request.url, span).map(Edit::Url)
        }
        RequestPart::HeaderValue(index) => {
            let value = put(&request.headers.0.get(index)?.value, field.span)?;
            Some(Edit::HeaderValue { index, value })
        }
        RequestPart::Body => put(&request.body, field.span).map(Edit::Body),
        RequestPart::HeaderName(_) => None,
    }
}

/// A fix by that edit, or by hand where no edit can be made.
fn replacing(facts: &Facts, field: &Field, text: &str, title: &str) -> Fix {
    replaced(facts, field, text).map_or_else(|| Fix::action(title), |edit| Fix::edit(title, vec![edit]))
}

/// The fix of most faults: what was changed cannot be signed without the key.
fn sign_again(after: &str) -> Fix {
    Fix::action(format!("{after} and sign the request again"))
}

/// The body as it was sent; `None` when not all of it is here, or when its bytes were no text.
fn whole_body<'f>(facts: &'f Facts) -> Option<&'f str> {
    let body = facts.request.body.as_str();
    let is_whole = facts.exchange.why_not_whole().is_none() && !body.contains('\u{fffd}');
    // A recording may leave the body out; a length says that there was one.
    let length = facts.request.headers.get("content-length").and_then(|length| length.trim().parse::<usize>().ok());
    let is_recorded = length.is_none_or(|length| length == body.len());
    (is_whole && is_recorded).then_some(body)
}
