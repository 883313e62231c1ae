//! Lets an answer that the service's documentation explains count for the check that it means, even if that check finds
//! nothing by itself.

use super::catalogue;
use super::check::Stage;
use super::facts::Facts;
use super::facts::service::DocumentedRefusal;
use super::facts::words::Topic;
use super::{Check, Evidence, Family, Finding, Fix, Outcome, Strength};
use crate::domain::span::Span;

/// The finding of a check, or what the documentation says where the check is open, rests on the credential's form or found less.
/// What the request's bytes prove is kept.
pub fn complete(facts: &Facts, check: &Check, finding: Finding) -> Finding {
    let Some(found) = facts.documented_refusal().filter(|found| facts.is_refused() && !found.is_of_the_status()) else { return finding };
    if found.refusal.means != check.id {
        return beside(facts, &found, check, finding);
    }
    if !may_be_meant(facts, check) || !is_open(facts, check, &finding, found.strength()) {
        return finding;
    }
    let quote = found.place.text(facts.exchange).and_then(|text| found.span.cut(&text).map(String::from)).unwrap_or_default();
    let proof = Evidence::at(found.place, found.span, quote.clone());
    if matches!(finding.outcome, Outcome::Fail | Outcome::Warn) {
        let evidence = std::iter::once(proof).chain(finding.evidence).collect();
        return Finding { outcome: Outcome::Fail, strength: found.strength(), evidence, ..finding };
    }
    let service = facts.service().map_or("the service", |known| known.service.name.as_str());
    let said = Finding::fail(found.strength(), format!("{}: so the documentation of {service} explains “{quote}”", meaning(check)));
    Finding { evidence: vec![proof], ..said.fixed_by(Fix::action(advice(check))) }
}

/// Whether the request has what the check is about. A row says what an answer means for a request with a credential; without one
/// it counts where it is about something else.
fn may_be_meant(facts: &Facts, check: &Check) -> bool {
    // Without a token nothing can be wrong with it: what a signed address says of its end is about the signature.
    let has_token = || facts.token.is_some() || !facts.others.is_empty() || has_known_credential(facts);
    let has_subject = check.family != Family::Token || has_token();
    check.stage != Stage::Residual && if facts.carries_credential() { has_subject } else { is_of_something_else(check) }
}

/// Whether a check is about the way there or the tenant: of these a server can speak without having seen a credential.
fn is_of_something_else(check: &Check) -> bool {
    check.stage == Stage::Way || check.topics.contains(&Topic::Tenant)
}

/// Whether the server's word counts more than what was found.
fn is_open(facts: &Facts, check: &Check, finding: &Finding, strength: Strength) -> bool {
    match finding.outcome {
        Outcome::Unknown | Outcome::NotApplicable => true,
        // What passes by its form gives way to the server's word; what a JWT says of itself, or the address, does not.
        // And that a credential is there is seen.
        Outcome::Pass if check.meaning().topic == Some(Topic::Missing) => false,
        Outcome::Pass => check.stage != Stage::Way && (check.family != Family::Token || facts.jwt().is_none()),
        // A token that was sent in a cookie was sent.
        Outcome::Fail | Outcome::Warn if check.meaning().topic == Some(Topic::Missing) && facts.token_in_cookie().is_some() => false,
        Outcome::Fail | Outcome::Warn => finding.strength < strength,
    }
}

/// Whether a credential of a kind that the service knows was sent, perhaps as one half of Basic.
fn has_known_credential(facts: &Facts) -> bool {
    let Some(known) = facts.service() else { return false };
    facts.sent_credentials().iter().any(|sent| known.service.kinds.iter().any(|kind| kind.is(sent.text)))
}

/// What is found besides the fault that the service names. A general reading of the same words gives way, and a service that
/// names a fault which needs no credential does not refuse the request for having none.
fn beside(facts: &Facts, found: &DocumentedRefusal, check: &Check, mut finding: Finding) -> Finding {
    let Some(named) = catalogue::find(&found.refusal.means).filter(|named| may_be_meant(facts, named)) else { return finding };
    let reads_the_same = || finding.evidence.iter().any(|evidence| evidence.place == found.place && overlaps(evidence.span, found.span));
    let is_absence = check.stage == Stage::Presence && !facts.carries_credential() && is_of_something_else(named);
    let has_its_topic = named.meaning().topic.is_some_and(|topic| check.topics.first() == Some(&topic));
    // To name a fault in what the credential may do, the service must have found all of it.
    let is_of_rights = matches!(named.stage, Stage::Scope | Stage::Elsewhere);
    let is_part = is_of_rights && check.topics.first() == Some(&Topic::Missing) && facts.carries_credential();
    if is_absence || finding.strength < Strength::Contradiction && found.speaks() && (is_part || has_its_topic || reads_the_same()) {
        finding.strength = finding.strength.min(Strength::Possible);
    }
    finding
}

fn overlaps(span: Option<Span>, other: Span) -> bool {
    span.is_some_and(|span| span.start < other.end && other.start < span.end)
}

/// The summary of a check as the end of a sentence.
fn meaning(check: &Check) -> String {
    let summary = check.summary().trim_end_matches('.');
    let (first, rest) = summary.split_at(summary.chars().next().map_or(0, char::len_utf8));
    // An abbreviation keeps its capitals.
    let is_word = rest.chars().next().is_none_or(|second| !second.is_uppercase());
    if is_word { format!("{}{rest}", first.to_lowercase()) } else { summary.to_string() }
}

/// The first sentence of how to fix it.
fn advice(check: &Check) -> String {
    let section = check.doc.split_once("# How to fix it").map_or("", |(_, section)| section);
    let text: Vec<&str> = section.lines().map(str::trim).skip(1).take_while(|line| !line.starts_with('#')).collect();
    let text = text.join(" ");
    text.split(". ").next().unwrap_or_default().trim().trim_end_matches('.').to_string()
}
