//! A request as an HTTPie command.

use super::shell_quoted;
use crate::domain::exchange::{Certificates, Exchange, Redirects};

/// The command that sends this request.
pub(super) fn write(exchange: &Exchange) -> String {
    let request = &exchange.request;
    // A recording may say anything.
    let is_plain = !request.method.is_empty() && request.method.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let method = if is_plain { request.method.clone() } else { shell_quoted(&request.method) };
    let mut words = vec!["http --ignore-stdin".to_string(), format!("{method} {}", shell_quoted(&request.url))];
    if exchange.transfer.redirects == Redirects::Follow {
        words.push("--follow".into());
    }
    if exchange.transfer.certificates == Certificates::LetPass {
        words.push("--verify=no".into());
    }
    for (_, header) in request.headers.iter() {
        let (name, value) = (escaped(&header.name), escaped(header.value.trim()));
        words.push(shell_quoted(&if value.is_empty() { format!("{name};") } else { format!("{name}:{value}") }));
    }
    if !request.body.is_empty() {
        if !request.headers.has("content-type") {
            // Otherwise HTTPie says that it is JSON.
            words.push("'Content-Type:'".into());
        }
        words.push(format!("--raw={}", shell_quoted(&request.body)));
    }
    words.join(" \\\n  ") + "\n"
}

/// What would separate a name from a value is part of either behind a backslash.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if matches!(c, ':' | '=' | '@' | ';') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
