//! `second-factor-required`

use crate::checks::declare::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix};

check! {
    /// A stronger or fresher log-in is wanted.
    ///
    /// # What it looks at
    /// `insufficient_user_authentication` and `acr_values` in the challenge; words such as `mfa_required`,
    /// `interaction_required`, "fresh token required".
    ///
    /// # Why a server answers 401 to it
    /// The log-in was good, but not good enough for this: a second factor is missing, or it is too long ago.
    ///
    /// # How to prove it
    /// Look at `acr`, `amr` and `auth_time` in the token.
    ///
    /// # How to fix it
    /// Log in again with what the challenge asks for (`acr_values`, `max_age`).
    ///
    /// # Example
    /// `Bearer error="insufficient_user_authentication", acr_values="mfa"`
    ///
    /// # References
    /// RFC 9470; OpenID Connect Core section 3.1.2.6.
    SECOND_FACTOR = "second-factor-required", OAuth, look
}

fn look(facts: &Facts) -> Finding {
    if facts.answer.is_none() {
        return Finding::not_applicable();
    }
    if !facts.is_refused() {
        return Finding::pass("the log-in was strong enough");
    }
    let otp = facts.answered_at("x-github-otp").filter(|(_, v)| v.contains("required"));
    match facts.word(Topic::SecondFactor).filter(|w| w.specific) {
        Some(word) => Finding::fail(0.94, "the server wants a stronger or fresher log-in").proof(word.place, word.span, facts.quote(word)),
        None if otp.is_some() => Finding::fail(0.94, "the server wants a one-time code").proof(
            crate::checks::Place::ResponseHeader(otp.map_or(0, |(i, _)| i)),
            None,
            "required",
        ),
        None => return Finding::pass("the answer asks for no second factor"),
    }
    .fixed_by(Fix::action("Log in again with the factor that is asked for"))
}
