//! Collections of other tools: what becomes of each part, where auth is inherited from, and what is named as lost.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use authtui::domain::exchange::Exchange;
use authtui::formats::env::{Environments, ValueKind};
use authtui::formats::import::collection::{Collection, Environment, ImportLoss};
use authtui::formats::import::write::{Converted, convert};
use authtui::formats::import::{self, Imported};
use authtui::formats::no_files;
use authtui::formats::variables::{System, Variables};
use authtui::io::load;
use tempfile::TempDir;

use crate::keys::harness::Program;

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import").join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(path(name)).expect("a fixture")
}

fn collection(text: &str, name: &str) -> Collection {
    match import::read(text, name) {
        Some(Ok(Imported::Collection(collection))) => *collection,
        other => panic!("{name}: {other:?}"),
    }
}

fn environment(name: &str) -> Environment {
    match import::read(&text(name), name) {
        Some(Ok(Imported::Environment(environment, _))) => environment,
        other => panic!("{name}: {other:?}"),
    }
}

fn payments() -> Converted {
    let name = "payments.postman_collection.json";
    convert(&collection(&text(name), name), &[environment("dev.postman_environment.json"), environment("shop.postman_globals.json")])
}

fn file<'a>(converted: &'a Converted, path: &str) -> &'a str {
    let found = converted.files.iter().find(|file| file.path == path);
    found.unwrap_or_else(|| panic!("{path} in {:?}", converted.files.iter().map(|f| &f.path).collect::<Vec<_>>())).document.text()
}

/// The variables of an environment, as the written files give them.
fn variables(converted: &Converted, environment: Option<&str>) -> Variables {
    let mut environments = Environments::default();
    for (text, kind) in [(&converted.values.public, ValueKind::Public), (&converted.values.private, ValueKind::Private)] {
        let lost = text.as_ref().map(|text| environments.add_file(text, kind).expect("an environment file"));
        assert!(lost.unwrap_or_default().is_empty());
    }
    let mut variables = Variables::new(System::default());
    environments.fill(&mut variables, environment);
    variables
}

/// Every request as it goes out, by its name.
fn sent(converted: &Converted, environment: Option<&str>) -> BTreeMap<String, Exchange> {
    let variables = variables(converted, environment);
    let all = converted.files.iter().flat_map(|file| file.document.exchanges(&variables, &no_files));
    all.map(|(exchange, _)| (exchange.name.clone(), exchange)).collect()
}

fn authorization(exchange: &Exchange) -> Option<&str> {
    exchange.request.headers.get("authorization")
}

#[test]
fn every_folder_is_a_file_and_every_request_is_in_it() {
    let converted = payments();
    let files: Vec<(&str, usize)> = converted.files.iter().map(|file| (file.path.as_str(), file.document.len())).collect();
    assert_eq!(files, [("Payments API.http", 2), ("Admin.http", 2), ("Admin/Reports.http", 2), ("Bodies.http", 4)]);
    let root = file(&converted, "Payments API.http");
    assert!(root.starts_with("# Payments API, imported from Postman\n# What the shop needs.\n# > @audience is not set here.\n"), "{root}");
    assert!(root.contains("### list payments\n# The last ones first.\n"), "{root}");
    // Two requests of one name can be told apart.
    assert!(file(&converted, "Admin.http").contains("### delete (2)\n"));
}

#[test]
fn the_address_and_headers_go_out_as_the_tool_sends_them() {
    let converted = payments();
    let request = &sent(&converted, Some("dev"))["list payments"].request;
    assert_eq!(request.url, "https://dev.example.com/v1/users/42/payments?limit=10&q=a%20b%26c=d");
    assert_eq!((request.headers.get("accept"), request.headers.get("x-trace")), (Some("application/json"), None));
    let root = file(&converted, "Payments API.http");
    assert!(root.contains("\n# X-Trace: 1\n") && root.contains("\n# ?page=2\n"), "what is turned off stays as a comment:\n{root}");
}

