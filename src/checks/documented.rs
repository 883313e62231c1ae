//! Lets an answer that the service's documentation explains count for the check that it means, even if that check finds
//! nothing by itself.

use super::check::Stage;
use super::facts::Facts;
use super::{Check, Family, Finding, Fix, Outcome, Strength};

/// The finding of a check, or what the documentation says if the check is open or rests on the credential's form. Findings from the request's bytes are kept.
pub fn complete(facts: &Facts, check: &Check, finding: Finding) -> Finding {
    // Without a token nothing can be wrong with it: what a signed address says of its end is about the signature.
    let has_subject = check.family != Family::Token || facts.token.is_some() || has_known_credential(facts);
    // What passes by its form alone gives way to the server's word; what a JWT says of itself does not.
    let is_of_clock = check.stage == Stage::Clock;
    let passes_by_form = finding.outcome == Outcome::Pass && (is_of_clock || check.family == Family::Token) && facts.jwt().is_none();
    let is_open = has_subject && (passes_by_form || matches!(finding.outcome, Outcome::Unknown | Outcome::NotApplicable));
    let documented =
        || facts.documented_refusal().filter(|found| found.speaks && found.refusal.means == check.id && !found.is_of_the_status());
    match documented() {
        Some(found) if is_open && check.stage != Stage::Residual && facts.is_refused() && facts.carries_credential() => {
            let service = facts.service().map_or("the service", |known| known.service.name.as_str());
            let quote = found.place.text(facts.exchange).and_then(|text| found.span.cut(&text).map(String::from)).unwrap_or_default();
            Finding::fail(Strength::Stated, format!("the documentation of {service} explains this answer: {}", meaning(check)))
                .proof(found.place, found.span, quote)
                .fixed_by(Fix::action(advice(check)))
        }
        _ => finding,
    }
}

/// Whether something outside `Authorization` is a credential of a kind that the service knows.
fn has_known_credential(facts: &Facts) -> bool {
    let Some(known) = facts.service() else { return false };
    facts.others.iter().any(|other| known.service.kinds.iter().any(|kind| kind.is(other.value.trim())))
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
