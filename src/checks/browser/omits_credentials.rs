//! `fetch-omits-credentials`.

use super::known;
use crate::checks::check::check;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing};
use crate::checks::services::schema::Service;
use crate::checks::{Evidence, Finding, Fix, Place, Strength};
use crate::domain::cookie::CredentialsMode;
use crate::domain::json::Object;
use crate::domain::limits::MAX_FIELDS;
use crate::domain::span::Span;

check! {
    /// The page's request carries no credential because the browser does not add one to requests of this kind.
    ///
    /// # What it looks at
    /// How the page sends the request: the fetch's credentials mode, `Accept: text/event-stream` (EventSource), `Upgrade: websocket`,
    /// `Sec-Fetch-Dest` (image, script, manifest, …), `crossorigin`. Also options in the wrong place: `credentials` or
    /// `withCredentials` as a header or inside the body.
    ///
    /// # Why a server answers 401 to it
    /// Code that adds a token works for `fetch` and XMLHttpRequest only. EventSource, WebSocket, images, scripts and downloads cannot
    /// send an `Authorization` header. A fetch to another origin sends no cookies without `credentials: "include"`; a manifest and
    /// elements with `crossorigin` send none either. The request then looks like that of somebody who is not logged in.
    ///
    /// # How to prove it
    /// In the Network tab, compare the request headers with those of a request that works: Cookie and Authorization are missing.
    ///
    /// # How to fix it
    /// Cookies: `credentials: "include"` for fetch, `withCredentials` for XMLHttpRequest, axios and EventSource,
    /// `crossorigin="use-credentials"` for elements. Bearer tokens with EventSource: read the stream with fetch. With WebSocket:
    /// use a cookie, or a short-lived ticket in the first message or the query. Options belong in the last argument of the call.
    ///
    /// # Example
    /// `new EventSource("/events")` to an API that wants `Authorization: Bearer …`: 401 "missing authorization header".
    ///
    /// # References
    /// Fetch standard, "credentials mode"; HTML standard, EventSource and "CORS settings attributes"; RFC 6455 section 10.5
    /// (WebSocket client authentication).
    OMITS = "fetch-omits-credentials", Session,
    stage: Way,
    explains: ["authorization-missing", "session-cookie-missing", "session-cookie-withheld", "login-required", "credential-in-wrong-place"],
    decided_by: [DocumentedLogIn],
    run: look
}

/// Why the browser adds no credential.
struct Reason {
    strength: Strength,
    message: String,
    evidence: Evidence,
    fix: Fix,
}

fn look(facts: &Facts) -> Finding {
    if facts.is_preflight() || !facts.authorizations.is_empty() || facts.log_in().is_some() || facts.may_lack_credentials() {
        return Finding::not_applicable();
    }
    let denied = match facts.standing {
        Standing::Refused => matches!(facts.status(), 400 | 401 | 403 | 440),
        Standing::Redirected => facts.login_redirect().is_some(),
        _ => false,
    };
    let reason = misplaced(facts)
        .or_else(|| by_mode(facts))
        .or_else(|| if facts.others.is_empty() { by_element(facts).or_else(|| by_default(facts)) } else { None });
    let Some(Reason { strength, message, evidence, fix }) = reason else { return Finding::not_applicable() };
    if !denied {
        return Finding::pass("the answer does not ask for a credential that the page left out");
    }
    let mut finding = Finding::suspect(strength, message);
    finding.evidence.push(evidence);
    if let Some(word) = facts.word(Topic::Missing) {
        finding.evidence.push(Evidence::at(word.place, word.span, facts.quote(word)));
    }
    finding.fixed_by(fix)
}

/// An option of the call went out as part of the request.
fn misplaced(facts: &Facts) -> Option<Reason> {
    let option = facts.request.headers.iter().find(|(_, h)| h.is("credentials") || h.is("withcredentials"));
    if let Some((index, header)) = option.filter(|_| facts.session().sends_none()) {
        return Some(Reason {
            strength: Strength::Likely,
            message: format!("{} was sent as a header; it is an option of the call, so no cookie went along", header.name),
            evidence: Evidence::at(
                Place::RequestHeaderName(index),
                Span::whole(&header.name),
                format!("{}: {}", header.name, header.value),
            ),
            fix: Fix::action(
                "Move the option out of headers: fetch(url, { credentials: \"include\" }), axios(url, { withCredentials: true })",
            ),
        });
    }
    let body = facts.request.body.as_str();
    let is_object = body.len() <= MAX_FIELDS && body.trim_start().starts_with('{');
    let object = is_object.then(|| Object::read(body))?;
    options_as_data(facts, &object)
}

