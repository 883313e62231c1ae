//! Anything that is pasted anywhere outside of text becomes a request.

use std::fs;

use authtui::domain::limits::MAX_PASTE;
use authtui::io::load;

use crate::keys::harness::{EXPIRED, Program, refused};

#[test]
fn a_curl_command() {
    let mut program = Program::empty();
    program.pastes(&format!("curl -s 'https://api.example.com/v1/users' -H 'Authorization: Bearer {EXPIRED}'"));
    assert!(program.text().starts_with("GET https://api.example.com/v1/users\n"), "{}", program.text());
    assert!(program.cause().is_some());
}

#[test]
fn line_ends_as_terminals_send_them() {
    let mut program = Program::empty();
    program.pastes("curl https://api.example.com/v1/users \\\r  -H 'X-A: b'");
    assert_eq!(program.text(), "GET https://api.example.com/v1/users\nX-A: b\n");
}

#[test]
fn what_a_paste_does_not_carry_over_is_listed() {
    let mut program = Program::empty();
    program.pastes("curl --cert client.pem https://api.example.com/me").shows("left out, or read otherwise").shows("--cert");
    program.keys("Esc").hides("left out, or read otherwise");
}

#[test]
fn what_only_changes_the_output_of_a_command_opens_no_dialog() {
    let mut program = Program::empty();
    program
        .pastes("curl -sSi -o out.json -w '%{http_code}' https://api.example.com/me | jq .")
        .shows("Pasted 1 request")
        .hides("left out, or read otherwise");
    let mut program = Program::empty();
    program
        .pastes("curl -s --cert client.pem https://api.example.com/me")
        .shows("left out, or read otherwise")
        .shows("--cert")
        .hides("-s (--silent)");
}

#[test]
fn a_raw_request_with_its_answer() {
    let mut program = Program::empty();
    program.pastes(&refused("Bearer undefined")).shows("401 Unauthorized");
    assert_eq!(program.cause(), Some("credential-placeholder"));
}

#[test]
fn an_entry_of_a_har() {
    let mut program = Program::empty();
    program.pastes(
        r#"{"request":{"method":"GET","url":"https://api.example.com/me","httpVersion":"HTTP/1.1","headers":[],"queryString":[],"cookies":[],"headersSize":-1,"bodySize":-1},
            "response":{"status":401,"statusText":"Unauthorized","httpVersion":"HTTP/1.1","headers":[{"name":"WWW-Authenticate","value":"Bearer"}],"cookies":[],"content":{"size":0,"mimeType":""},"redirectURL":"","headersSize":-1,"bodySize":-1},
            "startedDateTime":"2026-11-23T07:22:41Z","time":1,"cache":{},"timings":{}}"#,
    );
    assert_eq!(program.cause(), Some("authorization-missing"));
}

#[test]
fn a_token_alone() {
    let mut program = Program::empty();
    program.pastes(EXPIRED).shows("Claims").shows("user-42");
    assert!(program.text().contains(&format!("Authorization: Bearer {EXPIRED}")));
}

#[test]
fn requests_of_an_http_file() {
    let mut program = Program::empty();
    program.pastes("### one\nGET https://h/1\n\n### two\nGET https://h/2\n").shows("Pasted 2 requests").shows("two");
}

#[test]
fn a_paste_comes_beside_a_request_that_was_touched() {
    let mut program = Program::with("### mine\nGET https://h/mine\n");
    program.pastes("curl https://h/other");
    assert_eq!(program.app.model.request_count(), 2);
    program.keys("{").shows("mine");
}

#[test]
fn what_cannot_be_read_is_named_with_its_place_and_nothing_is_lost() {
    let mut program = Program::with("### mine\nGET https://h/mine\n");
    program.pastes("{\"log\": {\"entries\": [").shows("could not be read").shows("line 1, column");
    program.keys("Esc");
    assert_eq!(program.text(), "GET https://h/mine\n");
}

