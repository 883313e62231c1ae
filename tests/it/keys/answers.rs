//! What an answer is good for in other requests: its token, and variables that are filled from it.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use authtui::app::dialogs::Overlay;
use authtui::app::key::Key;
use authtui::app::{Effect, Message, update};
use authtui::io::load;

use crate::keys::harness::{Program, document};

const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtYXJpYSIsImV4cCI6NDEwMjQ0NDgwMH0.c2ln";

/// A server that answers each path with a text, and tells the heads of what it got.
pub fn server(answers: Vec<(&'static str, String)>) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let (tell, told) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut buffer = [0; 4096];
            let count = stream.read(&mut buffer).unwrap_or(0);
            let head = String::from_utf8_lossy(&buffer[..count]).into_owned();
            let answer = answers.iter().find(|(path, _)| head.contains(&format!(" {path} "))).map_or("", |(_, answer)| answer);
            let _ = stream.write_all(answer.as_bytes());
            let _ = tell.send(head);
        }
    });
    (format!("http://{address}"), told)
}

pub fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn login() -> String {
    let body = format!(r#"{{"data":[{{"access_token":"{TOKEN}"}}],"token_type":"bearer"}}"#);
    answer("200 OK", "Content-Type: application/json\r\nX-Session: s3ss10n\r\n", &body)
}

/// A send that was started by mistake needs the loop to go on.
#[track_caller]
fn sends_nothing(program: &mut Program, told: &Receiver<String>) {
    program.rests(Duration::from_millis(300));
    assert!(told.try_recv().is_err(), "something was sent");
}

#[test]
fn the_token_of_an_answer_is_decoded_copied_and_put_where_it_belongs() {
    let (address, _) = server(vec![("/login", login())]);
    let text = format!(
        "### log in\nPOST {address}/login\nAuthorization: Basic dTpw\n\n### me\nGET {address}/me\nAuthorization: Bearer old\n\n\
         ### orders\nGET {address}/orders\nAuthorization: Bearer other\n\n### open\nGET {address}/open\n"
    );
    let mut program = Program::with(&text);
    program.keys("^R").waits_for("200 OK").shows("access_token of the response").shows("maria");
    program.keys("y").shows("the token in the response").keys("m");
    let copied = update(&mut program.app.model, Message::Key(Key::char('a'))).pop();
    assert!(matches!(copied, Some(Effect::Copy { text, .. }) if text == TOKEN));
    // In one request, which is opened with it.
    program.keys("A").shows("Use the token of this response in").types("me").keys("Enter").shows("press ^R to send");
    assert!(program.text().contains(&format!("/me\nAuthorization: Bearer {TOKEN}")), "{}", program.text());
    program.keys("u");
    assert!(program.text().contains("Bearer old"));
    // In all requests of the file that have an Authorization header.
    program.keys("{ A").shows("all 2 with an Authorization header").keys("Enter").shows("is used in 2 requests");
    let tokens: Vec<bool> = program.app.model.files[0].entries.iter().map(|e| e.editor.text().contains(TOKEN)).collect();
    assert_eq!(tokens, [false, true, true, false]);
    program.keys("u");
    assert!(program.app.model.files[0].entries.iter().all(|e| !e.editor.text().contains(TOKEN)));
}

/// What a server writes as `{{name}}` would be filled from the user's own values: it comes into no request.
#[test]
fn a_variable_that_an_answer_writes_is_put_into_no_request() {
    let body = r#"{"access_token":"{{client_secret}}","token_type":"bearer"}"#;
    let (address, _) = server(vec![("/login", answer("200 OK", "Content-Type: application/json\r\n", body))]);
    let text = format!("@client_secret = mine\n### log in\nPOST {address}/login\n\n### me\nGET {address}/me\nAuthorization: Bearer old\n");
    let mut program = Program::with(&text);
    program.keys("^R").waits_for("200 OK").keys("A").types("me").keys("Enter");
    program.shows("Not used: the token has {{ in it");
    assert!(program.app.model.files[0].entries.iter().all(|entry| !entry.editor.text().contains("Bearer {{")));

    // Neither those that a fix may ask for, nor those of the request itself.
    for name in ["client_secret", "token", "api_key", "own"] {
        let end: &'static str = format!("/end?x={{{{{name}}}}}").leak();
        let (other, _) = server(vec![(end, answer("401 Unauthorized", "WWW-Authenticate: Bearer\r\n", ""))]);
        let (address, _) = server(vec![("/me", answer("302 Found", &format!("Location: {other}{end}\r\n"), ""))]);
        let definitions = "@client_secret = mine\n@token = mine\n@api_key = mine\n@own = mine\n";
        let mut program = Program::with(&format!("{definitions}### me\nGET {address}/me\nAuthorization: Bearer {{{{own}}}}\n"));
        program.keys("^R").waits_for("401 Unauthorized");
        assert_eq!(program.cause(), Some("header-dropped-on-redirect"));
        program.keys("f").shows(&format!("Not applied: the answer wrote {{{{{name}}}}}"));
        assert!(program.text().contains(&format!("GET {address}/me\n")), "{}", program.text());
    }
}

/// An answer may give the path to go on with. What would make another host of the one that is written is not filled in.
#[test]
fn an_answer_leads_no_request_to_another_host() {
    let (evil, stolen) = server(vec![("/x", answer("200 OK", "", ""))]);
    let evil = evil.replace("http://127.0.0.1", "@localhost");
    let next = |next: &str| answer("200 OK", "Content-Type: application/json\r\n", &format!(r#"{{"next":"{next}"}}"#));
    for (next, is_fine) in [(next("/page2"), true), (next(&format!("{evil}/x")), false)] {
        let (address, told) = server(vec![("/list", next), ("/page2", answer("200 OK", "", "the second page"))]);
        let mut program = Program::with(&format!(
            "@base = {address}\n@more = {{{{list.response.body.$.next}}}}\n# @name list\nGET {{{{base}}}}/list\n\n\
             ### more\nGET {{{{base}}}}{{{{more}}}}\nAuthorization: Bearer abcdefgh12345678\n"
        ));
        program.keys("^R").waits_for("200 OK").keys("} ^R");
        told.recv_timeout(Duration::from_secs(5)).expect("the list");
        if is_fine {
            program.waits_for("the second page");
        } else {
            program.shows("would lead to another host").keys("Esc");
            sends_nothing(&mut program, &stolen);
            sends_nothing(&mut program, &told);
        }
    }
}

/// Nor through `Host`, in the place of the scheme, beside another answer, or where `Host` is written.
#[test]
fn no_part_of_a_request_lets_an_answer_choose_the_host() {
    let (evil, stolen) = server(vec![("/x", answer("200 OK", "", ""))]);
    let evil = evil.trim_start_matches("http://").to_string();
    let next = |next: &str| answer("200 OK", "Content-Type: application/json\r\n", &format!(r#"{{"next":"{next}","b":"x"}}"#));
    for (given, request) in [
        (format!("@{evil}"), "GET /x\nHost: 127.0.0.1{{list.response.body.$.next}}\n"),
        (format!("@{evil}"), "GET /x\nHost: http://127.0.0.1{{list.response.body.$.next}}\n"),
        (format!("http://{evil}/x?a="), "GET {{list.response.body.$.next}}://127.0.0.1/x\n"),
        (format!("://{evil}/x?a="), "GET http{{list.response.body.$.next}}://127.0.0.1/x\n"),
        (format!("{evil}/x"), "GET http://{{list.response.body.$.next}}{{list.response.body.$.b}}.good.example/x\n"),
        (format!("http://{evil}/x"), "GET {{list.response.body.$.next}}\nHost: good.example\n"),
    ] {
        let (address, told) = server(vec![("/list", next(&given))]);
        let mut program =
            Program::with(&format!("# @name list\nGET {address}/list\n\n### more\n{request}Authorization: Bearer abcdefgh12345678\n"));
        program.keys("^R").waits_for("200 OK").keys("} ^R");
        told.recv_timeout(Duration::from_secs(5)).expect("the list");
        program.shows("would lead to another host").keys("Esc");
        sends_nothing(&mut program, &stolen);
    }
}

/// The file that is sent as a body is named by who wrote the request.
#[test]
fn an_answer_chooses_no_body_file() {
    let next = answer("200 OK", "Content-Type: application/json\r\n", r#"{"next":"http-client.private.env.json"}"#);
    let (address, told) = server(vec![("/list", next), ("/up", answer("200 OK", "", ""))]);
    let mut program =
        Program::with(&format!("# @name list\nGET {address}/list\n\n### up\nPOST {address}/up\n\n< ./{{{{list.response.body.$.next}}}}\n"));
    program.keys("^R").waits_for("200 OK").keys("} ^R");
    told.recv_timeout(Duration::from_secs(5)).expect("the list");
    program.shows("would choose which file is").keys("Esc");
    sends_nothing(&mut program, &told);
}

/// A reference means the request of that name in its own file: another file with one is offered the token alone.
#[test]
fn a_reference_to_the_answer_is_not_offered_where_its_name_means_another_request() {
    for (name, is_offered) in [("login", false), ("signin", true)] {
        let (address, _) = server(vec![("/login", login())]);
        let first = document(&format!("# @name login\nPOST {address}/login\n"));
        let second = document(&format!(
            "@token = old\n# @name {name}\nPOST {address}/{name}\n\n### me\nGET {address}/me\nAuthorization: Bearer {{{{token}}}}\n"
        ));
        let mut program = Program::open(vec![first, second]);
        program.keys("^R").waits_for("200 OK").keys("A").types("me").keys("Enter").shows("This request uses {{token}}");
        let Some(Overlay::Pasted(question)) = &program.app.model.overlay else { panic!("{}", program.screen()) };
        assert_eq!(question.reference.is_some(), is_offered, "{name}");
    }
}

#[test]
fn the_claims_are_of_the_request_or_of_its_response() {
    let (address, _) = server(vec![("/refresh", login())]);
    let own = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2ln";
    let mut program = Program::with(&format!("### refresh\nPOST {address}/refresh\nAuthorization: Bearer {own}\n"));
    program
        .keys("^R")
        .waits_for("200 OK")
        .keys("4")
        .shows("\"bob\"")
        .hides("\"maria\"")
        .shows("s the token of the request or of the response");
    program.keys("s").shows("\"maria\"").hides("\"bob\"").keys("s").shows("\"bob\"");
}

/// The forms of JetBrains, Visual Studio, REST Client and httpYac; variables of the file may hold them.
#[test]
fn variables_are_filled_from_the_last_answer_of_a_named_request() {
    let forms = [
        ("{{login.response.body.$.data[0].access_token}}", TOKEN),
        ("{{login.response.body.data[0]['access_token']}}", TOKEN),
        ("{{login.response.headers.X-Session}}", "s3ss10n"),
        ("{{login.data[0].access_token}}", TOKEN),
        ("{{kept}}", TOKEN),
    ];
    for (form, value) in forms {
        let (address, told) = server(vec![("/login", login()), ("/me", answer("204 No Content", "", ""))]);
        let text = format!(
            "@kept = {{{{login.response.body.$.data[0].access_token}}}}\n### Log in first\n# @name login\nPOST {address}/login\n\n\
             ### me\nGET {address}/me\nAuthorization: Bearer {form}\n"
        );
        let mut program = Program::with(&text);
        program.keys("^R").waits_for("200 OK").keys("} ^R").waits_for("204 No Content");
        let head = told.iter().nth(1).expect("the second request");
        assert!(head.contains(&format!("Bearer {value}\r\n")), "{form}: {head}");
        // It is written as before, and what it is filled with is a secret.
        assert!(program.text().contains(form));
        program.hides(value);
    }
}

#[test]
fn the_request_that_a_value_comes_from_is_offered_and_sent_first() {
    let (address, told) = server(vec![("/login", login()), ("/me", answer("204 No Content", "", ""))]);
    let text = format!(
        "### me\nGET {address}/me\nAuthorization: Bearer {{{{login.response.body.$.data[0].access_token}}}}\n\n\
         ### login\nPOST {address}/login\n"
    );
    let mut program = Program::with(&text);
    program.keys("^R").shows("Not all variables have a value").shows("“login” can be sent first").hides("choose the environment");
    sends_nothing(&mut program, &told);
    program.keys("Enter").waits_for("204 No Content");
    assert_eq!(program.app.model.entry().map(|e| e.exchange.title()).as_deref(), Some("me"));
    let heads: Vec<String> = told.iter().take(2).collect();
    assert!(heads[0].starts_with("POST /login ") && heads[1].contains(&format!("Bearer {TOKEN}\r\n")), "{heads:?}");
    // With a value there is no question.
    program.keys("^R").hides("Not all variables");
}

#[test]
fn a_credential_that_another_tool_would_make_is_not_sent_as_it_is_written_without_a_yes() {
    let (address, told) = server(vec![("/me", answer("204 No Content", "", ""))]);
    for written in ["AWS AKIDEXAMPLE wJalrXUtnFEMI region:eu-west-1", "Digest ann hunter2", "NTLM corp\\ann hunter2"] {
        let mut program = Program::with(&format!("### me\nGET {address}/me\nAuthorization: {written}\n"));
        program.keys("^R").shows("Written for another tool").shows("as it is written");
        sends_nothing(&mut program, &told);
        program.keys("s").waits_for("204 No Content");
        let head = told.iter().next().expect("the request");
        assert!(head.contains(&format!("Authorization: {written}\r\n")), "{head}");
    }
}

#[test]
fn an_answer_that_is_not_what_would_come_now_is_said_to_be_old() {
    let (address, told) = server(vec![("/login", login()), ("/me", answer("204 No Content", "", ""))]);
    let text =
        format!("### login\nPOST {address}/login\n\n### me\nGET {address}/me\nX: {{{{login.response.body.$.data[0].access_token}}}}\n");
    let mut program = Program::with(&text);
    program.keys("^R").waits_for("200 OK").keys("}").hides("“login”");
    // The login is changed: what was filled in stays, and says so.
    program.keys("{ i Ctrl-End").types("\nX: 1").keys("Esc }").shows("“login” was changed after the answer that is used here");
    program.keys("^R").waits_for("204 No Content");
    assert_eq!(told.iter().take(2).count(), 2);
}

#[test]
fn a_request_with_an_expired_token_of_a_login_offers_to_send_that_first() {
    // `{"sub":"maria","exp":1000000000}`
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtYXJpYSIsImV4cCI6MTAwMDAwMDAwMH0.c2ln";
    let body = format!(r#"{{"access_token":"{token}"}}"#);
    let (address, told) = server(vec![("/login", answer("200 OK", "", &body)), ("/me", answer("204 No Content", "", ""))]);
    let text = format!(
        "@token = {{{{login.response.body.$.access_token}}}}\n### login\nPOST {address}/login\n\n\
         ### me\nGET {address}/me\nAuthorization: Bearer {{{{token}}}}\n"
    );
    let mut program = Program::with(&text);
    program.keys("^R").waits_for("200 OK").keys("}").shows("The token from “login” expired");
    assert_eq!(told.iter().take(1).count(), 1);
    program.keys("^R").shows("An old answer").shows("“login” can be sent first").shows("send it as it is");
    sends_nothing(&mut program, &told);
    program.keys("Enter").waits_for("“login” can be sent first");
    assert!(told.recv().is_ok_and(|head| head.starts_with("POST /login ")));
    program.keys("s").waits_for("204 No Content");
}

#[test]
fn a_login_that_is_refused_ends_there() {
    let (address, told) = server(vec![("/login", answer("401 Unauthorized", "", ""))]);
    let text = format!("### me\nGET {address}/me\nX: {{{{login.response.headers.X-Session}}}}\n\n### login\nPOST {address}/login\n");
    let mut program = Program::with(&text);
    program.keys("^R Enter").waits_for("401 Unauthorized").shows("was not accepted");
    assert_eq!(program.app.model.entry().map(|e| e.exchange.title()).as_deref(), Some("login"));
    assert_eq!(told.iter().take(1).count(), 1);
    sends_nothing(&mut program, &told);
}

#[test]
fn nothing_is_sent_with_variables_that_have_no_value_without_a_yes() {
    let (address, told) = server(vec![("/me", answer("204 No Content", "", ""))]);
    for text in [format!("### a\nGET {address}/me\nX: {{{{nowhere}}}}\n"), format!("### a\nGET {address}/me\n\nbody {{{{nowhere}}}}\n")] {
        let mut program = Program::with(&text);
        program.keys("^R").shows("{{nowhere}} has no value").keys("Esc").hides("Not all variables");
        sends_nothing(&mut program, &told);
        program.keys("^R").hides("send that one first").keys("s").waits_for("204 No Content");
        assert!(told.recv().is_ok());
    }
    let mut program = Program::empty();
    program.pastes(&format!("curl {address}/me -H 'Authorization: Bearer {{{{token}}}}'")).keys("^R").shows("{{token}} has no value");
}

#[test]
fn the_answer_before_can_be_looked_at_again() {
    let refused = answer("401 Unauthorized", "X-First: yes\r\n", "expired: Bearer 0ld-t0ken-0ld");
    let (address, _) = server(vec![("/old", refused), ("/new", answer("200 OK", "X-Second: yes\r\n", "welcome"))]);
    for (width, height) in [(160, 48), (80, 24), (60, 16)] {
        let text = format!("### me\nGET {address}/old\nAuthorization: Bearer 0ld-t0ken-0ld\n");
        let mut program = Program::sized(vec![document(&text)], width, height);
        program.keys("3 s").shows("There is no answer before this one").keys("^R").waits_for("x-first").hides("401 →");
        program.keys("i Ctrl-Home End Backspace Backspace Backspace").types("new").keys("Esc ^R").waits_for("401 → 200");
        program.keys("3").shows("x-second").hides("x-first").shows("s] before");
        program.keys("s").shows("x-first").shows("401 Unauthorized").shows("the answer before").hides("x-second");
        program
            .shows("The verdict is about the newest answer: 200. [s] show it")
            .hides("0ld-t0ken-0ld")
            .keys("/")
            .types("expired")
            .shows("1 of 1")
            .types("-")
            .shows("nothing found in the answer before")
            .keys("Backspace");
        program.keys("Enter Esc s").shows("x-second").hides("x-first");
        // A third answer comes: only the one before it is kept, and the newest is shown.
        program.keys("s ^R").waits_for("200 → 200").shows("x-second").keys("s").shows("x-second").hides("x-first");
    }
}

#[test]
fn a_recorded_answer_can_be_compared_with_that_of_a_send() {
    let (address, _) = server(vec![("/me", answer("204 No Content", "", ""))]);
    let har = format!(
        r#"{{"log":{{"entries":[{{"request":{{"method":"GET","url":"{address}/me","headers":[]}},
        "response":{{"status":401,"statusText":"Unauthorized","headers":[],"content":{{"text":"recorded"}}}}}}]}}}}"#
    );
    let mut program = Program::empty();
    program.pastes(&har).keys("3").shows("recorded").keys("^R").waits_for("401 → 204").hides("recorded");
    program.keys("3 s").shows("recorded").shows("the newest answer: 204");
}

