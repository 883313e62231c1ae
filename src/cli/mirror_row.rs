//! One exchange of `authtui mirror`, as a line of JSON and as text for people.

use std::cell::OnceCell;
use std::io::{self, Write as _};

use jiff::tz::TimeZone;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

use super::json::{self, CauseRow};
use super::text;
use crate::checks::mask::Masker;
use crate::domain::request::Request;
use crate::domain::secrecy;
use crate::domain::transit::Change;
use crate::domain::visible::{visible, visible_json};
use crate::formats::mask::{MASK, masked};
use crate::mirror::Judged;

/// A line of `authtui mirror --format json`.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "authtui mirror")]
pub struct MirrorRow<'a> {
    /// The version of the contract: within it members may be added, but none is renamed or removed.
    #[schemars(extend("const" = 1))]
    version: u8,
    /// When the request arrived.
    at: String,
    /// Address and port of the other end.
    from: &'a str,
    /// The saved request that it was sent as, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    sent: Option<String>,
    /// The request as it arrived.
    received: ReceivedRow,
    /// What the way changed of the request that was sent.
    changes: Vec<ChangeRow>,
    /// The status that it was answered with.
    status: u16,
    /// What failed on the way to the application.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
    /// True if the first cause has a confidence of 0.5 or more, or if nothing is wrong.
    decided: bool,
    /// Most likely first, as those of `check`.
    causes: Vec<CauseRow<'a>>,
    /// Information that would decide.
    needs: Vec<String>,
}

/// A request that arrived.
#[derive(Serialize, JsonSchema)]
struct ReceivedRow {
    method: String,
    /// Its address, with the scheme that the proxy names.
    url: String,
    headers: Vec<FieldRow>,
    /// Its body; of a long one the beginning.
    body: String,
}

/// A header field.
#[derive(Serialize, JsonSchema)]
struct FieldRow {
    name: String,
    value: String,
}

/// What became of a header.
#[derive(Serialize, JsonSchema)]
struct ChangeRow {
    /// Its name; `:method` and `:path` for the request line.
    header: String,
    #[schemars(extend("enum" = ["added", "changed", "removed"]))]
    kind: &'static str,
    /// What was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    sent: Option<String>,
    /// What arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    received: Option<String>,
}

/// The longest method that is no token in its place: `UPDATEREDIRECTREF` (RFC 4437).
const LONGEST_METHOD: usize = 17;

/// The name of a header, unless it is a secret in a name's place.
fn name_of(name: &str, reveal: bool) -> String {
    if reveal { name.to_string() } else { secrecy::replace(name, &secrecy::in_message(name), |_| MASK.to_string()) }
}

/// Both ends of the way, as they may be shown. Most exchanges are accepted and take one line: what they do not need is not made.
struct Shown<'a> {
    judged: &'a Judged,
    reveal: bool,
    sent: OnceCell<Request>,
    received: OnceCell<Request>,
    masker: OnceCell<Masker>,
}

impl<'a> Shown<'a> {
    const fn new(judged: &'a Judged, reveal: bool) -> Self {
        Self { judged, reveal, sent: OnceCell::new(), received: OnceCell::new(), masker: OnceCell::new() }
    }

    fn shown(&self, request: &Request) -> Request {
        if self.reveal { request.clone() } else { masked(request) }
    }

    fn received(&self) -> &Request {
        self.received.get_or_init(|| self.shown(&self.judged.arrival.transit.received))
    }

    fn masker(&self) -> &Masker {
        self.masker.get_or_init(|| if self.reveal { Masker::reveal() } else { Masker::of(&self.judged.arrival.exchange) })
    }

    /// What was sent and what arrived.
    fn ends(&self, change: &Change) -> (Option<String>, Option<String>) {
        let sent = self.sent.get_or_init(|| self.shown(&self.judged.arrival.exchange.request));
        change.ends(sent, self.received())
    }

    /// Method and path of the request that arrived.
    fn first_line(&self) -> String {
        let Request { method, url, .. } = &self.judged.arrival.transit.received;
        let url = if self.reveal { url.clone() } else { secrecy::masked_url(url) };
        let path = Request { url, ..Request::default() };
        // A method is a short word; what is longer may be a token in its place.
        let method = if self.reveal || method.len() <= LONGEST_METHOD { method } else { &self.received().method };
        format!("{} {}", visible(method), visible(path.path()))
    }
}

