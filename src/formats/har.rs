//! HAR 1.2: entries with what the recorder kept, and authtui's own member `_authtui` in them.
//!
//! A long file is read by two threads ([`walk`]), and the bodies in it, which are nearly all of it, by a reader of their own
//! ([`text`]).

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

mod text;
mod walk;

use super::{FormatError, Loss, Reading};
use crate::domain::context::{Beside, Context, Origin, Previous, ReceivedCookie};
use crate::domain::exchange::Exchange;
use crate::domain::headers::Headers;
use crate::domain::limits::MAX_ENTRIES;
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::time::rfc3339;

#[derive(Deserialize)]
struct Har<'a> {
    #[serde(borrow)]
    log: Log<'a>,
}

#[derive(Deserialize)]
struct Log<'a> {
    #[serde(default, borrow)]
    creator: Creator<'a>,
    #[serde(borrow, deserialize_with = "entries")]
    entries: Vec<Entry<'a>>,
}

#[derive(Deserialize, Default)]
struct Creator<'a> {
    #[serde(default, borrow)]
    name: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    #[serde(default, borrow)]
    started_date_time: Cow<'a, str>,
    #[serde(default)]
    time: Option<f64>,
    #[serde(default, borrow)]
    comment: Option<Cow<'a, str>>,
    #[serde(borrow)]
    request: HarRequest<'a>,
    #[serde(default, borrow)]
    response: Option<HarResponse<'a>>,
    #[serde(default, rename = "_authtui")]
    authtui: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarRequest<'a> {
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(borrow)]
    url: Cow<'a, str>,
    #[serde(default, borrow)]
    headers: Vec<Pair<'a>>,
    #[serde(default, borrow)]
    cookies: Vec<Pair<'a>>,
    #[serde(default, borrow)]
    post_data: Option<PostData<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarResponse<'a> {
    #[serde(default)]
    status: i64,
    #[serde(default, borrow)]
    status_text: Cow<'a, str>,
    #[serde(default, borrow)]
    http_version: Cow<'a, str>,
    #[serde(default, borrow)]
    headers: Vec<Pair<'a>>,
    #[serde(default, borrow)]
    content: Content<'a>,
    #[serde(default, borrow, rename = "_failureText")]
    failure: Option<Cow<'a, str>>,
    #[serde(default, borrow, rename = "_error")]
    error: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Pair<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(default, borrow)]
    value: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PostData<'a> {
    #[serde(default, borrow)]
    mime_type: Cow<'a, str>,
    #[serde(default, borrow)]
    text: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    params: Vec<Pair<'a>>,
}

#[derive(Deserialize, Default)]
struct Content<'a> {
    #[serde(default)]
    size: Option<i64>,
    #[serde(default, borrow, deserialize_with = "text::read")]
    text: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    encoding: Option<Cow<'a, str>>,
}

/// Reads a HAR file.
///
/// # Errors
/// Text that is not JSON, or JSON that is not a HAR log, with line and column.
pub fn read(text: &str, source: &str) -> Result<Reading, FormatError> {
    // What that reader does not understand is read again by the one that can say what is wrong.
    if text.len() >= LONG
        && let Some((creator, part)) = walk::read(text, source)
    {
        return Ok(part.reading(&creator));
    }
    let har: Har = serde_json::from_str(text).map_err(|e| error(&e))?;
    let mut part = Part::default();
    for entry in har.log.entries {
        part.take(entry, source);
    }
    Ok(part.reading(&har.log.creator))
}

/// What is said of a recording with too many entries.
static TOO_MANY: LazyLock<String> = LazyLock::new(|| format!("a recording with more than {MAX_ENTRIES} entries is not read"));

/// Reads entries until there are too many.
fn entries<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Entry<'de>>, D::Error> {
    struct Entries;

    impl<'de> Visitor<'de> for Entries {
        type Value = Vec<Entry<'de>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of entries")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut entries = Vec::new();
            while let Some(entry) = list.next_element()? {
                entries.push(entry);
                if entries.len() > MAX_ENTRIES {
                    return Err(A::Error::custom(TOO_MANY.as_str()));
                }
            }
            Ok(entries)
        }
    }

    deserializer.deserialize_seq(Entries)
}

