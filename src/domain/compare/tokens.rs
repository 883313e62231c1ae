//! Two tokens, claim by claim.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde_json::Value;

use super::reasons::{Side, sentence};
use super::values::{claim_row, near_miss};
use super::{Comparison, ComparisonRow, bytes};
use crate::domain::context::Context;
use crate::domain::json::Object;
use crate::domain::secrecy;
use crate::domain::token::claims::{header_meaning, plain};
use crate::domain::token::keys::{KeySet, Verification, verify};
use crate::domain::token::kind::{self, ParsedToken, TokenKind};

/// Compares two tokens: A is the one that is taken, B the one that is refused.
///
/// The context's keys verify both signatures; its expectations say which audience or issuer is the API's. `at` are the moments at which
/// A and B are judged: an answer that was recorded is of its own time.
pub fn compare_tokens(a: &str, b: &str, context: Option<&Context>, at: [Timestamp; 2]) -> Comparison {
    let (read_a, read_b) = (kind::read(a), kind::read(b));
    let keys = context.and_then(|c| c.keys.as_deref());
    let (signature_a, signature_b) = (signature(&read_a, keys), signature(&read_b, keys));
    let mut rows =
        vec![ComparisonRow::new("kind", Some(read_a.kind.word().into()), Some(read_b.kind.word().into()), kinds(&read_a, &read_b))];
    let empty = Object::default();
    let (header_a, header_b) = (read_a.header.as_ref().unwrap_or(&empty), read_b.header.as_ref().unwrap_or(&empty));
    rows.extend(side_by_side(header_a, header_b).map(|(name, a, b)| header_row(name, a, b)));
    let (claims_a, claims_b) = (read_a.claims.as_ref().unwrap_or(&empty), read_b.claims.as_ref().unwrap_or(&empty));
    rows.extend(side_by_side(claims_a, claims_b).map(|(name, a, b)| {
        let is_secret = |value: &Value| secrecy::masked_claims(name, value, &|_| String::new()) != *value;
        let row = claim_row(name, a, b, at);
        if a.is_some_and(is_secret) || b.is_some_and(is_secret) { row.secret() } else { row }
    }));
    if read_a.jws.is_some() || read_b.jws.is_some() {
        rows.push(signature_row(&read_a, &read_b, signature_a.as_ref(), signature_b.as_ref()));
    }
    if [&read_a, &read_b].iter().any(|r| r.jws.is_none() || r.jws.as_ref().is_some_and(|j| !j.is_readable())) {
        rows.extend(bytes::rows(a, b));
    }
    let [at_a, at_b] = at;
    let side_a = Side { text: a, reading: &read_a, signature: signature_a.as_ref(), at: at_a };
    let side_b = Side { text: b, reading: &read_b, signature: signature_b.as_ref(), at: at_b };
    let sentence = sentence(&side_a, &side_b, context);
    Comparison { rows, sentence }
}

/// Names in the order of A, then those of B alone, each once and with its first value in both.
fn side_by_side<'a>(a: &'a Object, b: &'a Object) -> impl Iterator<Item = (&'a str, Option<&'a Value>, Option<&'a Value>)> {
    let values = |of: &'a Object| of.members.iter().rev().map(|m| (m.name.as_str(), &m.value)).collect::<HashMap<_, _>>();
    let (in_a, in_b) = (values(a), values(b));
    let mut seen = HashSet::new();
    let names = a.members.iter().chain(&b.members).map(|m| m.name.as_str()).filter(move |name| seen.insert(*name));
    names.map(move |name| (name, in_a.get(name).copied(), in_b.get(name).copied()))
}

fn header_row(name: &str, a: Option<&Value>, b: Option<&Value>) -> ComparisonRow {
    let (a, b) = (a.map(plain), b.map(plain));
    let words = header_meaning(name).map_or("", |m| m.text.as_str());
    let miss = match (&a, &b) {
        (Some(a), Some(b)) if a != b => near_miss(a, b),
        _ => None,
    };
    ComparisonRow::new(format!("header.{name}"), a, b, miss.map_or_else(|| words.to_string(), |miss| format!("{words}; {miss}")))
}

fn kinds(a: &ParsedToken, b: &ParsedToken) -> String {
    if a.kind != b.kind || a.kind == TokenKind::Opaque { format!("A: {}; B: {}", a.what, b.what) } else { a.what.clone() }
}

fn signature(reading: &ParsedToken, keys: Option<&KeySet>) -> Option<Verification> {
    Some(verify(reading.jws.as_ref()?, keys?))
}

fn signature_row(a: &ParsedToken, b: &ParsedToken, state_a: Option<&Verification>, state_b: Option<&Verification>) -> ComparisonRow {
    let text =
        |r: &ParsedToken| r.jws.as_ref().and_then(|j| j.signature_part.span.cut(&j.text)).filter(|s| !s.is_empty()).map(str::to_string);
    let meaning = match (state_a, state_b) {
        (Some(a), Some(b)) => format!("A {}: {}; B {}: {}", a.state.word(), a.reason, b.state.word(), b.reason),
        _ => "not verified: no key is at hand".into(),
    };
    ComparisonRow::new("signature", text(a), text(b), meaning).secret()
}
