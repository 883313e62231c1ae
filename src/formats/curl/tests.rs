use proptest::prelude::*;

use super::*;
use crate::domain::request::Request;
use crate::formats::detect;

fn one(text: &str) -> CurlRequest {
    let curl = read(text, "test").unwrap_or_else(|e| panic!("{text}: {e}"));
    assert_eq!(curl.requests.len(), 1, "{text}");
    curl.requests.into_iter().next().unwrap_or_default()
}

fn proxy(address: &str) -> NamedProxy {
    NamedProxy { flag: "-x".into(), address: address.into(), is_chained: false }
}

fn request(text: &str) -> Request {
    one(text).exchange.request
}

fn headers(text: &str) -> Vec<String> {
    request(text).headers.iter().map(|(_, h)| format!("{}: {}", h.name, h.value)).collect()
}

fn losses(text: &str) -> Vec<String> {
    read(text, "test").map(|c| c.losses.into_iter().chain(c.of_output).map(|l| l.message).collect()).unwrap_or_default()
}

#[test]
fn credentials_are_what_curl_sends() {
    assert_eq!(headers("curl -u a:b https://h"), ["Authorization: Basic YTpi"]);
    assert_eq!(headers("curl -sSLua:b https://h"), ["Authorization: Basic YTpi"]);
    assert_eq!(headers("curl -u a:b http://c:d@h/x"), ["Authorization: Basic YTpi"]);
    assert_eq!(request("curl http://c%20x:d@h/x").url, "http://h/x");
    assert_eq!(headers("curl http://c%20x:d@h/x"), ["Authorization: Basic YyB4OmQ="]);
    assert_eq!(headers("curl -u a:b --oauth2-bearer tok https://h"), ["Authorization: Bearer tok"]);
    assert_eq!(headers("curl -u a:b -H 'authorization: Bearer x' --oauth2-bearer t https://h"), ["authorization: Bearer x"]);
    assert_eq!(headers("curl -b a=b -b 'c=d' https://h"), ["Cookie: a=b;c=d"]);
    assert_eq!(headers("curl -x p:1 -U pu:pp http://h"), ["Proxy-Authorization: Basic cHU6cHA="]);
    assert!(headers("curl --digest --basic -u a:b https://h").is_empty());
    let digest = one("curl --digest -u ann:pw https://h");
    assert!(digest.exchange.request.headers.is_empty());
    assert_eq!(digest.exchange.context.username.as_deref(), Some("ann"));
    assert_eq!(digest.exchange.context.client.as_deref(), Some("curl --digest -u"));
}

#[test]
fn headers_of_every_shape() {
    assert_eq!(headers("curl -H 'X:  two  ' -H 'Y;' -H 'Z' -H 'W:' -H@f https://h"), ["X:  two  ", "Y: "]);
    assert_eq!(headers("curl -e 'http://r;auto' -A ua -r 0-5 https://h"), ["Range: bytes=0-5", "User-Agent: ua", "Referer: http://r"]);
}

#[test]
fn bodies_and_methods() {
    let form = request("curl --data-urlencode 'n=a b&c' -d z=1 https://h");
    assert_eq!((form.method.as_str(), form.body.as_str()), ("POST", "n=a+b%26c&z=1"));
    assert_eq!(form.headers.get("content-type"), Some("application/x-www-form-urlencoded"));
    let json = request("curl --json '{\"a\":1}' https://h -X PUT");
    assert_eq!((json.method.as_str(), json.headers.get("accept")), ("PUT", Some("application/json")));
    let query = request("curl -G -d a=1 -d b=2 'https://h?z=1#f'");
    assert_eq!((query.method.as_str(), query.url.as_str(), query.body.as_str()), ("GET", "https://h?z=1&a=1&b=2#f", ""));
    assert_eq!(request("curl -I h.example").url, "http://h.example");
    assert_eq!(request("curl -I h.example").method, "HEAD");
    assert_eq!(request("curl -T f https://h").method, "PUT");
    let parts = request("curl -F a=b -F 'd=v;filename=q.txt;type=text/plain' https://h").body;
    assert!(parts.contains("name=\"a\"\r\n\r\nb\r\n--"), "{parts}");
    assert!(parts.contains("name=\"d\"; filename=\"q.txt\"\r\nContent-Type: text/plain\r\n\r\nv\r\n"), "{parts}");
}

