//! What the table of services says of the place and the scheme of a credential.

use super::duplicated::without_parameter;
use crate::checks::facts::Facts;
use crate::checks::facts::authorization::Authorization;
use crate::checks::facts::form::pairs;
use crate::checks::facts::other_credentials::{Carrier, OtherCredential};
use crate::checks::facts::perhaps;
use crate::checks::facts::words::{Topic, Word};
use crate::checks::services::schema::{Companion, Service, Usage};
use crate::checks::services::{Known, KnownBy};
use crate::checks::similar::distance;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::request::Edit;
use crate::domain::span::Span;

/// What a contradiction to the table is worth: proof where the service is known for certain, much where somebody named it, else a
/// possibility.
pub fn strength(known: &Known) -> Strength {
    match known.by {
        _ if known.decides() => Strength::Contradiction,
        KnownBy::Name if known.service.checked.decides() => Strength::Likely,
        _ => Strength::Possible,
    }
}

/// How the service is called in a sentence: one that is only guessed is named as a guess.
pub fn named(known: &Known) -> String {
    let name = &known.service.name;
    match known.by {
        KnownBy::Host | KnownBy::Name => name.clone(),
        KnownBy::Marks => format!("{name}, which this seems to be,"),
        KnownBy::Hint => format!("{name}, which this may be,"),
    }
}

/// The credential is in a place that newer versions of the service do not read, or only where a setting allows it, and the refusal
/// gives no other reason.
pub fn in_legacy_place(facts: &Facts) -> Option<Finding> {
    let known = facts.service().filter(|_| facts.answer.is_some() && facts.is_refused() && facts.authorizations.is_empty())?;
    let right = known.service.header.first()?;
    let is_at = |other: &OtherCredential, place: &str| match place.split_once(':') {
        Some(("query", name)) => other.carrier == Carrier::Query && other.name.eq_ignore_ascii_case(name),
        Some(("body", name)) => other.carrier == Carrier::Body && other.name == name,
        Some(_) => false,
        None => other.carrier == Carrier::Header && other.name.eq_ignore_ascii_case(place),
    };
    let other = facts.others.iter().find(|other| known.service.legacy.iter().any(|place| is_at(other, place)))?;
    // Who documents an answer for credentials that it judged, and for nothing else, has read this one.
    let is_judged = facts.documented_refusal().is_some_and(|found| !found.refusal.open && found.refusal.means == "token-rejected");
    if is_judged || facts.says(Topic::Revoked) {
        return None;
    }
    // A server that says that nothing arrived does not read it there.
    let says_nothing_came = |word: &Word| matches!(word.topic, Topic::Missing | Topic::ApiKey);
    if facts.words.iter().any(|word| word.specific && !says_nothing_came(word)) {
        return None;
    }
    let works_in_right_place = facts.noted_place().is_some() || facts.noted_other_place().is_some();
    let strength = match facts.words.iter().any(|word| word.specific) {
        true if known.decides() => Strength::Contradiction,
        true => Strength::Likely,
        false if works_in_right_place => Strength::Likely,
        false => Strength::Plausible,
    };
    let message = format!(
        "newer versions of {} do not read the credential in {}, or only by a setting: it belongs in {right}",
        named(&known),
        other.name
    );
    let title = format!("Send it in {}", place_in_words(right));
    Some(
        Finding::suspect(strength, message)
            .proof(other.place, other.span, other.name.clone())
            .context(source(known.service))
            .fixed_by(Fix::action(title)),
    )
}

/// True when a credential is in the header that a service, known by its host, reads first.
pub fn is_first_place(facts: &Facts, other: &OtherCredential) -> bool {
    let known = facts.service().filter(|known| known.by == KnownBy::Host);
    let first = known.and_then(|known| known.service.header.first());
    other.carrier == Carrier::Header && first.is_some_and(|place| place.eq_ignore_ascii_case(&other.name))
}

