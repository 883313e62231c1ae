//! Whole logs, read to a report.

use super::*;
use serde_json::{Value, json};

fn report_of(logs: &[&str], filter: Filter) -> Report {
    let mut whole = Tally::new(filter.clone());
    for log in logs {
        let format = Format::detect(log.as_bytes()).expect("a format");
        let mut reader = Reader::new(format, filter.clone());
        reader.feed(log.as_bytes());
        whole.merge(reader.into_tally());
    }
    whole.report()
}

fn access(minute: u32, client: &str, path: &str, status: u16) -> String {
    format!(
        "{client} - - [13/May/2024:{:02}:{:02}:30 +0000] \"GET {path} HTTP/1.1\" {status} 12 \"-\" \"curl/8.5.0\"\n",
        minute / 60,
        minute % 60
    )
}

#[test]
fn the_json_is_what_is_promised() {
    let mut log = access(0, "203.0.113.7", "/v1/users/42?x=1", 401) + &access(1, "203.0.113.8", "/v1/users/43", 200);
    log += "garbage\n\n";
    let json = serde_json::to_value(report_of(&[&log], Filter::default())).unwrap();
    for (member, value) in [
        ("version", json!(1)),
        ("lines", json!(4)),
        ("requests", json!(2)),
        ("denied", json!(1)),
        ("rate", json!(0.5)),
        ("unparsed", json!(1)),
        ("unparsed_examples", json!(["garbage"])),
        ("skipped", json!(1)),
        ("from", json!("2024-05-13T00:00:30Z")),
        ("reasons", json!({})),
        ("unexplained", json!(1)),
        ("routes", json!([{"route": "GET /v1/users/:id", "requests": 2, "denied": 1, "rate": 0.5, "reasons": {}}])),
        ("statuses", json!([{"status": 200, "requests": 1}, {"status": 401, "requests": 1}])),
        ("hours", json!([{"hour": "2024-05-13T00:00:00Z", "hours": 1, "requests": 2, "denied": 1, "rate": 0.5}])),
        ("agents", json!([{"agent": "curl/8.5.0", "requests": 2, "denied": 1, "rate": 0.5}])),
        ("spikes", json!([])),
    ] {
        assert_eq!(json[member], value, "{member}");
    }
    assert_eq!(json["clients"][0], json!({"client": "203.0.113.7", "requests": 1, "denied": 1, "rate": 1.0, "failing": Value::Null}));
}

#[test]
fn an_error_log_explains_the_access_log() {
    let log = access(0, "203.0.113.7", "/a", 401) + &access(0, "203.0.113.8", "/a", 401) + &access(5, "203.0.113.7", "/b", 429);
    let errors = "2024/05/13 00:00:31 [error] 7#0: *1 user \"ann\": password mismatch, client: 203.0.113.7, server: _, request: \"GET /a HTTP/1.1\"\n\
                  2024/05/13 00:00:59 [error] 7#0: *1 user \"ann\": password mismatch, client: 203.0.113.8, server: _, request: \"GET /a HTTP/1.1\"\n";
    for logs in [[log.as_str(), errors], [errors, log.as_str()]] {
        let report = report_of(&logs, Filter::default());
        assert_eq!(report.reasons.0, [("basic-rejected", 1), ("rate-limited", 1)]);
        assert_eq!((report.events.count("basic-rejected"), report.unexplained), (2, 1));
        assert_eq!(report.routes[0].reasons.0, [("basic-rejected", 1)]);
    }
    assert_eq!(report_of(&[errors], Filter::default()).reasons.0, [("basic-rejected", 2)]);
}

