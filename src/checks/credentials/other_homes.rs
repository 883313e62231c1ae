//! Where else a credential is at home, by what is known besides the request and by what is written in it.

use url::Url;

use super::modes;
use super::vendor_hosts::is_other_site;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::site::registrable_domain;
use crate::domain::span::Span;
use crate::domain::token::macaroon;

/// What an earlier request or the credential itself shows.
pub fn shown(facts: &Facts, url: &Url) -> Option<Finding> {
    let is_refused = matches!(facts.status(), 401 | 403) && facts.answer.is_some() && facts.is_refused();
    let of_parameter = of_parameter(facts, url).filter(|_| is_refused);
    of_parameter.or_else(|| of_location(facts, url)).or_else(|| issued_elsewhere(facts, url).filter(|_| is_refused))
}

/// What an earlier request makes likely, where nothing is known of the service.
pub fn perhaps(facts: &Facts, url: &Url) -> Option<Finding> {
    accepted_at_another_site(facts, url).or_else(|| below_another(facts, url))
}

/// True for a refusal that gives no reason, or says only that the credential is unknown.
pub fn is_plain(facts: &Facts) -> bool {
    !facts.words.iter().any(|word| word.specific && !matches!(word.topic, Topic::Token | Topic::Environment))
}

pub fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default()
}

/// The same request with another place in a parameter was accepted with the credential: `?dc=dc1`, and `?dc=dc2` is refused.
fn of_parameter(facts: &Facts, url: &Url) -> Option<Finding> {
    const PLACES: [&str; 10] = ["dc", "datacenter", "region", "zone", "cluster", "site", "env", "environment", "stage", "location"];
    let pairs = |url: &Url| url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect::<Vec<_>>();
    let here = pairs(url);
    let accepted = || facts.accepted_before().filter(|before| before.origin() == url.origin() && before.path() == url.path());
    let (name, value, there) = accepted().find_map(|before| {
        let there = pairs(&before);
        let mut differing = here.iter().zip(&there).filter(|(here, there)| here != there);
        let ((name, value), (other, before)) = differing.next().filter(|_| here.len() == there.len())?;
        let is_place = name == other && PLACES.contains(&name.to_ascii_lowercase().as_str());
        (is_place && differing.next().is_none()).then(|| (name.clone(), value.clone(), before.clone()))
    })?;
    let message = format!(
        "the same request was accepted with {name}={there}, and is refused with {name}={value}: credentials of one are unknown to the other"
    );
    let parameter = format!("{name}={value}");
    let span = Span::of(&facts.request.url, &parameter).map(|span| span.shifted(facts.request.method.len() + 1));
    Some(
        Finding::fail(Strength::Likely, message)
            .proof(Place::RequestLine, span, parameter)
            .context(format!("accepted before with {name}={there}"))
            .fixed_by(Fix::action(format!("Use a credential of {value}, or one that holds in both"))),
    )
}

/// Another server that hands the same calls on below a path of its own accepted the credential: it may be known to that one alone.
fn below_another(facts: &Facts, url: &Url) -> Option<Finding> {
    const LONG: usize = 8;
    let is_open = facts.status() == 401 && facts.answer.is_some() && is_plain(facts) && url.path().len() >= LONG;
    let is_above = |before: &Url| {
        before.host_str() != url.host_str() && before.path().strip_suffix(url.path()).is_some_and(|prefix| !prefix.is_empty())
    };
    let there = facts.accepted_before().find(is_above).filter(|_| is_open)?;
    let message = format!(
        "{} accepted the credential for the same call and {} does not: it may be good at the first one only",
        host(&there),
        host(url)
    );
    Some(
        Finding::suspect(Strength::Plausible, message)
            .proof(Place::RequestLine, facts.host_span(host(url)), format!("the host {}", host(url)))
            .context(format!("accepted before: {there}"))
            .fixed_by(Fix::action(format!("Send it by way of {}, or use a credential that {} knows", host(&there), host(url)))),
    )
}

