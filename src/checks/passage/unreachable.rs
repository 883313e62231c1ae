//! `auth-server-unreachable`

use crate::checks::declare::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place};

check! {
    /// The API cannot reach the authorization server or its keys.
    ///
    /// # What it looks at
    /// A 5xx (or a 401) whose words speak of a refused connection, a time-out or a key set that could not be fetched; a
    /// gateway that asks an authorization service first.
    ///
    /// # Why a server answers 401 to it
    /// Without the keys it can verify no token, not even a good one.
    ///
    /// # How to prove it
    /// Fetch `jwks_uri` from the machine that the API runs on.
    ///
    /// # How to fix it
    /// Put right name, route, firewall and certificate between the API and the authorization server.
    ///
    /// # Example
    /// `500 {"error":"ECONNREFUSED"}`
    ///
    /// # References
    /// RFC 8414; RFC 9110 section 15.6.
    UNREACHABLE = "auth-server-unreachable", Address, look
}

fn look(facts: &Facts) -> Finding {
    if facts.answer.is_none() || !facts.is_refused() {
        return Finding::not_applicable();
    }
    let status = facts.status();
    let fix = Fix::action("From the API's machine, fetch the authorization server's metadata and keys");
    if let Some(word) = facts.word(Topic::Unreachable).filter(|w| w.specific) {
        let weight = if status >= 500 { 0.94 } else { 0.85 };
        return Finding::fail(weight, "the API cannot reach the authorization server or its keys")
            .proof(word.place, word.span, facts.quote(word))
            .fixed_by(fix);
    }
    let config = facts.context.config.as_deref().unwrap_or_default().to_ascii_lowercase();
    let asks_first = ["auth_request", "ext_authz", "forwardauth", "forward_auth", "authrequest"].iter().any(|w| config.contains(w));
    if asks_first && (status >= 500 || config.contains("error_page 500")) {
        let weight = if status >= 500 { 0.92 } else { 0.35 };
        return Finding::fail(weight, "the gateway asks an authorization service first, and that one does not answer")
            .beside(facts.context.config.clone().unwrap_or_default())
            .proof(Place::ResponseStatus, None, status.to_string())
            .fixed_by(fix);
    }
    if status == 500 && facts.signature_is_valid() && facts.words.is_empty() {
        return Finding::warn(0.4, "500 to a token that verifies: perhaps the API cannot reach the authorization server")
            .proof(Place::ResponseStatus, None, "500")
            .fixed_by(fix);
    }
    Finding::pass("the answer speaks of no server that could not be reached")
}
