//! The built-in tour: a few files of saved requests with their recorded answers, to learn the screen on.
//!
//! The files stand in `assets/tour/` and are part of the program, so that it needs neither disk nor network. They are
//! read by the same readers as any other file: nothing about what is wrong with a request is stored, all of it is found.

use std::collections::BTreeMap;

use super::workspace::loaded_file::LoadedFile;
use crate::formats::attachment::Attachment;

macro_rules! embedded {
    ($($path:literal),+ $(,)?) => { &[$(($path, include_str!(concat!("../../assets/tour/", $path)))),+] };
}

/// The files of requests, in the order in which they are to be read.
const REQUESTS: &[(&str, &str)] = embedded!["payments.http", "login.http", "browser.http", "gateway.http"];

/// What the requests name: recorded answers and keys.
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

/// The files of the tour, for [`Model::new`](crate::app::Model::new). They have no path: saving one asks where to.
pub fn tour() -> Vec<LoadedFile> {
    let load = |(name, text): &(&str, &str)| LoadedFile::document(*name, None, text, BTreeMap::new(), &named);
    REQUESTS.iter().map(load).collect()
}

/// A file that a request of the tour names.
fn named(path: &str) -> Result<Attachment, String> {
    let path = path.trim_start_matches("./");
    let (_, text) = NAMED.iter().find(|(name, _)| *name == path).ok_or_else(|| format!("the tour has no {path}"))?;
    Ok(text.as_bytes().to_vec().into())
}
