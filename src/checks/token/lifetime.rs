//! `token-expired`, `token-expiring-soon`, `token-lifetime-long`

use super::times::{TimeClaim, shown};
use crate::checks::check::check;
use crate::checks::credentials::of_service::source;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing};
use crate::checks::services::KnownBy;
use crate::checks::signing;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::json::Object;
use crate::domain::signing::encoding::from_base64;
use crate::domain::time;
use crate::domain::token::token_use::{TokenUse, token_use};

check! {
    /// The token has expired.
    ///
    /// # What it looks at
    /// The claim `exp` (expiry), the issue time and lifetime of a token that is not a JWT, or the end that a signed address names
    /// (`se`, `X-Amz-Expires`). It is compared with the server's clock: the Date of the answer, if it has one.
    ///
    /// # Why a server answers 401 to it
    /// A token must not be accepted after `exp`. Most servers allow about a minute for clocks that differ.
    ///
    /// # How to prove it
    /// Compare `exp` with the answer's Date.
    ///
    /// # How to fix it
    /// Get a new token, with the refresh token or by logging in again. In code, renew the token shortly before `exp`, and
    /// once more after a 401.
    ///
    /// # Example
    /// `exp` 04:10:30Z, the answer's Date 07:22:41Z.
    ///
    /// # References
    /// RFC 7519 section 4.1.4; RFC 6750 section 3.1 (invalid_token).
    EXPIRED = "token-expired", Token,
    stage: Times, topics: [Expired],
    run: expired
}

check! {
    /// The token is about to expire.
    ///
    /// # What it looks at
    /// The time that is left: less than a minute, or less than a twentieth of its life.
    ///
    /// # Why a server answers 401 to it
    /// It does not yet. But a slow request, or a server clock that is a few seconds ahead, is enough.
    ///
    /// # How to prove it
    /// Send the same request again in a minute.
    ///
    /// # How to fix it
    /// Renew the token before it expires, not after.
    ///
    /// # Example
    /// 20 seconds left of an hour.
    ///
    /// # References
    /// RFC 7519 section 4.1.4.
    EXPIRING = "token-expiring-soon", Token,
    stage: Elsewhere,
    run: expiring
}

check! {
    /// The token is valid for longer than is safe.
    ///
    /// # What it looks at
    /// Whether an access token is valid for more than 24 hours (`exp` − `iat`), or for longer than the service that was called takes.
    ///
    /// # Why a server answers 401 to it
    /// Some servers refuse tokens above a maximum age. For the others it is a risk: a stolen token works until it expires.
    ///
    /// # How to prove it
    /// Subtract `iat` from `exp`: more than 86400 seconds is more than a day.
    ///
    /// # How to fix it
    /// Issue access tokens for minutes or hours, with refresh tokens to renew them.
    ///
    /// # Example
    /// An access token for 30 days.
    ///
    /// # References
    /// RFC 6750 section 5.3 (short-lived tokens); RFC 9700 section 2.2.
    LONG = "token-lifetime-long", Token,
    stage: Elsewhere,
    run: long
}

/// Seconds by which servers usually let clocks differ.
const LEEWAY: f64 = 60.0;

