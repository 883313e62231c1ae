//! The table of parameters: every key changes the text of the request and re-runs the checks.

use std::fs;

use authtui::io::load;

use crate::keys::harness::{Program, document};

const QUERY: &str = "### list\nGET https://api.example.com/v1?page=2&q=New%20York&sort=name\nAccept: application/json\n";
const FORM: &str = "### form\nPOST https://api.example.com/login?from=app\nContent-Type: application/x-www-form-urlencoded\n\n\
                    user=ann&password=hunter2-x9&note=a+b\n";
const MULTIPART: &str = "### parts\nPOST https://api.example.com/photos\nContent-Type: multipart/form-data; boundary=x\n\n\
                         --x\nContent-Disposition: form-data; name=\"title\"\n\nMe\n--x\nContent-Disposition: form-data; name=\"photo\"; \
                         filename=\"me.png\"\nContent-Type: image/png\n\n< ./me.png\n--x--\n";

fn line(program: &Program) -> String {
    program.text().lines().next().unwrap_or_default().to_string()
}

/// The program with a file in a folder, which stays as long as that.
fn saved(text: &str) -> (tempfile::TempDir, Program) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.http"), text).expect("a file");
    let program = Program::open(load::here(folder.path()));
    (folder, program)
}

fn read(folder: &tempfile::TempDir) -> String {
    fs::read_to_string(folder.path().join("a.http")).unwrap_or_default()
}

#[test]
fn a_value_is_shown_decoded_edited_in_the_text_and_undone() {
    let mut program = Program::with(QUERY);
    program.keys("&").shows("Parameters").shows("New York").keys("j").shows("written as q=New%20York").keys("Enter").types("/é");
    assert_eq!(line(&program), "GET https://api.example.com/v1?page=2&q=New%20York/%C3%A9&sort=name");
    program.keys("Enter").shows("New York/é").keys("u");
    assert_eq!(line(&program), "GET https://api.example.com/v1?page=2&q=New%20York&sort=name");
    program.keys("^Y").shows("New York/é").keys("Esc").shows("press ^R to send, u to undo").keys("u");
    assert_eq!(line(&program), "GET https://api.example.com/v1?page=2&q=New%20York&sort=name");
    // What is typed and not wanted leaves nothing behind, and nothing to undo.
    program.keys("& Enter").types("9").keys("Esc Esc").hides("Written into the request");
    assert_eq!(line(&program), "GET https://api.example.com/v1?page=2&q=New%20York&sort=name");
}

#[test]
fn names_are_edited_too_and_the_spelling_is_shown_and_typed_as_it_is_written() {
    let mut program = Program::with(QUERY);
    program.keys("& Tab ^A").types("p age").keys("Tab ^A").types("3").keys("Enter");
    assert_eq!(line(&program), "GET https://api.example.com/v1?p%20age=3&q=New%20York&sort=name");
    program.keys("e").shows("Parameters, encoded").shows("p%20age").keys("j Enter").types("+x").keys("Enter e").shows("New York x");
    assert_eq!(line(&program), "GET https://api.example.com/v1?p%20age=3&q=New%20York+x&sort=name");
}

#[test]
fn a_parameter_that_is_switched_off_is_a_comment_and_comes_back() {
    let (folder, mut program) = saved(QUERY);
    program.keys("& j Space").shows("It is a comment in the text and not sent");
    assert_eq!(program.text(), "GET https://api.example.com/v1?page=2\n    # &q=New%20York\n    &sort=name\nAccept: application/json\n");
    let sent = |program: &Program| program.app.model.entry().map(|entry| entry.exchange.request.url.clone()).unwrap_or_default();
    assert_eq!(sent(&program), "https://api.example.com/v1?page=2&sort=name");
    program.keys("^S").waits_for("a.http saved");
    assert_eq!(
        read(&folder),
        "### list\nGET https://api.example.com/v1?page=2\n    # &q=New%20York\n    &sort=name\nAccept: application/json\n"
    );
    // It is there when the file is opened again, and one key switches it on.
    let mut again = Program::open(load::here(folder.path()));
    assert_eq!(again.text(), program.text());
    again.keys("& j").shows("– q").keys("Space");
    assert_eq!(line(&again), "GET https://api.example.com/v1?page=2&q=New%20York&sort=name");
    again.keys("u").shows("– q").keys("Esc");
    assert_eq!(again.text(), program.text());
}

