//! Configurations of servers, with the files that they include.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::store::{Folder, MAX_TEXT, read};
use crate::app::LoadedFile;
use crate::configs;
use crate::domain::server_config::ServerConfig;
use crate::formats::Loss;
use crate::formats::detect::decode;

/// Bytes of a file that is included.
const LONGEST: u64 = 4 << 20;

/// Files of one pattern.
const MOST: usize = 500;

/// Reads a configuration, which is `shown` under this name.
///
/// # Errors
/// Why it cannot be read.
pub fn config(path: &Path, shown: &str) -> Result<ServerConfig, String> {
    let bytes = read(path, MAX_TEXT).map_err(|why| why.to_string())?;
    of_bytes(&bytes, path, shown).map_err(|why| format!("{shown}: {why}"))
}

/// Reads a file that is a configuration; `None` for any other.
///
/// # Errors
/// Why it cannot be read, with its name.
pub fn recognized(path: &Path, shown: &str) -> Option<Result<ServerConfig, String>> {
    if !path.is_file() || is_of_requests(path) {
        return None;
    }
    let read =
        read(path, MAX_TEXT).map_err(|why| why.to_string()).and_then(|bytes| decode(&bytes).map_err(|why| format!("{shown}: {why}")));
    let text = match read {
        Ok(text) => text,
        Err(why) => return name_of(path).ends_with(".conf").then_some(Err(why)),
    };
    of_text(path, shown, &text).map(Ok)
}

/// The text of a file as a configuration; `None` where it is none.
pub fn of_text(path: &Path, shown: &str, text: &str) -> Option<ServerConfig> {
    if is_of_requests(path) || text.len() as u64 > MAX_TEXT {
        return None;
    }
    configs::recognize(&name_of(path), text).map(|server| configs::read(server, shown, text, &including(path)))
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

fn is_of_requests(path: &Path) -> bool {
    REQUESTS.iter().any(|end| name_of(path).ends_with(end))
}

/// Ends of names of files that are read as requests, whatever their lines look like.
const REQUESTS: [&str; 5] = [".http", ".rest", ".har", ".curl", ".sh"];

fn of_bytes(bytes: &[u8], path: &Path, shown: &str) -> Result<ServerConfig, String> {
    let text = decode(bytes).map_err(|why| why.to_string())?;
    let server = configs::recognize(&name_of(path), &text)
        .ok_or("not recognized as a configuration of nginx, Apache, HAProxy, Caddy, Traefik, Envoy or ingress-nginx")?;
    Ok(configs::read(server, shown, &text, &including(path)))
}

/// Reads the configurations that requests name, from the folder of their file and below.
pub fn read_named(loaded: &mut LoadedFile, requests: &Path) {
    let mut known: HashMap<String, Option<Arc<ServerConfig>>> = HashMap::new();
    for exchange in &mut loaded.exchanges {
        let Some(named) = exchange.context.config_file.clone().filter(|_| exchange.context.server_configs.is_empty()) else { continue };
        let read = known.entry(named).or_insert_with_key(|named| {
            let bytes = Folder::of_file(requests)
                .map_err(|why| why.to_string())
                .and_then(|folder| folder.read(named, MAX_TEXT).map_err(|why| why.to_string()));
            match bytes.and_then(|bytes| of_bytes(&bytes, &requests.with_file_name(named), named)) {
                Ok(config) => Some(Arc::new(config)),
                Err(why) => {
                    loaded.key_losses.push(Loss { line: 0, message: format!("cannot read the configuration {named}: {why}") });
                    None
                }
            }
        });
        exchange.context.server_configs.extend(read.clone());
    }
}

/// Reads what a configuration includes: paths relative to its folder, also absolute ones inside of it, with `*` in the last part. What
/// lies elsewhere is not read: the configuration may be somebody else's.
pub fn including(file: &Path) -> impl Fn(&str) -> Vec<(String, String)> + use<> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    };
    let root = folder.canonicalize().ok();
    move |pattern| {
        let Some(root) = &root else { return Vec::new() };
        let mut found = matching(&folder.join(pattern));
        found.retain(|path| path.canonicalize().is_ok_and(|path| path.starts_with(root)));
        found.truncate(MOST);
        let text = |path: PathBuf| {
            let bytes = read(&path, LONGEST).ok()?;
            Some((path.display().to_string(), decode(&bytes).ok()?))
        };
        found.into_iter().filter_map(text).collect()
    }
}

/// The files of a path whose last part may have stars.
fn matching(path: &Path) -> Vec<PathBuf> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if !name.contains('*') {
        return vec![path.to_path_buf()];
    }
    let parts: Vec<&str> = name.split('*').collect();
    let fits = |name: &str| {
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return false };
        let Some(mut rest) = name.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else { return false };
        parts.iter().skip(1).take(parts.len().saturating_sub(2)).all(|part| match rest.find(part) {
            Some(at) => {
                rest = rest.get(at + part.len()..).unwrap_or_default();
                true
            }
            None => false,
        })
    };
    let entries = path.parent().and_then(|folder| folder.read_dir().ok()).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries.filter(|entry| entry.file_name().to_str().is_some_and(fits)).map(|entry| entry.path()).collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_is_beside_the_configuration_is_read_and_nothing_elsewhere() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("nginx");
        fs::create_dir_all(folder.join("conf.d")).unwrap();
        for name in ["conf.d/b.conf", "conf.d/a.conf", "conf.d/c.txt"] {
            fs::write(folder.join(name), name).unwrap();
        }
        fs::write(place.path().join("secret.conf"), "secret").unwrap();
        let read = including(&folder.join("nginx.conf"));
        let texts = |pattern: &str| read(pattern).into_iter().map(|(_, text)| text).collect::<Vec<_>>();
        assert_eq!(texts("conf.d/*.conf"), ["conf.d/a.conf", "conf.d/b.conf"]);
        assert_eq!(texts(&folder.join("conf.d/a.conf").display().to_string()), ["conf.d/a.conf"]);
        for elsewhere in ["../secret.conf", "../*.conf", "/etc/hostname", "nowhere.conf"] {
            assert!(texts(elsewhere).is_empty(), "{elsewhere}");
        }
    }
}