/// From so many bytes on a second thread is worth its while.
const LONG: usize = 1 << 20;

/// Reads one entry on its own, as a browser's "copy" writes it.
///
/// # Errors
/// As [`read`].
pub fn read_entry(text: &str, source: &str) -> Result<Reading, FormatError> {
    let entry: Entry = serde_json::from_str(text).map_err(|e| error(&e))?;
    let mut part = Part::default();
    part.take(entry, source);
    Ok(part.reading(&Creator::default()))
}

/// Some entries of a log, one after the other.
#[derive(Default)]
struct Part {
    exchanges: Vec<Exchange>,
    /// What was not carried over, with the number of the entry.
    losses: Vec<(usize, String)>,
    /// Whether some entry has a header or cookie that exports without sensitive data leave out.
    has_secrets: bool,
}

impl Part {
    fn take(&mut self, entry: Entry, source: &str) {
        let secret = |p: &Pair| ["authorization", "cookie", "set-cookie"].iter().any(|n| p.name.eq_ignore_ascii_case(n));
        self.has_secrets = self.has_secrets
            || entry.request.headers.iter().any(secret)
            || entry.response.as_ref().is_some_and(|r| r.headers.iter().any(secret))
            || !entry.request.cookies.is_empty();
        let mut lost = Vec::new();
        let number = self.exchanges.len();
        self.exchanges.push(exchange(entry, source, &mut lost));
        self.losses.extend(lost.into_iter().map(|message| (number, message)));
    }

    /// Appends another reading.
    fn append(&mut self, behind: Self) {
        let before = self.exchanges.len();
        // Both parts and the whole are there at once: no room is made for more.
        self.exchanges.reserve_exact(behind.exchanges.len());
        self.exchanges.extend(behind.exchanges);
        self.losses.extend(behind.losses.into_iter().map(|(number, message)| (before + number, message)));
        self.has_secrets |= behind.has_secrets;
    }

    fn reading(mut self, creator: &Creator) -> Reading {
        // Chrome's default export (since version 130) leaves Authorization, Cookie and Set-Cookie out of every entry.
        // A log of a Chromium browser in which no entry at all has one of them is treated as such a log.
        if creator.name == "WebInspector" && !self.has_secrets {
            let nothing_else = Beside::from(Context { sanitized: true, ..Context::default() });
            for exchange in &mut self.exchanges {
                match exchange.context.is_nothing() {
                    true => exchange.context = nothing_else.clone(),
                    false => exchange.context.sanitized = true,
                }
            }
        }
        let loss = |(number, message)| Loss { line: 0, message: format!("entry {}: {message}", number + 1) };
        Reading { exchanges: self.exchanges, losses: self.losses.into_iter().map(loss).collect(), ..Reading::default() }
    }
}

fn error(e: &serde_json::Error) -> FormatError {
    let message = e.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(m, _)| m).to_string();
    let help = match e.classify() {
        _ if message == *TOO_MANY => "export a part of it",
        serde_json::error::Category::Eof => "the file is cut off: export it again",
        serde_json::error::Category::Data => "this is JSON, but not a HAR log: { \"log\": { \"entries\": [ … ] } }",
        _ => "a HAR file is JSON; export it again",
    };
    FormatError { line: e.line(), column: e.column(), message, help: help.into() }
}

fn headers(pairs: Vec<Pair>) -> Headers {
    // Names that begin with a colon are HTTP/2's own (`:authority`), not header fields.
    pairs.into_iter().filter(|p| !p.name.starts_with(':')).map(|p| (p.name.into_owned(), p.value.into_owned())).collect()
}

