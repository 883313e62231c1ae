//! `csrf-token-missing`.

use super::{is_authorized, is_denied};
use crate::checks::check::check;
use crate::checks::facts::session::{is_csrf_name, is_session_name};
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Evidence, Finding, Fix, Place, Strength};
use crate::domain::cookie::CookiePair;
use crate::domain::request::Edit;

check! {
    /// The request changes something in a cookie session, but has no CSRF token, or a wrong one.
    ///
    /// # What it looks at
    /// In a request with POST, PUT, PATCH or DELETE: the token's cookie (`csrftoken`, `XSRF-TOKEN`, …), and the header or form
    /// field that must repeat it. In the answer: words such as `CSRF` or `forgery`, and status 419.
    ///
    /// # Why a server answers 401 to it
    /// A browser sends cookies even when another site's page makes the request (cross-site request forgery, CSRF). So the
    /// server issues a second value, the CSRF token, that only its own pages can read. It refuses requests that do not repeat
    /// that value, with 403, 401, 400, 419 or 422.
    ///
    /// # How to prove it
    /// Send the request again with the CSRF token in its header. If a GET with the same cookies works, the session itself is
    /// fine.
    ///
    /// # How to fix it
    /// Fetch the page or endpoint that sets the token, and send it back in the framework's header. Django: `X-CSRFToken`.
    /// Laravel and Angular: `X-XSRF-TOKEN`. Rails: `X-CSRF-Token`. Flask-JWT-Extended: `X-CSRF-TOKEN`. A program that calls an
    /// API should use a bearer token instead of a cookie session: it needs no CSRF token.
    ///
    /// # Example
    /// `POST /items` with `Cookie: sessionid=…; csrftoken=Lid…` and no `X-CSRFToken` header: 403 "CSRF token missing".
    ///
    /// # References
    /// OWASP Cross-Site Request Forgery Prevention Cheat Sheet; RFC 6265bis section 8.2 (ambient authority).
    MISSING = "csrf-token-missing", Session,
    stage: Elsewhere, topics: [Csrf],
    run: look
}

/// The token's cookie and where it is repeated.
struct Tokens<'a> {
    cookie: Option<(usize, CookiePair<'a>)>,
    repeated: Option<(Place, &'a str)>,
}

fn look(facts: &Facts) -> Finding {
    let safe = ["GET", "HEAD", "OPTIONS", "TRACE"].iter().any(|m| facts.request.method.eq_ignore_ascii_case(m));
    let says = facts.says_plainly(Topic::Csrf) || facts.status() == 419;
    if safe || facts.is_preflight() {
        return Finding::not_applicable();
    }
    let tokens = tokens(facts);
    let with_cookies = facts.request.headers.has("cookie");
    if facts.standing == Standing::Accepted || !is_denied(facts) {
        return if with_cookies { Finding::pass("the answer does not ask for a CSRF token") } else { Finding::not_applicable() };
    }
    let differ = matches!((&tokens.cookie, &tokens.repeated), (Some((_, kept)), Some((_, sent))) if !repeats(kept.value, sent));
    let strength = match (says, &tokens.repeated) {
        (true, _) if facts.says_plainly(Topic::Cors) => Strength::Unlikely,
        (true, _) => Strength::Contradiction,
        (false, None) if tokens.cookie.is_some() && matches!(facts.status(), 400 | 401 | 403 | 422) => Strength::Plausible,
        (false, Some(_)) if differ => Strength::Likely,
        // Some servers (Spring) refuse without a word.
        (false, None) if facts.status() == 403 && by_session(facts) => Strength::Possible,
        _ => Strength::Remark,
    };
    if strength == Strength::Remark {
        return match (&tokens.repeated, with_cookies) {
            (Some(_), _) => Finding::pass("a CSRF token is there, and nothing points to a problem with it"),
            (None, true) => Finding::unknown("whether the server wants a CSRF token: its answer does not say"),
            (None, false) => Finding::not_applicable(),
        };
    }
    let message = match &tokens.repeated {
        None => "the request has no CSRF token, which servers want when a cookie session changes something".to_string(),
        Some(_) if differ => "the CSRF token is not the one in its cookie".to_string(),
        Some(_) => "the server does not accept the CSRF token".to_string(),
    };
    let mut finding = Finding::suspect(strength, message);
    if let Some(word) = facts.word(Topic::Csrf) {
        finding.evidence.push(Evidence::at(word.place, word.span, facts.quote(word)));
    }
    if let Some((place, _)) = tokens.repeated {
        finding.evidence.push(Evidence::at(place, None, "the CSRF token that was sent"));
    }
    if let Some((header, pair)) = &tokens.cookie {
        finding.evidence.push(Evidence::at(Place::RequestHeader(*header), pair.span, format!("the cookie {}", pair.name)));
    }
    finding.fixed_by(fix(facts, &tokens))
}

/// True when the request has a session cookie and nothing else, and the answer does not speak of rights.
fn by_session(facts: &Facts) -> bool {
    let by_cookie = facts.session().sent.iter().any(|(_, pair)| is_session_name(pair.name));
    by_cookie && !is_authorized(facts) && !facts.says(Topic::Permission) && !facts.says(Topic::Scope)
}

fn tokens<'a>(facts: &'a Facts) -> Tokens<'a> {
    let session = facts.session();
    let cookie = session.sent.iter().find(|(_, pair)| is_csrf_name(pair.name)).copied();
    let header = facts.request.headers.iter().find(|(_, h)| is_csrf_name(&h.name) && !h.value.trim().is_empty());
    let field = || facts.form().iter().find(|(name, value, _)| (is_csrf_name(name) || name == "_token") && !value.is_empty());
    let repeated = header
        .map(|(i, h)| (Place::RequestHeader(i), h.value.as_str()))
        .or_else(|| field().map(|(_, value, _)| (Place::RequestBody, value.as_str())));
    Tokens { cookie, repeated }
}

/// True when the value sent repeats the cookie, or may be a masked form of it (Django, Rails), which only the server can read.
fn repeats(kept: &str, sent: &str) -> bool {
    let decoded = percent_encoding::percent_decode_str(kept).decode_utf8_lossy();
    kept == sent || decoded == sent || kept.len() != sent.len()
}

fn fix(facts: &Facts, tokens: &Tokens) -> Fix {
    let received = facts.session().jar.entries.iter().rev().map(|e| &e.cookie).find(|cookie| is_csrf_name(&cookie.name));
    let value = tokens.cookie.map(|(_, pair)| (pair.name, pair.value)).or_else(|| received.map(|c| (c.name.as_str(), c.value.as_str())));
    let Some((cookie, value)) = value else {
        return Fix::action("Fetch a CSRF token from the server's page or endpoint, and send it in the header or form field that it wants");
    };
    let name = match cookie.to_ascii_lowercase().as_str() {
        "csrftoken" => "X-CSRFToken",
        lower if lower.contains("xsrf") => "X-XSRF-TOKEN",
        _ => "X-CSRF-Token",
    };
    let value = percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned();
    let there = match tokens.repeated {
        Some((Place::RequestHeader(index), _)) => facts.request.headers.0.get(index).map(|header| (index, header.name.as_str())),
        _ => None,
    };
    let (name, edit) = match there {
        Some((index, name)) => (name, Edit::HeaderValue { index, value }),
        None => (name, Edit::AddHeader { name: name.into(), value }),
    };
    Fix::edit(format!("Send the value of the cookie {cookie} in the header {name}"), vec![edit])
}
