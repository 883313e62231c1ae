//! `instances-differ`

use std::cell::LazyCell;

use crate::checks::check::check;
use crate::checks::facts::{Facts, Standing};
use crate::checks::likeness::Likeness;
use crate::checks::session::frameworks::foreign_keys;
use crate::checks::siblings::Neighbor;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::history::Previous;

check! {
    /// The same credential is accepted and refused by turns.
    ///
    /// # What it looks at
    /// Other requests of the file with the same method, address and credential, those before this one, what the notes say of
    /// it, and a balancer in the configuration.
    ///
    /// # Why a server answers 401 to it
    /// Several instances answer for one address, and they do not agree: another key or secret, sessions in each one's own
    /// memory, a clock that is off, an old version that still runs.
    ///
    /// # How to prove it
    /// Send the request twenty times and count; headers or logs that name the instance show which one refuses.
    ///
    /// # How to fix it
    /// Give all instances the same keys and secrets, keep sessions where all can read them, and restart those that were left
    /// behind.
    ///
    /// # Example
    /// `200`, `401`, `200`, `401` to one request with one token.
    ///
    /// # References
    /// RFC 9110 section 3.3 (each request is independent).
    INSTANCES = "instances-differ", Address,
    stage: Elsewhere,
    explains: [
        "token-rejected", "basic-rejected", "signature-invalid", "key-unknown", "session-cookie-rejected",
        "header-stripped-by-proxy", "csrf-token-missing", "authorization-missing", "login-required"
    ],
    run: look
}

/// Words by which people say that there are several instances.
const SEVERAL: [&str; 12] =
    ["several", "farm", "instances", "replica", "pods", "load balanc", "nodes", "containers", "servers", "slots", "users", "scaled"];

/// Whether the notes, or what is known of the server, speak of several instances.
fn is_several(facts: &Facts) -> bool {
    let mut described = [&facts.context.notes, &facts.context.server].into_iter().flatten().map(|text| text.to_ascii_lowercase());
    described.any(|text| SEVERAL.iter().any(|word| text.contains(word)))
}

/// A token or cookie that was made with keys which this instance does not have: another one's, or its own before a restart.
fn of_foreign_keys(facts: &Facts, line: &str) -> Finding {
    let strength = if is_several(facts) { Strength::Stated } else { Strength::Plausible };
    Finding::suspect(
        strength,
        "the server does not have the keys with which the cookie or token was made: another instance's, or lost when it was started again",
    )
    .context(line.trim())
    .fixed_by(Fix::action("Keep the keys where all instances read them, and where they outlast a restart; then log in again"))
}

/// Words by which configurations send a caller to the same server every time.
const STICKY: [&str; 6] = ["ip_hash", "sticky", "stick-table", "stick on", "cookie ", "affinity"];

/// Whether the configuration shares requests out among several servers, and each may go to another one.
fn is_shared_out(facts: &Facts) -> bool {
    let Some(config) = facts.context.config.as_deref().map(str::to_ascii_lowercase) else { return false };
    let words: Vec<&str> = config.split(|c: char| c.is_whitespace() || matches!(c, ';' | '{' | '}' | ',')).collect();
    let of_balancer = ["upstream", "balance", "balancer", "backend"].iter().any(|word| words.contains(word));
    let servers = words.windows(2).filter(|pair| pair[0] == "server" && !pair[1].is_empty()).count();
    let is_many = |number: &str| number.parse::<u32>().is_ok_and(|number| number > 1);
    let replicas = words.windows(2).any(|pair| pair[0] == "replicas:" && is_many(pair[1]));
    (of_balancer && servers > 1 || replicas) && !STICKY.iter().any(|word| config.contains(word))
}

/// A session that the log-in before this request has just begun, refused behind a balancer that may ask another server now.
fn of_another_server(facts: &Facts) -> Option<Finding> {
    let is_log_in = |p: &Previous| p.method.eq_ignore_ascii_case("POST") && (200..400).contains(&p.status);
    let (index, pair) = facts.session().sent.first().filter(|_| facts.authorizations.is_empty() && is_shared_out(facts))?;
    facts.context.previous.iter().rev().find(|p| is_log_in(p))?;
    let message = format!(
        "the log-in worked, and {} is refused: behind the balancer another server answers, which does not know the session",
        pair.name
    );
    let finding = Finding::suspect(Strength::Likely, message).proof(Place::RequestHeader(*index), None, pair.name);
    let fix = Fix::action("Keep sessions where all servers read them, or let the balancer send a caller to the same server every time");
    Some(finding.context("requests are shared out among several servers").fixed_by(fix))
}

fn same_keys() -> Fix {
    Fix::action("Give all instances of the server the same keys, secrets and sessions, and look which one refuses")
}