#[test]
fn hostile_text_is_shown_and_does_nothing() {
    let mut program = Program::empty();
    program.pastes("GET https://h/ HTTP/1.1\nX-Evil: a\u{1b}]52;c;eA==\u{7}b\u{202e}c\n\n").keys("2");
    program.shows("a␛]52").shows("\\u{202e}");
    let cells = program.buffer().content();
    assert!(cells.iter().all(|cell| !cell.symbol().chars().any(char::is_control)));
}

#[test]
fn what_is_not_carried_over_stands_in_nobodys_way() {
    let mut program = Program::empty();
    program.pastes("curl --cert client.pem https://api.example.com/me -H 'Authorization: Bearer undefined'");
    program
        .shows("left out, or read otherwise")
        .shows("Most likely")
        .keys("Enter")
        .shows("How to fix it")
        .hides("left out, or read otherwise");
}

#[test]
fn a_line_without_a_colon_stays_in_the_pasted_request() {
    let mut program = Program::empty();
    program.pastes("GET https://h/a\nX-Foo: bar\nAuthorization Bearer abc.def\n").shows("line 3: this line has no colon");
    assert!(program.text().contains("Authorization Bearer abc.def"), "{}", program.text());
}

#[test]
fn a_paste_that_is_too_long_is_refused_by_name() {
    let mut program = Program::with("### mine\nGET https://h/mine\n");
    program.pastes(&"q".repeat(MAX_PASTE + 1)).shows("The paste is larger than 16 MiB");
    program.keys("i").pastes(&"q".repeat(MAX_PASTE + 1)).shows("The paste is larger than 16 MiB");
    assert_eq!(program.text(), "GET https://h/mine\n");
}

/// Texts of requests with all that the format keeps around them.
const AROUND: [&str; 5] = [
    "### named\n# a comment to keep\n# @no-log\n@v = 5\nPOST http://127.0.0.1:1/{{v}}\n\nbody\n\n> {% client.test(\"x\") %}\n",
    "### of all\n@host = h.example\n\n### one\n# first\nGET https://{{host}}/{{v}}\n\n### two\n< {% let x = 1 %}\nGET https://{{host}}/2\nX : 1\n",
    "###\n// @name login\nGET https://h.example/a\n# between\nX-A: b\n\n>> out.json\n<> missing.json\n\n# behind\n\n### nothing here\n",
    "###\nimport other.http\n\n### a\nGET https://h.example\n    /a\n    ?b={{$timestamp}}\n",
    "### late\nGET https://{{below}}/\n\n### defines\n@below = h.example\nGET https://h.example/\n",
];

/// What is pasted is saved as it was written, into a new file or behind what a file holds.
#[test]
fn a_pasted_text_of_requests_is_saved_with_all_that_is_around_them() {
    for text in AROUND {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new.http");
        let mut program = Program::empty();
        program.pastes(text).keys("Esc S ^A").types(&path.display().to_string()).keys("Enter").waits_for("saved");
        assert_eq!(fs::read_to_string(&path).expect("the file"), text);
        let here = "### mine\n@v = 7\nGET https://h.example/mine\n";
        fs::write(&path, here).expect("a file");
        let mut program = Program::open(load::here(folder.path()));
        program.pastes(text).keys("Esc ^S").waits_for("saved");
        assert_eq!(fs::read_to_string(&path).expect("the file"), format!("{here}\n{text}"));
        program.keys("i Ctrl-End").types("\nX-Z: 1").keys("Esc ^S").waits_for("saved");
        let edited = fs::read_to_string(&path).expect("the file");
        assert!(text.lines().all(|line| edited.contains(line)), "{edited}");
    }
}

