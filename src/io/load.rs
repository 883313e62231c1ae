//! Files and texts from outside, read for the bench.

use std::collections::BTreeMap;
use std::path::Path;

use super::store::{self, Folder, MAX_RECORDING, MAX_TEXT, Workspace};
use crate::app::Loaded;
use crate::formats::variables::Variables;
use crate::formats::{har, raw};

/// The files of requests directly in a folder.
pub fn here(folder: &Path) -> Vec<Loaded> {
    of_workspace(&Workspace::here(folder))
}

/// What an argument names: a folder, a file, `-` for standard input, or a text.
///
/// # Errors
/// Says what could not be read, with line and column where there is one.
pub fn input(argument: &str) -> Result<Vec<Loaded>, String> {
    let path = Path::new(argument);
    if argument == "-" {
        let bytes = store::read_stdin(MAX_RECORDING).map_err(|e| e.to_string())?;
        return text(&decode(bytes)?, "standard input").map(|l| vec![l]);
    }
    if path.is_dir() {
        return Ok(of_workspace(&Workspace::walk(path)));
    }
    if path.exists() {
        let bytes = store::read(path, MAX_RECORDING).map_err(|e| e.to_string())?;
        let is_requests = matches!(path.extension().and_then(|e| e.to_str()), Some("http" | "rest"));
        let content = decode(bytes).map_err(|e| format!("{argument}: {e}"))?;
        let name = path.file_name().map_or_else(|| argument.to_string(), |n| n.to_string_lossy().into_owned());
        if is_requests {
            return Ok(vec![requests(&name, path, &content, BTreeMap::new())]);
        }
        return text(&content, &name).map(|l| vec![l]).map_err(|e| format!("{argument}: {e}"));
    }
    text(argument, "argument").map(|l| vec![l])
}

fn of_workspace(workspace: &Workspace) -> Vec<Loaded> {
    let readable = workspace.requests().filter_map(|file| Some((file, String::from_utf8(file.bytes.clone()).ok()?)));
    readable.map(|(file, text)| requests(&file.name, &file.path, &text, BTreeMap::new())).collect()
}

fn requests(name: &str, path: &Path, text: &str, environments: BTreeMap<String, Variables>) -> Loaded {
    let folder = Folder::of_file(path);
    let files = |named: &str| match &folder {
        Ok(folder) => folder.read(named, MAX_TEXT).map_err(|e| e.to_string()),
        Err(why) => Err(why.to_string()),
    };
    Loaded::document(name, Some(path.to_path_buf()), text, environments, &files)
}

fn text(text: &str, source: &str) -> Result<Loaded, String> {
    let reading = if text.trim_start().starts_with('{') { har::read(text, source) } else { raw::read(text, source) };
    let reading = reading.map_err(|e| e.to_string())?;
    Ok(Loaded { losses: reading.losses, ..Loaded::exchanges(source, reading.exchanges) })
}

fn decode(bytes: Vec<u8>) -> Result<String, String> {
    crate::formats::detect::decode(&bytes).map_err(|e| e.to_string())
}
