use proptest::prelude::*;
use serde_json::{Value, json};
use url::Url;

use super::*;
use crate::domain::request::Request;
use crate::domain::response::Timing;
use crate::domain::route::Route;
use crate::formats::{curl, har, snippet};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn exchange(url: &str, value: &str, body: &str) -> Exchange {
    let headers = [("Authorization", "Bearer CANARY-0123456789abcdef"), ("X-Odd", value), ("Content-Type", "text/plain")];
    let request =
        Request { method: "POST".into(), url: url.into(), headers: headers.into_iter().collect(), body: body.into(), ..Request::default() };
    Exchange { request, ..Exchange::default() }
}

/// The request as an export of it is read again, its headers without those that a tool adds.
fn read_again(exchange: &Exchange, format: ExportFormat) -> Result<(Request, Redirects), String> {
    let text = export(&[exchange], format, true, NOW).map_err(|why| why.to_string())?;
    let read = match format {
        ExportFormat::Curl => curl::read_as(&text, "-", Dialect::Bash).map(Into::into),
        ExportFormat::Har => har::read(&text, "-"),
        _ => snippet::read(&text, "-"),
    };
    let read = read.map_err(|why| format!("{why}\n{text}"))?.exchanges.remove(0);
    let mut request = read.request;
    request.headers.0.retain(|header| exchange.request.headers.has(&header.name));
    request.headers.0.sort_by(|a, b| a.name.cmp(&b.name));
    Ok((request, read.transfer.redirects))
}

const READ: [ExportFormat; 7] = [
    ExportFormat::Curl,
    ExportFormat::Httpie,
    ExportFormat::Wget,
    ExportFormat::Fetch,
    ExportFormat::Python,
    ExportFormat::Powershell,
    ExportFormat::Har,
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_as_the_same_request(
        path in "[a-z$`'\"!&()*~%@-]{0,12}",
        value in "[!-~]([ -~\u{e4}\u{2019}]{0,20}[!-~])?",
        body in "[!-~@$-]([ -~\n\t\u{e4}\u{1f600}\u{2018}]{0,30}[!-~])?",
        method in "POST|PUT|PATCH",
        follows in any::<bool>(),
    ) {
        let mut exchange = exchange(&format!("https://h.example/{path}"), &value, &body);
        exchange.request.headers.0.sort_by(|a, b| a.name.cmp(&b.name));
        exchange.request.method = method;
        exchange.transfer.redirects = if follows { Redirects::Follow } else { Redirects::Show };
        for format in READ {
            // A recording says what was answered, not what was to be done then.
            let redirects = if format == ExportFormat::Har { Redirects::default() } else { exchange.transfer.redirects };
            prop_assert_eq!(read_again(&exchange, format), Ok((exchange.request.clone(), redirects)), "{:?}", format);
        }
    }
}

#[test]
fn a_tool_is_told_what_it_would_not_do_by_itself() {
    let mut exchange = exchange("https://h.example/", "x", "a");
    exchange.request.method = "GET".into();
    let wget = export(&[&exchange], ExportFormat::Wget, true, NOW).expect("it can be written");
    assert!(wget.contains("--method='GET'"), "{wget}");
    exchange.request.method = "GET;id".into();
    let httpie = export(&[&exchange], ExportFormat::Httpie, true, NOW).expect("it can be written");
    assert!(httpie.contains("'GET;id'"), "{httpie}");
}

#[test]
fn secrets_are_left_out_which_the_text_says() {
    let mut exchange = exchange("https://h.example/a?access_token=CANARY-0123456789abcdef", "x", "a");
    // What repeats a secret is one.
    exchange.name = "with CANARY-0123456789abcdef".into();
    exchange.answer = Some(Response { status: 401, reason: "CANARY-0123456789abcdef is unknown".into(), ..Response::default() });
    for format in ExportFormat::ALL {
        let masked = export(&[&exchange], format, false, NOW).expect("it can be written");
        assert!(!masked.contains("CANARY") && masked.contains("Secrets are left out"), "{format:?}\n{masked}");
        let whole = export(&[&exchange], format, true, NOW).expect("it can be written");
        assert!(whole.contains("CANARY") && !whole.contains("Secrets are left out"), "{format:?}\n{whole}");
    }
}

#[track_caller]
fn has(value: &Value, members: &[&str]) {
    for member in members {
        assert!(value.pointer(member).is_some_and(|found| !found.is_null()), "{member} in {value:#}");
    }
}

