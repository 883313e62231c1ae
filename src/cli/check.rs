//! `authtui check`: the checklist without a screen.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::args::{CheckArgs, CheckFormat};
use super::check_config::{self, ConfigReport};
use super::export::path_and_name;
use super::input;
use super::output::{Escape, StandardOutput, bad_input};
use super::report_format::{Beside, Case, ReportFormat, SendOutcome};
use super::send::{self, Named, Outcomes};
use super::{EXIT_BAD_INPUT, EXIT_CAUSE, EXIT_FINE, case, expect, github, json, junit, markdown, sarif, tap, text};
use crate::app::LoadedFile;
use crate::checks::mask::Masker;
use crate::checks::{Index, Report, Surroundings, examine};
use crate::domain::context::Context;
use crate::domain::exchange::Exchange;
use crate::domain::response::Response;
use crate::io::clock;
use crate::io::config::UserConfig;
use crate::io::threads::in_chunks;

/// Reports on consecutive exchanges, as the format has them.
#[derive(Default)]
struct ReportChunk {
    text: Vec<u8>,
    cases: Vec<Case>,
    totals: Totals,
}

impl ReportChunk {
    /// Appends the report on one exchange.
    fn add(&mut self, format: &ReportFormat, exchange: &Exchange, around: &Surroundings, beside: &Beside, reveal: bool) {
        let report = examine(exchange, around);
        let masker = if reveal { Masker::reveal() } else { Masker::of(exchange) };
        match format {
            ReportFormat::Stream(format) => {
                if !self.text.is_empty() {
                    self.text.extend_from_slice(format.between.as_bytes());
                }
                (format.write)(&mut self.text, exchange, &report, &masker, beside);
            }
            ReportFormat::Cases(format) => self.cases.push(case::of(exchange, &report, &masker, beside, format.has_details)),
        }
        self.totals.count(exchange, &report, beside.sent);
    }
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
    /// What failed besides: requests that were not sent or answered otherwise than expected, lines of configurations.
    failed: usize,
}

impl Totals {
    fn count(&mut self, exchange: &Exchange, report: &Report, sent: Option<&SendOutcome>) {
        self.exchanges += 1;
        self.answered += usize::from(exchange.answer.is_some());
        match sent {
            // As it should be, whatever the checks make of it.
            Some(SendOutcome::Skipped(_) | SendOutcome::Expected) => return,
            Some(SendOutcome::NotSent(_) | SendOutcome::NoAnswer(_) | SendOutcome::Cut { wanted: None, .. }) => return self.failed += 1,
            Some(SendOutcome::Unexpected(_) | SendOutcome::Cut { .. }) => self.failed += 1,
            None => {}
        }
        self.refused += usize::from(exchange.answer.as_ref().is_some_and(Response::is_refusal));
        match report.causes.first() {
            Some(top) if report.decided => *self.causes.entry(top.check.id).or_default() += 1,
            Some(_) => self.undecided += 1,
            None => self.undecided += usize::from(report.is_unexplained),
        }
    }

    fn add(&mut self, other: Self) {
        self.exchanges += other.exchanges;
        self.answered += other.answered;
        self.refused += other.refused;
        self.undecided += other.undecided;
        self.failed += other.failed;
        for (id, count) in other.causes {
            *self.causes.entry(id).or_default() += count;
        }
    }