/// The credential is in a place that the service does not read.
pub fn wrong_place(facts: &Facts) -> Option<Finding> {
    let known = facts.service().filter(|_| facts.answer.is_some() && facts.is_refused())?;
    let wanted = &known.service.header;
    // Without a body nothing is in it.
    let is_empty = facts.request.body.trim().is_empty();
    let is_checked = |place: &String| {
        let is_elsewhere = ["cookie:", "path:"].iter().any(|kind| place.starts_with(kind)) || place.starts_with("body:") && !is_empty;
        !is_elsewhere && place != "path"
    };
    if wanted.is_empty() || !wanted.iter().all(is_checked) || wanted.iter().any(|place| is_filled(facts, place)) {
        return None;
    }
    let right = wanted.first()?;
    let message = |place: &str| format!("the credential is in {place}, but {} reads it from {}", named(&known), place_in_words(right));
    let proven = |finding: Finding| finding.context(source(known.service));
    if let Some(a) = facts.authorization().filter(|a| !a.credential.is_empty()) {
        // What the server itself offers is right whatever a table says.
        if a.scheme.as_ref().is_some_and(|scheme| facts.offered_schemes().iter().any(|o| o.eq_ignore_ascii_case(scheme))) {
            return None;
        }
        // Without the tenant's header the service does not look at any credential.
        let is_tenant = |c: &&Companion| c.needed == "always" && c.names_tenant();
        let lacks_tenant = known.service.companions.iter().filter(is_tenant).any(|c| c.find(facts.request).is_none());
        let most = if lacks_tenant { Strength::Plausible } else { Strength::Contradiction };
        let strength = strength(&known).min(most);
        let finding = Finding::suspect(strength, message("Authorization")).proof(a.place(), a.credential_span, "the credential");
        let title = format!("Move the credential to {}", place_in_words(right));
        let fix = if right.contains(':') || facts.basic.is_some() {
            Fix::action(title)
        } else {
            let value = a.core().0.into();
            Fix::edit(title, vec![Edit::RemoveHeader { index: a.index }, Edit::AddHeader { name: right.clone(), value }])
        };
        return Some(proven(finding).fixed_by(fix));
    }
    if let Some(finding) = near_name(facts, &known, right).or_else(|| as_parameter(facts, &known, right)) {
        return Some(finding);
    }
    let other = facts.others.iter().find(|o| matches!(o.carrier, Carrier::Header | Carrier::Query))?;
    // What the service never takes is not made right by another place.
    if is_never_taken(known.service, other.value.trim()) {
        return None;
    }
    let place =
        if other.carrier == Carrier::Query { format!("the address ({}=…)", other.name) } else { format!("the header {}", other.name) };
    // A body would be read as well, where the request had one.
    let strength =
        if wanted.iter().any(|place| place.starts_with("body:")) { strength(&known).min(Strength::Plausible) } else { strength(&known) };
    let finding = Finding::suspect(strength, message(&place)).proof(other.place, other.span, other.name.clone());
    let title = format!("Move the credential to {}", place_in_words(right));
    let fix = match other.place {
        Place::RequestHeader(index) if !right.contains(':') => {
            let value = if right.eq_ignore_ascii_case("authorization") {
                under_scheme(scheme_for(known.service, &other.value), other.value.trim())
            } else {
                other.value.trim().to_string()
            };
            Fix::edit(title, vec![Edit::RemoveHeader { index }, Edit::AddHeader { name: right.clone(), value }])
        }
        _ => Fix::action(title),
    };
    Some(proven(finding).fixed_by(fix))
}

