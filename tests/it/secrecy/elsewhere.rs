//! Secrets whose name does not stand directly before them: in another field, element, column or line. Every way to name them
//! is covered and kept from other origins, and what only looks like such a way stays readable.

use authtui::app::panes::response::{BodyForm, ResponseText};
use authtui::domain::response::Response;
use authtui::domain::secrecy::echo::Echoes;
use authtui::domain::secrecy::{self, Aim, BodyKind, BodySearch, SearchEnd, Side};

use super::{CANARY, are_covered, are_readable, covered, drawn, request};

const SECRETS: [&str; 3] = [CANARY, "hunter2", "hunter2/abc"];
const NAMES: [&str; 6] = ["password", "ApiKey", "client_secret", "Passwort", "securityAnswer", "SessionToken"];

const FORM: &str = "application/x-www-form-urlencoded";
const YAML: &str = "application/yaml";
const CSV: &str = "text/csv";
const XML: &str = "text/xml";
const JSON: &str = "application/json";
const TEXT: &str = "text/plain";
const MULTIPART: &str = "multipart/form-data; boundary=b";

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
        (TEXT, format!("{name}\t{c}")),
        (TEXT, format!("user\tann\n{name}\t\t{c}\nhost\th\n")),
        (TEXT, format!("app --{name} {c} --verbose")),
        (TEXT, format!("app --verbose --{name} '{c}' \\\n  --user ann")),
        (YAML, format!("{name}:\n- one7\n- {c}\n")),
        (YAML, format!("a:\n  {name}:\n  - {c}\n  - two\n")),
        (YAML, format!("{name}:\n - '{c}'\n - two\n")),
        (JSON, format!("{{\"config\":\"user: ann\\n{name}: {c}\\n\"}}")),
        (JSON, format!("{{ // don't lose it\n \"{name}\": \"{c}\", }}")),
        (JSON, format!("{{ /* the \"old\" one */ \"{name}\" /* a \"name\" */ : /* \"x\" */ \"{c}\", /* end */ }}")),
        (JSON, format!("{{ \"a\": 1, // \"{name}\": \"{c}\"\n }}")),
        (JSON, format!("{{ \"{name}\": // that's \"it\"\n \"{c}\",\n}}")),
        ("", format!("// settings\n/* of ann */ {{\"{name}\":\"{c}\",}}")),
    ]
}

#[test]
fn every_way_to_name_a_secret_from_elsewhere_is_covered() {
    for name in NAMES {
        are_covered(&SECRETS, |secret| bodies(name, secret));
    }
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
        assert!(secrecy::may_hold_secret(&body, JSON), "{body}");
    }
}

