//! Exchanges as a recording, HAR 1.2.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::domain::exchange::Exchange;
use crate::domain::headers::Headers;
use crate::domain::response::Response;
use crate::domain::time;

/// What a recording begins with that grows entry by entry.
pub fn begin() -> String {
    let creator = json!({ "name": "authtui", "version": env!("CARGO_PKG_VERSION") });
    format!("{{\"log\":{{\"version\":\"1.2\",\"creator\":{creator},\"entries\":[\n")
}

/// What it ends with.
pub const END: &str = "\n]}}\n";

/// One entry of it, on one line.
pub fn line(exchange: &Exchange, time: Timestamp) -> String {
    entry(exchange, time).to_string()
}

/// When an exchange took place: as recorded, else by the server's clock, unless a cache kept what it said.
pub(super) fn time_of(exchange: &Exchange) -> Option<Timestamp> {
    let answer = exchange.answer.as_ref().filter(|answer| !answer.headers.has("age"));
    let date = || time::http_date(answer?.headers.get("date")?);
    exchange.context.now.or_else(date)
}

/// The recording of exchanges, each with its time.
pub(super) fn write<'e>(exchanges: impl Iterator<Item = (&'e Exchange, Timestamp)>, note: Option<&str>) -> String {
    let entries: Vec<Value> = exchanges.map(|(exchange, time)| entry(exchange, time)).collect();
    let mut log = json!({
        "version": "1.2",
        "creator": { "name": "authtui", "version": env!("CARGO_PKG_VERSION") },
        "entries": entries,
    });
    if let (Some(note), Some(log)) = (note, log.as_object_mut()) {
        log.insert("comment".into(), note.into());
    }
    format!("{:#}\n", json!({ "log": log }))
}

fn entry(exchange: &Exchange, time: Timestamp) -> Value {
    let request = &exchange.request;
    let none = Response::default();
    let answer = exchange.answer.as_ref().unwrap_or(&none);
    let query: Vec<Value> = match request.url.split_once('?') {
        Some((_, query)) => url::form_urlencoded::parse(query.split('#').next().unwrap_or_default().as_bytes())
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect(),
        None => Vec::new(),
    };
    let mut written = json!({
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(&request.headers),
        "queryString": query,
        "headersSize": -1,
        "bodySize": request.body.len(),
    });
    if let (false, Some(written)) = (request.body.is_empty(), written.as_object_mut()) {
        let kind = request.headers.get("content-type").unwrap_or_default();
        written.insert("postData".into(), json!({ "mimeType": kind, "text": request.body.as_str() }));
    }
    let mut entry = json!({
        "startedDateTime": time.to_string(),
        "time": answer.elapsed_ms.unwrap_or_default(),
        "request": written,
        "response": response(answer),
        "cache": {},
        "timings": timings(answer),
    });
    let server = answer.route.as_ref().filter(|route| route.proxy.is_none()).and_then(|route| route.remote);
    if let (Some(server), Some(entry)) = (server, entry.as_object_mut()) {
        entry.insert("serverIPAddress".into(), server.to_string().into());
    }
    if let (false, Some(entry)) = (exchange.name.is_empty(), entry.as_object_mut()) {
        entry.insert("comment".into(), exchange.name.as_str().into());
    }
    entry
}

/// Where the time of an answer went: -1 for what is not known or did not take place. `connect` includes `ssl`, and what belongs
/// to no phase is `blocked`, so that all but `ssl` add up to the whole.
fn timings(answer: &Response) -> Value {
    let timing = answer.timing.as_deref().copied().unwrap_or_default();
    let elapsed = answer.elapsed_ms.unwrap_or_default();
    let known = [timing.dns, timing.connect, timing.tls, timing.wait, timing.receive];
    if known.iter().all(Option::is_none) {
        return json!({ "send": 0, "wait": elapsed, "receive": 0 });
    }
    let or_absent = |phase: Option<f64>| phase.unwrap_or(-1.0);
    json!({
        "blocked": (elapsed - known.iter().flatten().sum::<f64>()).max(0.0),
        "dns": or_absent(timing.dns),
        "connect": or_absent(timing.connect.map(|connect| connect + timing.tls.unwrap_or_default())),
        "ssl": or_absent(timing.tls),
        "send": 0,
        "wait": timing.wait.unwrap_or_default(),
        "receive": timing.receive.unwrap_or_default(),
    })
}

/// An answer; one that is not there has the status 0.
fn response(answer: &Response) -> Value {
    json!({
        "status": answer.status,
        "statusText": answer.reason,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(&answer.headers),
        "content": {
            "size": answer.body.len(),
            "mimeType": answer.headers.get("content-type").unwrap_or_default(),
            "text": answer.body.as_str(),
        },
        "redirectURL": answer.headers.get("location").unwrap_or_default(),
        "headersSize": -1,
        "bodySize": -1,
    })
}

fn headers(headers: &Headers) -> Vec<Value> {
    headers.iter().map(|(_, header)| json!({ "name": header.name, "value": header.value })).collect()
}
