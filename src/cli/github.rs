//! `--format github`: workflow commands of GitHub Actions, which show each failure beside its line.

use super::case;
use super::report_format::{Case, CaseResult, Document, ReportFormat};

/// One command per request that was not accepted.
pub const FORMAT: ReportFormat = ReportFormat {
    begin: "",
    between: "",
    end: "",
    nothing: "",
    write: |out, exchange, report, masker, beside| out.extend_from_slice(command(&case::of(exchange, report, masker, beside)).as_bytes()),
    has_summary: false,
    case: Some(command),
    document: Some(|commands, counts: &Document| {
        let Document { tests, failures, errors, skipped } = counts;
        format!("{commands}{tests} requests: {failures} refused, {errors} not sent, {skipped} left out\n")
    }),
};

fn command(case: &Case) -> String {
    let (level, title, text) = match &case.result {
        CaseResult::Passed | CaseResult::Skipped(_) => return String::new(),
        CaseResult::Failed { id, message, fix, .. } => {
            let fix = fix.as_ref().map_or_else(String::new, |fix| format!("\nFix: {fix}"));
            ("error", format!("{}: {id}", case.name), format!("{message}{fix}"))
        }
        CaseResult::Error(why) => ("warning", format!("{}: not sent", case.name), why.clone()),
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
