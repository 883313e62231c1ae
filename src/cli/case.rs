//! An exchange as a case that passes or fails, for the formats of continuous integration.

use super::report_format::{Beside, Case, CaseResult, SendOutcome, Trouble};
use super::text;
use crate::checks::mask::Masker;
use crate::checks::{FixKind, Report};
use crate::domain::exchange::Exchange;
use crate::domain::visible::{visible, visible_lines};

/// Where candidates stand and none is likely enough.
pub const UNDECIDED: &str = "undecided";
/// The status is not the expected one, and nothing explains it.
pub const STATUS: &str = "status";

/// The case of an exchange, with its checklist if the format has it.
pub fn of(exchange: &Exchange, report: &Report, masker: &Masker, beside: &Beside, has_details: bool) -> Case {
    let shown = |text: &str| visible(&masker.hide_in_text(text)).into_owned();
    let detail = || {
        if !has_details {
            return String::new();
        }
        let mut out = Vec::new();
        (text::FORMAT.write)(&mut out, exchange, report, masker, beside);
        visible_lines(&String::from_utf8_lossy(&out)).into_owned()
    };
    let fix = |fix: &crate::checks::Fix| match &fix.kind {
        FixKind::Configuration { server, line } => format!("{} ({server}: {})", shown(&fix.title), shown(line)),
        _ => shown(&fix.title),
    };
    let status = exchange.answer.as_ref().map(|answer| answer.status);
    let cut = match beside.sent {
        Some(SendOutcome::Cut { why, .. }) => format!("; the answer did not come whole: {}", shown(why)),
        _ => String::new(),
    };
    let result = match (beside.sent, report.causes.first()) {
        (Some(SendOutcome::Skipped(why)), _) => CaseResult::Skipped(shown(why)),
        (Some(SendOutcome::NotSent(why)), _) => CaseResult::Error(Trouble::NotSent, shown(why)),
        (Some(SendOutcome::NoAnswer(why)), _) => CaseResult::Error(Trouble::NoAnswer, shown(why)),
        (Some(SendOutcome::Cut { wanted: None, why }), _) => CaseResult::Error(Trouble::Cut, shown(why)),
        (Some(SendOutcome::Expected), _) => CaseResult::Passed,
        (None, None) if report.is_unexplained => {
            let message = format!("the status is {}, and the cause cannot be told", status.unwrap_or_default());
            CaseResult::Failed { id: UNDECIDED, message, fix: None, detail: detail() }
        }
        (None, None) => CaseResult::Passed,
        (Some(SendOutcome::Unexpected(wanted) | SendOutcome::Cut { wanted: Some(wanted), .. }), None) => {
            let message = format!("the status is {}, not {wanted}{cut}", status.unwrap_or_default());
            CaseResult::Failed { id: STATUS, message, fix: None, detail: detail() }
        }
        (_, Some(top)) => {
            let id = if report.decided { top.check.id } else { UNDECIDED };
            let message = match report.decided {
                true => format!("{}{cut}", shown(&top.summary)),
                false => {
                    let candidates: Vec<&str> = report.causes.iter().map(|cause| cause.check.id).collect();
                    format!("undecided: {}{cut}", candidates.join(", "))
                }
            };
            CaseResult::Failed { id, message, fix: top.fix.as_ref().filter(|_| report.decided).map(fix), detail: detail() }
        }
    };
    let seconds = exchange.answer.as_ref().and_then(|answer| answer.elapsed_ms).map(|ms| format!("{:.3}", ms / 1000.0));
    let name = visible(&masker.title(exchange)).into_owned();
    Case { source: visible(&exchange.source).into_owned(), line: beside.line, name, status, seconds, result }
}
