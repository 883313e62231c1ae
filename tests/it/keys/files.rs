//! Files: saving, reloading, conflicts, leaving.

use std::fs;

use authtui::app::effect::Effect;
use authtui::app::key::Key;
use authtui::app::{Message, update};
use authtui::io::load;
use authtui::io::run::ExitReason;

use crate::keys::harness::{Program, document};

const FILE: &str = "# kept comment\n@host = https://api.example.com\n\n### list users\n# @no-cookie-jar\nGET {{host}}/v1/users\nAccept: */*\n\n### log in\nPOST {{host}}/login\n\n{\"user\": \"a\"}\n";

pub(super) fn open(folder: &std::path::Path) -> Program {
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
    while program.app.model.subject().map(|s| s.check.id) != Some("credential-quoted") {
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

/// What the list calls a request is what the file calls it, whatever it was called before: spaces and line breaks are not kept.
#[test]
fn a_name_is_the_same_in_the_list_and_in_the_file() {
    let har =
        |name: &str| format!(r#"{{"log": {{"entries": [{{"comment": "{name}", "request": {{"method": "GET", "url": "https://h/"}}}}]}}}}"#);
    let empty = |program: &mut Program| {
        _ = program.keys("1 D d :").types("delete").keys("Enter d :").types("duplicate").keys("Enter i").types("/a")
    };
    let typed = |program: &mut Program| _ = program.keys("1 r ^A").types("  to  be named ").keys("Enter");
    let pasted = |program: &mut Program| _ = program.pastes(&har(" of two\\n  lines\\r\\n"));
    let copied = |program: &mut Program| _ = program.pastes(&har("copied\\n")).keys("1 d d");
    let changes: [&dyn Fn(&mut Program); 4] = [&empty, &typed, &pasted, &copied];
    for (at, change) in changes.into_iter().enumerate() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("a.http"), FILE).expect("a file");
        // An empty request is not saved.
        let held = |program: &Program| program.app.model.files[0].entries.iter().filter(|e| !e.is_scratch()).cloned().collect::<Vec<_>>();
        let names = |program: &Program| held(program).into_iter().map(|e| e.exchange.name).collect::<Vec<_>>();
        let mut program = open(folder.path());
        change(&mut program);
        let before = names(&program);
        program.keys("Esc Esc ^S").waits_for("saved").hides("a.http*");
        assert_eq!(names(&program), before, "{at}");
        assert_eq!(names(&open(folder.path())), before, "{at}");
    }
}

/// `--http1.1`, as a pasted command asks for it, is there when the file is opened again.
#[test]
fn the_version_of_a_pasted_command_is_saved() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    fs::write(&path, "### one\nGET https://h/1\n").expect("a file");
    let mut program = open(folder.path());
    program.pastes("curl -L --http1.1 https://h/2").shows("HTTP/1.1").keys("^S").waits_for("saved");
    assert_eq!(fs::read_to_string(&path).expect("the file"), "### one\nGET https://h/1\n\n###\nGET https://h/2 HTTP/1.1\n");
    open(folder.path()).keys("1 j").shows("HTTP/1.1");
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

/// "Overwrite" is an answer about what was there when it was asked.
#[test]
fn a_file_that_changes_while_it_is_asked_about_is_asked_about_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    fs::write(&path, FILE).expect("a file");
    let mut program = open(folder.path());
    fs::write(&path, "### theirs\nGET https://h/theirs\n").expect("their file");
    program.keys("i End").types("x").keys("Esc ^S").waits_for("it now has 2 lines");
    fs::write(&path, "### theirs\nGET https://h/theirs\n\n### later\nGET https://h/later\n").expect("their file");
    program.keys("o").waits_for("it now has 5 lines");
    assert!(fs::read_to_string(&path).expect("the file").contains("https://h/later"));
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
    let again = Program::open(load::input(&path.display().to_string()).expect("the file").requests());
    assert!(again.text().contains("X-A: b"));
}

#[test]
fn leaving_with_unsaved_changes_asks() {
    let mut program = Program::with("### a\nGET https://h/\n");
    program.keys("i End").types("x").keys("Esc q").shows("Unsaved changes");
    assert_eq!(program.end, Some(ExitReason::InputEnded));
    program.keys("Esc").hides("Unsaved changes");
    program.keys("q d");
    assert_eq!(program.end, Some(ExitReason::Quit));
}

