//! The variants of a request.

use url::Url;

use super::tried::Trial;
use crate::domain::challenge;
use crate::domain::exchange::Exchange;
use crate::domain::headers::{Header, Headers};
use crate::domain::origin;
use crate::domain::request::{Edit, Request};
use crate::domain::secrecy::{self, shapes};
use crate::domain::site::is_loopback;

/// A variant to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// What is changed.
    pub trial: Trial,
    /// The same in words.
    pub label: String,
    /// The request.
    pub request: Request,
    /// What makes it of the request as it is, where that is not the filled in text: another request's value as it is written there.
    pub written: Option<Edit>,
}

/// Another request of the workspace: its name, and itself.
#[derive(Clone, Copy, Debug)]
pub struct OtherRequest<'a> {
    /// What it is called.
    pub name: &'a str,
    /// The request as it would be sent.
    pub request: &'a Request,
    /// The same with variables as they are written.
    pub raw: &'a Request,
    /// Whether its newest answer accepted it.
    pub is_accepted: bool,
}

/// Other credentials that are tried.
const MOST_OTHERS: usize = 3;
/// Headers of an accepted request that are tried.
const MOST_HEADERS: usize = 4;

/// Methods that change nothing (RFC 9110 section 9.2.1).
pub fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE")
}

/// The variants of a request that its answer and the requests beside it give a reason for; the request as it is comes first. No
/// credential goes to a server that it was not sent to before.
pub fn variants(exchange: &Exchange, others: &[OtherRequest]) -> Vec<Variant> {
    let request = &exchange.request;
    let variant = |trial, label: &str, request: Request| Variant { trial, label: label.to_string(), request, written: None };
    let mut all = vec![variant(Trial::AsItIs, "as it is", request.clone())];
    let Ok(url) = Url::parse(request.url.trim()) else { return all };
    let carries = origin::carries_credential(request);
    if carries {
        let bare = without(request, origin::is_credential);
        all.push(variant(Trial::NoCredential, "without the credential", Request { url: without_user(&bare.url), ..bare }));
    }
    let has_header = request.headers.iter().any(|(_, header)| origin::is_credential(header) && !header.is("Cookie"));
    if has_header && request.headers.has("Cookie") {
        all.push(variant(Trial::NoCookies, "without the cookies", without(request, |header| header.is("Cookie"))));
    }
    all.extend(other_credentials(request, &url, others));
    all.extend(other_scheme(exchange));
    all.extend(other_slash(request, &url));
    if url.scheme() == "http" && url.port().is_none() && !url.host_str().is_some_and(is_loopback) {
        let https = request.url.replacen("http://", "https://", 1);
        all.push(variant(Trial::Https, "over https", Request { url: https, ..request.clone() }));
    }
    all.extend(final_address(exchange, &url));
    if exchange.transfer.proxy.is_some() {
        all.push(variant(Trial::NoProxy, "without the proxy", request.clone()));
    }
    all.extend(one_header(request, &url, others));
    all.extend(preflight(request));
    all
}

fn without(request: &Request, is_left_out: impl Fn(&Header) -> bool) -> Request {
    let headers = Headers(request.headers.0.iter().filter(|header| !is_left_out(header)).cloned().collect());
    Request { headers, ..request.clone() }
}

/// An address without user and password, and without parameters that are credentials.
fn without_user(address: &str) -> String {
    let is_secret = |pair: &&str| !secrecy::in_url(&format!("?{pair}")).is_empty();
    let address = &match address.split_once('?') {
        Some((path, query)) if query.split('&').any(|pair| is_secret(&pair)) => {
            let left: Vec<&str> = query.split('&').filter(|pair| !is_secret(pair)).collect();
            format!("{path}{}{}", if left.is_empty() { "" } else { "?" }, left.join("&"))
        }
        _ => address.to_string(),
    };
    let Ok(mut url) = Url::parse(address) else { return address.to_string() };
    if url.username().is_empty() && url.password().is_none() || url.set_username("").is_err() || url.set_password(None).is_err() {
        return address.to_string();
    }
    url.into()
}

