//! The checklist as text for people.

use std::collections::HashSet;
use std::io::{self, Write as _};

use super::report_format::{Beside, SendOutcome, StreamFormat};
use crate::checks::mask::Masker;
use crate::checks::{FixKind, Outcome, Report};
use crate::domain::exchange::Exchange;
use crate::domain::response::Response;
use crate::domain::visible::visible;
use crate::formats::variables::placeholders;

/// What matters of each checklist, separated by blank lines; the rest is counted.
pub const FORMAT: StreamFormat = StreamFormat {
    begin: "",
    between: "\n",
    end: "",
    nothing: "",
    // Writing to memory cannot fail.
    write: |out, exchange, report, masker, beside| drop(checklist(out, exchange, report, masker, beside, Extent::WhatMatters)),
    has_summary: true,
};

/// Whole checklists.
pub const EVERY_CHECK: StreamFormat = StreamFormat {
    write: |out, exchange, report, masker, beside| drop(checklist(out, exchange, report, masker, beside, Extent::Everything)),
    ..FORMAT
};

/// How much of a checklist is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// The causes, and faults beside them; warnings only where there is no cause to tell.
    WhatMatters,
    /// Every check that applies.
    Everything,
}

fn checklist(out: &mut Vec<u8>, exchange: &Exchange, report: &Report, masker: &Masker, beside: &Beside, extent: Extent) -> io::Result<()> {
    // A token that was read as a request has neither an address nor another header.
    let is_token = exchange.answer.is_none() && exchange.request.url.is_empty() && exchange.request.headers.iter().count() == 1;
    let status = exchange.answer.as_ref().map_or_else(
        || if is_token { "without a request" } else { "no response" }.to_string(),
        |a| format!("{} {}", a.status, masker.hide_in_text(&a.reason)),
    );
    // A name made from the address may contain a secret.
    let name = if is_token { "a token".into() } else { masker.title(exchange) };
    let number = beside.number.map_or_else(String::new, |number| format!(" {number}"));
    writeln!(out, "{}{number}: {}  {}", visible(&exchange.source), visible(&name), visible(status.trim()))?;
    if !is_token {
        writeln!(out, "  {} {}", visible(&masker.hide(&exchange.request.method)), visible(&masker.hide_in_url(&exchange.request.url)))?;
    }
    let why = |text: &str| visible(&masker.hide_in_text(text)).into_owned();
    match beside.sent {
        Some(SendOutcome::Skipped(reason)) => return writeln!(out, "  – left out: {}", why(reason)),
        Some(SendOutcome::NotSent(reason)) => return writeln!(out, "  ! not sent: {}", why(reason)),
        Some(SendOutcome::NoAnswer(reason)) => return writeln!(out, "  ! no answer: {}", why(reason)),
        Some(SendOutcome::Expected) if exchange.answer.as_ref().is_some_and(|answer| answer.status >= 400) => {
            return writeln!(out, "  ✓ answered as expected");
        }
        Some(SendOutcome::Unexpected(wanted)) if report.causes.is_empty() => {
            return writeln!(out, "  ✗ the status is to be {}, and nothing explains this one", why(wanted));
        }
        Some(SendOutcome::Cut { wanted, why: fault }) => {
            writeln!(out, "  ! the answer did not come whole: {}", why(fault))?;
            match wanted {
                None => return writeln!(out, "  ✓ answered as expected but for that"),
                Some(wanted) if report.causes.is_empty() => {
                    return writeln!(out, "  ✗ the status is to be {}, and nothing explains this one", why(wanted));
                }
                Some(_) => {}
            }
        }
        _ => {}
    }
    match report.causes.first() {
        None if report.is_unexplained => {
            let but = report.unjudged.as_ref().map_or_else(String::new, |why| format!("; {}", visible(&masker.hide(why))));
            writeln!(out, "  ? refused, and the cause cannot be told{but}")?;
            would_decide(out, report)?;
        }
        None => match (without_value(exchange, beside), report.unjudged.as_ref().filter(|_| !report.is_accepted)) {
            (Some(why), _) => writeln!(out, "  ? cannot be checked: {}", visible(&masker.hide(&why)))?,
            (None, Some(why)) => writeln!(out, "  ? nothing wrong found, but {}", visible(&masker.hide(why)))?,
            (None, None) if report.has_failure() => writeln!(out, "  ? no cause found, but not all is right:")?,
            (None, None) => writeln!(out, "  ✓ nothing wrong found")?,
        },
        Some(_) => causes(out, exchange, report, masker)?,
    }
    let named = |id: &str| report.causes.iter().any(|cause| cause.check.id == id);
    let is_told = !report.causes.is_empty() || exchange.answer.as_ref().is_some_and(Response::is_success);
    let mut folded = Vec::new();
    for outcome in [Outcome::Fail, Outcome::Warn, Outcome::Unknown, Outcome::Pass] {
        let is_news = outcome == Outcome::Fail || outcome == Outcome::Warn && !is_told;
        let checks = report.checks.iter().filter(|e| e.finding.outcome == outcome && !named(e.check.id));
        let (listed, rest): (Vec<_>, Vec<_>) = checks.partition(|e| extent == Extent::Everything || is_news && !report.is_remark(e));
        for e in listed {
            writeln!(out, "  {} {}: {}", outcome.mark(), e.check.id, visible(&masker.hide(&e.finding.message)))?;
        }
        folded.push((outcome, rest.len()));
    }
    let folded: Vec<String> = folded.into_iter().filter(|(_, count)| *count > 0).map(|(outcome, count)| counted(outcome, count)).collect();
    if folded.is_empty() { Ok(()) } else { writeln!(out, "  … {} (--all lists them)", folded.join(", ")) }
}

