//! Reading a file again that another program changed.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use authtui::app::{Effect, Message, update};
use authtui::io::load;
use tempfile::TempDir;

use crate::keys::harness::Program;

use super::files::open;

#[test]
fn a_file_that_another_program_changed_is_read_again_with_the_own_changes_on_top() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    let request = |name: &str, path: &str| format!("### {name}\n# about {name}\nGET https://h/{path}\n\n");
    let all = |requests: &[(&str, &str)]| requests.iter().map(|(name, path)| request(name, path)).collect::<String>();
    fs::write(&path, all(&[("mine", "1"), ("both", "2"), ("theirs", "3"), ("nobody", "4"), ("gone", "5")])).expect("a file");
    let mut program = open(folder.path());
    program.keys("i End").types("-mine").keys("Esc 1 j Enter i End").types("-mine").keys("Esc");
    let theirs = all(&[("mine", "1"), ("both", "2-theirs"), ("new", "0"), ("theirs", "3-theirs"), ("nobody", "4")]);
    fs::write(&path, &theirs).expect("their file");
    program.keys("^S").waits_for("Changed on disk").shows("keep my changes on top").keys("r").waits_for("read again");
    program.shows("1 new, 1 changed, 1 removed").shows("1 request of yours kept beside theirs").hides("Changed on disk").shows("a.http*");
    assert_eq!(fs::read_to_string(&path).expect("the file"), theirs, "nothing is written before it is saved");
    let listed = |program: &Program| -> Vec<String> {
        let entries = &program.app.model.files[0].entries;
        entries.iter().map(|entry| format!("{} {}", entry.exchange.name, entry.editor.text().trim_end())).collect()
    };
    let with_both = [
        "mine GET https://h/1-mine",
        "both GET https://h/2-theirs",
        "both GET https://h/2-mine",
        "new GET https://h/0",
        "theirs GET https://h/3-theirs",
        "nobody GET https://h/4",
    ];
    assert_eq!(listed(&program), with_both);
    // What they removed comes back by undoing, as a change that is not saved.
    program.keys("u").shows("Undone");
    assert_eq!(listed(&program).last().map(String::as_str), Some("gone GET https://h/5"));
    program.keys("^Y ^S").waits_for("a.http saved");
    let saved = fs::read_to_string(&path).expect("the file");
    for part in with_both {
        let (name, line) = part.split_once(' ').expect("a name");
        assert!(saved.contains(&format!("### {name}\n# about {name}\n{line}\n")), "{part}: {saved}");
    }
    assert_eq!(listed(&open(folder.path())), with_both);
}

#[test]
fn what_is_typed_while_a_file_is_read_again_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    fs::write(&path, "### one\nGET https://h/1\n").expect("a file");
    let mut program = open(folder.path());
    program.keys("i End").types("-a").keys("Esc");
    fs::write(&path, "### one\nGET https://h/theirs\n").expect("their file");
    program.keys("^S").waits_for("Changed on disk").keys("r i End").types("-b").waits_for("1 Requests").keys("Esc");
    program.shows("https://h/1-a-b").keys("q").shows("Unsaved changes").keys("s").leaves();
    let saved = fs::read_to_string(&path).expect("the file");
    assert!(saved.contains("https://h/theirs") && saved.contains("https://h/1-a-b"), "{saved}");
}

#[test]
fn another_file_is_not_read_in_the_place_of_this_one() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.http"), "GET https://h/1\n").expect("a file");
    fs::write(folder.path().join("b.http"), "GET https://h/b\n").expect("a file");
    let mut program = Program::open(load::input(&folder.path().join("a.http").display().to_string()).expect("the file").requests());
    program.keys("i End").types("-a").keys("Esc");
    // Another file's requests are not those of this one.
    program.keys("S ^A").types(&folder.path().join("b.http").display().to_string()).keys("Enter");
    program.waits_for("Changed on disk").keys("r").shows("https://h/1-a").hides("read again").keys("Esc");
}

/// A comment that they wrote to a request that was deleted here is theirs too.
#[test]
fn a_request_that_was_deleted_here_comes_back_where_they_changed_anything_of_it() {
    for (change, comes_back) in [(("# about one", "# theirs"), true), (("https://h/2", "https://h/2-theirs"), false)] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.http");
        let text = "### one\n# about one\nGET https://h/1\n\n### two\nGET https://h/2\n";
        fs::write(&path, text).expect("a file");
        let mut program = open(folder.path());
        program.keys("1 D Enter").hides("https://h/1");
        fs::write(&path, text.replace(change.0, change.1)).expect("their file");
        program.keys("^S").waits_for("Changed on disk").keys("r").waits_for("read again");
        let names: Vec<&str> = program.app.model.files[0].entries.iter().map(|entry| entry.exchange.name.as_str()).collect();
        assert_eq!(names.contains(&"one"), comes_back, "{names:?}");
    }
}

/// A file with one request, open.
fn one_request() -> (TempDir, PathBuf, Program) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    fs::write(&path, "### one\nGET https://h/1\n").expect("a file");
    let program = open(folder.path());
    (folder, path, program)
}

/// The first file, touched by another program.
fn touched(program: &mut Program) -> &mut Program {
    let id = program.app.model.files[0].id;
    program.app.take(Message::Touched(id));
    program
}

