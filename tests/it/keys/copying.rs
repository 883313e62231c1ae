//! What is copied, and what is left out of it.

use authtui::app::key::Key;
use authtui::app::{Effect, Message, update};

use crate::keys::harness::{EXPIRED, Program, refused};

/// What a key of the copy menu puts on the clipboard.
fn copied(program: &mut Program, key: &str) -> String {
    program.keys("y").shows("Copy");
    let key = Key::parse(key).expect("a key");
    match update(&mut program.app.model, Message::Key(key)).pop() {
        Some(Effect::Copy { text, .. }) => text,
        other => panic!("{other:?}"),
    }
}

fn expired() -> Program {
    let mut program = Program::empty();
    program.pastes(&refused(&format!("Bearer {EXPIRED}")));
    program
}

#[test]
fn secrets_are_left_out_unless_asked_for() {
    let mut program = expired();
    let signature = EXPIRED.rsplit('.').next().expect("a signature");
    for key in ["h", "t", "r", "u"] {
        assert!(!copied(&mut program, key).contains(signature), "{key}");
    }
    program.keys("m");
    assert_eq!(copied(&mut program, "t"), EXPIRED);
    assert_eq!(copied(&mut program, "h"), format!("Authorization: Bearer {EXPIRED}"));
    assert!(copied(&mut program, "u").contains(EXPIRED));
}

#[test]
fn a_request_is_copied_for_another_tool() {
    let secret = EXPIRED.rsplit('.').next().expect("a signature");
    for (keys, masked) in [("", true), ("m", false)] {
        let mut program = expired();
        program.keys("y").keys(keys).keys("x").shows(if masked { "without secrets" } else { "with secrets" }).types("python");
        let text = match update(&mut program.app.model, Message::Key(Key::parse("Enter").expect("a key"))).pop() {
            Some(Effect::Copy { text, .. }) => text,
            other => panic!("{other:?}"),
        };
        assert!(text.contains("requests.request(") && text.contains("https://api.example.com/v1/users"), "{text}");
        assert_eq!(text.contains(secret), !masked, "{text}");
        assert_eq!(text.contains("Secrets are left out"), masked, "{text}");
    }
}

#[test]
fn the_body_of_the_response_is_copied_without_what_it_repeats_and_hands_out() {
    let body = format!(r#"{{"access_token":"gZ4tM7xQ2wV9bN1kL5sD8fR3","echo":"Bearer {EXPIRED}","user":"maria"}}"#);
    let exchange = format!(
        "GET https://api.example.com/me\nAuthorization: Bearer {EXPIRED}\n\nHTTP/1.1 403 Forbidden\nContent-Type: application/json\n\n{body}"
    );
    let mut program = Program::empty();
    program.pastes(&exchange);
    let text = copied(&mut program, "b");
    assert!(text.contains(r#""user":"maria""#) && !text.contains("gZ4tM7xQ") && !text.contains(EXPIRED), "{text}");
    program.keys("m");
    assert_eq!(copied(&mut program, "b"), body);
    // Without a body there is no such row.
    Program::empty().pastes("GET https://api.example.com/me\nAuthorization: Bearer abc").keys("y").hides("the body of the response");
}

#[test]
fn the_cause_is_a_text_for_a_report() {
    let text = copied(&mut expired(), "r");
    assert!(text.contains("token-expired") && text.contains("GET https://api.example.com/v1/users") && text.contains("Fix: "), "{text}");
}

#[test]
fn claims_are_copied_as_json() {
    let text = copied(&mut expired(), "l");
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok_and(|v| v["sub"] == "user-42"), "{text}");
}

#[test]
fn without_a_desktop_the_terminal_is_asked_and_it_is_said_so() {
    let mut program = expired();
    program.keys("y l").waits_for("sent to the terminal");
}

#[test]
fn what_is_copied_is_chosen_in_the_menu_and_leaves_the_screen_masked() {
    let mut program = expired();
    program.keys("y m").shows("Secrets are copied as they are");
    let copied = update(&mut program.app.model, Message::Key(Key::char('t'))).pop();
    assert!(matches!(copied, Some(Effect::Copy { text, .. }) if text == EXPIRED));
    program.keys("2").hides(&EXPIRED[EXPIRED.len() - 12..]).hides("secrets shown");
    // The choice is for one copy.
    program.keys("y").shows("Secrets are left out of what is copied").keys("Esc");
}

#[test]
fn the_header_that_is_copied_is_the_one_that_the_verdict_speaks_of() {
    let requests = [
        ("Cookie: session=0123456789abcdef\nAuthorization: Bearer {t}", "Authorization: Bearer {t}"),
        ("Cookie: a=b; token={t}\nX-Request-Id: 1", "Cookie: a=b; token={t}"),
        ("Cookie: session=0123456789abcdef\nX-Api-Key: k3y-0123456789abcdef", "X-Api-Key: k3y-0123456789abcdef"),
        ("Cookie: session=0123456789abcdef\nAuthorization: Basic dTpw", "Authorization: Basic dTpw"),
    ];
    for (headers, copied_line) in requests {
        let mut program = Program::with(&format!("### a\nGET https://h.example/\n{}\n", headers.replace("{t}", EXPIRED)));
        program.keys("m");
        assert_eq!(copied(&mut program, "h"), copied_line.replace("{t}", EXPIRED));
    }
}

#[test]
fn the_body_of_the_response_is_saved_as_it_came_and_never_over_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("body.json");
    let mut program = Program::empty();
    program.pastes(
        "GET https://api.example.com/me\n\nHTTP/1.1 403 Forbidden\nContent-Type: application/json\n\n{\"token\":\"s3cr3t-0123456789\"}",
    );
    for (key, told) in [("w", "Body saved in"), ("3 w", "is there already")] {
        program.keys(key).shows("Save the body of the response as").shows("response.json").keys("^A");
        program.types(&path.display().to_string()).keys("Enter").waits_for(told);
        assert_eq!(std::fs::read_to_string(&path).expect("the file"), r#"{"token":"s3cr3t-0123456789"}"#);
    }
    Program::empty().keys("w").shows("The response has no body").hides("Save the body");
}
