//! The files and folders that a path may mean.

use std::fs;
use std::path::{Path, PathBuf, absolute as from_root};

use super::load::expand_home;

/// Most candidates; more help nobody to choose.
const MOST: usize = 200;

/// The paths that begin with a typed text, as it is written: `~` stays `~`. Folders end with `/`; hidden ones are left out unless the
/// name begins with a dot.
pub fn beginning_with(typed: &str) -> Vec<String> {
    if typed == "~" {
        return vec!["~/".into()];
    }
    let (folder, name) = typed.split_at(typed.rfind('/').map_or(0, |at| at + 1));
    let place = if folder.is_empty() { "./" } else { folder };
    let Ok(entries) = fs::read_dir(expand_home(place.as_ref())) else { return Vec::new() };
    let candidate = |entry: fs::DirEntry| {
        let own = entry.file_name().into_string().ok()?;
        let is_wanted = own.starts_with(name) && (name.starts_with('.') || !own.starts_with('.'));
        // A link to a folder is one.
        let is_folder = || fs::metadata(entry.path()).is_ok_and(|metadata| metadata.is_dir());
        is_wanted.then(|| format!("{folder}{own}{}", if is_folder() { "/" } else { "" }))
    };
    let mut found: Vec<String> = entries.flatten().filter_map(candidate).take(MOST).collect();
    found.sort_unstable();
    found
}

/// The one spelling of a path, by which a file is known in every session; that of its folder, if the file is not there.
pub fn absolute(path: &Path) -> PathBuf {
    let path = &*expand_home(path);
    fs::canonicalize(path).unwrap_or_else(|_| {
        let path = from_root(path).unwrap_or_else(|_| path.to_path_buf());
        let folder = path.parent().and_then(|folder| fs::canonicalize(folder).ok());
        folder.zip(path.file_name()).map(|(folder, name)| folder.join(name)).unwrap_or(path)
    })
}
