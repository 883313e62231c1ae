//! Two answers: status, headers by name, and the body line by line.

use std::time::Duration;

use similar::{DiffTag, TextDiff};

use super::values::by_name;
use super::{ComparisonRow, Relation};
use crate::domain::headers::Header;
use crate::domain::limits::MAX_CHECKED_BODY;
use crate::domain::response::Response;
use crate::domain::secrecy;
use crate::domain::visible::visible;

/// Differences of two bodies that are listed.
const MOST_CHANGES: usize = 50;
/// How long lines are aligned; after that what is left differs as a whole.
const LONGEST: Duration = Duration::from_millis(50);

/// What is said of a header that is another in every answer.
const CHANGES: &str = "changes from answer to answer";
/// Headers that are another in every answer: their difference says nothing.
const CHANGING: [&str; 16] = [
    "date",
    "age",
    "expires",
    "etag",
    "last-modified",
    "content-length",
    "report-to",
    "nel",
    "server-timing",
    "traceparent",
    "via",
    "x-runtime",
    "x-response-time",
    "x-served-by",
    "x-timer",
    "connection",
];

/// The rows of two answers.
pub(super) fn answer_rows(a: &Response, b: &Response) -> Vec<ComparisonRow> {
    let status = |answer: &Response| Some(format!("{} {}", answer.status, visible(&answer.reason)).trim_end().to_string());
    let mut rows = vec![ComparisonRow::new("response.status", status(a), status(b), "")];
    rows.extend(server_row(a, b));
    rows.extend(header_rows(a, b));
    rows.extend(body_rows(a, b));
    rows
}

/// The addresses of the two servers, where both are known.
fn server_row(a: &Response, b: &Response) -> Option<ComparisonRow> {
    let remote = |answer: &Response| answer.route.as_ref()?.remote;
    let (of_a, of_b) = (remote(a)?, remote(b)?);
    let meaning = if of_a == of_b { "" } else { "two machines answered: they may not know the same" };
    Some(ComparisonRow::new("response.server address", Some(of_a.to_string()), Some(of_b.to_string()), meaning))
}

fn header_rows(a: &Response, b: &Response) -> Vec<ComparisonRow> {
    let fields = |answer: &Response| -> Vec<(String, Header)> {
        answer.headers.0.iter().map(|header| (header.name.to_ascii_lowercase(), header.clone())).collect()
    };
    let row = |(name, of_a, of_b): (String, Vec<Header>, Vec<Header>)| {
        let values = |all: &[Header]| {
            let all: Vec<String> = all.iter().map(|header| visible(&header.value).into_owned()).collect();
            (!all.is_empty()).then(|| all.join(" ⏎ "))
        };
        let changes =
            CHANGING.contains(&name.as_str()) || name.ends_with("request-id") || name.ends_with("-ray") || name.ends_with("trace-id");
        let (in_a, in_b) = (values(&of_a), values(&of_b));
        let meaning = if changes && in_a != in_b { CHANGES } else { "" };
        let is_secret =
            of_a.iter().chain(&of_b).any(|header| secrecy::is_secret_header(&header.name) || !secrecy::in_header(header).is_empty());
        let found = ComparisonRow::new(format!("response.headers.{}", visible(&name)), in_a, in_b, meaning);
        if is_secret { found.secret() } else { found }
    };
    by_name(fields(a).into_iter(), fields(b).into_iter()).into_iter().map(row).collect()
}

/// The body as lines: JSON with one member a line.
fn lines(answer: &Response) -> String {
    let laid_out = serde_json::from_str::<serde_json::Value>(&answer.body).ok().filter(|json| json.is_object() || json.is_array());
    laid_out.map_or_else(|| answer.body.to_string(), |json| format!("{json:#}"))
}

fn body_rows(a: &Response, b: &Response) -> Vec<ComparisonRow> {
    if a.body.is_empty() && b.body.is_empty() {
        return Vec::new();
    }
    let size = |answer: &Response| (!answer.body.is_empty()).then(|| format!("{} bytes", answer.body.len()));
    if a.body == b.body {
        return vec![ComparisonRow::new("response.body", size(a), size(b), "")];
    }
    if a.body.len().max(b.body.len()) > MAX_CHECKED_BODY {
        return vec![ComparisonRow {
            relation: Relation::Differs,
            ..ComparisonRow::new("response.body", size(a), size(b), "too long to align")
        }];
    }
    let (text_a, text_b) = (lines(a), lines(b));
    let is_secret =
        |answer: &Response, text: &str| !secrecy::in_answer_body(text, answer.headers.get("content-type").unwrap_or_default()).is_empty();
    let diff = TextDiff::configure().timeout(LONGEST).diff_lines(text_a.as_str(), text_b.as_str());
    let changes: Vec<_> = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal).collect();
    let joined = |lines: &[&str]| {
        let text =
            lines.iter().map(|line| visible(line.trim_end_matches(['\n', '\r'])).trim_start().to_string()).collect::<Vec<_>>().join(" ⏎ ");
        (!lines.is_empty()).then_some(text)
    };
    let mut rows: Vec<ComparisonRow> = changes
        .iter()
        .take(MOST_CHANGES)
        .map(|op| {
            let old: Vec<&str> = op.old_range().filter_map(|index| diff.old_slice(index)).collect();
            let new: Vec<&str> = op.new_range().filter_map(|index| diff.new_slice(index)).collect();
            let field = format!("response.body line {}", op.new_range().start + 1);
            let row = ComparisonRow::new(field, joined(&old), joined(&new), "");
            if is_secret(a, &old.concat()) || is_secret(b, &new.concat()) { row.secret() } else { row }
        })
        .collect();
    if changes.len() > MOST_CHANGES {
        let meaning = format!("{} more places differ", changes.len() - MOST_CHANGES);
        rows.push(ComparisonRow { relation: Relation::Differs, ..ComparisonRow::new("response.body", size(a), size(b), meaning) });
    }
    if rows.is_empty() {
        // The same members in other white space.
        rows.push(ComparisonRow::new("response.body", Some("the same JSON".into()), Some("the same JSON".into()), ""));
    }
    rows
}

