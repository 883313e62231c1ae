//! What of a request goes into its file.

use super::expectations::known;
use super::request::Entry;
use crate::domain::exchange::{HttpVersion, Redirects};
use crate::formats::http_file::{Part, Source};

/// What of an entry goes into the text; only what differs from its source.
pub(super) fn part<'a>(entry: &'a Entry, directives: &'a [(&'static str, Vec<String>)]) -> Part<'a> {
    let all = entry.source == Source::New;
    let copy = matches!(entry.source, Source::CopyOf(_));
    Part {
        source: entry.source,
        block: entry.block.as_deref(),
        name: (all || copy || entry.renamed).then_some(entry.exchange.name.as_str()),
        request: (all || copy || entry.is_edited()).then_some(&entry.raw),
        is_http1: entry.exchange.transfer.version == HttpVersion::Http1,
        directives: directives.iter().map(|(name, values)| (*name, values.as_slice())).collect(),
    }
}

/// The directives that are written with a request: what was changed; with a new one all that is known.
pub(super) fn directives(entry: &Entry) -> Vec<(&'static str, Vec<String>)> {
    let mut directives: Vec<(&'static str, Vec<String>)> = Vec::new();
    // Those of a block that came back are in it.
    if entry.source == Source::New && entry.block.is_none() {
        directives.extend(known(&entry.exchange.context));
        // That a certificate may be let pass is never written.
        if entry.exchange.transfer.redirects == Redirects::Show {
            directives.push((NO_REDIRECT, vec![String::new()]));
        }
        directives.retain(|(name, _)| !entry.directives.contains_key(name));
    }
    directives.extend(entry.directives.iter().map(|(name, values)| (*name, values.clone())));
    directives
}

/// The directive of a request whose redirects are not followed.
pub const NO_REDIRECT: &str = "no-redirect";
