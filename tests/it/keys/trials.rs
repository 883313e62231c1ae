//! Variants of a refused request, sent to find what makes the difference.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::thread;

use crate::keys::harness::{Program, document};
use crate::network::server::{answer, answering};

/// A server that answers by a rule, and what it heard.
fn server(rule: fn(&str) -> &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    answering(move |request| rule(request).to_string())
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
const REFUSED: &str =
    "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 16\r\nConnection: close\r\n\r\n{\"error\":\"nope\"}";
const MISSING: &str = "HTTP/1.1 401 Unauthorized\r\nContent-Type: text/plain\r\nContent-Length: 7\r\nConnection: close\r\n\r\nmissing";
const SLOW_DOWN: &str = "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

fn refused_at(address: &str, path: &str) -> Program {
    let text = format!("### users\nGET {address}{path}\nAuthorization: Bearer abcdefgh12345678\n");
    let mut program = Program::open(vec![document(&text)]);
    program.keys("^R").waits_for("401 Unauthorized");
    program
}

#[test]
fn the_slash_that_made_the_difference_is_the_cause_and_its_fix_is_one_key_away() {
    let (address, heard) = server(|request| if request.starts_with("GET /v1/users/ ") { OK } else { REFUSED });
    let mut program = refused_at(&address, "/v1/users");
    let before = heard.lock().unwrap().len();
    program.keys("X").shows("Try variants").shows("3 requests go to").shows("without the credential").shows("with a slash at the end");
    assert_eq!(heard.lock().unwrap().len(), before, "nothing goes out before the yes");
    program.keys("Enter").waits_for("It is accepted with a slash at the end, and refused (401) as it is");
    assert_eq!(heard.lock().unwrap().len(), before + 3);
    program.keys("Esc");
    assert_eq!(program.cause(), Some("trailing-slash-differs"), "{}", program.screen());
    program.shows("99 %").shows("Send it with a slash at the end").keys("f ^R").waits_for("200 OK");
}

#[test]
fn a_proxy_that_takes_the_credential_off_is_found_and_left_out() {
    let (address, _) = server(|request| if request.contains("Authorization: Bearer abcdefgh12345678") { OK } else { REFUSED });
    let origin = address.clone();
    // A proxy that hands on everything but the credential.
    let (proxy, _) = answering(move |request| {
        let kept: Vec<&str> = request.split("\r\n").filter(|line| !line.to_ascii_lowercase().starts_with("authorization:")).collect();
        let mut upstream = TcpStream::connect(origin.trim_start_matches("http://")).expect("the server");
        upstream.write_all(kept.join("\r\n").replace(&origin, "").as_bytes()).expect("a request");
        let mut answer = String::new();
        let _ = upstream.read_to_string(&mut answer);
        answer
    });
    let mut program = Program::open(vec![document("GET https://a.example/\n")]);
    program.pastes(&format!("curl -x {proxy} {address}/me -H 'Authorization: Bearer abcdefgh12345678'")).keys("^R");
    program.waits_for("401 Unauthorized").keys("X").shows("through the proxy").shows("without the proxy");
    program.keys("Enter").waits_for("It is accepted without the proxy").keys("Esc");
    assert_eq!(program.cause(), Some("header-stripped-by-proxy"), "{}", program.screen());
    program.shows("99 %").shows("the proxy takes the credential off");
    program.keys("X Enter").waits_for("It is accepted without the proxy").keys("Down Down Enter").shows("now sent without the proxy");
    program.keys("^R").waits_for("200 OK");
}

#[test]
fn a_variant_is_written_into_the_request_from_the_table() {
    let (address, _) = server(|request| if request.contains("Authorization") { REFUSED } else { OK });
    let mut program = refused_at(&address, "/a.json");
    program.keys("X Enter").waits_for("It is accepted without the credential").keys("Enter");
    program.shows("The request is now sent without the credential");
    assert!(!program.text().contains("Authorization"), "{}", program.text());
    program.keys("u");
    assert!(program.text().contains("Authorization"));
    // The verdict is of the request as it was sent.
    assert_eq!(program.cause(), Some("needless-credential"));
}

#[test]
fn the_same_answer_with_and_without_the_credential_says_that_it_may_not_arrive() {
    let (address, _) = server(|_| REFUSED);
    let mut program = refused_at(&address, "/a.json");
    program.keys("X Enter").waits_for("it may not arrive, or nobody looks at it").keys("Esc");
    assert_eq!(program.outcome("header-stripped-by-proxy"), Some("fail"));
    let (address, _) = server(|request| if request.contains("Authorization") { REFUSED } else { MISSING });
    let mut program = refused_at(&address, "/a.json");
    program.keys("X Enter").waits_for("it is what is refused").keys("Esc");
    assert_eq!(program.outcome("header-stripped-by-proxy"), Some("pass"));
    // An edit makes another request of it, of which nothing was tried.
    program.keys("i End").types("2").keys("Esc");
    assert_ne!(program.outcome("header-stripped-by-proxy"), Some("fail"));
}

#[test]
fn what_may_change_something_is_sent_after_a_word_alone() {
    let (address, heard) = server(|_| REFUSED);
    let text = format!("### make\nPOST {address}/v1/users\nAuthorization: Bearer abcdefgh12345678\n\n{{}}\n");
    let mut program = Program::open(vec![document(&text)]);
    program.keys("X").shows("Each POST may change something there").keys("Enter").shows("press s to send it all the same");
    assert!(heard.lock().unwrap().is_empty());
    program.keys("s").waits_for("it may not arrive");
    assert_eq!(heard.lock().unwrap().len(), 3);
}

#[test]
fn it_stops_when_the_server_asks_to_slow_down_and_when_it_is_told_to() {
    let (address, heard) = server(|request| if request.contains("Authorization") { REFUSED } else { SLOW_DOWN });
    let mut program = refused_at(&address, "/v1/users");
    program.keys("X Enter").waits_for("the server asked to slow down (429)");
    assert_eq!(heard.lock().unwrap().len(), 3, "the send, the request as it is, and the one that was too much");
    let (address, _) = server(|request| {
        if !request.contains("Authorization") {
            thread::sleep(std::time::Duration::from_secs(20));
        }
        REFUSED
    });
    let mut program = refused_at(&address, "/v1/users");
    program.keys("X Enter").waits_for("Sending 2 of 3").keys("Esc").shows("Stopped.").keys("Esc").hides("Try variants");
}

#[test]
fn another_request_of_the_server_lends_its_credential_and_no_other_does() {
    let (address, heard) = server(|request| if request.contains("Bearer good1234567890") { OK } else { REFUSED });
    let text = format!(
        "### bad\nGET {address}/a.json\nAuthorization: Bearer abcdefgh12345678\n\n### good\nGET {address}/b.json\nAuthorization: Bearer \
         good1234567890\n\n### far\nGET https://elsewhere.example/b\nAuthorization: Bearer secretofelsewhere\n"
    );
    let mut program = Program::open(vec![document(&text)]);
    program.keys("^R").waits_for("401 Unauthorized").keys("X").shows("with the credential of “good”").hides("of “far”");
    program.keys("Enter").waits_for("It is accepted with the credential of “good”");
    assert!(!heard.lock().unwrap().iter().any(|request| request.contains("secretofelsewhere")));
}

#[test]
fn a_variable_of_another_request_is_written_as_a_variable_and_its_value_shown_nowhere() {
    let (address, _) = server(|request| {
        if request.contains("Bearer good1234567890") && request.starts_with("GET /a.json") {
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 25\r\nConnection: close\r\n\r\ngot Bearer good1234567890\n"
        } else {
            REFUSED
        }
    });
    let text = format!(
        "@other = good1234567890\n\n### bad\nGET {address}/a.json\nAuthorization: Bearer abcdefgh12345678\n\n### good\nGET \
         {address}/b.json\nAuthorization: Bearer {{{{other}}}}\n"
    );
    let mut program = Program::open(vec![document(&text)]);
    program
        .keys("^R")
        .waits_for("401 Unauthorized")
        .keys("X Enter")
        .waits_for("status 403")
        .hides("good1234567890")
        .keys("Down Down Enter");
    assert!(program.text().contains("Authorization: Bearer {{other}}"), "{}", program.text());
}

#[test]
fn a_variant_that_was_not_sent_is_not_written() {
    let (address, _) = server(|request| if request.contains("Authorization") { SLOW_DOWN } else { REFUSED });
    let text = format!("### a\nGET {address}/v1/users\nAuthorization: Bearer abcdefgh12345678\n");
    let mut program = Program::open(vec![document(&text)]);
    program.keys("X Enter").waits_for("slow down").keys("Down Down Enter").shows("Not written: that one was not sent");
}

#[test]
fn the_table_is_read_on_every_usable_screen() {
    let (address, _) = server(|request| if request.starts_with("GET /v1/users/ ") { OK } else { REFUSED });
    for (width, height) in [(160, 48), (100, 30), (80, 24), (60, 16)] {
        let mut program = refused_at(&address, "/v1/users");
        program.resizes(width, height).keys("X").shows("without the credential").keys("Enter").waits_for("It is accepted");
        program.shows("200").keys("Esc").hides("Try variants");
    }
}

#[test]
fn a_server_that_redirects_everybody_proves_nothing_about_the_credential() {
    let (address, _) = answering(|request| match request.split(' ').nth(1) {
        Some("/final") => answer("401 Unauthorized", "", ""),
        _ => answer("302 Found", "Location: /final\r\n", ""),
    });
    let mut program = refused_at(&address, "/v1/users");
    program.keys("X Enter").waits_for("the answer is the same").hides("it is what is refused");
}
