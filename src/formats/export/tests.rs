use proptest::prelude::*;
use serde_json::{Value, json};

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
