//! A request as a call of `requests` in Python.

use super::{joined, json_quoted};
use crate::domain::exchange::{Certificates, Exchange, Redirects};

/// The call that sends this request.
pub(super) fn write(exchange: &Exchange) -> String {
    let request = &exchange.request;
    let mut arguments = vec![json_quoted(&request.method), json_quoted(&request.url)];
    let headers = joined(&request.headers);
    if !headers.is_empty() {
        let lines: Vec<String> =
            headers.iter().map(|(name, value)| format!("        {}: {},\n", json_quoted(name), json_quoted(value))).collect();
        arguments.push(format!("headers={{\n{}    }}", lines.concat()));
    }
    if !request.body.is_empty() {
        arguments.push(format!("data={}.encode()", json_quoted(&request.body)));
    }
    if exchange.transfer.redirects == Redirects::Show {
        arguments.push("allow_redirects=False".into());
    }
    if exchange.transfer.certificates == Certificates::LetPass {
        arguments.push("verify=False".into());
    }
    format!("response = requests.request(\n    {},\n)\nprint(response.status_code, response.text)\n", arguments.join(",\n    "))
}
