//! Secrets without a name of their own: behind the name of a user, in the place of a call, in what clients of databases and manifests of
//! clusters write.

use authtui::domain::secrecy;

use super::{CANARY, are_covered, are_readable};

const FORM: &str = "application/x-www-form-urlencoded";
const YAML: &str = "application/yaml";
const XML: &str = "text/xml";
const HTML: &str = "text/html";
const JSON: &str = "application/json";
const TEXT: &str = "text/plain";

const SECRETS: [&str; 3] = [CANARY, "hunter2", "Sunny-Meadow7"];

#[test]
fn a_password_behind_the_name_of_a_user_is_covered() {
    are_covered(&SECRETS, |c| {
        vec![
            (JSON, format!("{{\"user\":\"ann:{c}\"}}")),
            (JSON, format!("{{\"a\":{{\"login\":\"ann@h.example:{c}\"}}}}")),
            (JSON, format!("{{\"login\":[\"ann\",\"{c}\"]}}")),
            (JSON, format!("{{\"basicAuth\":[\"ann\",\"{c}\"],\"n\":1}}")),
            (FORM, format!("user=ann:{c}&page=two")),
            (YAML, format!("page: two\nuser: ann:{c}\n")),
            (TEXT, format!("userpwd=ann:{c}\n")),
            (XML, format!("<a user=\"ann:{c}\"/>")),
        ]
    });
    are_readable(&[
        (JSON, "{\"user\":\"1000:1000\",\"login\":\"ann\",\"username\":\"role:admin\"}"),
        (JSON, "{\"user\":\"urn:example:b7\",\"login\":\"https://h.example/b7\",\"note\":\"ann:b7c\"}"),
        (JSON, "{\"login\":[\"ann\",\"bob\"],\"users\":[\"ann7\",\"bob7\"]}"),
        (JSON, "{\"login\":[\"ann7\",\"bob7\",\"eve7\"]}"),
        (FORM, "user=ann7&login=bob7"),
    ]);
}

#[test]
fn what_database_clients_are_told_is_covered() {
    are_covered(&SECRETS, |c| {
        vec![
            (TEXT, format!("mysql -u root -p{c} db")),
            (TEXT, format!("/usr/bin/mysqldump -h h -uroot -p'{c}' db > out")),
            (JSON, format!("{{\"run\":\"set -e\\nmysql -p{c} db\\n\"}}")),
            (TEXT, format!("sshpass -p {c} ssh ann@h.example")),
            (TEXT, format!("sshpass -p{c} ssh ann@h.example")),
            (TEXT, format!("docker login -u ann -p {c} h.example")),
            (TEXT, format!("az login --service-principal -u ann \\\n -p {c}")),
            (TEXT, format!("h.example:5432:db:ann:{c}\n")),
            (TEXT, format!("# hosts\n*:*:*:ann:{c}\nlocalhost:5432:db:bob:{c}\n")),
            (TEXT, format!("ALTER USER ann IDENTIFIED BY '{c}'")),
            (TEXT, format!("create user 'ann'@'%' identified with caching_sha2_password by '{c}';")),
            (JSON, format!("{{\"sql\":\"CREATE ROLE ann LOGIN PASSWORD '{c}'\"}}")),
            (TEXT, format!("SET PASSWORD FOR 'ann' = PASSWORD('{c}');")),
        ]
    });
    are_readable(&[
        (TEXT, "mkdir -p/var/lib/data7 && mysql -u root db"),
        (TEXT, "mysql -u root db | grep -pattern7 x"),
        (TEXT, "2001:0db8:85a3:0000:0000:8a2e:0370:7334"),
        (TEXT, "00:11:22:33:44:55"),
        (TEXT, "the field 'password' is 'required'"),
        (TEXT, "ssh -p 2222 ann@h.example"),
        (TEXT, "docker login h.example\nssh -p 2222 ann@h.example"),
    ]);
}

#[test]
fn the_values_of_a_secret_of_a_cluster_are_covered() {
    are_covered(&SECRETS, |c| {
        vec![
            (JSON, format!("{{\"kind\":\"Secret\",\"stringData\":{{\"x\":\"{c}\"}}}}")),
            (JSON, format!("{{\"apiVersion\":\"v1\",\"data\":{{\"x\":\"{c}\"}},\"kind\":\"Secret\"}}")),
            (JSON, format!("{{\"items\":[{{\"kind\":\"Secret\",\"metadata\":{{\"name\":\"a\"}},\"data\":{{\"x\":\"{c}\"}}}}]}}")),
            (YAML, format!("kind: Secret\nstringData:\n  x: {c}\n")),
            (YAML, format!("apiVersion: v1\ndata:\n  one: two\n  x: \"{c}\"\nkind: Secret\n")),
        ]
    });
    are_readable(&[
        (JSON, "{\"kind\":\"ConfigMap\",\"data\":{\"x\":\"hunter2\"}}"),
        (JSON, "{\"kind\":\"Secret\",\"metadata\":{\"name\":\"web7\"}}"),
        (JSON, "[{\"kind\":\"Secret\"},{\"data\":{\"x\":\"web7\"}}]"),
        (YAML, "kind: ConfigMap\ndata:\n  x: hunter2\n"),
    ]);
}

