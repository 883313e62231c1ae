//! `host-differs`

use super::of_model::of_another_vendor;
use crate::checks::check::check;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing};
use crate::checks::services::{self, KnownBy, is_known_host};
use crate::checks::similar::distance;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::request::Edit;
use crate::domain::site::registrable_domain;
use crate::domain::span::Span;
use crate::domain::token::claims::audiences;

check! {
    /// The request goes to the wrong host.
    ///
    /// # What it looks at
    /// Host and port of the address, compared with the documented ones, with the Host header, with the token's audience, and with the
    /// model that the body asks for: where another vendor alone serves it, the request was meant for that vendor.
    ///
    /// # Why a server answers 401 to it
    /// Another host is another site with other users and keys: a staging system, a default site, a hosting panel.
    ///
    /// # How to prove it
    /// Send the same request to the documented host.
    ///
    /// # How to fix it
    /// Correct the host, subdomain or port. Look for a base address that was left over from another environment.
    ///
    /// # Example
    /// `intra.example.com` where `intranet.example.com` is meant.
    ///
    /// # References
    /// RFC 9110 sections 7.2 and 15.5.20 (421 Misdirected Request).
    HOST = "host-differs", Address,
    stage: Way, topics: [Host],
    explains: ["scheme-mismatch", "basic-rejected", "digest-rejected", "token-rejected", "token-kind-wrong", "client-authentication-failed", "header-stripped-by-proxy"],
    run: look
}

