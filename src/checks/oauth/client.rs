//! `client-authentication-failed`

use crate::checks::declare::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place};

check! {
    /// The authorization server does not accept the client's own credential.
    ///
    /// # What it looks at
    /// A request to the token endpoint: client id and secret in Authorization or in the form, how the client is registered,
    /// and `invalid_client` in the answer.
    ///
    /// # Why a server answers 401 to it
    /// An unknown id, a wrong or expired secret, or the right secret in the wrong place (Basic where the form is registered).
    ///
    /// # How to prove it
    /// The same id and secret in `curl -u id:secret`.
    ///
    /// # How to fix it
    /// Compare id and secret with the registration; send them the way that is registered (`client_secret_basic` or
    /// `client_secret_post`); percent-encode them inside Basic.
    ///
    /// # Example
    /// `401 {"error":"invalid_client"}`
    ///
    /// # References
    /// RFC 6749 sections 2.3.1 and 5.2.
    CLIENT = "client-authentication-failed", OAuth, look
}

/// Outside the token endpoint only the server's words tell: an unknown client at the authorization endpoint.
fn elsewhere(facts: &Facts) -> Finding {
    match facts.word(Topic::Client).filter(|w| w.specific && facts.is_refused()) {
        Some(word) => Finding::fail(0.93, "the authorization server does not know or does not accept the client")
            .proof(word.place, word.span, facts.quote(word))
            .fixed_by(Fix::action("Compare client_id with the registration")),
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
        return Finding::unknown("whether the client is accepted: send the request");
    }
    let in_form = facts.field("client_secret").is_some();
    let basic = facts.authorization().filter(|a| a.is("basic"));
    let names_client = in_form || basic.is_some() || facts.field("client_assertion").is_some();
    let says = facts.says_plainly(Topic::Client) || facts.error_code() == Some("invalid_client");
    let fix = Fix::action("Compare id and secret with the registration, and send them the way that is registered");
    let wanted = facts.context.client_authentication.first().map(String::as_str);
    let misplaced = match wanted {
        Some("client_secret_basic") => in_form && basic.is_none(),
        Some("client_secret_post") => basic.is_some() && !in_form,
        _ => false,
    };
    let weight = match (says, misplaced, names_client) {
        (true, ..) => 0.95,
        (_, true, _) => 0.7,
        _ if facts.says_plainly(Topic::Missing) && !names_client => 0.9,
        _ if facts.status() == 401 => 0.85,
        _ => return Finding::pass("the answer does not speak of the client"),
    };
    let message = if !names_client {
        "the token endpoint wants the client to authenticate, and neither Authorization nor client_secret is there".to_string()
    } else if misplaced {
        format!("the client's secret is sent another way than is registered ({})", wanted.unwrap_or_default())
    } else {
        "the authorization server refuses the client: unknown id, or wrong secret".to_string()
    };
    let mut finding = Finding::fail(weight, message);
    if let Some(a) = basic {
        finding = finding.proof(a.place(), a.credential_span, "the client's id and secret");
    } else if let Some((_, _, span)) = facts.form.iter().find(|(n, _, _)| n == "client_secret" || n == "client_id") {
        finding = finding.proof(Place::RequestBody, *span, "the client's id or secret");
    }
    if let Some(word) = facts.word(Topic::Client) {
        finding = finding.proof(word.place, word.span, facts.quote(word));
    }
    finding.fixed_by(fix)
}
