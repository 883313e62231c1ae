//! A request as a call of `fetch` in JavaScript.

use super::{joined, json_quoted};
use crate::domain::exchange::{Exchange, Redirects};

/// The call that sends this request.
pub(super) fn write(exchange: &Exchange) -> String {
    let request = &exchange.request;
    let mut options = vec![format!("  method: {}", json_quoted(&request.method))];
    let headers = joined(&request.headers);
    if !headers.is_empty() {
        let lines: Vec<String> = headers.iter().map(|(name, value)| format!("    {}: {}", json_quoted(name), json_quoted(value))).collect();
        options.push(format!("  headers: {{\n{}\n  }}", lines.join(",\n")));
    }
    if !request.body.is_empty() {
        options.push(format!("  body: {}", json_quoted(&request.body)));
    }
    if exchange.transfer.redirects == Redirects::Show {
        options.push("  redirect: \"manual\"".into());
    }
    format!("await fetch({}, {{\n{}\n}});\n", json_quoted(&request.url), options.join(",\n"))
}
