//! Requests as a collection of Postman, version 2.1.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::domain::exchange::Exchange;

/// The collection.
pub(super) fn write(exchanges: &[Cow<Exchange>], note: Option<&str>) -> String {
    let items: Vec<Value> = exchanges.iter().map(|exchange| item(exchange)).collect();
    let mut info = json!({ "name": "authtui", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json" });
    if let (Some(note), Some(info)) = (note, info.as_object_mut()) {
        info.insert("description".into(), note.into());
    }
    format!("{:#}\n", json!({ "info": info, "item": items }))
}

fn item(exchange: &Exchange) -> Value {
    let request = &exchange.request;
    let headers: Vec<Value> = request.headers.iter().map(|(_, header)| json!({ "key": header.name, "value": header.value })).collect();
    let mut written = json!({ "method": request.method, "header": headers, "url": { "raw": request.url } });
    if let (false, Some(written)) = (request.body.is_empty(), written.as_object_mut()) {
        written.insert("body".into(), json!({ "mode": "raw", "raw": request.body.as_str() }));
    }
    json!({ "name": exchange.title(), "request": written })
}
