//! `grant-invalid`

use crate::checks::declare::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place};

check! {
    /// The code or refresh token is not accepted.
    ///
    /// # What it looks at
    /// A request to the token endpoint and `invalid_grant` in the answer.
    ///
    /// # Why a server answers 401 to it
    /// A code works once and for a minute; a refresh token may be used once, expires, is revoked at log-out, and belongs to
    /// one client. A wrong PKCE verifier is answered the same way.
    ///
    /// # How to prove it
    /// Get a new code and redeem it at once.
    ///
    /// # How to fix it
    /// Log in again. Keep the new refresh token that each answer brings; do not repeat the request when it times out.
    ///
    /// # Example
    /// `400 {"error":"invalid_grant"}`
    ///
    /// # References
    /// RFC 6749 section 5.2; RFC 7636 section 4.6; RFC 9700 section 4.14.
    GRANT = "grant-invalid", OAuth, look
}

fn look(facts: &Facts) -> Finding {
    let Some(kind) = facts.field("grant_type").map(str::to_string) else { return Finding::not_applicable() };
    if !facts.is_refused() {
        return Finding::pass("the grant was accepted");
    }
    if facts.answer.is_none() {
        return Finding::unknown("whether the grant is accepted: send the request");
    }
    let name = match kind.as_str() {
        "authorization_code" => "code",
        "refresh_token" => "refresh_token",
        "password" => "username",
        _ => "grant_type",
    };
    let span = facts.form.iter().find(|(n, _, _)| n == name).map(|(_, _, s)| *s);
    let unsupported = facts.body().contains("grant type")
        || facts.body().contains("unsupported_grant_type")
        || facts.body().contains("unauthorized_client");
    let fix = Fix::action("Log in again and redeem the new code or refresh token at once");
    if unsupported {
        return Finding::fail(0.88, format!("this client may not use the grant type {kind}"))
            .proof(Place::RequestBody, span, kind)
            .fixed_by(Fix::action("Have the grant type allowed for this client"));
    }
    let word = facts.word(Topic::Grant).filter(|w| w.specific);
    if facts.error_code() != Some("invalid_grant") && word.is_none() {
        return Finding::pass("the answer does not speak of the grant");
    }
    let what = match kind.as_str() {
        "refresh_token" => "the refresh token is not accepted: expired, used before, revoked, or of another client",
        "password" => "user and password are not accepted",
        _ => "the code is not accepted: expired, used before, of another client, or the verifier does not fit",
    };
    let finding = Finding::fail(0.92, what).proof(Place::RequestBody, span, name);
    word.into_iter().fold(finding, |f, w| f.proof(w.place, w.span, facts.quote(w))).fixed_by(fix)
}
