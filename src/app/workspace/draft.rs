//! What of a request is kept in a draft. Credentials are left out unless the user wants them kept.

use std::path::PathBuf;

use jiff::Timestamp;

use super::request::Entry;
use crate::domain::placeholder::placeholder;
use crate::domain::request::{Locator, RequestPart};
use crate::domain::secrecy;
use crate::domain::span::Span;
use crate::formats::draft::{Draft, DraftRequest};

/// Stands in a draft for a credential that was left out. As a variable, so that a check names it if it is ever sent.
pub const LEFT_OUT: &str = "{{left-out}}";

/// What becomes of credentials in drafts of this workspace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DraftSecrets {
    /// They are left out.
    #[default]
    LeftOut,
    /// They are kept: the user said so.
    Kept,
}

/// A draft that another session left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftDraft {
    /// Where it lies.
    pub path: PathBuf,
    /// When it was kept.
    pub at: Timestamp,
    /// What it holds.
    pub draft: Draft,
}

/// A request as a draft holds it.
pub fn request(entry: &Entry, secrets: DraftSecrets) -> DraftRequest {
    DraftRequest { name: name(entry, secrets), text: text(entry, secrets) }
}

fn name(entry: &Entry, secrets: DraftSecrets) -> String {
    match secrets {
        DraftSecrets::Kept => entry.exchange.name.clone(),
        DraftSecrets::LeftOut => without(&entry.exchange.name, secrecy::in_text(&entry.exchange.name)),
    }
}

/// The text of a request as a draft holds it.
fn text(entry: &Entry, secrets: DraftSecrets) -> String {
    let text = entry.editor.text();
    if secrets == DraftSecrets::Kept {
        return text.to_string();
    }
    // By the text as it stands, by what the checks found with the variables filled in, and by looks alone.
    let mut locator = Locator::new(&entry.text);
    let written = secrecy::in_request(&entry.raw).into_iter().filter_map(|(part, span)| {
        let source = match part {
            RequestPart::HeaderValue(i) => entry.raw.headers.0.get(i)?.value.as_str(),
            _ => "",
        };
        locator.locate(part, source, Some(span))
    });
    let mut found: Vec<Span> = written.collect();
    found.extend(entry.derived.iter().flat_map(|d| d.secrets.iter().copied()));
    found.extend(secrecy::in_text(text));
    // `Authorization Bearer …` with its colon forgotten is a header that is all name.
    for (spans, (_, header)) in entry.text.headers.iter().zip(entry.raw.headers.iter()) {
        if header.value.is_empty() && header.name.trim().contains(' ') {
            found.push(spans.name);
        }
    }
    without(text, found)
}

/// The text with some of its bytes left out; what is a placeholder already stays.
fn without(text: &str, mut found: Vec<Span>) -> String {
    found.retain(|span| span.cut(text).is_some_and(|secret| !secret.trim().is_empty() && placeholder(secret.trim()).is_none()));
    found.sort();
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for span in found {
        if span.end <= at {
            continue;
        }
        // Of two that overlap, the second one only makes the first longer.
        if span.start >= at {
            out.push_str(text.get(at..span.start).unwrap_or_default());
            out.push_str(LEFT_OUT);
        }
        at = span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}
