//! `authtui import`: collections of other tools as `.http` files and environments.

use std::fs;
use std::path::{Path, PathBuf};

use super::EXIT_FINE;
use super::args::ImportArgs;
use super::output::{StandardOutput, bad_input};
use crate::domain::secrecy::quoted;
use crate::formats::env::ValueKind;
use crate::formats::import::collection::ImportLoss;
use crate::formats::import::write::{Converted, convert};
use crate::formats::import::{Taken, file_name, values_of};
use crate::io::collections::{Found, find};
use crate::io::store::{Expected, private_folder, save_atomic};

/// A file that is to be written.
struct NewFile {
    path: PathBuf,
    text: String,
    /// What is in it, in words.
    about: String,
    /// How many requests that is.
    requests: usize,
}

/// Runs the subcommand.
pub fn run(args: &ImportArgs, out: &mut StandardOutput) -> u8 {
    let mut found = Found::default();
    let mut code = EXIT_FINE;
    for path in &args.paths {
        for why in find(Path::new(path), &mut found) {
            code = bad_input(&why);
        }
    }
    let folder = args.to.clone().unwrap_or_else(|| PathBuf::from("."));
    let (files, losses) = files(&found, &folder);
    if files.is_empty() {
        return if code == EXIT_FINE { bad_input("no request and no environment was found in it") } else { code };
    }
    if let Some(taken) = files.iter().find(|file| fs::symlink_metadata(&file.path).is_ok()) {
        return bad_input(&format!("{} is there already, so nothing was written: name another folder with --to", taken.path.display()));
    }
    for NewFile { path, text, about, .. } in &files {
        if !args.dry_run
            && let Err(why) = write(path, text)
        {
            return bad_input(&format!("{} was not written: {why}", path.display()));
        }
        out.text(&format!("{}: {about}\n", path.display()));
    }
    let written = files.iter().map(|file| file.requests).sum();
    summary(&found, written, &losses, args.dry_run, out);
    code
}

/// The files that collections and environments become, and what is not in them.
fn files(found: &Found, folder: &Path) -> (Vec<NewFile>, Vec<ImportLoss>) {
    let mut files = Vec::new();
    let mut losses = found.losses.clone();
    let mut add = |folder: &Path, converted: Converted| {
        for file in converted.files {
            let path = file.path.split('/').fold(folder.to_path_buf(), |path, part| path.join(part));
            let requests = file.document.len();
            let about = counted(requests, "request", "requests");
            files.push(NewFile { path, text: file.document.text().to_string(), about, requests });
        }
        let values = converted.values;
        for (kind, text) in [(ValueKind::Public, values.public), (ValueKind::Private, values.private)] {
            let path = folder.join(kind.file_name());
            files.extend(text.map(|text| NewFile { path, about: about_values(kind, &text), text, requests: 0 }));
        }
        losses.extend(converted.losses);
    };
    match found.collections.as_slice() {
        [] => add(folder, values_of(&found.environments)),
        [collection] => add(folder, convert(collection, &found.environments)),
        several => {
            // Their names may be the same, and so may those of their folders.
            let mut taken = Taken::default();
            for collection in several {
                let name = taken.unique(&file_name(&collection.root.name), |name, count| format!("{name}-{count}"));
                add(&folder.join(name), convert(collection, &found.environments));
            }
        }
    }
    (files, losses)
}

/// How many values a file has, by environment; never a value.
fn about_values(kind: ValueKind, text: &str) -> String {
    let json: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let environments = json.as_object().into_iter().flatten();
    let each: Vec<String> = environments.map(|(name, values)| format!("{name} ({})", values.as_object().map_or(0, |v| v.len()))).collect();
    let what = if kind == ValueKind::Private { "secrets of " } else { "values of " };
    format!("{what}{}", each.join(", "))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    if let Some(folder) = path.parent() {
        // Secrets may be written beside the requests.
        private_folder(folder).map_err(|why| why.to_string())?;
    }
    save_atomic(path, text.as_bytes(), Expected::Nothing).map(|_| ()).map_err(|why| why.to_string())
}

fn summary(found: &Found, written: usize, losses: &[ImportLoss], is_dry: bool, out: &mut StandardOutput) {
    let requests: usize = found.collections.iter().map(|collection| collection.len()).sum();
    let left_out = requests.saturating_sub(written);
    let names: Vec<String> =
        found.collections.iter().map(|collection| format!("{} ({})", collection.root.name, collection.tool.name())).collect();
    let from = if names.is_empty() { String::new() } else { format!(" from {}", names.join(", ")) };
    let done = if is_dry { "would be imported; nothing was written" } else { "imported" };
    let left_out = if left_out == 0 { String::new() } else { format!(", {left_out} left out") };
    out.text(&format!("{}{from} {done}{left_out}\n", counted(written, "request", "requests")));
    if !losses.is_empty() {
        out.text(&format!("{} not carried over:\n", counted(losses.len(), "thing is", "things are")));
    }
    for loss in losses {
        let line = if loss.line == 0 { String::new() } else { format!(":{}", loss.line) };
        out.text(&format!("  {}{line}: {}\n", loss.source, quoted(&loss.message)));
    }
}

fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}
