//! `grant-invalid`

use crate::checks::check::check;
use crate::checks::facts::form::json_fields;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Token};
use crate::checks::token::times::TimeClaim;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::json::Object;
use crate::domain::limits::MAX_FIELDS;
use crate::domain::span::start;

check! {
    /// The authorization server does not accept the code, refresh token or password.
    ///
    /// # What it looks at
    /// `invalid_grant` and similar errors in the answer of the token endpoint.
    ///
    /// # Why a server answers 401 to it
    /// A code works once and expires within minutes. A refresh token expires, is revoked at a logout, belongs to one client, and often
    /// works only once. A wrong PKCE verifier gets the same answer.
    ///
    /// # How to prove it
    /// Log in again to get a new code, and exchange it at once.
    ///
    /// # How to fix it
    /// Log in again. If an answer has a new refresh token, store it and use that one. Do not send the same code twice.
    ///
    /// # Example
    /// `400 {"error":"invalid_grant"}`
    ///
    /// # References
    /// RFC 6749 section 5.2; RFC 7636 section 4.6; RFC 9700 section 4.14.
    GRANT = "grant-invalid", OAuth,
    stage: Elsewhere, topics: [Grant],
    explains: ["token-rejected"],
    run: look
}

fn look(facts: &Facts) -> Finding {
    let in_query = facts.query("grant_type").filter(|_| facts.is_token_request_in_query());
    let Some(kind) = facts.field("grant_type").or(in_query).map(str::to_string) else {
        return refresh_alone(facts).unwrap_or_else(Finding::not_applicable);
    };
    let place = if in_query.is_some() { Place::RequestLine } else { Place::RequestBody };
    if !facts.is_refused() {
        return Finding::pass("the grant was accepted");
    }
    if facts.answer.is_none() {
        return Finding::unknown("send the request to know whether the grant is accepted");
    }
    let name = match kind.as_str() {
        "authorization_code" => "code",
        "refresh_token" => "refresh_token",
        "password" => "username",
        _ if facts.field("assertion").is_some() => "assertion",
        _ => "grant_type",
    };
    let span = facts.form().iter().find(|(n, _, _)| n == name).map(|(_, _, s)| *s);
    let unsupported = facts.body().contains("grant type")
        || facts.body().contains("unsupported_grant_type")
        || facts.body().contains("unauthorized_client");
    let fix = Fix::action(match kind.as_str() {
        _ if facts.field("assertion").is_some() => {
            "Make a new assertion: exp a few minutes ahead, in whole seconds, with the issuer, audience and key that are registered"
        }
        "refresh_token" => "Log in again, and from then on use the newest refresh token",
        "password" => "Type user name and password again",
        _ => "Log in again to get a new code, and exchange it at once",
    });
    if unsupported {
        // As JSON the server may not have read it at all.
        let is_json = facts.request.body.trim_start().starts_with('{');
        let strength = if is_json { Strength::Possible } else { Strength::Likely };
        return Finding::fail(strength, format!("the server does not allow the grant type {kind} for this client"))
            .proof(place, span, kind)
            .fixed_by(Fix::action("Have the grant type added to the client's registration, or use one that is registered"));
    }
    let word = facts.word(Topic::Grant).filter(|w| w.specific);
    if facts.error_code() != Some("invalid_grant") && word.is_none() {
        return Finding::pass("the answer does not complain about the grant");
    }
    let assertion = kind.starts_with("urn:ietf:params:oauth:grant-type:") && facts.field("assertion").is_some();
    let what = match kind.as_str() {
        _ if assertion => {
            "the assertion is not accepted: expired, issued in the future, or with another issuer, audience or key than expected"
        }
        "refresh_token" => "the refresh token is not accepted: expired, already used, revoked, or of another client",
        "password" => "user name and password are not accepted",
        _ => "the code is not accepted: expired, already used, of another client, or the PKCE verifier is wrong",
    };
    // What the server adds in words says which of them it is.
    let described = facts.answer.and_then(|answer| description(&answer.body));
    let what = match &described {
        Some(text) => format!("{} ({text:?}, says the server)", what.split(':').next().unwrap_or(what)),
        None => what.to_string(),
    };
    // invalid_grant is the one error for all that can be wrong with an assertion: what its claims show goes before.
    let lacks = |token: &Token| ["iss", "aud", "exp"].iter().any(|name| token.jws.claims.get(name).is_none());
    let is_named = |token: &Token| {
        let by_claim = [(Topic::Audience, "aud"), (Topic::Issuer, "iss")];
        by_claim.into_iter().any(|(topic, name)| facts.says_plainly(topic) && token.jws.claims.get(name).is_some())
    };
    let shown =
        assertion && facts.jwt().is_some_and(|token| described.is_none() && lacks(token) || has_odd_times(facts, token) || is_named(token));
    let strength = if shown { Strength::Unlikely } else { Strength::Stated };
    let finding = Finding::suspect(strength, what).proof(place, span, name);
    word.into_iter().fold(finding, |f, w| f.proof(w.place, w.span, facts.quote(w))).fixed_by(fix)
}

/// A refresh token alone in the body, to an address where frameworks give a new token for it.
fn refresh_alone(facts: &Facts) -> Option<Finding> {
    const NAMES: [&str; 3] = ["refresh", "refresh_token", "refreshToken"];
    let path = facts.url.as_ref()?.path().to_ascii_lowercase();
    let is_for_it =
        facts.request.method.eq_ignore_ascii_case("POST") && path.split('/').any(|part| part.contains("refresh") || part == "token");
    if !is_for_it || !facts.is_refused() || !matches!(facts.answer?.status, 400 | 401 | 403) {
        return None;
    }
    let fields = if facts.form().is_empty() { json_fields(&facts.request.body) } else { facts.form().to_vec() };
    let (name, _, span) = fields.iter().find(|(name, value, _)| NAMES.contains(&name.as_str()) && !value.is_empty())?;
    // With another credential beside it that one may be what is refused.
    let strength = if facts.authorizations.is_empty() { Strength::Stated } else { Strength::Plausible };
    let finding = Finding::suspect(strength, "the refresh token is not accepted: expired, already used, revoked, or of another client")
        .proof(Place::RequestBody, *span, name.clone());
    let word = facts.words.iter().find(|word| word.specific);
    let finding = word.into_iter().fold(finding, |finding, word| finding.proof(word.place, word.span, facts.quote(word)));
    Some(finding.fixed_by(Fix::action("Log in again, and from then on use the newest refresh token")))
}

/// The error's description, when it says more than the error's name.
fn description(body: &str) -> Option<String> {
    let object = (body.len() <= MAX_FIELDS && body.trim_start().starts_with('{')).then(|| Object::read(body))?;
    let text = object.str("error_description")?.trim();
    let says_more = !["invalid_grant", "invalid grant"].iter().any(|name| text.eq_ignore_ascii_case(name));
    (says_more && !text.is_empty()).then(|| start(text, 120).trim_end_matches('.').to_string())
}

/// True when the token's own times show why it is refused: not in seconds, or over.
fn has_odd_times(facts: &Facts, token: &Token) -> bool {
    let claims = ["exp", "iat", "nbf"].map(|name| TimeClaim::of(token, name));
    let is_over = claims[0].seconds().is_some_and(|exp| exp <= facts.clock.server_now.as_second() as f64);
    is_over || claims.iter().any(|claim| matches!(claim, TimeClaim::Odd(..)))
}