#[test]
fn auth_is_inherited_and_says_from_where() {
    let converted = payments();
    let sent = sent(&converted, Some("dev"));
    let of = |name: &str| (authorization(&sent[name]), sent[name].context.auth_source.as_ref().map(ToString::to_string));
    let bearer = Some("Bearer dev-token-0123456789");
    assert_eq!(of("list payments"), (bearer, Some("Postman: Bearer, from the collection Payments API".into())));
    assert_eq!(of("form"), (bearer, Some("Postman: Bearer, from the collection Payments API".into())));
    assert_eq!(of("delete"), (None, Some("Postman: none, from the folder Admin".into())));
    assert_eq!(of("delete (2)"), (None, None), "it has a key of its own");
    assert_eq!(sent["delete (2)"].request.headers.get("x-api-key"), Some("literal-key-0123456789"));
    // What is null is inherited too.
    assert_eq!(of("monthly").1, Some("Postman: Basic, from the folder Reports".into()));
    assert_eq!(of("signed"), (None, Some("Postman: AWS Signature, from the request".into())));
    assert_eq!(of("token"), (Some("Bearer {{access_token}}"), None));
}

#[test]
fn a_collection_without_auth_ends_the_inheritance() {
    let text = r#"{"info": {"name": "x"}, "item": [{"name": "a", "request": "https://h/a"},
        {"name": "b", "request": {"url": "https://h/b", "header": [{"key": "Authorization", "value": "Bearer abc"}]}}]}"#;
    let converted = convert(&collection(text, "x.json"), &[]);
    let sent = sent(&converted, None);
    let source = |name: &str| sent[name].context.auth_source.as_ref().map(ToString::to_string);
    assert_eq!(source("a"), Some("Postman: none, from the collection x".into()));
    assert_eq!(source("b"), None, "a request that carries a credential needs none");
}

#[test]
fn bodies_of_every_mode_are_what_the_tool_sends() {
    let converted = payments();
    let sent = sent(&converted, None);
    let of = |name: &str| {
        let request = &sent[name].request;
        (request.headers.get("content-type").unwrap_or_default(), request.body.as_str())
    };
    assert_eq!(of("form"), ("application/x-www-form-urlencoded", "a%20b=1%262&v=from globals"));
    assert_eq!(of("query"), ("application/json", "{\"query\":\"query Me {\\n\\n  me { id }\\n}\",\"variables\":{\"id\": {{id}}}}"));
    assert_eq!(of("search"), ("application/xml", "<q/>"));
    assert_eq!(of("list payments"), ("", ""), "with GET nothing is sent");
    let (media_type, upload) = of("upload");
    let boundary = media_type.strip_prefix("multipart/form-data; boundary=").expect("a boundary");
    assert!(upload.starts_with(&format!("--{boundary}\r\n")) && upload.contains("name=\"picture\"; filename=\"a.png\"\r\n"), "{upload}");
    assert!(upload.contains("< ./pictures/a.png"), "{upload}");
    assert!(file(&converted, "Bodies.http").contains("# @no-redirect\nGET {{host}}/search"));
}

#[test]
fn values_are_where_the_tool_looks_for_them_and_secrets_are_apart() {
    let converted = payments();
    let public = converted.values.public.clone().expect("values");
    for secret in ["dev-token", "collection-token", "literal-key", "literal-password"] {
        assert!(!public.contains(secret), "{secret}");
        assert!(converted.files.iter().all(|file| !file.document.text().contains(secret)), "{secret}");
        assert!(converted.values.private.as_ref().is_some_and(|private| private.contains(secret)), "{secret}");
    }
    let value = |environment, name: &str| variables(&converted, environment).resolve(&format!("{{{{{name}}}}}")).text;
    // The environment hides the collection, which hides the globals.
    assert_eq!(value(Some("dev"), "host"), "https://dev.example.com");
    assert_eq!(value(None, "host"), "https://api.example.com");
    assert_eq!(value(None, "v"), "from globals");
    assert_eq!(value(Some("dev"), "token"), "dev-token-0123456789");
    assert_eq!(value(None, "token"), "collection-token-0123456789");
    assert_eq!(converted.values.missing, ["password"]);
}

#[test]
fn what_is_lost_is_named_with_its_line() {
    let converted = payments();
    let lost = |word: &str| -> Vec<usize> {
        converted.losses.iter().filter(|loss: &&ImportLoss| loss.message.contains(word)).map(|loss| loss.line).collect()
    };
    for (word, lines) in [
        ("the pre-request script of the collection", vec![10]),
        ("tests", vec![]),
        ("variable old is turned off", vec![1]),
        ("the body of “list payments”", vec![19]),
        ("example answer of “list payments”", vec![41]),
        ("{{$randomCity}}", vec![60]),
        ("AWS Signature", vec![62]),
        ("pictures/a.png is not copied", vec![73]),
        ("an item of the collection is not read", vec![81]),
        ("OAuth 2 (client credentials)", vec![82]),
        ("password has no value", vec![0]),
    ] {
        assert_eq!(lost(word), lines, "{word}\n{:#?}", converted.losses);
    }
}

