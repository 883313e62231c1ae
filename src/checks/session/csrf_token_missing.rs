//! `csrf-token-missing`.

use super::frameworks::{self, Framework};
use super::{is_authorized, is_denied};
use crate::checks::address::misread::own_page_refused;
use crate::checks::check::check;
use crate::checks::facts::session::{is_csrf_field, is_csrf_name, is_session_name};
use crate::checks::facts::words::{Topic, Word};
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Evidence, Finding, Fix, Place, Strength};
use crate::domain::cookie::{CookiePair, Fate, StoredCookie, Withheld};
use crate::domain::placeholder;
use crate::domain::request::Edit;
use crate::domain::span::Span;

check! {
    /// The request changes something in a cookie session, but has no CSRF token, or a wrong one.
    ///
    /// # What it looks at
    /// In a request with POST, PUT, PATCH or DELETE: the token's cookie (`csrftoken`, `XSRF-TOKEN`, …), and the header or form
    /// field that must repeat it. In the answer: words such as `CSRF` or `forgery` with any status (400, 403, 412, 422, …), and
    /// status 419, or the silent refusal of a framework whose token is in the request. And the way back from a login, with `state`
    /// and `code`, when the answer says that the state is not the one that its cookie holds.
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
    /// Laravel and Angular: `X-XSRF-TOKEN`. Rails: `X-CSRF-Token`. Flask-JWT-Extended: `X-CSRF-TOKEN`. Some servers check programs
    /// too, whatever their credential, and want a fixed header: `OCS-APIRequest: true`, `kbn-xsrf: true`,
    /// `X-Atlassian-Token: no-check`, Jenkins a crumb. Elsewhere a bearer token instead of a cookie session needs no CSRF token.
    ///
    /// # Example
    /// `POST /items` with `Cookie: sessionid=…; csrftoken=Lid…` and no `X-CSRFToken` header: 403 "CSRF token missing".
    ///
    /// # References
    /// OWASP Cross-Site Request Forgery Prevention Cheat Sheet; RFC 6265bis section 8.2 (ambient authority).
    MISSING = "csrf-token-missing", Session,
    stage: Elsewhere, topics: [Csrf],
    explains: ["authorization-missing", "session-cookie-rejected"],
    is_of_absence: true,
    run: look
}

