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
}
