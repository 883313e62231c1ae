//! `scope-insufficient`

use std::collections::HashSet;

use serde_json::Value;

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::token::claims::values;

check! {
    /// The token lacks a scope (permission) that this request needs.
    ///
    /// # What it looks at
    /// The claims `scope`, `scp`, `roles` and `permissions`, and `access` of a container registry, compared with what the
    /// challenge or your expectations ask for.
    ///
    /// # Why a server answers 401 to it
    /// It knows who you are, but the token does not allow this. By RFC 6750 the answer is 403, but some servers send 401.
    ///
    /// # How to prove it
    /// The challenge may name the missing scope: `error="insufficient_scope", scope="orders:write"`. Look for it in the token.
    ///
    /// # How to fix it
    /// Request the scope when you get the token. The user or an administrator may have to consent.
    ///
    /// # Example
    /// `"scope": "read"` where `write` is needed.
    ///
    /// # References
    /// RFC 6750 section 3.1; RFC 6749 section 3.3; CNCF Distribution, Token Authentication Specification.
    SCOPE = "scope-insufficient", Token,
    stage: Scope, topics: [Scope, Permission],
    decided_by: [Expectations],
    run: look
}

fn look(facts: &Facts) -> Finding {
    let plain = facts.says_plainly(Topic::Scope) || facts.error_code() == Some("insufficient_scope");
    // The authorization server itself refuses to give a scope.
    if (facts.is_token_request() || facts.is_authorization_request()) && facts.is_refused() {
        return asked_for(facts);
    }
    if let Some(finding) = told_by_headers(facts) {
        return finding;
    }
    let asked_by_challenge = facts.challenges.iter().find_map(|c| c.param("scope").filter(|p| !p.value.is_empty()).map(|p| (c.header, p)));
    let wanted: Vec<String> = match asked_by_challenge {
        Some((_, p)) if facts.context.scope.is_empty() => p.value.split_whitespace().map(str::to_string).collect(),
        _ => facts.context.scope.clone(),
    };
    let Some(token) = facts.jwt().filter(|t| t.jws.claims.fault.is_none()) else {
        if let Some(finding) = by_introspection(facts, &wanted) {
            return finding;
        }
        return match facts.word(Topic::Scope).filter(|w| w.specific && facts.is_refused()) {
            Some(word) => Finding::fail(Strength::Stated, short_of(asked_by_challenge.map(|(_, p)| p.value.as_str())))
                .proof(word.place, word.span, facts.quote(word))
                .fixed_by(fix()),
            None if facts.jwt().is_some() => {
                Finding::unknown("the token is damaged: its claims cannot be read, so its scopes are not known")
            }
            None if facts.token.is_some() => {
                Finding::unknown("the token is not a JWT: which scopes it has, only its issuer can tell (introspection)")
            }
            None => Finding::not_applicable(),
        };
    };
    let mut have: Vec<String> = Vec::new();
    let mut span = None;
    for name in ["scope", "scp", "roles", "permissions", "scopes"] {
        if let Some(member) = token.jws.claims.member(name) {
            span.get_or_insert(member.value_span);
            have.extend(values(&member.value).iter().flat_map(|v| v.split([' ', ','])).filter(|v| !v.is_empty()).map(str::to_string));
        }
    }
    let wanted: Vec<String> = match token.jws.claims.member("access") {
        Some(member) if member.value.is_array() => {
            span.get_or_insert(member.value_span);
            have.extend(actions_granted(&member.value));
            wanted.iter().flat_map(|scope| by_action(scope)).collect()
        }
        _ => wanted,
    };
    // A light token names no scopes; its issuer knows them.
    if have.is_empty()
        && let Some(finding) = by_introspection(facts, &wanted)
    {
        return finding;
    }
    let shown = if have.is_empty() { "none".to_string() } else { have.join(" ") };
    if wanted.is_empty() {
        if plain && facts.is_refused() {
            let finding =
                Finding::fail(Strength::Stated, format!("the token's scope is not enough, says the server; the token has {shown}"));
            let finding = facts
                .word(Topic::Scope)
                .map(|w| (w.place, w.span, facts.quote(w)))
                .into_iter()
                .fold(finding, |f, (p, s, t)| f.proof(p, s, t));
            return finding.proof(Place::Claims, span, format!("scope {shown}")).fixed_by(fix());
        }
        return Finding::unknown(format!("the token's scope is {shown}; which one this request needs is not known"));
    }
    let held: HashSet<&String> = have.iter().collect();
    let lacking: Vec<&str> = wanted.iter().filter(|w| !held.contains(w)).map(String::as_str).collect();
    if lacking.is_empty() {
        return Finding::pass(format!("the token has the scope {}", wanted.join(" ")));
    }
    let strength = match facts.status() {
        _ if plain || asked_by_challenge.is_some() => Strength::Contradiction,
        403 => Strength::Contradiction,
        _ if facts.says(Topic::Permission) => Strength::Likely,
        // Most APIs answer 403 here; a bare 401 speaks of other things first.
        _ => Strength::Possible,
    };
    let mut finding = Finding::fail(strength, format!("the token lacks the scope {}; it has {shown}", lacking.join(" ")));
    finding = finding.proof(Place::Claims, span, format!("scope {shown}"));
    match asked_by_challenge {
        Some((header, p)) => finding.proof(Place::ResponseHeader(header), p.span, format!("the server asks for {}", p.value)),
        None => finding.context(format!("expected scope: {}", wanted.join(" "))),
    }
    .fixed_by(fix())
}