#[test]
fn texts_over_several_lines_are_covered() {
    are_covered(&SECRETS, |c| {
        let query = format!("mutation {{ login(user: \"ann\", password: \"\"\"{c}\"\"\") {{ id }} }}");
        let spaced = format!("mutation {{\n login(\n  password: \"\"\"\n  {c}\n  \"\"\"\n ) {{ id }}\n}}");
        vec![
            (JSON, serde_json::json!({ "query": query }).to_string()),
            (JSON, serde_json::json!({ "query": spaced }).to_string()),
            ("application/graphql", query),
            ("application/graphql", spaced),
            ("application/toml", format!("password = \"\"\"\n{c}\n\"\"\"\n")),
            ("application/toml", format!("password = '''{c}'''\n")),
            (YAML, format!("user: ann\npassword: >-\n  {c}\n")),
            (YAML, format!("user: ann\npassword: |\n  {c}\n  {c}\npage: two\n")),
            (YAML, format!("password: |2-\n   {c}\n")),
        ]
    });
}

#[test]
fn the_value_of_a_field_for_a_password_is_covered() {
    are_covered(&SECRETS, |c| {
        vec![
            (HTML, format!("<form><input type=\"password\" name=\"x\" value=\"{c}\"></form>")),
            (HTML, format!("<input value=\"{c}\" type=password>")),
            (HTML, format!("<INPUT NAME=x TYPE='Password' VALUE='{c}'/>")),
        ]
    });
    are_readable(&[(HTML, "<input type=\"text\" name=\"x\" value=\"web7\"><input type=\"password\" value=\"\">")]);
}

#[test]
fn the_parameters_of_any_call_by_place_stay_at_their_origin_where_they_are_no_words() {
    let xml = |second: &str| {
        format!(
            "<methodCall><methodName>wp.getPosts</methodName><params><param><value><int>1</int></value></param>\
             <param><value><string>ann</string></value></param><param><value><string>{second}</string></value></param></params></methodCall>"
        )
    };
    let json = |second: &str| format!("{{\"method\":\"getPosts\",\"params\":[\"ann\",\"{second}\"]}}");
    for secret in SECRETS {
        for (media_type, body) in [(XML, xml(secret)), (JSON, json(secret))] {
            assert!(secrecy::may_hold_secret(&body, media_type), "{body}");
        }
    }
    for (media_type, body) in [(XML, xml("two")), (JSON, json("two words"))] {
        assert!(!secrecy::may_hold_secret(&body, media_type), "{body}");
    }
}

#[test]
fn what_a_short_line_gives_as_a_secret_is_covered() {
    are_covered(&["hunter2", "Sunny-Meadow7", "p@ss/w0rd"], |secret| {
        let text = |body: String| ("text/plain", body);
        vec![
            text(format!("--password {secret}")),
            text(format!("--password={secret}")),
            text(format!("AUTH {secret}")),
            text(format!("AUTH ann {secret}\r\nPING\r\n")),
            text(format!("USER ann\r\nPASS {secret}\r\n")),
            text(format!("set requirepass {secret}")),
            text(format!("CONFIG SET requirepass {secret}")),
            text(format!("FROM x\nENV TOKEN {secret}\n")),
            text(format!("password {secret}")),
            text(format!("GRANT ALL ON *.* TO bob IDENTIFIED BY \"{secret}\"")),
            text(format!("ann:{secret}")),
            text(format!("ann:{secret}\nbob:{secret}\n")),
        ]
    });
    are_readable(&[
        ("text/plain", "AUTH required"),
        ("text/plain", "PASS or fail"),
        ("text/plain", "the token is set\npassword expired\nset password policy\nconfig key 8-72"),
        ("text/plain", "password must have 8 letters"),
        ("text/plain", "level:warn"),
        ("text/plain", "host:8080\nother:9090"),
        ("text/plain", "sha256:9f86d081884c"),
        ("text/plain", "ann:hunter is here"),
        ("text/plain", "C:\\temp7\\x"),
        ("text/plain", "--verbose\n--page 2"),
    ]);
}

#[test]
fn maps_and_strings_of_other_notations_are_covered() {
    are_covered(&["hunter2", "Sunny-Meadow7"], |secret| {
        vec![
            ("application/yaml", format!("{{password: {secret}}}")),
            ("application/yaml", format!("users:\n  bob: {{name: bob, pw: {secret}}}\n")),
            ("application/yaml", format!("? password\n: {secret}\n")),
            ("application/json", format!("{{password: {secret}}}")),
            ("", format!("{{user: ann, password: {secret}}}")),
            ("application/javascript", format!("{{auth:{{username:\"b\",password:`{secret}`}}}}")),
            ("application/json", format!("{{\"type\":\"password\",\"content\":\"{secret}\"}}")),
            ("application/json", format!("{{\"text\":\"{secret}\",\"type\":\"password\"}}")),
            ("application/json", format!("{{\"new_password\":\"{secret}\",\"confirm\":\"{secret}\"}}")),
            ("application/x-www-form-urlencoded", format!("new_password={secret}&again={secret}")),
            (
                "multipart/form-data; boundary=b",
                format!("--b\r\nAuthorization: Bearer {secret}\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b--"),
            ),
            ("application/x-www-form-urlencoded", format!("a=1&password;={secret}")),
        ]
    });
    assert_eq!(secrecy::masked_url("https://h/?a=1&password;=hunter2"), "https://h/?a=1&password;=***");
    are_readable(&[
        ("application/yaml", "{password: string, token: required}"),
        ("application/yaml", "rules: {password: 8-72 chars, token: expired}"),
        ("application/javascript", "{password: getPassword(form7), token: null}"),
        ("application/json", "{\"type\":\"password\",\"text\":\"Enter at least 8 chars!\"}"),
        ("application/json", "{\"type\":\"token\",\"content\":\"world7\"}"),
        ("application/json", "{\"user\":\"admin\",\"password\":null,\"confirm\":true}"),
        ("application/x-www-form-urlencoded", "confirm=yes&a;=b7x"),
    ]);
}