/// The cause, or the candidates; nothing without one.
pub(super) fn causes(out: &mut Vec<u8>, exchange: &Exchange, report: &Report, masker: &Masker) -> io::Result<()> {
    match report.causes.first() {
        None => {}
        Some(top) if report.decided => {
            writeln!(out, "  ✗ {} ({:.0} %)", top.check.id, top.confidence * 100.0)?;
            writeln!(out, "    {}", visible(&masker.hide(&top.summary)))?;
            for e in &top.evidence {
                let place = e
                    .place
                    .header_name(exchange)
                    .map_or_else(|| e.place.word().to_string(), |h| format!("{} {}", e.place.word(), visible(&masker.hide(h))));
                writeln!(out, "    in {place}: {}", visible(&masker.hide(&e.text)))?;
            }
            if let Some(fix) = &top.fix {
                writeln!(out, "    fix: {}", visible(&masker.hide(&fix.title)))?;
                if let FixKind::Configuration { server, line } = &fix.kind {
                    writeln!(out, "         {server}: {}", visible(&masker.hide(line)))?;
                }
            }
            for other in report.causes.iter().skip(1).take(2) {
                let (id, share) = (other.check.id, other.confidence * 100.0);
                writeln!(out, "    or {id} ({share:.0} %): {}", visible(&masker.hide(&other.summary)))?;
            }
        }
        Some(_) => {
            writeln!(out, "  ? undecided; candidates:")?;
            for cause in &report.causes {
                let (id, share) = (cause.check.id, cause.confidence * 100.0);
                writeln!(out, "    {id} ({share:.0} %): {}", visible(&masker.hide(&cause.summary)))?;
            }
            would_decide(out, report)?;
        }
    }
    Ok(())
}

fn would_decide(out: &mut Vec<u8>, report: &Report) -> io::Result<()> {
    report.needs.iter().try_for_each(|need| writeln!(out, "    would decide: {}", need.with_options()))
}

/// Which variables of a request that was not sent have no value, and where one may be.
fn without_value(exchange: &Exchange, beside: &Beside) -> Option<String> {
    if exchange.answer.is_some() {
        return None;
    }
    let request = &exchange.request;
    let texts =
        [request.url.as_str()].into_iter().chain(request.headers.iter().map(|(_, h)| h.value.as_str())).chain([request.body.as_str()]);
    let (mut names, mut known): (Vec<&str>, HashSet<&str>) = (Vec::new(), HashSet::new());
    for text in texts {
        for (span, name) in placeholders(text) {
            // What a tool makes up or asks for on sending needs no value.
            let name = span.cut(text).filter(|_| !name.starts_with(['$', '#']));
            if let Some(name) = name.filter(|name| known.insert(*name)) {
                names.push(name);
            }
        }
    }
    let have = match names.as_slice() {
        [] => return None,
        [_] => "has",
        _ => "have",
    };
    let choice = if beside.environments.is_empty() { String::new() } else { format!("; --env NAME: {}", beside.environments.join(", ")) };
    Some(format!("{} {have} no value{choice}", names.join(", ")))
}

fn counted(outcome: Outcome, count: usize) -> String {
    match (outcome, count) {
        // What the cause brings with it.
        (Outcome::Fail, _) => format!("{count} explained by the cause"),
        (Outcome::Warn, 1) => "1 warning".into(),
        (Outcome::Warn, _) => format!("{count} warnings"),
        (Outcome::Unknown, _) => format!("{count} undetermined"),
        (_, _) => format!("{count} passed"),
    }
}
