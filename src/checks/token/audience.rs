//! `audience-mismatch`, `issuer-mismatch`

use std::collections::HashSet;

use crate::checks::check::check;
use crate::checks::credentials::of_service;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing, Token};
use crate::checks::services::{Known, KnownBy};
use crate::checks::similar::distance;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::token::claims::values;

use super::{configured_claim, issuer_setting, meant_for};

check! {
    /// The token was issued for another API.
    ///
    /// # What it looks at
    /// The claim `aud` (audience) of the token, compared with the audience that the API accepts. Near misses are named: slash,
    /// case, scheme, port, environment. Where nobody said which audience is accepted, one that names another known API, or
    /// somebody else's host, is held against the host of the request, and the address of a resource against the one whose metadata
    /// the challenge names (`resource_metadata`).
    ///
    /// # Why a server answers 401 to it
    /// A token is only for the API that it names. An API that accepted tokens for other APIs could be attacked with them.
    ///
    /// # How to prove it
    /// Compare `aud` with the audience in the API's settings.
    ///
    /// # How to fix it
    /// Request a token for this API from the authorization server: `audience=` (Auth0), `scope=api://…/.default` (Entra), an
    /// audience mapper (Keycloak), `resource=` (RFC 8707).
    ///
    /// # Example
    /// `"aud": "billing"` at an API that expects `orders`.
    ///
    /// # References
    /// RFC 7519 section 4.1.3; RFC 9068 section 4; RFC 9728 section 3.1.
    AUDIENCE = "audience-mismatch", Token,
    stage: Claims, topics: [Audience],
    decided_by: [Expectations],
    run: audience
}

check! {
    /// The token comes from an issuer that the API does not trust.
    ///
    /// # What it looks at
    /// The claim `iss` (issuer) of the token, compared exactly with the issuer that the API accepts, or with an address in the
    /// server's configuration that is nearly the same. Near misses are named.
    ///
    /// # Why a server answers 401 to it
    /// The API trusts only the keys of its own issuer. Another tenant, realm, environment, host name or version counts as
    /// another issuer.
    ///
    /// # How to prove it
    /// Compare `iss` with the issuer in the API's settings; a slash at the end counts.
    ///
    /// # How to fix it
    /// Get the token from the right issuer. If it is the right one already, set the API's issuer to exactly the value of `iss`.
    ///
    /// # Example
    /// `https://login.example.com` where `https://login.example.com/` is expected.
    ///
    /// # References
    /// RFC 7519 section 4.1.1; RFC 8414 section 3.3.
    ISSUER = "issuer-mismatch", Token,
    stage: Claims, topics: [Issuer],
    decided_by: [Expectations],
    run: issuer
}

fn readable<'f>(facts: &'f Facts) -> Option<&'f Token> {
    facts.jwt().filter(|t| t.jws.claims.fault.is_none())
}

fn audience(facts: &Facts) -> Finding {
    claim(
        facts,
        "aud",
        "audience",
        &facts.context.audience,
        Topic::Audience,
        "Request a token for this API: name the API as audience or scope",
    )
}

fn issuer(facts: &Facts) -> Finding {
    if let Some(finding) = issuer_setting::logged(facts) {
        return finding;
    }
    claim(
        facts,
        "iss",
        "issuer",
        &facts.context.issuer,
        Topic::Issuer,
        "Get the token from the issuer that the API trusts, or correct the issuer in the API's settings",
    )
}

