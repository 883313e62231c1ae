//! `authtui compare`: two tokens or two requests side by side.

use std::io::IsTerminal as _;

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use super::args::{CompareArgs, OutputFormat};
use super::output::{Escape, StandardOutput, bad_input};
use super::token::bare;
use super::{EXIT_CAUSE, EXIT_FINE, app, expect, input};
use crate::app::dialogs::comparison::{ComparisonState, Sides};
use crate::domain::compare::{Comparison, ComparisonRow, Relation, credential, masked};
use crate::domain::context::Context;
use crate::domain::request::Request;
use crate::domain::visible::visible;
use crate::formats::{self, detect};
use crate::io::clock;
use crate::io::config::UserConfig;

/// Runs the subcommand: exit 0 if both are the same, 1 if they differ, 2 on bad input.
pub fn run(args: &CompareArgs, user: &UserConfig, out: &mut StandardOutput) -> u8 {
    let (sides, context) = match sides(args) {
        Ok(sides) => sides,
        Err(message) => return bad_input(&message),
    };
    let now = context.now.unwrap_or_else(clock::now);
    let titles = [args.a.as_str(), args.b.as_str()].map(title);
    let is_screen = args.format.is_none() && std::io::stdout().is_terminal();
    if is_screen {
        return app::compare(titles, sides, &context, now, user);
    }
    let comparison = ComparisonState::new(titles, sides, &context, [now; 2]).comparison;
    let shown = |row: &ComparisonRow, side: &Option<String>| match side {
        Some(text) if row.is_secret && !args.reveal => Some(masked(text)),
        side => side.clone(),
    };
    match args.format {
        Some(OutputFormat::Json) => out.write(&format!("{:#}\n", to_json(&comparison, shown)), Escape::Json),
        Some(OutputFormat::Text) | None => out.text(&to_text(&comparison, shown)),
    }
    let is_same = comparison.rows.iter().all(|r| r.relation == Relation::Same);
    if is_same { EXIT_FINE } else { EXIT_CAUSE }
}

/// The name of a side: its file or its origin, never the token itself.
fn title(argument: &str) -> String {
    match argument.strip_prefix('@') {
        Some(path) => path.to_string(),
        None if argument == "-" => "standard input".into(),
        None => "argument".into(),
    }
}

/// Both sides, and the expectations.
fn sides(args: &CompareArgs) -> Result<(Sides, Context), String> {
    if args.a == "-" && args.b == "-" {
        return Err("standard input can be read only once: give one side as text or @file".into());
    }
    let context = expect::context(&args.expect)?;
    let (a, b) = (input::read(&args.a)?, input::read(&args.b)?);
    let (side_a, side_b) = (ComparedInput::of(&a)?, ComparedInput::of(&b)?);
    input::warn_of_arguments(&[&a, &b]);
    let token =
        |side: &ComparedInput, name: &str| side.token().ok_or_else(|| format!("{name} is a request without a token, the other is a token"));
    let sides = match (side_a, side_b) {
        (ComparedInput::Request(a), ComparedInput::Request(b)) => Sides::Requests(Box::new([*a, *b])),
        (a, b) => Sides::Tokens([token(&a, "A")?, token(&b, "B")?]),
    };
    Ok((sides, context))
}

/// One side.
enum ComparedInput {
    Token(String),
    Request(Box<Request>),
}

impl ComparedInput {
    fn of(input: &input::InputText) -> Result<Self, String> {
        let name = input.source.name();
        if input.text.trim().is_empty() {
            return Err(format!("{name}: line 1, column 1: expected a token or a request, found nothing"));
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

/// The request in a text of any recognized format; `None` for a token.
fn request(text: &str, source: &str) -> Result<Option<Request>, String> {
    // A single word is a token, whatever it looks like, so that opaque tokens can be compared.
    if !text.trim().contains(char::is_whitespace) || detect::recognize(text, None) == formats::Format::Token {
        return Ok(None);
    }
    let reading = detect::read_any(text, source).map_err(|e| format!("{source}: {e}"))?;
    let count = reading.exchanges.len();
    match reading.exchanges.into_iter().next() {
        Some(exchange) if count == 1 => Ok(Some(exchange.request)),
        _ => Err(format!("{source}: contains {count} requests; only single requests can be compared")),
    }
}

fn to_json(comparison: &Comparison, shown: impl Fn(&ComparisonRow, &Option<String>) -> Option<String>) -> Value {
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

/// Values up to this width are side by side; wider ones go below each other.
const COLUMN: usize = 36;

/// The heads of the two columns.
const ACCEPTED: &str = "A accepted";
const REFUSED: &str = "B refused";

fn to_text(comparison: &Comparison, shown: impl Fn(&ComparisonRow, &Option<String>) -> Option<String>) -> String {
    let mut text = format!("{}\n", visible(&comparison.sentence));
    let (same, different): (Vec<&ComparisonRow>, Vec<&ComparisonRow>) = comparison.rows.iter().partition(|r| r.relation == Relation::Same);
    let fields = different.iter().map(|r| visible(&r.field).width()).max().unwrap_or(0);
    if !different.is_empty() {
        let (indent, gap) = (" ".repeat(fields + 4), " ".repeat(COLUMN + 4 - ACCEPTED.len()));
        text.push_str(&format!("\n{indent}{ACCEPTED}{gap}{REFUSED}\n"));
    }
    for row in different {
        let side = |side: &Option<String>| shown(row, side).map_or_else(|| "–".to_string(), |s| visible(&s).into_owned());
        let (a, b) = (side(&row.a), side(&row.b));
        let pad = |s: &str, width: usize| " ".repeat(width.saturating_sub(s.width()));
        let field = visible(&row.field);
        let start = format!("{} {field}{}", row.relation.mark(), pad(&field, fields));
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
        let method = |text: &str| request(text, "f").ok().flatten().map(|r| r.method);
        assert_eq!(method("GET https://a.example/x HTTP/1.1\r\nHost: a.example\r\n\r\n").as_deref(), Some("GET"));
        assert_eq!(method("curl -X PUT https://a.example/x").as_deref(), Some("PUT"));
        assert_eq!(method("Bearer eyJhbGciOiJub25lIn0.e30."), None);
        assert_eq!(method("2YotnFZFEjr1zCsicMWpAA"), None);
    }
}