fn is_same_server(url: &Url, other: &Request) -> bool {
    Url::parse(other.url.trim()).is_ok_and(|other| origin::same_origin(url, &other))
}

fn other_credentials(request: &Request, url: &Url, others: &[OtherRequest]) -> Vec<Variant> {
    let Some(own) = request.headers.get("authorization") else { return Vec::new() };
    let mut seen = vec![own];
    let mut found = Vec::new();
    let mut sorted: Vec<&OtherRequest> = others.iter().collect();
    sorted.sort_by_key(|other| !other.is_accepted);
    for other in sorted {
        let Some(value) = other.request.headers.get("authorization").filter(|_| is_same_server(url, other.request)) else { continue };
        if seen.contains(&value) || value.contains("{{") || found.len() == MOST_OTHERS {
            continue;
        }
        seen.push(value);
        let mut variant = request.clone();
        for header in variant.headers.0.iter_mut().filter(|header| header.is("authorization")) {
            header.value = value.to_string();
        }
        let index = request.headers.all("authorization").next().map(|(index, _)| index);
        let written =
            index.zip(other.raw.headers.get("authorization")).map(|(index, value)| Edit::HeaderValue { index, value: value.into() });
        let label = format!("with the credential of “{}”", other.name);
        found.push(Variant { trial: Trial::OtherCredential, label, request: variant, written });
    }
    found
}

/// The scheme that the answer asks for, where another one was sent.
fn other_scheme(exchange: &Exchange) -> Option<Variant> {
    let request = &exchange.request;
    let (index, header) = request.headers.all("authorization").next()?;
    let (sent, rest) = match shapes::schemed(&header.value) {
        Some((scheme, rest)) => (scheme, rest.cut(&header.value)?),
        None => ("", header.value.trim()),
    };
    let (challenges, _) = challenge::read_all(&exchange.answer.as_ref()?.headers, "www-authenticate");
    let asked = challenges.iter().map(|challenge| challenge.scheme.as_str()).chain(exchange.context.scheme.iter().map(String::as_str));
    // What these schemes send is made of a name and a password, or of the request.
    let is_for_tokens = |scheme: &&str| {
        !scheme.is_empty()
            && !["basic", "digest", "negotiate", "ntlm", "hoba", "mutual"].iter().any(|other| scheme.eq_ignore_ascii_case(other))
    };
    let is_made = |scheme: &str| ["basic", "digest", "negotiate", "ntlm"].iter().any(|other| scheme.eq_ignore_ascii_case(other));
    let scheme = asked.filter(is_for_tokens).find(|scheme| *scheme != sent).filter(|_| !is_made(sent))?;
    let mut variant = request.clone();
    variant.headers.0.get_mut(index)?.value = format!("{scheme} {rest}");
    Some(Variant { trial: Trial::OtherScheme, label: format!("with the scheme {scheme}"), request: variant, written: None })
}

fn other_slash(request: &Request, url: &Url) -> Option<Variant> {
    let path = url.path();
    let last = path.rsplit('/').next().unwrap_or_default();
    if path == "/" || last.contains('.') {
        return None;
    }
    let end = request.url.find(['?', '#']).unwrap_or(request.url.len());
    let (before, behind) = request.url.split_at_checked(end)?;
    let (label, before) = match before.strip_suffix('/') {
        Some(without) => ("without the slash at the end", without.to_string()),
        None => ("with a slash at the end", format!("{before}/")),
    };
    let variant = Request { url: format!("{before}{behind}"), ..request.clone() };
    Some(Variant { trial: Trial::OtherSlash, label: label.into(), request: variant, written: None })
}

