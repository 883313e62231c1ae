//! The built-in tour: saved requests with recorded responses, to learn the screen with.
//!
//! The files are in `assets/tour/` and compiled in, so that the tour needs neither disk nor network. They are parsed like any
//! other file: nothing about their faults is stored, all of it is found.

use std::collections::BTreeMap;

use super::workspace::loaded_file::LoadedFile;
use crate::formats::attachment::Attachment;

macro_rules! embedded {
    ($($path:literal),+ $(,)?) => { &[$(($path, include_str!(concat!("../../assets/tour/", $path)))),+] };
}

/// The request files, in reading order.
const REQUESTS: &[(&str, &str)] = embedded!["payments.http", "login.http", "browser.http", "gateway.http"];

/// Files that the requests refer to: recorded responses and keys.
const NAMED: &[(&str, &str)] = embedded![
    "keys.json",
    "shared-secret.json",
    "answers/expired.http",
    "answers/payments.http",
    "answers/malformed.http",
    "answers/invalid_token.http",
    "answers/insufficient_scope.http",
    "answers/basic.http",
    "answers/signature.http",
    "answers/clock.http",
    "answers/no_session.http",
    "answers/preflight.http",
    "answers/redirected.http",
    "answers/never_seen.http",
    "answers/unexplained.http",
];

/// The files of the tour. They have no path: saving one asks for a path.
pub fn tour() -> Vec<LoadedFile> {
    let load =
        |(name, text): &(&str, &str)| LoadedFile { is_tour: true, ..LoadedFile::document(*name, None, text, BTreeMap::new(), &named) };
    REQUESTS.iter().map(load).collect()
}

/// A file that a request of the tour refers to.
fn named(path: &str) -> Result<Attachment, String> {
    let path = path.trim_start_matches("./");
    let (_, text) = NAMED.iter().find(|(name, _)| *name == path).ok_or_else(|| format!("the tour has no {path}"))?;
    Ok(text.as_bytes().to_vec().into())
}
