//! OpenAPI 3.0 and 3.1 and Swagger 2, as JSON or YAML: an example request for each operation.

mod sample;
mod security;
mod server;

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::Imported;
use super::collection::{
    Auth, Body, Collection, Environment, Field, Folder, FormPart, ImportLoss, Item, PartContent, SavedRequest, Tool, Variable,
};
use super::names::Taken;
use super::postman::reserved;
use super::tree::{self, is_set, list, member, text};
use crate::domain::limits::MAX_REFERENCES;
use crate::formats::FormatError;

/// The methods that a path may have.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Bytes of a description whose requests may be as long as those of any that is shorter.
const SMALL: usize = 16 << 10;

/// The variable with the address of the server.
const BASE_URL: &str = "base_url";

/// True for a text that is probably such a description, without reading it.
pub(super) fn is_likely(text: &str) -> bool {
    tree::has_member(text, "openapi", "3.") || tree::has_member(text, "swagger", "2")
}

/// Reads a description; `None` for a text of another kind.
pub(super) fn read(text: &str, source: &str) -> Option<Result<Imported, FormatError>> {
    if !is_likely(text) {
        return None;
    }
    let (text, others) = tree::document(text, is_likely);
    let value = match tree::read(&text) {
        Ok(value) => value,
        Err(why) => return Some(Err(why)),
    };
    if member(&value, "paths").as_object().is_none_or(Map::is_empty) {
        let message = "this OpenAPI description has no paths, so there is nothing to request";
        return Some(Err(FormatError::at(&text, 0, message)));
    }
    let budget = text.len().max(SMALL).saturating_mul(16);
    let mut reader = Reader { description: Description { root: &value }, source, lines: KeyLines::of(&text), losses: Vec::new(), budget };
    others.into_iter().for_each(|line| reader.lose(line, tree::OTHER_DOCUMENT));
    Some(Ok(Imported::Collection(Box::new(reader.collection()))))
}

/// The description, in which references lead from place to place.
#[derive(Clone, Copy)]
struct Description<'a> {
    root: &'a Value,
}

impl<'a> Description<'a> {
    fn is_swagger(self) -> bool {
        self.root.get("swagger").is_some()
    }

    /// What a value stands for: the target of its `$ref`, if it is in the same file (RFC 6901).
    fn resolved(self, value: &'a Value) -> Option<&'a Value> {
        let mut value = value;
        for _ in 0..MAX_REFERENCES {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return Some(value) };
            value = self.root.pointer(&percent_encoding::percent_decode_str(reference.strip_prefix('#')?).decode_utf8_lossy())?;
        }
        None
    }
}

/// The line of each key that begins with `/`: the paths.
struct KeyLines(HashMap<String, usize>);

impl KeyLines {
    fn of(text: &str) -> Self {
        let key = |line: &str| {
            let line = line.trim_start();
            let quote = line.chars().next().filter(|c| matches!(c, '"' | '\''));
            match quote {
                Some(quote) => line.get(1..)?.split(quote).next().map(str::to_string),
                None => line.split(": ").next().map(|key| key.trim_end().trim_end_matches(':').to_string()),
            }
        };
        let keys = text.lines().zip(1..).filter_map(|(line, number)| Some((key(line)?, number)));
        Self(keys.filter(|(key, _)| key.starts_with('/')).collect())
    }

    fn line(&self, path: &str) -> usize {
        self.0.get(path).copied().unwrap_or_default()
    }
}

struct Reader<'a> {
    description: Description<'a>,
    source: &'a str,
    lines: KeyLines,
    losses: Vec<ImportLoss>,
    /// Bytes that the requests may still take: what is described once may be part of any number of them.
    budget: usize,
}

impl<'a> Reader<'a> {
    fn lose(&mut self, line: usize, message: impl Into<String>) {
        self.losses.push(ImportLoss { source: self.source.to_string(), line, message: message.into() });
    }

