//! `clock-skewed`

use super::times::TimeClaim;
use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::signing;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::time;

check! {
    /// Two clocks disagree, and only because of that the token is invalid.
    ///
    /// # What it looks at
    /// The local clock and the answer's Date: is the token valid by one of them and not by the other? Also whether a time
    /// claim is off by whole hours, which happens when local time is written as UTC.
    ///
    /// # Why a server answers 401 to it
    /// The server compares `exp` and `nbf` with its own clock. If the issuer's clock differs, even a new token can be
    /// expired, or not valid yet, when it arrives.
    ///
    /// # How to prove it
    /// Compare `date -u` with the Date header of the answer.
    ///
    /// # How to fix it
    /// Synchronize both clocks with NTP (`timedatectl set-ntp true`). If a claim is off by whole hours, write times in UTC
    /// where the token is made.
    ///
    /// # Example
    /// Local clock 09:21:08Z, Date 09:14:37Z: six and a half minutes apart.
    ///
    /// # References
    /// RFC 7519 section 4.1.4 (leeway); RFC 9110 section 6.6.1 (Date).
    SKEWED = "clock-skewed", Token,
    stage: Clock, topics: [Expired, NotYet], shares_topics: true,
    explains: ["token-expired", "token-not-yet-valid"],
    run: look
}

/// Clocks that differ by less are as good as equal, in seconds.
const NOTABLE: f64 = 30.0;

/// The state of a token at a moment.
#[derive(PartialEq, Clone, Copy)]
enum Life {
    Early,
    Valid,
    Over,
}

fn look(facts: &Facts) -> Finding {
    let skew = facts.clock.skew;
    let Some(token) = facts.jwt().filter(|t| t.jws.claims.fault.is_none()) else { return without_token(facts) };
    let claim = |name| TimeClaim::of(token, name).seconds();
    let (exp, nbf, iat) = (claim("exp"), claim("nbf"), claim("iat"));
    let at = |moment: jiff::Timestamp| moment.as_millisecond() as f64 / 1000.0;
    let life = |now: f64| {
        if nbf.is_some_and(|t| t > now + 1.0) || iat.is_some_and(|t| t > now + 1.0) {
            Life::Early
        } else if exp.is_some_and(|t| t <= now) {
            Life::Over
        } else {
            Life::Valid
        }
    };
    let (mine, theirs) = (at(facts.clock.sent_at), at(facts.clock.server_now));
    if let Some(skew) = skew
        && skew.abs() >= 5.0
        && life(mine) == Life::Valid
        && life(theirs) != Life::Valid
    {
        let (which, far) = if skew > 0.0 { ("ahead of", "expired") } else { ("behind", "not valid yet") };
        return Finding::fail(
            Strength::Contradiction,
            format!("the server's clock is {} {which} yours: the token is valid by your clock, {far} by the server's", time::human(skew)),
        )
        .context(format!("local clock {}, the answer's Date {}", time::short(facts.clock.sent_at), time::short(facts.clock.server_now)))
        .fixed_by(Fix::action("Synchronize both clocks with NTP"));
    }
    if life(theirs) != Life::Valid
        && let Some((name, offset, span)) = whole_hours(facts, exp, nbf, iat, theirs)
    {
        // A life that ends before it begins may also be a plainly wrong expiry.
        let strength = if name == "exp" { Strength::Plausible } else { Strength::Contradiction };
        return Finding::fail(
            strength,
            format!("{name} is off by {}, probably because local time was written as UTC", time::human(offset)),
        )
        .proof(Place::Claims, span, format!("{name} is {} off", time::human(offset)))
        .fixed_by(Fix::action("Write the times in UTC where the token is made"));
    }
    if let Some(finding) = exp.filter(|_| life(theirs) == Life::Valid && life(mine) == Life::Valid).and_then(|exp| misjudged(facts, exp)) {
        return finding;
    }
    match skew {
        Some(skew) if skew.abs() >= NOTABLE => {
            Finding::warn(Strength::Remark, format!("your clock and the server's are {} apart", time::human(skew)))
                .context(format!(
                    "local clock {}, the answer's Date {}",
                    time::short(facts.clock.sent_at),
                    time::short(facts.clock.server_now)
                ))
                .fixed_by(Fix::action("Synchronize both clocks with NTP"))
        }
        Some(skew) => Finding::pass(format!("your clock and the server's are {} apart", time::human(skew))),
        None if facts.answered("date").is_some() => {
            Finding::unknown("the clocks cannot be compared: when the request was sent, by the local clock, is not known")
        }
        None => Finding::unknown("the server's clock is not known: there is no answer with a Date header"),
    }
}

