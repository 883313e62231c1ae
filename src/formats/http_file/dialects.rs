//! What the tools that share the format write each in its own way.

use super::*;
use crate::formats::no_files;

fn read_all(text: &str) -> (Vec<String>, String) {
    let found = Document::read(text).exchanges(&Variables::default(), &no_files);
    let shown = found.iter().map(|(e, _)| {
        let headers: String = e.request.headers.iter().map(|(_, h)| format!("|{}: {}", h.name, h.value)).collect();
        let body = if e.request.body.is_empty() { String::new() } else { format!("||{}", e.request.body.as_str()) };
        format!("{} {}{headers}{body}", e.request.method, e.request.url)
    });
    (shown.collect(), found.iter().flat_map(|(_, losses)| losses).map(|loss| format!("{}: {}\n", loss.line, loss.message)).collect())
}

#[test]
fn what_is_written_around_a_body_is_no_part_of_it() {
    let table: [(&str, &[&str]); 16] = [
        ("POST https://h\n\n@a = 1\n", &["POST https://h"]),
        ("POST https://h\nContent-Type: text/x\n\n@a = 1\n", &["POST https://h|Content-Type: text/x||@a = 1"]),
        ("POST https://h\n\nx\n\n# c\n@a = 1\n@b = 2\n", &["POST https://h||x"]),
        ("POST https://h\n\nx\n@a = 1\n", &["POST https://h||x\n@a = 1"]),
        ("POST https://h\n\nx\n\n@a = 1\n\ny\n", &["POST https://h||x\n\n@a = 1\n\ny"]),
        ("POST https://h\n\nx\n\n{{\n code()\n}}\n", &["POST https://h||x"]),
        ("POST https://h\n\n{{a}}\n", &["POST https://h||{{a}}"]),
        ("GET https://a\n\n# @name two\nPUT https://b\nA: b\n\nx\n", &["GET https://a", "PUT https://b|A: b||x"]),
        ("GET https://a\n\n> {% x %}\n\nGET https://b\n", &["GET https://a", "GET https://b"]),
        (
            "POST https://a\nContent-Type: multipart/mixed\n\n--x\n\nGET https://b\n",
            &["POST https://a|Content-Type: multipart/mixed||--x\r\n\r\nGET https://b"],
        ),
        ("POST https://a\n\nwords\nGET https://b\n", &["POST https://a||words\nGET https://b"]),
        ("POST https://h\nA: b\n<x>\n</x>\n", &["POST https://h|A: b||<x>\n</x>"]),
        ("POST https://h\nA: b\n[\n1\n]\n", &["POST https://h|A: b||[\n1\n]"]),
        ("POST https://a\n\n{\"a\":1}\nGET https://b\nC: d\n", &["POST https://a||{\"a\":1}", "GET https://b|C: d"]),
        ("POST https://a\n\n[\n {}\n]\nGET https://b\n", &["POST https://a||[\n {}\n]", "GET https://b"]),
        ("POST https://a\n\n<a>\n<b/>\n</a>\n{{\n code()\n}}\n", &["POST https://a||<a>\n<b/>\n</a>"]),
    ];
    for (text, requests) in table {
        assert_eq!(read_all(text).0, requests, "{text:?}");
    }
}

#[test]
fn what_looks_like_a_request_in_a_body_is_named() {
    for line in ["GET https://b", "HTTP/1.1 401 Unauthorized", "{{\n code()\n}}"] {
        for (head, before) in [("", "words\n"), ("Content-Type: text/plain\n", "words\n"), ("Content-Type: text/plain\n", "words\n\n")] {
            let (requests, losses) = read_all(&format!("POST https://a\n{head}\n{before}{line}\n"));
            assert!(requests.len() == 1 && losses.contains("sent as part of the body"), "{head:?} {before:?} {line:?} {losses:?}");
        }
        let (_, losses) = read_all(&format!("POST https://a\nContent-Type: multipart/mixed\n\n--x\n\n{line}\n"));
        assert_eq!(losses, "", "{line:?}");
    }
}

#[test]
fn an_answer_recorded_behind_a_request_is_its_answer() {
    let text = "GET https://a\n\nHTTP/1.1 401 Unauthorized\nA: b\n\n{\"x\":\n\n1}\n\n###\nPOST https://b\n\nbody\n\nHTTP/2 200\n";
    let found = Document::read(text).exchanges(&Variables::default(), &no_files);
    let shown: Vec<_> =
        found.iter().map(|(e, _)| (e.request.body.to_string(), e.answer.as_ref().map(|a| (a.status, a.body.to_string())))).collect();
    assert_eq!(shown, [(String::new(), Some((401, "{\"x\":\n\n1}".into()))), ("body".into(), Some((200, String::new())))]);
}

