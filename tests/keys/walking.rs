//! Looking around: findings, their bytes, explanations, help, palette, find, mouse.

use authtui::io::run::{End, Input};

use crate::harness::{EXPIRED, Program, document, refused};

fn expired() -> Program {
    let mut program = Program::empty();
    program.pastes(&refused(&format!("Bearer {EXPIRED}")));
    program
}

#[test]
fn the_cause_stands_on_top_with_its_proof() {
    let mut program = expired();
    assert_eq!(program.cause(), Some("token-expired"));
    program.shows("Most likely").shows("expired 3 h 12 min ago").shows("401 Unauthorized").shows("HS256 · key 2024-07");
}

#[test]
fn enter_explains_what_is_chosen_and_esc_closes() {
    let mut program = expired();
    program.keys("Enter").shows("token-expired").shows("How to fix it");
    program.keys("Esc").hides("How to fix it");
}

#[test]
fn moving_through_findings_marks_their_bytes() {
    let mut program = expired();
    let model = &program.bench.model;
    let subject = model.subject().expect("a cause");
    assert!(!subject.evidence.is_empty());
    let before = model.marks.clone();
    program.keys("↓ ↓ ↓");
    assert_ne!(program.bench.model.chosen, authtui::app::checklist::Chosen::Top);
    program.keys("g");
    assert_eq!(program.bench.model.marks, before);
}

#[test]
fn passed_checks_are_folded_until_asked_for() {
    let mut program = expired();
    program.shows(" passed");
    let folded = program.screen().matches("✓").count();
    program.keys("p");
    assert!(program.screen().matches("✓").count() > folded);
}

#[test]
fn secrets_are_covered_until_asked_for() {
    let mut program = expired();
    let signature = &EXPIRED[EXPIRED.len() - 20..];
    program.hides(signature);
    program.keys("m 2 z").shows("secrets shown");
    program.keys("i End Esc");
    assert!(program.text().contains(signature));
}

#[test]
fn help_lists_the_keys_and_the_palette_runs_a_command() {
    let mut program = expired();
    program.keys("?").shows("everywhere").shows("^R");
    program.keys("Esc ^P").types("theme").shows("theme").keys("Enter");
    assert_eq!(program.bench.model.theme, authtui::app::model::Theme::Light);
}

#[test]
fn find_opens_a_request_by_a_few_letters() {
    let mut program = Program::open(vec![document("### log in\nPOST https://h/login\n\n### who am I\nGET https://h/me\n")]);
    program.keys("/").types("whoam").keys("Enter");
    assert_eq!(program.bench.model.entry().map(|e| e.exchange.title()).as_deref(), Some("who am I"));
}

#[test]
fn a_click_focuses_and_chooses() {
    let mut program = expired();
    let row = program.screen().lines().position(|l| l.contains("Accept: application/json")).expect("the header's row") as u16;
    program.inputs(vec![Input::Click(10, row)]);
    program.types("X");
    assert!(
        program.text().contains("XAccept") || program.text().lines().any(|l| l.starts_with('A') && l.contains('X')),
        "{}",
        program.text()
    );
}

#[test]
fn tab_goes_round_the_panes_and_zoom_shows_one() {
    let mut program = expired();
    program.keys("Tab").keys("z").shows("Request").hides("Checklist");
    program.keys("Esc").shows("Checklist");
}

#[test]
fn the_program_ends_when_nothing_is_unsaved() {
    let mut program = Program::with("### a\nGET https://h/\n");
    program.keys("q");
    assert_eq!(program.end, Some(End::Quit));
}

/// The column and row of a text on the screen.
fn place(program: &Program, text: &str) -> (u16, u16) {
    let screen = program.screen();
    let (row, line) = screen.lines().enumerate().find(|(_, l)| l.contains(text)).expect("the text");
    let column = line.split(text).next().map_or(0, |before| before.chars().count());
    (column as u16, row as u16)
}

#[test]
fn the_mouse_opens_requests_chooses_findings_and_takes_hints() {
    let mut program = Program::open(vec![document("### one\nGET https://h/1\n\n### two\nGET https://h/2\nAuthorization: Bearer\n")]);
    let (x, y) = place(&program, "two");
    program.inputs(vec![Input::Click(x, y)]);
    assert_eq!(program.bench.model.entry().map(|e| e.title()).as_deref(), Some("two"));
    let (x, y) = place(&program, "cannot be told yet");
    program.inputs(vec![Input::Click(x, y)]);
    let (x, y) = place(&program, "? which");
    program.inputs(vec![Input::Click(x, y)]);
    assert_ne!(program.bench.model.chosen, authtui::app::checklist::Chosen::Top);
    program.inputs(vec![Input::Click(x, y)]);
    program.shows("What it looks at").keys("Esc");
    let (x, y) = place(&program, "? help");
    program.inputs(vec![Input::Click(x, y)]);
    program.shows("while no text is typed");
}

#[test]
fn the_wheel_scrolls_what_it_stands_on() {
    let mut program = Program::empty();
    let long: String = (0..200).map(|i| format!("line {i}\n")).collect();
    program.pastes(&format!("GET https://h/\n\nHTTP/1.1 401 Unauthorized\nContent-Type: text/plain\n\n{long}")).shows("line 3");
    let (x, y) = place(&program, "line 3");
    program.inputs(vec![Input::Wheel(x, y, 30)]);
    program.hides("line 3\n").shows("line 30");
}

#[test]
fn what_was_cut_can_be_put_back() {
    let mut program = Program::with("### a\nGET https://h/\nX-A: b\n");
    program.keys("i ↓ Shift-End ^X");
    assert_eq!(program.text(), "GET https://h/\n\n");
    program.keys("^V");
    assert_eq!(program.text(), "GET https://h/\nX-A: b\n");
}

#[test]
fn open_questions_are_folded_beside_a_decided_cause() {
    let mut program = expired();
    program.shows("cannot be told yet").hides("the token is signed with HS256");
    program.keys("p").shows("the token is signed with HS256").hides("cannot be told yet");
    program.keys("p").shows("cannot be told yet");
}

#[test]
fn open_questions_are_listed_where_no_cause_is_decided() {
    let mut program = Program::with("### a\nGET https://h/\n");
    program.shows("Nothing is wrong with what the request carries").shows("? no credential").hides("cannot be told yet");
}

#[test]
fn a_token_is_told_from_another_by_its_first_letters() {
    expired().shows("Bearer eyJh•");
    Program::with("### a\nGET https://h/\nAuthorization: Bearer short\n").shows("Bearer •••••").hides("short");
}

#[test]
fn after_a_fix_the_old_answer_judges_no_more() {
    let mut program = Program::empty();
    program.pastes(&refused(&format!("Bearer \"{EXPIRED}\""))).keys("f").hides("No cause was found");
}
