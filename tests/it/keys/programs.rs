//! The editor and the pager of the user. What they do on a real terminal is in `tests/terminal`.

use authtui::app::Message;
use authtui::app::effect::ProgramText;
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

#[test]
fn the_editor_changes_the_request_in_one_step() {
    let mut program = program();
    program.keys("E");
    let ProgramText::Edit(id, text) = given(&program) else { panic!("the request") };
    assert_eq!(text, "GET https://api.example.com/me\nAuthorization: Bearer {{token}}\n");
    program.app.take(Message::Edited(id, Ok(text.replace("/me", "/you"))));
    let said = program.app.model.notice.as_ref().map(|notice| notice.text.clone());
    assert_eq!(said.as_deref(), Some("Changed in the editor; u undoes it"));
    program.keys("2").shows("GET https://api.example.com/you");
    program.keys("u").shows("GET https://api.example.com/me");
    program.app.take(Message::Edited(id, Ok(text)));
    program.keys("Tab").hides("edited");
    program.app.take(Message::Edited(id, Err("vi was not found".into())));
    program.keys("Tab").hides("edited");
}

#[test]
fn keys_behind_that_of_the_editor_do_not_reach_the_screen() {
    let mut program = program();
    program.keys("E D");
    let ProgramText::Edit(id, text) = given(&program) else { panic!("the request") };
    program.app.take(Message::Edited(id, Ok(text.replace("/me", "/you"))));
    program.keys("2").shows("GET https://api.example.com/you");
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
