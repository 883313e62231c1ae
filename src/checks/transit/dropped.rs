//! `header-dropped-on-redirect`

use url::Url;

use crate::checks::check::check;
use crate::checks::credentials::missing::wanted_value;
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Finding, Fix, Place, Siblings, Strength};
use crate::domain::request::Edit;
use crate::domain::response::Hop;
use crate::domain::span::Span;

check! {
    /// The client followed a redirect and did not send the credential to the new address.
    ///
    /// # What it looks at
    /// The requests before this one: one had a credential and was redirected, and this one has none.
    ///
    /// # Why a server answers 401 to it
    /// When a redirect leads to another scheme, host or port, most clients drop Authorization, so that no other server gets
    /// it. The new address then sees a request without a credential.
    ///
    /// # How to prove it
    /// `curl -v -L` shows both requests; the second has no Authorization.
    ///
    /// # How to fix it
    /// Send the request directly to the final address. `curl --location-trusted` keeps the header, but sends it to every
    /// host on the way.
    ///
    /// # Example
    /// `http://api.example.com/v1` → 301 → `https://api.example.com/v1`, answered 401.
    ///
    /// # References
    /// RFC 9110 section 15.4; Fetch standard, HTTP-redirect fetch.
    DROPPED = "header-dropped-on-redirect", Address,
    stage: Way, topics: [Missing, ApiKey],
    explains: ["authorization-missing", "basic-rejected", "digest-rejected", "token-rejected", "client-authentication-failed", "header-stripped-by-proxy"],
    decided_by: [EarlierRequests],
    run: look
}

/// What is known of clients, for the message: beginning of the client's name, and its rule.
const CLIENTS: [(&str, &str); 14] = [
    ("curl --location-trusted", "keeps it everywhere"),
    ("curl", "drops it when scheme, host or port changes"),
    ("wget", "keeps it everywhere when given with --header"),
    ("python-requests", "drops it on another host or port, but for :80 to :443"),
    ("httpx", "drops it on another origin, but for :80 to :443"),
    ("aiohttp", "drops it on another origin"),
    ("urllib3", "drops it on another host"),
    ("HTTPie", "drops it on another origin, but for :80 to :443"),
    ("axios", "drops it on another host or port"),
    ("node-fetch", "drops it on another domain and from https to http"),
    ("Node.js", "drops it on another origin (fetch)"),
    ("Go ", "keeps it on subdomains, drops it on other hosts"),
    ("Chromium", "drops it on another origin (fetch)"),
    (".NET", "drops it on every redirect that it follows by itself"),
];

/// A redirect that authtui itself followed, and where it kept the credential back.
fn withheld(facts: &Facts, hop: &Hop) -> Finding {
    if !facts.is_refused() {
        return Finding::pass("a credential was withheld at a redirect, and the server did not need it");
    }
    let names = hop.withheld.join(", ");
    let finding = Finding::fail(Strength::Contradiction, format!("{names} was withheld because {} redirected to another origin", hop.url))
        .beside(format!("{} {} → {}", hop.status, hop.url, hop.location));
    let target = facts.url.as_ref().and_then(|url| url.join(&hop.location).ok());
    match target {
        Some(target) => finding.fixed_by(Fix::edit("Send the request directly to the redirect's target", vec![Edit::Url(target.into())])),
        None => finding.fixed_by(Fix::action("Send the request directly to the redirect's target")),
    }
}

/// True for a request that stands alone in its recording, without a credential, from a client that follows redirects by
/// itself: whether one came before cannot be seen. Who has written down what the API expects means this very request.
pub fn may_follow_a_redirect(facts: &Facts) -> bool {
    const FOLLOWING: [&str; 9] =
        ["curl/", "Wget/", "python-requests", "python-httpx", "HTTPie", "axios", "node-fetch", "Go-http-client", "okhttp"];
    let c = facts.context;
    let agent = facts.request.headers.get("user-agent").unwrap_or_default();
    let is_described =
        facts.expects_jwt() || c.username.is_some() || c.notes.is_some() || c.client.is_some() || c.server.is_some() || c.config.is_some();
    let is_addressed = ![&c.url, &c.host, &c.scheme, &c.header, &c.cookie].iter().all(|list| list.is_empty());
    FOLLOWING.iter().any(|name| agent.starts_with(name))
        && !is_described
        && !is_addressed
        && c.previous.is_empty()
        && facts.siblings.is_none_or(Siblings::are_none)
        && !facts.carries_credential()
        && facts.status() == 401
        && ["GET", "HEAD"].contains(&facts.request.method.as_str())
}

