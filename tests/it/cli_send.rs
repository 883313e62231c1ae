//! `authtui check --send` over real sockets: what is sent first, what is left out, and how each format says what came of it.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::process::{Output, Stdio};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use serde_json::Value;
use tempfile::TempDir;

use crate::keys::harness::EXPIRED;
use crate::network::server::{Server, Step, answer, answering, hear, say};

/// An API with a login and an authorization server of its own.
fn api() -> (String, Arc<Mutex<Vec<String>>>) {
    let mut busy = 1;
    answering(move |request| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        let has = |token: &str| request.contains(&format!("Authorization: Bearer {token}"));
        let json = "Content-Type: application/json\r\n";
        match path {
            "/login" => answer("200 OK", &format!("{json}Set-Cookie: seen=yes; Path=/\r\n"), r#"{"token":"of-the-login-1234"}"#),
            "/token" => answer("200 OK", json, r#"{"access_token":"of-the-server-1234","token_type":"Bearer","expires_in":60}"#),
            "/me" if has("of-the-login-1234") || has("of-the-server-1234") => answer("200 OK", json, "{}"),
            "/cookie" if request.contains("seen=yes") => answer("204 No Content", "", ""),
            "/gone" => answer("404 Not Found", "", ""),
            "/busy" if std::mem::take(&mut busy) > 0 => answer("503 Service Unavailable", "Retry-After: 0\r\n", ""),
            "/busy" => answer("200 OK", "", ""),
            _ => answer("401 Unauthorized", "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n", ""),
        }
    })
}

fn check(text: &str, arguments: &[&str]) -> Output {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("api.http"), text).expect("a file");
    let mut program = crate::program();
    program.args(["check", "--send"]).args(arguments).current_dir(folder.path()).stdin(Stdio::null()).output().expect("the program runs")
}

