//! Exchanges as a page of Markdown.

use std::borrow::Cow;

use crate::domain::exchange::Exchange;
use crate::domain::request::pictured;
use crate::formats::markup::plain;

/// The page.
pub(super) fn write(exchanges: &[Cow<Exchange>], note: Option<&str>) -> String {
    let mut page = note.map(|note| format!("> {note}\n\n")).unwrap_or_default();
    for exchange in exchanges {
        let request = &exchange.request;
        let mut text = format!("{} {}\n", request.method, pictured(&request.url));
        for (_, header) in request.headers.iter() {
            text.push_str(&format!("{}: {}\n", pictured(&header.name), pictured(&header.value)));
        }
        if !request.body.is_empty() {
            text.push_str(&format!("\n{}\n", request.body.as_str()));
        }
        // A fence longer than any in the text.
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
        let fence = "`".repeat(longest.max(2) + 1);
        page.push_str(&format!("## {}\n\n{fence}http\n{text}{fence}\n", plain(&exchange.title())));
        if let Some(answer) = &exchange.answer {
            page.push_str(&format!("\nAnswered {}\n", plain(&format!("{} {}", answer.status, answer.reason))));
        }
        page.push('\n');
    }
    page.trim_end().to_string() + "\n"
}