#[test]
fn first_lines_that_are_no_request_are_left_alone_and_named() {
    for line in [
        "---",
        "options:",
        "some words, no request",
        "Get the token from the wiki",
        "fragment A on B {",
        "HTTP/1.1 200 OK",
        "callback({",
        "```bash",
        "GET",
        "- [a](https://b)",
        "Foo https://h",
    ] {
        let document = Document::read(&format!("{line}\n"));
        assert!(document.is_empty(), "{line:?}");
        assert_eq!(document.unread().first().map(|loss| loss.line), Some(1), "{line:?}");
        // What follows is read all the same.
        assert_eq!(read_all(&format!("{line}\n\nGET https://h\n")).0, ["GET https://h"], "{line:?}");
    }
    for (line, what) in [
        ("WEBSOCKET wss://h", "another protocol"),
        ("GRPC h/a.B/C", "another protocol"),
        ("wss://h/x", "another protocol"),
        ("run #POST https://h", "not brought in"),
        ("import ./a.http", "not brought in"),
        ("proto < ./a.proto", "not brought in"),
        ("> {% a %}", "a script"),
    ] {
        let document = Document::read(&format!("{line}\n"));
        assert!(
            document.is_empty() && document.unread().iter().any(|loss| loss.message.contains(what)),
            "{line:?} {:?}",
            document.unread()
        );
    }
    for line in ["/* a\nb */", "/* a */"] {
        assert_eq!(read_all(&format!("{line}\nGET https://h\n")), (vec!["GET https://h".to_string()], String::new()), "{line:?}");
    }
    for (line, request) in [
        ("PROPFIND https://h", "PROPFIND https://h"),
        ("Post https://h", "POST https://h"),
        ("get /a", "get /a"),
        ("GET localhost", "GET http://localhost"),
        ("api.example/a", "GET http://api.example/a"),
        ("localhost:8080/a", "GET http://localhost:8080/a"),
    ] {
        assert_eq!(read_all(line).0, [request], "{line:?}");
    }
}

#[test]
fn a_query_of_graphql_goes_out_as_json() {
    let body = |text: &str| read_all(text).0.join("");
    let head = "POST https://h\nX-Request-Type: GraphQL\nA: b\n\n";
    assert_eq!(
        body(&format!("{head}query Q {{ a }}\n")),
        "POST https://h|A: b||{\"query\":\"query Q { a }\",\"operationName\":\"Q\",\"variables\":{}}"
    );
    assert_eq!(
        body("GRAPHQL https://h\n\nmutation {\n a\n\n b\n}\n\n{\"v\": [1]}\n"),
        "POST https://h||{\"query\":\"mutation {\\n a\\n\\n b\\n}\",\"variables\":{\"v\":[1]}}"
    );
    // Places behind the header that goes lead to the right ones.
    let raw = Document::read(&format!("{head}{{ a }}\n")).raw_request(0).unwrap_or_default();
    let resolved = resolve_request(&raw, &Variables::default(), &no_files, &mut Budget::default());
    assert_eq!(resolved.raw_part(RequestPart::HeaderValue(0)), RequestPart::HeaderValue(1));
    let said = read_all(&format!("{head}query {{ a }}\n\n{{broken\n")).1;
    assert!(said.contains("GraphQL query are not JSON"), "{said}");
}

#[test]
fn addresses_of_several_lines_and_with_blanks() {
    let table = [
        ("GET https://h/a?\n    b=1&\n    c=2\nA: b\n", "GET https://h/a?b=1&c=2|A: b"),
        ("GET https://h/a\n    ?b=1\n    &c=2\n", "GET https://h/a?b=1&c=2"),
        ("GET https://h/a?b=New York&c=a b\n", "GET https://h/a?b=New%20York&c=a%20b"),
        ("GET {{ host }}/a b\n", "GET {{host}}/a%20b"),
        ("GET /a\nHost: https://h\n", "GET https://h/a|Host: https://h"),
    ];
    for (text, request) in table {
        assert_eq!(read_all(text).0, [request], "{text:?}");
    }
    assert!(read_all("GET /a\nHost: https://h\n").1.contains("Host has a scheme"));
    for (method, said) in [("GETT", "GET is meant?"), ("FOO", "sent as it is"), ("PROPFIND", ""), ("Post", ""), ("{{m}}", "")] {
        assert!(read_all(&format!("{method} https://h\n")).1.trim_end().ends_with(said), "{method}");
    }
    assert_eq!(read_all("PURGE https://h\n").1, "");
    assert!(read_all("GET https://h\na b: c\n").1.contains("no name of a header"));
    assert!(read_all("# @disabled\nGET https://h\n").1.contains("@disabled"));
    let raw = Document::read("GET https://h/{{x}} y?t=z\n").raw_request(0).unwrap_or_default();
    let mut around = Variables::default();
    around.extend(crate::formats::variables::Layer::File, [("x".to_string(), "a b".to_string())]);
    let resolved = resolve_request(&raw, &around, &no_files, &mut Budget::default());
    assert_eq!(resolved.request.url, "https://h/a%20b%20y?t=z");
    let line = "GET https://h/{{x}} y?t=z";
    let back = |from: usize, to: usize| resolved.to_raw(RequestPart::Line, Span::new(4 + from, 4 + to)).cut(line);
    assert_eq!((back(10, 15), back(15, 18), back(18, 19), back(22, 23)), (Some("{{x}}"), Some(" "), Some("y"), Some("z")));
}

/// A request that another one's block ends with keeps its own place when the other goes.
#[test]
fn requests_without_a_separator_are_kept_apart() {
    let text = "### a\nGET https://a\n\nPOST https://b\n\nx\n\nGET https://c\n";
    let document = Document::read(text);
    let saved = |index| Part { source: Source::Saved(index), ..Part::default() };
    let composed = |parts: &[Part]| document.compose(parts).map(|c| c.document.text().to_string()).unwrap_or_else(|e| e.to_string());
    assert_eq!(composed(&[saved(0), saved(1), saved(2)]), text);
    assert_eq!(composed(&[saved(0), saved(2)]), "### a\nGET https://a\n\n###\nGET https://c\n");
    assert_eq!(composed(&[saved(1), saved(2)]), "###\nPOST https://b\n\nx\n\nGET https://c\n");
}