#[test]
fn a_recording_has_the_members_that_har_requires() {
    let har: Value =
        serde_json::from_str(&export(&[&exchange("https://h.example/a?b=c", "x", "y")], ExportFormat::Har, true, NOW).expect("HAR"))
            .expect("JSON");
    has(&har, &["/log/version", "/log/creator/name", "/log/creator/version", "/log/entries/0/startedDateTime", "/log/entries/0/time"]);
    has(&har, &["/log/entries/0/cache", "/log/entries/0/timings/send", "/log/entries/0/timings/wait", "/log/entries/0/timings/receive"]);
    let request = &har["log"]["entries"][0]["request"];
    has(request, &["/method", "/url", "/httpVersion", "/cookies", "/headers/0/name", "/headers/0/value", "/headersSize", "/bodySize"]);
    has(request, &["/queryString/0/name", "/postData/mimeType", "/postData/text"]);
    let response = &har["log"]["entries"][0]["response"];
    has(response, &["/status", "/statusText", "/httpVersion", "/cookies", "/headers", "/content/size", "/content/mimeType"]);
    has(response, &["/redirectURL", "/headersSize", "/bodySize"]);
}

#[test]
fn a_recording_says_who_answered_and_where_the_time_went_as_it_was_read() {
    let mut exchange = exchange("https://h.example/a", "x", "y");
    let timing = Timing { dns: Some(2.0), connect: Some(10.0), tls: Some(30.0), wait: Some(100.0), receive: Some(4.0) };
    let route = Route { remote: "203.0.113.7".parse().ok(), ..Route::default() };
    let answer = Response { status: 401, elapsed_ms: Some(150.0), timing: Some(timing.into()), ..Response::default() };
    exchange.answer = Some(Response { route: Some(route.clone().into()), ..answer });
    let text = export(&[&exchange], ExportFormat::Har, true, NOW).expect("HAR");
    let har: Value = serde_json::from_str(&text).expect("JSON");
    let entry = &har["log"]["entries"][0];
    let expected = json!({"blocked": 4.0, "dns": 2.0, "connect": 40.0, "ssl": 30.0, "send": 0, "wait": 100.0, "receive": 4.0});
    assert_eq!((&entry["timings"], &entry["time"]), (&expected, &json!(150.0)));
    let read = crate::formats::har::read(&text, "a.har").expect("what it wrote");
    let read = read.exchanges[0].answer.as_ref().expect("an answer");
    assert_eq!((read.timing.as_deref(), read.route.as_deref()), (Some(&timing), Some(&route)));
}

#[test]
fn a_recording_says_when_an_exchange_took_place_or_else_when_it_was_written() {
    let now: Timestamp = "2026-11-23T07:22:41Z".parse().expect("a moment");
    let at = |exchange: &Exchange, reveal: bool| {
        let text = export(&[exchange], ExportFormat::Har, reveal, now).expect("HAR");
        let har: Value = serde_json::from_str(&text).expect("JSON");
        har["log"]["entries"][0]["startedDateTime"].as_str().expect("a text").to_string()
    };
    let plain = exchange("https://h.example/a", "x", "y");
    let headers = [("Date", "Sun, 22 Nov 2026 10:00:00 GMT")].into_iter().collect();
    let answered = Exchange { answer: Some(Response { status: 401, headers, ..Response::default() }), ..plain.clone() };
    let mut recorded = answered.clone();
    recorded.context.now = Some("2026-11-21T09:00:00Z".parse().expect("a moment"));
    for reveal in [true, false] {
        assert_eq!(at(&plain, reveal), "2026-11-23T07:22:41Z");
        assert_eq!(at(&answered, reveal), "2026-11-22T10:00:00Z");
        assert_eq!(at(&recorded, reveal), "2026-11-21T09:00:00Z");
    }
}

#[test]
fn a_collection_has_the_members_that_postman_requires() {
    let text = export(&[&exchange("https://h.example/a", "x", "y")], ExportFormat::Postman, true, NOW).expect("a collection");
    let collection: Value = serde_json::from_str(&text).expect("JSON");
    has(&collection, &["/info/name", "/item/0/name", "/item/0/request/method", "/item/0/request/url/raw"]);
    has(&collection, &["/item/0/request/header/0/key", "/item/0/request/header/0/value", "/item/0/request/body/raw"]);
    assert_eq!(collection["info"]["schema"], "https://schema.getpostman.com/json/collection/v2.1.0/collection.json");
    assert_eq!(collection["item"][0]["request"]["body"]["mode"], "raw");
}

