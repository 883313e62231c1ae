//! `authtui check`: the checklist without a screen.

use std::path::Path;

use super::args::{Check, Format};
use super::output::{Escape, Output, bad_input, complain};
use super::report_format::ReportFormat;
use super::{EXIT_BAD_INPUT, EXIT_CAUSE, EXIT_FINE, expect, json, text};
use crate::checks::mask::Masker;
use crate::checks::{Siblings, Surroundings, examine};
use crate::domain::exchange::Exchange;
use crate::domain::secrecy::quoted;
use crate::formats::Loss;
use crate::io::threads::piece_by_piece;
use crate::io::{clock, load};

/// The reports on some exchanges, in a buffer of this capacity.
fn write_reports(format: &ReportFormat, exchanges: &[Exchange], around: &Surroundings, reveal: bool, capacity: usize) -> Piece {
    let mut piece = Piece { text: Vec::with_capacity(capacity), has_cause: false };
    for exchange in exchanges {
        let report = examine(exchange, around);
        let masker = if reveal { Masker::reveal() } else { Masker::of(exchange) };
        if !piece.text.is_empty() {
            piece.text.extend_from_slice(format.between.as_bytes());
        }
        (format.write)(&mut piece.text, exchange, &report, &masker);
        piece.has_cause |= !report.causes.is_empty();
    }
    piece
}

/// The reports on some exchanges.
struct Piece {
    text: Vec<u8>,
    has_cause: bool,
}

/// Runs the subcommand. The good inputs are reported even when one is bad.
pub fn run(args: &Check, out: &mut Output) -> u8 {
    let expected = match expect::context(&args.expect) {
        Ok(expected) => expected,
        Err(message) => return bad_input(&message),
    };
    let (format, escape) = match args.format {
        Format::Json => (&json::FORMAT, Escape::Json),
        Format::Text => (&text::FORMAT, Escape::Text),
    };
    let (mut is_bad, mut has_cause, mut has_begun) = (false, false, false);
    for path in &args.paths {
        match exchanges(path) {
            Ok((mut list, unknown)) => {
                for message in unknown {
                    bad_input(&message);
                    is_bad = true;
                }
                for exchange in list.iter_mut().filter(|_| expect::says_something(&expected)) {
                    expect::apply(&expected, &mut exchange.context);
                }
                let now = clock::now();
                let worker = || {
                    let (siblings, mut capacity) = (Siblings::of(&list), 0);
                    move |part: &[Exchange]| {
                        let piece = write_reports(format, part, &Surroundings { now, siblings: &siblings }, args.reveal, capacity);
                        capacity = piece.text.len();
                        piece
                    }
                };
                piece_by_piece(&list, worker, |piece: Piece| {
                    has_cause |= piece.has_cause;
                    let before = if std::mem::replace(&mut has_begun, true) { format.between } else { format.begin };
                    out.write(before, escape);
                    out.write(&String::from_utf8_lossy(&piece.text), escape);
                });
            }
            Err(message) => {
                bad_input(&message);
                is_bad = true;
            }
        }
    }
    let end = if has_begun { format.end } else { format.nothing };
    out.write(end, escape);
    match (is_bad, has_cause) {
        (true, _) => EXIT_BAD_INPUT,
        (false, true) => EXIT_CAUSE,
        (false, false) => EXIT_FINE,
    }
}

/// The exchanges of one argument, read as the workbench reads them. What was not carried over goes to standard error.
///
/// The second list tells what is not understood at all (an unknown option of curl, a file of a folder that cannot be read),
/// which makes the input bad.
fn exchanges(path: &str) -> Result<(Vec<Exchange>, Vec<String>), String> {
    if path != "-" && !Path::new(path).exists() {
        return Err(format!("{}: no such file or folder (- reads standard input)", quoted(path)));
    }
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for file in load::input(path)? {
        // What is not understood at all is said below, with its place.
        let is_said = |loss: &&Loss| file.unknown.iter().any(|fault| loss.message.ends_with(&fault.message));
        for loss in file.losses.iter().chain(&file.beside).filter(|loss| !is_said(loss)) {
            let line = if loss.line == 0 { String::new() } else { format!("line {}: ", loss.line) };
            complain(&format!("{}: {line}not carried over: {}", file.name, quoted(&loss.message)));
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