#[test]
fn options_stand_beside_the_request() {
    let options = one("curl -kL --location-trusted --max-redirs 3 -x http://p:8080 https://h").options;
    let wanted = CurlOptions {
        follow: true,
        trusted: true,
        max_redirects: Some(3),
        insecure: true,
        proxy: Some(Box::new(proxy("http://p:8080"))),
        ..CurlOptions::default()
    };
    assert_eq!(options, wanted);
    let transfer = options.transfer_options();
    assert_eq!((transfer.max_redirects, transfer.proxy), (Some(3), Some(Box::new(proxy("http://p:8080")))));
    assert_eq!(
        one("curl -x '' --max-redirs -1 https://h").options,
        CurlOptions { proxy: Some(Box::new(proxy(""))), ..CurlOptions::default() }
    );
}

#[test]
fn every_flag_that_names_a_proxy_is_carried_over_also_with_an_address_that_is_none() {
    let named = |flags: &str| one(&format!("curl {flags} https://h")).options.proxy.map(|p| (p.flag, p.address, p.is_chained));
    let table = [
        ("-x p:1", "-x", "p:1", false),
        ("--proxy ftp://p:1", "--proxy", "ftp://p:1", false),
        ("-x 'a b'", "-x", "a b", false),
        ("--proxy1.0 p:1", "--proxy1.0", "p:1", false),
        ("--socks4 p:1", "--socks4", "socks4://p:1", false),
        ("--socks4a p:1", "--socks4a", "socks4a://p:1", false),
        ("--socks5 p:1", "--socks5", "socks5://p:1", false),
        ("--socks5-hostname p:1", "--socks5-hostname", "socks5h://p:1", false),
        ("--preproxy socks5://p:1", "--preproxy", "socks5://p:1", true),
        ("--preproxy socks5://p:1 -x q:1", "--preproxy", "socks5://p:1", true),
        ("-x q:1 --preproxy socks5://p:1", "--preproxy", "socks5://p:1", true),
    ];
    for (flags, flag, address, is_chained) in table {
        assert_eq!(named(flags), Some((flag.to_string(), address.to_string(), is_chained)), "{flags}");
    }
    assert_eq!(one("curl --noproxy 'a,b' https://h").options.transfer_options().no_proxy.as_deref(), Some("a,b"));
}