fn expired(facts: &Facts) -> Finding {
    if let Some(finding) = signing::ended(facts) {
        return finding;
    }
    if let Some((ago, said)) = facts.noted_expiry().filter(|_| facts.is_refused() && facts.token.is_some() && facts.jwt().is_none()) {
        let token = facts.token.as_ref().map(|token| (token.place, token.span));
        let finding = Finding::fail(Strength::Contradiction, format!("the token expired {} ago, by the notes", time::human(ago)));
        let finding = token.into_iter().fold(finding, |finding, (place, span)| finding.proof(place, span, "the token"));
        return finding.context(said.to_string()).fixed_by(Fix::renew("Get a new token, with the refresh token or by logging in again"));
    }
    let now = facts.clock.server_now.as_millisecond() as f64 / 1000.0;
    let clock = if facts.clock.skew.is_some() { "the answer's Date" } else { "the clock" };
    let Some(token) = facts.jwt() else { return opaque(facts) };
    if token.jws.claims.fault.is_some() {
        return Finding::unknown("the token is damaged: its claims cannot be read, so exp is not known");
    }
    let TimeClaim::Seconds(exp, member) = TimeClaim::of(token, "exp") else {
        if facts.says_plainly(Topic::Expired) && TimeClaim::of(token, "exp") == TimeClaim::Absent {
            return from_words(facts, Strength::Plausible);
        }
        return Finding::not_applicable();
    };
    let left = exp - now;
    if left > 0.0 {
        if facts.says_plainly(Topic::Expired) && facts.is_refused() {
            // Its own clock may run ahead, or it means something else, such as the session.
            return from_words(facts, Strength::Possible);
        }
        return Finding::pass(format!("the token expires in {}", time::human(left)));
    }
    let strength = if -left < LEEWAY && !facts.says_plainly(Topic::Expired) { Strength::Plausible } else { Strength::Contradiction };
    Finding::fail(strength, format!("the token expired {} ago", time::human(left)))
        .proof(Place::Claims, member.value_span, format!("{}, {clock} {}", shown("exp", exp), time::short(facts.clock.server_now)))
        .fixed_by(Fix::renew("Get a new token, with the refresh token or by logging in again"))
}

/// True when `exp` of the request's token is past, by more than clocks differ.
pub fn has_expired(facts: &Facts) -> bool {
    let exp = facts.jwt().and_then(|token| TimeClaim::of(token, "exp").seconds());
    exp.is_some_and(|exp| exp + LEEWAY < facts.clock.server_now.as_millisecond() as f64 / 1000.0)
}

fn from_words(facts: &Facts, strength: Strength) -> Finding {
    let said = facts.word(Topic::Expired).map(|word| format!(" ({:?})", facts.quote(word))).unwrap_or_default();
    let message = format!("the server says that the token or session has expired{said}, though nothing in the request shows it");
    let finding = Finding::warn(strength, message);
    match facts.word(Topic::Expired) {
        Some(word) => finding.proof(word.place, word.span, facts.quote(word)),
        None => finding,
    }
    .fixed_by(Fix::renew("Get a new token, or log in again"))
}

/// Names under which tokens that are an object in base64 say when they end.
const ENDS: [&str; 6] = ["expiration", "exp", "expires", "expires_at", "expiresAt", "expiry"];

/// A token of a form of its own that says in clear when it ends, as the passwords of a container registry do.
fn written_inside(facts: &Facts) -> Option<Finding> {
    let of_basic = || {
        let (_, password) = facts.basic.as_ref()?.text()?;
        facts.authorization().map(|a| (password, a.place(), a.credential_span))
    };
    let of_token = || facts.token.as_ref().filter(|token| !token.is_jwt).map(|token| (token.jws.text.as_str(), token.place, token.span));
    let (text, place, span) = of_basic().or_else(of_token).filter(|(text, ..)| text.starts_with("eyJ") && !text.contains('.'))?;
    let object = Object::read(std::str::from_utf8(&from_base64(text)?).ok()?);
    let seconds = |name: &&str| {
        let number = object.get(name)?;
        let at = number.as_f64().or_else(|| number.as_str()?.parse().ok())?;
        (at > 1e9).then_some(if at > 1e11 { at / 1000.0 } else { at })
    };
    let (name, end) = ENDS.iter().find_map(|name| Some((*name, seconds(name)?)))?;
    let past = facts.clock.server_now.as_millisecond() as f64 / 1000.0 - end;
    (past > 0.0 && facts.is_refused()).then(|| {
        Finding::fail(Strength::Contradiction, format!("the token says inside that it expired {} ago", time::human(past)))
            .proof(place, span, format!("{name} in it: {}", shown(name, end)))
            .fixed_by(Fix::renew("Get a new token, or log in again"))
    })
}