    fn collection(mut self) -> Collection {
        let root = self.description.root;
        let info = member(root, "info");
        let title = text(info, "title");
        let auth = match root.get("security") {
            Some(security) => self.auth(security, 0),
            None => Auth::None,
        };
        let (servers, environments) = self.servers();
        let mut folder = Folder {
            name: if title.trim().is_empty() { "API".into() } else { title },
            description: text(info, "description"),
            auth,
            variables: servers,
            source: self.source.to_string(),
            ..Folder::default()
        };
        let mut tags: Vec<Folder> = list(root, "tags").iter().map(|tag| self.tag(&text(tag, "name"), &text(tag, "description"))).collect();
        // The first of a name counts.
        let mut by_name: HashMap<String, usize> = tags.iter().enumerate().rev().map(|(at, tag)| (tag.name.clone(), at)).collect();
        let mut left_out = 0;
        for (path, item) in member(root, "paths").as_object().into_iter().flatten() {
            let line = self.lines.line(path);
            let Some(item) = self.description.resolved(item) else {
                self.lose(line, format!("{path} is described in another file, which is not read"));
                continue;
            };
            for method in METHODS.into_iter().filter(|method| member(item, method).is_object()) {
                let operation = member(item, method);
                // What does not fit is not even made: it takes as long as it is large.
                let request = (self.budget > 0).then(|| self.operation(path, method, item, operation, line));
                self.budget = request.as_ref().map_or(0, |request| self.budget.saturating_sub(size(request)));
                let Some(request) = request.filter(|_| self.budget > 0) else {
                    left_out += 1;
                    continue;
                };
                let request = Item::Request(Box::new(request));
                let tag = list(operation, "tags").first().and_then(Value::as_str).unwrap_or_default();
                if tag.is_empty() {
                    folder.items.push(request);
                    continue;
                }
                let at = *by_name.entry(tag.to_string()).or_insert_with(|| {
                    tags.push(self.tag(tag, ""));
                    tags.len() - 1
                });
                if let Some(known) = tags.get_mut(at) {
                    known.items.push(request);
                }
            }
        }
        if left_out > 0 {
            self.lose(
                0,
                format!("{left_out} operations are left out: all of them together are too large, since they share what is described once"),
            );
        }
        folder.items.extend(tags.into_iter().filter(|tag| !tag.items.is_empty()).map(Item::Folder));
        for name in ["webhooks", "x-webhooks"] {
            let count = member(root, name).as_object().map_or(0, Map::len);
            if count > 0 {
                self.lose(0, format!("{count} webhooks are requests of the server and are left out"));
            }
        }
        Collection { tool: Tool::OpenApi, root: folder, environments, losses: self.losses }
    }

    fn tag(&self, name: &str, description: &str) -> Folder {
        Folder { name: name.into(), description: description.into(), source: self.source.to_string(), ..Folder::default() }
    }

    /// The address of the first server for all environments, and an environment for each of several.
    fn servers(&mut self) -> (Vec<Variable>, Vec<Environment>) {
        let root = self.description.root;
        let mut addresses: Vec<(String, String)> = Vec::new();
        if self.description.is_swagger() {
            let (host, base) = (text(root, "host"), text(root, "basePath"));
            let schemes = list(root, "schemes").iter().filter_map(Value::as_str);
            let scheme = schemes.max_by_key(|scheme| *scheme == "https").unwrap_or("https");
            if !host.is_empty() {
                addresses.push((String::new(), format!("{scheme}://{host}{}", base.trim_end_matches('/'))));
            } else if !base.is_empty() {
                addresses.push((String::new(), base.trim_end_matches('/').to_string()));
            }
        }
        let mut budget = server::Budget::default();
        for server in list(root, "servers") {
            let url = server::address(server, &mut budget).unwrap_or_else(|(written, why)| {
                self.lose(0, format!("the variables in the address of a server are not filled in: {why}"));
                written
            });
            addresses.push((text(server, "description"), url));
        }
        if addresses.iter().all(|(_, url)| !url.contains("://")) {
            self.lose(0, format!("the description does not say on which host it is: give {BASE_URL} a value"));
        }
        let absolute = |url: &str| match url {
            url if url.contains("://") => url.to_string(),
            url => format!("https://localhost{}{url}", if url.is_empty() || url.starts_with('/') { "" } else { "/" }),
        };
        let variable = |url: &str| Variable { name: BASE_URL.into(), value: absolute(url), is_secret: false };
        let first = addresses.first().map_or_else(|| variable(""), |(_, url)| variable(url));
        let mut names = Taken::default();
        let environments: Vec<Environment> = match addresses.len() {
            0 | 1 => Vec::new(),
            _ => addresses
                .iter()
                .map(|(description, url)| {
                    let host = url.split("://").nth(1).unwrap_or(url).split('/').next().unwrap_or_default();
                    let name = if description.trim().is_empty() { host } else { description.trim() };
                    let name = names.unique(name, |name, count| format!("{name} {count}"));
                    Environment { name: Some(name), variables: vec![variable(url)] }
                })
                .collect(),
        };
        (vec![first], environments)
    }

