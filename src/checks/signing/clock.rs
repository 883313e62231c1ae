//! The moment of signing against the server's clock.

use jiff::Timestamp;

use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing, is_from_cache};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::headers::Header;
use crate::domain::limits::MAX_FIELDS;
use crate::domain::request::RequestPart;
use crate::domain::signing::field::{Field, header};
use crate::domain::signing::parameters::Scheme;
use crate::domain::signing::sigv4::Form;
use crate::domain::signing::{Signed, field};
use crate::domain::span::Span;
use crate::domain::time;

use super::secret::signed_again;
use super::{Stamp, families, inside, proved, sign_again};

const MINUTE: f64 = 60.0;
const HOUR: f64 = 60.0 * MINUTE;

/// The moment of signing; `None` where none is named, or where a signature says itself how long it holds.
pub(super) fn stamp(facts: &Facts, signed: &Signed) -> Option<Stamp> {
    let dated = |names: &[&str], window| {
        let field = names.iter().find_map(|name| header(facts.request, name))?;
        Some(Stamp { at: time::http_date(&field.value)?, field, window })
    };
    match signed {
        Signed::Aws(aws) if aws.form == Form::Header => {
            let is_s3 = aws.scope().is_some_and(|scope| scope.service == "s3");
            let window = if is_s3 { 15.0 * MINUTE } else { 5.0 * MINUTE };
            Some(Stamp { at: aws.signed_at()?, field: aws.date.clone()?, window })
        }
        Signed::SharedKey(_) => dated(&["x-ms-date", "date"], 15.0 * MINUTE),
        Signed::OAuth1(oauth) => {
            let field = oauth.get("oauth_timestamp")?.clone();
            // The specification names no window; providers take five to fifteen minutes.
            Some(Stamp { at: seconds(&field)?, field, window: 15.0 * MINUTE })
        }
        Signed::Parameters(signed) => match signed.scheme {
            Scheme::Hawk => {
                let field = signed.get("ts")?.clone();
                Some(Stamp { at: seconds(&field)?, field, window: MINUTE })
            }
            Scheme::Azure => dated(&["x-ms-date", "date"], 15.0 * MINUTE),
            // The draft names no window; servers take from five minutes to half a day.
            Scheme::Draft => dated(&["x-date", "date"], if speaks_of_clock(facts) { 5.0 * MINUTE } else { 12.0 * HOUR }),
            Scheme::Message => None,
        },
        Signed::Aws(_) | Signed::Sas(_) => None,
    }
}

/// Seconds since 1970, of ten digits: more are milliseconds, which are another fault.
fn seconds(field: &field::Field) -> Option<Timestamp> {
    let text = field.value.as_str();
    (text.len() == 10).then(|| text.parse().ok()).flatten().and_then(time::from_seconds)
}

/// The server's clock, where it is known.
pub(super) fn server_clock(facts: &Facts) -> Option<Timestamp> {
    let has_date = facts.answered("date").and_then(time::http_date).is_some() && !facts.answer.is_some_and(is_from_cache);
    let is_known = has_date || facts.context.now.is_some() || facts.standing == Standing::Unanswered;
    is_known.then_some(facts.clock.server_now)
}

/// How the moment of signing compares with the server's clock.
enum Verdict {
    /// Within the window, or not known.
    Fine,
    /// The client's clock is wrong by that many seconds.
    Skewed(f64),
    /// Signed that many seconds before it was sent; negative for later.
    Stale(f64),
    /// Too far by that many seconds; in which direction is not known.
    Far(f64),
    /// Too far by that many seconds, says the server, though the clocks agree now.
    Told(f64),
}

fn verdict(facts: &Facts, stamp: &Stamp) -> Verdict {
    let Some(server) = server_clock(facts) else { return Verdict::Fine };
    let age = time::seconds_between(stamp.at, server);
    if age.abs() <= stamp.window {
        return Verdict::Fine;
    }
    match facts.clock.skew {
        Some(_) if time::seconds_between(stamp.at, facts.clock.sent_at).abs() <= stamp.window => Verdict::Skewed(age),
        None if facts.answer.is_some() && facts.context.now.is_none() => Verdict::Far(age),
        _ if speaks_of_clock(facts) => Verdict::Told(age),
        _ => Verdict::Stale(age),
    }
}

fn of(facts: &Facts) -> Option<(Stamp, Verdict)> {
    let of_family = || families::stamp(facts).map(|(field, at, window)| Stamp { field, at, window });
    let stamp = facts.signed().and_then(|signed| stamp(facts, signed)).or_else(of_family).or_else(|| inside::stamp(facts))?;
    let verdict = verdict(facts, &stamp);
    Some((stamp, verdict))
}

fn direction(age: f64) -> &'static str {
    if age > 0.0 { "behind" } else { "ahead of" }
}

