//! Files as recorders and other tools write them (`tests/files`), each with what `authtui check` says of it.

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

/// What is said of one exchange.
#[derive(Clone, Copy)]
enum Said {
    /// Nothing is wrong.
    Nothing,
    /// Nothing is wrong as far as can be told: the credential is not here, and this will fill it in or took it out.
    Unknown(&'static str),
    /// This is the cause.
    Cause(&'static str),
    /// The credential is not here, and the answer says what was wrong with it.
    CauseOfUnknown(&'static str),
    /// Nothing decides; the credential is not here.
    OpenAndUnknown,
}

use Said::{Cause, CauseOfUnknown, Nothing, OpenAndUnknown, Unknown};

const REMOVED: Said = Unknown("the recorder removed it");

/// Files in `tests/files`, and what is said of each exchange in them.
const TABLE: &[(&str, &[Said])] = &[
    // What has another type than HAR gives it.
    ("header-value-is-a-number.har", &[Cause("authorization-missing"), Nothing]),
    ("header-value-is-a-list.har", &[Cause("authorization-missing"), Nothing]),
    ("error-is-an-object.har", &[Nothing, Nothing]),
    ("cookies-are-an-object.har", &[Nothing, Nothing]),
    // What a recorder took out was not sent.
    ("credentials-redacted.har", &[REMOVED, CauseOfUnknown("permission-refused"), CauseOfUnknown("token-expired")]),
    ("token-request-redacted.har", &[CauseOfUnknown("client-authentication-failed")]),
    ("words-of-recorders.har", &[CauseOfUnknown("token-expired"); 12]),
    (
        "redacted-in-other-places.har",
        &[CauseOfUnknown("token-rejected"), REMOVED, REMOVED, OpenAndUnknown, CauseOfUnknown("scheme-mismatch"), REMOVED, OpenAndUnknown],
    ),
    // What is filled in on sending is not what is written.
    (
        "forms-that-tools-fill-in.http",
        &[
            Unknown("AWS signature"),
            Unknown("authorization server"),
            Unknown("steps of the login"),
            Unknown("answer to the challenge"),
            Unknown("gets a token"),
            Unknown("gets a token"),
            Unknown("Cognito"),
        ],
    ),
    ("asked-for-on-sending.http", &[Unknown("password")]),
    ("from-the-answer-of-a-request.http", &[Nothing, Unknown("exchange login")]),
    ("set-by-a-script.http", &[Nothing, Unknown("tok")]),
    ("token-of-a-tool.http", &[Unknown("gets a token")]),
    (
        "variables-of-other-tools.http",
        &[
            Unknown("variable token"),
            Unknown("variable token"),
            Unknown("variable nothing"),
            Unknown("API_TOKEN"),
            Unknown("API_TOKEN"),
            Unknown("asks"),
            Unknown("vault"),
            Unknown("template"),
            Unknown("pipeline"),
            Unknown("store of secrets"),
            // No shell reads a request file: these are sent with the letters that are written.
            Cause("credential-placeholder"),
            Cause("credential-placeholder"),
            Cause("credential-placeholder"),
            Cause("credential-placeholder"),
            Unknown("template"),
            Unknown("gets a token"),
            Unknown("API_TOKEN"),
            Unknown("exchange login"),
        ],
    ),
    ("variables-in-other-places.http", &[Unknown("key"), Unknown("user"), Unknown("session"), Unknown("secret")]),
    ("recorded-beside/orders.http", &[CauseOfUnknown("permission-refused")]),
    // What stands there and will be sent so is a fault of its own.
    ("example-text.http", &[Cause("credential-placeholder"), Cause("credential-placeholder")]),
    // Answers that refuse nobody.
    ("set-cookie-joined-by-line-ends.har", &[Nothing]),
    ("third-party-cookie-of-2016.har", &[Nothing]),
    ("not-acceptable.har", &[Nothing, Nothing]),
    ("switching-protocols.har", &[Nothing]),
    ("redirect-with-double-slash.har", &[Nothing]),
    ("style-without-status.har", &[Nothing]),
    ("image-without-status.har", &[Nothing]),
    ("answers-that-are-no-refusal.har", &[Nothing; 11]),
    // A challenge that is followed up, and a refusal in words.
    ("challenge-followed-up.har", &[Cause("challenge-first-step"), Nothing, Nothing]),
    ("permission-said-in-words.har", &[Cause("permission-refused"), Cause("permission-refused")]),
];

/// The report on a file, its exit code, and what was said beside it.
fn check(file: &str) -> (Vec<Value>, i32, String) {
    let mut program = crate::program();
    program.args(["check", "--reveal", "--format", "json", file]).stdin(Stdio::null());
    program.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files"));
    let output = program.output().expect("the program runs");
    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{file}: {e}: {complaints}"));
    let exchanges = report["exchanges"].as_array().cloned().unwrap_or_default();
    (exchanges, output.status.code().unwrap_or(-1), complaints)
}

fn is_as_said(exchange: &Value, said: Said) -> bool {
    let cause = exchange["causes"][0]["id"].as_str();
    let is_decided = exchange["decided"] == true;
    let checks = exchange["checks"].as_array().map_or(&[][..], Vec::as_slice);
    let placeholder = checks.iter().find(|check| check["id"] == "credential-placeholder");
    let unknown = placeholder.filter(|check| check["outcome"] == "unknown").and_then(|check| check["message"].as_str());
    let fails = checks.iter().any(|check| check["outcome"] == "fail");
    match said {
        Nothing => cause.is_none() && !fails,
        Unknown(why) => cause.is_none() && !fails && unknown.is_some_and(|message| message.contains(why)),
        Cause(id) => cause == Some(id) && is_decided,
        CauseOfUnknown(id) => cause == Some(id) && is_decided && unknown.is_some(),
        OpenAndUnknown => cause.is_some() && !is_decided && unknown.is_some(),
    }
}

#[test]
fn each_file_is_judged_by_what_it_holds() {
    let mut wrong = Vec::new();
    for (file, expected) in TABLE {
        let (exchanges, code, complaints) = check(file);
        let has_cause = expected.iter().any(|said| !matches!(said, Nothing | Unknown(_)));
        if exchanges.len() != expected.len() || code != i32::from(has_cause) {
            wrong.push(format!("{file}: {} exchanges, exit {code}: {complaints}", exchanges.len()));
        }
        for (number, (exchange, said)) in exchanges.iter().zip(*expected).enumerate() {
            if !is_as_said(exchange, *said) {
                wrong.push(format!("{file} [{number}]: {} {}", exchange["causes"], exchange["checks"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_names_every_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files");
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(TABLE.iter().any(|(file, _)| *file == name || file.starts_with(&format!("{name}/"))), "{name}");
    }
}

#[test]
fn json_within_a_call_is_named() {
    let read = authtui::formats::detect::read_any("onInputData({\"log\":{\"version\":\"1.1\",\"entries\":[]}})", "a.harp.har");
    let why = read.err().map(|e| e.to_string()).unwrap_or_default();
    assert!(why.contains("JSONP"), "{why}");
}
