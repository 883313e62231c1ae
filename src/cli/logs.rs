//! `authtui logs`: which requests servers refuse, how often, and why.

use std::io::{IsTerminal as _, Write as _, stderr, stdout};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::args::{LogsArgs, LogsBy, LogsFormat};
use super::output::{Escape, StandardOutput, bad_input};
use super::table::Table;
use super::{EXIT_BAD_INPUT, EXIT_FINE, app, input, logs_follow, logs_screen};
use crate::app::dialogs::logs::{LogRow, LogTable};
use crate::domain::secrecy;
use crate::domain::span::Span;
use crate::domain::time::duration;
use crate::io::clock;
use crate::io::config::UserConfig;
use crate::io::log_files::{self, LogRead, Progress, Source};
use crate::io::run::LogReader;
use crate::logs::format::{JsonNames, Slot};
use crate::logs::histogram::Bar;
use crate::logs::report::{Reasons, Report};
use crate::logs::{Filter, Format, RouteFilter, Tally};

/// Runs the subcommand. Good files are counted even if one is bad.
pub fn run(args: &LogsArgs, user: &UserConfig, out: &mut StandardOutput) -> u8 {
    let (format, filter) = match (format(args), filter(args, clock::now())) {
        (Ok(format), Ok(filter)) => (format, filter),
        (Err(why), _) | (_, Err(why)) => return bad_input(&why),
    };
    let (mut tally, mut is_bad, mut formats, mut end) = (None::<Tally>, false, Vec::new(), 0);
    for path in &args.paths {
        match with_progress(source(path), format.as_ref(), &filter) {
            Err(why) => {
                bad_input(&format!("{}: {why}", name(path)));
                is_bad = true;
            }
            Ok((log, bytes)) => {
                if let Some(why) = log.broken {
                    bad_input(&format!("{}: cannot be unpacked to its end ({why}): only what stands before is counted", name(path)));
                    is_bad = true;
                }
                formats.push((path.as_str(), log.format));
                end = bytes;
                match &mut tally {
                    Some(tally) => tally.merge(log.tally),
                    None => tally = Some(log.tally),
                }
            }
        }
    }
    if let Some(tally) = tally {
        let bars = tally.histogram(logs_screen::BARS);
        let report = without_secrets(tally.report());
        if has_screen(args) && !is_bad {
            return on_screen(args, user, &report, &bars, formats, filter);
        }
        match args.format.unwrap_or(LogsFormat::Text) {
            LogsFormat::Json => out.write(&format!("{}\n", serde_json::to_string_pretty(&report).unwrap_or_default()), Escape::Json),
            LogsFormat::Csv => out.write(&by(&report, args.by, usize::MAX, PLAIN).csv(), Escape::Text),
            LogsFormat::Markdown => out.write(&markdown(&report, args), Escape::Text),
            LogsFormat::Text => out.write(&text(&report, &formats, args), Escape::People),
        }
        if let (true, Some((path, format))) = (args.follow, formats.pop()) {
            // What was written while the file was read is not lost.
            if let Err(why) = logs_follow::follow(Path::new(path), end, format, &filter, out) {
                return bad_input(&format!("{}: {why}", name(path)));
            }
        }
    }
    if is_bad { EXIT_BAD_INPUT } else { EXIT_FINE }
}

/// A terminal gets the screen, unless a format is asked for, or the logs cannot be read again.
fn has_screen(args: &LogsArgs) -> bool {
    args.format.is_none() && !args.follow && !args.paths.iter().any(|path| path == "-") && stdout().is_terminal()
}

/// Opens the tables on the screen.
fn on_screen(args: &LogsArgs, user: &UserConfig, report: &Report, bars: &[Bar], formats: Vec<(&str, Format)>, filter: Filter) -> u8 {
    let table = |(by_what, title): &(LogsBy, &'static str)| {
        let table = by(report, *by_what, usize::MAX, READABLE);
        LogTable { title, head: table.head, rows: table.rows }
    };
    let names = formats.iter().map(|(path, format)| format!("{} ({})", name(path), format.name())).collect::<Vec<_>>().join(", ");
    let mut about = vec![summary(report)];
    about.extend(report.spikes.iter().take(2).map(|spike| {
        let (rate, usual) = (percent(spike.rate), percent(spike.usual));
        format!("spike: {} from {} to {}: {rate} denied, usually {usual}", spike.route, spike.from, spike.to)
    }));
    let view = logs_screen::view(names, about, bars, logs_screen::TABLES.iter().map(table).collect(), args.by, &clock::zone());
    let files: Vec<(PathBuf, Format)> = formats.into_iter().map(|(path, format)| (PathBuf::from(path), format)).collect();
    app::logs(view, LogReader(Arc::new(move |row: &LogRow| logs_screen::lines(&files, &filter, row))), user)
}