#[test]
fn lines_of_an_address_stay_lines_in_the_file() {
    let text = "### list\nGET https://api.example.com/v1 \n    ?page=2\n    # why\n    &q=%zz\n\t&sort=name&sort=id HTTP/1.1\nAccept: a/b\n\n### next\n\
                GET https://b\n";
    let (folder, mut program) = saved(text);
    program.keys("& j Space ^S").waits_for("a.http saved");
    assert_eq!(read(&folder), text.replace("&q=%zz", "# &q=%zz"));
    program.keys("k Space ^S").waits_for("a.http saved").keys("Esc");
    assert_eq!(read(&folder), text.replace("&q=%zz", "# &q=%zz").replace("?page=2", "# ?page=2").replace("&sort=name", "?sort=name"));
    program.keys("& j j j Del ^S").waits_for("a.http saved");
    program.keys("Enter ^A").types("x").keys("Enter k Space k Space ^S").waits_for("a.http saved");
    assert_eq!(read(&folder), text.replace("&sort=name&sort=id", "&sort=x"));
}

#[test]
fn parameters_are_added_removed_and_moved() {
    let mut program = Program::with(QUERY);
    program.keys("& a").shows("A new parameter in the address").types("lim").keys("Tab").types("1 0");
    assert_eq!(line(&program), "GET https://api.example.com/v1?page=2&q=New%20York&sort=name&lim=1%200");
    program.keys("Enter K");
    assert_eq!(line(&program), "GET https://api.example.com/v1?page=2&q=New%20York&lim=1%200&sort=name");
    program.keys("g Del");
    assert_eq!(line(&program), "GET https://api.example.com/v1?q=New%20York&lim=1%200&sort=name");
    program.keys("u u u");
    assert_eq!(line(&program), "GET https://api.example.com/v1?page=2&q=New%20York&sort=name");
    // An empty one is none, and Esc takes back what was typed.
    program.keys("a Enter Enter a").types("x").keys("Tab").types("y").keys("Esc");
    assert_eq!(line(&program), "GET https://api.example.com/v1?page=2&q=New%20York&sort=name");
    let mut program = Program::with("### a\nGET https://h.example/\n");
    program
        .keys("&")
        .shows("There is no parameter in the address: a adds one")
        .keys("Enter")
        .types("a")
        .keys("Enter")
        .types("{{x y}}&")
        .keys("Enter");
    assert_eq!(line(&program), "GET https://h.example/?a={{x y}}%26");
    let mut program = Program::empty();
    program.keys("n Esc &").shows("has no address yet");
}

#[test]
fn the_fields_of_a_form_are_rows_below_those_of_the_address() {
    let (folder, mut program) = saved(FORM);
    program
        .keys("&")
        .shows("in the address")
        .shows("in the form")
        .shows("from")
        .shows("a b")
        .hides("hunter2-x9")
        .keys("m")
        .shows("hunter2-x9");
    program.keys("m j Space");
    assert!(program.text().ends_with("\n\n# user=ann\npassword=hunter2-x9&note=a+b"), "{}", program.text());
    let body = program.app.model.entry().map(|entry| entry.exchange.request.body.to_string());
    assert_eq!(body.as_deref(), Some("password=hunter2-x9&note=a+b"));
    program.keys("j Space").hides("hunter2-x9").keys("j Space ^S").waits_for("a.http saved").keys("Esc").hides("hunter2-x9");
    assert_eq!(read(&folder), FORM.replace("user=ann&password=hunter2-x9&note=a+b", "# user=ann\n# &password=hunter2-x9\n# &note=a+b"));
    let mut again = Program::open(load::here(folder.path()));
    assert_eq!(again.text().trim_end(), program.text().trim_end());
    again.keys("& j j j Space Enter ^A").types("ü").keys("Enter");
    assert!(again.text().ends_with("\n\n# user=ann\n# &password=hunter2-x9\nnote=%C3%BC"), "{}", again.text());
}

