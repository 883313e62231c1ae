//! Insomnia, OpenAPI and Swagger: requests as they go out, where their auth is from, and what is named as lost.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use authtui::formats::import::collection::ImportLoss;
use authtui::formats::import::write::convert;
use authtui::formats::import::{self, Imported};
use authtui::io::load;

use crate::keys::harness::Program;

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import").join(name)
}

/// The files that a fixture becomes, one after the other, and what is lost, each with its line.
fn converted(name: &str) -> (String, Vec<String>) {
    let text = fs::read_to_string(path(name)).expect("a fixture");
    let Some(Ok(Imported::Collection(collection))) = import::read(&text, name) else { panic!("{name} is not read") };
    let converted = convert(&collection, &[]);
    let mut all = String::new();
    for file in &converted.files {
        all.push_str(&format!("==> {}\n{}", file.path, file.document.text()));
    }
    for values in [&converted.values.public, &converted.values.private] {
        all.push_str(&format!("==> values\n{}\n", values.as_deref().unwrap_or_default()));
    }
    let lost = |loss: &ImportLoss| format!("{}: {}", loss.line, loss.message);
    (all, converted.losses.iter().map(lost).collect())
}

/// The block of a request in the text of all files.
fn block<'a>(all: &'a str, name: &str) -> &'a str {
    let start = all.find(&format!("### {name}\n")).unwrap_or_else(|| panic!("{name} in\n{all}"));
    let rest = &all[start..];
    let end = ["\n### ", "\n==> "].iter().filter_map(|mark| rest.find(mark)).min().unwrap_or(rest.len());
    rest[..end].trim_end()
}

#[test]
fn an_export_of_insomnia_is_a_folder_of_files() {
    let (all, lost) = converted("shop.insomnia.json");
    assert!(all.contains("==> Shop.http\n# Shop, imported from Insomnia\n# What the shop needs.\n"), "{all}");
    // In the order of the tool, with its auth from the folder, and the page as it is sent.
    let orders = block(&all, "orders");
    assert!(orders.contains("GET {{base_url}}/orders/42?page=1\nAccept: application/json\n"), "{orders}");
    assert!(orders.contains("Authorization: Bearer {{token}}") && orders.contains("# ?debug=1"), "{orders}");
    assert!(orders.contains("Insomnia: Bearer, from the folder Admin"), "{orders}");
    assert!(all.find("### create") < all.find("### orders"));
    let create = block(&all, "create");
    assert!(create.contains("X-Api-Key: {{keys.api_key}}") && create.ends_with("{\"name\": \"{{name}}\"}"), "{create}");
    assert!(block(&all, "log in").ends_with("user=ann&pass={{pass}}"), "{all}");
    assert!(!block(&all, "turned off").contains("\nAuthorization:"), "{all}");
    // Secrets are not in the file that is shared.
    let (public, private) = all.split_once("==> values\n").and_then(|(_, values)| values.split_once("==> values\n")).expect("both");
    assert!(public.contains("https://dev.example.com") && public.contains("\"$shared\""), "{public}");
    for secret in ["shop-key-0123456789", "dev-token-0123456789"] {
        assert!(!public.contains(secret) && private.contains(secret), "{public}{private}");
    }
    for said in ["the pre-request script of “create” is not run", "“orders” has template tags", "WebSocket requests are left out: 1"]
    {
        assert!(lost.iter().any(|loss| loss.contains(said)), "{said}: {lost:?}");
    }
    assert!(lost.iter().any(|loss| loss.starts_with("12: the pre-request script")), "with its line: {lost:?}");
}

#[test]
fn a_collection_of_insomnia_5_is_read_too() {
    let (all, lost) = converted("shop.insomnia.yaml");
    let orders = block(&all, "orders");
    assert!(orders.contains("Authorization: Basic {{user}} {{password}}") && orders.contains("X-Client: shop"), "{orders}");
    assert!(orders.contains("# @no-redirect"), "{orders}");
    let upload = block(&all, "upload");
    assert!(!upload.contains("Authorization:") && upload.contains("< ./lamp.png"), "{upload}");
    assert!(block(&all, "health").contains("GET {{base_url}}/health"));
    assert!(lost.iter().any(|loss| loss.contains("the file ./lamp.png is not copied")), "{lost:?}");
    assert!(all.contains("\"password\": \"dev-password-0123\""), "{all}");
}

