//! Bruno: a folder of `.bru` files with `bruno.json`, one `.bru` file, and the exported JSON.

mod auth;
mod bru;
mod json;
mod request;

use std::collections::BTreeMap;

use serde_json::Value;

use super::collection::{Auth, Collection, Environment, Field, Folder, ImportLoss, Item, SavedRequest, Tool, Variable};
use crate::formats::FormatError;
use bru::{Block, Content, Pair};

pub(super) use json::{is_export, read as read_export};

/// A file of a collection: its path below the collection's folder, with `/`, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BruFile {
    /// The path.
    pub path: String,
    /// The file as people name it.
    pub source: String,
    /// The text.
    pub text: String,
}

/// The name of the file that makes a folder a collection.
pub const MANIFEST: &str = "bruno.json";

/// The folder with the environments.
const ENVIRONMENTS: &str = "environments/";

/// Reads the files of a folder. Whatever is wrong with one of them, the others are read; each fault names its file.
pub fn read_folder(name: &str, files: &[BruFile]) -> (Collection, Vec<(String, FormatError)>) {
    let (mut faults, mut losses, mut environments) = (Vec::new(), Vec::new(), Vec::new());
    let mut tree = Tree::default();
    let mut title = name.to_string();
    for file in files {
        if file.path == MANIFEST {
            let manifest: Value = serde_json::from_str(&file.text).unwrap_or_default();
            title = manifest.get("name").and_then(Value::as_str).unwrap_or(name).to_string();
            continue;
        }
        let blocks = match bru::read(&file.text) {
            Ok(blocks) => blocks,
            Err(fault) => {
                faults.push((file.source.clone(), fault));
                continue;
            }
        };
        let mut part = Reading { source: &file.source, losses: &mut losses };
        let (folder, file_name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        let stem = file_name.trim_end_matches(".bru");
        if file.path.starts_with(ENVIRONMENTS) {
            environments.push(Environment { name: Some(stem.to_string()), variables: part.environment(&blocks) });
            continue;
        }
        let place = tree.folder(folder);
        match file_name {
            "collection.bru" if folder.is_empty() => place.take(part.folder(&blocks, "the collection")),
            "folder.bru" => place.take(part.folder(&blocks, "the folder")),
            _ => place.requests.extend(part.request(&blocks, stem).map(|request| (sequence(&blocks), request))),
        }
    }
    let mut root = tree.into_folder(&title);
    root.name = title;
    // Above the collection there is nothing to inherit from.
    (Collection { tool: Tool::Bruno, root, environments, losses }, faults)
}

/// Reads one file on its own; `None` for a text of another kind.
///
/// # Errors
/// When it is broken.
pub(super) fn read_file(text: &str, source: &str) -> Option<Result<super::Imported, FormatError>> {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let name = first.strip_suffix('{').map(str::trim)?;
    let is_first = matches!(name, "meta" | "vars" | "get" | "post" | "put" | "patch" | "delete" | "head" | "options" | "http");
    if !is_first || (name != "meta" && !source.ends_with(".bru")) {
        return None;
    }
    let file_name = source.rsplit(['/', '\\']).next().unwrap_or(source);
    let stem = file_name.trim_end_matches(".bru");
    let blocks = match bru::read(text) {
        Ok(blocks) => blocks,
        Err(fault) => return Some(Err(fault)),
    };
    let mut losses = Vec::new();
    let mut part = Reading { source, losses: &mut losses };
    if blocks.iter().all(|block| block.name == "vars" || block.name.starts_with("vars:secret")) {
        let variables = part.environment(&blocks);
        return Some(Ok(super::Imported::Environment(Environment { name: Some(stem.into()), variables }, losses)));
    }
    let request = part.request(&blocks, stem);
    let items = request.into_iter().map(|request| Item::Request(Box::new(request))).collect();
    let root = Folder { name: stem.into(), items, source: source.into(), ..Folder::default() };
    Some(Ok(super::Imported::Collection(Box::new(Collection { tool: Tool::Bruno, root, environments: Vec::new(), losses }))))
}

/// The folders while their files are read.
#[derive(Default)]
struct Tree {
    own: Folder,
    sequence: Option<f64>,
    requests: Vec<(Option<f64>, SavedRequest)>,
    folders: BTreeMap<String, Tree>,
}

impl Tree {
    fn folder(&mut self, path: &str) -> &mut Self {
        let mut here = self;
        for name in path.split('/').filter(|name| !name.is_empty()) {
            here = here.folders.entry(name.to_string()).or_default();
        }
        here
    }

    fn take(&mut self, (folder, sequence): (Folder, Option<f64>)) {
        (self.own, self.sequence) = (folder, sequence);
    }

    /// Folders first, as Bruno shows them; each by its number, then by its name.
    fn into_folder(self, name: &str) -> Folder {
        let mut folder = self.own;
        if folder.name.is_empty() {
            folder.name = name.to_string();
        }
        let order = |number: Option<f64>| number.unwrap_or(f64::MAX);
        let mut folders: Vec<(Option<f64>, Folder)> =
            self.folders.into_iter().map(|(name, tree)| (tree.sequence, tree.into_folder(&name))).collect();
        folders.sort_by(|a, b| order(a.0).total_cmp(&order(b.0)));
        let mut requests = self.requests;
        requests.sort_by(|a, b| order(a.0).total_cmp(&order(b.0)).then_with(|| a.1.name.cmp(&b.1.name)));
        folder.items.extend(folders.into_iter().map(|(_, folder)| Item::Folder(folder)));
        folder.items.extend(requests.into_iter().map(|(_, request)| Item::Request(Box::new(request))));
        folder
    }
}

/// Where in its folder a request is.
fn sequence(blocks: &[Block]) -> Option<f64> {
    value(blocks, "meta", "seq")?.parse().ok()
}

/// The pairs of a block; of several of one name those of the first.
fn pairs<'a>(blocks: &'a [Block], name: &str) -> &'a [Pair] {
    let content = blocks.iter().find(|block| block.name == name).map(|block| &block.content);
    if let Some(Content::Pairs(pairs)) = content { pairs } else { &[] }
}