#[test]
fn saving_on_the_way_out_ends_the_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    fs::write(&path, FILE).expect("a file");
    let mut program = open(folder.path());
    program.keys("i End").types("x").keys("Esc q s").leaves();
    assert!(fs::read_to_string(&path).expect("the file").contains("/v1/usersx"));
}

#[test]
fn an_environment_fills_variables_in() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.http"), "### a\nGET https://{{name}}.example/\n").expect("a file");
    fs::write(folder.path().join("http-client.env.json"), r#"{"staging": {"name": "st"}, "live": {"name": "li"}}"#).expect("a file");
    let mut program = open(folder.path());
    program.keys("v").types("stag").keys("Enter").shows("staging");
    assert_eq!(program.app.model.entry().map(|e| e.exchange.request.url.as_str()), Some("https://st.example/"));
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
    assert_eq!(again.app.model.entry().map(|e| e.exchange.context.audience.clone()), Some(vec!["orders".to_string()]));
}

/// Two requests, and the file of the first in a folder of its own.
const TWO: &str = "### one\nGET https://h/1\n\n### two\nGET https://h/2\nX-Two: precious\n";

fn file(name: &str, text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, text).expect("a file");
    (folder, path)
}

#[test]
fn a_new_request_takes_no_saved_one_s_place() {
    let (folder, path) = file("a.http", TWO);
    let mut program = open(folder.path());
    program.keys("n").types("https://h/new").keys("Esc ^S").waits_for("saved");
    let saved = fs::read_to_string(&path).expect("the file");
    assert_eq!(saved, "### one\nGET https://h/1\n\n###\nGET https://h/new\n\n### two\nGET https://h/2\nX-Two: precious\n");
    program.keys("q");
    assert_eq!(program.end, Some(ExitReason::Quit));
}

#[test]
fn what_cannot_be_saved_is_said_at_once_and_asked_about_on_leaving() {
    let (folder, path) = file("a.http", TWO);
    let mut program = open(folder.path());
    program.pastes("curl https://h/new --data-raw '###'").shows("POST /new cannot be saved").keys("Esc }");
    program.keys("i End").types("x").keys("Esc ^S").waits_for("a.http saved without the changes of “POST /new”");
    assert_eq!(fs::read_to_string(&path).expect("the file"), TWO.replace("/2", "/2x"));
    program.keys("q").shows("Unsaved changes").keys("s").shows("was not saved");
    assert_ne!(program.end, Some(ExitReason::Quit));
}

#[test]
fn a_body_with_a_nul_is_refused_with_where_and_what_to_do() {
    let (folder, path) = file("a.http", TWO);
    let mut program = open(folder.path());
    program.keys("i Ctrl-End").pastes("\n\nfirst\na\0b").keys("Esc");
    program.shows("This request cannot be saved: an .http file cannot hold the NUL byte in line 2 of the body").shows("remove it");
    program.keys("^S").shows("was not saved");
    assert_eq!(fs::read_to_string(&path).expect("the file"), TWO);
    // The others are saved without it.
    program.keys("} i End").types("x").keys("Esc ^S").waits_for("saved without the changes of “one”");
    assert_eq!(fs::read_to_string(&path).expect("the file"), TWO.replace("/2", "/2x"));
    program.keys("q").shows("Unsaved changes");
    assert_eq!(open(folder.path()).app.model.files[0].entries.len(), 2);
}

#[test]
fn an_empty_request_with_a_name_is_not_left_without_a_word() {
    let (folder, path) = file("a.http", TWO);
    let mut program = open(folder.path());
    program.keys("n Esc 1 r ^A").types("My plan").keys("Enter q").shows("Unsaved changes").keys("Esc ^S").shows("was not saved");
    assert_eq!(fs::read_to_string(&path).expect("the file"), TWO);
}

