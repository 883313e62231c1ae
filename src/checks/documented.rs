//! An answer that the service's documentation explains counts for the check that it means, also where that check finds
//! nothing by itself.

use super::check::Stage;
use super::facts::Facts;
use super::{Check, Family, Finding, Fix, Outcome, Strength};

/// What a check found, or else what the documentation says of it. What a check has seen in the request's bytes stays.
pub fn complete(facts: &Facts, check: &Check, finding: Finding) -> Finding {
    // Without a token nothing can be wrong with it: what a signed address says of its end is about the signature.
    let has_subject = check.family != Family::Token || facts.token.is_some();
    let is_open = has_subject && matches!(finding.outcome, Outcome::Unknown | Outcome::NotApplicable);
    let documented =
        || facts.documented_refusal().filter(|found| found.decides && found.refusal.means == check.id && !found.is_of_the_status());
    match documented() {
        Some(found) if is_open && check.stage != Stage::Residual && facts.is_refused() && facts.carries_credential() => {
            let service = facts.service().map_or("the service", |known| known.service.name.as_str());
            let quote = found.place.text(facts.exchange).and_then(|text| found.span.cut(&text).map(String::from)).unwrap_or_default();
            let summary = check.summary().trim_end_matches('.');
            Finding::fail(Strength::Stated, format!("{service} answers so to this fault: {summary}"))
                .proof(found.place, found.span, quote)
                .fixed_by(Fix::action(advice(check)))
        }
        _ => finding,
    }
}

/// The first sentence of how to fix it.
fn advice(check: &Check) -> String {
    let section = check.doc.split_once("# How to fix it").map_or("", |(_, section)| section);
    let text: Vec<&str> = section.lines().map(str::trim).skip(1).take_while(|line| !line.starts_with('#')).collect();
    let text = text.join(" ");
    text.split(". ").next().unwrap_or_default().trim().trim_end_matches('.').to_string()
}
