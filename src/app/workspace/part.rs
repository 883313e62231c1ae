//! How a request is written to its file.

use super::expectations::known;
use super::request::Entry;
use crate::domain::exchange::{HttpVersion, Redirects};
use crate::formats::http_file::{Part, Source};

/// The changed parts of a request.
pub(super) fn part<'a>(entry: &'a Entry, directives: &'a [(&'static str, Vec<String>)]) -> Part<'a> {
    let all = entry.source == Source::New;
    let copy = matches!(entry.source, Source::CopyOf(_));
    Part {
        source: entry.source,
        block: entry.block.as_deref(),
        name: (all || copy || entry.renamed).then_some(entry.exchange.name.as_str()),
        request: (all || copy || entry.is_edited()).then_some(&entry.raw),
        body_origin: entry.body_origin,
        is_http1: entry.exchange.transfer.version == HttpVersion::Http1,
        directives: directives.iter().map(|(name, values)| (*name, values.as_slice())).collect(),
    }
}

/// The directives to write: the changed ones; for a new request all known ones.
pub(super) fn directives(entry: &Entry) -> Vec<(&'static str, Vec<String>)> {
    let mut directives: Vec<(&'static str, Vec<String>)> = Vec::new();
    // A restored block contains its directives.
    if entry.source == Source::New && entry.block.is_none() {
        directives.extend(known(&entry.exchange.context));
        // Accepting a bad certificate is never saved.
        if entry.exchange.transfer.redirects == Redirects::Show {
            directives.push((NO_REDIRECT, vec![String::new()]));
        }
        directives.retain(|(name, _)| !entry.directives.contains_key(name));
    }
    directives.extend(entry.directives.iter().map(|(name, values)| (*name, values.clone())));
    directives
}

/// The directive that turns redirects off.
pub const NO_REDIRECT: &str = "no-redirect";
