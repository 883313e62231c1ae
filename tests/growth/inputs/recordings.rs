//! Recordings.

use super::*;

/// Recordings of about that many bytes, of entries as small as can be.
pub fn recordings(size: usize) -> Vec<(&'static str, String)> {
    let started = |i: usize| entry("GET", "h", i, 401).replacen('{', r#"{"startedDateTime":"2026-11-23T07:00:00Z","#, 1);
    vec![
        ("entries", log(&list(|i| entry("GET", "h", i, 401), size))),
        ("entries with a time", log(&list(started, size))),
        ("entries with cookies", log(&list(|i| cookies("h", i), size))),
    ]
}

/// A recording with these entries.
fn log(entries: &str) -> String {
    format!(r#"{{"log":{{"entries":[{entries}]}}}}"#)
}

fn entry(method: &str, host: &str, number: usize, status: usize) -> String {
    format!(r#"{{"request":{{"method":"{method}","url":"https://{host}.example/v1/{number}"}},"response":{{"status":{status}}}}}"#)
}

fn cookies(host: &str, number: usize) -> String {
    let request = format!(r#"{{"method":"GET","url":"https://{host}.example/","headers":[{{"name":"Cookie","value":"a=b"}}]}}"#);
    format!(r#"{{"request":{request},"response":{{"status":401,"headers":[{{"name":"Set-Cookie","value":"c{number}=v"}}]}}}}"#)
}

fn redirect(number: usize) -> String {
    let (to, request) = (number + 1, format!(r#"{{"method":"GET","url":"https://h/{number}"}}"#));
    let headers = format!(r#"[{{"name":"Location","value":"https://h/{to}"}},{{"name":"Set-Cookie","value":"c{number}=v; Path=/"}}]"#);
    format!(r#"{{"request":{request},"response":{{"status":302,"redirectURL":"https://h/{to}","headers":{headers}}}}}"#)
}

/// An entry with a further member of its request, and one of what is known beside it.
fn with(member: &str, beside: &str) -> String {
    let comma = if member.is_empty() { "" } else { "," };
    let request = format!(r#"{{"method":"GET","url":"https://h.example/"{comma}{member}}}"#);
    format!(r#"{{"request":{request},"response":{{"status":401}},"_authtui":{{{beside}}}}}"#)
}

pub const INPUTS: &[Input] = &[
    har("HAR: entries", |n| log(&list(|i| entry("GET", "h", i, 401), n))),
    har("HAR: entries of many hosts", |n| log(&list(|i| entry("GET", &format!("h{i}"), i, 200), n))),
    har("HAR: refused entries of many hosts", |n| log(&list(|i| entry("GET", &format!("h{i}"), i, 401), n))),
    har("HAR: cookies of many hosts", |n| log(&list(|i| cookies(&format!("h{i}"), i), n))),
    har("HAR: cookies of one host", |n| log(&list(|i| cookies("h", i), n))),
    har("HAR: cookies of one name", |n| log(&list(|_| cookies("h", 0), n))),
    har("HAR: redirects that set cookies", |n| log(&list(redirect, n))),
    har("HAR: preflights", |n| log(&list(|i| entry("OPTIONS", "h", i, 401 - 201 * (i % 2)), n))),
    har("HAR: paths that are alike", |n| log(&list(|i| entry("GET", "h", i, 200 + 204 * (i % 2)), n))),
    har("HAR: empty entries", |n| log(&list(|_| "{}".into(), n))),
    har("HAR: blanks", |n| log(&" ".repeat(n))),
    har("HAR: unknown members", |n| format!(r#"{{"log":{{"entries":[],"x":[{}]}}}}"#, list(|_| "1".into(), n))),
    har("HAR: headers", |n| log(&with(&format!(r#""headers":[{}]"#, list(|i| format!(r#"{{"name":"a{i}"}}"#), n)), ""))),
    har("HAR: hops", |n| log(&with("", &format!(r#""previous":[{}]"#, list(|i| format!(r#"{{"url":"https://h/{i}","status":200}}"#), n))))),
    har("HAR: scopes", |n| log(&with("", &format!(r#""expect_scope":[{}]"#, list(|i| format!(r#""s{i}""#), n))))),
];
