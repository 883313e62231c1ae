//! The list of the values of an environment masks what is secret.

use authtui::io::load;

use crate::keys::harness::{Program, document};

/// The text of the list of an environment with one value.
fn listed(name: &str, value: &str) -> Program {
    let folder = tempfile::tempdir().expect("a folder");
    let environments = serde_json::json!({ "dev": { name: value } }).to_string();
    std::fs::write(folder.path().join("a.http"), "GET https://h.example/\n").expect("a file");
    std::fs::write(folder.path().join("http-client.env.json"), environments).expect("a file");
    let mut program = Program::sized(load::here(folder.path()), 220, 40);
    program.keys("V").shows("Values in dev").shows(name);
    program
}

#[test]
fn a_value_that_is_or_holds_a_secret_is_masked_in_the_list_whatever_its_name() {
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.q7Rk2mXw9Tb4Zp1LcV8nq7Rk2mXw";
    let ghp = format!("ghp_{}", "Ab1".repeat(12));
    for (name, value, secret) in [
        ("hdr", "Bearer q7Rk2mXw9Tb4Zp1LcV8n", "q7Rk2m"),
        ("line", "Basic YW5uOmh1bnRlcjJodW50ZXI=", "YW5uOm"),
        ("gh", ghp.as_str(), "ghp_"),
        ("x", token, "eyJ"),
        ("DATABASE_URL", "postgres://a:Sunny-Meadow4@h/d", "Sunny"),
        ("base", "https://ann:Sunny-Meadow7@127.0.0.1:9", "Sunny"),
        ("login_body", r#"{"password":"Sunny-Meadow5"}"#, "Sunny"),
        ("conn", "Server=x;Uid=a;Pwd=Sunny-Meadow3", "Sunny"),
        ("y", "https://h.example/cb?access_token=q7Rk2mXw9Tb4Zp1L", "q7Rk2m"),
        ("form", "user=ann&password=Sunny-Meadow5", "Sunny"),
        ("pem", "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----", "MIIE"),
        ("hook", "https://hooks.slack.com/services/T00000000/B00000000/XXXXyyyyZZZZ1111222233aa", "XXXX"),
        ("user", "ann:Sunny-Meadow8", "Sunny"),
        ("secret_id", "6a174c20-f6de-a53c-74d2-6018fcceff64", "6a174c20"),
    ] {
        listed(name, value).hides(secret).keys("m").shows(secret);
    }
    for (name, value) in [
        ("host", "https://api.example:8443/v1"),
        ("base_url", "https://h.example/items?page=2&sort=name"),
        ("client_id", "Xk29fLmqT77aBc01"),
        ("tenant", "550e8400-e29b-41d4-a716-446655440000"),
        ("user", "ann.lee@mail.example"),
        ("login", "ann7"),
        ("scope", "read:user write:org2"),
        ("agent", "a/1.2.3 (X11; Linux x86_64)"),
        ("body", r#"{"page":2,"name":"ann7"}"#),
    ] {
        listed(name, value).shows(value);
    }
}

/// A variable may be called anything: what a request sends as its credential is one.
#[test]
fn a_value_that_is_used_as_a_credential_is_masked_in_the_list_and_left_out_of_drafts() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "@header = Bearer {{sesame}}\n### me\nGET https://h.example/{{place}}\nAuthorization: {{header}}\n";
    std::fs::write(folder.path().join("a.http"), text).expect("a file");
    let environments = r#"{"dev": {"sesame": "opensesame77", "place": "garden77"}}"#;
    std::fs::write(folder.path().join("http-client.env.json"), environments).expect("a file");
    let mut program = Program::sized(load::here(folder.path()), 220, 40);
    program.keys("V").shows("sesame").hides("opensesame77").shows("garden77");
    program.keys("m").shows("opensesame77").keys("m");
    program.keys("Enter").types("88").keys("Enter ↓ Enter").types("88").keys("Enter");
    let values = program.app.model.draft().values;
    let drafted = |name: &str| values.iter().find(|value| value.name == name).expect("a changed value").value.clone();
    assert_eq!((drafted("sesame"), drafted("place")), (None, Some("garden7788".into())));
}

/// So is what such a value is made of, in whatever file, and each part of a credential; the user of a password is none.
#[test]
fn what_a_credential_is_made_of_is_masked_in_the_list() {
    for (values, header) in [
        (r#"{"sesame": "{{inner}}", "inner": "opensesame77"}"#, "Authorization: Bearer {{sesame}}"),
        (r#"{"one": "opensesame77", "two": "xkcdfoobar99"}"#, "X-Api-Key: {{one}}{{two}}"),
        (r#"{"one": "opensesame77", "two": "xkcdfoobar99"}"#, "Authorization: Bearer {{one}}.{{two}}"),
        (r#"{"user": "ann", "two": "opensesame77"}"#, "Authorization: Basic {{user}} {{two}}"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a.http"), format!("GET https://h.example/\n{header}\n")).expect("a file");
        std::fs::write(folder.path().join("http-client.env.json"), format!(r#"{{"dev": {values}}}"#)).expect("a file");
        let mut program = Program::sized(load::here(folder.path()), 220, 40);
        program.keys("V").shows("Values in dev").hides("opensesame77").hides("xkcdfoobar99");
        if values.contains("ann") {
            program.shows("ann");
        }
    }
}

#[test]
fn a_secret_in_the_notes_is_masked_like_any_other() {
    let request = "### a\n# @authtui-notes the login is password=c4n4ry-w0rd, ask ops\nGET https://h/\nAuthorization: Bearer undefined\n";
    let mut program = Program::sized(vec![document(request)], 160, 48);
    program.shows("ask ops").hides("c4n4ry-w0rd").keys("m").shows("c4n4ry-w0rd");
}
