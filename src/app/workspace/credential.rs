//! The credential of a request: where it is, and how another one takes its place.

use std::collections::HashSet;

use super::request::Entry;
use crate::app::ids::FileId;
use crate::app::panes::token_view::secrets;
use crate::domain::headers::Header;
use crate::domain::limits::MAX_VARIABLE_DEPTH;
use crate::domain::request::RequestPart;
use crate::domain::secrecy::{self, shapes};
use crate::domain::span::Span;
use crate::formats::variables::placeholders;

/// Names of variables, with those that their values are made of.
pub fn with_parts(mut names: HashSet<String>, values: &[(String, String)]) -> HashSet<String> {
    for _ in 0..MAX_VARIABLE_DEPTH {
        let of_those = values.iter().filter(|(name, value)| value.contains("{{") && names.contains(name));
        let parts: Vec<String> = of_those.flat_map(|(_, value)| placeholders(value)).map(|(_, name)| name.to_string()).collect();
        let before = names.len();
        names.extend(parts);
        if names.len() == before {
            break;
        }
    }
    names
}

/// A credential to put into a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Its scheme, if one is known.
    pub scheme: Option<String>,
    /// The token, or what follows the scheme.
    pub token: String,
}

impl Credential {
    /// Reads the value of an `Authorization` header, or a token alone.
    pub fn of_value(value: &str) -> Self {
        let value = value.trim();
        match shapes::schemed(value) {
            Some((scheme, rest)) => Self { scheme: Some(scheme.to_string()), token: rest.cut(value).unwrap_or_default().to_string() },
            None => Self { scheme: None, token: value.to_string() },
        }
    }

    /// The value of an `Authorization` header with it.
    pub fn value(&self) -> String {
        self.instead_of("")
    }

    /// The value of a variable in the place of an older one, which may have a scheme; quotes, a comment and other words stay.
    pub fn as_value(&self, older: &str) -> String {
        let value = credential_in(older);
        let written = value.cut(older).unwrap_or_default();
        let newer = if shapes::schemed(written).is_some() { self.instead_of(written) } else { self.token.clone() };
        let (before, behind) = (older.get(..value.start).unwrap_or_default(), older.get(value.end..).unwrap_or_default());
        format!("{before}{newer}{behind}")
    }

    /// The value of an `Authorization` header in the place of an older one, whose scheme stays if it fits.
    fn instead_of(&self, older: &str) -> String {
        let kept = match &self.scheme {
            Some(scheme) => scheme,
            None => match older.split_whitespace().next().unwrap_or_default() {
                // What these schemes send is made of a name and a password.
                scheme if is_for_passwords(scheme) => "Bearer",
                scheme if shapes::is_scheme(scheme) => scheme,
                _ => "Bearer",
            },
        };
        format!("{kept} {}", self.token)
    }
}

/// Where the value of a variable with a credential is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialHome {
    /// `@name = value` in a file of requests.
    Definition {
        file: FileId,
        /// Its number in the file.
        number: usize,
        name: String,
    },
    /// A file with values.
    Value {
        file: FileId,
        environment: String,
        name: String,
        /// The environment and the file, in words.
        place: String,
    },
}

impl CredentialHome {
    /// The variable.
    pub fn name(&self) -> &str {
        match self {
            Self::Definition { name, .. } | Self::Value { name, .. } => name,
        }
    }
}

