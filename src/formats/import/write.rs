//! A collection as `.http` files, one for each folder, and the environments beside them.

use std::collections::{BTreeSet, HashSet};

use super::collection::{Collection, Environment, Folder, ImportLoss, Item, SavedRequest, Variable};
use super::literal::Literals;
use super::names::{Taken, file_name, for_others};
use super::request::{WrittenRequest, comments, written};
use super::values::{self, WrittenValues};
use crate::formats::http_file::{Document, Part, kept_name};

/// A collection as files.
#[derive(Clone, Debug, Default)]
pub struct Converted {
    /// The files with requests, by their paths.
    pub files: Vec<ConvertedFile>,
    /// The environments.
    pub values: WrittenValues,
    /// What was not carried over.
    pub losses: Vec<ImportLoss>,
}

/// One `.http` file.
#[derive(Clone, Debug, Default)]
pub struct ConvertedFile {
    /// Its path below the folder that the collection is written to, with `/` between its parts.
    pub path: String,
    /// What is in it.
    pub document: Document,
}

/// Writes a collection; `more` are environments that came in files of their own.
pub fn convert(collection: &Collection, more: &[Environment]) -> Converted {
    // What counts in every environment precedes the collection's own, which hide it.
    let (shared, named): (Vec<_>, Vec<_>) = more.iter().cloned().partition(|environment| environment.name.is_none());
    let own = Environment { name: None, variables: collection.root.variables.clone() };
    let mut environments: Vec<Environment> = shared;
    environments.push(own);
    environments.extend(collection.environments.iter().cloned());
    environments.extend(named);
    let mut taken: BTreeSet<String> = environments.iter().flat_map(|e| &e.variables).map(|v| v.name.clone()).collect();
    names(&collection.root, &mut taken);
    let mut writer = Writer {
        collection,
        literals: Literals::new(taken),
        converted: Converted { losses: collection.losses.clone(), ..Converted::default() },
        hidden: Vec::new(),
    };
    let name = file_name(&collection.root.name);
    let mut paths = Taken::default();
    // The root's own requests have the name of the collection.
    let path = paths.unique(&name, numbered);
    writer.file(&[&collection.root], &format!("{path}.http"));
    writer.folders(&[&collection.root], "", &mut paths);
    let Writer { literals, mut converted, hidden, .. } = writer;
    if !hidden.is_empty() {
        environments.push(Environment { name: None, variables: hidden });
    }
    converted.values = values::written(&environments, &literals.into_values());
    let missing = converted.values.missing.iter().map(|name| ImportLoss {
        source: collection.root.source.clone(),
        line: 0,
        message: format!("the secret {name} has no value in the export: give it one in http-client.private.env.json"),
    });
    converted.losses.extend(missing);
    converted.losses.sort_by(|a, b| (&a.source, a.line).cmp(&(&b.source, b.line)));
    converted
}

fn numbered(name: &str, count: usize) -> String {
    format!("{name}-{count}")
}

/// The names of all variables in a folder.
fn names(folder: &Folder, into: &mut BTreeSet<String>) {
    into.extend(folder.variables.iter().map(|variable| variable.name.clone()));
    for item in &folder.items {
        match item {
            Item::Folder(folder) => names(folder, into),
            Item::Request(request) => into.extend(request.variables.iter().map(|variable| variable.name.clone())),
        }
    }
}

struct Writer<'a> {
    collection: &'a Collection,
    literals: Literals,
    converted: Converted,
    /// Secret variables of folders and requests, which no shared file may hold.
    hidden: Vec<Variable>,
}

