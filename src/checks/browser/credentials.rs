//! `credentials-with-wildcard` and `credentials-not-allowed`.

use super::{open, refused};
use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::cors::CorsCase;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::cookie::CredentialsMode;
use crate::domain::cors::Rule;

check! {
    /// The answer allows any origin (`*`), but the request has cookies; browsers do not accept both.
    ///
    /// # What it looks at
    /// `Access-Control-Allow-Origin: *` on a fetch with `credentials: "include"`, on its preflight, or together with
    /// `Access-Control-Allow-Credentials: true`.
    ///
    /// # Why a server answers 401 to it
    /// With a wildcard and cookies every page on the web could act in the user's name, so browsers refuse the answer. If the
    /// page then leaves out the cookies, you are not logged in, and the API answers 401.
    ///
    /// # How to prove it
    /// Send the fetch once with `credentials: "omit"`: if the browser no longer blocks it, this was the rule.
    ///
    /// # How to fix it
    /// Answer with the page's exact origin instead of `*`, and add `Vary: Origin`. If the page needs no cookies, because it sends
    /// a bearer token, keep `*` and leave out `credentials` in the fetch.
    ///
    /// # Example
    /// `fetch(url, {credentials: "include"})`, answered `Access-Control-Allow-Origin: *`.
    ///
    /// # References
    /// Fetch standard, section "CORS protocol and credentials".
    WITH_WILDCARD = "credentials-with-wildcard", Session,
    stage: Elsewhere,
    holds_when_accepted: true,
    run: wildcard
}

fn wildcard(facts: &Facts) -> Finding {
    let cors = facts.cors();
    let fix = || {
        Fix::configuration(
            "Answer with the page's exact origin instead of *",
            "the API's CORS settings",
            format!("Access-Control-Allow-Origin: {}", cors.page()),
        )
    };
    if let Some((rank, refusal)) = cors.find(|rule| *rule == Rule::WildcardWithCredentials) {
        return refused(facts, rank, refusal, "the browser blocks the answer").fixed_by(fix());
    }
    let both = || Some((facts.answered_at("access-control-allow-origin")?, facts.answered_at("access-control-allow-credentials")?));
    if let CorsCase::Preflight(_) = cors.case
        && let Some(((at, "*"), (_, "true"))) = both()
        && facts.session().view.credentials.is_none()
    {
        let message = "the answer allows cookies and any origin (*) at once; browsers do not accept both";
        return Finding::warn(Strength::Possible, message).proof(Place::ResponseHeader(at), None, "*").fixed_by(fix());
    }
    open(facts, "the answer does not combine * with cookies", includes(facts), Strength::Unlikely)
}

check! {
    /// The page sends cookies to another origin, but the answer does not allow that.
    ///
    /// # What it looks at
    /// `Access-Control-Allow-Credentials` on a fetch with `credentials: "include"` and on its preflight: it must be exactly `true`.
    ///
    /// # Why a server answers 401 to it
    /// Without that header a browser hides the answer from the page, or does not send the request at all after a preflight. If
    /// the page then leaves out the cookies, you are not logged in, and the API answers 401.
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
    /// Fetch standard, section "CORS check".
    NOT_ALLOWED = "credentials-not-allowed", Session,
    stage: Elsewhere,
    holds_when_accepted: true,
    run: not_allowed
}

fn not_allowed(facts: &Facts) -> Finding {
    let Some((rank, refusal)) = facts.cors().find(|rule| matches!(rule, Rule::CredentialsNotAllowed { .. })) else {
        return open(facts, "the answer allows cookies", includes(facts), Strength::Unlikely);
    };
    refused(facts, rank, refusal, "the browser blocks the answer").fixed_by(Fix::configuration(
        "Allow cookies for the page's origin",
        "the API's CORS settings",
        "Access-Control-Allow-Credentials: true",
    ))
}

fn includes(facts: &Facts) -> bool {
    facts.session().view.credentials == Some(CredentialsMode::Include)
}
