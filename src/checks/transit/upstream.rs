//! `upstream-credential-refused`

use std::sync::LazyLock;

use regex_lite::Regex;
use url::Url;

use crate::checks::check::check;
use crate::checks::facts::session::is_session_name;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing};
use crate::checks::services::KnownBy;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::span::Span;

check! {
    /// The refusal is about the server's own credential towards another service, not about yours.
    ///
    /// # What it looks at
    /// The end or beginning of a credential that the answer quotes, compared with what was sent, errors of HTTP clients that name
    /// the address of another service, and an answer that calls a password wrong where a session was sent and no password.
    ///
    /// # Why a server answers 401 to it
    /// The API asks another service and passes that service's refusal on as its own. Your credential was accepted.
    ///
    /// # How to prove it
    /// The quoted part is not in your request; the API's log shows the request that it made.
    ///
    /// # How to fix it
    /// Correct the key that the API is configured with, or ask those who run it.
    ///
    /// # Example
    /// `401 {"error":"Incorrect API key provided: sk-ab***yz"}` to a request whose token ends otherwise.
    ///
    /// # References
    /// RFC 9110 section 15.6.3 (502 is the status for it).
    UPSTREAM = "upstream-credential-refused", Address,
    stage: Elsewhere, topics: [Upstream],
    explains: ["token-rejected", "basic-rejected", "header-stripped-by-proxy", "authorization-missing", "permission-refused"],
    run: look
}

/// A credential of which the middle is covered: `sk-ab***yz`.
static COVERED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"([A-Za-z0-9_-]*)\*{3,}([A-Za-z0-9_-]*)").ok());

/// The address of another service in a client's error.
static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)(?:for url:?|from (?:GET|POST|PUT|PATCH|DELETE)) (https?://[^\s"'<>\\]+)"#).ok());

/// A quoted credential that was not sent in the request.
fn quoted(facts: &Facts) -> Option<Span> {
    const LEAST: usize = 4;
    let speaks = || ["key", "token", "credential", "secret"].iter().any(|word| facts.lower_body().contains(word));
    if !facts.body().contains("***") || !speaks() {
        return None;
    }
    let sent = sent(facts);
    // A service that is known by its host judges the key itself, and covers what follows its beginning as it likes.
    let judges_itself = facts.service().is_some_and(|known| known.by == KnownBy::Host);
    let mut found = COVERED.as_ref()?.captures_iter(facts.body());
    found.find_map(|quote| {
        let (whole, start, end) = (quote.get(0)?, quote.get(1)?.as_str(), quote.get(2)?.as_str());
        let is_telling = start.len() + end.len() >= LEAST;
        let is_sent = sent.iter().any(|text| text.starts_with(start) && (text.ends_with(end) || judges_itself && start.len() >= LEAST));
        (is_telling && !is_sent).then(|| Span::new(whole.start(), whole.end()))
    })
}

/// Every text of the request that a server could take for the credential.
fn sent(facts: &Facts) -> Vec<String> {
    let mut texts: Vec<String> =
        facts.authorizations.iter().flat_map(|a| [a.value.clone(), a.credential.clone(), a.core().0.into()]).collect();
    texts.extend(facts.others.iter().map(|other| other.value.clone()));
    if let Some((user, password)) = facts.basic.as_ref().and_then(|basic| basic.text()) {
        texts.extend([user.to_string(), password.to_string()]);
    }
    texts.extend(facts.form().iter().map(|(_, value, _)| value.clone()));
    texts.extend(facts.request.headers.iter().map(|(_, header)| header.value.trim().to_string()));
    texts
}

/// An answer with a challenge that calls the password wrong, to a session that sent none.
fn password_not_sent(facts: &Facts) -> Option<Finding> {
    let word = facts.word(Topic::Password).filter(|word| word.specific && !facts.challenges.is_empty())?;
    let has_none = facts.authorizations.is_empty() && facts.others.is_empty() && facts.log_in().is_none() && facts.request.body.is_empty();
    let in_session = has_none && facts.session().sent.iter().any(|(_, pair)| is_session_name(pair.name));
    in_session.then(|| {
        let message = "the answer calls a user or password wrong, and the request has a session and no password: another one was refused";
        Finding::fail(Strength::Likely, message).proof(word.place, word.span, facts.quote(word))
    })
}

/// A server that broke over the refusal of another one: its answer or its log has the error of the client that it asks with
/// (github.com/openai/openai-python _base_client.py, and clients that are made like it).
fn broken_over_refusal(facts: &Facts) -> Option<Finding> {
    let says = |text: &str| ["error code: 401", "error code: 403"].iter().any(|words| text.contains(words));
    let message = "the server broke over the refusal of another service, which it asked with a credential of its own";
    let finding = || Finding::fail(Strength::Stated, message);
    if !(500..600).contains(&facts.status()) {
        return None;
    }
    if says(facts.lower_body()) {
        return Some(finding().proof(Place::ResponseBody, None, "the error of its client"));
    }
    let line = facts.context.notes.as_deref()?.lines().find(|line| says(&line.to_ascii_lowercase()))?;
    Some(finding().context(line.trim()))
}

fn look(facts: &Facts) -> Finding {
    if facts.standing != Standing::Refused {
        return Finding::not_applicable();
    }
    let fix = || Fix::action("Correct the key that the API uses towards the other service, or ask those who run it");
    if let Some(span) = quoted(facts) {
        let message = "the answer quotes a credential that this request does not have: another one was refused";
        return Finding::fail(Strength::Contradiction, message).proof(Place::ResponseBody, span, "the quoted credential").fixed_by(fix());
    }
    let here = facts.url.as_ref().and_then(Url::host_str);
    let says_refused = || ["401", "403", "unauthorized", "forbidden"].iter().any(|word| facts.lower_body().contains(word));
    let may_name = facts.body().contains("://") && says_refused();
    let other = ADDRESS.as_ref().filter(|_| may_name).and_then(|regex| regex.captures(facts.body())).and_then(|found| {
        let address = found.get(1)?;
        let host = Url::parse(address.as_str()).ok()?.host_str()?.to_string();
        (Some(host.as_str()) != here).then(|| (host, Span::new(address.start(), address.end())))
    });
    if let Some((host, span)) = other {
        return Finding::fail(Strength::Stated, format!("the refusal is {host}'s, which the API asked with its own credential"))
            .proof(Place::ResponseBody, span, host)
            .fixed_by(fix());
    }
    if let Some(finding) = password_not_sent(facts).or_else(|| broken_over_refusal(facts)) {
        return finding.fixed_by(fix());
    }
    if let Some(word) = facts.word(Topic::Upstream).filter(|word| word.specific) {
        return Finding::fail(Strength::Stated, "the refusal is another service's, which the API asked with its own credential")
            .proof(word.place, word.span, facts.quote(word))
            .fixed_by(fix());
    }
    Finding::pass("the answer does not speak of another credential")
}
