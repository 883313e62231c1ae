//! `authtui check` from outside: what it hides, what it shows on demand, and how it ends with good and bad input together.

use std::fs;
use std::process::{Output, Stdio};

use authtui::checks::catalogue;
use serde_json::Value;
use tempfile::TempDir;

/// A request that carries a secret in every place, and was refused.
const LADEN: &str = "GET https://maria:in-userinfo@api.example.com/v1/users?api_key=in-query-4711 HTTP/1.1\n\
    Authorization: Bearer in-header-0123456789\nX-Api-Key: in-key-header-08\nCookie: session=in-cookie-1234\n\n\
    HTTP/1.1 401 Unauthorized\n\n";

const SECRETS: [&str; 5] = ["in-userinfo", "in-query-4711", "in-header-0123456789", "in-key-header-08", "in-cookie-1234"];

fn check(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut program = crate::program();
    program.arg("check").args(arguments).current_dir(folder.path()).stdin(Stdio::null()).output().expect("the program runs")
}

fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("laden.txt"), LADEN).expect("a file");
    fs::write(folder.path().join("broken.har"), "{\"log\":\n  {\"entries\": [").expect("a file");
    fs::write(folder.path().join("fine.txt"), "GET https://api.example.com/ HTTP/1.1\n\nHTTP/1.1 200 OK\n\n").expect("a file");
    folder
}

#[test]
fn secrets_stay_inside() {
    for format in ["text", "json"] {
        let said = String::from_utf8(check(&folder(), &["--format", format, "laden.txt"]).stdout).expect("text");
        for secret in SECRETS {
            assert!(!said.contains(secret), "{format}: {secret}\n{said}");
        }
    }
}

#[test]
fn they_are_shown_on_demand() {
    let said = String::from_utf8(check(&folder(), &["--format", "json", "--reveal", "laden.txt"]).stdout).expect("text");
    assert!(said.contains("in-userinfo") && said.contains("in-query-4711"), "{said}");
}

#[test]
fn checks_that_do_not_apply_are_listed_on_demand() {
    let listed = |arguments: &[&str]| -> Vec<(String, String)> {
        let output = check(&folder(), &[arguments, &["--format", "json", "laden.txt"]].concat());
        let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let checks = json["exchanges"][0]["checks"].as_array().expect("a list");
        checks.iter().map(|c| (c["id"].as_str().expect("a name").into(), c["outcome"].as_str().expect("a word").into())).collect()
    };
    let (short, long) = (listed(&[]), listed(&["--all"]));
    assert_eq!(long.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), catalogue::ALL.iter().map(|c| c.id).collect::<Vec<_>>());
    assert_eq!(short, long.into_iter().filter(|(_, outcome)| outcome != "not-applicable").collect::<Vec<_>>());
    assert!(!short.is_empty());
}

#[test]
fn the_good_ones_are_reported_beside_a_bad_one() {
    let output = check(&folder(), &["--format", "json", "fine.txt", "broken.har", "missing.har", "laden.txt"]);
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let sources: Vec<_> = json["exchanges"].as_array().expect("a list").iter().filter_map(|e| e["source"].as_str()).collect();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((sources, output.status.code()), (vec!["fine.txt", "laden.txt"], Some(2)));
    assert!(said.contains("broken.har: line 2, column ") && said.contains("missing.har: no such file"), "{said}");
}

#[test]
fn a_file_of_a_folder_that_cannot_be_read_is_bad_input_and_the_others_are_checked() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("bad.http"), b"GET https://h/\nX: \xff\n").expect("a file");
    fs::write(folder.path().join("good.http"), "### good\nGET https://h/\n").expect("a file");
    let output = check(&folder, &["--format", "json", "."]);
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((json["exchanges"][0]["name"].as_str(), output.status.code()), (Some("good"), Some(2)));
    assert!(said.contains("bad.http: line 2, column 4"), "{said}");
}

#[test]
fn nothing_wrong_is_said_by_the_exit_code() {
    assert_eq!(check(&folder(), &["fine.txt"]).status.code(), Some(0));
    assert_eq!(check(&folder(), &["laden.txt"]).status.code(), Some(1));
    assert_eq!(check(&folder(), &["--no-such-option", "fine.txt"]).status.code(), Some(2));
}

