//! Typing in the request: every key re-runs the checks, fixes are edits, undo takes them back.

use authtui::domain::limits::MAX_TYPED;

use crate::keys::harness::{EXPIRED, Program, refused};

#[test]
fn typing_turns_a_check() {
    let mut program = Program::with("### a\nGET https://api.example.com/me\nAccept: */*\n");
    program.keys("i Ctrl-End").types("Authorization: Bearer undefined");
    assert_eq!(program.outcome("credential-placeholder"), Some("fail"));
    program.keys("^W").types("ghp_0123456789abcdefghijABCDEFGHIJ0123");
    assert_eq!(program.outcome("credential-placeholder"), Some("pass"));
}

#[test]
fn a_fix_is_one_edit_and_undo_takes_it_back() {
    let mut program = Program::empty();
    program.pastes(&refused(&format!("Bearer \"{EXPIRED}\"")));
    program.keys("g");
    while program.app.model.subject().map(|s| s.check.id) != Some("credential-quoted") {
        program.keys("↓");
    }
    let before = program.text();
    program.keys("f");
    assert_eq!(program.outcome("credential-quoted"), Some("pass"));
    assert!(!program.text().contains('"'));
    program.keys("u");
    assert_eq!(program.text(), before);
    assert_eq!(program.outcome("credential-quoted"), Some("fail"));
}

#[test]
fn while_text_is_typed_single_keys_are_text() {
    let mut program = Program::with("### a\nGET https://h/\n");
    program.keys("i End").types("qfu?");
    assert_eq!(program.text(), "GET https://h/qfu?\n");
    program.keys("Esc ?").shows("find the cause and fix it");
}

#[test]
fn completion_offers_header_names_and_schemes() {
    let mut program = Program::with("### a\nGET https://h/\nAccept: x\n");
    program.keys("i Ctrl-End").types("Autho").shows("Authorization:").keys("Tab").types("Bea").keys("Tab");
    assert!(program.text().ends_with("Authorization: Bearer "), "{}", program.text());
}

#[test]
fn a_whole_line_is_selected_and_replaced() {
    let mut program = Program::with("### a\nGET https://h/\n");
    program.keys("i Home Shift-End").types("HEAD https://other/");
    assert_eq!(program.text(), "HEAD https://other/\n");
    program.keys("^Z ^Z ^Z ^Z ^Z ^Z");
    assert_eq!(program.text(), "GET https://h/\n");
}

#[test]
fn a_large_paste_is_one_edit_and_fires_no_key() {
    let mut program = Program::with("### a\nPOST https://h/\n\nx");
    let before = program.text();
    let large = "q\n".repeat(500_000);
    let started = std::time::Instant::now();
    program.keys("i Ctrl-End").pastes(&large);
    assert!(started.elapsed() < std::time::Duration::from_secs(5));
    assert_eq!(program.text().len(), before.len() + large.len());
    program.keys("^Z");
    assert_eq!(program.text(), before);
}

#[test]
fn what_is_too_long_to_be_typed_in_is_refused_by_name() {
    let mut program = Program::with("### a\nPOST https://h/\n\nx");
    let before = program.text();
    program.keys("i Ctrl-End").pastes(&"q".repeat(MAX_TYPED)).shows("cannot be edited here");
    assert_eq!(program.text(), before);
    let long = "q".repeat(MAX_TYPED);
    let mut program = Program::with(&format!("### a\nPOST https://h/\n\n{long}"));
    program.keys("2 i").shows("cannot be edited here").keys("x");
    assert!(!program.text().contains("qx") && !program.text().contains("xq"));
}

#[test]
fn expectations_are_judged_as_they_are_typed() {
    let mut program = Program::empty();
    program.pastes(&refused(&format!("Bearer {EXPIRED}")));
    assert_ne!(program.outcome("audience-mismatch"), Some("fail"));
    program.keys("e").types("orders");
    assert_eq!(program.outcome("audience-mismatch"), Some("fail"));
    program.keys("^W").types("billing");
    assert_eq!(program.outcome("audience-mismatch"), Some("pass"));
}

#[test]
fn a_header_line_that_is_saved_with_a_colon_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    for (typed, is_named) in [("X-Odd value", true), ("X-Odd: value", false), ("X-Odd:", false)] {
        std::fs::write(&path, "### one\nGET https://h.example/\nX-A: 1\n").expect("a file");
        let mut program = Program::open(authtui::io::load::here(folder.path()));
        program.keys("i Ctrl-End").types(typed).keys("^S").waits_for("saved");
        assert_eq!(
            program.screen().contains("line 3 of “one” has no colon and was written with one"),
            is_named,
            "{typed}\n{}",
            program.screen()
        );
        assert!(std::fs::read_to_string(&path).expect("a file").contains(typed), "{typed}");
    }
}

/// As in a shell: to the start, to the end, back to a space; and with Alt a part of a word.
#[test]
fn lines_and_words_are_removed_as_in_a_shell() {
    for (keys, left) in [("^U", ""), ("^W", "Authorization: Bearer "), ("Home ^K", ""), ("Alt-Backspace", "Authorization: Bearer a.b}")] {
        let mut program = Program::with("### a\nGET https://h.example/\nAuthorization: Bearer a.b}}\n");
        program.keys("i Ctrl-End ↑ End").keys(keys);
        assert_eq!(program.text().lines().nth(1).unwrap_or_default(), left, "{keys}");
        program.keys("^Z");
        assert!(program.text().contains("Bearer a.b}}"), "{keys}");
    }
    for (open, typed) in [("o", "a path"), ("e", "an audience"), ("/", "a word"), ("?", "a word"), ("1 r", "a name"), ("c", "a request")] {
        let mut program = Program::with("### a\nGET https://h.example/\n\n### b\nGET https://h.example/b\n");
        let field = |program: &mut Program| {
            let field = program.app.model.overlay.as_mut().and_then(|overlay| overlay.field());
            field.map(|field| field.text().to_string())
        };
        program.keys(open).keys("^U").types(typed);
        assert_eq!(field(&mut program).as_deref(), Some(typed), "{open}");
        program.keys("^W");
        assert_eq!(field(&mut program), typed.rsplit_once(' ').map(|(kept, _)| format!("{kept} ")), "{open}");
        program.keys("Home ^K");
        assert_eq!(field(&mut program).as_deref(), Some(""), "{open}");
    }
}

#[test]
fn the_key_that_selects_everything_is_named_where_one_types() {
    let mut program = Program::with("### a\nGET https://h.example/\n");
    program.keys("i").shows("^A select all").keys("Esc o").shows("^A select all");
}
