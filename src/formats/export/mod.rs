//! Requests written for other tools: one writer a file.

mod fetch;
pub mod har;
mod httpie;
mod markdown;
mod postman;
mod powershell;
mod python;
mod sent;
mod wget;

use std::borrow::Cow;

use jiff::Timestamp;

use super::FormatError;
use super::auth_config::ReadConfig;
use super::curl::{Dialect, for_bash as shell_quoted, to_curl};
use super::http_file::{BodyOrigin, Document, Part, kept_name};
use super::mask::{MASK, masked};
use crate::domain::exchange::{Certificates, Exchange, Redirects};
use crate::domain::headers::Headers;
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::secrecy::{self, echo::Echoes};
use crate::domain::visible::unsteered;

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
pub const MASKED: &str = "Secrets are left out: each is *** here.";

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

    /// What it is called.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Httpie => "HTTPie",
            Self::Wget => "wget",
            Self::Fetch => "fetch of JavaScript",
            Self::Python => "requests of Python",
            Self::Powershell => "PowerShell",
            Self::Http => ".http file",
            Self::Har => "HAR recording",
            Self::Markdown => "Markdown",
            Self::Postman => "Postman collection",
        }
    }

    /// True where another tool sends the request; the other formats say what is written.
    const fn is_sent(self) -> bool {
        !matches!(self, Self::Http | Self::Har | Self::Markdown)
    }

    /// What begins a comment; `None` where it is no line of its own.
    const fn comment(self) -> Option<&'static str> {
        match self {
            Self::Curl | Self::Httpie | Self::Wget | Self::Python | Self::Powershell | Self::Http => Some("# "),
            Self::Fetch => Some("// "),
            Self::Har | Self::Markdown | Self::Postman => None,
        }
    }
}

/// Where a request has from what it does not say itself, for a page that people read.
#[derive(Clone, Debug, Default)]
pub struct Provision {
    /// How its token is obtained, where a file says it.
    pub token: Option<ReadConfig>,
    /// The variables that it is written with.
    pub variables: Vec<String>,
}

/// A page of Markdown on some exchanges: what each needs, and what it looks like. `provisions` are of the same requests, in their order.
pub fn page(exchanges: &[&Exchange], provisions: &[Provision], reveal: bool) -> String {
    let shown: Vec<Cow<Exchange>> = exchanges.iter().map(|exchange| as_shown(exchange, reveal)).collect();
    markdown::write(&shown, provisions, (!reveal).then_some(MASKED))
}

fn as_shown(exchange: &Exchange, reveal: bool) -> Cow<'_, Exchange> {
    if reveal { Cow::Borrowed(exchange) } else { Cow::Owned(without_secrets(exchange)) }
}

/// Why a request cannot be written in a format: its body names a file that was not read. A file of requests and a page name it too.
pub fn unread(exchange: &Exchange, format: ExportFormat) -> Option<String> {
    let why = exchange.why_not_whole().filter(|_| !matches!(format, ExportFormat::Http | ExportFormat::Markdown))?;
    Some(format!("“{}” is not written: {}", secrecy::quoted(&exchange.title()), secrecy::quoted(why)))
}

