//! The form for who sends a request: every key changes the text of the request and re-runs the checks.

use crate::keys::harness::{EXPIRED, Program};

const PLAIN: &str = "### list\nGET https://api.example.com/v1?page=2\nAccept: application/json\n";

#[test]
fn what_is_typed_stands_in_the_request_at_once_and_one_undo_takes_it_back() {
    let mut program = Program::with(PLAIN);
    program.keys("a").shows("Who sends the request").shows("Bearer token").types("abc.def");
    assert_eq!(program.text().lines().last(), Some("Authorization: Bearer abc.def"));
    // The checks see it while it is typed.
    assert_eq!(program.outcome("authorization-missing"), Some("pass"));
    program.keys("Enter").shows("press ^R to send, u to undo").keys("u");
    assert!(!program.text().contains("Authorization") && program.text().contains("Accept"));
    program.keys("^Y");
    assert!(program.text().contains("Authorization: Bearer abc.def"));
}

#[test]
fn an_undo_in_a_form_that_wrote_nothing_undoes_nothing() {
    let mut program = Program::with(PLAIN);
    program.keys("i End").types("x").keys("Esc a ^Z").hides("Who sends the request");
    assert!(program.text().starts_with("GET https://api.example.com/v1?page=2x\n"), "{}", program.text());
}

#[test]
fn the_kind_is_walked_with_arrows_and_keeps_what_was_typed() {
    let mut program = Program::with(PLAIN);
    program.keys("a").types("k-123").keys("↑ →").shows("Basic");
    assert_eq!(program.text().lines().last(), Some("Authorization: Basic Og=="));
    program.keys("→").shows("API key in a header").keys("↓").types("X-Api-Key");
    assert_eq!(program.text().lines().last(), Some("X-Api-Key: k-123"));
    program.keys("↑ →").shows("API key in the address").keys("↓").types("key");
    assert!(program.text().starts_with("GET https://api.example.com/v1?page=2&key=k-123\nAccept"), "{}", program.text());
    // All of it is one edit.
    program.keys("Esc u");
    assert!(program.text().starts_with("GET https://api.example.com/v1?page=2\nAccept"), "{}", program.text());
}

#[test]
fn what_the_request_says_is_read_into_the_form() {
    for (line, shown, hidden) in [
        ("Authorization: Basic YW5uOnMzY3JldC1wYXNz", vec!["Basic: user name and password", "ann"], ""),
        ("Authorization: Token abcdefgh12345678", vec!["another scheme", "Token"], ""),
        ("X-Api-Key: abcdefgh12345678", vec!["API key in a header", "X-Api-Key"], ""),
        ("Authorization: Bearer {{token}}", vec!["Bearer token", "{{token}}"], ""),
        // Masked while another field has the focus.
        ("Authorization: Basic YW5uOnMzY3JldC1wYXNz", vec!["Basic: user name and password"], "s3cret-pass"),
    ] {
        let mut program = Program::with(&format!("### a\nGET https://h.example/\n{line}\n"));
        program.keys("a");
        for text in shown {
            program.shows(text);
        }
        if !hidden.is_empty() {
            program.hides(hidden).keys("↑").hides(hidden);
        }
        let before = program.text();
        program.keys("Esc");
        assert_eq!(program.text(), before);
    }
}

#[test]
fn it_is_usable_on_every_screen() {
    for (width, height) in [(160, 48), (100, 30), (80, 24), (60, 16)] {
        let mut program = Program::sized(vec![crate::keys::harness::document(PLAIN)], width, height);
        program.keys("a").shows("token or key").types("abc").shows("done").keys("Enter");
        assert!(program.text().contains("Authorization: Bearer abc"));
    }
}

#[test]
fn no_credential_is_a_choice_too() {
    let mut program = Program::with("### a\nGET https://h.example/\nAuthorization: Bearer abc\nAccept: */*\n");
    program.keys("a ↑ ←").shows("none");
    assert_eq!(program.text().trim_end(), "GET https://h.example/\nAccept: */*");
    program.keys("Esc u");
    assert!(program.text().contains("Authorization: Bearer abc"));
}

#[test]
fn a_pasted_credential_takes_the_place_of_the_one_in_the_field() {
    let opaque = "q7Rk2mXw9Tb4Zp1LcV8nKd3f";
    for (line, pasted, written) in [
        ("Authorization: Bearer {{access_token}}", EXPIRED, format!("Authorization: Bearer {EXPIRED}")),
        ("Authorization: Bearer {{access_token}}", opaque, format!("Authorization: Bearer {opaque}")),
        ("Authorization: Bearer old-one", "short-1\n", "Authorization: Bearer short-1".into()),
        ("Authorization: bearer old-one", "Bearer new-one", "Authorization: Bearer new-one".into()),
        ("Authorization: Token old-one", "Token new-one", "Authorization: Token new-one".into()),
        ("X-Api-Key: abcdefgh12345678", opaque, format!("X-Api-Key: {opaque}")),
        ("Authorization: Basic YW5uOmh1bnRlcjI=", "s3cret pass", "Authorization: Basic YW5uOnMzY3JldCBwYXNz".into()),
    ] {
        let text = format!("GET https://h.example/\n{line}\n");
        let mut program = Program::with(&format!("### a\n{text}"));
        program.keys("a").pastes(pasted).shows("is in the place of the old one");
        assert_eq!(program.text().lines().last(), Some(&*written), "{line}");
        // One step back, and the old one is there again.
        program.keys("^Z");
        assert_eq!(program.text(), text);
    }
}

#[test]
fn a_paste_into_what_is_typed_goes_to_the_cursor_unless_it_is_a_credential() {
    let mut program = Program::with("### a\nGET https://h.example/\nAuthorization: Bearer old\n");
    program.keys("a ^A").types("key-").pastes("4711");
    assert_eq!(program.text().lines().last(), Some("Authorization: Bearer key-4711"));
    program.pastes(EXPIRED);
    assert_eq!(program.text().lines().last(), Some(&*format!("Authorization: Bearer {EXPIRED}")));
    // A name is no credential.
    let mut program = Program::with("### a\nGET https://h.example/\nX-Api-Key: old\n");
    program.keys("a ↑ End").pastes("-2");
    assert_eq!(program.text().lines().last(), Some("X-Api-Key-2: old"));
}

#[test]
fn a_credential_is_masked_in_any_field_and_beside_a_variable() {
    for (line, secret, shown) in [
        ("Authorization: Bearer {{access_token}}q7Rk2mXw9Tb4Zp1LcV8nKd3f", "cV8nKd3f", "Bearer token"),
        ("X-Api-Key: sec-ret-1", "sec-ret-1", "X-Api-Key"),
        ("Authorization: Basic sec.ret.1", "sec.ret.1", "another scheme"),
        // A key in the place of the user name.
        ("Authorization: Basic c2tfbGl2ZV9BYjFBYjFBYjFBYjFBYjFBYjE6", "Ab1Ab1", "Basic: user name"),
    ] {
        let mut program = Program::with(&format!("### a\nGET https://h.example/\n{line}\n"));
        program.keys("a").shows(shown).hides(secret);
        for _ in 0..3 {
            program.keys("↑").hides(secret);
        }
        program.keys("Esc m a").shows(secret);
    }
}