/// An opaque token's life is known only from the answer that issued it, unless it is written inside.
fn opaque(facts: &Facts) -> Finding {
    if let Some(finding) = written_inside(facts) {
        return finding;
    }
    if facts.token.is_none() {
        // A token as the password of Basic, or in a header of its own.
        let says = facts.says_plainly(Topic::Expired) && facts.is_refused();
        let carries = facts.basic.is_some() || !facts.others.is_empty();
        return if says && carries { from_words(facts, Strength::Likely) } else { Finding::not_applicable() };
    }
    let (Some(issued), Some(lifetime)) = (facts.context.token_issued_at, facts.context.token_expires_in) else {
        return match facts.standing {
            Standing::Accepted => Finding::pass("the server accepted the token"),
            _ if facts.says_plainly(Topic::Expired) => from_words(facts, Strength::Likely),
            _ => Finding::unknown("whether the token has expired is not known: it is not a JWT; its issue time and expires_in would tell"),
        };
    };
    let left = lifetime as f64 - time::seconds_between(issued, facts.clock.server_now);
    if left > 0.0 {
        return Finding::pass(format!("the token was issued for {}, of which {} is left", time::human(lifetime as f64), time::human(left)));
    }
    Finding::fail(
        Strength::Contradiction,
        format!("the token expired {} ago: it was issued for {}", time::human(left), time::human(lifetime as f64)),
    )
    .context(format!("issued {}, expires_in {lifetime}, now {}", time::short(issued), time::short(facts.clock.server_now)))
    .fixed_by(Fix::renew("Get a new token, with the refresh token or by logging in again"))
}

fn life(facts: &Facts) -> Option<(f64, f64, crate::domain::span::Span)> {
    let token = facts.jwt()?;
    let TimeClaim::Seconds(exp, member) = TimeClaim::of(token, "exp") else { return None };
    let iat = TimeClaim::of(token, "iat").seconds()?;
    Some((exp - iat, exp - facts.clock.server_now.as_millisecond() as f64 / 1000.0, member.value_span))
}

fn expiring(facts: &Facts) -> Finding {
    let Some((whole, left, span)) = life(facts) else { return Finding::not_applicable() };
    if left <= 0.0 || whole <= 0.0 {
        return Finding::not_applicable();
    }
    if left < 60.0 || left < whole / 20.0 {
        return Finding::warn(Strength::Remark, format!("the token expires in {}", time::human(left)))
            .proof(Place::Claims, span, "exp")
            .fixed_by(Fix::action("Renew the token now"));
    }
    Finding::pass(format!("{} left until the token expires", time::human(left)))
}

/// A token that is valid for longer than its service takes, by the moment at which it was made or by the server's clock.
fn longer_than_taken(facts: &Facts) -> Option<Finding> {
    let known = facts.service().filter(|known| known.by == KnownBy::Host && facts.is_refused())?;
    let most = f64::from(known.service.jwt.as_ref()?.longest?);
    let token = facts.jwt()?;
    let TimeClaim::Seconds(exp, member) = TimeClaim::of(token, "exp") else { return None };
    let left = exp - facts.clock.server_now.as_millisecond() as f64 / 1000.0;
    let whole = TimeClaim::of(token, "iat").seconds().map_or(left, |iat| left.max(exp - iat));
    (whole > most).then(|| {
        let strength = if known.decides() { Strength::Contradiction } else { Strength::Plausible };
        let message =
            format!("the token is valid for {}, and {} takes at most {}", time::human(whole), known.service.name, time::human(most));
        Finding::fail(strength, message)
            .proof(Place::Claims, member.value_span, shown("exp", exp))
            .context(source(known.service))
            .fixed_by(Fix::action("Let it end earlier, with a minute to spare for clocks that differ"))
    })
}

fn long(facts: &Facts) -> Finding {
    if let Some(finding) = longer_than_taken(facts) {
        return finding;
    }
    let Some((whole, _, span)) = life(facts) else { return Finding::not_applicable() };
    // A refresh token is meant to live long.
    if facts.jwt().is_some_and(|t| token_use(&t.jws).token_use == TokenUse::Refresh) {
        return Finding::not_applicable();
    }
    if whole > 86_400.0 {
        return Finding::warn(
            Strength::Remark,
            format!("the token is valid for {}; minutes or hours are safer for an access token", time::human(whole)),
        )
        .proof(Place::Claims, span, "exp")
        .fixed_by(Fix::action("Issue the token for a shorter time, with a refresh token to renew it"));
    }
    Finding::pass(format!("the token is valid for {} in all", time::human(whole)))
}