    fn operation(&mut self, path: &str, method: &str, item: &'a Value, operation: &'a Value, line: usize) -> SavedRequest {
        let name = [text(operation, "summary"), text(operation, "operationId")].into_iter().find(|name| !name.trim().is_empty());
        let mut saved = SavedRequest {
            name: name.unwrap_or_else(|| format!("{} {path}", method.to_ascii_uppercase())),
            description: text(operation, "description"),
            method: method.to_ascii_uppercase(),
            url: format!("{{{{{BASE_URL}}}}}{path}"),
            source: self.source.to_string(),
            line,
            ..SavedRequest::default()
        };
        // Those of an operation take the place of those of its path.
        let mut parameters: Vec<&Value> = Vec::new();
        let mut keys = HashSet::new();
        for parameter in list(item, "parameters").iter().chain(list(operation, "parameters")) {
            let Some(parameter) = self.description.resolved(parameter) else {
                self.lose(line, format!("a parameter of “{}” is described in another file, which is not read", saved.name));
                continue;
            };
            parameters.push(parameter);
        }
        let key = |parameter: &Value| (text(parameter, "in"), text(parameter, "name"));
        parameters.reverse();
        parameters.retain(|parameter| keys.insert(key(parameter)));
        parameters.reverse();
        let mut cookies = Vec::new();
        for parameter in &parameters {
            let name = text(parameter, "name");
            let value = sample::of_parameter(self.description, parameter);
            let is_on = is_set(parameter, "required");
            match text(parameter, "in").as_str() {
                "path" => {
                    let value = if value.is_empty() { format!("{{{{{name}}}}}") } else { value };
                    saved.url = saved.url.replace(&format!("{{{name}}}"), &value);
                }
                "query" => saved.query.push(Field { name: reserved(&name, true), value: reserved(&value, false), is_on }),
                "header" => saved.headers.push(Field { name, value, is_on }),
                "cookie" if is_on => cookies.push(format!("{name}={value}")),
                _ => {}
            }
        }
        // A path that names a parameter which nobody describes.
        saved.url = braced(&saved.url);
        if !cookies.is_empty() {
            saved.headers.push(Field::on("Cookie", cookies.join("; ")));
        }
        saved.body = self.body(operation, &parameters, &saved.name, line);
        if let Some(accepted) = self.accepted(operation)
            && !saved.headers.iter().any(|header| header.name.eq_ignore_ascii_case("accept"))
        {
            saved.headers.push(Field::on("Accept", accepted));
        }
        if let Some(security) = operation.get("security") {
            saved.auth = self.auth(security, line);
        }
        saved
    }

    /// The media type of the first good answer.
    fn accepted(&self, operation: &'a Value) -> Option<String> {
        let responses = member(operation, "responses").as_object()?;
        let (_, good) = responses
            .iter()
            .find(|(status, _)| status.starts_with('2'))
            .or_else(|| responses.iter().find(|(status, _)| *status == "default"))?;
        if self.description.is_swagger() {
            let produces =
                [member(operation, "produces"), member(self.description.root, "produces")].into_iter().find(|list| list.is_array());
            return preferred(produces?.as_array()?.iter().filter_map(Value::as_str));
        }
        preferred(member(self.description.resolved(good)?, "content").as_object()?.keys().map(String::as_str))
    }

    fn body(&mut self, operation: &'a Value, parameters: &[&'a Value], name: &str, line: usize) -> Body {
        if self.description.is_swagger() {
            return self.swagger_body(operation, parameters);
        }
        let Some(written) = operation.get("requestBody") else { return Body::Empty };
        let Some(body) = self.description.resolved(written) else {
            self.lose(line, format!("the body of “{name}” is described in another file, which is not read"));
            return Body::Empty;
        };
        let Some(content) = member(body, "content").as_object() else { return Body::Empty };
        let Some(media_type) = preferred(content.keys().map(String::as_str)) else { return Body::Empty };
        let media = content.get(&media_type).unwrap_or(&Value::Null);
        let schema = self.description.resolved(member(media, "schema")).unwrap_or(&Value::Null);
        let example = sample::of_media(self.description, media);
        match essence(&media_type) {
            "application/x-www-form-urlencoded" => Body::Form(form(&example)),
            "multipart/form-data" => Body::Multipart(parts(self.description, &example, schema)),
            _ if sample::is_binary(schema) => Body::File { path: "body.bin".into(), media_type },
            _ => Body::Text { text: written_as(&example, &media_type), media_type },
        }
    }

    /// Swagger 2 has the body among the parameters.
    fn swagger_body(&self, operation: &'a Value, parameters: &[&'a Value]) -> Body {
        let of = |place: &str| parameters.iter().copied().filter(|parameter| text(parameter, "in") == place).collect::<Vec<_>>();
        let consumes = [member(operation, "consumes"), member(self.description.root, "consumes")].into_iter().find_map(Value::as_array);
        let consumes = consumes.and_then(|types| preferred(types.iter().filter_map(Value::as_str)));
        let fields = of("formData");
        if !fields.is_empty() {
            let is_file = |parameter: &&Value| text(parameter, "type") == "file";
            if fields.iter().any(is_file) || consumes.as_deref() == Some("multipart/form-data") {
                let part = |parameter: &&Value| FormPart {
                    name: text(parameter, "name"),
                    content: match is_file(parameter) {
                        true => PartContent::Files(vec![format!("{}.bin", text(parameter, "name"))]),
                        false => PartContent::Text(sample::of_parameter(self.description, parameter)),
                    },
                    media_type: String::new(),
                    is_on: true,
                };
                return Body::Multipart(fields.iter().map(part).collect());
            }
            let field = |parameter: &&Value| Field {
                name: text(parameter, "name"),
                value: sample::of_parameter(self.description, parameter),
                is_on: is_set(parameter, "required"),
            };
            return Body::Form(fields.iter().map(field).collect());
        }
        let Some(body) = of("body").first().copied() else { return Body::Empty };
        let media_type = consumes.unwrap_or_else(|| "application/json".into());
        Body::Text { text: written_as(&sample::of_schema(self.description, member(body, "schema")), &media_type), media_type }
    }

    /// What the first of the alternatives asks for.
    fn auth(&mut self, security: &'a Value, line: usize) -> Auth {
        let (auth, losses) = security::auth(self.description, security);
        for loss in losses {
            self.lose(line, loss);
        }
        auth
    }
}

