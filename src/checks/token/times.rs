//! The time claims read once, and `time-claim-malformed`.

use serde_json::Value;

use crate::checks::check::check;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Token};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::json::{Member, Object};
use crate::domain::time;

check! {
    /// A time in the token is missing, or is not a number of seconds.
    ///
    /// # What it looks at
    /// `exp`, `nbf` and `iat`: a string, a date, milliseconds, null, a negative number, or `exp` missing.
    ///
    /// # Why a server answers 401 to it
    /// RFC 7519 wants seconds since 1970, as a number. Milliseconds put a start far into the future, many servers refuse a
    /// string, and a negative expiry is long past.
    ///
    /// # How to prove it
    /// Count the digits: a time of today has ten in seconds, thirteen in milliseconds.
    ///
    /// # How to fix it
    /// Where the token is made, write a number of seconds, without quotes. Divide milliseconds by 1000 and round down.
    ///
    /// # Example
    /// `"nbf": 1795425156417`
    ///
    /// # References
    /// RFC 7519 sections 2 (NumericDate), 4.1.4, 4.1.5, 4.1.6.
    MALFORMED = "time-claim-malformed", Token,
    stage: ClaimForm, topics: [TimeForm, Expired, NotYet],
    run: look
}

/// What a time claim holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TimeClaim<'f> {
    /// Not there.
    Absent,
    /// Seconds since the epoch, as it should be.
    Seconds(f64, &'f Member),
    /// Something else.
    Odd(Oddity, &'f Member),
}

/// What is wrong with a time claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// A number that only makes sense as milliseconds.
    Milliseconds,
    /// Below zero or zero.
    Negative,
    /// A string of digits.
    DigitString,
    /// Any other string.
    Text,
    /// null.
    Null,
    /// An object, a list, a truth value.
    Other,
}

impl<'f> TimeClaim<'f> {
    /// Reads the claim of that name.
    pub fn of(token: &'f Token, name: &str) -> Self {
        Self::within(&token.jws.claims, name)
    }

    /// Reads the claim of that name among any claims.
    pub fn within(claims: &'f Object, name: &str) -> Self {
        let Some(member) = claims.member(name) else { return Self::Absent };
        let oddity = match &member.value {
            Value::Number(n) => match n.as_f64().unwrap_or(f64::NAN) {
                s if s <= 0.0 => Oddity::Negative,
                // Later than the year 5138: nobody means that.
                s if s > 1e11 => Oddity::Milliseconds,
                s if s.is_finite() => return Self::Seconds(s, member),
                _ => Oddity::Other,
            },
            Value::String(s) if s.trim().parse::<f64>().is_ok() => Oddity::DigitString,
            Value::String(_) => Oddity::Text,
            Value::Null => Oddity::Null,
            _ => Oddity::Other,
        };
        Self::Odd(oddity, member)
    }

    /// The seconds, when it is well formed.
    pub const fn seconds(self) -> Option<f64> {
        match self {
            Self::Seconds(s, _) => Some(s),
            _ => None,
        }
    }

    /// The seconds that are meant, if they can be made out: of milliseconds and digit strings too.
    pub fn meant(self) -> Option<f64> {
        match self {
            Self::Seconds(s, _) => Some(s),
            Self::Odd(Oddity::Milliseconds, m) => Some(m.value.as_f64()? / 1000.0),
            Self::Odd(Oddity::DigitString, m) => m.value.as_str()?.trim().parse().ok(),
            _ => None,
        }
    }
}

