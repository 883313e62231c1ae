//! `token-not-yet-valid`

use super::times::{TimeClaim, shown};
use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::time;

check! {
    /// The token is not valid yet.
    ///
    /// # What it looks at
    /// The claims `nbf` (not before) and `iat` (issued at), compared with the server's clock: the Date of the answer, if it
    /// has one.
    ///
    /// # Why a server answers 401 to it
    /// A token must not be accepted before `nbf`. Some servers also refuse a token whose `iat` is in the future.
    ///
    /// # How to prove it
    /// Compare `nbf` and `iat` with the answer's Date, or send the same token again later.
    ///
    /// # How to fix it
    /// Wait until `nbf`. To prevent it, synchronize the issuer's clock with NTP, and let `nbf` be a minute in the past.
    ///
    /// # Example
    /// `nbf` 08:37:00Z, the answer's Date 07:39:18Z.
    ///
    /// # References
    /// RFC 7519 sections 4.1.5 and 4.1.6.
    NOT_YET = "token-not-yet-valid", Token,
    stage: Times, topics: [NotYet],
    run: look
}

fn look(facts: &Facts) -> Finding {
    let Some(token) = facts.jwt().filter(|t| t.jws.claims.fault.is_none()) else { return Finding::not_applicable() };
    let now = facts.clock.server_now.as_millisecond() as f64 / 1000.0;
    let says = facts.says(Topic::NotYet);
    let mut looked = false;
    for name in ["nbf", "iat"] {
        let TimeClaim::Seconds(at, member) = TimeClaim::of(token, name) else { continue };
        looked = true;
        let ahead = at - now;
        // Clocks that differ by a second are everyday; the answer's Date has no fractions.
        if ahead <= 1.0 {
            continue;
        }
        let strength = match name {
            "nbf" if ahead > 60.0 || says => Strength::Contradiction,
            "nbf" => Strength::Plausible,
            _ if says => Strength::Contradiction,
            _ if ahead > 60.0 => Strength::Plausible,
            _ => Strength::Unlikely,
        };
        let what = if name == "nbf" { "is not valid yet: its nbf" } else { "was issued in the future: its iat" };
        let finding = Finding::fail(strength, format!("the token {what} is {} ahead of the server's clock", time::human(ahead)));
        return finding
            .proof(
                Place::Claims,
                member.value_span,
                format!("{}, the server's clock {}", shown(name, at), time::short(facts.clock.server_now)),
            )
            .fixed_by(Fix::action("Wait, or synchronize the issuer's clock with NTP"));
    }
    // By the clocks at hand it is valid; the server, whose clock is behind by less than shows, says otherwise.
    if let Some(word) = facts.word(Topic::NotYet).filter(|word| word.specific && looked && facts.is_refused()) {
        return Finding::fail(
            Strength::Possible,
            "the server says that the token is not valid yet: its clock is probably behind the issuer's",
        )
        .proof(word.place, word.span, facts.quote(word))
        .fixed_by(Fix::action("Allow some seconds of leeway on the server, and synchronize both clocks with NTP"));
    }
    if looked { Finding::pass("the token is already valid") } else { Finding::not_applicable() }
}