fn source(path: &str) -> Source<'_> {
    if path == "-" { Source::Standard } else { Source::File(Path::new(path)) }
}

fn name(path: &str) -> String {
    if path == "-" { "standard input".into() } else { secrecy::quoted_argument(path) }
}

/// The format of `--log-format` and `--field`; `None` if it is to be told by the lines.
fn format(args: &LogsArgs) -> Result<Option<Format>, String> {
    let zone = clock::zone();
    if !args.field.is_empty() {
        let mut names = JsonNames::default();
        for field in &args.field {
            let (slot, name) = field.split_once('=').ok_or_else(|| format!("--field {field:?} is to be like status=http.code"))?;
            names.set(slot_named(slot)?, name);
        }
        return Ok(Some(Format::json(names).in_zone(zone)));
    }
    let Some(given) = &args.log_format else { return Ok(None) };
    if let Some(known) = Format::named(given) {
        return Ok(Some(known.in_zone(zone)));
    }
    let given = match given.strip_prefix('@') {
        Some(path) => of_configuration(path)?,
        None => given.clone(),
    };
    let read = match () {
        () if given.contains("%REQ(") || given.contains("%RESPONSE_CODE%") => Format::envoy(&given),
        () if given.contains('$') || given.trim_start().starts_with("log_format") => Format::nginx(&given),
        () if given.contains('%') => Format::apache(&given),
        () => {
            let known = crate::logs::format::NAMES.join(", ");
            return Err(format!("--log-format {given:?} is none of {known}, and has neither $ of nginx nor % of Apache and Envoy"));
        }
    };
    read.map(|format| Some(format.in_zone(zone))).map_err(|why| format!("--log-format: {why}"))
}

/// The first log format of a configuration file of nginx or Apache.
fn of_configuration(path: &str) -> Result<String, String> {
    let text = input::decode(input::read_file(Path::new(path))?, path)?;
    let mut lines = text.lines().skip_while(|line| !is_log_format(line));
    let first = lines.next().ok_or_else(|| format!("{path}: there is no log_format and no LogFormat in it"))?;
    let is_apache = first.trim_start().starts_with("LogFormat");
    // A directive of nginx goes on up to its semicolon.
    let mut directive = first.trim().to_string();
    while !is_apache && !directive.ends_with(';') {
        let Some(next) = lines.next() else { break };
        directive.push('\n');
        directive.push_str(next.trim());
    }
    Ok(directive)
}

fn is_log_format(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("log_format ") || line.starts_with("LogFormat ")
}

fn slot_named(name: &str) -> Result<Slot, String> {
    Ok(match name {
        "status" => Slot::Status,
        "method" => Slot::Method,
        "path" => Slot::Path,
        "client" => Slot::Client,
        "agent" => Slot::Agent,
        "user" => Slot::User,
        "time" => Slot::Time,
        "request" => Slot::Request,
        "reason" => Slot::Reason,
        other => return Err(format!("--field {other:?}: known are status, method, path, client, agent, user, time, request, reason")),
    })
}

fn filter(args: &LogsArgs, now: Timestamp) -> Result<Filter, String> {
    let moment = |option: &str, text: &Option<String>| text.as_deref().map(|text| moment(option, text, now)).transpose();
    Ok(Filter {
        since: moment("--since", &args.since)?,
        until: moment("--until", &args.until)?,
        route: args.route.as_deref().map(RouteFilter::new),
    })
}

/// A moment as RFC 3339, or as a time ago: `90m`, `2h`, `3d`.
fn moment(option: &str, text: &str, now: Timestamp) -> Result<i64, String> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment.as_second());
    }
    let moment = duration(text).and_then(|ago| now.checked_sub(ago).ok());
    moment
        .map(|moment| moment.as_second())
        .ok_or_else(|| format!("{option} {text:?} is neither an RFC 3339 time nor a time ago such as 90m, 2h, 3d"))
}

