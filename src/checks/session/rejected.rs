//! `session-cookie-rejected`.

use std::collections::HashSet;

use super::{holds_session, is_authorized, is_denied, speaks_of_forgery, wanted};
use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::session::is_session_name;
use crate::checks::facts::words::Topic;
use crate::checks::{Evidence, Finding, Fix, Place, Strength};
use crate::domain::cookie::CookiePair;
use crate::domain::span::Span;

check! {
    /// A session cookie was sent, but the server does not accept it, or no longer.
    ///
    /// # What it looks at
    /// The cookie's value, compared with the one received last. And the answer: a `Set-Cookie` that deletes or replaces the
    /// cookie, a redirect to the login, or words such as "not logged in" although a cookie was sent.
    ///
    /// # Why a server answers 401 to it
    /// The cookie is only a key to a session that the server stores. The session is gone after a logout, or after a restart
    /// with sessions in memory. Another instance may not know it, and a new signing secret makes every old cookie invalid. A
    /// value that was cut off or changed is unknown too.
    ///
    /// # How to prove it
    /// Log in again and send the same request with the new cookie. If that works, the old session was gone.
    ///
    /// # How to fix it
    /// Delete the cookie and log in again. If it happens again, look at the server: is the session store shared and
    /// persistent, and is the signing secret the same on all instances?
    ///
    /// # Example
    /// `Cookie: sessionid=deadbeef`, and the answer says `Set-Cookie: sessionid=""; Max-Age=0`: the server deletes it.
    ///
    /// # References
    /// RFC 6265bis section 5.7 (storage, deletion by a past Expires).
    REJECTED = "session-cookie-rejected", Session,
    stage: Elsewhere, topics: [Cookie, Login, Missing], gives_no_reason: true,
    decided_by: [SetCookie],
    run: look
}

fn look(facts: &Facts) -> Finding {
    let session = facts.session();
    let wanted = wanted(facts);
    let taken_back: HashSet<&str> =
        session.set.iter().filter(|(_, entry)| entry.cookie.deletes(entry.received)).map(|(_, entry)| entry.cookie.name.as_str()).collect();
    let deleted = |pair: &CookiePair| taken_back.contains(pair.name);
    let mut sent = session.sent.iter().filter(|(_, pair)| holds_session(facts, pair.name, wanted.as_ref()) || deleted(pair));
    if facts.is_preflight() || facts.log_in().is_some() {
        return Finding::not_applicable();
    }
    let first = sent.clone().next();
    let Some((header, pair)) = sent.find(|(_, pair)| deleted(pair)).or(first) else { return Finding::not_applicable() };
    if !is_denied(facts) {
        return Finding::pass(format!("the cookie {} was accepted", pair.name));
    }
    if facts.answer.is_none() {
        return Finding::unknown(format!("send the request to know whether the server accepts the cookie {}", pair.name));
    }
    let signs = signs(facts, pair);
    let plain = plain_strength(facts, pair);
    let mut strength = signs.iter().map(|(strength, _)| *strength).fold(plain, Strength::max);
    if is_authorized(facts) {
        strength = strength.min(Strength::Unlikely);
    }
    // Of several that may hold the session nothing says which one counts, unless the answer or the jar names it.
    let is_named = !facts.context.cookie.is_empty() || signs.iter().any(|(strength, _)| *strength >= Strength::Stated);
    if several(facts) && !is_named {
        strength = strength.min(Strength::Possible);
    }
    if speaks_of_forgery(facts) {
        strength = strength.min(Strength::Unlikely);
    }
    let message = match signs.first() {
        Some((_, evidence)) => format!("the server does not accept the cookie {}: {}", pair.name, evidence.text),
        None => {
            format!("the cookie {} was sent, but the server answers {}: perhaps it no longer knows the session", pair.name, facts.status())
        }
    };
    let mut finding = Finding::suspect(strength, message);
    finding.evidence.extend(signs.into_iter().map(|(_, evidence)| evidence));
    finding
        .proof(Place::RequestHeader(*header), pair.value_span, format!("the value of {}", pair.name))
        .fixed_by(Fix::action(format!("Delete the cookie {} and log in again", pair.name)))
}

/// Evidence for it besides the refusal, with its strength, strongest first.
fn signs(facts: &Facts, pair: &CookiePair) -> Vec<(Strength, Evidence)> {
    let session = facts.session();
    let mut signs: Vec<(Strength, Evidence)> = Vec::new();
    if let Some((i, entry)) = session.set.iter().find(|(_, entry)| entry.cookie.name == pair.name) {
        let place = Place::ResponseHeader(*i);
        signs.push(if entry.cookie.deletes(entry.received) {
            (Strength::Contradiction, Evidence::at(place, entry.cookie.span, "the answer deletes it"))
        } else if entry.cookie.value != pair.value {
            (Strength::Likely, Evidence::at(place, entry.cookie.span, "the answer replaces it"))
        } else {
            (Strength::Remark, Evidence::at(place, entry.cookie.span, "the answer sets it again"))
        });
    }
    if session.kept_value(pair.name).is_some_and(|kept| kept != pair.value) {
        signs.push((Strength::Contradiction, Evidence::context("its value is not the one that was received last")));
    }
    if let Some((i, location)) = facts.login_redirect() {
        signs.push((
            Strength::Likely,
            Evidence::at(Place::ResponseHeader(i), Span::whole(location), format!("the answer redirects to the login, {location}")),
        ));
    }
    if let Some(word) = [Topic::Missing, Topic::Login, Topic::Cookie].iter().find_map(|topic| facts.word(*topic))
        && !is_authorized(facts)
        && facts.token.is_none()
    {
        signs.push((
            Strength::Plausible,
            Evidence::at(word.place, word.span, format!("it answers {:?} although the cookie was sent", facts.quote(word))),
        ));
    }
    signs.sort_by_key(|(strength, _)| std::cmp::Reverse(*strength));
    signs
}

/// True when cookies of several names look like a session's.
fn several(facts: &Facts) -> bool {
    let mut names = facts.session().sent.iter().map(|(_, pair)| pair.name).filter(|name| is_session_name(name));
    names.next().is_some_and(|first| names.any(|other| other != first))
}

/// How likely a denial alone makes it: a 403 is rather a matter of rights, above all with the very cookie that was received
/// last; a JWT has checks of its own.
fn plain_strength(facts: &Facts, pair: &CookiePair) -> Strength {
    let is_latest = facts.session().kept_value(pair.name) == Some(pair.value);
    match facts.status() {
        _ if facts.jwt().is_some() => Strength::Unlikely,
        401 | 440 if is_latest => Strength::Plausible,
        403 if is_latest => Strength::Remark,
        401 | 440 => Strength::Plausible,
        403 if facts.says(Topic::Permission) => Strength::Unlikely,
        403 => Strength::Unlikely,
        200..=399 => Strength::Plausible,
        _ => Strength::Unlikely,
    }
}
