//! Issuers of tokens, as data: `assets/issuers.toml`.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use super::claims::audiences;
use super::jws::Jws;
use super::purpose::TokenUse;
use crate::domain::table;

static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT).unwrap_or_default());

const TEXT: &str = include_str!("../../../assets/issuers.toml");

/// An issuer. The head of the file explains each member.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// Its name.
    pub name: String,
    mistake: String,
    for_an_api: Option<String>,
    /// Where it is documented.
    pub docs: String,
    #[serde(default)]
    iss: Vec<String>,
    #[serde(default)]
    numeric_iss: bool,
    #[serde(default)]
    sub: Vec<String>,
    #[serde(default)]
    claims: Vec<Vec<String>>,
    #[serde(default)]
    uses: Vec<ShownUse>,
    keys: Option<String>,
}

/// Members that show the use of an issuer's token.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownUse {
    /// The members, as `header.typ` or `claims.nonce`.
    pub shown_by: Vec<String>,
    /// What the token is for.
    #[serde(rename = "is")]
    pub token_use: TokenUse,
}

impl Issuer {
    /// The most common mistake with its tokens, in one or two sentences, as far as it can be made with this one.
    pub fn mistake_of(&self, token: &Jws) -> &str {
        let audiences = token.claims.get("aud").map(audiences).unwrap_or_default();
        let names_api = audiences.iter().any(|audience| !audience.trim_end_matches('/').ends_with("/userinfo"));
        self.for_an_api.as_deref().filter(|_| names_api).unwrap_or(&self.mistake)
    }

    /// What a token of this issuer is for, by the first row whose members it has.
    pub fn shown_use(&self, token: &Jws) -> Option<&ShownUse> {
        self.uses.iter().find(|shown| shown.shown_by.iter().all(|path| token.member_at(path).is_some()))
    }

    /// Where the key set of a token is, when the token has the claims that the address needs.
    pub fn key_set(&self, token: &Jws) -> Option<String> {
        let mut pieces = self.keys.as_ref()?.split('{');
        let mut address = pieces.next()?.to_string();
        for piece in pieces {
            let (name, rest) = piece.split_once('}')?;
            address += token.claims.str(name)?.trim_end_matches('/');
            address += rest;
        }
        Some(address)
    }

    fn fits_iss(&self, token: &Jws) -> bool {
        let iss = token.claims.str("iss").unwrap_or_default();
        self.iss.iter().any(|pattern| fits(pattern, iss)) || self.numeric_iss && is_numbered(token)
    }

    fn fits_others(&self, token: &Jws) -> bool {
        let sub = token.claims.str("sub").unwrap_or_default();
        let has_all = |names: &Vec<String>| names.iter().all(|name| token.claims.get(name).is_some());
        self.sub.iter().any(|start| sub.starts_with(start.as_str())) || self.claims.iter().any(has_all)
    }
}

/// Who issued a token, by its claims.
pub fn recognize(token: &Jws) -> Option<&'static Issuer> {
    by_iss(token).or_else(|| TABLE.issuer.iter().find(|issuer| issuer.fits_others(token)))
}

/// Who issued a token, by its `iss` alone.
pub fn by_iss(token: &Jws) -> Option<&'static Issuer> {
    TABLE.issuer.iter().find(|issuer| issuer.fits_iss(token))
}

/// True for a text that a pattern with `*` at its beginning or end describes.
fn fits(pattern: &str, iss: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(_), Some(_)) => iss.contains(pattern.trim_matches('*')),
        (Some(end), None) => iss.ends_with(end),
        (None, Some(start)) => iss.starts_with(start),
        (None, None) => iss.trim_start_matches("https://").trim_end_matches('/') == pattern,
    }
}

/// True for a token whose `iss` is a number, and which names neither subject nor audience.
fn is_numbered(token: &Jws) -> bool {
    let is_number = match token.claims.get("iss") {
        Some(Value::String(text)) => !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()),
        Some(value) => value.is_u64(),
        None => false,
    };
    is_number && token.claims.get("sub").is_none() && token.claims.get("aud").is_none()
}

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    issuer: Vec<Issuer>,
}