    fn has_cause(&self) -> bool {
        self.undecided > 0 || !self.causes.is_empty() || self.failed > 0
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
pub fn run(args: &CheckArgs, user: &UserConfig, out: &mut StandardOutput) -> u8 {
    if args.schema {
        out.write(&format!("{:#}\n", json::schema().as_value()), Escape::Json);
        return EXIT_FINE;
    }
    let mut expected = match expect::context(&args.expect) {
        Ok(expected) => expected,
        Err(message) => return bad_input(&message),
    };
    let (mut is_bad, mut totals, mut sending) = (false, Totals::default(), Vec::new());
    let mut written = Written::new(args);
    // What stands beside requests counts for them, wherever it is named.
    let configurations: Vec<_> = args.paths.iter().map(|argument| check_config::examine(argument)).collect();
    expected.server_configs.extend(configurations.iter().flatten().flatten().map(|report| Arc::clone(&report.0)));
    for (argument, configuration) in args.paths.iter().zip(configurations) {
        if let Some(read) = configuration {
            match read {
                Ok(examined) => {
                    totals.failed += examined.faults();
                    written.put_configuration(examined, out);
                }
                Err(message) => {
                    bad_input(&message);
                    is_bad = true;
                }
            }
            continue;
        }
        let read = match read(argument, args, &expected) {
            Ok((read, unknown)) => {
                is_bad |= !unknown.is_empty();
                for message in &unknown {
                    bad_input(message);
                }
                read
            }
            Err(message) => {
                bad_input(&message);
                is_bad = true;
                continue;
            }
        };
        if args.send.send {
            // All of it is sent together, and told in the order of the arguments.
            sending.push(read);
        } else {
            report(&read.files, None, args, &mut totals, |chunk| written.put(chunk, out));
        }
    }
    let outcomes = send::send(&mut sending, args.env.as_deref().unwrap_or_default(), args.send, user, None);
    for (Named { files, .. }, outcomes) in sending.iter().zip(&outcomes) {
        report(files, Some(outcomes), args, &mut totals, |chunk| written.put(chunk, out));
    }
    written.end(&totals, out);
    match (is_bad, totals.has_cause()) {
        (true, _) => EXIT_BAD_INPUT,
        (false, true) => EXIT_CAUSE,
        (false, false) => EXIT_FINE,
    }
}

/// The requests that an argument names, with what is expected of them, and what of it is unknown.
fn read<'a>(argument: &'a str, args: &CheckArgs, expected: &Context) -> Result<(Named<'a>, Vec<String>), String> {
    let (path, name) = if args.send.send { path_and_name(argument) } else { (argument, None) };
    let (mut files, unknown) = input::exchanges(path, args.env.as_deref().unwrap_or_default())?;
    for exchange in files.iter_mut().flat_map(|file| &mut file.exchanges).filter(|_| expect::says_something(expected)) {
        expect::apply(expected, &mut exchange.context);
    }
    let is_there = |name: &str| files.iter().flat_map(|file| &file.exchanges).any(|e| e.title().eq_ignore_ascii_case(name));
    match name.filter(|name| !is_there(name)) {
        Some(name) => Err(unknown.into_iter().chain([format!("{path}: no request is called {name:?}")]).collect::<Vec<_>>().join("\n")),
        None => Ok((Named { files, name }, unknown)),
    }
}

/// The format, and how what it writes is escaped.
fn format(args: &CheckArgs) -> (ReportFormat, Escape) {
    use ReportFormat::{Cases, Stream};
    match args.format {
        CheckFormat::Json if args.all => (Stream(json::EVERY_CHECK), Escape::Json),
        CheckFormat::Json => (Stream(json::FORMAT), Escape::Json),
        CheckFormat::Text if args.all => (Stream(text::EVERY_CHECK), Escape::People),
        CheckFormat::Text => (Stream(text::FORMAT), Escape::People),
        CheckFormat::Sarif => (Cases(sarif::FORMAT), Escape::Json),
        CheckFormat::Junit => (Cases(junit::FORMAT), Escape::Text),
        CheckFormat::Markdown => (Cases(markdown::FORMAT), Escape::Text),
        CheckFormat::Github => (Cases(github::FORMAT), Escape::Text),
        CheckFormat::Tap => (Cases(tap::FORMAT), Escape::Text),
    }
}

/// Reports on the exchanges of some files, in chunks.
fn report(files: &[LoadedFile], outcomes: Option<&Outcomes>, args: &CheckArgs, totals: &mut Totals, mut write: impl FnMut(ReportChunk)) {
    let (format, now) = (format(args).0, clock::now());
    let has_lines = matches!(&format, ReportFormat::Cases(format) if format.has_lines);
    let mut numbers: Vec<_> = (0..).zip(files).flat_map(|(at, file)| (0..file.exchanges.len()).map(move |number| (at, number))).collect();
    let is_refused = |(at, number): &(usize, usize)| {
        let exchange = files.get(*at).and_then(|file| file.exchanges.get(*number));
        exchange.and_then(|e| e.answer.as_ref()).is_some_and(Response::is_refusal)
    };
    if args.refused {
        numbers.retain(is_refused);
    } else if args.format == CheckFormat::Text {
        // People look for the refusals; the other formats keep the order of the file.
        numbers.sort_by_key(|at| (at.0, !is_refused(at)));
    }
    let worker = || {
        let format = &format;
        let (indices, mut capacity): (Vec<_>, _) = (files.iter().map(|file| (file, Index::default())).collect(), 0);
        move |part: &[(usize, usize)]| {
            let mut chunk = ReportChunk { text: Vec::with_capacity(capacity), ..ReportChunk::default() };
            for (at, number) in part {
                let Some((file, index)) = indices.get(*at) else { continue };
                let Some(exchange) = file.exchanges.get(*number) else { continue };
                let is_chosen = args.env.as_deref().is_some_and(|env| !env.is_empty());
                let names = file.environments.keys().map(String::as_str).filter(|name| !is_chosen && !name.is_empty());
                let environments: Vec<&str> = names.collect();
                let number_shown = (file.exchanges.len() > 1).then_some(number + 1);
                let sent = outcomes.and_then(|all| all.get(*at)?.get(*number));
                let beside = Beside {
                    number: number_shown,
                    environments: &environments,
                    line: has_lines.then(|| file.line_of(*number)).flatten(),
                    sent,
                };
                let around = Surroundings::of(&file.exchanges, index, *number, now).with_services(file.services.as_deref());
                chunk.add(format, exchange, &around, &beside, args.reveal);
            }
            capacity = chunk.text.len();
            chunk
        }
    };
    in_chunks(&numbers, worker, |mut chunk: ReportChunk| {
        totals.add(std::mem::take(&mut chunk.totals));
        write(chunk);
    });
}

/// What is written so far, and what waits for the end.
struct Written {
    format: ReportFormat,
    escape: Escape,
    has_begun: bool,
    cases: Vec<Case>,
    /// Configurations, which stand behind the exchanges in the JSON form.
    configurations: Vec<ConfigReport>,
}

impl Written {
    fn new(args: &CheckArgs) -> Self {
        let (format, escape) = format(args);
        Self { format, escape, has_begun: false, cases: Vec::new(), configurations: Vec::new() }
    }