/// The token's cookie and where it is repeated.
struct Tokens<'a> {
    cookie: Option<(usize, CookiePair<'a>)>,
    repeated: Option<(Place, &'a str)>,
}

fn look(facts: &Facts) -> Finding {
    let safe = ["GET", "HEAD", "OPTIONS", "TRACE"].iter().any(|m| facts.request.method.eq_ignore_ascii_case(m));
    let is_callback = facts.is_login_callback();
    let word = word(facts, is_callback);
    let says = word.is_some() || facts.status() == 419;
    // Some servers guard their reading requests too, and then say so; a page only has a form that does.
    // And some take a request without the token for one of nobody.
    let guards_reading = frameworks::refusing(facts).is_some_and(|framework| framework.reads);
    if facts.is_preflight() || safe && !guards_reading && (word.is_none() || facts.answers_html() && !is_callback) {
        return Finding::not_applicable();
    }
    let tokens = tokens(facts);
    let with_cookies = facts.request.headers.has("cookie");
    let denied = is_denied(facts) || says && facts.standing == Standing::Refused;
    if facts.standing == Standing::Accepted || !denied {
        return if with_cookies { Finding::pass("the answer does not ask for a CSRF token") } else { Finding::not_applicable() };
    }
    if let Some(word) = word.filter(|_| is_callback) {
        return lost_state(facts, word);
    }
    if let Some((place, sent)) = tokens.repeated
        && let Some(what) = placeholder::certain(sent)
    {
        return Finding::fail(Strength::Contradiction, format!("the CSRF token is {sent:?}: {what}"))
            .proof(place, None, "the CSRF token that was sent")
            .fixed_by(Fix::action("Send the text of the token: the content of the page's meta tag, or the value of its cookie"));
    }
    if let Some((place, sent)) = tokens.repeated.filter(|(_, sent)| is_twice(sent)) {
        return Finding::fail(Strength::Contradiction, "the CSRF token is there twice, joined by a comma")
            .proof(place, Span::whole(sent), "two tokens in one value")
            .fixed_by(Fix::action("Set the header instead of adding to it: a client that is used again keeps the one of the call before"));
    }
    let framework = frameworks::refusing(facts);
    let differ = matches!((&tokens.cookie, &tokens.repeated), (Some((_, kept)), Some((_, sent))) if !repeats(kept.value, sent));
    // A program with a key of its own is not asked for it: that the guard speaks means that the key was not read as one.
    let is_keyed = !with_cookies
        && !facts.others.is_empty()
        && !["origin", "referer", "sec-fetch-mode"].iter().any(|name| facts.request.headers.has(name));
    let ended = tokens.repeated.filter(|_| tokens.cookie.is_none()).and_then(|(_, sent)| ended_cookie(facts, sent));
    let strength = match (says, &tokens.repeated) {
        (_, Some(_)) if ended.is_some() => Strength::Contradiction,
        (true, None) if is_keyed => Strength::Possible,
        (true, _) if facts.says_plainly(Topic::Cors) => Strength::Unlikely,
        // The very header that the answer asks for is there: it was lost on the way.
        (true, Some(_)) if named_and_sent(facts).is_some() => Strength::Likely,
        (true, Some(_)) if facts.url.as_ref().is_some_and(|url| own_page_refused(facts, url).is_some()) => Strength::Plausible,
        (true, _) => Strength::Contradiction,
        (false, _) if framework.is_some() => Strength::Likely,
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
    let named = word.filter(|_| named_and_sent(facts).is_none()).and_then(|_| named_header(facts));
    let message = match &tokens.repeated {
        None if named.is_some() => {
            format!("the request lacks the header {}, by which the server guards against forged requests", named.unwrap_or_default())
        }
        None if !with_cookies && is_authorized(facts) => {
            "the server guards against forged requests (CSRF), and this request has no CSRF token; the credential does not replace it"
                .to_string()
        }
        None => "the request has no CSRF token, which servers want when a cookie session changes something".to_string(),
        Some(_) if named_and_sent(facts).is_some() => format!(
            "the request has the header {}, but the server says that it is missing: something on the way drops it",
            named_and_sent(facts).unwrap_or_default()
        ),
        Some(_) if ended.is_some() => {
            format!(
                "the form's CSRF token is that of the cookie {}, which has expired since: the page was open for too long",
                ended.unwrap_or_default()
            )
        }
        Some(_) if differ => "the CSRF token is not the one in its cookie".to_string(),
        Some(_) => match framework {
            Some(Framework { name, .. }) => format!("this is how {name} refuses a CSRF token that is not the one of the session"),
            None => "the server does not accept the CSRF token".to_string(),
        },
    };
    let mut finding = Finding::suspect(strength, message);
    if let Some(word) = word {
        finding.evidence.push(Evidence::at(word.place, word.span, facts.quote(word)));
    }
    if let Some((place, _)) = tokens.repeated {
        finding.evidence.push(Evidence::at(place, None, "the CSRF token that was sent"));
    }
    if let Some((header, pair)) = &tokens.cookie {
        finding.evidence.push(Evidence::at(Place::RequestHeader(*header), pair.span, format!("the cookie {}", pair.name)));
    }
    if finding.evidence.is_empty() {
        let method = Span::new(0, facts.request.method.len());
        finding.evidence.push(Evidence::at(Place::RequestLine, method, "it changes something, and no CSRF token goes with it"));
    }
    finding.fixed_by(fix(facts, &tokens))
}

/// The cookie with this token, which was set before and has expired.
fn ended_cookie<'f>(facts: &'f Facts, sent: &str) -> Option<&'f str> {
    let is_it = |(entry, fate): &(&StoredCookie, Fate)| {
        is_csrf_name(&entry.cookie.name)
            && matches!(fate, Fate::Withheld(Withheld::Expired { .. }))
            && (entry.cookie.value == sent || repeats(&entry.cookie.value, sent))
    };
    facts.session().not_sent().find(is_it).map(|(entry, _)| entry.cookie.name.as_str())
}

/// True for a value that holds two long random parts of one length: a header that was added to instead of set.
fn is_twice(sent: &str) -> bool {
    const LONG: usize = 32;
    let parts: Vec<&str> = sent.split(',').map(str::trim).filter(|part| part.len() >= LONG && !part.contains(' ')).collect();
    matches!(parts[..], [first, second, ..] if first.len() == second.len())
}

/// The state that came back is not the one that the browser has in its cookie.
fn lost_state(facts: &Facts, word: &Word) -> Finding {
    let mut finding = Finding::fail(
        Strength::Stated,
        "the login came back, but its state is not that of a login which this browser began: the cookie is gone, or a second tab replaced it",
    )
    .proof(word.place, word.span, facts.quote(word));
    if let Some((header, pair)) = facts.session().sent.iter().find(|(_, pair)| is_csrf_name(pair.name)) {
        finding = finding.proof(Place::RequestHeader(*header), pair.span, format!("the cookie {}", pair.name));
    }
    finding.fixed_by(Fix::action(
        "Begin the login again, in one tab and on the same host; if it happens again, let the login's cookie come back (Secure, SameSite=None for a form, the right Domain)",
    ))
}