/// The address that redirects led to, if it is of the same origin, or the same host over https: a credential goes no further.
fn final_address(exchange: &Exchange, url: &Url) -> Option<Variant> {
    let answer = exchange.answer.as_ref()?;
    let mut at = url.clone();
    for hop in &answer.hops {
        at = at.join(&hop.location).ok()?;
    }
    if answer.hops.is_empty() && (300..400).contains(&answer.status) {
        at = at.join(answer.headers.get("location")?).ok()?;
    }
    let is_upgrade = url.scheme() == "http" && at.scheme() == "https" && url.host_str() == at.host_str() && at.port().is_none();
    let is_near = origin::same_origin(url, &at) || is_upgrade;
    at.set_fragment(None);
    (at != *url && is_near).then(|| Variant {
        trial: Trial::FinalAddress,
        label: "at the address that the redirect leads to".into(),
        request: Request { url: at.into(), ..exchange.request.clone() },
        written: None,
    })
}

/// Headers that an accepted request to the same server has otherwise, one by one.
fn one_header(request: &Request, url: &Url, others: &[OtherRequest]) -> Vec<Variant> {
    let accepted = others.iter().find(|other| other.is_accepted && is_same_server(url, other.request));
    let Some(accepted) = accepted else { return Vec::new() };
    let differs = |header: &&Header| {
        let is_of_message = ["host", "content-length", "content-type", "authorization", "cookie", "connection"];
        !is_of_message.iter().any(|name| header.is(name))
            && !header.value.contains("{{")
            && request.headers.get(&header.name) != Some(&header.value)
    };
    let variant = |header: &Header| {
        let mut variant = request.clone();
        match variant.headers.0.iter_mut().find(|own| own.is(&header.name)) {
            Some(own) => own.value.clone_from(&header.value),
            None => variant.headers.push(&header.name, &header.value),
        }
        let label = format!("with the {} of “{}”", header.name, accepted.name);
        let value = accepted.raw.headers.get(&header.name).unwrap_or(&header.value).to_string();
        let written = match request.headers.all(&header.name).next() {
            Some((index, _)) => Edit::HeaderValue { index, value },
            None => Edit::AddHeader { name: header.name.clone(), value },
        };
        Variant { trial: Trial::OneHeader, label, request: variant, written: Some(written) }
    };
    accepted.request.headers.0.iter().filter(differs).take(MOST_HEADERS).map(variant).collect()
}

