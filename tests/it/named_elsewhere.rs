//! Secrets whose name does not stand directly before them: in another field, element, column or line. Every way to name them
//! is covered and kept from other origins, and what only looks like such a way stays readable.

use authtui::app::panes::response::ResponseText;
use authtui::domain::headers::Header;
use authtui::domain::origin;
use authtui::domain::request::Request;
use authtui::domain::response::Response;
use authtui::domain::secrecy::echo::Echoes;
use authtui::domain::secrecy::{self, Aim, BodyKind, BodySearch, SearchEnd, Side};
use url::Url;

const CANARY: &str = "CANARYzq8vT4pW2kLm7x";
const SECRETS: [&str; 3] = [CANARY, "hunter2", "hunter2/abc"];
const NAMES: [&str; 6] = ["password", "ApiKey", "client_secret", "Passwort", "securityAnswer", "SessionToken"];

const FORM: &str = "application/x-www-form-urlencoded";
const YAML: &str = "application/yaml";
const CSV: &str = "text/csv";
const XML: &str = "text/xml";
const JSON: &str = "application/json";
const TEXT: &str = "text/plain";
const MULTIPART: &str = "multipart/form-data; boundary=b";

fn covered(media_type: &str, body: &str) -> String {
    let request = Request {
        method: "POST".into(),
        url: "https://h.example/".into(),
        headers: [("Content-Type", media_type)].into_iter().collect(),
        body: body.into(),
        ..Request::default()
    };
    secrecy::replaced(&request, "***").body.to_string()
}

fn bodies(name: &str, c: &str) -> Vec<(&'static str, String)> {
    let part = |head: &str, body: &str| format!("--b\r\nContent-Disposition: {head}\r\n\r\n{body}\r\n");
    vec![
        (FORM, format!("name={name}&value={c}")),
        (FORM, format!("value={c}&name={name}")),
        (FORM, format!("user=ann&key={name}&x=1&val={c}&y=2")),
        (FORM, format!("name=user&value=ann&name={name}&value={c}")),
        (FORM, format!("value=ann&name=user&value={c}&name={name}")),
        (FORM, format!("id=7&value={c}&name={name}")),
        (FORM, format!("fields%5B0%5D%5Bname%5D={name}&fields%5B0%5D%5Bvalue%5D={c}")),
        (FORM, format!("fields.0.name={name}&fields.0.value={c}")),
        (FORM, format!("type={name}&value={c}")),
        (YAML, format!("env:\n  - name: {name}\n    value: {c}\n  - name: page\n    value: two\n")),
        (YAML, format!("env:\n  - name: page\n    value: two\n  - value: {c}\n    name: {name}\n")),
        (YAML, format!("- name: \"{name}\"\n  value: \"{c}\"\n")),
        (YAML, format!("- id: 7\n  name: {name}\n  about: it\n  value: '{c}'\n")),
        (YAML, format!("{name}:\n  value: {c}\n")),
        (YAML, format!("{name}:\n  - {c}\n")),
        (YAML, format!("a:\n  {name}:\n    {c}\n")),
        (TEXT, format!("name = {name}\nvalue = {c}\n")),
        (TEXT, format!("level=info key={name} value={c}")),
        (CSV, format!("user,{name}\nann,{c}\n")),
        (CSV, format!("\u{feff}\"user\";\"{name}\"\r\n\"ann\";\"{c}\"\r\n\"bob\";\"{c}\"\r\n")),
        (CSV, format!("user,{name},note\n\"a,n\"\"n\",\"{c}\",\"two\nlines\"\n")),
        (CSV, format!("name,value\npage,two\n{name},{c}\n")),
        (CSV, format!("value,note,name\n{c},x,{name}\n")),
        (CSV, format!("{name},{c}\n")),
        ("text/tab-separated-values", format!("user\t{name}\nann\t{c}\n")),
        (TEXT, format!("id,user,{name}\n1,ann,{c}\n")),
        ("", format!("id;user;{name}\n1;ann;{c}\n")),
        (MULTIPART, part(&format!("form-data;\r\n name=\"{name}\""), c) + "--b--"),
        (MULTIPART, part(&format!("form-data; filename=\"a\";\r\n\tname=\r\n \"{name}\""), c) + "--b--"),
        (MULTIPART, part("form-data; name=\"name\"", name) + &part("form-data; name=\"value\"", c) + "--b--"),
        (MULTIPART, part("form-data; name=\"value\"", c) + &part("form-data; name=\"name\"", name) + "--b--"),
        (MULTIPART, part("form-data; name=\"f\"; filename=\"a.csv\"", &format!("user,{name}\nann,{c}")) + "--b--"),
        (XML, format!("<{name} value=\"{c}\"/>")),
        (XML, format!("<a><{name} value='{c}' type=\"x\"></{name}></a>")),
        (XML, format!("<x:{name} x:key=\"{c}\"/>")),
        (XML, format!("<field><id>{name}</id><value>{c}</value></field>")),
        (XML, format!("<field><id>{name}</id><about>it</about><value>{c}</value></field>")),
        (XML, format!("<field><value>{c}</value><name>{name}</name></field>")),
        (XML, format!("<field><id>7</id><value><string>{c}</string></value><name>{name}</name></field>")),
        (XML, format!("<field><type>{name}</type><newValue>{c}</newValue></field>")),
        (XML, format!("<a><!-- {name}: {c} --></a>")),
        (XML, format!("<a><!-- <{name}>{c}</{name}> --></a>")),
        (XML, format!("<a><!-- before <add key=\"{name}\" value=\"{c}\"/> behind --></a>")),
        (XML, format!("<!DOCTYPE a [<!ENTITY {name} \"{c}\">]><a>&{name};</a>")),
        (XML, format!("<!DOCTYPE a [\n<!ELEMENT a ANY>\n<!ENTITY % {name} '{c}'>\n]><a/>")),
        (JSON, format!("[\"--{name}\",\"{c}\"]")),
    ]
}

