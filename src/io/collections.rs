//! Collections of other tools as files of requests.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::bruno;
use super::store::{self, MAX_FOLDERS, MAX_RECORDING, MAX_TEXT, ReadError, ReadFault};
use crate::app::workspace::value_file::ValueFile;
use crate::domain::secrecy::quoted_argument;
use crate::formats::Loss;
use crate::formats::detect::{Encoding, decode_owned};
use crate::formats::env::ValueKind;
use crate::formats::import::collection::{Collection, Environment, ImportLoss};
use crate::formats::import::write::{Converted, ConvertedFile, convert};
use crate::formats::import::{self, Imported, file_name};

/// The endings of files with environments that tools export beside a collection.
const ENVIRONMENTS: [&str; 2] = [".postman_environment.json", ".postman_globals.json"];

/// What the paths of an import hold.
#[derive(Debug, Default)]
pub struct Found {
    /// The collections, each with its own environments.
    pub collections: Vec<Collection>,
    /// Environments in files of their own.
    pub environments: Vec<Environment>,
    /// What of those is not carried over.
    pub losses: Vec<ImportLoss>,
}

impl Found {
    /// Takes a text in.
    ///
    /// # Errors
    /// When it is of no tool that is known, or broken.
    pub fn add(&mut self, text: &str, source: &str) -> Result<(), String> {
        match import::read(text, source) {
            Some(Ok(Imported::Collection(collection))) => self.collections.push(*collection),
            Some(Ok(Imported::Environment(environment, losses))) => {
                self.environments.push(environment);
                self.losses.extend(losses);
            }
            Some(Err(why)) => return Err(format!("{source}: {why}")),
            None => {
                return Err(format!(
                    "{source}: this is no collection that can be imported (Postman, Bruno, Insomnia, OpenAPI) and no environment of one"
                ));
            }
        }
        Ok(())
    }
}

/// The text of a file.
///
/// # Errors
/// When it cannot be read, or is no text.
pub fn text_of(path: &Path) -> Result<String, String> {
    // What is no file may be a command with a password in it.
    let why = |error: ReadError| match error.fault {
        ReadFault::Missing => format!("{}: no such file", quoted_argument(&path.display().to_string())),
        fault => format!("{}: {fault}", quoted_argument(&path.display().to_string())),
    };
    let bytes = store::read_argument(path, MAX_RECORDING).map_err(why)?;
    decode_owned(bytes).map(|(text, _)| text).map_err(|why| format!("{}: {why}", path.display()))
}

/// Takes in what is at a path: a file, or a folder with all that is below it. Returns what could not be read, each with its file.
pub fn find(path: &Path, found: &mut Found) -> Vec<String> {
    if path == Path::new("-") {
        let bytes = store::read_stdin(MAX_RECORDING).map_err(|why| why.to_string());
        let text = bytes.and_then(|bytes| decode_owned(bytes).map(|(text, _)| text).map_err(|why| format!("standard input: {why}")));
        return text.and_then(|text| found.add(&text, "standard input")).err().into_iter().collect();
    }
    if path.is_dir() {
        let mut problems = Vec::new();
        walk(path, MAX_FOLDERS, found, &mut problems);
        return problems;
    }
    if let Some(root) = bruno::root_of(path) {
        let (collection, problems) = bruno::read(&root, Some(path));
        found.collections.push(collection);
        return problems;
    }
    text_of(path).and_then(|text| found.add(&text, &path.display().to_string())).err().into_iter().collect()
}

/// Takes in the files of a folder that are of a known tool; any other file is passed over.
fn walk(folder: &Path, depth: usize, found: &mut Found, problems: &mut Vec<String>) {
    if bruno::is_root(folder) {
        let (collection, faults) = bruno::read(folder, None);
        found.collections.push(collection);
        problems.extend(faults);
        return;
    }
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(why) => return problems.push(format!("{}: {why}", folder.display())),
    };
    let mut paths: Vec<PathBuf> =
        entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_symlink())).map(|entry| entry.path()).collect();
    paths.sort();
    let is_hidden = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    for path in paths.into_iter().filter(|path| !is_hidden(path)) {
        if path.is_dir() {
            match depth {
                0 => problems.push(format!("{}: is more than {MAX_FOLDERS} folders deep and was skipped", path.display())),
                _ if path.ends_with("node_modules") => {}
                _ => walk(&path, depth - 1, found, problems),
            }
            continue;
        }
        let is_of_tools = |extension: &std::ffi::OsStr| ["json", "yaml", "yml"].iter().any(|known| extension.eq_ignore_ascii_case(known));
        if !path.extension().is_some_and(is_of_tools) {
            continue;
        }
        match text_of(&path) {
            Ok(text) if import::is_known(&text, &path.to_string_lossy()) => {
                problems.extend(found.add(&text, &path.display().to_string()).err())
            }
            Ok(_) => {}
            Err(why) => problems.push(why),
        }
    }
}

