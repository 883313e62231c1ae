//! `origin-refused`.

use crate::checks::check::check;
use crate::checks::facts::session::is_csrf_name;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing};
use crate::checks::intermediaries::TABLE;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::site::WebOrigin;
use crate::domain::span::Span;

check! {
    /// The server itself refuses the request for its Origin or Referer; no browser rule is involved.
    ///
    /// # What it looks at
    /// `Origin` and `Referer` of the request, compared with the address that it goes to: `null`, the server's own origin, another
    /// scheme or port, another site. In the answer: words such as "origin not allowed" or "Referer checking failed".
    ///
    /// # Why a server answers 401 to it
    /// Servers compare the origin with their own address or with a list, as a guard against forged requests and for WebSockets.
    /// Behind a proxy that does not pass on `Host` and the scheme, the server takes its own address for another and refuses even
    /// its own pages. `Origin: null` comes from a strict `Referrer-Policy`, a sandboxed frame, a file, or a redirect between sites.
    ///
    /// # How to prove it
    /// Send the request again without `Origin` and `Referer` (curl sends neither): if it works, this was the reason.
    ///
    /// # How to fix it
    /// Own origin refused: let the proxy pass on `Host` and `X-Forwarded-Proto`, and the application trust them. Another origin:
    /// add it to the server's trusted origins, with scheme and port. `null`: set `Referrer-Policy` to
    /// `strict-origin-when-cross-origin` on the page that sends the form.
    ///
    /// # Example
    /// `Origin: https://shop.example` to `https://shop.example`, answered `403 origin not allowed`.
    ///
    /// # References
    /// RFC 6454 section 7 (the Origin header); Fetch standard, section "Origin header"; OWASP Cross-Site Request Forgery Prevention
    /// Cheat Sheet, "Verifying origin with standard headers"; RFC 6455 section 10.2 (WebSocket).
    REFUSED = "origin-refused", Session,
    stage: Elsewhere, topics: [Cors],
    explains: ["csrf-token-missing", "permission-refused", "session-cookie-rejected"],
    decided_by: [AccessRule],
    run: look
}

/// How the page's origin relates to the address of the request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// `Origin: null`.
    Null,
    /// Scheme, host and port are the same.
    Own,
    /// The same host under another scheme or port.
    Port,
    /// Another host.
    Other,
}

/// The page's origin, with the header that names it.
struct Page<'a> {
    header: usize,
    name: &'a str,
    value: &'a str,
    relation: Relation,
}

fn look(facts: &Facts) -> Finding {
    // Of a preflight the browser's own rules speak.
    if facts.is_preflight() {
        return Finding::not_applicable();
    }
    let Some(page) = page(facts) else { return no_page(facts) };
    if facts.standing != Standing::Refused {
        return if facts.standing == Standing::Accepted {
            Finding::pass(format!("the server accepts the origin {}", page.value))
        } else {
            Finding::not_applicable()
        };
    }
    if let Some(finding) = not_listed(facts, &page) {
        return finding;
    }
    let word = facts.words.iter().find(|w| w.topic == Topic::Cors);
    let is_named = facts.host().is_some_and(|host| host.parse::<std::net::IpAddr>().is_err());
    let rehosted =
        facts.context.config.as_deref().filter(|_| page.name == "Origin" && is_silent_refusal(facts)).and_then(|c| TABLE.rehosted(c));
    let by_address = facts.noted_by_address().filter(|_| is_named && page.name == "Origin");
    let typed = facts.noted_typed().filter(|_| page.relation != Relation::Own);
    let strength = match (word.is_some(), page.relation) {
        (true, Relation::Null | Relation::Own) => Strength::Contradiction,
        (true, _) => Strength::Stated,
        // The token is right, so what else the guard looks at is not.
        (false, Relation::Port | Relation::Other) if repeats_csrf_token(facts) => Strength::Likely,
        // What else tells the two apart are cookies that are not sent between sites.
        (false, _) if typed.is_some() => Strength::Plausible,
        (false, Relation::Port | Relation::Other) if is_passed_on(facts, &page) => Strength::Likely,
        (false, Relation::Own) if rehosted.is_some() => Strength::Likely,
        (false, Relation::Own | Relation::Port) if by_address.is_some() => Strength::Likely,
        (false, _) if !is_silent_refusal(facts) => return Finding::pass("the answer does not complain about the origin"),
        (false, Relation::Own) if is_websocket(facts) => Strength::Plausible,
        (false, Relation::Own) => return Finding::pass("the request comes from the server's own pages"),
        // A WebSocket has no cross-origin rules of the browser: the server's look at Origin is the guard.
        (false, _) if is_websocket(facts) => Strength::Plausible,
        // What the page of another site changes with the cookie of this one is what such guards are for.
        (false, Relation::Other) if facts.request.headers.has("cookie") => Strength::Plausible,
        // Nor does the browser ask before a page sends a form to another origin.
        (false, _) if is_form(facts) => Strength::Plausible,
        // No list of origins has null, unless it has all of them.
        (false, Relation::Null) => Strength::Plausible,
        (false, _) => Strength::Possible,
    };
    let beside = rehosted.or(by_address).or(typed);
    let mut finding = Finding::suspect(strength, message(&page));
    let evidence = |finding: Finding| finding.proof(Place::RequestHeader(page.header), Span::whole(page.value), page.value);
    match word {
        None if beside.is_some() => finding = evidence(finding).context(beside.unwrap_or_default()),
        Some(word) => finding = evidence(finding.proof(word.place, word.span, facts.quote(word))),
        None if repeats_csrf_token(facts) => {
            finding = evidence(finding).proof(Place::ResponseStatus, None, "403, while the CSRF token is the one in its cookie");
        }
        None => finding = evidence(finding).proof(Place::ResponseStatus, None, format!("{} without a reason", facts.status())),
    }
    finding.fixed_by(fix(facts, &page))
}

