//! `server-address-misread`

use std::sync::LazyLock;

use regex_lite::Regex;
use url::{Host, Url};

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::session::is_csrf_field;
use crate::checks::facts::words::Topic;
use crate::checks::intermediaries::TABLE;
use crate::checks::remedy::Remedy;
use crate::checks::session::frameworks;
use crate::checks::token::possession::same_address;
use crate::checks::{Finding, Place, Strength};
use crate::domain::context::Previous;
use crate::domain::site::is_loopback;
use crate::domain::span::Span;
use crate::domain::token::jws::Jws;

check! {
    /// The server behind a proxy does not know its public address.
    ///
    /// # What it looks at
    /// The addresses that the server gives for itself, in its challenge (such as realm and resource_metadata), in Location and in
    /// the redirect_uri it makes, compared with the address of the request. Also a Location of the answer before, to which the
    /// request went, messages and log lines that hold two addresses of the server against each other, and "HTTPS required" to a
    /// request over https.
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
    explains: [
        "authorization-missing", "challenge-first-step", "token-rejected", "basic-rejected", "session-cookie-rejected",
        "origin-refused", "csrf-token-missing", "redirect-uri-mismatch"
    ],
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
            // To go there means to send the login in the clear, or to a port where nobody listens.
            None if is_http => Some((challenge, param, url.origin().ascii_serialization(), Strength::Contradiction)),
            None => None,
        }
    })?;
    let finding = Finding::fail(
        strength,
        format!("{} points to {what}, where a client of {} cannot go", param.name, asked.origin().ascii_serialization()),
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
    // The own machine is another one for everybody else, in a network of its own too.
    let is_own = |url: &Url| url.host_str().is_some_and(is_loopback);
    let leads_inside = is_inner(asked) == Some(false) && is_inner(named) == Some(true) || !is_own(asked) && is_own(named);
    leads_inside.then(|| named.origin().ascii_serialization())
}

/// The address over http that the server names in its challenge for its own host, to a request over https.
pub fn http_in_challenge<'f>(facts: &'f Facts) -> Option<(usize, &'f str)> {
    let asked = facts.url.as_ref().filter(|asked| asked.scheme() == "https")?;
    let is_own = |value: &str| Url::parse(value).is_ok_and(|url| url.scheme() == "http" && url.host_str() == asked.host_str());
    let mut params = facts.challenges.iter().flat_map(|c| c.params.iter().map(move |p| (c.header, p.value.as_str())));
    params.find(|(_, value)| is_own(value))
}

/// The exchange before, over https, that was answered with an http address of the same host, which is that of this request.
pub fn sent_to_http<'f>(facts: &'f Facts) -> Option<&'f Previous> {
    let asked = facts.url.as_ref().filter(|asked| asked.scheme() == "http")?;
    let before = facts.context.previous.last()?;
    let from = Url::parse(&before.url).ok().filter(|from| from.scheme() == "https" && from.host_str() == asked.host_str())?;
    let to = from.join(before.location.as_deref()?).ok()?;
    let is_here = to.scheme() == "http" && to.host_str() == asked.host_str() && to.path() == asked.path();
    ((200..400).contains(&before.status) && is_here).then_some(before)
}

/// The way back from a login has the scheme http and the port of https: the application knows one of them from its proxy.
fn of_mixed_port(facts: &Facts) -> Option<Finding> {
    let back = Url::parse(facts.query("redirect_uri")?).ok().filter(|_| facts.is_refused())?;
    let is_mixed = matches!((back.scheme(), back.port()), ("http", Some(443)) | ("https", Some(80)));
    let (scheme, port) = is_mixed.then(|| (back.scheme().to_string(), back.port().unwrap_or_default()))?;
    let message = format!(
        "the way back (redirect_uri) is {scheme} on port {port}: the application takes its scheme or its port from behind its proxy"
    );
    let at = facts.request.url.find("redirect_uri=").map(|at| at + facts.request.method.len() + 1);
    Some(
        Finding::fail(Strength::Contradiction, message)
            .proof(Place::RequestLine, at.map(|at| Span::new(at, at + "redirect_uri".len())), back.origin().ascii_serialization())
            .fixed_by(Remedy::ForwardedProto.fix(facts, FIX)),
    )
}

/// The login server names a way back over http for a page that is served over https.
fn back_over_http(facts: &Facts) -> Option<Finding> {
    let word = facts.word(Topic::RedirectUri).filter(|word| word.specific && facts.is_refused())?;
    let page = ["referer", "origin"].iter().find_map(|name| Url::parse(facts.request.headers.get(name)?).ok())?;
    let host = page.host_str().filter(|_| page.scheme() == "https" && Some(&page) != facts.url.as_ref())?;
    let named = format!("http://{host}");
    let span = Span::of(facts.body(), facts.body().split_at_checked(facts.lower_body().find(&named)?)?.1.get(..named.len())?)?;
    let message =
        format!("the way back is {named}, and the page is served over https: the application does not know that its proxy ends TLS");
    Some(
        Finding::fail(Strength::Contradiction, message)
            .proof(Place::ResponseBody, span, named)
            .proof(word.place, word.span, facts.quote(word))
            .fixed_by(Remedy::ForwardedProto.fix(facts, FIX)),
    )
}

