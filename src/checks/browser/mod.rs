//! What a browser refuses under the cross-origin rules (Fetch standard).

pub mod credentials;
pub mod hides_status;
pub mod known;
pub mod omits_credentials;
pub mod origin_not_allowed;
pub mod origin_refused;
pub mod preflight_omits_authorization;
pub mod preflight_refused;

use super::facts::cors::{Cors, CorsCase};
use super::facts::{Facts, Standing};
use super::{Evidence, Finding, Place, Strength};
use crate::domain::cors::{CorsRefusal, Rule, needs_preflight};
use crate::domain::span::Span;

/// A finding about one rule: how sure it is depends on whether other rules refuse before it.
fn refused(facts: &Facts, rank: usize, refusal: &CorsRefusal, what: &str) -> Finding {
    let cors = facts.cors();
    let strength = strength(facts, cors, rank, refusal);
    let message = format!("{what}: {}", refusal.rule);
    let finding = Finding::suspect(strength, message);
    with_evidence(finding, facts, refusal)
}

/// A browser stops at the first rule; a status that is not 2xx yields to a rule that the server did answer to.
fn strength(facts: &Facts, cors: &Cors, rank: usize, refusal: &CorsRefusal) -> Strength {
    let speaks =
        facts.answer.is_some_and(|a| a.headers.iter().any(|(_, h)| h.name.to_ascii_lowercase().starts_with("access-control-allow-")));
    let by_status = cors.refusals.iter().any(|r| matches!(r.rule, Rule::PreflightStatus(_) | Rule::PreflightRedirected(_)));
    let is_status = matches!(refusal.rule, Rule::PreflightStatus(_) | Rule::PreflightRedirected(_));
    // Of an answer that the server gave willingly it is the fault; a refusal may have its own cause.
    let is_of_cookies = matches!(refusal.rule, Rule::WildcardWithCredentials | Rule::CredentialsNotAllowed { .. });
    let keeps_to_wildcards = facts.request.headers.get("user-agent").is_some_and(known::keeps_to_wildcards);
    match &cors.case {
        CorsCase::Answered if is_of_cookies && facts.standing == Standing::Accepted => Strength::Contradiction,
        CorsCase::Answered if is_of_cookies => Strength::Plausible,
        // What a script asked for was there, and its page got nothing of it.
        CorsCase::Answered
            if matches!(refusal.rule, Rule::OriginDiffers { .. })
                && facts.standing == Standing::Accepted
                && facts.request.headers.get("sec-fetch-mode") == Some("cors") =>
        {
            Strength::Contradiction
        }
        CorsCase::Answered
            if matches!(refusal.rule, Rule::OriginDiffers { .. } | Rule::OriginAbsent | Rule::OriginSeveral { .. })
                && facts.standing == Standing::Accepted
                && facts.notes_name_cors() =>
        {
            Strength::Contradiction
        }
        CorsCase::Answered => Strength::Remark,
        CorsCase::Preflight(_) if is_status => {
            if speaks && cors.refusals.len() > 1 {
                Strength::Plausible
            } else {
                Strength::Contradiction
            }
        }
        CorsCase::Preflight(_) if by_status && !speaks => Strength::Unlikely,
        // A preflight that was refused has no CORS headers either.
        CorsCase::Blocked(None) if by_status && !is_status => Strength::Possible,
        // The standard and Chromium disagree, so that nothing here says what this browser did.
        CorsCase::Preflight(_) if matches!(refusal.rule, Rule::Header { wildcard: true, .. }) && !keeps_to_wildcards => Strength::Possible,
        _ if rank == 0 || by_status && rank == 1 => Strength::Contradiction,
        _ => Strength::Possible,
    }
}

