//! `server-address-misread`

use url::Url;

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::remedy::Remedy;
use crate::checks::{Finding, Place, Strength};

check! {
    /// The server behind a proxy does not know its public address.
    ///
    /// # What it looks at
    /// The addresses that the server gives for itself, in Location and in the redirect_uri it makes, compared with the
    /// address of the request.
    ///
    /// # Why a server answers 401 to it
    /// It builds redirects, issuer and the like from the address it believes to have. Behind a proxy that is http and an
    /// internal host, unless the proxy passes on the public scheme and host.
    ///
    /// # How to prove it
    /// Read Location: it leads to http, or to a host or port that is known only inside.
    ///
    /// # How to fix it
    /// Make the proxy send X-Forwarded-Proto and X-Forwarded-Host, and make the application trust them.
    ///
    /// # Example
    /// `https://app.example.com/login` redirects to `http://app.example.com:8080/callback`.
    ///
    /// # References
    /// RFC 7239.
    MISREAD = "server-address-misread", Address,
    stage: Elsewhere,
    run: look
}

fn look(facts: &Facts) -> Finding {
    let Some(asked) = &facts.url else { return Finding::not_applicable() };
    if facts.answer.is_none() {
        return Finding::not_applicable();
    }
    let Some((i, location)) = facts.answered_at("location") else { return Finding::not_applicable() };
    let Ok(target) = Url::parse(location) else { return Finding::pass("the redirect is relative") };
    let fix = || Remedy::ForwardedProto.fix(facts, "Tell the application its public address, and let it trust this header");
    let inner = |u: &Url| asked.scheme() == "https" && u.scheme() == "http" && u.host_str() == asked.host_str();
    if inner(&target) {
        return Finding::fail(
            Strength::Plausible,
            format!("the server redirects from https to {}: behind its proxy it takes its own scheme for http", target.scheme()),
        )
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
                Strength::Plausible,
                format!(
                    "the server gives {} as its own address, but the request went to {}",
                    back.origin().ascii_serialization(),
                    asked.origin().ascii_serialization()
                ),
            )
            .proof(Place::ResponseHeader(i), None, location)
            .fixed_by(fix())
        }
        _ => Finding::pass("the redirect names no other address for the server"),
    }
}
