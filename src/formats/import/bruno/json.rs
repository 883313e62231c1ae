//! The JSON that Bruno exports a collection as: the same parts as its files, under other names.

use serde_json::Value;

use super::bru::{Block, Content, Pair};
use super::{Collection, Environment, Folder, ImportLoss, Item, Reading, Tool, Variable};
use crate::domain::limits::MAX_FOLDERS;

/// True for JSON that is such an export.
pub(in crate::formats::import) fn is_export(json: &Value) -> bool {
    let has = |name: &str| json.get(name).is_some();
    json.get("items").is_some_and(Value::is_array)
        && (has("brunoConfig") || has("environments") && has("version") || has("uid") && has("name"))
}

/// Reads an export.
pub(in crate::formats::import) fn read(json: &Value, source: &str) -> Collection {
    let mut losses = Vec::new();
    let mut root = folder(json, json.get("root").unwrap_or(&Value::Null), source, 0, &mut losses);
    if root.name.is_empty() {
        root.name = "collection".into();
    }
    let list = json.get("environments").and_then(Value::as_array);
    let environments = list.into_iter().flatten().map(|environment| {
        let variables = environment.get("variables").and_then(Value::as_array).into_iter().flatten();
        Environment {
            name: Some(string(environment, "name")),
            variables: variables
                .filter(|variable| is_on(variable))
                .map(|variable| Variable {
                    name: string(variable, "name"),
                    value: string(variable, "value"),
                    is_secret: variable.get("secret").and_then(Value::as_bool) == Some(true),
                })
                .collect(),
        }
    });
    Collection { tool: Tool::Bruno, root, environments: environments.collect(), losses }
}

