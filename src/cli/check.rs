//! `authtui check`: the checklist without a screen.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::args::{CheckArgs, CheckFormat};
use super::check_config::{self, ConfigReport};
use super::export::path_and_name;
use super::input;
use super::output::{Escape, StandardOutput, bad_input};
use super::report_format::{Beside, Document, ReportFormat, SendOutcome};
use super::send::{self, Outcomes};
use super::{EXIT_BAD_INPUT, EXIT_CAUSE, EXIT_FINE, expect, github, json, junit, markdown, sarif, tap, text};
use crate::app::LoadedFile;
use crate::checks::mask::Masker;
use crate::checks::{Index, Report, Surroundings, examine};
use crate::domain::exchange::Exchange;
use crate::domain::response::Response;
use crate::io::clock;
use crate::io::config::UserConfig;
use crate::io::threads::in_chunks;

/// Appends the report on one exchange.
fn add(format: &ReportFormat, chunk: &mut ReportChunk, exchange: &Exchange, around: &Surroundings, beside: &Beside, reveal: bool) {
    let report = examine(exchange, around);
    let masker = if reveal { Masker::reveal() } else { Masker::of(exchange) };
    if !chunk.text.is_empty() {
        chunk.text.extend_from_slice(format.between.as_bytes());
    }
    (format.write)(&mut chunk.text, exchange, &report, &masker, beside);
    chunk.totals.count(exchange, &report, beside.sent);
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
    /// The same as cases that pass or fail.
    cases: Document,
}

impl Totals {
    fn count(&mut self, exchange: &Exchange, report: &Report, sent: Option<&SendOutcome>) {
        self.exchanges += 1;
        self.cases.tests += 1;
        match sent {
            Some(SendOutcome::Skipped(_)) => return self.cases.skipped += 1,
            Some(SendOutcome::NotSent(_)) => return self.cases.errors += 1,
            // As it should be, whatever the checks make of it.
            Some(SendOutcome::Expected) => {
                self.answered += 1;
                return;
            }
            Some(SendOutcome::Unexpected(_)) => self.cases.failures += 1,
            None => self.cases.failures += usize::from(!report.causes.is_empty()),
        }
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
        self.cases.tests += other.cases.tests;
        self.cases.failures += other.cases.failures;
        self.cases.errors += other.cases.errors;
        self.cases.skipped += other.cases.skipped;
        for (id, count) in other.causes {
            *self.causes.entry(id).or_default() += count;
        }
    }

    fn count_configuration(&mut self, read: &ConfigReport) {
        self.cases.tests += read.findings.len().max(1);
        self.cases.failures += read.findings.len();
    }