/// Reads a log and says on a terminal how far that is; returns the number of bytes that were read too.
fn with_progress(source: Source, format: Option<&Format>, filter: &Filter) -> Result<(LogRead, u64), String> {
    const EVERY: Duration = Duration::from_millis(500);
    let (progress, done) = (Progress::default(), AtomicBool::new(false));
    let whole = log_files::size(source).filter(|_| stderr().is_terminal());
    thread::scope(|scope| {
        if let Some(whole) = whole {
            let (progress, done) = (&progress, &done);
            scope.spawn(move || {
                let begin = Instant::now();
                while !done.load(Ordering::Relaxed) {
                    thread::park_timeout(EVERY);
                    let read = progress.read.load(Ordering::Relaxed);
                    let seconds = begin.elapsed().as_secs_f64();
                    if begin.elapsed() >= EVERY && read > 0 && !done.load(Ordering::Relaxed) {
                        let left = seconds * (whole.saturating_sub(read) as f64) / read as f64;
                        let (percent, rate) = (100.0 * read as f64 / whole.max(1) as f64, read as f64 / seconds / 1e6);
                        let _ = write!(stderr(), "\r{percent:3.0} %  {rate:.0} MB/s  {left:.0} s left \u{1b}[K");
                    }
                }
                if begin.elapsed() >= EVERY {
                    let _ = write!(stderr(), "\r\u{1b}[K");
                }
            });
        }
        let read = log_files::read(source, format, filter, &progress);
        done.store(true, Ordering::Relaxed);
        read.map(|log| (log, progress.read.load(Ordering::Relaxed)))
    })
}

/// What a client wrote may hold secrets: addresses with tokens in lines that were not understood, names of agents.
fn without_secrets(mut report: Report) -> Report {
    let hide = |text: &mut String, find: fn(&str) -> Vec<Span>| {
        let found = find(text);
        if !found.is_empty() {
            *text = secrecy::replace(text, &found, |_| "…".into());
        }
    };
    report.unparsed_examples.iter_mut().for_each(|line| hide(line, secrecy::in_log_line));
    report.agents.iter_mut().for_each(|row| hide(&mut row.agent, secrecy::in_log_line));
    report.clients.iter_mut().for_each(|row| hide(&mut row.client, secrecy::in_log_line));
    report.routes.iter_mut().for_each(|row| hide(&mut row.route, secrecy::in_route));
    report.spikes.iter_mut().for_each(|row| hide(&mut row.route, secrecy::in_route));
    report
}

/// A number with its thousands apart.
fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn percent(rate: f64) -> String {
    if rate > 0.0 && rate < 0.0995 { format!("{:.1} %", rate * 100.0) } else { format!("{:.0} %", rate * 100.0) }
}

fn reasons(reasons: &Reasons, number: fn(u64) -> String) -> String {
    reasons.0.iter().take(3).map(|(id, count)| format!("{id} {}", number(*count))).collect::<Vec<_>>().join(", ")
}

/// How numbers are written.
#[derive(Clone, Copy)]
struct Numbers {
    count: fn(u64) -> String,
    rate: fn(f64) -> String,
}

/// For people.
const READABLE: Numbers = Numbers { count: number, rate: percent };
/// For other programs.
const PLAIN: Numbers = Numbers { count: |count| count.to_string(), rate: |rate| format!("{rate:.4}") };

