//! Time: countdowns that tick, and verdicts that turn when a moment passes.

use authtui::app::{Message, update};
use authtui::domain::token::jws::Jws;

use crate::keys::harness::{EXPIRED, Program};

/// A request with `EXPIRED`, some seconds before its end by the local clock.
fn before_its_end(seconds: i64) -> Program {
    let mut program = Program::empty();
    let end = Jws::read(EXPIRED).claims.get("exp").and_then(|v| v.as_i64()).expect("an end");
    program.pastes(&format!("GET https://api.example.com/me\nAuthorization: Bearer {EXPIRED}\n"));
    update(&mut program.app.model, Message::Now(jiff::Timestamp::from_second(end - seconds).expect("a moment")));
    program
}

fn meaning_of_exp(program: &Program) -> String {
    program.app.model.claim_rows().into_iter().find(|r| r.name == "exp").map(|r| r.meaning).unwrap_or_default()
}

#[test]
fn the_countdown_runs_and_the_verdict_turns_at_its_end() {
    let mut program = before_its_end(30);
    assert!(meaning_of_exp(&program).contains("30 s"), "{}", meaning_of_exp(&program));
    // The verdict was made when the token was still good.
    let end = program.app.model.now;
    update(&mut program.app.model, Message::Now(end + jiff::SignedDuration::from_secs(31)));
    assert!(meaning_of_exp(&program).contains("expired 1 s ago"), "{}", meaning_of_exp(&program));
    assert_eq!(program.outcome("token-expired"), Some("fail"));
}

#[test]
fn the_clock_is_asked_only_as_often_as_something_changes() {
    assert_eq!(before_its_end(30).app.model.next_tick(), Some(1));
    assert_eq!(before_its_end(20_000).app.model.next_tick(), Some(60));
    assert_eq!(before_its_end(10 * 86_400).app.model.next_tick(), Some(3_600));
}

#[test]
fn without_a_countdown_nothing_ticks() {
    assert_eq!(Program::with("### a\nGET https://h/\n").app.model.next_tick(), None);
    let mut recorded = Program::empty();
    recorded.pastes(&crate::keys::harness::refused(&format!("Bearer {EXPIRED}")));
    assert_eq!(recorded.app.model.next_tick(), None);
}

/// A fresh token is judged when it would be sent, not at the moment of the answer to the one before.
#[test]
fn an_edited_request_is_judged_by_the_clock_of_now() {
    let token = |iat: i64| {
        let encode = |text: &str| base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, text);
        format!("{}.{}.c2ln", encode(r#"{"alg":"HS256"}"#), encode(&format!(r#"{{"iat":{iat},"exp":{}}}"#, iat + 3600)))
    };
    let mut program = Program::empty();
    program.pastes(&crate::keys::harness::refused(&format!("Bearer {EXPIRED}")));
    // The answer is days old.
    program.pastes(&token(program.app.model.now.as_second() - 100)).keys("Enter");
    assert_eq!(program.outcome("token-not-yet-valid"), Some("pass"));
    assert!(meaning_of_exp(&program).contains("58 min"), "{}", meaning_of_exp(&program));
}
