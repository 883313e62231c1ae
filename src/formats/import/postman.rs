//! Postman: Collection 2.0 and 2.1, environments and globals.

mod auth;
mod body;
mod url;

use memchr::memmem;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

pub(super) use url::reserved;

use super::Imported;
use super::collection::{Collection, Environment, Field, Folder, ImportLoss, Item, SavedRequest, Tool, Variable};
use crate::domain::limits::MAX_FOLDERS;
use crate::domain::span::{LineIndex, Span};
use crate::formats::{FormatError, env};

/// The members of a file of Postman. Every one of them may have any type.
#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow, default)]
    info: Option<&'a RawValue>,
    #[serde(borrow, default)]
    item: Option<&'a RawValue>,
    #[serde(borrow, default)]
    collection: Option<&'a RawValue>,
    #[serde(borrow, default)]
    environment: Option<&'a RawValue>,
    #[serde(borrow, default)]
    requests: Option<&'a RawValue>,
    #[serde(borrow, default)]
    order: Option<&'a RawValue>,
    #[serde(borrow, default)]
    values: Option<&'a RawValue>,
    #[serde(borrow, default)]
    name: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "_postman_variable_scope")]
    scope: Option<&'a RawValue>,
}

impl Members<'_> {
    fn is_collection(&self) -> bool {
        // Some lack `info`.
        let has_requests = |item: &RawValue| memmem::find(item.get().as_bytes(), b"\"request\"").is_some();
        self.item.is_some_and(|item| self.info.is_some() || item.get().starts_with('[') && has_requests(item))
    }
}

/// A collection, a folder or a request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node<'a> {
    #[serde(default)]
    name: Value,
    #[serde(default)]
    description: Value,
    #[serde(borrow, default)]
    item: Option<&'a RawValue>,
    #[serde(borrow, default)]
    request: Option<&'a RawValue>,
    #[serde(borrow, default)]
    event: Option<&'a RawValue>,
    #[serde(borrow, default)]
    response: Option<&'a RawValue>,
    #[serde(default)]
    auth: Value,
    #[serde(default)]
    variable: Value,
    #[serde(default)]
    protocol_profile_behavior: Value,
}

/// True for a text that is probably Postman's, without reading it.
pub(super) fn is_likely(text: &str) -> bool {
    let has = |word: &str| memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    has("schema.getpostman.com") || has("\"_postman_variable_scope\"") || has("\"_postman_id\"")
}

/// Reads a collection or an environment; `None` for JSON of another kind.
pub(super) fn read(text: &str, source: &str) -> Option<Result<Imported, FormatError>> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let members: Members = match serde_json::from_str(text) {
        Ok(members) => members,
        Err(why) if is_likely(text) => return Some(Err(env::json_error(&why))),
        Err(_) => return None,
    };
    // As Postman's API wraps them.
    for inner in [members.collection, members.environment].into_iter().flatten() {
        if let Ok(inner_members) = serde_json::from_str::<Members>(inner.get())
            && (inner_members.is_collection() || inner_members.values.is_some())
        {
            return read_members(text, inner.get(), &inner_members, source);
        }
    }
    read_members(text, text, &members, source)
}

fn read_members(whole: &str, text: &str, members: &Members, source: &str) -> Option<Result<Imported, FormatError>> {
    let mut reader = Reader { text: whole, source, lines: LineIndex::of(whole), losses: Vec::new() };
    if members.is_collection() {
        return Some(Ok(Imported::Collection(Box::new(reader.collection(text, members)))));
    }
    if members.requests.is_some() && members.order.is_some() && members.name.is_some() {
        let message = "this is a Postman collection of version 1";
        return Some(Err(FormatError::at(whole, 0, message).with_help("export it from Postman as Collection v2.1")));
    }
    let is_named = source.ends_with(".postman_environment.json") || source.ends_with(".postman_globals.json");
    let values = members.values?;
    if members.scope.is_some() || is_named {
        let is_shared = members.scope.is_some_and(|scope| scope.get() == "\"globals\"") || source.ends_with(".postman_globals.json");
        let name = members.name.and_then(|name| serde_json::from_str::<String>(name.get()).ok()).unwrap_or_default();
        let variables = serde_json::from_str(values.get()).unwrap_or_default();
        let variables = reader.variables(&variables, reader.line(values.get()));
        let name = (!is_shared).then(|| if name.trim().is_empty() { "environment".into() } else { name });
        return Some(Ok(Imported::Environment(Environment { name, variables }, reader.losses)));
    }
    None
}

struct Reader<'a> {
    text: &'a str,
    source: &'a str,
    lines: LineIndex,
    losses: Vec<ImportLoss>,
}

