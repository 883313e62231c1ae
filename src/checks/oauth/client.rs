//! `client-authentication-failed`

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::request::Edit;

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
    // Another error than that of the client says that the client is not what is refused.
    let other_error = facts.error_code().is_some_and(|code| !matches!(code, "invalid_client" | "unauthorized_client" | "invalid_request"));
    let misplaced = match wanted {
        Some("client_secret_basic") => in_form && basic.is_none(),
        Some("client_secret_post") => basic.is_some() && !in_form,
        _ => false,
    };
    // It names the field that it looks for, and the secret is in the header.
    let looks_in_form = basic.is_some() && !in_form && facts.status() >= 400 && facts.lower_body().contains("client_secret");
    let strength = match (says, misplaced, names_client) {
        (true, ..) => Strength::Stated,
        _ if looks_in_form => Strength::Likely,
        (_, true, _) => Strength::Plausible,
        _ if facts.says_plainly(Topic::Missing) && !names_client => Strength::Stated,
        _ if other_error && !names_client => return Finding::pass("the request has no client secret, and the answer does not ask for one"),
        _ if facts.status() == 401 => Strength::Likely,
        _ => return Finding::pass("the answer does not complain about the client"),
    };
    let wants_header = in_form && basic.is_none() && asks_for_header(facts);
    let message = if wants_header {
        "the client's id and secret are in the form, but this server wants them in the Authorization header (Basic)".to_string()
    } else if !names_client && facts.field("client_id").is_some() {
        "the authorization server refuses the client: unknown client_id, or one that must log in with its secret, and none was sent"
            .to_string()
    } else if !names_client {
        "the token endpoint wants client id and secret, but neither Authorization nor client_secret is there".to_string()
    } else if looks_in_form {
        "the client's secret is in the Authorization header, and the server looks for client_secret in the form".to_string()
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
    finding.fixed_by(if wants_header { in_header(facts) } else { fix })
}

/// True when the answer says that the client is to log in with the header.
fn asks_for_header(facts: &Facts) -> bool {
    let body = facts.lower_body();
    let wants = ["missing", "must be", "required", "valid authorization header", "in the authorization header"];
    body.contains("authorization header") && wants.iter().any(|word| body.contains(word))
}

/// Moves id and secret into the header.
fn in_header(facts: &Facts) -> Fix {
    let (Some(id), Some(secret)) = (facts.field("client_id"), facts.field("client_secret")) else {
        return Fix::action("Send the client's id and secret with Basic in the Authorization header");
    };
    let encoded = |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    // Unreserved characters stay as they are, so that servers that do not decode read them too.
    let plain = |text: &str| encoded(text).replace("%2D", "-").replace("%2E", ".").replace("%5F", "_").replace("%7E", "~");
    let value = format!("Basic {}", crate::domain::basic::encode(&plain(id), &plain(secret)));
    let kept: Vec<&str> = facts.request.body.split('&').filter(|pair| !pair.starts_with("client_secret=")).collect();
    Fix::edit(
        "Send the client's id and secret with Basic in the Authorization header",
        vec![Edit::Body(kept.join("&")), Edit::AddHeader { name: "Authorization".into(), value }],
    )
}
