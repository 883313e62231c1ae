//! Hawk, `Signature keyId=…`, `HMAC-SHA256 Credential=…` and RFC 9421: the parameters, the headers that they cover, the body.

use super::{clock, form, proved, sign_again, whole_body};
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Finding, Place, Strength};
use crate::domain::signing::encoding::{base64, from_base64, sha256};
use crate::domain::signing::field::{Field, header};
use crate::domain::signing::parameters::{Parameters, Scheme};
use crate::domain::time;

/// Everything that is wrong with a signature.
pub(super) fn faults(facts: &Facts, signed: &Parameters) -> Vec<Finding> {
    let looks: [fn(&Facts, &Parameters) -> Option<Finding>; 6] = [parts, moment, covered, body, life, written];
    looks.iter().filter_map(|look| look(facts, signed)).collect()
}

fn fail(message: String, field: &Field) -> Finding {
    proved(Finding::fail(Strength::Contradiction, message), field, field.raw.clone())
}

fn parts(_: &Facts, signed: &Parameters) -> Option<Finding> {
    let needed: &[&str] = match signed.scheme {
        Scheme::Hawk => &["id", "ts", "nonce", "mac"],
        Scheme::Azure => &["Credential", "SignedHeaders", "Signature"],
        Scheme::Draft => &["signature"],
        Scheme::Message => &["signature"],
    };
    let missing = needed.iter().find(|name| signed.get(name).is_none())?;
    let message = match signed.scheme {
        Scheme::Message => "Signature-Input names a signature that no Signature header carries".to_string(),
        _ => format!("the parameter {missing} is not there"),
    };
    let finding = Finding::fail(Strength::Contradiction, message).proof(Place::RequestHeader(signed.header), None, "the parameters");
    Some(finding.fixed_by(sign_again(&format!("Add {missing}"))))
}

/// Hawk counts in seconds.
fn moment(_: &Facts, signed: &Parameters) -> Option<Finding> {
    let field = signed.get("ts").filter(|field| signed.scheme == Scheme::Hawk && field.value.len() == 13)?;
    Some(
        fail(format!("ts {} is in milliseconds, and seconds are due", field.value), field)
            .fixed_by(sign_again("Write the seconds since 1970")),
    )
}

/// A header that is signed and not sent.
fn covered(facts: &Facts, signed: &Parameters) -> Option<Finding> {
    const OF_THE_CLIENT: [&str; 4] = ["host", "content-length", "user-agent", "accept"];
    let is_missing = |name: &str| !facts.request.headers.has(name) && !OF_THE_CLIENT.contains(&name) && !facts.may_lack_credentials();
    // Quoted names of RFC 9421 may carry parameters.
    let (name, span) =
        signed.signed().into_iter().find(|(name, _)| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && is_missing(name))?;
    let message = format!("the header {name} was signed and is not sent: it was removed after signing, or never set");
    let finding = Finding::fail(Strength::Contradiction, message).proof(Place::RequestHeader(signed.header), span, name.clone());
    Some(finding.fixed_by(sign_again(&format!("Send the header {name}"))))
}

/// A digest of another body than the one that is sent.
fn body(facts: &Facts, _: &Parameters) -> Option<Finding> {
    let sent = base64(&sha256(whole_body(facts)?.as_bytes()));
    let marks = [("digest", "SHA-256=", ""), ("content-digest", "sha-256=:", ":"), ("x-ms-content-sha256", "", "")];
    marks.into_iter().find_map(|(name, before, after)| {
        let field = header(facts.request, name)?;
        let at = field.value.to_ascii_lowercase().find(&before.to_ascii_lowercase())? + before.len();
        let rest = field.value.get(at..)?;
        let named = if after.is_empty() { rest.split([',', ' ']).next()? } else { rest.split_once(after)?.0 };
        if named == sent || from_base64(named).is_none_or(|bytes| bytes.len() != 32) {
            return None;
        }
        let message = format!("{name} is signed as {named}, and the body that is sent has {sent}");
        Some(fail(message, &field).fixed_by(sign_again("Hash the body that is sent")))
    })
}

fn life(facts: &Facts, signed: &Parameters) -> Option<Finding> {
    if ended(facts, signed).is_some() { None } else { clock::stale(facts) }
}

/// It has ended.
pub(super) fn ended(facts: &Facts, signed: &Parameters) -> Option<Finding> {
    let field = signed.get("expires").filter(|_| facts.standing != Standing::Accepted)?;
    let (end, now) = (time::from_seconds(field.value.parse().ok()?)?, clock::server_clock(facts)?);
    let message = format!("the signature ended {} ago", time::human(time::seconds_between(end, now)));
    (end <= now).then(|| fail(message, field).fixed_by(sign_again("Choose a later end")))
}

fn written(facts: &Facts, signed: &Parameters) -> Option<Finding> {
    let is_hmac = match signed.scheme {
        Scheme::Hawk | Scheme::Azure => true,
        Scheme::Draft => signed.get("algorithm").is_some_and(|field| field.value.eq_ignore_ascii_case("hmac-sha256")),
        Scheme::Message => signed.get("alg").is_some_and(|field| field.value == "hmac-sha256"),
    };
    let field = signed.signature().filter(|_| is_hmac)?;
    form::fault(facts, "the signature", field, form::Due::Base64, 32)
}
