//! What the ranking knows of the checks: when a server meets each fault, which words speak for it, what it brings with it.
//!
//! One table, apart from the checks, because it is about how they stand to each other.

use super::facts::words::Topic;

/// The stage at which a server meets a fault; lower is earlier.
pub fn stage(id: &str) -> u8 {
    match id {
        "proxy-authentication-required"
        | "preflight-refused"
        | "rate-limited"
        | "credential-too-large"
        | "plain-http"
        | "response-from-cache" => 0,
        "public-path-protected"
        | "address-suspicious"
        | "host-differs"
        | "path-case-differs"
        | "trailing-slash-differs"
        | "answered-by-intermediary" => 0,
        "header-dropped-on-redirect"
        | "authorization-missing"
        | "authorization-misspelled"
        | "credential-in-wrong-place"
        | "authorization-duplicated" => 1,
        "credential-empty"
        | "scheme-missing"
        | "scheme-malformed"
        | "credential-placeholder"
        | "credential-quoted"
        | "credential-wrapped" => 2,
        "credential-whitespace" | "credential-invisible-character" | "credential-url-encoded" | "scheme-mismatch" | "scheme-unusual" => 3,
        "basic-not-base64" | "basic-without-colon" | "basic-trailing-newline" | "basic-charset" | "token-not-a-jwt" | "token-malformed" => {
            4
        }
        "algorithm-refused" => 5,
        "key-unknown" => 6,
        "signature-invalid" => 7,
        "time-claim-malformed" | "token-kind-wrong" => 8,
        "clock-skewed" => 9,
        "token-expired" | "token-not-yet-valid" => 10,
        "issuer-mismatch" | "audience-mismatch" | "claim-missing" => 11,
        "scope-insufficient" => 12,
        "basic-rejected" | "token-rejected" | "digest-rejected" => 14,
        _ => 13,
    }
}

/// The topics of the answer that speak for a cause.
pub fn topics(id: &str) -> &'static [Topic] {
    use Topic as T;
    match id {
        "authorization-missing" => &[T::Missing, T::ApiKey],
        "authorization-misspelled" | "header-dropped-on-redirect" | "header-stripped-by-proxy" => &[T::Missing, T::ApiKey],
        "credential-in-wrong-place" => &[T::Missing, T::ApiKey],
        "authorization-duplicated" => &[T::Several, T::HeaderForm],
        "scheme-missing" | "scheme-malformed" | "credential-empty" => &[T::HeaderForm, T::Scheme, T::Missing, T::TokenForm],
        "scheme-mismatch" | "scheme-unusual" => &[T::Scheme, T::HeaderForm, T::Missing],
        "credential-whitespace" => &[T::HeaderForm, T::Scheme, T::Missing, T::TokenForm],
        "credential-quoted" | "credential-invisible-character" | "credential-placeholder" | "credential-wrapped" => {
            &[T::TokenForm, T::Token, T::HeaderForm, T::Signature, T::Password]
        }
        "credential-url-encoded" => &[T::TokenForm, T::Token, T::Password, T::BasicForm],
        "credential-too-large" => &[T::Size],
        "basic-not-base64" | "basic-without-colon" => &[T::BasicForm, T::HeaderForm, T::Missing],
        "basic-trailing-newline" | "basic-charset" | "basic-rejected" => &[T::Password],
        "password-where-token-required" => &[T::TokenWanted],
        "token-malformed" | "token-not-a-jwt" => &[T::TokenForm, T::Token],
        "token-expired" => &[T::Expired],
        "clock-skewed" => &[T::Expired, T::NotYet],
        "token-not-yet-valid" => &[T::NotYet],
        "time-claim-malformed" => &[T::TimeForm, T::Expired, T::NotYet],
        "audience-mismatch" => &[T::Audience],
        "issuer-mismatch" => &[T::Issuer],
        "scope-insufficient" => &[T::Scope, T::Permission],
        "signature-invalid" => &[T::Signature],
        "key-unknown" => &[T::Key],
        "algorithm-refused" => &[T::Algorithm],
        "claim-missing" => &[T::Claim],
        "token-kind-wrong" => &[T::TokenKind],
        "proof-of-possession-missing" => &[T::Proof],
        "client-certificate-missing" => &[T::Certificate],
        "token-rejected" => &[T::Token, T::Revoked],
        "session-cookie-missing" => &[T::Cookie, T::Login, T::Missing],
        "session-cookie-expired" | "session-cookie-rejected" | "session-cookie-withheld" => &[T::Cookie, T::Login, T::Missing],
        "csrf-token-missing" => &[T::Csrf],
        "origin-not-allowed" => &[T::Cors],
        "login-required" => &[T::Login],
        "rate-limited" => &[T::Rate],
        "address-blocked" => &[T::AddressRule],
        "account-disabled" => &[T::Account],
        "second-factor-required" => &[T::SecondFactor],
        "grant-invalid" => &[T::Grant],
        "client-authentication-failed" => &[T::Client],
        "redirect-uri-mismatch" => &[T::RedirectUri],
        "permission-refused" => &[T::Permission],
        "auth-server-unreachable" => &[T::Unreachable],
        "answered-by-intermediary" => &[T::Filter],
        "proxy-authentication-required" => &[T::Proxy],
        "plain-http" => &[T::PlainHttp],
        _ => &[],
    }
}