    fn has_cause(&self) -> bool {
        self.undecided > 0 || !self.causes.is_empty() || self.cases.failures > 0 || self.cases.errors > 0
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
    let expected = match expect::context(&args.expect) {
        Ok(expected) => expected,
        Err(message) => return bad_input(&message),
    };
    let (format, escape) = format(args);
    let (mut is_bad, mut totals) = (false, Totals::default());
    let mut written = Written { format, escape, has_begun: false, body: String::new(), configurations: Vec::new() };
    for argument in &args.paths {
        if let Some(read) = check_config::examine(argument) {
            match read {
                Ok(examined) => {
                    totals.count_configuration(&examined);
                    written.put_configuration(examined, out);
                }
                Err(message) => {
                    bad_input(&message);
                    is_bad = true;
                }
            }
            continue;
        }
        let (path, name) = if args.send.send { path_and_name(argument) } else { (argument.as_str(), None) };
        match input::exchanges(path, args.env.as_deref().unwrap_or_default()) {
            Ok((mut files, unknown)) => {
                for message in unknown {
                    bad_input(&message);
                    is_bad = true;
                }
                for exchange in files.iter_mut().flat_map(|file| &mut file.exchanges).filter(|_| expect::says_something(&expected)) {
                    expect::apply(&expected, &mut exchange.context);
                }
                if name.is_some_and(|name| !files.iter().flat_map(|file| &file.exchanges).any(|e| e.title().eq_ignore_ascii_case(name))) {
                    bad_input(&format!("{path}: no request is called {:?}", name.unwrap_or_default()));
                    is_bad = true;
                    continue;
                }
                let outcomes = args.send.send.then(|| send::send(&mut files, name, args, user));
                report(&files, outcomes.as_ref(), args, &mut totals, |chunk| written.put(&chunk, out));
            }
            Err(message) => {
                bad_input(&message);
                is_bad = true;
            }
        }
    }
    written.end(&totals, out);
    match (is_bad, totals.has_cause()) {
        (true, _) => EXIT_BAD_INPUT,
        (false, true) => EXIT_CAUSE,
        (false, false) => EXIT_FINE,
    }
}

fn format(args: &CheckArgs) -> (&'static ReportFormat, Escape) {
    match args.format {
        CheckFormat::Json if args.all => (&json::EVERY_CHECK, Escape::Json),
        CheckFormat::Json => (&json::FORMAT, Escape::Json),
        CheckFormat::Sarif => (&sarif::FORMAT, Escape::Json),
        CheckFormat::Text if args.all => (&text::EVERY_CHECK, Escape::People),
        CheckFormat::Text => (&text::FORMAT, Escape::People),
        CheckFormat::Junit => (&junit::FORMAT, Escape::Text),
        CheckFormat::Markdown => (&markdown::FORMAT, Escape::Text),
        CheckFormat::Github => (&github::FORMAT, Escape::Text),
        CheckFormat::Tap => (&tap::FORMAT, Escape::Text),
    }
}

/// Reports on the exchanges of some files, in chunks.
fn report(files: &[LoadedFile], outcomes: Option<&Outcomes>, args: &CheckArgs, totals: &mut Totals, mut write: impl FnMut(Vec<u8>)) {
    let (format, now) = (format(args).0, clock::now());
    let has_lines = matches!(args.format, CheckFormat::Sarif | CheckFormat::Github);
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
        let (indices, mut capacity): (Vec<_>, _) = (files.iter().map(|file| (file, Index::default())).collect(), 0);
        move |part: &[(usize, usize)]| {
            let mut chunk = ReportChunk { text: Vec::with_capacity(capacity), totals: Totals::default() };
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
                add(format, &mut chunk, exchange, &around, &beside, args.reveal);
            }
            capacity = chunk.text.len();
            chunk
        }
    };
    in_chunks(&numbers, worker, |chunk: ReportChunk| {
        totals.add(chunk.totals);
        write(chunk.text);
    });
}

/// What is written so far.
struct Written {
    format: &'static ReportFormat,
    escape: Escape,
    has_begun: bool,
    /// The reports of a format that is more than these.
    body: String,
    /// Configurations, which stand behind the exchanges in the JSON form.
    configurations: Vec<ConfigReport>,
}

impl Written {
    fn put(&mut self, chunk: &[u8], out: &mut StandardOutput) {
        let text = String::from_utf8_lossy(chunk);
        let before = if std::mem::replace(&mut self.has_begun, true) { self.format.between } else { self.format.begin };
        if self.format.document.is_some() {
            self.body.push_str(before);
            self.body.push_str(&text);
        } else {
            out.write(before, self.escape);
            out.write(&text, self.escape);
        }
    }

    fn put_configuration(&mut self, read: ConfigReport, out: &mut StandardOutput) {
        match self.format.case {
            Some(case) => {
                let cases: String = read.cases().iter().map(case).collect();
                self.put(cases.as_bytes(), out);
            }
            None if self.escape == Escape::Json => self.configurations.push(read),
            None => self.put(read.text().as_bytes(), out),
        }
    }

    fn end(&self, totals: &Totals, out: &mut StandardOutput) {
        let Self { format, escape, has_begun, body, configurations } = self;
        let end = json::with_files(if *has_begun { format.end } else { format.nothing }, configurations);
        let end = end.as_ref();
        match format.document {
            Some(document) => out.write(&document(&format!("{body}{end}"), &totals.cases), *escape),
            None => out.write(end, *escape),
        }
        if format.has_summary && totals.exchanges > 1 {
            out.write(&format!("\n{}", totals.sentence()), *escape);
        }
    }
}