/// The preflight of a browser's request (Fetch, section 4.8): it has no credential.
fn preflight(request: &Request) -> Option<Variant> {
    let origin = request.headers.get("origin")?;
    if request.method == "OPTIONS" {
        return None;
    }
    let is_simple = ["accept", "accept-language", "content-language", "content-type", "origin", "host", "user-agent", "cookie", "referer"];
    let mut names: Vec<String> = request.headers.0.iter().map(|header| header.name.to_ascii_lowercase()).collect();
    names.retain(|name| !is_simple.contains(&name.as_str()) && !name.starts_with("sec-"));
    names.sort();
    let mut headers = Headers::default();
    headers.push("Origin", origin);
    headers.push("Access-Control-Request-Method", &request.method);
    if !names.is_empty() {
        headers.push("Access-Control-Request-Headers", names.join(","));
    }
    let request = Request { method: "OPTIONS".into(), url: request.url.clone(), headers, ..Request::default() };
    Some(Variant { trial: Trial::Preflight, label: "the preflight alone".into(), request, written: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::response::Response;

    fn exchange(method: &str, url: &str, headers: &[(&str, &str)], answer: Response) -> Exchange {
        let request = Request { method: method.into(), url: url.into(), headers: headers.iter().copied().collect(), ..Request::default() };
        Exchange { request, answer: Some(answer), ..Exchange::default() }
    }

    fn refused(headers: &[(&str, &str)]) -> Response {
        Response { status: 401, headers: headers.iter().copied().collect(), ..Response::default() }
    }

    fn labels(exchange: &Exchange, others: &[OtherRequest]) -> Vec<String> {
        variants(exchange, others).into_iter().map(|variant| variant.label).collect()
    }

    #[test]
    fn what_is_tried_has_a_reason_in_the_exchange() {
        let plain = exchange("GET", "https://api.example/v1/users?x=1", &[("Authorization", "Bearer a"), ("Cookie", "s=1")], refused(&[]));
        assert_eq!(labels(&plain, &[]), ["as it is", "without the credential", "without the cookies", "with a slash at the end"]);
        let slash = variants(&plain, &[]).into_iter().find(|variant| variant.trial == Trial::OtherSlash).unwrap();
        assert_eq!(slash.request.url, "https://api.example/v1/users/?x=1");
        let scheme = exchange("GET", "https://api.example/", &[("Authorization", "Bearer a")], refused(&[("WWW-Authenticate", "Token")]));
        assert_eq!(labels(&scheme, &[]), ["as it is", "without the credential", "with the scheme Token"]);
        let http = exchange(
            "GET",
            "http://api.example/data.json",
            &[("Origin", "https://app.example"), ("X-Key", "0123456789abcdef")],
            refused(&[]),
        );
        assert_eq!(labels(&http, &[]), ["as it is", "without the credential", "over https", "the preflight alone"]);
        let preflight = variants(&http, &[]).pop().unwrap().request;
        assert_eq!(preflight.headers.get("Access-Control-Request-Headers"), Some("x-key"));
        assert!(!preflight.headers.has("X-Key"));
    }

    #[test]
    fn a_credential_goes_to_no_other_server() {
        let own = exchange("GET", "https://api.example/a.txt", &[("Authorization", "Bearer a")], refused(&[]));
        let request = |url: &str, token: &str| Request {
            url: url.into(),
            headers: [("Authorization", token), ("X-Api-Version", "2")].into_iter().collect(),
            ..Request::default()
        };
        let (near, far, unfilled) = (
            request("https://api.example/b", "Bearer b"),
            request("https://other.example/b", "Bearer c"),
            request("https://api.example/c", "Bearer {{t}}"),
        );
        let other = |request, is_accepted| OtherRequest { name: "b", request, raw: request, is_accepted };
        let found = labels(&own, &[other(&far, true), other(&unfilled, false), other(&near, true)]);
        assert_eq!(found, ["as it is", "without the credential", "with the credential of “b”", "with the X-Api-Version of “b”"]);
        for (location, is_tried) in [
            ("https://api.example/b/", true),
            ("https://www.api.example/b", false),
            ("https://api.example:8443/b", false),
            ("http://api.example/b", false),
            ("https://evil.example.net/b", false),
        ] {
            let moved = Response { status: 302, headers: [("Location", location)].into_iter().collect(), ..Response::default() };
            let moved = exchange("GET", "https://api.example/a.txt", &[("Authorization", "Bearer a")], moved);
            let is_there = variants(&moved, &[]).iter().any(|variant| variant.trial == Trial::FinalAddress);
            assert_eq!(is_there, is_tried, "{location}");
        }
    }

    #[test]
    fn without_the_credential_nothing_of_it_is_in_the_address() {
        let own = exchange("GET", "https://ana:pw@api.example/a.txt?x=1&api_key=0123456789abcdef&y=2", &[], refused(&[]));
        let without = variants(&own, &[]).into_iter().find(|variant| variant.trial == Trial::NoCredential).unwrap();
        assert_eq!(without.request.url, "https://api.example/a.txt?x=1&y=2");
    }

    #[test]
    fn the_edits_of_a_variant_make_it() {
        let headers = [("Authorization", "Bearer a"), ("Cookie", "s=1"), ("X-A", "1")];
        let own = exchange("GET", "https://api.example/v1/users", &headers, refused(&[("WWW-Authenticate", "Token")]));
        for variant in variants(&own, &[]) {
            let mut edited = own.request.clone();
            edited.apply(&own.request.edits_to(&variant.request));
            assert_eq!(edited, variant.request, "{}", variant.label);
        }
    }
}
