//! `preflight-omits-authorization`.

use super::{has_preflight, open, refused};
use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::other_credentials::is_key_header;
use crate::checks::{Finding, Fix, Strength};
use crate::domain::cors::Rule;

check! {
    /// The preflight's answer does not allow the header that carries the credential.
    ///
    /// # What it looks at
    /// `Access-Control-Allow-Headers` in the answer to a preflight that asks for `authorization` (or another header that carries a
    /// credential). `*` does not cover `Authorization` by the standard; Chromium 156 lets it through.
    ///
    /// # Why a server answers 401 to it
    /// The API never sees the request: the browser does not send an `Authorization` header that was not allowed. If the page
    /// then leaves out the header, the request arrives without a credential, and the API answers 401.
    ///
    /// # How to prove it
    /// The console says "Request header field authorization is not allowed". The same request works with curl, which sends no
    /// preflight.
    ///
    /// # How to fix it
    /// Name the header in the server's CORS settings: `Access-Control-Allow-Headers: authorization, content-type`.
    ///
    /// # Example
    /// The preflight asks for `authorization`, and the answer says `Access-Control-Allow-Headers: Content-Type`.
    ///
    /// # References
    /// Fetch standard, section "CORS-preflight fetch" (CORS non-wildcard request-header name).
    OMITS = "preflight-omits-authorization", Session,
    stage: Elsewhere,
    holds_when_accepted: true,
    run: look
}

/// True for a header that carries a credential.
pub(super) fn is_credential(name: &str) -> bool {
    name.eq_ignore_ascii_case("authorization") || is_key_header(name)
}

fn look(facts: &Facts) -> Finding {
    let is_refused = facts.is_preflight() && facts.answer.is_some() && !(200..300).contains(&facts.status());
    if is_refused && facts.answered("access-control-allow-headers").is_none() {
        return Finding::unknown("the preflight is refused as a whole: which headers the server allows, its answer does not say");
    }
    let fits = |rule: &Rule| matches!(rule, Rule::Header { name, .. } if is_credential(name) || name.is_empty());
    let Some((rank, refusal)) = facts.cors().find(fits) else {
        let asks = match &facts.cors().case {
            crate::checks::facts::cors::CorsCase::Preflight(preflight) => preflight.headers.iter().any(|name| is_credential(name)),
            _ => has_preflight(facts) && facts.request.headers.iter().any(|(_, h)| is_credential(&h.name)),
        };
        return open(facts, "the preflight's answer allows the header that carries the credential", asks, Strength::Unlikely);
    };
    let name = match &refusal.rule {
        Rule::Header { name, .. } if !name.is_empty() => name.as_str(),
        _ => "authorization",
    };
    refused(facts, rank, refusal, "the browser does not send the request").fixed_by(Fix::configuration(
        format!("Allow the header {name} in the answer to the preflight"),
        "the API's CORS settings",
        format!("Access-Control-Allow-Headers: {name}, content-type"),
    ))
}
