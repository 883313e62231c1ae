//! `session-cookie-expired`.

use super::{holds_session, is_authorized, is_denied, wanted};
use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::cookie::{Fate, Withheld};
use crate::domain::time::{from_seconds, human, seconds_between, short};

check! {
    /// The session or its cookie has expired.
    ///
    /// # What it looks at
    /// `Max-Age` and `Expires` of the cookies received before, and a later `Set-Cookie` that deleted one. Also `exp` of a JWT
    /// in the cookie, and what the answer says.
    ///
    /// # Why a server answers 401 to it
    /// Sessions end after a while. The browser then silently stops sending the cookie, or the server no longer knows the
    /// session. Either way it answers as if you were not logged in.
    ///
    /// # How to prove it
    /// Compare the expiry of the cookie (developer tools, Application, Cookies) with the time of the request. Mind the time
    /// zones.
    ///
    /// # How to fix it
    /// Log in again. If the session ends too early, check `Max-Age` on the server and the clocks of both sides. A sliding
    /// session sets the cookie again with each answer.
    ///
    /// # Example
    /// `Set-Cookie: basket=8f1c0d77; Max-Age=1`, and the request two seconds later is answered 401.
    ///
    /// # References
    /// RFC 6265bis sections 5.6.1, 5.6.2 (Expires, Max-Age) and 5.7 (storage).
    EXPIRED = "session-cookie-expired", Session,
    stage: Elsewhere, topics: [Cookie, Login, Missing],
    decided_by: [SetCookie],
    run: look
}

fn look(facts: &Facts) -> Finding {
    let session = facts.session();
    let wanted = wanted(facts);
    let sent = session.sent.iter().find(|(_, pair)| holds_session(facts, pair.name, wanted.as_ref()));
    if facts.is_preflight() || facts.log_in().is_some() {
        return Finding::not_applicable();
    }
    if !is_denied(facts) {
        return if sent.is_some() { Finding::pass("the session cookie was accepted") } else { Finding::not_applicable() };
    }
    let again = || Fix::action("Log in again to get a new session cookie");
    for (entry, fate) in session.not_sent().filter(|(entry, _)| holds_session(facts, &entry.cookie.name, wanted.as_ref())) {
        let Fate::Withheld(reason @ (Withheld::Expired { .. } | Withheld::Deleted { .. })) = fate else { continue };
        let name = &entry.cookie.name;
        // After a deletion the browser has no cookie, which other findings (a redirect to the login) say more plainly.
        let strength = if matches!(reason, Withheld::Deleted { .. }) { Strength::Likely } else { Strength::Contradiction };
        return Finding::fail(strength, format!("the cookie {name} is no longer sent: {reason}"))
            .context(format!("Set-Cookie: {name} from {}, received {}", entry.url, short(entry.received)))
            .fixed_by(again());
    }
    let Some((header, pair)) = sent else { return Finding::not_applicable() };
    let place = Place::RequestHeader(*header);
    let kept = session.jar.entries.iter().rev().find(|entry| entry.cookie.name == pair.name && entry.cookie.value == pair.value);
    if let Some(end) =
        kept.and_then(|entry| entry.kept.as_ref().ok()).and_then(|scope| scope.ends).filter(|end| *end <= facts.clock.sent_at)
    {
        let seconds = seconds_between(end, facts.clock.sent_at);
        let ago = if seconds < 1.0 { "just".to_string() } else { human(seconds) };
        return Finding::fail(
            Strength::Contradiction,
            format!("the cookie {} expired {ago} before the request, at {}", pair.name, short(end)),
        )
        .proof(place, pair.span, format!("the cookie {} is still sent", pair.name))
        .fixed_by(again());
    }
    if let Some(token) = facts.jwt().filter(|t| t.carrier.as_deref() == Some(pair.name))
        && let Some(member) = token.jws.claims.member("exp")
        && let Some(end) = member.value.as_f64().and_then(from_seconds).filter(|end| *end <= facts.clock.server_now)
    {
        let ago = human(seconds_between(end, facts.clock.server_now));
        return Finding::fail(
            Strength::Likely,
            format!("the token in the cookie {} expired {ago} before the answer, at {}", pair.name, short(end)),
        )
        .proof(Place::Claims, member.value_span, format!("exp {}", short(end)))
        .proof(place, pair.span, format!("the cookie {}", pair.name))
        .fixed_by(again());
    }
    if let Some(word) = facts.word(Topic::Expired).filter(|_| facts.jwt().is_none() && !is_authorized(facts)) {
        let strength = if word.specific { Strength::Stated } else { Strength::Likely };
        return Finding::fail(strength, format!("the session of the cookie {} has expired, says the server", pair.name))
            .proof(word.place, word.span, facts.quote(word))
            .proof(place, pair.span, format!("the cookie {}", pair.name))
            .fixed_by(again());
    }
    if facts.status() == 440 {
        return Finding::fail(Strength::Likely, format!("440 means that the session has expired, here that of the cookie {}", pair.name))
            .proof(Place::ResponseStatus, None, "440 Login Time-out")
            .fixed_by(again());
    }
    match kept.map(|entry| entry.cookie.ends(entry.received)) {
        Some(Some(end)) => Finding::pass(format!("the cookie {} expires at {}, after the request", pair.name, short(end))),
        Some(None) => Finding::pass(format!("the cookie {} has no expiry of its own", pair.name)),
        None => Finding::unknown(format!("when the cookie {} expires is not known; its Set-Cookie line would tell", pair.name)),
    }
}
