//! `authtui check` of configurations of servers: which line costs a request its credential, in each form of the result.

use std::fs;
use std::process::{Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const NGINX: &str = "http {\n  server {\n    include proxy.conf;\n    location /api {\n      proxy_set_header Authorization \"\";\n      \
                     proxy_pass http://app;\n    }\n  }\n}\n";

fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write("nginx.conf", NGINX);
    write("proxy.conf", "proxy_set_header Host $host;\n");
    write(".htaccess", "RewriteEngine On\nAuthType Basic\nAuthName \"a\"\nRequire valid-user\n");
    write("a.http", "GET https://api.example/\nAuthorization: Bearer abcdefgh12345678\n");
    folder
}

fn check(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut program = crate::program();
    program.arg("check").args(arguments).current_dir(folder.path()).stdin(Stdio::null()).output().expect("the program runs")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn each_finding_has_its_line_and_the_line_to_write() {
    let folder = folder();
    let output = check(&folder, &["nginx.conf"]);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.starts_with("nginx.conf: nginx\n  ✗ header-stripped-by-proxy\n    line 5: Authorization is emptied"), "{said}");
    assert!(said.contains("write: proxy_set_header Authorization $http_authorization;"), "{said}");
    assert!(said.contains("server-address-misread") && said.contains("Host of line 1 does not count here"), "{said}");
    let output = check(&folder, &[".htaccess"]);
    assert_eq!((output.status.code(), text(&output).contains("nothing in it costs")), (Some(0), true), "{}", text(&output));
    // Mended, nothing is found.
    let mended = NGINX
        .replace("Authorization \"\"", "Authorization $http_authorization")
        .replace("location /api {", "location /api {\n proxy_set_header Host $host;");
    fs::write(folder.path().join("nginx.conf"), mended).expect("a file");
    assert_eq!(check(&folder, &["nginx.conf"]).status.code(), Some(0));
}

#[test]
fn the_json_form_has_files_beside_exchanges() {
    let folder = folder();
    let output = check(&folder, &["--format", "json", "nginx.conf", "a.http", ".htaccess"]);
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["exchanges"].as_array().map(Vec::len), Some(1));
    let files = json["files"].as_array().expect("files");
    assert_eq!(files.iter().map(|file| file["source"].as_str().unwrap()).collect::<Vec<_>>(), ["nginx.conf", ".htaccess"]);
    let finding = &files[0]["findings"][0];
    assert_eq!((finding["id"].as_str(), finding["line"].as_u64()), (Some("header-stripped-by-proxy"), Some(5)), "{json}");
    assert_eq!(finding["fix"]["kind"].as_str(), Some("configuration"));
    let only: Value = serde_json::from_slice(&check(&folder, &["--format", "json", ".htaccess"]).stdout).expect("JSON");
    assert_eq!((only["exchanges"].as_array().map(Vec::len), only["files"].as_array().map(Vec::len)), (Some(0), Some(1)));
}