/// The table that is asked for, the most refused first.
fn by(report: &Report, by: LogsBy, most: usize, numbers: Numbers) -> Table {
    let Numbers { count: number, rate: percent } = numbers;
    let counts = |name: &str, requests: u64, denied: u64, rate: f64, more: Vec<String>| {
        [vec![name.to_string(), number(denied), number(requests), percent(rate)], more].concat()
    };
    let (title, head, rows): (_, Vec<&'static str>, Vec<Vec<String>>) = match by {
        LogsBy::Route => {
            let row = |r: &crate::logs::report::RouteRow| counts(&r.route, r.requests, r.denied, r.rate, vec![reasons(&r.reasons, number)]);
            ("by route", vec!["route", "denied", "of", "rate", "reasons"], report.routes.iter().take(most).map(row).collect())
        }
        LogsBy::Client => {
            let failing = |r: &crate::logs::report::ClientRow| {
                r.failing.as_ref().map_or_else(String::new, |failing| format!("{} in a row", number(failing.denied.into())))
            };
            let row = |r: &crate::logs::report::ClientRow| counts(&r.client, r.requests, r.denied, r.rate, vec![failing(r)]);
            (
                "by client",
                vec!["client", "denied", "of", "rate", "since its last success"],
                report.clients.iter().take(most).map(row).collect(),
            )
        }
        LogsBy::Agent => {
            let row = |r: &crate::logs::report::AgentRow| counts(&r.agent, r.requests, r.denied, r.rate, Vec::new());
            ("by user agent", vec!["user agent", "denied", "of", "rate"], report.agents.iter().take(most).map(row).collect())
        }
        LogsBy::Hour => {
            let row = |r: &crate::logs::report::HourRow| counts(&r.hour, r.requests, r.denied, r.rate, Vec::new());
            ("by hour", vec!["hour", "denied", "of", "rate"], report.hours.iter().take(most).map(row).collect())
        }
        LogsBy::Status => {
            let row = |r: &crate::logs::report::StatusRow| vec![r.status.to_string(), number(r.requests)];
            ("by status", vec!["status", "requests"], report.statuses.iter().take(most).map(row).collect())
        }
        LogsBy::Reason => {
            let row = |(id, count): &(&'static str, u64)| vec![(*id).to_string(), number(*count)];
            let unexplained = (report.unexplained > 0).then(|| vec!["no log says why".to_string(), number(report.unexplained)]);
            ("by reason", vec!["reason", "denied"], report.reasons.0.iter().map(row).chain(unexplained).take(most).collect())
        }
    };
    Table { title, head, rows }
}

/// What is told besides the table that was asked for.
fn others(report: &Report, args: &LogsArgs) -> Vec<Table> {
    let most = usize::from(args.top);
    let spike = |s: &crate::logs::report::SpikeRow| {
        vec![s.route.clone(), s.from.clone(), s.to.clone(), number(s.denied), number(s.requests), percent(s.rate), percent(s.usual)]
    };
    let spikes = Table {
        title: "spikes",
        head: vec!["route", "from", "to", "denied", "of", "rate", "usually"],
        rows: report.spikes.iter().take(most).map(spike).collect(),
    };
    let failing = report.clients.iter().filter_map(|client| Some((client, client.failing.as_ref()?)));
    let failing = failing.map(|(client, failing)| {
        let at = |moment: &Option<String>| moment.clone().unwrap_or_default();
        vec![client.client.clone(), number(failing.denied.into()), at(&failing.from), at(&failing.to)]
    });
    let failing = Table {
        title: "clients that succeeded once and fail since",
        head: vec!["client", "denied in a row", "from", "to"],
        rows: failing.take(most).collect(),
    };
    let reasons = if args.by == LogsBy::Reason { Table::default() } else { by(report, LogsBy::Reason, most, READABLE) };
    [reasons, spikes, failing].into_iter().filter(|table| !table.rows.is_empty()).collect()
}

fn summary(report: &Report) -> String {
    let times = match (&report.from, &report.to) {
        (Some(from), Some(to)) => format!(", from {from} to {to}"),
        _ => String::new(),
    };
    let unparsed = match report.unparsed {
        0 => String::new(),
        1 => "; 1 line not understood".into(),
        count => format!("; {} lines not understood", number(count)),
    };
    let rate = if report.requests > 0 { format!(" ({})", percent(report.rate)) } else { String::new() };
    let requests = if report.requests == 1 { "1 request".into() } else { format!("{} requests", number(report.requests)) };
    format!("{requests}, {} denied{rate}{times}{unparsed}", number(report.denied))
}

fn text(report: &Report, formats: &[(&str, Format)], args: &LogsArgs) -> String {
    let mut text: String = formats.iter().map(|(path, format)| format!("{}: {}\n", name(path), format.name())).collect();
    text.push_str(&format!("{}\n", summary(report)));
    let table = by(report, args.by, args.top.into(), READABLE);
    for table in [table].iter().filter(|table| !table.rows.is_empty()).chain(&others(report, args)) {
        text.push_str(&format!("\n{}", table.text()));
    }
    if !report.unparsed_examples.is_empty() {
        text.push_str("\nnot understood\n");
        for line in &report.unparsed_examples {
            text.push_str(&format!("  {}\n", crate::domain::visible::visible(line)));
        }
    }
    text
}

fn markdown(report: &Report, args: &LogsArgs) -> String {
    let tables = [by(report, args.by, args.top.into(), READABLE)].into_iter().chain(others(report, args));
    let tables: String = tables.map(|table| format!("\n{}", table.markdown())).collect();
    format!("# Refused requests\n\n{}.\n{tables}", summary(report))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_time_or_a_while_ago() {
        let now = "2026-11-30T12:00:00Z".parse().unwrap();
        for (text, second) in [("2026-11-30T11:00:00Z", 3_600), ("60m", 3_600), ("2h", 7_200), ("1d", 86_400)] {
            assert_eq!(moment("--since", text, now), Ok(now.as_second() - second), "{text}");
        }
        for text in ["", "yesterday", "5", "99999999999999999999d", "-"] {
            assert!(moment("--since", text, now).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_are_read_easily() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(number), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0.0, 0.004, 0.05, 0.5, 1.0].map(percent), ["0 %", "0.4 %", "5.0 %", "50 %", "100 %"]);
    }
}
