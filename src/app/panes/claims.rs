//! The claims pane as rows: each member of the token with its meaning and what the checks say about it.

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

/// Whose token the pane shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimsOf {
    /// That of the request.
    Request,
    /// That which the response issues.
    Response,
}

/// Which part of the token a row belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenPart {
    /// The JOSE header.
    Header,
    /// The claims.
    Claims,
}

/// One member of the token.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimRow {
    /// The part it belongs to.
    pub half: TokenPart,
    /// Its name.
    pub name: String,
    /// Its value as JSON on one line; truncated if very long.
    pub value: String,
    /// The same with secrets masked.
    pub masked: String,
    /// Its meaning in words; may be empty.
    pub meaning: String,
    /// The worst outcome of a check on it.
    pub mark: Option<Outcome>,
    /// The bytes of name and value in the text of its part.
    pub span: Span,
}

/// Values are truncated at this many bytes: no screen shows more.
const LONG: usize = 16 * 1024;

/// A value as JSON, truncated.
fn truncated_json(value: &serde_json::Value) -> String {
    struct LimitedWriter(String);
    impl fmt::Write for LimitedWriter {
        fn write_str(&mut self, part: &str) -> fmt::Result {
            self.0.push_str(part);
            if self.0.len() < LONG { Ok(()) } else { Err(fmt::Error) }
        }
    }
    let mut writer = LimitedWriter(String::new());
    // The error means that the limit is reached.
    let _ = write!(writer, "{value}");
    writer.0
}

/// The rows of a token at a given time. The finding of the check `said` stands beside the claims already.
pub fn rows(token: &TokenView, report: &Report, now: Timestamp, said: Option<&str>) -> Vec<ClaimRow> {
    let (header, claims) = token.halves();
    let half = |half: TokenPart, object: &Object| -> Vec<ClaimRow> {
        object
            .members
            .iter()
            .map(|m| {
                let span = Span::new(m.name_span.start, m.value_span.end);
                let told = worst(report, half, span);
                let is_news = |e: &&Examined| matches!(e.finding.outcome, Outcome::Fail | Outcome::Warn) && said != Some(e.check.id);
                let faulty = told.filter(is_news);
                ClaimRow {
                    half,
                    name: m.name.clone(),
                    value: truncated_json(&m.value),
                    masked: truncated_json(&secrecy::masked_claims(&m.name, &m.value, &masked)),
                    meaning: match (half, faulty) {
                        // A time claim describes its own problem.
                        (_, Some(examined)) if !TIMES.contains(&m.name.as_str()) => examined.finding.message.to_string(),
                        (TokenPart::Header, _) => String::new(),
                        (TokenPart::Claims, _) => describe(&m.name, &m.value, now),
                    },
                    mark: told.map(|e| e.finding.outcome),
                    span,
                }
            })
            .collect()
    };
    let mut rows = header.map(|h| half(TokenPart::Header, h)).unwrap_or_default();
    rows.extend(claims.map(|c| half(TokenPart::Claims, c)).unwrap_or_default());
    rows
}

/// True if the text of a row changes with the clock.
pub fn ticks(token: &TokenView) -> bool {
    TIMES.iter().any(|name| token.claim(name).is_some_and(serde_json::Value::is_number))
}

/// In how many seconds the text of the nearest time changes: it shows its two largest units.
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

/// Claims that are times and can be judged by the clock.
const TIMES: [&str; 3] = ["exp", "nbf", "iat"];

/// The worst finding about some bytes.
fn worst(report: &Report, half: TokenPart, span: Span) -> Option<&Examined> {
    let touches = |e: &crate::checks::Evidence| {
        let here = match e.place {
            Place::TokenHeader => half == TokenPart::Header,
            Place::Claims => half == TokenPart::Claims,
            _ => false,
        };
        here && e.span.is_some_and(|s| s.start < span.end && span.start < s.end)
    };
    let told = report.checks.iter().filter(|e| matches!(e.finding.outcome, Outcome::Fail | Outcome::Warn | Outcome::Unknown));
    told.filter(|e| e.finding.evidence.iter().any(touches)).min_by_key(|e| e.finding.outcome)
}
