//! What claims and header members mean, and how their values read.

use jiff::Timestamp;
use serde_json::Value;

use crate::domain::time::{from_seconds, human, seconds_between, short};
use crate::domain::visible::visible;

/// The meaning of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// The claim's name.
    pub name: &'static str,
    /// What it says, in a few words.
    pub text: &'static str,
    /// Where it is defined: an RFC section, or the vendor.
    pub source: &'static str,
}

const fn claim(name: &'static str, text: &'static str, source: &'static str) -> Meaning {
    Meaning { name, text, source }
}

/// Claims by name; a name that several vendors use has one entry.
pub const CLAIMS: &[Meaning] = &[
    claim("iss", "who issued it", "RFC 7519 4.1.1"),
    claim("sub", "whom or what it is about", "RFC 7519 4.1.2"),
    claim("aud", "the API it is for", "RFC 7519 4.1.3"),
    claim("exp", "when it ends", "RFC 7519 4.1.4"),
    claim("nbf", "not valid before", "RFC 7519 4.1.5"),
    claim("iat", "when it was issued", "RFC 7519 4.1.6"),
    claim("jti", "its own number, by which it can be revoked", "RFC 7519 4.1.7"),
    claim("scope", "what the client may do", "RFC 8693 4.2"),
    claim("client_id", "the client that asked for it", "RFC 8693 4.3"),
    claim("may_act", "who may act for the subject", "RFC 8693 4.4"),
    claim("act", "who acts for the subject", "RFC 8693 4.1"),
    claim("cnf", "the key its sender must prove to have (DPoP or mTLS)", "RFC 7800"),
    claim("authorization_details", "what it allows, in detail", "RFC 9396"),
    claim("entitlements", "what the subject is entitled to", "RFC 9068 2.2.3.1"),
    claim("roles", "the subject's or client's roles", "RFC 9068 2.2.3.1"),
    claim("groups", "the subject's groups", "RFC 9068 2.2.3.1"),
    claim("auth_time", "when the user logged in", "OIDC Core 2"),
    claim("nonce", "ties an ID token to its login request", "OIDC Core 2"),
    claim("acr", "how strong the login was", "OIDC Core 2"),
    claim("amr", "the means of the login (pwd, mfa, otp, …)", "OIDC Core 2, RFC 8176"),
    claim("azp", "the client it was issued to", "OIDC Core 2"),
    claim("at_hash", "digest of the access token issued with this ID token", "OIDC Core 3.1.3.6"),
    claim("c_hash", "digest of the code issued with this ID token", "OIDC Core 3.3.2.11"),
    claim("s_hash", "digest of the state sent with this ID token", "FAPI 1.0"),
    claim("sid", "the login session", "OIDC Front-Channel Logout 3"),
    claim("events", "the event it tells of", "RFC 8417 2.2"),
    claim("name", "full name", "OIDC Core 5.1"),
    claim("given_name", "first name", "OIDC Core 5.1"),
    claim("family_name", "last name", "OIDC Core 5.1"),
    claim("preferred_username", "how the user wants to be called; not a key", "OIDC Core 5.1"),
    claim("email", "mail address", "OIDC Core 5.1"),
    claim("email_verified", "whether the address was confirmed", "OIDC Core 5.1"),
    claim("phone_number", "telephone number", "OIDC Core 5.1"),
    claim("picture", "address of a picture", "OIDC Core 5.1"),
    claim("locale", "language", "OIDC Core 5.1"),
    claim("zoneinfo", "time zone", "OIDC Core 5.1"),
    claim("updated_at", "when the profile last changed", "OIDC Core 5.1"),
    claim("_sd", "digests of claims that are not disclosed", "RFC 9901 4.2.4.1"),
    claim("_sd_alg", "the digest of the disclosures", "RFC 9901 4.1.1"),
    claim("vct", "the type of the credential", "SD-JWT VC"),
    claim("htm", "the method that a DPoP proof is for", "RFC 9449 4.2"),
    claim("htu", "the address that a DPoP proof is for", "RFC 9449 4.2"),
    claim("ath", "digest of the access token that a DPoP proof goes with", "RFC 9449 4.2"),
    claim("scp", "delegated permissions (scopes)", "Entra, Okta"),
    claim("tid", "the tenant", "Entra"),
    claim("oid", "the user or service in the tenant", "Entra"),
    claim("appid", "the client application", "Entra v1"),
    claim("appidacr", "how the client proved itself: 0 public, 1 secret, 2 certificate", "Entra v1"),
    claim("azpacr", "how the client proved itself: 0 public, 1 secret, 2 certificate", "Entra v2"),
    claim("upn", "the user's login name", "Entra"),
    claim("unique_name", "a name to show", "Entra v1"),
    claim("wids", "ids of directory roles", "Entra"),
    claim("idtyp", "app for a token without a user", "Entra"),
    claim("ver", "the version of the token's format", "Entra, Okta"),
    claim("uti", "number for the sign-in log", "Entra"),
    claim("rh", "internal to Entra", "Entra"),
    claim("aio", "internal to Entra", "Entra"),
    claim("xms_cc", "what the client can handle (cp1: continuous access)", "Entra"),
    claim("hasgroups", "more groups than fit: ask Graph", "Entra"),
    claim("_claim_names", "claims kept elsewhere (group overage): ask Graph", "Entra, OIDC Core 5.6.2"),
    claim("tfp", "the user flow", "Entra B2C"),
    claim("idp", "the identity provider used", "Entra, Duende"),
    claim("permissions", "permissions granted by role", "Auth0"),
    claim("gty", "the grant that it came from", "Auth0"),
    claim("org_id", "the organisation", "Auth0"),
    claim("cid", "the client that asked for it", "Okta"),
    claim("uid", "the user's id", "Okta"),
    claim("token_use", "access or id", "Cognito"),
    claim("cognito:username", "the user's name", "Cognito"),
    claim("cognito:groups", "the user's groups", "Cognito"),
    claim("origin_jti", "the login it belongs to, for revocation", "Cognito"),
    claim("event_id", "the login event", "Cognito"),
    claim("typ", "the token's kind (Bearer, ID, Refresh)", "Keycloak"),
    claim("realm_access", "roles of the realm", "Keycloak"),
    claim("resource_access", "roles by client", "Keycloak"),
    claim("session_state", "the login session", "Keycloak"),
    claim("allowed-origins", "origins that may use it from a browser", "Keycloak"),
    claim("firebase", "provider and tenant of the login", "Firebase"),
    claim("user_id", "the user's id", "Firebase, Simple JWT"),
    claim("role", "the database role, or a role", "Supabase and others"),
    claim("app_metadata", "what the project knows of the user", "Supabase"),
    claim("user_metadata", "what the user may change", "Supabase"),
    claim("session_id", "the login session", "Supabase"),
    claim("aal", "how strong the login was", "Supabase"),
    claim("ref", "the project, or the git ref", "Supabase, GitHub, GitLab"),
    claim("kubernetes.io", "namespace, pod and service account", "Kubernetes"),
    claim("repository", "the repository whose workflow runs", "GitHub Actions"),
    claim("job_workflow_ref", "the workflow that runs", "GitHub Actions"),
    claim("environment", "the deployment environment", "GitHub Actions, GitLab"),
    claim("project_path", "the project whose job runs", "GitLab"),
    claim("hd", "the Workspace domain", "Google"),
    claim("type", "access or refresh", "flask-jwt-extended"),
    claim("token_type", "access or refresh", "Simple JWT"),
    claim("fresh", "whether it came from a login with password", "flask-jwt-extended"),
    claim("csrf", "must be repeated in a header when the token is a cookie", "flask-jwt-extended"),
];