/// A header whose name is nearly that of the one which the service reads: one word more, less or other.
fn near_name(facts: &Facts, known: &Known, right: &str) -> Option<Finding> {
    if right.contains(':') || !facts.authorizations.is_empty() {
        return None;
    }
    let words = |name: &str| -> Vec<String> { name.to_ascii_lowercase().split(['-', '_']).map(String::from).collect() };
    let wanted = words(right);
    let is_near = |name: &str| {
        let sent = words(name);
        let (fewer, more) = if sent.len() < wanted.len() { (&sent, &wanted) } else { (&wanted, &sent) };
        let shared = fewer.iter().filter(|word| more.contains(word)).count();
        sent.last() == wanted.last() && more.len() <= 4 && shared >= 2 && more.len() - shared <= 1
    };
    let is_one =
        |name: &str, value: &str| perhaps::is_telling(name) && is_near(name) && value.trim().len() >= 12 && !value.trim().contains(' ');
    let (index, header) = facts.request.headers.iter().find(|(_, header)| is_one(&header.name, &header.value))?;
    let strength = if known.by == KnownBy::Hint { Strength::Possible } else { Strength::Likely };
    let message = format!("the credential is in the header {}, but {} reads it from the header {right}", header.name, named(known));
    Some(
        Finding::suspect(strength, message)
            .proof(Place::RequestHeaderName(index), None, header.name.clone())
            .context(source(known.service))
            .fixed_by(Fix::edit(format!("Rename the header to {right}"), vec![Edit::HeaderName { index, name: right.into() }])),
    )
}

/// A parameter of the address that is called like the end of the header which the service reads: `?clientId=` for `X-Vendor-Client-Id`.
fn as_parameter(facts: &Facts, known: &Known, right: &str) -> Option<Finding> {
    const SHORTEST: usize = 6;
    if right.contains(':') || !facts.authorizations.is_empty() || right.eq_ignore_ascii_case("authorization") {
        return None;
    }
    let squeezed = |name: &str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let header = squeezed(right);
    let is_one = |name: &str| squeezed(name).len() >= SHORTEST && header.ends_with(&squeezed(name));
    let (before, query) = facts.request.url.split('#').next()?.split_once('?')?;
    let (name, value, span) = pairs(query).into_iter().find(|(name, value, _)| is_one(name) && !value.trim().is_empty())?;
    let strength = if known.by == KnownBy::Hint { Strength::Possible } else { Strength::Likely };
    let message = format!("{name} is in the address, but {} reads it from the header {right}", named(known));
    let edits = vec![Edit::Url(without_parameter(&facts.request.url, &name)), Edit::AddHeader { name: right.into(), value }];
    Some(
        Finding::suspect(strength, message)
            .proof(Place::RequestLine, span.shifted(facts.request.method.len() + 1 + before.len() + 1), name)
            .context(source(known.service))
            .fixed_by(Fix::edit(format!("Send it as the header {right}"), edits)),
    )
}

fn is_filled(facts: &Facts, place: &str) -> bool {
    match place.split_once(':') {
        Some(("query", name)) => facts.query(name).is_some(),
        Some(_) => false,
        None => facts.request.headers.has(place),
    }
}

fn place_in_words(place: &str) -> String {
    match place.split_once(':') {
        Some(("query", name)) => format!("the query parameter {name}"),
        _ if place.eq_ignore_ascii_case("authorization") => "Authorization".into(),
        _ => format!("the header {place}"),
    }
}

/// Where the table has it from.
pub fn source(service: &Service) -> String {
    match &service.docs {
        Some(docs) => format!("{}: {docs}", service.name),
        None => service.name.clone(),
    }
}

/// How the scheme that was sent compares with those of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme<'a> {
    /// It is one of them.
    Taken,
    /// It is one of them in other letters; whether that matters is not known.
    OtherCase(&'a str),
    /// It is not one of them; the first is the usual one.
    NotTaken(&'a [String]),
}

/// Compares the scheme with those of a service that is known for certain. Nothing where the server itself named schemes, or
/// where the user did.
pub fn scheme<'a>(facts: &Facts<'a>) -> Option<(&'a Service, Scheme<'a>)> {
    of_scheme(facts, facts.certain_service()?.service)
}