/// Where the server sent the client from https to http, and the credential went along.
fn followed(facts: &Facts) -> Option<Finding> {
    let before = sent_to_http(facts).filter(|_| facts.is_refused() && facts.carries_credential())?;
    let start = facts.request.method.len() + 1;
    let location = before.location.clone().unwrap_or_default();
    let message = format!("the server answered {} with the address {location}: behind its proxy it takes itself for http", before.url);
    Some(
        Finding::fail(Strength::Contradiction, message)
            .proof(Place::RequestLine, Span::new(start, start + "http".len()), "http, where the request before went over https")
            .context(format!("Location: {location}"))
            .fixed_by(Remedy::ForwardedProto.fix(facts, FIX)),
    )
}

/// "HTTPS required", to a request that went over https.
fn taken_for_http(facts: &Facts, asked: &Url) -> Option<Finding> {
    let word = facts.word(Topic::PlainHttp).filter(|word| word.specific && facts.is_refused() && asked.scheme() == "https")?;
    let message = "the request went over https, but the server takes it for http: the proxy in front of it does not pass the scheme on";
    Some(
        Finding::fail(Strength::Contradiction, message)
            .proof(Place::RequestLine, Span::new(facts.request.method.len() + 1, facts.request.method.len() + 6), "https")
            .proof(word.place, word.span, facts.quote(word))
            .fixed_by(Remedy::ForwardedProto.fix(facts, FIX)),
    )
}

/// Words by which two values are held against each other.
const AGAINST: [&str; 8] = ["match", "expected", "differ", "instead of", "but was", "but got", "not equal", "does not correspond"];

/// The addresses in a line: whole ones, and the host that was asked or one that is only known inside, by their names alone.
fn addresses(asked: &Url, line: &str) -> Vec<Url> {
    let ends = |c: char| c.is_whitespace() || "\"'`()<>[]{},;".contains(c);
    let read = |word: &str| {
        let word = word.trim_end_matches(['.', ':', '\\']);
        if word.starts_with("http://") || word.starts_with("https://") {
            return Url::parse(word).ok();
        }
        let bare = Url::parse(&format!("{}://{word}", asked.scheme())).ok()?;
        // A name without a dot is a host where a port follows it.
        let is_inner = || word.split_once(':').is_some_and(|(name, port)| is_inner_name(name) && port.parse::<u16>().is_ok());
        (bare.path() == "/" && (bare.host_str() == asked.host_str() || is_inner())).then_some(bare)
    };
    line.split(ends).filter(|word| !word.is_empty()).filter_map(read).collect()
}

/// True for the name of a host that only an inner network has: `backend`, `team-server`.
fn is_inner_name(name: &str) -> bool {
    let is_of_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    name.len() > 1 && name.bytes().all(is_of_name) && name.bytes().any(|b| b.is_ascii_alphabetic())
}

/// Two addresses of the server in one line of a text that says that they do not agree: the one that was asked, and one that differs
/// from it in scheme or port alone or is only known inside. Its span is that of the line.
fn held_against<'t>(asked: &Url, page: Option<&str>, text: &'t str) -> Option<(String, Span, &'t str)> {
    let origin = asked.origin();
    text.lines().filter(|line| line.len() <= LONGEST_LINE).find_map(|line| {
        let lower = line.to_ascii_lowercase();
        AGAINST.iter().find(|word| lower.contains(**word))?;
        let found = addresses(asked, line);
        found.iter().find(|url| url.origin() == origin)?;
        let is_own = |url: &Url| url.host_str() == asked.host_str() || inner_address(asked, url).is_some();
        let other = found.iter().find(|url| url.origin() != origin && is_own(url))?;
        let other = other.origin().ascii_serialization();
        // A page on another port of the host is what it says it is.
        let is_page = page.is_some_and(|page| page.trim_end_matches('/') == other);
        (!is_page).then_some((other, Span::of(text, line)?, line))
    })
}

/// A log line is not longer than this.
const LONGEST_LINE: usize = 2_000;

/// What the server, or its log, says of its own address.
fn in_words(facts: &Facts, asked: &Url) -> Option<Finding> {
    if !facts.is_refused() {
        return None;
    }
    let page = facts.request.headers.get("origin");
    let body = held_against(asked, page, facts.body());
    let noted = || [&facts.context.notes, &facts.context.config].into_iter().flatten().find_map(|text| held_against(asked, page, text));
    let (other, shown) = match body {
        Some((other, span, line)) => (other, (Some(span), line)),
        None => noted().map(|(other, _, line)| (other, (None, line)))?,
    };
    let own = asked.origin().ascii_serialization();
    let finding = Finding::fail(
        if shown.0.is_some() { Strength::Contradiction } else { Strength::Stated },
        format!("the server takes its own address for {other}, but the request went to {own}: its proxy does not tell it the public one"),
    );
    let finding = match shown {
        (Some(span), line) => finding.proof(Place::ResponseBody, span, line),
        (None, line) => finding.context(line.trim()),
    };
    Some(finding.fixed_by(Remedy::ForwardedProto.fix(facts, FIX)))
}