#[test]
fn a_copy_of_an_edited_request_is_saved_with_the_edit() {
    let (folder, path) = file("a.http", "### one\n# about it\nGET https://h/1\n");
    let mut program = open(folder.path());
    program.keys("i End").types("?EDITED").keys("Esc ^P").types("duplicate").keys("Enter ^S").waits_for("saved");
    let saved = fs::read_to_string(&path).expect("the file");
    assert_eq!(saved, "### one\n# about it\nGET https://h/1?EDITED\n\n### one copy\n# about it\nGET https://h/1?EDITED\n");
}

#[test]
fn a_file_whose_only_request_was_deleted_can_be_saved() {
    let (folder, path) = file("a.http", "@v = 1\n\n### one\nGET https://h/1\n");
    let mut program = open(folder.path());
    program.keys("^P").types("delete").keys("Enter d ^S").waits_for("saved");
    assert_eq!(fs::read_to_string(&path).expect("the file"), "@v = 1\n\n");
    program.keys("i").types("https://h/again").keys("Esc ^S").waits_for("saved");
    assert_eq!(fs::read_to_string(&path).expect("the file"), "@v = 1\n\n###\nGET https://h/again\n");
}

#[test]
fn a_save_under_another_name_that_fails_leaves_the_file_where_it_was() {
    let (folder, path) = file("a.http", TWO);
    let mut program = open(folder.path());
    program.keys("i End").types("x").keys("Esc ^P").types("save as").keys("Enter ^A");
    program.types(&folder.path().join("nowhere/b.http").display().to_string()).keys("Enter").waits_for("was not saved").shows("a.http*");
    program.keys("^S").waits_for("a.http saved");
    assert_eq!(fs::read_to_string(&path).expect("the file"), TWO.replace("/1", "/1x"));
}

#[test]
fn a_name_that_is_taken_is_asked_about_and_a_folder_is_no_name() {
    let (folder, path) = file("a.http", TWO);
    let other = folder.path().join("b.txt");
    fs::write(&other, "theirs\n").expect("a file");
    let mut program = open(folder.path());
    let save_as = |program: &mut Program, path: String| {
        program.keys("^P").types("save as").keys("Enter ^A").types(&path).keys("Enter");
    };
    save_as(&mut program, format!("{}/", folder.path().display()));
    program.shows("This is a folder");
    save_as(&mut program, other.display().to_string());
    program.waits_for("exists already").keys("Esc");
    assert_eq!(fs::read_to_string(&other).expect("the file"), "theirs\n");
    program.keys("i End").types("x").keys("Esc ^S").waits_for("a.http saved");
    save_as(&mut program, other.display().to_string());
    program.waits_for("exists already").keys("o").waits_for("b.txt saved");
    assert_eq!(fs::read_to_string(&other).ok(), fs::read_to_string(&path).ok());
}

#[test]
fn who_stops_on_the_way_out_stays_until_he_asks_again() {
    let (folder, path) = file("a.http", TWO);
    let mut program = open(folder.path());
    let mut loaded = load::here(folder.path());
    loaded.push(authtui::app::LoadedFile::exchanges("argument", Vec::new()));
    program.pastes("curl https://h/new").keys("q s").leaves();
    assert!(fs::read_to_string(&path).expect("the file").contains("https://h/new"));

    let mut program = Program::empty();
    program.pastes("curl https://h/new").keys("q s").shows("Save as").keys("Esc").shows("Not saved: scratch");
    program.keys("^S ^A").types(&folder.path().join("new").display().to_string()).keys("Enter").waits_for("new.http saved");
    assert_ne!(program.end, Some(ExitReason::Quit), "nobody asked to leave any more");
}

#[test]
fn several_files_are_saved_on_the_way_out_or_the_one_that_was_not_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a.http", "b.http"] {
        fs::write(folder.path().join(name), TWO).expect("a file");
    }
    let edit_both = || {
        let mut program = open(folder.path());
        program.keys("i End").types("x").keys("Esc } } i End").types("y").keys("Esc");
        program
    };
    let mut program = edit_both();
    program.keys("q s").leaves();
    assert!(fs::read_to_string(folder.path().join("a.http")).expect("the file").contains("/1x"));
    assert!(fs::read_to_string(folder.path().join("b.http")).expect("the file").contains("/1y"));

    let mut program = edit_both();
    fs::write(folder.path().join("b.http"), "theirs\n").expect("their file");
    program.keys("q s").waits_for("Changed on disk").shows("b.http");
    assert_ne!(program.end, Some(ExitReason::Quit));
    assert_eq!(fs::read_to_string(folder.path().join("b.http")).expect("the file"), "theirs\n");
}