/// The same with one service.
fn of_scheme<'a>(facts: &Facts<'a>, service: &'a Service) -> Option<(&'a Service, Scheme<'a>)> {
    let schemes = service.schemes.as_deref().filter(|schemes| !schemes.is_empty())?;
    let a = facts.authorization().filter(|_| facts.offered_schemes().is_empty() && facts.is_refused())?;
    let is_read = service.header.iter().any(|place| place.eq_ignore_ascii_case("authorization"));
    if !is_read || a.credential.is_empty() {
        return None;
    }
    if schemes.iter().any(|scheme| matches(a, scheme, |have, want| have == want)) {
        return Some((service, Scheme::Taken));
    }
    let verdict = match schemes.iter().find(|scheme| matches(a, scheme, str::eq_ignore_ascii_case)) {
        Some(_) if service.scheme_case_sensitive == Some(false) => Scheme::Taken,
        Some(scheme) => Scheme::OtherCase(scheme),
        None => Scheme::NotTaken(schemes),
    };
    Some((service, verdict))
}

fn matches(a: &Authorization, scheme: &str, equal: impl Fn(&str, &str) -> bool) -> bool {
    match scheme {
        "" => a.scheme.is_none(),
        // Written without a space: `Token token=…`, `bearer:…`.
        _ if scheme.ends_with([':', '=']) => a.value.trim().get(..scheme.len()).is_some_and(|start| equal(start, scheme)),
        _ => a.scheme.as_deref().is_some_and(|have| equal(have, scheme)),
    }
}

/// The scheme that a credential of this service goes with: that of its kind, else the first that takes a token.
pub fn scheme_for<'a>(service: &'a Service, credential: &str) -> &'a str {
    let of_kind = service.kinds.iter().find(|kind| kind.is(credential)).and_then(|kind| kind.scheme.as_deref());
    let schemes = service.schemes.as_deref().unwrap_or_default();
    let of_token = || schemes.iter().find(|scheme| !scheme.eq_ignore_ascii_case("basic")).or_else(|| schemes.first());
    of_kind.or_else(|| of_token().map(String::as_str)).unwrap_or("Bearer")
}

/// The value of `Authorization` for a credential under a scheme.
pub fn under_scheme(scheme: &str, credential: &str) -> String {
    match scheme {
        "" => credential.to_string(),
        _ if scheme.ends_with([':', '=']) => format!("{scheme}{credential}"),
        _ => format!("{scheme} {credential}"),
    }
}

/// A token of the service is the password of Basic, which the service does not take.
fn token_in_basic(known: &Known, a: &Authorization, password: &str) -> Option<Finding> {
    let service = known.service;
    let schemes = service.schemes.as_deref().filter(|schemes| !schemes.iter().any(|scheme| scheme.eq_ignore_ascii_case("basic")))?;
    let kind = service.kinds.iter().find(|kind| kind.is(password)).filter(|kind| kind.usage != Usage::Never)?;
    let wanted = kind.scheme.as_deref().or_else(|| schemes.first().map(String::as_str)).filter(|wanted| !wanted.is_empty())?;
    let message = format!("Basic was sent, but {} takes this password ({}) behind {wanted}", service.name, kind.what);
    let finding = Finding::suspect(Strength::Likely, message).proof(a.place(), a.scheme_span, "scheme Basic").context(source(service));
    let value = under_scheme(wanted, password);
    let title = format!("Send the password behind {wanted}, without the user name");
    Some(finding.fixed_by(Fix::edit(title, vec![Edit::HeaderValue { index: a.index, value }])))
}