/// Variables are edited as they are written, and filled in as they will be once the file is saved.
#[test]
fn the_variables_of_a_pasted_text_are_its_own_first() {
    let url = |program: &Program| program.app.model.entry().map(|e| e.exchange.request.url.clone()).unwrap_or_default();
    for (at, text) in AROUND.into_iter().enumerate() {
        let mut program = Program::with("### mine\n@v = 7\n@host = wrong.example\nGET https://h.example/mine\n");
        program.pastes(text).keys("Esc");
        let pasted = url(&program);
        match at {
            0 => assert!(pasted == "http://127.0.0.1:1/5" && program.text().contains("/{{v}}"), "{pasted}"),
            1 => assert!(pasted == "https://h.example/7" && program.text().contains("{{host}}/{{v}}"), "{pasted}"),
            4 => assert_eq!(pasted, "https://h.example/"),
            _ => assert!(!pasted.contains("{{"), "{pasted}"),
        }
        // It is the same after an edit, and after undo and redo of the paste.
        program.keys("i Ctrl-End").types("\nX-Z: 1").keys("Esc");
        assert!(at == 3 || url(&program) == pasted, "{at}");
    }
    let mut program = Program::empty();
    program.pastes(AROUND[0]).keys("Esc");
    assert_eq!(url(&program), "http://127.0.0.1:1/5");
}

#[test]
fn an_empty_request_with_a_name_or_expectations_does_not_make_room_for_a_paste() {
    for keys in ["1 r ^A", "e"] {
        let mut program = Program::empty();
        program.keys("n Esc").keys(keys).types("kept").keys("Enter");
        let before = program.app.model.request_count();
        program.pastes("curl https://h.example/other").keys("Esc");
        assert_eq!(program.app.model.request_count(), before + 1, "{keys}");
    }
}

/// Blanks around the parts of a header are written once, however often the request is edited and saved.
#[test]
fn blanks_around_a_header_stay_as_they_were_typed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    fs::write(&path, "### a\n@v = 1\nGET https://h.example/{{v}}\n\n### b\n@v = 2\nGET https://h.example/{{v}}\n").expect("a file");
    let mut program = Program::open(load::here(folder.path()));
    program.keys("} i Ctrl-End").pastes("\nX : 1\nY:  2").keys("Esc ^S").waits_for("saved");
    for _ in 0..2 {
        program.keys("i Ctrl-End").types("\nZ: 3").keys("Esc ^S").waits_for("saved");
        let saved = fs::read_to_string(&path).expect("the file");
        assert!(saved.contains("\nX : 1\nY:  2\nZ: 3\n"), "{saved}");
    }
    // What a request sees is what is defined up to its own place.
    let entry = program.app.model.entry().expect("a request");
    assert_eq!(entry.exchange.request.url, "https://h.example/2");
}

/// A second token, which has not expired.
const FRESH: &str =
    "eyJhbGciOiJIUzI1NiIsImtpZCI6IjIwMjQtMDciLCJ0eXAiOiJKV1QifQ.eyJzdWIiOiJ1c2VyLTQyIiwiZXhwIjo0MTAyNDQ0ODAwfQ.c2lnbmF0dXJlMg";

#[test]
fn a_fresh_token_takes_the_place_of_the_old_one_wherever_that_is() {
    let cases = [
        ("Authorization: Bearer {old}", "{new}", "Authorization: Bearer {new}"),
        ("Authorization: Bearer {old}", "Bearer {new}", "Authorization: Bearer {new}"),
        ("Authorization: Bearer {old}", "Authorization: Bearer {new}\n", "Authorization: Bearer {new}"),
        ("authorization: Bearer \"{old}\"", "{new}", "authorization: Bearer {new}"),
        ("Authorization: DPoP {old}", "{new}", "Authorization: DPoP {new}"),
        ("Authorization: Basic dTpw", "{new}", "Authorization: Bearer {new}"),
        ("Authorization: {old}", "Basic dTpwMg==", "Authorization: Basic dTpwMg=="),
        ("Authorization:", "{new}", "Authorization: Bearer {new}"),
        ("X-Api-Key: k3y-0123456789abcdef", "{new}", "X-Api-Key: {new}"),
        ("Cookie: a=b; session={old}", "{new}", "Cookie: a=b; session={new}"),
        ("Accept: */*", "{new}", "Accept: */*\nAuthorization: Bearer {new}"),
    ];
    for (before, pasted, after) in cases {
        let filled = |text: &str| text.replace("{old}", EXPIRED).replace("{new}", FRESH);
        let mut program = Program::with(&format!("### a\nGET https://h.example/\n{}\n\nbody\n", filled(before)));
        let text = program.text();
        program.pastes(&filled(pasted)).shows("A token was pasted").keys("Enter").shows("press ^R to send");
        assert_eq!(program.text(), format!("GET https://h.example/\n{}\n\nbody\n", filled(after)).replace("body\n", "body"), "{before}");
        assert_eq!(program.app.model.request_count(), 1);
        program.keys("u");
        assert_eq!(program.text(), text, "{before}");
    }
}

