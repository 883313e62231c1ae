//! What curl printed, beside the request of its command.

use std::ops::Range;

use super::CurlRequest;
use crate::domain::exchange::Exchange;
use crate::formats::raw;

/// Headers that curl adds by itself, and that a request read from a command does not have.
const OWN: [&str; 5] = ["host", "user-agent", "accept", "content-length", "content-type"];

/// Adds what was printed to the requests of its command; returns what was not carried over.
///
/// A transcript tells what went out: the value that a variable of the shell had, a header out of a file of options.
pub(super) fn attach(text: &str, printed: Range<usize>, of: Range<usize>, requests: &mut Vec<CurlRequest>) -> Vec<String> {
    let printed = text.get(printed).unwrap_or_default();
    // The prompt after the last line, where no command follows any more.
    let printed = printed.trim_end().strip_suffix(['$', '#', '%']).filter(|rest| rest.ends_with(['\n', '~'])).unwrap_or(printed);
    let reading = match raw::read(printed, "") {
        Ok(reading) => reading,
        Err(why) => return vec![format!("what curl printed is not read: {why}")],
    };
    let mut losses: Vec<String> = reading.losses.into_iter().map(|loss| loss.message).collect();
    let mut exchanges = reading.exchanges;
    if exchanges.iter().all(|exchange| exchange.request.url.is_empty()) {
        // Answers alone (-i): one for each address, or those of one address, of which the last one counts.
        let excess = exchanges.len().saturating_sub(of.len());
        if excess > 0 {
            losses.push(format!("{excess} earlier answers (redirects, a proxy) are left out"));
            exchanges.drain(..excess);
        }
    }
    let mut exchanges = exchanges.into_iter();
    for (request, exchange) in requests.get_mut(of.clone()).unwrap_or_default().iter_mut().zip(exchanges.by_ref()) {
        merge(request, exchange);
    }
    let options = requests.get(of.end.saturating_sub(1)).map(|last| last.options.clone()).unwrap_or_default();
    let followed: Vec<CurlRequest> = exchanges.map(|exchange| CurlRequest { exchange, options: options.clone() }).collect();
    requests.splice(of.end..of.end, followed);
    losses
}

fn merge(request: &mut CurlRequest, sent: Exchange) {
    request.exchange.answer = sent.answer;
    let own = &mut request.exchange.request;
    if sent.request.url.is_empty() {
        return;
    }
    if own.url.contains('$') || own.url.contains('<') {
        own.url = sent.request.url;
    }
    for (_, header) in sent.request.headers.iter() {
        let mut same = own.headers.0.iter_mut().filter(|h| h.name.eq_ignore_ascii_case(&header.name));
        match (same.next(), same.next()) {
            (Some(one), None) => one.value.clone_from(&header.value),
            (None, _) if !OWN.contains(&header.name.to_ascii_lowercase().as_str()) => own.headers.push(&header.name, &header.value),
            _ => {}
        }
    }
}
