//! Whether a JWT is an access token, an ID token, a refresh token: only what its members show, each named.

use serde_json::Value;

use super::issuer;
use super::jws::Jws;
pub use super::purpose::TokenUse;

/// What a token is for, and the members that show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UseFound {
    /// What it is for.
    pub token_use: TokenUse,
    /// Members that show it, as `header.typ` or `claims.nonce`; empty when nothing does.
    pub proof: Vec<&'static str>,
}

impl UseFound {
    fn by(token_use: TokenUse, proof: &[&'static str]) -> Self {
        Self { token_use, proof: proof.to_vec() }
    }
}

/// A member whose value names the use.
struct Named {
    member: &'static str,
    value: &'static str,
    token_use: TokenUse,
}

const fn named(member: &'static str, value: &'static str, token_use: TokenUse) -> Named {
    Named { member, value, token_use }
}

/// Values are compared without case, and without `application/` before them.
const NAMED: &[Named] = &[
    named("header.typ", "at+jwt", TokenUse::Access), // RFC 9068 2.1
    named("header.typ", "logout+jwt", TokenUse::Logout),
    named("header.typ", "secevent+jwt", TokenUse::Logout), // RFC 8417 2.3
    named("header.typ", "refresh+jwt", TokenUse::Refresh),
    named("header.typ", "rt+jwt", TokenUse::Refresh),
    named("header.typ", "id+jwt", TokenUse::Id),
    named("claims.token_use", "access", TokenUse::Access),
    named("claims.token_use", "id", TokenUse::Id),
    named("claims.typ", "Bearer", TokenUse::Access),
    named("claims.typ", "ID", TokenUse::Id),
    named("claims.typ", "Refresh", TokenUse::Refresh),
    named("claims.typ", "Offline", TokenUse::Refresh),
    named("claims.typ", "Logout", TokenUse::Logout),
    named("claims.type", "access", TokenUse::Access),
    named("claims.type", "refresh", TokenUse::Refresh),
    named("claims.token_type", "access", TokenUse::Access),
    named("claims.token_type", "refresh", TokenUse::Refresh),
    named("claims.token_type", "Bearer", TokenUse::Access),
];

/// Members of which one alone shows the use, strongest first: digests are only in ID tokens, scopes hardly there.
const SHOWN: &[(&str, TokenUse)] = &[
    ("claims.events", TokenUse::Logout),
    ("claims.at_hash", TokenUse::Id),
    ("claims.c_hash", TokenUse::Id),
    ("claims.s_hash", TokenUse::Id),
    ("claims.scope", TokenUse::Access),
    ("claims.scp", TokenUse::Access),
    ("claims.permissions", TokenUse::Access),
    ("claims.authorization_details", TokenUse::Access),
    ("claims.nonce", TokenUse::Id),
    ("claims.gty", TokenUse::Access),
    ("claims.client_id", TokenUse::Access),
    ("claims.cid", TokenUse::Access),
];

/// What a token is for, by its members.
pub fn token_use(token: &Jws) -> UseFound {
    let get = |path: &str| token.member_at(path);
    let says = |n: &Named| get(n.member).and_then(Value::as_str).is_some_and(|v| bare(v).eq_ignore_ascii_case(n.value));
    if let Some(found) = NAMED.iter().find(|n| says(n)) {
        return UseFound::by(found.token_use, &[found.member]);
    }
    if let Some((first, token_use)) = SHOWN.iter().find(|(path, _)| get(path).is_some()) {
        let others = SHOWN.iter().filter(|(path, u)| u == token_use && path != first && get(path).is_some());
        return UseFound { token_use: *token_use, proof: [*first].into_iter().chain(others.map(|(path, _)| *path)).collect() };
    }
    by_issuer(token)
}

/// What only the issuer's habits show.
fn by_issuer(token: &Jws) -> UseFound {
    let claims = &token.claims;
    if let Some(shown) = issuer::by_iss(token).and_then(|issuer| issuer.shown_use(token)) {
        return UseFound { token_use: shown.token_use, proof: shown.shown_by.iter().map(String::as_str).collect() };
    }
    if claims.get("azp").is_some() && claims.get("azp") == claims.get("aud") {
        return UseFound::by(TokenUse::Id, &["claims.aud", "claims.azp"]);
    }
    UseFound::by(TokenUse::Unknown, &[])
}

fn bare(value: &str) -> &str {
    value.get(..12).filter(|p| p.eq_ignore_ascii_case("application/")).and_then(|_| value.get(12..)).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    fn found(header: &str, claims: &str) -> UseFound {
        token_use(&Jws::read(&format!("{}.{}.", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))))
    }

    #[test]
    fn each_member_that_tells_is_named() {
        for (header, claims, token_use, proof) in [
            (r#"{"typ":"application/AT+JWT"}"#, "{}", TokenUse::Access, "header.typ"),
            ("{}", r#"{"token_use":"id"}"#, TokenUse::Id, "claims.token_use"),
            ("{}", r#"{"typ":"Refresh"}"#, TokenUse::Refresh, "claims.typ"),
            ("{}", r#"{"type":"refresh"}"#, TokenUse::Refresh, "claims.type"),
            ("{}", r#"{"nonce":"x"}"#, TokenUse::Id, "claims.nonce"),
            ("{}", r#"{"nonce":"x","scope":"openid"}"#, TokenUse::Access, "claims.scope"),
            ("{}", r#"{"events":{}}"#, TokenUse::Logout, "claims.events"),
            ("{}", r#"{"iss":"https://login.microsoftonline.com/t/v2.0","preferred_username":"a"}"#, TokenUse::Id, "claims.iss"),
        ] {
            let found = found(header, claims);
            assert_eq!((found.token_use, found.proof.first().copied()), (token_use, Some(proof)), "{header} {claims}");
        }
    }

    #[test]
    fn what_nothing_shows_stays_unknown() {
        assert_eq!(found(r#"{"typ":"JWT"}"#, r#"{"sub":"a"}"#), UseFound::by(TokenUse::Unknown, &[]));
    }
}