/// What another program does is told beside what went wrong here, which is still to be read.
#[test]
fn news_of_a_file_do_not_take_away_what_was_not_read_yet() {
    let (_folder, path, mut program) = one_request();
    program.keys("i End").types("-own").keys("Esc");
    fs::write(&path, "### one\nGET https://h/theirs\n").expect("their file");
    program.app.take(Message::PasteRefused("16 MB".into()));
    touched(&mut program).waits_for("a.http was changed by another program").shows("The paste is larger than 16 MB");
    touched(&mut program).rests(Duration::from_millis(300));
    assert_eq!(program.screen().matches("was changed by").count(), 1);
}

#[test]
fn a_file_that_changes_while_nothing_is_unsaved_is_read_again_by_itself() {
    let (_folder, path, mut program) = one_request();
    // A touch that changes nothing is no news.
    touched(&mut program).rests(Duration::from_millis(300)).hides("read again");
    fs::write(&path, "### one\nGET https://h/theirs\n\n### two\nGET https://h/2\n").expect("their file");
    touched(&mut program).waits_for("a.http read again: 1 new, 1 changed").shows("https://h/theirs");
    // Where something is unsaved nothing is taken in; a save asks.
    program.keys("i End").types("-own").keys("Esc");
    fs::write(&path, "### one\nGET https://h/once-more\n").expect("their file");
    touched(&mut program).waits_for("a.http was changed by another program").shows("https://h/theirs-own");
    program.keys("^S").waits_for("Changed on disk").keys("Esc u");
    // While a dialog is open its rows stay what they are; then the file is read.
    program.keys(":").shows("Commands");
    touched(&mut program).rests(Duration::from_millis(300)).hides("once-more").keys("Esc").waits_for("https://h/once-more");
    // A file that is gone is left as it was.
    fs::remove_file(&path).expect("no file");
    touched(&mut program).rests(Duration::from_millis(300)).shows("https://h/once-more");
}

#[test]
fn what_was_read_before_a_save_is_not_taken_for_anothers_change() {
    let (_folder, path, mut program) = one_request();
    let id = program.app.model.files[0].id;
    let effects = update(&mut program.app.model, Message::Touched(id));
    let [Effect::ReadAgain { number, path: read, kind, .. }] = &effects[..] else { panic!("{effects:?}") };
    let older = load::again(read, *kind);
    program.keys("i End").types("-own").keys("Esc ^S").waits_for("a.http saved");
    program.app.take(Message::ReadAgain(id, *number, older));
    program.keys("Tab").shows("https://h/1-own").hides("read again");
    // Another change is still noticed.
    fs::write(&path, "### one\nGET https://h/theirs\n").expect("their file");
    touched(&mut program).waits_for("https://h/theirs");
}

#[test]
fn a_file_that_was_emptied_takes_nothing_away() {
    let (_folder, path, mut program) = one_request();
    fs::write(&path, "").expect("their file");
    touched(&mut program).waits_for("a.http was emptied by another program").shows("https://h/1");
    fs::write(&path, "### one\nGET https://h/2\n").expect("their file");
    touched(&mut program).waits_for("https://h/2");
}

#[test]
fn nobody_is_thrown_out_of_the_editor() {
    let (_folder, path, mut program) = one_request();
    program.keys("i");
    fs::write(&path, "### other\nGET https://h/2\n").expect("their file");
    touched(&mut program).rests(Duration::from_millis(600)).shows("https://h/1").keys("Esc").waits_for("https://h/2");
}

#[test]
fn values_that_cannot_be_read_leave_those_from_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let values = folder.path().join("http-client.env.json");
    fs::write(folder.path().join("a.http"), "GET {{host}}/\n").expect("a file");
    let text = r#"{"prod":{"host":"https://prod.example"}}"#;
    fs::write(&values, text).expect("values");
    let mut program = open(folder.path());
    program.shows("[prod]");
    let id = program.app.model.value_files.paths().next().expect("the values").0;
    for (theirs, said) in [("", "was emptied by another program"), ("{\"prod\":{\"ho", "was not read again: ")] {
        fs::write(&values, theirs).expect("their values");
        program.app.take(Message::Touched(id));
        program.waits_for(said).keys("Tab").shows("[prod]").shows("https://prod.example");
    }
    fs::write(&values, text.replace("prod.", "new.")).expect("their values");
    program.app.take(Message::Touched(id));
    program.waits_for("https://new.example");
}

#[test]
fn undoing_what_another_program_wrote_names_it() {
    let (_folder, path, mut program) = one_request();
    program.keys("i End").types("-own").keys("Esc ^S").waits_for("a.http saved");
    fs::write(&path, "### one\nGET https://h/theirs\n").expect("their file");
    touched(&mut program).waits_for("a.http read again: 1 changed").shows("https://h/theirs");
    program.keys("u").shows("Undone: what another program wrote in a.http").shows("https://h/1-own");
    program.keys("^Y").shows("Redone: what another program wrote in a.http").shows("https://h/theirs");
    // In the editor as well; what is older is one's own again.
    program.keys("i ^Z").shows("Undone: what another program wrote in a.http").keys("Esc u").shows("Undone: an edit of this request");
}
