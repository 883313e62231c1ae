//! A request for one vendor's model at another vendor's host.

use crate::checks::facts::Facts;
use crate::checks::services::schema::{Service, Usage};
use crate::checks::services::{self, KnownBy};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::json::Object;
use crate::domain::limits::MAX_FIELDS;

/// Many vendors speak one protocol, and clients for it have a host of their own from the start. The model says which vendor is
/// meant; where the credential is that vendor's too, the host is what is wrong, and not the credential.
pub fn of_another_vendor(facts: &Facts) -> Option<Finding> {
    let known = facts.service().filter(|known| known.by == KnownBy::Host && known.decides())?;
    let here = known.service;
    if here.models.is_empty() || !facts.is_refused() || facts.answer.is_none() || !matches!(facts.status(), 400 | 401 | 403) {
        return None;
    }
    let body = facts.request.body.as_str();
    let object = (body.len() <= MAX_FIELDS && body.trim_start().starts_with('{')).then(|| Object::read(body))?;
    let member = object.member("model")?;
    let model = member.value.as_str()?;
    if here.models.iter().any(|prefix| model.starts_with(prefix.as_str())) {
        return None;
    }
    let mut meant = services::of_model(model);
    let there = meant.next()?;
    let host = there.hosts.iter().find(|host| !host.contains('*'))?;
    let sent = facts.sent_credentials().into_iter().next()?;
    let is_theirs = belongs(sent.text, there, here);
    // This vendor's own key: the model would be refused after it.
    if belongs(sent.text, here, there) {
        return None;
    }
    // Whoever may be meant as well makes it a guess.
    let strength = match meant.next() {
        None if is_theirs => Strength::Contradiction,
        None => Strength::Likely,
        Some(_) => Strength::Possible,
    };
    let whose = if is_theirs { " and the credential are" } else { " is" };
    let message = format!("the model ({model}){whose} of {}, but the request went to {}", there.name, facts.host().unwrap_or_default());
    let finding = Finding::suspect(strength, message)
        .proof(Place::RequestLine, facts.host().and_then(|host| facts.host_span(host)), facts.host().unwrap_or_default())
        .proof(Place::RequestBody, member.value_span, model)
        .proof(sent.place, sent.span, "the credential");
    let finding = there.docs.iter().fold(finding, |finding, docs| finding.context(format!("{}: {docs}", there.name)));
    Some(finding.fixed_by(Fix::action(format!("Set the client's base address to that of {} ({host})", there.name))))
}

/// True for a credential of a kind that one service issues, and that the other does not take.
fn belongs(text: &str, own: &Service, other: &Service) -> bool {
    let kind = |service: &'_ Service| service.kinds.iter().find(|kind| kind.is(text)).map(|kind| kind.usage);
    kind(own).is_some_and(|usage| usage != Usage::Never) && kind(other).is_none_or(|usage| usage == Usage::Never)
}