#[test]
fn a_spike_and_a_client_that_goes_on_failing() {
    let mut log = String::new();
    for minute in 0..120 {
        for request in 0..20 {
            let denied = (60..75).contains(&minute) && request < 15;
            log += &access(minute, &format!("203.0.113.{request}"), &format!("/v1/users/{minute}"), if denied { 401 } else { 200 });
        }
        log += &access(minute, "198.51.100.1", "/health", if minute < 100 { 200 } else { 403 });
    }
    let report = report_of(&[&log], Filter::default());
    let spikes: Vec<(&str, &str, &str)> = report.spikes.iter().map(|spike| (&*spike.route, &*spike.from, &*spike.to)).collect();
    let (from, to) = ("2024-05-13T01:00:00Z", "2024-05-13T01:15:00Z");
    assert_eq!(spikes, [("*", from, to), ("GET /v1/users/:id", from, to), ("GET /health", "2024-05-13T01:40:00Z", "2024-05-13T02:00:00Z")]);
    let failing: Vec<&str> = report.clients.iter().filter(|row| row.failing.is_some()).map(|row| &*row.client).collect();
    assert_eq!(failing, ["198.51.100.1"]);
    let last = report.clients.iter().find_map(|row| row.failing.clone()).unwrap();
    assert_eq!((last.denied, last.from.as_deref()), (20, Some("2024-05-13T01:40:30Z")));
}

#[test]
fn only_what_is_asked_for_counts() {
    let log: String = (0..60).map(|minute| access(minute, "203.0.113.7", if minute % 2 == 0 { "/a/1" } else { "/b" }, 401)).collect();
    let since = "2024-05-13T00:10:00Z".parse::<jiff::Timestamp>().unwrap().as_second();
    let filter = Filter { since: Some(since), until: Some(since + 600), route: Some(RouteFilter::new("/a/*")) };
    let report = report_of(&[&log], filter);
    assert_eq!((report.lines, report.requests, report.filtered), (60, 5, 55));
    assert_eq!(report.routes.iter().map(|row| &*row.route).collect::<Vec<_>>(), ["GET /a/:id"]);
}

#[test]
fn parts_merge_to_the_same_report() {
    let log: String = (0..600)
        .map(|n| access(n % 200, &format!("203.0.113.{}", n % 7), &format!("/r{}/x", n % 11), [200, 401, 404, 403][n as usize % 4]))
        .collect();
    let whole = report_of(&[&log], Filter::default());
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    for parts in [2, 3, 7] {
        let parts: Vec<String> = lines.chunks(lines.len() / parts).map(|lines| lines.concat()).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        assert_eq!(report_of(&parts, Filter::default()), whole);
    }
}

#[test]
fn line_ends_of_both_kinds_and_a_cut_last_line() {
    let log = access(0, "203.0.113.7", "/a", 401).replace('\n', "\r\n") + &access(0, "203.0.113.7", "/a", 401);
    let mut reader = Reader::new(Format::named("nginx").unwrap(), Filter::default());
    reader.feed(log.as_bytes());
    reader.feed(&log.as_bytes()[..60]);
    let report = reader.tally().report();
    assert_eq!((report.lines, report.requests, report.unparsed, report.agents.len()), (3, 2, 1, 1));
}

#[test]
fn names_beyond_the_limit_are_counted_as_other() {
    let mut reader = Reader::new(Format::named("nginx").unwrap(), Filter::default());
    for n in 0..12_000 {
        let word: String = format!("{n:05}").bytes().map(|digit| char::from(digit - b'0' + b'k')).collect();
        reader.feed(access(n % 1440, &format!("client-{n}"), &format!("/{word}"), 401).as_bytes());
    }
    let report = reader.tally().report();
    assert_eq!((report.requests, report.routes.len(), report.clients.len()), (12_000, 10_001, 10_001));
    assert_eq!((&*report.routes[0].route, report.routes[0].denied), ("other", 2000));
    assert_eq!(report.routes.iter().map(|row| row.requests).sum::<u64>(), 12_000);
}

