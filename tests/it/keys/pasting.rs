//! Anything that is pasted anywhere outside of text becomes a request.

use authtui::domain::limits::MAX_PASTE;

use crate::keys::harness::{EXPIRED, Program, refused};

#[test]
fn a_curl_command() {
    let mut program = Program::empty();
    program.pastes(&format!("curl -s 'https://api.example.com/v1/users' -H 'Authorization: Bearer {EXPIRED}'"));
    assert!(program.text().starts_with("GET https://api.example.com/v1/users\n"), "{}", program.text());
    assert!(program.cause().is_some());
}

#[test]
fn line_ends_as_terminals_send_them() {
    let mut program = Program::empty();
    program.pastes("curl https://api.example.com/v1/users \\\r  -H 'X-A: b'");
    assert_eq!(program.text(), "GET https://api.example.com/v1/users\nX-A: b\n");
}

#[test]
fn what_a_paste_does_not_carry_over_is_listed() {
    let mut program = Program::empty();
    program.pastes("curl --cert client.pem https://api.example.com/me").shows("not imported").shows("--cert");
    program.keys("Esc").hides("not imported");
}

#[test]
fn a_raw_request_with_its_answer() {
    let mut program = Program::empty();
    program.pastes(&refused("Bearer undefined")).shows("401 Unauthorized");
    assert_eq!(program.cause(), Some("credential-placeholder"));
}

#[test]
fn an_entry_of_a_har() {
    let mut program = Program::empty();
    program.pastes(
        r#"{"request":{"method":"GET","url":"https://api.example.com/me","httpVersion":"HTTP/1.1","headers":[],"queryString":[],"cookies":[],"headersSize":-1,"bodySize":-1},
            "response":{"status":401,"statusText":"Unauthorized","httpVersion":"HTTP/1.1","headers":[{"name":"WWW-Authenticate","value":"Bearer"}],"cookies":[],"content":{"size":0,"mimeType":""},"redirectURL":"","headersSize":-1,"bodySize":-1},
            "startedDateTime":"2026-11-23T07:22:41Z","time":1,"cache":{},"timings":{}}"#,
    );
    assert_eq!(program.cause(), Some("authorization-missing"));
}

#[test]
fn a_token_alone() {
    let mut program = Program::empty();
    program.pastes(EXPIRED).shows("Claims").shows("user-42");
    assert!(program.text().contains(&format!("Authorization: Bearer {EXPIRED}")));
}

#[test]
fn requests_of_an_http_file() {
    let mut program = Program::empty();
    program.pastes("### one\nGET https://h/1\n\n### two\nGET https://h/2\n").shows("Pasted 2 requests").shows("two");
}

#[test]
fn a_paste_comes_beside_a_request_that_was_touched() {
    let mut program = Program::with("### mine\nGET https://h/mine\n");
    program.pastes("curl https://h/other");
    assert_eq!(program.app.model.request_count(), 2);
    program.keys("{").shows("mine");
}

#[test]
fn what_cannot_be_read_is_named_with_its_place_and_nothing_is_lost() {
    let mut program = Program::with("### mine\nGET https://h/mine\n");
    program.pastes("{\"log\": {\"entries\": [").shows("could not be read").shows("line 1, column");
    program.keys("Esc");
    assert_eq!(program.text(), "GET https://h/mine\n");
}

#[test]
fn hostile_text_is_shown_and_does_nothing() {
    let mut program = Program::empty();
    program.pastes("GET https://h/ HTTP/1.1\nX-Evil: a\u{1b}]52;c;eA==\u{7}b\u{202e}c\n\n").keys("2");
    program.shows("a␛]52").shows("\\u{202e}");
    let cells = program.buffer().content();
    assert!(cells.iter().all(|cell| !cell.symbol().chars().any(char::is_control)));
}

#[test]
fn what_is_not_carried_over_stands_in_nobodys_way() {
    let mut program = Program::empty();
    program.pastes("curl --cert client.pem https://api.example.com/me -H 'Authorization: Bearer undefined'");
    program.shows("not imported").shows("Most likely").keys("Enter").shows("How to fix it").hides("not imported");
}

#[test]
fn a_line_without_a_colon_stays_in_the_pasted_request() {
    let mut program = Program::empty();
    program.pastes("GET https://h/a\nX-Foo: bar\nAuthorization Bearer abc.def\n").shows("line 3: this line has no colon");
    assert!(program.text().contains("Authorization Bearer abc.def"), "{}", program.text());
}

#[test]
fn a_paste_that_is_too_long_is_refused_by_name() {
    let mut program = Program::with("### mine\nGET https://h/mine\n");
    program.pastes(&"q".repeat(MAX_PASTE + 1)).shows("The paste is larger than 16 MiB");
    program.keys("i").pastes(&"q".repeat(MAX_PASTE + 1)).shows("The paste is larger than 16 MiB");
    assert_eq!(program.text(), "GET https://h/mine\n");
}
