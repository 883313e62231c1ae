//! `authorization-misspelled`

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::authorization::{OtherName, under_another_name};
use crate::checks::facts::other_credentials::is_key_header;
use crate::checks::facts::perhaps;
use crate::checks::facts::words::Topic;
use crate::checks::intermediaries::TABLE;
use crate::checks::remedy::{Remedy, server_of};
use crate::checks::services::KnownBy;
use crate::checks::transit::stripped;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::headers::Header;
use crate::domain::request::Edit;

check! {
    /// The credential is in a header with the wrong name.
    ///
    /// # What it looks at
    /// Header names that are nearly `Authorization` (`Authentication`, `Authorisation`, `X-Authorization`), others that hold a
    /// scheme with a credential, and names with an underscore, which nginx and other proxies drop.
    ///
    /// # Why a server answers 401 to it
    /// A server looks for the exact name. To the server, this request has no credential at all.
    ///
    /// # How to prove it
    /// Rename the header to `Authorization` and send the same request again.
    ///
    /// # How to fix it
    /// Name the header `Authorization`. In the name of an API-key header, use hyphens instead of underscores.
    ///
    /// # Example
    /// `Authentication: Bearer eyJ…` is answered as if no credential had been sent.
    ///
    /// # References
    /// RFC 9110 section 11.6.2; nginx: underscores_in_headers.
    MISSPELLED = "authorization-misspelled", Credentials,
    stage: Presence, topics: [Missing, ApiKey],
    run: look
}

fn look(facts: &Facts) -> Finding {
    let present = !facts.authorizations.is_empty();
    let lost = stripped::underscored_not_seen(facts).map(|(index, _)| index);
    let other =
        under_another_name(&facts.request.headers).find(|(_, header, name)| *name != OtherName::Unrelated || is_lonely(facts, header));
    let is_read = |name: &str| {
        facts
            .service()
            .is_some_and(|known| known.by > KnownBy::Hint && known.service.header.iter().any(|place| place.eq_ignore_ascii_case(name)))
    };
    let other = other.filter(|(_, header, _)| !is_read(&header.name));
    if let Some((i, h, name)) = other {
        let strength = match name {
            _ if present => Strength::Unlikely,
            OtherName::Misspelled => Strength::Contradiction,
            // Some servers read it.
            OtherName::Own | OtherName::Unrelated => Strength::Likely,
        };
        let who = if name == OtherName::Misspelled { "servers do not read" } else { "hardly any server reads" };
        return Finding::fail(
            strength,
            format!("the credential is in the header {:?}, which {who}; the right name is Authorization", h.name),
        )
        .proof(Place::RequestHeaderName(i), None, h.name.clone())
        .fixed_by(Fix::edit("Rename the header to Authorization", renamed(i, h)));
    }
    for (i, h) in facts.request.headers.iter() {
        if h.value.trim().is_empty() {
            continue;
        }
        // Underscores are legal in a name, but several proxies drop such headers by default.
        let is_lost = lost == Some(i);
        let expected = facts.context.header.iter().any(|e| h.is(e)) || is_lost;
        let is_key = || is_key_header(&h.name) || facts.others.is_empty() && perhaps::headers(facts.request).any(|(index, _)| index == i);
        if h.name.contains('_') && (expected || !present && is_key()) {
            let dropping = TABLE.named(server_of(facts)).find(|server| server.drops_underscores);
            // Of a name that the server asks for, another check says who dropped it. What is judged has arrived, unless a server that
            // drops such names is there: general words are said of nothing, too.
            let is_judged = facts.says(Topic::Token) && !facts.says(Topic::Missing) && !facts.says(Topic::ApiKey);
            let strength = match dropping {
                Some(_) if !is_lost => Strength::Contradiction,
                _ if is_judged => Strength::Unlikely,
                _ => Strength::Plausible,
            };
            let usual = dropping.or_else(|| TABLE.drops_underscores()).map_or("some", |server| server.name.as_str());
            return Finding::suspect(
                strength,
                format!("the header {:?} may never arrive: {usual} and other proxies drop names with an underscore", h.name),
            )
            .proof(Place::RequestHeaderName(i), None, h.name.clone())
            .fixed_by(
                Remedy::TakeUnderscores
                    .fix(facts, "Let the proxy accept underscores, or use a header name with hyphens if the API reads one"),
            );
        }
    }
    if present { Finding::pass("the header's name is Authorization") } else { Finding::not_applicable() }
}

/// True for the only header that may hold a credential, where nobody asks for it under that name and the answer judges none.
fn is_lonely(facts: &Facts, header: &Header) -> bool {
    let is_expected = facts.context.header.iter().any(|expected| header.is(expected));
    facts.authorizations.is_empty() && facts.others.is_empty() && !is_expected && !facts.says_plainly(Topic::Token)
}

/// The header under its right name; where the name was the scheme, with the scheme before the value.
fn renamed(index: usize, header: &Header) -> Vec<Edit> {
    let mut edits = vec![Edit::HeaderName { index, name: "Authorization".into() }];
    if header.is("bearer") && !header.value.trim().contains(' ') {
        edits.push(Edit::HeaderValue { index, value: format!("Bearer {}", header.value.trim()) });
    }
    edits
}
