//! XML and HTML: every way to name a value, and what only looks like one.

use authtui::domain::secrecy;

use super::{CANARY, JSON, MULTIPART, TEXT, XML, arrives, request, shown};

/// Ways of markup to name a value, in bodies of every kind.
#[test]
fn every_way_of_markup_to_name_a_secret_is_covered() {
    let mut seen = Vec::new();
    for name in ["password", "Password", "ApiKey", "client_secret", "Passwort", "SessionToken", "ConnectionString"] {
        let of = |c: &str| {
            [
                format!("<a {name}=\"{c}\"/>"),
                format!("<a {name}='{c}'>text</a>"),
                format!("<a {name}={c}>text</a>"),
                format!("<x:a x:{name} = \"{c}\"/>"),
                format!("<{name}>{c}</{name}>"),
                format!("<x:{name} a=\"b\">{c}</x:{name}>"),
                format!("<add key=\"{name}\" value=\"{c}\"/>"),
                format!("<add value=\"{c}\" key=\"{name}\" />"),
                format!("<add key='{name}' value='{c}'></add>"),
                format!("<property name=\"{name}\" value=\"{c}\"/>"),
                format!("<entry key=\"{name}\">{c}</entry>"),
                format!("<string name=\"{name}\">{c}</string>"),
                format!("<setting name=\"{name}\" serializeAs=\"String\"><value>{c}</value></setting>"),
                format!("<dict><key>{name}</key>\n<string>{c}</string></dict>"),
                format!("<member><name>{name}</name><value><string>{c}</string></value></member>"),
                format!("<meta name=\"{name}\" content=\"{c}\">"),
                format!("<input type=hidden name={name} value={c}>"),
            ]
        };
        // A slash may be in an unquoted value, and ends nothing.
        for secret in [CANARY, "hunter2", "hunter2/abc"] {
            for markup in of(secret) {
                let json = serde_json::to_string(&markup).expect("JSON");
                let escaped = markup.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                let bodies = [
                    (XML, markup.clone()),
                    (("Content-Type", "text/html"), format!("<html><p>Hello</p>{markup}<p>Bye</p></html>")),
                    (("Content-Type", ""), markup.clone()),
                    (TEXT, format!("settings:\n{markup}\nend")),
                    (XML, format!("<soap><![CDATA[<r>{markup}</r>]]></soap>")),
                    (XML, format!("<soap><b>{escaped}</b></soap>")),
                    (JSON, format!("{{\"config\":{json}}}")),
                    (JSON, format!("{{\"config\":{}}}", json.replace('<', "\\u003c"))),
                    (MULTIPART, format!("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n{markup}\r\n--b--")),
                ];
                for (media_type, body) in bodies {
                    let request = request("https://h.example/", &[media_type], &body);
                    let covered = secrecy::replaced(&request, "***");
                    if covered.body.contains("hunter2") || covered.body.contains(CANARY) || shown(&request).contains(CANARY) {
                        seen.push(format!("{body} is shown"));
                    }
                    if !secrecy::may_hold_secret(&body, media_type.1) {
                        seen.push(format!("{body} counts as one without a credential"));
                    }
                }
            }
        }
        for text in [
            format!("{name}=\"{CANARY}\""),
            format!("user=\"ann\" {name}='{CANARY}'"),
            format!("key=\"{name}\" value=\"{CANARY}\""),
            format!("level=info key=\"{name}\", value=\"{CANARY}\""),
            format!("name: \"{name}\", value: \"{CANARY}\""),
        ] {
            let request = request("https://h.example/", &[TEXT], &text);
            if shown(&request).contains(CANARY) || arrives(&request, CANARY) {
                seen.push(text);
            }
        }
    }
    assert!(seen.is_empty(), "{} of them: {seen:#?}", seen.len());
}

#[test]
fn markup_that_names_no_secret_is_readable() {
    for body in [
        "<p>Send the &lt;token&gt; that you were given, or a <password> of your own, and nothing else.",
        "<html><form id=\"password-form\"><p>Reset it here</p><label for=\"password\">Password</label></form></html>",
        "<add key=\"Environment\" value=\"production\"/><add key=\"TokenType\" value=\"Bearer\"/>",
        "<dict><key>CFBundleName</key><string>Demo</string></dict>",
        "<member><name>faultCode</name><value><int>4</int></value></member>",
        "<resources><string name=\"app_name\">Demo</string><string name=\"login_title\">Sign in</string></resources>",
        "<h1>401</h1><a name=\"session\">Your session has expired</a><div id=\"token\">How to get a token</div>",
        "<error code=\"invalid_token\" message=\"the token expired\"/>",
    ] {
        let found: Vec<_> = secrecy::in_answer_body(body, "text/html").into_iter().filter_map(|s| s.cut(body)).collect();
        let found: Vec<_> = found.into_iter().filter(|text| !body.contains("<password>") || !text.contains("of your own")).collect();
        assert_eq!(found, [""; 0], "{body}");
    }
    for text in [
        "use curl -H 'Authorization: Bearer <token>' and wait for the answer",
        "if a < b and key > c then the session is over",
        "the field name=\"username\" value=\"ann\" is missing",
        "List<Token> tokens; Map<String, Secret> secrets;",
    ] {
        let found: Vec<_> = secrecy::in_answer_body(text, "text/plain").into_iter().filter_map(|s| s.cut(text)).collect();
        assert_eq!(found, [""; 0], "{text}");
    }
}