/// True for a form that changes something, to which the answer is not that of a missing login.
fn is_form(facts: &Facts) -> bool {
    const FORMS: [&str; 3] = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];
    let kind = facts.request.headers.get("content-type").map(str::to_ascii_lowercase).unwrap_or_default();
    facts.status() == 403 && facts.request.method.eq_ignore_ascii_case("POST") && FORMS.iter().any(|form| kind.starts_with(form))
}

/// A refusal as forged, where the configuration lists the origins that are trusted and the page's is not among them.
fn not_listed(facts: &Facts, page: &Page) -> Option<Finding> {
    let origin = WebOrigin::of(page.value).filter(|_| facts.says_plainly(Topic::Csrf) || facts.says_plainly(Topic::Cors))?;
    let is_list = |line: &&str| {
        let lower = line.to_ascii_lowercase();
        lower.contains("origin") && ["trusted", "allowed"].iter().any(|word| lower.contains(word)) && lower.contains("://")
    };
    let line = facts.context.config.as_deref()?.lines().find(is_list)?;
    let ends = |c: char| c.is_whitespace() || "\"'`()<>[]{},;=".contains(c);
    let mut listed = line.split(ends).filter(|word| word.contains("://"));
    if line.contains('*') || listed.any(|word| WebOrigin::of(word).is_some_and(|known| known == origin)) {
        return None;
    }
    let message = format!("the server's list of trusted origins does not have {origin}, from which the request comes");
    let finding =
        Finding::fail(Strength::Contradiction, message).proof(Place::RequestHeader(page.header), Span::whole(page.value), page.value);
    Some(finding.context(line.trim()).fixed_by(fix(facts, &Page { relation: Relation::Other, ..*page })))
}

/// Words about an origin where none was sent: a check of the Referer wants one.
fn no_page(facts: &Facts) -> Finding {
    let word = facts.words.iter().find(|w| w.topic == Topic::Cors).filter(|_| facts.standing == Standing::Refused);
    let Some(word) = word else { return Finding::not_applicable() };
    Finding::fail(Strength::Stated, "the server wants to see which page the request comes from, but neither Origin nor Referer is there")
        .proof(word.place, word.span, facts.quote(word))
        .fixed_by(Fix::action(
            "Send Referer or Origin with the address of the site; on the page, set Referrer-Policy to strict-origin-when-cross-origin",
        ))
}

fn page<'a>(facts: &Facts<'a>) -> Option<Page<'a>> {
    let header = |name: &'static str| facts.request.headers.iter().find(|(_, h)| h.is(name));
    let (index, found) = header("origin").or_else(|| header("referer"))?;
    let value = found.value.trim();
    let to = WebOrigin::of(&facts.request.url);
    let relation = match (WebOrigin::of(value), to) {
        _ if value.eq_ignore_ascii_case("null") => Relation::Null,
        (Some(from), Some(to)) if from == to => Relation::Own,
        (Some(from), Some(to)) if from.host == to.host => Relation::Port,
        _ => Relation::Other,
    };
    Some(Page { header: index, name: &found.name, value, relation })
}

