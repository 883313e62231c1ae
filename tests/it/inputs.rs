//! Texts as people have them, one for each thing that is easily misread: what is read of each, and what is said about it.
//!
//! A request is written as its method and address, then a line for each header, an empty line and the body; ` -> 401` behind the
//! address is a recorded answer.

use std::path::{Path, PathBuf};
use std::process::Output;

use authtui::domain::exchange::Exchange;
use authtui::formats::ParsedInput;
use authtui::formats::detect::read_any;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inputs")
}

fn read(name: &str) -> Result<ParsedInput, String> {
    let text = std::fs::read_to_string(folder().join(name)).expect(name);
    read_any(&text, name).map_err(|why| why.to_string())
}

fn shown(exchange: &Exchange) -> String {
    let request = &exchange.request;
    let mut text = format!("{} {}", request.method, request.url);
    if let Some(answer) = &exchange.answer {
        text.push_str(&format!(" -> {}", answer.status));
    }
    for (_, header) in request.headers.iter() {
        text.push_str(&format!("\n{}: {}", header.name, header.value));
    }
    if !request.body.is_empty() {
        text.push_str(&format!("\n\n{}", request.body.as_str()));
    }
    text
}

/// File, the requests in it, and words of what is said.
type Row = (&'static str, &'static [&'static str], &'static [&'static str]);

const BEARER: &str = "GET https://api.example.com/a\nAuthorization: Bearer abcdefghijkl";

/// curl commands.
const COMMANDS: &[Row] = &[
    ("curl-curly-quotes.txt", &[BEARER], &["typographic quotes"]),
    ("curl-dashes.txt", &["POST https://api.example.com/a\nAuthorization: Bearer abcdefghijkl"], &["–X", "—header", "typographic dash"]),
    (
        "curl-command-with-its-transcript.txt",
        &["GET https://api.example.com/a -> 401\nAuthorization: Bearer abcdefghijkl"],
        &["-v (--verbose)"],
    ),
    ("curl-behind-a-pipe.txt", &["POST https://api.example.com/a\nContent-Type: application/json\n\n{\"a\": 1}"], &[]),
    ("curl-here-document.txt", &["POST https://api.example.com/a\nContent-Type: application/json\n\n{\"a\": 1}"], &[]),
    (
        "curl-token-in-a-variable.txt",
        &[
            "POST https://login.example.com/token\nAuthorization: Basic YXBwOnNlY3JldDk5\n\
             Content-Type: application/x-www-form-urlencoded\n\ngrant_type=client_credentials",
            "GET https://api.example.com/a\nAuthorization: Bearer $TOKEN",
        ],
        &["$TOKEN has no value here"],
    ),
    ("curl-export-before.txt", &[BEARER], &[]),
    ("curl-prompts-1.txt", &["GET https://api.example.com/a"], &[]),
    ("curl-prompts-2.txt", &["GET https://api.example.com/a"], &[]),
    ("curl-prompts-3.txt", &["GET https://api.example.com/a"], &[]),
    ("curl-prompts-4.txt", &["GET https://api.example.com/a"], &[]),
    ("curl-kubectl.txt", &["GET http://svc.example/a\nAuthorization: Bearer abcdefghijkl"], &["`kubectl …` before curl"]),
    (
        "curl-angle-placeholder.txt",
        &["POST https://api.example.com/items/<ITEM-ID>\nAuthorization: Bearer abcdefghijkl"],
        &["<ITEM-ID> is a placeholder to be filled in"],
    ),
    (
        "curl-flag-with-equals.txt",
        &["POST https://api.example.com/a\nAuthorization: Bearer abcdefghijkl"],
        &["--request=…", "--header=…", "not after ="],
    ),
    ("curl-abbreviated-flag.txt", &["GET https://api.example.com/a"], &["--compress may be several"]),
    ("curl-method-as-word.txt", &[BEARER], &["GET is no flag", "-X GET"]),
];

/// Commands of other tools, and programs.
const SNIPPETS: &[Row] = &[
    ("snippet-fetch.txt", &["GET https://api.example.com/a\nauthorization: Bearer abcdefghijkl"], &[]),
    ("snippet-powershell.txt", &["GET https://api.example.com/a\nauthorization: Bearer abcdefghijkl"], &[]),
    (
        "snippet-devtools-powershell.txt",
        &["POST https://api.example.com/a?b=$c\nUser-Agent: Mozilla/5.0\nauthority: api.example.com\n\
            authorization: Bearer abcdefghijkl\nsec-ch-ua: \"Chromium\";v=\"130\"\nContent-Type: application/json\n\
            Cookie: sid=s%3A1; theme=dark\n\n{\"a\":1}"],
        &[],
    ),
    (
        "snippet-httpie.txt",
        &["POST https://api.example.com/a\nAuthorization: Bearer abcdefghijkl\nAccept: application/json, */*;q=0.5\n\
            Content-Type: application/json\n\n{\"a\": \"1\"}"],
        &[],
    ),
    ("snippet-wget.txt", &[BEARER], &[]),
    ("snippet-python.txt", &[BEARER], &[]),
    (
        "snippet-python-session.txt",
        &["POST https://api.example.com/a/{{item_id}}\nAccept: application/json\nAuthorization: Basic YW5uOnB3\n\
            Content-Type: application/json\n\n{\"b\": true}"],
        &["the value of item_id is not in this text"],
    ),
    (
        "snippet-axios.txt",
        &["POST https://api.example.com/v1/a?q=x+y\nAuthorization: Bearer {{TOKEN}}\nAccept: application/json\n\
            Content-Type: application/json\n\n{\"b\":1}"],
        &["the value of TOKEN is not in this text"],
    ),
];

/// Files of requests.
const FILES: &[Row] = &[
    ("variable-behind-a-request.http", &["POST https://api.example.com/jobs", "GET https://api.example.com/jobs/17"], &[]),
    (
        // Of a type, it is a body, whatever it looks like.
        "body-like-a-variable.http",
        &[
            "POST https://api.example.com/a\nContent-Type: application/x-www-form-urlencoded\n\n@x=1&y=@z&a=%26",
            "POST https://api.example.com/b",
            "DELETE https://api.example.com/c\nContent-Type: application/json\n\n@a=1",
            "PUT https://api.example.com/d\n\n@a=1\nb=2",
        ],
        &["looks like the begin of something else, and is sent as part of the body"],
    ),
    (
        "variable-behind-a-body.http",
        &["POST https://api.example.com/jobs\nContent-Type: application/json\n\n{\"a\": 1}", "GET https://api.example.com/jobs"],
        &[],
    ),
    ("blanks-in-placeholder.http", &["GET {{host}}/v1/{{id}}"], &["{{host}} has no value", "{{id}} has no value"]),
    (
        "no-separator.http",
        &[
            "GET https://api.example.com/a",
            "POST https://api.example.com/b\nAuthorization: Bearer abcdefghijkl\n\n{\"a\": 1}",
            "DELETE https://api.example.com/c",
        ],
        &["a request without ### before it"],
    ),
    ("script-after-request.http", &["POST https://api.example.com/a\nContent-Type: application/json\n\n{\"a\": 1}"], &["a script is kept"]),
    ("script-behind-headers.http", &["GET https://api.example.com/a\nAccept: application/json"], &["a script is kept"]),
    (
        "body-without-empty-line.http",
        &["POST https://api.example.com/users\nContent-Type: application/json\n\n{\n  \"id\": 0,\n  \"name\": \"a\"\n}"],
        &["no empty line before the body"],
    ),
    (
        "graphql-header.http",
        &["POST https://api.example.com/graphql\nContent-Type: application/json\n\n\
            {\"query\":\"query ($id: ID!) {\\n  user(id: $id) { name }\\n}\",\"variables\":{\"id\":1}}"],
        &["GraphQL"],
    ),
    (
        "query-on-indented-lines.http",
        &["GET https://login.example.com/authorize?client_id=app&redirect_uri=https://app.example.com/back&response_type=code\n\
            Accept: text/html"],
        &[],
    ),
    ("recorded-answer-in-block.http", &["GET https://api.example.com/a -> 401\nAuthorization: Bearer abcdefghijkl"], &[]),
    ("block-comment.http", &["GET https://api.example.com/users"], &[]),
    (
        "handler-before-request.http",
        &["POST https://api.example.com/a\nContent-Type: application/json\n\n{\"a\": 1}"],
        &["a script is kept"],
    ),
    (
        "other-first-lines.http",
        &["GET https://api.example.com/a", "POST https://api.example.com/b"],
        &["requests are not brought in", "no request line"],
    ),
    ("method-capitalised.http", &["POST https://api.example.com/a\nContent-Type: application/json\n\n{}"], &[]),
    ("space-in-query.http", &["GET https://api.example.com/bikes?location=New%20York&id=1"], &[]),
    ("request-settings.http", &["GET https://api.example.com/a"], &[]),
    (
        "request-with-a-description-as-body.txt",
        &["POST https://api.example.com/specs\nAuthorization: Bearer abcdefghijkl\n\nopenapi: 3.0.0"],
        &[],
    ),
    ("empty-line-typed-into.http", &["POST https://api.example.com/a\n\n{\n  \"a\": 1\n}"], &[]),
];

/// What is not read: why, and the way in.
const REFUSED: &[(&str, &[&str])] = &[
    ("nothing-but-a-word.txt", &["YAML", "line 1, column 1"]),
    ("jsonp.txt", &["JSONP"]),
    ("answer-alone.http", &["no request was found in this text", "GET https://…"]),
    ("curl-powershell-alias.txt", &["Invoke-WebRequest", "-Uri", "curl.exe"]),
    ("foreign-postman.json", &["a Postman collection of version 1", "v2.1"]),
    ("foreign-openapi.yaml", &["this OpenAPI description has no paths"]),
    ("foreign-openapi.json", &["this OpenAPI description has no paths"]),
    ("foreign-insomnia.json", &["this Insomnia export has no request"]),
    ("foreign-httpie-session.json", &["an HTTPie session", "--offline"]),
    ("foreign-http-client.env.json", &["an environment file", "beside the .http file"]),
    ("foreign-word-yaml.yaml", &["YAML"]),
];

#[test]
fn every_input_is_read_as_the_tool_of_its_dialect_reads_it() {
    let mut wrong = String::new();
    for (name, requests, said) in COMMANDS.iter().chain(SNIPPETS).chain(FILES) {
        let reading = match read(name) {
            Ok(reading) => reading,
            Err(why) => {
                wrong.push_str(&format!("{name}: {why}\n"));
                continue;
            }
        };
        let found: Vec<String> = reading.exchanges.iter().map(shown).collect();
        let losses: Vec<String> = reading.losses.iter().chain(&reading.of_output).map(|loss| loss.message.clone()).collect();
        if found != *requests || !reading.unknown.is_empty() {
            wrong.push_str(&format!("{name}: {found:#?}\n{requests:#?}\n{:?}\n", reading.unknown));
        }
        if said.is_empty() && !losses.is_empty() {
            wrong.push_str(&format!("{name}: nothing is to be said, but {losses:#?}\n"));
        }
        for words in *said {
            if !losses.join("\n").contains(words) {
                wrong.push_str(&format!("{name}: {words:?} is not said in {losses:#?}\n"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_is_not_read_is_named_with_the_way_in() {
    let mut wrong = String::new();
    for (name, said) in REFUSED {
        match read(name) {
            Ok(reading) => wrong.push_str(&format!("{name} was read: {:?}\n", reading.exchanges.iter().map(shown).collect::<Vec<_>>())),
            Err(why) => said.iter().filter(|words| !why.contains(*words)).for_each(|words| {
                wrong.push_str(&format!("{name}: {words:?} is not in {why:?}\n"));
            }),
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_tables_name_every_file() {
    let is_named =
        |name: &str| COMMANDS.iter().chain(SNIPPETS).chain(FILES).any(|row| row.0 == name) || REFUSED.iter().any(|row| row.0 == name);
    for entry in std::fs::read_dir(folder()).expect("the folder").map(|entry| entry.expect("an entry")) {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(entry.path().is_dir() || is_named(&name), "{name}");
    }
}

fn authtui(arguments: &[&str]) -> Output {
    crate::program().args(arguments).current_dir(folder()).output().expect("the program runs")
}

fn check(arguments: &[&str]) -> (String, String) {
    let output = authtui(&[&["check", "--reveal", "--format", "json"], arguments].concat());
    (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn values_come_from_the_environment_files_above_and_those_of_an_editor() {
    let (_, said) = check(&["env-of-parent/users/list.http"]);
    assert!(said.contains("{{api}}") && said.contains("environment dev"), "{said}");
    let (_, said) = check(&["env-not-chosen/list.http"]);
    assert!(said.contains("environments dev, prod") && said.contains("--env"), "{said}");
    for (file, environment, url) in [
        ("env-of-parent/users/list.http", "dev", "https://api.example.com/users"),
        ("env-not-chosen/list.http", "dev", "https://api.example.com/users"),
        ("settings/a.http", "dev", "https://api.example.com/v1/a"),
        // The file that all tools read counts before that of one editor, for the file and for its folder.
        ("both/a.http", "dev", "https://api.example.com/a"),
        ("both", "dev", "https://api.example.com/a"),
    ] {
        let (out, said) = check(&["--env", environment, file]);
        assert!(out.contains(url) && !said.contains("no value"), "{file}: {out}\n{said}");
    }
    let (_, said) = check(&["--env", "stage", "env-not-chosen/list.http"]);
    assert!(said.contains("no environment \"stage\"; there are dev, prod"), "{said}");
}