#[test]
fn a_description_of_an_api_gives_a_request_for_each_operation() {
    let (all, lost) = converted("orders.openapi.yaml");
    let list = block(&all, "list orders");
    assert!(list.contains("GET {{base_url}}/orders?limit=20\n"), "{list}");
    for line in ["X-Tenant: acme", "Accept: application/json", "Authorization: Bearer {{token}}", "# ?state=open"] {
        assert!(list.contains(line), "{line}\n{list}");
    }
    let create = block(&all, "createOrder");
    let body = create.split("\n\n").nth(1).expect("a body");
    assert!(create.contains("X-Api-Key: {{api_key}}") && create.contains("Content-Type: application/json"), "{create}");
    assert!(body.contains("\"name\": \"string\"") && body.contains("\"count\": 1") && !body.contains("\"id\""), "{body}");
    assert!(serde_json::from_str::<serde_json::Value>(body).is_ok(), "{body}");
    let one = block(&all, "GET /orders/{id}");
    assert!(one.contains("GET {{base_url}}/orders/42") && !one.contains("Authorization:"), "{one}");
    let delete = block(&all, "DELETE /orders/{id}/items/{item}");
    assert!(delete.contains("DELETE {{base_url}}/orders/{{id}}/items/{{item}}"), "{delete}");
    assert!(delete.contains("Authorization: Bearer {{access_token}}"), "{delete}");
    let upload = block(&all, "PUT /upload");
    assert!(upload.contains("hello") && upload.contains("< ./picture.bin"), "{upload}");
    assert!(all.contains("\"production\"") && all.contains("https://api.example.com/v2") && all.contains("https://staging.example.com/v2"));
    for said in [
        "/elsewhere is described in another file",
        "other is asked for as well",
        "OAuth 2 (client credentials) is not fetched from https://login",
    ] {
        assert!(lost.iter().any(|loss| loss.contains(said)), "{said}: {lost:?}");
    }
    assert!(lost.iter().any(|loss| loss.starts_with("67: /elsewhere")), "with its line: {lost:?}");
}

#[test]
fn swagger_2_is_read_too() {
    let (all, _) = converted("pets.swagger.json");
    let add = block(&all, "add");
    assert!(add.contains("POST {{base_url}}/pets\n") && add.contains("Authorization: Basic {{username}} {{password}}"), "{add}");
    assert!(add.contains("\"name\": \"Rex\"") && add.contains("Accept: application/json"), "{add}");
    let photo = block(&all, "POST /pets/{id}/photo");
    assert!(photo.contains("POST {{base_url}}/pets/{{id}}/photo?api_key={{api_key}}"), "{photo}");
    assert!(photo.contains("< ./photo.bin") && photo.contains("\nhi\n"), "{photo}");
    assert!(all.contains("https://pets.example.com/v1"), "{all}");
}

#[test]
fn each_is_opened_and_pasted_as_it_is() {
    for (name, shown) in [
        ("shop.insomnia.json", "log in"),
        ("shop.insomnia.yaml", "upload"),
        ("orders.openapi.yaml", "list orders"),
        ("pets.swagger.json", "add"),
    ] {
        let mut program = Program::empty();
        program.pastes(&fs::read_to_string(path(name)).expect("a fixture")).keys("Esc 1").shows(shown);
        let files = load::input(&path(name).to_string_lossy()).unwrap_or_else(|why| panic!("{name}: {why}")).requests();
        assert!(files.iter().map(|file| file.exchanges.len()).sum::<usize>() > 1, "{name}");
        let mut opened = Program::open(files);
        opened.keys("Esc 1").shows(shown);
    }
}

#[test]
fn what_is_broken_is_named_with_line_and_column() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text, said) in [
        ("a.yaml", "openapi: 3.0.0\npaths:\n  /a: [\n", "line "),
        ("b.yaml", "openapi: 3.0.0\ninfo: {}\n", "has no paths"),
        ("c.json", "{\"_type\": \"export\",\n \"resources\": [}", "line 2, column 16"),
    ] {
        let file = folder.path().join(name);
        fs::write(&file, text).expect("a file");
        for arguments in [&["import", "--dry-run"][..], &["check"]] {
            let output = crate::program().args(arguments).arg(&file).stdin(Stdio::null()).output().expect("runs");
            let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{name} {arguments:?} {complaint}");
            assert!(complaint.contains(said), "{name} {arguments:?} {complaint}");
        }
    }
}

/// What is made of a text: the files, one after the other.
fn of_text(text: &str, name: &str) -> String {
    let Some(Ok(Imported::Collection(collection))) = import::read(text, name) else { panic!("{name} is not read") };
    let converted = convert(&collection, &[]);
    let files = converted.files.iter().map(|file| file.document.text());
    files.chain([&converted.values.public, &converted.values.private].map(|text| text.as_deref().unwrap_or_default())).collect()
}

#[test]
fn no_value_of_one_workspace_counts_in_another() {
    let workspace = |id: &str, host: &str| {
        format!(
            r#"{{"_id": "wrk_{id}", "_type": "workspace", "name": "{id}"}},
            {{"_id": "env_{id}", "parentId": "wrk_{id}", "_type": "environment", "data": {{"base_url": "{host}"}}}},
            {{"_id": "req_{id}", "parentId": "wrk_{id}", "_type": "request", "name": "r", "method": "GET", "url": "{{{{ _.base_url }}}}/"}}"#
        )
    };
    let text = format!(
        r#"{{"_type": "export", "resources": [{}, {}]}}"#,
        workspace("one", "https://a.example"),
        workspace("two", "https://b.example")
    );
    let all = of_text(&text, "several.json");
    let values: serde_json::Value = serde_json::from_str(&all[all.find("{\n").expect("values")..]).expect("JSON");
    assert_eq!(values["one"]["base_url"], "https://a.example");
    assert_eq!(values["two"]["base_url"], "https://b.example");
    assert!(values.get("$shared").is_none(), "{all}");
}

