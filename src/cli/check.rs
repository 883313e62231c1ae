//! `authtui check`: the checklist without a screen.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::args::{CheckArgs, OutputFormat};
use super::input;
use super::output::{Escape, StandardOutput, bad_input};
use super::report_format::{Beside, ReportFormat};
use super::{EXIT_BAD_INPUT, EXIT_CAUSE, EXIT_FINE, expect, json, text};
use crate::checks::mask::Masker;
use crate::checks::{Index, Report, Surroundings, examine};
use crate::domain::exchange::Exchange;
use crate::domain::response::Response;
use crate::io::clock;
use crate::io::threads::in_chunks;

/// Appends the report on one exchange.
fn add(format: &ReportFormat, chunk: &mut ReportChunk, exchange: &Exchange, around: &Surroundings, beside: &Beside, reveal: bool) {
    let report = examine(exchange, around);
    let masker = if reveal { Masker::reveal() } else { Masker::of(exchange) };
    if !chunk.text.is_empty() {
        chunk.text.extend_from_slice(format.between.as_bytes());
    }
    (format.write)(&mut chunk.text, exchange, &report, &masker, beside);
    chunk.totals.count(exchange, &report);
}

/// Reports on consecutive exchanges.
struct ReportChunk {
    text: Vec<u8>,
    totals: Totals,
}

/// What all reports come to.
#[derive(Default)]
struct Totals {
    exchanges: usize,
    answered: usize,
    refused: usize,
    undecided: usize,
    /// How often each cause is the one.
    causes: BTreeMap<&'static str, usize>,
}

impl Totals {
    fn count(&mut self, exchange: &Exchange, report: &Report) {
        self.exchanges += 1;
        self.answered += usize::from(exchange.answer.is_some());
        self.refused += usize::from(exchange.answer.as_ref().is_some_and(Response::is_refusal));
        match report.causes.first() {
            Some(top) if report.decided => *self.causes.entry(top.check.id).or_default() += 1,
            Some(_) => self.undecided += 1,
            None => {}
        }
    }

    fn add(&mut self, other: Self) {
        self.exchanges += other.exchanges;
        self.answered += other.answered;
        self.refused += other.refused;
        self.undecided += other.undecided;
        for (id, count) in other.causes {
            *self.causes.entry(id).or_default() += count;
        }
    }

    fn has_cause(&self) -> bool {
        self.undecided > 0 || !self.causes.is_empty()
    }

    /// `37 of 41 refused; causes: token-expired 12, scheme-missing 3, undecided 1`, the most frequent first.
    fn sentence(&self) -> String {
        let of = match (self.answered, self.exchanges) {
            (0, all) => format!("{all} requests without a response"),
            (_, all) => format!("{} of {all} refused", self.refused),
        };
        let mut causes: Vec<(&str, usize)> = self.causes.iter().map(|(id, count)| (*id, *count)).collect();
        causes.sort_by_key(|(_, count)| Reverse(*count));
        causes.extend((self.undecided > 0).then_some(("undecided", self.undecided)));
        let causes: Vec<String> = causes.into_iter().map(|(id, count)| format!("{id} {count}")).collect();
        if causes.is_empty() { format!("{of}\n") } else { format!("{of}; causes: {}\n", causes.join(", ")) }
    }
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
    let (mut is_bad, mut has_begun, mut totals) = (false, false, Totals::default());
    for path in &args.paths {
        match input::exchanges(path, args.env.as_deref().unwrap_or_default()) {
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
                        let mut chunk = ReportChunk { text: Vec::with_capacity(capacity), totals: Totals::default() };
                        for (file, number) in part {
                            let Some((file, index)) = indices.get(*file) else { continue };
                            let Some(exchange) = file.exchanges.get(*number) else { continue };
                            let is_chosen = args.env.as_deref().is_some_and(|env| !env.is_empty());
                            let names = file.environments.keys().map(String::as_str).filter(|name| !is_chosen && !name.is_empty());
                            let environments: Vec<&str> = names.collect();
                            let number_shown = (file.exchanges.len() > 1).then_some(number + 1);
                            let beside = Beside { number: number_shown, environments: &environments };
                            let around = Surroundings::of(&file.exchanges, index, *number, now).with_services(file.services.as_deref());
                            add(format, &mut chunk, exchange, &around, &beside, args.reveal);
                        }
                        capacity = chunk.text.len();
                        chunk
                    }
                };
                in_chunks(&numbers, worker, |chunk: ReportChunk| {
                    totals.add(chunk.totals);
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
    if format.has_summary && totals.exchanges > 1 {
        out.write(&format!("\n{}", totals.sentence()), escape);
    }
    match (is_bad, totals.has_cause()) {
        (true, _) => EXIT_BAD_INPUT,
        (false, true) => EXIT_CAUSE,
        (false, false) => EXIT_FINE,
    }
}