fn read(text: &str) -> Result<Table, serde_json::Error> {
    table::read(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    fn token(claims: &str) -> Jws {
        Jws::read(&format!("e30.{}.", URL_SAFE_NO_PAD.encode(claims)))
    }

    fn name(claims: &str) -> Option<&'static str> {
        recognize(&token(claims)).map(|issuer| issuer.name.as_str())
    }

    #[test]
    fn issuers_are_recognized_by_iss_first() {
        for (claims, issuer) in [
            (r#"{"iss":"https://login.microsoftonline.com/t/v2.0"}"#, "Microsoft Entra (v2.0)"),
            (r#"{"iss":"https://sts.windows.net/t/"}"#, "Microsoft Entra (v1.0)"),
            (r#"{"iss":"https://t.b2clogin.com/t/v2.0/"}"#, "Azure AD B2C"),
            (r#"{"iss":"https://t.eu.auth0.com/"}"#, "Auth0"),
            (r#"{"iss":"https://id.example/","sub":"auth0|5"}"#, "Auth0"),
            (r#"{"iss":"https://dev-1.okta.com/oauth2/default"}"#, "Okta"),
            (r#"{"iss":"https://cognito-idp.eu-west-1.amazonaws.com/p"}"#, "Amazon Cognito"),
            (r#"{"iss":"https://id.example/realms/main","sub":"auth0|5"}"#, "Keycloak"),
            (r#"{"iss":"https://accounts.google.com"}"#, "Google"),
            (r#"{"iss":"https://securetoken.google.com/p"}"#, "Firebase"),
            (r#"{"iss":"https://x.supabase.co/auth/v1"}"#, "Supabase"),
            (r#"{"iss":"https://kubernetes.default.svc","kubernetes.io":{}}"#, "Kubernetes"),
            (r#"{"iss":"https://token.actions.githubusercontent.com"}"#, "GitHub Actions"),
            (r#"{"iss":"12345","iat":1,"exp":2}"#, "GitHub App"),
            (r#"{"iss":"https://gitlab.com"}"#, "GitLab"),
        ] {
            assert_eq!(name(claims), Some(issuer), "{claims}");
        }
        assert_eq!(name(r#"{"iss":"https://auth.example","sub":"a"}"#), None);
    }

    #[test]
    fn the_table_can_be_read_and_every_row_is_of_use() {
        let issuers = read(TEXT).map_err(|fault| fault.to_string()).expect("the issuers").issuer;
        let mut names = std::collections::BTreeSet::new();
        for issuer in &issuers {
            let Issuer { name, mistake, for_an_api, docs, iss, numeric_iss, sub, claims, uses, keys } = issuer;
            assert!(names.insert(name), "{name} is there twice");
            for mistake in [Some(mistake), for_an_api.as_ref()].into_iter().flatten() {
                assert!(mistake.ends_with('.') && mistake.len() > 40 && !mistake.contains("  "), "{name}");
            }
            assert!(docs.starts_with("https://"), "{name}: {docs}");
            assert!(*numeric_iss || !(iss.is_empty() && sub.is_empty() && claims.is_empty()), "{name}");
            assert!(claims.iter().all(|list| !list.is_empty()), "{name}");
            assert!(uses.is_empty() || !iss.is_empty(), "{name}: its uses need iss");
            for path in uses.iter().flat_map(|shown| &shown.shown_by) {
                assert!(path.starts_with("claims.") || path.starts_with("header."), "{name}: {path}");
            }
            assert!(keys.as_ref().is_none_or(|keys| keys.starts_with("https://") || keys.starts_with("{iss}/")), "{name}: {keys:?}");
        }
    }

    #[test]
    fn a_token_for_an_api_was_asked_for_with_its_audience() {
        let mistake = |claims: &str| recognize(&token(claims)).map(|issuer| issuer.mistake_of(&token(claims))).unwrap_or_default();
        let api = mistake(r#"{"iss":"https://t.eu.auth0.com/","aud":["https://api.example","https://t.eu.auth0.com/userinfo"]}"#);
        assert!(api.starts_with("Its issuer ends with a slash"), "{api}");
        for claims in
            [r#"{"iss":"https://t.eu.auth0.com/"}"#, r#"{"iss":"https://t.eu.auth0.com/","aud":"https://t.eu.auth0.com/userinfo"}"#]
        {
            assert!(mistake(claims).starts_with("Without an audience"), "{claims}");
        }
    }

    #[test]
    fn unknown_members_are_refused() {
        let row = "[[issuer]]\nname = \"a\"\nmistake = \"b\"\ndocs = \"c\"\n";
        assert!(read(row).is_ok());
        for more in ["title = \"x\"\n", "uses = [{ shown_by = [], is = \"sold\" }]\n", "uses = [{ is = \"id\" }]\n"] {
            assert!(read(&format!("{row}{more}")).is_err(), "{more}");
        }
    }

    #[test]
    fn the_key_set_is_where_the_claims_say() {
        let address = |claims: &str| recognize(&token(claims)).and_then(|issuer| issuer.key_set(&token(claims)));
        for (claims, keys) in [
            (r#"{"iss":"https://t.eu.auth0.com/"}"#, Some("https://t.eu.auth0.com/.well-known/jwks.json")),
            (
                r#"{"iss":"https://login.microsoftonline.com/t/v2.0","tid":"t"}"#,
                Some("https://login.microsoftonline.com/t/discovery/v2.0/keys"),
            ),
            (r#"{"iss":"https://login.microsoftonline.com/t/v2.0"}"#, None),
            (r#"{"iss":"https://accounts.google.com"}"#, Some("https://www.googleapis.com/oauth2/v3/certs")),
            (r#"{"sub":"spiffe://a"}"#, None),
        ] {
            assert_eq!(address(claims).as_deref(), keys, "{claims}");
        }
    }
}
