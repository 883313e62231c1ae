//! `request-signature-mismatch`

use url::Url;

use super::secret::{self, Verified};
use super::{aws, azure, clock, families, oauth1, parameters, query, quoted};
use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::form::{form, json_fields};
use crate::checks::facts::words::Topic;
use crate::checks::transit::arrival;
use crate::checks::{Finding, Place, Strength};
use crate::domain::headers::Header;
use crate::domain::signing::Signed;
use crate::domain::signing::encoding::from_base64;
use crate::domain::signing::field::{self, Field};
use crate::domain::span::Span;

check! {
    /// What was signed is not what was sent, or the signature no longer holds.
    ///
    /// # What it looks at
    /// Signed requests: AWS Signature Version 4 (header and presigned), Azure Shared Key and shared access signatures, OAuth
    /// 1.0a, Hawk, HTTP signatures, and the signature headers of exchanges and webhooks. It compares scope, date, signed
    /// headers and body hash with the request, and the text that a refusal quotes. With the secret as password it computes
    /// the signature again.
    ///
    /// # Why a server answers 401 to it
    /// The server builds the signed text again from what arrives. One other byte (a header that a proxy adds, a body that
    /// was changed, another region, a `+` in a query) gives another signature.
    ///
    /// # How to prove it
    /// Print the string that the client signs and compare it line by line with the one that the server quotes, or give the
    /// secret as the password: the line that differs is then named.
    ///
    /// # How to fix it
    /// Change the line that differs, sign as the last step before sending, and keep proxies from changing signed headers.
    ///
    /// # Example
    /// `Credential=AKIA…/20261123/us-east-1/s3/aws4_request` sent to `s3.eu-west-1.amazonaws.com`.
    ///
    /// # References
    /// AWS: Signature Version 4 signing process; Azure: Authorize with Shared Key; RFC 5849 section 3.4; RFC 9421.
    MISMATCH = "request-signature-mismatch", Credentials,
    stage: Signature, topics: [Signature], shares_topics: true,
    decided_by: [SigningSecret],
    run: look
}

fn look(facts: &Facts) -> Finding {
    let signed = facts.signed();
    let family = families::of(facts).filter(|_| signed.is_none());
    let is_of_query = || query::is_signed(facts) || query::link_key(facts).is_some() || query::is_refused_by_service(facts);
    if signed.is_none() && family.is_none() && !is_of_query() {
        return in_header(facts).or_else(|| in_body(facts)).or_else(|| in_query(facts)).unwrap_or_else(Finding::not_applicable);
    }
    let mut faults = match (signed, family) {
        (Some(Signed::Aws(signed)), _) => aws::faults(facts, signed),
        (Some(Signed::SharedKey(signed)), _) => azure::shared_key(facts, signed),
        (Some(Signed::Sas(signed)), _) => azure::sas(facts, signed),
        (Some(Signed::OAuth1(signed)), _) => oauth1::faults(facts, signed),
        (Some(Signed::Parameters(signed)), _) => parameters::faults(facts, signed),
        (None, Some(family)) => families::faults(facts, family),
        (None, None) => query::fault(facts).into_iter().collect(),
    };
    let verified = secret::verify(facts, signed);
    let is_verified = matches!(verified, Verified::Fits);
    if family.is_some() {
        faults.extend(clock::stale(facts));
    }
    faults.extend(signed.as_ref().and_then(|signed| quoted::fault(facts, signed)));
    if let Verified::Differs(finding) = verified {
        faults.push(*finding);
    }
    faults.extend(covered(signed).and_then(|headers| arrival::resigned(facts, &headers)));
    faults.extend(redirected(facts).filter(|_| !is_verified));
    faults.extend(stated(facts).filter(|_| !is_verified));
    // Of those that are as strong the first one counts: servers look in that order.
    let strongest = faults.iter().map(|fault| fault.strength).max();
    match faults.into_iter().find(|fault| Some(fault.strength) == strongest) {
        Some(fault) => fault,
        None if is_verified => secret::fits(),
        // Nothing else is there that the server could refuse.
        None if (signed.is_some() || family.is_some()) && facts.status() == 401 && facts.token.is_none() && facts.basic.is_none() => {
            refused(facts)
        }
        None => Finding::unknown("nothing contradicts the signature; whether it is right shows with the secret (give it as the password)"),
    }
}

/// Names of the headers that a signature is known to cover, besides method and path; `None` for one that may cover nothing of these.
fn covered(signed: Option<&Signed>) -> Option<Vec<&str>> {
    match signed? {
        Signed::Aws(signed) => Some(signed.signed_headers.iter().flat_map(|field| field.value.split(';')).collect()),
        Signed::SharedKey(_) | Signed::OAuth1(_) | Signed::Sas(_) => Some(Vec::new()),
        Signed::Parameters(_) => None,
    }
}

