//! Undo across requests: it never takes back what is newer in another request.

use std::fs;

use authtui::io::load;
use authtui::io::run::ExitReason;

use crate::keys::answers::{answer, server};
use crate::keys::harness::Program;

const TOKEN: &str = "ghp_0123456789abcdefghijABCDEFGHIJ0123";
const OLD: &str = "Bearer shared-0123456789abcdef";
const THREE: &str = "### one\nGET https://h.example/1\nAuthorization: Bearer shared-0123456789abcdef\n\n\
                     ### two\nGET https://h.example/2\nAuthorization: Bearer shared-0123456789abcdef\n\n\
                     ### three\nGET https://h.example/3\nAuthorization: Bearer shared-0123456789abcdef\n";

fn texts(program: &Program) -> Vec<String> {
    program.app.model.files[0].entries.iter().map(|e| e.editor.text().to_string()).collect()
}

/// Which requests have the new token, and none of the old one.
fn renewed(program: &Program) -> Vec<bool> {
    texts(program).iter().map(|text| text.contains(TOKEN) && !text.contains(OLD)).collect()
}

#[test]
fn a_credential_is_taken_back_where_nothing_was_typed_since() {
    let mut program = Program::with(THREE);
    program.pastes(TOKEN).keys("f").shows("is used in 3 requests");
    program.keys("} i Ctrl-End").types("\nX-Later: mine").keys("Esc {");
    program.keys("u").shows("Undone: the credential of 3 requests, but in 1 of them, which was edited since");
    assert_eq!(renewed(&program), [false, true, false]);
    assert!(texts(&program)[1].contains("X-Later: mine"));
    // Redo gives it to those that it was taken from.
    program.keys("^Y").shows("Redone: the credential of 3 requests");
    assert_eq!(renewed(&program), [true; 3]);
    program.keys("u");
    assert_eq!(renewed(&program), [false, true, false]);
    // The other one has it in its own history, behind what was typed.
    program.keys("}");
    for _ in 0..20 {
        if texts(&program)[1].contains("X-Later") || renewed(&program)[1] {
            program.keys("u");
        }
    }
    assert_eq!(texts(&program), texts(&Program::with(THREE)));
    program.keys("u").shows("Nothing to undo");
}

#[test]
fn a_credential_that_was_edited_everywhere_stays_and_older_changes_can_be_undone() {
    let mut program = Program::with(&format!("{THREE}\n### four\nGET https://h.example/4\n"));
    program.keys("1 r ^A").types("renamed").keys("Enter");
    program.pastes(TOKEN).keys("f").shows("is used in 3 requests");
    for _ in 0..3 {
        program.keys("i End").types("x").keys("Esc }");
    }
    let before = texts(&program);
    program.keys("u").shows("Not undone: the credential of 3 requests, which were edited since");
    program.keys("u").shows("Undone: rename “one”");
    assert_eq!(texts(&program), before);
}

#[test]
fn a_new_request_is_not_undone_with_what_was_typed_into_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    type Add = fn(&mut Program);
    let adds: [(&str, Add); 3] = [
        ("new request", |program| _ = program.keys("n")),
        ("duplicate", |program| _ = program.keys("1 d i")),
        ("paste", |program| _ = program.pastes("curl https://h.example/pasted").keys("i")),
    ];
    for (what, add) in adds {
        fs::write(&path, THREE).expect("a file");
        let mut program = Program::open(load::here(folder.path()));
        let lists = [texts(&program)];
        add(&mut program);
        let added = texts(&program);
        program.keys("Ctrl-Home End").types("typed").keys("Esc {");
        let typed = texts(&program);
        assert_eq!(typed.len(), 4, "{what}");
        program.keys("u").shows(&format!("Not undone: {what}")).shows("was changed since: undo that in it, or delete it");
        assert_eq!(texts(&program), typed, "{what}");
        program.keys("q").shows("Unsaved changes").keys("Esc");
        assert_ne!(program.end, Some(ExitReason::Quit), "{what}");
        // What was typed before in the open request can be undone all the same.
        program.keys("i End").types("y").keys("Esc u");
        assert_eq!(texts(&program), typed, "{what}");
        // In the request itself the newest goes first.
        program.keys("} u");
        assert_eq!(texts(&program), added, "{what}");
        program.keys("u").shows("Undone");
        assert_eq!(texts(&program), lists[0], "{what}");
    }
}

#[test]
fn an_older_edit_of_the_open_request_is_undone_past_a_request_that_stays() {
    let mut program = Program::with(THREE);
    let before = texts(&program);
    program.keys("i End").types("x").keys("Esc");
    program.keys("n").types("https://h.example/new").keys("Esc {");
    program.keys("u").shows("Not undone: new request");
    let now = texts(&program);
    assert_eq!((&now[0], now[1].as_str()), (&before[0], "GET https://h.example/new\n"));
}

#[test]
fn expectations_of_a_new_request_are_undone_before_it() {
    let mut program = Program::with(THREE);
    program.pastes("curl https://h.example/pasted").keys("e").types("orders").keys("Enter Esc {");
    // What is expected is the newer step, and the request goes as it came when that is taken back.
    program.keys("u").shows("Undone: what the API expects of “GET /pasted”");
    assert_eq!(texts(&program).len(), 4);
    program.keys("u").shows("Undone: paste of 1 request");
    assert_eq!(texts(&program).len(), 3);
    program.keys("^Y ^Y").shows("Redone: what the API expects");
    let expects_orders = program.app.model.files[0].entries.iter().any(|entry| entry.exchange.context.audience == ["orders"]);
    assert!(expects_orders && texts(&program).len() == 4);
}