#[test]
fn every_way_to_name_a_secret_from_elsewhere_is_covered() {
    let mut seen = Vec::new();
    for name in NAMES {
        for secret in SECRETS {
            for (media_type, body) in bodies(name, secret) {
                let covered = covered(media_type, &body);
                if covered.contains(CANARY) || covered.contains("hunter2") {
                    seen.push(format!("{media_type}: {body:?} is shown as {covered:?}"));
                }
                if secrecy::withheld_in_body(&body, media_type).is_none() {
                    seen.push(format!("{media_type}: {body:?} arrives at another origin"));
                }
            }
        }
    }
    assert!(seen.is_empty(), "{} of them: {seen:#?}", seen.len());
}

#[test]
fn a_list_of_headers_in_turn_is_covered() {
    for body in [
        format!("[\"Authorization\",\"Bearer {CANARY}\"]"),
        "[\"Authorization\",\"Bearer hunter2\"]".into(),
        "[\"Accept\",\"*/*\",\"Authorization\",\"Basic hunter2\",\"Host\",\"h\"]".into(),
        format!("{{\"headers\":[\"Host\",\"h\",\"X-Api-Key\",\"{CANARY}\"]}}"),
        "{\"headers\":[\"Host\",\"h\",\"Cookie\",\"sid=hunter2\"]}".into(),
        "{\"rawHeaders\":[\"Host\",\"h\",\"X-Api-Key\",\"hunter\"]}".into(),
        "{\"command\":[\"app\",\"--password\",\"hunter\",\"--verbose\"]}".into(),
    ] {
        let shown = covered(JSON, &body);
        assert!(!shown.contains("hunter") && !shown.contains(CANARY), "{shown}");
        assert!(secrecy::withheld_in_body(&body, JSON).is_some(), "{body}");
    }
}

#[test]
fn what_only_looks_like_a_name_beside_a_value_is_readable() {
    for (media_type, body) in [
        (FORM, "name=scope&value=read+write"),
        (FORM, "name=password&label=Your+password&required=yes"),
        (FORM, "name=password&value=&name=page&value=two"),
        (FORM, "id=7&value=12&type=string"),
        (YAML, "- name: page\n  value: two\n- name: scope\n  value: read write\n"),
        (YAML, "- name: password\n  about: the one of the user\n\nvalue: two\n"),
        (YAML, "token:\n  type: string\n  required: yes\n"),
        (YAML, "password:\n  description: of the user\n"),
        (CSV, "user,country_code,page\nann,DE,two\n"),
        (CSV, "name,value\nscope,read write\nerror_code,7b\n"),
        (CSV, "error,description\ninvalid_token,the token expired\n"),
        (TEXT, "Invalid token, expired\nplease, renew it\n"),
        (TEXT, "The password, the key: all of them\nare wrong, sorry\n"),
        (MULTIPART, "--b\r\nContent-Disposition: form-data;\r\n name=\"page\"\r\n\r\ntwo\r\n--b--"),
        (XML, "<field><id>scope</id><value>read write</value></field>"),
        (XML, "<a><!-- the token expired --><b>two</b></a>"),
        (XML, "<!DOCTYPE a [<!ENTITY company \"Acme\">]><a>&company;</a>"),
        (XML, "<!DOCTYPE html><html><body><p>Your password is wrong</p></body></html>"),
        (XML, "<Observation><code value=\"8867-4\"/><status value=\"final\"/></Observation>"),
        (XML, "<dict><key>CFBundleName</key><string>Demo</string><key>Pages</key><string>two</string></dict>"),
        (XML, "<feed><entry><id>tag:h,2026:token</id><content>the words</content></entry></feed>"),
        (JSON, "{\"required\":[\"password\",\"email\"],\"fields\":[\"token\",\"page\",\"code\"]}"),
        (JSON, "[\"authorization\",\"content-type\",\"x-api-key\",\"accept\"]"),
        (JSON, "{\"command\":[\"app\",\"--page\",\"two\",\"--token-type\",\"bearer\"]}"),
        (JSON, "[\"error\",\"invalid_token\"]"),
    ] {
        let found: Vec<_> = secrecy::in_body(body, media_type).into_iter().filter_map(|span| span.cut(body)).collect();
        assert_eq!(found, [""; 0], "{media_type}: {body}");
    }
}

