//! `authorization-duplicated`

use std::collections::BTreeSet;

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::authorization::Authorization;
use crate::checks::facts::other_credentials::Carrier;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::request::Edit;
use crate::domain::span::Span;

check! {
    /// More than one credential is sent; the server may use the wrong one, or refuse both.
    ///
    /// # What it looks at
    /// Several Authorization headers, or two values in one, and a header for keys with two. Authorization together with `access_token=` in the address,
    /// `user:password@` before the host, a signed address (`X-Amz-Signature`), or `client_secret` or another token in the form. A
    /// credential that is the same text twice.
    ///
    /// # Why a server answers 401 to it
    /// RFC 6750 allows one way to send a token at a time. A server may join two headers with a comma, use only the first or
    /// the last, or answer 400.
    ///
    /// # How to prove it
    /// Remove one of the two and send the request again.
    ///
    /// # How to fix it
    /// Send only one. A second header often comes from a client's default settings, a .netrc file, or a proxy.
    ///
    /// # Example
    /// `Authorization: Bearer a` and `Authorization: Bearer b` in one request.
    ///
    /// # References
    /// RFC 6750 section 2; RFC 6749 section 2.3; RFC 9110 section 5.3.
    DUPLICATED = "authorization-duplicated", Credentials,
    stage: Presence, topics: [Several, HeaderForm],
    explains: ["algorithm-refused", "scheme-mismatch", "token-rejected"],
    run: look
}

fn look(facts: &Facts) -> Finding {
    if let Some(finding) = printed_twice(facts) {
        return finding;
    }
    let sent: Vec<_> = facts.authorizations.iter().collect();
    if let Some(finding) = key_twice(facts) {
        return finding;
    }
    let Some(first) = sent.first() else {
        return if facts.others.is_empty() { Finding::not_applicable() } else { Finding::pass("one credential is sent") };
    };
    if let Some(second) = sent.get(1) {
        let same = first.value == second.value;
        let how = if same { "twice, with the same value" } else { "twice, with different values" };
        // The one whose scheme the server asks for stays.
        let offered = facts.offered_schemes();
        let is_asked_for = |a: &Authorization| offered.iter().any(|scheme| a.is(scheme));
        let goes = if is_asked_for(second) && !is_asked_for(first) { first } else { second };
        let keep = match goes.scheme.as_deref().filter(|_| is_asked_for(first) != is_asked_for(second)) {
            Some(scheme) => format!("Remove the Authorization header with {scheme}, which the server does not ask for"),
            None if same => "Remove the second Authorization header".to_string(),
            None => "Remove the second Authorization header (or the first, if that is the wrong one)".to_string(),
        };
        return Finding::fail(
            Strength::Contradiction,
            format!("Authorization is sent {how}; a server joins them, uses one of them, or refuses the request"),
        )
        .proof(second.place(), None, "the second one")
        .proof(first.place(), None, "the first one")
        .fixed_by(Fix::edit(keep, vec![Edit::RemoveHeader { index: goes.index }]));
    }
    // Some clients join two values with a comma into one header.
    let joint = [", Bearer ", ", Basic "].iter().find_map(|joint| first.value.find(joint));
    if let Some(at) = joint.filter(|_| !first.is("digest")) {
        let second = &first.value[at + 2..];
        // The one whose scheme the server asks for.
        let is_offered =
            |value: &str| facts.offered_schemes().iter().any(|s| value.split(' ').next().is_some_and(|v| v.eq_ignore_ascii_case(s)));
        let keeps_second = is_offered(second) && !is_offered(&first.value);
        let (which, value) = if keeps_second { ("second", second.to_string()) } else { ("first", first.value[..at].to_string()) };
        return Finding::fail(Strength::Contradiction, "one Authorization header has two credentials, joined by a comma")
            .proof(first.place(), Span::new(at, first.value.len()), "the second one")
            .fixed_by(Fix::edit(format!("Keep only the {which} credential"), vec![Edit::HeaderValue { index: first.index, value }]));
    }
    for other in &facts.others {
        let (strength, what): (Strength, &str) = match other.carrier {
            Carrier::Query if other.name.to_ascii_lowercase().starts_with("x-amz-") || is_shared_access(facts, &other.name) => {
                (Strength::Likely, SIGNED)
            }
            Carrier::Query if ["access_token", "token", "jwt"].contains(&other.name.as_str()) => {
                (Strength::Plausible, "a token is also in the address")
            }
            Carrier::UserInfo => (Strength::Plausible, "user and password are also in the address"),
            Carrier::Body if other.name == "client_secret" && (first.is("basic") || facts.says(Topic::Several)) => {
                (Strength::Likely, "client_secret is also in the form")
            }
            Carrier::Body if other.name == "access_token" => (Strength::Plausible, "a token is also in the form"),
            _ => continue,
        };
        let plain = facts.says_plainly(Topic::Several);
        let is_bearer_twice = matches!(other.carrier, Carrier::Query | Carrier::Body) && first.is("bearer");
        let strength = if plain {
            strength.max(Strength::Stated)
        } else if what == SIGNED && matches!(facts.status(), 400 | 401 | 403) {
            // Storage services take the header for the credential, or refuse the two of them.
            Strength::Contradiction
        } else if facts.status() == 400 && is_bearer_twice {
            // A refused token is answered with 401; 400 is for a request that sends it in more than one way (RFC 6750).
            strength.max(Strength::Likely)
        } else if facts.status() == 400 {
            strength
        } else {
            strength.min(Strength::Possible)
        };
        let is_signed = other.carrier == Carrier::Query && what == SIGNED;
        let fix = match other.place {
            // A signed address was made for one use; the header comes from a redirect or a default setting.
            _ if is_signed => Fix::edit("Remove the Authorization header", vec![Edit::RemoveHeader { index: first.index }]),
            Place::RequestLine if other.carrier == Carrier::Query => Fix::edit(
                format!("Remove {} from the address", other.name),
                vec![Edit::Url(without_parameter(&facts.request.url, &other.name))],
            ),
            _ => Fix::edit("Remove the Authorization header", vec![Edit::RemoveHeader { index: first.index }]),
        };
        return Finding::fail(strength, format!("two credentials are sent: there is an Authorization header, and {what}"))
            .proof(other.place, other.span, other.name.clone())
            .proof(first.place(), None, "Authorization")
            .fixed_by(fix);
    }
    token_in_form(facts, first).unwrap_or_else(|| Finding::pass("one credential is sent"))
}