/// The body is nothing but the options of the call: they were passed where the data belongs.
fn options_as_data(facts: &Facts, object: &Object) -> Option<Reason> {
    const OPTIONS: [&str; 8] = ["withCredentials", "credentials", "headers", "params", "timeout", "mode", "responseType", "cache"];
    let is_alone = object.members.iter().all(|member| OPTIONS.contains(&member.name.as_str()));
    let option = object.members.iter().find(|member| ["withCredentials", "credentials"].contains(&member.name.as_str()))?;
    (is_alone && facts.session().sends_none()).then(|| Reason {
        strength: Strength::Contradiction,
        message: format!("{} is an option of the call and was sent as its data, so no cookie went along", option.name),
        evidence: Evidence::at(Place::RequestBody, option.value_span, option.name.clone()),
        fix: Fix::action("Pass the options last: axios.post(url, data, { withCredentials: true })"),
    })
}

/// The credentials mode is known, and the request has no cookie because of it.
fn by_mode(facts: &Facts) -> Option<Reason> {
    let view = &facts.session().view;
    let mode = view.credentials.filter(|_| facts.session().sends_none())?;
    // The mode is about cookies: an Authorization header that the code sets goes along in every mode.
    let asks = ["authorization", "bearer", "jwt", "api key", "api-key"].iter().any(|word| facts.lower_body().contains(word));
    if asks || !facts.challenges.is_empty() || facts.expects_jwt() || !facts.context.scheme.is_empty() {
        return None;
    }
    let what = match mode {
        CredentialsMode::Omit => "omit",
        CredentialsMode::SameOrigin if view.cross_origin() => "same-origin",
        _ => return None,
    };
    Some(Reason {
        strength: Strength::Contradiction,
        message: format!("the page's fetch has credentials: {what}, so the browser sends no cookie"),
        evidence: Evidence::context(format!("credentials mode: {what}")),
        fix: Fix::action("Write credentials: \"include\" in the page's fetch"),
    })
}

/// What sends the request cannot send a header, or sends no cookie either.
fn by_element(facts: &Facts) -> Option<Reason> {
    let headers = &facts.request.headers;
    let header = |name: &'static str| headers.iter().find(|(_, h)| h.is(name));
    let from_page = headers.has("sec-fetch-mode") || headers.get("user-agent").is_some_and(|agent| agent.starts_with("Mozilla/"));
    // With a session cookie the page is logged in, unless the server asks for a header.
    let has_session = facts.session().sent.iter().any(|(_, pair)| facts.session().may_hold(pair.name));
    let asks_header = facts.challenges.iter().any(|c| c.is("bearer") || c.is("apikey")) || facts.lower_body().contains("authorization");
    if !from_page || has_session && !asks_header {
        return None;
    }
    let by_header = if asks_header { Strength::Contradiction } else { Strength::Likely };
    if let Some((index, accept)) = header("accept").filter(|(_, h)| h.value.trim() == "text/event-stream") {
        return Some(Reason {
            strength: by_header,
            message: "EventSource cannot send an Authorization header, so no credential went out".into(),
            evidence: Evidence::at(Place::RequestHeader(index), Span::whole(&accept.value), "Accept: text/event-stream"),
            fix: Fix::action(
                "Read the stream with fetch, which can send the header, or let the server accept a cookie or a short-lived ticket in the query",
            ),
        });
    }
    if let Some((index, upgrade)) = header("upgrade").filter(|(_, h)| h.value.trim().eq_ignore_ascii_case("websocket")) {
        // A subprotocol is one of the few ways for a page to hand over a token.
        let hands_over = headers.get("sec-websocket-protocol").is_some_and(|p| p.len() > 40);
        // A refusal without a word is as much the server's look at Origin, and many servers have no other answer before the handshake.
        let is_silent = facts.status() == 403 && facts.body().trim().is_empty() && headers.has("origin");
        return (!hands_over).then(|| Reason {
            strength: if is_silent { by_header.min(Strength::Possible) } else { by_header },
            message: "a page's WebSocket cannot send an Authorization header, so no credential went out".into(),
            evidence: Evidence::at(Place::RequestHeader(index), Span::whole(&upgrade.value), "Upgrade: websocket"),
            fix: Fix::action(
                "Send the token in the first message, or a short-lived ticket in the query, or let the server accept the cookie",
            ),
        });
    }
    let (index, dest) = header("sec-fetch-dest")?;
    let name = dest.value.trim();
    let evidence = Evidence::at(Place::RequestHeader(index), Span::whole(&dest.value), format!("Sec-Fetch-Dest: {name}"));
    let without = headers.get("sec-fetch-mode").is_some_and(|mode| mode.trim() == "cors");
    match name {
        "manifest" if facts.session().sends_none() => Some(Reason {
            strength: Strength::Contradiction,
            message: "browsers fetch a manifest without cookies and credentials".into(),
            evidence,
            fix: Fix::action("Write <link rel=\"manifest\" crossorigin=\"use-credentials\">, or let the manifest be read without a login"),
        }),
        "image" | "script" | "style" | "font" | "audio" | "video" | "track" if asks_header => Some(Reason {
            strength: Strength::Contradiction,
            message: format!("the page's {name} element cannot send an Authorization header"),
            evidence,
            fix: Fix::action(
                "Fetch the data with the header and use a blob: address, or give the element a signed address that needs no header",
            ),
        }),
        "image" | "script" | "style" | "font" | "audio" | "video" | "track" if without && facts.session().view.cross_origin() => {
            Some(Reason {
                strength: Strength::Plausible,
                message: format!(
                    "the page's {name} is fetched with crossorigin=\"anonymous\", so the browser sends no cookie to another origin"
                ),
                evidence,
                fix: Fix::action(
                    "Write crossorigin=\"use-credentials\" on the element, and allow the origin with Access-Control-Allow-Credentials",
                ),
            })
        }
        _ => None,
    }
}