#[test]
fn a_folder_that_is_in_itself_is_read_once() {
    let text = r#"{"_type": "export", "resources": [{"_id": "w", "_type": "workspace"},
        {"_id": "w", "parentId": "w", "_type": "request_group"}, {"_id": "w", "parentId": "w", "_type": "request_group"},
        {"_id": "r", "parentId": "w", "_type": "request", "name": "r", "method": "GET", "url": "https://h.example/"}]}"#;
    assert_eq!(of_text(text, "circle.json").matches("GET https://h.example/").count(), 1);
}

#[test]
fn a_request_whose_folder_is_missing_or_in_a_circle_is_read_and_named() {
    let text = r#"{"_type": "export", "resources": [{"_id": "w", "_type": "workspace", "name": "w"},
        {"_id": "r0", "parentId": "w", "_type": "request", "name": "r0", "method": "GET", "url": "https://h.example/0"},
        {"_id": "r1", "parentId": "gone", "_type": "request", "name": "r1", "method": "GET", "url": "https://h.example/1"},
        {"_id": "f", "parentId": "gone", "_type": "request_group", "name": "f"},
        {"_id": "r2", "parentId": "f", "_type": "request", "name": "r2", "method": "GET", "url": "https://h.example/2"},
        {"_id": "a", "parentId": "b", "_type": "request_group", "name": "a"},
        {"_id": "b", "parentId": "a", "_type": "request_group", "name": "b"},
        {"_id": "r3", "parentId": "b", "_type": "request", "name": "r3", "method": "GET", "url": "https://h.example/3"}]}"#;
    let Some(Ok(Imported::Collection(collection))) = import::read(text, "strays.json") else { panic!("it is not read") };
    let lost: Vec<(usize, &str)> = collection.losses.iter().map(|loss| (loss.line, loss.message.as_str())).collect();
    assert_eq!(
        lost,
        [
            (3, "the folder of “r1” is not in the export: it is read at the top"),
            (4, "the folder of “f” is not in the export: it is read at the top"),
            (6, "the folder of “a” is in itself: it is read at the top"),
        ]
    );
    let all = of_text(text, "strays.json");
    for number in 0..4 {
        assert_eq!(all.matches(&format!("GET https://h.example/{number}\n")).count(), 1, "{all}");
    }
}

#[test]
fn of_several_documents_of_yaml_that_of_the_tool_is_read_and_the_others_are_named() {
    let description = |path: &str| format!("openapi: 3.0.0\nservers: [{{url: https://h.example}}]\npaths:\n  {path}:\n    get: {{}}\n");
    for (text, lost) in [
        (format!("kind: ConfigMap\n---\n{}---\n{}", description("/a"), description("/b")), vec![1, 8]),
        (format!("---\n{}---\n# the end\n", description("/a")), vec![]),
        (format!("%YAML 1.2\n---\n{}...\n---\nkind: Service\n", description("/a")), vec![9]),
    ] {
        let Some(Ok(Imported::Collection(collection))) = import::read(&text, "api.yaml") else { panic!("{text}") };
        assert_eq!(collection.losses.iter().map(|loss| loss.line).collect::<Vec<_>>(), lost, "{text}");
        let all = of_text(&text, "api.yaml");
        assert!(all.contains("/a") && !all.contains("/b"), "{all}");
    }
    let broken = format!("kind: ConfigMap\n---\n{}  bad: [\n", description("/a"));
    let Some(Err(why)) = import::read(&broken, "api.yaml") else { panic!("it is read") };
    assert!(why.line >= 7 && !why.message.contains("from_multiple"), "{why}");
}

#[test]
fn servers_on_one_host_are_two_environments() {
    let text = "openapi: 3.0.0\nservers:\n  - url: https://h.example/v1\n  - url: https://h.example/v2\npaths:\n  /a:\n    get: {}\n";
    let all = of_text(text, "servers.yaml");
    assert!(all.contains("\"h.example\"") && all.contains("\"h.example 2\"") && all.contains("https://h.example/v2"), "{all}");
}

#[test]
fn what_a_variable_of_a_folder_holds_is_no_less_a_secret() {
    let text = r#"{"_type": "export", "resources": [{"_id": "w", "_type": "workspace"},
        {"_id": "f", "parentId": "w", "_type": "request_group", "name": "f",
         "environment": {"login": "Basic YW5uOnMzY3JldC1wYXNz", "hook": "https://h.example/x?api_key=k-0123456789abcdef"}},
        {"_id": "r", "parentId": "f", "_type": "request", "name": "r", "method": "GET", "url": "{{ _.hook }}"}]}"#;
    let all = of_text(text, "folder.json");
    let requests = all.split("{\n").next().expect("requests");
    assert!(!requests.contains("YW5uOnMzY3JldC1wYXNz") && !requests.contains("k-0123456789abcdef"), "{all}");
}
