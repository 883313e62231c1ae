//! `session-cookie-missing`.

use super::{Wanted, holds_session, is_authorized, is_denied, speaks_of_forgery, wanted};
use crate::checks::check::check;
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Evidence, Finding, Fix, Place, Strength};
use crate::domain::cookie::Fate;
use crate::domain::request::Edit;
use crate::domain::span::Span;

check! {
    /// The server recognizes users by a session cookie, but the request has none.
    ///
    /// # What it looks at
    /// The request's `Cookie` header, the cookies that the server set before, and the session cookie's name if it is known.
    /// Also what the answer says (`Missing cookie "…"`, `Vary: Cookie`).
    ///
    /// # Why a server answers 401 to it
    /// At the login the server sets a cookie, and later recognizes you only by it. Without the cookie you are not logged in,
    /// even right after a login. Scripts lose it when each call starts without a cookie jar. Pages lose it because a fetch to
    /// another origin sends no cookies by default.
    ///
    /// # How to prove it
    /// In the browser's developer tools, compare the cookies stored for the site with the `Cookie` header of this request.
    /// Send the request again with the cookie: `curl -b 'sid=…'`. If that works, the cookie was missing.
    ///
    /// # How to fix it
    /// Log in, and send the cookie of `Set-Cookie` with every later request. curl: `-c jar.txt` at the login, `-b jar.txt`
    /// afterwards. Python requests: one `Session` for both calls. A page: `credentials: "include"`.
    ///
    /// # Example
    /// The login answers `Set-Cookie: sid=8f1c0d77; Path=/`, but `GET /me` has no `Cookie` header. Add `Cookie: sid=8f1c0d77`.
    ///
    /// # References
    /// RFC 6265bis section 5.8.3 (the Cookie header); RFC 9110 section 12.5.5 (Vary).
    MISSING = "session-cookie-missing", Session,
    stage: Elsewhere, topics: [Cookie, Login, Missing],
    explains: ["login-required"],
    is_of_absence: true,
    holds_when_accepted: true,
    decided_by: [DocumentedLogIn],
    run: look
}

fn look(facts: &Facts) -> Finding {
    let session = facts.session();
    let wanted = wanted(facts);
    if let Some((_, pair)) = session.sent.iter().find(|(_, pair)| holds_session(facts, pair.name, wanted.as_ref())) {
        return Finding::pass(format!("the request has the cookie {}", pair.name));
    }
    if facts.is_preflight() || facts.is_authorization_request() || facts.log_in().is_some() || facts.standing == Standing::Blocked {
        return Finding::not_applicable();
    }
    if !is_denied(facts) {
        return match wanted {
            Some(w) => Finding::pass(format!("the answer does not ask for the cookie {}", w.name)),
            None => Finding::not_applicable(),
        };
    }
    if facts.may_lack_credentials() {
        return Finding::unknown(
            "this export leaves cookies out on purpose: export the HAR again with sensitive data to know whether one was sent",
        );
    }
    if let Some(said) = facts.noted_cookie().filter(|_| session.sends_none()) {
        return Finding::fail(Strength::Stated, "with the cookie the request works, and it is not sent here")
            .proof(Place::RequestLine, None, "the request has no such cookie")
            .context(said.to_string())
            .fixed_by(Fix::action("Send the cookie that the log-in sets; a token in Authorization is not read in its place"));
    }
    let Some((strength, message, evidence)) = reason(facts, wanted.as_ref()) else {
        let alone = !is_authorized(facts) && facts.challenges.is_empty() && facts.answer.is_some();
        let unknown = || {
            Finding::unknown(
                "whether the server wants a session cookie is not known; the login's Set-Cookie, or the cookie's name, would tell",
            )
        };
        return if alone { unknown() } else { Finding::not_applicable() };
    };
    let strength = if speaks_of_forgery(facts) { strength.min(Strength::Possible) } else { strength };
    let mut finding = Finding::suspect(strength, message);
    finding.evidence.push(evidence);
    finding.evidence.push(Evidence::at(Place::RequestLine, None, "the request has no such cookie"));
    finding.fixed_by(fix(facts, wanted.as_ref()))
}

/// Why a session cookie is held to be missing, the surest reason first: strength, sentence, evidence.
fn reason(facts: &Facts, wanted: Option<&Wanted>) -> Option<(Strength, String, Evidence)> {
    let session = facts.session();
    let other = is_authorized(facts);
    let mut withheld = false;
    for (entry, fate) in session.not_sent().filter(|(entry, _)| holds_session(facts, &entry.cookie.name, wanted)) {
        let name = &entry.cookie.name;
        match fate {
            // Of that `session-cookie-withheld` speaks.
            Fate::Sent if super::withheld::secure_on_loopback(facts).is_some_and(|of| of.cookie.name == *name) => withheld = true,
            Fate::Sent => {
                let message = format!("the session cookie {name}, set by {}, is missing from the request", entry.url);
                let evidence = Evidence::context(format!("Set-Cookie: {name} from {}", entry.url));
                return Some((if other { Strength::Plausible } else { Strength::Contradiction }, message, evidence));
            }
            Fate::Withheld(_) => withheld = true,
        }
    }
    if let Some(w) = wanted {
        let message = format!("the server wants the cookie {}, but the request does not have it", w.name);
        let also_header = w.by_answer && facts.lower_body().contains("authorization");
        let strength = match (withheld, other) {
            (true, _) => Strength::Unlikely,
            (false, true) if also_header => Strength::Remark,
            (false, true) => Strength::Unlikely,
            (false, false) if also_header => Strength::Likely,
            (false, false) => Strength::Contradiction,
        };
        return Some((strength, message, w.evidence.clone()));
    }
    if withheld || other {
        return None;
    }
    if let Some(before) = facts.log_in_without_cookie().filter(|_| session.sends_none()) {
        let message = format!("the login (POST {}, answered {}) set no cookie, and this request has none", before.url, before.status);
        return Some((Strength::Likely, message, Evidence::context(format!("no Set-Cookie in the answer of {}", before.url))));
    }
    let (at, vary) = facts.answered_at("vary")?;
    let varies = vary.split(',').any(|name| name.trim().eq_ignore_ascii_case("cookie"));
    let evidence = Evidence::at(Place::ResponseHeader(at), Span::whole(vary), format!("Vary: {vary}"));
    let strength = if facts.challenges.is_empty() { Strength::Plausible } else { Strength::Unlikely };
    (varies && session.sends_none())
        .then(|| (strength, "the answer depends on cookies (Vary: Cookie), and the request has none".to_string(), evidence))
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
        (None, _) if wanted.is_none() && facts.log_in_without_cookie().is_some() => {
            Fix::action("Look at the login's answer: without Set-Cookie it failed, or it gives a token that is sent in Authorization")
        }
        (None, _) => Fix::action("Log in, and send the cookie from the login's answer with every later request"),
    }
}
