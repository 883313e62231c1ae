//! Insomnia: export of version 4 (JSON, also written as YAML) and collections of version 5 (YAML).

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::Imported;
use super::collection::{
    Auth, Body, Collection, Environment, Field, Folder, FormPart, ImportLoss, Item, KeyPlace, OAuth2, PartContent, SavedRequest, Tool,
    Variable,
};
use super::names::Taken;
use super::postman::reserved;
use super::tree::{self, is_set, list, member, text};
use crate::domain::limits::MAX_FOLDERS;
use crate::formats::FormatError;

/// True for a text that is probably Insomnia's, without reading it.
pub(super) fn is_likely(text: &str) -> bool {
    tree::has_member(text, "type", "collection.insomnia.rest") || tree::has_member(text, "_type", "export")
}

/// Reads a collection; `None` for a text of another kind.
pub(super) fn read(text: &str, source: &str) -> Option<Result<Imported, FormatError>> {
    if !is_likely(text) {
        return None;
    }
    let (text, others) = tree::document(text, is_likely);
    let value = match tree::read(&text) {
        Ok(value) => value,
        Err(why) => return Some(Err(why)),
    };
    let mut reader = Reader { source, lines: id_lines(&text), losses: Vec::new() };
    others.into_iter().for_each(|line| reader.lose(line, tree::OTHER_DOCUMENT));
    let (root, environments) = if member(&value, "resources").is_array() { reader.exported(&value) } else { reader.collection(&value) };
    let collection = Collection { tool: Tool::Insomnia, root, environments, losses: reader.losses };
    if collection.is_empty() {
        return Some(Err(FormatError::at(&text, 0, "this Insomnia export has no request")));
    }
    Some(Ok(Imported::Collection(Box::new(collection))))
}

/// The line of each id: that of the key `_id` (version 4) or `id` (version 5).
fn id_lines(text: &str) -> HashMap<&str, usize> {
    let mut lines = HashMap::new();
    for (line, number) in text.lines().zip(1..) {
        let Some((key, value)) = line.split_once(':') else { continue };
        if matches!(key.trim_matches([' ', '\t', '-', '{', '"', '\'']), "_id" | "id") {
            let id = value.split(',').next().unwrap_or_default().trim_matches([' ', '\t', '\r', '"', '\'']);
            lines.entry(id).or_insert(number);
        }
    }
    lines
}

struct Reader<'a> {
    source: &'a str,
    lines: HashMap<&'a str, usize>,
    losses: Vec<ImportLoss>,
}

