//! `authtui logs` on the screen: the tables, and the lines behind a row.

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::args::LogsBy;
use crate::app::dialogs::logs::{LogBar, LogLine, LogRow, LogTable, LogsView};
use crate::domain::secrecy;
use crate::domain::span::Span;
use crate::io::log_files;
use crate::logs::histogram::Bar;
use crate::logs::line::is_denied;
use crate::logs::{Filter, Format, Line, Record, reason, route};

/// Lines that are shown of a row.
const MOST_LINES: usize = 500;
/// Parts of the histogram.
pub const BARS: usize = 96;

/// The tables in the order in which one steps through them.
pub const TABLES: [(LogsBy, &str); 6] = [
    (LogsBy::Route, "route"),
    (LogsBy::Client, "client"),
    (LogsBy::Reason, "reason"),
    (LogsBy::Agent, "user agent"),
    (LogsBy::Status, "status"),
    (LogsBy::Hour, "hour"),
];

/// What the screen shows.
pub fn view(title: String, summary: Vec<String>, bars: &[Bar], tables: Vec<LogTable>, shown: LogsBy, zone: &TimeZone) -> LogsView {
    let time = |second: i64| Timestamp::from_second(second).map(|at| zone.to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string());
    let bar = |bar: &Bar| LogBar { from: time(bar.from).unwrap_or_default(), requests: bar.requests, denied: bar.denied };
    let table = TABLES.iter().position(|(by, _)| *by == shown).unwrap_or_default();
    LogsView { title, summary, bars: bars.iter().map(bar).collect(), tables, table, ..LogsView::default() }
}

/// The newest refused requests of a row in some logs, the newest first.
///
/// # Errors
/// Which log cannot be read, and why.
pub fn lines(files: &[(PathBuf, Format)], filter: &Filter, row: &LogRow) -> Result<Vec<LogLine>, String> {
    let mut found = Vec::new();
    for (path, format) in files {
        let (mut format, mut told) = (format.clone(), format.clone());
        let is_wanted = |line: &[u8]| match format.read(line) {
            Line::Record(record) => is_denied(record.status) && filter.has_time(record.at) && is_of(row, &record, filter),
            // An error log says why, and has no status.
            Line::Event(event) => row.table == "reason" && reason::find(&event.reason).is_some_and(|cause| cause.id() == row.name),
            Line::Skipped | Line::Unparsed(_) => false,
        };
        let read = log_files::last_lines(path, MOST_LINES, is_wanted).map_err(|why| format!("{}: {why}", path.display()))?;
        found.extend(read.iter().map(|line| shown(&mut told, line)));
    }
    found.reverse();
    found.truncate(MOST_LINES);
    Ok(found)
}

/// Whether a request counts in a row.
fn is_of(row: &LogRow, record: &Record, filter: &Filter) -> bool {
    // The name of a row is without its secrets.
    let is_as = |bytes: &[u8], find: fn(&str) -> Vec<Span>| {
        let text = String::from_utf8_lossy(bytes);
        text == row.name || row.name.contains('…') && secrecy::replace(&text, &find(&text), |_| "…".into()) == row.name
    };
    let is = |bytes: &[u8]| is_as(bytes, secrecy::in_log_line);
    let mut name = Vec::new();
    route::name(&record.method, &record.path, &mut name);
    if !filter.has_route(&name) {
        return false;
    }
    match row.table {
        "route" => is_as(&name, secrecy::in_route),
        "client" => is(&record.client),
        "user agent" => is(&record.agent),
        "status" => record.status.to_string() == row.name,
        "reason" => reason::find(&record.reason).or_else(|| reason::of_status(record.status)).is_some_and(|cause| cause.id() == row.name),
        _ => {
            let begin = row.name.parse::<Timestamp>().map(Timestamp::as_second);
            begin.is_ok_and(|begin| record.at.is_some_and(|at| (begin..begin + 3_600).contains(&at)))
        }
    }
}

/// A line as it is shown.
fn shown(format: &mut Format, line: &[u8]) -> LogLine {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let whole = text(line);
    let hidden = secrecy::without_secrets(&whole);
    match format.read(line) {
        Line::Record(record) => LogLine {
            text: hidden,
            method: text(&record.method),
            target: text(&record.path),
            agent: secrecy::without_secrets(&text(&record.agent)),
            status: record.status,
            reason: text(&record.reason),
        },
        Line::Event(event) => LogLine {
            text: hidden,
            method: text(&event.method),
            target: text(&event.path),
            status: 401,
            reason: text(&event.reason),
            ..LogLine::default()
        },
        Line::Skipped | Line::Unparsed(_) => LogLine { text: hidden, ..LogLine::default() },
    }
}
