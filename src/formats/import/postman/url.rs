//! The address of a request of Postman: a text, or its parts.

use serde_json::Value;

use super::text_of;
use crate::formats::address::around_placeholders;
use crate::formats::import::collection::{Field, SavedRequest};

/// Reads `url` into a request.
pub(super) fn read(url: &Value, into: &mut SavedRequest) {
    if !url.is_object() {
        into.url = text_of(url).trim().to_string();
        return;
    }
    let member = |name: &str| url.get(name).unwrap_or(&Value::Null);
    let variables = member("variable").as_array().into_iter().flatten();
    into.path = variables
        .map(|variable| {
            let name = variable.get("key").or_else(|| variable.get("id")).map(text_of).unwrap_or_default();
            Field { name, ..super::field(variable) }
        })
        .filter(|field| field.is_on && !field.name.is_empty())
        .collect();
    let host = joined(member("host"), ".");
    let path = joined(member("path"), "/");
    // Postman itself sends the parts; a text alone is one that a person wrote.
    if host.is_empty() && path.is_empty() {
        into.url = text_of(member("raw")).trim().to_string();
        return;
    }
    let mut address = match text_of(member("protocol")) {
        protocol if protocol.is_empty() => String::new(),
        protocol if protocol.ends_with("://") => protocol,
        protocol => format!("{protocol}://"),
    };
    let login = |name: &str| member("auth").get(name).map(text_of);
    if let Some(user) = login("user") {
        let password = login("password").map(|password| format!(":{password}")).unwrap_or_default();
        address.push_str(&format!("{user}{password}@"));
    }
    address.push_str(&host);
    let port = text_of(member("port"));
    if !port.is_empty() {
        address.push_str(&format!(":{port}"));
    }
    if !member("path").is_null() {
        address.push('/');
        address.push_str(path.trim_start_matches('/'));
    }
    query(member("query"), &mut address, into);
    if let Some(fragment) = member("hash").as_str() {
        address.push_str(&format!("#{fragment}"));
    }
    into.url = address;
}

/// A text, or its parts: texts, or objects with one.
fn joined(parts: &Value, between: &str) -> String {
    match parts {
        Value::Array(parts) => {
            let part = |part: &Value| part.get("value").map_or_else(|| text_of(part), text_of);
            parts.iter().map(part).collect::<Vec<_>>().join(between)
        }
        other => text_of(other),
    }
}

fn query(query: &Value, address: &mut String, into: &mut SavedRequest) {
    let list = match query {
        Value::Array(list) => list,
        Value::String(text) if !text.is_empty() => {
            address.push_str(&format!("?{}", text.trim_start_matches('?')));
            return;
        }
        _ => return,
    };
    let parameter = |value: &Value| {
        let field = super::field(value);
        Field { name: reserved(&field.name, true), value: reserved(&field.value, false), ..field }
    };
    // A parameter without `=`: the parts cannot say that.
    let is_bare = |value: &&Value| value.get("value").is_none_or(Value::is_null);
    if !list.iter().any(|value| is_bare(&value) && value.get("key").is_some()) {
        into.query = list.iter().map(parameter).collect();
        return;
    }
    let (on, off): (Vec<&Value>, Vec<&Value>) = list.iter().partition(|value| super::field(value).is_on);
    let pair = |value: &&Value| match (is_bare(value), parameter(value)) {
        (true, field) => field.name,
        (false, field) => format!("{}={}", field.name, field.value),
    };
    let pairs: Vec<String> = on.iter().map(pair).collect();
    if !pairs.is_empty() {
        address.push_str(&format!("?{}", pairs.join("&")));
    }
    into.query = off.into_iter().map(parameter).collect();
}

/// What would end the parameter is encoded, as Postman does; placeholders stay.
pub(in crate::formats::import) fn reserved(text: &str, is_name: bool) -> String {
    if !text.contains(['&', '#', '=', ' ']) {
        return text.to_string();
    }
    let encoded = |part: &str| {
        let part = part.replace('&', "%26").replace('#', "%23").replace(' ', "%20");
        if is_name { part.replace('=', "%3D") } else { part }
    };
    around_placeholders(text, |out, part| out.push_str(&encoded(part)))
}
