//! `signature=…` as a parameter of the address, as exchanges have it: what is signed is what stands before it.

use super::{clock, proved, sign_again};
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::services::KnownBy;
use crate::checks::services::schema::Signing;
use crate::checks::{Finding, Place, Strength};
use crate::domain::signing::field;
use crate::domain::time;

/// The parameter.
const SIGNATURE: &str = "signature";

/// True for a request that is signed in its address, by the moment that goes with the signature.
pub(super) fn is_signed(facts: &Facts) -> bool {
    facts.query(SIGNATURE).is_some() && ["timestamp", "nonce", "recvWindow"].iter().any(|name| facts.query(name).is_some())
}

/// The names of the key's id in links that are signed for some time: of Amazon S3 (Signature Version 2) and CloudFront, Google Cloud
/// Storage, and Alibaba OSS.
const LINK_KEYS: [&str; 4] = ["AWSAccessKeyId", "Key-Pair-Id", "GoogleAccessId", "OSSAccessKeyId"];

/// The name of the parameter with the key's id, in a link that is signed.
pub(super) fn link_key(facts: &Facts) -> Option<&'static str> {
    let has_limit = || ["Expires", "Policy"].iter().any(|name| facts.query(name).is_some());
    LINK_KEYS.into_iter().find(|name| facts.query(name).is_some()).filter(|_| facts.query("Signature").is_some() && has_limit())
}

/// A link that was signed for some time, which is over.
pub(super) fn ended(facts: &Facts) -> Option<Finding> {
    // Whoever says that the signature does not fit has looked at that first.
    link_key(facts).filter(|_| facts.is_refused() && facts.answer.is_some() && !facts.says_plainly(Topic::Signature))?;
    let (_, field) = field::query(facts.request).into_iter().find(|(name, _)| name == "Expires")?;
    let (end, now) = (time::from_seconds(field.value.parse().ok()?)?, clock::server_clock(facts)?);
    let message = format!("the link was signed until {} ago", time::human(time::seconds_between(end, now)));
    let finding = proved(Finding::fail(Strength::Contradiction, message), &field, format!("Expires {}", time::short(end)));
    (end <= now).then(|| finding.fixed_by(sign_again("Choose a later end")))
}

/// True for a service that reads a keyed hash, as its row says, and has said that this one does not fit.
pub(super) fn is_refused_by_service(facts: &Facts) -> bool {
    let signs = facts.service().filter(|known| known.by == KnownBy::Host).and_then(|known| known.service.signs_requests);
    signs == Some(Signing::Hmac) && facts.documented_refusal().is_some_and(|found| found.refusal.means == "request-signature-mismatch")
}

/// Parameters behind the signature: they were added after signing.
pub(super) fn fault(facts: &Facts) -> Option<Finding> {
    if !is_signed(facts) || !facts.is_refused() || facts.answer.is_none() {
        return None;
    }
    let query = field::query(facts.request);
    let at = query.iter().position(|(name, _)| name == SIGNATURE)?;
    let (next, field) = query.get(at + 1)?;
    let is_of_service = facts.service().is_some_and(|known| {
        known.by == KnownBy::Host && known.service.companions.iter().any(|companion| companion.header == "query:signature")
    });
    let strength = match (is_of_service, facts.says_plainly(Topic::Signature)) {
        (true, true) => Strength::Contradiction,
        (false, true) => Strength::Stated,
        (true, false) => Strength::Likely,
        // Some services sort the parameters before they sign.
        (false, false) => return None,
    };
    let names: Vec<&str> = query.iter().skip(at + 1).map(|(name, _)| name.as_str()).collect();
    let message = format!("{} follows the signature in the query: what was added after signing is not signed", names.join(", "));
    let finding =
        Finding::fail(strength, message).proof(Place::RequestLine, Some(field.span).filter(|span| !span.is_empty()), next.clone());
    Some(finding.fixed_by(sign_again("Put every parameter before the signature")))
}
