//! Issuer and audience that a line of configuration names.

use std::sync::LazyLock;

use regex_lite::Regex;

use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Token};
use crate::checks::{Finding, Fix, Place, Strength};

/// A setting whose name ends with one of some words, with its value: `REGISTRY_AUTH_TOKEN_ISSUER: a`, `issuer-uri = "a"`.
fn setting(names: &str) -> Option<Regex> {
    Regex::new(&format!(r#"(?im)(?:^|[^a-z])[a-z0-9_.\-]*?({names})["']?\s*(?:[:=]|=>)\s*["'\[]*([^\s"',;(){{}}\[\]]+)"#)).ok()
}

static OF_ISSUER: LazyLock<Option<Regex>> =
    LazyLock::new(|| setting("issuers?|iss|issuer[-_. ]?(uri|url|base[-_]?url)|auth[-_]server[-_]url"));
static OF_AUDIENCE: LazyLock<Option<Regex>> = LazyLock::new(|| setting("audiences?|aud"));

/// The configuration names an issuer (`iss`) or audience (`aud`), and the token has others.
pub fn differs(facts: &Facts, token: &Token, name: &str, have: &[String]) -> Option<Finding> {
    let config = facts.context.config.as_deref().filter(|_| facts.is_refused() && facts.answer.is_some() && !have.is_empty())?;
    let (regex, word, topic) = match name {
        "iss" => (OF_ISSUER.as_ref()?, "issuer", Topic::Issuer),
        _ => (OF_AUDIENCE.as_ref()?, "audience", Topic::Audience),
    };
    let found: Vec<&str> =
        regex.captures_iter(config).filter_map(|setting| setting.get(setting.len() - 1)).map(|value| value.as_str()).collect();
    let plain = |text: &str| text.trim_end_matches(['/', '.']).to_string();
    let is_value = |text: &&str| {
        text.len() > 1
            && !text.contains(['$', '<', '*'])
            && !["true", "false", "null", "none"].contains(&text.to_ascii_lowercase().as_str())
    };
    let settings: Vec<&str> = found.into_iter().filter(is_value).collect();
    let first = settings.first()?;
    // Code may hold the value in a variable of any name: only what is written like the claim can be compared with it.
    let is_alike = |setting: &str| have.iter().any(|claim| claim.contains("://") == setting.contains("://"));
    if settings.iter().any(|setting| !is_alike(setting) || have.iter().any(|claim| plain(claim) == plain(setting))) {
        return None;
    }
    let strength = if facts.says_plainly(topic) { Strength::Contradiction } else { Strength::Likely };
    let list = have.join(", ");
    let message = format!("the token's {word} is {list}, but the configuration says {first}");
    Some(
        Finding::fail(strength, message)
            .proof(Place::Claims, token.jws.claims.member(name).map(|member| member.value_span), format!("{name} {list}"))
            .context(format!("configured: {first}"))
            .fixed_by(Fix::action(format!("Write {list} in the server's configuration, or get a token whose {word} is {first}"))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'t>(regex: &LazyLock<Option<Regex>>, text: &'t str) -> Vec<&'t str> {
        regex.as_ref().unwrap().captures_iter(text).filter_map(|c| c.get(c.len() - 1)).map(|value| value.as_str()).collect()
    }

    #[test]
    fn settings_name_issuer_and_audience() {
        for text in [
            "REGISTRY_AUTH_TOKEN_ISSUER: acme",
            "quarkus.oidc.auth-server-url=acme",
            "issuer-uri: \"acme\"",
            "{\"issuer\": \"acme\", \"keys\": 1}",
            "x-google-issuer: acme",
            "issuerBaseURL: 'acme',",
        ] {
            assert_eq!(found(&OF_ISSUER, text), ["acme"], "{text}");
        }
        assert_eq!(found(&OF_AUDIENCE, "a: 1\naudience = [\"acme\"]"), ["acme"]);
        for text in ["tissue: paper", "the issuer is acme", "reissuer_count"] {
            assert_eq!(found(&OF_ISSUER, text), Vec::<&str>::new(), "{text}");
        }
    }
}