/// The texts in which a request of these parts is given to the tools.
fn for_tools(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Vec<(ExportFormat, String)> {
    let headers = headers.iter().copied().collect();
    let request = Request { method: method.into(), url: url.into(), headers, body: body.into(), ..Request::default() };
    let exchange = Exchange { request, ..Exchange::default() };
    let tools = ExportFormat::ALL.into_iter().filter(|format| format.is_sent());
    tools.map(|format| (format, export(&[&exchange], format, true, NOW).expect("a text"))).collect()
}

#[test]
fn the_path_is_that_which_is_sent_and_the_written_one_is_said() {
    for (written, sent) in [
        ("https://h.example/a/../b/./c//d?e=/../f", "https://h.example/b/c//d?e=/../f"),
        ("https://h.example/a/%2E%2e/b/..", "https://h.example/"),
    ] {
        let url = Url::parse(written).expect("an address");
        assert_eq!(url.as_str(), sent);
        for (format, text) in for_tools("GET", written, &[], "") {
            let end = ['\'', '"'].into_iter().any(|quote| text.contains(&format!("{sent}{quote}")));
            assert!(end && !text.contains("--path-as-is") && text.contains("The path is written as /a/"), "{format:?}\n{text}");
        }
    }
    for (format, text) in for_tools("GET", "https://h.example/a..b/.c?d=/../e", &[], "") {
        assert!(text.contains("/a..b/.c?d=/../e") && !text.contains("is written as"), "{format:?}\n{text}");
    }
}

#[test]
fn the_length_is_left_to_the_tool_and_a_wrong_one_is_said() {
    let written = [("Content-Length", "99"), ("Transfer-Encoding", "chunked"), ("X-A", "b")];
    for (format, text) in for_tools("POST", "https://h.example/", &written, "body") {
        let said = ["Content-Length: 99 is left out: the body has 4 bytes", "Transfer-Encoding is left out"];
        assert!(said.iter().all(|said| text.contains(said)), "{format:?}\n{text}");
        assert_eq!((text.matches("Content-Length").count(), text.matches("chunked").count()), (1, 0), "{format:?}\n{text}");
    }
    for (format, text) in for_tools("POST", "https://h.example/", &[("Content-Length", "4")], "body") {
        assert!(!text.contains("Content-Length"), "{format:?}\n{text}");
    }
    for (format, text) in for_tools("PUT", "https://h.example/", &[("content-length", "0")], "") {
        let sets_it = matches!(format, ExportFormat::Fetch | ExportFormat::Powershell);
        assert_eq!(text.contains("content-length"), !sets_it, "{format:?}\n{text}");
    }
}

#[test]
fn a_name_that_a_tool_takes_once_has_all_its_values() {
    for (format, text) in for_tools("GET", "https://h.example/", &[("X-A", "1"), ("x-a", "2"), ("X-A", "3")], "") {
        let joins = text.contains("1, 2, 3");
        assert_eq!(joins, !matches!(format, ExportFormat::Curl | ExportFormat::Httpie | ExportFormat::Postman), "{format:?}\n{text}");
        assert_eq!(joins, text.contains("in several: x-a\n"), "{format:?}\n{text}");
    }
}

#[test]
fn a_login_in_the_address_is_sent_as_it_is_here() {
    for (format, text) in for_tools("GET", "https://ann:pw%40@h.example/", &[], "") {
        let is_header = text.contains("Basic YW5uOnB3QA") && !text.contains("ann:");
        assert_eq!(is_header, !matches!(format, ExportFormat::Curl | ExportFormat::Postman), "{format:?}\n{text}");
    }
    for (format, text) in for_tools("GET", "https://ann:pw@h.example/", &[("Authorization", "Bearer own")], "") {
        assert!(!text.contains("Basic YW5u") && text.contains("Bearer own"), "{format:?}\n{text}");
    }
    let request = Request { method: "GET".into(), url: "https://ann:tulip7pw@h.example/".into(), ..Request::default() };
    let masked = export(&[&Exchange { request, ..Exchange::default() }], ExportFormat::Wget, false, NOW).expect("a text");
    assert!(masked.contains("Basic ***'") && !masked.contains("tulip"), "{masked}");
}

#[test]
fn a_header_that_is_not_sent_is_left_out_and_named() {
    // `-H '@X: a'` would have curl read a file.
    let odd = [("@X", "a7"), ("X-S;", "a7"), ("X A", "a7"), ("", "a7"), ("X-L", "a7\r\nX-B: c"), ("X-A", "b")];
    for (format, text) in for_tools("GET", "https://h.example/", &odd, "") {
        assert!(!text.contains("a7") && !text.contains("X-B"), "{format:?}\n{text}");
        assert_eq!(text.matches("HTTP cannot carry the header").count(), 5, "{format:?}\n{text}");
    }
    for (format, text) in for_tools("GET", "https://h.example/", &[("Cookie", "a=b"), ("Sec-X", "c"), ("X-A", "d")], "body") {
        let said = text.contains("of: Cookie, Sec-X\n") && text.contains("refuses a body with GET");
        assert_eq!(said, format == ExportFormat::Fetch, "{format:?}\n{text}");
    }
}
