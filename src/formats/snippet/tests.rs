use proptest::prelude::*;

use super::*;

/// A text, what it sends (method, address, headers, body), and what is said about it.
fn sent_by(text: &str) -> (Vec<String>, String) {
    let read = read(text, "-").unwrap_or_else(|why| panic!("{why}\n{text}"));
    let shown = |exchange: &crate::domain::exchange::Exchange| {
        let request = &exchange.request;
        let headers: String = request.headers.iter().map(|(_, h)| format!("|{}: {}", h.name, h.value)).collect();
        let body = if request.body.is_empty() { String::new() } else { format!("||{}", request.body.as_str()) };
        format!("{} {}{headers}{body}", request.method, request.url)
    };
    let said: Vec<String> = read.losses.iter().map(|loss| format!("{}: {}", loss.line, loss.message)).collect();
    (read.exchanges.iter().map(shown).collect(), said.join("\n"))
}

#[track_caller]
fn reads(rows: &[(&str, &str, &str)]) {
    for (text, request, loss) in rows {
        let (requests, said) = sent_by(text);
        assert_eq!(requests, [*request], "{text}\n{said}");
        assert!(if loss.is_empty() { said.is_empty() } else { said.contains(loss) }, "{text}\n{said}");
    }
}

#[test]
fn programs_in_javascript_are_read() {
    reads(&[
        (
            "await fetch(\"https://h.example/a\", {\n    \"credentials\": \"include\",\n    \"headers\": {\n        \"Accept\": \"*/*\"\n    },\n    \
             \"referrer\": \"https://page.example/\",\n    \"method\": \"POST\",\n    \"body\": \"{\\\"a\\\":1}\",\n    \"mode\": \"cors\"\n});",
            "POST https://h.example/a|Accept: */*|Referer: https://page.example/|Content-Type: text/plain;charset=UTF-8||{\"a\":1}",
            "2: credentials: \"include\"",
        ),
        (
            "const headers = new Headers();\nheaders.append('X-Key', 'k');\nconst o = {method: 'put', headers, body: JSON.stringify({a: [1, null]}), redirect: 'follow'};\n\
             fetch(\"https://h.example/a\", o).then((r) => r.json()).catch(console.error);",
            "PUT https://h.example/a|X-Key: k|Content-Type: text/plain;charset=UTF-8||{\"a\":[1,null]}",
            "",
        ),
        (
            "fetch(`https://h.example/${id}`, { headers: { Authorization: 'Basic ' + btoa('ann:pw') } })",
            "GET https://h.example/{{id}}|Authorization: Basic YW5uOnB3",
            "1: the value of id",
        ),
        (
            "$.ajax({ url: 'https://h.example/a', type: 'POST', data: { a: 'b c' }, headers: { 'X-Key': 'k' } });",
            "POST https://h.example/a|X-Key: k|Content-Type: application/x-www-form-urlencoded; charset=UTF-8||a=b+c",
            "",
        ),
        (
            "axios.get('https://h.example/a', { auth: { username: 'ann', password: 'pw' }, params: { b: 1 } })",
            "GET https://h.example/a?b=1|Authorization: Basic YW5uOnB3",
            "",
        ),
    ]);
}

#[test]
fn programs_in_python_are_read() {
    reads(&[
        (
            "import requests as r\nheaders = {'A': \"Bearer {}\".format('t')}\nr.get('https://h.example/a', headers=headers, cookies={'c': 'd'}, auth=('u', 'p'))",
            "GET https://h.example/a|A: Bearer t|Authorization: Basic dTpw|Cookie: c=d",
            "",
        ),
        (
            "import urllib.request\nreq = urllib.request.Request('https://h.example/a', data=b'x=1')\nreq.add_header('X-Key', 'k')\nurllib.request.urlopen(req)",
            "POST https://h.example/a|X-Key: k|Content-Type: application/x-www-form-urlencoded||x=1",
            "",
        ),
        (
            "async with httpx.AsyncClient(base_url='https://h.example') as client:\n    await client.post('/a', json={'a': 'ä'})",
            "POST https://h.example/a|Content-Type: application/json||{\"a\":\"ä\"}",
            "",
        ),
        (
            "import requests, os\nrequests.delete('https://h.example/a', headers={'Authorization': 'Bearer ' + os.environ['TOKEN']})",
            "DELETE https://h.example/a|Authorization: Bearer {{TOKEN}}",
            "the value of TOKEN",
        ),
    ]);
}

