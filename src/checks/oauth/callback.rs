//! What an authorization server says on the way back from a login (`?error=…&state=…`). It is in the request, and the application
//! that gets it often answers with something else: that its state is missing, or that nobody is logged in.

use crate::checks::facts::Facts;
use crate::checks::{Check, Finding, Fix, Outcome, Place, Strength};
use crate::domain::signing::field;
use crate::domain::span::{Span, start};

/// The errors (RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6, and those of widespread servers), each with the check
/// that it means and what to do.
const ERRORS: [(&str, &str, &str); 12] = [
    ("redirect_uri_mismatch", "redirect-uri-mismatch", REGISTER),
    ("invalid_redirect_uri", "redirect-uri-mismatch", REGISTER),
    ("unauthorized_client", "client-authentication-failed", CLIENT),
    ("invalid_client", "client-authentication-failed", CLIENT),
    ("application_suspended", "client-authentication-failed", CLIENT),
    ("invalid_scope", "scope-insufficient", "Ask for scopes that the client is registered for"),
    ("access_denied", "permission-refused", "Let the user, or an administrator, allow the application at the login server"),
    ("login_required", "login-required", LOG_IN),
    ("interaction_required", "login-required", LOG_IN),
    ("consent_required", "login-required", LOG_IN),
    ("server_error", "auth-server-unreachable", "Try again, and look into the login server's log"),
    ("temporarily_unavailable", "auth-server-unreachable", "Try again in a while"),
];

const REGISTER: &str = "Register the application's callback address, as it is now, at the login server";
const CLIENT: &str = "Compare the client's id and its registration at the login server";
const LOG_IN: &str = "Log in at the login server with a page that the user sees, without prompt=none";

/// The finding of the check that the login server's error means; every other finding as it is.
pub fn complete(facts: &Facts, check: &Check, finding: Finding) -> Finding {
    let is_open = finding.strength < Strength::Contradiction || !matches!(finding.outcome, Outcome::Fail | Outcome::Warn);
    said(facts, check.id).filter(|_| is_open).unwrap_or(finding)
}

fn said(facts: &Facts, id: &str) -> Option<Finding> {
    let code = facts.query("error").filter(|_| facts.is_login_callback() && facts.is_refused() && facts.answer.is_some())?;
    let (_, _, fix) = ERRORS.iter().find(|(error, means, _)| *error == code && *means == id)?;
    let described = facts.query("error_description").map(|text| format!(" ({:?})", start(text.trim(), LONGEST).trim_end_matches('.')));
    let message = format!("the login server sent the user back with the error {code}{}", described.unwrap_or_default());
    Some(Finding::fail(Strength::Contradiction, message).proof(Place::RequestLine, place(facts), code).fixed_by(Fix::action(*fix)))
}

/// More of a description is not shown.
const LONGEST: usize = 120;

fn place(facts: &Facts) -> Option<Span> {
    Some(field::find(&field::query(facts.request), "error")?.span)
}
