//! `login-required`.

use url::Url;

use crate::checks::check::check;
use crate::checks::facts::login::{is_login_path, path_of, returns_here};
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing};
use crate::checks::intermediaries::Layer;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::span::Span;

check! {
    /// The server answers with its login page, or a redirect to it.
    ///
    /// # What it looks at
    /// A redirect whose `Location` is a login address, contains `error=login_required`, or leads elsewhere with the requested
    /// address as the way back (`rd`, `next`, `returnUrl`, …). Also a login page instead of what was requested, even with status
    /// 200 or 203.
    ///
    /// # Why a server answers 401 to it
    /// This is how web sites refuse: a person is to log in and come back. A program that wanted JSON gets a redirect or an
    /// HTML page; if it follows the redirect, it even sees 200.
    ///
    /// # How to prove it
    /// Send the request without following redirects (`curl -i`, without `-L`), and read the status and `Location`.
    ///
    /// # How to fix it
    /// Log in first and send the session cookie, or call an address of the API that accepts tokens. With
    /// `Accept: application/json` or `X-Requested-With: XMLHttpRequest` many frameworks answer 401 instead of the page.
    ///
    /// # Example
    /// `GET /api/orders/` is answered `302` with `Location: /accounts/login/?next=/api/orders/`.
    ///
    /// # References
    /// RFC 9110 sections 15.4 (redirection) and 15.5.2 (401); OpenID Connect Core section 3.1.2.6 (login_required).
    REQUIRED = "login-required", Session,
    stage: Elsewhere, topics: [Login],
    explains: ["authorization-missing", "scheme-missing", "scheme-unusual", "token-not-a-jwt", "token-rejected", "basic-rejected"],
    holds_when_accepted: true,
    run: look
}

fn look(facts: &Facts) -> Finding {
    if facts.is_preflight() {
        return Finding::not_applicable();
    }
    if let Some((index, location)) = facts.login_redirect() {
        let proof = |finding: Finding| finding.proof(Place::ResponseHeader(index), Span::whole(location), location);
        if location.contains("error=login_required") {
            let message = "nobody is logged in at the authorization server, and the request forbids its login page (prompt=none)";
            return proof(Finding::fail(Strength::Contradiction, message))
                .fixed_by(Fix::action("Send the user to the login page: the same request without prompt=none"));
        }
        if facts.is_authorization_request() {
            return proof(Finding::unknown(
                "the authorization server shows its login page, as it should; the next exchange would tell whether the login works",
            ));
        }
        let carries_header = facts.authorizations.iter().any(|a| !a.value.trim().is_empty());
        let gate = gate(facts, location);
        let strength = match (facts.session().sends_none(), gate.is_some(), carries_header) {
            // The gate in front of the application did not read the header: nothing in it is the reason.
            (true, true, _) | (true, false, false) => Strength::Contradiction,
            // A header of the usual form was not what the server looks for; one without a scheme may be why it found none.
            (true, false, true) if facts.authorization().is_some_and(|a| a.scheme.is_some()) => Strength::Likely,
            _ => Strength::Plausible,
        };
        let message = match &gate {
            Some(host) if carries_header => format!(
                "not logged in at {host}, which is in front of the application: it redirects to its login and does not read Authorization"
            ),
            Some(host) => format!("not logged in: the request is redirected to the login at {host}"),
            None => format!("not logged in: the server redirects to its login, {}", without_query(location)),
        };
        return proof(Finding::fail(strength, message)).fixed_by(match gate {
            Some(_) if carries_header => past_gate(),
            Some(_) => Fix::action(
                "Log in there and send its cookie, or send the credential for programs that it accepts (a service token that has not expired)",
            ),
            None => log_in(),
        });
    }
    let page =
        || facts.answers_html().then(|| password_field(facts).or_else(|| way_to_login(facts)).or_else(|| page_for_data(facts))).flatten();
    match facts.standing {
        Standing::Accepted | Standing::Refused => match page() {
            Some(finding) => finding,
            None if facts.standing == Standing::Accepted => Finding::not_applicable(),
            None => said(facts).unwrap_or_else(Finding::not_applicable),
        },
        _ => Finding::not_applicable(),
    }
}