/// A service of one's own, and a request that puts its key where it is not read.
fn with_services(services: &str) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let answer = "HTTP/1.1 401 Unauthorized\nContent-Length: 0\n\n";
    fs::write(folder.path().join("refused.http"), answer).expect("a file");
    let request = "### orders\nGET https://orders.corp.example/v1/orders\nAuthorization: Bearer 0123456789abcdef0123\n\n<> refused.http\n";
    fs::write(folder.path().join("orders.http"), request).expect("a file");
    fs::write(folder.path().join("authtui.services.toml"), services).expect("a file");
    folder
}

#[test]
fn services_that_lie_beside_the_requests_are_known() {
    let services = "[[service]]\nname = \"Orders\"\nhosts = [\"orders.corp.example\"]\nheader = [\"X-Orders-Key\"]\n";
    for path in ["orders.http", "."] {
        let output = check(&with_services(services), &[path]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("✗ credential-in-wrong-place") && said.contains("Orders reads it from the header X-Orders-Key"), "{said}");
        assert_eq!(output.status.code(), Some(1));
    }
}

#[test]
fn services_that_are_not_understood_are_bad_input_with_their_place() {
    let output = check(&with_services("[[service]]\nname = \"Orders\"\nhost = \"orders.corp.example\"\n"), &["orders.http"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("authtui.services.toml: line 3, column 1: unknown field `host`"), "{said}");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stdout).contains("orders.http"), "the request is checked all the same");
}

/// A recording with an accepted and a refused exchange.
const MIXED: &str = r#"{"log":{"version":"1.2","entries":[
    {"request":{"method":"GET","url":"https://h/first","headers":[]},"response":{"status":200,"headers":[],"content":{}}},
    {"request":{"method":"GET","url":"https://h/second","headers":[]},"response":{"status":401,"headers":[],"content":{}}}]}}"#;

#[test]
fn refusals_come_first_for_people_and_alone_on_demand() {
    let folder = folder();
    fs::write(folder.path().join("mixed.har"), MIXED).expect("a file");
    let said = |arguments: &[&str]| String::from_utf8(check(&folder, &[arguments, &["mixed.har"]].concat()).stdout).expect("text");
    let at = |text: &str, path: &str| text.find(path);
    let text = said(&[]);
    assert!(at(&text, "/second") < at(&text, "/first") && text.contains("/first"), "{text}");
    let json = said(&["--format", "json"]);
    assert!(at(&json, "/first") < at(&json, "/second"), "the JSON format keeps the order of the file: {json}");
    for format in ["text", "json"] {
        let refused = said(&["--refused", "--format", format]);
        assert!(refused.contains("/second") && !refused.contains("/first"), "{refused}");
    }
}

#[test]
fn several_exchanges_have_numbers_and_one_closing_line() {
    let folder = folder();
    fs::write(folder.path().join("mixed.har"), MIXED).expect("a file");
    let said = |path: &str, arguments: &[&str]| {
        String::from_utf8(check(&folder, &[arguments, &[path]].concat()).stdout).expect("text").trim_end().to_string()
    };
    let text = said("mixed.har", &[]);
    assert!(text.starts_with("mixed.har 2: "), "the number is the one in the file: {text}");
    let last = text.lines().last().unwrap_or_default().to_string();
    assert!(last.starts_with("1 of 2 refused; causes: ") && last.ends_with(" 1"), "{text}");
    assert!(!said("laden.txt", &[]).contains(" of 1 refused"));
    assert!(serde_json::from_str::<Value>(&said("mixed.har", &["--format", "json"])).is_ok(), "the JSON form has no such line");
}