/// The bytes of a request, about.
fn size(request: &SavedRequest) -> usize {
    let of = |fields: &[Field]| fields.iter().map(|field| field.name.len() + field.value.len()).sum::<usize>();
    let of_part = |part: &FormPart| match &part.content {
        PartContent::Text(text) => part.name.len() + text.len(),
        PartContent::Files(paths) => part.name.len() + paths.iter().map(String::len).sum::<usize>(),
    };
    let body = match &request.body {
        Body::Text { text, .. } => text.len(),
        Body::Form(fields) => of(fields),
        Body::Multipart(parts) => parts.iter().map(of_part).sum(),
        Body::Empty | Body::GraphQl { .. } | Body::File { .. } => 0,
    };
    let texts = [&request.name, &request.description, &request.url].map(String::len);
    texts.iter().sum::<usize>() + of(&request.query) + of(&request.headers) + body
}

/// `{id}` that is still in an address as `{{id}}`.
fn braced(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    let mut rest = url;
    while let Some(at) = rest.find('{') {
        let (before, behind) = rest.split_at(at);
        out.push_str(before);
        if let Some(end) = behind.strip_prefix("{{").and_then(|inner| inner.find("}}")) {
            out.push_str(behind.get(..end + 4).unwrap_or_default());
            rest = behind.get(end + 4..).unwrap_or_default();
        } else if let Some(end) = behind.find('}') {
            out.push_str(&format!("{{{}}}", behind.get(..=end).unwrap_or_default()));
            rest = behind.get(end + 1..).unwrap_or_default();
        } else {
            out.push_str(behind);
            rest = "";
        }
    }
    out.push_str(rest);
    out
}

/// A media type without its parameters.
fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// JSON, where there is a choice; else the first.
fn preferred<'t>(types: impl Iterator<Item = &'t str>) -> Option<String> {
    let all: Vec<&str> = types.collect();
    let is_json = |media_type: &&&str| essence(media_type) == "application/json" || essence(media_type).ends_with("+json");
    all.iter().find(is_json).or_else(|| all.first()).map(|media_type| (*media_type).to_string())
}

/// An example in a body of some type.
fn written_as(example: &Value, media_type: &str) -> String {
    match example {
        Value::Null => String::new(),
        Value::String(text) if !essence(media_type).contains("json") => text.clone(),
        value => format!("{value:#}"),
    }
}

fn form(example: &Value) -> Vec<Field> {
    let value = |value: &Value| if value.is_array() || value.is_object() { value.to_string() } else { tree::scalar(value) };
    example.as_object().into_iter().flatten().map(|(name, of)| Field::on(name, value(of))).collect()
}

fn parts(description: Description, example: &Value, schema: &Value) -> Vec<FormPart> {
    form(example)
        .into_iter()
        .map(|field| {
            let schema = description.resolved(member(member(schema, "properties"), &field.name)).unwrap_or(&Value::Null);
            let content = match sample::is_binary(schema) {
                true => PartContent::Files(vec![format!("{}.bin", field.name)]),
                false => PartContent::Text(field.value),
            };
            FormPart { name: field.name, content, media_type: String::new(), is_on: true }
        })
        .collect()
}