fn claim(facts: &Facts, name: &str, word: &str, expected: &[String], topic: Topic, fix: &str) -> Finding {
    let Some(token) = readable(facts) else {
        return by_introspection(facts, name, word, expected, fix).unwrap_or_else(Finding::not_applicable);
    };
    let member = token.jws.claims.member(name);
    let have = member.map(|m| values(&m.value)).unwrap_or_default();
    let mut named = expected_by_answer(facts, topic);
    named.extend(of_registry(facts).filter(|_| name == "aud").map(String::from));
    named.extend(facts.noted_audience().filter(|_| name == "aud").map(String::from));
    let expected: &[String] = if expected.is_empty() { named.as_slice() } else { expected };
    if expected.is_empty() {
        if let Some(finding) = not_of_service(facts, name, word, &have, fix) {
            return finding;
        }
        if let Some(finding) = by_itself(facts, token, name, &have) {
            return finding;
        }
        return unknown_expectation(facts, token, name, word, &have, topic, fix);
    }
    let list = expected.join(", ");
    if have.is_empty()
        && let Some(finding) = by_introspection(facts, name, word, expected, fix)
    {
        return finding;
    }
    if have.is_empty() {
        return Finding::fail(Strength::Plausible, format!("the token has no {name} ({word}), but the API expects {list}"))
            .proof(Place::Claims, None, format!("no {name}"))
            .fixed_by(Fix::action(fix));
    }
    let wanted: HashSet<&String> = expected.iter().collect();
    if have.iter().any(|h| wanted.contains(h)) {
        // The server itself says otherwise: it expects another one than it should.
        if facts.says_plainly(topic) && facts.is_refused() && expected != named.as_slice() {
            return unknown_expectation(facts, token, name, word, &have, topic, fix);
        }
        return Finding::pass(format!("the {word} is {}", have.join(", ")));
    }
    let near = near_miss(&have, expected).map(|n| format!(" ({n})")).unwrap_or_default();
    let span = member.map(|m| m.value_span);
    Finding::fail(Strength::Contradiction, format!("the token's {word} is {}, but the API expects {list}{near}", have.join(", ")))
        .proof(Place::Claims, span, format!("{name} {}", have.join(", ")))
        .context(format!("expected {word}: {list}"))
        .fixed_by(Fix::action(fix))
}

/// The audience that a registry asks for: the `service` of its challenge (distribution.github.io/distribution/spec/auth/jwt).
fn of_registry<'f>(facts: &'f Facts) -> Option<&'f str> {
    let challenge = facts.challenge("bearer").filter(|challenge| challenge.get("error") == Some("invalid_token"))?;
    let is_of_registry = |scope: &str| ["repository:", "registry:"].iter().any(|kind| scope.starts_with(kind));
    challenge.get("service").filter(|_| challenge.get("realm").is_some() && challenge.get("scope").is_some_and(is_of_registry))
}

/// Whom the token is for, as the authorization server said it, where the token itself cannot be read.
fn by_introspection(facts: &Facts, name: &str, word: &str, expected: &[String], fix: &str) -> Option<Finding> {
    let said = facts.introspection().filter(|said| name == "aud" && said.is_active && !said.audience.is_empty())?;
    let have = said.audience.join(", ");
    if expected.is_empty() || said.audience.iter().any(|one| expected.contains(one)) {
        return (!expected.is_empty()).then(|| Finding::pass(format!("the {word} is {have}, says the authorization server")));
    }
    let message = format!("the token's {word} is {have}, but the API expects {}", expected.join(", "));
    let finding = Finding::fail(Strength::Contradiction, message).context(format!("introspection: {name} {have}"));
    Some(finding.context(format!("expected {word}: {}", expected.join(", "))).fixed_by(Fix::action(fix)))
}

/// What the value itself shows, where nobody said which one is expected.
fn by_itself(facts: &Facts, token: &Token, name: &str, have: &[String]) -> Option<Finding> {
    if name == "iss" {
        return issuer_setting::near_miss(facts, token)
            .or_else(|| configured_claim::differs(facts, token, name, have))
            .or_else(|| issuer_setting::asked_under_another_name(facts, token));
    }
    let by_name = || {
        let known = meant_for::known_api(facts, token).or_else(|| meant_for::by_header(facts, token));
        known.or_else(|| meant_for::other_resource(facts, token))
    };
    // What the server says of the audience is surer than whose host it names.
    configured_claim::differs(facts, token, name, have)
        .or_else(by_name)
        .or_else(|| if facts.says_plainly(Topic::Audience) { None } else { meant_for::other_host(facts, token) })
        .or_else(|| meant_for::own_issuer(facts, token))
}