/// What servers that name no window take at least, in seconds.
const USUAL: f64 = 5.0 * MINUTE;
/// From here on servers that take a request for seconds only refuse it, and no network is as slow.
const SHORT: f64 = 2.0 * MINUTE;
/// From here on clocks differ, in seconds.
const NOTABLE: f64 = 30.0;

/// True for a name that ends in one of these.
fn is_called(name: &str, ends: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    ends.iter().any(|end| name.ends_with(end))
}

/// True for as many hexadecimal digits as a hash has, from SHA-1 on.
fn is_hash(value: &str) -> bool {
    value.len() >= 40 && value.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The header with the moment of signing, beside one with a signature, under whatever names the service gave them.
pub(super) fn by_header(facts: &Facts) -> Option<(String, Field)> {
    let headers = &facts.request.headers;
    let is_signature = |h: &Header| {
        is_called(&h.name, &["signature", "-sign", "-hmac", "-digest"]) || is_called(&h.name, &["-hash"]) && is_hash(h.value.trim())
    };
    let signature = headers.iter().find(|(_, h)| is_signature(h))?;
    let (_, header) = headers.iter().find(|(index, h)| *index != signature.0 && is_called(&h.name, &["timestamp", "-time", "-ts"]))?;
    Some((header.name.clone(), field::header(facts.request, &header.name)?))
}

/// The same among the parameters of the query: `?timestamp=…&signature=…`.
fn by_query(facts: &Facts) -> Option<(String, Field)> {
    let fields = field::query(facts.request);
    fields.iter().find(|(name, _)| is_called(name, &["signature", "_sign", "-sign", "hmac"]) || name.eq_ignore_ascii_case("sign"))?;
    fields.iter().find(|(name, _)| is_called(name, &["timestamp", "_ts"])).cloned()
}

/// The same among the parameters of Authorization: `ACME-HMAC key=…;timestamp=…;signature=…`.
fn by_parameter(facts: &Facts) -> Option<(String, Field)> {
    let a = facts.authorization().filter(|a| a.scheme.is_some() && a.credential.len() <= MAX_FIELDS)?;
    let pairs = || a.credential.split([';', ',', '&']).filter_map(|pair| pair.trim().split_once('='));
    let is = |name: &str, words: &[&str]| words.iter().any(|word| name.eq_ignore_ascii_case(word));
    pairs().find(|(name, _)| is(name, &["signature", "sign", "sig", "mac", "hmac"]))?;
    let (name, value) = pairs().find(|(name, _)| is(name, &["timestamp", "ts", "time", "created"]))?;
    let value = value.trim_matches('"');
    let span = Span::of(&a.credential, value)?.shifted(a.credential_span.start);
    Some((name.into(), Field { raw: value.into(), value: value.into(), part: RequestPart::HeaderValue(a.index), span }))
}

/// A header that is called a timestamp beside one that is called a signature, or such a parameter of Authorization or of the query, in a
/// request that nobody described, and refused: the server compares it with its own clock, which its Date shows.
fn of_a_name(facts: &Facts) -> Option<Finding> {
    let (name, field) = by_header(facts).or_else(|| by_parameter(facts)).or_else(|| by_query(facts))?;
    let server = server_clock(facts)?;
    facts.answered("date").filter(|_| facts.standing == Standing::Refused)?;
    let number = |digits: usize| (field.value.len() == digits).then(|| field.value.parse::<f64>().ok()).flatten();
    let at = number(10).or_else(|| number(13).map(|millis| millis / 1000.0)).and_then(time::from_seconds);
    let at = at.or_else(|| time::rfc3339(&field.value))?;
    let age = time::seconds_between(at, server);
    let is_said = facts.says_plainly(Topic::Expired) || facts.says_plainly(Topic::NotYet) || speaks_of_timestamp(facts.lower_body());
    // By years it is no moment, or another fault.
    if age.abs() < if is_said { NOTABLE } else { SHORT } || age.abs() > 366.0 * 86_400.0 {
        return None;
    }
    let message = format!("{name} is {} {} the server's clock", time::human(age), direction(age));
    let strength = match () {
        () if is_said => Strength::Stated,
        () if age.abs() >= USUAL => Strength::Likely,
        () => Strength::Plausible,
    };
    let finding =
        Finding::fail(strength, message).fixed_by(signed_again(facts).unwrap_or_else(|| {
            Fix::action("Synchronize your clock with NTP, or take the time from the server, and sign the request again")
        }));
    let finding = proved(finding, &field, field.value.clone());
    Some(finding.context(format!("the answer's Date {}", time::short(server))))
}

/// The moment in the login of a SOAP message, which servers take for some minutes, and no other reason.
fn of_soap(facts: &Facts) -> Option<Finding> {
    let (at, span) = facts.username_token()?.created?;
    let server = server_clock(facts).filter(|_| facts.standing == Standing::Refused)?;
    let age = time::seconds_between(at, server);
    if age.abs() < USUAL {
        return None;
    }
    // Time zones are a whole number of quarters of an hour away.
    let steps = (age / (15.0 * MINUTE)).round();
    let is_local = (age - steps * 15.0 * MINUTE).abs() <= MINUTE && (1.0..=56.0).contains(&steps.abs());
    let why = if is_local { ", probably because local time was written as UTC" } else { "" };
    let message = format!("Created in the UsernameToken is {} {} the server's clock{why}", time::human(age), direction(age));
    let finding = Finding::fail(Strength::Likely, message).proof(Place::RequestBody, span, "when the token was made");
    let fix = if is_local { "Write Created in UTC" } else { "Synchronize both clocks with NTP, or take the time from the server" };
    Some(finding.context(format!("the server's clock {}", time::short(server))).fixed_by(Fix::action(fix)))
}

/// The notes tell that the clocks differ, and what was sent holds good by the clock.
fn of_notes(facts: &Facts) -> Option<Finding> {
    let (gap, said) = facts.noted_clocks().filter(|(gap, _)| *gap >= USUAL && facts.standing == Standing::Refused)?;
    let signed = facts.signed().and_then(|signed| stamp(facts, signed));
    let (place, span) = match (facts.username_token().and_then(|token| token.created), &signed) {
        (Some((_, span)), _) => (Place::RequestBody, span),
        (None, Some(stamp)) => (super::place(stamp.field.part), stamp.field.span),
        (None, None) => return None,
    };
    let message = format!("what was sent holds only for minutes, and the two clocks are {} apart, by the notes", time::human(gap));
    Some(
        Finding::fail(Strength::Stated, message)
            .proof(place, span, "when it was made")
            .context(said.to_string())
            .fixed_by(Fix::action("Synchronize both clocks with NTP, and mind the time zone that is set at the server")),
    )
}

/// True where a text speaks of a timestamp. As the name of a member, `"timestamp": …`, it says only when the answer was made.
fn speaks_of_timestamp(body: &str) -> bool {
    let is_name = |rest: &str| rest.strip_prefix('"').is_some_and(|rest| rest.trim_start().starts_with(':'));
    body.match_indices("timestamp").any(|(at, word)| !body.get(at + word.len()..).is_some_and(is_name))
}

/// True where the answer says that the clocks differ.
fn speaks_of_clock(facts: &Facts) -> bool {
    ["clock skew", "clockskew", "skewed"].iter().any(|word| facts.lower_body().contains(word))
}

/// For `clock-skewed`: the client signed by its own clock, and the server's is another.
pub fn skewed(facts: &Facts) -> Option<Finding> {
    let Some((stamp, verdict)) = of(facts) else { return of_a_name(facts).or_else(|| of_soap(facts)).or_else(|| of_notes(facts)) };
    let (strength, age) = match verdict {
        Verdict::Skewed(age) => (Strength::Contradiction, age),
        Verdict::Far(age) => (Strength::Likely, age),
        Verdict::Told(age) => (Strength::Stated, age),
        Verdict::Fine | Verdict::Stale(_) => return of_notes(facts),
    };
    let message = format!(
        "the request was signed at {}, {} {} the server's clock: a signature holds {}",
        time::short(stamp.at),
        time::human(age),
        direction(age),
        time::human(stamp.window)
    );
    let finding = Finding::fail(strength, message)
        .context(format!("the server's clock {}", time::short(facts.clock.server_now)))
        .fixed_by(signed_again(facts).unwrap_or_else(|| Fix::action("Synchronize your clock with NTP and sign the request again")));
    Some(proved(finding, &stamp.field, stamp.field.value.clone()))
}

/// True for a signature that is older than it may be although the clocks agree.
pub fn is_stale(facts: &Facts) -> bool {
    matches!(of(facts), Some((_, Verdict::Stale(_))))
}

/// For `request-signature-mismatch`: a request that was signed long before it was sent.
pub(super) fn stale(facts: &Facts) -> Option<Finding> {
    // Of a token that is too old `token-expired` speaks.
    let (stamp, verdict) = of(facts).filter(|_| inside::stamp(facts).is_none())?;
    let Verdict::Stale(age) = verdict else { return None };
    let when = if age > 0.0 { "before" } else { "after" };
    let message =
        format!("the request was signed {} {when} it was sent, and a signature holds {}", time::human(age), time::human(stamp.window));
    let finding = proved(Finding::fail(Strength::Contradiction, message), &stamp.field, stamp.field.value.clone());
    Some(
        finding
            .context(format!("the clock {}", time::short(facts.clock.server_now)))
            .fixed_by(signed_again(facts).unwrap_or_else(|| sign_again("Write the present time"))),
    )
}