/// The service accepts the scheme, and not for this kind of credential.
pub fn scheme_of_kind(facts: &Facts) -> Option<Finding> {
    let known = facts.service().filter(|known| known.by == KnownBy::Host && facts.is_refused() && facts.answer.is_some())?;
    let a = facts.authorization()?;
    let sent = a.scheme.as_deref()?;
    if let Some((_, password)) = facts.basic.as_ref().and_then(|basic| basic.text()) {
        return token_in_basic(&known, a, password);
    }
    let (text, _) = a.core();
    let kind = known.service.kinds.iter().find(|kind| kind.is(text)).filter(|kind| kind.usage != Usage::Never)?;
    let wanted = kind.scheme.as_deref().filter(|wanted| !wanted.is_empty() && !wanted.eq_ignore_ascii_case(sent))?;
    // How it begins says what it is; that it has the right length is said of many things.
    let strength = if known.decides() && kind.prefix.is_some() { Strength::Contradiction } else { Strength::Likely };
    let message = format!("{sent} was sent, but {} takes this kind ({}) behind {wanted}", known.service.name, kind.what);
    let finding =
        Finding::suspect(strength, message).proof(a.place(), a.scheme_span, format!("scheme {sent}")).context(source(known.service));
    Some(finding.fixed_by(if wanted.eq_ignore_ascii_case("basic") {
        Fix::action("Send it as the password of Basic, with the user name that goes with it")
    } else {
        let value = under_scheme(wanted, &a.credential);
        Fix::edit(format!("Write {wanted} instead of {sent}"), vec![Edit::HeaderValue { index: a.index, value }])
    }))
}

/// The service does not accept the scheme.
pub fn scheme_mismatch(facts: &Facts) -> Option<Finding> {
    let (service, Scheme::NotTaken(schemes)) = scheme(facts)? else { return None };
    let a = facts.authorization()?;
    let sent = a.scheme.as_deref()?;
    let listed: Vec<&str> = schemes.iter().map(|scheme| if scheme.is_empty() { "no scheme" } else { scheme.as_str() }).collect();
    let finding = Finding::fail(Strength::Contradiction, format!("{sent} was sent, but {} takes {}", service.name, listed.join(" or ")))
        .proof(a.place(), a.scheme_span, format!("scheme {sent}"))
        .context(source(service));
    let right = scheme_for(service, a.core().0);
    // A user with a password is no token, and the other way round.
    let only_the_word = !a.is("basic") && !["basic", "digest", "aws4-hmac-sha256", "oauth"].contains(&right.to_ascii_lowercase().as_str());
    Some(finding.fixed_by(if only_the_word {
        let value = under_scheme(right, &a.credential);
        let title = if right.is_empty() { format!("Leave {sent} out") } else { format!("Write {right} instead of {sent}") };
        Fix::edit(title, vec![Edit::HeaderValue { index: a.index, value }])
    } else {
        Fix::action(format!("Send a credential for {} instead of {sent}", listed.join(", ")))
    }))
}

/// The scheme is not among those that a row lists which only supports a verdict: near one of them, or before a credential of the
/// service's own kind, it is the likelier fault.
pub fn scheme_not_listed(facts: &Facts) -> Option<Finding> {
    let known = facts.service().filter(|known| known.by == KnownBy::Host && !known.decides())?;
    let service = known.service;
    let schemes = service.schemes.as_deref().filter(|schemes| !schemes.is_empty())?;
    let a = facts.authorization().filter(|a| !a.credential.is_empty() && facts.answer.is_some() && facts.is_refused())?;
    let sent = a.scheme.as_deref()?;
    let is_read = service.header.iter().any(|place| place.eq_ignore_ascii_case("authorization"));
    if !is_read || schemes.iter().any(|scheme| matches(a, scheme, str::eq_ignore_ascii_case)) {
        return None;
    }
    let (text, _) = a.core();
    let is_of_kind = service.kinds.iter().any(|kind| kind.usage != Usage::Never && kind.is(text));
    let near = |scheme: &&String| {
        let (scheme, sent) = (scheme.trim_end_matches([':', '=']).to_ascii_lowercase(), sent.to_ascii_lowercase());
        scheme.len() > 2 && (distance(&scheme, &sent) <= 1 || scheme.contains(&sent) || sent.contains(&scheme))
    };
    let right = schemes.iter().find(near).map_or_else(|| scheme_for(service, text), String::as_str);
    let strength = if is_of_kind || schemes.iter().any(|scheme| near(&scheme)) { Strength::Likely } else { Strength::Plausible };
    let value = under_scheme(right, &a.credential);
    let title = if right.is_empty() { format!("Leave {sent} out") } else { format!("Write {right} instead of {sent}") };
    let listed: Vec<&str> = schemes.iter().map(|scheme| if scheme.is_empty() { "no scheme" } else { scheme.as_str() }).collect();
    Some(
        Finding::fail(strength, format!("{sent} was sent, but {} is known to take {}", service.name, listed.join(" or ")))
            .proof(a.place(), a.scheme_span, format!("scheme {sent}"))
            .context(source(service))
            .fixed_by(if a.is("basic") { Fix::action(title) } else { Fix::edit(title, vec![Edit::HeaderValue { index: a.index, value }]) }),
    )
}