#[test]
fn scripts_in_powershell_are_read() {
    reads(&[
        (
            "$p = @{\n  Uri = 'https://h.example/a'\n  Method = 'Post'\n  Body = (@{ a = 1; b = 'x' } | ConvertTo-Json)\n  ContentType = 'application/json'\n}\nInvoke-RestMethod @p",
            "POST https://h.example/a|Content-Type: application/json||{\"a\":1,\"b\":\"x\"}",
            "",
        ),
        (
            "$token = 'abc'\n$headers = @{ Authorization = \"Bearer $token\" }\n$r = irm https://h.example/a -Headers $headers",
            "GET https://h.example/a|Authorization: Bearer abc",
            "",
        ),
        (
            "Invoke-RestMethod -Uri https://h.example/a -Authentication Bearer -Token (ConvertTo-SecureString 'abc' -AsPlainText -Force)",
            "GET https://h.example/a|Authorization: Bearer abc",
            "",
        ),
        (
            "$b = [Convert]::ToBase64String([Text.Encoding]::ASCII.GetBytes((\"{0}:{1}\" -f 'ann', 'pw')))\niwr 'https://h.example/a' -Headers @{Authorization=\"Basic $b\"}",
            "GET https://h.example/a|Authorization: Basic YW5uOnB3",
            "",
        ),
        (
            "$body = @\"\n{\"a\": \"$x\"}\n\"@\nirm -Method Put -Uri 'https://h.example/a' -Body $body -ContentType 'text/plain'",
            "PUT https://h.example/a|Content-Type: text/plain||{\"a\": \"{{x}}\"}",
            "the value of x",
        ),
    ]);
}

#[test]
fn quotes_and_variables_in_powershell_stand_for_what_they_are_there() {
    let body = |body: &str, sent: &str| {
        let text = format!(
            "$x = 'v'\n$api = @{{ host = 'h.example'; \"say\" = '\"\"' }}\nirm https://h.example -Method Post -Body {body} -ContentType t"
        );
        let (requests, said) = sent_by(&text);
        assert_eq!(requests, [format!("POST https://h.example|Content-Type: t||{sent}")], "{text}\n{said}");
    };
    body("\"a\"\"$x\"\"b\"", "a\"v\"b");
    body("\"`\"\"\"\"", "\"\"");
    body("@\"\n{\"a\": \"\", \"b\": \"$x\"}\n\"@", "{\"a\": \"\", \"b\": \"v\"}");
    body("@\"\r\n$(\"a\")`tb\r\n\"@", "a\tb");
    body("@'\n\"\"''$x\n'@", "\"\"''$x");
    // What a variable holds stays as it is.
    body("\"$($api.say)\"", "\"\"");
    // Quotes inside of `$(…)` are its own.
    body("\"a $(\"b\") $(\"\")c\"", "a b c");
    body("\"$x.host costs 5$ `$x `u{e4}\"", "v.host costs 5$ $x \u{e4}");
    for (address, sent) in [
        ("https://h.example/$x", "https://h.example/v"),
        ("https://$($api.host)/$(\"a\" + $x)/b", "https://h.example/av/b"),
        ("$x/$x", "v/v"),
        ("$($api.host)/a", "h.example/a"),
        ("$api.host", "h.example"),
    ] {
        let (requests, said) =
            sent_by(&format!("$x = 'v'; $api = @{{ host = 'h.example' }}; Invoke-WebRequest -Method Get {address} # {address}"));
        assert_eq!(requests, [format!("GET {sent}")], "{address}\n{said}");
    }
}