/// The text of some exchanges. Without `reveal` their secrets are replaced, which the text says. `now` is the time of those of which
/// none is known, where the format has one.
///
/// # Errors
/// When the format cannot hold one of them.
pub fn export(exchanges: &[&Exchange], format: ExportFormat, reveal: bool, now: Timestamp) -> Result<String, FormatError> {
    // In another tool the line that names a file would be sent as the body.
    if let Some(why) = exchanges.iter().find_map(|exchange| unread(exchange, format)) {
        return Err(FormatError::without_place(why));
    }
    let note = (!reveal).then_some(MASKED);
    let mut shown: Vec<Cow<Exchange>> = exchanges.iter().map(|exchange| as_shown(exchange, reveal)).collect();
    let mut notices: Vec<Vec<String>> = Vec::new();
    if format.is_sent() {
        for (written, shown) in exchanges.iter().zip(&mut shown) {
            let (request, said) = sent::as_sent(&written.request, &shown.request, format, reveal);
            shown.to_mut().request = request;
            notices.push(said);
        }
    }
    let each = |write: &dyn Fn(&Exchange) -> String| {
        let one = |(exchange, said): (&Cow<Exchange>, &Vec<String>)| comments(said, format.comment()) + &write(exchange);
        shown.iter().zip(&notices).map(one).collect::<Vec<_>>().join("\n")
    };
    let text = match format {
        ExportFormat::Curl => each(&curl),
        ExportFormat::Httpie => each(&httpie::write),
        ExportFormat::Wget => each(&wget::write),
        ExportFormat::Fetch => each(&fetch::write),
        ExportFormat::Python => format!("import requests\n\n{}", each(&python::write)),
        ExportFormat::Powershell => each(&powershell::write),
        ExportFormat::Http => http_file(&shown)?,
        ExportFormat::Har => {
            // Nothing of the response but its status is in `shown` where secrets are left out.
            let times = exchanges.iter().map(|exchange| har::time_of(exchange).unwrap_or(now));
            har::write(shown.iter().map(Cow::as_ref).zip(times), note)
        }
        ExportFormat::Markdown => markdown::write(&shown, &[], note),
        ExportFormat::Postman => {
            let said: Vec<&str> = note.into_iter().chain(notices.iter().flatten().map(String::as_str)).collect();
            postman::write(&shown, Some(said.join("\n")).filter(|said| !said.is_empty()).as_deref())
        }
    };
    Ok(match (note, format.comment()) {
        (Some(note), Some(mark)) => format!("{mark}{note}\n{text}"),
        _ => text,
    })
}

/// A curl command for one request, without what is said of the whole text of an export.
pub fn as_curl(request: &Request, mask: bool) -> String {
    let shown = if mask { Cow::Owned(masked(request)) } else { Cow::Borrowed(request) };
    let (sent, said) = sent::as_sent(request, &shown, ExportFormat::Curl, !mask);
    comments(&said, ExportFormat::Curl.comment()) + &to_curl(&sent, false, Dialect::Bash)
}

/// Notices as lines of a text.
fn comments(notices: &[String], mark: Option<&str>) -> String {
    notices.iter().map(|notice| format!("{}{notice}\n", mark.unwrap_or_default())).collect()
}

/// A curl command that follows redirects and takes certificates as the request does.
fn curl(exchange: &Exchange) -> String {
    let follows = if exchange.transfer.redirects == Redirects::Follow { " \\\n  -L" } else { "" };
    let lets_pass = if exchange.transfer.certificates == Certificates::LetPass { " \\\n  -k" } else { "" };
    format!("{}{follows}{lets_pass}\n", to_curl(&exchange.request, false, Dialect::Bash))
}

/// A file of requests.
fn http_file(exchanges: &[Cow<Exchange>]) -> Result<String, FormatError> {
    let titles: Vec<String> = exchanges.iter().map(|exchange| unsteered(&kept_name(&exchange.title())).into_owned()).collect();
    let part = |(exchange, title)| {
        let exchange: &Exchange = exchange;
        Part { name: Some(title), request: Some(&exchange.request), body_origin: BodyOrigin::Literal, ..Part::default() }
    };
    let parts: Vec<Part> = exchanges.iter().map(Cow::as_ref).zip(titles.iter().map(String::as_str)).map(part).collect();
    let composed = Document::read("").compose(&parts)?;
    match composed.refused.into_iter().next() {
        Some((_, why)) => Err(why),
        None => Ok(composed.document.text().to_string()),
    }
}

/// The exchange with its request masked. Of the answer nothing but its status is kept: it may hold other secrets.
fn without_secrets(exchange: &Exchange) -> Exchange {
    let request = &exchange.request;
    let secrets = secrecy::in_request(request).into_iter().filter_map(|(part, span)| secrecy::cut(request, part, span));
    let echoes = Echoes::new(secrets.map(String::from));
    // A name and a reason may repeat what was sent.
    let hidden = |text: &str| secrecy::quoted(&secrecy::replace(text, &echoes.find(text), |_| MASK.to_string()));
    let answer = exchange.answer.as_ref().map(|a| Response { status: a.status, reason: hidden(&a.reason), ..Response::default() });
    Exchange {
        name: hidden(&exchange.name),
        request: masked(request),
        answer,
        context: exchange.context.clone(),
        transfer: exchange.transfer.clone(),
        is_code: exchange.is_code,
        ..Exchange::default()
    }
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
