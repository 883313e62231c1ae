//! Kinds of credentials in a place where the service reads another kind.

use super::duplicated::without_parameter;
use super::of_service::{named, source, strength, under_scheme};
use crate::checks::facts::Facts;
use crate::checks::facts::other_credentials::{Carrier, OtherCredential};
use crate::checks::services::schema::{Service, Usage};
use crate::checks::services::{self, Known, KnownBy};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::request::Edit;
use crate::domain::span::Span;

/// The credential is in a place that the service reads for another kind of credential only: a token of `Authorization` in the
/// header for keys, or a key where the service takes JWTs.
pub fn wrong_place(facts: &Facts) -> Option<Finding> {
    let is_refused = facts.answer.is_some() && facts.is_refused();
    // A credential may say by itself whose it is, wherever the server runs.
    let by_credential = || facts.sent_credentials().into_iter().find_map(|sent| services::self_hosted_of(sent.text));
    let known = facts.service().filter(|known| known.by > KnownBy::Hint).or_else(by_credential).or_else(|| facts.service());
    let known = known.filter(|_| is_refused)?;
    if known.by != KnownBy::Host {
        return place_of_another_kind(facts, &known).or_else(|| own_place(facts, &known));
    }
    let looks: [fn(&Facts, &Known) -> Option<Finding>; 5] =
        [place_of_another_kind, own_place, before_in_path, token_among_keys, key_among_tokens];
    looks.iter().find_map(|look| look(facts, &known))
}

/// A header that is for one kind alone holds another kind.
fn place_of_another_kind(facts: &Facts, known: &Known) -> Option<Finding> {
    let service = known.service;
    let (other, kind, own) = facts.others.iter().filter(|other| other.carrier == Carrier::Header).find_map(|other| {
        let text = other.value.trim();
        let own = service.kinds.iter().find(|kind| kind.place.as_ref().is_some_and(|place| place.eq_ignore_ascii_case(&other.name)))?;
        let kind = service.kinds.iter().find(|kind| kind.is(text)).filter(|kind| kind.usage == Usage::Ok && kind.prefix.is_some())?;
        kind.place.is_none().then_some((other, kind, own))
    })?;
    let Place::RequestHeader(index) = other.place else { return None };
    let right = service.header.first()?;
    let message = format!(
        "the header {} is for another kind ({}); {} reads this one ({}) from {right}",
        other.name,
        own.what,
        named(known),
        kind.what
    );
    let edits = vec![Edit::RemoveHeader { index }, Edit::AddHeader { name: right.clone(), value: other.value.trim().into() }];
    let finding = Finding::fail(Strength::Likely, message).proof(other.place, other.span, kind.what.clone());
    Some(moved(finding, service, &format!("the header {right}"), edits))
}

/// A kind that goes into a header of its own stands in another place.
fn own_place(facts: &Facts, known: &Known) -> Option<Finding> {
    let service = known.service;
    let (sent, kind, wanted) = facts.sent_credentials().into_iter().find_map(|sent| {
        let kind = service.kinds.iter().find(|kind| kind.is(sent.text))?;
        Some((sent, kind, kind.place.as_ref()?))
    })?;
    let Place::RequestHeader(index) = sent.place else { return None };
    let header = facts.request.headers.0.get(index)?;
    // A companion of the usual credential, alone in its place, is the wrong kind.
    let goes_beside = service.companions.iter().any(|companion| companion.header.eq_ignore_ascii_case(wanted));
    if facts.request.headers.has(wanted) || facts.basic.is_some() || goes_beside {
        return None;
    }
    // A beginning that only this vendor's tokens have says whose server it is meant for, wherever that runs.
    if known.by != KnownBy::Host && kind.prefix.as_ref().is_none_or(|prefix| prefix.len() < 4) {
        return None;
    }
    let strength =
        if known.decides() && known.by == KnownBy::Host && kind.prefix.is_some() { Strength::Contradiction } else { Strength::Likely };
    let message =
        format!("the credential is in {}, but {} reads this kind ({}) from the header {wanted}", header.name, service.name, kind.what);
    let edits = vec![Edit::RemoveHeader { index }, Edit::AddHeader { name: wanted.clone(), value: sent.text.into() }];
    let finding = Finding::suspect(strength, message).proof(sent.place, sent.span, kind.what.clone());
    Some(moved(finding, service, &format!("the header {wanted}"), edits))
}

