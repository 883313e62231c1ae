//! Environments: which one is chosen, and what a variable without a value says.

use std::fs;
use std::path::Path;

use authtui::app::dialogs::Overlay;
use authtui::app::message::{Message, Target};
use authtui::app::update;
use authtui::io::drafts::Drafts;
use authtui::io::load;

use crate::keys::harness::Program;
use crate::network::server::Server;

const REQUESTS: &str = "### a\nGET {{host}}/v1/me?api_key={{key}}\nAuthorization: Bearer {{token}}\n";

fn folder(environments: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.http"), REQUESTS).expect("a file");
    fs::write(folder.path().join("http-client.env.json"), environments).expect("a file");
    folder
}

fn open(folder: &Path, drafts: &Path) -> Program {
    Program::keeping(load::here(folder), Drafts::within(drafts, folder))
}

#[test]
fn the_only_environment_is_chosen_and_shown() {
    let folder = folder(r#"{"dev":{"host":"https://dev.example","key":"k3y-0123456789","token":"t0k-0123456789"}}"#);
    for (width, height) in [(160, 48), (100, 30), (80, 24), (60, 16)] {
        let mut program = Program::sized(load::here(folder.path()), width, height);
        program.keys("2").shows("[dev]").shows("https://dev.example/v1/me?api_key=•••").hides("has no value");
    }
}

#[test]
fn the_environment_that_was_chosen_last_is_chosen_again() {
    let folder = folder(r#"{"dev":{"host":"https://dev.example"},"prod":{"host":"https://prod.example"}}"#);
    let state = tempfile::tempdir().expect("a folder");
    let mut program = open(folder.path(), state.path());
    program.keys("2").shows("[none]").shows("{{host}}: v chooses dev or prod");
    program.keys("v").types("prod").keys("Enter").shows("[prod]").shows("→ https://prod.example/v1/me");
    let mut program = open(folder.path(), state.path());
    program.shows("[prod]").keys("v").types("none").keys("Enter").shows("[none]");
    open(folder.path(), state.path()).shows("[none]").keys("n Esc V").shows("No environment is chosen: v chooses dev or prod");
}

#[test]
fn a_variable_without_a_value_says_which_environment_has_one_before_it_is_sent() {
    let folder = folder(r#"{"dev":{"host":"http://127.0.0.1:1","token":"t"},"prod":{"host":"https://prod.example"}}"#);
    let mut program = Program::open(load::here(folder.path()));
    program.keys("^R").shows("{{host}} has a value in dev, prod,").shows("{{token}} has a value in dev,");
    program.keys("v").types("dev").keys("Enter").shows("[dev]").keys("^R").shows("{{key}} has no value").hides("{{host}} has");
}

#[test]
fn names_of_variables_are_readable_where_their_values_would_be_masked() {
    let folder = folder(r#"{"dev":{"host":"https://dev.example","key":"k3y-0123456789","token":"t0k-0123456789"}}"#);
    let mut program = Program::open(load::here(folder.path()));
    program.shows("Authorization: Bearer {{token}}").shows("api_key={{key}}").hides("t0k-").hides("k3y-");
    // A credential that was put into the braces by mistake is one.
    let mut program =
        Program::with("### a\nGET https://h.example/\nAuthorization: Bearer {{eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.s3cr3t}}\n");
    program.hides("s3cr3t");
}

const TWO: &str = r#"{
  "$shared": {"timeout": 5},
  "dev": {"host": "https://dev.example", "key": "public-key"},
  "prod": {"host": "https://prod.example"}
}
"#;

/// A folder with a public and a private file of environments, and one with `.env`.
fn with_private() -> tempfile::TempDir {
    let folder = folder(TWO);
    fs::write(folder.path().join("http-client.private.env.json"), r#"{"dev":{"key":"k3y-private"}}"#).expect("a file");
    fs::write(folder.path().join(".env"), "token=t0k-dotenv-0123456789\n").expect("a file");
    folder
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap_or_default()
}

#[test]
fn the_values_of_an_environment_are_seen_with_the_file_that_each_is_in() {
    let folder = with_private();
    for (width, height) in [(160, 48), (80, 24)] {
        let mut program = Program::sized(load::here(folder.path()), width, height);
        program.keys("v").shows("Tab see and edit its values").types("dev").keys("Tab").shows("Values in dev").shows("[dev]");
        program.shows("https://dev.example").shows("dev · http-client.env.json").shows("dev · http-client.private.env.json");
        program.shows("$shared · http-client.env.json").hides("https://prod.example");
        // A secret is masked, and shown when that is asked for.
        program.hides("k3y-private").hides("t0k-dotenv").keys("m").shows("k3y-private").shows("t0k-dotenv").keys("m");
        // Which of two counts is said of the other one.
        program.keys("j j").shows("is filled from dev · http-client.private.env.json instead").keys("Esc").hides("Values in dev");
    }
}

#[test]
fn a_value_is_edited_used_saved_and_undone() {
    let folder = with_private();
    let mut program = Program::open(load::here(folder.path()));
    program.keys("v").types("dev").keys("Enter V Enter").keys("^A").types("https://new.example").keys("Enter");
    program.shows("^S saves http-client.env.json").keys("Esc").shows("→ https://new.example/v1/me").shows("http-client.env.json*");
    assert_eq!(read(folder.path(), "http-client.env.json"), TWO, "nothing is written before it is saved");
    program.keys("u").shows("Undone").shows("→ https://dev.example/v1/me").hides("http-client.env.json*");
    program.keys("^Y").shows("→ https://new.example/v1/me").keys("^S").waits_for("http-client.env.json saved");
    assert_eq!(read(folder.path(), "http-client.env.json"), TWO.replace("https://dev", "https://new"));
    // A secret is masked while it is edited as well, unless all are shown.
    program.keys("V j Enter").hides("k3y-private").keys("Esc m Enter").shows("k3y-private").keys("Esc m").hides("k3y-private");
    program.keys("Enter ^A").types("k3y-fresh").keys("Enter ^S").waits_for("http-client.private.env.json saved").hides("k3y-fresh");
    assert_eq!(read(folder.path(), "http-client.private.env.json"), r#"{"dev":{"key":"k3y-fresh"}}"#);
}

#[test]
fn a_value_that_another_program_changed_is_not_overwritten() {
    let folder = with_private();
    let mut program = Program::open(load::here(folder.path()));
    program.keys("v").types("dev").keys("Enter V Enter").types("/x").keys("Enter Esc");
    let theirs = TWO.replace("5", "6");
    fs::write(folder.path().join("http-client.env.json"), &theirs).expect("a file");
    program.keys("^S").waits_for("Changed on disk").shows("http-client.env.json was changed").shows("another name").keys("Esc");
    assert_eq!(read(folder.path(), "http-client.env.json"), theirs);
    program.keys("q").shows("Unsaved changes").shows("http-client.env.json").keys("Enter").waits_for("Changed on disk").keys("o");
    program.waits_for("http-client.env.json saved");
    assert_eq!(read(folder.path(), "http-client.env.json"), TWO.replace("dev.example", "dev.example/x"));
}

#[test]
fn a_file_with_values_is_read_again_with_the_own_value_on_top() {
    let folder = with_private();
    let mut program = Program::open(load::here(folder.path()));
    program.keys("v").types("dev").keys("Enter V Enter").types("/x").keys("Enter Esc");
    let theirs = TWO.replace("5", "6");
    fs::write(folder.path().join("http-client.env.json"), &theirs).expect("a file");
    program.keys("^S").waits_for("Changed on disk").keys("r").waits_for("your changes are on top");
    assert_eq!(read(folder.path(), "http-client.env.json"), theirs, "nothing is written before it is saved");
    program.keys("u").waits_for("Undone").hides("http-client.env.json*").keys("^Y ^S");
    program.waits_for("http-client.env.json saved");
    assert_eq!(read(folder.path(), "http-client.env.json"), theirs.replace("dev.example", "dev.example/x"));
}

#[test]
fn a_name_without_a_value_gets_one_in_the_file_that_it_belongs_to() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.http"), REQUESTS).expect("a file");
    let mut program = Program::open(load::here(folder.path()));
    program.keys("v").shows("V gives variables values").keys("^R").shows("give values").keys("e").shows("no value");
    program.types("https://h.example").keys("Enter").keys("g").shows("[dev]");
    // What a secret is called goes to the file that is not shared.
    let private = "what you type goes to dev · http-client.private.env.json";
    for _ in 0..5 {
        if !program.screen().contains(private) {
            program.keys("j");
        }
    }
    program.shows(private);
    program.keys("Enter").types("t0k-0123456789").keys("Enter ^S").waits_for("saved").keys("Esc");
    program.rests(std::time::Duration::from_millis(100));
    let public = read(folder.path(), "http-client.env.json");
    let private = read(folder.path(), "http-client.private.env.json");
    assert_eq!(public, "{\n  \"dev\": {\n    \"host\": \"https://h.example\"\n  }\n}\n");
    assert!(private.contains("t0k-0123456789") && !public.contains("t0k"), "{public}{private}");
    // They are read again from there.
    Program::open(load::here(folder.path())).shows("[dev]").shows("→ https://h.example");
}

#[test]
fn what_the_process_or_a_dotenv_file_does_not_have_is_not_sent_without_a_yes() {
    for name in ["$processEnv AUTHTUI_NO_SUCH_NAME", "$dotenv NO_SUCH_NAME"] {
        for text in [
            format!("### a\nGET http://127.0.0.1:1/{{{{{name}}}}}\n"),
            format!("### a\nPOST http://127.0.0.1:1/\nX: {{{{{name}}}}}\n"),
            format!("### a\nPOST http://127.0.0.1:1/\n\n{{{{{name}}}}}\n"),
            format!("@v = {{{{{name}}}}}\n### a\nPOST http://127.0.0.1:1/\n\n{{{{v}}}}\n"),
        ] {
            let mut program = Program::with(&text);
            program.keys("^R").shows(&format!("{{{{{name}}}}} is")).shows("send it as it is").keys("Esc").shows("offline");
        }
        let mut program = Program::empty();
        program
            .pastes(&format!("curl http://127.0.0.1:1/ -d 'a={{{{{name}}}}}'"))
            .keys("^R")
            .shows(&format!("{{{{{name}}}}} has no value"));
    }
}

/// What every process has in its environment.
const IN_EVERY_ENVIRONMENT: &str = "PATH";

#[test]
fn the_environment_of_the_program_is_read_by_name_after_a_yes_and_sent() {
    let value = std::env::var(IN_EVERY_ENVIRONMENT).expect("a PATH");
    for name in [format!("$processEnv {IN_EVERY_ENVIRONMENT}"), format!("$env.{IN_EVERY_ENVIRONMENT}"), "$processEnv %which".into()] {
        let server = Server::answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        let file = format!("@which = {IN_EVERY_ENVIRONMENT}\n### a\nGET {}\nX-Found: {{{{{name}}}}}\n", server.url("/"));
        let mut program = Program::with(&file);
        program.keys("^R").shows("read only after a yes").shows("read it from this program's environment");
        program.keys("r").waits_for("200 OK");
        let sent = server.heard().join("");
        assert!(sent.contains(&format!("X-Found: {value}")), "{name}: {sent}");
        // It is in no text that could be saved.
        assert!(program.text().contains(&name) && !program.text().contains(&value), "{name}");
    }
}

#[test]
fn a_name_that_the_environment_of_the_program_does_not_have_is_asked_about_once_more_without_the_offer() {
    let mut program = Program::with("### a\nGET http://127.0.0.1:1/\nX: {{$processEnv AUTHTUI_NO_SUCH_NAME}}\n");
    program.keys("^R").shows("read it from").keys("r").shows("is not set in the").shows("send it as it is");
    program.hides("read it from").keys("Esc").shows("offline");
}

#[test]
fn a_click_selects_a_value_and_another_one_edits_it() {
    let folder = folder(r#"{"dev":{"host":"https://dev.example","key":"k","path":"p"}}"#);
    let mut program = Program::open(load::here(folder.path()));
    let click = |program: &mut Program, index| {
        drop(update(&mut program.app.model, Message::Click(Target::Item(index))));
        program.keys("");
    };
    let state = |program: &Program| match &program.app.model.overlay {
        Some(Overlay::Values(form)) => Some((form.chosen, form.typed.is_some())),
        _ => None,
    };
    program.keys("V");
    assert_eq!(state(&program), Some((0, false)));
    click(&mut program, 1);
    assert_eq!(state(&program), Some((1, false)));
    drop(update(&mut program.app.model, Message::Wheel(None, 3)));
    assert_eq!(state(&program), Some((2, false)));
    click(&mut program, 1);
    click(&mut program, 1);
    assert_eq!(state(&program), Some((1, true)));
    // What is typed is not lost by a click beside it.
    program.types("x");
    click(&mut program, 0);
    assert_eq!(state(&program), Some((1, true)));
    program.keys("Enter").shows("Changed");
}

#[test]
fn values_that_another_program_changed_are_saved_under_another_name() {
    let folder = with_private();
    let mut program = Program::open(load::here(folder.path()));
    program.keys("v").types("dev").keys("Enter V Enter").types("/x").keys("Enter Esc");
    let theirs = TWO.replace("5", "6");
    fs::write(folder.path().join("http-client.env.json"), &theirs).expect("a file");
    let mine = folder.path().join("mine.env.json");
    program.keys("^S").waits_for("Changed on disk").keys("a ^A").types(&mine.display().to_string()).keys("Enter");
    program.waits_for("mine.env.json saved").hides("env.json*");
    assert_eq!(read(folder.path(), "http-client.env.json"), theirs);
    assert_eq!(read(folder.path(), "mine.env.json"), TWO.replace("dev.example", "dev.example/x"));
}

#[test]
fn a_file_with_values_that_was_deleted_is_not_made_again_without_a_question() {
    let folder = with_private();
    let mut program = Program::open(load::here(folder.path()));
    program.keys("v").types("dev").keys("Enter V Enter").types("/x").keys("Enter Esc");
    let path = folder.path().join("http-client.env.json");
    fs::remove_file(&path).expect("a file");
    program.keys("^S").waits_for("Changed on disk").shows("http-client.env.json was deleted");
    assert!(!path.exists());
    program.keys("o").waits_for("http-client.env.json saved");
    assert!(path.exists());
}

#[test]
fn all_changed_files_with_values_are_named_when_they_are_saved() {
    let folder = with_private();
    let mut program = Program::open(load::here(folder.path()));
    program.keys("v").types("dev").keys("Enter V Enter").types("/x").keys("Enter j Enter").types("x").keys("Enter");
    program.shows("^S saves http-client.env.json, http-client.private.env.json, u undoes it");
    program.keys("^S").waits_for("http-client.env.json, http-client.private.env.json saved");
}

/// A program with a `.env` file whose first value is selected in the list.
fn with_dotenv(text: &str) -> (tempfile::TempDir, Program) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.http"), "### a\nGET https://h.example/{{A}}\n").expect("a file");
    fs::write(folder.path().join(".env"), text).expect("a file");
    let mut program = Program::open(load::here(folder.path()));
    program.keys("Esc V");
    (folder, program)
}

#[test]
fn what_is_opened_and_taken_without_typing_stays_as_it_is() {
    for text in ["A=\"${B}/v1\"\n", "A=\"abc\"\n", "A=\"l1\nl2\"\n", "A='x'\n"] {
        let (folder, mut program) = with_dotenv(text);
        program.keys("Enter Enter").hides("Changed").keys("Esc").hides(".env*");
        assert_eq!(read(folder.path(), ".env"), text);
    }
}

#[test]
fn a_value_keeps_its_quotes_and_the_lines_of_a_paste() {
    for (text, typed, after) in [
        ("A=\"${B}/v1\" # c\n", "\u{8}2", "A=\"${B}/v2\" # c\n"),
        ("A=\"l1\nl2\"\nB=1\n", "\nl3\nl4", "A=\"l1\nl2\nl3\nl4\"\nB=1\n"),
        ("A='x'\n", "y", "A='xy'\n"),
        ("A=x\n", "\ny", "A=\"x\\ny\"\n"),
    ] {
        let (folder, mut program) = with_dotenv(text);
        program.keys("Enter");
        match typed.strip_prefix('\u{8}') {
            Some(rest) => program.keys("Backspace").pastes(rest),
            None => program.pastes(typed),
        };
        program.keys("Enter").shows("^S saves .env").keys("^S").waits_for(".env saved");
        assert_eq!(read(folder.path(), ".env"), after, "{text:?}");
    }
}

#[test]
fn a_value_whose_end_is_unclear_is_not_edited_and_the_line_is_named() {
    for (text, said) in [
        ("A=\"open\nB=important\n# c\nC=3\n", "close it in the file first"),
        ("A='it's fine'\n", "mend the line in the file first"),
        ("A=x\\\ny\n", "put it into quotes in the file first"),
    ] {
        let (folder, mut program) = with_dotenv(text);
        program.keys("Enter").types("new").keys("Enter").shows("line 1").shows(said).keys("Esc");
        assert!(program.app.model.unsaved().is_empty(), "{text:?}");
        assert_eq!(read(folder.path(), ".env"), text);
    }
}

#[test]
fn a_list_in_the_place_of_a_value_is_named_and_stays() {
    let text = r#"{"dev": {"A": ["x", "y"], "B": {"k": 1}}}"#;
    let folder = folder(text);
    fs::write(folder.path().join("a.http"), "### a\nGET https://h.example/{{A}}/{{B}}\n").expect("a file");
    let mut program = Program::open(load::here(folder.path()));
    program.keys("Esc V").shows("is a list, not a text").shows("is an object, not a text");
    program.keys("Enter").shows("A is a list, not a text: change it in the file").types("new").keys("Enter Esc");
    assert!(program.app.model.unsaved().is_empty());
    assert_eq!(read(folder.path(), "http-client.env.json"), text);
}

#[test]
fn requests_that_are_opened_later_see_the_values_that_are_not_saved() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.http"), "### a\nGET {{host}}/a\n").expect("a file");
    let mut program = Program::open(load::here(folder.path()));
    program.keys("Esc V Enter").types("https://h.example").keys("Enter Esc").shows("https://h.example/a");
    let later = folder.path().join("b.http");
    fs::write(&later, "### b\nGET {{host}}/b\n").expect("a file");
    program.keys("o ^A").types(&later.display().to_string()).keys("Enter").waits_for("{{host}}/b");
    program.keys("V Enter").types("https://h.example").keys("Enter Esc").shows("https://h.example/b");
}

/// Files of the same name are told apart, in the list and in notices, and the selection stays with the value.
#[test]
fn values_of_one_name_are_known_by_their_files() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("app/.git")).expect("a folder");
    fs::create_dir_all(folder.path().join("app/sub")).expect("a folder");
    let values = |path: &str| folder.path().join(path);
    fs::write(values("app/http-client.env.json"), "{\"dev\": {\"A\": \"parent\"}}\n").expect("a file");
    fs::write(values("app/sub/http-client.env.json"), "{\"dev\": {\"A\": \"own\"}}\n").expect("a file");
    fs::write(values("app/sub/a.http"), "GET https://h.example/{{A}}\n").expect("a file");
    let mut program = Program::open(load::input(&values("app/sub/a.http").display().to_string()).expect("a file").requests());
    program.keys("V").shows("dev · sub/http-client.env.json").shows("dev · app/http-client.env.json");
    for value in ["first", "second"] {
        program.keys("↓ Enter ^A").types(value).keys("Enter").shows("^S saves app/http-client.env.json");
        let Some(Overlay::Values(form)) = &program.app.model.overlay else { panic!("no list") };
        assert_eq!(form.row().map(|row| row.value.as_str()), Some(value));
    }
    program.keys("Esc ^S").waits_for("app/http-client.env.json saved");
    let read = |path: &str| fs::read_to_string(values(path)).expect("a file");
    assert!(read("app/http-client.env.json").contains("second"));
    assert!(read("app/sub/http-client.env.json").contains("own"));
}

/// A file that was written for a new value goes when that value is undone and saved, unless another program changed it.
#[test]
fn a_new_value_that_is_undone_leaves_no_file() {
    for theirs in [None, Some("{\"dev\": {}}\n")] {
        let folder = tempfile::tempdir().expect("a folder");
        let (requests, values) = (folder.path().join("a.http"), folder.path().join("http-client.env.json"));
        fs::write(&requests, "GET https://h.example/{{A}}\n").expect("a file");
        let mut program = Program::open(load::here(folder.path()));
        program.keys("V Enter").types("mine").keys("Enter Esc ^S").waits_for("saved");
        assert!(fs::read_to_string(&values).expect("a file").contains("mine"));
        if let Some(theirs) = theirs {
            fs::write(&values, theirs).expect("a file");
            program.keys("u ^S").waits_for("changed");
            assert_eq!(fs::read_to_string(&values).ok().as_deref(), Some(theirs));
            continue;
        }
        program.keys("u ^S").waits_for("was removed");
        assert!(!values.exists());
        program.keys("V Enter ^A").types("again").keys("Enter Esc ^S").waits_for("saved");
        assert!(fs::read_to_string(&values).expect("a file").contains("again"));
    }
}

#[test]
fn the_choice_of_an_environment_can_be_undone() {
    let folder = folder(r#"{"dev":{"host":"https://dev.example"},"prod":{"host":"https://prod.example"}}"#);
    let state = tempfile::tempdir().expect("a folder");
    let mut program = open(folder.path(), state.path());
    program.keys("v").types("dev").keys("Enter v").types("prod").keys("Enter").shows("[prod]");
    program.keys("u").shows("Undone: the environment prod").keys("Tab").shows("[dev]");
    open(folder.path(), state.path()).shows("[dev]");
    program.keys("^Y Tab").shows("[prod]").keys("u u Tab").shows("[none]");
    // An edit that came later goes first.
    program.keys("v").types("prod").keys("Enter i End").types("x").keys("Esc u Tab").shows("[prod]").keys("u Tab").shows("[none]");
}
