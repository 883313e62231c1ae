//! `authtui export` from outside: what it writes, byte for byte, and how it ends.

use std::fs;
use std::process::{Output, Stdio};

use tempfile::TempDir;

fn export(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut program = crate::program();
    program.arg("export").args(arguments).current_dir(folder.path()).stdin(Stdio::null()).output().expect("the program runs")
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("text")
}

#[test]
fn a_body_is_written_byte_for_byte() {
    let folder = TempDir::new().expect("a folder");
    let written = text(export(&folder, &["curl https://h.example/a -F a=b", "--as", "curl", "--reveal"]).stdout);
    assert!(written.contains("\r\n\r\nb\r\n") && !written.contains("\\r"), "{written}");
    let written = text(export(&folder, &["curl https://h.example/a -d 'a\u{200b}b'", "--as", "python", "--reveal"]).stdout);
    assert!(written.contains("a\\u200bb"), "{written}");
}

#[test]
fn one_request_of_a_file_is_written_by_its_name() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("a.http"), "### one\nGET https://h.example/1\n\n### two\nGET https://h.example/2\n").expect("a file");
    let one = export(&folder, &["a.http#two", "--as", "curl"]);
    let written = text(one.stdout);
    assert!(one.status.success() && written.contains("/2") && !written.contains("/1"), "{written}");
    let none = export(&folder, &["a.http#three", "--as", "curl"]);
    assert_eq!((none.status.code(), none.stdout.len()), (Some(2), 0));
    assert!(text(none.stderr).contains("no request is named \"three\""));
}

#[test]
fn what_is_wrong_is_said_once_and_without_its_secrets() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("a.http"), "### one\nGET https://h.example/1\n").expect("a file");
    fs::write(folder.path().join("b.http"), b"GET https://h.example/\nX: \xff\n").expect("a file");
    let folder_with_a_broken_file = export(&folder, &[".", "--as", "curl"]);
    assert_eq!(folder_with_a_broken_file.status.code(), Some(2));
    assert!(text(folder_with_a_broken_file.stdout).contains("https://h.example/1"));
    assert!(text(folder_with_a_broken_file.stderr).contains("b.http: line 2, column 4"));
    let no_environment = export(&folder, &["a.http", "--as", "curl", "--env", "nosuch"]);
    assert_eq!(no_environment.status.code(), Some(2));
    for command in ["export", "check"] {
        let canary = "curl https://h.example/ -H 'Authorization: Bearer CANARY-0123456789abcdef' --bogus";
        let mut program = crate::program();
        program.args([command, canary]).stdin(Stdio::null());
        if command == "export" {
            program.args(["--as", "curl"]);
        }
        let said = text(program.output().expect("the program runs").stderr);
        assert!(!said.contains("CANARY") && said.matches("--bogus").count() == 1, "{command}: {said}");
    }
}

#[test]
fn a_recording_of_what_was_never_sent_has_the_time_at_which_it_was_written() {
    let folder = TempDir::new().expect("a folder");
    let written = text(export(&folder, &["curl https://h.example/a", "--as", "har"]).stdout);
    assert!(written.contains("startedDateTime") && !written.contains("1970-"), "{written}");
}

/// There it would stand for the text of that file.
#[test]
fn a_body_that_an_http_file_would_take_for_a_file_is_not_written_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = export(&folder, &["curl https://h.example/ --data-raw '< ./.env'", "--as", "http"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(refused.stderr).contains("line 1 of the body names a file"));
    assert!(text(export(&folder, &["curl https://h.example/ --data-raw '< ./.env'", "--as", "curl"]).stdout).contains("< ./.env"));
}

#[test]
fn a_page_for_the_team_says_what_each_request_needs() {
    let folder = TempDir::new().expect("a folder");
    let requests = "### users\n# @auth oauth2 token_url=https://login.example/token client_id=cli client_secret={{secret}} scope=\"read write\" cache_key=main\n\
                    # @expect-audience https://api.example\n# @expect-issuer https://login.example/\n# @expect-scope read\n# @expect-status 200, 204\n\
                    GET https://{{host}}/v1/users?api_key=s3cr3tk3y\nAuthorization: Bearer {{$auth.token(\"main\")}}\nX-API-Key: s3cr3tk3y1234\n\
                    Cookie: session=s3cr3ts3cr3t\n\n### plain\nGET https://api.example/\n";
    fs::write(folder.path().join("a.http"), requests).expect("a file");
    let page = text(export(&folder, &["a.http", "--as", "markdown"]).stdout);
    for row in [
        "## users\n\n| it needs | |\n|---|---|\n",
        "| credential | Bearer in `Authorization`; `X-API-Key` in the header; cookies `session`; `api_key` in the query |",
        "| audience | `https://api.example` |",
        "| issuer | `https://login.example/` |",
        "| scopes | `read` |",
        "| token | by client credentials from `https://login.example/token`, as the client `cli` with its secret, for the scopes `read write` |",
        "| status | `200` or `204` |",
        "## plain\n\n```http\nGET https://api.example/\n```",
    ] {
        assert!(page.contains(row), "{row}\n{page}");
    }
    assert!(page.contains("`host`") && page.contains("`secret`"), "{page}");
    assert!(!page.contains("s3cr3t"), "{page}");
}

#[test]
fn a_request_whose_body_is_in_a_file_that_is_not_read_is_not_written_for_another_tool() {
    let folder = TempDir::new().expect("a folder");
    let text_of = "### outside\nPOST https://h.example/1\n\n< /etc/passwd\n\n### part\nPOST https://h.example/2\nContent-Type: multipart/form-data; \
                   boundary=b\n\n--b\nContent-Disposition: form-data; name=\"f\"\n\n< ./missing\n--b--\n\n### good\nGET https://h.example/3\n";
    fs::write(folder.path().join("a.http"), text_of).expect("a file");
    for format in ["curl", "httpie", "wget", "fetch", "python", "powershell", "har", "postman"] {
        let output = export(&folder, &["a.http", "--as", format, "--reveal"]);
        let (code, said, written) = (output.status.code(), text(output.stderr), text(output.stdout));
        assert!(said.contains("“outside” is not written: ") && said.contains("“part” is not written: "), "{format}: {said}");
        assert!(code == Some(2) && !written.contains("/etc/passwd") && !written.contains("missing"), "{format}: {written}");
        assert!(written.contains("h.example/3"), "{format}: {written}");
    }
    let output = export(&folder, &["a.http#outside", "--as", "curl"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
}
