//! `server-address-misread`

use url::{Host, Url};

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::remedy::Remedy;
use crate::checks::{Finding, Place, Strength};

check! {
    /// The server behind a proxy does not know its public address.
    ///
    /// # What it looks at
    /// The addresses that the server gives for itself, in its challenge (such as resource_metadata), in Location and in the
    /// redirect_uri it makes, compared with the address of the request.
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
    explains: ["authorization-missing", "challenge-first-step"],
    run: look
}

const FIX: &str = "Tell the application its public address, and let it trust this header";

/// A challenge of a public host that names, as its own address, one that nobody outside can reach, or its own host over http.
fn in_challenge(facts: &Facts, asked: &Url) -> Option<Finding> {
    let named = facts.challenges.iter().flat_map(|challenge| {
        let addresses = challenge.params.iter().filter_map(|p| Url::parse(&p.value).ok().filter(Url::has_host).map(|url| (p, url)));
        addresses.map(move |(p, url)| (challenge, p, url))
    });
    let (challenge, param, what, strength) = named.into_iter().find_map(|(challenge, param, url)| {
        let is_http = asked.scheme() == "https" && url.scheme() == "http" && url.host_str() == asked.host_str();
        match inner_address(asked, &url) {
            Some(what) => Some((challenge, param, what, Strength::Contradiction)),
            None if is_http => Some((challenge, param, url.origin().ascii_serialization(), Strength::Plausible)),
            None => None,
        }
    })?;
    let finding = Finding::fail(
        strength,
        format!(
            "the challenge names {what} for {}, but the request went to {}: a client cannot go on from there",
            param.name,
            asked.origin().ascii_serialization()
        ),
    );
    Some(finding.proof(Place::ResponseHeader(challenge.header), None, param.name.clone()).fixed_by(Remedy::ForwardedProto.fix(facts, FIX)))
}

/// The origin of an address that is only known inside, when the one that was asked is public.
fn inner_address(asked: &Url, named: &Url) -> Option<String> {
    let is_inner = |url: &Url| match url.host()? {
        Host::Ipv4(ip) => Some(ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified()),
        Host::Ipv6(ip) => Some(ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local()),
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            let inner = [".local", ".internal", ".localhost", ".svc", ".lan"].iter().any(|end| name.ends_with(end));
            Some(!name.contains('.') || inner)
        }
    };
    (is_inner(asked) == Some(false) && is_inner(named) == Some(true)).then(|| named.origin().ascii_serialization())
}

fn look(facts: &Facts) -> Finding {
    let Some(asked) = &facts.url else { return Finding::not_applicable() };
    if facts.answer.is_none() {
        return Finding::not_applicable();
    }
    if let Some(finding) = in_challenge(facts, asked) {
        return finding;
    }
    let Some((i, location)) = facts.answered_at("location") else { return Finding::not_applicable() };
    let Ok(target) = Url::parse(location) else { return Finding::pass("the redirect is relative") };
    if let Some(what) = facts.url.as_ref().and_then(|asked| inner_address(asked, &target)) {
        return Finding::fail(Strength::Likely, format!("the server redirects to {what}, an address that is only known inside"))
            .proof(Place::ResponseHeader(i), None, location)
            .fixed_by(Remedy::ForwardedProto.fix(facts, FIX));
    }
    let fix = || Remedy::ForwardedProto.fix(facts, FIX);
    let inner = |u: &Url| asked.scheme() == "https" && u.scheme() == "http" && u.host_str() == asked.host_str();
    if inner(&target) {
        return Finding::fail(
            Strength::Plausible,
            format!("the server redirects from https to {}: behind its proxy it believes that its own scheme is http", target.scheme()),
        )
        .proof(Place::ResponseHeader(i), None, location)
        .fixed_by(fix());
    }
    // A redirect to a login that names the way back: is that way back the address that was asked?
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