fn look(facts: &Facts) -> Finding {
    let Some(url) = &facts.url else {
        return Finding::unknown("the address cannot be read, so its host is not known");
    };
    let Some(host) = url.host_str() else { return Finding::not_applicable() };
    let here = with_port(host, url.port());
    let mut expected: Vec<String> = facts.context.host.clone();
    expected.extend(facts.context.url.iter().filter_map(|u| {
        let u = url::Url::parse(u).ok()?;
        Some(with_port(u.host_str()?, u.port()))
    }));
    let span = facts.host_span(host);
    // A documented host without a port speaks of the host only; in a documented address the port is its scheme's own.
    let any_port = |e: &String| facts.context.host.contains(e) && !e.contains(':');
    let fits = |e: &String| e.eq_ignore_ascii_case(&here) || (any_port(e) && e.eq_ignore_ascii_case(host));
    if !expected.is_empty() && !expected.iter().any(fits) {
        let wanted = &expected[0];
        let nearly = if distance(&here, wanted) <= 3 { ": nearly the same" } else { "" };
        let strength = if facts.standing == Standing::Accepted { Strength::Remark } else { Strength::Contradiction };
        let fixed = facts.request.url.replacen(&here, wanted, 1);
        return Finding::fail(strength, format!("the request goes to {here}, but the documented host is {wanted}{nearly}"))
            .proof(Place::RequestLine, span, here.clone())
            .context(format!("documented host: {wanted}"))
            .fixed_by(Fix::edit(format!("Send the request to {wanted}"), vec![Edit::Url(fixed)]));
    }
    if let Some((i, header)) = facts.request.headers.all("host").next() {
        // A scheme does not belong there, and is not sent.
        let written = header.value.split_once("://").map_or(header.value.as_str(), |(_, rest)| rest);
        let named = written.split([':', '/']).next().unwrap_or_default();
        if !named.eq_ignore_ascii_case(host) && !named.is_empty() && facts.is_refused() && !host.contains(':') {
            return Finding::fail(Strength::Plausible, format!("the Host header says {named}, but the address says {host}"))
                .proof(Place::RequestHeader(i), None, header.value.clone())
                .proof(Place::RequestLine, span, host)
                .fixed_by(Fix::edit(
                    "Write the host of the address in the Host header",
                    vec![Edit::HeaderValue { index: i, value: here }],
                ));
        }
    }
    if let Some(target) = super::path::redirected(facts)
        && target.host_str().is_some_and(|h| h != host)
        && facts.carries_credential()
        && !facts.says(crate::checks::facts::words::Topic::Login)
        && target.path() == url.path()
    {
        let there = with_port(target.host_str().unwrap_or_default(), target.port());
        let fixed = facts.request.url.replacen(&here, &there, 1);
        return Finding::fail(
            Strength::Likely,
            format!("{here} redirects to {there}, and most clients do not send the credential to another host"),
        )
        .proof(Place::RequestLine, span, here)
        .fixed_by(Fix::edit(format!("Send the request directly to {there}"), vec![Edit::Url(fixed)]));
    }
    if let Some(word) = facts.word(Topic::Host).filter(|word| word.specific && facts.is_refused()) {
        let message = format!("the server does not take the name {here}: it is not one of the hosts that it is set to answer for");
        return Finding::fail(Strength::Stated, message)
            .proof(word.place, word.span, facts.quote(word))
            .proof(Place::RequestLine, span, here)
            .fixed_by(Fix::configuration(
                "Add the name to the hosts that the server answers for, or let the proxy send the one that it knows",
                "nginx",
                "proxy_set_header Host localhost;",
            ));
    }
    if let Some(finding) = of_another_vendor(facts) {
        return finding;
    }
    if let Some(api) = api_of_site(facts, url) {
        let fixed = facts.request.url.replacen(&here, api, 1);
        return Finding::suspect(Strength::Likely, format!("{host} is the web site, and the API is at {api}"))
            .proof(Place::RequestLine, span, here)
            .fixed_by(Fix::edit(format!("Send the request to {api}"), vec![Edit::Url(fixed)]));
    }
    // 421, or a framework that does not know this host name (Django's ALLOWED_HOSTS answers 400).
    if facts.status() == 421 {
        return Finding::fail(Strength::Stated, format!("421: the server does not answer for the host {here}"))
            .proof(Place::ResponseStatus, None, "421")
            .fixed_by(Fix::action("Check host and Host header; a client that shares one connection among hosts must open another"));
    }
    if expected.is_empty() {
        if let Some(meant) = named_by_token(facts, host) {
            let there = with_port(&meant.host, meant.port.or(url.port()));
            let fixed = facts.request.url.replacen(&here, &there, 1);
            return Finding::fail(
                Strength::Likely,
                format!("the token is for {}, but the request goes to {host}, which asks for another scheme", meant.host),
            )
            .proof(Place::RequestLine, span, here)
            .proof(Place::Claims, Some(meant.span), format!("aud {}", meant.host))
            .fixed_by(Fix::edit(format!("Send the request to {there}"), vec![Edit::Url(fixed)]));
        }
        if let Some(meant) = named_by_configuration(facts, url) {
            let name = meant.host_str().unwrap_or_default();
            return Finding::fail(
                Strength::Likely,
                format!("the configuration names {name} as the address to call, but the request goes to {host}, a host of another service"),
            )
            .proof(Place::RequestLine, span, here)
            .context(facts.context.config.clone().unwrap_or_default())
            .fixed_by(Fix::action(format!("Let the client read its setting: it should call {name}")));
        }
        if let Some(own) = own_instance(facts, url) {
            return Finding::suspect(
                Strength::Plausible,
                format!("the repository is at {own}, and the request goes to {host}: a token of {own} is not known there"),
            )
            .proof(Place::RequestLine, span, here)
            .context(facts.context.config.clone().unwrap_or_default())
            .fixed_by(Fix::action(format!("Set the address of the API in the client: that of {own}")));
        }
        if facts.status() == 400 && facts.answers_html() && facts.authorizations.len() == 1 && facts.words.is_empty() {
            return Finding::warn(
                Strength::Unlikely,
                format!("a 400 without a reason: some frameworks answer so to a host name that they do not know ({here})"),
            )
            .proof(Place::RequestLine, span, here);
        }
        if !matches!(facts.status(), 400 | 401 | 403 | 404 | 421) {
            return Finding::not_applicable();
        }
        return Finding::unknown(format!("whether {here} is the right host is not known: name the documented one in the expectations"));
    }
    Finding::pass(format!("{here} is the documented host"))
}