#[test]
fn the_parts_of_a_multipart_body_are_rows_and_name_files() {
    let (folder, mut program) = saved(MULTIPART);
    program.keys("&").shows("in the multipart body").shows("title").shows("< ./me.png").keys("Enter ^A").types("You").keys("Enter j");
    program.shows("The content of this file is sent").keys("Enter ^A").types("< ./you.png").keys("Enter ^S").waits_for("a.http saved");
    assert_eq!(read(&folder), MULTIPART.replace("\nMe\n", "\nYou\n").replace("./me.png", "./you.png"));
    program.keys("k Space");
    assert!(program.text().contains("\n\n# --x\n# Content-Disposition: form-data; name=\"title\"\n#\n# You\n--x\n"), "{}", program.text());
    let sent = program.app.model.entry().map(|entry| entry.exchange.request.body.to_string()).unwrap_or_default();
    assert!(!sent.contains("title") && sent.starts_with("--x\r\nContent-Disposition: form-data; name=\"photo\""), "{sent}");
    program.keys("^S").waits_for("a.http saved").keys("Space a").types("tag").keys("Enter").types("--x").shows("A part cannot hold this");
    program.keys("^A").types("1").keys("Enter ^S").waits_for("a.http saved");
    let with_tag = "\n< ./you.png\n--x\nContent-Disposition: form-data; name=\"tag\"\n\n1\n--x--\n";
    assert_eq!(read(&folder), MULTIPART.replace("\nMe\n", "\nYou\n").replace("\n< ./me.png\n--x--\n", with_tag));
}

#[test]
fn the_checks_follow_while_a_credential_in_the_address_is_typed() {
    let mut program = Program::empty();
    program.pastes(
        "GET /v1/users?limit=10&api_key=YOUR_API_KEY HTTP/1.1\nHost: api.example.com\n\nHTTP/1.1 401 Unauthorized\n\
         Date: Mon, 23 Nov 2026 07:22:41 GMT\nContent-Type: application/json\n\n{\"error\":\"invalid api key\"}\n",
    );
    assert_eq!(program.outcome("credential-placeholder"), Some("fail"));
    program.keys("& j Enter ^A").types("q7Rk2mXw9Tb4Zp1LcV8nKd3f").hides("LcV8nKd3f");
    assert_ne!(program.outcome("credential-placeholder"), Some("fail"));
    program.keys("Esc");
    assert_eq!(program.outcome("credential-placeholder"), Some("fail"));
    program.keys("Space");
    assert_ne!(program.outcome("credential-placeholder"), Some("fail"));
    program.keys("u");
    assert_eq!(program.outcome("credential-placeholder"), Some("fail"));
}

#[test]
fn a_secret_that_is_switched_off_stays_masked() {
    let mut program = Program::with("### a\nGET https://h.example/?a=1&api_key=q7Rk2mXw9Tb4Zp1LcV8nKd3f\n");
    program.hides("LcV8nKd3f").keys("& j Space").hides("LcV8nKd3f").keys("Esc 2").hides("LcV8nKd3f").keys("m").shows("LcV8nKd3f");
}

#[test]
fn a_body_that_is_sent_byte_for_byte_has_no_comments() {
    let mut program = Program::empty();
    program
        .pastes("curl https://h.example/x?b=1 -d 'a=1&c=2'")
        .keys("Esc &")
        .shows("in the form")
        .keys("j Space")
        .shows("sent byte for byte");
    assert!(program.text().ends_with("\n\na=1&c=2"), "{}", program.text());
    program.keys("k Space");
    assert_eq!(program.text().lines().nth(1), Some("    # ?b=1"));
    program.keys("j j Enter ^A").types("x y").keys("Enter");
    assert!(program.text().ends_with("\n\na=1&c=x+y"), "{}", program.text());
}

#[test]
fn fixes_and_the_form_for_auth_leave_alone_what_is_switched_off() {
    let mut program = Program::with("### a\nGET https://h.example/?a=1&api_key=abcdefgh12345678&b=2\n");
    program.keys("& Space j j Space Esc a").shows("API key in the address").keys("^A").types("new").keys("Enter");
    assert_eq!(program.text(), "GET https://h.example/\n    # ?a=1\n    ?api_key=new\n    # &b=2\n");
    program.keys("a ↑ ←").keys("Esc");
    assert!(program.text().starts_with("GET https://h.example/\n    # ?a=1\n    "), "{}", program.text());
}

#[test]
fn it_is_usable_on_every_screen() {
    for (width, height) in [(160, 48), (100, 30), (80, 24), (60, 16)] {
        let mut program = Program::sized(vec![document(FORM)], width, height);
        program.keys("&").shows("in the form").shows("user").keys("G Enter ^A").types("done").keys("Enter").shows("done").keys("Esc");
        assert!(program.text().contains("&note=done"), "{}", program.text());
    }
}
