//! Who gets how much of the screen, and what covers what.

use authtui::app::panes::Pane;

use crate::keys::harness::{EXPIRED, Program, refused};

fn expired() -> Program {
    let mut program = Program::empty();
    program.pastes(&refused(&format!("Bearer {EXPIRED}")));
    program
}

/// The row where a text stands.
fn row(program: &Program, text: &str) -> usize {
    program.screen().lines().position(|line| line.contains(text)).unwrap_or_else(|| panic!("no {text:?}:\n{}", program.screen()))
}

#[test]
fn a_short_request_leaves_its_rows_to_the_claims() {
    let mut program = expired();
    program.resizes(100, 30);
    // All claims are there, from the header's first to the last one.
    for claim in ["alg", "kid", "typ", "iss", "sub", "aud", "iat", "exp"] {
        program.shows(&format!(" {claim} "));
    }
    assert!(row(&program, "Response") <= 9, "{}", program.screen());
}

#[test]
fn long_lines_of_the_request_are_read_to_their_end() {
    let mut program = Program::with(&format!("### a\nGET https://h/?q={}END\nAccept: */*\n", "0123456789".repeat(40)));
    program.keys("2").hides("END").keys(&"→ ".repeat(60)).shows("END");
    // The end is the end: one step back is seen.
    program.keys("← ← ← ← ← ← ← ← ←").hides("END").keys(&"← ".repeat(60)).shows("GET https://h/?q=0123");
}

#[test]
fn a_dialog_has_an_edge_and_leaves_no_half_words() {
    let mut program = expired();
    for (width, height) in [(160, 48), (100, 30), (80, 24), (60, 16)] {
        program.resizes(width, height);
        let before: Vec<String> = program.screen().lines().map(str::to_string).collect();
        program.keys("y");
        let screen = program.screen();
        assert!(screen.contains('┌') && screen.contains('┘'), "{screen}");
        for (line, before) in screen.lines().zip(&before) {
            let Some((left, _)) = line.split_once(['│', '┌', '└']) else { continue };
            let shown = left.split_whitespace().last().unwrap_or_default();
            assert!(shown.is_empty() || before.split_whitespace().any(|word| word == shown), "half of a word: {shown:?}\n{screen}");
        }
        program.keys("Esc");
    }
}

#[test]
fn the_form_leaves_the_claims_visible() {
    let mut program = expired();
    for (width, height) in [(160, 48), (100, 30)] {
        program.resizes(width, height).keys("e").shows("What the API expects");
        program.shows(" aud ").shows("billing").shows("URLs are not fetched").keys("Esc");
    }
}

#[test]
fn what_the_fix_key_does_is_said() {
    expired().keys("5").shows("f how to fix");
    Program::with("### a\nGET https://h/\nAuthorization: Bearer Bearer abcdefghijklmnop0123\n").shows("f fix").hides("how to fix");
}

#[test]
fn the_list_of_one_request_can_be_opened() {
    let mut program = Program::with("### only\nGET https://h/\n");
    for (width, height) in [(160, 48), (100, 30), (80, 24)] {
        program.resizes(width, height).keys("5").keys("1").shows("only");
        assert_eq!(program.app.model.pane(), Pane::Requests);
        program.keys("r").shows("Name of the request").keys("Esc");
    }
}

#[test]
fn keys_behind_alt_gr_have_a_second_one() {
    let two = "### one\nGET https://h/1\n\n### two\nGET https://h/2\n";
    let mut program = Program::with(two);
    program.keys(">");
    assert!(program.text().starts_with("GET https://h/2"));
    program.keys("<");
    assert!(program.text().starts_with("GET https://h/1"));
    let hard = ["{", "}", "[", "]", "@", "|", "\\", "~"];
    for binding in authtui::app::keymap::BINDINGS {
        assert!(binding.keys.iter().any(|key| !hard.contains(&key.to_string().as_str())), "{}", binding.label);
    }
}

#[test]
fn the_help_is_grouped_by_task_and_searched_by_typing() {
    let mut program = expired();
    program.keys("?").shows("find the cause and fix it").shows("go to the bytes").types("clipboard").shows("copy").hides("go to the bytes");
    program.keys("Esc").hides("Keys").keys("?").types("zzz").shows("Nothing matches").keys("Esc");
}

#[test]
fn the_help_stops_at_its_end() {
    let mut program = expired();
    program.resizes(80, 24).keys("?").keys(&"PgDn ".repeat(80));
    let end = program.screen();
    program.keys("PgDn ↓");
    assert_eq!(program.screen(), end);
    program.keys("↑");
    assert_ne!(program.screen(), end);
}

#[test]
fn commands_are_found_by_other_words() {
    for (word, command) in [
        ("token", "what the API expects"),
        ("header", "edit the request"),
        ("cookie", "mask or show secrets"),
        ("history", "undo"),
        ("login", "send"),
        ("env", "environment"),
    ] {
        let mut program = Program::with(&format!("### a\nGET https://h/\nAuthorization: Bearer {EXPIRED}\n"));
        // Something to undo.
        program.keys("i ↓").types("X-A: b").keys("Esc :").types(word).shows(command);
    }
}
