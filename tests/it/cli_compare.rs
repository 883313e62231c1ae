//! `authtui compare` from outside: rows, sentence, exit codes, and what stays masked.

use std::io::Write as _;
use std::process::Output;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

fn compare(arguments: &[&str]) -> Output {
    crate::program().arg("compare").args(arguments).output().expect("authtui runs")
}

fn file(text: impl AsRef<[u8]>) -> (tempfile::NamedTempFile, String) {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(text.as_ref()).expect("written");
    let argument = format!("@{}", file.path().display());
    (file, argument)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Compares two texts at 1970-01-01T02:46:40Z, which is second 10,000.
fn compared(a: &str, b: &str, more: &[&str]) -> Value {
    let ((_a, a), (_b, b)) = (file(a), file(b));
    let mut arguments = vec![a.as_str(), b.as_str(), "--format", "json", "--now", "1970-01-01T02:46:40Z"];
    arguments.extend(more);
    let output = compare(&arguments);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(&output.stderr)))
}

fn jwt(claims: &str) -> String {
    format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","kid":"k"}"#), URL_SAFE_NO_PAD.encode(claims))
}

fn row(comparison: &Value, field: &str) -> Value {
    let rows = comparison["rows"].as_array().expect("rows");
    rows.iter().find(|r| r["field"] == field).unwrap_or_else(|| panic!("no row {field}: {comparison}")).clone()
}