/// A request of each kind.
fn requests(api: &str) -> String {
    format!(
        "### who\nGET {api}/me\nAuthorization: Bearer {{{{login.response.body.$.token}}}}\n\n\
         ### log in\n# @name login\nGET {api}/login\n\n\
         ### old\nGET {api}/me\nAuthorization: Bearer {EXPIRED}\n\n\
         ### make\nPOST {api}/me\n\n{{}}\n\n\
         ### gone\n# @expect-status 404, 410\nGET {api}/gone\n\n\
         ### down\nGET http://127.0.0.1:1/\n"
    )
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn what_others_refer_to_is_sent_first_and_what_may_change_something_is_left_out() {
    let (api, heard) = api();
    let output = check(&requests(&api), &["--format", "json", "api.http"]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rows = json["exchanges"].as_array().expect("a list");
    let told: Vec<(&str, &str, Option<u64>, &str)> = rows
        .iter()
        .map(|row| {
            let text = |value: &'_ Value| -> &str { Box::leak(value.as_str().unwrap_or_default().to_string().into_boxed_str()) };
            (text(&row["name"]), text(&row["sent"]["outcome"]), row["status"].as_u64(), text(&row["causes"][0]["id"]))
        })
        .collect();
    assert_eq!(
        told,
        [
            ("who", "expected", Some(200), ""),
            ("log in", "expected", Some(200), ""),
            ("old", "unexpected", Some(401), "token-expired"),
            ("make", "skipped", None, ""),
            ("gone", "expected", Some(404), ""),
            ("down", "not-sent", None, ""),
        ]
    );
    assert!(rows[3]["sent"]["why"].as_str().is_some_and(|why| why.contains("--unsafe")));
    let heard = heard.lock().unwrap();
    assert!(heard[0].starts_with("GET /login") && heard[1].starts_with("GET /me"), "{heard:?}");
    assert!(!heard.iter().any(|request| request.starts_with("POST")));
}

#[test]
fn a_token_is_obtained_as_the_file_says_and_a_refused_one_is_renewed_once() {
    let (api, heard) = api();
    let auth = format!("# @auth oauth2 token_url={api}/token client_id=cli cache_key=main");
    let named = format!("### a\n{auth}\nGET {api}/me\nAuthorization: Bearer {{{{$auth.token(\"main\")}}}}\n");
    let written = format!("### b\n{auth}\nGET {api}/me\nAuthorization: Bearer {EXPIRED}\n");
    for text_of in [named, written] {
        let output = check(&text_of, &["api.http"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    }
    let refused = format!("### c\n{auth}\nGET {api}/other\nAuthorization: Bearer {EXPIRED}\n");
    heard.lock().unwrap().clear();
    let output = check(&refused, &["api.http"]);
    assert_eq!(output.status.code(), Some(1));
    let asked: Vec<String> =
        heard.lock().unwrap().iter().map(|request| request.split(' ').nth(1).unwrap_or_default().to_string()).collect();
    assert_eq!(asked, ["/other", "/token", "/other"], "it is renewed once");
    let login =
        format!("### d\n# @auth oauth2 grant=authorization_code auth_url={api}/a token_url={api}/token client_id=cli cache_key=x\n");
    let output = check(&format!("{login}GET {api}/me\nAuthorization: Bearer {{{{$auth.token(\"x\")}}}}\n"), &["api.http"]);
    assert!(text(&output).contains("not sent: its token is obtained by authorization code, which needs a person"), "{}", text(&output));
}

#[test]
fn one_request_is_named_and_cookies_and_second_tries_are_asked_for() {
    let (api, heard) = api();
    let text_of = format!("### log in\nGET {api}/login\n\n### cookie\nGET {api}/cookie\n\n### busy\nGET {api}/busy\n");
    let output = check(&text_of, &["api.http#cookie"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(heard.lock().unwrap().len(), 1);
    assert!(text(&output).contains("left out: only “cookie” is sent"), "{}", text(&output));
    assert_eq!(check(&text_of, &["--cookies", "--retry", "1", "api.http"]).status.code(), Some(0));
    let output = check(&text_of, &["api.http#nothing"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no request is called \"nothing\""));
}

#[test]
fn what_may_change_something_and_the_environment_of_the_program_need_a_word() {
    let (api, heard) = api();
    let text_of = format!("### make\nPOST {api}/me\nAuthorization: Bearer {{{{$processEnv AUTHTUI_TEST_TOKEN}}}}\n");
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("api.http"), &text_of).expect("a file");
    let run = |arguments: &[&str]| {
        let mut program = crate::program();
        program.args(["check", "--send"]).args(arguments).arg("api.http").current_dir(folder.path()).stdin(Stdio::null());
        program.env("AUTHTUI_TEST_TOKEN", "of-the-login-1234").output().expect("the program runs")
    };
    assert!(text(&run(&[])).contains("left out: POST may change something"));
    let output = run(&["--unsafe"]);
    assert!(output.status.code() == Some(1) && text(&output).contains("! not sent:"), "{}", text(&output));
    assert!(heard.lock().unwrap().is_empty());
    assert_eq!(run(&["--unsafe", "--process-env"]).status.code(), Some(0));
}

#[test]
fn each_format_says_the_same() {
    let (api, _) = api();
    let of = |format: &str| text(&check(&requests(&api), &["--format", format, "api.http"]));
    let junit = of("junit");
    assert!(
        junit.starts_with(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"authtui\" tests=\"6\" failures=\"1\" errors=\"1\">"
        )
    );
    for part in ["<failure type=\"token-expired\" message=\"the token expired", "<error type=\"not-sent\"", "<skipped message=\"POST may"] {
        assert!(junit.contains(part), "{part}: {junit}");
    }
    let sarif: Value = serde_json::from_str(&of("sarif")).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("a list");
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().expect("a list");
    assert_eq!(results.iter().map(|result| result["ruleId"].as_str().unwrap()).collect::<Vec<_>>(), ["token-expired", "not-sent"]);
    assert!(results.iter().all(|result| rules.iter().any(|rule| rule["id"] == result["ruleId"])));
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!((place["artifactLocation"]["uri"].as_str(), place["region"]["startLine"].as_u64()), (Some("api.http"), Some(9)));
    let tap = of("tap");
    assert!(tap.starts_with("TAP version 14\nok - api.http: who\n") && tap.ends_with("1..6\n"), "{tap}");
    assert!(tap.contains("not ok - api.http: old\n  ---\n  cause: \"token-expired\"\n") && tap.contains("make # SKIP POST may"), "{tap}");
    let github = of("github");
    assert!(github.contains("::error file=api.http,line=9,title=old%3A token-expired::the token expired"), "{github}");
    assert!(github.ends_with("6 requests: 1 refused, 1 not sent, 1 left out\n"), "{github}");
    let markdown = of("markdown");
    assert!(markdown.contains("| ✗ | api.http: old | 401 | `token-expired`: the token expired"), "{markdown}");
    let plain = of("text");
    assert!(plain.contains("✗ token-expired") && plain.contains("! not sent:") && plain.contains("✓ answered as expected"), "{plain}");
}

/// An answer that names a cause, with this behind its head.
fn refusal(headers: &str, body: &[u8]) -> Vec<Step> {
    let head = format!("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer error=\"invalid_token\"\r\n{headers}\r\n");
    vec![Step::Hear, Step::Say([head.as_bytes(), body].concat())]
}

/// What `check --send` says of a request with an expired token to a server that plays this, in one format.
fn said_of(steps: &[Step], format: &str, method: &str) -> (Option<i32>, String) {
    let server = Server::play(vec![steps.to_vec()]);
    let output = check(
        &format!("{method} {}\nAuthorization: Bearer {EXPIRED}\n", server.url("/x")),
        &["--unsafe", "--timeout", "1", "--format", format, "api.http"],
    );
    (output.status.code(), text(&output))
}

#[test]
fn an_answer_that_does_not_come_whole_is_judged_and_told_with_its_fault() {
    let slow = [refusal("Content-Length: 100\r\n", b"ok"), vec![Step::Hold]].concat();
    for (steps, fault) in [
        (refusal("Content-Length: 100\r\n", b"ok"), "the body ended early"),
        (refusal("Transfer-Encoding: chunked\r\n", b"2\r\nok\r\nzz\r\n"), "the body"),
        (refusal("Content-Encoding: gzip\r\nContent-Length: 4\r\n", b"nope"), "the body cannot be decompressed"),
        (slow, "timed out reading the body"),
    ] {
        let (code, plain) = said_of(&steps, "text", "GET");
        assert_eq!(code, Some(1), "{plain}");
        assert!(
            plain.contains("GET /x  401 Unauthorized") && plain.contains("! the answer did not come whole: ") && plain.contains(fault),
            "{plain}"
        );
        assert!(plain.contains("✗ token-expired") && !plain.contains("not sent"), "{plain}");
    }
    let cut = refusal("Content-Length: 100\r\n", b"ok");
    for format in ["junit", "sarif", "tap", "github", "markdown"] {
        let (_, said) = said_of(&cut, format, "GET");
        assert!(
            said.contains("token-expired") && said.contains("the answer did not come whole: ") && !said.contains("1 not sent"),
            "{said}"
        );
    }
    let (_, json) = said_of(&cut, "json", "GET");
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let exchange = &json["exchanges"][0];
    assert_eq!((&exchange["status"], &exchange["causes"][0]["id"]), (&401.into(), &"token-expired".into()));
    assert_eq!((&exchange["sent"]["outcome"], &exchange["sent"]["why"]), (&"unexpected".into(), &"2xx".into()));
    assert!(exchange["sent"]["fault"].as_str().is_some_and(|fault| fault.contains("the body ended early")), "{exchange}");
}

#[test]
fn an_accepted_answer_that_does_not_come_whole_fails_too() {
    let steps = [Step::Hear, say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nok")];
    for (format, said) in [
        ("text", "GET /x  200 OK"),
        ("text", "! the answer did not come whole: "),
        ("json", "\"outcome\": \"cut\""),
        ("junit", "<error type=\"answer-cut\""),
        ("sarif", "\"ruleId\": \"answer-cut\""),
        ("tap", "cause: \"answer-cut\""),
        ("github", "answer not whole"),
        ("github", "1 without a whole answer, 0 not sent"),
        ("markdown", "| 200 | answer not whole: "),
    ] {
        let (code, out) = said_of(&steps, format, "GET");
        assert!(code == Some(1) && out.contains(said), "{format}: {said}: {out}");
    }
}

#[test]
fn only_what_did_not_go_out_is_called_not_sent() {
    for steps in [vec![Step::Hear, Step::Hold], vec![Step::Hear]] {
        for (format, said) in [
            ("text", "! no answer: "),
            ("json", "\"outcome\": \"no-answer\""),
            ("junit", "<error type=\"no-answer\""),
            ("sarif", "\"ruleId\": \"no-answer\""),
            ("tap", "cause: \"no-answer\""),
            ("github", "no answer"),
            ("markdown", "no answer: "),
        ] {
            let (code, out) = said_of(&steps, format, "POST");
            assert!(code == Some(1) && out.contains(said) && !out.contains("! not sent"), "{format}: {said}: {out}");
        }
    }
}

#[test]
fn what_may_change_something_is_sent_again_only_if_the_server_did_not_act_on_it() {
    let run = |method: &str, first: Vec<Step>| {
        let accepted = vec![Step::Hear, say(&answer("204 No Content", "", ""))];
        let server = Server::play(vec![first, accepted]);
        let output = check(&format!("{method} {}\n", server.url("/x")), &["--unsafe", "--retry", "1", "api.http"]);
        (output.status.code(), server.heard().len())
    };
    let refused = |status: &str, headers: &str| vec![Step::Hear, say(&answer(status, headers, ""))];
    for (method, first, code, sent) in [
        ("POST", vec![Step::Hear], 1, 1),
        ("POST", refused("502 Bad Gateway", ""), 1, 1),
        ("POST", refused("429 Too Many Requests", "Retry-After: 0\r\n"), 0, 2),
        ("GET", vec![Step::Hear], 0, 2),
        // A longer pause than the longest: before that it would be refused again.
        ("GET", refused("429 Too Many Requests", "Retry-After: 99999\r\n"), 1, 1),
        ("GET", refused("429 Too Many Requests", "Retry-After: Fri, 31 Dec 2199 23:59:59 GMT\r\n"), 1, 1),
        ("GET", refused("503 Service Unavailable", "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n"), 0, 2),
    ] {
        assert_eq!(run(method, first.clone()), (Some(code), sent), "{method} {}", first.len());
    }
}

#[test]
fn files_that_are_named_one_by_one_are_worked_on_at_the_same_time() {
    let waiting = Arc::new(Barrier::new(3));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let waiting = Arc::clone(&waiting);
            thread::spawn(move || {
                let _ = hear(&mut stream);
                // Nobody is answered before all three are here.
                waiting.wait();
                let _ = stream.write_all(answer("204 No Content", "", "").as_bytes());
            });
        }
    });
    let folder = TempDir::new().expect("a folder");
    let names = ["a.http", "b.http", "c.http"];
    for name in names {
        fs::write(folder.path().join(name), format!("GET http://127.0.0.1:{port}/{name}\n")).expect("a file");
    }
    let mut program = crate::program();
    program.args(["check", "--send", "--jobs", "3", "--timeout", "20", "--format", "json"]).args(names);
    let output = program.current_dir(folder.path()).stdin(Stdio::null()).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    // They are told in the order in which they are named.
    let json: Value = serde_json::from_str(&text(&output)).expect("JSON");
    let sources: Vec<&str> = json["exchanges"].as_array().expect("rows").iter().filter_map(|row| row["source"].as_str()).collect();
    assert_eq!(sources, names);
}

#[test]
fn recorded_answers_have_the_formats_too_and_no_secret_is_in_one() {
    let folder = TempDir::new().expect("a folder");
    let text_of = "GET https://api.example/v1?api_key=in-query-4711 HTTP/1.1\nAuthorization: Bearer in-header-0123456789\n\nHTTP/1.1 401 \
                   Unauthorized\n\nwho is in-header-0123456789]]>&<b>\u{1}?";
    fs::write(folder.path().join("a|b <c>.txt"), text_of).expect("a file");
    for format in ["junit", "sarif", "markdown", "github", "tap"] {
        let mut program = crate::program();
        program.args(["check", "--format", format, "a|b <c>.txt"]).current_dir(folder.path()).stdin(Stdio::null());
        let said = text(&program.output().expect("the program runs"));
        assert!(!said.contains("in-header-0123456789") && !said.contains("in-query-4711") && !said.contains('\u{1}'), "{format}: {said}");
        assert!(said.contains("401") || said.contains("undecided") || said.contains("token-rejected"), "{format}: {said}");
    }
}

#[test]
fn a_wrong_expected_status_is_named_with_its_line() {
    let (api, _) = api();
    let output = check(&format!("# about it\n# @expect-status 404, 2zz\nGET {api}/gone\n"), &["api.http"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("line 2: ") && said.contains("@expect-status: \"2zz\" is no status such as 200, 2xx or 200-299"), "{said}");
    // The others count.
    assert!(text(&output).contains("answered as expected"), "{}", text(&output));
}
