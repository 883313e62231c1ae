//! `password-where-token-required`

use md5::{Digest as _, Md5};

use super::of_service;
use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::services::{Known, KnownBy};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::signing::encoding::hex;
use crate::domain::span::Span;
use crate::domain::vendors;

check! {
    /// A password is sent, but the service accepts only tokens.
    ///
    /// # What it looks at
    /// Basic credentials for services that no longer accept passwords, and answers that ask for an API token, a personal
    /// access token or an app password. Also a password of six digits: it is probably a one-time code. And a salted hash in the
    /// address that is right for the known password, and refused.
    ///
    /// # Why a server answers 401 to it
    /// The API does not accept the account's password, by policy or because a second factor is switched on.
    ///
    /// # How to prove it
    /// The same user and password work in the browser, but not here.
    ///
    /// # How to fix it
    /// Create a token in the account's settings and send it instead of the password.
    ///
    /// # Example
    /// `git push` with the account's password.
    ///
    /// # References
    /// The service's documentation of personal access tokens or app passwords; OWASP Authentication Cheat Sheet.
    PASSWORD = "password-where-token-required", Credentials,
    stage: Elsewhere, topics: [TokenWanted],
    explains: ["scheme-mismatch", "basic-rejected", "token-rejected"],
    run: look
}

fn token_instead() -> Fix {
    Fix::action("Create a token in the account's settings and send it instead of the password")
}

/// The log-in of a command-line tool (`npm login`) with the account's password, at a service whose APIs take tokens alone.
fn in_log_in(facts: &Facts) -> Finding {
    let service = facts.host().and_then(vendors::tokens_only).filter(|_| facts.is_refused() && !facts.answers_html());
    let Some((log_in, (name, vendor))) = facts.log_in().zip(service) else { return Finding::not_applicable() };
    if facts.authorization().is_some() || vendor.issues(&log_in.password) {
        return Finding::not_applicable();
    }
    Finding::fail(Strength::Likely, format!("{name} accepts only tokens, but what looks like a password was sent"))
        .proof(Place::RequestBody, log_in.span, "what looks like a password")
        .fixed_by(token_instead())
}

/// The hash of the right password and the salt beside it, refused: a server that keeps its passwords hashed cannot compute it, and
/// compares it with that of a key which it keeps as it is.
fn of_salted_hash(facts: &Facts) -> Option<Finding> {
    let password = facts.context.password.as_deref().filter(|_| facts.is_refused() && facts.answer.is_some())?;
    let (token, salt) = (facts.query("t")?, facts.query("s")?);
    let is_of_password = !salt.is_empty() && token.eq_ignore_ascii_case(&hex(&Md5::digest(format!("{password}{salt}"))));
    let other = facts.others.iter().find(|other| is_of_password && other.value == token)?;
    let strength = if facts.is_known_good() || facts.noted_log_in().is_some() { Strength::Likely } else { Strength::Plausible };
    let message =
        "the token in t is right for this password and the salt in s, and it is refused: the server compares it with a key of its own";
    Some(
        Finding::suspect(strength, message).proof(other.place, other.span, "the hash of password and salt").context("password").fixed_by(
            Fix::action("Make an API key (or a password for such clients) in the account's settings, and use it as the password"),
        ),
    )
}

/// True where the same name and password are said to work elsewhere.
fn logs_in_elsewhere(facts: &Facts) -> bool {
    facts.is_known_good() || facts.noted_log_in().is_some()
}

/// True for the password of an account that logs in elsewhere, at a service that takes others for its API.
pub fn is_of_account(facts: &Facts) -> bool {
    logs_in_elsewhere(facts) && of_other_form(facts).is_some()
}

/// The service that takes passwords of a form of their own, where the one that was sent has another.
fn of_other_form<'f>(facts: &Facts<'f>) -> Option<Known<'f>> {
    let known = facts.service().filter(|known| known.by > KnownBy::Hint && matches!(facts.status(), 401 | 403))?;
    let (_, password) = facts.basic.as_ref()?.text().filter(|(_, password)| !password.is_empty())?;
    let takes = known.service.username.as_ref()?.takes_password(password)?;
    (!takes && facts.is_refused()).then_some(known)
}

fn look(facts: &Facts) -> Finding {
    let Some((user, password)) = facts.basic.as_ref().and_then(|b| b.text()) else {
        return of_salted_hash(facts).unwrap_or_else(|| in_log_in(facts));
    };
    let Some(a) = facts.authorization() else { return Finding::not_applicable() };
    if facts.is_token_request() || !facts.is_refused() {
        return Finding::not_applicable();
    }
    let host = facts.host().unwrap_or_default();
    let service = vendors::tokens_only(host);
    let is_code = password.len() == 6 && password.bytes().all(|b| b.is_ascii_digit());
    // The token may be on either side of the colon.
    let long = |t: &str| t.len() >= 20 && t.bytes().any(|b| b.is_ascii_digit()) && !t.contains(' ');
    let is_token = |t: &str| service.is_some_and(|(_, vendor)| vendor.issues(t)) || long(t);
    let fix = token_instead();
    let kind = if is_code { "what looks like a one-time code (six digits)" } else { "what looks like a password" };
    // In a form that is written out, `Authorization: Bearer api-token`, the word stands for the value.
    let is_placeholder = |span: Span| facts.scheme_in_words().is_some_and(|(_, form)| (form.end..=form.end + 2).contains(&span.start));
    let asks = facts.words.iter().find(|w| w.topic == Topic::TokenWanted && !is_placeholder(w.span));
    if let Some(word) = asks.filter(|_| !is_token(password)) {
        let strength = if word.specific { Strength::Stated } else { Strength::Likely };
        return Finding::fail(strength, format!("the server asks for a token, but {kind} was sent"))
            .proof(word.place, word.span, facts.quote(word))
            .proof(a.place(), a.credential_span, kind)
            .fixed_by(fix);
    }
    if let Some(known) = of_other_form(facts) {
        let strength = if logs_in_elsewhere(facts) { Strength::Stated } else { Strength::Plausible };
        let message = format!("{} takes passwords that are made for its API, and this has another form", known.service.name);
        return Finding::suspect(strength, message)
            .proof(a.place(), a.credential_span, kind)
            .context(of_service::source(known.service))
            .fixed_by(Fix::action(
                "Make an application password in the account's settings, and send it in the place of the account's own",
            ));
    }
    match service {
        Some(_) if password.is_empty() => Finding::not_applicable(),
        Some((name, _)) if !is_token(password) && !is_token(user) => {
            Finding::fail(Strength::Contradiction, format!("{name} accepts only tokens, but {kind} was sent"))
                .proof(a.place(), a.credential_span, kind)
                .fixed_by(fix)
        }
        _ if is_code => Finding::warn(Strength::Plausible, "the password is six digits: if it is a one-time code, it does not belong here")
            .proof(a.place(), a.credential_span, kind)
            .fixed_by(fix),
        Some(_) => Finding::pass("a token is sent instead of the password"),
        None => Finding::unknown("whether this service accepts passwords is not known; see its documentation"),
    }
}