/// What a folder passes on, besides its auth.
#[derive(Clone, Copy, Default)]
struct Behavior {
    keeps_body: bool,
    shows_redirects: bool,
}

impl Reader<'_> {
    /// The line of a part of the text.
    fn line(&self, part: &str) -> usize {
        Span::of(self.text, part).map_or(0, |span| self.lines.line(span.start))
    }

    fn lose(&mut self, line: usize, message: impl Into<String>) {
        self.losses.push(ImportLoss { source: self.source.to_string(), line, message: message.into() });
    }

    fn collection(mut self, text: &str, members: &Members) -> Collection {
        let info: Value = members.info.and_then(|info| serde_json::from_str(info.get()).ok()).unwrap_or_default();
        let mut root = match serde_json::from_str::<Node>(text) {
            Ok(node) => self.folder(&node, text, Behavior::default(), 0),
            Err(why) => {
                self.lose(0, format!("the collection is not read: {why}"));
                Folder::default()
            }
        };
        root.name = text_of(info.get("name").unwrap_or(&Value::Null));
        if root.name.trim().is_empty() {
            let file = self.source.rsplit(['/', '\\']).next().unwrap_or_default();
            root.name = file.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or("collection").into();
        }
        root.description = description(info.get("description").unwrap_or(&Value::Null));
        Collection { tool: Tool::Postman, root, environments: Vec::new(), losses: self.losses }
    }

    fn folder(&mut self, node: &Node, raw: &str, inherited: Behavior, depth: usize) -> Folder {
        let line = self.line(raw);
        let name = text_of(&node.name);
        let of = if depth == 0 { "the collection".to_string() } else { format!("the folder “{name}”") };
        self.scripts(node, &of);
        let behavior = behavior(inherited, &node.protocol_profile_behavior);
        let mut folder = Folder {
            description: description(&node.description),
            auth: auth::read(&node.auth),
            variables: self.variables(&node.variable, line),
            source: self.source.to_string(),
            name,
            line,
            ..Folder::default()
        };
        let Some(list) = node.item else { return folder };
        let items: Vec<&RawValue> = match serde_json::from_str(list.get()) {
            Ok(items) => items,
            Err(_) => {
                let line = self.line(list.get());
                self.lose(line, format!("`item` of {of} is not a list: nothing in it is read"));
                return folder;
            }
        };
        if depth >= MAX_FOLDERS {
            self.lose(line, format!("{of} is more than {MAX_FOLDERS} folders deep: nothing in it is read"));
            return folder;
        }
        for item in items {
            match serde_json::from_str::<Node>(item.get()) {
                Ok(node) if node.item.is_some() => {
                    let inner = self.folder(&node, item.get(), behavior, depth + 1);
                    folder.items.push(Item::Folder(inner));
                }
                Ok(node) => {
                    if let Some(request) = self.request(&node, item.get(), behavior) {
                        folder.items.push(Item::Request(Box::new(request)));
                    }
                }
                Err(why) => {
                    let line = self.line(item.get());
                    self.lose(line, format!("an item of {of} is not read: {}", env::json_error(&why).message));
                }
            }
        }
        folder
    }

    fn request(&mut self, node: &Node, raw: &str, inherited: Behavior) -> Option<SavedRequest> {
        let line = self.line(raw);
        let name = text_of(&node.name);
        let Some(request) = node.request.and_then(|request| serde_json::from_str::<Value>(request.get()).ok()) else {
            self.lose(line, format!("“{name}” has neither a request nor items"));
            return None;
        };
        self.scripts(node, &format!("“{name}”"));
        self.examples(node, &name);
        let behavior = behavior(inherited, &node.protocol_profile_behavior);
        let mut saved = SavedRequest {
            description: description(&node.description),
            shows_redirects: behavior.shows_redirects,
            source: self.source.to_string(),
            method: "GET".into(),
            variables: self.variables(&node.variable, line),
            name,
            line,
            ..SavedRequest::default()
        };
        // A request may be its address alone.
        if let Value::String(address) = &request {
            url::read(&Value::String(address.clone()), &mut saved);
            return Some(saved);
        }
        let member = |name: &str| request.get(name).unwrap_or(&Value::Null);
        if saved.description.is_empty() {
            saved.description = description(member("description"));
        }
        if let Some(method) = member("method").as_str().map(str::trim).filter(|method| !method.is_empty()) {
            saved.method = method.to_ascii_uppercase();
        }
        url::read(member("url"), &mut saved);
        saved.headers = headers(member("header"));
        saved.auth = match auth::read(member("auth")) {
            // Some exports have it beside the request.
            super::collection::Auth::Inherit => auth::read(&node.auth),
            own => own,
        };
        for name in ["proxy", "certificate"] {
            if member(name).is_object() {
                self.lose(line, format!("the {name} of “{}” is not carried over", saved.name));
            }
        }
        let is_pruned = ["GET", "COPY", "HEAD", "PURGE", "UNLOCK"].contains(&saved.method.as_str()) && !behavior.keeps_body;
        match body::read(member("body")) {
            Ok(body) if is_pruned && body::is_something(&body) => {
                self.lose(line, format!("the body of “{}” is left out: Postman sends none with {}", saved.name, saved.method));
            }
            Ok(body) => saved.body = body,
            Err(why) => self.lose(line, format!("the body of “{}” is not carried over: {why}", saved.name)),
        }
        Some(saved)
    }

    fn scripts(&mut self, node: &Node, of: &str) {
        let Some(events) = node.event else { return };
        let events: Vec<&RawValue> = serde_json::from_str(events.get()).unwrap_or_default();
        for raw in events {
            let Ok(event) = serde_json::from_str::<Value>(raw.get()) else { continue };
            if event.get("disabled").and_then(Value::as_bool) == Some(true) || !has_code(&event) {
                continue;
            }
            let what = match event.get("listen").and_then(Value::as_str) {
                Some("prerequest") => "the pre-request script",
                Some("test") => "the script after the answer (tests)",
                _ => "a script",
            };
            let line = self.line(raw.get());
            self.lose(line, format!("{what} of {of} is not run"));
        }
    }

    fn examples(&mut self, node: &Node, name: &str) {
        let Some(raw) = node.response else { return };
        let examples: Vec<&RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
        if !examples.is_empty() {
            let line = self.line(raw.get());
            let what = if examples.len() == 1 { "the example answer".into() } else { format!("{} example answers", examples.len()) };
            self.lose(line, format!("{what} of “{name}” did not come from this request and is left out"));
        }
    }

    fn variables(&mut self, list: &Value, line: usize) -> Vec<Variable> {
        let mut found = Vec::new();
        for variable in list.as_array().into_iter().flatten() {
            let name = text_of(variable.get("key").or_else(|| variable.get("id")).unwrap_or(&Value::Null));
            if name.is_empty() {
                continue;
            }
            let is = |member: &str, flag: bool| variable.get(member).and_then(Value::as_bool) == Some(flag);
            if is("disabled", true) || is("enabled", false) {
                self.lose(line, format!("the variable {name} is turned off and is left out"));
                continue;
            }
            let is_secret = variable.get("type").and_then(Value::as_str) == Some("secret");
            let value = text_of(variable.get("value").unwrap_or(&Value::Null));
            found.push(Variable { name, value, is_secret });
        }
        found
    }
}