/// Requests with a credential each, in every place that one may have.
const CARRIERS: [(&str, &str); 15] = [
    ("nothing", "GET https://h.example/x"),
    ("user information", "GET https://bob:secretpw@h.example/x"),
    ("user alone", "GET https://bob@h.example/x"),
    ("query", "GET https://h.example/x?api_key=abcdefgh12345"),
    ("own header", "GET https://h.example/x\nX-Api-Key: abcdefgh12345"),
    ("cookie", "GET https://h.example/x\nCookie: sid=abc123abc123"),
    ("form", "POST https://h.example/login\nContent-Type: application/x-www-form-urlencoded\n\nusername=bob&password=secretpw"),
    ("JSON", "POST https://h.example/x\nContent-Type: application/json\n\n{\"token\":\"abcdefgh12345\"}"),
    (
        "SOAP",
        "POST https://h.example/x\nContent-Type: text/xml\n\n<a><wsse:UsernameToken><wsse:Username>bob</wsse:Username>\
         <wsse:Password>secretpw</wsse:Password></wsse:UsernameToken></a>",
    ),
    ("Basic", "GET https://h.example/x\nAuthorization: Basic Ym9iOnNlY3JldHB3"),
    ("Bearer", "GET https://h.example/x\nAuthorization: Bearer abcdefgh12345"),
    (
        "Digest",
        "GET https://h.example/x\nAuthorization: Digest username=\"bob\", realm=\"x\", nonce=\"abc\", uri=\"/x\", \
         response=\"0123456789abcdef0123456789abcdef\"",
    ),
    ("NTLM", "GET https://h.example/x\nAuthorization: NTLM TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAGAbEdAAAADw=="),
    ("Negotiate", "GET https://h.example/x\nAuthorization: Negotiate YIIabc"),
    ("removed", "GET https://h.example/x\nAuthorization: [REDACTED]"),
];

#[test]
fn a_refusal_is_never_called_fine_whatever_carries_the_credential() {
    let answers =
        ["401 X\nWWW-Authenticate: Bearer", "401 X\nWWW-Authenticate: Basic realm=\"x\"", "401 X", "401 X\nWWW-Authenticate: Foo"];
    let others = ["403 X", "407 X\nProxy-Authenticate: Basic realm=\"p\"", "407 X", "419 X", "440 X", "498 X", "511 X"];
    let folder = TempDir::new().expect("a folder");
    let mut names = Vec::new();
    for (carrier, request) in CARRIERS {
        for answer in answers.iter().chain(&others) {
            let name = format!("{carrier} {}.txt", answer.replace(['\n', '"'], " "));
            fs::write(folder.path().join(&name), format!("{request}\n\nHTTP/1.1 {answer}\n\n")).expect("a file");
            names.push(name);
        }
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let said = |format: &str| {
        let output = check(&folder, &[&["--format", format], names.as_slice()].concat());
        assert_eq!(output.status.code(), Some(1), "{format}");
        String::from_utf8(output.stdout).expect("text")
    };
    let text = said("text");
    assert!(!text.contains("nothing wrong found"), "{text}");
    let report: Value = serde_json::from_str(&said("json")).expect("JSON");
    let rows = report["exchanges"].as_array().expect("a list");
    assert_eq!(rows.len(), names.len(), "one exchange a file");
    let fine = rows.iter().filter(|row| row["decided"] == true && row["causes"] == serde_json::json!([]));
    assert_eq!(fine.map(|row| &row["source"]).collect::<Vec<_>>(), [&Value::Null; 0]);
    let passes = |text: &str, mark: &str| text.lines().filter(|line| line.trim().starts_with(mark)).map(String::from).collect::<Vec<_>>();
    assert_eq!(passes(&said("tap"), "ok "), [""; 0]);
    assert_eq!(passes(&said("markdown"), "| ✓"), [""; 0]);
    let junit = said("junit");
    assert_eq!(junit.matches("<testcase").count(), junit.matches("<failure").count(), "{junit}");
    for format in ["sarif", "github"] {
        let told = said(format);
        assert!(told.matches("error").count() >= names.len(), "{format}: {told}");
    }
    // One at a time as well: no other request lends its exit code.
    for name in names.iter().filter(|name| name.contains("SOAP") || name.contains("440")) {
        assert_eq!(check(&folder, &[name]).status.code(), Some(1), "{name}");
    }
}

#[test]
fn nothing_wrong_is_not_said_above_what_is_wrong() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("a.http"), "GET https://h.example//x\nAuthorization: Bearer abcdefgh12345\n").expect("a file");
    let output = check(&folder, &["a.http"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("the path contains a double slash"), "{said}");
    assert!(!(said.contains("nothing wrong found") && said.contains("\n  ✗")), "{said}");
    assert_eq!(output.status.code(), Some(0), "a warning alone");
}