impl Reader<'_> {
    fn lose(&mut self, line: usize, message: impl Into<String>) {
        self.losses.push(ImportLoss { source: self.source.to_string(), line, message: message.into() });
    }

    fn line(&self, id: &str) -> usize {
        self.lines.get(id).copied().unwrap_or_default()
    }

    /// Version 4: a flat list whose members name their parent.
    fn exported(&mut self, value: &Value) -> (Folder, Vec<Environment>) {
        let resources = list(value, "resources");
        let mut below: HashMap<&str, Vec<&Value>> = HashMap::new();
        for resource in resources {
            below.entry(member(resource, "parentId").as_str().unwrap_or_default()).or_default().push(resource);
        }
        let is_of = |resource: &Value, kind: &str| member(resource, "_type").as_str() == Some(kind);
        let workspaces: Vec<&Value> = resources.iter().filter(|resource| is_of(resource, "workspace")).collect();
        let (mut environments, mut folders) = (Vec::new(), Vec::new());
        let mut names = Taken::default();
        for workspace in &workspaces {
            let id = member(workspace, "_id").as_str().unwrap_or_default();
            let of = |id: &str, below: &HashMap<&str, Vec<&Value>>| -> Vec<Value> {
                let all = below.get(id).into_iter().flatten();
                all.filter(|resource| is_of(resource, "environment")).map(|resource| (*resource).clone()).collect()
            };
            let bases: Vec<(Value, Vec<Value>)> =
                of(id, &below).into_iter().map(|base| (base.clone(), of(&text(&base, "_id"), &below))).collect();
            let folder = self.exported_folder(workspace, &mut below, 0);
            for (base, inner) in &bases {
                let own = self.environments(base, &inner.iter().collect::<Vec<_>>());
                // With several workspaces, no value of one may count in another.
                environments.extend(if workspaces.len() > 1 { apart(own, &folder.name, &mut names) } else { own });
            }
            folders.push(folder);
        }
        let strays = self.strays(resources, below);
        let mut root = match <[Folder; 1]>::try_from(folders) {
            Ok([one]) => one,
            // Several workspaces are several collections; one that has no folder of its own is not lost.
            Err(several) => Folder {
                name: "Insomnia".into(),
                auth: Auth::None,
                source: self.source.to_string(),
                items: several.into_iter().map(Item::Folder).collect(),
                ..Folder::default()
            },
        };
        root.items.extend(strays);
        for (kind, what) in [
            ("grpc_request", "gRPC requests are"),
            ("websocket_request", "WebSocket requests are"),
            ("socketio_request", "Socket.IO requests are"),
            ("unit_test", "tests are"),
            ("mock_route", "mock routes are"),
        ] {
            let count = resources.iter().filter(|resource| is_of(resource, kind)).count();
            if count > 0 {
                self.lose(0, format!("{what} left out: {count}"));
            }
        }
        (root, environments)
    }

    /// What no workspace leads to: its folder is not in the export, or is in itself. `below` is what was not read so far.
    fn strays(&mut self, resources: &[Value], mut below: HashMap<&str, Vec<&Value>>) -> Vec<Item> {
        let word = |resource: &Value, name: &str| member(resource, name).as_str().unwrap_or_default().to_string();
        let is_group = |resource: &&Value| member(resource, "_type").as_str() == Some("request_group");
        let groups: HashSet<String> = resources.iter().filter(is_group).map(|group| word(group, "_id")).collect();
        let mut items = Vec::new();
        // Circles last: what is below a folder without a parent is in that folder.
        for is_circle in [false, true] {
            for resource in resources.iter().filter(|one| is_group(one) || member(one, "_type").as_str() == Some("request")) {
                let parent = word(resource, "parentId");
                let Some(beside) = below.get_mut(parent.as_str()).filter(|_| groups.contains(&parent) == is_circle) else { continue };
                if is_circle {
                    beside.retain(|other| !std::ptr::eq(*other, resource));
                }
                let (id, why) = (word(resource, "_id"), if is_circle { "is in itself" } else { "is not in the export" });
                self.lose(self.line(&id), format!("the folder of “{}” {why}: it is read at the top", text(resource, "name")));
                items.push(match is_group(&resource) {
                    true => Item::Folder(self.exported_folder(resource, &mut below, 1)),
                    false => Item::Request(Box::new(self.request(resource, &id))),
                });
            }
        }
        items
    }

    fn exported_folder(&mut self, resource: &Value, below: &mut HashMap<&str, Vec<&Value>>, depth: usize) -> Folder {
        let id = member(resource, "_id").as_str().unwrap_or_default();
        let mut folder = self.folder(resource, id);
        // Taken out, so that nothing is in itself.
        let mut inner: Vec<&Value> = below.remove(id).unwrap_or_default();
        inner.sort_by(|a, b| sort_key(a).total_cmp(&sort_key(b)));
        if depth >= MAX_FOLDERS {
            self.lose(folder.line, format!("the folder “{}” is more than {MAX_FOLDERS} folders deep: nothing in it is read", folder.name));
            while let Some(lost) = inner.pop() {
                inner.extend(below.remove(member(lost, "_id").as_str().unwrap_or_default()).unwrap_or_default());
            }
            return folder;
        }
        for resource in inner {
            match member(resource, "_type").as_str() {
                Some("request_group") => folder.items.push(Item::Folder(self.exported_folder(resource, below, depth + 1))),
                Some("request") => {
                    let id = member(resource, "_id").as_str().unwrap_or_default().to_string();
                    folder.items.push(Item::Request(Box::new(self.request(resource, &id))));
                }
                _ => {}
            }
        }
        folder
    }

    /// Version 5: a tree.
    fn collection(&mut self, value: &Value) -> (Folder, Vec<Environment>) {
        let mut root = self.folder(value, "");
        root.items = self.children(list(value, "collection"), 0);
        let base = member(value, "environments");
        let inner: Vec<&Value> = list(base, "subEnvironments").iter().collect();
        (root, self.environments(base, &inner))
    }

    fn children(&mut self, children: &[Value], depth: usize) -> Vec<Item> {
        let mut items = Vec::new();
        let mut sorted: Vec<&Value> = children.iter().collect();
        sorted.sort_by(|a, b| sort_key(member(a, "meta")).total_cmp(&sort_key(member(b, "meta"))));
        for child in sorted {
            let id = text(member(child, "meta"), "id");
            if member(child, "children").is_array() {
                let mut folder = self.folder(child, &id);
                match depth >= MAX_FOLDERS {
                    true => self.lose(
                        folder.line,
                        format!("the folder “{}” is more than {MAX_FOLDERS} folders deep: nothing in it is read", folder.name),
                    ),
                    false => folder.items = self.children(list(child, "children"), depth + 1),
                }
                items.push(Item::Folder(folder));
            } else if member(child, "method").is_string() {
                let request = self.request(child, &id);
                items.push(Item::Request(Box::new(request)));
            } else {
                let line = self.line(&id);
                self.lose(line, format!("“{}” is no HTTP request and is left out", text(child, "name")));
            }
        }
        items
    }

    fn folder(&mut self, value: &Value, id: &str) -> Folder {
        let line = self.line(id);
        let name = text(value, "name");
        self.scripts(value, &format!("the folder “{name}”"), line);
        let description = text(value, "description");
        Folder {
            description: if description.is_empty() { text(member(value, "meta"), "description") } else { description },
            auth: self.auth(member(value, "authentication"), &name, line),
            headers: fields(list(value, "headers")),
            variables: variables(member(value, "environment")),
            source: self.source.to_string(),
            name: if name.trim().is_empty() { "Insomnia".into() } else { name },
            line,
            ..Folder::default()
        }
    }

    fn request(&mut self, value: &Value, id: &str) -> SavedRequest {
        let line = self.line(id);
        let name = text(value, "name");
        self.scripts(value, &format!("“{name}”"), line);
        let description = text(value, "description");
        let mut saved = SavedRequest {
            description: if description.is_empty() { text(member(value, "meta"), "description") } else { description },
            method: match text(value, "method").trim() {
                "" => "GET".into(),
                method => method.to_ascii_uppercase(),
            },
            url: plain(&text(value, "url")),
            query: fields(list(value, "parameters"))
                .into_iter()
                .map(|field| Field { name: reserved(&field.name, true), value: reserved(&field.value, false), ..field })
                .collect(),
            path: fields(list(value, "pathParameters")),
            headers: fields(list(value, "headers")),
            auth: self.auth(member(value, "authentication"), &name, line),
            // YAML 1.1 reads `off` as false.
            shows_redirects: [text(value, "settingFollowRedirects"), text(member(value, "settings"), "followRedirects")]
                .iter()
                .any(|follow| follow == "off" || follow == "false"),
            source: self.source.to_string(),
            name,
            line,
            ..SavedRequest::default()
        };
        saved.body = self.body(member(value, "body"), &saved.name, line);
        let spoken = |saved: &SavedRequest| {
            let headers = saved.headers.iter().chain(&saved.query).map(|field| field.value.clone());
            headers.chain([saved.url.clone()]).any(|text| text.contains("{%"))
        };
        if spoken(&saved) || matches!(&saved.body, Body::Text { text, .. } if text.contains("{%")) {
            self.lose(line, format!("“{}” has template tags ({{% … %}}), which are not computed here", saved.name));
        }
        saved
    }

    fn scripts(&mut self, value: &Value, of: &str, line: usize) {
        let scripts = member(value, "scripts");
        for (names, what) in [
            (["preRequestScript", "preRequest"], "the pre-request script"),
            (["afterResponseScript", "afterResponse"], "the script after the answer"),
        ] {
            let has_code = names.iter().any(|name| !text(value, name).trim().is_empty() || !text(scripts, name).trim().is_empty());
            if has_code {
                self.lose(line, format!("{what} of {of} is not run"));
            }
        }
    }

    fn body(&mut self, value: &Value, name: &str, line: usize) -> Body {
        let media_type = text(value, "mimeType");
        let params = list(value, "params");
        match media_type.as_str() {
            "application/x-www-form-urlencoded" => Body::Form(fields(params)),
            "multipart/form-data" => Body::Multipart(params.iter().map(part).collect()),
            "application/graphql" => {
                let written: Value = serde_json::from_str(&text(value, "text")).unwrap_or_default();
                let variables = member(&written, "variables");
                Body::GraphQl {
                    query: plain(&text(&written, "query")),
                    variables: match variables {
                        Value::Null => String::new(),
                        Value::String(text) => plain(text),
                        other => plain(&other.to_string()),
                    },
                    operation: text(&written, "operationName"),
                }
            }
            _ if !text(value, "fileName").is_empty() => Body::File { path: text(value, "fileName"), media_type },
            _ => match text(value, "text") {
                body if body.is_empty() => {
                    if !params.is_empty() {
                        self.lose(line, format!("the body of “{name}” has parameters and no known type: it is left out"));
                    }
                    Body::Empty
                }
                body => Body::Text { text: plain(&body), media_type },
            },
        }
    }

    fn auth(&mut self, value: &Value, name: &str, line: usize) -> Auth {
        // Nothing at all is inherited; what is turned off is not sent.
        let Some(kind) = member(value, "type").as_str() else { return Auth::Inherit };
        if is_set(value, "disabled") {
            return Auth::None;
        }
        let of = |member: &str| plain(&text(value, member));
        match kind {
            "none" => Auth::None,
            "bearer" => Auth::Bearer {
                token: of("token"),
                prefix: match of("prefix") {
                    prefix if prefix.is_empty() => "Bearer".into(),
                    prefix if prefix == "NO_PREFIX" => String::new(),
                    prefix => prefix,
                },
            },
            "singleToken" => Auth::Bearer { token: of("token"), prefix: String::new() },
            "basic" => Auth::Basic { username: of("username"), password: of("password") },
            "digest" => Auth::Digest { username: of("username"), password: of("password") },
            "apikey" => Auth::ApiKey {
                name: of("key"),
                value: of("value"),
                place: match text(value, "addTo").as_str() {
                    "queryParams" => KeyPlace::Query,
                    "cookie" => KeyPlace::Cookie,
                    _ => KeyPlace::Header,
                },
            },
            "oauth2" => Auth::OAuth2(Box::new(OAuth2 {
                grant: text(value, "grantType"),
                token_url: of("accessTokenUrl"),
                access_token: String::new(),
                prefix: match of("tokenPrefix") {
                    prefix if prefix.is_empty() => "Bearer".into(),
                    prefix => prefix,
                },
                query_parameter: None,
            })),
            "iam" => Auth::AwsSigV4,
            "oauth1" => Auth::Other("OAuth 1.0".into()),
            "hawk" => Auth::Other("Hawk".into()),
            "ntlm" => Auth::Other("NTLM".into()),
            "netrc" => Auth::Other(".netrc".into()),
            "asap" => Auth::Other("Atlassian ASAP".into()),
            other => {
                self.lose(line, format!("the auth of “{name}” is of an unknown kind: {other}"));
                Auth::Other(other.to_string())
            }
        }
    }

    /// A base environment, which counts in all of them, and those below it.
    fn environments(&mut self, base: &Value, inner: &[&Value]) -> Vec<Environment> {
        let shared = Environment { name: None, variables: variables(member(base, "data")) };
        let named = inner.iter().map(|environment| {
            let name = text(environment, "name");
            let mut variables = variables(member(environment, "data"));
            // Secret ones are kept apart, without their values.
            for secret in list(environment, "kvPairData").iter().filter(|pair| text(pair, "type") == "secret") {
                variables.retain(|variable| variable.name != text(secret, "name"));
                variables.push(Variable { name: text(secret, "name"), value: String::new(), is_secret: true });
            }
            Environment { name: Some(if name.trim().is_empty() { "environment".into() } else { name }), variables }
        });
        let mut all: Vec<Environment> = Vec::new();
        if !shared.variables.is_empty() {
            all.push(shared);
        }
        all.extend(named);
        all
    }
}

