//! Who issued a token, according to its claims, and the most common mistake with that issuer.

use super::claims::audiences;
use super::jws::Jws;

/// A sign of an issuer in a token.
#[derive(Clone, Copy, Debug)]
enum Sign {
    /// `iss` is this, `https://` or not.
    IssIs(&'static str),
    /// `iss` begins with this.
    IssStarts(&'static str),
    /// `iss` contains this.
    IssHas(&'static str),
    /// `iss` is a number, alone with times: what a GitHub App signs for itself.
    IssIsNumber,
    /// The claim is there.
    Has(&'static str),
    /// The claim is a string that begins with this.
    Starts(&'static str, &'static str),
    /// All of these claims are there.
    HasAll(&'static [&'static str]),
}

/// An issuer that is recognized.
#[derive(Clone, Copy, Debug)]
pub struct Issuer {
    /// Its name.
    pub name: &'static str,
    /// The classic mistake with its tokens, in one or two sentences.
    pub mistake: &'static str,
    signs: &'static [Sign],
}

const fn issuer(name: &'static str, signs: &'static [Sign], mistake: &'static str) -> Issuer {
    Issuer { name, mistake, signs }
}

const AUTH0: &str = "Auth0";

/// The issuers, those with the surest signs first.
static ISSUERS: &[Issuer] = &[
    issuer(
        "Azure AD B2C",
        &[Sign::IssHas(".b2clogin.com/"), Sign::Has("tfp")],
        "Each user flow has its own metadata address: the API must load the keys of the flow that issued the token.",
    ),
    issuer(
        "Microsoft Entra External ID",
        &[Sign::IssHas(".ciamlogin.com/")],
        "The authority is the tenant's ciamlogin.com address, not login.microsoftonline.com: issuer and keys differ.",
    ),
    issuer(
        "Microsoft Entra (v2.0)",
        &[Sign::IssStarts("https://login.microsoftonline.com/"), Sign::IssStarts("https://login.microsoftonline.us/")],
        "A token for Microsoft Graph (aud 00000003-0000-0000-c000-000000000000) is sent to one's own API. Ask for the scope \
         api://<client id>/… ; in v2.0 aud is the bare client id.",
    ),
    issuer(
        "Microsoft Entra (v1.0)",
        &[Sign::IssStarts("https://sts.windows.net/")],
        "The API expects v2.0 tokens (issuer login.microsoftonline.com), but its registration still asks for v1.0: set \
         requestedAccessTokenVersion to 2 in the manifest, or accept the issuer sts.windows.net and aud api://….",
    ),
    issuer(
        "AD FS",
        &[Sign::IssHas("/adfs")],
        "The audience is the relying party's identifier (often microsoft:identityserver:…), not the API's address.",
    ),
    issuer(
        AUTH0,
        &[Sign::IssHas(".auth0.com"), Sign::Has("gty"), Sign::Starts("sub", "auth0|"), Sign::Starts("sub", "google-oauth2|")],
        "Without an audience parameter at login Auth0 gives an opaque token or one for /userinfo. Its issuer ends with a slash, which \
         must be in the API's configuration too.",
    ),
    issuer(
        "Okta",
        &[Sign::IssHas(".okta.com"), Sign::IssHas(".oktapreview.com"), Sign::IssHas(".okta-emea.com"), Sign::HasAll(&["cid", "scp"])],
        "A token of the org server (issuer without /oauth2/…) is for Okta's own APIs only; one's own API needs a custom authorization \
         server such as /oauth2/default, whose aud is api://default.",
    ),
    issuer(
        "Amazon Cognito",
        &[Sign::IssStarts("https://cognito-idp."), Sign::Has("cognito:username")],
        "The access token has no aud, only client_id: an API that checks aud refuses it, and an API Gateway authorizer without scopes \
         wants the ID token instead.",
    ),
    issuer(
        "Keycloak",
        &[Sign::IssHas("/realms/"), Sign::Has("realm_access"), Sign::Has("resource_access")],
        "aud is \"account\" unless an audience mapper adds the API; and the issuer is the address that the client used, so a token got \
         through localhost or another host name is refused.",
    ),
    issuer(
        "Firebase",
        &[Sign::IssStarts("https://securetoken.google.com/"), Sign::Has("firebase")],
        "aud is the project's id: a token of another project (staging) is refused. A custom token must be exchanged for an ID token first.",
    ),
    issuer(
        "Google Cloud service account",
        &[Sign::IssHas("gserviceaccount.com")],
        "Only Google's own APIs accept a self-signed JWT; IAP and Cloud Run want an ID token whose aud is the service's address.",
    ),
    issuer(
        "Google",
        &[Sign::IssIs("accounts.google.com")],
        "This is an ID token; Google's APIs want the opaque access token (ya29.…). aud is the client id, not the API.",
    ),
    issuer(
        "Supabase",
        &[
            Sign::IssHas(".supabase.co/"),
            Sign::IssIs("supabase"),
            Sign::IssIs("supabase-demo"),
            Sign::HasAll(&["app_metadata", "user_metadata"]),
        ],
        "Every request needs the project's key in the apikey header as well as the user's token; and anon and service keys belong to one project.",
    ),
    issuer(
        "Kubernetes",
        &[Sign::Has("kubernetes.io"), Sign::Starts("sub", "system:serviceaccount:"), Sign::IssIs("kubernetes/serviceaccount")],
        "A bound token ends with its pod and after an hour: read the file again for each request. Its aud must be one that the API \
         server (or the other service) accepts.",
    ),
    issuer(
        "GitHub Actions",
        &[Sign::IssIs("token.actions.githubusercontent.com")],
        "aud defaults to the repository owner's address, not to the cloud's; and sub names branch or environment, which the trust \
         policy must match exactly.",
    ),
    issuer(
        "GitHub App",
        &[Sign::IssIsNumber],
        "It must end within ten minutes of now, and only /app and the installation-token address take it: exchange it for an \
         installation token (ghs_…).",
    ),
    issuer(
        "GitLab",
        &[Sign::IssStarts("https://gitlab.com"), Sign::HasAll(&["project_path", "namespace_path"])],
        "CI_JOB_JWT is gone: declare id_tokens with the aud that the other side expects.",
    ),
    issuer(
        "Apple",
        &[Sign::IssIs("appleid.apple.com")],
        "An ID token for ten minutes whose aud is the bundle or service id; the client secret is another JWT, which one signs oneself.",
    ),
    issuer(
        "Salesforce",
        &[Sign::IssHas(".salesforce.com")],
        "A token belongs to its instance: send it to instance_url, not to login.salesforce.com; sandboxes use test.salesforce.com.",
    ),
    issuer(
        "PingOne or PingFederate",
        &[Sign::IssHas("pingone."), Sign::IssHas("pingidentity.com")],
        "The access token's aud is the resource's, which must be assigned to the application; otherwise it is for the Ping API.",
    ),
    issuer(
        "Cloudflare Access",
        &[Sign::IssHas(".cloudflareaccess.com")],
        "It belongs into Cf-Access-Jwt-Assertion or the cookie CF_Authorization; aud is the application's tag.",
    ),
    issuer(
        "Clerk",
        &[Sign::IssHas(".clerk.accounts.dev"), Sign::IssHas("clerk.")],
        "A session token lives one minute: fetch a new one for each request, do not store it.",
    ),
    issuer(
        "authentik",
        &[Sign::IssHas("/application/o/")],
        "The issuer holds the application's slug and ends with a slash; both must be in the API's configuration.",
    ),
    issuer("Slack", &[Sign::IssIs("slack.com")], "This is an ID token of Sign in with Slack; the Web API wants an xoxb- or xoxp- token."),
    issuer("SPIFFE", &[Sign::Starts("sub", "spiffe://")], "aud must name the workload that is called; the token lives minutes."),
    issuer(
        "Duende IdentityServer",
        &[Sign::HasAll(&["client_id", "idp", "amr"]), Sign::HasAll(&["client_id", "nbf", "idp"])],
        "aud is there only when an ApiResource with the scope exists; and issuer differs between http, https and container names.",
    ),
    issuer(
        "flask-jwt-extended",
        &[Sign::HasAll(&["fresh", "type", "jti"])],
        "A refresh token (type refresh) is refused where an access token is wanted; sub must be a string since PyJWT 2.10.",
    ),
    issuer(
        "Simple JWT (Django)",
        &[Sign::HasAll(&["token_type", "jti", "user_id"])],
        "A refresh token is refused where an access token is wanted; AUTH_HEADER_TYPES may ask for JWT instead of Bearer.",
    ),
    issuer(
        "Laravel Passport",
        &[Sign::HasAll(&["scopes", "jti", "aud", "sub"])],
        "New keys (passport:keys --force) invalidate every token issued before them.",
    ),
];

impl Issuer {
    /// The classic mistake, as far as this token may be an instance of it: one for an API was asked for with its audience.
    pub fn mistake_of(&self, token: &Jws) -> &'static str {
        let is_for_api = || {
            let audiences = token.claims.get("aud").map(audiences).unwrap_or_default();
            audiences.iter().any(|audience| !audience.trim_end_matches('/').ends_with("/userinfo"))
        };
        match self.mistake.split_once(". ") {
            Some((_, rest)) if self.name == AUTH0 && is_for_api() => rest,
            _ => self.mistake,
        }
    }
}

/// Who issued a token; `None` when no sign is known.
pub fn recognize(token: &Jws) -> Option<&'static Issuer> {
    // An issuer that names itself in `iss` counts more than one whose claims others may use too.
    let by = |kind: fn(&Sign) -> bool| ISSUERS.iter().find(|i| i.signs.iter().filter(|s| kind(s)).any(|s| shows(s, token)));
    by(speaks_of_iss).or_else(|| by(|s| !speaks_of_iss(s)))
}

const fn speaks_of_iss(sign: &Sign) -> bool {
    matches!(sign, Sign::IssIs(_) | Sign::IssStarts(_) | Sign::IssHas(_) | Sign::IssIsNumber)
}

fn shows(sign: &Sign, token: &Jws) -> bool {
    let claims = &token.claims;
    let iss = claims.str("iss").unwrap_or_default();
    match sign {
        Sign::IssIs(wanted) => iss.trim_start_matches("https://").trim_end_matches('/') == *wanted,
        Sign::IssStarts(wanted) => iss.starts_with(wanted),
        Sign::IssHas(wanted) => iss.contains(wanted),
        Sign::IssIsNumber => is_number(claims.get("iss")) && claims.get("sub").is_none() && claims.get("aud").is_none(),
        Sign::Has(name) => claims.get(name).is_some(),
        Sign::Starts(name, wanted) => claims.str(name).is_some_and(|v| v.starts_with(wanted)),
        Sign::HasAll(names) => names.iter().all(|n| claims.get(n).is_some()),
    }
}

fn is_number(iss: Option<&serde_json::Value>) -> bool {
    match iss {
        Some(serde_json::Value::String(text)) => !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()),
        Some(value) => value.is_u64(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    fn name(claims: &str) -> Option<&'static str> {
        recognize(&Jws::read(&format!("e30.{}.", URL_SAFE_NO_PAD.encode(claims)))).map(|i| i.name)
    }

    #[test]
    fn issuers_are_told_by_iss_first() {
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
    fn auth0_is_not_asked_for_an_audience_that_is_there() {
        let mistake = |claims: &str| {
            let token = Jws::read(&format!("e30.{}.", URL_SAFE_NO_PAD.encode(claims)));
            recognize(&token).map(|issuer| issuer.mistake_of(&token)).unwrap_or_default()
        };
        let api = mistake(r#"{"iss":"https://t.eu.auth0.com/","aud":["https://api.example","https://t.eu.auth0.com/userinfo"]}"#);
        assert!(api.starts_with("Its issuer ends with a slash"), "{api}");
        for claims in
            [r#"{"iss":"https://t.eu.auth0.com/"}"#, r#"{"iss":"https://t.eu.auth0.com/","aud":"https://t.eu.auth0.com/userinfo"}"#]
        {
            assert!(mistake(claims).starts_with("Without an audience"), "{claims}");
        }
    }

    #[test]
    fn every_mistake_is_a_sentence() {
        for issuer in ISSUERS {
            assert!(issuer.mistake.ends_with('.') && issuer.mistake.len() > 40 && !issuer.mistake.contains("  "), "{}", issuer.name);
        }
    }
}
