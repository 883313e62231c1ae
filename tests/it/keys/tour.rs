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

#[test]
fn practice_is_not_asked_about_on_quitting_and_never_saved_unasked() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Program::open(tour());
    program.keys("i End").types("x").keys("Esc } } f d").keys("q").hides("Unsaved changes").leaves();
    // Own requests are asked about, and saving them asks for one path alone.
    let mut program = Program::open(tour());
    program.keys("i End").types("x").keys("Esc").pastes("curl https://h.example/mine").keys("Esc q");
    program.shows("Unsaved changes").shows("my requests").hides("payments.http,");
    let path = folder.path().join("mine.http");
    program.keys("s ^A").types(&path.display().to_string()).keys("Enter").leaves();
    assert!(std::fs::read_to_string(path).is_ok_and(|text| text.contains("h.example/mine") && !text.contains("api.payments")));
    // Whoever saves the tour has a file of it.
    let mut program = Program::open(tour());
    let path = folder.path().join("tour.http");
    program.keys("^S ^A").types(&path.display().to_string()).keys("Enter").waits_for("tour.http saved");
    program.keys("i End").types("x").keys("Esc q").shows("Unsaved changes").shows("tour.http");
}

#[test]
fn requests_of_ones_own_go_into_no_file_of_the_tour() {
    let mut program = Program::open(tour());
    let counts = |program: &Program| program.app.model.files.iter().filter(|f| f.is_tour).map(|f| f.entries.len()).collect::<Vec<_>>();
    let before = counts(&program);
    program.pastes("curl https://h.example/mine").keys("Esc").shows("my requests");
    program.pastes("### one\nGET https://h/1\n\n### two\nGET https://h/2\n").keys("Esc T n Esc T 1 d");
    assert_eq!(counts(&program), before);
    let own: Vec<_> = program.app.model.files.iter().filter(|f| !f.is_tour).collect();
    assert_eq!(own.iter().map(|f| f.entries.len()).collect::<Vec<_>>(), [5]);
    assert!(program.text().contains("https://api.payments.example/v1/payments"), "a copy stands on its own: {}", program.text());
    assert_eq!(program.app.model.unsaved(), ["my requests"]);
}

#[test]
fn it_is_opened_again_from_anywhere_and_counts_its_steps() {
    let mut program = Program::with("### mine\nGET https://h.example/mine\n");
    program.hides("step 1 of 15").keys(":").types("tour").keys("Enter").shows("step 1 of 15").shows("Old token");
    program.keys("}").shows("step 2 of 15").keys("T").shows("step 1 of 15");
    assert_eq!(program.app.model.request_count(), 16, "it is opened once");
}

#[test]
fn it_ends_with_a_request_of_ones_own() {
    let mut program = Program::open(tour());
    program.keys("1 G").shows("step 15 of 15").shows("paste a request of");
    program.keys("}").shows("step 15 of 15").shows("This was the last step: paste a request, n new, q quit");
    program.keys("{").hides("the last step");
    // Behind the tour it goes on to what was pasted.
    program.pastes("curl https://h.example/mine").keys("Esc { }").hides("the last step").shows("h.example/mine");
}
