//! `--format markdown`: a page for a job's summary or an issue.

use super::report_format::{Case, CaseCounts, CaseFormat, CaseResult};
use crate::formats::markup::plain;

/// A table of all requests, and what was found of each that was not accepted.
pub const FORMAT: CaseFormat = CaseFormat { write: document, has_lines: false, has_details: false };

fn document(cases: &[Case]) -> String {
    let head = "| | request | status | cause | fix |\n|---|---|---|---|---|\n";
    let rows: String = cases.iter().map(row).collect();
    format!("# Checked requests\n\n{}.\n\n{head}{rows}", CaseCounts::of(cases).sentence())
}

fn row(case: &Case) -> String {
    let status = case.status.map_or_else(|| "–".to_string(), |status| status.to_string());
    let (mark, cause, fix) = match &case.result {
        CaseResult::Passed => ("✓", String::new(), String::new()),
        CaseResult::Skipped(why) => ("–", plain(why), String::new()),
        CaseResult::Error(trouble, why) => ("!", format!("{}: {}", trouble.title(), plain(why)), String::new()),
        CaseResult::Failed { id, message, fix, .. } => {
            ("✗", format!("`{id}`: {}", plain(message)), plain(fix.as_deref().unwrap_or_default()))
        }
    };
    format!("| {mark} | {}: {} | {status} | {cause} | {fix} |\n", plain(&case.source), plain(&case.name))
}
