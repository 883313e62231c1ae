//! What must not change a verdict: other words for the same refusal, other names, another order, a header that means nothing.

use authtui::checks::{Cause, Evidence, Family, Outcome, Place, Report, Strength};
use authtui::domain::exchange::Exchange;
use authtui::domain::headers::Header;
use authtui::domain::response::Response;

use super::score::Kind;
use super::{JUDGED, Judged, alone, in_halves};

/// What servers say whatever is wrong.
const GENERIC: [&str; 10] = [
    "",
    "Unauthorized",
    "Access denied",
    "{\"message\":\"Unauthorized\"}",
    "{\"error\":\"invalid_token\"}",
    "{\"detail\":\"Invalid token.\"}",
    "{\"message\":\"Invalid credentials\"}",
    "{\"error\":\"The token is expired, revoked, malformed, or invalid for other reasons.\"}",
    "{\"errors\":[\"permission denied\"]}",
    "<html><body>Session expired or invalid</body></html>",
];

/// The first cause, when it rests on bytes of the request or its token alone.
fn shown(report: &Report) -> Option<&Cause> {
    let top = report.causes.first().filter(|_| report.decided)?;
    let finding = &report.checks.iter().find(|e| e.check.id == top.check.id)?.finding;
    let is_own = |place| {
        matches!(
            place,
            Place::RequestLine
                | Place::RequestHeaderName(_)
                | Place::RequestHeader(_)
                | Place::RequestBody
                | Place::Claims
                | Place::TokenHeader
        )
    };
    // Which tool usually does it is advice, and no proof.
    let is_advice = |evidence: &Evidence| evidence.place == Place::Context && evidence.text.starts_with("usual origin: ");
    let is_shown = finding.outcome == Outcome::Fail
        && finding.strength == Strength::Contradiction
        && finding.evidence.iter().all(|e| is_own(e.place) || is_advice(e));
    is_shown.then_some(top)
}

pub(super) fn first(report: &Report) -> Option<&'static str> {
    report.causes.first().map(|cause| cause.check.id)
}

/// The exchange with another answer.
pub(super) fn answered(exchange: &Exchange, change: impl FnOnce(&mut Response)) -> Exchange {
    let mut changed = exchange.clone();
    if let Some(answer) = &mut changed.answer {
        change(answer);
    }
    changed
}

/// Asks of every exchange that `is_meant` names whether each of its variants gives the same first cause.
pub(super) fn hold(
    is_meant: impl Fn(&Judged) -> bool,
    variants: impl Fn(usize, &Exchange) -> Vec<(String, Exchange)> + Sync,
) -> (usize, Vec<String>) {
    let judged: Vec<_> = JUDGED.iter().filter(|judged| is_meant(judged)).collect();
    let changes = in_halves(&judged, |number, judged| {
        let differing = variants(number, judged.exchange).into_iter().filter_map(|(what, exchange)| {
            let (was, is) = (first(&judged.report), first(&alone(&exchange)));
            (was != is).then(|| format!("{}[{}]: {was:?} became {is:?} {what}", judged.file.name, judged.number))
        });
        differing.collect()
    });
    (judged.len(), changes)
}

/// True when the verdict rests on bytes, and not on words that raised them: without any it is the same.
fn is_shown(judged: &Judged) -> bool {
    // An answer with a status of success refuses by its words alone.
    let is_denied = judged.exchange.answer.as_ref().is_none_or(|answer| answer.status >= 300);
    judged.truth.kind == Kind::Fault && is_denied && shown(&judged.report).is_some() && first(&judged.report) == first(&judged.mute)
}

/// True when the status says nothing more: no rule of a front server is known, and a credential is what was judged.
fn is_of_the_credential(judged: &Judged) -> bool {
    let family = judged.report.causes.first().map(|cause| cause.check.family);
    let is_denied = judged.exchange.answer.as_ref().is_some_and(|a| matches!(a.status, 401 | 403));
    let is_sent = judged.exchange.request.headers.has("authorization");
    is_shown(judged)
        && is_denied
        && is_sent
        && judged.exchange.context.config.is_none()
        && matches!(family, Some(Family::Credentials | Family::Token))
}