/// The scheme is written in other letters than the service documents.
pub fn scheme_in_other_case(facts: &Facts) -> Option<Finding> {
    // A product that people run themselves is known by its marks; where its code compares the letters, these are what is wrong.
    let by_marks = || {
        let known =
            facts.service().filter(|known| [KnownBy::Marks, KnownBy::Name].contains(&known.by) && known.service.checked.decides())?;
        of_scheme(facts, known.service).filter(|(service, _)| service.scheme_case_sensitive == Some(true))
    };
    let (service, verdict) = scheme(facts).or_else(by_marks)?;
    let a = facts.authorization()?;
    let sent = a.scheme.as_deref()?;
    match verdict {
        Scheme::Taken => Some(Finding::pass(format!("{sent} is a scheme that {} takes", service.name))),
        // Registered schemes are taken in any case by most; those of one service are compared as they are.
        Scheme::OtherCase(proper) if !["bearer", "basic", "digest"].contains(&proper.to_ascii_lowercase().as_str()) => Some(
            Finding::fail(Strength::Likely, format!("the scheme is written {sent:?}, but {} documents {proper:?}", service.name))
                .proof(a.place(), a.scheme_span, sent)
                .context(source(service))
                .fixed_by(Fix::edit(
                    format!("Write the scheme as {proper}"),
                    vec![Edit::HeaderValue { index: a.index, value: under_scheme(proper, &a.credential) }],
                )),
        ),
        _ => None,
    }
}

/// True for a kind that the service does not accept, alone or behind a name: `key=AAAA…`.
fn is_never_taken(service: &Service, text: &str) -> bool {
    let behind_name = text.split_once('=').map_or(text, |(_, value)| value);
    [text, behind_name].iter().any(|text| service.kinds.iter().find(|kind| kind.is(text)).is_some_and(|kind| kind.usage == Usage::Never))
}

/// A credential without scheme at a service that is known for certain.
pub fn scheme_missing(facts: &Facts) -> Option<Finding> {
    let (service, verdict) = scheme(facts)?;
    let a = facts.authorization().filter(|a| a.scheme.is_none())?;
    match verdict {
        Scheme::Taken => Some(Finding::pass(format!("{} takes the credential without a scheme", service.name))),
        // What the service never takes is not made right by a word before it.
        Scheme::NotTaken(_) if is_never_taken(service, a.core().0) => {
            Some(Finding::unknown(format!("{} does not take this credential with any scheme", service.name)))
        }
        Scheme::NotTaken(_) => {
            let right = scheme_for(service, a.core().0);
            let end = a.credential.char_indices().nth(8).map_or(a.credential.len(), |(i, _)| i);
            let start = a.credential_span.start;
            Some(
                Finding::fail(
                    Strength::Contradiction,
                    format!("there is no scheme before the credential; {} takes {right:?}", service.name),
                )
                .proof(a.place(), Span::new(start, start + end), "where the scheme should be")
                .context(source(service))
                .fixed_by(Fix::edit(
                    format!("Put {right} before the credential"),
                    vec![Edit::HeaderValue { index: a.index, value: under_scheme(right, &a.credential) }],
                )),
            )
        }
        Scheme::OtherCase(_) => None,
    }
}