/// A page's fetch without a cookie, where the server knows people by one.
fn by_default(facts: &Facts) -> Option<Reason> {
    let headers = &facts.request.headers;
    let view = &facts.session().view;
    // A form that a page sends is a navigation too, whatever a browser of that time said of it.
    let is_form = headers.get("accept").is_some_and(|accept| accept.starts_with("text/html")) && !headers.has("x-requested-with");
    if view.navigation
        || is_form
        || view.page.is_none()
        || !facts.session().sends_none()
        || view.credentials.is_some()
        || !facts.challenges.is_empty()
    {
        return None;
    }
    let page = headers.iter().find(|(_, h)| h.is("referer") || h.is("origin"))?;
    let evidence = |text: String| Evidence::at(Place::RequestHeader(page.0), Span::whole(&page.1.value), text);
    // Who reads a header alone is not helped by a cookie.
    if facts.service().is_some_and(|known| reads_a_header_alone(known.service)) {
        return None;
    }
    let by_cookie = varies_by_cookie(facts)
        || facts.answered("access-control-allow-credentials").is_some_and(|v| v.trim() == "true")
        || !facts.context.cookie.is_empty();
    let fix = || Fix::action("Write credentials: \"include\" in the page's fetch (withCredentials: true for XMLHttpRequest and axios)");
    if view.cross_origin() {
        let to = view.origin.as_ref().map(ToString::to_string).unwrap_or_default();
        return Some(Reason {
            // From another site SameSite may have withheld the cookie just as well.
            strength: if by_cookie && !view.cross_site { Strength::Plausible } else { Strength::Possible },
            message: format!("a fetch to another origin sends no cookies unless it says so, and this one to {to} has none"),
            evidence: evidence("the page".into()),
            fix: fix(),
        });
    }
    let old = headers.get("user-agent").and_then(known::omits_by_default)?;
    by_cookie.then(|| Reason {
        strength: Strength::Likely,
        message: format!("fetch in {old} sends no cookies unless it says so, not even to the page's own origin"),
        evidence: evidence("the page is of the same origin".into()),
        fix: fix(),
    })
}

/// True for a service that reads its credentials in headers, and in no cookie.
fn reads_a_header_alone(service: &Service) -> bool {
    !service.header.is_empty() && service.header.iter().all(|place| !place.contains(':') && place != "path")
}

fn varies_by_cookie(facts: &Facts) -> bool {
    facts.answered("vary").is_some_and(|v| v.split(',').any(|name| name.trim().eq_ignore_ascii_case("cookie")))
}