/// The host of the API that the table of services has for the site whose bare name was asked, with what only an API is sent: JSON.
fn api_of_site(facts: &Facts, url: &url::Url) -> Option<&'static str> {
    let host = url.host_str()?;
    let bare = host.strip_prefix("www.").unwrap_or(host);
    let is_of_api = || facts.request.headers.get("content-type").is_some_and(|kind| kind.contains("json")) || url.path().contains("/api/");
    let is_silent = || facts.words.iter().all(|word| !word.specific) && facts.challenges.is_empty();
    let is_asked = registrable_domain(host) == Some(bare) && matches!(facts.status(), 403..=405) && is_of_api() && is_silent();
    is_asked.then(|| services::api_host_of(bare))?
}

/// The host that a token was made for.
struct Meant {
    host: String,
    port: Option<u16>,
    span: Span,
}

/// The other host of the same site that the token names as its audience, when the one asked offers only other schemes than the
/// one sent: two signs that the request came to the wrong door.
fn named_by_token(facts: &Facts, host: &str) -> Option<Meant> {
    let sent = facts.authorization()?;
    let is_elsewhere = !facts.challenges.is_empty() && !facts.challenges.iter().any(|c| sent.is(&c.scheme));
    let token = facts.jwt().filter(|_| is_elsewhere && facts.is_refused())?;
    let member = token.jws.claims.member("aud")?;
    let named: Vec<url::Url> = audiences(&member.value).iter().filter_map(|a| url::Url::parse(a).ok()).filter(|u| u.has_host()).collect();
    if named.iter().any(|u| u.host_str() == Some(host)) {
        return None;
    }
    let site = registrable_domain(host)?;
    let meant = named.iter().find(|u| u.host_str().and_then(registrable_domain) == Some(site))?;
    Some(Meant { host: meant.host_str()?.to_string(), port: meant.port(), span: member.value_span })
}

/// The address that a setting of the client calls its base or endpoint, when it is of one service and the request went to another:
/// the client did not read the setting.
fn named_by_configuration(facts: &Facts, url: &url::Url) -> Option<url::Url> {
    let config = facts.context.config.as_deref().filter(|_| facts.is_refused() && facts.answer.is_some())?;
    let host = url.host_str().filter(|host| is_known_host(url) && !config.contains(host))?;
    config.match_indices("https://").find_map(|(at, _)| {
        let end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ';' | ')' | '}');
        let meant = url::Url::parse(config.get(at..)?.split(end).next()?).ok()?;
        let setting = config.get(..at)?.rsplit(['\n', ',', ';', '(', '{']).next()?.to_ascii_lowercase();
        let is_address = ["base", "endpoint", "url", "host", "server"].iter().any(|word| setting.contains(word));
        let is_other = registrable_domain(meant.host_str()?) != registrable_domain(host);
        (is_address && is_other && is_known_host(&meant)).then_some(meant)
    })
}

/// The host of a git remote that the configuration names, where the request goes to the vendor's own host of a service that others
/// run themselves.
fn own_instance(facts: &Facts, url: &url::Url) -> Option<String> {
    let config = facts.context.config.as_deref().filter(|_| facts.status() == 401 && facts.carries_credential())?;
    facts.service().filter(|known| known.by == KnownBy::Host && known.service.self_hosted)?;
    let host = registrable_domain(url.host_str()?)?;
    let remotes = config.match_indices("git@").filter_map(|(at, sign)| config.get(at + sign.len()..)?.split([':', '/']).next());
    let mut others = remotes.filter(|name| name.contains('.') && registrable_domain(name).is_some_and(|domain| domain != host));
    others.next().map(str::to_string)
}

fn with_port(host: &str, port: Option<u16>) -> String {
    port.map_or_else(|| host.to_string(), |p| format!("{host}:{p}"))
}
