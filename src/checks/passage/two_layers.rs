//! `two-layers-share-authorization`

use crate::checks::declare::check;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Finding, Fix, Place};

check! {
    /// Proxy and application both want Authorization, and there is only one.
    ///
    /// # What it looks at
    /// A challenge of the front server (Basic) at an API that takes tokens; two schemes in one request; leftover protection
    /// such as a .htaccess file.
    ///
    /// # Why a server answers 401 to it
    /// The front server wants Basic, the application Bearer; whichever is sent, the other layer refuses.
    ///
    /// # How to prove it
    /// With Basic the challenge is the application's, with Bearer it is the front server's.
    ///
    /// # How to fix it
    /// Take the front server's protection off this path, or let the application read its token from another header.
    ///
    /// # Example
    /// `Authorization: Bearer eyJ…` answered with `WWW-Authenticate: Basic realm="Staging"` by nginx.
    ///
    /// # References
    /// RFC 9110 section 11.6.2 (one credential per message).
    TWO_LAYERS = "two-layers-share-authorization", Address, look
}

fn look(facts: &Facts) -> Finding {
    if facts.answer.is_none() || facts.standing == Standing::Taken {
        return Finding::not_applicable();
    }
    let Some(a) = facts.authorization() else { return Finding::not_applicable() };
    let fix = || Fix::configuration("Take the front server's log-in off this path", "nginx", "auth_basic off;");
    let schemes: Vec<&str> = facts.authorizations.iter().filter_map(|a| a.scheme.as_deref()).collect();
    let joined = a.is("basic") && a.value.contains(", Bearer ");
    if joined || schemes.len() > 1 && schemes.windows(2).any(|w| !w[0].eq_ignore_ascii_case(w[1])) {
        return Finding::fail(0.9, "two schemes in one request: the front server's and the application's")
            .proof(a.place(), None, "both")
            .fixed_by(fix());
    }
    let wants_bearer = facts.expects_jwt() || facts.context.scheme.iter().any(|s| s.eq_ignore_ascii_case("bearer"));
    let basic_only = !facts.challenges.is_empty() && facts.challenges.iter().all(|c| c.is("basic"));
    if a.is("bearer") && wants_bearer && basic_only {
        let c = &facts.challenges[0];
        let weight = if facts.signature_is_valid() { 0.93 } else { 0.8 };
        return Finding::fail(weight, "the API takes Bearer, and something in front of it asks for Basic: two layers share one header")
            .proof(Place::ResponseHeader(c.header), c.scheme_span, format!("Basic realm={}", c.get("realm").unwrap_or_default()))
            .proof(a.place(), a.scheme_span, "Bearer was sent")
            .fixed_by(fix());
    }
    let good_password = facts.basic.as_ref().and_then(|b| b.text()).is_some_and(|(user, password)| facts.is_meant(user, password));
    if a.is("basic") && facts.says_plainly(Topic::Scheme) && facts.body().contains("Credential") {
        return Finding::fail(0.8, "a proxy's Basic credential reached the service behind it")
            .proof(a.place(), a.scheme_span, "Basic")
            .fixed_by(Fix::configuration("Do not pass the proxy's credential on", "nginx", "proxy_set_header Authorization \"\";"));
    }
    if a.is("basic") && basic_only && good_password {
        return Finding::warn(0.25, "user and password are the ones you mean; perhaps another layer asks for others").proof(
            Place::ResponseHeader(facts.challenges[0].header),
            facts.challenges[0].scheme_span,
            format!("realm {}", facts.challenges[0].get("realm").unwrap_or_default()),
        );
    }
    Finding::pass("one layer reads Authorization")
}