/// What is done to the list of requests can be undone, newest first, and made again.
#[test]
fn changes_of_the_list_are_undone_and_redone() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.http"), FILE).expect("a file");
    let mut program = open(folder.path());
    let list = |program: &Program| program.app.model.files[0].entries.iter().map(|e| e.title()).collect::<Vec<_>>();
    let mut lists = vec![list(&program)];
    program.keys("1 d");
    lists.push(list(&program));
    program.keys("r ^A").types("mine").keys("Enter");
    lists.push(list(&program));
    program.pastes("curl https://h.example/pasted");
    lists.push(list(&program));
    program.keys("1 j D d");
    lists.push(list(&program));
    assert_eq!(lists.iter().map(Vec::len).collect::<Vec<_>>(), [2, 3, 3, 4, 3]);
    for before in lists.iter().rev().skip(1) {
        program.keys("u").shows("Undone");
        assert_eq!(list(&program), *before);
    }
    program.keys("u").shows("Nothing to undo").hides("a.http*");
    for after in lists.iter().skip(1) {
        program.keys("^Y").shows("Redone");
        assert_eq!(list(&program), *after);
    }
    // What was undone is not made again over something else.
    program.keys("u i End").types("x").keys("Esc ^Y").shows("Nothing to redo");
}

/// Undo and redo in a long list examine only what comes back: the reports on the others stay.
#[test]
fn undoing_a_change_of_a_long_list_examines_nothing_else() {
    let file: String = (0..400).map(|i| format!("### r{i}\nGET https://h.example/{i}\n\n")).collect();
    let mut program = Program::with(&file);
    while program.app.model.has_idle_work() {
        program.rests(std::time::Duration::from_millis(20));
    }
    let unexamined = |program: &Program| program.app.model.files[0].entries.iter().filter(|e| e.badge.is_none()).count();
    assert_eq!(unexamined(&program), 0);
    program.keys("1 D d").shows("Deleted “r0”");
    for (key, said, count) in [("u", "Undone", 400), ("^Y", "Redone", 399), ("u", "Undone", 400)] {
        program.keys(key).shows(said);
        assert_eq!((program.app.model.files[0].entries.len(), unexamined(&program)), (count, 0));
    }
    assert!(program.app.model.files[0].entries.iter().enumerate().all(|(i, entry)| entry.title() == format!("r{i}")));
}

/// A deleted request comes back as it was, and is open.
#[test]
fn a_deleted_request_comes_back_with_everything_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    fs::write(&path, FILE).expect("a file");
    let mut program = open(folder.path());
    program.keys("e").types("orders").keys("Esc i Ctrl-End").types("X-New: 1").keys("Esc");
    program.app.model.files[0].entries[0].exchange.answer = Some(authtui::domain::response::Response { status: 418, ..Default::default() });
    program.keys("1 D d").shows("Deleted “list users”; press u to undo").hides("X-New: 1").keys("u").shows("Undone: delete “list users”");
    program.shows("X-New: 1").shows("418").shows("list users");
    program.keys("^S").waits_for("saved").hides("a.http*");
    let wanted = FILE.replace("# @no-cookie-jar\n", "# @no-cookie-jar\n# @expect-audience orders\n").replace("*/*\n", "*/*\nX-New: 1\n");
    assert_eq!(fs::read_to_string(&path).expect("the file"), wanted);
    // The only request of a file, too.
    let mut alone = Program::with("### a\nGET https://h.example/alone\n");
    alone.keys("1 :").types("delete").keys("Enter d").hides("/alone").keys("u").shows("/alone");
}

