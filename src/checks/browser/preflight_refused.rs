//! `preflight-refused`.

use super::{has_preflight, open, refused};
use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::{Finding, Fix, Strength};
use crate::domain::cors::Rule;

check! {
    /// The preflight, the browser's OPTIONS request before the real one, was refused.
    ///
    /// # What it looks at
    /// `OPTIONS` requests with `Access-Control-Request-Method`: the answer must be 2xx, without a redirect, and allow the method
    /// and headers of the real request. For a blocked fetch, what the browser's console says.
    ///
    /// # Why a server answers 401 to it
    /// Before a request with an `Authorization` header, a browser asks the server whether the page may send it. This preflight
    /// has no credentials, by design. A server that wants a login for every request answers it with 401, and the browser never
    /// sends the real request.
    ///
    /// # How to prove it
    /// Send the preflight by hand and read the status:
    /// `curl -i -X OPTIONS -H 'Origin: …' -H 'Access-Control-Request-Method: GET' URL`.
    ///
    /// # How to fix it
    /// Answer `OPTIONS` without a login: put the CORS middleware before the authentication, or exempt `OPTIONS` from it. If the
    /// preflight is redirected, let the page call the final address.
    ///
    /// # Example
    /// `OPTIONS /orders`, answered `401` with `WWW-Authenticate: Bearer`.
    ///
    /// # References
    /// Fetch standard, sections "CORS-preflight request" and "CORS-preflight fetch".
    REFUSED = "preflight-refused", Session,
    stage: Way,
    holds_when_accepted: true,
    run: look
}

fn look(facts: &Facts) -> Finding {
    let fits = |rule: &Rule| match rule {
        Rule::PreflightStatus(_) | Rule::PreflightRedirected(_) | Rule::Method(_) => true,
        Rule::Header { name, .. } => !super::preflight_omits_authorization::is_credential(name),
        _ => false,
    };
    let Some((rank, refusal)) = facts.cors().find(fits) else {
        return open(facts, "the preflight was answered 2xx and allows the request", has_preflight(facts), Strength::Unlikely);
    };
    refused(facts, rank, refusal, "the browser does not send the request").fixed_by(fix(&refusal.rule))
}

fn fix(rule: &Rule) -> Fix {
    let line = |title: &str, line: String| Fix::configuration(title, "the API's CORS settings", line);
    match rule {
        Rule::PreflightRedirected(_) => Fix::action("Call the address that the redirect leads to, so that the preflight is not redirected"),
        Rule::Method(method) => line("Allow the method in the answer to the preflight", format!("Access-Control-Allow-Methods: {method}")),
        Rule::Header { name, .. } => {
            line("Allow the header in the answer to the preflight", format!("Access-Control-Allow-Headers: {name}"))
        }
        _ => Fix::action("Answer OPTIONS with 204 and the CORS headers, without asking for a login"),
    }
}
