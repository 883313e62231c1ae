//! Sending to a server on this machine.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use crate::harness::Program;

/// A server that answers each connection with the next of some texts, after a while.
fn server(answers: Vec<&'static str>, delay: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for answer in answers {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let mut buffer = [0; 4096];
            let _ = stream.read(&mut buffer);
            thread::sleep(delay);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    format!("http://{address}")
}

const REFUSED: &str =
    "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer realm=\"x\"\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno";

#[test]
fn the_answer_joins_the_checklist() {
    let address = server(vec![REFUSED], Duration::ZERO);
    let mut program = Program::with(&format!("### a\nGET {address}/me\n"));
    program.keys("^R").waits_for("401 Unauthorized").shows("www-authenticate");
    assert_eq!(program.cause(), Some("authorization-missing"));
}

#[test]
fn hops_are_shown() {
    let redirect = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let address = server(vec![redirect, REFUSED], Duration::ZERO);
    let mut program = Program::with(&format!("### a\nGET {address}/me\nAuthorization: Bearer abc\n"));
    program.keys("^R").waits_for("401 Unauthorized").shows("1 hop").shows("→ 302");
}

#[test]
fn esc_stops_a_sending_and_a_late_answer_is_dropped() {
    let address = server(vec![REFUSED], Duration::from_millis(300));
    let mut program = Program::with(&format!("### a\nGET {address}/me\n"));
    program.keys("^R").shows("Esc stops it").keys("Esc").shows("stopped");
    thread::sleep(Duration::from_millis(400));
    program.keys("↓").hides("401").shows("stopped");
}

#[test]
fn an_answer_to_the_request_before_an_edit_says_so() {
    let address = server(vec![REFUSED], Duration::from_millis(100));
    let mut program = Program::with(&format!("### a\nGET {address}/me\n"));
    program.keys("^R i End").types("x").waits_for("before your edit");
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let mut program = Program::with("### a\nGET http://127.0.0.1:1/\n");
    program.keys("^R").waits_for("✗").waits_for("127.0.0.1");
}

#[test]
fn a_file_can_say_that_redirects_are_not_followed() {
    let redirect = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let address = server(vec![redirect, REFUSED], Duration::ZERO);
    let mut program = Program::with(&format!("### a\n# @no-redirect\nGET {address}/me\n"));
    program.keys("^R").waits_for("302 Found").hides("hop");
}
