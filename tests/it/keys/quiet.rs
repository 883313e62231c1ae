//! What matters is said once, and nothing else shouts.

use ratatui::style::Color;

use crate::keys::harness::{EXPIRED, Program, document, refused};

/// A request over plain http, which is a warning, that the server accepted.
fn accepted() -> Program {
    let mut program = Program::empty();
    program.pastes(
        "GET http://api.example.com/v1/users HTTP/1.1\nAuthorization: Bearer abcdefghijklmnop0123\n\n\
         HTTP/1.1 200 OK\nDate: Mon, 23 Nov 2026 07:22:41 GMT\nContent-Type: application/json\n\n{}\n",
    );
    program
}

/// How often a text stands on the screen.
fn times(program: &Program, text: &str) -> usize {
    program.screen().matches(text).count()
}

/// The color of the cell where a text begins.
fn color_of(program: &Program, text: &str) -> Color {
    let screen = program.screen();
    let (y, line) = screen.lines().enumerate().find(|(_, line)| line.contains(text)).expect("the text on the screen");
    let x = line.split(text).next().expect("what is before it").chars().count();
    program.buffer()[(x as u16, y as u16)].fg
}

#[test]
fn the_cause_is_written_once() {
    let mut program = Program::empty();
    program.pastes(&refused(&format!("Bearer {EXPIRED}"))).shows("Most likely");
    for (width, height) in [(160, 48), (100, 30), (80, 24)] {
        program.resizes(width, height).keys("5");
        assert_eq!(
            times(&program, "The token expired") + times(&program, "the token expired"),
            1,
            "{width}x{height}:\n{}",
            program.screen()
        );
    }
}

#[test]
fn after_an_accepted_answer_nothing_shouts() {
    let mut program = accepted();
    program.shows("Nothing wrong: the server accepted the request").hides("What would decide");
    // Everything that cannot be told is one line.
    assert!(times(&program, "undetermined") <= 1);
    let unsent = Program::with("### plain\nGET http://api.example.com/\nAuthorization: Bearer abcdefghijklmnop0123\n");
    assert_eq!((program.outcome("plain-http"), unsent.outcome("plain-http")), (Some("warn"), Some("warn")));
    program.hides("▲").shows("remark").keys("p").shows("▲");
    assert_ne!(color_of(&program, "▲"), color_of(&unsent, "▲"), "{}", program.screen());
}

#[test]
fn open_questions_that_say_the_same_are_one() {
    let mut program = Program::with("### a\nGET https://h/\nAuthorization: Bearer {{token}}\n");
    program.keys("p");
    let screen = program.screen();
    let asked: Vec<&str> = screen.lines().filter_map(|line| line.split("? ").nth(1)).filter(|text| text.len() > 12).collect();
    assert!(asked.len() > 1, "{screen}");
    let once: std::collections::HashSet<&&str> = asked.iter().collect();
    assert_eq!(once.len(), asked.len(), "{screen}");
}

#[test]
fn a_request_that_was_not_sent_has_a_mark_of_its_own() {
    let fine = "### fine\nGET https://h/\nAccept: */*\n\n### wrong\nGET https://h/\nAuthorization: Bearer undefined\n";
    let mut program = Program::open(vec![document(fine)]);
    program.waits_for("✗ wrong").shows("○ fine").hides("✓ fine");
}

#[test]
fn warnings_never_color_the_row() {
    // Plain http is a warning wherever it is.
    let mut program =
        Program::with("### plain\nGET http://api.example.com/\nAuthorization: Bearer abcdefghijklmnop0123\n\n### b\nGET https://h/\n");
    assert_eq!(program.outcome("plain-http"), Some("warn"));
    program.shows("○ plain").hides("▲ plain");
}
