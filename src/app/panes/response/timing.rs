//! Where the time went: a bar for each phase.

use crate::domain::response::Timing;

/// The cells of all bars together.
const CELLS: f64 = 16.0;

/// Less of the time is not worth a bar of its own.
const LEAST: f64 = 0.5;

/// The left blocks from one eighth to seven eighths of a cell's width.
const EIGHTHS: [char; 7] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/// The phases in order, each with its milliseconds and a bar of its share; `None` if none was measured.
pub fn line(timing: &Timing, elapsed: Option<f64>) -> Option<String> {
    let Timing { dns, connect, tls, wait, receive } = *timing;
    let of_phases: f64 = [dns, connect, tls, wait, receive].into_iter().flatten().sum();
    // What belongs to no phase: before the first one, and between two requests of a redirect.
    let start = elapsed.map(|elapsed| elapsed - of_phases).filter(|start| *start >= LEAST && of_phases > 0.0);
    let phases = [("start", start), ("DNS", dns), ("connect", connect), ("TLS", tls), ("wait", wait), ("read", receive)];
    let measured: Vec<(&str, f64)> = phases.into_iter().filter_map(|(name, ms)| Some((name, ms?))).collect();
    let whole: f64 = measured.iter().map(|(_, ms)| ms).sum();
    let part = |(name, ms): &(&str, f64)| format!("{name} {}{}", milliseconds(*ms), bar(ms / whole));
    // Recorders that measure nothing write zeros.
    (whole > 0.0).then(|| measured.iter().map(part).collect::<Vec<_>>().join("  "))
}

fn milliseconds(ms: f64) -> String {
    match ms {
        ..9.95 => format!("{ms:.1}ms"),
        ..999.5 => format!("{ms:.0}ms"),
        _ => format!("{:.1}s", ms / 1e3),
    }
}

/// A bar, never empty.
fn bar(share: f64) -> String {
    let eighths = ((share * CELLS * 8.0).round() as usize).max(1);
    let rest = eighths.checked_rem(8).and_then(|rest| EIGHTHS.get(rest.checked_sub(1)?));
    "█".repeat(eighths / 8).chars().chain(rest.copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_phase_has_its_time_and_its_share() {
        let timing = Timing { dns: Some(2.0), connect: Some(14.2), tls: Some(31.0), wait: Some(1180.0), receive: Some(0.04) };
        let line = |elapsed| line(&timing, elapsed).unwrap_or_default();
        assert_eq!(line(None), "DNS 2.0ms▏  connect 14ms▏  TLS 31ms▍  wait 1.2s███████████████▍  read 0.0ms▏");
        assert!(line(Some(2454.48)).starts_with("start 1.2s████████  DNS 2.0ms▏"), "{}", line(Some(2454.48)));
    }

    #[test]
    fn what_did_not_take_place_has_no_bar() {
        let timing = Timing { connect: Some(1.0), wait: Some(3.0), ..Timing::default() };
        assert_eq!(line(&timing, Some(4.1)).as_deref(), Some("connect 1.0ms████  wait 3.0ms████████████"));
        assert_eq!(line(&Timing::default(), Some(9.0)), None);
        assert_eq!(line(&Timing { wait: Some(0.0), receive: Some(0.0), ..Timing::default() }, Some(9.0)), None);
    }
}
