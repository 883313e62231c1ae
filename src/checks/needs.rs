//! What would decide between causes that cannot be told apart from what is here.

use super::Cause;
use super::facts::Facts;

/// What is missing, most telling first, each once.
pub fn of(facts: &Facts, causes: &[Cause]) -> Vec<String> {
    let mut needs: Vec<String> = Vec::new();
    let mut add = |text: &str| {
        if !needs.iter().any(|n| n == text) {
            needs.push(text.to_string());
        }
    };
    if facts.answer.is_none() {
        add("the server's answer: send the request");
    }
    if facts.jwt().is_some() && facts.context.keys.is_none() {
        add("the issuer's key set (--jwks): it shows whether the signature is right");
    }
    for cause in causes.iter().take(4) {
        match cause.check.id {
            "audience-mismatch" | "issuer-mismatch" | "scope-insufficient" | "token-kind-wrong" => {
                add("the audience, issuer and scope that the API accepts (--expect-audience, --expect-issuer, --expect-scope)");
            }
            "token-rejected" => {
                add("the authorization server's log, or its introspection of this token: is it revoked, or from another environment?")
            }
            "digest-rejected" | "digest-stale-nonce" if facts.context.password.is_none() => {
                add("the password in the expectations: the response can then be checked, which tells a wrong password from an old nonce")
            }
            "basic-rejected" | "digest-rejected" | "account-disabled" => {
                add("the server's log line for this request: a wrong password and a locked account get the same answer")
            }
            "header-stripped-by-proxy" => add("what arrives behind the proxy: the request headers in the application's log"),
            "response-from-cache" => add("the answer to the same request with Cache-Control: no-cache"),
            "scheme-mismatch" | "scheme-unusual" => add("the scheme that the API's documentation names (Bearer, Basic, Token and so on)"),
            "header-dropped-on-redirect" => {
                add("the requests before this one: a redirect may have dropped the header (curl -v -L shows it)")
            }
            "authorization-missing" | "session-cookie-missing" => {
                add("how the API wants you to log in, by its documentation: a header or a session cookie")
            }
            "session-cookie-rejected" | "session-cookie-expired" => {
                add("the Set-Cookie line of the login: it shows value and expiry of the session cookie")
            }
            "permission-refused" | "address-blocked" => {
                add("the server's rule for this path: it shows whether the account or the IP address is refused")
            }
            _ => add("the server's log line for this request, or a similar request that works"),
        }
    }
    needs
}