#[test]
fn what_bytes_show_stays_whatever_the_server_says() {
    let (all, changes) = hold(is_shown, |_, exchange| {
        GENERIC.iter().map(|text| (format!("when the answer says {text:?}"), saying(exchange, text))).collect()
    });
    assert!(all > 600, "only {all} verdicts rest on bytes");
    assert!(changes.is_empty(), "{} of {all}:\n{}", changes.len(), changes.join("\n"));
}

/// The exchange with a body that says nothing of the fault, and no word of it in the challenge.
fn saying(exchange: &Exchange, text: &str) -> Exchange {
    answered(exchange, |answer| {
        answer.body = text.into();
        for header in answer.headers.0.iter_mut().filter(|h| h.is("www-authenticate")) {
            header.value = without_words(&header.value);
        }
    })
}

/// A challenge with its scheme and realm, and nothing about the fault.
fn without_words(challenge: &str) -> String {
    let mut kept = challenge.to_string();
    for name in ["error_description=\"", "error_uri=\""] {
        while let Some(at) = kept.find(name) {
            let end = kept[at + name.len()..].find('"').map_or(kept.len(), |end| at + name.len() + end + 1);
            let start = kept[..at].trim_end_matches([' ', ',']).len();
            kept.replace_range(start..end, "");
        }
    }
    kept
}

#[test]
fn what_bytes_show_stays_under_the_status_of_a_neighbour() {
    let (all, changes) = hold(is_of_the_credential, |_, exchange| {
        let other = exchange.answer.as_ref().map_or(401, |a| if a.status == 401 { 403 } else { 401 });
        let statuses = [400, other].into_iter();
        statuses.map(|status| (format!("under {status}"), answered(exchange, |answer| answer.status = status))).collect()
    });
    assert!(all > 400, "only {all} verdicts rest on bytes");
    assert!(changes.is_empty(), "{} of {all}:\n{}", changes.len(), changes.join("\n"));
}

#[test]
fn names_of_products_and_realms_prove_nothing() {
    let (all, changes) = hold(is_shown, |_, exchange| {
        let changed = answered(exchange, |answer| {
            for header in &mut answer.headers.0 {
                if header.is("server") || header.is("x-powered-by") {
                    header.value = "sirius/1.0".into();
                }
                if header.is("www-authenticate") && !header.value.starts_with("Digest") {
                    header.value = another_realm(&header.value);
                }
            }
        });
        vec![("under other names".into(), changed)]
    });
    assert!(all > 600, "only {all} verdicts rest on bytes");
    assert!(changes.is_empty(), "{} of {all}:\n{}", changes.len(), changes.join("\n"));
}

fn another_realm(challenge: &str) -> String {
    let Some(start) = challenge.find("realm=\"").map(|at| at + 7) else { return challenge.into() };
    let end = challenge[start..].find('"').map_or(challenge.len(), |end| start + end);
    format!("{}sirius{}", &challenge[..start], &challenge[end..])
}

#[test]
fn headers_that_mean_nothing_and_their_order_change_nothing() {
    let (all, changes) = hold(
        |_| true,
        |_, exchange| {
            let mut more = exchange.clone();
            more.request.headers.0.push(Header { name: "X-Request-Id".into(), value: "6f1b2c".into() });
            let mut turned = exchange.clone();
            turned.request.headers.0.reverse();
            let names = || exchange.request.headers.0.iter().map(|h| h.name.to_ascii_lowercase());
            let is_unique = names().collect::<std::collections::BTreeSet<_>>().len() == names().count();
            let more = ("with a harmless header".to_string(), more);
            if is_unique { vec![more, ("in another order".into(), turned)] } else { vec![more] }
        },
    );
    assert!(all > 1_500, "only {all} exchanges");
    assert!(changes.is_empty(), "{} of {all}:\n{}", changes.len(), changes.join("\n"));
}

#[test]
fn what_was_accepted_stays_accepted_whatever_the_body_says() {
    let is_accepted = |judged: &Judged| judged.truth.kind == Kind::Healthy && judged.report.causes.is_empty();
    let (all, changes) = hold(is_accepted, |number, exchange| {
        let texts = ["Unauthorized", "{\"message\":\"Invalid credentials\"}", "{\"errors\":[\"permission denied\"]}"];
        let text = texts[number % texts.len()];
        vec![(format!("when the body says {text:?}"), answered(exchange, |answer| answer.body = text.into()))]
    });
    assert!(all > 100, "only {all} exchanges were accepted");
    assert!(changes.is_empty(), "{} of {all}:\n{}", changes.len(), changes.join("\n"));
}