#[test]
fn parameters_in_powershell_are_told_by_their_names_in_any_case_and_length() {
    for name in ["Uri", "uri", "URI", "Ur"] {
        let (requests, said) = sent_by(&format!("iwr -{name} https://h.example/a other -MeThod put"));
        assert_eq!(requests, ["PUT https://h.example/a"], "{name}\n{said}");
        let (requests, said) = sent_by(&format!("$p = @{{ {name} = 'https://h.example/a' }}\nInvoke-WebRequest other @p"));
        assert_eq!(requests, ["GET https://h.example/a"], "{name}\n{said}");
    }
}

#[test]
fn fields_in_a_text_are_filled_in_and_doubled_braces_are_one() {
    let python = |form: &str| sent_by(&format!("import requests\nrequests.post('https://h.example', data={form})")).0.concat();
    for (form, sent) in [
        (r#"'{{"a": "{}", "b": {{}}}}'.format('x')"#, r#"{"a": "x", "b": {}}"#),
        ("'{0}{1}{0}'.format('a', 'b')", "aba"),
        ("'{n:>2} {{n}} {{{n}}}'.format(n='v')", "v {n} {v}"),
        ("'{} {'.format('x')", "x {"),
        ("'} {}'.format('x')", "} x"),
    ] {
        assert_eq!(python(form), format!("POST https://h.example||{sent}"), "{form}");
    }
    let powershell = |form: &str| sent_by(&format!("irm https://h.example -Method Post -ContentType t -Body ({form})")).0.concat();
    for (form, sent) in [
        (r#"'{{"a":"{0}"}}' -f 'x'"#, r#"{"a":"x"}"#),
        ("'{0}:{1}' -f '{1}', 'b'", "{1}:b"),
        ("'{0:d2} {9}' -f 'a'", "a {9}"),
        ("\"$base/{0}\" -f 'a'", "{{base}}/a"),
    ] {
        assert_eq!(powershell(form), format!("POST https://h.example|Content-Type: t||{sent}"), "{form}");
    }
}

#[test]
fn of_members_with_the_same_name_the_last_one_counts() {
    let json = |text: &str| sent_by(text).0.concat().rsplit("||").next().unwrap_or_default().to_string();
    for (object, sent) in [
        ("{...a, k: 2}", r#"{"k":2,"l":1}"#),
        ("{k: 2, ...a}", r#"{"k":1,"l":1}"#),
        ("{k: 2, l: 2, ...a, ...{k: 3}, m: 4, l: 5}", r#"{"k":3,"l":5,"m":4}"#),
        ("Object.assign({k: 2}, a, {l: 3})", r#"{"k":1,"l":3}"#),
    ] {
        let text = format!("const a = {{k: 1, l: 1}};\nfetch('https://h.example', {{method: 'POST', body: JSON.stringify({object})}})");
        assert_eq!(json(&text), sent, "{object}");
    }
    for (dictionary, sent) in
        [("{**a, 'k': 2}", r#"{"k": 2, "l": 1}"#), ("{'k': 2, **a}", r#"{"k": 1, "l": 1}"#), ("dict(a, k=2)", r#"{"k": 2, "l": 1}"#)]
    {
        let text = format!("import requests\na = {{'k': 1, 'l': 1}}\nrequests.post('https://h.example', json={dictionary})");
        assert_eq!(json(&text), sent, "{dictionary}");
    }
    // What the call says replaces what the Request says.
    reads(&[(
        "fetch(new Request('https://h.example', {method: 'PUT', headers: {a: '1'}}), {headers: {b: '2'}})",
        "PUT https://h.example|b: 2",
        "",
    )]);
}

#[test]
fn a_multipart_body_has_the_type_that_its_client_sends() {
    const GIVEN: &str = "multipart/form-data";
    const OTHER: &str = "multipart/form-data; boundary=own";
    const FULL: &str = "multipart/form-data; boundary=------------------------authtui0000000000";
    let fetch = |headers: &str| {
        format!("const f = new FormData();\nf.append('a', 'b');\nfetch('https://h.example', {{method: 'POST', body: f{headers}}})")
    };
    let jquery = |settings: &str| {
        format!(
            "const f = new FormData();\nf.append('a', 'b');\n$.ajax({{url: 'https://h.example', method: 'POST', data: f, processData: false{settings}}})"
        )
    };
    let axios = |kind: &str| {
        format!(
            "const f = new FormData();\nf.append('a', 'b');\naxios.post('https://h.example', f, {{headers: {{'Content-Type': '{kind}'}}}})"
        )
    };
    let python = |library: &str, kind: &str| {
        format!("import {library}\n{library}.post('https://h.example', files={{'a': (None, 'b')}}, headers={{'Content-Type': '{kind}'}})")
    };
    let powershell = |kind: &str| format!("irm https://h.example -Method Post -Form @{{ a = 'b' }} -ContentType '{kind}'");
    let httpie = |kind: &str| format!("http --multipart POST https://h.example a=b 'Content-Type:{kind}'");
    for (text, kind, is_noted) in [
        (fetch(""), FULL, false),
        (fetch(&format!(", headers: {{'content-type': '{GIVEN}'}}")), GIVEN, true),
        (fetch(&format!(", headers: {{'content-type': '{OTHER}'}}")), OTHER, true),
        (jquery(", contentType: false"), FULL, false),
        (jquery(&format!(", contentType: false, headers: {{'Content-Type': '{GIVEN}'}}")), GIVEN, true),
        (jquery(&format!(", contentType: '{GIVEN}'")), GIVEN, true),
        (jquery(""), "application/x-www-form-urlencoded; charset=UTF-8", true),
        (axios(GIVEN), FULL, false),
        (axios(OTHER), OTHER, false),
        (python("requests", GIVEN), GIVEN, true),
        (python("requests", OTHER), OTHER, true),
        (python("httpx", GIVEN), GIVEN, true),
        (python("httpx", OTHER), OTHER, false),
        (python("aiohttp", GIVEN), GIVEN, true),
        (powershell(GIVEN), FULL, false),
        (httpie(GIVEN), FULL, false),
        (httpie(OTHER), OTHER, false),
    ] {
        let read = read(&text, "-").unwrap_or_else(|why| panic!("{why}\n{text}"));
        let request = &read.exchanges[0].request;
        assert_eq!(request.headers.get("content-type"), Some(kind), "{text}");
        let body = request.body.as_str();
        assert!(body.contains("name=\"a\"\r\n\r\nb\r\n"), "{text}\n{body}");
        let of_body = body.split_once("\r\n").and_then(|(line, _)| line.strip_prefix("--"));
        let names_it = crate::formats::multipart::boundary(kind) == of_body;
        let said: Vec<&str> = read.losses.iter().map(|loss| loss.message.as_str()).collect();
        assert_eq!(said.iter().any(|said| said.contains("does not name the boundary")), is_noted, "{text}\n{said:?}");
        assert_eq!(names_it, !is_noted, "{text}\n{body}");
    }
}

/// Ten times as much of what is hard to read takes about ten times as long, and not a hundred times.
#[test]
fn no_text_is_walked_over_for_each_of_its_quotes() {
    let hard: [(Language, &str); 9] = [
        (Language::Python, "f'{ "),
        (Language::Python, "f'{x "),
        (Language::Python, "'\\'"),
        (Language::Python, "'\\'\\\n"),
        (Language::JavaScript, "=/["),
        (Language::JavaScript, "=/[\\/"),
        (Language::JavaScript, "\"\\\""),
        (Language::JavaScript, "`${ "),
        (Language::JavaScript, "{...a, b: 1}, "),
    ];
    for (language, unit) in hard {
        let took = |times: usize| {
            let text = format!("x = {}", unit.repeat(times));
            let from = std::time::Instant::now();
            let _ = of_program(&text, language);
            from.elapsed()
        };
        let (small, large) = (took(4_000), took(40_000));
        assert!(large < std::time::Duration::from_millis(200) || large < small * 40, "{unit:?}: {small:?}, then {large:?}");
    }
}

#[test]
fn commands_of_httpie_and_wget_are_read() {
    reads(&[
        ("http -a ann:pw :3000/a q==v", "GET http://localhost:3000/a?q=v|Authorization: Basic YW5uOnB3", ""),
        ("xh -A bearer -a abc https://h.example/a", "GET https://h.example/a|Authorization: Bearer abc", ""),
        (
            "https -f PUT h.example/a X:y Accept: 'Empty;' a=b",
            "PUT https://h.example/a|X: y|Empty: |Content-Type: application/x-www-form-urlencoded; charset=utf-8||a=b",
            "",
        ),
        (
            "http POST https://h.example/a n:=1 deep[x]=y file@a.txt",
            "POST https://h.example/a|Content-Type: multipart/form-data; boundary=------------------------authtui0000000000||\
             --------------------------authtui0000000000\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n1\r\n\
             --------------------------authtui0000000000\r\nContent-Disposition: form-data; name=\"deep[x]\"\r\n\r\ny\r\n\
             --------------------------authtui0000000000--\r\n",
            "a.txt, which is not opened",
        ),
        (
            "wget --auth-no-challenge --user=ann --password pw -qO- --post-data 'a=b' https://h.example/a",
            "POST https://h.example/a|Authorization: Basic YW5uOnB3|Content-Type: application/x-www-form-urlencoded||a=b",
            "",
        ),
        ("wget --user=ann --password=pw https://h.example/a", "GET https://h.example/a", "only after a challenge"),
    ]);
}

#[test]
fn what_is_not_closed_is_named_with_its_place() {
    let place = |text: &str| read(text, "-").err().map(|why| (why.line, why.column));
    assert_eq!(place("fetch(\n  'https://h/a\n)"), Some((2, 3)));
    assert_eq!(place("Invoke-WebRequest \"https://h.example"), Some((1, 19)));
    assert_eq!(place("import requests\nrequests.get(url='"), Some((2, 18)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_makes_a_reader_panic(
        start in "(fetch|requests\\.get|iwr http://|http h\\.|wget |axios\\.post|\\$s = )",
        text in "[-a-z0-9(){}\\[\\]\"'`$@,:;=+.|#/\\\\ \n%*&?<>!\u{e4}]{0,80}",
    ) {
        let whole = format!("{start}({text}");
        let _ = read(&whole, "-");
        for language in [Language::JavaScript, Language::Python] {
            let _ = of_program(&whole, language);
        }
        let _ = powershell::requests(&whole);
        let _ = shell::commands(&text).map(|read| of_commands(&read.list, &mut Vec::new()));
    }

    #[test]
    fn every_written_text_comes_back(value in "[ -~\n\t\u{e4}\u{1f600}]{0,30}") {
        let json = serde_json::Value::from(value.as_str()).to_string();
        for text in [
            format!("fetch('https://h.example', {{method: 'POST', body: {json}}})"),
            format!("requests.post('https://h.example', data='{}')", value.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n")),
            format!("irm https://h.example -Method Post -Body '{}'", value.replace('\'', "''")),
            format!("http POST https://h.example --raw '{}'", value.replace('\'', "'\\''")),
        ] {
            let read = read(&text, "-").map(|read| read.exchanges.iter().map(|e| e.request.body.to_string()).collect::<Vec<_>>());
            prop_assert_eq!(read, Ok(vec![value.clone()]), "{}", text);
        }
    }
}
