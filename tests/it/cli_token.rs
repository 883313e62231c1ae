//! `authtui token` from outside: what it prints, and its exit codes.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::{Value, json};

/// RFC 7515 appendix A.1.
const HS256: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const HS256_KEY: &str = r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#;
/// RFC 7515 appendix A.3.
const ES256: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
const ES256_KEY: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;
/// RFC 8037 appendix A.4.
const ED25519: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
const ED25519_KEY: &str = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

/// A moment at which the examples of RFC 7515 have not expired.
const BEFORE: &str = "2011-03-22T18:00:00Z";

struct Said {
    out: String,
    err: String,
    code: Option<i32>,
}

impl Said {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}{}", self.out, self.err))
    }
}

fn token(arguments: &[&str], input: impl AsRef<[u8]>) -> Said {
    let mut child = crate::program()
        .arg("token")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("authtui starts");
    // A program that refuses its arguments may be gone before it reads.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_ref());
    let output = child.wait_with_output().expect("authtui ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Said { out: text(output.stdout), err: text(output.stderr), code: output.status.code() }
}

fn file(text: impl AsRef<[u8]>) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(text.as_ref()).expect("written");
    file
}

fn path(file: &tempfile::NamedTempFile) -> &str {
    file.path().to_str().expect("a path")
}

fn signature(token_text: &str, keys: &str) -> Value {
    let keys = file(keys);
    token(&["-", "--format", "json", "--now", BEFORE, "--jwks", path(&keys)], token_text).json()["signature"].clone()
}

#[test]
fn the_json_is_the_contract() {
    let keys = file(HS256_KEY);
    let said = token(&["-", "--format", "json", "--now", BEFORE, "--jwks", path(&keys)], format!("{HS256}\n"));
    let found = said.json();
    let members: Vec<&str> = found.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(members, ["version", "kind", "header", "claims", "signature", "checks"]);
    assert_eq!((&found["version"], &found["kind"]), (&json!(1), &json!("jws")));
    assert_eq!(found["header"], json!({"typ": "JWT", "alg": "HS256"}));
    assert_eq!(found["claims"], json!({"iss": "joe", "exp": 1_300_819_380, "http://example.com/is_root": true}));
    assert_eq!(found["signature"], json!({"state": "valid", "key": "secret", "reason": "HS256 verifies with key \"secret\""}));
    assert!(found["checks"].is_array());
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{}", said.out);
}

#[test]
fn the_examples_of_the_rfcs_verify() {
    assert_eq!(signature(ES256, ES256_KEY)["state"], "valid");
    assert_eq!(signature(ES256, ES256_KEY)["key"], "a");
    let ed25519 = signature(ED25519, ED25519_KEY);
    assert_eq!((&ed25519["state"], &ed25519["key"]), (&json!("valid"), &json!("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")));
}

#[test]
fn a_changed_token_is_invalid_and_exits_1() {
    let keys = file(HS256_KEY);
    let changed = HS256.replace(".dB", ".eB");
    let said = token(&["-", "--format", "json", "--now", BEFORE, "--jwks", path(&keys)], changed);
    let found = said.json();
    assert_eq!(found["signature"]["state"], "invalid");
    assert!(found["signature"]["reason"].as_str().is_some_and(|r| r.contains("does not verify")), "{}", found["signature"]);
    assert_eq!(said.code, Some(1));
}

#[test]
fn without_a_key_the_signature_is_unverified() {
    let said = token(&["-", "--format", "json", "--now", BEFORE], HS256);
    assert_eq!(said.json()["signature"]["state"], "unverified");
}

#[test]
fn a_secret_file_is_tried_in_its_forms() {
    let jwk: Value = serde_json::from_str(HS256_KEY).expect("JSON");
    let secret = file(format!("{}\n", jwk["k"].as_str().expect("k")));
    let said = token(&["-", "--format", "json", "--now", BEFORE, "--secret-file", path(&secret)], HS256);
    assert_eq!(said.json()["signature"]["reason"], "HS256 verifies with the secret, base64-decoded");
}

#[test]
fn what_is_no_jws_has_no_signature() {
    for (text, kind) in
        [("ghp_0123456789abcdefghij", "opaque"), ("v4.local.AAAA", "paseto"), ("eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..a.b.c", "jwe")]
    {
        let found = token(&["-", "--format", "json"], text).json();
        assert_eq!((&found["kind"], &found["signature"]), (&json!(kind), &Value::Null), "{text}");
    }
}