#[test]
fn formats_of_continuous_integration_mark_the_line() {
    let folder = folder();
    let github = text(&check(&folder, &["--format", "github", "nginx.conf"]));
    assert!(github.contains("::error file=nginx.conf,line=5,title=line 5%3A header-stripped-by-proxy::"), "{github}");
    let sarif: Value = serde_json::from_slice(&check(&folder, &["--format", "sarif", "nginx.conf"]).stdout).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    assert!(results.iter().any(|result| result["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64() == Some(5)), "{sarif}");
    let junit = text(&check(&folder, &["--format", "junit", "nginx.conf", ".htaccess"]));
    assert!(junit.contains("tests=\"3\" failures=\"2\"") && junit.contains("type=\"header-stripped-by-proxy\""), "{junit}");
}

#[test]
fn every_finding_is_a_check() {
    let folder = folder();
    let hostile = "location / {\n auth_basic x;\n proxy_cache c;\n proxy_cache_valid any 1m;\n add_header Access-Control-Allow-Origin *;\n \
                   add_header Access-Control-Allow-Credentials true;\n add_header Access-Control-Allow-Headers X;\n proxy_pass http://a;\n}\n";
    fs::write(folder.path().join("nginx.conf"), hostile).expect("a file");
    let json: Value = serde_json::from_slice(&check(&folder, &["--format", "json", "nginx.conf"]).stdout).expect("JSON");
    let findings = json["files"][0]["findings"].as_array().expect("findings");
    assert!(findings.len() >= 7, "{json}");
    for finding in findings {
        let id = finding["id"].as_str().expect("an id");
        assert!(authtui::checks::catalogue::ALL.iter().any(|check| check.id == id), "{id}");
    }
}

/// A faulty file of each server: its name, its text, the line and the cause, and what mends it.
const SERVERS: [(&str, &str, u64, &str, &str, &str); 7] = [
    (
        "haproxy.cfg",
        "defaults\n  mode http\nbackend app\n  http-request del-header Authorization\n  server a 10.0.0.1:80\n",
        4,
        "header-stripped-by-proxy",
        "  http-request del-header Authorization\n",
        "",
    ),
    (
        "Caddyfile",
        "api.example {\n  reverse_proxy app:80 {\n    header_up -Authorization\n  }\n}\n",
        3,
        "header-stripped-by-proxy",
        "    header_up -Authorization\n",
        "",
    ),
    (
        "caddy.json",
        "{\"apps\": {\"http\": {\"servers\": {\"a\": {\"routes\": [{\"handle\": [{\"handler\": \"reverse_proxy\",\n\"headers\": {\"request\": \
         {\"delete\": [\"Authorization\"]}}}]}]}}}}}\n",
        2,
        "header-stripped-by-proxy",
        "Authorization",
        "X-A",
    ),
    (
        "dynamic.yml",
        "http:\n  middlewares:\n    m:\n      basicAuth:\n        users: [a]\n  routers:\n    r: {rule: Host(`a`), middlewares: [m], service: s}\n",
        4,
        "two-layers-share-authorization",
        "users: [a]",
        "users: [a]\n        removeHeader: true",
    ),
    (
        "dynamic.toml",
        "[http.middlewares.m.headers.customRequestHeaders]\nAuthorization = \"\"\n[http.routers.r]\nmiddlewares = [\"m\"]\nservice = \"s\"\n",
        2,
        "header-stripped-by-proxy",
        "Authorization",
        "X-A",
    ),
    (
        "envoy.yaml",
        "static_resources:\n  listeners:\n  - virtual_hosts:\n    - request_headers_to_remove: [authorization]\n",
        4,
        "header-stripped-by-proxy",
        "authorization",
        "x-a",
    ),
    (
        "ingress.yaml",
        "kind: Ingress\nmetadata:\n  annotations:\n    nginx.ingress.kubernetes.io/enable-cors: \"true\"\n    \
         nginx.ingress.kubernetes.io/cors-allow-headers: \"X-A\"\n",
        5,
        "preflight-omits-authorization",
        "X-A",
        "X-A, Authorization",
    ),
];

#[test]
fn each_server_is_told_by_what_is_in_its_file() {
    for (name, text, line, id, faulty, mended) in SERVERS {
        let folder = TempDir::new().expect("a folder");
        fs::write(folder.path().join(name), text).expect("a file");
        let output = check(&folder, &["--format", "json", name]);
        let json: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{name}: {why}: {}", text_of(&output)));
        let finding = &json["files"][0]["findings"][0];
        assert_eq!((finding["id"].as_str(), finding["line"].as_u64()), (Some(id), Some(line)), "{name}: {json}");
        fs::write(folder.path().join(name), text.replace(faulty, mended)).expect("a file");
        let output = check(&folder, &[name]);
        assert!(output.status.code() == Some(0) && text_of(&output).contains("nothing in it costs"), "{name}: {}", text_of(&output));
    }
}

fn text_of(output: &Output) -> String {
    format!("{}{}", text(output), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn other_texts_in_the_same_formats_are_no_configurations() {
    for (name, text) in [
        ("openapi.yaml", "openapi: 3.0.0\ninfo: {title: a, version: '1'}\npaths:\n  /middlewares:\n    get: {responses: {}}\n"),
        (
            "compose.yaml",
            "services:\n  a:\n    image: b\n    labels:\n    - traefik.http.routers.a.middlewares=m\n    - traefik.http.middlewares.m.basicauth.users=x\n",
        ),
        ("deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\n"),
        ("ingress.yaml", "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  annotations: {a: b}\n"),
        ("a.json", "{\"apps\": [1], \"http\": {\"servers\": 2}}"),
        ("a.har", "{\"log\": {\"entries\": [], \"comment\": \"static_resources\"}}"),
    ] {
        let folder = TempDir::new().expect("a folder");
        fs::write(folder.path().join(name), text).expect("a file");
        let said = text_of(&check(&folder, &[name]));
        assert!(!said.contains("nothing in it costs") && !said.contains("✗ "), "{name}: {said}");
    }
}

#[test]
fn explain_tells_that_configurations_show_a_cause() {
    let explain = |id: &str| {
        let output = crate::program().args(["explain", id]).stdin(Stdio::null()).output().expect("the program runs");
        text(&output).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(explain("header-stripped-by-proxy").contains("in configurations of servers"));
    assert!(!explain("token-expired").contains("in configurations of servers"));
    for id in authtui::configs::CAUSES {
        assert!(authtui::checks::catalogue::find(id).is_some(), "{id}");
    }
}

/// A recording in which a token that is fine by itself was refused without a word.
fn refused(path: &str) -> String {
    format!(
        r#"{{"log": {{"version": "1.2", "entries": [{{
            "request": {{"method": "GET", "url": "https://api.example{path}", "headers": [
                {{"name": "Authorization", "value": "Bearer b7f3c1e59d2a4f608c7e"}}]}},
            "response": {{"status": 401, "headers": [], "content": {{"size": 29, "text": "{{\"message\": \"Unauthorized\"}}"}}}}}}]}}}}"#
    )
}

