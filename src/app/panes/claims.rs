//! The claims pane as rows: each member of the token with its meaning and what the checks say about it.

use std::fmt::{self, Write as _};

use jiff::Timestamp;
use serde_json::Value;

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

/// As much of a value as [`LONG`] bytes of JSON can hold: what is not shown need not be masked.
fn beginning(value: &Value, room: &mut usize) -> Value {
    // Each member takes a byte or more besides what is counted of it.
    let has_room = |room: &mut usize, used: usize| {
        let is_left = *room > 0;
        *room = room.saturating_sub(used);
        is_left
    };
    match value {
        Value::Array(list) => list.iter().map_while(|member| has_room(room, 1).then(|| beginning(member, room))).collect(),
        Value::Object(members) => {
            let members = members.iter();
            members.map_while(|(name, member)| has_room(room, name.len()).then(|| (name.clone(), beginning(member, room)))).collect()
        }
        Value::String(text) => {
            *room = room.saturating_sub(text.len());
            value.clone()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// A value as JSON, truncated.
fn truncated_json(value: &Value) -> String {
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
                let shown = beginning(&m.value, &mut { LONG });
                ClaimRow {
                    half,
                    name: m.name.clone(),
                    value: truncated_json(&shown),
                    masked: truncated_json(&secrecy::masked_claims(&m.name, &shown, &masked)),
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
    TIMES.iter().any(|name| token.claim(name).is_some_and(Value::is_number))
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_a_long_value_is_kept_what_is_shown() {
        let roles: Vec<String> = (0..9_000).map(|number| format!("role-{number}")).collect();
        for value in [json!(roles), json!({ "realm": { "roles": roles } }), json!(vec![1; 90_000]), json!("x".repeat(90_000))] {
            let shown = beginning(&value, &mut { LONG });
            assert!(value.is_string() || serde_json::to_string(&shown).unwrap().len() < 3 * LONG);
            assert_eq!(truncated_json(&shown), truncated_json(&value));
        }
        for value in [json!({ "a": [1, "b", { "c": null }] }), json!([]), json!("s"), json!(1.5)] {
            assert_eq!(beginning(&value, &mut { LONG }), value);
        }
    }
}