fn exchange(entry: Entry, source: &str, losses: &mut Vec<String>) -> Exchange {
    let mut context = Beside::default();
    if let Some(member) = &entry.authtui {
        fill(&mut context, member, losses);
    }
    if let Some(started) = rfc3339(&entry.started_date_time) {
        context.now.get_or_insert(started);
    }
    let request = Request {
        method: entry.request.method.into_owned(),
        url: entry.request.url.into_owned(),
        headers: headers(entry.request.headers),
        body: entry.request.post_data.map(body).unwrap_or_default().into(),
    };
    let answer = entry.response.map(|r| answer(r, entry.time));
    Exchange {
        source: source.to_string(),
        name: entry.comment.map(Cow::into_owned).unwrap_or_default(),
        request,
        answer,
        context,
        ..Exchange::default()
    }
}

fn body(post: PostData) -> String {
    match post.text {
        Some(text) if !text.is_empty() || post.params.is_empty() => text.into_owned(),
        // Some recorders give the fields of a form only.
        _ if post.mime_type.contains("urlencoded") => {
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            form.extend_pairs(post.params.iter().map(|p| (&p.name, &p.value)));
            form.finish()
        }
        _ => String::new(),
    }
}

fn answer(r: HarResponse, elapsed_ms: Option<f64>) -> Response {
    let text = r.content.text.unwrap_or_default();
    let body = match r.content.encoding.as_deref() {
        Some("base64") => {
            BASE64_STANDARD.decode(text.as_bytes()).map(|b| String::from_utf8_lossy(&b).into_owned()).unwrap_or_else(|_| text.into_owned())
        }
        _ => text.into_owned(),
    };
    Response {
        status: u16::try_from(r.status).unwrap_or(0),
        reason: r.status_text.into_owned(),
        version: r.http_version.into_owned(),
        headers: headers(r.headers),
        body: body.into(),
        body_bytes: r.content.size.and_then(|s| u64::try_from(s).ok()),
        elapsed_ms: elapsed_ms.filter(|ms| *ms >= 0.0),
        failure: r.failure.or(r.error).map(Cow::into_owned),
        hops: Vec::new(),
    }
}

/// Reads the members of `_authtui` into a context. Unknown members are ignored, ill-typed ones are listed.
fn fill(context: &mut Context, member: &Value, losses: &mut Vec<String>) {
    let Some(map) = member.as_object() else {
        losses.push("_authtui is not an object and was left out".into());
        return;
    };
    for (name, value) in map {
        if value.is_null() {
            continue;
        }
        if !set(context, name, value) {
            losses.push(format!("_authtui.{name} has a type that does not fit and was left out"));
        }
    }
}

/// Sets one member; false when its type does not fit. Unknown names are true: they are others' business.
fn set(context: &mut Context, name: &str, value: &Value) -> bool {
    let text = || value.as_str().map(str::to_string);
    let moment = || value.as_str().and_then(rfc3339);
    let mut list = |target: fn(&mut Context) -> &mut Vec<String>, key: &'static str| match strings(value) {
        Some(found) => {
            *target(context) = found;
            context.origins.insert(key, Origin::File);
            true
        }
        None => false,
    };
    match name {
        "expect_audience" => return list(|c| &mut c.audience, "expect_audience"),
        "expect_issuer" => return list(|c| &mut c.issuer, "expect_issuer"),
        "expect_algorithm" => return list(|c| &mut c.algorithm, "expect_algorithm"),
        "expect_scheme" => return list(|c| &mut c.scheme, "expect_scheme"),
        "expect_header" => return list(|c| &mut c.header, "expect_header"),
        "expect_cookie" => return list(|c| &mut c.cookie, "expect_cookie"),
        "expect_client_authentication" => return list(|c| &mut c.client_authentication, "expect_client_authentication"),
        "expect_url" => return list(|c| &mut c.url, "expect_url"),
        "expect_host" => return list(|c| &mut c.host, "expect_host"),
        "expect_scope" => {
            let Some(found) = strings(value) else { return false };
            context.scope = found.iter().flat_map(|s| s.split_whitespace()).map(str::to_string).collect();
            context.origins.insert("expect_scope", Origin::File);
            return true;
        }
        _ => {}
    }
    match name {
        "now" => assign(&mut context.now, moment()),
        "jwks" => assign(&mut context.jwks, text()),
        "username" => assign(&mut context.username, text()),
        "password" => assign(&mut context.password, text()),
        "client" => assign(&mut context.client, text()),
        "server" => assign(&mut context.server, text()),
        "config" => assign(&mut context.config, text()),
        "fetch_credentials" => assign(&mut context.fetch_credentials, text()),
        "notes" => assign(&mut context.notes, text()),
        "credential_known_good" => assign(&mut context.credential_known_good, value.as_bool()),
        "token_issued_at" => assign(&mut context.token_issued_at, moment()),
        "token_expires_in" => {
            let seconds = value.as_i64().or_else(|| value.as_f64().map(|f| f as i64)).or_else(|| value.as_str()?.trim().parse().ok());
            assign(&mut context.token_expires_in, seconds)
        }
        "set_cookie" => {
            for item in one_or_many(value) {
                let part = |k: &str| item.get(k).and_then(Value::as_str);
                let (Some(url), Some(line)) = (part("url"), part("set_cookie")) else { return false };
                context.set_cookie.push(ReceivedCookie { url: url.into(), set_cookie: line.into(), at: part("at").and_then(rfc3339) });
            }
            true
        }
        "previous" => {
            for item in one_or_many(value) {
                let Some(previous) = previous(item) else { return false };
                context.previous.push(previous);
            }
            true
        }
        // Hops come right before this exchange, so they follow what `previous` lists.
        "hops" => {
            for item in one_or_many(value) {
                let Some(previous) = previous(item) else { return false };
                context.previous.push(previous);
            }
            true
        }
        _ => true,
    }
}