/// Opens a folder of Bruno's, or one file of such a folder; `None` for any other path.
pub fn opened_at(path: &Path) -> Option<OpenedCollection> {
    let (root, only) = match path.is_dir() {
        true if bruno::is_root(path) => (path.to_path_buf(), None),
        true => return None,
        false => (bruno::root_of(path)?, Some(path)),
    };
    let (collection, faults) = bruno::read(&root, only);
    let name = only.and_then(Path::file_name).map_or_else(|| collection.root.name.clone(), |name| name.to_string_lossy().into_owned());
    let opened = opened_from(&collection, &name, &root, Found::default());
    Some(OpenedCollection { faults, ..opened })
}

/// Environments beside a collection, and what of them is not carried over.
fn beside(path: &Path) -> Found {
    let mut found = Found::default();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = std::fs::read_dir(folder) else { return found };
    let name = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| ENVIRONMENTS.iter().any(|end| name(path).ends_with(end)));
    paths.sort();
    for path in paths {
        let text = store::read(&path, MAX_TEXT)
            .map_err(|why| why.to_string())
            .and_then(|bytes| decode_owned(bytes).map(|(text, _)| text).map_err(|why| format!("{}: {why}", path.display())));
        if let Err(why) = text.and_then(|text| found.add(&text, &name(&path))) {
            found.losses.push(ImportLoss { source: name(&path), line: 0, message: why });
        }
    }
    // A collection with the name of an environment is opened by itself.
    found.collections.clear();
    found
}

/// A collection as it is opened: its files of requests, and the files with values around them.
#[derive(Debug, Default)]
pub struct OpenedCollection {
    /// Its files of requests.
    pub files: Vec<OpenedFolder>,
    /// The environments; they are on no disk.
    pub values: Vec<ValueFile>,
    /// What was not carried over.
    pub losses: Vec<Loss>,
    /// Files of it that could not be read.
    pub faults: Vec<String>,
}

/// A file of requests of a collection.
#[derive(Debug, Default)]
pub struct OpenedFolder {
    /// Its name on the screen: that of the folder.
    pub name: String,
    /// Where its requests are from: the collection's file, and the folder in it.
    pub source: String,
    /// Its text.
    pub text: String,
}

/// Opens the text of a collection; `None` for any other text.
///
/// # Errors
/// When it is of a known tool and broken, or holds values alone.
pub fn opened(text: &str, name: &str, path: Option<&Path>) -> Option<Result<OpenedCollection, String>> {
    Some(match import::read_if_likely(text, name)? {
        Ok(Imported::Collection(collection)) => {
            let folder = path.and_then(Path::parent).unwrap_or(Path::new(""));
            Ok(opened_from(&collection, name, folder, path.map(beside).unwrap_or_default()))
        }
        Ok(Imported::Environment(..)) => Err(VALUES_ALONE.into()),
        Err(why) => Err(why.to_string()),
    })
}

/// Why an environment is not opened.
const VALUES_ALONE: &str =
    "it holds values and no request: open the collection beside it, or convert both with authtui import COLLECTION ENVIRONMENT";

fn opened_from(collection: &Collection, name: &str, folder: &Path, around: Found) -> OpenedCollection {
    let mut converted = convert(collection, &around.environments);
    converted.losses.extend(around.losses);
    let values = value_files(&converted, folder, name);
    let root = format!("{}.http", file_name(&collection.root.name));
    let opened = |file: &ConvertedFile| {
        let folder = file.path.trim_end_matches(".http");
        let is_root = file.path == root || converted.files.len() == 1;
        OpenedFolder {
            name: if is_root { name.to_string() } else { folder.to_string() },
            source: if is_root { name.to_string() } else { format!("{name}/{folder}") },
            text: file.document.text().to_string(),
        }
    };
    let files: Vec<OpenedFolder> = converted.files.iter().map(opened).collect();
    // They are listed with the first file.
    let shown = files.first().map_or("", |file| &file.name);
    let losses = converted.losses.iter().map(|loss| in_file(loss, shown)).collect();
    OpenedCollection { files, values, losses, faults: Vec::new() }
}

/// A loss as the list of a file has it.
fn in_file(loss: &ImportLoss, name: &str) -> Loss {
    match loss.source == name || loss.source.is_empty() {
        true => Loss { line: loss.line, message: loss.message.clone() },
        false if loss.line == 0 => Loss { line: 0, message: format!("{}: {}", loss.source, loss.message) },
        false => Loss { line: 0, message: format!("{}: line {}: {}", loss.source, loss.line, loss.message) },
    }
}

/// The environments as files that are saved with the requests.
fn value_files(converted: &Converted, folder: &Path, name: &str) -> Vec<ValueFile> {
    let stem = name.split('.').next().unwrap_or_default();
    let file = |text: &Option<String>, kind: ValueKind| {
        // What is in that place already is another file.
        let usual = folder.join(kind.file_name());
        let path = if usual.exists() { folder.join(format!("{stem}.imported.{}", kind.file_name())) } else { usual };
        Some(ValueFile { path, kind, text: Arc::from(text.as_deref()?), encoding: Encoding::default(), is_on_disk: false })
    };
    let values = &converted.values;
    [file(&values.public, ValueKind::Public), file(&values.private, ValueKind::Private)].into_iter().flatten().collect()
}
