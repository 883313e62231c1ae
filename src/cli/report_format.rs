//! The interface of the output formats of `check`.

use crate::checks::Report;
use crate::checks::mask::Masker;
use crate::domain::exchange::Exchange;

/// How reports are written: one by one, so that memory does not grow with their number.
#[derive(Debug)]
pub struct ReportFormat {
    /// Written before the first report.
    pub begin: &'static str,
    /// Written between two reports.
    pub between: &'static str,
    /// Written after the last report.
    pub end: &'static str,
    /// The whole output without reports.
    pub nothing: &'static str,
    /// Writes one report with its secrets masked.
    pub write: fn(&mut Vec<u8>, &Exchange, &Report, &Masker, &Beside),
    /// Writes one case, where the format has cases.
    pub case: Option<fn(&Case) -> String>,
    /// For a format that is more than its reports, one after the other: the whole of it, of the written reports and their counts.
    pub document: Option<fn(&str, &Document) -> String>,
    /// True when the number of refusals and their causes are written after the last report.
    pub has_summary: bool,
}

/// What is known of an exchange beside itself.
#[derive(Debug, Default)]
pub struct Beside<'a> {
    /// Its number in a file of several.
    pub number: Option<usize>,
    /// The environments that could be chosen for it.
    pub environments: &'a [&'a str],
    /// The line in its file, from 1.
    pub line: Option<usize>,
    /// What came of sending it.
    pub sent: Option<&'a SendOutcome>,
}

/// How many requests there are, and what came of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Document {
    pub tests: usize,
    pub failures: usize,
    /// Those that could not be judged.
    pub errors: usize,
    pub skipped: usize,
}

/// What `check --send` made of a request, besides its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// It was answered as it should be.
    Expected,
    /// It was answered, with another status than this.
    Unexpected(String),
    /// There is no answer, and why.
    NotSent(String),
    /// It was left out, and why.
    Skipped(String),
}

/// A case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The file.
    pub source: String,
    /// The line of the request in it, from 1; `None` where there is no file of lines.
    pub line: Option<usize>,
    pub name: String,
    /// Seconds that the answer took, if that is known.
    pub seconds: Option<String>,
    pub result: CaseResult,
}

/// What came of it. No text in it has a secret or a control character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseResult {
    Passed,
    Failed {
        /// The likeliest cause, `undecided`, or `status`.
        id: &'static str,
        /// One sentence.
        message: String,
        /// What to do about it, if that is known.
        fix: Option<String>,
        /// The checklist.
        detail: String,
    },
    /// It could not be judged.
    Error(String),
    Skipped(String),
}
