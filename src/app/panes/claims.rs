//! The claims pane as rows: each member of the token with what it means, and what the checks say of it.

use std::fmt::{self, Write as _};

use jiff::Timestamp;

use super::token_view::TokenView;
use crate::checks::mask::masked;
use crate::checks::{Examined, Outcome, Place, Report};
use crate::domain::json::Object;
use crate::domain::secrecy;
use crate::domain::span::Span;
use crate::domain::time;
use crate::domain::token::claims::describe;

/// Where a row comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// The JOSE header.
    Header,
    /// The claims.
    Claims,
}

/// One member of the token.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimRow {
    /// Which half it stands in.
    pub half: Half,
    /// Its name.
    pub name: String,
    /// Its value as JSON in one line; of a very long one the begin.
    pub value: String,
    /// The same with its secrets masked.
    pub masked: String,
    /// What it says in words; may be empty.
    pub meaning: String,
    /// The worst that a check says of it.
    pub mark: Option<Outcome>,
    /// The bytes of name and value in the text of its half.
    pub span: Span,
}

/// Bytes of a value from which on it is not written out: no screen shows more of it.
const LONG: usize = 16 * 1024;

/// The begin of a value as JSON.
fn begin(value: &serde_json::Value) -> String {
    struct Begin(String);
    impl fmt::Write for Begin {
        fn write_str(&mut self, part: &str) -> fmt::Result {
            self.0.push_str(part);
            if self.0.len() < LONG { Ok(()) } else { Err(fmt::Error) }
        }
    }
    let mut begin = Begin(String::new());
    // The error says that it is long enough.
    let _ = write!(begin, "{value}");
    begin.0
}

/// The rows of a token at a moment.
pub fn rows(token: &TokenView, report: &Report, now: Timestamp) -> Vec<ClaimRow> {
    let (header, claims) = token.halves();
    let half = |half: Half, object: &Object| -> Vec<ClaimRow> {
        object
            .members
            .iter()
            .map(|m| {
                let span = Span::new(m.name_span.start, m.value_span.end);
                let told = worst(report, half, span);
                let faulty = told.filter(|e| matches!(e.finding.outcome, Outcome::Fail | Outcome::Warn));
                ClaimRow {
                    half,
                    name: m.name.clone(),
                    value: begin(&m.value),
                    masked: begin(&secrecy::masked_claims(&m.name, &m.value, &masked)),
                    meaning: match (half, faulty) {
                        // A time says itself what is wrong with it.
                        (_, Some(examined)) if !TIMES.contains(&m.name.as_str()) => examined.finding.message.clone(),
                        (Half::Header, _) => String::new(),
                        (Half::Claims, _) => describe(&m.name, &m.value, now),
                    },
                    mark: told.map(|e| e.finding.outcome),
                    span,
                }
            })
            .collect()
    };
    let mut rows = header.map(|h| half(Half::Header, h)).unwrap_or_default();
    rows.extend(claims.map(|c| half(Half::Claims, c)).unwrap_or_default());
    rows
}

/// True when the text of a row changes as the clock runs.
pub fn ticks(token: &TokenView) -> bool {
    TIMES.iter().any(|name| token.claim(name).is_some_and(serde_json::Value::is_number))
}

/// In how many seconds what is said of the nearest moment changes: it is told in its two largest units.
pub fn seconds_to_change(token: &TokenView, now: Timestamp) -> u64 {
    let distances = ["exp", "nbf", "iat", "auth_time"].iter().filter_map(|name| {
        let moment = time::from_seconds(token.claim(name)?.as_f64()?)?;
        Some(time::seconds_between(now, moment).abs())
    });
    match distances.fold(f64::INFINITY, f64::min) {
        near if near < 3_600.0 => 1,
        near if near < 86_400.0 => 60,
        _ => 3_600,
    }
}

/// The claims that are moments and can be judged by the clock.
const TIMES: [&str; 3] = ["exp", "nbf", "iat"];

/// The worst that a check says of some bytes.
fn worst(report: &Report, half: Half, span: Span) -> Option<&Examined> {
    let touches = |e: &crate::checks::Evidence| {
        let here = match e.place {
            Place::TokenHeader => half == Half::Header,
            Place::Claims => half == Half::Claims,
            _ => false,
        };
        here && e.span.is_some_and(|s| s.start < span.end && span.start < s.end)
    };
    let told = report.checks.iter().filter(|e| matches!(e.finding.outcome, Outcome::Fail | Outcome::Warn | Outcome::Unknown));
    told.filter(|e| e.finding.evidence.iter().any(touches)).min_by_key(|e| e.finding.outcome)
}