/// What the authorization server said that the token is good for, where the token itself cannot be read.
fn by_introspection(facts: &Facts, wanted: &[String]) -> Option<Finding> {
    let said = facts.introspection()?;
    let scope = said.scope.as_deref().filter(|_| said.is_active && !wanted.is_empty())?;
    let has = |one: &&String| scope.split([' ', ',']).any(|held| held == one.as_str());
    let lacking: Vec<&str> = wanted.iter().filter(|one| !has(one)).map(String::as_str).collect();
    if lacking.is_empty() {
        return Some(Finding::pass(format!("the token has the scope {}, says the authorization server", wanted.join(" "))));
    }
    let message = format!("the token lacks the scope {}; it has {}", lacking.join(" "), if scope.is_empty() { "none" } else { scope });
    let finding = Finding::fail(Strength::Contradiction, message).context(format!("introspection: scope {scope}"));
    Some(finding.context(format!("wanted scope: {}", wanted.join(" "))).fixed_by(fix()))
}

/// What a container registry's claim `access` grants: `{"type":"repository","name":"app/web","actions":["pull"]}` is
/// `repository:app/web:pull`.
fn actions_granted(access: &Value) -> Vec<String> {
    let text = |entry: &Value, name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default().to_string();
    let entries = access.as_array().into_iter().flatten();
    let granted = entries.map(|entry| {
        let resource = format!("{}:{}", text(entry, "type"), text(entry, "name"));
        entry.get("actions").map(values).unwrap_or_default().into_iter().map(move |action| format!("{resource}:{action}"))
    });
    granted.flatten().collect()
}

/// A container registry's scope as one scope for each action: `repository:app/web:pull,push` is two.
fn by_action(scope: &str) -> Vec<String> {
    match scope.rsplit_once(':') {
        Some((resource, actions)) if resource.contains(':') => actions.split(',').map(|action| format!("{resource}:{action}")).collect(),
        _ => vec![scope.to_string()],
    }
}

/// `X-OAuth-Scopes` says what the token has, `X-Accepted-OAuth-Scopes` of which scopes any one would do.
fn told_by_headers(facts: &Facts) -> Option<Finding> {
    let answer = facts.answer.filter(|_| facts.is_refused())?;
    let (at, accepted) = answer.headers.all("x-accepted-oauth-scopes").next()?;
    let has = answer.headers.get("x-oauth-scopes")?;
    let words = |list: &str| list.split([',', ' ']).filter(|word| !word.is_empty()).map(str::to_string).collect::<Vec<_>>();
    let (wanted, have) = (words(&accepted.value), words(has));
    // `admin:org` holds `read:org`, `repo` holds `repo:status`: only where nothing is alike is it sure that none fits.
    let area = |scope: &str| scope.split(':').next_back().unwrap_or_default().to_string();
    let is_near = |scope: &String| have.iter().any(|own| own == scope || area(own) == area(scope) || scope.starts_with(&format!("{own}:")));
    if wanted.is_empty() || wanted.iter().any(is_near) {
        return None;
    }
    let shown = if have.is_empty() { "none".to_string() } else { have.join(" ") };
    let finding = Finding::fail(Strength::Contradiction, format!("the token lacks the scope {}; it has {shown}", wanted.join(" or ")));
    Some(finding.proof(Place::ResponseHeader(at), None, format!("the server accepts {}", wanted.join(" or "))).fixed_by(fix()))
}

fn short_of(asked: Option<&str>) -> String {
    let asked = asked.map_or_else(String::new, |scope| format!(": it asks for {scope}"));
    format!("the token's scope is not enough, says the server{asked}")
}

/// A scope that a client asks the authorization server for.
fn asked_for(facts: &Facts) -> Finding {
    let refused = facts.says_plainly(Topic::Scope) || facts.error_code() == Some("invalid_scope");
    if !refused {
        return Finding::not_applicable();
    }
    let scope = facts.field("scope").or_else(|| facts.query("scope")).unwrap_or_default();
    let place = if facts.is_token_request() { Place::RequestBody } else { Place::RequestLine };
    let span = facts.form().iter().find(|(n, _, _)| n == "scope").map(|(_, _, s)| *s).filter(|_| facts.is_token_request());
    Finding::fail(Strength::Stated, format!("the authorization server refuses the scope {scope:?} to this client"))
        .proof(place, span, format!("scope {scope}"))
        .fixed_by(Fix::action("Request only scopes that are registered for this client, or have the scope added to its registration"))
}

fn fix() -> Fix {
    Fix::action("Get a new token and request the missing scope with it")
}