/// Two servers with a login and a resource each, and a folder whose environments `dev` and `staging` name them.
fn two_environments() -> (tempfile::TempDir, [Receiver<String>; 2]) {
    let [(dev, at_dev), (staging, at_staging)] =
        [(); 2].map(|()| server(vec![("/login", login()), ("/me", answer("200 OK", "", "welcome"))]));
    let folder = tempfile::tempdir().expect("a folder");
    let text = "### login\nPOST {{host}}/login\n\n\
                ### me\nGET {{host}}/me\nAuthorization: Bearer {{login.response.body.$.data[0].access_token}}\n";
    fs::write(folder.path().join("a.http"), text).expect("a file");
    let values = format!(r#"{{"dev":{{"host":"{dev}"}},"staging":{{"host":"{staging}"}}}}"#);
    fs::write(folder.path().join("http-client.env.json"), values).expect("a file");
    (folder, [at_dev, at_staging])
}

#[test]
fn an_answer_belongs_to_the_environment_that_it_was_sent_in() {
    let (folder, [_, at_staging]) = two_environments();
    for (width, height) in [(160, 48), (80, 24), (60, 16)] {
        let mut program = Program::sized(load::here(folder.path()), width, height);
        program.keys("v").types("dev").keys("Enter ^R").waits_for("the server accepted").keys("3").hides("from dev");
        program.keys("v").types("stag").keys("Enter").shows("from dev").hides("the server accepted");
        program.keys("5").shows("The answer is from dev");
        // Back where it came from, it is the answer again.
        program.keys("v").types("dev").keys("Enter").shows("the server accepted").hides("from dev");
    }
    assert!(at_staging.try_recv().is_err());
}

#[test]
fn an_answer_belongs_to_the_address_that_it_was_sent_to() {
    let (folder, _) = two_environments();
    let mut program = Program::open(load::here(folder.path()));
    program.keys("v").types("dev").keys("Enter ^R").waits_for("the server accepted");
    program
        .keys("V Enter ^A")
        .types("http://127.0.0.1:1")
        .keys("Enter Esc")
        .shows("The answer is from http://127.0.0.1:")
        .hides("the server accepted");
    program.keys("u").shows("the server accepted");
}

#[test]
fn a_token_from_another_environment_is_not_sent_without_a_question() {
    let (folder, [at_dev, at_staging]) = two_environments();
    let mut program = Program::open(load::here(folder.path()));
    program.keys("v").types("dev").keys("Enter ^R").waits_for("the server accepted").keys("} ^R").waits_for("welcome");
    assert_eq!(at_dev.iter().take(2).count(), 2);
    program.keys("v").types("stag").keys("Enter").shows("The answer to “login” that is used here is from dev");
    program.keys("^R").shows("An old answer").shows("is from dev").shows("“login” can be sent first");
    sends_nothing(&mut program, &at_staging);
    program.keys("Enter").waits_for("the server accepted").waits_for("welcome").hides("from dev");
    let heads: Vec<String> = at_staging.iter().take(2).collect();
    assert!(heads[0].starts_with("POST /login ") && heads[1].starts_with("GET /me "), "{heads:?}");
    sends_nothing(&mut program, &at_dev);
    // And without a question, now that the token is from there.
    program.keys("^R").hides("An old answer");
}

#[test]
fn what_no_environment_changes_keeps_its_answer() {
    let (address, _) = server(vec![("/me", answer("200 OK", "", "welcome"))]);
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.http"), format!("@host = {address}\n### me\nGET {{{{host}}}}/me\nX: {{{{$uuid}}}}\n")).expect("a file");
    fs::write(folder.path().join("http-client.env.json"), r#"{"dev":{"a":"1"},"prod":{"a":"2"}}"#).expect("a file");
    let mut program = Program::open(load::here(folder.path()));
    program.keys("v").types("dev").keys("Enter ^R").waits_for("the server accepted");
    program.keys("^R").waits_for("200 → 200").shows("the server accepted");
}

#[test]
fn a_comparison_says_that_an_answer_is_from_another_environment() {
    let (folder, _) = two_environments();
    let mut program = Program::open(load::here(folder.path()));
    program.keys("v").types("dev").keys("Enter ^R").waits_for("the server accepted");
    program.keys("v").types("stag").keys("Enter } c").types("login").keys("Enter").shows("login (its answer is from dev)");
}

#[test]
fn the_answer_before_is_shown_by_the_key_in_the_title_wherever_one_is() {
    let (address, _) = server(vec![("/a", answer("401 Unauthorized", "", "first")), ("/b", answer("200 OK", "", "second"))]);
    for (width, height) in [(160, 48), (100, 30)] {
        let mut program = Program::sized(vec![document(&format!("### a\nGET {address}/a\n"))], width, height);
        program.keys("^R").waits_for("first").keys("i End Backspace").types("b").keys("Esc ^R").waits_for("second");
        // Size and time come before what the key does.
        let screen = program.screen();
        let title = screen.lines().find(|row| row.contains("401 → 200 OK")).unwrap_or_default();
        assert!(title.find("6 B").is_some_and(|size| Some(size) < title.find("s] before")), "{title}");
        for pane in ["5", "2", "3"] {
            program.keys(pane).shows("s] before").keys("s").shows("first").hides("second").keys("s").shows("second");
        }
        // There the key has another meaning.
        program.keys("4").shows("[3 s] before").keys("3 s").shows("first");
    }
}

#[test]
fn a_variable_in_the_place_of_the_credential_is_not_replaced_by_a_token_without_a_question() {
    let (address, _) = server(vec![("/login", login())]);
    let text = format!(
        "@token = old-0123456789abcdef\n### login\nPOST {address}/login\n\n### me\nGET {address}/me\nAuthorization: Bearer {{{{token}}}}\n\n\
         ### orders\nGET {address}/orders\nAuthorization: Bearer {{{{token}}}}\n"
    );
    let reference = "{{login.response.body.$.data[0].access_token}}";
    for (keys, written, value) in [
        ("Enter", format!("Bearer {reference}"), TOKEN),
        ("v", "Bearer {{token}}".into(), TOKEN),
        ("r", format!("Bearer {TOKEN}"), TOKEN),
        ("Esc", "Bearer {{token}}".into(), "old-0123456789abcdef"),
    ] {
        let mut program = Program::with(&text);
        program.keys("^R").waits_for("200 OK").keys("A").types("me").keys("Enter");
        program.shows("This request uses {{token}}").shows(reference).keys(keys);
        assert!(program.text().ends_with(&format!("Authorization: {written}\n")), "{keys}: {}", program.text());
        let sent = program.app.model.entry().and_then(|e| e.exchange.request.headers.get("authorization").map(String::from));
        assert_eq!(sent, Some(format!("Bearer {value}")), "{keys}");
        if keys != "Esc" {
            program.keys("u");
            assert!(program.text().ends_with("Authorization: Bearer {{token}}\n"), "{keys}");
        }
    }
    // All of the file at once.
    let mut program = Program::with(&text);
    program.keys("^R").waits_for("200 OK").keys("A").shows("all 2 with an Authorization header").keys("Enter Enter");
    let refer: Vec<bool> = program.app.model.files[0].entries.iter().map(|e| e.editor.text().contains(reference)).collect();
    assert_eq!(refer, [false, true, true]);
}

#[test]
fn a_request_without_a_token_in_its_answer_names_the_one_that_has_it() {
    let (address, _) = server(vec![("/login", login())]);
    let mut program = Program::with(&format!("### me\nGET {address}/me\n\n### login\nPOST {address}/login\n"));
    program.keys("A").shows("The response has no token; send the login first");
    program.keys("} ^R").waits_for("200 OK").keys("{ A").shows("“login” has one: press A on it");
}

#[test]
fn on_quitting_it_is_said_that_answers_are_not_kept() {
    let (address, _) = server(vec![("/login", login())]);
    let mut program = Program::with(&format!("### login\nPOST {address}/login\n"));
    program.keys("i End").types("?").keys("Esc q").shows("Unsaved changes").hides("are not kept").keys("Esc u");
    program.keys("^R").waits_for("200 OK").keys("i End").types("?").keys("Esc q").shows("The answers of this session are not kept");
}

/// What is filled from the answer of a request follows its name.
#[test]
fn a_renamed_request_is_still_the_one_that_others_are_filled_from() {
    let text = "### login\nPOST https://h/login\n\n### me\nGET https://h/me\nAuthorization: Bearer {{login.response.body.$.token}}\nX-A: {{login_as}}\n";
    let mut program = Program::open(vec![document(text)]);
    program.keys("1 r ^A").types("signin").keys("Enter").shows("Renamed; references in 1 request changed too");
    let me = |program: &Program| program.app.model.files[0].entries[1].editor.text().to_string();
    assert!(me(&program).contains("{{signin.response.body.$.token}}") && me(&program).contains("{{login_as}}"), "{}", me(&program));
    program.keys("u u");
    assert!(me(&program).contains("{{login.response.body.$.token}}"), "{}", me(&program));
    // No variable can have such a name: they keep the old one, which is said.
    for name in ["}}x{{", "a.response", "me"] {
        let mut program = Program::open(vec![document(text)]);
        program.keys("1 r ^A").types(name).keys("Enter").shows("1 request still uses the answer of “login”");
        assert!(me(&program).contains("{{login.response.body.$.token}}"), "{}", me(&program));
    }
    // A definition may be used by anybody: it is left, which is said.
    let mut program = Program::open(vec![document(&format!("@token = {{{{login.response.body.$.token}}}}\n{text}"))]);
    program.keys("1 r ^A").types("signin").keys("Enter").shows("still uses the answer of “login”");
}

#[test]
fn a_body_is_shown_as_it_was_received() {
    let response = "HTTP/1.1 401 Unauthorized\nContent-Type: application/json\n\n";
    let body = r#"{"error":"invalid_token","error_description":"jwt expired","id_token":"c4n4ry-t0ken-1234567890"}"#;
    let mut program = Program::sized(Vec::new(), 160, 48);
    program.pastes(&format!("GET /me HTTP/1.1\nHost: h.example\nAuthorization: Bearer x7Qw9LmX2nZ8vTbR4\n\n{response}{body}\n"));
    program.keys("3").shows(r#"  "error": "invalid_token","#);
    program.keys("r").shows(r#"{"error":"invalid_token","error_description":"#).shows("· as received").hides("c4n4ry");
    program.keys("/").types("jwt exp").shows("1 of 1").keys("Enter Esc");
    program.keys("r").shows(r#"  "error": "invalid_token","#).hides("· as received");
    let mut program = Program::sized(Vec::new(), 160, 48);
    program.pastes(&format!("GET /me HTTP/1.1\nHost: h.example\n\n{}plain words\n", response.replace("json", "text")));
    program.keys("3 r").shows("Only JSON is laid out").shows("plain words");
}
