//! `authtui check`: the checklist without a screen.

use std::io::{BufWriter, stdout};
use std::path::Path;
use std::process::ExitCode;

use super::args::{Check, Format};
use super::{EXIT_BAD_INPUT, EXIT_CAUSE, EXIT_FINE, bad_input, complain, expect, json, print, text};
use crate::checks::{Report, Siblings, Surroundings, examine};
use crate::domain::exchange::Exchange;
use crate::domain::visible::visible;
use crate::formats::Loss;
use crate::io::threads::halves;
use crate::io::{clock, load};

/// Bytes that are written to standard output at once.
const WRITTEN_AT_ONCE: usize = 64 * 1024;

/// One exchange with its report.
pub struct Checked {
    /// What was checked.
    pub exchange: Exchange,
    /// What came of it.
    pub report: Report,
}

/// Runs the subcommand. The good inputs are reported even when one is bad.
pub fn run(args: &Check) -> ExitCode {
    let expected = match expect::context(&args.expect) {
        Ok(expected) => expected,
        Err(message) => return bad_input(&message),
    };
    let mut is_bad = false;
    let mut checked = Vec::new();
    for path in &args.paths {
        match exchanges(path) {
            Ok((mut list, unknown)) => {
                for message in unknown {
                    bad_input(&message);
                    is_bad = true;
                }
                for exchange in &mut list {
                    expect::apply(&expected, &mut exchange.context);
                }
                let now = clock::now();
                let reports: Vec<Report> = halves(&list, |part| {
                    let siblings = Siblings::of(&list);
                    part.iter().map(|e| examine(e, &Surroundings { now, siblings: &siblings })).collect()
                });
                checked.extend(list.into_iter().zip(reports).map(|(exchange, report)| Checked { exchange, report }));
            }
            Err(message) => {
                bad_input(&message);
                is_bad = true;
            }
        }
    }
    match args.format {
        // A closed pipe is no error of ours.
        Format::Json => drop(json::report(&checked, args.reveal, BufWriter::with_capacity(WRITTEN_AT_ONCE, stdout().lock()))),
        Format::Text => print(&text::checklist(&checked, args.reveal)),
    }
    let has_cause = checked.iter().any(|c| !c.report.causes.is_empty());
    ExitCode::from(match (is_bad, has_cause) {
        (true, _) => EXIT_BAD_INPUT,
        (false, true) => EXIT_CAUSE,
        (false, false) => EXIT_FINE,
    })
}

/// The exchanges of one argument, read as the workbench reads them. What was not carried over goes to standard error.
///
/// The second list tells what is not understood at all (an unknown option of curl, a file of a folder that cannot be read),
/// which makes the input bad.
fn exchanges(path: &str) -> Result<(Vec<Exchange>, Vec<String>), String> {
    if path != "-" && !Path::new(path).exists() {
        return Err(format!("{path}: no such file or folder (- reads standard input)"));
    }
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for file in load::input(path)? {
        // What is not understood at all is said below, with its place.
        let is_said = |loss: &&Loss| file.unknown.iter().any(|fault| loss.message.ends_with(&fault.message));
        for loss in file.losses.iter().chain(&file.beside).filter(|loss| !is_said(loss)) {
            let line = if loss.line == 0 { String::new() } else { format!("line {}: ", loss.line) };
            complain(&format!("{}: {line}not carried over: {}", visible(&file.name), visible(&loss.message)));
        }
        unknown.extend(file.unread.iter().map(|why| format!("{path}: {why}")));
        unknown.extend(file.unknown.iter().map(|fault| format!("{path}: {fault}")));
        found.extend(file.exchanges);
    }
    if found.is_empty() && unknown.is_empty() {
        return Err(format!("{path}: no request in it"));
    }
    Ok((found, unknown))
}
