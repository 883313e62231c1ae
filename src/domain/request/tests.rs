use super::*;

fn sample() -> Request {
    Request {
        method: "POST".into(),
        url: "https://api.example/v1".into(),
        headers: [("Accept", "*/*"), ("X-Odd", "a\nb"), ("Accept", "")].into_iter().collect(),
        body: "{\"a\":1}\n\nrest".into(),
        ..Request::default()
    }
}

#[test]
fn text_and_request_are_one() {
    let request = sample();
    let text = RequestText::render(&request);
    let (again, spans) = RequestText::parse(&text.text);
    assert_eq!(again, request);
    assert_eq!(spans, text);
}

#[test]
fn parameters_that_are_switched_off_are_lines_of_the_text_and_not_of_the_address() {
    for (text, url, off) in [
        ("GET https://h/?a=1\n    # &b=2\n    &c=3\nA: 1\n", "https://h/?a=1&c=3", vec![(14, "&b=2")]),
        ("GET https://h/\n    # ?a=1\n    # &b=2\n    ?c=3\n", "https://h/?c=3", vec![(10, "?a=1"), (10, "&b=2")]),
        ("GET https://h/?a=1#top\n    # &b=2\n\nbody", "https://h/?a=1#top", vec![(18, "&b=2")]),
        ("GET https://h/\n    # ?a=1\nA: b\n", "https://h/", vec![(10, "?a=1")]),
    ] {
        let (request, spans) = RequestText::parse(text);
        assert_eq!(request.url, url, "{text}");
        assert_eq!(request.off.within(url).collect::<Vec<_>>(), off, "{text}");
        assert_eq!(RequestText::render(&request), spans, "{text}");
        assert_eq!(spans.text, text);
    }
    // Lines that are typed are read too.
    let (request, spans) = RequestText::parse("GET https://h/ \n?a=1\n\t&b=2  \n// &c=3\n&d=4\n?? x\nA: b");
    assert_eq!(request.url, "https://h/?a=1&b=2&d=4");
    assert_eq!(request.off.within(&request.url).collect::<Vec<_>>(), [(18, "&c=3")]);
    assert_eq!(request.headers.iter().map(|(_, h)| h.name.as_str()).collect::<Vec<_>>(), ["?? x", "A"]);
    for part in ["https://h/", "?a=1", "a=1", "&b=2", "d=4"] {
        let at = 4 + request.url.find(part).unwrap_or_default();
        let found = spans.locate(RequestPart::Line, "", Some(Span::new(at, at + part.len())));
        assert_eq!(found.and_then(|span| span.cut(&spans.text)), Some(part));
    }
    let across = spans.locate(RequestPart::Line, "", Some(Span::new(14, 22)));
    assert_eq!(across.and_then(|span| span.cut(&spans.text)), Some("?a=1\n\t&b=2"));
}

#[test]
fn a_changed_address_keeps_what_is_switched_off() {
    let (mut request, _) = RequestText::parse("GET https://h/?a=1\n    # &b=2\n    &c=3\n");
    request.apply(&[Edit::Url("https://h/?a=1&c=4".into())]);
    assert_eq!(RequestText::render(&request).text, "GET https://h/?a=1\n    # &b=2\n    &c=4\n");
    request.apply(&[Edit::Url("http://other".into())]);
    assert_eq!(RequestText::render(&request).text, "GET http://other\n    # &b=2\n");
}

#[test]
fn a_span_behind_a_control_character_is_found() {
    let request = sample();
    let text = RequestText::render(&request);
    let value = &request.headers.0[1].value;
    let found = text.locate(RequestPart::HeaderValue(1), value, Some(Span::new(2, 3)));
    assert_eq!(found.and_then(|s| s.cut(&text.text)), Some("b"));
}

#[test]
fn a_body_stays_one_when_its_empty_line_is_typed_into() {
    let (request, spans) = RequestText::parse("POST https://h\nx\n{\n  \"a\": 1\n}");
    assert_eq!(request.headers.iter().map(|(_, h)| h.name.as_str()).collect::<Vec<_>>(), ["x"]);
    assert_eq!(request.body.as_str(), "{\n  \"a\": 1\n}");
    assert_eq!(spans.body.cut(&spans.text), Some("{\n  \"a\": 1\n}"));
}

#[test]
fn an_address_alone_is_a_get() {
    let (request, _) = RequestText::parse("https://api.example/v1?x=a b");
    assert_eq!((request.method.as_str(), request.url.as_str()), ("GET", "https://api.example/v1?x=a b"));
}

#[test]
fn paths_of_broken_addresses() {
    let path = |url: &str| Request { url: url.into(), ..Request::default() }.path().to_string();
    assert_eq!(path("https://h/a?b"), "/a?b");
    assert_eq!(path("https://h"), "/");
    assert_eq!(path("/a"), "/a");
}

#[test]
fn the_path_begins_behind_the_host_or_the_variable_that_stands_for_it() {
    let path = |url: &str| Request { url: url.into(), ..Request::default() }.path().to_string();
    for (url, expected) in [
        ("https://a.example/users?page=2", "/users?page=2"),
        ("https://a.example", "/"),
        ("/users", "/users"),
        ("{{api}}/users", "/users"),
        ("{{api}}?page=2", "?page=2"),
        ("{{api}}", "/"),
        ("{{scheme}}://a.example/users", "/users"),
        ("{{api}}users", "/"),
    ] {
        assert_eq!(path(url), expected, "{url}");
    }
}