#[test]
fn the_json_is_the_contract() {
    let found = compared(&jwt(r#"{"exp":11000,"aud":"orders","sub":"a"}"#), &jwt(r#"{"exp":6400,"aud":"orders","jti":"1"}"#), &[]);
    assert_eq!(found.as_object().expect("an object").keys().collect::<Vec<_>>(), ["version", "rows", "sentence"]);
    assert_eq!(
        row(&found, "claims.exp"),
        json!({"field": "claims.exp", "a": "11000", "b": "6400", "relation": "differs",
               "meaning": "A expires in 16 min 40 s, B expired 1 h ago; B is 1 h 16 min earlier"})
    );
    assert_eq!(row(&found, "claims.aud")["relation"], "same");
    assert_eq!(row(&found, "claims.sub")["relation"], "only-a");
    assert_eq!((&row(&found, "claims.jti")["relation"], &row(&found, "claims.jti")["a"]), (&json!("only-b"), &Value::Null));
    assert!(found["sentence"].as_str().is_some_and(|s| s.starts_with("B expired 1 h ago, A has not expired")), "{found}");
}

#[test]
fn sets_are_compared_as_sets() {
    let found = compared(&jwt(r#"{"scope":"read write"}"#), &jwt(r#"{"scope":"write admin"}"#), &[]);
    assert_eq!(row(&found, "claims.scope")["meaning"], "B lacks read; A lacks admin");
}

#[test]
fn an_invisible_character_is_found_in_an_opaque_token() {
    let found = compared("ghp_0123456789abcdef", "ghp_0123456\u{200b}789abcdef", &[]);
    assert_eq!(row(&found, "hidden characters")["b"], "U+200B (zero width space) at character 12");
}

#[test]
fn an_expected_audience_decides() {
    let found = compared(&jwt(r#"{"aud":"orders"}"#), &jwt(r#"{"aud":"billing"}"#), &["--expect-audience", "orders"]);
    assert!(found["sentence"].as_str().is_some_and(|s| s.contains("this one expects orders")), "{found}");
}

#[test]
fn keys_tell_which_signature_is_wrong() {
    // RFC 7515 appendix A.1, before its end; B has another first letter in its signature.
    let a = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let (key, _) = file(r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#);
    let found = compared(a, &a.replace(".dB", ".eB"), &["--jwks", key.path().to_str().expect("a path")]);
    assert!(found["sentence"].as_str().is_some_and(|s| s.starts_with("B's signature is invalid")), "{found}");
    assert!(row(&found, "signature")["meaning"].as_str().is_some_and(|m| m.starts_with("A valid: ")), "{found}");
}

#[test]
fn whole_requests_are_compared_with_the_token_inside() {
    let request = |url: &str, claims: &str| format!("GET {url} HTTP/1.1\nAccept: */*\nAuthorization: Bearer {}\n", jwt(claims));
    let found = compared(&request("https://a.example/x", r#"{"aud":"a"}"#), &request("https://a.example/x/", r#"{"aud":"b"}"#), &[]);
    assert_eq!(row(&found, "url.path")["meaning"], "they differ only in a slash at the end");
    assert_eq!(row(&found, "claims.aud")["meaning"], "B lacks a; A lacks b");
    assert_eq!(row(&found, "headers.accept")["relation"], "same");
}

#[test]
fn credentials_are_masked_until_asked_for() {
    let (a, b) = ("ghp_0123456789abcdef", "ghp_0123456789ABCDEF");
    assert!(!compared(a, b, &[]).to_string().contains("0123456789"));
    assert!(compared(a, b, &["--reveal"]).to_string().contains("ghp_0123456789ABCDEF"));
}

#[test]
fn the_text_begins_with_the_sentence() {
    let ((_a, a), (_b, b)) = (file(jwt(r#"{"exp":11000}"#)), file(jwt(r#"{"exp":6400}"#)));
    let output = compare(&[&a, &b, "--format", "text", "--now", "1970-01-01T02:46:40Z"]);
    let out = text(&output.stdout);
    assert!(out.starts_with("B expired 1 h ago, A has not expired.\n\n"), "{out}");
    // The heads stand over their columns.
    let lines: Vec<&str> = out.lines().skip(2).take(2).collect();
    let [heads, exp] = lines.as_slice() else { panic!("{out}") };
    assert!(exp.starts_with("≠ claims.exp  A "), "{out}");
    let place = |line: &str, text: &str| line.find(text).map(|at| line[..at].chars().count());
    assert_eq!((place(heads, "A accepted"), place(heads, "B refused")), (place(exp, "A 11000"), place(exp, "B 6400")), "{out}");
    assert!(out.contains("= the same: kind, header.alg, header.kid, signature"), "{out}");
}

#[test]
fn sides_that_were_exchanged_are_asked_about() {
    let (accepted, expired) = (jwt(r#"{"exp":11000}"#), jwt(r#"{"exp":6400}"#));
    let sentence = |a: &str, b: &str| compared(a, b, &[])["sentence"].to_string();
    assert!(sentence(&expired, &accepted).contains("A is the one that expired, 1 h ago, and B has not: are they the other way round?"));
    assert!(!sentence(&accepted, &expired).contains("the other way round"));
}

#[test]
fn the_name_of_a_file_is_not_taken_for_a_token() {
    let (_file, at) = file(jwt("{}"));
    let name = at.strip_prefix('@').expect("a file");
    for sides in [[name, at.as_str()], [at.as_str(), name]] {
        let output = compare(&sides);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(&format!("write {at} to read it")), "{}", text(&output.stderr));
    }
}

#[test]
fn exit_codes_tell_same_from_different_from_bad() {
    let ((_a, a), (_b, b)) = (file(jwt("{}")), file(jwt(r#"{"a":1}"#)));
    assert_eq!(compare(&[&a, &a, "--format", "text"]).status.code(), Some(0));
    assert_eq!(compare(&[&a, &b, "--format", "text"]).status.code(), Some(1));
    let output = compare(&[&a, "@/nowhere/at/all"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("/nowhere/at/all"));
    assert_eq!(compare(&["-", "-"]).status.code(), Some(2));
}

#[test]
fn two_credentials_in_arguments_get_one_warning() {
    let output = compare(&["ghp_0123456789abcdef", "ghp_0123456789abcdeg", "--format", "text"]);
    assert_eq!(text(&output.stderr).lines().count(), 1);
}
