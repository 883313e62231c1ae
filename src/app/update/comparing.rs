//! Comparing the open request: with another one, with what it was before, or with a pasted text.

use jiff::Timestamp;

use super::choices;
use crate::app::dialogs::Overlay;
use crate::app::dialogs::comparison::{ComparisonState, Sides};
use crate::app::ids::RequestPosition;
use crate::app::model::{Model, Tone};
use crate::app::panes::token_view::judged_at;
use crate::app::workspace::request::{Entry, PastVersion};
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::time;
use crate::formats::{Format, detect};

/// One side: its name, what became of it, and what is compared.
struct Side<'a, T> {
    title: String,
    answer: Option<&'a Response>,
    content: T,
    /// When it is judged.
    at: Timestamp,
}

impl Model {
    pub(super) fn compare(&mut self) {
        self.overlay = Some(Overlay::Pick(choices::to_compare(self)));
    }

    /// Compares the open request with a pasted or typed one, or its token with a token.
    pub(super) fn compare_text(&mut self, text: &str) {
        if text.trim().is_empty() {
            return self.notify(Tone::Bad, "No token was entered");
        }
        let is_word = !text.trim().contains(char::is_whitespace);
        if is_word || detect::recognize(text, None) == Format::Token {
            return self.compare_token(text.trim().to_string());
        }
        let read = match detect::read_any(text, "pasted") {
            Ok(read) => read.exchanges,
            Err(why) => return self.notify(Tone::Bad, format!("Neither a token nor a request: {why}")),
        };
        match <[_; 1]>::try_from(read) {
            Ok([other]) => {
                let (at, _) = judged_at(&other, self.now);
                let side = Side { title: other.title(), answer: other.answer.as_ref(), content: other.request.clone(), at };
                self.overlay = self.requests_side_by_side(side).or(self.overlay.take());
            }
            Err(several) => self.notify(Tone::Bad, format!("The text holds {} requests; one can be compared", several.len())),
        }
    }

    /// Compares the open request's token with another one.
    fn compare_token(&mut self, token: String) {
        let Some((entry, view)) = self.entry().and_then(|e| e.token().map(|token| (e, token))) else {
            return self.notify(Tone::Bad, "This request has no token to compare");
        };
        let own = own_side(entry, view.jws.text.clone(), self.now);
        // It is compared to be used.
        let (at, _) = entry.sent_now(self.now);
        let other = Side { title: "typed or pasted".into(), answer: None, content: token, at };
        self.overlay = Some(Self::side_by_side(entry, own, other, |pair| Sides::Tokens(pair.map(|(token, _)| token))));
    }

    /// Compares the open request with another one.
    pub(super) fn compare_request(&mut self, at: RequestPosition) {
        let other = self.files.get(at.file).and_then(|f| f.entries.get(at.entry));
        if let Some(other) = other {
            self.overlay = self.requests_side_by_side(own_side(other, other.exchange.request.clone(), self.now));
        }
    }

    /// Compares the open request with what it was before.
    pub(super) fn compare_with_past(&mut self, version: PastVersion) {
        let Some(entry) = self.entry() else { return };
        if let Some((request, answer)) = entry.past(version) {
            let (at, _) = entry.judged_at(self.now);
            let side = Side { title: version.in_words().into(), answer, content: request.clone(), at };
            self.overlay = self.requests_side_by_side(side);
        }
    }

    /// Compares two sends of the open request, the newest being 0.
    pub(super) fn compare_sends(&mut self, one: usize, other: usize) {
        let Some(entry) = self.entry() else { return };
        let sends = entry.sends();
        let side = |index: usize| {
            let send = sends.get(index)?;
            let title = send.at.map_or_else(|| "recorded".to_string(), time::clock);
            Some(Side { title, answer: Some(send.response), content: send.request.clone(), at: send.at.unwrap_or(self.now) })
        };
        if let Some((own, other)) = side(one).zip(side(other)) {
            self.overlay = Some(Self::side_by_side(entry, own, other, of_requests));
        }
    }

    fn requests_side_by_side(&self, other: Side<Request>) -> Option<Overlay> {
        let entry = self.entry()?;
        let own = own_side(entry, entry.exchange.request.clone(), self.now);
        Some(Self::side_by_side(entry, own, other, of_requests))
    }

    /// The accepted side is on the left, the refused one on the right.
    fn side_by_side<T>(entry: &Entry, own: Side<T>, other: Side<T>, sides: impl FnOnce([(T, Option<&Response>); 2]) -> Sides) -> Overlay {
        let is = |side: &Side<T>, of: fn(&Response) -> bool| side.answer.is_some_and(of);
        let is_own_first = is(&own, Response::is_success)
            || (!is(&other, Response::is_success) && is(&other, Response::refuses_caller) && !is(&own, Response::refuses_caller));
        let [first, second] = if is_own_first { [own, other] } else { [other, own] };
        let titles = [&first, &second].map(|side| match side.answer {
            Some(answer) => format!("{} · {}", choices::outcome(answer), side.title),
            None => side.title.clone(),
        });
        let at = [first.at, second.at];
        let sides = sides([first, second].map(|side| (side.content, side.answer)));
        Overlay::Compare(Box::new(ComparisonState::new(titles, sides, &entry.exchange.context, at)))
    }
}

/// Requests, with their answers where both have one.
fn of_requests(pair: [(Request, Option<&Response>); 2]) -> Sides {
    match pair {
        [(a, Some(answer_a)), (b, Some(answer_b))] => Sides::Exchanges(Box::new([(a, answer_a.clone()), (b, answer_b.clone())])),
        [(a, _), (b, _)] => Sides::Requests(Box::new([a, b])),
    }
}

/// An open request as it is sent now; and where its answer came from, if from elsewhere.
fn own_side<T>(entry: &Entry, content: T, now: Timestamp) -> Side<'_, T> {
    let title = match entry.answered_elsewhere() {
        Some(place) => format!("{} (its answer is from {place})", entry.title()),
        None => entry.title(),
    };
    let (at, _) = entry.judged_at(now);
    Side { title, answer: entry.current_answer(), content, at }
}