/// The server names this token's own end, which is to come by its own Date, and still finds that its time is over: what compares the two
/// reads another clock, or the local time as UTC.
fn misjudged(facts: &Facts, exp: f64) -> Option<Finding> {
    let words = || facts.words.iter().filter(|word| matches!(word.topic, Topic::Expired | Topic::NotYet | Topic::TimeForm));
    let word = words().find(|word| word.specific).or_else(|| words().next()).filter(|_| facts.is_refused())?;
    let end = jiff::Timestamp::from_second(exp as i64).ok()?;
    let written = [end.strftime("%H:%M:%S").to_string(), format!("{exp:.0}")];
    let told = facts.answer?.headers.iter().map(|(_, header)| header.value.as_str()).chain([facts.body()]);
    told.into_iter().find(|text| written.iter().any(|end| text.contains(end.as_str())))?;
    facts.answered("date")?;
    Some(
        Finding::fail(
            Strength::Likely,
            "by its own Date the server should take the token, whose end it names: what compares them reads another clock, or local time as UTC",
        )
        .proof(word.place, word.span, facts.quote(word))
        .context(format!("the answer's Date {}, exp {}", time::short(facts.clock.server_now), time::short(end)))
        .fixed_by(Fix::action("Compare exp and nbf with the time in UTC, and look at the clock and time zone of what does it")),
    )
}

fn without_token(facts: &Facts) -> Finding {
    if let Some(finding) = signing::skewed(facts) {
        return finding;
    }
    // A signed request (SigV4) names its own moment; services take it for five or fifteen minutes.
    let signed = facts.request.headers.iter().find(|(_, h)| h.is("x-amz-date"));
    let stale = ["RequestTimeTooSkewed", "Signature expired", "RequestExpired", "Signature not yet current"];
    if let Some((index, header)) = signed
        && facts.is_refused()
        && !signing::is_stale(facts)
        && stale.iter().any(|w| facts.body().contains(w))
    {
        return Finding::fail(Strength::Contradiction, "the time in the request's signature is too far from the server's clock")
            .proof(Place::RequestHeader(index), None, header.value.clone())
            .context(format!("the server's clock {}", time::short(facts.clock.server_now)))
            .fixed_by(Fix::action("Synchronize your clock with NTP and sign the request again"));
    }
    match facts.clock.skew {
        Some(skew) if skew.abs() >= NOTABLE => {
            Finding::warn(Strength::Remark, format!("your clock and the server's are {} apart", time::human(skew)))
        }
        Some(skew) => Finding::pass(format!("your clock and the server's are {} apart", time::human(skew))),
        None => Finding::not_applicable(),
    }
}

/// A claim that is off by a whole number of half hours: its name, by how many seconds, and its place.
fn whole_hours(
    facts: &Facts,
    exp: Option<f64>,
    nbf: Option<f64>,
    iat: Option<f64>,
    now: f64,
) -> Option<(&'static str, f64, crate::domain::span::Span)> {
    let token = facts.jwt()?;
    let span = |name| token.jws.claims.member(name).map(|m| m.value_span);
    // Time zones reach from −12 to +14 hours, in steps of 15 minutes; half hours are the ones in use by many.
    let near = |seconds: f64, tolerance: f64| {
        let steps = (seconds / 1800.0).round();
        (steps.abs() >= 1.0 && steps.abs() <= 28.0 && (seconds - steps * 1800.0).abs() <= tolerance).then_some(steps * 1800.0)
    };
    // Issued in the future by whole hours: every time is shifted.
    if let Some(iat) = iat
        && iat > now + 1.0
    {
        return Some(("iat", near(iat - now, 150.0)?, span("iat")?));
    }
    let iat = iat?;
    // Issued just now, but the start is shifted.
    if let Some(nbf) = nbf
        && nbf > now + 1.0
    {
        return Some(("nbf", near(nbf - iat, 5.0)?, span("nbf")?));
    }
    // Expired before it was issued: no life has that length.
    let exp = exp.filter(|exp| *exp < iat)?;
    Some(("exp", near(exp - iat, 5.0)?, span("exp")?))
}
