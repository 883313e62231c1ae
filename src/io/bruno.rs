//! The files of a folder of Bruno's.

use std::path::{Path, PathBuf};

use super::store::{self, MAX_FILES, MAX_FOLDERS, MAX_TEXT};
use crate::formats::detect::decode_owned;
use crate::formats::import::bruno::{BruFile, MANIFEST, read_folder};
use crate::formats::import::collection::Collection;

/// True for the folder of a collection.
pub(super) fn is_root(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file()
}

/// The folder of the collection that a file belongs to.
pub(super) fn root_of(path: &Path) -> Option<PathBuf> {
    path.extension().filter(|extension| extension.eq_ignore_ascii_case("bru"))?;
    let absolute = std::path::absolute(path).ok()?;
    absolute.ancestors().skip(1).take(MAX_FOLDERS).find(|folder| is_root(folder)).map(Path::to_path_buf)
}

/// Reads a collection, or one file of it with what that inherits. What cannot be read is named with its file.
pub(super) fn read(root: &Path, only: Option<&Path>) -> (Collection, Vec<String>) {
    let (mut paths, mut problems) = (Vec::new(), Vec::new());
    collect(root, MAX_FOLDERS, &mut paths, &mut problems);
    if let Some(only) = only.and_then(|path| std::path::absolute(path).ok()) {
        let environments = root.join("environments");
        let is_around = |path: &Path| {
            let is_named = |name: &str| path.file_name().is_some_and(|own| own == name);
            let is_passed_on = is_named(MANIFEST) || is_named("collection.bru") || is_named("folder.bru");
            is_passed_on && path.parent().is_some_and(|folder| only.starts_with(folder)) || path.starts_with(&environments)
        };
        paths.retain(|path| *path == only || is_around(path));
    }
    let mut files = Vec::with_capacity(paths.len());
    for path in paths {
        let parts = path.strip_prefix(root).unwrap_or(&path).components().map(|part| part.as_os_str().to_string_lossy());
        let below = parts.collect::<Vec<_>>().join("/");
        let text = store::read(&path, MAX_TEXT)
            .map_err(|why| why.to_string())
            .and_then(|bytes| decode_owned(bytes).map(|(text, _)| text).map_err(|why| format!("{}: {why}", path.display())));
        match text {
            Ok(text) => files.push(BruFile { path: below, source: path.display().to_string(), text }),
            Err(why) => problems.push(why),
        }
    }
    let name = std::path::absolute(root).ok().and_then(|root| Some(root.file_name()?.to_string_lossy().into_owned()));
    let (collection, faults) = read_folder(&name.unwrap_or_else(|| "collection".into()), &files);
    problems.extend(faults.into_iter().map(|(source, fault)| format!("{source}: {fault}")));
    (collection, problems)
}

/// Collects the files of a folder and below.
fn collect(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>, problems: &mut Vec<String>) {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(why) => return problems.push(format!("{}: {why}", folder.display())),
    };
    let mut found: Vec<_> = entries.flatten().filter_map(|entry| Some((entry.path(), entry.file_type().ok()?))).collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    for (path, kind) in found {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if kind.is_dir() && !name.starts_with('.') && name != "node_modules" {
            match depth {
                0 => problems.push(format!("{}: is more than {MAX_FOLDERS} folders deep and was skipped", path.display())),
                _ => collect(&path, depth - 1, paths, problems),
            }
        } else if kind.is_file() && (name == MANIFEST || name.ends_with(".bru")) {
            if paths.len() >= MAX_FILES {
                return problems.push(format!("{}: contains more than {MAX_FILES} files; the rest was skipped", folder.display()));
            }
            paths.push(path);
        }
    }
}