/// True when one fault brings the other with it, whatever the answer says: a damaged token does not verify, a password
/// in quotes is a wrong password, and who never sees the header says that it is missing.
pub fn explains(cause: &str, effect: &str) -> bool {
    match effect {
        "basic-rejected" | "digest-rejected" | "token-rejected" | "client-authentication-failed" | "header-stripped-by-proxy" => {
            (1..=4).contains(&stage(cause)) || matches!(cause, "response-from-cache" | "host-differs" | "account-disabled")
        }
        "authorization-missing" => matches!(cause, "header-dropped-on-redirect" | "public-path-protected" | "client-authentication-failed"),
        "signature-invalid" | "key-unknown" => cause == "token-malformed",
        "token-not-a-jwt" | "token-malformed" | "basic-not-base64" => matches!(
            cause,
            "credential-placeholder"
                | "credential-quoted"
                | "credential-wrapped"
                | "credential-url-encoded"
                | "credential-whitespace"
                | "credential-invisible-character"
        ),
        // The second of two headers is not what the request means to say.
        "algorithm-refused" => cause == "authorization-duplicated",
        "login-required" => cause == "session-cookie-missing",
        // A bound token goes with its own scheme: the proof is what is missing, not the word.
        "scheme-mismatch" => matches!(cause, "proof-of-possession-missing" | "authorization-duplicated"),
        "grant-invalid" => matches!(cause, "redirect-uri-mismatch" | "account-disabled"),
        "token-expired" | "token-not-yet-valid" => matches!(cause, "clock-skewed" | "response-from-cache"),
        _ => false,
    }
}

/// True for causes that lie in the request's credential or token, and not on the way or in the address.
pub fn is_of_the_credential(id: &str) -> bool {
    (1..=12).contains(&stage(id)) && id != "header-dropped-on-redirect"
}

/// Findings that hold even when the answer is 2xx.
pub fn holds_when_taken(id: &str) -> bool {
    matches!(
        id,
        "preflight-refused"
            | "preflight-omits-authorization"
            | "origin-not-allowed"
            | "credentials-with-wildcard"
            | "credentials-not-allowed"
            | "session-cookie-withheld"
            | "cookie-unsafe"
            | "login-required"
            | "account-disabled"
            | "session-cookie-missing"
    )
}

#[cfg(test)]
mod tests {
    /// A name in this file that no check has would silently change nothing.
    #[test]
    fn every_name_is_that_of_a_check() {
        let source = include_str!("order.rs").split("#[cfg(test)]").next().unwrap_or_default();
        let names = source.split('"').skip(1).step_by(2).filter(|n| n.contains('-'));
        let unknown: Vec<&str> = names.filter(|n| crate::checks::catalogue::find(n).is_none()).collect();
        assert_eq!(unknown, Vec::<&str>::new());
    }
}
