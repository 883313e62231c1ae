//! Example values: what the description gives, else one made from the schema.

use serde_json::{Map, Value, json};

use super::Description;
use crate::domain::limits::MAX_VARIABLES;
use crate::formats::import::tree::{self, list, member, text};

/// Schemas inside one another that an example is made of; recursive ones end here.
const EXAMPLE_DEPTH: usize = 6;
/// Members of one object in an example: one that is larger is not read by people.
const EXAMPLE_MEMBERS: usize = 200;
/// Values of one example: schemas that lead to one another multiply with each level.
const EXAMPLE_VALUES: usize = 500;

/// The value of a parameter, as it goes out; empty where nothing is known.
pub(super) fn of_parameter(description: Description, parameter: &Value) -> String {
    let given = given(description, parameter).unwrap_or_else(|| match parameter.get("schema") {
        Some(schema) => given_by_schema(description, schema),
        // Swagger 2 has the type in the parameter itself.
        None => given_by_schema(description, parameter),
    });
    match given {
        Value::Array(items) => items.iter().map(tree::scalar).collect::<Vec<_>>().join(","),
        Value::Object(_) => given.to_string(),
        scalar => tree::scalar(&scalar),
    }
}

/// An example of a body.
pub(super) fn of_media(description: Description, media: &Value) -> Value {
    given(description, media).unwrap_or_else(|| of_schema(description, member(media, "schema")))
}

/// A value that fits a schema.
pub(super) fn of_schema(description: Description, schema: &Value) -> Value {
    let mut left = Left { values: EXAMPLE_VALUES, bytes: MAX_VARIABLES };
    made(description, schema, 0, &mut left)
}

/// True for the content of a file.
pub(super) fn is_binary(schema: &Value) -> bool {
    text(schema, "format") == "binary" || schema.get("contentMediaType").is_some_and(|of| of != "application/json")
}

/// What is given as an example: `example`, or the first of `examples`.
fn given(description: Description, of: &Value) -> Option<Value> {
    if let Some(example) = of.get("example").or_else(|| of.get("x-example")) {
        return Some(example.clone());
    }
    match of.get("examples")? {
        Value::Object(examples) => description.resolved(examples.values().next()?)?.get("value").cloned(),
        Value::Array(examples) => examples.first().cloned(),
        _ => None,
    }
}

/// What the schema of a parameter says; nothing is made up for an address.
fn given_by_schema(description: Description, schema: &Value) -> Value {
    let schema = description.resolved(schema).unwrap_or(&Value::Null);
    let first = || list(schema, "enum").first().cloned();
    given(description, schema).or_else(|| schema.get("default").cloned()).or_else(first).unwrap_or_default()
}

/// What an example may still hold.
struct Left {
    values: usize,
    bytes: usize,
}

impl Left {
    /// A value that the description gives, unless it is too long.
    fn take(&mut self, value: Value) -> Value {
        match self.bytes.checked_sub(size(&value)) {
            Some(left) => {
                self.bytes = left;
                value
            }
            None => Value::Null,
        }
    }
}

/// The bytes of a value, about.
fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(members) => members.iter().map(|(name, value)| name.len() + size(value)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
    }
}

fn made(description: Description, schema: &Value, depth: usize, left: &mut Left) -> Value {
    let Some(rest) = left.values.checked_sub(1) else { return Value::Null };
    left.values = rest;
    let Some(schema) = description.resolved(schema).filter(|_| depth < EXAMPLE_DEPTH) else { return Value::Null };
    if let Some(value) = given(description, schema).or_else(|| schema.get("default").cloned()).or_else(|| schema.get("const").cloned()) {
        return left.take(value);
    }
    if let Some(value) = list(schema, "enum").first() {
        return left.take(value.clone());
    }
    if let Some(all) = schema.get("allOf").and_then(Value::as_array) {
        let mut merged = Map::new();
        for value in all.iter().chain([&without_all_of(schema)]).map(|part| made(description, part, depth + 1, left)) {
            match value {
                Value::Object(members) => merged.extend(members),
                Value::Null => {}
                other if merged.is_empty() => return other,
                _ => {}
            }
        }
        return Value::Object(merged);
    }
    if let Some(first) = ["oneOf", "anyOf"].iter().find_map(|name| list(schema, name).iter().find(|one| text(one, "type") != "null")) {
        return made(description, first, depth + 1, left);
    }
    // OpenAPI 3.1 may give several types.
    let kind = match member(schema, "type") {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or_default(),
        kind => kind.as_str().unwrap_or_default(),
    };
    match kind {
        "array" => match made(description, member(schema, "items"), depth + 1, left) {
            Value::Null => json!([]),
            item => json!([item]),
        },
        "integer" => json!(schema.get("minimum").and_then(Value::as_i64).unwrap_or(0)),
        "number" => json!(schema.get("minimum").and_then(Value::as_f64).unwrap_or(0.0)),
        "boolean" => json!(true),
        "string" => json!(match text(schema, "format").as_str() {
            "date" => "2026-01-31",
            "date-time" => "2026-01-31T12:00:00Z",
            "email" => "ann@example.com",
            "uuid" => "3fa85f64-5717-4562-b3fc-2c963f66afa6",
            "uri" | "url" => "https://example.com/",
            "ipv4" => "192.0.2.1",
            "byte" => "dGV4dA==",
            _ => "string",
        }),
        _ if schema.get("properties").is_some() || kind == "object" => {
            let properties = member(schema, "properties").as_object().into_iter().flatten();
            // What the server fills in itself is not sent.
            let sent = properties.filter(|(_, of)| !tree::is_set(description.resolved(of).unwrap_or(&Value::Null), "readOnly"));
            let members = sent.take(EXAMPLE_MEMBERS).map(|(name, of)| (name.clone(), made(description, of, depth + 1, left)));
            Value::Object(members.collect())
        }
        _ => Value::Null,
    }
}

/// The rest of a schema beside its `allOf`.
fn without_all_of(schema: &Value) -> Value {
    let members = schema.as_object().into_iter().flatten().filter(|(name, _)| *name != "allOf");
    Value::Object(members.map(|(name, value)| (name.clone(), value.clone())).collect())
}