fn message(page: &Page) -> String {
    let Page { name, value, .. } = page;
    match page.relation {
        Relation::Null => format!("the server refuses the request because of {name}: null; the page hides where it comes from"),
        Relation::Own => {
            format!(
                "the server refuses its own origin {value}: it goes by another name or scheme, as behind a proxy that does not pass them on"
            )
        }
        Relation::Port => format!("the server does not trust the origin {value}: only the scheme or port differs from its own"),
        Relation::Other => format!("the server does not trust the origin {value}"),
    }
}

fn fix(facts: &Facts, page: &Page) -> Fix {
    match page.relation {
        Relation::Null => {
            Fix::configuration("Let the page say where it comes from", "the page", "Referrer-Policy: strict-origin-when-cross-origin")
        }
        Relation::Own => crate::checks::remedy::Remedy::PassHost
            .fix(facts, "Let the proxy pass on the public host and scheme, and the application trust them"),
        Relation::Port | Relation::Other => Fix::configuration(
            "Add the page's origin to the server's trusted origins",
            "the application's settings",
            format!("trusted origins: {}", WebOrigin::of(page.value).map_or_else(|| page.value.to_string(), |origin| origin.to_string())),
        ),
    }
}

/// A refusal without a word of what a proxy passed on with the page's origin and a host of its own: the server cannot know that the
/// page is one of its own.
fn is_passed_on(facts: &Facts, page: &Page) -> bool {
    let sent = |name: &str| facts.request.headers.get(name);
    let is_proxied = ["x-forwarded-for", "x-real-ip", "forwarded"].iter().any(|name| sent(name).is_some());
    let host = WebOrigin::of(page.value).map(|origin| origin.host);
    let is_told = || {
        let told = ["x-forwarded-host", "forwarded"].iter().filter_map(|name| sent(name));
        host.is_some_and(|host| told.into_iter().any(|value| value.contains(&host)))
    };
    let is_silent = facts.body().trim().is_empty() && facts.challenges.is_empty();
    matches!(facts.status(), 401 | 403) && is_silent && facts.request.headers.has("cookie") && is_proxied && !is_told()
}

/// A 403 that gives no reason, to a page's request that changes something or opens a WebSocket.
fn is_silent_refusal(facts: &Facts) -> bool {
    let safe = ["GET", "HEAD", "OPTIONS"].iter().any(|m| facts.request.method.eq_ignore_ascii_case(m));
    // Upgraders refuse with the reason phrase alone (github.com/gorilla/websocket, server.go).
    let is_silent = |body: &str| body.is_empty() || (is_websocket(facts) || !safe) && matches!(body, "Forbidden" | "Unauthorized");
    let is_refusal = facts.status() == 403 || facts.status() == 401 && facts.challenges.is_empty() && facts.request.headers.has("cookie");
    is_refusal && is_silent(facts.body().trim()) && facts.request.headers.has("origin") && (!safe || is_websocket(facts))
}

fn is_websocket(facts: &Facts) -> bool {
    facts.request.headers.get("upgrade").is_some_and(|u| u.eq_ignore_ascii_case("websocket"))
}

/// A 403 to a request that changes something and repeats its CSRF cookie, while no other reason is given.
fn repeats_csrf_token(facts: &Facts) -> bool {
    let safe = ["GET", "HEAD", "OPTIONS"].iter().any(|m| facts.request.method.eq_ignore_ascii_case(m));
    let kept = || facts.session().sent.iter().filter(|(_, pair)| is_csrf_name(pair.name)).map(|(_, pair)| pair.value);
    let is_repeated = |value: &str| value.len() >= 8 && kept().any(|kept| kept == value);
    let sent = || facts.request.headers.iter().any(|(_, h)| is_csrf_name(&h.name) && is_repeated(h.value.trim()));
    let says_otherwise = || facts.words.iter().any(|word| word.specific && word.topic != Topic::Csrf);
    !safe && facts.status() == 403 && sent() && !says_otherwise()
}