/// Two values of one header for keys.
fn key_twice(facts: &Facts) -> Option<Finding> {
    let keys: Vec<_> = facts.others.iter().filter(|other| other.carrier == Carrier::Header).collect();
    let (first, second) = keys.iter().enumerate().find_map(|(at, first)| {
        let others = keys.get(at + 1..)?.iter();
        Some((*first, *others.into_iter().find(|other| other.name.eq_ignore_ascii_case(&first.name) && other.value != first.value)?))
    })?;
    let Place::RequestHeader(index) = second.place else { return None };
    let message =
        format!("{} is sent twice, with different values; a server joins them, uses one of them, or refuses the request", first.name);
    Some(
        Finding::fail(Strength::Contradiction, message)
            .proof(second.place, second.span, "the second one")
            .proof(first.place, first.span, "the first one")
            .fixed_by(Fix::edit(
                format!("Remove the second {} (or the first, if that is the wrong one)", first.name),
                vec![Edit::RemoveHeader { index }],
            )),
    )
}

/// A credential that is the same text twice, with nothing between. Of a JWT the number of its parts tells that.
fn printed_twice(facts: &Facts) -> Option<Finding> {
    if !facts.is_refused() {
        return None;
    }
    let sent = facts.sent_credentials();
    let (sent, half) = sent.iter().find_map(|sent| Some((sent, half_of(sent.text).filter(|half| half.split('.').count() != 3)?)))?;
    let finding = Finding::fail(Strength::Contradiction, "the credential is the same text twice, one behind the other")
        .proof(sent.place, sent.span, sent.text);
    let only_once = "Send the credential once";
    let header = match sent.place {
        Place::RequestHeader(index) if facts.basic.is_none() => facts.request.headers.iter().nth(index),
        _ => None,
    };
    Some(finding.fixed_by(match header {
        Some((index, h)) => Fix::edit(only_once, vec![Edit::HeaderValue { index, value: h.value.replacen(sent.text, half, 1) }]),
        None => Fix::action(only_once),
    }))
}

/// The half of a text that is repeated. Short texts and those of few letters are the same twice by chance or by design.
fn half_of(text: &str) -> Option<&str> {
    const SHORTEST: usize = 20;
    const FEWEST_LETTERS: usize = 8;
    let (half, rest) = text.split_at_checked(text.len() / 2)?;
    let letters: BTreeSet<char> = half.chars().collect();
    (half == rest && half.len() >= SHORTEST && letters.len() >= FEWEST_LETTERS).then_some(half)
}

/// Another token of the same kind in the form's field `token`, which some services read first. At an endpoint that is asked about
/// a token, or revokes it, the field is what the request is about.
fn token_in_form(facts: &Facts, first: &Authorization) -> Option<Finding> {
    let path = facts.request.path().to_ascii_lowercase();
    let is_about_tokens = ["introspect", "revoke", "revocation", "token"].iter().any(|word| path.contains(word));
    if is_about_tokens || facts.is_token_request() || !facts.is_refused() {
        return None;
    }
    let (_, value, span) = facts.form().iter().find(|(name, ..)| name == "token")?;
    let (core, _) = first.core();
    // Tokens of one kind begin alike: `abc-…`, `abc_…`.
    let kind = |text: &str| text.find(['-', '_']).filter(|at| *at > 1).and_then(|at| text.get(..=at).map(str::to_string));
    if value == core || kind(value)? != kind(core)? {
        return None;
    }
    let message = "two different tokens of one kind are sent: one in Authorization, and one in the form, which the server may read first";
    Some(
        Finding::fail(Strength::Likely, message)
            .proof(Place::RequestBody, *span, "token")
            .proof(first.place(), None, "Authorization")
            .fixed_by(Fix::action("Remove the field token from the form, or the Authorization header")),
    )
}

const SIGNED: &str = "the address is also signed";

/// True for the signature of a shared access signature: its expiry or its version goes with it.
fn is_shared_access(facts: &Facts, name: &str) -> bool {
    let has = |wanted: &str| facts.url.as_ref().is_some_and(|url| url.query_pairs().any(|(name, _)| name == wanted));
    name == "sig" && (has("se") || has("sv"))
}

/// The address without a query parameter.
pub fn without_parameter(url: &str, name: &str) -> String {
    let (head, fragment) = url.split_once('#').map_or((url, None), |(h, f)| (h, Some(f)));
    let Some((path, query)) = head.split_once('?') else { return url.to_string() };
    let kept: Vec<&str> = query.split('&').filter(|p| p.split('=').next() != Some(name)).collect();
    let mut out = path.to_string();
    if !kept.is_empty() {
        out.push('?');
        out.push_str(&kept.join("&"));
    }
    if let Some(f) = fragment {
        out.push('#');
        out.push_str(f);
    }
    out
}