fn in_header(name: &str, value: &str) -> String {
    let header = Header { name: name.into(), value: value.into() };
    secrecy::replace(value, &secrecy::in_header(&header), |_| "***".into())
}

fn crosses(name: &str, value: &str) -> bool {
    let [from, to] = ["https://h.example/", "https://other.example/"].map(|url| Url::parse(url).expect("an address"));
    let crossing = origin::cross(&[(name, value)].into_iter().collect(), &from, &to);
    format!("{:?}", crossing.headers).contains("hunter2")
}

#[test]
fn headers_that_name_a_secret_are_covered_and_stay_at_their_origin() {
    for name in ["X-Passkey", "X-2FA", "X-Mnemonic", "X-Basic", "X-Seed-Phrase", "X-Security-Answer", "X-Pwd-Text", "X-DbPass", "X-TFA"] {
        assert_eq!(in_header(name, "hunter2"), "***", "{name}");
        assert!(!crosses(name, "hunter2"), "{name}");
    }
    // What only may be a key is withheld, and covered where it looks random.
    for name in ["X-Master", "X-Shared", "Access-Control-Key", "Sec-CH-Auth", "Access-Control-Allow-Secret", "Sec-Fetch-Token"] {
        assert_eq!(in_header(name, CANARY), "***", "{name}");
        assert!(!crosses(name, "hunter2"), "{name}");
    }
    for name in ["Access-Control-Allow-Origin", "Access-Control-Request-Headers", "Sec-CH-UA-Platform", "Sec-Fetch-Site"] {
        assert_eq!(in_header(name, "hunter2"), "hunter2", "{name}");
        assert!(crosses(name, "hunter2"), "{name}");
    }
}

#[test]
fn passwords_in_the_words_of_a_header_are_covered() {
    for name in ["Via", "User-Agent", "Referer", "From", "X-Anything", "Access-Control-Allow-Origin"] {
        for (value, shown) in [
            ("https://ann:hunter2@h/", "https://ann:***@h/"),
            ("1.1 ann:hunter2@proxy (x)", "1.1 ann:***@proxy (x)"),
            ("bot/1.0 (+https://ann:hunter2@h/bot)", "bot/1.0 (+https://ann:***@h/bot)"),
            ("ann:hunter2@h", "ann:***@h"),
        ] {
            assert_eq!(in_header(name, value), shown, "{name}");
            assert!(!crosses(name, value), "{name}: {value}");
        }
    }
    for (name, value) in [
        ("Via", "1.1 proxy:8080 (mail@h.example)"),
        ("From", "ann@h.example"),
        ("X-Anything", "mailto:ann@h.example"),
        ("X-Image", "nginx:1.27@sha256:9f86d0"),
        ("X-Repo", "git@h.example:org/repo"),
        ("User-Agent", "bot/1.0 (+https://h.example/bot; mail@h.example)"),
    ] {
        assert_eq!(in_header(name, value), value);
    }
}