#[test]
fn a_paste_that_was_undone_leaves_nothing_unsaved() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    for pasted in
        ["curl https://h.example/pasted", "GET https://h.example/pasted\nX: 1\n", "### a\nGET https://h/a\n\n### b\nGET https://h/b\n"]
    {
        fs::write(&path, THREE).expect("a file");
        let mut program = Program::open(load::here(folder.path()));
        let before = texts(&program);
        program.pastes(pasted);
        let after = texts(&program);
        program.keys("u").shows("Undone").hides("unsaved");
        assert_eq!((texts(&program), program.app.model.unsaved()), (before, Vec::new()), "{pasted}");
        // Redo brings it back with its mark, and then the program asks.
        program.keys("^Y");
        assert_eq!((texts(&program), program.app.model.unsaved()), (after, vec!["a.http".to_string()]), "{pasted}");
        program.keys("q").shows("Unsaved changes").keys("Esc u q");
        assert_eq!(program.end, Some(ExitReason::Quit), "{pasted}");
        assert_eq!(fs::read_to_string(&path).expect("a file"), THREE, "{pasted}");
    }
    // The same without any file.
    let mut program = Program::empty();
    program.pastes("curl https://h.example/pasted").keys("u");
    assert_eq!(program.app.model.unsaved(), Vec::<String>::new());
    program.keys("q");
    assert_eq!(program.end, Some(ExitReason::Quit));
}

#[test]
fn a_pasted_request_with_an_answer_is_not_undone_with_it() {
    let (address, _) = server(vec![("/a", answer("200 OK", "", "welcome"))]);
    let mut program = Program::with(THREE);
    program.pastes(&format!("curl {address}/a")).keys("^R").waits_for("200 OK");
    program.keys("u").shows("Not undone: paste of 1 request").shows("has an answer since").shows("welcome");
    // It goes when it is deleted, and comes back with its answer, whatever is pasted in between.
    program.keys("1 D Enter").hides("welcome").pastes("curl https://h.example/other").keys("u u").shows("Undone: delete").shows("welcome");
}

#[test]
fn undo_says_what_it_undid_and_how_to_get_it_back() {
    let mut program = Program::with(THREE);
    program.pastes("curl https://h.example/pasted").keys("u").shows("Undone: paste of 1 request; ^Y redoes it");
    program.keys("^Y").shows("Redone: paste of 1 request; u undoes it");
    program.keys("i End").types("x").keys("Esc u").shows("Undone: an edit of this request; ^Y redoes it");
}

/// What a block defines is there once, wherever in it that is written and however often its request is deleted and comes back.
#[test]
fn a_request_that_comes_back_defines_nothing_twice() {
    let places = ["### one\n@a = 1\n", "# @no-log\n@b = 2\n", "GET https://h.example/\n@c = 3\n", "X-A: 1\n@d = 4\n", "\nbody\n"];
    for line_end in ["\n", "\r\n"] {
        for without in 0..=places.len() {
            // Each place with and without what comes before it.
            let text = places.iter().skip(without.min(2)).map(|part| part.to_string()).collect::<String>();
            let other = "\n### two\nGET https://h.example/{{a}}{{b}}{{c}}{{d}}\n";
            let text = format!("{text}{other}").replace('\n', line_end);
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("a.http");
            fs::write(&path, &text).expect("a file");
            let mut program = Program::open(load::here(folder.path()));
            let saved = || fs::read_to_string(&path).expect("the file");
            let mut defined: Vec<String> = text.lines().filter(|line| line.starts_with('@')).map(String::from).collect();
            defined.sort();
            for _ in 0..2 {
                for key in ["D", "u"] {
                    program.keys(if key == "D" { "1 g j D d ^S" } else { "Esc u ^S" }).waits_for("a.http saved").keys("Esc");
                    let mut now: Vec<String> = saved().lines().filter(|line| line.starts_with('@')).map(String::from).collect();
                    now.sort();
                    assert_eq!(now, defined, "{key}\n{}", saved());
                }
            }
            for part in ["GET https://h.example/", "X-A: 1", "body"] {
                assert!(saved().contains(part), "{}", saved());
            }
        }
    }
}

#[test]
fn what_the_api_expects_is_undone_like_anything_else_of_the_request() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    let text = "# @expect-audience a\n# @expect-audience b\nGET https://h.example/a\n";
    fs::write(&path, text).expect("a file");
    let mut program = Program::open(load::here(folder.path()));
    let audience = |program: &Program| program.app.model.files[0].entries[0].exchange.context.audience.clone();
    program.keys("e ^U Enter");
    assert!(audience(&program).is_empty());
    program.keys("u").shows("Undone: what the API expects of “GET /a”");
    assert_eq!(audience(&program), ["a", "b"]);
    program.hides("a.http*");
    // Whatever is typed while the form is open is one step, and it can be done again.
    program.keys("e ^U").types("orders").keys("Enter u");
    assert_eq!(audience(&program), ["a", "b"]);
    program.keys("^Y").shows("Redone: what the API expects");
    assert_eq!(audience(&program), ["orders"]);
    // Steps are taken back in the order in which they were made.
    program.keys("i End").types("1").keys("Esc u");
    assert_eq!(audience(&program), ["orders"]);
    // A step that was saved is taken back in the text of the file too.
    program.keys("^S").waits_for("a.http saved");
    assert!(fs::read_to_string(&path).expect("the file").contains("@expect-audience orders"));
    program.keys("u").shows("Undone: what the API expects");
    program.keys("^S").waits_for("a.http saved");
    assert_eq!(fs::read_to_string(&path).expect("the file"), text);
}