/// The credential in the value of a variable, with its scheme: what is in quotes and before a comment; of several words, the one that
/// looks like a credential.
fn credential_in(value: &str) -> Span {
    let comment = [" #", "\t#", " //", "\t//"].into_iter().filter_map(|mark| value.find(mark)).min();
    let part = |within: Span| {
        let text = within.cut(value).unwrap_or_default();
        let start = within.start + text.len() - text.trim_start().len();
        Span::new(start, start + text.trim().len())
    };
    let mut whole = part(Span::new(0, comment.unwrap_or(value.len())));
    let text = whole.cut(value).unwrap_or_default();
    let is_quoted = text.len() >= 2 && ['"', '\'', '`'].into_iter().any(|quote| text.starts_with(quote) && text.ends_with(quote));
    if is_quoted {
        whole = part(Span::new(whole.start + 1, whole.end - 1));
    }
    let text = whole.cut(value).unwrap_or_default();
    if shapes::schemed(text).is_some() || !text.contains(char::is_whitespace) {
        return whole;
    }
    let known = shapes::find(text);
    let mut at = 0;
    let words = text.split_inclusive(char::is_whitespace).map(|word| {
        let start = at;
        at += word.len();
        Span::new(start, start + word.trim_end().len())
    });
    let random: Vec<Span> = words.filter(|word| word.cut(text).is_some_and(shapes::is_credential)).collect();
    match (&known[..], &random[..]) {
        ([one], _) | ([], [one]) => one.shifted(whole.start),
        _ => whole,
    }
}

/// True if a value is, or has in it, a credential that a token can take the place of.
pub fn holds_credential(value: &str) -> bool {
    let written = credential_in(value).cut(value).unwrap_or_default();
    let token = shapes::schemed(written).and_then(|(_, rest)| rest.cut(written)).unwrap_or(written);
    !token.contains("{{") && !token.contains("://") && (shapes::is_credential(token) || shapes::begins_as_token(token))
}