fn assign<T>(target: &mut Option<T>, value: Option<T>) -> bool {
    let there = value.is_some();
    if there {
        *target = value;
    }
    there
}

fn one_or_many(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

fn strings(value: &Value) -> Option<Vec<String>> {
    one_or_many(value).iter().map(|v| v.as_str().map(str::to_string)).collect()
}

fn previous(item: &Value) -> Option<Previous> {
    let map = item.as_object()?;
    let text = |k: &str| map.get(k).and_then(Value::as_str).unwrap_or_default().to_string();
    let list = |k: &str| map.get(k).and_then(strings).unwrap_or_default();
    Some(Previous {
        method: text("method"),
        url: text("url"),
        sent_authorization: map.get("sent_authorization").and_then(Value::as_bool),
        status: map.get("status").and_then(Value::as_i64).and_then(|s| u16::try_from(s).ok()).unwrap_or(0),
        location: map.get("location").and_then(Value::as_str).map(str::to_string),
        www_authenticate: list("www_authenticate"),
        set_cookie: list("set_cookie"),
    })
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

    /// A log that is long enough for two threads.
    fn long(entries: usize, tail: &str) -> String {
        let text = format!(r#"{{\"list\":[\"a\u00e9\\n\\ud83d\\ude00 {}\"]}}"#, "x".repeat(3_000));
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
    fn a_long_file_is_read_as_a_short_one_is() {
        let text = long(400, r#","creator":{"name":"WebInspector"}}}"#);
        assert!(text.len() > LONG && walk::read(&text, "a.har").is_some());
        let reading = read(&text, "a.har").unwrap();
        let har: Har = serde_json::from_str(&text).unwrap();
        let mut part = Part::default();
        har.log.entries.into_iter().for_each(|entry| part.take(entry, "a.har"));
        let short = part.reading(&har.log.creator);
        let shown = |r: &Reading| format!("{:?} {:?}", r.exchanges, r.losses);
        assert_eq!(shown(&reading), shown(&short));
        assert!(reading.exchanges.iter().all(|e| e.context.sanitized));
        assert_eq!(reading.losses[399].message, "entry 400: _authtui.username has a type that does not fit and was left out");
    }

    #[test]
    fn a_long_file_that_is_broken_says_where() {
        for (tail, line) in [("", 800), ("}", 800), ("}}x", 800)] {
            assert_eq!(read(&long(400, tail), "a.har").unwrap_err().line, line, "{tail:?}");
        }
        let broken = long(400, "}}").replacen("https://a.example/300\"", "https://a.example/300", 1);
        assert_eq!(read(&broken, "a.har").unwrap_err().line, 602);
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
