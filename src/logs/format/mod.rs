//! The formats of logs: one file a family.

mod apache;
mod aws;
mod columns;
mod detect;
mod envoy;
mod haproxy;
mod iis;
mod json;
mod json_memory;
mod json_names;
mod json_scan;
mod nginx;
mod oauth2_proxy;
mod pattern;
mod role;
#[cfg(test)]
mod samples;
mod text;

use std::sync::Arc;

use jiff::tz::TimeZone;

pub use json_names::{JsonNames, Slot};
pub use pattern::FormatError;

use super::line::{Line, Record};
use super::reason;
use super::times::Times;
use columns::Columns;
use pattern::{Fit, Pattern};

/// How the lines of a log are read. It remembers what lines say of those after them: times, columns, the entry of a stack trace.
#[derive(Clone, Debug)]
pub struct Format {
    name: &'static str,
    kind: Kind,
    times: Times,
    entry: text::Entry,
    json: json_memory::Memory,
}

#[derive(Clone, Debug)]
enum Kind {
    Pattern(Arc<Pattern>),
    Json(Arc<JsonNames>),
    Haproxy,
    Columns(Columns),
    Text,
}

/// The names of all formats that are built in, as they can be asked for.
pub const NAMES: &[&str] = &[
    "nginx",
    "nginx-main",
    "apache-common",
    "apache-combined",
    "apache-vhost",
    "traefik",
    "envoy",
    "istio",
    "haproxy",
    "alb",
    "w3c",
    "oauth2-proxy",
    "json",
    "text",
];

impl Format {
    fn new(name: &'static str, kind: Kind) -> Self {
        Format { name, kind, times: Times::default(), entry: text::Entry::default(), json: json_memory::Memory::default() }
    }

    fn pattern(name: &'static str, pattern: Result<Pattern, FormatError>) -> Result<Self, FormatError> {
        Ok(Format::new(name, Kind::Pattern(Arc::new(pattern?))))
    }

    /// A format that is built in.
    pub fn named(name: &str) -> Option<Self> {
        let name = NAMES.iter().find(|known| **known == name)?;
        let pattern = match *name {
            "nginx" => nginx::compile(nginx::COMBINED),
            "nginx-main" => nginx::compile(nginx::MAIN),
            "apache-common" => apache::compile(apache::COMMON),
            "apache-combined" => apache::compile(apache::COMBINED),
            "apache-vhost" => apache::compile(apache::VHOST_COMBINED),
            "traefik" => apache::compile(apache::TRAEFIK),
            "envoy" => envoy::compile(envoy::DEFAULT),
            "istio" => envoy::compile(envoy::ISTIO),
            "alb" => aws::balancer(),
            "oauth2-proxy" => oauth2_proxy::requests(),
            "haproxy" => return Some(Format::new(name, Kind::Haproxy)),
            "w3c" => return Some(Format::new(name, Kind::Columns(Columns::default()))),
            "json" => return Some(Format::json(JsonNames::default())),
            _ => return Some(Format::new(name, Kind::Text)),
        };
        Format::pattern(name, pattern).ok()
    }

    /// The format of an nginx `log_format`, given as its text or as the whole directive. One that writes JSON is read as such.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn nginx(log_format: &str) -> Result<Self, FormatError> {
        let text = nginx::text_of(log_format);
        if text.starts_with('{') {
            return Ok(Format::json(detect::names_in(&text)));
        }
        Format::pattern("nginx log_format", nginx::compile(&text))
    }

    /// The format of an Apache `LogFormat`, given as its text or as the whole directive.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn apache(log_format: &str) -> Result<Self, FormatError> {
        Format::pattern("Apache LogFormat", apache::compile(log_format))
    }

    /// The format of an Envoy format string.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn envoy(format: &str) -> Result<Self, FormatError> {
        Format::pattern("Envoy format", envoy::compile(format))
    }

    /// Objects of JSON whose fields have these names.
    pub fn json(names: JsonNames) -> Self {
        Format::new("json", Kind::Json(Arc::new(names)))
    }

    /// The format of a log, by its first lines. [`Format::named`]`("text")` reads what is none of the others.
    pub fn detect(sample: &[u8]) -> Option<Self> {
        detect::detect(sample)
    }

    /// The same format; times that are written without an offset belong to `zone` instead of UTC.
    pub fn in_zone(mut self, zone: TimeZone) -> Self {
        self.times = Times::new(zone);
        self
    }

    /// The name of a built-in format, or the kind of one that was given as text.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether a line can only be read after those before it, so that the parts of a file cannot be read side by side. (Lines
    /// without a time in an application's log are the other case; there, only the time of a cut entry is lost.)
    pub fn needs_order(&self) -> bool {
        matches!(self.kind, Kind::Columns(_))
    }

    /// Reads a line, given without its line end.
    pub fn read<'l>(&mut self, line: &'l [u8]) -> Line<'l> {
        let read = match &mut self.kind {
            Kind::Pattern(pattern) => {
                let mut record = Record::default();
                match pattern.read(line, &mut record, &mut self.times) {
                    Fit::Whole | Fit::Partly => return Line::Record(record),
                    Fit::No => Line::Unparsed(line),
                }
            }
            Kind::Json(names) => json::read(line, names, &mut self.json, &mut self.times),
            Kind::Haproxy => haproxy::read(line, &mut self.times).map_or(Line::Unparsed(line), Line::Record),
            Kind::Columns(columns) => columns.read(line),
            Kind::Text => return self.entry.read(line, &mut self.times),
        };
        match read {
            Line::Unparsed(_) => self.read_stray(line),
            read => read,
        }
    }

    /// A line that is not of the format: the log of an application can be in the same stream.
    fn read_stray<'l>(&mut self, line: &'l [u8]) -> Line<'l> {
        if line.trim_ascii().is_empty() {
            return Line::Skipped;
        }
        if text::is_entry(line) && reason::find(line).is_some() {
            return self.entry.read(line, &mut self.times);
        }
        Line::Unparsed(line)
    }

    /// Whether a line has the whole format; for one of free text, whether an entry can start so.
    fn fits(&mut self, line: &[u8]) -> bool {
        match &self.kind {
            Kind::Pattern(pattern) => pattern.read(line, &mut Record::default(), &mut self.times) == Fit::Whole,
            Kind::Text => text::is_entry(line),
            Kind::Json(_) => line.trim_ascii_start().starts_with(b"{") && !matches!(self.read(line), Line::Unparsed(_)),
            _ => matches!(self.read(line), Line::Record(_)),
        }
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// The record of a line that is one.
    #[track_caller]
    pub fn record<'l>(format: &mut Format, line: &'l [u8]) -> Record<'l> {
        format.read(line).record().expect("a record")
    }

    #[test]
    fn every_name_names_a_format() {
        for name in NAMES {
            assert_eq!(Format::named(name).expect(name).name(), *name);
        }
        assert!(Format::named("xml").is_none());
    }

    #[test]
    fn an_application_s_line_between_those_of_a_server() {
        let mut format = Format::named("nginx").unwrap();
        let stray = b"2024/05/13 10:00:00 [error] 7#0: *1 user \"ann\": password mismatch, client: 203.0.113.7, server: _, request: \"GET /a HTTP/1.1\"";
        let event = format.read(stray).event().unwrap();
        assert_eq!((event.at, &*event.client, &*event.path), (Some(1_715_594_400), &b"203.0.113.7"[..], &b"/a"[..]));
        assert!(matches!(format.read(b"2024/05/13 10:00:00 [notice] 7#0: start worker processes"), Line::Unparsed(_)));
        assert_eq!(format.read(b""), Line::Skipped);
    }
}
