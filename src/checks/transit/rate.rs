//! `rate-limited`

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place, Strength};

check! {
    /// Too many requests, or too many failed logins.
    ///
    /// # What it looks at
    /// Status 429, the header Retry-After, and words about limits.
    ///
    /// # Why a server answers 401 to it
    /// After several failures the server refuses the account or IP address for a while, even with the right password.
    ///
    /// # How to prove it
    /// Wait as long as Retry-After says, then send the request once.
    ///
    /// # How to fix it
    /// Wait, and send requests less often. Stop any loop that sends a wrong credential again and again.
    ///
    /// # Example
    /// `429` with `Retry-After: 57`.
    ///
    /// # References
    /// RFC 6585 section 4; RFC 9110 section 10.2.3.
    RATE = "rate-limited", Address,
    stage: Way, topics: [Rate],
    run: look
}

fn look(facts: &Facts) -> Finding {
    if facts.answer.is_none() {
        return Finding::not_applicable();
    }
    if !facts.is_refused() {
        return Finding::pass("no limit was reached");
    }
    let wait = facts.answered_at("retry-after");
    let plain = facts.says_plainly(Topic::Rate);
    let strength = match facts.status() {
        429 => Strength::Stated,
        401 | 403 | 503 if plain && wait.is_some() => Strength::Stated,
        401 | 403 if plain => Strength::Likely,
        400 | 422 if plain && facts.lower_body().contains("attempts") => Strength::Stated,
        401 | 403 if wait.is_some() => Strength::Plausible,
        _ => return Finding::pass("the answer does not mention a limit"),
    };
    // Retry-After is a number of seconds or a date.
    let after = wait.map_or_else(String::new, |(_, v)| match v.trim().parse::<u64>() {
        Ok(seconds) => format!("; try again in {seconds} s"),
        Err(_) => format!("; try again after {v}"),
    });
    let mut finding = Finding::fail(strength, format!("too many requests or failed logins{after}")).proof(
        Place::ResponseStatus,
        None,
        facts.status().to_string(),
    );
    if let Some((i, v)) = wait {
        finding = finding.proof(Place::ResponseHeader(i), None, format!("Retry-After: {v}"));
    }
    finding.fixed_by(Fix::action("Wait before the next try, and stop whatever repeats the request"))
}
