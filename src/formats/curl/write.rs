//! A request as a curl command line.

use std::borrow::Cow;

use super::words::Dialect;
use crate::domain::request::Request;
use crate::formats::mask::masked;

/// The command that sends this request. With `mask` its credentials are replaced.
///
/// The text is safe to paste: every word is quoted, so that the shell sees the bytes of the request and nothing
/// else. A NUL, which no argument can hold, becomes its picture (␀).
pub fn to_curl(request: &Request, mask: bool, dialect: Dialect) -> String {
    let request = if mask { Cow::Owned(masked(request)) } else { Cow::Borrowed(request) };
    let words = words(&request);
    let quote = match dialect {
        Dialect::Bash => for_bash,
        Dialect::Cmd => for_cmd,
        Dialect::PowerShell => for_powershell,
    };
    let join = match dialect {
        Dialect::Bash => " \\\n  ",
        Dialect::Cmd => " ^\n  ",
        Dialect::PowerShell => " `\n  ",
    };
    let lines: Vec<String> = words
        .iter()
        .map(|(flag, value)| match flag {
            Some(flag) if value.is_empty() && flag.starts_with("--") && *flag != "--data-raw" => flag.to_string(),
            Some(flag) => format!("{flag} {}", quote(value)),
            None => quote(value),
        })
        .collect();
    let name = if dialect == Dialect::PowerShell { "curl.exe" } else { "curl" };
    format!("{name} {}", lines.join(join))
}

/// Flags with their arguments, the address first.
fn words(request: &Request) -> Vec<(Option<&'static str>, String)> {
    let clean = |text: &str| text.replace('\0', "\u{2400}");
    let mut words = Vec::new();
    let url = clean(&request.url);
    words.push((url.starts_with('-').then_some("--url"), url));
    if request.url.contains(['{', '}', '[', ']']) {
        words.push((Some("--globoff"), String::new()));
    }
    match request.method.as_str() {
        "GET" if request.body.is_empty() => {}
        "POST" if !request.body.is_empty() => {}
        "HEAD" if request.body.is_empty() => words.push((Some("--head"), String::new())),
        method => words.push((Some("-X"), clean(method))),
    }
    for (_, header) in request.headers.iter() {
        let (name, value) = (clean(&header.name), clean(&header.value));
        words.push((Some("-H"), if value.trim().is_empty() { format!("{name};") } else { format!("{name}: {value}") }));
    }
    if !request.body.is_empty() {
        if !request.headers.has("content-type") {
            // Otherwise curl adds that of a form.
            words.push((Some("-H"), "Content-Type:".into()));
        }
        words.push((Some("--data-raw"), clean(&request.body)));
    }
    words
}

/// Single quotes keep everything; a quote itself is put between two of them. Works in every POSIX shell. A NUL, which no argument
/// can hold, becomes its picture (␀).
pub(in crate::formats) fn for_bash(text: &str) -> String {
    format!("'{}'", text.replace('\0', "\u{2400}").replace('\'', "'\\''"))
}

/// In single quotes everything stays as it is, but for what PowerShell takes for a single quote.
pub(in crate::formats) fn in_powershell(text: &str) -> String {
    let mut out = String::from("'");
    for c in text.chars() {
        if matches!(c, '\'' | '\u{2018}'..='\u{201b}') {
            out.push(c);
        }
        out.push(c);
    }
    out.push('\'');
    out
}

fn for_powershell(text: &str) -> String {
    // Windows' own quotes have to survive the second reading by the C runtime.
    in_powershell(&text.replace('"', "\\\""))
}

/// The C runtime's quotes, then a caret before everything that cmd may read, the quotes included.
fn for_cmd(text: &str) -> String {
    let mut quoted = String::from("\"");
    let mut slashes = 0;
    for c in text.chars() {
        match c {
            '\\' => slashes += 1,
            '"' => quoted.push_str(&"\\".repeat(slashes + 1)),
            _ => {}
        }
        if c != '\\' {
            slashes = 0;
        }
        quoted.push(c);
    }
    quoted.push_str(&"\\".repeat(slashes));
    quoted.push('"');
    let mut out = String::new();
    for c in quoted.chars() {
        match c {
            '\n' => out.push_str("^\n\n"),
            _ if c.is_alphanumeric() || " \t-_.,:;/'=+*?~@#$[]{}`".contains(c) => out.push(c),
            _ => out.extend(['^', c]),
        }
    }
    out
}