#[test]
fn hostile_lines_are_read_or_counted_and_never_fatal() {
    let mut lines: Vec<Vec<u8>> = vec![
        vec![b'a'; 1 << 20],
        [b"203.0.113.7 - - [13/May/2024:00:00:00 +0000] \"GET /".as_slice(), &[b'a'; 1 << 20], b" HTTP/1.1\" 401 1 \"-\" \"x\""].concat(),
        b"203.0.113.7 - - [13/May/2024:00:00:00 +0000] \"GET /\xff\xfe HTTP/1.1\" 401 1 \"-\" \"\xff\x1b[31m\"".to_vec(),
        br#"203.0.113.7 - - [13/May/2024:00:00:00 +0000] "GET / HTTP/1.1" 401 1 "-" "say \"hi\" \\""#.to_vec(),
        br#"203.0.113.7 - - [01/Jan/0000:00:00:00 +2359] "GET / HTTP/1.1" 401 99999999999999999999 "-" "x""#.to_vec(),
        br#"203.0.113.7 - - [31/Dec/9999:23:59:59 -2359] "GET / HTTP/1.1" 401 -5 "-" "x""#.to_vec(),
        br#"203.0.113.7 - - [13/May/2024:00:00:00 +0000] "\x16\x03\x01" 400 1 "-" "-""#.to_vec(),
        br#"203.0.113.7 - - [13/May/2024:00:00:00 +0000] "GET / HTTP/1.1" 99999999999999 1 "-" "x""#.to_vec(),
        [b"{\"status\":401,\"a\":".as_slice(), &b"[".repeat(10_000), &b"]".repeat(10_000), b"}"].concat(),
        [b"{\"status\":401,\"request\":".as_slice(), &b"{\"request\":".repeat(10_000), b"1", &b"}".repeat(10_001)].concat(),
        [b"{\"status\":401,\"error\":".as_slice(), &b"[".repeat(10_000)].concat(),
        br#"{"status":-9223372036854775808,"time":1e999}"#.to_vec(),
        br#"{"status":401,"time":18446744073709551615,"path":"/a\ud800","client_ip":"\u0000\u001b[2J"}"#.to_vec(),
        b"{\"status\":401,\"path\":\"/\xff\",\"time\":\"0000-01-01T00:00:00Z\"}".to_vec(),
        br#"{"status":401,"status":403,"status":"x"}"#.to_vec(),
        b"#Fields:".to_vec(),
        b"#Fields: sc-status sc-status date date time".to_vec(),
        b"\xef\xbb\xbf\0\0\0".to_vec(),
        b"2024-05-13T10:00:00Z jwt expired, client: ".to_vec(),
        b"\"".to_vec(),
        b"[".to_vec(),
        b" [".to_vec(),
        b"{".to_vec(),
        Vec::new(),
    ];
    lines.extend(
        (0..40).map(|cut| br#"203.0.113.7 - - [13/May/2024:00:00:00 +0000] "GET / HTTP/1.1" 401 1 "-" "x""#[..cut * 2 % 76].to_vec()),
    );
    for name in format::NAMES {
        let mut reader = Reader::new(Format::named(name).unwrap(), Filter::default());
        for line in &lines {
            reader.feed(line);
            reader.feed(b"\n");
        }
        let log = lines.join(&b'\n');
        reader.feed(&log);
        let report = reader.tally().report();
        assert!(serde_json::to_string(&report).is_ok());
        assert_eq!(
            report.lines,
            report.requests + report.unparsed + report.skipped + report.events.0.iter().map(|(_, n)| n).sum::<u64>(),
            "{name}"
        );
        let _ = Format::detect(&log);
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_read_by_any_format(
        bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300),
        text in "([0-9]{1,4}[-/:. T]|\\[|\\]|\"|\\\\|\\{|\\}|%|GET|401|jwt expired|client: |#Fields: sc-status|\n|[a-z\t ]){0,60}",
    ) {
        for name in format::NAMES {
            let mut reader = Reader::new(Format::named(name).unwrap(), Filter::default());
            reader.feed(&bytes);
            reader.feed(text.as_bytes());
            reader.tally().report();
        }
        let _ = (Format::nginx(&text), Format::apache(&text), Format::envoy(&text), Format::detect(text.as_bytes()));
    }
}