fn with_evidence(finding: Finding, facts: &Facts, refusal: &CorsRefusal) -> Finding {
    let mut finding = finding;
    match (refusal.header, &facts.cors().case) {
        (Some(index), _) => {
            let value = facts.answer.and_then(|a| a.headers.0.get(index)).map_or("", |h| h.value.as_str());
            finding.evidence.push(Evidence::at(Place::ResponseHeader(index), Span::whole(value), value.trim()));
        }
        (None, CorsCase::Blocked(Some(line))) => finding.evidence.push(Evidence::context(format!("the browser says: {}", line.phrase))),
        (None, CorsCase::Blocked(None)) => {
            finding.evidence.push(Evidence::context(format!("the preflight for the same address: {}", refusal.rule)));
        }
        (None, _) => finding.evidence.push(Evidence::at(Place::ResponseStatus, None, refusal.rule.to_string())),
    }
    if let Some((index, header)) = facts.request.headers.all("origin").next() {
        finding.evidence.push(Evidence::at(Place::RequestHeader(index), Span::whole(&header.value), header.value.trim()));
    }
    finding
}

/// What to answer when no rule refuses: blocked without a reason stays open, the rest passes or does not apply.
/// `share` is how likely this rule is when a browser blocked a fetch and nothing says by which rule.
fn open(facts: &Facts, passed: &'static str, asks: bool, strength: Strength) -> Finding {
    let cors = facts.cors();
    match &cors.case {
        CorsCase::Blocked(None) if !asks || !seems_cors(facts) => Finding::not_applicable(),
        // The recorded preflight shows the rule, which is another one.
        CorsCase::Blocked(None) if !cors.refusals.is_empty() => Finding::pass(passed),
        CorsCase::Blocked(None) => {
            Finding::warn(strength, format!("the browser blocked the answer for {}; by which rule, its console would tell", cors.page()))
                .proof(Place::ResponseStatus, None, facts.answer.and_then(|a| a.failure.as_deref()).unwrap_or("no status"))
        }
        CorsCase::None | CorsCase::Blocked(Some(_)) => Finding::not_applicable(),
        _ if !asks => Finding::not_applicable(),
        _ => Finding::pass(passed),
    }
}

/// True when a blocked fetch may well have been blocked by these rules: it went to another origin, and the failure is the
/// one that browsers give for them rather than that of a name or a connection.
fn seems_cors(facts: &Facts) -> bool {
    let failure = facts.answer.and_then(|a| a.failure.as_deref()).unwrap_or_default();
    let other = failure.contains("ERR_") && !failure.contains("ERR_FAILED") && !failure.contains("ERR_BLOCKED_BY_RESPONSE");
    facts.standing == Standing::Blocked && facts.session().view.cross_origin() && !other && !is_part_of_page(facts)
}

/// True for what a page shows or runs, such as a picture, a style or a frame: no script reads its answer, and nobody logs in by it.
pub fn is_part_of_page(facts: &Facts) -> bool {
    let header = |name: &str| facts.request.headers.get(name).unwrap_or_default();
    let accepts = ["image/", "font/", "text/css", "audio/", "video/", "application/font"];
    let ends =
        ["png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "ico", "css", "woff", "woff2", "ttf", "otf", "eot", "mp4", "webm", "mp3"];
    let path = facts.request.path().split(['?', '#']).next().unwrap_or_default();
    matches!(header("sec-fetch-mode"), "no-cors" | "websocket")
        || !matches!(header("sec-fetch-dest"), "" | "empty" | "document")
        || accepts.iter().any(|kind| header("accept").starts_with(kind))
        || path.rsplit_once('.').is_some_and(|(_, end)| ends.iter().any(|known| end.eq_ignore_ascii_case(known)))
}

/// True when the exchange is a preflight, or a blocked fetch that a preflight comes before.
fn has_preflight(facts: &Facts) -> bool {
    match &facts.cors().case {
        CorsCase::Preflight(_) => true,
        CorsCase::Blocked(Some(line)) => line.preflight,
        CorsCase::Blocked(None) => needs_preflight(facts.request),
        _ => false,
    }
}