/// What became of two requests that are the same, in a sentence.
pub(super) fn answers_in_words(a: &Response, b: &Response, rows: &[ComparisonRow]) -> String {
    let differs = |row: &&ComparisonRow| row.relation != Relation::Same && row.meaning != CHANGES && row.field.starts_with("response.");
    let mut found: Vec<&str> = rows.iter().filter(differs).map(|row| row.field.split(" line ").next().unwrap_or(&row.field)).collect();
    found.dedup();
    match (a.status == b.status, found.as_slice()) {
        (true, []) => "Both times the same was sent and the same came back.".into(),
        (true, found) => format!("The same was sent both times. The answers differ in {}.", found.join(", ")),
        (false, _) => format!(
            "The same was sent both times: what changed the answer from {} to {} lies outside the request (time, network, server).",
            a.status, b.status
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
        Response { status, headers: headers.iter().copied().collect(), body: body.into(), ..Response::default() }
    }

    #[test]
    fn json_is_compared_member_by_member() {
        let (a, b) =
            (answer(200, &[], r#"{"user":"ana","role":"admin","n":1}"#), answer(200, &[], r#"{"user": "ana", "role": "guest", "n": 1}"#));
        let rows = answer_rows(&a, &b);
        let changed: Vec<_> = rows.iter().filter(|row| row.relation != Relation::Same).collect();
        assert_eq!(changed.len(), 1, "{rows:?}");
        assert_eq!((changed[0].a.as_deref(), changed[0].b.as_deref()), (Some("\"role\": \"admin\","), Some("\"role\": \"guest\",")));
        assert_eq!(changed[0].field, "response.body line 3");
        assert_eq!(answers_in_words(&a, &b, &rows), "The same was sent both times. The answers differ in response.body.");
    }

    #[test]
    fn what_changes_in_every_answer_says_nothing() {
        let (a, b) = (answer(401, &[("Date", "1"), ("X-Request-Id", "a")], "x"), answer(401, &[("date", "2"), ("x-request-id", "b")], "x"));
        let rows = answer_rows(&a, &b);
        assert_eq!(answers_in_words(&a, &b, &rows), "Both times the same was sent and the same came back.");
        let b = answer(200, &[], "");
        let rows = answer_rows(&a, &b);
        assert!(answers_in_words(&a, &b, &rows).contains("from 401 to 200"));
    }

    #[test]
    fn bodies_that_are_too_long_to_align_differ_all_the_same() {
        let (a, b) = (answer(200, &[], &"a".repeat(MAX_CHECKED_BODY + 1)), answer(200, &[], &"b".repeat(MAX_CHECKED_BODY + 1)));
        let rows = answer_rows(&a, &b);
        assert_eq!(answers_in_words(&a, &b, &rows), "The same was sent both times. The answers differ in response.body.");
    }

    #[test]
    fn secrets_of_an_answer_are_marked() {
        let (a, b) = (
            answer(200, &[("Set-Cookie", "sid=aaaa")], r#"{"access_token":"0123456789abcdef"}"#),
            answer(200, &[("Set-Cookie", "sid=bbbb")], r#"{"access_token":"fedcba9876543210"}"#),
        );
        let rows = answer_rows(&a, &b);
        assert!(rows.iter().filter(|row| row.relation == Relation::Differs).all(|row| row.is_secret), "{rows:?}");
    }

    proptest::proptest! {
        #[test]
        fn any_two_bodies_can_be_compared(a in "[a-c\n{}\": ]{0,60}", b in "[a-c\n{}\": ]{0,60}") {
            let rows = answer_rows(&answer(200, &[], &a), &answer(200, &[], &b));
            let is_same = rows.iter().all(|row| row.relation == Relation::Same);
            proptest::prop_assert!(a != b || is_same);
        }
    }
}