/// A credential in the path without the word that goes before it: `/123:abc/getMe` for `/bot123:abc/getMe`.
fn before_in_path(facts: &Facts, known: &Known) -> Option<Finding> {
    let service = known.service;
    let before = service.header.first()?.strip_prefix("path:/")?;
    let url = facts.request.url.as_str();
    let path = url.split(['?', '#']).next()?;
    let text = path.split('/').skip(3).find(|part| service.kinds.iter().any(|kind| kind.is(part)))?;
    let at = path.find(text)?;
    if path.get(..at)?.ends_with(before) || !path.get(..at)?.ends_with('/') {
        return None;
    }
    let span = Span::new(at, at + text.len()).shifted(facts.request.method.len() + 1);
    let right = format!("{}{before}{}", url.get(..at)?, url.get(at..)?);
    Some(
        Finding::suspect(strength(known).max(Strength::Likely), format!("{before} is missing before the credential in the path"))
            .proof(Place::RequestLine, span, text)
            .context(source(service))
            .fixed_by(Fix::edit(format!("Write {before} before the credential"), vec![Edit::Url(right)])),
    )
}

/// A credential whose kind goes with a scheme stands in a header that has none.
fn token_among_keys(facts: &Facts, known: &Known) -> Option<Finding> {
    let service = known.service;
    if !facts.authorizations.is_empty() || !service.header.iter().any(|place| place.eq_ignore_ascii_case("authorization")) {
        return None;
    }
    // In the address a key is usual: there it is doubted only where the answer speaks of the credential itself.
    let is_of_credential = facts.documented_refusal().is_none_or(|found| found.refusal.means == "token-rejected");
    let is_looked_at = |other: &&OtherCredential| match other.carrier {
        Carrier::Header => true,
        Carrier::Query => is_of_credential,
        _ => false,
    };
    let (other, kind, scheme) = facts.others.iter().filter(is_looked_at).find_map(|other| {
        let kind = service.kinds.iter().find(|kind| kind.is(other.value.trim())).filter(|kind| kind.usage != Usage::Never)?;
        Some((other, kind, kind.scheme.as_deref().filter(|scheme| !scheme.is_empty())?))
    })?;
    // How it begins says what it is; that it has the right length is said of many things.
    let strength = if known.decides() && kind.prefix.is_some() { Strength::Contradiction } else { Strength::Likely };
    let message = format!("the credential is in {}, but {} reads this kind ({}) after {scheme}", other.name, service.name, kind.what);
    let value = under_scheme(scheme, other.value.trim());
    let removed = match other.place {
        Place::RequestHeader(index) => Edit::RemoveHeader { index },
        _ => Edit::Url(without_parameter(&facts.request.url, &other.name)),
    };
    let edits = vec![removed, Edit::AddHeader { name: "Authorization".into(), value }];
    let finding = Finding::suspect(strength, message).proof(other.place, other.span, kind.what.clone());
    Some(moved(finding, service, &format!("Authorization: {scheme}"), edits))
}

/// What stands after Bearer is no JWT, at a service that takes JWTs there and reads keys from a header of its own.
fn key_among_tokens(facts: &Facts, known: &Known) -> Option<Finding> {
    let service = known.service;
    let header =
        service.header.first().filter(|place| !place.contains(':') && *place != "path" && !place.eq_ignore_ascii_case("authorization"))?;
    service.jwt.as_ref()?;
    let a = facts.authorization().filter(|a| a.is("bearer") && !a.credential.is_empty() && facts.jwt().is_none())?;
    let (text, span) = a.core();
    let kind = service.kinds.iter().find(|kind| kind.is(text));
    let is_offered = facts.offered_schemes().iter().any(|scheme| scheme.eq_ignore_ascii_case("bearer"));
    if is_offered || facts.request.headers.has(header) || kind.is_some_and(|kind| kind.usage != Usage::Ok || kind.scheme.is_some()) {
        return None;
    }
    let edits = vec![Edit::RemoveHeader { index: a.index }, Edit::AddHeader { name: header.clone(), value: text.into() }];
    let message = format!("what follows Bearer is no JWT: {} reads keys from the header {header}", service.name);
    let finding = Finding::suspect(Strength::Likely, message).proof(a.place(), span, "the credential");
    Some(moved(finding, service, &format!("the header {header}"), edits))
}

/// A finding with the service's documentation and the edits that move the credential.
fn moved(finding: Finding, service: &Service, to: &str, edits: Vec<Edit>) -> Finding {
    finding.context(source(service)).fixed_by(Fix::edit(format!("Move the credential to {to}"), edits))
}
