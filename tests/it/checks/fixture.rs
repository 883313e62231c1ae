//! Fixtures: one Markdown file for each check, with a heading for each case.
//!
//! ````text
//! # token-expired
//!
//! ## An hour after its end                 what the case shows
//!
//! ```http                                  METHOD URL, headers, empty line, body
//! GET https://orders.example/v1
//! Authorization: Bearer {{jwt exp=-1h}}
//! ```
//! ```answer                                status line, headers, empty line, body; `0 TEXT` was blocked by a browser
//! HTTP/1.1 401 Unauthorized
//! ```
//! ```beside                                members of `_authtui`, `keys` (a shared secret or a JWK set), and
//!                                          `without_cookies`: the recording was exported without them
//! { "expect_audience": "orders" }
//! ```
//!
//! - fail: expired 1 h                      what this check finds, and words of its message
//! - in claims: 1795417200                  bytes that prove it
//! - fix: Get a new token                   its fix, by the title or the line of configuration
//! - cause: token-expired                   the decided cause; `-` for none, `? a b` for undecided candidates
//! - pass clock-skewed                      what another check finds
//! ````
//!
//! A block ```` ```http sibling ```` with its ```` ```answer ```` behind it is another exchange of the same file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use authtui::checks::Outcome;
use authtui::domain::exchange::Exchange;
use authtui::domain::request::RequestText;
use authtui::domain::response::Response;
use authtui::domain::token::keys::KeySet;
use authtui::formats::{har, raw};
use serde_json::{Value, json};

use super::notation::{expand, now};

/// One case.
#[derive(Default)]
pub struct Case {
    /// `file.md: heading`.
    pub name: String,
    /// The check that its file is about.
    pub check: String,
    /// What is looked at.
    pub exchange: Exchange,
    /// What stands beside it in the same file.
    pub siblings: Vec<Exchange>,
    /// What must be found.
    pub expected: Vec<Expected>,
}

/// One line of what must be found.
pub enum Expected {
    /// A check's outcome and words of its message.
    Finding { check: String, outcome: Outcome, words: String },
    /// Bytes that prove the finding of the file's check, in that part of the exchange.
    Proof { part: String, bytes: String },
    /// The fix of the file's check: its title, or the line of configuration that it proposes.
    Fix(String),
    /// The decided cause.
    Cause(String),
    /// Nothing is wrong.
    NoCause,
    /// The first candidates, when nothing decides.
    Undecided(Vec<String>),
}

/// The folder of the fixtures.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/checks")
}

/// Every case of every file.
pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(folder()).expect("the folder of the fixtures") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|e| e == "md") {
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            cases.extend(read(&name, &std::fs::read_to_string(&path).expect("a text")));
        }
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

fn read(file: &str, text: &str) -> Vec<Case> {
    let check = text.lines().next().and_then(|l| l.strip_prefix("# ")).unwrap_or_else(|| panic!("{file}: `# check-id` comes first"));
    assert_eq!(format!("{check}.md"), file, "a file is named after its check");
    text.split("\n## ").skip(1).map(|section| case(file, check, section)).collect()
}

fn case(file: &str, check: &str, section: &str) -> Case {
    let heading = section.lines().next().unwrap_or_default();
    let mut case = Case { name: format!("{file}: {heading}"), check: check.into(), ..Case::default() };
    let (mut is_sibling, mut beside) = (false, json!({}));
    let mut lines = section.lines().skip(1);
    while let Some(line) = lines.next() {
        if let Some(kind) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|l| *l != "```").collect();
            let block = expand(&block.join("\n"));
            match kind {
                "http" => (case.exchange.request, is_sibling) = (RequestText::parse(&block).0, false),
                "http sibling" => {
                    case.siblings.push(Exchange { request: RequestText::parse(&block).0, ..Exchange::default() });
                    is_sibling = true;
                }
                "answer" if is_sibling => case.siblings.last_mut().expect("a sibling").answer = Some(answer(&case.name, &block)),
                "answer" => case.exchange.answer = Some(answer(&case.name, &block)),
                "beside" => beside = serde_json::from_str(&block).unwrap_or_else(|e| panic!("{}: {e}", case.name)),
                _ => panic!("{}: what is a block {kind:?}?", case.name),
            }
        } else if let Some(item) = line.strip_prefix("- ") {
            let expected = expected(check, &expand(item)).unwrap_or_else(|| panic!("{}: cannot read {item:?}", case.name));
            case.expected.push(expected);
        }
    }
    assert!(!case.exchange.request.url.is_empty(), "{}: no request", case.name);
    let mut taken = |member| beside.as_object_mut().and_then(|b| b.remove(member));
    let (keys, without_cookies) = (taken("keys"), taken("without_cookies"));
    fill(&mut case, &beside);
    case.exchange.context.sanitized = without_cookies == Some(Value::Bool(true));
    case.exchange.context.keys = keys.map(|keys| Arc::new(key_set(&keys)));
    case.exchange.context.now.get_or_insert(now());
    for sibling in &mut case.siblings {
        sibling.context.now = case.exchange.context.now;
    }
    case
}

/// The context as a HAR file would give it.
fn fill(case: &mut Case, beside: &Value) {
    let entry = json!({ "request": { "method": "GET", "url": "" }, "_authtui": beside });
    let reading = har::read_entry(&entry.to_string(), "beside").expect("an entry");
    assert!(reading.losses.is_empty(), "{}: {:?}", case.name, reading.losses);
    case.exchange.context = reading.exchanges.into_iter().next().expect("one entry").context;
}

fn key_set(keys: &Value) -> KeySet {
    match keys {
        Value::String(secret) => KeySet::from_secret(secret.as_bytes(), "the secret"),
        set => KeySet::read(&set.to_string(), "keys").expect("a key set"),
    }
}

fn answer(name: &str, block: &str) -> Response {
    if let Some(failure) = block.strip_prefix("0 ") {
        return Response { failure: Some(failure.into()), ..Response::default() };
    }
    raw::read_answer(block).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn expected(check: &str, item: &str) -> Option<Expected> {
    let (head, rest) = item.split_once(':').map_or((item, ""), |(head, rest)| (head, rest.trim()));
    if head == "cause" {
        return Some(match rest.strip_prefix("? ") {
            Some(ids) => Expected::Undecided(ids.split_whitespace().map(str::to_string).collect()),
            None if rest == "-" => Expected::NoCause,
            None => Expected::Cause(rest.into()),
        });
    }
    if head == "fix" {
        return Some(Expected::Fix(rest.into()));
    }
    if let Some(part) = head.strip_prefix("in ") {
        return Some(Expected::Proof { part: part.into(), bytes: rest.into() });
    }
    let (outcome, other) = head.split_once(' ').unwrap_or((head, check));
    let outcomes = [Outcome::Fail, Outcome::Warn, Outcome::Unknown, Outcome::Pass, Outcome::NotApplicable];
    let outcome = outcomes.into_iter().find(|o| o.word() == outcome)?;
    Some(Expected::Finding { check: other.into(), outcome, words: rest.into() })
}