#[test]
fn the_older_format_reads_alike() {
    let name = "payments-2.0.postman_collection.json";
    let converted = convert(&collection(&text(name), name), &[]);
    let root = file(&converted, "Payments 2.0.http");
    for line in [
        "GET {{host}}/v1/payments?limit=10\nAuthorization: Bearer {{token}}\n",
        "PUT {{host}}/v1/payments/1\nAccept: */*\nX-A: 1\nAuthorization: Bearer {{token}}\n",
        "POST {{host}}/login\nAuthorization: Basic {{user}} {{password}}\n",
    ] {
        assert!(root.contains(line), "{line}\n{root}");
    }
}

fn import_into(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut program = crate::program();
    program.arg("import").args(arguments).current_dir(folder.path()).stdin(Stdio::null()).output().expect("the program runs")
}

fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for name in ["payments.postman_collection.json", "dev.postman_environment.json"] {
        fs::copy(path(name), folder.path().join(name)).expect("a copy");
    }
    folder
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn the_command_writes_files_and_says_what_is_lost_without_a_secret() {
    let folder = folder();
    let dry = import_into(&folder, &[".", "--to", "out", "--dry-run"]);
    assert_eq!((dry.status.code(), folder.path().join("out").exists()), (Some(0), false), "{}", said(&dry));
    let output = import_into(&folder, &[".", "--to", "out"]);
    let said_first = said(&output);
    assert_eq!(output.status.code(), Some(0), "{said_first}");
    for line in [
        "Reports.http: 2 requests",
        "payments.postman_collection.json:10: the pre-request script",
        "10 requests from Payments API (Postman)",
    ] {
        assert!(said_first.contains(line), "{line}\n{said_first}");
    }
    for secret in ["dev-token", "literal-", "collection-token"] {
        assert!(!said_first.contains(secret), "{secret}\n{said_first}");
    }
    let read = load::input_with(&folder.path().join("out").display().to_string(), "dev").expect("the written folder").requests();
    assert_eq!(read.iter().map(|file| file.exchanges.len()).sum::<usize>(), 10);
    assert!(read.iter().any(|file| file.exchanges.iter().any(|e| authorization(e) == Some("Bearer dev-token-0123456789"))));
    // A second time nothing is replaced.
    let again = import_into(&folder, &["payments.postman_collection.json", "--to", "out"]);
    assert!(again.status.code() == Some(2) && said(&again).contains("Payments API.http is there already"), "{}", said(&again));
}

#[test]
fn what_cannot_be_read_is_named_with_its_place() {
    let folder = TempDir::new().expect("a folder");
    let broken = "{\"info\": {\"schema\": \"https://schema.getpostman.com/json/collection/v2.1.0/\"},\n \"item\": [}";
    fs::write(folder.path().join("broken.json"), broken).expect("a file");
    fs::write(folder.path().join("notes.json"), "{\"a\": 1}").expect("a file");
    for (name, words) in
        [("broken.json", "broken.json: line 2, column 11"), ("notes.json", "no collection"), ("nowhere.json", "no such file")]
    {
        let output = import_into(&folder, &[name, "--to", "out"]);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains(words), "{}", said(&output));
    }
}

#[test]
fn hostile_names_stay_in_the_folder() {
    let text = r#"{"info": {"name": "../../x"}, "item": [
        {"name": "..", "item": [{"name": "a\n### b", "request": "https://h/a"}]},
        {"name": "con", "item": [{"name": "c", "request": "https://h/c"}]},
        {"name": "CON", "item": [{"name": "d", "request": "https://h/d"}]},
        {"name": "a/b", "item": [{"name": "e", "request": "https://h/e"}]}]}"#;
    let converted = convert(&collection(text, "x.json"), &[]);
    let paths: Vec<&str> = converted.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["requests.http", "_con.http", "_CON-2.http", "a-b.http"]);
    assert_eq!(converted.files.iter().map(|file| file.document.len()).sum::<usize>(), 4);
}

