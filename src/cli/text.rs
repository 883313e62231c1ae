//! The checklist as text for people.

use std::io::{self, Write as _};

use super::report_format::ReportFormat;
use crate::checks::mask::Masker;
use crate::checks::{FixKind, Outcome, Report};
use crate::domain::exchange::Exchange;
use crate::domain::visible::visible;

/// Checklists separated by blank lines.
pub const FORMAT: ReportFormat = ReportFormat { begin: "", between: "\n", end: "", nothing: "", write };

fn write(out: &mut Vec<u8>, exchange: &Exchange, report: &Report, masker: &Masker) {
    // Writing to memory cannot fail.
    let _ = checklist(out, exchange, report, masker);
}

fn checklist(out: &mut Vec<u8>, exchange: &Exchange, report: &Report, masker: &Masker) -> io::Result<()> {
    let status =
        exchange.answer.as_ref().map_or_else(|| "no response".to_string(), |a| format!("{} {}", a.status, masker.hide_in_text(&a.reason)));
    // A name made from the address may contain a secret.
    let name = masker.title(exchange);
    writeln!(out, "{}: {}  {}", visible(&exchange.source), visible(&name), visible(status.trim()))?;
    writeln!(out, "  {} {}", visible(&masker.hide(&exchange.request.method)), visible(&masker.hide_in_url(&exchange.request.url)))?;
    match report.causes.first() {
        None => writeln!(out, "  ✓ nothing wrong found")?,
        Some(top) if report.decided => {
            writeln!(out, "  ✗ {} ({:.0} %)", top.check.id, top.confidence * 100.0)?;
            writeln!(out, "    {}", visible(&masker.hide(&top.summary)))?;
            for e in &top.evidence {
                let place = e
                    .place
                    .header_name(exchange)
                    .map_or_else(|| e.place.word().to_string(), |h| format!("{} {}", e.place.word(), visible(&masker.hide(h))));
                let at = e.span.map_or_else(String::new, |s| format!(" [{}..{}]", s.start, s.end));
                writeln!(out, "    in {place}{at}: {}", visible(&masker.hide(&e.text)))?;
            }
            if let Some(fix) = &top.fix {
                writeln!(out, "    fix: {}", visible(&masker.hide(&fix.title)))?;
                if let FixKind::Configuration { server, line } = &fix.kind {
                    writeln!(out, "         {server}: {}", visible(&masker.hide(line)))?;
                }
            }
            for other in report.causes.iter().skip(1).take(2) {
                let (id, share) = (other.check.id, other.confidence * 100.0);
                writeln!(out, "    or {id} ({share:.0} %): {}", visible(&masker.hide(&other.summary)))?;
            }
        }
        Some(_) => {
            writeln!(out, "  ? undecided; candidates:")?;
            for cause in &report.causes {
                let (id, share) = (cause.check.id, cause.confidence * 100.0);
                writeln!(out, "    {id} ({share:.0} %): {}", visible(&masker.hide(&cause.summary)))?;
            }
            for need in &report.needs {
                writeln!(out, "    would decide: {}", visible(&masker.hide(need)))?;
            }
        }
    }
    let named = |id: &str| report.causes.iter().any(|cause| cause.check.id == id);
    for outcome in [Outcome::Fail, Outcome::Warn, Outcome::Unknown] {
        for e in report.checks.iter().filter(|e| e.finding.outcome == outcome && !named(e.check.id)) {
            writeln!(out, "  {} {}: {}", outcome.mark(), e.check.id, visible(&masker.hide(&e.finding.message)))?;
        }
    }
    let passed = report.checks.iter().filter(|e| e.finding.outcome == Outcome::Pass).count();
    writeln!(out, "  ✓ {passed} passed")
}
