//! `session-cookie-rejected`.

use super::{holds_session, is_authorized, is_denied, login_required, speaks_of_forgery, wanted};
use crate::checks::declare::check;
use crate::checks::facts::Facts;
use crate::checks::facts::session::is_session_name;
use crate::checks::facts::words::Topic;
use crate::checks::{Evidence, Finding, Fix, Place};
use crate::domain::cookie::CookiePair;
use crate::domain::span::Span;

check! {
    /// A session cookie was sent and the server does not know it, or no longer.
    ///
    /// # What it looks at
    /// The cookie's value beside the one that was received last, and the answer: a `Set-Cookie` that deletes the cookie or
    /// starts a new session, a redirect to the log-in, words of a missing log-in although a cookie came.
    ///
    /// # Why a server answers 401 to it
    /// The cookie is only a key to what the server remembers. The server forgets when it restarts with sessions in memory,
    /// when the secret that signs cookies changes, when somebody logs out elsewhere, or when another instance without the
    /// shared store answers. A value that was cut or changed on the way is as unknown as an old one.
    ///
    /// # How to prove it
    /// Log in again and send the new cookie with the same request. If that is answered, the old session was gone.
    ///
    /// # How to fix it
    /// Delete the cookie and log in again. If it comes back, look on the server: is the session store shared and lasting,
    /// is the signing secret the same on all instances?
    ///
    /// # Example
    /// `Cookie: sessionid=deadbeef`, and the answer says `Set-Cookie: sessionid=""; Max-Age=0`: the server threw it away.
    ///
    /// # References
    /// RFC 6265bis section 5.7 (storage, deletion by a past Expires)
    REJECTED = "session-cookie-rejected", Session, look
}

fn look(facts: &Facts) -> Finding {
    let session = facts.session();
    let wanted = wanted(facts);
    let deleted =
        |pair: &CookiePair| session.set.iter().any(|(_, entry)| entry.cookie.name == pair.name && entry.cookie.deletes(entry.received));
    let mut sent = session.sent.iter().filter(|(_, pair)| holds_session(facts, pair.name, wanted.as_ref()) || deleted(pair));
    if facts.is_preflight() || facts.log_in.is_some() {
        return Finding::not_applicable();
    }
    let first = sent.clone().next();
    let Some((header, pair)) = sent.find(|(_, pair)| deleted(pair)).or(first) else { return Finding::not_applicable() };
    if !is_denied(facts) {
        return Finding::pass(format!("the cookie {} was taken", pair.name));
    }
    if facts.answer.is_none() {
        return Finding::unknown(format!("does the server know the cookie {}? Only its answer tells", pair.name));
    }
    let signs = signs(facts, pair);
    let plain = plain_weight(facts, pair);
    let mut weight = signs.iter().map(|(weight, _)| *weight).fold(plain, f64::max);
    if is_authorized(facts) {
        weight = weight.min(0.15);
    }
    // Of several that may hold the session nothing says which one counts, unless the answer or the jar names it.
    let is_named = !facts.context.cookie.is_empty() || signs.iter().any(|(weight, _)| *weight >= 0.9);
    if several(facts) && !is_named {
        weight = weight.min(0.4);
    }
    if speaks_of_forgery(facts) {
        weight *= 0.3;
    }
    let message = match signs.first() {
        Some((_, evidence)) => format!("the server does not take the cookie {}: {}", pair.name, evidence.text),
        None => format!("the cookie {} was sent and the answer is {}, the one for strangers", pair.name, facts.status()),
    };
    let mut finding = Finding::suspect(weight, message);
    finding.evidence.extend(signs.into_iter().map(|(_, evidence)| evidence));
    finding
        .proof(Place::RequestHeader(*header), pair.value_span, format!("the value of {}", pair.name))
        .fixed_by(Fix::action(format!("Delete the cookie {} and log in again", pair.name)))
}

/// What speaks for it beside the denial, with its weight; the most telling first.
fn signs(facts: &Facts, pair: &CookiePair) -> Vec<(f64, Evidence)> {
    let session = facts.session();
    let mut signs: Vec<(f64, Evidence)> = Vec::new();
    if let Some((i, entry)) = session.set.iter().find(|(_, entry)| entry.cookie.name == pair.name) {
        let place = Place::ResponseHeader(*i);
        signs.push(if entry.cookie.deletes(entry.received) {
            (0.93, Evidence::at(place, entry.cookie.span, "the answer deletes it"))
        } else if entry.cookie.value != pair.value {
            (0.75, Evidence::at(place, entry.cookie.span, "the answer sets it anew"))
        } else {
            (0.0, Evidence::at(place, entry.cookie.span, "the answer sets it again"))
        });
    }
    if session.kept_value(pair.name).is_some_and(|kept| kept != pair.value) {
        signs.push((0.9, Evidence::context("its value is not the one that was received last")));
    }
    if let Some((i, location)) = login_required::redirect(facts) {
        signs.push((
            0.8,
            Evidence::at(Place::ResponseHeader(i), Span::whole(location), format!("the answer leads to the log-in, {location}")),
        ));
    }
    if let Some(word) = [Topic::Missing, Topic::Login, Topic::Cookie].iter().find_map(|topic| facts.word(*topic))
        && !is_authorized(facts)
        && facts.token.is_none()
    {
        signs.push((0.7, Evidence::at(word.place, word.span, format!("it answers {:?} although the cookie came", facts.quote(word)))));
    }
    signs.sort_by(|a, b| b.0.total_cmp(&a.0));
    signs
}

/// True when cookies of several names look like a session's.
fn several(facts: &Facts) -> bool {
    let mut names = facts.session().sent.iter().map(|(_, pair)| pair.name).filter(|name| is_session_name(name));
    names.next().is_some_and(|first| names.any(|other| other != first))
}

/// How likely a denial alone makes it: a 403 is rather a matter of rights, above all with the very cookie that was received
/// last; a JWT has checks of its own.
fn plain_weight(facts: &Facts, pair: &CookiePair) -> f64 {
    let is_latest = facts.session().kept_value(pair.name) == Some(pair.value);
    match facts.status() {
        _ if facts.jwt().is_some() => 0.3,
        401 | 440 if is_latest => 0.5,
        403 if is_latest => 0.08,
        401 | 440 => 0.6,
        403 if facts.says(Topic::Permission) => 0.1,
        403 => 0.3,
        200..=399 => 0.6,
        _ => 0.2,
    }
}