#[test]
fn what_is_done_anyway_is_no_loss_and_what_is_not_done_is_one() {
    assert!(losses("curl --compressed -L -x p:8080 --max-redirs 3 https://h").is_empty());
    let said = losses("curl --location-trusted -x 'a b' --max-redirs many https://h").join("\n");
    for part in ["no credential goes to another origin", "\"a b\" is not a proxy address", "\"many\" is not a number"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn every_flag_that_is_not_carried_over_is_listed() {
    let said = losses("curl -s -o out -K conf -n --cert c.pem --aws-sigv4 aws:amz -d @/etc/passwd -b jar -H @hs https://h");
    for part in ["-s (--silent)", "-o (--output)", "-K (--config)", "-n (--netrc)", "--cert ", "--aws-sigv4 ", "/etc/passwd", "jar", "hs"] {
        assert!(said.iter().any(|m| m.contains(part)), "{part}: {said:?}");
    }
}

#[test]
fn what_the_shell_would_do_is_listed_and_not_done() {
    let text = "curl -H \"Authorization: Bearer $TOKEN\" https://h/?a=1&b=2 | jq .";
    assert_eq!(headers(text), ["Authorization: Bearer $TOKEN"]);
    assert_eq!(request(text).url, "https://h/?a=1");
    let said = losses(text).join("\n");
    assert!(said.contains("$TOKEN") && said.contains("outside quotes") && said.contains("jq"), "{said}");
}

#[test]
fn what_the_text_gives_to_a_variable_is_filled_in() {
    let table = [
        "TOKEN=abc\ncurl -H \"Authorization: Bearer $TOKEN\" https://h",
        "TOKEN='abc'\nexport HOST=\"h\"\n\n# get it\ncurl -H \"Authorization: Bearer ${TOKEN}\" https://$HOST",
        "export TOKEN=\"abc\"; curl -H \"Authorization: Bearer $TOKEN\" https://h",
        "TOKEN=abc && curl -H Authorization:\\ Bearer\\ $TOKEN https://h",
        "A=a B=bc\nTOKEN=$A$B\ncurl -H \"Authorization: Bearer $TOKEN\" https://h",
        "HEADER='Authorization: Bearer abc'\r\ncurl -H \"$HEADER\" https://h\r\n",
        "$ TOKEN=abc\n$ curl -H \"Authorization: Bearer $TOKEN\" https://h",
    ];
    for text in table {
        assert_eq!(detect::recognize(text, None), crate::formats::Format::Curl, "{text:?}");
        assert_eq!(headers(text), ["Authorization: Bearer abc"], "{text:?}");
        assert_eq!((request(text).url.as_str(), losses(text)), ("https://h", Vec::new()), "{text:?}");
    }
    // The shell fills in a command before it takes the assignments in front of it.
    let early = "TOKEN=abc curl -H \"Authorization: Bearer $TOKEN\" https://h";
    assert_eq!(headers(early), ["Authorization: Bearer abc"]);
    assert!(losses(early).join("").contains("line of its own"), "{:?}", losses(early));
    // What has no value here, or one that the shell would compute, stays.
    for (text, value) in [
        ("curl -H \"A: $X\" https://h", "A: $X"),
        ("X=a\ncurl -H \"A: ${X:-b}\" https://h", "A: ${X:-b}"),
        ("X=a\ncurl -H 'A: $X' https://h", "A: $X"),
    ] {
        assert_eq!(headers(text), [value], "{text:?}");
    }
    for text in ["TOKEN=abc", "TOKEN=abc\nGET https://h", "TOKEN='abc\ncurl https://h", "a=b&c=d"] {
        assert_ne!(detect::recognize(text, None), crate::formats::Format::Curl, "{text:?}");
    }
}

#[test]
fn variables_that_double_each_other_end() {
    let doubling: String = (1..60).map(|n| format!("A{n}=$A{0}$A{0}\n", n - 1)).collect();
    let text = format!("A0=xxxxxxxx\n{doubling}curl -H \"A: $A59\" https://h");
    assert!(read(&text, "").is_ok_and(|curl| curl.requests.len() == 1));
}

#[test]
fn several_requests_in_one_text() {
    let urls = |text: &str| {
        read(text, "x").map(|c| c.requests.into_iter().map(|r| r.exchange.request.url).collect::<Vec<_>>()).unwrap_or_default()
    };
    assert_eq!(urls("curl https://a https://b"), ["https://a", "https://b"]);
    assert_eq!(urls("curl https://a --next -d x https://b"), ["https://a", "https://b"]);
    assert_eq!(urls("$ curl https://a\ncurl https://b"), ["https://a", "https://b"]);
    assert_eq!(urls("# first\nA=b sudo /usr/bin/curl https://a\n-H 'A: b'"), ["https://a"]);
}

#[test]
fn unknown_flags_are_named_with_their_place() {
    let curl = read("curl \\\n  --frobnicate https://h", "x").unwrap_or_default();
    assert_eq!(curl.requests.len(), 1);
    assert_eq!(curl.unknown.iter().map(|e| (e.line, e.column)).collect::<Vec<_>>(), [(2, 3)]);
    assert!(curl.losses[0].message.contains("--frobnicate"));
    let error = read("curl --frobnicate word https://h", "x").err();
    assert_eq!(error.map(|e| (e.line, e.column)), Some((1, 6)));
}

#[test]
fn broken_commands_are_refused_with_their_place() {
    let place = |text: &str| read(text, "x").err().map(|e| (e.line, e.column, e.message));
    assert_eq!(place("curl -H 'A: b").map(|e| (e.0, e.1)), Some((1, 9)));
    assert_eq!(place("curl https://h \\\n -H").map(|e| (e.0, e.1)), Some((2, 2)));
    assert_eq!(place("curl -k").map(|e| e.2), Some("the command has no address".into()));
    assert_eq!(place("wget https://h").map(|e| e.2), Some("no curl command".into()));
}

#[test]
fn what_chrome_copies_on_each_system() {
    let bash = "curl 'https://api.example/v1?a=b%20c' \\\n  -H 'accept: */*' \\\n  -H $'x-odd: it\\'s \\u0021' \\\n  --data-raw '{\"a\":1}' \\\n  --compressed";
    let cmd = "curl ^\"https://api.example/v1?a=b^%^20c^\" ^\r\n  -H ^\"accept: */*^\" ^\r\n  -H ^\"x-odd: it's ^!^\" ^\r\n  --data-raw ^\"^{^\\^\"a^\\^\":1^}^\" ^\r\n  --compressed";
    for text in [bash, cmd] {
        let found = request(text);
        assert_eq!(found.url, "https://api.example/v1?a=b%20c");
        assert_eq!(found.headers.get("x-odd"), Some("it's !"), "{text}");
        assert_eq!((found.method.as_str(), found.body.as_str()), ("POST", "{\"a\":1}"));
    }
}

/// Copied out of terminals, chats, wikis and scripts.
#[test]
fn a_command_is_found_where_people_copy_it_from() {
    let table = [
        "> curl https://h/a",
        "ann@host:~$ curl https://h/a",
        "[ann@host dir]$ curl https://h/a",
        "(venv) ann@host:~/x$ curl https://h/a",
        "root@4f2a:/# curl https://h/a",
        "bash-5.1$ curl https://h/a",
        "/ # curl https://h/a",
        "ann@mac dir % curl https://h/a",
        "PS C:\\Users\\ann> curl.exe https://h/a",
        "C:\\Users\\ann>curl https://h/a",
        "\u{279c}  ~ git:(main) \u{2717} curl https://h/a",
        "# curl https://h/a",
        "!curl https://h/a",
        "`curl https://h/a`",
        "```bash\ncurl https://h/a\n```",
        "Try this, it doesn't work:\n\n```\n$ curl https://h/a\n```\nThanks, I can't find it",
        "#!/bin/sh\nset -e\ncd /tmp\ncurl https://h/a",
        "kubectl exec -it pod -- curl https://h/a",
        "docker compose exec app curl https://h/a",
        "ssh host curl https://h/a",
        "timeout 5 curl https://h/a",
        "if ! curl https://h/a; then exit 1; fi",
        "true && curl https://h/a | jq .",
        "X=$(curl https://h/a)",
        "echo \"$(curl https://h/a)\"",
        "X=`curl https://h/a`",
        "(curl https://h/a)",
        "bash -c \"curl https://h/a\"",
        "sh -lc 'set -e; curl https://h/a'",
        "ssh ann@host 'curl https://h/a'",
        "ssh -t host \"cd /tmp && curl https://h/a | jq .\"",
        "docker exec -it box sh -c 'curl https://h/a'",
        "kubectl exec pod -- bash -c \"curl https://h/a\"",
        "ssh host \"docker exec box sh -c 'curl https://h/a'\"",
        "$ sudo su - ann -c 'curl https://h/a'",
        "watch -n 1 'curl https://h/a'",
        "T=1; bash -c '\n  curl \\\n    https://h/a\n'",
    ];
    for text in table {
        assert_eq!(detect::recognize(text, None), crate::formats::Format::Curl, "{text:?}");
        let urls = read(text, "x").map(|c| c.requests.into_iter().map(|r| r.exchange.request.url).collect::<Vec<_>>());
        assert_eq!(urls, Ok(vec!["https://h/a".to_string()]), "{text:?}");
    }
    // What is in it is read as it is by itself, with its variables and its lines.
    let inside = read("TOKEN=abc\nssh host \"curl https://h/a -H 'Authorization: Bearer $TOKEN';\n curl https://h/b --cert c.pem\"", "x")
        .unwrap_or_default();
    assert_eq!(inside.requests.first().and_then(|r| r.exchange.request.headers.get("authorization")), Some("Bearer abc"));
    assert!(inside.losses.iter().any(|loss| loss.line == 2 && loss.message.contains("ssh")), "{:?}", inside.losses);
    assert!(inside.losses.iter().any(|loss| loss.line == 3 && loss.message.contains("--cert")), "{:?}", inside.losses);
    for text in ["curl is what I use", "Use curl to get it.", "GET https://h\n\ncurl https://h", "### a\nGET https://h\n# curl https://h"] {
        let read = detect::read_any(text, "x").map(|r| r.exchanges.iter().any(|e| e.context.client.is_some()));
        assert_ne!(read, Ok(true), "{text:?}");
    }
}

#[test]
fn what_goes_into_a_command_is_its_body() {
    let body = |text: &str| request(text).body.to_string();
    assert_eq!(body("echo '{\"a\":1}' | curl -d @- https://h"), "{\"a\":1}");
    assert_eq!(body("echo -n x | curl --data-binary @- https://h"), "x");
    assert_eq!(body("printf '%s' x | curl --json @- https://h"), "x");
    assert_eq!(body("cat <<EOF | curl --data-binary @- https://h\n{\n \"a\": 1\n}\nEOF\n"), "{\n \"a\": 1\n}\n");
    assert_eq!(body("curl https://h -d @- <<-'END'\n\t{\"a\":\n\t\"it's\"}\n\tEND\necho done"), "{\"a\":\"it's\"}");
    assert_eq!(body("X=1\ncurl https://h --data-binary @- <<E\n${X}\nE\n"), "1\n");
    assert_eq!(body("curl https://h -d @- <<< '{}'"), "{}");
    assert_eq!(request("echo x | curl -T - https://h").method, "PUT");
    assert_eq!(headers("echo 'A: b' | curl -H @- https://h"), ["A: b"]);
    assert!(losses("cat body.json | curl -d @- https://h").join("").contains("not opened"));
}

#[test]
fn what_a_command_printed_is_its_answer() {
    let one = |text: &str| one(text).exchange;
    let verbose = "$ curl -v -H \"Authorization: Bearer $T\" -d a=1 https://h/a\n*   Trying 203.0.113.7:443...\n> POST /a HTTP/1.1\n> Host: h\n\
        > Authorization: Bearer abc\n> Accept: */*\n> \n< HTTP/1.1 401 Unauthorized\n< A: b\n< \n{\"error\":1}\nann@host:~$ ";
    let exchange = one(verbose);
    assert_eq!((exchange.request.url.as_str(), exchange.request.body.as_str()), ("https://h/a", "a=1"));
    // The value that the shell had.
    assert_eq!(exchange.request.headers.get("authorization"), Some("Bearer abc"));
    assert!(!exchange.request.headers.has("accept"));
    assert_eq!(exchange.answer.map(|a| a.status), Some(401));
    let included = one("$ curl -i https://h/a\nHTTP/2 403\ncontent-type: text/plain\n\nit's over\n");
    assert_eq!(included.answer.map(|a| (a.status, a.body.trim_end().to_string())), Some((403, "it's over".to_string())));
    let two = read("$ curl -i https://h/a\nHTTP/2 401\n\n$ curl -i https://h/b\nHTTP/2 200\n\nok\n", "x").unwrap_or_default();
    let statuses: Vec<_> = two.requests.iter().map(|r| r.exchange.answer.as_ref().map(|a| a.status)).collect();
    assert_eq!(statuses, [Some(401), Some(200)]);
}

#[test]
fn what_chats_and_word_processors_changed_is_repaired_and_named() {
    let table = [
        "curl -H \u{201c}A: b\u{201d} https://h",
        "curl -H \u{2018}A: b\u{2019} https://h",
        "curl \u{2013}H 'A: b' https://h",
        "curl \u{2014}header 'A: b' https://h",
        "curl \u{2013}header 'A: b' https://h",
        "curl \u{2013}\u{2013}header 'A: b' https://h",
        "curl --header='A: b' https://h",
        "curl -H='A: b' https://h",
        "curl GET https://h -H 'A: b'",
        "curl --heade 'A: b' --compress https://h",
    ];
    for text in table {
        let curl = read(text, "x").unwrap_or_default();
        assert_eq!((headers(text), curl.unknown.len(), request(text).url), (vec!["A: b".to_string()], 0, "https://h".into()), "{text:?}");
        assert_eq!(curl.losses.len(), 1, "{text:?}: {:?}", curl.losses);
    }
    let body = request("curl https://h -d \u{2018}{\u{201c}a\u{201d}: 1}\u{2019}").body;
    assert_eq!(body.as_str(), "{\"a\": 1}");
    // Inside quotes of the keyboard they are letters.
    assert_eq!(headers("curl -H 'A: \u{201c}b\u{201d} \u{2013}c' https://h"), ["A: \u{201c}b\u{201d} \u{2013}c"]);
}

#[test]
fn what_is_to_be_filled_in_stays_and_is_named() {
    assert_eq!(request("curl https://h/<ITEM-ID>/x?k=<your key> -H 'A: b'").url, "https://h/<ITEM-ID>/x?k=<your key>");
    assert!(losses("curl https://h/<ITEM-ID>").join("").contains("<ITEM-ID> is a placeholder"));
    assert!(losses("curl https://h <in.txt >out.txt").join("").contains("redirection to in.txt"));
    let refused = read("curl -Uri https://h -Method POST", "x").err().map(|e| e.message).unwrap_or_default();
    assert!(refused.contains("Invoke-WebRequest"), "{refused}");
}

fn requests() -> impl Strategy<Value = Request> {
    let value = "[!-~\u{e4}\u{200b}]([ -~\n\t\u{e4}]{0,16}[!-~])?";
    let headers =
        proptest::collection::vec(("[A-Za-z][A-Za-z0-9-]{0,8}", prop_oneof![Just(String::new()), value.prop_map(String::from)]), 0..4);
    let method = prop_oneof![Just("GET".to_string()), Just("HEAD".into()), Just("POST".into()), "[A-Z]{3,6}"];
    (
        method,
        "https://[a-z]{1,6}(\\.[a-z]{2,3})?(/[a-z0-9$&'\"\\\\%^!{}\\[\\]. ]{0,8})?(\\?[a-z&=%]{0,6})?",
        headers,
        "[ -~\n\\\\\"'%^\u{e4}]{0,24}",
    )
        .prop_map(|(method, url, headers, body)| Request {
            method,
            url,
            headers: headers.into_iter().collect(),
            body: body.into(),
            ..Request::default()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_written_command_reads_back_as_the_request(r in requests()) {
        for dialect in [Dialect::Bash, Dialect::Cmd] {
            let text = to_curl(&r, false, dialect);
            let read = read_as(&text, "x", dialect).map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?;
            prop_assert_eq!(read.requests.first().map(|q| &q.exchange.request), Some(&r), "{}", text);
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "curl ([ -~\n\r\u{e4}]|\\$'|\\\\|\\^|-[a-zA-Z]|--data |\\$\\(){0,40}") {
        for dialect in [Dialect::Bash, Dialect::Cmd, Dialect::PowerShell] {
            let _ = read_as(&text, "x", dialect);
        }
    }
}

#[test]
fn what_is_about_the_output_alone_is_listed_by_itself() {
    for text in [
        "curl -sSvi -# --no-progress-meter -f --fail-with-body -w '%{http_code}' -o out.json -O -D head.txt https://h",
        "curl -s https://h | jq . | head",
    ] {
        let curl = read(text, "-").expect("a command");
        assert!(curl.losses.is_empty() && !curl.of_output.is_empty(), "{text}: {:?}", curl.losses);
    }
    let curl = read("curl -s --cert c.pem https://h || echo no", "-").expect("a command");
    assert_eq!((curl.losses.len(), curl.of_output.len()), (2, 1), "{:?}", curl.losses);
}