fn string(value: &Value, name: &str) -> String {
    match value.get(name) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn is_on(value: &Value) -> bool {
    value.get("enabled").and_then(Value::as_bool) != Some(false)
}

fn folder(json: &Value, root: &Value, source: &str, depth: usize, losses: &mut Vec<ImportLoss>) -> Folder {
    let mut own = blocks(root.get("request").unwrap_or(&Value::Null));
    own.extend(docs(root));
    let mut reading = Reading { source, losses };
    let name = string(json, "name");
    let (mut folder, _) = reading.folder(&own, &format!("“{name}”"));
    folder.name = name;
    folder.line = 0;
    let Some(items) = json.get("items").and_then(Value::as_array) else { return folder };
    if depth >= MAX_FOLDERS {
        reading.lose(0, format!("“{}” is more than {MAX_FOLDERS} folders deep: nothing in it is read", folder.name));
        return folder;
    }
    for item in items {
        let name = string(item, "name");
        match item.get("type").and_then(Value::as_str) {
            Some("folder") => {
                let inner = self::folder(item, item.get("root").unwrap_or(&Value::Null), source, depth + 1, losses);
                folder.items.push(Item::Folder(inner));
            }
            Some("js") => {}
            _ => {
                let request = item.get("request").unwrap_or(&Value::Null);
                let mut own = blocks(request);
                own.extend(docs(request));
                own.extend(pairs("meta", &[("name", name.clone())]));
                own.extend(settings(item));
                let mut reading = Reading { source, losses };
                if let Some(mut request) = reading.request(&own, &name) {
                    request.line = 0;
                    folder.items.push(Item::Request(Box::new(request)));
                }
            }
        }
    }
    folder
}

fn pairs(name: &str, values: &[(&str, String)]) -> Option<Block> {
    let pair = |(name, value): &(&str, String)| Pair { name: (*name).into(), value: value.clone(), is_on: true };
    Some(Block { name: name.into(), line: 0, content: Content::Pairs(values.iter().map(pair).collect()) })
}

fn docs(json: &Value) -> Option<Block> {
    let text = string(json, "docs");
    (!text.is_empty()).then(|| Block { name: "docs".into(), line: 0, content: Content::Text(text) })
}

fn settings(item: &Value) -> Option<Block> {
    let follows = item.pointer("/settings/followRedirects").and_then(Value::as_bool)?;
    pairs("settings", &[("followRedirects", follows.to_string())])
}

/// The blocks that the file of a request, a folder or a collection would have.
fn blocks(request: &Value) -> Vec<Block> {
    let mut blocks = Vec::new();
    let list = |blocks: &mut Vec<Block>, name: &str, values: Option<&Value>| {
        let pair = |value: &Value| Pair { name: string(value, "name"), value: content(value), is_on: is_on(value) };
        let pairs: Vec<Pair> = values.and_then(Value::as_array).into_iter().flatten().map(pair).collect();
        if !pairs.is_empty() {
            blocks.push(Block { name: name.into(), line: 0, content: Content::Pairs(pairs) });
        }
    };
    let text = |blocks: &mut Vec<Block>, name: &str, value: Option<&Value>| {
        if let Some(text) = value.and_then(Value::as_str).filter(|text| !text.is_empty()) {
            blocks.push(Block { name: name.into(), line: 0, content: Content::Text(text.into()) });
        }
    };
    let mode = |at: &str| request.pointer(at).and_then(Value::as_str).map(str::to_string);
    if request.get("url").is_some() {
        let values = [
            ("method", string(request, "method")),
            ("url", string(request, "url")),
            ("body", mode("/body/mode").unwrap_or_default()),
            ("auth", mode("/auth/mode").unwrap_or_else(|| "none".into())),
        ];
        blocks.extend(pairs("http", &values));
    }
    if let Some(mode) = mode("/auth/mode") {
        let own = request.get("auth").and_then(|auth| auth.get(&mode)).and_then(Value::as_object);
        let values: Vec<(&str, String)> = own
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.as_str(), value.as_str().map_or_else(|| value.to_string(), str::to_string)))
            .collect();
        blocks.extend(pairs(&format!("auth:{}", if mode == "apiKey" { "apikey" } else { &mode }), &values));
        blocks.extend(pairs("auth", &[("mode", mode)]));
    }
    list(&mut blocks, "headers", request.get("headers"));
    for (name, kind) in [("params:query", "query"), ("params:path", "path")] {
        let own: Vec<Value> = request
            .get("params")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter(|parameter| parameter.get("type").and_then(Value::as_str).unwrap_or("query") == kind)
            .cloned()
            .collect();
        list(&mut blocks, name, Some(&Value::Array(own)));
    }
    list(&mut blocks, "vars:pre-request", request.pointer("/vars/req"));
    list(&mut blocks, "vars:post-response", request.pointer("/vars/res"));
    list(&mut blocks, "assert", request.get("assertions"));
    list(&mut blocks, "body:form-urlencoded", request.pointer("/body/formUrlEncoded"));
    list(&mut blocks, "body:multipart-form", request.pointer("/body/multipartForm"));
    for (name, at) in [
        ("body:json", "/body/json"),
        ("body:text", "/body/text"),
        ("body:xml", "/body/xml"),
        ("body:sparql", "/body/sparql"),
        ("body:graphql", "/body/graphql/query"),
        ("body:graphql:vars", "/body/graphql/variables"),
        ("script:pre-request", "/script/req"),
        ("script:post-response", "/script/res"),
        ("tests", "/tests"),
    ] {
        text(&mut blocks, name, request.pointer(at));
    }
    blocks
}

/// The value of a field; that of a file as the files write it.
fn content(value: &Value) -> String {
    let own = match value.get("value") {
        Some(Value::Array(paths)) => {
            let paths: Vec<&str> = paths.iter().filter_map(Value::as_str).collect();
            format!("@file({})", paths.join("|"))
        }
        _ => string(value, "value"),
    };
    match value.get("contentType").and_then(Value::as_str) {
        Some(kind) if !kind.is_empty() => format!("{own} @contentType({kind})"),
        _ => own,
    }
}
