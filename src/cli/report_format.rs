//! What a format of `check` is: how its reports are written.

use crate::checks::Report;
use crate::checks::mask::Masker;
use crate::domain::exchange::Exchange;

/// How reports are written: one after the other as they are made, so that memory does not grow with their number.
#[derive(Debug)]
pub struct ReportFormat {
    /// Written before the first.
    pub begin: &'static str,
    /// Between two.
    pub between: &'static str,
    /// After the last.
    pub end: &'static str,
    /// The whole when there is none.
    pub nothing: &'static str,
    /// Writes one, its secrets masked.
    pub write: fn(&mut Vec<u8>, &Exchange, &Report, &Masker),
}
