//! `user-agent-refused`

use crate::checks::check::check;
use crate::checks::facts::authorization::Authorization;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing};
use crate::checks::intermediaries::{Layer, TABLE};
use crate::checks::services::KnownBy;
use crate::checks::services::schema::{Service, UserAgent};
use crate::checks::{Finding, Fix, Outcome, Place, Strength};
use crate::domain::exchange::Exchange;
use crate::domain::request::Edit;
use crate::domain::response::Response;
use crate::domain::span::Span;

check! {
    /// The server refuses the request because of its User-Agent.
    ///
    /// # What it looks at
    /// User-Agent: absent, the default of a library, or a browser's on a call that no page makes. Also what the answer or the
    /// notes say of it, and whether the same request works with another one.
    ///
    /// # Why a server answers 401 to it
    /// Services want to know who calls, and firewalls take the defaults of libraries for robots. A browser's name on a request
    /// with a token makes some servers ask for a CSRF token as well.
    ///
    /// # How to prove it
    /// Send the same request with another User-Agent: `curl -A "orders-sync/1.2 (ops@example.com)" URL`.
    ///
    /// # How to fix it
    /// Name your program and a way to reach you in User-Agent.
    ///
    /// # Example
    /// `403` to `User-Agent: Python-urllib/3.12`, and `200` to the same request from curl.
    ///
    /// # References
    /// RFC 9110 section 10.1.5.
    USER_AGENT = "user-agent-refused", Address,
    stage: Way, topics: [UserAgent],
    explains: ["token-rejected", "basic-rejected", "permission-refused", "header-stripped-by-proxy", "answered-by-intermediary"],
    run: look
}

fn look(facts: &Facts) -> Finding {
    if facts.standing != Standing::Refused {
        return Finding::not_applicable();
    }
    let agent = facts.request.headers.iter().find(|(_, h)| h.is("user-agent"));
    let found = |strength, message: String| {
        let finding = Finding::fail(strength, message);
        let line = Span::new(0, facts.request.method.len() + 1 + facts.request.url.len());
        let (finding, edit) = match agent {
            Some((index, h)) if !h.value.is_empty() => {
                (finding.proof(Place::RequestHeader(index), None, h.value.clone()), Edit::HeaderValue { index, value: NAMED.into() })
            }
            Some((index, _)) => (
                finding.proof(Place::RequestHeaderName(index), None, "an empty User-Agent"),
                Edit::HeaderValue { index, value: NAMED.into() },
            ),
            None => (
                finding.proof(Place::RequestLine, line, "no User-Agent follows this line"),
                Edit::AddHeader { name: "User-Agent".into(), value: NAMED.into() },
            ),
        };
        finding.fixed_by(Fix::edit("Name your program in User-Agent", vec![edit]))
    };
    if let Some(word) = facts.word(Topic::UserAgent).filter(|word| word.specific) {
        // What it asks for is seen to be missing.
        let is_missing = agent.is_none_or(|(_, h)| h.value.trim().is_empty());
        let strength = if is_missing { Strength::Contradiction } else { Strength::Stated };
        return found(strength, "the server refuses the request because of its User-Agent".into()).proof(
            word.place,
            word.span,
            facts.quote(word),
        );
    }
    let value = agent.map_or("", |(_, h)| h.value.trim());
    if let Some(other) = works_with(facts, value) {
        return found(Strength::Contradiction, format!("the same request was accepted with the User-Agent {other:?}"));
    }
    if let Some(said) = facts.noted_other_agent() {
        return found(Strength::Stated, "with another User-Agent the request works, say the notes".into()).context(said);
    }
    let service = facts.service();
    if let Some(said) = facts.noted_other_client().filter(|_| !facts.carries_credential() && facts.status() == 403)
        && let Some(name) = TABLE.library_agent(value)
    {
        let message = format!("another client gets an answer, say the notes, and {name:?} is the default of a library");
        return found(Strength::Likely, message).context(said);
    }
    if let Some(known) = service.filter(|k| k.service.user_agent == Some(UserAgent::Named) && facts.status() == 403)
        && let Some(name) = TABLE.library_agent(value)
    {
        let strength = if known.decides() && !facts.gives_another_reason() { Strength::Likely } else { Strength::Possible };
        return found(strength, format!("{} refuses {name:?}, the default of a library: it wants the program named", known.service.name));
    }
    if let Some(known) = service.filter(|k| value.is_empty() && k.service.user_agent.is_some())
        && matches!(facts.status(), 400 | 403)
    {
        // Most clients add one of their own, which a request that was written down by hand does not show; and a service that
        // refuses for it says so. An answer about something else is about something else.
        let strength = match (known.decides(), facts.gives_another_reason()) {
            (true, false) => Strength::Likely,
            (false, false) => Strength::Plausible,
            (_, true) => Strength::Unlikely,
        };
        let outcome = if strength < Strength::Plausible { Outcome::Warn } else { Outcome::Fail };
        return Finding { outcome, ..found(strength, format!("{} refuses requests without a User-Agent", known.service.name)) };
    }
    let is_browser = value.starts_with("Mozilla/");
    let headers = &facts.request.headers;
    if let Some(known) = service.filter(|k| k.by == KnownBy::Host && is_browser && is_of_a_program(facts, k.service))
        && facts.status() == 403
    {
        let strength = if facts.accepted_before().next().is_some() { Strength::Likely } else { Strength::Plausible };
        let name = &known.service.name;
        let strength = if facts.gives_another_reason() { strength.weakened() } else { strength };
        return found(
            strength,
            format!("a browser's User-Agent with a program's credential, where {name} asks programs to name themselves"),
        );
    }
    if is_browser && facts.says(Topic::Csrf) && !facts.authorizations.is_empty() && !headers.has("cookie") && !headers.has("origin") {
        return found(
            Strength::Plausible,
            "a CSRF refusal without a cookie: the server takes this call for a browser's, by its User-Agent".into(),
        );
    }
    if facts.status() != 403 {
        return Finding::pass("nothing shows that the User-Agent matters");
    }
    // The rule of a firewall or CDN speaks through its own answer, not in the application's JSON.
    let is_filtered = facts.answerer().is_some_and(|a| {
        matches!(a.layer, Layer::Cdn | Layer::Firewall | Layer::Proxy) && (a.is_maker || facts.answers_html() || facts.body().is_empty())
    });
    if let Some(span) = speaks_of_robots(facts).filter(|_| value.is_empty() || TABLE.library_agent(value).is_some()) {
        let whose = if value.is_empty() { "there is no User-Agent".to_string() } else { format!("{value:?} is the default of a library") };
        return found(Strength::Stated, format!("the answer refuses automated requests, and {whose}")).proof(
            Place::ResponseBody,
            span,
            span.cut(facts.body()).unwrap_or_default(),
        );
    }
    match TABLE.library_agent(value) {
        Some(name) if is_filtered => {
            found(Strength::Plausible, format!("{name:?} is the default of a library, which filters take for a robot"))
        }
        None if value.is_empty() && facts.is_known_good() && facts.answers_html() && headers.len() > 1 => {
            found(Strength::Plausible, "there is no User-Agent, and a page refuses what works elsewhere".into())
        }
        None if value.is_empty() && is_filtered && headers.len() > 1 => {
            found(Strength::Possible, "there is no User-Agent, and filters refuse requests without one".into())
        }
        _ => Finding::pass("nothing shows that the User-Agent matters"),
    }
}

