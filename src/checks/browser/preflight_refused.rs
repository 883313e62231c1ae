//! `preflight-refused`.

use super::{has_preflight, open, refused};
use crate::checks::declare::check;
use crate::checks::facts::Facts;
use crate::checks::{Finding, Fix};
use crate::domain::cors::Rule;

check! {
    /// The browser's question before the request (the preflight) was itself refused.
    ///
    /// # What it looks at
    /// `OPTIONS` requests with `Access-Control-Request-Method`: the status of the answer must be 2xx, without a redirect, and
    /// method and headers of the request to come must be allowed. Of a blocked fetch, what the browser's console said.
    ///
    /// # Why a server answers 401 to it
    /// Before a request with an `Authorization` header a browser asks the server whether a page of that origin may send it. The
    /// question carries no credentials, by design. A server that asks every request for a login answers 401 to the question,
    /// and the request itself is never sent.
    ///
    /// # How to prove it
    /// Send the question by hand: `curl -i -X OPTIONS -H 'Origin: …' -H 'Access-Control-Request-Method: GET' URL`, and read the status.
    ///
    /// # How to fix it
    /// Answer `OPTIONS` before authentication: put the CORS middleware first, or exempt `OPTIONS` from the login. Do not redirect it;
    /// let the page call the final address.
    ///
    /// # Example
    /// `OPTIONS /orders` is answered `401`, `WWW-Authenticate: Bearer`.
    ///
    /// # References
    /// Fetch standard, sections "CORS-preflight request" and "CORS-preflight fetch"
    REFUSED = "preflight-refused", Session, look
}

fn look(facts: &Facts) -> Finding {
    let fits = |rule: &Rule| match rule {
        Rule::PreflightStatus(_) | Rule::PreflightRedirected(_) | Rule::Method(_) => true,
        Rule::Header { name, .. } => !super::preflight_omits_authorization::is_credential(name),
        _ => false,
    };
    let Some((rank, refusal)) = facts.cors().find(fits) else {
        return open(facts, "the preflight was answered 2xx and allows the request", has_preflight(facts), 0.4);
    };
    refused(facts, rank, refusal, "the browser does not send the request").fixed_by(fix(&refusal.rule))
}

fn fix(rule: &Rule) -> Fix {
    let line = |title: &str, line: String| Fix::configuration(title, "the API's CORS settings", line);
    match rule {
        Rule::PreflightRedirected(_) => Fix::action("Call the address that the redirect leads to, so that the preflight is not redirected"),
        Rule::Method(method) => line("Allow the method", format!("Access-Control-Allow-Methods: {method}")),
        Rule::Header { name, .. } => line("Allow the header", format!("Access-Control-Allow-Headers: {name}")),
        _ => Fix::action("Answer OPTIONS with 204 and the CORS headers before any login is asked for"),
    }
}
