//! `auth-server-unreachable`

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place, Strength};

check! {
    /// The API cannot reach the authorization server or its keys.
    ///
    /// # What it looks at
    /// A 5xx (or 401) answer about a refused connection, a timeout or a key set (JWKS) that could not be fetched. Also a
    /// gateway that asks an authorization service first.
    ///
    /// # Why a server answers 401 to it
    /// Without the keys it cannot verify any token, not even a valid one.
    ///
    /// # How to prove it
    /// On the machine that the API runs on, fetch the key set (`jwks_uri`) with curl.
    ///
    /// # How to fix it
    /// Correct host name, network route, firewall or certificate between the API and the authorization server.
    ///
    /// # Example
    /// `500 {"error":"ECONNREFUSED"}`
    ///
    /// # References
    /// RFC 8414; RFC 9110 section 15.6.
    UNREACHABLE = "auth-server-unreachable", Address,
    stage: Elsewhere, topics: [Unreachable],
    run: look
}

fn look(facts: &Facts) -> Finding {
    if facts.answer.is_none() || !facts.is_refused() {
        return Finding::not_applicable();
    }
    let status = facts.status();
    let fix = Fix::action("Fetch the authorization server's keys from the API's machine, and repair what prevents it");
    if let Some(word) = facts.word(Topic::Unreachable).filter(|w| w.specific) {
        let strength = if status >= 500 { Strength::Stated } else { Strength::Likely };
        return Finding::fail(strength, "the API cannot reach the authorization server or fetch its keys")
            .proof(word.place, word.span, facts.quote(word))
            .fixed_by(fix);
    }
    let config = facts.context.config.as_deref().unwrap_or_default().to_ascii_lowercase();
    let asks_first = ["auth_request", "ext_authz", "forwardauth", "forward_auth", "authrequest"].iter().any(|w| config.contains(w));
    if asks_first && (status >= 500 || config.contains("error_page 500")) {
        let strength = if status >= 500 { Strength::Contradiction } else { Strength::Possible };
        return Finding::fail(strength, "the gateway asks an authorization service first, and that service probably failed")
            .context(facts.context.config.clone().unwrap_or_default())
            .proof(Place::ResponseStatus, None, status.to_string())
            .fixed_by(Fix::action("Check that the authorization service is running, and that the gateway has its right address"));
    }
    if status == 500 && facts.signature_is_valid() && facts.words.is_empty() {
        return Finding::warn(
            Strength::Possible,
            "500 although the token's signature is valid: perhaps the API cannot reach the authorization server",
        )
        .proof(Place::ResponseStatus, None, "500")
        .fixed_by(fix);
    }
    Finding::pass("the answer does not mention a server that could not be reached")
}
