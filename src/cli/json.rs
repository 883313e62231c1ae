//! `--format json` of `check`: a contract, documented in `assets/docs/json.md` and tested.
//!
//! It is serialized row by row from borrowed data: a tree of values for eighty checks of a thousand exchanges took longer than
//! the checks.

use std::borrow::Cow;
use std::io::{self, Write};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::check_config::{ConfigReport, FileRow};
use super::report_format::{Beside, SendOutcome, StreamFormat};
use crate::checks::mask::Masker;
use crate::checks::{Cause, Evidence, Examined, Fix, FixKind, Outcome, Report};
use crate::domain::exchange::Exchange;

/// What `authtui check --format json` prints.
#[derive(JsonSchema)]
#[schemars(title = "authtui check")]
#[expect(dead_code, reason = "it is written row by row; this is its shape")]
struct CheckReport<'a> {
    /// The version of the contract: within it members may be added, but none is renamed or removed.
    #[schemars(extend("const" = 1))]
    version: u8,
    /// One element per request, in order, including requests without a cause.
    exchanges: Vec<ExchangeRow<'a>>,
    /// The configurations of servers among the files.
    files: Option<Vec<FileRow<'a>>>,
}

/// A request, its answer, and what was found.
#[derive(Serialize, JsonSchema)]
struct ExchangeRow<'a> {
    /// The file.
    source: &'a str,
    /// The name in the file, else `METHOD path`.
    name: String,
    /// The method of the request.
    method: Cow<'a, str>,
    /// The address of the request.
    url: Cow<'a, str>,
    /// The status of the response; null without one.
    #[schemars(required, extend("type" = ["integer", "null"]))]
    status: Option<u16>,
    /// With `--send`, what came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    sent: Option<SentRow<'a>>,
    /// True if the first cause has a confidence of 0.5 or more, or if nothing is wrong. False with no causes is a refusal whose
    /// cause cannot be told.
    decided: bool,
    /// Most likely first; while undecided they are candidates, each below 0.5.
    causes: Vec<CauseRow<'a>>,
    /// Information that would decide.
    needs: Vec<String>,
    /// The checks that apply; with `--all` also those that do not.
    checks: Vec<CheckRow<'a>>,
}

/// What came of sending a request.
#[derive(Serialize, JsonSchema)]
struct SentRow<'a> {
    /// `expected` and `skipped` do not fail. `cut` has the status that it should have, in an answer that did not come whole.
    #[schemars(extend("enum" = ["expected", "unexpected", "cut", "no-answer", "not-sent", "skipped"]))]
    outcome: &'static str,
    /// The status that was expected, or why there is no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<Cow<'a, str>>,
    /// Why the answer did not come whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<Cow<'a, str>>,
}

/// A reason for the refusal.
#[derive(Serialize, JsonSchema)]
pub(super) struct CauseRow<'a> {
    /// The name of the check.
    id: &'static str,
    /// How sure it is.
    #[schemars(range(min = 0.0, max = 1.0))]
    confidence: f64,
    /// One sentence.
    summary: Cow<'a, str>,
    /// What proves it.
    evidence: Vec<EvidenceRow<'a>>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixRow<'a>>,
}

/// Bytes that prove a cause.
#[derive(Serialize, JsonSchema)]
pub(super) struct EvidenceRow<'a> {
    /// The part of the exchange.
    #[serde(rename = "in")]
    #[schemars(extend("enum" = ["request.line", "request.headers", "request.body", "response.status", "response.headers",
        "response.body", "claims", "context"]))]
    place: &'static str,
    /// The header, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<Cow<'a, str>>,
    /// Where it begins, in bytes of UTF-8 in the text of that part.
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<usize>,
    /// Where it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<usize>,
    /// What it says.
    text: Cow<'a, str>,
}

/// What to do about a cause.
#[derive(Serialize, JsonSchema)]
pub(super) struct FixRow<'a> {
    /// One sentence.
    title: Cow<'a, str>,
    /// An edit of the request, something to do elsewhere, or a line of a server's configuration.
    #[schemars(extend("enum" = ["edit", "action", "configuration"]))]
    kind: &'static str,
    /// The server whose configuration it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<&'a str>,
    /// The line to write.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<Cow<'a, str>>,
}

/// A check and what it found.
#[derive(Serialize, JsonSchema)]
struct CheckRow<'a> {
    /// Its name.
    id: &'static str,
    /// What it found.
    #[schemars(extend("enum" = ["fail", "warn", "unknown", "pass", "not-applicable"]))]
    outcome: &'static str,
    /// One sentence.
    message: Cow<'a, str>,
}

/// The JSON Schema of the format.
pub fn schema() -> Schema {
    SchemaGenerator::default().into_root_schema_for::<CheckReport>()
}

/// The end of the whole text, with the configurations that were read.
pub fn with_files<'t>(end: &'t str, read: &[ConfigReport]) -> Cow<'t, str> {
    let Some(before) = end.strip_suffix("\n}\n").filter(|_| !read.is_empty()) else { return end.into() };
    let rows: Vec<FileRow> = read.iter().flat_map(ConfigReport::rows).collect();
    let files = serde_json::to_string_pretty(&rows).unwrap_or_default().replace('\n', "\n  ");
    format!("{before},\n  \"files\": {files}\n}}\n").into()
}

