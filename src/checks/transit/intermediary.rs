//! `answered-by-intermediary`

use crate::checks::check::check;
use crate::checks::facts::answerer::Answerer;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing};
use crate::checks::intermediaries::{Layer, TABLE};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::span::Span;

check! {
    /// The answer comes from a gateway, CDN or firewall, not from the application.
    ///
    /// # What it looks at
    /// Status 502, 503 and 504, error pages of reverse proxies (nginx, Apache, Cloudflare and others), headers that only
    /// their own answers have, and the block pages of firewalls and web filters. Also whether the address, method or user
    /// agent looks like an attack.
    ///
    /// # Why a server answers 401 to it
    /// The application never saw the request, or could not be reached. Another credential does not help.
    ///
    /// # How to prove it
    /// The application's log has no line for this request.
    ///
    /// # How to fix it
    /// Ask the people who run the gateway. Or change what the filter objects to: quotes in a query, an unusual user agent or
    /// method.
    ///
    /// # Example
    /// `403` with nginx's own page from an API that answers in JSON.
    ///
    /// # References
    /// RFC 9110 sections 15.6.3 to 15.6.5.
    INTERMEDIARY = "answered-by-intermediary", Address,
    stage: Way, topics: [Filter],
    run: look
}

/// What filters take for an attack, in a decoded and lower-cased address.
const ATTACKS: [&str; 18] = [
    "' or ",
    "'or'",
    "' or'",
    "union select",
    "union all select",
    "../",
    "..\\",
    "/etc/passwd",
    "<script",
    "javascript:",
    "; drop ",
    "sleep(",
    "benchmark(",
    "${jndi:",
    "cmd.exe",
    "/bin/sh",
    "information_schema",
    "onerror=",
];

/// The front server whose own page the answer is.
pub fn own_page(facts: &Facts) -> Option<&'static str> {
    facts.page().map(|page| page.of.as_str())
}

/// The title of a page that says that the request was blocked.
fn blocked_title(facts: &Facts) -> Option<Span> {
    if !facts.answers_html() || facts.status() < 400 {
        return None;
    }
    let body = facts.lower_body();
    let start = body.find("<title>")? + "<title>".len();
    let title = &body[start..start + body[start..].find("</title>")?];
    let is_of_request = title.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word == "blocked")
        && !["account", "user", "login"].iter().any(|word| title.contains(word));
    is_of_request.then(|| Span::new(start, start + title.len()))
}

/// A front server that takes no body with this method, by its own answer, and a request with one.
fn body_refused(facts: &Facts) -> Option<Finding> {
    let (front, index) = TABLE.made_by(&facts.answer?.headers).filter(|_| facts.status() == 403 && !facts.request.body.is_empty())?;
    let method = front.without_body.iter().find(|method| **method == facts.request.method)?;
    Some(
        Finding::fail(Strength::Stated, format!("{} refuses every {method} with a body, and this one has one", front.name))
            .proof(Place::RequestBody, None, "the body")
            .proof(Place::ResponseHeader(index), None, front.name.clone())
            .fixed_by(Fix::action("Send the request without a body, not even an empty object")),
    )
}