/// A keyed hash in a header that nobody described, by its name and its form, where the answer speaks of a signature.
fn in_header(facts: &Facts) -> Option<Finding> {
    let is_called = |name: &str| ["signature", "-sign", "-hmac"].iter().any(|end| name.to_ascii_lowercase().ends_with(end));
    // `AWS KEY:HASH`, Signature Version 2.
    let behind_key = |value: &str| value.rsplit_once(':').is_some_and(|(_, hash)| is_hash(hash));
    let is_signature = |header: &Header| {
        is_hash(&header.value) && (is_called(&header.name) || header.is("authorization"))
            || header.is("authorization") && behind_key(&header.value)
    };
    let (index, header) = facts.request.headers.iter().find(|(_, header)| is_signature(header))?;
    let finding = stated(facts).filter(|_| facts.token.is_none() || header.is("authorization"))?;
    Some(finding.proof(Place::RequestHeader(index), Some(Span::whole(&header.value)), header.name.clone()))
}

/// The same in a field of the body: `{"user": …, "mac": …}`.
fn in_body(facts: &Facts) -> Option<Finding> {
    let of_form = form(facts.request);
    let fields = if of_form.is_empty() { json_fields(&facts.request.body) } else { of_form };
    let is_called = |name: &str| ["mac", "hmac", "sign", "signature"].iter().any(|known| name.eq_ignore_ascii_case(known));
    let (name, _, span) = fields.into_iter().find(|(name, value, _)| is_called(name) && is_hash(value))?;
    let finding = stated(facts).filter(|_| facts.token.is_none())?;
    Some(finding.proof(Place::RequestBody, span, name))
}

/// The same among the parameters of the query: `?meetingID=…&checksum=…`.
pub(super) fn hash_in_query(facts: &Facts) -> Option<(String, Field)> {
    let names = ["mac", "hmac", "sign", "signature", "checksum"];
    let is_called =
        |name: &str| names.iter().any(|known| name.eq_ignore_ascii_case(known)) || name.to_ascii_lowercase().ends_with("-signature");
    field::query(facts.request).into_iter().find(|(name, field)| is_called(name) && is_hash(&field.value))
}

fn in_query(facts: &Facts) -> Option<Finding> {
    let (name, field) = hash_in_query(facts)?;
    let finding = stated(facts).filter(|_| facts.token.is_none())?;
    Some(finding.proof(super::place(field.part), field.span, name))
}

/// True for what has the length of a keyed hash, in hexadecimal digits or in base64.
pub fn is_hash(text: &str) -> bool {
    let text = text.trim().rsplit_once('=').filter(|(_, hash)| !hash.is_empty()).map_or(text.trim(), |(_, hash)| hash);
    [16, 20, 32, 64].iter().any(|bytes| text.len() == bytes * 2) && text.bytes().all(|b| b.is_ascii_hexdigit())
        || from_base64(text).is_some_and(|bytes| [20, 32, 64].contains(&bytes.len()))
}

/// A redirect after signing: the signature is for the first address.
fn redirected(facts: &Facts) -> Option<Finding> {
    let answer = facts.answer.filter(|_| facts.is_refused())?;
    let (url, status, location, strength) = match answer.hops.first() {
        Some(hop) => (&hop.url, hop.status, hop.location.as_str(), Strength::Likely),
        None => {
            // A request that was recorded behind a redirect may have been signed again.
            let before = facts.context.previous.last().filter(|before| (300..400).contains(&before.status))?;
            let location = before.location.as_deref().filter(|_| before.sent_authorization == Some(true))?;
            let target = Url::parse(&before.url).and_then(|url| url.join(location)).ok()?;
            let is_this = facts.url.as_ref() == Some(&target);
            (&before.url, before.status, is_this.then_some(location)?, Strength::Plausible)
        }
    };
    let message = format!("{url} redirected the signed request to {location}: a signature is for one address and method");
    let finding = Finding::fail(strength, message).context(format!("{url} answered {status} to {location}"));
    Some(finding.fixed_by(super::sign_again("Send it to the last address")))
}

/// A refusal of a request that nothing contradicts.
fn refused(facts: &Facts) -> Finding {
    let status = facts.status();
    Finding::fail(
        Strength::Plausible,
        "the signed request was refused, and nothing in it shows why: the secret or the signed text is another",
    )
    .proof(Place::ResponseStatus, None, status.to_string())
    .fixed_by(secret::compare_texts())
}

/// The answer says that the signature does not match, and nothing shows why.
fn stated(facts: &Facts) -> Option<Finding> {
    let word = facts.word(Topic::Signature).filter(|word| word.specific && facts.is_refused() && facts.jwt().is_none())?;
    let quote = facts.quote(word);
    let finding =
        Finding::fail(Strength::Stated, format!("the server computes another signature ({quote:?}), and what is sent does not show why"));
    let place: Place = word.place;
    Some(finding.proof(place, word.span, quote).fixed_by(secret::compare_texts()))
}