/// Where a redirect leads; its query, which takes the whole way back along, is left to the evidence.
fn without_query(location: &str) -> &str {
    location.split(['?', '#']).next().unwrap_or(location)
}

fn log_in() -> Fix {
    Fix::action("Log in first and send the session cookie, or call an address of the API that accepts tokens")
}

fn past_gate() -> Fix {
    Fix::action("Let the gate pass API calls with their own credential (a rule for the path), or log in at it and send its cookie")
}

/// The host of a sign-in gate: the redirect leads to another host and takes the requested address along for the way back.
fn gate(facts: &Facts, location: &str) -> Option<String> {
    let to = Url::parse(location).ok()?;
    let asked = facts.url.as_ref()?;
    let is_other = to.host_str().is_some() && to.host_str() != asked.host_str();
    let host = to.host_str().filter(|_| is_other && returns_here(facts, location))?;
    Some(host.to_string())
}

/// The answer's words alone: they say that a login is missing, not how.
fn said(facts: &Facts) -> Option<Finding> {
    let word = facts.words.iter().find(|w| w.topic == Topic::Login)?;
    let finding = Finding::warn(Strength::Unlikely, format!("the server says {:?}", facts.quote(word))).proof(
        word.place,
        word.span,
        facts.quote(word),
    );
    Some(finding.fixed_by(log_in()))
}

/// A page with a password field, judged by what was asked for.
fn password_field(facts: &Facts) -> Option<Finding> {
    let at = password_input(facts.lower_body())?;
    let span = Span::new(at, at + "password".len());
    let finding = |strength, message: &'static str| {
        Finding::suspect(strength, message).proof(Place::ResponseBody, span, "the page has a password field").fixed_by(log_in())
    };
    if facts.log_in().is_some() {
        // A page that only asks again may also be that of a closed account.
        let quoted = facts.word(Topic::Password).map(|word| facts.quote(word).to_ascii_lowercase()).unwrap_or_default();
        let says_wrong = ["invalid", "incorrect", "wrong", "bad "].iter().any(|word| quoted.contains(word));
        let strength = if says_wrong { Strength::Plausible } else { Strength::Possible };
        let refused = finding(strength, "the server answers the login with its login page again");
        return Some(refused.fixed_by(Fix::action(
            "Log in on the page itself, in a browser; it may show what is wrong (user name, password, or the account)",
        )));
    }
    if facts.standing == Standing::Refused {
        return Some(finding(
            Strength::Plausible,
            "not logged in: the server answers with its login page, meant for a person in a browser",
        ));
    }
    page_instead(facts).then(|| {
        finding(
            Strength::Contradiction,
            "not logged in: the server answers with its login page instead of what was requested, although the status says success",
        )
    })
}

/// A denial whose page is titled as a login, or sends the browser on to one.
fn way_to_login(facts: &Facts) -> Option<Finding> {
    if facts.standing != Standing::Refused {
        return None;
    }
    let lower = facts.lower_body();
    let target = onward(lower);
    if let Some((target, host)) = target.and_then(|target| Some((target, gate(facts, target)?))) {
        let message = format!("not logged in: the answer is a page that leads on to the login at {host}, in front of the application");
        let finding = Finding::fail(Strength::Likely, message).proof(Place::ResponseBody, Span::of(lower, target), "where the page leads");
        return Some(finding.fixed_by(past_gate()));
    }
    let leads = target.is_some_and(|target| is_login_path(path_of(target)));
    (leads || is_titled_login(lower)).then(|| {
        let message = "not logged in: the server answers with a page that leads to its login";
        Finding::fail(Strength::Plausible, message).proof(Place::ResponseBody, None, "a page that leads to the login").fixed_by(log_in())
    })
}

