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
        add("the answer: send the request");
    }
    if facts.jwt().is_some() && facts.context.keys.is_none() {
        add("the issuer's key set (--jwks), to tell a wrong signature or key from a refused claim");
    }
    for cause in causes.iter().take(4) {
        match cause.check.id {
            "audience-mismatch" | "issuer-mismatch" | "scope-insufficient" | "token-kind-wrong" => {
                add("what the API accepts: --expect-audience, --expect-issuer, --expect-scope");
            }
            "token-rejected" => add(
                "the authorization server's log, or its introspection answer for this token: revoked, rotated, or of another environment",
            ),
            "digest-rejected" | "digest-stale-nonce" if facts.context.password.is_none() => {
                add("the password in the expectations: with it the response is computed anew, which tells password from nonce")
            }
            "basic-rejected" | "digest-rejected" | "account-disabled" => {
                add("the server's log line for this request: wrong password and a locked account answer alike")
            }
            "header-stripped-by-proxy" => add("what arrives behind the proxy: the application's log of its request headers"),
            "response-from-cache" => add("the same request once more with Cache-Control: no-cache"),
            "scheme-mismatch" | "scheme-unusual" => add("the scheme that the API's documentation names"),
            "header-dropped-on-redirect" => {
                add("what was sent before: with a redirect the header may have been lost there (curl -v -L shows it)")
            }
            "authorization-missing" | "session-cookie-missing" => add("how the API is documented to log in: a header or a session cookie"),
            "session-cookie-rejected" | "session-cookie-expired" => add("the Set-Cookie line that the session began with"),
            "permission-refused" | "address-blocked" => {
                add("the server's rule for this path: the answer does not say whether account or address is refused")
            }
            _ => add("the server's log line for this request, or a second exchange that succeeds"),
        }
    }
    needs
}
