//! OAuth 1.0a: the parameters, the moment, and how the signature is written.

use super::{clock, form, proved, sign_again};
use crate::checks::facts::Facts;
use crate::checks::{Finding, Fix, Strength};
use crate::domain::signing::field::Field;
use crate::domain::signing::oauth1::OAuth1;

/// Everything that is wrong with a signature.
pub(super) fn faults(facts: &Facts, signed: &OAuth1) -> Vec<Finding> {
    let looks: [fn(&Facts, &OAuth1) -> Option<Finding>; 5] = [parts, twice, time, |facts, _| clock::stale(facts), written];
    looks.iter().filter_map(|look| look(facts, signed)).collect()
}

fn fail(message: String, field: &Field) -> Finding {
    proved(Finding::fail(Strength::Contradiction, message), field, field.raw.clone())
}

fn is_plain(signed: &OAuth1) -> bool {
    signed.get("oauth_signature_method").is_some_and(|method| method.value.eq_ignore_ascii_case("PLAINTEXT"))
}

fn parts(_: &Facts, signed: &OAuth1) -> Option<Finding> {
    let all = ["oauth_consumer_key", "oauth_signature_method", "oauth_signature", "oauth_timestamp", "oauth_nonce"];
    // Without a keyed hash nothing can be replayed, and the last two may be left out.
    let needed = if is_plain(signed) { &all[..3] } else { &all[..] };
    let missing = needed.iter().find(|name| signed.get(name).is_none())?;
    let (_, other) = signed.fields.first()?;
    Some(fail(format!("the parameter {missing} is missing"), other).fixed_by(sign_again(&format!("Add {missing}"))))
}

/// A parameter that is there twice: the base string has both, and servers keep one.
fn twice(_: &Facts, signed: &OAuth1) -> Option<Finding> {
    let is_again = |at: usize, name: &str| signed.fields.iter().take(at).any(|(other, _)| other == name);
    let (_, (name, field)) = signed.fields.iter().enumerate().find(|(at, (name, _))| is_again(*at, name))?;
    Some(fail(format!("the parameter {name} is there twice"), field).fixed_by(sign_again(&format!("Send {name} once"))))
}

/// A moment in another unit.
fn time(_: &Facts, signed: &OAuth1) -> Option<Finding> {
    let field = signed.get("oauth_timestamp")?;
    let text = field.value.as_str();
    let message = if text.bytes().any(|b| !b.is_ascii_digit()) || text.is_empty() {
        format!("oauth_timestamp {text:?} is no number of seconds since 1970")
    } else if text.len() == 13 {
        format!("oauth_timestamp {text} is in milliseconds, and seconds are due")
    } else {
        return None;
    };
    Some(fail(message, field).fixed_by(sign_again("Write the seconds since 1970")))
}

fn written(facts: &Facts, signed: &OAuth1) -> Option<Finding> {
    let field = signed.get("oauth_signature")?;
    if is_plain(signed) {
        if field.value.contains('&') {
            return None;
        }
        let message = "a PLAINTEXT signature is both secrets with an & between them, and there is none";
        let finding = proved(Finding::fail(Strength::Contradiction, message), field, "the signature");
        return Some(finding.fixed_by(Fix::action("Write the consumer's secret, an encoded &, and the token's secret")));
    }
    form::fault(facts, "oauth_signature", field, form::Due::Base64, signed.mac()?.size())
}