fn has_code(event: &Value) -> bool {
    let Some(script) = event.get("script") else { return event.get("exec").is_some_and(is_code) };
    match script {
        Value::Object(script) => script.get("exec").is_some_and(is_code) || script.get("src").is_some_and(|src| !src.is_null()),
        other => is_code(other),
    }
}

fn is_code(exec: &Value) -> bool {
    match exec {
        Value::String(line) => !line.trim().is_empty(),
        Value::Array(lines) => lines.iter().any(is_code),
        _ => false,
    }
}

fn behavior(inherited: Behavior, own: &Value) -> Behavior {
    let flag = |name: &str| own.get(name).and_then(Value::as_bool);
    Behavior {
        keeps_body: flag("disableBodyPruning").unwrap_or(inherited.keeps_body),
        shows_redirects: flag("followRedirects").map_or(inherited.shows_redirects, |follows| !follows),
    }
}

fn headers(list: &Value) -> Vec<Field> {
    match list {
        Value::Array(headers) => headers
            .iter()
            .filter_map(|header| match header {
                Value::String(line) => header_line(line),
                header => Some(field(header)),
            })
            .collect(),
        Value::String(lines) => lines.lines().filter_map(header_line).collect(),
        Value::Object(headers) => headers.iter().map(|(name, value)| Field::on(name, text_of(value))).collect(),
        _ => Vec::new(),
    }
}

fn header_line(line: &str) -> Option<Field> {
    let (name, value) = line.split_once(':')?;
    Some(Field::on(name.trim(), value.trim()))
}

/// A `{key, value, disabled}`.
fn field(value: &Value) -> Field {
    let member = |name: &str| value.get(name).unwrap_or(&Value::Null);
    Field { name: text_of(member("key")), value: text_of(member("value")), is_on: member("disabled").as_bool() != Some(true) }
}

/// A text, or what stands in its place as a text.
fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A description: a text, or an object with it.
fn description(value: &Value) -> String {
    match value {
        Value::Object(object) => text_of(object.get("content").unwrap_or(&Value::Null)),
        other => text_of(other),
    }
}
