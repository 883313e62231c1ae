//! Requests written for other tools: one writer a file.

mod fetch;
mod har;
mod httpie;
mod markdown;
mod postman;
mod powershell;
mod python;
mod wget;

use std::borrow::Cow;

use super::FormatError;
use super::curl::{Dialect, to_curl};
use super::http_file::{Document, Part, kept_name};
use super::mask::masked;
use crate::domain::exchange::Exchange;
use crate::domain::headers::Headers;

/// What requests can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExportFormat {
    /// curl commands for a POSIX shell.
    Curl,
    /// HTTPie commands for a POSIX shell.
    Httpie,
    /// wget commands for a POSIX shell.
    Wget,
    /// `fetch` of JavaScript.
    Fetch,
    /// `requests` of Python.
    Python,
    /// `Invoke-WebRequest`.
    Powershell,
    /// A file of requests.
    Http,
    /// A recording, HAR 1.2.
    Har,
    /// A page to read.
    Markdown,
    /// A collection of Postman, version 2.1.
    Postman,
}

/// Said of a text from which secrets were left out.
pub const MASKED: &str = "Secrets are left out: each is *** here. With --reveal they are written.";

impl ExportFormat {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 10] = [
        Self::Curl,
        Self::Httpie,
        Self::Wget,
        Self::Fetch,
        Self::Python,
        Self::Powershell,
        Self::Http,
        Self::Har,
        Self::Markdown,
        Self::Postman,
    ];

    /// What begins a comment; `None` where it is no line of its own.
    const fn comment(self) -> Option<&'static str> {
        match self {
            Self::Curl | Self::Httpie | Self::Wget | Self::Python | Self::Powershell | Self::Http => Some("# "),
            Self::Fetch => Some("// "),
            Self::Har | Self::Markdown | Self::Postman => None,
        }
    }
}

/// The text of some exchanges. Without `reveal` their secrets are replaced, which the text says.
///
/// # Errors
/// When the format cannot hold one of them.
pub fn export(exchanges: &[&Exchange], format: ExportFormat, reveal: bool) -> Result<String, FormatError> {
    let note = (!reveal).then_some(MASKED);
    let shown: Vec<Cow<Exchange>> = exchanges
        .iter()
        .map(|exchange| match reveal {
            true => Cow::Borrowed(*exchange),
            false => Cow::Owned(without_secrets(exchange)),
        })
        .collect();
    let each = |write: &dyn Fn(&Exchange) -> String| shown.iter().map(|exchange| write(exchange)).collect::<Vec<_>>().join("\n");
    let text = match format {
        ExportFormat::Curl => each(&|exchange| format!("{}\n", to_curl(&exchange.request, false, Dialect::Bash))),
        ExportFormat::Httpie => each(&|exchange| httpie::write(&exchange.request)),
        ExportFormat::Wget => each(&|exchange| wget::write(&exchange.request)),
        ExportFormat::Fetch => each(&fetch::write),
        ExportFormat::Python => format!("import requests\n\n{}", each(&python::write)),
        ExportFormat::Powershell => each(&powershell::write),
        ExportFormat::Http => http_file(&shown)?,
        ExportFormat::Har => har::write(&shown, note),
        ExportFormat::Markdown => markdown::write(&shown, note),
        ExportFormat::Postman => postman::write(&shown, note),
    };
    Ok(match (note, format.comment()) {
        (Some(note), Some(mark)) => format!("{mark}{note}\n{text}"),
        _ => text,
    })
}

/// A file of requests.
fn http_file(exchanges: &[Cow<Exchange>]) -> Result<String, FormatError> {
    let titles: Vec<String> = exchanges.iter().map(|exchange| kept_name(&exchange.title())).collect();
    let part = |(exchange, title)| {
        let exchange: &Exchange = exchange;
        Part { name: Some(title), request: Some(&exchange.request), ..Part::default() }
    };
    let parts: Vec<Part> = exchanges.iter().map(Cow::as_ref).zip(titles.iter().map(String::as_str)).map(part).collect();
    Ok(Document::read("").compose(&parts)?.document.text().to_string())
}

/// The exchange with its request masked. Of the answer nothing but its status is kept: it may hold other secrets.
fn without_secrets(exchange: &Exchange) -> Exchange {
    let answer = exchange.answer.as_ref().map(|answer| crate::domain::response::Response {
        status: answer.status,
        reason: answer.reason.clone(),
        ..crate::domain::response::Response::default()
    });
    Exchange { name: crate::domain::secrecy::quoted(&exchange.name), request: masked(&exchange.request), answer, ..exchange.clone() }
}

/// A word of a POSIX shell. A NUL, which no argument can hold, becomes its picture (␀).
fn shell_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\0', "\u{2400}").replace('\'', "'\\''"))
}

/// A text of JavaScript and of Python: both read the escapes of JSON.
fn json_quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Headers for a library that takes each name once: the values of one that comes several times, joined.
fn joined(headers: &Headers) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for (_, header) in headers.iter() {
        match out.iter_mut().find(|(name, _)| header.is(name)) {
            Some((name, value)) => {
                let separator = if name.eq_ignore_ascii_case("cookie") { "; " } else { ", " };
                value.push_str(&format!("{separator}{}", header.value));
            }
            None => out.push((header.name.clone(), header.value.clone())),
        }
    }
    out
}

#[cfg(test)]
mod tests;
