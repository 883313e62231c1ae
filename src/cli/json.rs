//! `--format json` of `check`: a contract, documented in the README and held by tests.
//!
//! It is written from borrowed rows: a tree of values for eighty checks of a thousand exchanges took longer than the checks.

use serde::Serialize;

use super::check::Checked;
use crate::checks::mask::Masker;
use crate::checks::{Cause, Evidence, Examined, Fix, FixKind};
use crate::domain::exchange::Exchange;

#[derive(Serialize)]
struct Row<'a> {
    source: &'a str,
    name: String,
    method: String,
    url: String,
    status: Option<u16>,
    decided: bool,
    causes: Vec<CauseRow<'a>>,
    needs: Vec<String>,
    checks: Vec<CheckRow>,
}

#[derive(Serialize)]
struct CauseRow<'a> {
    id: &'static str,
    confidence: f64,
    summary: String,
    evidence: Vec<EvidenceRow<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixRow<'a>>,
}

#[derive(Serialize)]
struct EvidenceRow<'a> {
    #[serde(rename = "in")]
    place: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<usize>,
    text: String,
}

#[derive(Serialize)]
struct FixRow<'a> {
    title: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
}

#[derive(Serialize)]
struct CheckRow {
    id: &'static str,
    outcome: &'static str,
    message: String,
}

#[derive(Serialize)]
struct Contract<'a> {
    version: u8,
    exchanges: Vec<Row<'a>>,
}

/// The JSON contract as text.
///
/// # Errors
/// Never for what the checks give; the writer of JSON has an error type.
pub fn report(checked: &[Checked], reveal: bool) -> serde_json::Result<String> {
    let exchanges = checked.iter().map(|c| row(c, &if reveal { Masker::reveal() } else { Masker::of(&c.exchange) })).collect();
    serde_json::to_string_pretty(&Contract { version: 1, exchanges })
}

fn row<'a>(checked: &'a Checked, masker: &Masker) -> Row<'a> {
    let Checked { exchange, report } = checked;
    let check = |e: &Examined| CheckRow { id: e.check.id, outcome: e.finding.outcome.word(), message: masker.hide(&e.finding.message) };
    Row {
        source: &exchange.source,
        name: masker.hide(&exchange.title()),
        method: masker.hide(&exchange.request.method),
        url: masker.hide(&exchange.request.url),
        status: exchange.answer.as_ref().map(|a| a.status),
        decided: report.decided,
        causes: report.causes.iter().map(|c| cause(c, exchange, masker)).collect(),
        needs: report.needs.iter().map(|need| masker.hide(need)).collect(),
        checks: report.checks.iter().map(check).collect(),
    }
}

fn cause<'a>(cause: &'a Cause, exchange: &'a Exchange, masker: &Masker) -> CauseRow<'a> {
    CauseRow {
        id: cause.check.id,
        confidence: cause.confidence,
        summary: masker.hide(&cause.summary),
        evidence: cause.evidence.iter().map(|e| evidence(e, exchange, masker)).collect(),
        fix: cause.fix.as_ref().map(|f| fix(f, masker)),
    }
}

fn evidence<'a>(evidence: &Evidence, exchange: &'a Exchange, masker: &Masker) -> EvidenceRow<'a> {
    EvidenceRow {
        place: evidence.place.word(),
        header: evidence.place.header_name(exchange),
        start: evidence.span.map(|s| s.start),
        end: evidence.span.map(|s| s.end),
        text: masker.hide(&evidence.text),
    }
}

fn fix<'a>(fix: &'a Fix, masker: &Masker) -> FixRow<'a> {
    let (server, line) = match &fix.kind {
        FixKind::Configuration { server, line } => (Some(server.as_str()), Some(masker.hide(line))),
        _ => (None, None),
    };
    FixRow { title: masker.hide(&fix.title), kind: fix.word(), server, line }
}
