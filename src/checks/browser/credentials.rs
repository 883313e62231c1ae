//! `credentials-with-wildcard` and `credentials-not-allowed`.

use super::{open, refused};
use crate::checks::declare::check;
use crate::checks::facts::Facts;
use crate::checks::facts::cors::CorsCase;
use crate::checks::{Finding, Fix, Place};
use crate::domain::cookie::CredentialsMode;
use crate::domain::cors::Rule;

check! {
    /// The answer allows any origin (`*`), and the request carries cookies; browsers do not accept both.
    ///
    /// # What it looks at
    /// `Access-Control-Allow-Origin: *` on a fetch with `credentials: "include"`, on its preflight, or beside
    /// `Access-Control-Allow-Credentials: true`.
    ///
    /// # Why a server answers 401 to it
    /// A wildcard together with cookies would let every page on the web act in the user's name, so browsers refuse the answer. When
    /// the page then leaves the cookies out, the API sees nobody and answers 401.
    ///
    /// # How to prove it
    /// Send the fetch once with `credentials: "omit"`: if the browser no longer blocks it, this was the rule.
    ///
    /// # How to fix it
    /// Answer with the page's exact origin instead of `*`, and add `Vary: Origin`. If the page sends a bearer token and no cookies,
    /// keep `*` and leave `credentials` at its default.
    ///
    /// # Example
    /// `fetch(url, {credentials: "include"})`, answered `Access-Control-Allow-Origin: *`.
    ///
    /// # References
    /// Fetch standard, section "CORS protocol and credentials"
    WITH_WILDCARD = "credentials-with-wildcard", Session, wildcard
}

fn wildcard(facts: &Facts) -> Finding {
    let cors = facts.cors();
    let fix = || {
        Fix::configuration(
            "Answer with the page's origin",
            "the API's CORS settings",
            format!("Access-Control-Allow-Origin: {}", cors.page()),
        )
    };
    if let Some((rank, refusal)) = cors.find(|rule| *rule == Rule::WildcardWithCredentials) {
        return refused(facts, rank, refusal, "the browser refuses the answer").fixed_by(fix());
    }
    let both = || Some((facts.answered_at("access-control-allow-origin")?, facts.answered_at("access-control-allow-credentials")?));
    if let CorsCase::Preflight(_) = cors.case
        && let Some(((at, "*"), (_, "true"))) = both()
        && facts.session().view.credentials.is_none()
    {
        let message = "the answer allows cookies and any origin at once; a browser takes no cookies with *";
        return Finding::warn(0.4, message).proof(Place::ResponseHeader(at), None, "*").fixed_by(fix());
    }
    open(facts, "no wildcard meets cookies here", includes(facts), 0.2)
}

check! {
    /// The page sends cookies to another origin, and the answer does not allow that.
    ///
    /// # What it looks at
    /// `Access-Control-Allow-Credentials` on a fetch with `credentials: "include"` and on its preflight: it must be exactly `true`.
    ///
    /// # Why a server answers 401 to it
    /// Without that header a browser keeps the answer from the page, or after a preflight does not send the request at all. When the
    /// page then leaves the cookies out, the API sees nobody and answers 401.
    ///
    /// # How to prove it
    /// Send the fetch once with `credentials: "omit"`: if the browser no longer blocks it, this was the rule.
    ///
    /// # How to fix it
    /// Send `Access-Control-Allow-Credentials: true` (in lower case) together with the page's exact origin, on the preflight and on
    /// the answer itself.
    ///
    /// # Example
    /// `fetch(url, {credentials: "include"})`, answered with the right `Access-Control-Allow-Origin` and nothing else.
    ///
    /// # References
    /// Fetch standard, section "CORS check", step 5
    NOT_ALLOWED = "credentials-not-allowed", Session, not_allowed
}

fn not_allowed(facts: &Facts) -> Finding {
    let Some((rank, refusal)) = facts.cors().find(|rule| matches!(rule, Rule::CredentialsNotAllowed { .. })) else {
        return open(facts, "the answer allows cookies", includes(facts), 0.2);
    };
    refused(facts, rank, refusal, "the browser refuses the answer").fixed_by(Fix::configuration(
        "Allow credentials",
        "the API's CORS settings",
        "Access-Control-Allow-Credentials: true",
    ))
}

fn includes(facts: &Facts) -> bool {
    facts.session().view.credentials == Some(CredentialsMode::Include)
}
