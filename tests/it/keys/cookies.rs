//! The cookies of the session: kept from answers, seen, let go along, cleared.

use std::sync::{Arc, Mutex};

use crate::keys::harness::{Program, document};
use crate::network::server::{answer, answering};

/// A site that sets a session cookie on `/login` and wants it back; and what it heard.
fn site() -> (String, Arc<Mutex<Vec<String>>>) {
    answering(|request| {
        let (status, headers) = if request.starts_with("POST /login") {
            ("200 OK", "Set-Cookie: sid=s3ss10n-0123456789; Path=/; HttpOnly\r\nSet-Cookie: admin=1; Path=/admin\r\n")
        } else if request.contains("Cookie: sid=s3ss10n-0123456789\r\n") {
            ("200 OK", "")
        } else {
            ("401 Unauthorized", "")
        };
        format!("HTTP/1.1 {status}\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n")
    })
}

fn logged_in(address: &str) -> Program {
    let text = format!("### log in\nPOST {address}/login\n\n### me\nGET {address}/me\n\n### far\nGET https://else.example/me\n");
    let mut program = Program::open(vec![document(&text)]);
    program.keys("^R").waits_for("200 OK");
    program
}

#[test]
fn a_lost_cookie_is_let_go_along_and_the_request_is_accepted() {
    let (address, _) = site();
    let mut program = logged_in(&address);
    program.keys("> ^R").waits_for("401 Unauthorized");
    program.keys("O").shows("Cookies of this session: 1 of 2 go to this address").shows("sid").hides("s3ss10n");
    program.shows("It is sent to the address of this request").keys("Down").shows("It is not sent: its Path is /admin");
    program.keys("Enter").shows("The cookies for this address go along");
    assert!(program.text().contains("Cookie: {{$cookies}}"), "nothing secret is written: {}", program.text());
    program.keys("^R").waits_for("200 OK").keys("u");
    assert!(!program.text().contains("Cookie"));
}

#[test]
fn a_cookie_goes_to_no_other_host() {
    let (address, _) = site();
    let mut program = logged_in(&address);
    program.keys("> >").shows("else.example").keys("O").shows("0 of 2 go to this address").shows("but the request goes to else.example");
    program.keys("Enter").shows("No cookie of this session goes to this address");
    assert!(!program.text().contains("Cookie"));
}

#[test]
fn the_cookies_of_a_site_are_forgotten() {
    let (address, heard) = site();
    let mut program = logged_in(&address);
    program.keys("> O Enter ^R").waits_for("200 OK");
    program.keys("O d").shows("The cookies of 127.0.0.1 are forgotten").keys("O").shows("No answer of this session has set a cookie");
    let before = heard.lock().unwrap().len();
    program.keys("^R").shows("Not all variables have a value");
    assert_eq!(heard.lock().unwrap().len(), before);
    Program::with("### a\nGET https://h/\n").keys("O").shows("No answer of this session has set a cookie");
}

#[test]
fn the_cookie_of_a_login_that_answers_with_a_redirect_is_kept() {
    let (address, _) = answering(|request| match request.split(' ').nth(1) {
        Some("/login") => answer("302 Found", "Location: /home\r\nSet-Cookie: sid=0123456789abcdef; Path=/\r\n", ""),
        _ if request.contains("sid=0123456789abcdef") => answer("200 OK", "", "welcome"),
        _ => answer("401 Unauthorized", "", "who are you"),
    });
    let mut program = Program::open(vec![document(&format!("### log in\nGET {address}/login\n\n### home\nGET {address}/home\n"))]);
    program.keys("^R").waits_for("401 Unauthorized").keys("} O").shows("sid").keys("Enter ^R").waits_for("200 OK");
}
