//! The request that is sent, for another tool, and what that tool does otherwise.
//!
//! A send resolves `.` and `..` in the path, sends a login in the address as Basic, sets the length of the body itself, and sends
//! fields of one name in a line each; it refuses a method or a header that HTTP cannot carry. wget, HTTPie, requests, `fetch` and
//! PowerShell resolve the path as well, curl does unless `--path-as-is` is given.

use std::collections::HashMap;

use url::Url;

use super::ExportFormat;
use crate::domain::challenge::is_token;
use crate::domain::headers::{Header, Headers};
use crate::domain::request::Request;
use crate::domain::secrecy;
use crate::domain::visible::{excerpt, visible};
use crate::formats::address::take_login;
use crate::formats::mask::{MASK, first_word};

/// Headers that browsers do not let a page set; names that begin with `Proxy-` or `Sec-` are others.
const BROWSERS_OWN: [&str; 20] = [
    "accept-charset",
    "accept-encoding",
    "access-control-request-headers",
    "access-control-request-method",
    "connection",
    "content-length",
    "cookie",
    "cookie2",
    "date",
    "dnt",
    "expect",
    "host",
    "keep-alive",
    "origin",
    "referer",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

/// The request as it is sent, and what is to be said of that for a tool. `shown` is `written`, or that without its secrets.
pub(super) fn as_sent(written: &Request, shown: &Request, format: ExportFormat, reveal: bool) -> (Request, Vec<String>) {
    let mut notices = Vec::new();
    let mut request = shown.clone();
    if !is_word(&request.method) {
        notices.push("authtui does not send this request: its method is not a single word".to_string());
    }
    if let Some(resolved) = resolved(&request.url) {
        notices.push(format!("The path is written as {} and sent without its . and .. segments", said(path(&request.url))));
        request.url = resolved;
    }
    // curl and Postman read the login of an address as a send does; of the others each does something else with it.
    if !matches!(format, ExportFormat::Curl | ExportFormat::Postman)
        && let Some(login) = take_login(&mut request.url)
        && !request.headers.has("authorization")
    {
        let login = if reveal { crate::domain::basic::encode_pair(login) } else { MASK.to_string() };
        request.headers.push("Authorization", format!("Basic {login}"));
    }
    request.headers = headers(written, &request.headers, format, &mut notices);
    (request, notices)
}

/// The headers that a tool is given.
fn headers(written: &Request, shown: &Headers, format: ExportFormat, notices: &mut Vec<String>) -> Headers {
    let mut kept = Headers::default();
    for (index, header) in shown.iter() {
        if !is_word(&header.name) || header.value.contains(|c: char| c.is_ascii_control() && c != '\t') {
            let name = said(&first_word(&header.name));
            notices.push(format!("authtui does not send this request: HTTP cannot carry the header {name}, which is left out"));
            continue;
        }
        if header.is("Transfer-Encoding") {
            notices.push("Transfer-Encoding is left out: the body is sent with its length".to_string());
            continue;
        }
        if header.is("Content-Length") {
            let length = written.body.len();
            // Where the bodies of both differ, the length that is written is that of the one with secrets.
            let is_right = written.headers.0.get(index).is_none_or(|header| header.value.trim() == length.to_string());
            if !is_right {
                notices.push(format!("Content-Length: {} is left out: the body has {length} bytes", said(&header.value)));
            }
            let sets_zero = matches!(format, ExportFormat::Fetch | ExportFormat::Powershell);
            if !is_right || length > 0 || sets_zero {
                continue;
            }
        }
        if !header.value.is_ascii() && matches!(format, ExportFormat::Fetch | ExportFormat::Python | ExportFormat::Powershell) {
            let title = format.title();
            notices.push(format!("{} has letters that are not ASCII: {title} refuses them, or does not write them as UTF-8", header.name));
        }
        kept.push(&header.name, &header.value);
    }
    let names = |is_one: &mut dyn FnMut(&Header) -> bool| {
        let names = kept.iter().filter(|(_, header)| is_one(header)).map(|(_, header)| header.name.as_str());
        Some(names.collect::<Vec<_>>().join(", ")).filter(|names| !names.is_empty())
    };
    let takes_name_once = matches!(format, ExportFormat::Wget | ExportFormat::Fetch | ExportFormat::Python | ExportFormat::Powershell);
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut is_second = |header: &Header| {
        let count = counts.entry(header.name.to_ascii_lowercase()).or_default();
        *count += 1;
        *count == 2
    };
    if let Some(names) = names(&mut is_second).filter(|_| takes_name_once) {
        notices.push(format!("The values of each of these are joined in one line, which authtui sends in several: {names}"));
    }
    let mut is_browsers_own = |header: &Header| {
        let name = header.name.to_ascii_lowercase();
        BROWSERS_OWN.contains(&name.as_str()) || name.starts_with("proxy-") || name.starts_with("sec-")
    };
    if let Some(names) = names(&mut is_browsers_own).filter(|_| format == ExportFormat::Fetch) {
        notices.push(format!("A browser does not send what is written here of: {names}"));
    }
    if format == ExportFormat::Fetch && !written.body.is_empty() && matches!(written.method.as_str(), "GET" | "HEAD") {
        notices.push(format!("fetch refuses a body with {}", written.method));
    }
    kept
}

/// True for what HTTP can carry as a method and as the name of a header.
fn is_word(text: &str) -> bool {
    !text.is_empty() && is_token(text)
}

/// The address with its path resolved, if that changes it.
fn resolved(address: &str) -> Option<String> {
    let is_dot = |segment: &str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    if !path(address).split(['/', '\\']).any(is_dot) {
        return None;
    }
    let url = Url::parse(address.trim()).ok()?;
    let start = address.find("://")? + 3;
    let authority = address.get(start..)?.split(['/', '\\', '?', '#']).next()?;
    let rest = url.query().map_or_else(|| url.path().to_string(), |query| format!("{}?{query}", url.path()));
    Some(format!("{}{rest}", address.get(..start + authority.len())?.trim_start()))
}

/// The path of an address as written.
fn path(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = rest.find(['/', '\\', '?', '#']).and_then(|at| rest.get(at..)).unwrap_or_default();
    path.split(['?', '#']).next().unwrap_or_default()
}

/// What somebody wrote, in a line of a comment.
fn said(text: &str) -> String {
    visible(&secrecy::quoted(&excerpt(text))).into_owned()
}
