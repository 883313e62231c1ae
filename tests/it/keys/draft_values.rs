//! Changed values in drafts: each goes back to its own place and nowhere else, and what has none stays in its draft.

use std::fs;
use std::path::{Path, PathBuf};

use authtui::app::LoadedFile;
use authtui::app::workspace::draft::OrphanedDraft;
use authtui::formats::draft::{Draft, DraftFile, DraftRequest};
use authtui::io::drafts::Drafts;
use authtui::io::load;
use authtui::io::terminal::Signal;

use crate::keys::drafts::{Sessions, signal};
use crate::keys::harness::Program;

const ENVIRONMENT: &str = "{\n  \"dev\": { \"A\": \"1\", \"KEEP\": \"x\" }\n}\n";

fn write(sessions: &Sessions, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = path(sessions, name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
}

fn path(sessions: &Sessions, name: &str) -> PathBuf {
    sessions.workspace.path().join(name)
}

fn read(sessions: &Sessions, name: &str) -> String {
    fs::read_to_string(path(sessions, name)).expect("a file")
}

fn opened(sessions: &Sessions, name: &str) -> Vec<LoadedFile> {
    load::input(path(sessions, name).to_str().expect("a path")).expect("a file").requests()
}

fn session(sessions: &Sessions, name: &str) -> Program {
    sessions.with(opened(sessions, name))
}

fn dies(mut program: Program) {
    program.ends(&mut signal(Signal::HangUp));
}

/// Changes the first value of the list and dies.
fn value_changed(sessions: &Sessions, name: &str) {
    let mut program = session(sessions, name);
    program.keys("K V Enter ^A").types("mine77").keys("Enter");
    dies(program);
    assert!(sessions.kept().concat().contains("mine77"), "{:?}", sessions.kept());
}

/// Pastes a token where a definition is, and dies.
fn definition_changed(sessions: &Sessions, name: &str) {
    let mut program = session(sessions, name);
    program.keys("K").pastes("ghp_0123456789abcdefghijABCDEFGHIJ0123").keys("Enter");
    dies(program);
    assert!(sessions.kept().concat().contains("ghp_0123456789"), "{:?}", sessions.kept());
}

const DEFINED: &str = "@token = old-t0ken-1\n### a\nGET https://h.example/\nAuthorization: Bearer {{token}}\n";

/// A session that does not have the file with the values open puts the one value into what is there.
#[test]
fn a_restored_value_leaves_all_others_in_its_file() {
    for (file, text, expected) in [
        ("s/http-client.env.json", ENVIRONMENT.to_string(), ENVIRONMENT.replace("\"1\"", "\"mine77\"")),
        ("s/.env", "# c\nA=1\nKEEP=x\n".to_string(), "# c\nA=mine77\nKEEP=x\n".to_string()),
        ("s/.env", "# c\r\nA=1\r\nKEEP=x\r\n".to_string(), "# c\r\nA=mine77\r\nKEEP=x\r\n".to_string()),
    ] {
        for next in ["b.http", "", "s", "s/a.http"] {
            let sessions = Sessions::new();
            write(&sessions, &[("s/a.http", "GET http://h/{{A}}\n"), ("b.http", "GET http://h/\n"), (file, &text)]);
            value_changed(&sessions, "s/a.http");
            let mut next = session(&sessions, next);
            next.shows("Unsaved changes found").keys("o").waits_for("Changed");
            next.keys("^S").waits_for("saved");
            assert_eq!(read(&sessions, file), expected);
            assert_eq!(sessions.kept(), [""; 0]);
        }
    }
}

/// Where the file cannot be read nothing is written, it is said, and the value is offered again.
#[test]
fn a_value_without_its_file_stays_in_the_draft() {
    let sessions = Sessions::new();
    write(&sessions, &[("a.http", "GET http://h/{{A}}\n"), ("http-client.env.json", ENVIRONMENT)]);
    value_changed(&sessions, "a.http");
    let values = path(&sessions, "http-client.env.json");
    fs::remove_file(&values).expect("the file");
    fs::create_dir(&values).expect("a folder in its place");
    let mut next = session(&sessions, "a.http");
    next.keys("o").waits_for("still in the draft").shows("A (");
    assert!(next.app.model.unsaved().is_empty());
    dies(next);
    fs::remove_dir(&values).expect("the folder");
    fs::write(&values, b"{\"dev\": {\"A\": \"\xff\"}}").expect("bytes that are no text");
    let mut next = session(&sessions, "a.http");
    next.shows("Unsaved changes found").keys("o").waits_for("still in the draft");
    dies(next);
    fs::write(&values, ENVIRONMENT).expect("the file");
    let mut next = session(&sessions, "a.http");
    next.shows("Unsaved changes found").keys("o").waits_for("Changed").keys("^S").waits_for("saved");
    assert_eq!(read(&sessions, "http-client.env.json"), ENVIRONMENT.replace("\"1\"", "\"mine77\""));
    assert_eq!(sessions.kept(), [""; 0]);
}

/// A file that is opened by another spelling of its path is the same file.
#[test]
fn values_come_back_however_the_path_is_written() {
    let spellings = ["a.http", "./a.http", "s/../a.http", "", "link/a.http", "link"];
    for spelling in spellings {
        for (first, second) in [("a.http", spelling), (spelling, "a.http")] {
            let sessions = Sessions::new();
            write(&sessions, &[("a.http", DEFINED), ("s/none.txt", "")]);
            std::os::unix::fs::symlink(sessions.workspace.path(), path(&sessions, "link")).expect("a link");
            definition_changed(&sessions, first);
            let mut next = session(&sessions, second);
            next.shows("Unsaved changes found").keys("o").rests(std::time::Duration::from_millis(60));
            next.hides("still in the draft").keys("^S").waits_for("saved");
            assert!(read(&sessions, "a.http").starts_with("@token = ghp_0123456789"), "{first} {second}");
        }
    }
}

#[test]
fn a_definition_whose_file_is_not_open_is_offered_until_it_is() {
    let sessions = Sessions::new();
    write(&sessions, &[("a.http", DEFINED), ("b.http", "### b\nGET http://b.example/\n")]);
    let mut program = session(&sessions, "a.http");
    program.keys("K").pastes("ghp_0123456789abcdefghijABCDEFGHIJ0123").keys("Enter i Ctrl-End").types("\nX-New: 1");
    dies(program);
    for _ in 0..2 {
        let mut other = session(&sessions, "b.http");
        other.shows("values of token").keys("o").waits_for("still in the draft").shows("a.http is not open");
        // The request of the first time has been opened, and is not offered again with the value.
        other.keys("q d");
        assert!(sessions.kept().concat().contains("ghp_0123456789") && !sessions.kept().concat().contains("X-New"));
    }
    let mut next = session(&sessions, "a.http");
    next.keys("o").rests(std::time::Duration::from_millis(60)).keys("^S").waits_for("saved");
    assert!(read(&sessions, "a.http").starts_with("@token = ghp_0123456789"));
    assert_eq!(sessions.kept(), [""; 0]);
}

/// A definition is found by its name and old value when others came before it; one that is not surely the same stays in the draft.
#[test]
fn a_restored_definition_finds_its_line() {
    let uses = "\n### a\nGET https://h.example/\nAuthorization: Bearer {{token}}\n";
    let (two, new) = ("@token = old-t0ken-1\n@token = old-t0ken-2\n", "ghp_0123456789abcdefghijABCDEFGHIJ0123");
    for (now, expected) in [
        (two.to_string(), Some(two.replace("old-t0ken-2", new))),
        (format!("@zz = 1\n{two}"), Some(format!("@zz = 1\n{}", two.replace("old-t0ken-2", new)))),
        (format!("@token = 0\n{two}"), Some(format!("@token = 0\n{}", two.replace("old-t0ken-2", new)))),
        ("@token = other\n".to_string(), Some(format!("@token = {new}\n"))),
        ("@token = 1\n@token = 2\n".to_string(), None),
        ("@other = 1\n".to_string(), None),
    ] {
        let sessions = Sessions::new();
        write(&sessions, &[("a.http", &format!("{two}{uses}"))]);
        definition_changed(&sessions, "a.http");
        write(&sessions, &[("a.http", &format!("{now}{uses}"))]);
        let mut next = session(&sessions, "a.http");
        next.keys("o").rests(std::time::Duration::from_millis(60));
        match expected {
            Some(expected) => {
                next.hides("still in the draft").keys("^S").waits_for("saved");
                assert_eq!(read(&sessions, "a.http"), format!("{expected}{uses}"));
                assert_eq!(sessions.kept(), [""; 0]);
            }
            None => {
                next.waits_for("still in the draft");
                assert!(next.app.model.unsaved().is_empty());
                assert!(sessions.kept().concat().contains("ghp_0123456789"));
            }
        }
    }
}

/// The drafts of other sessions are deleted only once the session's own, which has what was in them, is on disk.
#[test]
fn a_draft_that_cannot_be_written_deletes_none() {
    let sessions = Sessions::new();
    let draft = |bytes: usize| {
        let requests = vec![DraftRequest { text: "\u{1}".repeat(bytes), ..DraftRequest::default() }];
        Draft { files: vec![DraftFile { name: "a.http".into(), requests }], ..Draft::default() }
    };
    let drafts = || Drafts::within(&sessions.folder(), sessions.workspace.path());
    drafts().keep(&draft(1)).expect("a draft");
    let paths = |left: Vec<OrphanedDraft>| left.into_iter().map(|l| l.path).collect::<Vec<PathBuf>>();
    let mut next = drafts();
    let left: Vec<_> = paths(next.left()).into_iter().map(|path| (path, Draft::default())).collect();
    assert!(next.take_over(&draft(22 << 20), &left).is_err());
    assert!(left.iter().all(|(path, _)| Path::exists(path)));
    next.take_over(&draft(2), &left).expect("a draft");
    drop(next);
    assert_eq!(drafts().left().into_iter().map(|l| l.draft).collect::<Vec<_>>(), [draft(2)]);
}

#[test]
fn a_half_typed_value_survives() {
    let sessions = Sessions::new();
    write(&sessions, &[("a.http", "GET http://h/{{A}}/{{B}}\n"), ("http-client.env.json", ENVIRONMENT)]);
    for (keys, expected) in [("V ↓ Enter ^A", "\"A\": \"mine77\""), ("V Enter", "\"B\": \"mine77\"")] {
        let mut program = session(&sessions, "a.http");
        program.keys(keys).types("mine77");
        dies(program);
        let mut next = session(&sessions, "a.http");
        next.keys("o").waits_for("Changed").keys("^S").waits_for("saved");
        assert!(read(&sessions, "http-client.env.json").contains(expected), "{}", read(&sessions, "http-client.env.json"));
        write(&sessions, &[("http-client.env.json", ENVIRONMENT)]);
    }
}

/// What a save has written is in no draft, also of a session that ends at once.
#[test]
fn nothing_that_is_saved_is_offered() {
    for rests in [false, true] {
        let sessions = Sessions::new();
        write(&sessions, &[("a.http", DEFINED)]);
        let mut program = session(&sessions, "a.http");
        program.keys("i Ctrl-End").types("\nX-New: 1").ends(&mut signal(Signal::Continue));
        assert_eq!(sessions.kept().len(), 1);
        program.keys("^S");
        if rests {
            program.waits_for("saved");
        } else {
            program.ends(&mut signal(Signal::Terminate));
        }
        assert!(read(&sessions, "a.http").contains("X-New"));
        assert_eq!(sessions.kept(), [""; 0]);
    }
}
