//! Credentials in drafts: left out, and back where the file has them.

use std::fs;

use authtui::io::load;
use authtui::io::terminal::Signal;

use crate::keys::drafts::{Sessions, signal};

/// A definition that came with a pasted request may have any name: what the request uses as its credential is one.
#[test]
fn a_pasted_definition_of_a_credential_is_left_out() {
    for header in ["Authorization: Bearer {{sesame}}", "X-Api-Key: {{outer}}"] {
        let sessions = Sessions::new();
        let mut program = sessions.with(Vec::new());
        program.pastes(&format!(
            "@sesame = opensesame77\n@outer = {{{{sesame}}}}\n@place = garden77\n\n### api\nGET https://h.example/\n{header}\n"
        ));
        program.ends(&mut signal(Signal::HangUp));
        let kept = sessions.kept().concat();
        assert!(kept.contains("garden77") && !kept.contains("opensesame77"), "{kept}");
    }
}

/// What is switched off by a mark before it is typed as often as what is not.
#[test]
fn what_a_comment_line_holds_is_left_out_as_in_a_live_line() {
    for line in [
        "# Authorization: Bearer hunter2",
        "// Cookie: sid=hunter2",
        "# X-Api-Key: hunter2",
        "//password=hunter2",
        "## password: hunter2",
        "# my password is hunter2",
        "# https://ann:hunter2@h.example/",
        "# ?access_token=hunter2",
        "# | password | hunter2 |",
        "// \"client_secret\": \"hunter2\",",
    ] {
        for text in [
            format!("POST https://h.example/garden77\n{line}\nAccept: text/plain\n"),
            format!("POST https://h.example/garden77\nContent-Type: text/plain\n\n{line}\nmore\n"),
        ] {
            let sessions = Sessions::new();
            let mut program = sessions.with(Vec::new());
            program.pastes(&format!("### one\n{text}"));
            program.keys("i ^A").pastes(&text).keys("Esc");
            program.ends(&mut signal(Signal::HangUp));
            let kept = sessions.kept().concat();
            assert!(kept.contains("garden77") && !kept.contains("hunter2"), "{line}\n{kept}");
        }
        // Around a request that no file holds.
        let sessions = Sessions::new();
        let mut program = sessions.with(Vec::new());
        program.pastes(&format!("### one\n{line}\nGET https://h.example/garden77\n\n### two\nGET https://h.example/\n"));
        program.ends(&mut signal(Signal::HangUp));
        let kept = sessions.kept().concat();
        assert!(kept.contains("garden77") && !kept.contains("hunter2"), "{line}\n{kept}");
    }
}

/// A credential that was left out comes back where it is the saved one, whatever else of its line was edited; a new one does not,
/// and nothing is written over the saved one.
#[test]
fn only_the_saved_credential_comes_back() {
    const SECRET: &str = "sEcReT9xKq7tok3nWm2";
    const NEWER: &str = "nEwEr4tPz8tok3nQv6";
    let put = |text: &str, secret: &str| text.replace("SECRET", secret);
    for (before, after) in [
        ("GET https://h.example/x?api_key=SECRET&page=1\n", "GET https://h.example/x?api_key=SECRET&page=2\n"),
        ("GET https://h.example/x\nCookie: session=SECRET; theme=dark\n", "GET https://h.example/x\nCookie: session=SECRET; theme=light\n"),
        (
            "POST https://h.example/x\nContent-Type: application/json\n\n{\"user\":\"a\",\"password\":\"SECRET\"}\n",
            "POST https://h.example/x\nContent-Type: application/json\n\n{\"user\":\"bob\",\"password\":\"SECRET\"}\n",
        ),
        ("GET https://h.example/x\nX-Api-Key: SECRET\nX-Api-Key: 0Ther77kEyReTq55\n", "GET https://h.example/x\nX-Api-Key: SECRET\n"),
        ("GET https://h.example/x\nAuthorization: Baerer SECRET\n", "GET https://h.example/x\nAuthorization: Bearer SECRET\n"),
        ("GET https://h.example/x\nAuthorization: Bearer SECRET\n", "GET https://other.example/x\nAuthorization: Bearer SECRET\n"),
    ] {
        for typed in [SECRET, NEWER] {
            let sessions = Sessions::new();
            let path = sessions.workspace.path().join("a.http");
            let saved = format!("### one\n{}", put(before, SECRET));
            fs::write(&path, &saved).expect("a file");
            let open = || sessions.with(load::here(sessions.workspace.path()));
            let mut program = open();
            program.keys("i ^A").pastes(&put(after, typed)).keys("Esc");
            assert_eq!(program.text(), put(after, typed));
            program.ends(&mut signal(Signal::HangUp));
            drop(program);
            assert!(!sessions.kept().concat().contains(typed), "{:?}", sessions.kept());
            let mut next = open();
            next.keys("o").waits_for("edited ");
            // Cookies are left out as a whole.
            if typed == SECRET && !after.contains("Cookie") {
                assert_eq!(next.text(), put(after, SECRET));
                next.keys("^S").waits_for("a.http saved");
                assert!(fs::read_to_string(&path).expect("the file").contains(&put(after, SECRET)));
            } else {
                let notice = next.app.model.notice.as_ref().map(|notice| notice.text.clone()).unwrap_or_default();
                assert!(notice.contains("was typed is not in the draft"), "{notice}");
                assert!(next.text().contains("{{left-out}}") && !next.text().contains(SECRET), "{}", next.text());
                next.keys("^S").waits_for("left out of the draft");
                assert_eq!(fs::read_to_string(&path).expect("the file"), saved, "the saved credential stays");
            }
        }
    }
}

/// Where a new credential was left out, nothing else comes: not even after another crash, before it is written again.
#[test]
fn what_was_left_out_once_does_not_move_to_another_place() {
    const SECRET: &str = "CorrectHorse77";
    const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.q7Rk2mXw9Tb4Zp1LcV8nq7Rk2mXw";
    let sessions = Sessions::new();
    let body = format!("Content-Type: application/json\n\n{{\"user\":\"ann\",\"password\":\"{SECRET}\"}}\n");
    let text = |note: &str| format!("POST https://h.example/x\n{note}{body}");
    fs::write(sessions.workspace.path().join("a.http"), format!("### one\n{}", text(""))).expect("a file");
    let open = || sessions.with(load::here(sessions.workspace.path()));
    let mut program = open();
    program.keys("i ^A").pastes(&text(&format!("X-Note: {TOKEN}\n"))).keys("Esc");
    program.ends(&mut signal(Signal::HangUp));
    drop(program);
    for number in 1..3 {
        let added: String = (1..number).map(|number| format!("X-B{number}: c\n")).collect();
        let mut next = open();
        next.keys("o").waits_for("edited ");
        assert_eq!(next.text(), text(&format!("X-Note: {{{{left-out}}}}\n{added}")));
        next.keys("i ^A").pastes(&text(&format!("X-Note: {{{{left-out}}}}\n{added}X-B{number}: c\n"))).keys("Esc");
        next.ends(&mut signal(Signal::HangUp));
        assert!(!sessions.kept().concat().contains(SECRET), "{:?}", sessions.kept());
    }
}