/// A macaroon names the place that made it, and the request went to another one.
fn of_location(facts: &Facts, url: &Url) -> Option<Finding> {
    let is_refused = facts.is_refused() && facts.answer.is_some();
    let (place, location, sent) = facts.sent_credentials().into_iter().filter(|_| is_refused).find_map(|sent| {
        let location = macaroon::location(sent.text)?;
        Some((sent.place, location, sent.span))
    })?;
    let named = location.split_once("://").map_or(location.as_str(), |(_, rest)| rest).split(['/', ':']).next()?.to_ascii_lowercase();
    let here = host(url);
    // One of the hosts below the place may be its API; a place of its own is known by its last two labels and another first one.
    let is_apart = named.contains('.') && here.contains('.') && named != here && registrable_domain(&named) == registrable_domain(here);
    let is_instance = here.strip_suffix(&named).and_then(|rest| rest.strip_suffix('.')).is_none_or(|label| modes::of_name(label).is_some());
    (is_apart && is_instance).then(|| {
        Finding::fail(Strength::Contradiction, format!("the token was made by {named}, as is written in it, and was sent to {here}"))
            .proof(place, sent, format!("location {named}"))
            .proof(Place::RequestLine, facts.host_span(here), format!("the host {here}"))
            .fixed_by(Fix::action(format!("Send it to {named}, or use a token of {here}")))
    })
}

/// The token was issued by the vendor's other site: in its sandbox, for the live API, or the other way round.
fn issued_elsewhere(facts: &Facts, url: &Url) -> Option<Finding> {
    const SHORTEST: usize = 4;
    let here = host(url);
    let brand = |host: &str| registrable_domain(host).and_then(|domain| domain.split('.').next()).unwrap_or_default().to_ascii_lowercase();
    let is_of_vendor = |there: &str| {
        let (a, b) = (brand(there), brand(here));
        let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
        short.len() >= SHORTEST && long.contains(&short)
    };
    // Written together with the name of the vendor, too: `contososandbox.example`.
    let is_trial = |host: &str| ["sandbox", "staging", "preprod"].iter().any(|word| host.to_ascii_lowercase().contains(word));
    let is_other = |there: &String| there != here && is_of_vendor(there) && is_trial(there) != is_trial(here);
    let claimed = facts.jwt().and_then(|token| Url::parse(token.jws.claims.str("iss")?).ok());
    let issued = facts.context.previous.iter().rev().filter(|before| (200..300).contains(&before.status));
    let issued = issued.filter_map(|before| Url::parse(&before.url).ok()).filter(|url| url.path().trim_end_matches('/').ends_with("token"));
    let there = claimed.into_iter().chain(issued).map(|url| host(&url).to_string()).find(is_other)?;
    let (of, at) = if is_trial(&there) { ("a test environment", "the live one") } else { ("the live environment", "one for tests") };
    Some(
        Finding::fail(Strength::Likely, format!("the token was issued by {there}, of {of}, and was sent to {here}, {at}"))
            .proof(Place::RequestLine, facts.host_span(here), format!("the host {here}"))
            .context(format!("issued by {there}"))
            .fixed_by(Fix::action(format!("Send it to the API of {there}, or get a token where {here} gets its own"))),
    )
}

/// Another site of the same vendor accepted the same call, and this one does not know the key, wherever in the request it is.
pub fn same_call(facts: &Facts, url: &Url) -> Option<Finding> {
    let word = facts.word(Topic::Token).filter(|_| facts.is_refused())?;
    let accepted = facts.context.previous.iter().rev().filter(|before| (200..300).contains(&before.status));
    let same = accepted.filter(|before| before.method.eq_ignore_ascii_case(&facts.request.method));
    let is_there = |there: &Url| there.path() == url.path() && is_other_site(host(there), host(url));
    let there = same.filter_map(|before| Url::parse(&before.url).ok()).find(is_there)?;
    let message =
        format!("{} accepted the same call, and {} does not know the key: each site has keys of its own", host(&there), host(url));
    Some(
        Finding::suspect(Strength::Likely, message)
            .proof(Place::RequestLine, facts.host_span(host(url)), format!("the host {}", host(url)))
            .proof(word.place, word.span, facts.quote(word))
            .context(format!("accepted before: {there}"))
            .fixed_by(Fix::action(format!("Send it to {}, or use a key of {}", host(&there), host(url)))),
    )
}

/// Another site of the same vendor accepted the credential.
fn accepted_at_another_site(facts: &Facts, url: &Url) -> Option<Finding> {
    let is_open = matches!(facts.status(), 401 | 403) && facts.answer.is_some() && facts.is_refused() && is_plain(facts);
    let here = host(url);
    let there = facts.accepted_before().find(|before| is_other_site(host(before), here)).filter(|_| is_open)?;
    if facts.accepted_before().any(|before| host(&before) == here) {
        return None;
    }
    let message = format!("{} accepted the credential, and {here} is another site with credentials of its own", host(&there));
    Some(
        Finding::suspect(Strength::Likely, message)
            .proof(Place::RequestLine, facts.host_span(here), format!("the host {here}"))
            .context(format!("accepted before: {there}"))
            .fixed_by(Fix::action(format!("Send it to {}, or use a credential of {here}", host(&there)))),
    )
}
