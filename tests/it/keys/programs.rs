//! The editor and the pager of the user. What they do on a real terminal is in `tests/terminal`.

use authtui::app::Message;
use authtui::app::effect::ProgramText;
use authtui::app::ids::RequestId;
use authtui::io::load;
use authtui::io::run::ExitReason;

use crate::keys::harness::Program;

fn program() -> Program {
    Program::with("### me\nGET https://api.example.com/me\nAuthorization: Bearer {{token}}\n")
}

/// The text that the program wants to give away.
fn given(program: &Program) -> ProgramText {
    match &program.end {
        Some(ExitReason::Program(text)) => text.clone(),
        end => panic!("{end:?}"),
    }
}

/// The request that the editor gets.
fn edits(program: &mut Program) -> (RequestId, String) {
    program.keys("E");
    let ProgramText::Edit(id, text) = given(program) else { panic!("the request") };
    (id, text)
}

fn said(program: &Program) -> Option<String> {
    program.app.model.notice.as_ref().map(|notice| notice.text.clone())
}

#[test]
fn the_editor_changes_the_request_in_one_step() {
    let mut program = program();
    let (id, text) = edits(&mut program);
    assert_eq!(text, "GET https://api.example.com/me\nAuthorization: Bearer {{token}}\n");
    program.app.take(Message::Edited(id, Ok(text.replace("/me", "/you"))));
    assert_eq!(said(&program).as_deref(), Some("Changed in the editor; u undoes it"));
    program.keys("2").shows("GET https://api.example.com/you");
    program.keys("u").shows("GET https://api.example.com/me");
    program.app.take(Message::Edited(id, Ok(text)));
    assert_eq!(said(&program).as_deref(), Some("Nothing was changed"));
    program.app.take(Message::Edited(id, Err("vi was not found".into())));
    assert_eq!(said(&program).as_deref(), Some("vi was not found"));
    program.keys("Tab").hides("edited");
}

#[test]
fn the_text_of_the_editor_goes_where_it_came_from() {
    // Another request is open by now, in whose dialog a name is typed.
    let mut program = Program::with("### me\nGET https://api.example.com/me\n\n### you\nGET https://api.example.com/you\n");
    let (id, text) = edits(&mut program);
    program.keys("> R");
    program.app.take(Message::Edited(id, Ok(text.replace("/me", "/them"))));
    program.keys("Esc 2").shows("GET https://api.example.com/them");
    program.keys("> 2").shows("GET https://api.example.com/you");
    // A request that is gone comes back.
    program.keys("1 < D d");
    program.app.take(Message::Edited(id, Ok(text.replace("/me", "/back"))));
    assert_eq!(said(&program).as_deref(), Some("The request that was edited is gone; its text is a new one"));
    program.keys("Esc 2").shows("GET https://api.example.com/back");
}

#[test]
fn line_ends_of_the_editor_are_those_of_the_request() {
    let mut program = Program::with("GET https://h/\n\none\r\ntwo\rthree\n");
    let (id, text) = edits(&mut program);
    program.app.take(Message::Edited(id, Ok(text.replace("three", "four"))));
    let body = |program: &Program| program.app.model.entry().expect("the request").editor.text().to_string();
    assert_eq!(body(&program).trim_end(), text.replace("three", "four").trim_end());
    // An editor that ends each line with CRLF adds none to the last one.
    let with_crlf = text.replace("\r\n", "\n").replace('\n', "\r\n");
    program.app.take(Message::Edited(id, Ok(with_crlf)));
    assert!(body(&program).ends_with("three"), "{:?}", body(&program));
}

#[test]
fn keys_behind_that_of_the_editor_do_not_reach_the_screen() {
    let mut program = Program::with("### me\nGET https://api.example.com/me\n\n### you\nGET https://api.example.com/you\n");
    program.keys("1 E D");
    let ProgramText::Edit(id, text) = given(&program) else { panic!("the request") };
    program.app.take(Message::Edited(id, Ok(text.replace("/me", "/you"))));
    program.hides("Delete the request?").keys("2").shows("GET https://api.example.com/you");
}

#[test]
fn the_pager_gets_what_the_screen_shows() {
    let mut program = Program::sized(Vec::new(), 160, 48);
    program.keys("P").shows("There is no response to read");
    program.pastes("POST /login HTTP/1.1\nHost: h.example\n\nHTTP/1.1 200 OK\nContent-Type: application/json\n\n{\"access_token\":\"c4n4ry-t0ken-1234567890\",\"note\":\"\u{1b}[2J\"}\n");
    program.keys("3 P");
    let ProgramText::Read(masked) = given(&program) else { panic!("the response") };
    assert!(masked.contains("\"access_token\": \"") && !masked.contains("c4n4ry"), "{masked}");
    assert!(!masked.contains('\u{1b}'), "{masked:?}");
    program.keys("m P");
    let ProgramText::Read(shown) = given(&program) else { panic!("the response") };
    assert!(shown.contains("c4n4ry-t0ken-1234567890"), "{shown}");
}

/// The request may be read anew between the key and the start of the editor.
#[test]
fn the_editor_gets_the_request_as_it_is_when_it_starts() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    std::fs::write(&path, "### me\nGET https://api.example.com/me\n").expect("a file");
    let mut program = Program::open(load::here(folder.path()));
    program.keys("E");
    let before = given(&program);
    std::fs::write(&path, "### me\nGET https://api.example.com/me\nX-Theirs: precious\n").expect("a file");
    let file = program.app.model.files.first().expect("a file").id;
    program.app.take(Message::Touched(file));
    program.end = None;
    program.waits_for("X-Theirs: precious");
    let ProgramText::Edit(_, text) = program.app.model.text_of_program(before) else { panic!("a request") };
    assert_eq!(text, "GET https://api.example.com/me\nX-Theirs: precious\n");
}