/// What the notes say of it.
fn noted(facts: &Facts) -> Option<Finding> {
    let found = facts.noted_by_turns()?;
    let message = "the same request is accepted and refused by turns, say the notes: instances of the server differ";
    Some(Finding::fail(Strength::Likely, message).context(found).fixed_by(same_keys()))
}

/// Another request with the credential was refused and then accepted; or this one was just accepted, by a server of several instances.
fn by_turns_elsewhere(facts: &Facts) -> Option<Finding> {
    let previous = &facts.context.previous;
    let earlier: Vec<&Previous> = previous.iter().filter(|p| p.sent_authorization == Some(true)).collect();
    let is_taken = |p: &Previous| (200..300).contains(&p.status);
    let turned = earlier.iter().enumerate().find(|(at, first)| {
        let is_same = |p: &&&Previous| p.url == first.url && p.method == first.method && is_taken(p);
        matches!(first.status, 401 | 403) && earlier.iter().skip(at + 1).any(|p| is_same(&p))
    });
    if let Some((_, first)) = turned {
        let message =
            format!("{} {} was refused and then accepted with the credential: instances of the server differ", first.method, first.url);
        return Some(
            Finding::suspect(Strength::Likely, message).context("an earlier request, refused and then accepted").fixed_by(same_keys()),
        );
    }
    // A HEAD is judged as its GET is.
    let just_now =
        earlier.iter().find(|p| is_taken(p) && p.url == facts.request.url && p.method != facts.request.method && is_several(facts))?;
    let message = format!("{} of the same address was accepted with the credential, by a server of several instances", just_now.method);
    Some(Finding::suspect(Strength::Plausible, message).context("several instances").fixed_by(same_keys()))
}

fn look(facts: &Facts) -> Finding {
    if facts.is_refused()
        && facts.carries_credential()
        && let Some(line) = foreign_keys(facts)
    {
        return of_foreign_keys(facts, line);
    }
    let is_by_legs = facts.authorizations.iter().any(|a| ["digest", "ntlm", "negotiate", "dpop"].iter().any(|s| a.is(s)));
    let is_sent_to_login = facts.standing == Standing::Redirected && facts.login_redirect().is_some();
    if facts.standing != Standing::Refused && !is_sent_to_login || !facts.carries_credential() || is_by_legs {
        return Finding::not_applicable();
    }
    if !matches!(facts.status(), 401 | 403) {
        return noted(facts).unwrap_or_else(Finding::not_applicable);
    }
    let taken = |status: u16| match status {
        200..=299 => Some(true),
        401 | 403 => Some(false),
        _ => None,
    };
    let (before, after) = facts.siblings.map(|siblings| siblings.same_address(facts.request)).unwrap_or_default();
    let own = LazyCell::new(|| Likeness::of(facts.request));
    let status = |neighbor: Neighbor| {
        let taken = neighbor.exchange.answer.as_ref().and_then(|answer| taken(answer.status))?;
        neighbor.is_same(facts.request, *own).then_some(taken)
    };
    let is_here = |method: &str, url: &str| url == facts.request.url && method.eq_ignore_ascii_case(&facts.request.method);
    let earlier = facts.context.previous.iter().filter(|p| p.sent_authorization == Some(true) && is_here(&p.method, &p.url));
    let mut verdicts: Vec<bool> = earlier.filter_map(|p| taken(p.status)).collect();
    verdicts.extend(before.into_iter().filter_map(status));
    verdicts.push(false);
    verdicts.extend(after.into_iter().filter_map(status));
    let of_others = by_turns_elsewhere(facts);
    let turns = |from: bool, to: bool| verdicts.windows(2).filter(|pair| pair[0] == from && pair[1] == to).count();
    let count = verdicts.iter().filter(|taken| **taken).count();
    // Accepted and then refused may be an expiry; refused and then accepted, with the same bytes, is not.
    if turns(false, true) > 0 {
        let strength = if turns(true, false) > 0 { Strength::Contradiction } else { Strength::Plausible };
        return Finding::fail(
            strength,
            format!("of {} requests with this credential {count} were accepted, before and after one that was refused", verdicts.len()),
        )
        .proof(Place::ResponseStatus, None, facts.status().to_string())
        .context(format!(
            "the same request: {}",
            verdicts.iter().map(|t| if *t { "accepted" } else { "refused" }).collect::<Vec<_>>().join(", ")
        ))
        .fixed_by(same_keys());
    }
    if let Some(finding) = noted(facts).or(of_others).or_else(|| of_another_server(facts)) {
        return finding;
    }
    if verdicts.len() > 1 { Finding::pass("the same request is not accepted and refused by turns") } else { Finding::not_applicable() }
}