impl Writer<'_> {
    /// Writes the folders in a folder, the innermost of `around`.
    fn folders(&mut self, around: &[&Folder], prefix: &str, taken: &mut Taken) {
        let Some(folder) = around.last() else { return };
        for inner in folder.items.iter().filter_map(|item| if let Item::Folder(inner) = item { Some(inner) } else { None }) {
            let name = taken.unique(&file_name(&inner.name), numbered);
            let around: Vec<&Folder> = around.iter().copied().chain([inner]).collect();
            self.file(&around, &format!("{prefix}{name}.http"));
            self.folders(&around, &format!("{prefix}{name}/"), &mut Taken::default());
        }
    }

    /// Writes the requests directly in a folder.
    fn file(&mut self, around: &[&Folder], path: &str) {
        let Some(folder) = around.last() else { return };
        let saved: Vec<&SavedRequest> =
            folder.items.iter().filter_map(|item| if let Item::Request(request) = item { Some(&**request) } else { None }).collect();
        if saved.is_empty() {
            return;
        }
        let (saved, empty): (Vec<_>, Vec<_>) = saved.into_iter().partition(|saved| !saved.url.trim().is_empty());
        self.converted.losses.extend(empty.into_iter().map(|saved| ImportLoss {
            source: saved.source.clone(),
            line: saved.line,
            message: format!("the request “{}” is left out: it has no address", saved.name),
        }));
        let mut titles = Taken::default();
        let mut requests = Vec::with_capacity(saved.len());
        for saved in &saved {
            // Without a value they are only named as missing.
            self.hidden.extend(saved.variables.iter().filter(|v| v.is_secret && v.value.trim().is_empty()).cloned());
            let mut request = written(self.collection.tool, around, saved, &mut self.literals, &mut self.converted.losses);
            let name = match for_others(&kept_name(&saved.name)) {
                name if name.is_empty() => format!("{} {}", request.request.method, request.request.url),
                name => name,
            };
            request.name = titles.unique(&name, |name, count| format!("{name} ({count})"));
            requests.push(request);
        }
        let head = Document::read(&self.head(around));
        let blocks: Vec<String> = requests.iter().map(WrittenRequest::block).collect();
        let directives: Vec<Vec<(&str, Vec<String>)>> = requests.iter().map(directives).collect();
        let parts: Vec<Part> = requests
            .iter()
            .zip(&blocks)
            .zip(&directives)
            .map(|((request, block), directives)| Part {
                block: Some(block),
                name: Some(&request.name),
                request: Some(&request.request),
                directives: directives.iter().map(|(name, values)| (*name, values.as_slice())).collect(),
                ..Part::default()
            })
            .collect();
        let lost = |index: usize, why: String| {
            let saved = saved.get(index);
            ImportLoss {
                source: saved.map_or(String::new(), |saved| saved.source.clone()),
                line: saved.map_or(0, |saved| saved.line),
                message: format!("the request “{}” is left out: {why}", saved.map_or("", |saved| &saved.name)),
            }
        };
        if parts.is_empty() {
            return;
        }
        match head.compose(&parts) {
            Ok(composed) => {
                self.converted.losses.extend(composed.refused.into_iter().map(|(index, why)| lost(index, why.to_string())));
                self.converted.files.push(ConvertedFile { path: path.to_string(), document: composed.document });
            }
            Err(why) => self.converted.losses.extend((0..saved.len()).map(|index| lost(index, why.to_string()))),
        }
    }

    /// What comes before the first request: where it is from, and the variables of the folders.
    fn head(&mut self, around: &[&Folder]) -> String {
        let names: Vec<&str> = around.iter().map(|folder| folder.name.as_str()).collect();
        let mut lines = vec![format!("{}, imported from {}", for_others(&kept_name(&names.join(" / "))), self.collection.tool.name())];
        let mut definitions: Vec<(&str, String)> = Vec::new();
        if let Some(folder) = around.last() {
            lines.extend(comments(&folder.description));
            // Those of the collection are in the environments, which hide them.
            for variable in around.iter().skip(1).flat_map(|folder| &folder.variables) {
                let is_shown = !values::is_hidden(variable) && is_definable(variable);
                // Folders may have values of one name; each is kept under a name of its own.
                let value = if is_shown { variable.value.clone() } else { self.literals.hidden(&variable.name, &variable.value) };
                let own = Variable { value, ..variable.clone() };
                match is_shown || own.value != variable.value && is_definable(&own) {
                    true => definitions.push((&variable.name, own.value)),
                    false => self.hidden.push(variable.clone()),
                }
            }
        }
        // The last of a name counts.
        let mut defined = HashSet::new();
        let mut definitions: Vec<_> = definitions.into_iter().rev().filter(|(name, _)| defined.insert(*name)).collect();
        definitions.reverse();
        let mut text: String = lines.iter().map(|line| format!("{}\n", format!("# {line}").trim_end())).collect();
        if !definitions.is_empty() {
            text.push('\n');
        }
        text.extend(definitions.iter().map(|(name, value)| format!("@{name} = {value}\n")));
        text
    }
}

/// True for a variable that a line `@name = value` can hold.
fn is_definable(variable: &Variable) -> bool {
    let text = format!("@{} = {}\n", variable.name, variable.value);
    let document = Document::read(&text);
    let mut held = document.definitions(0);
    held.next().is_some_and(|(_, name, value)| name == variable.name && value == variable.value) && held.next().is_none()
}

fn directives(request: &WrittenRequest) -> Vec<(&'static str, Vec<String>)> {
    let mut directives = Vec::new();
    if let Some(auth) = &request.auth {
        directives.push(("authtui-auth", vec![auth.clone()]));
    }
    if let Some((username, password)) = &request.login {
        directives.push(("authtui-username", vec![username.clone()]));
        if password.starts_with("{{") {
            directives.push(("authtui-password", vec![password.clone()]));
        }
    }
    if request.shows_redirects {
        directives.push(("no-redirect", vec![String::new()]));
    }
    directives
}
