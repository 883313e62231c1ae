//! `--format github`: workflow commands of GitHub Actions, which show each failure beside its line.

use super::report_format::{Case, CaseCounts, CaseFormat, CaseResult};

/// One command per request that was not accepted.
pub const FORMAT: CaseFormat = CaseFormat { write: document, has_lines: true, has_details: false };

fn document(cases: &[Case]) -> String {
    let commands: String = cases.iter().map(command).collect();
    format!("{commands}{}\n", CaseCounts::of(cases).sentence())
}

fn command(case: &Case) -> String {
    let (level, title, text) = match &case.result {
        CaseResult::Passed | CaseResult::Skipped(_) => return String::new(),
        CaseResult::Failed { id, message, fix, .. } => {
            let fix = fix.as_ref().map_or_else(String::new, |fix| format!("\nFix: {fix}"));
            ("error", format!("{}: {id}", case.name), format!("{message}{fix}"))
        }
        CaseResult::Error(trouble, why) => ("warning", format!("{}: {}", case.name, trouble.title()), why.clone()),
    };
    let line = case.line.map_or_else(String::new, |line| format!(",line={line}"));
    format!("::{level} file={}{line},title={}::{}\n", property(&case.source), property(&title), data(&text))
}

/// A text behind the colons.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A text before them.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