/// The service documents whose tokens it takes, and this one is not among them.
fn not_of_service(facts: &Facts, name: &str, word: &str, have: &[String], fix: &str) -> Option<Finding> {
    let claims = &facts.jwt()?.jws.claims;
    let has_own_claim = |known: &Known| known.service.jwt.as_ref()?.own_claim.as_deref().map(|claim| claims.member(claim).is_some());
    // Its own tokens show what the service is, wherever it runs.
    let by_claim = || facts.service().filter(|known| known.by != KnownBy::Hint && has_own_claim(known) == Some(true));
    let certain = facts.certain_service().filter(|known| has_own_claim(known) != Some(false));
    let known = certain.or_else(by_claim).filter(|_| facts.is_refused())?;
    let jwt = known.service.jwt.as_ref()?;
    let strength = if jwt.own_claim.is_none() { Strength::Contradiction } else { Strength::Likely };
    let wanted = if name == "aud" { &jwt.audience } else { &jwt.issuer };
    let host = facts.host()?;
    if have.is_empty() || wanted.is_empty() {
        return None;
    }
    let label = host.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let filled = |pattern: &String| {
        pattern.replace("{host}", host).replace("{LABEL}", &label).replace("{iss}", claims.str("iss").unwrap_or_default())
    };
    let expected: Vec<String> = wanted.iter().map(filled).collect();
    if have.iter().any(|have| expected.iter().any(|pattern| fits(pattern, have))) {
        // The server's own word counts more than what a table knows of all its sites.
        let topic = if name == "aud" { Topic::Audience } else { Topic::Issuer };
        if facts.says_plainly(topic) {
            return None;
        }
        return Some(Finding::pass(format!("{} takes the {word} {}", known.service.name, have.join(", "))));
    }
    let span = claims.member(name).map(|m| m.value_span);
    let first = expected.first()?;
    Some(
        Finding::fail(strength, format!("the token's {word} is {}, but {} expects {first}", have.join(", "), known.service.name))
            .proof(Place::Claims, span, format!("{name} {}", have.join(", ")))
            .context(of_service::source(known.service))
            .fixed_by(Fix::action(fix)),
    )
}

/// True when a value fits a pattern in which `{tenant}` and the like match anything without a slash; one that is the whole pattern
/// matches everything.
fn fits(pattern: &str, value: &str) -> bool {
    let Some((before, rest)) = pattern.split_once('{') else { return pattern == value };
    let Some((_, after)) = rest.split_once('}') else { return pattern == value };
    value.strip_prefix(before).is_some_and(|value| {
        value.char_indices().map(|(i, _)| i).chain([value.len()]).any(|end| {
            value.split_at_checked(end).is_some_and(|(part, behind)| !part.is_empty() && !part.contains('/') && fits(after, behind))
        }) || (before.is_empty() && after.is_empty() && value.contains('/'))
    })
}

fn unknown_expectation(facts: &Facts, token: &Token, name: &str, word: &str, have: &[String], topic: Topic, fix: &str) -> Finding {
    if facts.says_plainly(topic)
        && facts.is_refused()
        && let Some(said) = facts.word(topic)
    {
        let span = token.jws.claims.member(name).map(|m| m.value_span);
        let value = if have.is_empty() { "missing".to_string() } else { have.join(", ") };
        return Finding::fail(Strength::Stated, format!("the server refuses the token's {word}: {value}"))
            .proof(said.place, said.span, facts.quote(said))
            .proof(Place::Claims, span, format!("{name} {value}"))
            .fixed_by(Fix::action(fix));
    }
    match facts.standing {
        Standing::Accepted => Finding::pass(format!("the server accepted the {word}")),
        // For nobody in particular: an API that looks for itself there does not find itself.
        _ if have.is_empty() => Finding::unknown(format!("the token has no {name} ({word}); which one the API expects is not known")),
        _ => Finding::unknown(format!("the token's {word} is {}; which one the API expects is not known", have.join(", "))),
    }
}

/// Some servers tell what they expect: `jwt audience invalid. expected: https://api.example`.
fn expected_by_answer(facts: &Facts, topic: Topic) -> Vec<String> {
    if !facts.says_plainly(topic) {
        return Vec::new();
    }
    let mut texts = facts.challenges.iter().filter_map(|c| c.get("error_description")).chain([facts.body()]);
    texts.find_map(value_expected).into_iter().collect()
}

/// The value that follows the word "expected" in a text, past the words that name the claim.
fn value_expected(text: &str) -> Option<String> {
    const OF_THE_CLAIM: [&str; 12] = ["aud", "iss", "audience", "issuer", "audiences", "claim", "value", "to", "be", "one", "of", "is"];
    let lower = text.to_ascii_lowercase();
    lower.match_indices("expected").find_map(|(at, word)| {
        // Not "unexpected".
        if lower[..at].ends_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let rest = text.get(at + word.len()..)?.split([',', '}', '<', '\n', ';']).next()?;
        let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '[' | ']' | '(' | ')');
        let mut words = rest.split(ends).map(|w| w.trim_end_matches(['.', '\\', ':'])).filter(|w| w.len() > 1);
        words.find(|w| !OF_THE_CLAIM.contains(&w.to_ascii_lowercase().as_str())).map(str::to_string)
    })
}

