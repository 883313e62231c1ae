use super::*;
use crate::formats::no_files;
use crate::formats::variables::{Layer, System};

const FILE: &str = "\u{feff}@host = api.example\r\n\r\n### list users\r\n# @name list\r\n# @no-redirect\r\n# @expect-audience orders\r\n\
GET https://{{host}}/v1/users HTTP/1.1\r\n    ?limit=10\r\n    &page={{page}}\r\nAccept: application/json\r\n# the token of staging\r\n\
Authorization:  Bearer {{token}}  \r\n\r\n> {% client.global.set('a', 1) %}\r\n\r\n<> old/answer.http\r\n\r\n### \r\n// a comment\r\n\
POST https://{{host}}/login\r\nContent-Type: application/json\r\n\r\n{\r\n  \"user\": \"{{user}}\"\r\n}\r\n\r\n# a last word\r\n";

pub(super) fn request(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Request {
    Request { method: method.into(), url: url.into(), headers: headers.iter().copied().collect(), body: body.into(), ..Request::default() }
}

#[test]
fn every_part_of_a_file_is_found() {
    let document = Document::read(FILE);
    assert_eq!((document.len(), document.name(0), document.name(1)), (2, "list users", ""));
    let url = "https://{{host}}/v1/users?limit=10&page={{page}}";
    let headers = [("Accept", "application/json"), ("Authorization", "Bearer {{token}}")];
    assert_eq!(document.raw_request(0), Some(request("GET", url, &headers, "")));
    assert_eq!(document.raw_request(1).map(|r| r.body), Some("{\n  \"user\": \"{{user}}\"\n}".into()));
    assert_eq!(document.directives(0), [("name", "list"), ("no-redirect", ""), ("expect-audience", "orders")]);
    assert_eq!(document.references(0), ["old/answer.http"]);
    let redirects = |index| document.exchange(index, &Variables::default(), &no_files).unwrap_or_default().0.transfer.redirects;
    assert_eq!((redirects(0), redirects(1)), (Redirects::Show, Redirects::Follow));
}

#[test]
fn variables_are_filled_in_and_what_is_missing_is_listed() {
    let mut around = Variables::new(System::default());
    around.extend(Layer::Environment, [("host".into(), "never".into()), ("token".into(), "abc".into())]);
    let (exchange, losses) = Document::read(FILE).exchange(0, &around, &no_files).unwrap_or_default();
    assert_eq!(exchange.request.url, "https://api.example/v1/users?limit=10&page={{page}}");
    assert_eq!(exchange.request.headers.get("authorization"), Some("Bearer abc"));
    assert_eq!(exchange.context.audience, ["orders"]);
    let said: Vec<_> = losses.iter().map(|l| (l.line, l.message.as_str())).collect();
    assert!(said.iter().any(|(line, m)| *line == 7 && m.starts_with("{{page}}")), "{said:?}");
    assert!(said.iter().any(|(line, m)| *line == 14 && m.contains("not run")), "{said:?}");
    assert!(said.iter().any(|(line, m)| *line == 16 && m.contains("old/answer.http")), "{said:?}");
}

#[test]
fn places_in_the_request_that_goes_out_lead_back() {
    let raw = request("GET", "https://{{host}}/{{path}}", &[("Authorization", "Bearer {{token}}")], "");
    let mut around = Variables::default();
    around.extend(Layer::File, [("host".into(), "h.example".into()), ("token".into(), "abc\"".into())]);
    let resolved = resolve_request(&raw, &around, &no_files, &mut Budget::default());
    let value = raw.headers.get("authorization").unwrap_or_default();
    assert_eq!(resolved.to_raw(RequestPart::HeaderValue(0), Span::new(10, 11)).cut(value), Some("{{token}}"));
    let line = "GET https://{{host}}/{{path}}";
    assert_eq!(resolved.to_raw(RequestPart::Line, Span::new(12, 21)).cut(line), Some("{{host}}"));
    assert_eq!(resolved.to_raw(RequestPart::Line, Span::new(22, 30)).cut(line), Some("{{path}}"));
}

#[test]
fn a_name_and_a_password_are_encoded_as_the_other_tools_do() {
    for value in ["Basic ann secret", "Basic ann:secret", "Basic {{u}} secret"] {
        let mut around = Variables::default();
        around.extend(Layer::File, [("u".into(), "ann".into())]);
        let raw = request("GET", "https://h/", &[("Authorization", value)], "");
        let resolved = resolve_request(&raw, &around, &no_files, &mut Budget::default());
        assert_eq!(resolved.request.headers.get("authorization"), Some("Basic YW5uOnNlY3JldA=="), "{value}");
        let back = resolved.to_raw(RequestPart::HeaderValue(0), Span::new(6, 10));
        assert_eq!(back, Span::new(6, value.len()));
    }
}

#[test]
fn the_last_definition_above_a_request_counts() {
    let document = Document::read(
        "@a = 1\nGET https://h/{{a}}\n###\n@a = 2\nGET https://h/{{a}}\n###\nGET https://h/{{a}}{{b}}\n###\n@b = 3\n@b = 4\n",
    );
    let urls: Vec<_> = (0..3).filter_map(|i| document.exchange(i, &Variables::default(), &no_files)).map(|(e, _)| e.request.url).collect();
    assert_eq!(urls, ["https://h/1", "https://h/2", "https://h/23"]);
}

#[test]
fn request_lines_of_every_shape() {
    let read = |line: &str| Document::read(line).raw_request(0).map(|r| (r.method, r.url)).unwrap_or_default();
    let both = |method: &str, url: &str| (method.to_string(), url.to_string());
    assert_eq!(read("https://h/a b"), both("GET", "https://h/a b"));
    assert_eq!(read("{{host}}/x HTTP/1.1"), both("GET", "{{host}}/x"));
    assert_eq!(read("{{ host }}/x"), both("GET", "{{ host }}/x"));
    assert_eq!(read("{{method}} https://h"), both("{{method}}", "https://h"));
    assert_eq!(read("delete  /a HTTP/2"), both("delete", "/a"));
    assert_eq!(read("GET https://h\n\n  /not/a/part"), both("GET", "https://h"));
}

#[test]
fn bodies_from_files_forms_and_parts() {
    let files = |path: &str| match path {
        "./a.json" => Ok(b"{\"v\":\"{{v}}\"}".to_vec().into()),
        _ => Err("it is outside the folder".to_string()),
    };
    let mut around = Variables::default();
    around.extend(Layer::File, [("v".into(), "1".into())]);
    let body = |kind: &str, body: &str| {
        let raw = request("POST", "https://h/", &[("Content-Type", kind)], body);
        resolve_request(&raw, &around, &files, &mut Budget::default())
    };
    assert_eq!(body("application/json", "< ./a.json").request.body, "{\"v\":\"{{v}}\"}");
    assert_eq!(body("application/json", "<@ ./a.json").request.body, "{\"v\":\"1\"}");
    assert_eq!(body("application/xml", "<a>\n</a>").request.body, "<a>\n</a>");
    assert_eq!(body("application/x-www-form-urlencoded", "a={{v}}\n&b=2\nc").request.body, "a=1&b=2\nc");
    assert_eq!(body("multipart/form-data; boundary=x", "--x\na").request.body, "--x\r\na");
    // JSON has no comments; other texts may have lines that look like one.
    assert_eq!(body("application/json", "// why\n{\n  # \"a\": 1,\n  \"b\": \"{{v}}\"\n}").request.body, "{\n  \"b\": \"1\"\n}");
    assert_eq!(body("application/json", "{\"a\": \"//x\",\n\"b\": \"#\"}\n// end").request.body, "{\"a\": \"//x\",\n\"b\": \"#\"}\n");
    assert_eq!(body("", "# why\n[1]").request.body, "[1]");
    assert_eq!(body("text/markdown", "# Title\n// x").request.body, "# Title\n// x");
    let refused = body("text/plain", "< /etc/passwd");
    assert_eq!(refused.request.body, "< /etc/passwd");
    assert!(refused.refused[0].1.contains("outside the folder"));
}

#[test]
fn recorded_answers_of_every_kind_are_read() {
    let files = |path: &str| match path {
        "raw.http" => Ok(b"HTTP/1.1 403 Forbidden\r\n\r\nno".to_vec().into()),
        "old/2026-11-23T041030.401.json" => Ok(b"{\"error\":1}".to_vec().into()),
        _ => Err("there is no such file".to_string()),
    };
    let answer = |text: &str| Document::read(text).exchange(0, &Variables::default(), &files).and_then(|(e, _)| e.answer);
    assert_eq!(answer("GET https://h\n\n<> gone\n<> raw.http\n").map(|a| (a.status, a.body)), Some((403, "no".into())));
    let body = answer("GET https://h\n\n<> old/2026-11-23T041030.401.json").map(|a| (a.status, a.body));
    assert_eq!(body, Some((401, "{\"error\":1}".into())));
}

#[test]
fn a_version_may_end_the_last_line_of_an_address() {
    let document = Document::read("GET https://h\n  ?a=1\n  &b=2 HTTP/1.1\nA: 1\n");
    assert_eq!(document.raw_request(0), Some(request("GET", "https://h?a=1&b=2", &[("A", "1")], "")));
    let written = document.with_request(0, &request("GET", "https://h?c=3", &[("A", "1")], ""));
    assert_eq!(written.map(|d| d.text().to_string()), Ok("GET https://h\n  ?c=3 HTTP/1.1\nA: 1\n".into()));
}

#[test]
fn a_changed_header_changes_its_own_line() {
    let document = Document::read(FILE);
    let mut changed = document.raw_request(0).unwrap_or_default();
    changed.headers.0[1].value = "Bearer {{other}}".into();
    let written = document.with_request(0, &changed).map(|d| d.text().to_string());
    assert_eq!(written, Ok(FILE.replace("Bearer {{token}}", "Bearer {{other}}")));
}

#[test]
fn headers_come_and_go_without_their_neighbors() {
    let document = Document::read("GET https://h\r\nA: 1\r\n# about B\r\nB: 2\r\nC: 3");
    let write = |headers: &[(&str, &str)]| {
        document.with_request(0, &request("GET", "https://h", headers, "")).map(|d| d.text().to_string()).unwrap_or_else(|e| e.to_string())
    };
    assert_eq!(write(&[("A", "1"), ("C", "3")]), "GET https://h\r\nA: 1\r\n# about B\r\nC: 3");
    assert_eq!(write(&[("A", "1"), ("B", "2"), ("X", ""), ("C", "3")]), "GET https://h\r\nA: 1\r\n# about B\r\nB: 2\r\nX:\r\nC: 3");
    assert_eq!(write(&[("B", "2"), ("C", "3"), ("D", "4")]), "GET https://h\r\n# about B\r\nB: 2\r\nC: 3\r\nD: 4");
    assert_eq!(write(&[]), "GET https://h\r\n# about B");
}

#[test]
fn bodies_come_change_and_go() {
    let document = Document::read("### a\nGET https://h\nA: 1\n### b\nPOST https://h\n\nold\n\n# end\n");
    let with = |index: usize, body: &str| {
        let raw = Request { body: body.into(), ..document.raw_request(index).unwrap_or_default() };
        document.with_request(index, &raw).map(|d| d.text().to_string())
    };
    assert_eq!(with(0, "x\ny"), Ok("### a\nGET https://h\nA: 1\n\nx\ny\n### b\nPOST https://h\n\nold\n\n# end\n".into()));
    assert_eq!(with(1, "new"), Ok("### a\nGET https://h\nA: 1\n### b\nPOST https://h\n\nnew\n\n# end\n".into()));
    assert_eq!(with(1, ""), Ok("### a\nGET https://h\nA: 1\n### b\nPOST https://h\n\n# end\n".into()));
}

/// Comments, directives and variables after the last header belong to the request, not to its body.
#[test]
fn what_stands_before_a_body_stays_when_the_body_comes_and_goes() {
    let text = "### one\nPOST https://h\nX-A: b\n# a comment\n@var = 1\n# @no-redirect\n\nbody\n\n### two\nGET https://h/{{var}}\n";
    let document = Document::read(text);
    let with = |document: &Document, body: &str| {
        let raw = Request { body: body.into(), ..document.raw_request(0).unwrap_or_default() };
        document.with_request(0, &raw).map(|d| d.text().to_string()).unwrap_or_else(|e| e.to_string())
    };
    let without = with(&document, "");
    assert_eq!(without, text.replace("\n\nbody", ""));
    assert_eq!(with(&Document::read(&without), "body"), text);
}

#[test]
fn a_changed_line_of_a_body_keeps_the_line_ends_of_the_others() {
    let with = |text: &str, body: &str| {
        let document = Document::read(text);
        let raw = Request { body: body.into(), ..document.raw_request(0).unwrap_or_default() };
        document.with_request(0, &raw).map(|d| d.text().to_string()).unwrap_or_else(|e| e.to_string())
    };
    let mixed = "POST https://h\n\n--B\r\nA: b\r\n\r\nx\n--B--\r\n";
    assert_eq!(with(mixed, "--B\nA: b\n\nxy\n--B--"), mixed.replace("x\n", "xy\r\n"));
    assert_eq!(with(mixed, "--B\nA: b\n\nx\n--B--Z"), mixed.replace("--B--", "--B--Z"));
    assert_eq!(with("POST https://h\r\n\r\na\nb\r\n", "a\nb\nc"), "POST https://h\r\n\r\na\nb\nc\r\n");
}

#[test]
fn a_changed_address_of_several_lines_keeps_its_version() {
    let text = "GET https://h\n    ?a=1\n    &b=2 HTTP/2\n";
    let with = |url: &str| Document::read(text).with_request(0, &request("GET", url, &[], "")).map(|d| d.text().to_string());
    assert_eq!(with("https://h?a=1&b=2Z"), Ok(text.replace("b=2", "b=2Z")));
    assert_eq!(with("https://other?a=1&b=2"), Ok(text.replace("//h", "//other")));
    assert_eq!(with("https://h?x=15&b=2"), Ok(text.replace("a=1", "x=15")));
    // A version does not go with its line.
    assert_eq!(with("https://h?c=3"), Ok("GET https://h\n    ?c=3 HTTP/2\n".into()));
}

#[test]
fn an_address_of_several_lines_keeps_the_lines_of_what_stays() {
    let text = "GET https://h/a\n    ?a=1\n    # why b\n    &b=2&c=3\n\t&d=4\n    &e=5\nX: y\n";
    let with = |url: &str| Document::read(text).with_request(0, &request("GET", url, &[("X", "y")], "")).map(|d| d.text().to_string());
    for (url, after) in [
        // Two lines are changed, and those between them stay.
        ("https://h/a?a=9&b=2&c=3&d=4&e=9", text.replace("a=1", "a=9").replace("e=5", "e=9")),
        ("https://h/b?a=1&b=2&c=3&d=4&e=9", text.replace("/a", "/b").replace("e=5", "e=9")),
        // Some go, also the first one, whose sign the next one takes.
        ("https://h/a?a=1&b=2&c=3&e=5", text.replace("\t&d=4\n", "")),
        ("https://h/a?b=2&c=3&d=4&e=5", text.replace("    ?a=1\n", "").replace("&b=2", "?b=2")),
        ("https://h/a?a=1&c=3&d=4&e=6", text.replace("&b=2", "").replace("e=5", "e=6")),
        // Some come.
        ("https://h/a?a=1&new=1&b=2&c=3&d=4&e=5&f=6", text.replace("a=1", "a=1&new=1").replace("e=5", "e=5&f=6")),
    ] {
        assert_eq!(with(url), Ok(after), "{url}");
    }
}

/// As VS Code and JetBrains leave out a line of an address that is a comment.
#[test]
fn parameters_that_are_switched_off_are_comments_of_the_file() {
    let text = "GET https://h/a HTTP/1.1\r\n    ?a=1\r\n    # why b\r\n    # &b=2\r\n    &c=3\r\n    // &d=4\r\nX: y\r\n";
    let document = Document::read(text);
    let raw = document.raw_request(0).unwrap_or_default();
    assert_eq!(raw.url, "https://h/a?a=1&c=3");
    assert_eq!(document.rendered(0), "GET https://h/a?a=1\n    # &b=2\n    &c=3\n    # &d=4\nX: y\n");
    let with = |text: &str, edited: &str| {
        let request = RequestText::parse(edited).0;
        Document::read(text).with_request(0, &request).map(|d| d.text().to_string())
    };
    for (edited, written) in [
        ("GET https://h/a?a=1&b=2&c=3\n    # &d=4\nX: y\n", text.replace("# &b", "&b")),
        ("GET https://h/a?a=1\n    # &b=2\n    # &c=3\n    # &d=4\nX: y\n", text.replace("&c=3", "# &c=3")),
        ("GET https://h/a?a=1\n    # &b=2\n    &c=3&d=4\nX: y\n", text.replace("// &d", "&d")),
        (
            "GET https://h/a?a=1&c=9\nX: z\n",
            text.replace("    # &b=2\r\n", "").replace("c=3", "c=9").replace("    // &d=4\r\n", "").replace("y\r", "z\r"),
        ),
        ("GET https://h/a?a=1\n    # &b=2\n    &c=3\n    # &d=4\nX: y\nZ: 1\n", text.replace("X: y\r\n", "X: y\r\nZ: 1\r\n")),
    ] {
        assert_eq!(with(text, edited), Ok(written), "{edited}");
    }
    // A version stays behind the last line that is sent.
    let one = "GET https://h/a?a=1&b=2&c=3 HTTP/2\nX: y\n";
    for (edited, written) in [
        ("GET https://h/a?a=1\n    # &b=2\n    &c=3\nX: y", "GET https://h/a?a=1\n    # &b=2\n    &c=3 HTTP/2\nX: y\n"),
        ("GET https://h/a?a=1&b=2\n    # &c=3\nX: y", "GET https://h/a?a=1&b=2 HTTP/2\n    # &c=3\nX: y\n"),
    ] {
        assert_eq!(with(one, edited), Ok(written.into()), "{edited}");
    }
    assert_eq!(
        with("GET https://h\n  ?a=1\n  &b=2 HTTP/2\n", "GET https://h?a=1\n    # &b=2\n"),
        Ok("GET https://h\n  ?a=1 HTTP/2\n  # &b=2\n".into())
    );
    // Other comments do not belong to the address.
    assert!(Document::read("GET https://h\n# ?why is this here\n# &&\nA: b\n").raw_request(0).is_some_and(|raw| raw.off.is_empty()));
}

#[test]
fn fields_and_parts_that_are_switched_off_are_comments_of_the_body() {
    let sent = |kind: &str, body: &str| {
        let document = Document::read(&format!("POST https://h\nContent-Type: {kind}\n\n{body}\n\n# the next one\n"));
        let (exchange, _) = document.exchange(0, &Variables::default(), &no_files).unwrap_or_default();
        (document.raw_request(0).unwrap_or_default().body.to_string(), exchange.request.body.to_string())
    };
    for (body, out) in
        [("a=1\n# &b=2\n&c=3", "a=1&c=3"), ("# a=1\nb=2\n# &c=3", "b=2"), ("# a=1", ""), ("a=1\n# no field\n&c=3", "a=1\n# no field&c=3")]
    {
        assert_eq!(sent("application/x-www-form-urlencoded", body), (body.to_string(), out.to_string()));
    }
    let part =
        |mark: &str, name: &str| format!("{mark}--x\n{mark}Content-Disposition: form-data; name=\"{name}\"\n{}\n{mark}1\n", mark.trim());
    let (on, off) = (part("", "a"), part("# ", "b"));
    for (body, out) in [
        (format!("{off}{on}--x--"), format!("{on}--x--")),
        (format!("{on}{off}--x--"), format!("{on}--x--")),
        (format!("{on}{off}"), on.clone()),
    ] {
        let (raw, sent) = sent("multipart/form-data; boundary=x", body.trim_end());
        assert_eq!((raw.as_str(), sent), (body.trim_end(), out.replace('\n', "\r\n")));
    }
}

#[test]
fn what_the_format_cannot_hold_is_refused() {
    let document = Document::read("GET https://h\n");
    let refused = |r: Request| document.with_request(0, &r).err().map(|e| e.message).unwrap_or_default();
    assert!(refused(request("GET", "https://h", &[], "a\n### b\nc")).contains("this body"));
    assert!(refused(request("GET", "https://h", &[("", "x")], "")).contains("these headers"));
    assert!(refused(request("GET", "https://h", &[("#a", "x")], "")).contains("these headers"));
    let newline = document.with_request(0, &request("GET", "https://h", &[("A", "a\nB: c")], ""));
    assert_eq!(newline.ok().and_then(|d| d.raw_request(0)).and_then(|r| r.headers.get("a").map(str::to_string)), Some("a\nB: c".into()));
}

pub(super) fn saved(index: usize) -> Part<'static> {
    Part { source: Source::Saved(index), ..Part::default() }
}