/// The environments of one workspace of several: each with what counts in all of them, under the name of the workspace.
fn apart(mut own: Vec<Environment>, workspace: &str, names: &mut Taken) -> Vec<Environment> {
    let shared: Vec<Variable> = own.iter().filter(|e| e.name.is_none()).flat_map(|e| e.variables.clone()).collect();
    for environment in &mut own {
        let name = match environment.name.take() {
            Some(name) => {
                let inner = std::mem::take(&mut environment.variables);
                environment.variables = shared.iter().cloned().chain(inner).collect();
                format!("{workspace} {name}")
            }
            None => workspace.to_string(),
        };
        environment.name = Some(names.unique(&name, |name, count| format!("{name} {count}")));
    }
    own
}

fn sort_key(value: &Value) -> f64 {
    ["metaSortKey", "sortKey"].iter().find_map(|name| member(value, name).as_f64()).unwrap_or_default()
}

/// `{{ _.base_url }}` and `{{ base_url }}` as `{{base_url}}`.
fn plain(text: &str) -> String {
    if !text.contains("{{") {
        return text.to_string();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((name, after)) = behind.split_once("}}") else {
            out.push_str("{{");
            rest = behind;
            continue;
        };
        let bare = name.trim().trim_start_matches("_.");
        let bare = bare.strip_prefix("_['").and_then(|name| name.strip_suffix("']")).unwrap_or(bare);
        out.push_str(&format!("{{{{{bare}}}}}"));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The values of an environment; those inside others have names with dots.
fn variables(data: &Value) -> Vec<Variable> {
    let mut found = Vec::new();
    collect(data, "", MAX_FOLDERS, &mut found);
    found
}

fn collect(data: &Value, prefix: &str, depth: usize, into: &mut Vec<Variable>) {
    let Some(members) = data.as_object() else { return };
    for (name, value) in members {
        let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            Value::Object(_) if depth > 0 => collect(value, &name, depth - 1, into),
            Value::Array(_) | Value::Object(_) => into.push(Variable { name, value: value.to_string(), is_secret: false }),
            scalar => into.push(Variable { name, value: plain(&tree::scalar(scalar)), is_secret: false }),
        }
    }
}

fn fields(list: &[Value]) -> Vec<Field> {
    list.iter()
        .map(|field| Field { name: plain(&text(field, "name")), value: plain(&text(field, "value")), is_on: !is_set(field, "disabled") })
        .filter(|field| !field.name.is_empty() || !field.value.is_empty())
        .collect()
}

fn part(value: &Value) -> FormPart {
    let content = match text(value, "type").as_str() {
        "file" => PartContent::Files(vec![text(value, "fileName")]),
        _ => PartContent::Text(plain(&text(value, "value"))),
    };
    FormPart { name: plain(&text(value, "name")), content, media_type: text(value, "contentType"), is_on: !is_set(value, "disabled") }
}
