//! Cookie sessions, login pages and tokens against forged requests.

pub mod csrf_token_missing;
pub mod duplicated;
pub mod expired;
pub mod frameworks;
pub mod login_required;
pub mod missing;
pub mod rejected;
pub mod unsafe_cookie;
pub mod withheld;

use super::facts::words::Topic;
use super::facts::{Facts, Standing};
use super::{Evidence, Place};
use crate::domain::span::Span;

/// The cookie that the server is known to want, and how that is known.
struct Wanted {
    name: String,
    evidence: Evidence,
    /// True when the answer names it, rather than an expectation.
    by_answer: bool,
}

/// The session cookie's name: expected, or named by the answer (`Missing cookie "sid"`).
fn wanted(facts: &Facts) -> Option<Wanted> {
    if let Some(name) = facts.context.cookie.first() {
        let evidence = Evidence::context(format!("expected cookie: {name}"));
        return Some(Wanted { name: name.clone(), evidence, by_answer: false });
    }
    let answer = facts.answer.filter(|a| !a.is_success())?;
    let at = facts.lower_body().find("missing cookie")? + "missing cookie".len();
    let rest = answer.body.get(at..)?;
    let rest = rest.trim_start_matches([' ', ':', '\\']);
    let rest = ["&quot;", "&#39;"].iter().find_map(|quote| rest.strip_prefix(quote)).unwrap_or(rest);
    let name = rest.trim_start_matches([' ', '\'', '"', '\\', '`']);
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let name = &name[..name.find(|c| !is_letter(c)).unwrap_or(name.len())];
    let span = Span::of(&answer.body, name)?;
    let evidence = Evidence::at(Place::ResponseBody, span, format!("the answer names the cookie {name}"));
    (!name.is_empty()).then(|| Wanted { name: name.to_string(), evidence, by_answer: true })
}

/// True for a cookie that holds the session: the wanted one, or where none is known, one that may.
fn holds_session(facts: &Facts, name: &str, wanted: Option<&Wanted>) -> bool {
    wanted.map_or_else(|| facts.session().may_hold(name), |wanted| wanted.name == name)
}

/// True when the answer turns the caller away for want of a login, or there is no answer yet.
fn is_denied(facts: &Facts) -> bool {
    match facts.standing {
        Standing::Unanswered => true,
        Standing::Refused => matches!(facts.status(), 400 | 401 | 403 | 419 | 422 | 440 | 498 | 500),
        Standing::Redirected => facts.login_redirect().is_some(),
        Standing::Accepted => login_required::page_instead(facts),
        Standing::Blocked => false,
    }
}

/// True when the request carries a credential other than cookies, so that a cookie is less likely what is wanted.
fn is_authorized(facts: &Facts) -> bool {
    facts.authorizations.iter().any(|a| !a.value.trim().is_empty()) || !facts.others.is_empty()
}

/// True when the answer is about a forged request rather than about the session.
fn speaks_of_forgery(facts: &Facts) -> bool {
    facts.says_plainly(Topic::Csrf) || facts.status() == 419 || frameworks::refusing(facts).is_some()
}