pub(super) fn copy_of<'a>(index: usize, name: &'a str) -> Part<'a> {
    Part { source: Source::CopyOf(index), name: Some(name), ..Part::default() }
}

pub(super) fn added<'a>(name: &'a str, request: &'a Request) -> Part<'a> {
    Part { name: Some(name), request: Some(request), ..Part::default() }
}

/// What the format cannot hold keeps nothing else from being saved, and takes nobody's place.
#[test]
fn a_request_that_cannot_be_held_is_left_out_or_left_as_it_was() {
    let document = Document::read("### one\nGET https://h/1\n\n### two\nGET https://h/2\nX-Two: precious\n\n### three\nGET https://h/3\n");
    let (bad, good) = (request("POST", "https://h/new", &[], "###"), request("GET", "https://h/4", &[], ""));
    let changed = Part { request: Some(&bad), ..saved(0) };
    let composed = document.compose(&[changed, added("bad", &bad), added("four", &good), saved(1), saved(2)]).unwrap_or_default();
    assert_eq!(composed.refused.iter().map(|(part, _)| *part).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(composed.places, [Some(0), None, Some(1), Some(2), Some(3)]);
    assert_eq!(
        composed.document.text(),
        "### one\nGET https://h/1\n\n### four\nGET https://h/4\n\n### two\nGET https://h/2\nX-Two: precious\n\n### three\nGET https://h/3\n"
    );
}

/// What asks for HTTP/1.1 still does so when the file is read again.
#[test]
fn a_version_that_is_asked_for_is_written_and_kept() {
    let new = request("GET", "https://h/new", &[("A", "1")], "b");
    let is_http1 = |part: Part<'static>| Part { is_http1: true, ..part };
    let composed = |text: &str, part: Part| {
        let document = Document::read(text).compose(&[part]).unwrap_or_default().document;
        let version = document.exchange(0, &Variables::default(), &no_files).unwrap_or_default().0.transfer.version;
        (document.text().to_string(), version)
    };
    let table = [
        ("### a\nGET https://h\n", "### a\nGET https://h HTTP/1.1\n"),
        ("### a\nGET https://h  HTTP/2\nA: 1\n", "### a\nGET https://h HTTP/1.1\nA: 1\n"),
        ("https://h\r\n  ?a=1\r\n  &b=2\r\nA: 1\r\n", "https://h\r\n  ?a=1\r\n  &b=2 HTTP/1.1\r\nA: 1\r\n"),
        ("GET https://h\n  ?a=1 HTTP/1.0\n", "GET https://h\n  ?a=1 HTTP/1.0\n"),
        ("GET https://h", "GET https://h HTTP/1.1"),
    ];
    for (text, written) in table {
        assert_eq!(composed(text, is_http1(saved(0))), (written.to_string(), HttpVersion::Http1), "{text:?}");
        assert_eq!(composed(text, saved(0)).0, text, "nothing is asked for, and nothing changed");
    }
    // Lines of an address that is replaced take the version in them.
    let replaced = Part { request: Some(&new), is_http1: true, ..saved(0) };
    let written = "GET https://h/new HTTP/1.1\nA: 1\n\nb\n".to_string();
    assert_eq!(composed("GET https://h\n  ?a=1 HTTP/1.1\nA: 1\n\nb\n", replaced), (written, HttpVersion::Http1));
    let added = Part { is_http1: true, ..added("new", &new) };
    assert_eq!(composed("", added), ("### new\nGET https://h/new HTTP/1.1\nA: 1\n\nb\n".into(), HttpVersion::Http1));
}

#[test]
fn requests_are_named_added_copied_and_removed() {
    let text = "@h = x\n\n# @name first\nGET https://{{h}}\n\n### second\nGET https://b\n";
    let document = Document::read(text);
    let changed = |d: Result<Document, crate::formats::FormatError>| d.map(|d| d.text().to_string()).unwrap_or_else(|e| e.to_string());
    let composed = |d: &Document, parts: &[Part]| changed(d.compose(parts).map(|composed| composed.document));
    assert_eq!(changed(document.rename(0, "one")), text.replace("first", "one"));
    assert_eq!(changed(document.rename(1, "two")), text.replace("second", "two"));
    let new = request("PUT", "https://n", &[("A", "1")], "b");
    assert_eq!(composed(&document, &[saved(0), saved(1), added("new", &new)]), format!("{text}\n### new\nPUT https://n\nA: 1\n\nb\n"));
    assert_eq!(
        composed(&document, &[added("new", &new), saved(0), saved(1)]),
        "@h = x\n\n### new\nPUT https://n\nA: 1\n\nb\n\n###\n# @name first\nGET https://{{h}}\n\n### second\nGET https://b\n"
    );
    assert_eq!(
        composed(&document, &[saved(0), copy_of(0, "first copy"), saved(1)]),
        "@h = x\n\n# @name first\nGET https://{{h}}\n\n### first copy\n# @name firstCopy\nGET https://{{h}}\n\n### second\nGET https://b\n"
    );
    assert_eq!(composed(&document, &[saved(1)]), "@h = x\n\n### second\nGET https://b\n");
    assert_eq!(composed(&document, &[saved(0)]), "@h = x\n\n# @name first\nGET https://{{h}}\n\n");
    let defines = Document::read("### a\nGET https://a\n### b\n@x = 1\nGET https://b\n");
    assert_eq!(composed(&defines, &[saved(0)]), "### a\nGET https://a\n###\n@x = 1\n");
}

/// What is deleted or copied with a request is what belongs to it. A comment behind it may be about anything.
#[test]
fn comments_behind_a_request_stay_where_they_are() {
    let table = [
        // Behind an address, a body, a handler.
        ("### a\nGET https://a\n\n# next\n\n", "### b\nGET https://b\n\n# end\n", "\n# next\n\n"),
        ("### a\nPOST https://a\n# own\nA: 1\n\nbody\n# of the body\nbody\n# next\n", "### b\nGET https://b\n", "\n# next\n"),
        ("### a\nGET https://a\n\n> {%\n// own\n%}\n<> a.json\n// next\n\n", "### b\nGET https://b\n", "\n// next\n\n"),
        ("### a\r\nGET https://a\r\n\r\n# next\r\n", "### b\r\nGET https://b\r\n", "\r\n# next\r\n"),
        // Variables may be used by others.
        ("### a\n# own\n@x = 1\nGET https://a\n\n# next\n", "### b\nGET https://b\n", "###\n@x = 1\n\n# next\n"),
        // Before the first separator.
        ("GET https://a\n\n# next\n", "### b\nGET https://b\n", "# next\n"),
        ("# head\n@x = 1\n\nGET https://a\n\n# next\n", "### b\nGET https://b\n", "# head\n@x = 1\n\n\n# next\n"),
        // Nothing is behind it, or only blank lines.
        ("### a\n# own\nGET https://a\n\n\n", "### b\nGET https://b\n", ""),
    ];
    let composed = |document: &Document, parts: &[Part]| document.compose(parts).map(|c| c.document.text().to_string());
    for (first, second, left) in table {
        for before in ["", "### z\nGET https://z\nZ: 1\n"] {
            let before = if first.starts_with("###") { before } else { "" };
            let document = Document::read(&format!("{before}{first}{second}"));
            let parts: Vec<Part> = (0..document.len()).map(saved).collect();
            let (at, without) = (document.len() - 2, parts.iter().filter(|p| p.source != Source::Saved(document.len() - 2)));
            let without: Vec<Part> = without.cloned().collect();
            assert_eq!(composed(&document, &without), Ok(format!("{before}{left}{second}")), "{first:?}");
            let mut copied = parts.clone();
            copied.insert(at + 1, copy_of(at, "copy"));
            let copied = composed(&document, &copied).unwrap_or_default();
            assert_eq!(copied.matches("next").count(), first.matches("next").count(), "{copied}");
        }
    }
}

#[test]
fn directives_are_set_where_they_stand() {
    let document = Document::read("### a\n# @expect-scope read\n// words\nGET https://a\n");
    let set = |name: &str, values: &[&str]| {
        let values: Vec<String> = values.iter().map(|v| v.to_string()).collect();
        document.set_directive(0, name, &values).map(|d| d.text().to_string()).unwrap_or_else(|e| e.to_string())
    };
    assert_eq!(set("expect-scope", &["write"]), "### a\n# @expect-scope write\n// words\nGET https://a\n");
    assert_eq!(set("expect-scope", &[]), "### a\n// words\nGET https://a\n");
    assert_eq!(set("expect-scope", &["read", "more"]), "### a\n# @expect-scope read\n# @expect-scope more\n// words\nGET https://a\n");
    assert_eq!(set("expect-audience", &["b"]), "### a\n# @expect-scope read\n// words\n# @expect-audience b\nGET https://a\n");
    assert!(set("expect-audience", &["a\nb"]).contains("one line"));
}

#[test]
fn directives_become_the_context() {
    let text = "# @expect-scope read write\n# @expect-audience a\n# @expect-audience b\n# @jwks ./keys.json\n# @authtui-password secret\n\
# @authtui-username {{u}}\n# @token-expires-in soon\n# @expect-issuer\n@u = ann\nGET https://h\n";
    let (exchange, losses) = Document::read(text).exchange(0, &Variables::default(), &no_files).unwrap_or_default();
    let context = exchange.context;
    assert_eq!((&context.scope, &context.audience), (&vec!["read".to_string(), "write".into()], &vec!["a".to_string(), "b".into()]));
    assert_eq!(
        (context.jwks.as_deref(), context.username.as_deref(), context.password.as_deref()),
        (Some("./keys.json"), Some("ann"), None)
    );
    assert_eq!(losses.iter().map(|l| l.line).collect::<Vec<_>>(), [5, 7, 8]);
}

#[test]
fn scripts_and_odd_lines_are_kept_and_listed() {
    let text = "< {%\n request.x = 1\n%}\n{{\n code\n}}\nimport ./a.http\nGET https://h\nno colon here\n\nbody\n> {%\n a\n";
    let document = Document::read(text);
    assert_eq!(document.raw_request(0), Some(request("GET", "https://h", &[], "body")));
    let lines: Vec<_> = document.exchange(0, &Variables::default(), &no_files).unwrap_or_default().1.iter().map(|l| l.line).collect();
    assert_eq!(lines, [1, 4, 7, 9, 12, 12]);
}

/// A line of such a file.
#[test]
fn what_is_left_of_a_request_without_a_separator_is_kept_apart() {
    let text = "GET https://a/\n\nA:\n#@name\nGET https://b/\n@a=";
    let document = Document::read(text);
    let written = document.compose(&[saved(0)]).expect("a text").document;
    assert_eq!(written.text(), "GET https://a/\n\nA:\n###\n@a=");
    assert_eq!(written.raw_request(0), document.raw_request(0));
}

#[test]
fn a_version_behind_the_address_is_asked_for() {
    let table = [
        ("GET https://h", HttpVersion::Negotiated),
        ("GET https://h HTTP/1.1", HttpVersion::Http1),
        ("https://h  HTTP/1.1  ", HttpVersion::Http1),
        ("GET https://h HTTP/1.0\r\nA: HTTP/2", HttpVersion::Http1),
        ("GET https://h HTTP/2\nA: HTTP/1.1", HttpVersion::Negotiated),
        ("GET https://h\n  ?a=HTTP/1.1\n  &b=2", HttpVersion::Negotiated),
        ("GET https://h\n  ?a=1\n  &b=2 HTTP/1.1", HttpVersion::Http1),
    ];
    let version_of = |text: &str| Document::read(text).exchange(0, &Variables::default(), &no_files).unwrap_or_default().0.transfer.version;
    for (text, version) in table {
        assert_eq!(version_of(&format!("{text}\n")), version, "{text:?}");
    }
}

#[test]
fn what_other_tools_ask_for_is_said_where_it_is_missing() {
    let text = "# @prompt id the number of the user\nGET https://a.example/users/{{id}}?t={{$aadV2Token}}&u={{other}}\n";
    let (_, losses) = Document::read(text).exchange(0, &Variables::default(), &no_files).unwrap_or_default();
    let said: Vec<&str> = losses.iter().map(|loss| loss.message.as_str()).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    for (message, expected) in
        said.iter().zip(["{{id}} is asked for by other tools", "a token that other tools get", "{{other}} has no value"])
    {
        assert!(message.contains(expected), "{message}");
    }
}
