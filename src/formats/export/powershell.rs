//! A request as `Invoke-WebRequest` of PowerShell.

use super::joined;
use crate::domain::exchange::{Certificates, Exchange, Redirects};
use crate::formats::curl::in_powershell as quoted;

/// The command that sends this request.
pub(super) fn write(exchange: &Exchange) -> String {
    let request = &exchange.request;
    let mut words = vec![format!("Invoke-WebRequest -UseBasicParsing -Uri {}", quoted(&request.url))];
    const KNOWN: [&str; 9] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "MERGE"];
    let parameter = if KNOWN.contains(&request.method.as_str()) { "-Method" } else { "-CustomMethod" };
    words.push(format!("{parameter} {}", quoted(&request.method)));
    // In Windows PowerShell this one is a parameter of its own.
    let (kind, headers): (Vec<_>, Vec<_>) =
        joined(&request.headers).into_iter().partition(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if !headers.is_empty() {
        let lines: Vec<String> = headers.iter().map(|(name, value)| format!("  {} = {}\n", quoted(name), quoted(value))).collect();
        words.push(format!("-Headers @{{\n{}}}", lines.concat()));
    }
    words.extend(kind.first().map(|(_, value)| format!("-ContentType {}", quoted(value))));
    if !request.body.is_empty() {
        words.push(format!("-Body {}", quoted(&request.body)));
    }
    if exchange.transfer.redirects == Redirects::Show {
        words.push("-MaximumRedirection 0".into());
    }
    if exchange.transfer.certificates == Certificates::LetPass {
        words.push("-SkipCertificateCheck".into());
    }
    words.join(" `\n") + "\n"
}