#[test]
fn a_pasted_token_takes_the_place_of_a_variable_only_in_the_request_if_that_is_wanted() {
    let mut program = Program::with("@token = old-token-0123456789\n### a\nGET https://h.example/\nAuthorization: Bearer {{token}}\n");
    program.pastes(FRESH).shows("This request uses {{token}}, which its file defines.").keys("r");
    assert_eq!(program.text(), format!("GET https://h.example/\nAuthorization: Bearer {FRESH}\n"));
}

#[test]
fn a_pasted_token_replaces_the_value_of_a_variable_where_that_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let read = |name: &str| fs::read_to_string(path(name)).unwrap_or_default();
    let request = |token: &str| {
        format!("### a\nGET https://h.example/\nAuthorization: {token}\n\n### b\nGET https://h.example/b\nX-Token: {{{{token}}}}\n")
    };
    let env = format!("{{\"dev\": {{\"token\": \"{EXPIRED}\"}}}}");
    for (name, before, header) in [
        ("a.http", format!("# mine\n@token = {EXPIRED}\n\n{}", request("Bearer {{token}}")), "Bearer {{token}}"),
        ("a.http", format!("@token = Bearer {EXPIRED}\n@whole = {{{{token}}}}\n{}", request("{{whole}}")), "{{whole}}"),
        ("http-client.env.json", env.clone(), "Bearer {{token}}"),
        ("http-client.private.env.json", env, "Bearer {{token}}"),
        (".env", format!("# c\ntoken={EXPIRED}\n"), "Bearer {{$dotenv token}}"),
    ] {
        for name in ["http-client.env.json", "http-client.private.env.json", ".env"] {
            let _ = fs::remove_file(path(name));
        }
        fs::write(path("a.http"), request(header)).expect("a file");
        fs::write(path(name), &before).expect("a file");
        let mut program = Program::open(load::here(folder.path()));
        let sent =
            |program: &Program| program.app.model.entry().and_then(|e| e.exchange.request.headers.get("authorization")).map(String::from);
        let text = program.text();
        program.pastes(FRESH).shows("This request uses {{token}}").shows("replace the value of the variable").keys("Enter");
        program.shows("is the pasted token");
        assert_eq!(sent(&program), Some(format!("Bearer {FRESH}")), "{name}");
        assert_eq!(program.text(), text, "the request is as it is written");
        program.keys("u").shows("Undone");
        assert_eq!(sent(&program), Some(format!("Bearer {EXPIRED}")), "{name}");
        assert!(program.app.model.unsaved().is_empty(), "{name}");
        program.keys("^Y ^S").waits_for(&format!("{name} saved"));
        assert_eq!(read(name), before.replace(EXPIRED, FRESH), "{name}");
    }
}

#[test]
fn a_variable_that_a_login_fills_is_not_replaced() {
    let text = "@token = {{login.response.body.$.t}}\n### a\nGET https://h.example/\nAuthorization: Bearer {{token}}\n\n### login\nPOST https://h.example/l\n";
    Program::with(text).pastes(FRESH).hides("replace the value").shows("use it as this request's credential");
}

