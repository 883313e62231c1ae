//! `--format json` of `check`: a contract, documented in the README and held by tests.

use serde_json::{Value, json};

use super::check::Checked;
use crate::checks::mask::Masker;
use crate::checks::{Cause, Evidence, Fix, FixKind};
use crate::domain::exchange::Exchange;

/// The JSON contract.
pub fn report(checked: &[Checked], reveal: bool) -> Value {
    let exchanges: Vec<Value> = checked
        .iter()
        .map(|c| {
            let masker = if reveal { Masker::reveal() } else { Masker::of(&c.exchange) };
            json!({
                "source": c.exchange.source,
                "name": masker.hide(&c.exchange.title()),
                "method": masker.hide(&c.exchange.request.method),
                "url": masker.hide(&c.exchange.request.url),
                "status": c.exchange.answer.as_ref().map(|a| a.status),
                "decided": c.report.decided,
                "causes": c.report.causes.iter().map(|cause| cause_json(cause, &c.exchange, &masker)).collect::<Vec<_>>(),
                "needs": c.report.needs.iter().map(|need| masker.hide(need)).collect::<Vec<_>>(),
                "checks": c.report.checks.iter().map(|e| json!({
                    "id": e.check.id,
                    "outcome": e.finding.outcome.word(),
                    "message": masker.hide(&e.finding.message),
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({ "version": 1, "exchanges": exchanges })
}

fn cause_json(cause: &Cause, exchange: &Exchange, masker: &Masker) -> Value {
    let mut value = json!({
        "id": cause.check.id,
        "confidence": cause.confidence,
        "summary": masker.hide(&cause.summary),
        "evidence": cause.evidence.iter().map(|e| evidence_json(e, exchange, masker)).collect::<Vec<_>>(),
    });
    if let Some(fix) = &cause.fix {
        value["fix"] = fix_json(fix, masker);
    }
    value
}

fn evidence_json(evidence: &Evidence, exchange: &Exchange, masker: &Masker) -> Value {
    let mut value = json!({ "in": evidence.place.word() });
    if let Some(name) = evidence.place.header_name(exchange) {
        value["header"] = json!(name);
    }
    if let Some(span) = evidence.span {
        value["start"] = json!(span.start);
        value["end"] = json!(span.end);
    }
    value["text"] = json!(masker.hide(&evidence.text));
    value
}

fn fix_json(fix: &Fix, masker: &Masker) -> Value {
    let mut value = json!({ "title": masker.hide(&fix.title), "kind": fix.word() });
    if let FixKind::Configuration { server, line } = &fix.kind {
        value["server"] = json!(server);
        value["line"] = json!(masker.hide(line));
    }
    value
}
