//! The body of a request of Postman, by its mode.

use serde_json::Value;

use super::text_of;
use crate::formats::import::collection::{Body, Field, FormPart, PartContent};

/// Reads `body`.
///
/// # Errors
/// Says why nothing of it is sent.
pub(super) fn read(body: &Value) -> Result<Body, String> {
    let member = |name: &str| body.get(name).unwrap_or(&Value::Null);
    // A text alone is one of mode `raw`.
    if let Value::String(text) = body {
        return Ok(Body::Text { text: text.clone(), media_type: "text/plain".into() });
    }
    let Some(mode) = member("mode").as_str() else { return Ok(Body::Empty) };
    let found = match mode {
        "raw" => raw(member("raw"), body.pointer("/options/raw/language").and_then(Value::as_str)),
        "urlencoded" => Body::Form(fields(member("urlencoded"))),
        "formdata" => Body::Multipart(member("formdata").as_array().into_iter().flatten().map(part).collect()),
        "graphql" => graphql(member("graphql")),
        "file" => file(member("file")),
        "none" | "disabled" => Body::Empty,
        other => return Err(format!("its mode is {other}, which is not known")),
    };
    if member("disabled").as_bool() == Some(true) && is_something(&found) {
        return Err("it is turned off".into());
    }
    Ok(found)
}

/// True unless nothing would be sent.
pub(super) fn is_something(body: &Body) -> bool {
    match body {
        Body::Empty => false,
        Body::Text { text, .. } => !text.is_empty(),
        Body::Form(fields) => !fields.is_empty(),
        Body::Multipart(parts) => !parts.is_empty(),
        Body::GraphQl { .. } => true,
        Body::File { path, .. } => !path.is_empty(),
    }
}

fn raw(text: &Value, language: Option<&str>) -> Body {
    let media_type = match language {
        Some("json") => "application/json",
        Some("xml") => "application/xml",
        Some("html") => "text/html",
        Some("javascript") => "application/javascript",
        _ => "text/plain",
    };
    match text_of(text) {
        text if text.is_empty() => Body::Empty,
        text => Body::Text { text, media_type: media_type.into() },
    }
}

fn fields(list: &Value) -> Vec<Field> {
    match list {
        Value::Array(list) => list.iter().map(super::field).filter(|field| !(field.name.is_empty() && field.value.is_empty())).collect(),
        Value::String(text) => {
            let pair = |pair: &str| pair.split_once('=').map_or_else(|| Field::on(pair, ""), |(name, value)| Field::on(name, value));
            text.split('&').filter(|pair| !pair.is_empty()).map(pair).collect()
        }
        _ => Vec::new(),
    }
}

fn part(part: &Value) -> FormPart {
    let member = |name: &str| part.get(name).unwrap_or(&Value::Null);
    let field = super::field(part);
    let content = match member("type").as_str() {
        Some("file") => PartContent::Files(match member("src") {
            Value::Array(paths) => paths.iter().map(text_of).filter(|path| !path.is_empty()).collect(),
            Value::Null => Vec::new(),
            path => Some(text_of(path)).filter(|path| !path.is_empty()).into_iter().collect(),
        }),
        _ => PartContent::Text(field.value),
    };
    FormPart { name: field.name, content, media_type: text_of(member("contentType")), is_on: field.is_on }
}

fn graphql(graphql: &Value) -> Body {
    // Some exports have it as a text of JSON.
    let parsed = graphql.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let graphql = parsed.as_ref().unwrap_or(graphql);
    let member = |name: &str| text_of(graphql.get(name).unwrap_or(&Value::Null));
    Body::GraphQl { query: member("query"), variables: member("variables"), operation: member("operationName") }
}

fn file(file: &Value) -> Body {
    let text = |text: &Value| Body::Text { text: text_of(text), media_type: String::new() };
    match file {
        Value::String(path) => Body::File { path: path.clone(), media_type: String::new() },
        file => match (file.get("src"), file.get("content")) {
            (Some(Value::String(path)), _) => Body::File { path: path.clone(), media_type: String::new() },
            (_, Some(content)) if !content.is_null() => text(content),
            _ => Body::Empty,
        },
    }
}
