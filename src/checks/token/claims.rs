//! `claim-missing`

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place, Strength};

check! {
    /// A claim that the API needs is not in the token.
    ///
    /// # What it looks at
    /// `aud` and `iss` where the API expects them; the claims that the answer names; for `typ: at+jwt` those that RFC 9068
    /// requires.
    ///
    /// # Why a server answers 401 to it
    /// The API decides by that claim, and refuses a token without it.
    ///
    /// # How to prove it
    /// Compare the token's claims with those that the API's settings name.
    ///
    /// # How to fix it
    /// Set up the issuer to add the claim: an audience mapper, a scope that includes it, a rule or an action.
    ///
    /// # Example
    /// A token without `aud` at an API that expects one.
    ///
    /// # References
    /// RFC 7519 section 4; RFC 9068 section 2.2.
    MISSING = "claim-missing", Token,
    stage: Claims, topics: [Claim],
    run: look
}

/// A claim that the answer says is missing, with the place where it says so.
fn named_by_answer(facts: &Facts) -> Option<(String, Place)> {
    let in_challenge = facts.challenges.iter().filter_map(|c| Some((c.get("error_description")?, Place::ResponseHeader(c.header))));
    let in_body = std::iter::once((facts.body().get(..4096).unwrap_or(facts.body()), Place::ResponseBody));
    in_challenge.chain(in_body).find_map(|(text, place)| {
        let lower = text.to_ascii_lowercase();
        let lacks =
            ["missing", "required", "lacks", "absent", "must have", "not found", "does not contain"].iter().any(|w| lower.contains(w));
        Some((quoted_claim(text).filter(|_| lacks)?.to_string(), place))
    })
}

/// The name in quotes right before or behind the word "claim": `Missing 'groups' claim`, `claim: csrf`, `claims key: 'roles'`.
fn quoted_claim(text: &str) -> Option<&str> {
    text.to_ascii_lowercase().match_indices("claim").find_map(|(at, word)| quoted_beside(text.get(..at)?, text.get(at + word.len()..)?))
}

/// The name in quotes at the end of what is before the word, or at the begin of what is behind it.
fn quoted_beside<'t>(before: &'t str, behind: &'t str) -> Option<&'t str> {
    const QUOTES: [char; 4] = ['\'', '"', '`', '\\'];
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '/' | '.' | '-');
    let head = before.trim_end();
    let inner = head.trim_end_matches(QUOTES);
    let opening = inner.trim_end_matches(is_name);
    let is_word = |name: &&str| name.contains(|c: char| c.is_ascii_alphabetic());
    let name = inner.strip_prefix(opening).filter(is_word);
    if name.is_some() && inner.len() < head.len() && opening.ends_with(QUOTES) {
        return name;
    }
    let behind = behind.trim_start_matches('s');
    let behind = [" key", " name", " named"].iter().find_map(|word| behind.strip_prefix(word)).unwrap_or(behind);
    let tail = behind.strip_prefix(':')?.trim_start().trim_start_matches(QUOTES);
    let name = &tail[..tail.find(|c| !is_name(c)).unwrap_or(tail.len())];
    Some(name.trim_end_matches('.')).filter(is_word)
}

fn look(facts: &Facts) -> Finding {
    let Some(token) = facts.jwt().filter(|t| t.jws.claims.fault.is_none()) else { return Finding::not_applicable() };
    let has = |name: &str| token.jws.claims.get(name).is_some_and(|v| !v.is_null());
    // Whoever leaves a claim out of a light token gives it to who asks.
    let is_told =
        |name: &str| facts.introspection().is_some_and(|said| said.is_active && said.members.iter().any(|(known, _)| known == name));
    let fix = |name: &str| Fix::action(format!("Set up the issuer to add the claim {name} to the token"));
    for (name, expected) in [("aud", &facts.context.audience), ("iss", &facts.context.issuer)] {
        if !has(name) && !is_told(name) && !expected.is_empty() {
            return Finding::fail(Strength::Contradiction, format!("the token has no {name}, but the API expects {}", expected.join(", ")))
                .proof(Place::Claims, None, format!("no {name}"))
                .fixed_by(fix(name));
        }
    }
    if facts.is_refused()
        && let Some((name, place)) = named_by_answer(facts)
        && !has(&name)
    {
        return Finding::fail(Strength::Stated, format!("the server wants the claim {name}, but the token does not have it"))
            .proof(place, None, format!("the answer names {name}"))
            .proof(Place::Claims, None, format!("no {name}"))
            .fixed_by(fix(&name));
    }
    if facts.is_refused()
        && let Some(word) = facts.word(Topic::Claim)
    {
        let text = word.place.text(facts.exchange).unwrap_or_default();
        let near: String = text.get(word.span.start.saturating_sub(40)..).unwrap_or(&text).chars().take(160).collect();
        let quoted = quoted_claim(&near).filter(|n| !has(n));
        let named = near
            .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .find(|w| ["aud", "iss", "sub", "exp", "nbf", "iat", "jti", "scope", "csrf", "azp", "client_id", "kid"].contains(w) && !has(w));
        if let Some(name) = quoted.or(named) {
            let strength = if word.specific { Strength::Stated } else { Strength::Plausible };
            return Finding::fail(strength, format!("the server wants the claim {name}, but the token does not have it"))
                .proof(word.place, word.span, facts.quote(word))
                .proof(Place::Claims, None, format!("no {name}"))
                .fixed_by(fix(name));
        }
    }
    // RFC 7523 section 3: who signs an assertion says who it is, for whom, and for how long.
    let is_described = facts.words.iter().any(|word| word.specific && word.topic != Topic::Grant);
    if facts.is_token_request() && facts.is_refused() && facts.field("assertion").is_some() && !is_described {
        let lacking: Vec<&str> = ["iss", "aud", "exp"].into_iter().filter(|name| !has(name)).collect();
        if let [first, ..] = lacking.as_slice() {
            return Finding::fail(Strength::Contradiction, format!("the assertion has no {}", lacking.join(", ")))
                .proof(Place::Claims, None, format!("no {first}"))
                .fixed_by(Fix::action("Make the assertion with iss (the client or service account), aud (the token endpoint) and exp"));
        }
    }
    let is_profile =
        token.jws.header.str("typ").is_some_and(|t| t.eq_ignore_ascii_case("at+jwt") || t.eq_ignore_ascii_case("application/at+jwt"));
    if is_profile {
        let lacking: Vec<&str> = ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"].into_iter().filter(|n| !has(n)).collect();
        if !lacking.is_empty() {
            return Finding::warn(
                Strength::Unlikely,
                format!("the token's type is at+jwt, but it lacks what RFC 9068 requires: {}", lacking.join(", ")),
            )
            .proof(Place::Claims, None, format!("no {}", lacking.join(", ")))
            .fixed_by(fix(lacking[0]));
        }
    }
    if facts.context.audience.is_empty() && facts.context.issuer.is_empty() && facts.answer.is_none() {
        return Finding::unknown("which claims the API needs is not known: set the expected audience and issuer to check them");
    }
    Finding::pass("no claim is known to be missing")
}