#[test]
fn what_only_looks_like_a_name_beside_a_value_is_readable() {
    are_readable(&[
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
    ]);
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
        let mut text = ResponseText::new(&response, Echoes::default(), BodyForm::LaidOut);
        loop {
            let shown = drawn(&text);
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

/// Members whose name is the value of another one.
#[test]
fn every_way_of_json_to_name_the_value_of_another_member_is_covered() {
    let mut seen = Vec::new();
    for value in ["summer", CANARY] {
        for body in [
            format!("{{\"type\":\"password\",\"temporary\":false,\"value\":\"{value}\"}}"),
            format!("{{\"value\":\"{value}\",\"id\":\"7\",\"type\":\"password\"}}"),
            format!("[{{\"op\":\"replace\",\"path\":\"/user/password\",\"value\":\"{value}\"}}]"),
            format!("{{\"Operations\":[{{\"op\":\"replace\",\"path\":\"password\",\"value\":\"{value}\"}}]}}"),
            format!("{{\"attribute\":\"client_secret\",\"oldValue\":\"{value}\",\"newValue\":\"{value}\"}}"),
            format!("{{\"oldValue\":\"{value}\",\"newValue\":\"{value}\",\"field\":\"password\"}}"),
            format!("{{\"label\":\"API key\",\"value\":\"{value}\"}}"),
            format!("{{\"name\":\"apiKey\",\"id\":\"7\",\"value\":\"{value}\"}}"),
            format!("{{\"key\":\"password\",\"value\":{{\"stringValue\":\"{value}\"}}}}"),
            format!("{{\"k\":\"password\",\"v\":\"{value}\"}}"),
            format!("{{\"name\":\"password\",\"value\":[\"{value}\"]}}"),
            format!("{{\"headers\":[[\"Authorization\",\"{value}\"],[\"Accept\",\"x\"]]}}"),
            format!("{{\"headers\":[\"Accept: x\",\"Authorization: Bearer {value}\"]}}"),
            format!("{{\"headers\":[\"X-Api-Key: {value}\"]}}"),
        ] {
            let request = request("https://h.example/", &[("Content-Type", JSON)], &body);
            if secrecy::replaced(&request, "***").body.contains(value) || !secrecy::may_hold_secret(&body, JSON) {
                seen.push(body);
            }
        }
    }
    assert!(seen.is_empty(), "{seen:#?}");
    are_readable(&[
        (JSON, "{\"type\":\"password\",\"message\":\"it is wrong\",\"text\":\"enter it\"}"),
        (JSON, "{\"path\":\"/oauth/token\",\"data\":\"grant refused\"}"),
        (JSON, "{\"name\":\"scope\",\"value\":\"read write\"}"),
        (JSON, "{\"type\":\"string\",\"value\":\"password\"}"),
        (JSON, "{\"required\":[\"password\",\"email\"],\"pairs\":[[\"token\",\"password\"],[\"page\",\"two\"]]}"),
        (JSON, "{\"allowed\":[\"authorization\",\"content-type\"]}"),
        (JSON, "{\"note\":\"password: required\",\"error\":\"token: it is expired\"}"),
    ]);
}

#[test]
fn commands_and_files_of_passwords_are_covered() {
    are_covered(&SECRETS, |c| {
        let texts = [
            format!("machine h.example login ann password {c}"),
            format!("machine h.example\n  login ann\n  password {c}\nmachine other login bob password two7"),
            format!("default login ann password {c}"),
            format!("machine h user ann account x passwd {c}"),
            format!("curl -u ann:{c} https://h.example/"),
            format!("curl --user 'ann:{c}' https://h.example/"),
            format!("curl -sS -U ann:{c} -x http://p https://h.example/"),
            format!("curl -H 'X-Api-Key: {c}' https://h.example/"),
            format!("curl --header \"Authorization: Bearer {c}\" https://h.example/"),
            format!("curl -b 'sid={c}; page=two' https://h.example/"),
            format!("curl --oauth2-bearer {c} https://h.example/"),
            format!("psql --password {c} -h h"),
            format!("http -a ann:{c} h.example/items"),
            format!("FOO=1 APP_PASSWORD={c} app run"),
        ];
        let places = texts.map(|text| {
            let json = serde_json::json!({ "cmd": text, "n": 1 }).to_string();
            let lines = serde_json::json!({ "run": format!("set -e\n{text}\necho done") }).to_string();
            let words = serde_json::to_string(&text.split(' ').map(|word| word.trim_matches('\'')).collect::<Vec<_>>()).expect("JSON");
            let as_words = if text.starts_with("curl -u") || text.starts_with("http -a") { words } else { json.clone() };
            [(TEXT, text), (JSON, json), (JSON, lines), (JSON, as_words)]
        });
        places.into_iter().flatten().collect()
    });
    for text in [
        "the machine needs a login and a password to work",
        "curl -v -X POST --url https://h.example/ -o out",
        "docker run -u 1000:1000 --name web7 image",
        "name\tvalue\npage\ttwo",
        "error\tinvalid_token",
        "app --page two --token-type bearer --sort-key name",
    ] {
        let found: Vec<_> = secrecy::in_body(text, TEXT).into_iter().filter_map(|span| span.cut(text)).collect();
        assert!(found.iter().all(|found| *found == "1000"), "{text}: {found:?}");
    }
    let answer = "use curl -u user:pass -H 'X-Api-Key: value' and the password\tof yours";
    assert_eq!(secrecy::in_answer_body(answer, TEXT), []);
}

#[test]
fn the_parameters_of_a_call_that_logs_in_are_covered_by_their_place() {
    let mut seen = Vec::new();
    for method in ["login", "user.login", "auth", "common.authenticate", "session.signIn", "wallet_unlock", "walletpassphrase"] {
        for c in ["summer", "hunter2", CANARY] {
            for (media_type, body) in [
                (JSON, format!("{{\"jsonrpc\":\"2.0\",\"method\":\"{method}\",\"params\":[\"ann\",\"{c}\"],\"id\":1}}")),
                (JSON, format!("{{\"params\":[\"ann\",\"{c}\",true],\"id\":1,\"method\":\"{method}\"}}")),
                (
                    JSON,
                    format!(
                        "{{\"method\":\"call\",\"params\":{{\"service\":\"common\",\"method\":\"{method}\",\"args\":[\"db\",\"ann\",\"{c}\"]}}}}"
                    ),
                ),
                (JSON, format!("[{{\"method\":\"{method}\",\"params\":[\"{c}\",60]}},{{\"method\":\"list\",\"params\":[\"two\"]}}]")),
                (JSON, format!("{{\"method\":\"{method}\",\"params\":[\"ann\",\"{c}\"")),
                (
                    XML,
                    format!(
                        "<methodCall><methodName>{method}</methodName><params><param><value><string>ann</string></value></param>\
                         <param><value>{c}</value></param><param><value><int>7</int></value></param></params></methodCall>"
                    ),
                ),
                (
                    XML,
                    format!("<methodCall><methodName>{method}</methodName><params><param><value>{c}</value></param></params></methodCall>"),
                ),
                (XML, format!("<s:Body><x:{method}><arg0>ann</arg0><arg1>{c}</arg1></x:{method}></s:Body>")),
            ] {
                let shown = covered(media_type, &body);
                // The name of the one who logs in is readable, unless the element of the call says that all in it is secret.
                let most =
                    if body.contains("\"db\"") || body.contains("<x:auth>") || body.contains("<x:walletpassphrase>") { 2 } else { 1 };
                if shown.contains(c) || shown.matches("***").count() > most {
                    seen.push(format!("{body} is shown as {shown}"));
                }
                if !secrecy::may_hold_secret(&body, media_type) {
                    seen.push(format!("{body} counts as one without a credential"));
                }
            }
        }
    }
    assert!(seen.is_empty(), "{} of them: {seen:#?}", seen.len());
    are_readable(&[
        (JSON, "{\"method\":\"item.list\",\"params\":[\"two\",\"three\"]}"),
        (JSON, "{\"method\":\"author.get\",\"params\":[\"ann\",\"lee\"]}"),
        (JSON, "{\"method\":\"login\",\"tags\":[\"two\",\"three\"]}"),
        (XML, "<methodCall><methodName>list</methodName><params><param><value>two</value></param></params></methodCall>"),
        (XML, "<list><arg0>two</arg0><arg1>three</arg1></list>"),
    ]);
}

#[test]
fn comments_of_json_hide_nothing_that_is_not_one() {
    are_readable(&[
        (JSON, "{ // the user's name\n \"user\": \"ann\", /* page */ \"page\": \"two\", }"),
        (JSON, "{\"url\": \"https://h.example//x\", \"path\": \"a/*b*/\"}"),
        (JSON, "{url: http://h.example/x, page: two}"),
    ]);
    let body = format!("{{url: http://h.example/x, password: \"{CANARY}\"}}");
    assert!(!covered(JSON, &body).contains(CANARY));
}

#[test]
fn a_long_answer_searched_in_steps_is_covered_like_a_whole_one() {
    let words = "{\"id\":7,\"tags\":[\"a\",\"b\"],\"note\":\"the token expired\"}";
    for (media_type, start, filler, secret, end) in [
        (JSON, "{\"items\":[", words, format!("{{\"password\":\"{CANARY}\"}}"), "]}"),
        (JSON, "{\"items\":[", words, format!("{{\"name\":\"password\",\"value\":\"{CANARY}\"}}"), "]}"),
        (XML, "<r>", "<b><i>the token expired</i></b>\n", format!("<field><id>password</id><value>{CANARY}</value></field>"), "</r>"),
        (CSV, "id,password\n", "7,\n", format!("8,{CANARY}\n"), ""),
        (
            MULTIPART,
            "",
            "--b\nContent-Disposition: form-data; name=\"page\"\n\ntwo\n",
            format!("--b\nContent-Disposition: form-data; name=\"password\"\n\n{CANARY}\n"),
            "--b--",
        ),
        (TEXT, "", "the token expired\n", format!("access_token={CANARY}\n"), ""),
        (FORM, "", "page=two&", format!("access_token={CANARY}&"), "x=1"),
    ] {
        let separator = if media_type == JSON { "," } else { "" };
        let half = format!("{filler}{separator}").repeat(150_000 / filler.len());
        let body = format!("{start}{half}{secret}{separator}{half}{secret}{end}");
        assert!(body.len() > 256 << 10, "{media_type}");
        let whole = secrecy::in_answer_body(&body, media_type);
        assert_eq!(whole.len(), 2, "{media_type}");
        let mut search = secrecy::search(Side::Response, Aim::Mask);
        let mut steps = BodySearch::starting_at(&body, 0, BodyKind::of(&body, media_type));
        while steps.advance(&body, 40_000, SearchEnd::OfText, &mut search) < body.len() {}
        assert_eq!(search.spans(&body), whole, "{media_type}");
    }
}

#[test]
fn a_value_whose_quotes_were_forgotten_is_covered() {
    for body in [
        "{\"password\": Tr0ub4dor&3}",
        "{\"password\":tulip-garden-9,\"a\":1}",
        "{\"a\":[{\"api_key\": tulip garden 9 }]}",
        "{\"password\":\n tulip-garden-9\n}",
    ] {
        let covered = covered("application/json", body);
        assert!(!covered.contains("garden") && !covered.contains("ub4dor"), "{covered}");
    }
    are_readable(&[
        ("application/json", "{\"password\":null,\"token\":true,\"a\":tulip-garden-9}"),
        ("application/json", "{\"password_policy\":strict}"),
    ]);
}

#[test]
fn a_value_beside_a_flag_for_secrets_is_covered() {
    for body in [
        "{\"variable_type\":\"env_var\",\"key\":\"DB\",\"value\":\"tulip-garden-9\",\"masked\":true}",
        "{\"sensitive\":true,\"key\":\"DB\",\"value\":\"tulip-garden-9\"}",
        "{\"data\":{\"attributes\":{\"key\":\"k\",\"value\":\"tulip-garden-9\",\"category\":\"terraform\",\"sensitive\":true}}}",
        "[{\"type\":\"encrypted\",\"key\":\"DB\",\"value\":\"tulip-garden-9\"}]",
        "{\"type\":\"secret_text\",\"name\":\"DB\",\"text\":\"tulip-garden-9\"}",
        "{\"value\":\"tulip-garden-9\",\"is_secret\":true}",
    ] {
        let covered = covered("application/json", body);
        assert!(!covered.contains("garden"), "{covered}");
    }
    are_readable(&[
        ("application/json", "{\"name\":\"DB\",\"value\":\"tulip-garden-9\",\"masked\":false}"),
        ("application/json", "[{\"name\":\"A\",\"value\":\"tulip-garden-9\"},{\"masked\":true}]"),
    ]);
}
