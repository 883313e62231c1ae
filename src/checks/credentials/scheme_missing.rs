//! `scheme-missing`

use super::of_service;
use super::scheme_malformed::malformation;
use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::authorization::{OtherName, is_quote, under_another_name};
use crate::checks::facts::words::Topic;
use crate::checks::intermediaries;
use crate::checks::services::{Known, KnownBy};
use crate::checks::signing::mismatch::is_hash;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::headers::Header;
use crate::domain::request::Edit;
use crate::domain::span::Span;

check! {
    /// Authorization has no scheme: no word such as `Bearer` before the credential.
    ///
    /// # What it looks at
    /// The first word of Authorization. A token or base64 text alone has no scheme.
    ///
    /// # Why a server answers 401 to it
    /// The form of the header is `Scheme credential`. Without `Bearer ` or `Basic ` the server cannot tell what the rest is.
    /// Most servers answer as if nothing had been sent.
    ///
    /// # How to prove it
    /// Put the scheme before the credential and send the request again.
    ///
    /// # How to fix it
    /// Write `Authorization: Bearer <token>`: the scheme, one space, the token.
    ///
    /// # Example
    /// `Authorization: eyJhbGciOi…`
    ///
    /// # References
    /// RFC 9110 section 11.4; RFC 6750 section 2.1.
    CHECK = "scheme-missing", Credentials,
    stage: Wrapping, topics: [HeaderForm, Scheme, Missing, TokenForm],
    run: missing
}

/// A credential without a scheme in a header of the service's own that takes one before it (`X-Authorization: Bearer …`).
fn in_own_header(facts: &Facts) -> Option<Finding> {
    let known = facts.service().filter(|known| known.by > KnownBy::Hint && facts.is_refused() && facts.answer.is_some())?;
    let schemes = known.service.schemes.as_deref()?;
    let scheme = schemes.first().filter(|_| schemes.iter().all(|scheme| !scheme.is_empty()))?;
    let is_own = |header: &Header| known.service.header.first().is_some_and(|place| header.is(place));
    // A header for keys takes the key alone; the schemes of a row are those of Authorization, by whatever name.
    let (index, header, _) =
        under_another_name(&facts.request.headers).find(|(_, header, name)| *name == OtherName::Own && is_own(header))?;
    let value = header.value.trim();
    if value.is_empty() || value.contains(char::is_whitespace) {
        return None;
    }
    let finding =
        Finding::suspect(Strength::Likely, format!("{} wants {scheme} before the credential in {}", known.service.name, header.name))
            .proof(Place::RequestHeader(index), Span::new(0, first_letters(&header.value)), "where the scheme should be")
            .context(of_service::source(known.service));
    let edit = Edit::HeaderValue { index, value: format!("{scheme} {value}") };
    Some(finding.fixed_by(Fix::edit(format!("Put {scheme} before the credential"), vec![edit])))
}

fn missing(facts: &Facts) -> Finding {
    let Some(a) = facts.authorization() else { return in_own_header(facts).unwrap_or_else(Finding::not_applicable) };
    if a.scheme.is_some() {
        return Finding::pass(format!("the scheme is {}", a.scheme.as_deref().unwrap_or_default()));
    }
    if a.credential.is_empty() || malformation(a).is_some() || a.value.trim_start().starts_with(is_quote) {
        return Finding::not_applicable();
    }
    if let Some(finding) = of_service::scheme_missing(facts) {
        return finding;
    }
    // Whatever a row is from, what it takes without a scheme is no mistake.
    let takes_none = |known: Known| {
        let is_known = known.by == KnownBy::Host || known.by > KnownBy::Hint && known.service.checked.decides();
        let is_joined = |form: &&String| form.ends_with([':', '=']) && a.credential.starts_with(form.as_str());
        known.service.schemes.iter().flatten().any(|form| form.is_empty() && is_known || is_joined(&form))
    };
    if let Some(known) = facts.service().filter(|known| takes_none(*known)) {
        return Finding::pass(format!("{} takes the credential without a scheme", known.service.name));
    }
    if facts.jwt().is_none() && facts.asks_for_bare_key().is_some() && facts.context.scheme.is_empty() {
        return Finding::pass("the answer asks for the key itself, without a scheme");
    }
    let scheme = if a.credential.ends_with('=') && !a.credential.contains('.') { "Basic" } else { "Bearer" };
    let offered = facts.offered_schemes();
    let scheme = offered
        .iter()
        .find(|s| ["bearer", "basic", "token"].contains(&s.to_ascii_lowercase().as_str()))
        .cloned()
        .unwrap_or_else(|| scheme.into());
    // Some APIs take a bare key in Authorization; without an answer nobody can know.
    let strength = match facts.answer {
        None => Strength::Plausible,
        // What the server says of a claim it has read in the token: it found the token without a scheme.
        Some(_) if facts.jwt().is_some() && facts.judges_a_claim() => Strength::Possible,
        // So is what it says of a token's life.
        Some(_) if facts.says_plainly(Topic::Expired) || facts.says_plainly(Topic::Revoked) => Strength::Possible,
        // `key=…`: some services have a form of their own.
        Some(_) if is_assigned(&a.credential) => Strength::Possible,
        // A hash by itself, where the answer speaks of a signature: that is what it is.
        Some(_) if facts.says(Topic::Signature) && is_hash(&a.credential) => Strength::Unlikely,
        // A gateway without such a route tries to read the header as a signature of its own: it says nothing of the scheme.
        Some(_) if intermediaries::TABLE.route(facts.body()).is_some() => Strength::Unlikely,
        // The same host has taken it like this.
        Some(_) if facts.accepted_before().any(|url| url.host_str() == facts.host()) => Strength::Unlikely,
        Some(_) if facts.jwt().is_some() || asks_for_scheme(facts) => Strength::Contradiction,
        // Whom the server refuses a right it may have seen.
        Some(_) if facts.status() == 403 => Strength::Plausible,
        Some(_) => Strength::Likely,
    };
    Finding::suspect(strength, format!("there is no scheme, such as {scheme:?}, before the credential"))
        .proof(
            a.place(),
            Span::new(a.credential_span.start, a.credential_span.start + first_letters(&a.credential)),
            "where the scheme should be",
        )
        .fixed_by(Fix::edit(
            format!("Put {scheme} before the credential"),
            vec![Edit::HeaderValue { index: a.index, value: format!("{scheme} {}", a.credential) }],
        ))
}

/// True for a name with a value behind `=`; base64 only ends in it.
fn is_assigned(credential: &str) -> bool {
    credential.split_once('=').is_some_and(|(name, value)| {
        !name.is_empty()
            && name.len() < 16
            && !value.trim_matches('=').is_empty()
            && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_')
    })
}

/// True when something else than the header itself says that the server looks for a scheme.
fn asks_for_scheme(facts: &Facts) -> bool {
    let topics = [Topic::Scheme, Topic::HeaderForm, Topic::Missing];
    !facts.offered_schemes().is_empty() || topics.into_iter().any(|topic| facts.says(topic))
}

fn first_letters(text: &str) -> usize {
    text.char_indices().nth(8).map_or(text.len(), |(i, _)| i)
}