fn is_for_passwords(scheme: &str) -> bool {
    ["basic", "digest", "negotiate", "ntlm"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
}

/// The part of a request that a verdict about its credential speaks of: the token, else `Authorization`, else a header of its own,
/// else anything secret; cookies come last, because most of them are no credential.
fn part(entry: &Entry) -> Option<(RequestPart, Option<Span>)> {
    let request = &entry.exchange.request;
    if let Some((part, span)) = entry.token_place() {
        return Some((part, Some(span)));
    }
    if let Some((i, _)) = request.headers.iter().find(|(_, header)| secrecy::names::is_near_authorization(&header.name)) {
        return Some((RequestPart::HeaderValue(i), None));
    }
    let is_cookie = |part: &RequestPart| match part {
        RequestPart::HeaderValue(i) => request.headers.0.get(*i).is_some_and(|header| header.is("cookie")),
        _ => false,
    };
    let is_header = |part: &RequestPart| matches!(part, RequestPart::HeaderValue(_));
    let mut found = secrets(request, None);
    found.sort_by_key(|(part, _)| (is_cookie(part), !is_header(part)));
    found.into_iter().next().map(|(part, span)| (part, Some(span)))
}

/// The header with the credential that a verdict speaks of.
pub fn header(entry: &Entry) -> Option<usize> {
    let of_header = |part: RequestPart| match part {
        RequestPart::HeaderValue(i) => Some(i),
        _ => None,
    };
    let first = || secrets(&entry.exchange.request, None).into_iter().find_map(|(part, _)| of_header(part));
    part(entry).and_then(|(part, _)| of_header(part)).or_else(first)
}

/// Where the credential is, in words for a question; `None` for a request without one.
pub fn place_in_words(entry: &Entry) -> Option<String> {
    Some(match part(entry)?.0 {
        RequestPart::Line => "the address".into(),
        RequestPart::Body => "the body".into(),
        RequestPart::HeaderName(i) | RequestPart::HeaderValue(i) => {
            entry.exchange.request.headers.0.get(i).map(|header| secrecy::quoted(&header.name))?
        }
    })
}

/// Where the credential is in the text of the request.
pub fn place(entry: &Entry) -> Option<Span> {
    let (part, span) = part(entry)?;
    entry.locate(part, span)
}

/// The variable that is in the place of the credential, and the scheme that is written before it.
pub fn variable(entry: &Entry) -> Option<(&str, Option<&str>)> {
    let (part, span) = part(entry)?;
    let written = entry.locate(part, span)?.cut(entry.editor.text())?.trim();
    let scheme = || match part {
        RequestPart::HeaderValue(i) => shapes::schemed(&entry.exchange.request.headers.0.get(i)?.value).map(|(scheme, _)| scheme),
        _ => None,
    };
    let inside = shapes::schemed(written).and_then(|(_, rest)| rest.cut(written)).unwrap_or(written);
    let (place, name) = placeholders(inside).next()?;
    (place.len() == inside.len()).then(|| (name, scheme()))
}

/// Where the credential is in the text of the request, and what takes its place; without one, the header to add.
pub fn replacement(entry: &Entry, credential: &Credential) -> (Span, String) {
    let authorization = |header: &Header| secrecy::names::is_near_authorization(&header.name);
    match part(entry) {
        Some((RequestPart::HeaderValue(i), span)) => {
            let raw = match entry.raw_part(RequestPart::HeaderValue(i)) {
                RequestPart::HeaderValue(raw) => raw,
                _ => i,
            };
            let (written, places) = (entry.raw.headers.0.get(raw), entry.text.headers.get(raw));
            let whole = written.zip(places).filter(|(header, _)| authorization(header));
            if let Some((_, places)) = whole {
                let older = entry.exchange.request.headers.0.get(i).map_or("", |header| header.value.as_str());
                let value = credential.instead_of(older);
                let is_glued = entry.editor.text().get(..places.value.start).is_some_and(|before| !before.ends_with(' '));
                let value = if places.value.is_empty() && is_glued { format!(" {value}") } else { value };
                return (places.value, value);
            }
            match entry.locate(RequestPart::HeaderValue(i), span) {
                Some(place) => (place, credential.token.clone()),
                None => added(entry, credential),
            }
        }
        Some((part, span)) => match entry.locate(part, span) {
            Some(place) => (place, credential.token.clone()),
            None => added(entry, credential),
        },
        None => added(entry, credential),
    }
}

/// A new header behind the others.
fn added(entry: &Entry, credential: &Credential) -> (Span, String) {
    let text = entry.editor.text();
    let last = entry.text.headers.last().map_or(entry.text.url.end, |header| header.value.end);
    let end = text.get(last..).and_then(|rest| rest.find('\n')).map_or(text.len(), |i| last + i);
    let line = format!("\nAuthorization: {}", credential.value());
    (Span::new(end, end), line)
}

/// True if two requests have the same credential, so that one takes the place of both.
pub fn is_same(a: &Entry, b: &Entry) -> bool {
    let text = |entry: &Entry| {
        let (part, span) = part(entry)?;
        let span = match (part, span) {
            (RequestPart::HeaderValue(i), None) => Span::whole(&entry.exchange.request.headers.0.get(i)?.value),
            (_, span) => span?,
        };
        secrecy::cut(&entry.exchange.request, part, span).map(str::to_string)
    };
    // The token of a request that is not open is not known; its bytes are in the value of the header.
    let value = |entry: &Entry| entry.exchange.request.headers.get("authorization").map(str::to_string);
    match (value(a), value(b)) {
        (Some(a), Some(b)) => a == b,
        (None, None) => text(a).is_some_and(|credential| text(b) == Some(credential)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl";

    #[test]
    fn a_credential_takes_the_place_of_the_older_one_and_of_nothing_else() {
        let credential = Credential { scheme: None, token: "NEW".into() };
        for (older, newer) in [
            ("OLD", "NEW"),
            ("OLD   # keep me", "NEW   # keep me"),
            ("OLD // c", "NEW // c"),
            ("x OLD y", "x NEW y"),
            ("\"OLD\"", "\"NEW\""),
            ("'OLD' # c", "'NEW' # c"),
            ("Bearer OLD", "Bearer NEW"),
            ("\"Bearer OLD\"", "\"Bearer NEW\""),
            ("Bearer OLD # c", "Bearer NEW # c"),
            ("https://OLD#a", "NEW"),
            ("two words # c", "NEW # c"),
            ("", "NEW"),
        ] {
            assert_eq!(credential.as_value(&older.replace("OLD", OLD)), newer, "{older}");
        }
    }
}