fn look(facts: &Facts) -> Finding {
    if facts.answer.is_none() {
        return Finding::not_applicable();
    }
    if facts.standing == Standing::Accepted {
        return Finding::pass("the request was accepted");
    }
    let page = own_page(facts);
    let answerer = facts.answerer().filter(|a| a.is_before_application());
    let fix = || Fix::action("Ask the people who run the gateway, or change what its filter objects to");
    if let Some(word) = facts.word(Topic::Filter).filter(|w| w.specific) {
        return Finding::fail(Strength::Stated, "a filter or firewall refuses the request, not the application itself")
            .proof(word.place, word.span, facts.quote(word))
            .fixed_by(fix());
    }
    let refused_by = |answerer: &Answerer, what: &str| {
        let name = answerer.called();
        Finding::fail(Strength::Stated, format!("the {what} is {name}'s own: it refuses the request, not the application"))
            .proof(answerer.place, None, format!("the {what} of {name}"))
            .fixed_by(fix())
    };
    let refusing = answerer.filter(|a| a.refuses);
    if let Some(answerer) = refusing.filter(|a| a.place == Place::ResponseBody) {
        return refused_by(answerer, "page");
    }
    if let Some(title) = blocked_title(facts) {
        return Finding::fail(
            Strength::Likely,
            "the answer is a page that says the request was blocked: a filter refuses it, not the application",
        )
        .proof(Place::ResponseBody, title, "the page's title")
        .fixed_by(fix());
    }
    let status = facts.status();
    if matches!(status, 502..=504 | 520..=527) {
        let who = page.unwrap_or("a gateway");
        return Finding::fail(Strength::Contradiction, format!("{who} answers {status}: it could not get an answer from the application"))
            .proof(Place::ResponseStatus, None, status.to_string())
            .fixed_by(Fix::action("Check that the application is running, and that the gateway has its right address"));
    }
    let attack = || {
        let decoded = crate::checks::facts::form::decoded(&facts.request.url).to_ascii_lowercase();
        ATTACKS.iter().find(|attack| decoded.contains(**attack))
    };
    let start = facts.request.method.len() + 1;
    let line = Span::new(start, start + facts.request.url.len());
    if let Some(attack) = matches!(status, 400 | 403 | 406 | 501).then(attack).flatten() {
        return Finding::fail(Strength::Contradiction, format!("the address contains {attack:?}, which firewalls take for an attack"))
            .proof(Place::RequestLine, line, *attack)
            .fixed_by(Fix::action("Send that text in the body, or have the firewall's rule switched off for this path"));
    }
    let unusual = ["TRACE", "TRACK", "DEBUG", "CONNECT"].contains(&facts.request.method.to_ascii_uppercase().as_str());
    if unusual && matches!(status, 403 | 405 | 501) {
        return Finding::fail(Strength::Likely, format!("many proxies and firewalls refuse the method {}", facts.request.method))
            .proof(Place::RequestLine, Span::new(0, facts.request.method.len()), "the method")
            .fixed_by(fix());
    }
    if let Some(finding) = body_refused(facts) {
        return finding;
    }
    let agent = facts.request.headers.iter().find(|(_, h)| h.is("user-agent"));
    const TOOLS: [&str; 14] = [
        "sqlmap",
        "nikto",
        "nmap",
        "masscan",
        "zgrab",
        "dirbuster",
        "gobuster",
        "wpscan",
        "acunetix",
        "nessus",
        "scrapy",
        "libwww-perl",
        "python-urllib",
        "headlesschrome",
    ];
    if status == 403
        && let Some((i, h)) = agent
        && let Some(tool) = TOOLS.iter().find(|t| h.value.to_ascii_lowercase().contains(**t))
    {
        // Where a filter is seen at work; else it may as well be the application.
        let is_filtered = page.is_some() || answerer.is_some_and(|a| matches!(a.layer, Layer::Firewall | Layer::Cdn));
        let strength = if is_filtered { Strength::Likely } else { Strength::Possible };
        return Finding::fail(strength, format!("many firewalls refuse the user agent {tool:?}"))
            .proof(Place::RequestHeader(i), None, h.value.clone())
            .fixed_by(fix());
    }
    if let Some(answerer) = refusing {
        return refused_by(answerer, "answer");
    }
    if let (Some(who), 403, Some(named)) = (page, status, facts.noted_filter()) {
        let message =
            format!("the page is {who}'s own, and {named} is said to filter requests there: it refuses the request, not the application");
        return Finding::fail(Strength::Likely, message)
            .proof(Place::ResponseStatus, None, "403")
            .context(named.to_string())
            .fixed_by(Fix::action("Look into the filter's log for the rule that matched, and make an exception for this path"));
    }
    if let (Some(who), 403) = (page, status) {
        // A page of the front server at an API whose application takes tokens and speaks JSON.
        let strength = if facts.expects_jwt() { Strength::Likely } else { Strength::Unlikely };
        return Finding::fail(
            strength,
            format!("the error page is {who}'s own: probably a rule there refuses the request before the application sees it"),
        )
        .proof(Place::ResponseStatus, None, "403")
        .fixed_by(fix());
    }
    if let Some(answerer) = answerer.filter(|a| status == 403 && matches!(a.layer, Layer::Firewall | Layer::Cdn)) {
        return Finding::fail(Strength::Likely, format!("the answer was made by {}: a rule there refuses the request", answerer.called()))
            .proof(answerer.place, None, answerer.called())
            .fixed_by(fix());
    }
    match page {
        Some(who) => Finding::warn(Strength::Remark, format!("the error page is {who}'s own, not the application's")).proof(
            Place::ResponseBody,
            None,
            format!("the page of {who}"),
        ),
        None => Finding::pass("the answer is not the error page of a known gateway"),
    }
}
