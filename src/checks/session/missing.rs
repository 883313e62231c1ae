//! `session-cookie-missing`.

use super::{Wanted, holds_session, is_authorized, is_denied, log_in_without_cookie, speaks_of_forgery, wanted};
use crate::checks::declare::check;
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Evidence, Finding, Fix, Place};
use crate::domain::cookie::Fate;
use crate::domain::request::Edit;
use crate::domain::span::Span;

check! {
    /// The server knows its callers by a session cookie, and the request carries none.
    ///
    /// # What it looks at
    /// The request's `Cookie` header, beside the cookies that the server set before, the name of the cookie that the API
    /// is expected to want, and what the answer says (`Missing cookie "…"`, `Vary: Cookie`).
    ///
    /// # Why a server answers 401 to it
    /// After the log-in the server hands out a cookie and from then on knows the caller by nothing else. A request without
    /// it comes from a stranger, however short ago the log-in was. Scripts lose it because each call starts without a
    /// cookie jar; pages lose it because a fetch to another origin sends no cookies unless told to.
    ///
    /// # How to prove it
    /// In the browser's developer tools, compare the Cookies listed for the site with the `Cookie` header of this request.
    /// Repeat the request with the cookie in it: `curl -b 'sid=…'`. If it is answered now, this was it.
    ///
    /// # How to fix it
    /// Log in and send back what `Set-Cookie` gave you. curl: `-c jar.txt` on the log-in and `-b jar.txt` afterwards.
    /// requests: one `Session` for both calls. A page: `credentials: "include"`.
    ///
    /// # Example
    /// The log-in answered `Set-Cookie: sid=8f1c0d77; Path=/`, and `GET /me` has no `Cookie` header: add `Cookie: sid=8f1c0d77`.
    ///
    /// # References
    /// RFC 6265bis section 5.8.3 (the Cookie header), RFC 9110 section 12.5.5 (Vary)
    MISSING = "session-cookie-missing", Session, look
}

fn look(facts: &Facts) -> Finding {
    let session = facts.session();
    let wanted = wanted(facts);
    if let Some((_, pair)) = session.sent.iter().find(|(_, pair)| holds_session(facts, pair.name, wanted.as_ref())) {
        return Finding::pass(format!("the request carries the cookie {}", pair.name));
    }
    if facts.is_preflight() || facts.is_authorization_request() || facts.log_in.is_some() || facts.standing == Standing::Blocked {
        return Finding::not_applicable();
    }
    if !is_denied(facts) {
        return match wanted {
            Some(w) => Finding::pass(format!("the answer did not ask for the cookie {}", w.name)),
            None => Finding::not_applicable(),
        };
    }
    if facts.context.sanitized {
        return Finding::unknown("this file leaves cookies out; export it again with sensitive data to see whether one was sent");
    }
    let Some((weight, message, evidence)) = reason(facts, wanted.as_ref()) else {
        let alone = !is_authorized(facts) && facts.challenges.is_empty() && facts.answer.is_some();
        let unknown = || Finding::unknown("does the server work by cookies? The log-in's Set-Cookie, or the cookie's name, would tell");
        return if alone { unknown() } else { Finding::not_applicable() };
    };
    let weight = if speaks_of_forgery(facts) { weight * 0.4 } else { weight };
    let mut finding = Finding::suspect(weight, message);
    finding.evidence.push(evidence);
    finding.evidence.push(Evidence::at(Place::RequestLine, None, "the request has no such cookie"));
    finding.fixed_by(fix(facts, wanted.as_ref()))
}

/// Why a session cookie is held to be missing, the surest reason first: weight, sentence, evidence.
fn reason(facts: &Facts, wanted: Option<&Wanted>) -> Option<(f64, String, Evidence)> {
    let session = facts.session();
    let other = is_authorized(facts);
    let mut withheld = false;
    for (entry, fate) in session.not_sent().filter(|(entry, _)| holds_session(facts, &entry.cookie.name, wanted)) {
        let name = &entry.cookie.name;
        match fate {
            Fate::Sent => {
                let message = format!("{} set the cookie {name}, it belongs to this request, and the request does not carry it", entry.url);
                let evidence = Evidence::context(format!("Set-Cookie: {name} from {}", entry.url));
                return Some((if other { 0.6 } else { 0.9 }, message, evidence));
            }
            Fate::Withheld(_) => withheld = true,
        }
    }
    if let Some(w) = wanted {
        let message = format!("the server looks for the cookie {} and the request does not carry it", w.name);
        let also_header = w.by_answer && facts.lower_body().contains("authorization");
        let weight = match (withheld, other) {
            (true, _) => 0.2,
            (false, true) if also_header => 0.08,
            (false, true) => 0.25,
            (false, false) if also_header => 0.75,
            (false, false) => 0.95,
        };
        return Some((weight, message, w.evidence.clone()));
    }
    if withheld || other {
        return None;
    }
    if let Some(before) = log_in_without_cookie(facts).filter(|_| session.sent.is_empty()) {
        let message = format!("POST {} was answered {} without a cookie, and this request carries none", before.url, before.status);
        return Some((0.75, message, Evidence::context(format!("no Set-Cookie in the answer of {}", before.url))));
    }
    let (at, vary) = facts.answered_at("vary")?;
    let varies = vary.split(',').any(|name| name.trim().eq_ignore_ascii_case("cookie"));
    let evidence = Evidence::at(Place::ResponseHeader(at), Span::whole(vary), format!("Vary: {vary}"));
    let weight = if facts.challenges.is_empty() { 0.6 } else { 0.3 };
    (varies && session.sent.is_empty())
        .then(|| (weight, "the answer depends on a cookie (Vary: Cookie) and the request carries none".to_string(), evidence))
}

/// Puts the cookie in when its value is at hand.
fn fix(facts: &Facts, wanted: Option<&Wanted>) -> Fix {
    let session = facts.session();
    let name = session.not_sent().map(|(entry, _)| entry.cookie.name.clone()).find(|name| holds_session(facts, name, wanted));
    let kept = name.and_then(|name| session.kept_value(&name).map(|value| format!("{name}={value}")));
    match (kept, facts.request.headers.all("cookie").next()) {
        (Some(pair), Some((index, header))) => {
            Fix::edit("Add the cookie that was received", vec![Edit::HeaderValue { index, value: format!("{}; {pair}", header.value) }])
        }
        (Some(pair), None) => Fix::edit("Send the cookie that was received", vec![Edit::AddHeader { name: "Cookie".into(), value: pair }]),
        (None, _) => Fix::action("Log in, and send the cookie that the answer sets with every further request"),
    }
}