#[test]
fn signatures_of_other_kinds_stay_unverified() {
    for (text, kind) in [("v4.public.e30", "paseto"), ("<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"/>", "saml")] {
        let found = token(&["-", "--format", "json"], text).json();
        assert_eq!((&found["kind"], &found["signature"]["state"]), (&json!(kind), &json!("unverified")), "{text}");
    }
}

#[test]
fn the_json_serialization_is_refused_with_the_way_out() {
    let mut parts = HS256.split('.');
    let mut part = || parts.next().expect("a part");
    let text = json!({"protected": part(), "payload": part(), "signature": part()}).to_string();
    let found = signature(&text, HS256_KEY);
    assert_eq!(found["state"], "invalid");
    assert!(found["reason"].as_str().is_some_and(|r| r.contains("compact") && r.contains("it verifies")), "{found}");
}

#[test]
fn a_scheme_of_its_own_is_kept() {
    let said = token(&["--format", "json", "Basic dXNlcjpwYXNz"], "").json();
    let checks = said["checks"].as_array().map(Vec::as_slice).unwrap_or_default();
    let message = |id: &str| checks.iter().find(|c| c["id"] == id).map(|c| c["message"].clone()).unwrap_or_default();
    assert_eq!((said["kind"].clone(), message("scheme-missing")), ("opaque".into(), "the scheme is Basic".into()), "{said}");
    assert!(token(&["Basic dXNlcjpwYXNz"], "").out.contains("a name and password"));
}

#[test]
fn the_text_is_for_people() {
    let keys = file(HS256_KEY);
    let said = token(&["-", "--now", BEFORE, "--jwks", path(&keys)], format!("Authorization: Bearer {HS256}"));
    for words in ["✓ valid", "who issued it", "expires in 43 min", "header", "claims"] {
        assert!(said.out.contains(words), "{words}: {}", said.out);
    }
}

#[test]
fn what_steers_a_terminal_is_escaped() {
    use base64::Engine as _;
    let b64 = |s: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(s);
    let text = format!("{}.{}.", b64(r#"{"alg":"none"}"#), b64("{\"sub\":\"\u{202e}x\",\"\u{9b}2J\":1,\"y\":\"\\u001b[2J\"}"));
    let said = token(&["-"], text);
    assert!(!said.out.contains(['\u{1b}', '\u{202e}', '\u{9b}']), "{}", said.out);
    assert!(said.out.contains("\\u{202e}x"), "{}", said.out);
}

#[test]
fn a_token_in_an_argument_gets_one_warning() {
    let said = token(&[HS256, "--format", "json", "--now", BEFORE], "");
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    assert!(said.err.contains("history"));
    let quiet = file(HS256);
    assert_eq!(token(&[&format!("@{}", path(&quiet)), "--now", BEFORE], "").err, "");
}

#[test]
fn the_name_of_a_file_is_not_taken_for_a_token() {
    let there = file(HS256);
    let said = token(&[path(&there)], "");
    assert!(said.code == Some(2) && said.err.contains(&format!("write @{} to read it", path(&there))), "{}", said.err);
}

#[test]
fn bad_input_is_named_with_its_place_and_exits_2() {
    let keys = file("{\n  \"keys\": [}");
    let said = token(&["-", "--jwks", path(&keys)], HS256);
    assert!(said.code == Some(2) && said.err.contains("line 2, column "), "{}", said.err);
    let said = token(&["-"], "");
    assert!(said.code == Some(2) && said.err.contains("line 1, column 1"), "{}", said.err);
    let said = token(&["-"], b"ab\n\xff");
    assert!(said.code == Some(2) && said.err.contains("line 2, column 1") && said.err.contains("not UTF-8"), "{}", said.err);
    let said = token(&["@/nowhere/at/all"], "");
    assert!(said.code == Some(2) && said.err.contains("/nowhere/at/all"), "{}", said.err);
}

#[test]
fn a_token_is_made_and_verifies_with_its_key() {
    let key = file(HS256_KEY);
    let claims = file(r#"{"iss": "joe", "exp": {{$timestamp 1 h}}}"#);
    let made = token(&["--sign", path(&key), "--claims", path(&claims), "--header", r#"{"kid":"k1"}"#], "");
    assert_eq!((made.code, made.err.as_str()), (Some(0), ""));
    let said = token(&["-", "--format", "json", "--jwks", path(&key)], made.out.trim()).json();
    assert_eq!((&said["signature"]["state"], &said["header"]["kid"]), (&json!("valid"), &json!("k1")));
    let piped = token(&["--sign", path(&key), "--claims", "-"], r#"{"sub":"ana"}"#);
    assert_eq!(token(&["-", "--format", "json"], piped.out.trim()).json()["claims"], json!({"sub": "ana"}));
}

#[test]
fn what_cannot_be_signed_is_told_with_its_file() {
    let (key, public) = (file(HS256_KEY), file(ED25519_KEY));
    for (arguments, input, told) in [
        (vec!["--sign", path(&public), "--claims", "-"], "{}", "has no \"d\", which the private key is made of"),
        (vec!["--sign", path(&key), "--claims", "-"], "[]", "the claims are to be a JSON object"),
        (vec!["--sign", path(&key), "--claims", "-"], r#"{"a":"{{x}}"}"#, "{{x}} has no value"),
        (vec!["--sign", path(&key), "--claims", "-", "--header", "1"], "{}", "--header is to be a JSON object"),
        (vec!["--sign", path(&key), "--claims", "-", "--header", r#"{"alg":"RS256"}"#], "{}", "which this key cannot sign: it signs HS256"),
        (vec!["--sign", "nowhere.pem", "--claims", "-"], "{}", "nowhere.pem"),
        (vec!["--sign", path(&key)], "", "--claims"),
    ] {
        let said = token(&arguments, input);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(said.err.contains(told), "{arguments:?}: {}", said.err);
    }
}