fn text<'a>(blocks: &'a [Block], name: &str) -> Option<&'a str> {
    let content = blocks.iter().find(|block| block.name == name).map(|block| &block.content);
    if let Some(Content::Text(text)) = content { Some(text) } else { None }
}

/// The value of a pair of a block.
fn value<'a>(blocks: &'a [Block], block: &str, name: &str) -> Option<&'a str> {
    pairs(blocks, block).iter().find(|pair| pair.name == name && pair.is_on).map(|pair| pair.value.as_str())
}

fn fields(pairs: &[Pair]) -> Vec<Field> {
    pairs.iter().map(|pair| Field { name: pair.name.clone(), value: pair.value.clone(), is_on: pair.is_on }).collect()
}

/// One file that is read.
struct Reading<'a> {
    source: &'a str,
    losses: &'a mut Vec<ImportLoss>,
}

impl Reading<'_> {
    fn lose(&mut self, line: usize, message: impl Into<String>) {
        self.losses.push(ImportLoss { source: self.source.to_string(), line, message: message.into() });
    }

    fn variables(&mut self, blocks: &[Block], name: &str) -> Vec<Variable> {
        let mut found = Vec::new();
        for pair in pairs(blocks, name) {
            match pair.is_on {
                true => found.push(Variable {
                    name: pair.name.trim_start_matches('@').to_string(),
                    value: pair.value.clone(),
                    is_secret: false,
                }),
                false => {
                    let line = blocks.iter().find(|block| block.name == name).map_or(0, |block| block.line);
                    self.lose(line, format!("the variable {} is turned off and is left out", pair.name));
                }
            }
        }
        found
    }

    fn environment(&mut self, blocks: &[Block]) -> Vec<Variable> {
        let mut variables = self.variables(blocks, "vars");
        for block in blocks {
            match &block.content {
                Content::Words(words) if block.name == "vars:secret" => {
                    let names = words.iter().filter(|word| !word.starts_with('~'));
                    variables.extend(names.map(|name| Variable { name: name.clone(), value: String::new(), is_secret: true }));
                }
                _ if block.name.starts_with("vars:externalsecrets") => {
                    self.lose(block.line, format!("{} are in a vault, which is not read", block.name));
                }
                _ => {}
            }
        }
        variables
    }

    /// What `collection.bru` or `folder.bru` passes on.
    fn folder(&mut self, blocks: &[Block], what: &str) -> (Folder, Option<f64>) {
        self.scripts(blocks, what);
        let mode = value(blocks, "auth", "mode").unwrap_or("inherit");
        let folder = Folder {
            name: value(blocks, "meta", "name").unwrap_or_default().to_string(),
            description: text(blocks, "docs").unwrap_or_default().to_string(),
            auth: auth::read(blocks, mode),
            headers: fields(pairs(blocks, "headers")),
            variables: self.variables(blocks, "vars:pre-request"),
            items: Vec::new(),
            source: self.source.to_string(),
            line: 1,
        };
        (folder, sequence(blocks))
    }

    /// What of a file is run and not sent.
    fn scripts(&mut self, blocks: &[Block], of: &str) {
        for block in blocks {
            let what = match block.name.as_str() {
                "script:pre-request" => "the pre-request script",
                "script:post-response" => "the script after the answer",
                "tests" => "the script after the answer (tests)",
                "assert" => "the list of assertions",
                "vars:post-response" => "the variables that are set from the answer",
                "example" => "the example answer",
                _ => continue,
            };
            let is_empty = match &block.content {
                Content::Pairs(pairs) => pairs.is_empty(),
                Content::Text(text) => text.trim().is_empty(),
                Content::Words(words) => words.is_empty(),
            };
            if !is_empty {
                self.lose(block.line, format!("{what} of {of} has no effect here"));
            }
        }
    }

    fn request(&mut self, blocks: &[Block], stem: &str) -> Option<SavedRequest> {
        request::read(self, blocks, stem)
    }
}
