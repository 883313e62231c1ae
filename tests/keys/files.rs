//! Files: saving, reloading, conflicts, leaving.

use std::fs;

use authtui::io::load;
use authtui::io::run::End;

use crate::harness::{Program, document};

const FILE: &str = "# kept comment\n@host = https://api.example.com\n\n### list users\n# @no-cookie-jar\nGET {{host}}/v1/users\nAccept: */*\n\n### log in\nPOST {{host}}/login\n\n{\"user\": \"a\"}\n";

fn open(folder: &std::path::Path) -> Program {
    Program::open(load::here(folder))
}

#[test]
fn what_is_saved_is_read_again_and_nothing_else_is_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("payments.http");
    fs::write(&path, FILE).expect("a file");
    let mut program = open(folder.path());
    program.shows("payments.http").shows("list users");
    program.keys("i Ctrl-End").types("X-New: 1").shows("payments.http*");
    program.keys("^S").waits_for("saved").hides("payments.http*");
    let saved = fs::read_to_string(&path).expect("the file");
    assert_eq!(saved, FILE.replace("Accept: */*\n", "Accept: */*\nX-New: 1\n"));
    let again = open(folder.path());
    assert!(again.text().contains("X-New: 1"));
}

#[test]
fn undo_survives_a_save() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    fs::write(&path, FILE).expect("a file");
    let mut program = open(folder.path());
    let before = program.text();
    program.keys("i End").types("x").keys("^S").waits_for("saved");
    program.keys("^Z");
    assert_eq!(program.text(), before);
    program.shows("a.http*");
}

#[test]
fn variables_are_filled_in_and_fixes_leave_them() {
    let mut program = Program::open(vec![document(
        "@token = ghp_0123456789abcdefghijABCDEFGHIJ0123\n\n### a\nGET https://api.example.com/\nAuthorization: Bearer \"{{token}}\"\n",
    )]);
    assert_eq!(program.outcome("credential-quoted"), Some("fail"));
    while program.bench.model.subject().map(|s| s.check.id) != Some("credential-quoted") {
        program.keys("↓");
    }
    program.keys("f");
    assert!(program.text().contains("Authorization: Bearer {{token}}"), "{}", program.text());
    assert_eq!(program.outcome("credential-quoted"), Some("pass"));
}

#[test]
fn new_duplicate_rename_and_delete() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    fs::write(&path, FILE).expect("a file");
    let mut program = open(folder.path());
    program.keys("1 d").shows("list users copy");
    program.keys("r ^A").types("mine").keys("Enter").shows("mine");
    program.keys("n").types("https://h/new").keys("Esc ^S").waits_for("saved");
    let saved = fs::read_to_string(&path).expect("the file");
    assert!(saved.contains("### mine") && saved.contains("GET https://h/new") && saved.starts_with("# kept comment"), "{saved}");
    program.keys("1 D d ^S").waits_for("saved");
    assert!(!fs::read_to_string(&path).expect("the file").contains("https://h/new"));
}

#[test]
fn a_file_that_another_program_changed_is_not_written_over_silently() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    fs::write(&path, FILE).expect("a file");
    let mut program = open(folder.path());
    fs::write(&path, "### theirs\nGET https://h/theirs\n").expect("their file");
    program.keys("i End").types("x").keys("Esc ^S").waits_for("Changed on disk");
    assert!(fs::read_to_string(&path).expect("the file").contains("theirs"));
    program.keys("o").waits_for("saved");
    assert!(fs::read_to_string(&path).expect("the file").contains("/v1/usersx"));
}

#[test]
fn what_was_pasted_is_saved_under_a_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new.http");
    let mut program = Program::empty();
    program.pastes("curl https://api.example.com/me -H 'X-A: b'").keys("^S").shows("Save as");
    program.keys("^A").types(&path.display().to_string()).keys("Enter").waits_for("saved");
    let again = Program::open(load::input(&path.display().to_string()).expect("the file"));
    assert!(again.text().contains("X-A: b"));
}

#[test]
fn leaving_with_unsaved_changes_asks() {
    let mut program = Program::with("### a\nGET https://h/\n");
    program.keys("i End").types("x").keys("Esc q").shows("Unsaved changes");
    assert_eq!(program.end, Some(End::InputEnded));
    program.keys("Esc").hides("Unsaved changes");
    program.keys("q d");
    assert_eq!(program.end, Some(End::Quit));
}

#[test]
fn saving_on_the_way_out_ends_the_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    fs::write(&path, FILE).expect("a file");
    let mut program = open(folder.path());
    program.keys("i End").types("x").keys("Esc q s");
    assert_eq!(program.end, Some(End::Quit));
    assert!(fs::read_to_string(&path).expect("the file").contains("/v1/usersx"));
}

#[test]
fn an_environment_fills_variables_in() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.http"), "### a\nGET https://{{name}}.example/\n").expect("a file");
    fs::write(folder.path().join("http-client.env.json"), r#"{"staging": {"name": "st"}, "live": {"name": "li"}}"#).expect("a file");
    let mut program = open(folder.path());
    program.keys("v").types("stag").keys("Enter").shows("staging");
    assert_eq!(program.bench.model.entry().map(|e| e.exchange.request.url.as_str()), Some("https://st.example/"));
    assert!(program.text().contains("{{name}}"));
}

#[test]
fn expectations_are_kept_with_the_request() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    fs::write(&path, FILE).expect("a file");
    let mut program = open(folder.path());
    program.keys("e").types("orders").keys("Enter ^S").waits_for("saved");
    let saved = fs::read_to_string(&path).expect("the file");
    assert!(saved.contains("# @expect-audience orders\n"), "{saved}");
    let again = open(folder.path());
    assert_eq!(again.bench.model.entry().map(|e| e.exchange.context.audience.clone()), Some(vec!["orders".to_string()]));
}
