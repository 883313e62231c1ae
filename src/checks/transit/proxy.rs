//! `proxy-authentication-required`

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::request::Edit;

check! {
    /// A proxy on the way wants a login of its own.
    ///
    /// # What it looks at
    /// Status 407, Proxy-Authenticate, and whether Proxy-Authorization was sent.
    ///
    /// # Why a server answers 401 to it
    /// The server never saw the request. The proxy wants its own credential, in the header Proxy-Authorization.
    ///
    /// # How to prove it
    /// The answer is 407, and requests to other hosts get the same answer.
    ///
    /// # How to fix it
    /// Give the client user and password for the proxy: `curl -U user:password`, or `http://user:password@proxy:3128` in
    /// HTTP_PROXY or HTTPS_PROXY.
    ///
    /// # Example
    /// `407 Proxy Authentication Required`
    ///
    /// # References
    /// RFC 9110 sections 11.7 and 15.5.8.
    PROXY = "proxy-authentication-required", Address,
    stage: Way, topics: [Proxy],
    is_of_absence: true,
    run: look
}

fn look(facts: &Facts) -> Finding {
    let asked = facts.status() == 407 || (facts.is_refused() && !facts.proxy_challenges.is_empty());
    let named = facts.says_plainly(Topic::Proxy) && facts.is_refused();
    if !(asked || named) {
        return if facts.proxy_authorizations.is_empty() {
            Finding::not_applicable()
        } else {
            Finding::pass("the proxy accepted its credential")
        };
    }
    let in_wrong_header = facts.proxy_authorizations.is_empty()
        && facts.authorization().is_some_and(|a| facts.proxy_challenges.iter().any(|c| a.is(&c.scheme)));
    let message = if !facts.proxy_authorizations.is_empty() {
        "the proxy refuses the credential in Proxy-Authorization"
    } else if in_wrong_header {
        "the proxy wants its credential in Proxy-Authorization, but it was sent in Authorization, which is for the server"
    } else {
        "the proxy wants a login of its own (Proxy-Authorization), but none was sent"
    };
    let mut finding = Finding::fail(Strength::Contradiction, message).proof(Place::ResponseStatus, None, facts.status().to_string());
    if let Some(a) = facts.proxy_authorizations.first() {
        finding = finding.proof(a.place(), None, "the proxy's credential");
    }
    match facts.authorization().filter(|_| in_wrong_header) {
        Some(a) => finding.fixed_by(Fix::edit(
            "Move the credential to Proxy-Authorization",
            vec![Edit::HeaderName { index: a.index, name: "Proxy-Authorization".into() }],
        )),
        None => finding.fixed_by(Fix::action("Give the client the right user and password for the proxy (curl -U user:password)")),
    }
}