/// Values of either side that are compared letter by letter: each with each.
const MOST_COMPARED: usize = 32;

/// How near a value comes to an expected one.
pub fn near_miss(have: &[String], expected: &[String]) -> Option<String> {
    let environments = ["staging", "stage", "stg", "test", "dev", "sandbox", "qa", "uat", "preprod", "demo", "int", "prod"];
    for h in have.iter().take(MOST_COMPARED) {
        for e in expected.iter().take(MOST_COMPARED) {
            let strip = |s: &str| s.trim_end_matches('/').to_string();
            let scheme = |s: &str| s.split_once("://").map_or_else(|| s.to_string(), |(_, r)| r.to_string());
            // The last label of a host is a registry's, `.test` and `.dev` among them, and no environment.
            let words =
                |s: &str| without_top_level(s).split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_ascii_lowercase).collect::<Vec<_>>();
            return Some(if strip(h) == strip(e) {
                "they differ only in a slash at the end".into()
            } else if h.eq_ignore_ascii_case(e) {
                "they differ only in upper and lower case".into()
            } else if scheme(h) == scheme(e) && h.starts_with("http") && e.starts_with("http") {
                "they differ only in http and https".into()
            } else if scheme(h) == scheme(e) {
                "they differ only in what is before ://".into()
            } else if without_port(h) == without_port(e) {
                "they differ only in the port".into()
            } else if h.trim() == e.trim() {
                "they differ only in a space at the start or end".into()
            } else if let Some(env) =
                environments.iter().find(|env| words(h).contains(&(**env).to_string()) != words(e).contains(&(**env).to_string()))
            {
                format!("only one of them names the environment {env:?}")
            } else if distance(h, e) <= 2 {
                "they are nearly the same: probably a typing error".into()
            } else {
                continue;
            });
        }
    }
    None
}

fn without_top_level(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_string() };
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    let kept = host.rfind('.').unwrap_or(host.len());
    format!("{scheme}://{}{}", &host[..kept], &rest[host.len()..])
}

fn without_port(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_string() };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    format!("{scheme}://{}/{path}", host.split(':').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{fits, near_miss, value_expected};

    #[test]
    fn a_place_in_braces_stands_for_anything_without_a_slash() {
        let pattern = "https://login.example/{tenant}/v2.0";
        assert!(fits(pattern, "https://login.example/abc/v2.0"));
        assert!(!fits(pattern, "https://login.example//v2.0"));
        assert!(!fits(pattern, "https://login.example/a/b/v2.0"));
        assert!(fits("{url}", "https://mcp.example/mcp"));
        assert!(!fits("https://x.example/{pool}", "https://x.example/a/b"));
        assert!(!fits("orders", "billing"));
    }

    #[test]
    fn near_misses_are_named() {
        let near = |a: &str, b: &str| near_miss(&[a.into()], &[b.into()]).unwrap_or_default();
        assert!(near("https://a.example", "https://a.example/").contains("slash"));
        assert!(near("Orders", "orders").contains("case"));
        assert!(near("http://a.example", "https://a.example").contains("https"));
        assert!(near("d144-277a", "api://d144-277a").contains("before ://"));
        assert!(near("https://a.example:8443/x", "https://a.example/x").contains("port"));
        assert!(near("https://login.staging.example", "https://login.example").contains("staging"));
        assert_eq!(near("billing", "orders"), "");
        assert!(!near("https://orders.contoso.test/a", "https://fabrikam.example/b").contains("environment"));
    }

    #[test]
    fn the_value_that_is_expected_is_read_past_the_words_before_it() {
        for (text, value) in [
            ("jwt audience invalid. expected: https://api.example", Some("https://api.example")),
            ("Expected aud claim to be: orders, but was: billing.", Some("orders")),
            ("{\"msg\":\"expected value: orders.\"}", Some("orders")),
            ("{\"msg\":\"not the expected audience\",\"status\":401}", None),
            ("Unexpected 'aud' value", None),
        ] {
            assert_eq!(value_expected(text).as_deref(), value, "{text}");
        }
    }
}