/// The words on CSRF, on the way back from a login also those on its state. Pages have the tokens of their forms in their tags,
/// which say nothing about this request.
fn word<'f>(facts: &'f Facts, is_callback: bool) -> Option<&'f Word> {
    let is_text = |word: &&Word| {
        let before = facts.body().get(..word.span.start).unwrap_or_default();
        word.place != Place::ResponseBody || !facts.answers_html() || before.rfind('<') <= before.rfind('>')
    };
    facts.words.iter().filter(|w| w.topic == Topic::Csrf && (w.specific || is_callback)).find(is_text)
}

/// The header that the answer names, such as `X-XSRF-TOKEN`.
fn named_header<'f>(facts: &'f Facts) -> Option<&'f str> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let mut words = facts.body().split(|c| !is_of_name(c)).filter(|word| word.len() < 64);
    words.find(|word| is_csrf_name(word) && word.contains('-') && !word.to_ascii_lowercase().contains("cookie"))
}

/// That header, when the request has it.
fn named_and_sent<'f>(facts: &'f Facts) -> Option<&'f str> {
    let body = facts.lower_body();
    let is_missing = ["must contain", "missing", "is required", "requires"].iter().any(|word| body.contains(word));
    named_header(facts).filter(|name| is_missing && facts.request.headers.get(name).is_some_and(|value| !value.trim().is_empty()))
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
    let field = || facts.form().iter().find(|(name, value, _)| is_csrf_field(name) && !value.is_empty());
    let repeated = header
        .map(|(i, h)| (Place::RequestHeader(i), h.value.as_str()))
        .or_else(|| field().map(|(_, value, _)| (Place::RequestBody, value.as_str())));
    Tokens { cookie, repeated }
}

/// How what .NET's data protection made begins.
const ENCRYPTED: &str = "CfDJ8";

/// True when the value sent repeats the cookie, or may be a masked form of it (Django, Rails), which only the server can read.
fn repeats(kept: &str, sent: &str) -> bool {
    // Each of the pair is encrypted by itself.
    if [kept, sent].iter().all(|value| value.starts_with(ENCRYPTED)) {
        return true;
    }
    let decoded = percent_encoding::percent_decode_str(kept).decode_utf8_lossy();
    kept == sent || decoded == sent || kept.len() != sent.len() || matches!((unmasked(kept), unmasked(sent)), (Some(a), Some(b)) if a == b)
}

/// The secret of a token that Django masked: the first half of it is the mask of the second (`django.middleware.csrf`).
fn unmasked(token: &str) -> Option<Vec<usize>> {
    const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let numbers: Vec<usize> = token.chars().map(|c| LETTERS.find(c)).collect::<Option<_>>()?;
    let (mask, covered) = numbers.split_at_checked(32).filter(|(_, covered)| covered.len() == 32)?;
    Some(covered.iter().zip(mask).map(|(letter, mask)| (letter + LETTERS.len() - mask) % LETTERS.len()).collect())
}

fn fix(facts: &Facts, tokens: &Tokens) -> Fix {
    let received = facts.session().jar.entries.iter().rev().map(|e| &e.cookie).find(|cookie| is_csrf_name(&cookie.name));
    let value = tokens.cookie.map(|(_, pair)| (pair.name, pair.value)).or_else(|| received.map(|c| (c.name.as_str(), c.value.as_str())));
    if let Some(name) = named_and_sent(facts) {
        return Fix::action(format!("Let the proxy or library on the way pass the header {name} on"));
    }
    let Some((cookie, value)) = value else {
        if let Some(name) = named_header(facts) {
            return Fix::action(format!("Send the header {name}; the documentation of the server says with which value"));
        }
        if is_authorized(facts) && !facts.request.headers.has("cookie") {
            return Fix::action(
                "Send the header by which the API tells programs from forms; its documentation names it, often with a fixed value",
            );
        }
        return Fix::action("Fetch a CSRF token from the server's page or endpoint, and send it in the header or form field that it wants");
    };
    let name = match cookie.to_ascii_lowercase().as_str() {
        "csrftoken" => "X-CSRFToken",
        lower if lower.contains("xsrf") => "X-XSRF-TOKEN",
        _ => "X-CSRF-Token",
    };
    let value = percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned();
    if tokens.repeated.is_some_and(|(_, sent)| sent == value) {
        return Fix::action("Fetch a new CSRF token, and send it in its cookie and in the header");
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masked_tokens_are_compared_by_their_secret() {
        let masked = |mask: &str, secret: &str| {
            const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
            let at = |c: char| LETTERS.find(c).unwrap();
            let covered = mask.chars().zip(secret.chars()).map(|(m, s)| LETTERS.as_bytes()[(at(m) + at(s)) % 62] as char);
            format!("{mask}{}", covered.collect::<String>())
        };
        let (one, other) = ("a".repeat(31) + "Z", "Kb7".repeat(10) + "x9");
        assert!(repeats(&masked(&one, &other), &masked(&other, &other)));
        assert!(!repeats(&masked(&one, &other), &masked(&other, &one)));
    }
}