    fn put(&mut self, chunk: ReportChunk, out: &mut StandardOutput) {
        self.cases.extend(chunk.cases);
        if let ReportFormat::Stream(format) = &self.format {
            let before = if std::mem::replace(&mut self.has_begun, true) { format.between } else { format.begin };
            out.write(before, self.escape);
            out.write(&String::from_utf8_lossy(&chunk.text), self.escape);
        }
    }

    fn put_configuration(&mut self, read: ConfigReport, out: &mut StandardOutput) {
        match &self.format {
            ReportFormat::Cases(_) => self.cases.extend(read.cases()),
            ReportFormat::Stream(_) if self.escape == Escape::Json => self.configurations.push(read),
            ReportFormat::Stream(_) => self.put(ReportChunk { text: read.text().into_bytes(), ..ReportChunk::default() }, out),
        }
    }

    fn end(&self, totals: &Totals, out: &mut StandardOutput) {
        match &self.format {
            ReportFormat::Cases(format) => out.write(&(format.write)(&self.cases), self.escape),
            ReportFormat::Stream(format) => {
                let end = if self.has_begun { format.end } else { format.nothing };
                out.write(&json::with_files(end, &self.configurations), self.escape);
                if format.has_summary && totals.exchanges > 1 {
                    out.write(&format!("\n{}", totals.sentence()), self.escape);
                }
            }
        }
    }
}
