//! The built-in tour, walked through as its own notes say.

use authtui::app::tour::tour;

use crate::keys::harness::Program;

#[test]
fn it_begins_with_a_cause_and_says_which_keys_go_on() {
    for (width, height) in [(160, 48), (120, 36), (100, 30), (80, 24), (60, 16)] {
        let mut program = Program::sized(tour(), width, height);
        program.shows("the token expired 15 h ago").shows("Enter explains it");
    }
}

#[test]
fn every_note_is_read_whole_where_all_panes_are_shown() {
    let mut program = Program::sized(tour(), 100, 30);
    for _ in 0..program.app.model.request_count() {
        let note = program.app.model.entry().and_then(|e| e.exchange.context.notes.clone()).expect("a note");
        for word in note.split(' ') {
            program.shows(word);
        }
        program.keys("}");
    }
}

#[test]
fn the_good_token_is_compared_with_the_old_one() {
    let mut program = Program::open(tour());
    program.keys("} c ↓ Enter").shows("B expired 15 h ago, A has not expired");
}

#[test]
fn a_fix_is_made_and_taken_back() {
    let mut program = Program::open(tour());
    program.keys("} }").shows("Quoted token");
    assert_eq!(program.outcome("credential-quoted"), Some("fail"));
    program.keys("f");
    assert_eq!(program.outcome("credential-quoted"), Some("pass"));
    program.keys("u");
    assert_eq!(program.outcome("credential-quoted"), Some("fail"));
}