#[test]
fn a_variable_without_a_value_cannot_be_checked() {
    let folder = TempDir::new().expect("a folder");
    let values = r#"{"dev":{"host":"http://127.0.0.1:8801"},"staging":{"host":"http://127.0.0.1:8802"}}"#;
    fs::write(folder.path().join("http-client.env.json"), values).expect("a file");
    fs::write(folder.path().join("a.http"), "GET {{host}}/orders\nX-Sent-At: {{$timestamp}}\n").expect("a file");
    let output = check(&folder, &["a.http"]);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(text(&output.stdout).contains("? cannot be checked: {{host}} has no value; --env NAME: dev, staging\n"), "{output:?}");
    assert!(!text(&output.stdout).contains("nothing wrong found"), "{output:?}");
    assert!(!text(&output.stderr).contains("left out"), "{output:?}");
    assert_eq!(output.status.code(), Some(0));
    let chosen = text(&check(&folder, &["--env", "dev", "a.http"]).stdout);
    assert!(chosen.contains("http://127.0.0.1:8801/orders") && !chosen.contains("cannot be checked"), "{chosen}");
}

#[test]
fn a_command_in_an_argument_is_read() {
    let output = check(&folder(), &["curl https://api.example.com/me -H 'Authorization: Bearer undefined'"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("GET https://api.example.com/me") && said.contains("credential-placeholder"), "{output:?}");
    assert_eq!(output.status.code(), Some(1));
    let missing = check(&folder(), &["nowhere.txt"]);
    assert!(missing.status.code() == Some(2) && String::from_utf8_lossy(&missing.stderr).contains("no such file or folder"));
}

#[test]
fn a_token_alone_is_called_a_token() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("exp.tok"), "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtYXJpYSJ9.c2ln\n").expect("a file");
    let said = String::from_utf8(check(&folder, &["exp.tok"]).stdout).expect("text");
    assert!(said.starts_with("exp.tok: a token  without a request\n") && !said.contains("GET"), "{said}");
}

#[test]
fn the_text_says_what_matters_and_counts_the_rest() {
    let said = |arguments: &[&str]| String::from_utf8(check(&folder(), arguments).stdout).expect("text");
    let (short, long) = (said(&["laden.txt"]), said(&["--all", "laden.txt"]));
    assert!(short.contains("passed") && short.contains("(--all lists them)") && !short.contains("▲"), "{short}");
    assert!(long.contains("  ✓ ") && !long.contains("--all"), "{long}");
    assert!(long.lines().count() > short.lines().count() + 5);
    // Positions in bytes are for programs.
    assert!(!short.contains("..") && said(&["--format", "json", "laden.txt"]).contains("\"start\""), "{short}");
}

/// A check that fails only because of the cause is not counted among those that passed.
#[test]
fn what_the_cause_explains_is_counted_as_such() {
    let folder = TempDir::new().expect("a folder");
    let request = "POST https://api.telegram.org/botbot5123456789:AAq7Xn2mK9vLs4TgW8hRd3q7Xn2mK9vLs4T/getMe";
    let answer = "HTTP/1.1 404 Not Found\nContent-Type: application/json\n\n{\"ok\":false,\"description\":\"Not Found\"}\n";
    fs::write(folder.path().join("twice.txt"), format!("{request}\n\n{answer}")).expect("a file");
    let said = String::from_utf8(check(&folder, &["twice.txt"]).stdout).expect("text");
    assert!(said.contains("credential-wrapped (") && said.contains("… 1 explained by the cause, "), "{said}");
}

#[test]
fn text_for_a_file_or_another_program_has_neither_color_nor_breaks() {
    let said = String::from_utf8(check(&folder(), &["laden.txt"]).stdout).expect("text");
    assert!(!said.contains('\x1b'), "{said:?}");
}