fn look(facts: &Facts) -> Finding {
    let Some(token) = facts.jwt().filter(|t| t.jws.is_readable()) else { return Finding::not_applicable() };
    let says = |name: &str| {
        facts.says_plainly(Topic::TimeForm)
            || facts
                .words
                .iter()
                .any(|w| matches!(w.topic, Topic::Expired | Topic::NotYet | Topic::Claim) && (w.specific || facts.quote(w).contains(name)))
    };
    for name in ["exp", "nbf", "iat"] {
        let TimeClaim::Odd(oddity, member) = TimeClaim::of(token, name) else {
            continue;
        };
        // Some issuers write `"nbf": 0` for none, and 1970 is past.
        if name == "nbf" && member.value.as_f64() == Some(0.0) {
            continue;
        }
        let shown = member.value_span.cut(&token.jws.claims.text).unwrap_or_default();
        let (strength, what): (Strength, String) = match (oddity, name) {
            (Oddity::Milliseconds, "nbf") => {
                (Strength::Contradiction, "is in milliseconds; read as seconds, it is tens of thousands of years ahead".into())
            }
            (Oddity::Milliseconds, "iat") => {
                (Strength::Likely, "is in milliseconds; read as seconds, it is tens of thousands of years ahead".into())
            }
            // In the far future nothing expires: a server that does not mind takes it.
            (Oddity::Milliseconds, _) => (Strength::Plausible, "is in milliseconds, not seconds; strict servers refuse it".into()),
            (Oddity::Negative, "exp") => (Strength::Contradiction, "is not after 1970, so the token has never been valid".into()),
            (Oddity::Negative, _) => (Strength::Possible, "is not after 1970".into()),
            (Oddity::DigitString, "exp" | "nbf") => (Strength::Likely, "is a string, but must be a number".into()),
            (Oddity::DigitString, _) => (Strength::Plausible, "is a string, but must be a number".into()),
            (Oddity::Text, _) => (Strength::Contradiction, "is text, but must be a number of seconds".into()),
            (Oddity::Null, _) => (Strength::Contradiction, "has no value, but must be a number of seconds".into()),
            (Oddity::Other, _) => (Strength::Contradiction, "is not a number".into()),
        };
        let strength = if says(name) { strength.max(Strength::Stated) } else { strength };
        return Finding::fail(strength, format!("{name} {shown} {what}"))
            .proof(Place::Claims, member.value_span, format!("{name} {shown}"))
            .fixed_by(Fix::action("Write seconds since 1970, as a number, where the token is made"));
    }
    if let Some((name, member)) = with_fraction(facts, token) {
        let shown = member.value_span.cut(&token.jws.claims.text).unwrap_or_default();
        let strength = if says(name) { Strength::Stated } else { Strength::Plausible };
        return Finding::suspect(strength, format!("{name} {shown} has a fraction of a second, and many servers read whole numbers only"))
            .proof(Place::Claims, member.value_span, format!("{name} {shown}"))
            .fixed_by(Fix::action("Write whole seconds since 1970 where the token is made"));
    }
    if TimeClaim::of(token, "exp") == TimeClaim::Absent {
        let plain = facts.says_plainly(Topic::TimeForm)
            || facts.words.iter().any(|w| facts.quote(w).contains("exp"))
            || facts.body().contains("'exp'")
            || challenge_names(facts, "exp");
        // Keys in the form of a token have none, and are taken.
        let strength = if plain { Strength::Contradiction } else { Strength::Unlikely };
        return Finding::warn(strength, "the token has no exp (expiry), and some APIs refuse a token that never expires")
            .proof(Place::Claims, None, "no exp")
            .fixed_by(Fix::action("Issue the token with an expiry (exp)"));
    }
    Finding::pass("exp, nbf and iat, as far as they are in the token, are numbers of seconds")
}

/// A time with a fraction of a second, which RFC 7519 allows and some libraries do not read.
fn with_fraction<'f>(facts: &Facts, token: &'f Token) -> Option<(&'static str, &'f Member)> {
    let claims = ["exp", "nbf"].into_iter().filter(|_| facts.is_refused() && facts.answer.is_some());
    claims.into_iter().find_map(|name| match TimeClaim::of(token, name) {
        TimeClaim::Seconds(seconds, member) if seconds.fract() != 0.0 => Some((name, member)),
        _ => None,
    })
}

/// True when a challenge's description names the claim in quotes.
fn challenge_names(facts: &Facts, claim: &str) -> bool {
    facts
        .challenges
        .iter()
        .filter_map(|c| c.get("error_description"))
        .any(|d| d.contains(&format!("'{claim}'")) || d.contains(&format!("\"{claim}\"")))
}

/// `exp 2026-11-23T04:10:30Z`, as evidence shows it.
pub fn shown(name: &str, seconds: f64) -> String {
    time::from_seconds(seconds).map_or_else(|| format!("{name} {seconds}"), |t| format!("{name} {}", time::short(t)))
}
