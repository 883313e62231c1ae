//! The sends of a request: listed, shown, compared, brought back.

use crate::keys::harness::Program;
use crate::network::server::{Server, Step, say};

fn answer(status: &str, body: &str) -> Vec<Step> {
    let text =
        format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    vec![Step::Hear, say(&text)]
}

/// A request that was sent three times: refused, refused in other words after an edit, and accepted.
fn sent_three_times() -> (Program, Server) {
    let server = Server::play(vec![
        answer("401 Unauthorized", r#"{"error":"invalid_token","hint":"one"}"#),
        answer("403 Forbidden", r#"{"error":"invalid_token","hint":"two"}"#),
        answer("200 OK", r#"{"hello":"ana"}"#),
    ]);
    let mut program = Program::with(&format!("### me\nGET {}\nX-Try: 1\n", server.url("/me")));
    program.keys("^R").waits_for("401 Unauthorized");
    program.keys("i Down End Backspace").types("2").keys("Esc ^R").waits_for("403 Forbidden");
    program.keys("i Down End Backspace").types("3").keys("Esc ^R").waits_for("200 OK");
    (program, server)
}

#[test]
fn every_send_is_listed_and_its_response_is_shown() {
    let (mut program, _server) = sent_three_times();
    program.keys("H").shows("Sends of this request").shows("the newest").shows("403").shows("401");
    program.keys("Down Enter").shows("401 Unauthorized · 2 answers before").shows("\"hint\": \"one\"");
    program.shows("The verdict is about the newest answer: 200").keys("s").shows("200 OK").hides("answers before");
}

#[test]
fn two_sends_are_compared_with_their_answers() {
    let (mut program, _server) = sent_three_times();
    program.keys("H Space Down c").shows("Compare").shows("response.status").shows("401 Unauthorized").shows("403 Forbidden");
    program.shows("\"hint\": \"one\"").shows("\"hint\": \"two\"").shows("headers.x-try");
}

#[test]
fn the_same_request_with_another_answer_points_outside_of_it() {
    let server = Server::play(vec![answer("401 Unauthorized", "{}"), answer("200 OK", "{}")]);
    let mut program = Program::with(&format!("### me\nGET {}\n", server.url("/me")));
    program.keys("^R").waits_for("401 Unauthorized").keys("^R").waits_for("200 OK");
    program.keys("H c").shows("The same was sent both times").shows("lies outside the request");
}

#[test]
fn a_request_is_brought_back_as_it_was_sent_and_undo_takes_that_back() {
    let (mut program, _server) = sent_three_times();
    program.keys("H Down b").shows("The request is as it was sent then");
    assert!(program.text().contains("X-Try: 1"), "{}", program.text());
    program.keys("u");
    assert!(program.text().contains("X-Try: 3"), "{}", program.text());
    program.keys("H g b").shows("The request is as it was sent then");
}

#[test]
fn a_recorded_answer_is_the_first_of_the_list() {
    let mut program = Program::empty();
    program.pastes(&crate::keys::harness::refused("Bearer abc")).keys("H").shows("recorded").shows("401").keys("b");
    program.shows("The text of a recorded request is not known");
    Program::with("### a\nGET https://h/\n").keys("H").shows("This request has no response yet");
}