#[test]
fn a_configuration_beside_a_request_feeds_its_verdict_on_the_paths_that_it_counts_for() {
    let folder = folder();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write("api.har", &refused("/api/users"));
    write("other.har", &refused("/other/users"));
    let top = |arguments: &[&str]| {
        let output = check(&folder, &[arguments, &["--format", "json"]].concat());
        let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        json["exchanges"][0]["causes"][0].clone()
    };
    let id = |cause: &Value| cause["id"].as_str().map(String::from);
    assert_ne!(id(&top(&["api.har"])).as_deref(), Some("header-stripped-by-proxy"));
    let cause = top(&["api.har", "--config-file", "nginx.conf"]);
    assert_eq!(id(&cause).as_deref(), Some("header-stripped-by-proxy"), "{cause}");
    assert!(cause.to_string().contains("nginx.conf line 5: Authorization is emptied"), "{cause}");
    assert_eq!(cause["fix"]["line"], "proxy_set_header Authorization $http_authorization;", "{cause}");
    assert_eq!(id(&top(&["api.har", "nginx.conf"])).as_deref(), Some("header-stripped-by-proxy"));
    // Another location has another say.
    assert_ne!(id(&top(&["other.har", "--config-file", "nginx.conf"])).as_deref(), Some("header-stripped-by-proxy"));
    // The same where the file of the request names it.
    let named = refused("/api/users").replace("\"request\"", "\"_authtui\": {\"config_file\": \"nginx.conf\"}, \"request\"");
    write("named.har", &named);
    assert_eq!(id(&top(&["named.har"])).as_deref(), Some("header-stripped-by-proxy"));
}

#[test]
fn that_refusals_are_kept_is_likely_the_cause_and_does_not_show_that_this_one_was() {
    let folder = folder();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write("front.conf", "location /cached/ {\n  proxy_pass http://app;\n  proxy_cache api;\n  proxy_cache_valid any 5m;\n}\n");
    write("a.har", &refused("/cached/users"));
    let output = check(&folder, &["a.har", "front.conf", "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let cause = &json["exchanges"][0]["causes"][0];
    assert_eq!(cause["id"], "response-from-cache", "{json}");
    assert!(cause.to_string().contains("front.conf line 4"), "{cause}");
    assert!(cause["confidence"].as_f64().is_some_and(|sure| sure < 0.9), "{cause}");
}

#[test]
fn a_configuration_that_cannot_be_read_is_named() {
    let folder = folder();
    for (given, why) in [("nowhere.conf", "no such file"), ("a.http", "not recognized as a configuration of nginx")] {
        let output = check(&folder, &["a.http", "--config-file", given]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), said.contains(given) && said.contains(why)), (Some(2), true), "{said}");
    }
    fs::write(folder.path().join("b.http"), "# @config-file ../nginx.conf\nGET https://api.example/\n").expect("a file");
    let output = check(&folder, &["b.http"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot read the configuration ../nginx.conf"), "{output:?}");
}
