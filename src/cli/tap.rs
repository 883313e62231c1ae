//! `--format tap`: the Test Anything Protocol, version 14.

use super::report_format::{Case, CaseFormat, CaseResult};

/// One test point per request; the plan comes last.
pub const FORMAT: CaseFormat = CaseFormat { write: document, has_lines: false, has_details: false };

fn document(cases: &[Case]) -> String {
    let points: String = cases.iter().map(point).collect();
    format!("TAP version 14\n{points}1..{}\n", cases.len())
}

fn point(case: &Case) -> String {
    let name = escaped(&format!("{}: {}", case.source, case.name));
    match &case.result {
        CaseResult::Passed => format!("ok - {name}\n"),
        CaseResult::Skipped(why) => format!("ok - {name} # SKIP {}\n", escaped(why)),
        CaseResult::Error(trouble, why) => {
            format!("not ok - {name}\n{}", block(&[("cause", trouble.id()), ("message", why), ("severity", "error")]))
        }
        CaseResult::Failed { id, message, fix, .. } => {
            let fix = fix.iter().map(|fix| ("fix", fix.as_str()));
            let rows: Vec<(&str, &str)> = [("cause", *id), ("message", message), ("severity", "fail")].into_iter().chain(fix).collect();
            format!("not ok - {name}\n{}", block(&rows))
        }
    }
}

/// A block of YAML: a text in double quotes is read as JSON has it.
fn block(rows: &[(&str, &str)]) -> String {
    let rows: String = rows.iter().map(|(name, value)| format!("  {name}: {}\n", serde_json::Value::from(*value))).collect();
    format!("  ---\n{rows}  ...\n")
}

/// `#` begins a directive.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('#', "\\#")
}
