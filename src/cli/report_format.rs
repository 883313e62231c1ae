//! The interface of the output formats of `check`.

use crate::checks::Report;
use crate::checks::mask::Masker;
use crate::domain::exchange::Exchange;

/// How the result is written.
#[derive(Debug)]
pub enum ReportFormat {
    Stream(StreamFormat),
    Cases(CaseFormat),
}

/// Reports one by one, so that memory does not grow with their number.
#[derive(Debug)]
pub struct StreamFormat {
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
    /// True when the number of refusals and their causes are written after the last report.
    pub has_summary: bool,
}

/// All at once, as cases that pass or fail: continuous integration wants counts before them, or lists around them.
#[derive(Debug)]
pub struct CaseFormat {
    /// The whole text.
    pub write: fn(&[Case]) -> String,
    /// True when it has the lines of the requests.
    pub has_lines: bool,
    /// True when it has their checklists.
    pub has_details: bool,
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

/// What `check --send` made of a request, besides its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// It was answered as it should be.
    Expected,
    /// It was answered, with another status than this.
    Unexpected(String),
    /// It was answered, but the answer did not come whole.
    Cut {
        /// What the status was to be, where it is another.
        wanted: Option<String>,
        /// What is wrong with the answer.
        why: String,
    },
    /// It was sent, there is no answer, and why.
    NoAnswer(String),
    /// It was not sent, and why.
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
    /// The status of the answer.
    pub status: Option<u16>,
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
        /// The checklist, where the format has it.
        detail: String,
    },
    /// It could not be judged, and why.
    Error(Trouble, String),
    Skipped(String),
}

/// Why a case could not be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The request was not sent.
    NotSent,
    /// It was sent and not answered.
    NoAnswer,
    /// Nothing is wrong with its answer but that it did not come whole.
    Cut,
}

impl Trouble {
    /// Its name in formats for programs.
    pub const fn id(self) -> &'static str {
        match self {
            Self::NotSent => "not-sent",
            Self::NoAnswer => "no-answer",
            Self::Cut => "answer-cut",
        }
    }

    /// Its name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::NotSent => "not sent",
            Self::NoAnswer => "no answer",
            Self::Cut => "answer not whole",
        }
    }
}

/// How many cases there are, and what came of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaseCounts {
    pub all: usize,
    pub failures: usize,
    /// Those that could not be judged.
    pub errors: usize,
    /// Those of them that were sent.
    pub sent: usize,
    pub skipped: usize,
}

impl CaseCounts {
    /// Counts cases.
    pub fn of(cases: &[Case]) -> Self {
        let count = |is: fn(&CaseResult) -> bool| cases.iter().filter(|case| is(&case.result)).count();
        Self {
            all: cases.len(),
            failures: count(|result| matches!(result, CaseResult::Failed { .. })),
            errors: count(|result| matches!(result, CaseResult::Error(..))),
            sent: count(|result| matches!(result, CaseResult::Error(Trouble::NoAnswer | Trouble::Cut, _))),
            skipped: count(|result| matches!(result, CaseResult::Skipped(_))),
        }
    }

    /// The same in a sentence without its stop.
    pub fn sentence(self) -> String {
        let Self { all, failures, errors, sent, skipped } = self;
        let unanswered = if sent > 0 { format!("{sent} without a whole answer, ") } else { String::new() };
        format!("{all} requests: {failures} refused, {unanswered}{} not sent, {skipped} left out", errors - sent)
    }
}
