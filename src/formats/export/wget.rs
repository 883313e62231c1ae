//! A request as a wget command.

use super::{joined, shell_quoted};
use crate::domain::exchange::{Certificates, Exchange, Redirects};

/// The command that sends this request and prints the answer, whatever its status.
pub(super) fn write(exchange: &Exchange) -> String {
    let request = &exchange.request;
    let mut words = vec!["wget --quiet --output-document=- --content-on-error".to_string()];
    // Without a method wget takes no body.
    if request.method != "GET" || !request.body.is_empty() {
        words.push(format!("--method={}", shell_quoted(&request.method)));
    }
    if exchange.transfer.redirects == Redirects::Show {
        words.push("--max-redirect=0".into());
    }
    if exchange.transfer.certificates == Certificates::LetPass {
        words.push("--no-check-certificate".into());
    }
    // Of two headers of one name wget sends the last.
    for (name, value) in joined(&request.headers) {
        words.push(format!("--header={}", shell_quoted(&format!("{name}: {value}"))));
    }
    if !request.body.is_empty() {
        words.push(format!("--body-data={}", shell_quoted(&request.body)));
    }
    words.push(format!("-- {}", shell_quoted(&request.url)));
    words.join(" \\\n  ") + "\n"
}
