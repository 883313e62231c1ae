//! `token-not-yet-valid`

use super::times::{TimeClaim, shown};
use crate::checks::declare::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place};
use crate::domain::time;

check! {
    /// The token's life has not begun.
    ///
    /// # What it looks at
    /// `nbf` and `iat` against the server's clock, which is the answer's Date where it has one.
    ///
    /// # Why a server answers 401 to it
    /// Before `nbf` a token must not be accepted; some also refuse one that was issued in the future.
    ///
    /// # How to prove it
    /// Compare `nbf` with the answer's Date; send the same token again later.
    ///
    /// # How to fix it
    /// Set the issuer's clock by NTP; set `nbf` a minute back; wait.
    ///
    /// # Example
    /// `nbf` 08:37:00Z, the answer's Date 07:39:18Z.
    ///
    /// # References
    /// RFC 7519 sections 4.1.5 and 4.1.6.
    NOT_YET = "token-not-yet-valid", Token, look
}

fn look(facts: &Facts) -> Finding {
    let Some(token) = facts.jwt().filter(|t| t.jws.claims.fault.is_none()) else { return Finding::not_applicable() };
    let now = facts.server_now.as_millisecond() as f64 / 1000.0;
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
        let weight = match name {
            "nbf" if ahead > 60.0 || says => 0.94,
            "nbf" => 0.6,
            _ if says => 0.93,
            _ if ahead > 60.0 => 0.6,
            _ => 0.25,
        };
        let what = if name == "nbf" { "becomes valid" } else { "was issued, by its iat," };
        let finding = Finding::fail(weight, format!("the token {what} only in {}", time::human(ahead)));
        return finding
            .proof(Place::Claims, member.value_span, format!("{}, the server's clock {}", shown(name, at), time::short(facts.server_now)))
            .fixed_by(Fix::action("Wait, or set the issuer's clock; let nbf begin a minute earlier"));
    }
    if looked { Finding::pass("its life has begun") } else { Finding::not_applicable() }
}