/// The JSON format.
pub const FORMAT: StreamFormat = StreamFormat {
    begin: "{\n  \"version\": 1,\n  \"exchanges\": [\n    ",
    between: ",\n    ",
    end: "\n  ]\n}\n",
    nothing: "{\n  \"version\": 1,\n  \"exchanges\": []\n}\n",
    write: |out, exchange, report, masker, beside| {
        write(out, exchange, report, masker, beside, |outcome| outcome != Outcome::NotApplicable)
    },
    has_summary: false,
};

/// The JSON format with all checks. Most of them do not apply to any given exchange.
pub const EVERY_CHECK: StreamFormat =
    StreamFormat { write: |out, exchange, report, masker, beside| write(out, exchange, report, masker, beside, |_| true), ..FORMAT };

/// Nesting depth of a row.
const DEPTH: usize = 2;

fn write(out: &mut Vec<u8>, exchange: &Exchange, report: &Report, masker: &Masker, beside: &Beside, lists: fn(Outcome) -> bool) {
    let formatter = Indented { level: DEPTH, filled: false };
    // Writing to memory cannot fail.
    let _ = row(exchange, report, masker, beside, lists).serialize(&mut Serializer::with_formatter(out, formatter));
}

/// Formats like serde_json's `PrettyFormatter`, but starting at any level and with one write per line of indentation.
struct Indented {
    level: usize,
    filled: bool,
}

impl Indented {
    fn open<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.level += 1;
        self.filled = false;
        out.write_all(bracket)
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.level -= 1;
        if self.filled {
            self.line(out, b"\n")?;
        }
        out.write_all(bracket)
    }

    /// A line break, after a comma if given, and the indentation.
    fn line<W: ?Sized + Write>(&self, out: &mut W, end: &[u8]) -> io::Result<()> {
        const BLANKS: [u8; 32] = [b' '; 32];
        out.write_all(end)?;
        out.write_all(BLANKS.get(..2 * self.level).unwrap_or(&BLANKS))
    }
}

impl Formatter for Indented {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.line(out, if first { b"\n" } else { b",\n" })
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.line(out, if first { b"\n" } else { b",\n" })
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }
}

fn row<'a>(exchange: &'a Exchange, report: &'a Report, masker: &Masker, beside: &'a Beside, lists: fn(Outcome) -> bool) -> ExchangeRow<'a> {
    let check = |e: &'a Examined| CheckRow { id: e.check.id, outcome: e.finding.outcome.word(), message: masker.hide(&e.finding.message) };
    ExchangeRow {
        source: &exchange.source,
        name: masker.title(exchange),
        method: masker.hide(&exchange.request.method),
        url: masker.hide_in_url(&exchange.request.url),
        status: exchange.answer.as_ref().map(|a| a.status),
        sent: beside.sent.map(|sent| sent_row(sent, masker)),
        decided: report.decided,
        causes: report.causes.iter().map(|c| cause(c, exchange, masker)).collect(),
        needs: report.needs.iter().map(|need| need.with_options()).collect(),
        checks: report.checks.iter().filter(|e| lists(e.finding.outcome)).map(check).collect(),
    }
}

fn sent_row<'a>(sent: &'a SendOutcome, masker: &Masker) -> SentRow<'a> {
    let (outcome, why, fault) = match sent {
        SendOutcome::Expected => ("expected", None, None),
        SendOutcome::Unexpected(wanted) => ("unexpected", Some(wanted), None),
        SendOutcome::Cut { wanted: Some(wanted), why } => ("unexpected", Some(wanted), Some(why)),
        SendOutcome::Cut { wanted: None, why } => ("cut", None, Some(why)),
        SendOutcome::NoAnswer(why) => ("no-answer", Some(why), None),
        SendOutcome::NotSent(why) => ("not-sent", Some(why), None),
        SendOutcome::Skipped(why) => ("skipped", Some(why), None),
    };
    let hidden = |text: &'a String| masker.hide_in_text(text);
    SentRow { outcome, why: why.map(hidden), fault: fault.map(hidden) }
}

pub(super) fn cause<'a>(cause: &'a Cause, exchange: &'a Exchange, masker: &Masker) -> CauseRow<'a> {
    CauseRow {
        id: cause.check.id,
        confidence: cause.confidence,
        summary: masker.hide(&cause.summary),
        evidence: cause.evidence.iter().map(|e| evidence(e, exchange, masker)).collect(),
        fix: cause.fix.as_ref().map(|f| fix(f, masker)),
    }
}

fn evidence<'a>(evidence: &'a Evidence, exchange: &'a Exchange, masker: &Masker) -> EvidenceRow<'a> {
    EvidenceRow {
        place: evidence.place.word(),
        header: evidence.place.header_name(exchange).map(|name| masker.hide(name)),
        start: evidence.span.map(|s| s.start),
        end: evidence.span.map(|s| s.end),
        text: masker.hide(&evidence.text),
    }
}

fn fix<'a>(fix: &'a Fix, masker: &Masker) -> FixRow<'a> {
    let (server, line) = match &fix.kind {
        FixKind::Configuration { server, line } => (Some(server.as_str()), Some(masker.hide(line))),
        _ => (None, None),
    };
    FixRow { title: masker.hide(&fix.title), kind: fix.word(), server, line }
}
