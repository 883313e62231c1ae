//! `--format sarif`: the Static Analysis Results Interchange Format, version 2.1.0 (OASIS), as code scanning of GitHub reads it.

use serde_json::{Value, json};

use super::case::{STATUS, UNDECIDED};
use super::report_format::{Case, CaseFormat, CaseResult, Trouble};
use crate::checks::catalogue::ALL;

/// The schema that the standard names.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// One result per request that was not accepted.
pub const FORMAT: CaseFormat = CaseFormat { write: document, has_lines: true, has_details: false };

fn document(cases: &[Case]) -> String {
    let results: Vec<Value> = cases.iter().filter_map(result).collect();
    let rule = |id: &str, text: &str, help: &str| json!({"id": id, "shortDescription": {"text": text}, "help": {"text": help}});
    let mut rules: Vec<Value> = ALL.iter().map(|check| rule(check.id, check.summary(), check.doc)).collect();
    rules.push(rule(UNDECIDED, "The request was refused, and no cause is likely enough.", "The candidates are named."));
    rules.push(rule(STATUS, "The status is not the expected one.", "`# @expect-status` in the request says which is."));
    rules.extend([
        rule(Trouble::NotSent.id(), "The request was not sent.", "The message says why."),
        rule(Trouble::NoAnswer.id(), "The request was sent and not answered.", "The server may have acted on it. The message says more."),
        rule(Trouble::Cut.id(), "The answer did not come whole.", "What came of it is judged. The message says what is wrong with it."),
    ]);
    let driver = json!({"name": "authtui", "version": env!("CARGO_PKG_VERSION"), "rules": rules});
    let run = json!({"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results});
    format!("{:#}\n", json!({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}))
}

fn result(case: &Case) -> Option<Value> {
    let (id, level, message) = match &case.result {
        CaseResult::Passed | CaseResult::Skipped(_) => return None,
        CaseResult::Failed { id, message, fix, .. } => {
            let fix = fix.as_ref().map_or_else(String::new, |fix| format!(" Fix: {fix}."));
            (*id, "error", format!("{}: {message}.{fix}", case.name))
        }
        CaseResult::Error(trouble, why) => (trouble.id(), "warning", format!("{}: {why}", case.name)),
    };
    let mut place = json!({"artifactLocation": {"uri": uri(&case.source)}});
    if let (Some(line), Some(place)) = (case.line, place.as_object_mut()) {
        place.insert("region".into(), json!({"startLine": line}));
    }
    Some(json!({"ruleId": id, "level": level, "message": {"text": message}, "locations": [{"physicalLocation": place}]}))
}

/// A path as a relative reference (RFC 3986).
fn uri(path: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');
    percent_encoding::utf8_percent_encode(path, KEPT).to_string()
}
