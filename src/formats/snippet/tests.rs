use proptest::prelude::*;

use super::*;

/// A text, what it sends (method, address, headers, body), and what is said about it.
fn sent(text: &str) -> (Vec<String>, String) {
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
        let (requests, said) = sent(text);
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
