//! HAR 1.2: entries with what the recorder kept, and authtui's own member `_authtui` in them.

use std::fmt;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

mod context;
mod repair;

use super::{FormatError, Loss, ParsedInput};
use crate::domain::context::{Context, SharedContext};
use crate::domain::exchange::Exchange;
use crate::domain::headers::Headers;
use crate::domain::limits::MAX_ENTRIES;
use crate::domain::request::Request;
use crate::domain::response::{Response, Timing};
use crate::domain::route::Route;
use crate::domain::time::rfc3339;

#[derive(Deserialize)]
struct Har {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    #[serde(default)]
    creator: Value,
    #[serde(deserialize_with = "entries")]
    entries: HarEntries,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarEntry {
    #[serde(default)]
    started_date_time: String,
    #[serde(default)]
    time: Option<f64>,
    #[serde(default)]
    timings: Option<HarTimings>,
    #[serde(default, rename = "serverIPAddress")]
    server_ip_address: Option<String>,
    #[serde(default)]
    comment: Option<String>,
    request: HarRequest,
    #[serde(default)]
    response: Option<HarResponse>,
    #[serde(default, rename = "_authtui")]
    authtui: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarRequest {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    cookies: Vec<Pair>,
    #[serde(default)]
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarResponse {
    #[serde(default)]
    status: i64,
    #[serde(default)]
    status_text: String,
    #[serde(default)]
    http_version: String,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    content: Content,
    #[serde(default, rename = "_failureText")]
    failure: Option<String>,
    #[serde(default, rename = "_error")]
    error: Option<String>,
}

/// Milliseconds; -1 for a phase that did not take place. `connect` includes `ssl`.
#[derive(Clone, Copy, Deserialize)]
struct HarTimings {
    dns: Option<f64>,
    connect: Option<f64>,
    ssl: Option<f64>,
    send: Option<f64>,
    wait: Option<f64>,
    receive: Option<f64>,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PostData {
    #[serde(default)]
    mime_type: String,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    params: Vec<Pair>,
}

#[derive(Deserialize, Default)]
struct Content {
    #[serde(default)]
    size: Option<i64>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    encoding: Option<String>,
}

/// Reads a HAR file.
///
/// # Errors
/// Text that is not JSON, or JSON that is not a HAR log, with line and column.
pub fn read(text: &str, source: &str) -> Result<ParsedInput, FormatError> {
    let har: Har = serde_json::from_str(text).map_err(|e| error(text, &e))?;
    Ok(har.log.entries.reading(har.log.creator.get("name").and_then(Value::as_str), source))
}

/// What is said of a recording with too many entries.
static TOO_MANY: LazyLock<String> = LazyLock::new(|| format!("a recording with more than {MAX_ENTRIES} entries is not read"));

/// Reads entries until there are too many. Each becomes an exchange at once, so that a long recording is not held twice.
fn entries<'de, D: Deserializer<'de>>(deserializer: D) -> Result<HarEntries, D::Error> {
    struct List;

    impl<'de> Visitor<'de> for List {
        type Value = HarEntries;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of entries")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut entries = HarEntries::default();
            while let Some(entry) = list.next_element::<&RawValue>()? {
                entries.read(entry.get());
                if entries.number > MAX_ENTRIES {
                    return Err(A::Error::custom(TOO_MANY.as_str()));
                }
            }
            Ok(entries)
        }

        fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
            Ok(HarEntries::default())
        }
    }

    deserializer.deserialize_any(List)
}

/// Reads one entry on its own, as a browser's "copy" writes it.
///
/// # Errors
/// As [`read`].
pub fn read_entry(text: &str, source: &str) -> Result<ParsedInput, FormatError> {
    let entry: &RawValue = serde_json::from_str(text).map_err(|e| error(text, &e))?;
    let mut entries = HarEntries::default();
    entries.read(entry.get());
    match entries.losses.first() {
        Some((_, why)) if entries.exchanges.is_empty() => Err(FormatError::without_place(format!("an entry that {why}")).with_help(NO_LOG)),
        _ => Ok(entries.reading(None, source)),
    }
}

/// The entries of a log, read.
#[derive(Default)]
struct HarEntries {
    exchanges: Vec<Exchange>,
    /// What was not carried over, with the number of the entry.
    losses: Vec<(usize, String)>,
    /// How many entries were read, those without an exchange included.
    number: usize,
    /// Whether some entry has a header or cookie that exports without sensitive data leave out.
    has_secrets: bool,
}

/// Why an entry cannot be read, and where in it.
fn unreadable(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.split_once(" at line ").map_or(text.as_str(), |(what, _)| what) {
        what if error.line() == 0 => format!("cannot be read: {what}"),
        what => {
            let what = if what == "recursion limit exceeded" { "nested too deeply" } else { what };
            format!("cannot be read: line {}, column {} of it: {what}", error.line(), error.column())
        }
    }
}

impl HarEntries {
    /// Reads one entry. Whatever is wrong with it, the others of the file are read.
    fn read(&mut self, text: &str) {
        self.number += 1;
        let mut lost = Vec::new();
        let loose = |lost: &mut Vec<String>| {
            let value = serde_json::from_str(text).map_err(|e| unreadable(&e))?;
            serde_json::from_value::<HarEntry>(repair::repaired(value, lost)?).map_err(|e| unreadable(&e))
        };
        match serde_json::from_str(text).or_else(|_| loose(&mut lost)) {
            Ok(entry) => self.push(entry),
            Err(why) => lost.push(format!("{why}; it was left out")),
        }
        self.losses.extend(lost.into_iter().map(|message| (self.number, message)));
    }

    fn push(&mut self, entry: HarEntry) {
        let secret = |p: &Pair| ["authorization", "cookie", "set-cookie"].iter().any(|n| p.name.eq_ignore_ascii_case(n));
        self.has_secrets = self.has_secrets
            || entry.request.headers.iter().any(secret)
            || entry.response.as_ref().is_some_and(|r| r.headers.iter().any(secret))
            || !entry.request.cookies.is_empty();
        let mut lost = Vec::new();
        self.exchanges.push(exchange(entry, &mut lost));
        self.losses.extend(lost.into_iter().map(|message| (self.number, message)));
    }

    fn reading(mut self, creator: Option<&str>, source: &str) -> ParsedInput {
        // Chrome's default export (since version 130) leaves Authorization, Cookie and Set-Cookie out of every entry.
        // A log of a Chromium browser in which no entry at all has one of them is treated as such a log.
        let is_sanitized = creator == Some("WebInspector") && !self.has_secrets;
        let nothing_else = SharedContext::from(Context { sanitized: true, ..Context::default() });
        for exchange in &mut self.exchanges {
            exchange.source = source.to_string();
            match exchange.context.is_nothing() {
                _ if !is_sanitized => {}
                true => exchange.context = nothing_else.clone(),
                false => exchange.context.sanitized = true,
            }
        }
        let loss = |(number, message)| Loss { line: 0, message: format!("entry {number}: {message}") };
        ParsedInput { exchanges: self.exchanges, losses: self.losses.into_iter().map(loss).collect(), ..ParsedInput::default() }
    }
}

const NO_LOG: &str = "this is JSON, but not a HAR log: { \"log\": { \"entries\": [ … ] } }";

fn error(text: &str, e: &serde_json::Error) -> FormatError {
    if super::foreign::is_jsonp(text) {
        let message = "this is JSONP: JSON within the call of a function";
        return FormatError::at(text, 0, message).with_help("take out what is between the brackets");
    }
    let message = e.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(m, _)| m).to_string();
    let help = match e.classify() {
        _ if message == *TOO_MANY => "export a part of it",
        serde_json::error::Category::Eof => "the file is cut off: export it again",
        serde_json::error::Category::Data => NO_LOG,
        _ => "a HAR file is JSON; export it again",
    };
    FormatError { line: e.line(), column: e.column(), message, help: help.into() }
}

fn headers(pairs: Vec<Pair>) -> Headers {
    // Names that begin with a colon are HTTP/2's own (`:authority`), not header fields.
    pairs.into_iter().filter(|p| !p.name.starts_with(':')).map(|p| (p.name, p.value)).collect()
}

/// The fields of an answer that a browser's protocol joins with line ends when they have one name.
fn separate(pair: Pair) -> Vec<Pair> {
    if !pair.value.contains('\n') {
        return vec![pair];
    }
    let values = pair.value.split('\n').map(|value| value.trim_end_matches('\r')).filter(|value| !value.is_empty());
    values.map(|value| Pair { name: pair.name.clone(), value: value.to_string() }).collect()
}

fn exchange(entry: HarEntry, losses: &mut Vec<String>) -> Exchange {
    let mut context = SharedContext::default();
    if let Some(member) = &entry.authtui {
        context::fill(&mut context, member, losses);
    }
    if let Some(started) = rfc3339(&entry.started_date_time) {
        context.now.get_or_insert(started);
    }
    let request = Request {
        method: entry.request.method,
        url: entry.request.url,
        headers: headers(entry.request.headers),
        body: entry.request.post_data.map(body).unwrap_or_default().into(),
        ..Request::default()
    };
    let (timing, route) = (timing(entry.timings), entry.server_ip_address.as_deref().and_then(route));
    let answer = entry.response.map(|r| Response { timing, route, ..answer(r, entry.time) });
    Exchange { name: entry.comment.unwrap_or_default(), request, answer, context, ..Exchange::default() }
}

fn body(post: PostData) -> String {
    match post.text {
        Some(text) if !text.is_empty() || post.params.is_empty() => text,
        // Some recorders give the fields of a form only.
        _ if post.mime_type.contains("urlencoded") => {
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            form.extend_pairs(post.params.iter().map(|p| (&p.name, &p.value)));
            form.finish()
        }
        _ => String::new(),
    }
}

fn timing(timings: Option<HarTimings>) -> Option<Box<Timing>> {
    let timings = timings?;
    let took = |ms: Option<f64>| ms.filter(|ms| *ms >= 0.0);
    let tls = took(timings.ssl);
    let timing = Timing {
        dns: took(timings.dns),
        connect: took(timings.connect).map(|connect| (connect - tls.unwrap_or_default()).max(0.0)),
        tls,
        wait: took(timings.wait).map(|wait| wait + took(timings.send).unwrap_or_default()),
        receive: took(timings.receive),
    };
    (timing != Timing::default()).then(|| timing.into())
}

/// The server's address; browsers write IPv6 in brackets, and nothing for an answer of the cache.
fn route(server: &str) -> Option<Box<Route>> {
    let remote = server.trim_matches(['[', ']']).parse().ok()?;
    Some(Route { remote: Some(remote), ..Route::default() }.into())
}

fn answer(r: HarResponse, elapsed_ms: Option<f64>) -> Response {
    let text = r.content.text.unwrap_or_default();
    let body = match r.content.encoding.as_deref() {
        Some("base64") => BASE64_STANDARD.decode(text.as_bytes()).map(|b| String::from_utf8_lossy(&b).into_owned()).unwrap_or(text),
        _ => text,
    };
    Response {
        status: u16::try_from(r.status).unwrap_or(0),
        reason: r.status_text,
        version: r.http_version,
        headers: headers(r.headers.into_iter().flat_map(separate).collect()),
        body: body.into(),
        body_bytes: r.content.size.and_then(|s| u64::try_from(s).ok()),
        elapsed_ms: elapsed_ms.filter(|ms| *ms >= 0.0),
        failure: r.failure.or(r.error).map(Into::into),
        ..Response::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: &str = r#"{"log":{"creator":{"name":"x"},"entries":[{"startedDateTime":"2026-11-23T07:00:00Z","comment":"list",
      "request":{"method":"GET","url":"https://a.example/x","headers":[{"name":":path","value":"/x"},{"name":"Accept","value":"*/*"}]},
      "response":{"status":-1,"headers":[],"content":{},"_failureText":"net::ERR_FAILED"},
      "_authtui":{"expect_scope":"read write","expect_audience":["a","b"],"now":"2026-11-23T08:00:00Z","previous":{"url":"https://a.example/","status":302},"odd":1,"username":5}}]}}"#;

    #[test]
    fn an_entry_with_its_context() {
        let reading = read(ENTRY, "a.har").unwrap();
        let e = &reading.exchanges[0];
        assert_eq!((e.name.as_str(), e.request.headers.len()), ("list", 1));
        assert!(e.answer.as_ref().unwrap().is_blocked());
        assert_eq!(e.context.scope, ["read", "write"]);
        assert_eq!(e.context.audience, ["a", "b"]);
        assert_eq!(e.context.now, rfc3339("2026-11-23T08:00:00Z"));
        assert_eq!(e.context.previous[0].status, 302);
        assert_eq!(reading.losses.len(), 1, "username: 5 is listed");
    }

    #[test]
    fn what_is_wrong_with_the_timings_leaves_the_entry() {
        let with = |timings: &str| ENTRY.replace("\"_authtui\":{", &format!("\"timings\":{timings},\"_authtui\":{{"));
        let read = |timings: &str| {
            read(&with(timings), "a.har").unwrap().exchanges.remove(0).answer.unwrap().timing.map_or_else(Timing::default, |timing| *timing)
        };
        let waited = Timing { wait: Some(7.0), ..Timing::default() };
        assert_eq!(read(r#"{"dns":-1,"connect":-1,"ssl":-1,"send":2,"wait":5}"#), waited);
        assert_eq!(read(r#"{"dns":{},"connect":null,"send":"2","wait":"5"}"#), waited);
        for none in ["null", "{}", "[]", "\"\"", "7"] {
            assert_eq!(read(none), Timing::default(), "{none}");
        }
    }

    /// A log of several entries whose answers have a body full of escapes.
    fn long(entries: usize, tail: &str) -> String {
        let text = format!(r#"{{\"list\":[\"a\u00e9\\n\ud83d\ude00 {}\"]}}"#, "x".repeat(3_000));
        let entry = |i: usize| {
            format!(
                r#"{{ "startedDateTime":"2026-11-23T07:00:00Z","request":{{"method":"GET","url":"https://a.example/{i}"}},
                "response":{{"status":200,"content":{{"text":"{text}"}}}},"_authtui":{{"username":{i}}}}}"#
            )
        };
        let entries: Vec<String> = (0..entries).map(entry).collect();
        format!(r#"{{"log":{{"version":"1.2","entries":[ {} ]{tail}"#, entries.join(" ,\n"))
    }

    #[test]
    fn what_stands_behind_the_entries_counts_for_each_of_them() {
        let reading = read(&long(400, r#","creator":{"name":"WebInspector"}}}"#), "a.har").unwrap();
        assert_eq!(reading.exchanges.len(), 400);
        for (i, exchange) in reading.exchanges.iter().enumerate() {
            let body = format!("{{\"list\":[\"aé\\n😀 {}\"]}}", "x".repeat(3_000));
            assert_eq!(exchange.answer.as_ref().map(|a| a.body.as_str()), Some(body.as_str()));
            assert_eq!((exchange.source.as_str(), &exchange.request.url), ("a.har", &format!("https://a.example/{i}")));
            assert!(exchange.context.sanitized);
        }
        assert_eq!(reading.losses[399].message, "entry 400: _authtui.username has a type that does not fit and was left out");
    }

    #[test]
    fn a_long_file_that_is_broken_says_where() {
        for (tail, line) in [("", 800), ("}", 800), ("}}x", 800)] {
            assert_eq!(read(&long(400, tail), "a.har").unwrap_err().line, line, "{tail:?}");
        }
        let broken = long(400, "}}").replacen("https://a.example/300\"", "https://a.example/300", 1);
        // The line whose quote is missing, not the one after it.
        assert_eq!(read(&broken, "a.har").unwrap_err().line, 601);
    }

    #[test]
    fn too_many_entries_are_refused_by_name() {
        let entry = r#"{"request":{"method":"GET","url":""}}"#;
        let with = |count: usize| format!(r#"{{"log":{{"entries":[{}]}}}}"#, vec![entry; count].join(","));
        let error = read(&with(MAX_ENTRIES + 1), "a.har").unwrap_err();
        assert_eq!(error.message, "a recording with more than 200000 entries is not read");
        assert_eq!(error.help, "export a part of it");
    }

    #[test]
    fn a_truncated_file_says_where() {
        let error = read(&ENTRY[..200], "a.har").unwrap_err();
        assert_eq!(error.line, 2);
        assert!(error.to_string().contains("cut off"), "{error}");
    }
}