/// Members of the JOSE header.
pub const HEADER: &[Meaning] = &[
    claim("alg", "signature algorithm", "RFC 7515 4.1.1"),
    claim("typ", "type of the token", "RFC 7515 4.1.9"),
    claim("cty", "type of the content", "RFC 7515 4.1.10"),
    claim("kid", "which key signed it", "RFC 7515 4.1.4"),
    claim("jku", "where its keys are said to be; not to be trusted", "RFC 7515 4.1.2"),
    claim("jwk", "a key brought along; not to be trusted", "RFC 7515 4.1.3"),
    claim("x5u", "where its certificate is said to be; not to be trusted", "RFC 7515 4.1.5"),
    claim("x5c", "certificates brought along", "RFC 7515 4.1.6"),
    claim("x5t", "SHA-1 thumbprint of the certificate", "RFC 7515 4.1.7"),
    claim("x5t#S256", "SHA-256 thumbprint of the certificate", "RFC 7515 4.1.8"),
    claim("crit", "members that must be understood", "RFC 7515 4.1.11"),
    claim("b64", "whether the payload is base64url", "RFC 7797"),
    claim("enc", "how the content is encrypted", "RFC 7516 4.1.2"),
    claim("zip", "how the content is compressed", "RFC 7516 4.1.3"),
    claim("epk", "the sender's one-time key", "RFC 7518 4.6.1.1"),
    claim("nonce", "Microsoft Graph: the signature can be verified by Graph alone", "Entra"),
];

/// The claims whose value is a moment.
pub const TIMES: [&str; 5] = ["exp", "nbf", "iat", "auth_time", "updated_at"];

/// The meaning of a claim, when its name is known.
pub fn meaning(name: &str) -> Option<&'static Meaning> {
    CLAIMS.iter().find(|m| m.name == name)
}

/// The meaning of a header member, when its name is known.
pub fn header_meaning(name: &str) -> Option<&'static Meaning> {
    HEADER.iter().find(|m| m.name == name)
}