/// The JSON Schema of a line.
pub fn schema() -> Schema {
    SchemaGenerator::default().into_root_schema_for::<MirrorRow>()
}

/// The line of JSON, without its end.
pub fn line(judged: &Judged, reveal: bool) -> String {
    serde_json::to_string(&row(judged, &Shown::new(judged, reveal))).unwrap_or_default()
}

/// The same over several lines, without secrets: what whoever sends the request gets for an answer.
pub fn answer(judged: &Judged) -> String {
    visible_json(&serde_json::to_string_pretty(&row(judged, &Shown::new(judged, false))).unwrap_or_default()).into_owned()
}

fn row<'a>(judged: &'a Judged, shown: &Shown<'a>) -> MirrorRow<'a> {
    let change = |change: &Change| {
        let (sent, received) = shown.ends(change);
        ChangeRow { header: name_of(&change.name, shown.reveal), kind: change.kind.word(), sent, received }
    };
    let received = shown.received();
    let field = |name: &str, value: &str| FieldRow { name: name_of(name, shown.reveal), value: value.into() };
    MirrorRow {
        version: 1,
        at: judged.at.to_string(),
        from: &judged.from,
        sent: judged.arrival.name.as_deref().map(|name| shown.masker().hide_in_text(name).into_owned()),
        received: ReceivedRow {
            method: received.method.clone(),
            url: received.url.clone(),
            headers: received.headers.iter().map(|(_, header)| field(&header.name, &header.value)).collect(),
            body: received.body.to_string(),
        },
        changes: judged.arrival.transit.changes.iter().map(change).collect(),
        status: judged.status,
        fault: judged.fault.clone(),
        decided: judged.report.decided,
        causes: judged.report.causes.iter().map(|cause| json::cause(cause, &judged.arrival.exchange, shown.masker())).collect(),
        needs: judged.report.needs.iter().map(|need| need.with_options()).collect(),
    }
}

/// How much of a request is shown for which nothing is known to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Its headers, since nothing else shows what arrived.
    Headers,
    /// Its first line.
    Line,
}

/// The text for people.
pub fn text(judged: &Judged, zone: &TimeZone, extent: Extent, reveal: bool) -> String {
    let mut out = Vec::new();
    // Writing to memory cannot fail.
    let _ = write_text(&mut out, judged, zone, extent, &Shown::new(judged, reveal));
    String::from_utf8(out).unwrap_or_default()
}

fn write_text(out: &mut Vec<u8>, judged: &Judged, zone: &TimeZone, extent: Extent, shown: &Shown) -> io::Result<()> {
    let time = zone.to_datetime(judged.at).strftime("%H:%M:%S").to_string();
    writeln!(out, "{time} {} {}  from {}", judged.status, shown.first_line(), judged.from)?;
    if let Some(fault) = &judged.fault {
        writeln!(out, "  ! {}", visible(&shown.masker().hide_in_text(fault)))?;
    }
    match &judged.arrival.name {
        Some(name) if judged.arrival.transit.changes.is_empty() => writeln!(out, "  = arrived as “{}” was sent", name_shown(shown, name))?,
        Some(name) => writeln!(out, "  compared with “{}” as it was sent:", name_shown(shown, name))?,
        None if extent == Extent::Headers => {
            for (_, header) in shown.received().headers.iter() {
                writeln!(out, "    {}: {}", visible(&name_of(&header.name, shown.reveal)), visible(&header.value))?;
            }
        }
        None => {}
    }
    for change in &judged.arrival.transit.changes {
        let name = name_of(&change.name, shown.reveal);
        let name = visible(&name);
        match shown.ends(change) {
            (Some(sent), None) => writeln!(out, "  - {name}: {}", visible(&sent))?,
            (None, Some(received)) => writeln!(out, "  + {name}: {}", visible(&received))?,
            (sent, received) => {
                let (sent, received) = (sent.unwrap_or_default(), received.unwrap_or_default());
                writeln!(out, "  ~ {name}: {} → {}", visible(&sent), visible(&received))?;
            }
        }
    }
    if judged.report.is_unexplained {
        return writeln!(out, "  ? refused, and the cause cannot be told");
    }
    if judged.report.causes.is_empty() {
        return Ok(());
    }
    text::causes(out, &judged.arrival.exchange, &judged.report, shown.masker())
}

fn name_shown(shown: &Shown, name: &str) -> String {
    visible(&secrecy::quoted(&shown.masker().hide_in_text(name))).into_owned()
}