/// Where a page, in lower case, sends the browser by itself: `<meta http-equiv="refresh" …>`, or a script that sets the location.
fn onward(page: &str) -> Option<&str> {
    let by_meta = page.split_once("http-equiv").and_then(|(_, rest)| rest.split_once("url="));
    let ways = ["location.href", "location.replace", "location.assign", "window.location", "document.location"];
    let (_, rest) = by_meta.or_else(|| ways.iter().find_map(|way| page.split_once(way)))?;
    let target = rest.trim_start_matches(|c: char| c.is_whitespace() || "=('\"`".contains(c));
    target.split(|c: char| c.is_whitespace() || "'\"`>)".contains(c)).next()
}

/// A page titled as a login, with a success status, in answer to a call of an API: many fill in their fields by script.
fn page_for_data(facts: &Facts) -> Option<Finding> {
    titled_for_data(facts).then(|| {
        let message =
            format!("not logged in: the answer {} is a login page instead of data, although the status says success", facts.status());
        let at = facts.lower_body().find("<title").map(|at| Span::new(at, at + "<title".len()));
        Finding::fail(Strength::Contradiction, message).proof(Place::ResponseBody, at, "a page titled as a login").fixed_by(
            if facts.carries_credential() {
                Fix::action("Check the credential and its header: a program is sent to this page when the service does not accept them")
            } else {
                log_in()
            },
        )
    })
}

fn titled_for_data(facts: &Facts) -> bool {
    let headers = &facts.request.headers;
    let wants_data = headers.get("accept").is_some_and(|accept| accept.contains("json"))
        || headers.get("content-type").is_some_and(|kind| kind.contains("json"))
        || facts.authorizations.iter().any(|a| !a.value.trim().is_empty());
    facts.standing == Standing::Accepted
        && facts.answers_html()
        && facts.log_in().is_none()
        && wants_data
        && !is_login_path(facts.request.path())
        && (is_titled_login(facts.lower_body()) || facts.page().is_some_and(|page| page.layer == Layer::SignOn))
}

/// True when a 2xx answer is a login page that was not asked for.
pub(super) fn page_instead(facts: &Facts) -> bool {
    if titled_for_data(facts) {
        return true;
    }
    if facts.standing != Standing::Accepted
        || !facts.answers_html()
        || password_input(facts.lower_body()).is_none()
        || facts.log_in().is_some()
    {
        return false;
    }
    let path = facts.request.path();
    let sent_here = facts.context.previous.last().is_some_and(|before| (300..400).contains(&before.status))
        || facts.answer.is_some_and(|a| !a.hops.is_empty());
    let other_expected = facts.context.url.iter().all(|url| !facts.request.url.starts_with(url.as_str())) && !facts.context.url.is_empty();
    let asked_for_data = facts.request.headers.get("accept").is_some_and(|accept| accept.contains("json"));
    sent_here || other_expected || !is_login_path(path) && (asked_for_data || is_titled_login(facts.lower_body()))
}

/// True when a page, in lower case, has the title or first heading of a login: many a page has a password field in a corner.
fn is_titled_login(lower: &str) -> bool {
    let inner = |open: &str, close: &str| {
        let from = lower.find(open)? + open.len();
        lower.get(from..from + lower[from..].find(close)?)
    };
    let heads = [inner("<title", "</title"), inner("<h1", "</h1")];
    heads.into_iter().flatten().any(|head| {
        ["log in", "login", "log-in", "sign in", "signin", "sign-in", "anmeld", "connexion"].iter().any(|word| head.contains(word))
    })
}

/// Where a page has a password input: the word `password` in `type="password"`.
fn password_input(lower: &str) -> Option<usize> {
    ["type=\"password\"", "type='password'", "type=password"]
        .iter()
        .filter_map(|field| lower.find(field))
        .min()
        .and_then(|at| lower[at..].find("password").map(|inner| at + inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn password_fields() {
        assert_eq!(password_input("<input name=\"p\" type=\"password\">"), Some(22));
        assert_eq!(password_input("<input type=password>"), Some(12));
        assert_eq!(password_input("forgot your password?"), None);
    }
}