/// Saving in between changes nothing of that: what the file held of the request is in it again.
#[test]
fn a_request_that_is_brought_back_after_saving_is_saved_with_its_comments() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    let text = "### one\nGET https://h/1\n\n### two\n# @no-cookie-jar\n# words\nGET https://h/{{v}}\n\n> {% script() %}\n\n# next\n\n### three\n@v = 1\nGET https://h/3\n";
    fs::write(&path, text).expect("a file");
    let mut program = open(folder.path());
    program.keys("1 j D d ^S").waits_for("saved");
    let without = fs::read_to_string(&path).expect("the file");
    assert!(!without.contains("words") && without.contains("# next"), "{without}");
    program.keys("u").shows("a.http*").shows("https://h/{{v}}").keys("^S").waits_for("saved").hides("a.http*");
    let saved = fs::read_to_string(&path).expect("the file");
    let back = "### two\n# @no-cookie-jar\n# words\nGET https://h/{{v}}\n\n> {% script() %}\n";
    assert!(saved.contains(back) && saved.matches("# next").count() == 1, "{saved}");
    let titles = |program: &Program| program.app.model.files[0].entries.iter().map(|e| e.title()).collect::<Vec<_>>();
    assert_eq!(titles(&open(folder.path())), ["one", "two", "three"]);
    assert_eq!(titles(&program), ["one", "two", "three"]);
}

/// A request that is deleted is not being sent any more, and nothing waits for its answer when it comes back.
#[test]
fn deleting_a_request_stops_its_sending() {
    let mut program = Program::with("### a\nGET http://127.0.0.1:9/\n\n### b\nGET https://h/\n");
    let model = &mut program.app.model;
    let mut press = |keys: &str| -> Vec<Effect> {
        keys.split(' ').flat_map(|key| update(model, Message::Key(Key::parse(key).expect("a key")))).collect()
    };
    let [Effect::Send(id, ..)] = press("^R")[..] else { panic!("nothing is sent") };
    assert_eq!(press("1 D d"), [Effect::Cancel(id)]);
    press("u");
    assert_eq!(program.app.model.running(), None);
}

#[test]
fn a_typed_name_takes_the_place_of_the_one_that_is_offered() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("orders.http");
    let mut program = Program::empty();
    program.pastes("curl https://h.example/").keys("S").shows("requests.http").types(&path.display().to_string());
    program.keys("Enter").waits_for("orders.http saved");
    assert!(path.exists());
}

#[test]
fn a_request_without_an_address_says_so_wherever_one_is_needed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new.http");
    for (width, height) in [(160, 48), (80, 24)] {
        let mut program = Program::sized(Vec::new(), width, height);
        program.pastes("ghp_0123456789abcdefghijABCDEFGHIJ0123").keys("n Esc");
        program.pastes("ghp_0123456789abcdefghijABCDEFGHIJ0124").keys("Enter ^R").shows("no address yet: press i to type it");
        program.keys("S").types(&path.display().to_string()).keys("Enter").shows("was not saved").shows("no address yet");
        // No file without a byte is left behind.
        assert!(!path.exists());
        program.keys("i Ctrl-Home End").types(" https://h.example/").keys("Esc S").types(&path.display().to_string()).keys("Enter");
        program.waits_for("new.http saved");
        std::fs::remove_file(&path).expect("the file");
    }
}

#[test]
fn the_rest_of_a_file_is_saved_without_a_request_that_has_no_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    std::fs::write(&path, "### a\nGET https://h.example/a\n").expect("a file");
    let mut program = Program::open(authtui::io::load::here(folder.path()));
    program.keys("i End").types("b").keys("Esc n Enter").types("X: 1").keys("Esc ^S").waits_for("saved without the changes of");
    program.shows("no address yet: press i to type it");
    assert_eq!(std::fs::read_to_string(&path).expect("the file"), "### a\nGET https://h.example/ab\n");
}

#[test]
fn a_save_that_refuses_several_requests_says_how_many() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    std::fs::write(&path, "### one\nGET https://h.example/\n").expect("a file");
    let mut program = Program::open(authtui::io::load::here(folder.path()));
    program.pastes("curl https://h.example/bad --data-raw '###'").keys("Esc ^S").hides("more:").keys("Esc");
    program.pastes("curl https://h.example/worse --data-raw '### b'").keys("Esc ^S").shows("” and 1 more:");
    program.keys("{ { i Ctrl-End").types("\nX-A: b").keys("Esc ^S").waits_for("” and 1 more:").shows("saved without the changes of");
}