fn unseen(facts: &Facts) -> Finding {
    let agent = facts.request.headers.iter().find(|(_, h)| h.is("user-agent"));
    let finding = Finding::warn(
        Strength::Possible,
        "this client follows redirects and may then drop Authorization; whether it did here cannot be seen",
    );
    let finding = agent.into_iter().fold(finding, |f, (i, h)| f.proof(Place::RequestHeader(i), None, h.value.clone()));
    finding.fixed_by(Fix::action("Look at every request of the call, redirects included: curl -v -L shows them"))
}

fn look(facts: &Facts) -> Finding {
    let is_redirect = |status: u16| matches!(status, 301 | 302 | 303 | 307 | 308);
    if let Some(hop) = facts.answer.and_then(|a| a.hops.iter().rev().find(|h| !h.withheld.is_empty())) {
        return withheld(facts, hop);
    }
    let Some(previous) = facts.context.previous.last().filter(|p| is_redirect(p.status)) else {
        return if may_follow_a_redirect(facts) { unseen(facts) } else { Finding::not_applicable() };
    };
    if !facts.authorizations.is_empty() {
        return Finding::pass("the credential was also sent to the new address");
    }
    let carried = previous.sent_authorization;
    if carried == Some(false) {
        return Finding::pass("the request before the redirect had no credential either");
    }
    if facts.standing == Standing::Accepted {
        return Finding::pass("the new address did not ask for a credential");
    }
    let (from, to) = (Url::parse(&previous.url).ok(), facts.url.clone());
    let change = match (&from, &to) {
        (Some(a), Some(b)) => {
            let mut changed = Vec::new();
            if a.scheme() != b.scheme() {
                changed.push(format!("{} to {}", a.scheme(), b.scheme()));
            }
            if a.host_str() != b.host_str() {
                changed.push(format!("{} to {}", a.host_str().unwrap_or_default(), b.host_str().unwrap_or_default()));
            }
            if a.port_or_known_default() != b.port_or_known_default() && a.scheme() == b.scheme() {
                changed.push("another port".into());
            }
            if changed.is_empty() { "to the same origin".to_string() } else { changed.join(", ") }
        }
        _ => "to another address".into(),
    };
    let client = facts.context.client.as_deref().unwrap_or_default();
    let rule = CLIENTS
        .iter()
        .filter(|(name, _)| client.contains(name))
        .max_by_key(|(name, _)| name.len())
        .map(|(name, rule)| format!("; {} {rule}", name.trim()))
        .unwrap_or_default();
    let strength = if carried == Some(true) { Strength::Contradiction } else { Strength::Plausible };
    let line = facts.request.method.len() + 1;
    let was = if carried == Some(true) { "was" } else { "was probably" };
    let mut finding = Finding::fail(strength, format!("Authorization {was} sent before the redirect ({change}), but not after it{rule}"))
        .proof(Place::RequestLine, Span::new(line, line + facts.request.url.len()), "the request after the redirect, without Authorization")
        .beside(format!(
            "{} {} answered {} → {}",
            previous.method,
            previous.url,
            previous.status,
            previous.location.as_deref().unwrap_or("?")
        ));
    finding = finding.fixed_by(Fix::edit(
        "Send the request directly to the final address, with the credential",
        vec![Edit::AddHeader {
            name: "Authorization".into(),
            value: wanted_value(facts, facts.offered_schemes().first().map(String::as_str)),
        }],
    ));
    finding
}
