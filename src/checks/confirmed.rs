//! Whether a refusal of a credential that looks right is the whole story.
//!
//! Most services have one answer for every credential that they do not take: a wrong one, one of another region, of another kind,
//! or one in the wrong place. That such a credential "was refused" is a verdict only when these others are ruled out.

use super::facts::Facts;
use super::facts::authorization::Authorization;
use super::facts::other_credentials::Carrier;
use super::facts::words::Topic;
use super::services::schema::{NameForm, Service, Usage};
use super::services::{Known, KnownBy};
use crate::domain::exchange::Exchange;
use crate::domain::limits::MAX_FIELDS;
use crate::domain::request::Request;
use crate::domain::response::Response;

/// True when the answer itself says that the credential is void, or when all that could be wrong with it but its value is
/// confirmed: its place, its scheme, and at a well-known service its kind, its environment and the user name that goes with it.
pub fn is_void_by_all_signs(facts: &Facts) -> bool {
    if facts.is_known_good() || lists_permission(facts) {
        return false;
    }
    let is_inactive = facts.introspection().is_some_and(|said| !said.is_active);
    if is_inactive || facts.says_plainly(Topic::Revoked) || was_accepted_before(facts) {
        return true;
    }
    match facts.service() {
        Some(known) if known.by == KnownBy::Host => {
            known.decides() && fits(facts, known.service) && !is_in_legacy_place(facts, known.service)
        }
        Some(known) if is_among_several_places(facts, known.service) => false,
        known => is_what_the_server_asks_for(facts) && !is_half_empty(facts) && !is_open(facts, known),
    }
}

/// True for an answer that has one sentence for a void credential and for one that may not do this: "is invalid, has expired, or does
/// not have permission".
fn lists_permission(facts: &Facts) -> bool {
    const LONGEST: usize = 400;
    let lists = |sentence: &str| {
        let has = |words: &[&str]| words.iter().any(|word| sentence.contains(word));
        sentence.len() < LONGEST
            && has(&[" or "])
            && has(&["invalid", "expired", "revoked"])
            && has(&["permission", "not authorized to", "access to"])
    };
    facts.body().len() <= MAX_FIELDS && facts.lower_body().split(['.', '{', '}', '>', '\n']).any(lists)
}

/// True when an earlier request of the file went to the same address with the same credential, and was accepted.
fn was_accepted_before(facts: &Facts) -> bool {
    let Some(siblings) = facts.siblings else { return false };
    let sent = |request: &Request| {
        let header = request.headers.all("authorization").next();
        header.map(|(_, h)| h.value.clone())
    };
    let is_accepted = |exchange: &Exchange| exchange.answer.as_ref().is_some_and(Response::is_success);
    let now = sent(facts.request);
    now.is_some()
        && siblings
            .same_address(facts.request)
            .0
            .into_iter()
            .any(|before| is_accepted(before.exchange) && sent(&before.exchange.request) == now)
}

/// Nothing is known of the server but what it says: it offers this scheme, or speaks of a credential of this kind.
fn is_what_the_server_asks_for(facts: &Facts) -> bool {
    let is_offered = |a: &Authorization| facts.offered_schemes().iter().any(|offered| a.is(offered));
    let is_key_wanted = || {
        let names_keys = facts.offered_schemes().iter().any(|scheme| scheme.eq_ignore_ascii_case("apikey"));
        let is_expected = |name: &str| facts.context.header.iter().any(|header| header.eq_ignore_ascii_case(name));
        facts.others.iter().any(|other| other.carrier == Carrier::Header && (names_keys || is_expected(&other.name)))
    };
    // Words on user and password are about a password: a hash or a key in a parameter is more than one of them.
    let judges_password = || facts.says(Topic::Password) && (facts.basic.is_some() || facts.log_in().is_some());
    facts.authorization().is_some_and(is_offered) || is_key_wanted() || facts.says(Topic::Token) || judges_password()
}

/// Where a line of configuration is at hand, or the server may be a service whose kinds this credential is not one of, the reason is
/// elsewhere more often than in the credential: of people's requests that no rule had seen, one in six such verdicts was right. Plain
/// words on user and password are said by whoever read them.
fn is_open(facts: &Facts, known: Option<Known>) -> bool {
    let is_read = || facts.basic.is_some() && facts.says_plainly(Topic::Password);
    let is_another_kind = |known: Known| known.by != KnownBy::Hint && !fits(facts, known.service);
    facts.context.config.is_some() || known.is_some_and(is_another_kind) && !is_read()
}

/// True for a credential in a place that the service reads by a setting, or from older clients, alone.
fn is_in_legacy_place(facts: &Facts, service: &Service) -> bool {
    let is_there = |place: &String| match place.split_once(':') {
        Some(("query", name)) => facts.query(name).is_some(),
        Some(_) => false,
        None => facts.request.headers.has(place),
    };
    facts.authorizations.is_empty() && service.legacy.iter().any(is_there)
}

/// True for a credential that shows no kind, in a header that the service has for one kind alone, beside others.
fn is_among_several_places(facts: &Facts, service: &Service) -> bool {
    let is_for_one = |name: &str| {
        let mut kinds = service.kinds.iter();
        kinds.any(|kind| kind.place.as_deref().is_some_and(|place| place.eq_ignore_ascii_case(name)))
    };
    let shows_kind = |text: &str| service.kinds.iter().any(|kind| kind.is(text));
    facts.others.iter().any(|other| other.carrier == Carrier::Header && is_for_one(&other.name) && !shows_kind(&other.value))
}

/// A user without a password, or a password without a user, is rarely meant, unless one says so.
fn is_half_empty(facts: &Facts) -> bool {
    let log_in = facts.basic.as_ref().and_then(|basic| basic.text());
    log_in.is_some_and(|(user, password)| (user.is_empty() || password.is_empty()) && !facts.is_meant(user, password))
}

/// True when the service's row knows the credential's kind, and has it as one for this service, this scheme and this address.
fn fits(facts: &Facts, service: &Service) -> bool {
    let a = facts.authorization();
    let of_kind = facts.sent_credentials().into_iter().find_map(|sent| {
        let kind = service.kinds.iter().find(|kind| kind.is(sent.text))?;
        Some((sent, kind))
    });
    let Some((sent, kind)) = of_kind.filter(|(_, kind)| kind.usage == Usage::Ok) else { return false };
    let scheme_fits =
        kind.scheme.as_deref().is_none_or(|scheme| a.is_some_and(|a| a.scheme.as_deref().unwrap_or_default().eq_ignore_ascii_case(scheme)));
    let is_of_this_place = match service.environments.as_slice() {
        [] | [_] => true,
        several => several.iter().any(|environment| {
            let is_here = environment.hosts.is_empty() || facts.url.as_ref().is_some_and(|url| environment.has_host(url));
            is_here && environment.prefixes.iter().any(|prefix| sent.text.starts_with(prefix.as_str()))
        }),
    };
    scheme_fits && is_of_this_place && user_fits(facts, service)
}

/// With Basic the user name counts too. Only where the service has fixed names, or takes the token as one, can it be told.
fn user_fits(facts: &Facts, service: &Service) -> bool {
    let Some((user, _)) = facts.basic.as_ref().and_then(|basic| basic.text()) else { return true };
    service.username.as_ref().is_some_and(|name| match name.form {
        NameForm::Fixed => name.values().any(|value| value == user),
        NameForm::Token => service.kinds.iter().any(|kind| kind.is(user)),
        _ => false,
    })
}
