//! `--format markdown`: a page for a job's summary or an issue.

use super::case;
use super::report_format::{Case, CaseResult, Document, ReportFormat};
use super::table::cell;

/// A table of all requests, and what was found of each that was not accepted.
pub const FORMAT: ReportFormat = ReportFormat {
    begin: "",
    between: "",
    end: "",
    nothing: "",
    write: |out, exchange, report, masker, beside| {
        let status = exchange.answer.as_ref().map_or_else(|| "–".to_string(), |answer| answer.status.to_string());
        out.extend_from_slice(row(&case::of(exchange, report, masker, beside), &status).as_bytes());
    },
    has_summary: false,
    case: Some(|case| row(case, "")),
    document: Some(document),
};

fn document(rows: &str, counts: &Document) -> String {
    let Document { tests, failures, errors, skipped } = counts;
    let head = "| | request | status | cause | fix |\n|---|---|---|---|---|\n";
    format!("# Checked requests\n\n{tests} requests: {failures} refused, {errors} not sent, {skipped} left out.\n\n{head}{rows}")
}

fn row(case: &Case, status: &str) -> String {
    let (mark, cause, fix) = match &case.result {
        CaseResult::Passed => ("✓", String::new(), String::new()),
        CaseResult::Skipped(why) => ("–", cell(why), String::new()),
        CaseResult::Error(why) => ("!", cell(why), String::new()),
        CaseResult::Failed { id, message, fix, .. } => {
            ("✗", format!("`{id}`: {}", cell(message)), cell(fix.as_deref().unwrap_or_default()))
        }
    };
    format!("| {mark} | {}: {} | {status} | {cause} | {fix} |\n", cell(&case.source), cell(&case.name))
}