#[test]
fn a_call_in_a_program_is_a_request() {
    let python =
        format!("import requests\nr = requests.delete(\"https://h.example/v1/a\", headers={{\"Authorization\": \"Bearer {FRESH}\"}})\n");
    let fetch = format!("await fetch('https://h.example/v1/a', {{ method: 'DELETE', headers: {{ Authorization: 'Bearer {FRESH}' }} }});");
    for text in [python, fetch] {
        let mut program = Program::empty();
        program.pastes(&text).shows("Pasted 1 request");
        assert_eq!(program.text().trim_end(), format!("DELETE https://h.example/v1/a\nAuthorization: Bearer {FRESH}"), "{text}");
    }
}

/// A token, a credential or an address in a text of another kind is a question, not a sentence.
#[test]
fn what_is_in_a_pasted_text_of_another_kind_is_offered() {
    let go = format!(
        "req, _ := http.NewRequest(\"DELETE\", \"https://h.example/v1/a\", nil)\nreq.Header.Set(\"Authorization\", \"Bearer {FRESH}\")\n"
    );
    let axios = format!(
        "AxiosError: Request failed with status code 401\n  config: {{\n    url: 'https://h.example/v1/a',\n    method: 'delete',\n    headers: {{ Authorization: 'Bearer {FRESH}' }}\n"
    );
    let log = format!("2026-11-23 07:22:41 WARN rejected DELETE https://h.example/v1/a 401 token={FRESH} client=7");
    let file = format!("### a\nGET https://h.example/\nAuthorization: Bearer {EXPIRED}\n");
    for (width, height) in [(160, 48), (80, 24)] {
        for text in [&go, &axios, &log] {
            let program = || Program::sized(vec![crate::keys::harness::document(&file)], width, height);
            let mut looked = program();
            looked.pastes(text).shows("A token is in this text").shows("look at the token").hides(FRESH).keys("Enter");
            looked.hides("A token is in this text").shows("user-42");
            let mut used = program();
            used.pastes(text).keys("r").shows("press ^R to send");
            assert!(used.text().ends_with(&format!("Authorization: Bearer {FRESH}\n")), "{}", used.text());
            used.keys("u");
            assert!(used.text().contains(EXPIRED));
            let mut made = program();
            made.pastes(text).keys("n").shows("Made from the text");
            assert_eq!(made.text(), format!("DELETE https://h.example/v1/a\nAuthorization: Bearer {FRESH}\n"), "{text}");
            let mut dropped = program();
            dropped.pastes(text).keys("Esc").hides("A token is in this text");
            assert_eq!(dropped.app.model.request_count(), 1);
        }
    }
    // Onto nothing there is no credential to replace, and an address alone is a request.
    Program::empty().pastes(&go).shows("A token is in this text").hides("as this request's credential");
    let mut program = Program::empty();
    program.pastes("warn: 401 for https://h.example/v1/a").shows("An address is in this text").keys("Enter");
    assert_eq!(program.text(), "GET https://h.example/v1/a\n");
    Program::empty().pastes("nothing of interest, only words").shows("could not be read");
}

#[test]
fn all_requests_of_a_file_with_the_same_credential_get_the_fresh_one_and_lose_it_together() {
    let request = |name: &str, token: &str| format!("### {name}\nGET https://h.example/{name}\nAuthorization: Bearer {token}\n\n");
    let text = [request("a", EXPIRED), request("b", "another-token-0123456789"), request("c", EXPIRED)].concat();
    let mut program = Program::with(&text);
    let tokens = |program: &Program| {
        let entries = &program.app.model.files[0].entries;
        entries.iter().map(|e| e.editor.text().contains(FRESH)).collect::<Vec<_>>()
    };
    program.pastes(FRESH).shows("in all requests of this file").keys("f").shows("is used in 2 requests");
    assert_eq!(tokens(&program), [true, false, true]);
    program.keys("u");
    assert_eq!(tokens(&program), [false; 3]);
    program.keys("^Y");
    assert_eq!(tokens(&program), [true, false, true]);
    // A request whose credential nobody shares is the only one.
    Program::with(&request("a", EXPIRED)).pastes(FRESH).hides("in all requests of this file");
}

