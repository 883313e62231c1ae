//! An open request while it is sent, and the response that comes of it.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::Entry;
use super::target::Target;
use crate::app::ids::SendId;
use crate::app::workspace::recording::SentExchange;
use crate::app::workspace::sending::{Failure, LookalikeHost, SendState};
use crate::checks::mask::echoes_of;
use crate::domain::exchange::{Certificates, TransferOptions};
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::time;

/// What is being sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Sent {
    /// Hash of the text.
    text: u64,
    /// Where it is sent to.
    to: Target,
    request: Option<Box<Request>>,
    /// Its text with variables as written.
    written: String,
    options: TransferOptions,
}

impl Entry {
    /// Notes that the current request is being sent.
    pub fn sending(&mut self, id: SendId, transfer: TransferOptions, now: Timestamp) {
        self.sent = Sent {
            text: self.current,
            to: self.target.clone(),
            request: Some(Box::new(self.exchange.request.clone())),
            written: self.editor.text().to_string(),
            options: transfer,
        };
        self.sending = SendState::begin(id, "connecting", now);
    }

    /// A number for its text: that of another text is another one.
    pub const fn text_number(&self) -> u64 {
        self.current
    }

    /// Notes that the request will be sent once its body files are read.
    pub fn reading_files(&mut self, id: SendId, transfer: TransferOptions, lookalikes: LookalikeHost, now: Timestamp) {
        self.sending(id, transfer, now);
        self.sending = SendState::begin(id, "reading the body file", now);
        self.waiting = Some((Box::new(self.raw.clone()), lookalikes));
    }

    /// The request as written, waiting for its body files.
    pub fn take_waiting(&mut self) -> Option<(Box<Request>, LookalikeHost)> {
        self.waiting.take()
    }

    /// Notes that a waiting request is being sent; returns its options.
    pub fn sending_read(&mut self, id: SendId, request: &Request, now: Timestamp) -> TransferOptions {
        self.sent.request = Some(Box::new(request.clone()));
        self.sent.to = Target::of(request, self.sent.to.environment());
        self.sending = SendState::begin(id, "connecting", now);
        self.sent.options.clone()
    }

    /// The files that its body refers to.
    pub fn named_files(&self) -> &BTreeSet<String> {
        &self.resolved.files
    }

    /// Hosts whose bad certificate the user may accept: the one where the last send failed, and those accepted on the way there.
    pub fn hosts_to_accept(&self) -> Vec<String> {
        match &self.sending {
            SendState::Failed(_, _, Failure::Certificate(host)) => self.sent.options.let_pass.iter().chain([host]).cloned().collect(),
            _ => Vec::new(),
        }
    }

    /// Stores a response that arrived at a given time; `None`, and nothing is stored, if it belongs to an older send.
    pub fn answered(&mut self, id: SendId, answer: &Response, now: Timestamp) -> Option<()> {
        let SendState::Running { id: running, since, .. } = self.sending else { return None };
        if running != id {
            return None;
        }
        self.take_answer(id, answer, since, now);
        self.sending = SendState::Idle;
        Some(())
    }

    fn take_answer(&mut self, id: SendId, answer: &Response, since: Timestamp, now: Timestamp) {
        self.keep_answer();
        self.original = self.sent.request.take();
        self.answered_text = Some(self.sent.written.clone());
        self.answered_at = Some(now);
        self.verdict = None;
        self.answer = None;
        self.exchange.answer = Some(answer.clone());
        self.read_issued();
        // The server wrote its Date at some moment between the two: the nearest one is compared with it.
        let date = answer.headers.get("date").and_then(time::http_date);
        let sent_at = date.map_or(now, |date| date.clamp(since.min(now), now));
        self.exchange.context.now = Some(sent_at);
        self.exchange.context.tried.clear();
        self.answered = self.sent.text;
        self.answered_in = Some(self.sent.to.clone());
        self.echoes = self.original.as_deref().map(echoes_of);
        self.certificates = if self.sent.options.let_pass.is_empty() { self.sent.options.certificates } else { Certificates::LetPass };
        self.skew = date.map(|date| skew(date, sent_at));
        self.answered_by = Some(id);
        self.forget();
    }

    /// The newest send as it went out, with its response.
    pub fn newest_send(&self) -> Option<SentExchange> {
        let (request, response) = (self.original.as_deref()?.clone(), self.exchange.answer.clone()?);
        Some(SentExchange { name: self.exchange.name.clone(), request, response })
    }

    /// Stores what had come of a response when its send was stopped.
    pub fn stopped_with(&mut self, id: SendId, partial: &Response, now: Timestamp) {
        if self.sending == SendState::Stopped(id) {
            let took = SignedDuration::from_millis(partial.elapsed_ms.unwrap_or_default() as i64);
            self.take_answer(id, partial, now.checked_sub(took).unwrap_or(now), now);
        }
    }
}

/// Seconds that a server's clock is ahead. `Date` has whole seconds and the response took time, so one second is no skew.
fn skew(date: Timestamp, now: Timestamp) -> i64 {
    let seconds = date.as_second() - now.as_second();
    if seconds.abs() <= 1 { 0 } else { seconds }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::exchange::Exchange;
    use crate::domain::request::RequestText;

    /// The server wrote its Date before a body that came slowly.
    #[test]
    fn a_clock_is_not_wrong_because_a_body_was_slow() {
        let request = RequestText::parse("GET https://h.example/\n").0;
        let mut entry = Entry::new(Default::default(), &request, Exchange { request: request.clone(), ..Exchange::default() });
        let now: Timestamp = "2026-11-23T08:00:09Z".parse().expect("a moment");
        let headers = [("Date", "Mon, 23 Nov 2026 08:00:01 GMT")].into_iter().collect();
        let partial = Response { status: 200, headers, elapsed_ms: Some(8_500.0), ..Response::default() };
        entry.sending = SendState::Stopped(SendId(1));
        entry.stopped_with(SendId(1), &partial, now);
        assert_eq!(entry.skew, Some(0));
    }
}
