//! `server-address-misread`

use url::Url;

use crate::checks::declare::check;
use crate::checks::facts::Facts;
use crate::checks::{Finding, Fix, Place};

check! {
    /// The server behind a proxy takes its own address for another.
    ///
    /// # What it looks at
    /// Addresses that the server writes of itself (Location, the challenge's realm and metadata, a redirect_uri it makes),
    /// against the address that was asked.
    ///
    /// # Why a server answers 401 to it
    /// It builds issuer, redirect address and the address a proof must name from what it believes to be its own scheme, host
    /// and port. Behind a proxy it sees http and an inner host unless the proxy tells it the outer ones.
    ///
    /// # How to prove it
    /// Its redirects lead to http, or to a host or port that nobody outside knows.
    ///
    /// # How to fix it
    /// Let the proxy send X-Forwarded-Proto and X-Forwarded-Host, and let the application trust them.
    ///
    /// # Example
    /// `https://app.example.com/login` redirects to `http://app.example.com:8080/callback`.
    ///
    /// # References
    /// RFC 7239.
    MISREAD = "server-address-misread", Address, look
}

fn look(facts: &Facts) -> Finding {
    let Some(asked) = &facts.url else { return Finding::not_applicable() };
    if facts.answer.is_none() {
        return Finding::not_applicable();
    }
    let Some((i, location)) = facts.answered_at("location") else { return Finding::not_applicable() };
    let Ok(target) = Url::parse(location) else { return Finding::pass("the redirect is relative") };
    let fix = || Fix::configuration("Tell the application its outer address", "nginx", "proxy_set_header X-Forwarded-Proto $scheme;");
    let inner = |u: &Url| asked.scheme() == "https" && u.scheme() == "http" && u.host_str() == asked.host_str();
    if inner(&target) {
        return Finding::fail(0.6, format!("the server redirects from https to {}://: it takes its own scheme for http", target.scheme()))
            .proof(Place::ResponseHeader(i), None, location)
            .fixed_by(fix());
    }
    // A redirect to a log-in that names the way back: is that way back the address that was asked?
    let back =
        target.query_pairs().find(|(n, _)| n == "redirect_uri" || n == "return_to" || n == "next").and_then(|(_, v)| Url::parse(&v).ok());
    match back {
        Some(back)
            if inner(&back)
                || (back.host_str() != asked.host_str()
                    && back.host_str().is_some_and(|h| !h.contains('.') || h.starts_with("10.") || h.starts_with("192.168."))) =>
        {
            Finding::fail(
                0.6,
                format!(
                    "the server names {} as its own address, and {} was asked",
                    back.origin().ascii_serialization(),
                    asked.origin().ascii_serialization()
                ),
            )
            .proof(Place::ResponseHeader(i), None, location)
            .fixed_by(fix())
        }
        _ => Finding::pass("the server's own address is the one that was asked"),
    }
}
