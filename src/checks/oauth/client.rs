//! `client-authentication-failed`

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place, Strength};

check! {
    /// The authorization server does not accept the application's own login (client id and secret).
    ///
    /// # What it looks at
    /// Client id and secret in a request to the token endpoint, in Authorization or in the form. Also how the client is
    /// registered, and `invalid_client` in the answer.
    ///
    /// # Why a server answers 401 to it
    /// The client id is unknown, the secret is wrong or expired, or it is sent the wrong way (with Basic, although the form
    /// is registered).
    ///
    /// # How to prove it
    /// Send the same id and secret with `curl -u id:secret`, then in the form with `-d client_id=… -d client_secret=…`.
    ///
    /// # How to fix it
    /// Compare id and secret with the client's registration. Send them the way that is registered: `client_secret_basic`
    /// (Basic, both percent-encoded) or `client_secret_post` (form).
    ///
    /// # Example
    /// `401 {"error":"invalid_client"}`
    ///
    /// # References
    /// RFC 6749 sections 2.3.1 and 5.2.
    CLIENT = "client-authentication-failed", OAuth,
    stage: Elsewhere, topics: [Client],
    explains: ["authorization-missing"],
    is_refusal: true,
    run: look
}

/// Outside the token endpoint only the server's words tell: an unknown client at the authorization endpoint.
fn elsewhere(facts: &Facts) -> Finding {
    match facts.word(Topic::Client).filter(|w| w.specific && facts.is_refused()) {
        Some(word) => Finding::fail(Strength::Stated, "the authorization server does not know or does not accept this client_id")
            .proof(word.place, word.span, facts.quote(word))
            .fixed_by(Fix::action("Compare client_id with the client's registration")),
        None => Finding::not_applicable(),
    }
}

fn look(facts: &Facts) -> Finding {
    if !facts.is_token_request() {
        return elsewhere(facts);
    }
    if !facts.is_refused() {
        return Finding::pass("the client was accepted");
    }
    if facts.answer.is_none() {
        return Finding::unknown("send the request to know whether the client is accepted");
    }
    let in_form = facts.field("client_secret").is_some();
    let basic = facts.authorization().filter(|a| a.is("basic"));
    let names_client = in_form || basic.is_some() || facts.field("client_assertion").is_some();
    let says = facts.says_plainly(Topic::Client) || facts.error_code() == Some("invalid_client");
    let fix = Fix::action("Compare client id and secret with the client's registration, and send them the way that is registered");
    let wanted = facts.context.client_authentication.first().map(String::as_str);
    let misplaced = match wanted {
        Some("client_secret_basic") => in_form && basic.is_none(),
        Some("client_secret_post") => basic.is_some() && !in_form,
        _ => false,
    };
    let strength = match (says, misplaced, names_client) {
        (true, ..) => Strength::Stated,
        (_, true, _) => Strength::Plausible,
        _ if facts.says_plainly(Topic::Missing) && !names_client => Strength::Stated,
        _ if facts.status() == 401 => Strength::Likely,
        _ => return Finding::pass("the answer does not complain about the client"),
    };
    let message = if !names_client {
        "the token endpoint wants client id and secret, but neither Authorization nor client_secret is there".to_string()
    } else if misplaced {
        format!("the client's secret is not sent the way that is registered ({})", wanted.unwrap_or_default())
    } else {
        "the authorization server refuses the client: unknown id, or wrong or expired secret".to_string()
    };
    let mut finding = Finding::fail(strength, message);
    if let Some(a) = basic {
        finding = finding.proof(a.place(), a.credential_span, "the client's id and secret");
    } else if let Some((_, _, span)) = facts.form().iter().find(|(n, _, _)| n == "client_secret" || n == "client_id") {
        finding = finding.proof(Place::RequestBody, *span, "the client's id or secret");
    }
    if let Some(word) = facts.word(Topic::Client).or_else(|| facts.word(Topic::Missing)) {
        finding = finding.proof(word.place, word.span, facts.quote(word));
    }
    finding.fixed_by(fix)
}
