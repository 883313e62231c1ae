//! `authtui check`: the checklist without a screen.

use std::path::Path;

use super::args::{CheckArgs, OutputFormat};
use super::output::{Escape, StandardOutput, bad_input, complain};
use super::report_format::ReportFormat;
use super::{EXIT_BAD_INPUT, EXIT_CAUSE, EXIT_FINE, expect, json, text};
use crate::app::LoadedFile;
use crate::checks::mask::Masker;
use crate::checks::{Index, Surroundings, examine};
use crate::domain::exchange::Exchange;
use crate::domain::response::Response;
use crate::domain::secrecy::quoted;
use crate::formats::Loss;
use crate::io::threads::in_chunks;
use crate::io::{clock, load};

/// Appends the report on one exchange.
fn add(format: &ReportFormat, chunk: &mut ReportChunk, exchange: &Exchange, around: &Surroundings, reveal: bool) {
    let report = examine(exchange, around);
    let masker = if reveal { Masker::reveal() } else { Masker::of(exchange) };
    if !chunk.text.is_empty() {
        chunk.text.extend_from_slice(format.between.as_bytes());
    }
    (format.write)(&mut chunk.text, exchange, &report, &masker);
    chunk.has_cause |= !report.causes.is_empty();
}

/// Reports on consecutive exchanges.
struct ReportChunk {
    text: Vec<u8>,
    has_cause: bool,
}

/// Runs the subcommand. Good inputs are reported even if one is bad.
pub fn run(args: &CheckArgs, out: &mut StandardOutput) -> u8 {
    if args.schema {
        out.write(&format!("{:#}\n", json::schema().as_value()), Escape::Json);
        return EXIT_FINE;
    }
    let expected = match expect::context(&args.expect) {
        Ok(expected) => expected,
        Err(message) => return bad_input(&message),
    };
    let (format, escape) = match args.format {
        OutputFormat::Json if args.all => (&json::EVERY_CHECK, Escape::Json),
        OutputFormat::Json => (&json::FORMAT, Escape::Json),
        OutputFormat::Text if args.all => (&text::EVERY_CHECK, Escape::People),
        OutputFormat::Text => (&text::FORMAT, Escape::People),
    };
    let (mut is_bad, mut has_cause, mut has_begun) = (false, false, false);
    for path in &args.paths {
        match exchanges(path, args.env.as_deref().unwrap_or_default()) {
            Ok((mut files, unknown)) => {
                for message in unknown {
                    bad_input(&message);
                    is_bad = true;
                }
                for exchange in files.iter_mut().flat_map(|file| &mut file.exchanges).filter(|_| expect::says_something(&expected)) {
                    expect::apply(&expected, &mut exchange.context);
                }
                let now = clock::now();
                let mut numbers: Vec<_> =
                    (0..).zip(&files).flat_map(|(at, file)| (0..file.exchanges.len()).map(move |number| (at, number))).collect();
                let is_refused = |(at, number): &(usize, usize)| {
                    let exchange = files.get(*at).and_then(|file| file.exchanges.get(*number));
                    exchange.and_then(|e| e.answer.as_ref()).is_some_and(Response::is_refusal)
                };
                if args.refused {
                    numbers.retain(is_refused);
                } else if matches!(args.format, OutputFormat::Text) {
                    // People look for the refusals; the JSON format keeps the order of the file.
                    numbers.sort_by_key(|at| (at.0, !is_refused(at)));
                }
                let worker = || {
                    let (indices, mut capacity): (Vec<_>, _) = (files.iter().map(|file| (file, Index::default())).collect(), 0);
                    move |part: &[(usize, usize)]| {
                        let mut chunk = ReportChunk { text: Vec::with_capacity(capacity), has_cause: false };
                        for (file, number) in part {
                            let Some((file, index)) = indices.get(*file) else { continue };
                            let Some(exchange) = file.exchanges.get(*number) else { continue };
                            let around = Surroundings::of(&file.exchanges, index, *number, now).with_services(file.services.as_deref());
                            add(format, &mut chunk, exchange, &around, args.reveal);
                        }
                        capacity = chunk.text.len();
                        chunk
                    }
                };
                in_chunks(&numbers, worker, |chunk: ReportChunk| {
                    has_cause |= chunk.has_cause;
                    let before = if std::mem::replace(&mut has_begun, true) { format.between } else { format.begin };
                    out.write(before, escape);
                    match String::from_utf8(chunk.text) {
                        Ok(text) => out.write(&text, escape),
                        Err(other) => out.write(&String::from_utf8_lossy(other.as_bytes()), escape),
                    }
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

/// The exchanges of one argument by file, read as the app reads them. What was not imported goes to standard error.
///
/// The second list is what was not understood at all (an unknown curl option, an unreadable file of a folder), which makes the
/// input bad.
fn exchanges(path: &str, environment: &str) -> Result<(Vec<LoadedFile>, Vec<String>), String> {
    if path != "-" && !Path::new(path).exists() {
        return Err(format!("{}: no such file or folder (- reads standard input)", quoted(path)));
    }
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for file in load::input_with(path, environment)? {
        if let Some(why) = file.lacks_environment(environment) {
            return Err(format!("{path}: {why}"));
        }
        // Reported below with its position.
        let is_said = |loss: &&Loss| file.unknown.iter().any(|fault| loss.message.ends_with(&fault.message));
        for loss in file.losses.iter().chain(&file.folder_losses).filter(|loss| !is_said(loss)) {
            let line = if loss.line == 0 { String::new() } else { format!("line {}: ", loss.line) };
            complain(&format!("{}: {line}not imported: {}", file.name, quoted(&loss.message)));
        }
        unknown.extend(file.unread.iter().map(|why| format!("{path}: {why}")));
        unknown.extend(file.unknown.iter().map(|fault| format!("{path}: {fault}")));
        found.push(file);
    }
    if found.iter().all(|file| file.exchanges.is_empty()) && unknown.is_empty() {
        return Err(format!("{path}: contains no request"));
    }
    Ok((found, unknown))
}