#[test]
fn names_and_descriptions_steer_no_terminal_and_hold_no_secret() {
    let text = "{\"info\": {\"name\": \"x\\u001b]0;t\\u0007\", \"description\": \"see https://ann:tulip7@h/\\u001b[2J\"}, \"item\": [
        {\"name\": \"f\\u202e https://ann:tulip7@h\", \"description\": \"password: tulip7\\npassword: {{pw}}\\nthe token expired\", \"item\": [
            {\"name\": \"r https://ann:tulip7@h\\u001b[31m\\u009b\", \"request\": {\"url\": \"https://h/a\", \"description\": \"api_key=tulip7\\u0007\",
                \"header\": [{\"key\": \"X-\\u001bA\", \"value\": \"\\u001b[31m\", \"disabled\": true}]}}]},
        {\"name\": \"plain \u{1f469}\u{200d}\u{1f4bb}\", \"request\": \"https://h/b\"}]}";
    let converted = convert(&collection(text, "x.json"), &[]);
    for file in &converted.files {
        let (path, text) = (&file.path, file.document.text());
        assert!(!path.contains(|c: char| c.is_control() || c == '\u{202e}') && !path.contains("tulip7"), "{path:?}");
        assert!(!text.contains(|c: char| c.is_control() && c != '\n' || c == '\u{202e}') && !text.contains("tulip7"), "{text:?}");
    }
    let all: String = converted.files.iter().map(|file| file.document.text().to_string()).collect();
    for kept in
        ["# x\\u{1b}]0;t\\u{7}", "### r https://ann:…@h\\u{1b}[31m", "# password: …\n", "# password: {{pw}}\n", "# the token expired\n"]
    {
        assert!(all.contains(kept), "{kept}\n{all}");
    }
    assert!(all.contains("### plain \u{1f469}\u{200d}\u{1f4bb}\n"), "{all}");
}

#[test]
fn an_opened_collection_shows_its_requests_values_and_losses() {
    let folder = folder();
    let path = folder.path().join("payments.postman_collection.json").display().to_string();
    let mut program = Program::with("### mine\nGET https://h/mine\n");
    program.keys("o").types(&path).keys("Enter");
    program.waits_for("the pre-request script of the collection is not run").keys("Esc");
    program.shows("list payments").shows("Admin");
    assert_eq!(program.app.model.request_count(), 11);
    assert!(program.app.model.unsaved().is_empty(), "what was only opened needs no saving");
    // Saved as .http, the environments go with it.
    let to = folder.path().join("saved");
    fs::create_dir(&to).expect("a folder");
    program.keys("^S").shows("Save as").keys("^A").types(&to.join("payments.http").display().to_string()).keys("Enter");
    program.waits_for("payments.http, http-client.env.json, http-client.private.env.json saved");
    let again = load::input_with(&to.join("payments.http").display().to_string(), "dev").expect("the saved file").requests();
    let urls: Vec<&str> = again.iter().flat_map(|file| &file.exchanges).map(|e| e.request.url.as_str()).collect();
    assert_eq!(urls[0], "https://dev.example.com/v1/users/42/payments?limit=10&q=a%20b%26c=d");
    let checked = load::input_with(&path, "dev").expect("a collection").requests();
    let urls: Vec<&str> = checked.iter().flat_map(|file| &file.exchanges).map(|e| e.request.url.as_str()).collect();
    assert!(urls.iter().all(|url| url.starts_with("https://dev.example.com/")), "{urls:?}");
}

/// Where the folder has values of its own, those of the collection are on no disk until somebody has decided.
#[test]
fn values_of_a_collection_that_could_not_be_saved_are_asked_about_on_quitting() {
    let folder = folder();
    let to = folder.path().join("saved");
    fs::create_dir(&to).expect("a folder");
    fs::write(to.join("http-client.env.json"), r#"{"dev":{"base":"https://other"}}"#).expect("a file");
    let mut program = Program::with("### mine\nGET https://h/mine\n");
    program.keys("o").types(&folder.path().join("payments.postman_collection.json").display().to_string()).keys("Enter");
    program.waits_for("the pre-request script of the collection is not run").keys("Esc");
    program.keys("^S").shows("Save as").keys("^A").types(&to.join("payments.http").display().to_string()).keys("Enter");
    program.waits_for("http-client.env.json exists already").keys("Esc q").shows("Unsaved changes").shows("http-client.env.json");
}

#[test]
fn a_pasted_collection_is_read_at_once() {
    let mut program = Program::empty();
    program.pastes(&text("payments-2.0.postman_collection.json"));
    program.shows("Pasted 3 requests");
    assert_eq!(program.app.model.request_count(), 3);
    program.shows("{{host}}/v1/payments?limit=10");
}

mod bruno {
    use super::*;

    /// Every request of what is opened, by its name.
    fn opened(path: &Path, environment: &str) -> BTreeMap<String, Exchange> {
        let files = load::input_with(&path.display().to_string(), environment).expect("a collection").requests();
        files.into_iter().flat_map(|file| file.exchanges).map(|exchange| (exchange.name.clone(), exchange)).collect()
    }

    fn source(exchange: &Exchange) -> Option<String> {
        exchange.context.auth_source.as_ref().map(ToString::to_string)
    }

    #[test]
    fn a_folder_is_a_collection_with_inherited_auth_headers_and_variables() {
        let sent = opened(&path("bruno"), "dev");
        assert_eq!(sent.keys().map(String::as_str).collect::<Vec<_>>(), ["create order", "list orders", "upload"]);
        let list = &sent["list orders"];
        assert_eq!(list.request.url, "https://dev.example.com/v1/orders/7?limit=10");
        assert_eq!(authorization(list), Some("Bearer {{token}}"));
        assert_eq!(source(list), Some("Bruno: Bearer, from the collection Orders".into()));
        let header = |name: &str| list.request.headers.all(name).map(|(_, header)| header.value.clone()).collect::<Vec<_>>();
        assert_eq!((header("x-client"), header("x-both"), header("x-off")), (vec!["shop".into()], vec!["request".into()], vec![]));
        let create = &sent["create order"];
        assert_eq!(source(create), Some("Bruno: none, from the request".into()));
        assert_eq!(create.request.body.as_str(), "{\n  \"item\": {\n    \"id\": \"{{$dotenv ITEM}}\"\n  }\n}");
        let upload = &sent["upload"];
        assert_eq!(source(upload), Some("Bruno: Basic, from the folder Administration".into()));
        assert_eq!(authorization(upload), Some("Basic YW5uOmxpdGVyYWwtcGFzc3dvcmQtNzc="));
        assert!(upload.request.body.contains("name=\"role\"\r\n\r\nadmin\r\n"), "{}", upload.request.body.as_str());
    }

    #[test]
    fn one_file_of_it_inherits_the_same() {
        let sent = opened(&path("bruno/admin/upload.bru"), "dev");
        assert_eq!(sent.keys().map(String::as_str).collect::<Vec<_>>(), ["upload"]);
        assert_eq!(source(&sent["upload"]), Some("Bruno: Basic, from the folder Administration".into()));
        assert_eq!(sent["upload"].request.url, "https://dev.example.com/upload");
        // On its own nobody knows what it inherits.
        let mut program = Program::empty();
        program.pastes(&text("bruno/create.bru")).shows("Pasted 1 request").shows("POST {{host}}/v1/orders");
    }

    #[test]
    fn the_command_writes_it_and_names_what_is_lost() {
        let folder = TempDir::new().expect("a folder");
        let output = import_into(&folder, &[&path("bruno").display().to_string(), "--to", "out"]);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(0), "{said}");
        for line in [
            "Orders.http: 2 requests",
            "Administration.http: 1 request",
            "3 requests from Orders (Bruno) imported",
            "collection.bru:18: the pre-request script of the collection",
            "orders.bru:34: the list of assertions of “list orders”",
            "stream.bru:6: “stream” is a request of another protocol (grpc)",
            "the secret token has no value in the export",
            "the file a.csv is not copied",
        ] {
            assert!(said.contains(line), "{line}\n{said}");
        }
        let orders = fs::read_to_string(folder.path().join("out/Orders.http")).expect("a file");
        // In the order of the collection.
        assert!(orders.find("### create order").expect("a request") < orders.find("### list orders").expect("a request"));
        assert!(orders.contains("# The last ones first.\n") && orders.contains("\n# X-Off: 1\n") && orders.contains("# @no-redirect\n"));
        let admin = fs::read_to_string(folder.path().join("out/Administration.http")).expect("a file");
        assert!(admin.contains("\n@role = admin\n") && !admin.contains("literal-password"), "{admin}");
    }

    #[test]
    fn a_broken_file_is_named_with_its_place_and_the_others_are_read() {
        let folder = TempDir::new().expect("a folder");
        fs::write(folder.path().join("bruno.json"), "{\"name\": \"x\"}").expect("a file");
        fs::write(folder.path().join("good.bru"), "get {\n  url: https://h/good\n}\n").expect("a file");
        fs::write(folder.path().join("bad.bru"), "get {\n  url: https://h/bad\n").expect("a file");
        let output = import_into(&folder, &[".", "--to", "out"]);
        let said = said(&output);
        assert!(output.status.code() == Some(2) && said.contains("bad.bru: line 1, column 1: this block is not closed"), "{said}");
        assert!(said.contains("1 request from x (Bruno) imported"), "{said}");
    }

    #[test]
    fn the_exported_json_reads_alike() {
        let name = "bruno-export.json";
        let converted = convert(&collection(&text(name), name), &[]);
        let sent = sent(&converted, Some("dev"));
        assert_eq!(source(&sent["a"]), Some("Bruno: none, from the folder Inner".into()));
        let b = &sent["b"].request;
        assert_eq!((b.method.as_str(), b.url.as_str(), b.body.as_str()), ("POST", "https://h/b?x=1&key={{key}}", "{}"));
        assert_eq!((b.headers.get("a"), b.headers.get("b"), b.headers.get("content-type")), (Some("1"), None, Some("application/json")));
        assert_eq!(converted.values.missing, ["key"]);
        assert!(converted.losses.iter().any(|loss| loss.message.contains("(tests) of “b”")));
    }
}

/// In a collection `< path` is text; in an `.http` file it would stand for the text of that file.
#[test]
fn a_body_that_would_name_a_file_is_left_out_and_said() {
    let raw = |text: &str| serde_json::json!({"mode": "raw", "raw": text});
    let form = |text: &str| serde_json::json!({"mode": "formdata", "formdata": [{"key": "a", "value": text, "type": "text"}]});
    let file = serde_json::json!({"mode": "file", "file": {"src": "./meant.json"}});
    let bodies =
        [(raw("< ./.env"), true), (raw("{\n<@ ./.env\n}"), true), (form("x\n< ./.env"), true), (raw("<a> < b"), false), (file, false)];
    for (body, is_left_out) in bodies {
        let request = serde_json::json!({"method": "POST", "url": "https://h.example/", "body": body});
        let schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";
        let collection_text =
            serde_json::json!({"info": {"name": "c", "schema": schema}, "item": [{"name": "r", "request": request}]}).to_string();
        let converted = convert(&collection(&collection_text, "c.json"), &[]);
        let text = file_of(&converted);
        assert!(!text.contains(".env"), "{text}");
        let said = converted.losses.iter().any(|loss| loss.message.contains("would name a file"));
        assert_eq!(said, is_left_out, "{body} {:?}", converted.losses);
    }
}

fn file_of(converted: &Converted) -> &str {
    converted.files.first().expect("a file").document.text()
}

/// The system ends a program that writes more into a file than it may; a shell sets the limit with `ulimit -f`.
#[cfg(unix)]
#[test]
fn a_file_beyond_the_limit_of_the_system_is_refused_with_a_reason_and_nothing_is_left() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let item = r#"{"name":"r","request":{"method":"GET","url":"https://h.example/"}}"#;
    let items = vec![item; 400].join(",");
    let schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";
    let collection = format!(r#"{{"info":{{"name":"c","schema":"{schema}"}},"item":[{items}]}}"#);
    std::fs::write(folder.path().join("c.json"), collection).expect("a file");
    let command = format!("ulimit -f 4; exec {} import c.json --to out", env!("CARGO_BIN_EXE_authtui"));
    let output = std::process::Command::new("sh").args(["-c", &command]).current_dir(folder.path()).output().expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(said.contains("was not written: it would be larger than this system allows"), "{said}");
    let left: Vec<_> =
        std::fs::read_dir(folder.path().join("out")).into_iter().flatten().flatten().map(|entry| entry.file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("authtui-")), "{left:?}");
}