#[test]
fn a_pasted_token_can_be_a_new_request_or_looked_at_or_dropped() {
    let file = format!("### a\nGET https://h.example/\nAuthorization: Bearer {EXPIRED}\n");
    let mut program = Program::with(&file);
    program.pastes(FRESH).keys("n").shows("Pasted 1 request");
    assert_eq!(program.text(), format!("GET \nAuthorization: Bearer {FRESH}\n"));
    let mut program = Program::with(&file);
    program.pastes(FRESH).keys("l").shows("looked at").shows("user-42");
    assert_eq!((program.app.model.files[0].entries.len(), program.app.model.unsaved().len()), (1, 0));
    program.keys("q");
    assert_eq!(program.end, Some(authtui::io::run::ExitReason::Quit), "what is only looked at is in no one's way");
    let mut program = Program::with(&file);
    let text = program.text();
    program.pastes(FRESH).keys("Esc").hides("A token was pasted");
    assert_eq!((program.text(), program.app.model.request_count()), (text, 1));
}

#[test]
fn a_paste_over_a_question_does_not_answer_it() {
    let mut program = Program::with("### a\nGET https://h.example/\n\n### b\nGET https://h.example/b\n");
    for (keys, question) in [("1 D", "Delete the request?"), ("i x Esc q", "Unsaved changes")] {
        program.keys(keys).shows(question);
        let before = program.app.model.request_count();
        program.pastes("curl https://h.example/other").shows(question).shows("answer the question first");
        assert_eq!(program.app.model.request_count(), before);
        program.keys("Esc");
    }
}

#[test]
fn a_pasted_token_leaves_the_rest_of_the_definition_as_it_is() {
    const OLD: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJvbGQifQ.c2lnbmF0dXJl";
    for line in ["@token = OLD   # keep me", "@token = OLD // c", "@token = x OLD y", "@token = \"OLD\""] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.http");
        let text = format!("{line}\n\n### one\nGET https://h.example/\nAuthorization: Bearer {{{{token}}}}\n");
        fs::write(&path, text.replace("OLD", OLD)).expect("a file");
        let mut program = Program::open(load::here(folder.path()));
        program.pastes(EXPIRED).shows("replace the value of the variable").keys("Enter ^S").waits_for("a.http saved");
        assert_eq!(fs::read_to_string(&path).expect("the file"), text.replace("OLD", EXPIRED));
    }
}

/// What is pasted stands before the definition, so its number grows when that is saved.
#[test]
fn undo_gives_the_older_value_to_the_variable_that_had_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    let text = format!(
        "### a\nGET https://h.example/a\n\n### b\n@token = {EXPIRED}\nGET https://h.example/b\nAuthorization: Bearer {{{{token}}}}\n"
    );
    fs::write(&path, &text).expect("a file");
    let mut program = Program::open(load::here(folder.path()));
    program.keys("Esc 1 j").pastes(FRESH).shows("replace the value of the variable").keys("Enter");
    program.keys("1 k").pastes("@key = k3y\n### c\nGET https://c.example/{{key}}\n").keys("^S").waits_for("saved");
    let saved = fs::read_to_string(&path).expect("the file");
    assert!(saved.contains(&format!("@token = {FRESH}")) && saved.contains("@key = k3y"), "{saved}");
    program.keys("u u ^S").waits_for("saved");
    let saved = fs::read_to_string(&path).expect("the file");
    assert!(saved.contains(&format!("@token = {EXPIRED}")) && !saved.contains(&format!("@key = {EXPIRED}")), "{saved}");
}

/// `{"sub":"new"}`.
const NEW: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJuZXcifQ.bmV3c2lnbmF0dXJl";

