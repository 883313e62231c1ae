//! `token-kind-wrong`

use crate::checks::declare::check;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Token};
use crate::checks::{Finding, Fix, Place};
use crate::domain::span::Span;

check! {
    /// It is a token, but of the wrong kind.
    ///
    /// # What it looks at
    /// Claims that show what the token is: `nonce`, `at_hash` (an ID token), `typ` or `token_use` (refresh, ID), and the
    /// beginning of an opaque token, which tells its vendor.
    ///
    /// # Why a server answers 401 to it
    /// An ID token tells the application who logged in; an API takes access tokens. A refresh token is for the authorization
    /// server only. Another vendor's key opens nothing here.
    ///
    /// # How to prove it
    /// Look at `aud`: an ID token names the application, an access token the API.
    ///
    /// # How to fix it
    /// Send `access_token` of the log-in's answer, not `id_token` and not `refresh_token`.
    ///
    /// # Example
    /// A token with `nonce` and the client's id as `aud`.
    ///
    /// # References
    /// OpenID Connect Core section 2; RFC 9068 section 2.1; RFC 8725 section 3.12.
    KIND = "token-kind-wrong", Token, look
}

/// Beginnings of opaque tokens and keys, and what they are.
const PREFIXES: [(&str, &str); 26] = [
    ("ghp_", "a GitHub personal access token"),
    ("gho_", "a GitHub OAuth token"),
    ("ghs_", "a GitHub installation token"),
    ("ghu_", "a GitHub user token"),
    ("ghr_", "a GitHub refresh token"),
    ("github_pat_", "a GitHub personal access token"),
    ("glpat-", "a GitLab personal access token"),
    ("gldt-", "a GitLab deploy token"),
    ("sk-ant-", "an Anthropic key"),
    ("sk-", "an OpenAI key"),
    ("sk_live_", "a Stripe secret key"),
    ("sk_test_", "a Stripe test key"),
    ("pk_live_", "a Stripe publishable key"),
    ("xoxb-", "a Slack bot token"),
    ("xoxp-", "a Slack user token"),
    ("xapp-", "a Slack app token"),
    ("ya29.", "a Google access token"),
    ("AIza", "a Google API key"),
    ("AKIA", "an AWS access key id"),
    ("npm_", "an npm token"),
    ("pypi-", "a PyPI token"),
    ("hf_", "a Hugging Face token"),
    ("dop_v1_", "a DigitalOcean token"),
    ("SG.", "a SendGrid key"),
    ("shpat_", "a Shopify token"),
    ("ntn_", "a Notion token"),
];

/// Words for what a token that is no JWT is.
pub fn described(text: &str) -> String {
    if let Some((_, what)) = PREFIXES.iter().find(|(p, _)| text.starts_with(p)) {
        return (*what).into();
    }
    let dots = text.matches('.').count();
    if text.starts_with("eyJ") && dots == 4 {
        return "an encrypted token (JWE), which only its audience can read,".into();
    }
    if text.starts_with("eyJ") && text.contains('~') {
        return "an SD-JWT with disclosures".into();
    }
    if ["v1.", "v2.", "v3.", "v4."].iter().any(|v| text.starts_with(v)) && (text.contains(".public.") || text.contains(".local.")) {
        return "a PASETO token".into();
    }
    if text.starts_with('<') || text.starts_with("PHNhbWw") || text.starts_with("PD94bWw") {
        return "a SAML assertion".into();
    }
    "an opaque token".into()
}