/// A form that is refused as forged though it has its token and comes from the server's own page: behind a proxy that does not tell
/// it about https, the application takes its own page for another origin.
pub fn own_page_refused(facts: &Facts, asked: &Url) -> Option<Finding> {
    let origin = facts.request.headers.get("origin").and_then(|origin| Url::parse(origin).ok())?;
    let is_own = asked.scheme() == "https" && origin.origin() == asked.origin();
    let is_guarded = || facts.is_refused() && (facts.says_plainly(Topic::Csrf) || frameworks::refusing(facts).is_some());
    let has_token =
        || facts.form().iter().any(|(name, value, _)| is_csrf_field(name) && !value.is_empty()) && facts.request.headers.has("cookie");
    let line = facts.context.config.as_deref().filter(|_| is_own && is_guarded() && has_token()).and_then(|c| TABLE.unforwarded(c))?;
    let message = "the form has its token and comes from the server's own page, but the proxy does not pass on that it was asked over https: \
                   the application compares the page's https with its own http";
    let index = facts.request.headers.all("origin").next()?.0;
    let finding =
        Finding::fail(Strength::Contradiction, message).proof(Place::RequestHeader(index), None, origin.origin().ascii_serialization());
    Some(finding.context(line).fixed_by(Remedy::ForwardedProto.fix(facts, FIX)))
}

/// A proxy behind the one that ends TLS, which tells the application its own scheme in the place of the one that it was told.
fn behind_another(facts: &Facts, asked: &Url) -> Option<Finding> {
    let is_open =
        asked.scheme() == "https" && facts.is_refused() && matches!(facts.status(), 400 | 401 | 403 | 419) && is_of_session(facts);
    let config = facts.context.config.as_deref().filter(|_| is_open)?;
    let line = config.lines().find(|line| OWN_SCHEME.as_ref().is_some_and(|regex| regex.is_match(line)))?;
    let said = facts.noted_inner_proxy()?;
    let message = "this proxy is asked over http by the one in front of it, and tells the application http in the place of https: \
                   Secure cookies and guards that look at the scheme fail";
    Some(
        Finding::fail(Strength::Likely, message)
            .context(line.trim())
            .context(said.to_string())
            .fixed_by(Remedy::ForwardedProto.fix(facts, FIX)),
    )
}

/// `proxy_set_header X-Forwarded-Proto $scheme`, `RequestHeader set X-Forwarded-Proto http`.
static OWN_SCHEME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)^\s*(proxy_set_header\s+x-forwarded-proto\s+(\$scheme|http)\s*;|requestheader\s+set\s+"?x-forwarded-proto"?\s+"?(http|%\{request_scheme\}s)"?\s*$)"#)
        .ok()
});

/// True for a request that hangs on a session, or says of no other credential that it has one.
fn is_of_session(facts: &Facts) -> bool {
    !facts.request.headers.has("authorization")
}

/// A DPoP proof that is refused for its address though that is the one that was asked (RFC 9449 section 4.3): the server compares it
/// with another.
fn proof_for_own_address(facts: &Facts) -> Option<Finding> {
    let names_address = || facts.lower_body().contains("htu");
    let is_refused = facts.is_refused() && facts.error_code() == Some("invalid_dpop_proof") && names_address();
    let (index, header) = facts.request.headers.all("dpop").next().filter(|_| is_refused)?;
    let proof = Jws::read(header.value.trim());
    proof.claims.str("htu").filter(|htu| same_address(htu, &facts.request.url))?;
    let line = facts.context.config.as_deref().and_then(|config| TABLE.unforwarded(config));
    let strength = if line.is_some() { Strength::Contradiction } else { Strength::Likely };
    let message = "the DPoP proof names the address that was asked, and the server compares it with another: its proxy does not tell it the public one";
    let finding = Finding::fail(strength, message).proof(Place::RequestHeader(index), None, "htu is the address of this request");
    let finding = line.into_iter().fold(finding, Finding::context);
    Some(finding.fixed_by(Remedy::ForwardedProto.fix(facts, FIX)))
}

fn look(facts: &Facts) -> Finding {
    let Some(asked) = &facts.url else { return Finding::not_applicable() };
    if facts.answer.is_none() {
        return Finding::not_applicable();
    }
    let found = in_challenge(facts, asked)
        .or_else(|| of_mixed_port(facts))
        .or_else(|| back_over_http(facts))
        .or_else(|| followed(facts))
        .or_else(|| taken_for_http(facts, asked))
        .or_else(|| behind_another(facts, asked));
    if let Some(finding) =
        found.or_else(|| in_words(facts, asked)).or_else(|| own_page_refused(facts, asked)).or_else(|| proof_for_own_address(facts))
    {
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
