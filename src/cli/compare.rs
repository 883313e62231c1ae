//! `authtui compare`: two tokens or two requests side by side.

use std::process::ExitCode;

use jiff::Timestamp;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use super::args::{Compare, Format};
use super::token::bare;
use super::{EXIT_CAUSE, EXIT_FINE, bad_input, expect, input, print};
use crate::domain::compare::{Comparison, Relation, Row, compare_requests, compare_tokens, credential, masked};
use crate::domain::request::{Request, RequestText};
use crate::domain::visible::visible;
use crate::formats;

/// Runs it: exit 0 when the two are the same, 1 when they differ, 2 on bad input.
pub fn run(args: &Compare) -> ExitCode {
    match compare(args) {
        Ok(comparison) => {
            let shown = |row: &Row, side: &Option<String>| match side {
                Some(text) if row.is_secret && !args.reveal => Some(masked(text)),
                side => side.clone(),
            };
            match args.format {
                Some(Format::Json) => print(&format!("{:#}\n", to_json(&comparison, shown))),
                Some(Format::Text) | None => print(&to_text(&comparison, shown)),
            }
            let is_same = comparison.rows.iter().all(|r| r.relation == Relation::Same);
            ExitCode::from(if is_same { EXIT_FINE } else { EXIT_CAUSE })
        }
        Err(message) => bad_input(&message),
    }
}

fn compare(args: &Compare) -> Result<Comparison, String> {
    if args.a == "-" && args.b == "-" {
        return Err("standard input can be read once only: give one side as text or @file".into());
    }
    let context = expect::context(&args.expect)?;
    let (a, b) = (input::read(&args.a)?, input::read(&args.b)?);
    let (side_a, side_b) = (Side::of(&a)?, Side::of(&b)?);
    input::warn_of_arguments(&[&a, &b]);
    let now = context.now.unwrap_or_else(Timestamp::now);
    let token = |side: &Side, name: &str| side.token().ok_or_else(|| format!("{name} is a request without a token, the other is a token"));
    Ok(match (&side_a, &side_b) {
        (Side::Request(a), Side::Request(b)) => compare_requests(a, b, Some(&context), now),
        (a, b) => compare_tokens(&token(a, "A")?, &token(b, "B")?, Some(&context), now),
    })
}

/// What one of the two arguments is.
enum Side {
    Token(String),
    Request(Box<Request>),
}

impl Side {
    fn of(input: &input::Input) -> Result<Self, String> {
        let name = input.source.name();
        if input.text.trim().is_empty() {
            return Err(format!("{name}: line 1, column 1: empty where a token or a request should be"));
        }
        match request(&input.text, name)? {
            Some(request) => Ok(Self::Request(Box::new(request))),
            None => Ok(Self::Token(bare(&input.text).to_string())),
        }
    }

    fn token(&self) -> Option<String> {
        match self {
            Self::Token(token) => Some(token.clone()),
            Self::Request(request) => credential(request).map(|(_, token)| token),
        }
    }
}

/// The request that a text is, if it is one: a HAR with one entry, or a request as text.
fn request(text: &str, source: &str) -> Result<Option<Request>, String> {
    let start = text.trim_start();
    if start.starts_with('{') && start.contains("\"log\"") && start.contains("\"entries\"") {
        let reading = formats::har::read(text, source).map_err(|e| format!("{source}: {e}"))?;
        let count = reading.exchanges.len();
        return match reading.exchanges.into_iter().next() {
            Some(exchange) if count == 1 => Ok(Some(exchange.request)),
            _ => Err(format!("{source}: has {count} entries; one request is compared with one")),
        };
    }
    if !is_request_line(start.lines().next().unwrap_or_default()) {
        return Ok(None);
    }
    let (mut request, _) = RequestText::parse(start);
    // The version stands behind the address in HTTP/1.1's own form.
    if let Some((url, _)) = request.url.rsplit_once(" HTTP/") {
        request.url = url.trim_end().to_string();
    }
    Ok(Some(request))
}

/// `METHOD address`, the address absolute or a path: a token holds neither.
fn is_request_line(line: &str) -> bool {
    let Some((method, rest)) = line.split_once(' ') else { return false };
    let is_method = (3..=20).contains(&method.len()) && method.bytes().all(|b| b.is_ascii_uppercase() || b == b'-');
    is_method && (rest.trim_start().starts_with('/') || rest.contains("://"))
}

fn to_json(comparison: &Comparison, shown: impl Fn(&Row, &Option<String>) -> Option<String>) -> Value {
    let rows: Vec<Value> = comparison
        .rows
        .iter()
        .map(|row| {
            json!({
                "field": row.field,
                "a": shown(row, &row.a),
                "b": shown(row, &row.b),
                "relation": row.relation.word(),
                "meaning": row.meaning,
            })
        })
        .collect();
    json!({ "version": 1, "rows": rows, "sentence": comparison.sentence })
}

/// Widest value that still stands beside the other; longer ones stand one under the other.
const COLUMN: usize = 36;

fn to_text(comparison: &Comparison, shown: impl Fn(&Row, &Option<String>) -> Option<String>) -> String {
    let mut text = format!("{}\n", visible(&comparison.sentence));
    let (same, different): (Vec<&Row>, Vec<&Row>) = comparison.rows.iter().partition(|r| r.relation == Relation::Same);
    let fields = different.iter().map(|r| r.field.width()).max().unwrap_or(0);
    if !different.is_empty() {
        text.push('\n');
    }
    for row in different {
        let side = |side: &Option<String>| shown(row, side).map_or_else(|| "–".to_string(), |s| visible(&s).into_owned());
        let (a, b) = (side(&row.a), side(&row.b));
        let pad = |s: &str, width: usize| " ".repeat(width.saturating_sub(s.width()));
        let start = format!("{} {}{}", row.relation.mark(), row.field, pad(&row.field, fields));
        let indent = " ".repeat(fields + 4);
        if a.width() <= COLUMN && b.width() <= COLUMN {
            text.push_str(&format!("{start}  A {a}{}  B {b}\n", pad(&a, COLUMN)));
        } else {
            text.push_str(&format!("{start}  A {a}\n{indent}B {b}\n"));
        }
        if !row.meaning.is_empty() {
            text.push_str(&format!("{indent}{}\n", visible(&row.meaning)));
        }
    }
    if !same.is_empty() {
        let names: Vec<&str> = same.iter().map(|r| r.field.as_str()).collect();
        text.push_str(&format!("\n{} the same: {}\n", Relation::Same.mark(), visible(&names.join(", "))));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_told_from_tokens() {
        assert!(is_request_line("GET https://a.example/x HTTP/1.1"));
        assert!(is_request_line("POST /x"));
        assert!(!is_request_line("Bearer eyJ"));
        assert!(!is_request_line("eyJ.a.b"));
    }

    #[test]
    fn the_version_is_no_part_of_the_address() {
        let found = request("GET /x HTTP/1.1\r\nHost: a.example\r\n\r\n", "f").ok().flatten().expect("a request");
        assert_eq!((found.url.as_str(), found.headers.get("host")), ("/x", Some("a.example")));
    }
}
