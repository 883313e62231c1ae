//! The checklist as text for people.

use std::fmt::Write as _;

use super::check::Checked;
use crate::checks::Outcome;
use crate::checks::mask::Masker;
use crate::domain::visible::visible;

/// The checklists of all exchanges.
pub fn checklist(checked: &[Checked], reveal: bool) -> String {
    let mut out = String::new();
    for (i, c) in checked.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        let masker = if reveal { Masker::reveal() } else { Masker::of(&c.exchange) };
        one(&mut out, c, &masker);
    }
    out
}

fn one(out: &mut String, c: &Checked, masker: &Masker) {
    let status = c.exchange.answer.as_ref().map_or_else(|| "no answer".to_string(), |a| format!("{} {}", a.status, a.reason));
    // A name that is made from the address may hold a secret.
    let name = masker.hide(&c.exchange.title()).into_owned();
    let _ = writeln!(out, "{}: {}  {}", visible(&c.exchange.source), visible(&name), visible(status.trim()));
    let _ = writeln!(out, "  {} {}", visible(&masker.hide(&c.exchange.request.method)), visible(&masker.hide(&c.exchange.request.url)));
    match c.report.causes.first() {
        None => out.push_str("  ✓ nothing wrong was found\n"),
        Some(top) if c.report.decided => {
            let _ = writeln!(out, "  ✗ {} ({:.0} %)", top.check.id, top.confidence * 100.0);
            let _ = writeln!(out, "    {}", visible(&masker.hide(&top.summary)));
            for e in &top.evidence {
                let place = e
                    .place
                    .header_name(&c.exchange)
                    .map_or_else(|| e.place.word().to_string(), |h| format!("{} {}", e.place.word(), visible(h)));
                let at = e.span.map_or_else(String::new, |s| format!(" [{}..{}]", s.start, s.end));
                let _ = writeln!(out, "    in {place}{at}: {}", visible(&masker.hide(&e.text)));
            }
            if let Some(fix) = &top.fix {
                let _ = writeln!(out, "    fix: {}", visible(&masker.hide(&fix.title)));
                if let crate::checks::FixKind::Configuration { server, line } = &fix.kind {
                    let _ = writeln!(out, "         {server}: {}", visible(&masker.hide(line)));
                }
            }
            for other in c.report.causes.iter().skip(1).take(2) {
                let _ = writeln!(
                    out,
                    "    else {} ({:.0} %): {}",
                    other.check.id,
                    other.confidence * 100.0,
                    visible(&masker.hide(&other.summary))
                );
            }
        }
        Some(_) => {
            out.push_str("  ? cannot be told from what is here; candidates:\n");
            for cause in &c.report.causes {
                let _ =
                    writeln!(out, "    {} ({:.0} %): {}", cause.check.id, cause.confidence * 100.0, visible(&masker.hide(&cause.summary)));
            }
            for need in &c.report.needs {
                let _ = writeln!(out, "    would decide: {}", visible(&masker.hide(need)));
            }
        }
    }
    let named = |id: &str| c.report.causes.iter().any(|cause| cause.check.id == id);
    for outcome in [Outcome::Fail, Outcome::Warn, Outcome::Unknown] {
        for e in c.report.checks.iter().filter(|e| e.finding.outcome == outcome && !named(e.check.id)) {
            let _ = writeln!(out, "  {} {}: {}", outcome.mark(), e.check.id, visible(&masker.hide(&e.finding.message)));
        }
    }
    let passed = c.report.checks.iter().filter(|e| e.finding.outcome == Outcome::Pass).count();
    let _ = writeln!(out, "  ✓ {passed} passed");
}