#[test]
fn a_token_that_is_pasted_at_a_credential_while_typing_takes_its_place() {
    for (keys, pasted) in
        [("i Ctrl-End ↑ End", NEW.to_string()), ("i Ctrl-End ↑ End ← ←", format!("{NEW}\n")), ("i Ctrl-End ↑ End", format!("Bearer {NEW}"))]
    {
        let mut program = Program::with(&format!("### a\nGET https://h.example/\nAuthorization: Bearer {EXPIRED}\n"));
        let before = program.text();
        program.keys(keys).pastes(&pasted).shows("in the place of the old one; ^Z undoes it");
        assert_eq!(program.text(), before.replace(EXPIRED, NEW), "{keys}");
        program.keys("^Z");
        assert_eq!(program.text(), before, "{keys}");
    }
}

#[test]
fn what_is_pasted_elsewhere_or_is_no_token_is_inserted() {
    let text = format!("### a\nGET https://h.example/\nAuthorization: Bearer {EXPIRED}\nX-Other: \n");
    for (keys, pasted) in [("i Ctrl-Home End", NEW), ("i Ctrl-Home ↓ End", "abc def")] {
        let mut program = Program::with(&text);
        program.keys(keys).pastes(pasted);
        assert!(program.text().contains(EXPIRED) && program.text().contains(pasted), "{keys}: {}", program.text());
    }
}

#[test]
fn a_token_that_is_pasted_at_a_variable_while_typing_asks_as_elsewhere() {
    let mut program = Program::with(&format!("@token = {EXPIRED}\n### a\nGET https://h.example/\nAuthorization: Bearer {{{{token}}}}\n"));
    program.keys("i Ctrl-End ↑ End").pastes(NEW).shows("replace the value of the variable").keys("Enter");
    assert!(program.text().contains("Bearer {{token}}"));
}

#[test]
fn a_token_that_is_pasted_into_a_value_with_one_takes_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.http"), "### a\nGET https://h.example/\nAuthorization: Bearer {{token}}\n").expect("a file");
    let path = folder.path().join("http-client.env.json");
    std::fs::write(&path, format!(r#"{{"dev":{{"token":"{EXPIRED}"}}}}"#)).expect("a file");
    let mut program = Program::open(authtui::io::load::here(folder.path()));
    // While it is edited no more of it is seen than elsewhere.
    program.keys("V Enter").hides(&EXPIRED[EXPIRED.len() - 8..]).pastes(NEW).hides(&NEW[NEW.len() - 8..]);
    program.shows("in the place of the old one").keys("^Z").pastes(NEW).keys("Enter ^S").waits_for("http-client.env.json saved");
    let saved = std::fs::read_to_string(&path).expect("the file");
    assert_eq!(saved, format!(r#"{{"dev":{{"token":"{NEW}"}}}}"#));
    program.keys("u Esc").shows("http-client.env.json*");
    // A host beside it is text like any other.
    let mut program = Program::with(&format!("@host = https://h\n### a\nGET {{{{host}}}}/\nAuthorization: Bearer {EXPIRED}\n"));
    program.keys("i Ctrl-Home End").pastes("/x");
    assert!(program.text().contains("/x"));
}

#[test]
fn a_variable_that_holds_the_same_credential_stays() {
    let request = |name: &str, token: &str| format!("### {name}\nGET https://h/{name}\nAuthorization: Bearer {token}\n\n");
    let old = "x7Qw9LmX2nZ8vTbR4";
    let mut program = Program::with(&format!("@tok = {old}\n\n{}{}{}", request("a", old), request("b", "{{tok}}"), request("c", old)));
    program.pastes("Bearer zY8wVu5sRq98765k2").keys("f").shows("is used in 2 requests");
    program.keys("> 2").shows("Bearer {{tok}}").keys("5 > 2");
    assert_eq!(program.text(), "GET https://h/c\nAuthorization: Bearer zY8wVu5sRq98765k2\n");
}