/// True for a call that no page of a browser makes: the service wants its callers named, the scheme is one of its own, and nothing
/// of what browsers add is there.
fn is_of_a_program(facts: &Facts, service: &Service) -> bool {
    let is_own = |a: &Authorization| a.scheme.is_some() && !["bearer", "basic", "digest", "negotiate", "ntlm"].iter().any(|s| a.is(s));
    let of_browsers = ["cookie", "origin", "referer", "sec-fetch-mode", "sec-fetch-site"];
    service.user_agent == Some(UserAgent::Required)
        && facts.authorization().is_some_and(is_own)
        && !of_browsers.iter().any(|name| facts.request.headers.has(name))
}

/// Where a page of a few words says that it refuses robots: not one that asks a person to prove not to be one.
fn speaks_of_robots(facts: &Facts) -> Option<Span> {
    const ROBOTS: [&str; 8] = [
        "automated tool",
        "automated request",
        "automated access",
        "automated traffic",
        "automated client",
        "bots are not allowed",
        "scraping is not allowed",
        "crawlers are not allowed",
    ];
    let body = facts.lower_body();
    if ["captcha", "challenge-platform", "you are human"].iter().any(|word| body.contains(word)) {
        return None;
    }
    ROBOTS.iter().find_map(|words| body.find(words).map(|at| Span::new(at, at + words.len())))
}

/// What a fix writes: a program with a version.
const NAMED: &str = "my-client/1.0";

/// The User-Agent with which the same request was accepted.
fn works_with<'f>(facts: &'f Facts, own: &str) -> Option<&'f str> {
    let (before, after) = facts.siblings?.same_address(facts.request);
    let others = |request: &crate::domain::request::Request| {
        let kept = request.headers.iter().filter(|(_, h)| !h.is("user-agent"));
        kept.map(|(_, h)| (h.name.to_ascii_lowercase(), h.value.clone())).collect::<Vec<_>>()
    };
    let agent = |exchange: &'f Exchange| exchange.request.headers.get("user-agent").map(str::trim);
    let is_other = |exchange: &&'f Exchange| {
        let works = exchange.answer.as_ref().is_some_and(Response::is_success);
        works && agent(exchange).is_some_and(|a| a != own) && others(&exchange.request) == others(facts.request)
    };
    agent(before.into_iter().chain(after).map(|neighbor| neighbor.exchange).find(is_other)?)
}