/// What the claims show the token to be, with the members that show it.
fn shown_by_claims(token: &Token) -> Option<(&'static str, &'static str, Place, Span)> {
    let claims = &token.jws.claims;
    let typ = token.jws.header.member("typ").and_then(|m| Some((m.value.as_str()?.to_ascii_lowercase(), m.value_span)));
    if let Some((typ, span)) = &typ {
        match typ.trim_start_matches("application/") {
            "refresh" | "rt+jwt" => return Some(("a refresh token", "typ", Place::TokenHeader, *span)),
            "logout+jwt" => return Some(("a log-out token", "typ", Place::TokenHeader, *span)),
            "dpop+jwt" => return Some(("a DPoP proof", "typ", Place::TokenHeader, *span)),
            "at+jwt" => return None,
            _ => {}
        }
    }
    for name in ["typ", "type", "token_use", "token_type", "use"] {
        let Some(member) = claims.member(name) else { continue };
        let Some(value) = member.value.as_str().map(str::to_ascii_lowercase) else { continue };
        match value.as_str() {
            "refresh" | "refresh_token" | "offline" => return Some(("a refresh token", "type", Place::Claims, member.value_span)),
            "id" | "id_token" => return Some(("an ID token", "type", Place::Claims, member.value_span)),
            "access" | "access_token" | "bearer" => return None,
            _ => {}
        }
    }
    let scoped = ["scope", "scp", "permissions", "roles"].iter().any(|n| claims.member(n).is_some());
    for name in ["at_hash", "c_hash", "s_hash", "nonce"] {
        if let Some(member) = claims.member(name).filter(|_| !scoped) {
            return Some(("an ID token", name, Place::Claims, member.name_span));
        }
    }
    None
}

fn look(facts: &Facts) -> Finding {
    let Some(token) = &facts.token else { return Finding::not_applicable() };
    if facts.is_token_request() {
        return Finding::not_applicable();
    }
    let fix = Fix::action("Send the access token of the log-in's answer");
    let plain = facts.says_plainly(Topic::TokenKind);
    let from_words = |finding: Finding| {
        facts.word(Topic::TokenKind).map(|w| (w.place, w.span, facts.quote(w))).into_iter().fold(finding, |f, (p, s, t)| f.proof(p, s, t))
    };
    if !token.is_jwt {
        return other_vendor(facts, token);
    }
    if let Some((what, member, place, span)) = shown_by_claims(token) {
        // An API that takes refresh tokens says so; everything else wants access tokens.
        let wrong = plain || what != "a refresh token" || !facts.request.path().contains("refresh");
        if wrong && facts.is_refused() {
            let weight = if plain { 0.96 } else { 0.93 };
            return from_words(Finding::fail(weight, format!("{what} was sent, and an API takes access tokens")).proof(
                place,
                span,
                format!("{member} shows it"),
            ))
            .fixed_by(fix);
        }
    }
    if plain && facts.is_refused() {
        return from_words(Finding::fail(0.9, "the server says that this is not the kind of token it takes")).fixed_by(fix);
    }
    // A JWT at a server that speaks of opaque tokens: it was made by someone else.
    if !facts.expects_jwt()
        && facts.says(Topic::Token)
        && facts.is_refused()
        && facts.challenge("bearer").is_some_and(|c| c.get("error").is_some())
        && !facts.words.iter().any(|w| w.specific)
    {
        return Finding::warn(0.3, "a JWT was sent, and nothing shows that this server takes JWTs").proof(token.place, token.span, "a JWT");
    }
    match facts.standing {
        crate::checks::facts::Standing::Taken => Finding::pass("the server took it"),
        _ => Finding::pass("nothing shows that it is an ID or refresh token"),
    }
}

/// A vendor's token at another vendor's address.
fn other_vendor(facts: &Facts, token: &Token) -> Finding {
    let Some((_, what)) = PREFIXES.iter().find(|(p, _)| token.jws.text.starts_with(p)) else {
        return Finding::unknown("the token is opaque: what kind it is only its issuer can tell");
    };
    let host = facts.url.as_ref().and_then(|u| u.host_str()).unwrap_or_default();
    let vendor = what.split_whitespace().nth(1).unwrap_or_default().to_ascii_lowercase();
    let at_home = host.replace(['-', '.'], "").contains(&vendor)
        || vendor == "google" && host.ends_with("googleapis.com")
        || vendor == "aws" && host.ends_with("amazonaws.com");
    if !facts.is_refused() || at_home || host.parse::<std::net::IpAddr>().is_ok() || host == "localhost" {
        return Finding::pass(format!("it is {what}"));
    }
    Finding::fail(0.75, format!("{what} was sent to {host}"))
        .proof(token.place, Span::new(token.span.start, (token.span.start + 4).min(token.span.end)), *what)
        .fixed_by(Fix::action("Send the key that this service issued"))
}