/// How a claim reads: `expired 3 h 12 min ago (2026-11-23T04:10:30Z)`, `2 audiences: the API it is for`, else its meaning;
/// empty for a claim that is not registered.
pub fn describe(name: &str, value: &Value, now: Timestamp) -> String {
    if TIMES.contains(&name) {
        return describe_time(name, value, now);
    }
    let text = meaning(name).map(|m| m.text);
    match (count(name, value), text) {
        (Some(count), Some(text)) => format!("{count}: {text}"),
        (_, Some(text)) => text.into(),
        (_, None) => String::new(),
    }
}

/// How many there are, for claims that are sets.
fn count(name: &str, value: &Value) -> Option<String> {
    let unit = match name {
        "aud" => ("audience", "audiences"),
        "scope" | "scp" => ("scope", "scopes"),
        "roles" | "wids" => ("role", "roles"),
        "groups" | "cognito:groups" => ("group", "groups"),
        "permissions" => ("permission", "permissions"),
        _ => return None,
    };
    let count = match value {
        Value::Array(items) => items.len(),
        _ if name == "aud" => audiences(value).len(),
        _ => members(value).len(),
    };
    (count != 1).then(|| format!("{count} {}", unit.1)).or_else(|| value.is_array().then(|| format!("1 {}", unit.0)))
}

fn describe_time(name: &str, value: &Value, now: Timestamp) -> String {
    let Some(seconds) = value.as_f64() else {
        return match value {
            Value::String(text) if text.parse::<f64>().is_ok() => "a string; it must be a number of seconds (RFC 7519 section 2)".into(),
            _ => "not a number of seconds (RFC 7519 section 2)".into(),
        };
    };
    if let Some(moment) = milliseconds(seconds) {
        return format!("milliseconds? as such {}; RFC 7519 wants seconds", short(moment));
    }
    if seconds < 0.0 {
        return "negative: before 1970, which nobody means".into();
    }
    let Some(moment) = from_seconds(seconds) else { return "no moment that can be written".into() };
    let distance = human(seconds_between(now, moment));
    let is_past = moment <= now;
    let words = match (name, is_past) {
        ("exp", true) => format!("expired {distance} ago"),
        ("exp", false) => format!("expires in {distance}"),
        ("nbf", false) => format!("not valid for another {distance}"),
        ("nbf", true) => format!("valid since {distance}"),
        (_, true) => format!("{distance} ago"),
        (_, false) => format!("in {distance}: in the future"),
    };
    format!("{words} ({})", short(moment))
}

/// The time of a number read as milliseconds, when read as seconds it would be thousands of years away.
pub fn milliseconds(number: f64) -> Option<Timestamp> {
    // 10^11 s is the year 5138; 10^11 ms is 1973, before any JWT.
    (number.abs() >= 1e11).then(|| from_seconds(number / 1000.0)).flatten()
}

/// A set of words as its members: a list, or a string separated by spaces.
pub fn members(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::String(text) => text.split_ascii_whitespace().map(str::to_string).collect(),
        Value::Null => Vec::new(),
        other => vec![plain(other)],
    }
}

/// The audiences of an `aud`: one string, never split at its spaces, or a list.
pub fn audiences(aud: &Value) -> Vec<String> {
    match aud {
        Value::String(one) => vec![one.clone()],
        other => members(other),
    }
}

/// A value in one line: strings without their quotes, what hides in them escaped.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => visible(text).into_owned(),
        other => visible(&other.to_string()).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, value: Value) -> String {
        let now = Timestamp::from_second(1_000_000).expect("a moment");
        describe(name, &value, now)
    }

    #[test]
    fn times_read_as_distances() {
        assert_eq!(read("exp", 988_480.into()), "expired 3 h 12 min ago (1970-01-12T10:34:40Z)");
        assert_eq!(read("exp", 1_000_045.into()), "expires in 45 s (1970-01-12T13:47:25Z)");
        assert_eq!(read("nbf", 1_000_060.into()), "not valid for another 1 min (1970-01-12T13:47:40Z)");
        assert_eq!(read("iat", 1_000_060.into()), "in 1 min: in the future (1970-01-12T13:47:40Z)");
    }

    #[test]
    fn times_that_are_none_say_so() {
        assert!(read("exp", "988480".into()).starts_with("a string"));
        assert!(read("exp", Value::Null).starts_with("not a number"));
        assert!(read("exp", 1_795_407_030_000_i64.into()).contains("milliseconds? as such 2026-11-23T04:10:30Z"));
        assert!(read("exp", (-5).into()).starts_with("negative"));
    }

    #[test]
    fn sets_are_counted() {
        assert_eq!(read("aud", serde_json::json!(["a", "b"])), "2 audiences: the API it is for");
        assert_eq!(read("aud", "a".into()), "the API it is for");
        assert_eq!(read("scope", "read write".into()), "2 scopes: what the client may do");
        assert_eq!(read("https://me.example/x", "a".into()), "");
    }

    #[test]
    fn no_claim_has_two_meanings() {
        for (i, a) in CLAIMS.iter().enumerate() {
            assert!(CLAIMS[..i].iter().all(|b| a.name != b.name), "{}", a.name);
        }
    }
}