#[test]
fn tokens_among_the_protocols_of_a_web_socket_are_covered() {
    for (value, shown) in [
        (
            "base64url.bearer.authorization.k8s.io.aHVudGVyMg, v4.channel.k8s.io",
            "base64url.bearer.authorization.k8s.io.***, v4.channel.k8s.io",
        ),
        ("graphql-ws, eyJhbGciOiJub25lIn0.e30.x", "graphql-ws, ***"),
        ("access_token, hunter2", "access_token, ***"),
        ("graphql-ws, bearer, hunter2", "graphql-ws, bearer, ***"),
        ("bearer.hunter2", "bearer.***"),
        ("graphql-transport-ws, graphql-ws", "graphql-transport-ws, graphql-ws"),
        (
            "v12.stomp, mqtt, base64.channel.k8s.io, wamp.2.json, actioncable-v1-json",
            "v12.stomp, mqtt, base64.channel.k8s.io, wamp.2.json, actioncable-v1-json",
        ),
    ] {
        assert_eq!(in_header("Sec-WebSocket-Protocol", value), shown);
        assert!(!crosses("Sec-WebSocket-Protocol", value), "{value}");
    }
}

#[test]
fn names_of_secrets_and_words_that_are_like_them() {
    for name in [
        "passkey",
        "securityAnswer",
        "security_answer",
        "securityQuestionAnswer",
        "mnemonic",
        "seedPhrase",
        "seedphrase",
        "seed_words",
        "recovery_phrase",
        "pwdText",
        "passwordText",
        "dbpass",
        "userPwd",
        "smtppw",
        "2fa",
        "tfa",
        "unlockCode",
        "verification_code",
        "puk",
        "xprv",
        "memorableWord",
        "keypass",
    ] {
        assert!(secrecy::is_secret_name(name), "{name}");
    }
    for name in [
        "bypass",
        "compass",
        "phrase",
        "search_phrase",
        "catch_phrase",
        "answer",
        "answers",
        "quiz_answer",
        "2fa_enabled",
        "is2faEnabled",
        "words",
        "key_words",
        "trespass",
        "error_text",
        "text",
        "master",
        "shared",
        "basic",
        "verification",
        "unlock",
        "unlocked_at",
        "mnemonic_count",
        "security_question",
    ] {
        assert!(!secrecy::is_secret_name(name), "{name}");
    }
}

#[test]
fn what_names_a_value_may_stand_far_before_it_in_a_long_answer() {
    let filler = "<b><i>the token expired</i></b>\n".repeat(20_000);
    let rows = "7,ann,two\n".repeat(60_000);
    let lines = "the token expired\n".repeat(40_000);
    for (media_type, body) in [
        (XML, format!("<r><password>{filler}<v>{CANARY}</v></password><note>it can be read</note></r>")),
        (XML, format!("<r><field><id>password</id>{filler}<value>{CANARY}</value></field><note>it can be read</note></r>")),
        (XML, format!("<r><password note=\"x\">{}<password>x</password><v>{CANARY}</v></password><note>it can be read</note></r>", filler)),
        (CSV, format!("id,user,password\n{rows}7,ann,{CANARY}\n{rows}")),
        (MULTIPART, format!("--b\nContent-Disposition: form-data; name=\"password\"\n\n{lines}{CANARY}\n--b\n\nit can be read\n--b--")),
        (YAML, format!("{lines}\n- name: password\n  value: {CANARY}\n{lines}\nit can be read")),
    ] {
        let headers = [("Content-Type", media_type)].into_iter().collect();
        let response = Response { headers, body: body.into(), ..Response::default() };
        let mut text = ResponseText::new(&response, Echoes::default());
        loop {
            let shown: String = text.text.char_indices().map(|(at, c)| if text.is_secret(at) { '•' } else { c }).collect();
            assert!(!shown.contains(CANARY), "{media_type}");
            if text.is_whole(&response) {
                assert!(shown.contains("it can be read") || media_type == CSV && shown.ends_with("7,ann,•••\n"), "{media_type}");
                break;
            }
            text.lay_out_more(&response);
        }
    }
}

#[test]
fn a_search_in_steps_finds_what_a_whole_one_finds() {
    for (media_type, body) in bodies("password", CANARY) {
        let kind = BodyKind::of(&body, media_type);
        if matches!(kind, BodyKind::Form | BodyKind::Text) {
            continue;
        }
        for count in [1, 5, 17, 10_000] {
            let mut search = secrecy::search(Side::Response, Aim::Mask);
            let mut steps = BodySearch::starting_at(&body, 0, kind);
            let mut at = 0;
            while at < body.len() {
                let next = steps.advance(&body, count, SearchEnd::OfText, &mut search);
                assert!(next > at, "{body} stops at {at}");
                at = next;
            }
            let spans = search.spans(&body);
            assert!(spans.iter().any(|span| span.cut(&body).is_some_and(|found| found.contains(CANARY))), "{body} in steps of {count}");
        }
    }
}
