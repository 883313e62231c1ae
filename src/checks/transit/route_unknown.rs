//! `route-unknown`

use crate::checks::check::check;
use crate::checks::facts::{Facts, Standing};
use crate::checks::intermediaries::TABLE;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::span::Span;

check! {
    /// There is no such route or method, and the gateway says so as if a login were missing.
    ///
    /// # What it looks at
    /// Words with which known gateways answer to a path that no route matches, and a 405 whose Allow lacks the method.
    ///
    /// # Why a server answers 401 to it
    /// A gateway that finds no route does not know which login the route would need. Some then answer 403 with the words for
    /// a missing token, or try to read Authorization as a signature of their own.
    ///
    /// # How to prove it
    /// Send the request to a path that certainly does not exist: the answer is the same.
    ///
    /// # How to fix it
    /// Compare path, stage or version, and method with the documentation. After a change of the routes, deploy the API.
    ///
    /// # Example
    /// `403 {"message":"Missing Authentication Token"}` from a gateway for a misspelled path.
    ///
    /// # References
    /// RFC 9110 sections 15.5.5 and 15.5.6.
    ROUTE_UNKNOWN = "route-unknown", Address,
    stage: Way,
    explains: ["token-rejected", "basic-rejected", "permission-refused", "header-stripped-by-proxy"],
    run: look
}

fn look(facts: &Facts) -> Finding {
    if facts.standing != Standing::Refused {
        return Finding::not_applicable();
    }
    let fix = || Fix::action("Compare path, stage and method with the documentation, and deploy the API after a change of its routes");
    let (start, end) = (facts.request.method.len() + 1, facts.request.method.len() + 1 + facts.request.url.len());
    // A signature that the gateway could not read is a matter of its own.
    let is_signed = facts.authorizations.iter().any(|a| a.is("aws4-hmac-sha256"));
    if let Some(route) = TABLE.route(facts.body()).filter(|_| !is_signed) {
        let span = facts.body().find(&route.contains).map(|at| Span::new(at, at + route.contains.len()));
        let (strength, says) = if route.certain { (Strength::Stated, "says") } else { (Strength::Likely, "usually says") };
        return Finding::fail(strength, format!("{} {says} this of a path or method that it has no route for", route.of))
            .proof(Place::ResponseBody, span, route.contains.clone())
            .proof(Place::RequestLine, Span::new(0, end), "the route")
            .fixed_by(fix());
    }
    let allowed = facts.answered_at("allow").filter(|_| facts.status() == 405);
    if let Some((index, allow)) = allowed
        && !allow.split(',').any(|method| method.trim().eq_ignore_ascii_case(&facts.request.method))
    {
        return Finding::fail(Strength::Likely, format!("this path takes {allow}, not {}", facts.request.method))
            .proof(Place::ResponseHeader(index), None, allow)
            .proof(Place::RequestLine, Span::new(0, start.saturating_sub(1)), "the method")
            .fixed_by(fix());
    }
    Finding::pass("the answer is not a known gateway's for a route that it does not have")
}
