//! A request as a wget command.

use super::shell_quoted;
use crate::domain::request::Request;

/// The command that sends this request and prints the answer, whatever its status.
pub(super) fn write(request: &Request) -> String {
    let mut words = vec!["wget --quiet --output-document=- --content-on-error".to_string()];
    if request.method != "GET" {
        words.push(format!("--method={}", shell_quoted(&request.method)));
    }
    for (_, header) in request.headers.iter() {
        words.push(format!("--header={}", shell_quoted(&format!("{}: {}", header.name, header.value))));
    }
    if !request.body.is_empty() {
        words.push(format!("--body-data={}", shell_quoted(&request.body)));
    }
    words.push(format!("-- {}", shell_quoted(&request.url)));
    words.join(" \\\n  ") + "\n"
}
