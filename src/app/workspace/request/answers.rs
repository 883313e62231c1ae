//! The responses of an open request: the newest, which the verdict is about, and those before it.

use jiff::Timestamp;

use super::Entry;
use super::earlier::{EarlierSend, Verdict};
use crate::app::ids::SendId;
use crate::app::panes::response::{BodyForm, ResponseText, is_json};
use crate::app::panes::token_view::TokenView;
use crate::app::workspace::sending::SendState;
use crate::checks::mask::echoes_of;
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::secrecy::{self, quoted};
use crate::domain::token::issued::issued;
use crate::formats::mask::MASK;

/// A send as the history lists it.
#[derive(Clone, Copy, Debug)]
pub struct PastSend<'a> {
    pub response: &'a Response,
    /// The request that was sent.
    pub request: &'a Request,
    /// Its text with variables as written.
    pub written: Option<&'a str>,
    /// When it was answered; `None` for a recorded one.
    pub at: Option<Timestamp>,
    pub verdict: Option<Verdict>,
}

impl Entry {
    /// Keeps the newest response as the earlier one, before another takes its place.
    pub(super) fn keep_answer(&mut self) {
        let Some(response) = self.exchange.answer.take() else { return };
        let echoes = self.echoes.take().unwrap_or_else(|| echoes_of(&self.exchange.request));
        let request = self.original.take().unwrap_or_else(|| Box::new(self.exchange.request.clone()));
        self.earlier.push(EarlierSend {
            response,
            request,
            written: self.answered_text.take(),
            at: self.answered_at.take(),
            verdict: self.verdict.take(),
            answered_by: self.answered_by,
            echoes,
            text: None,
        });
    }

    /// The response before the newest one.
    pub fn earlier_answer(&self) -> Option<&Response> {
        self.earlier.last().map(|earlier| &earlier.response)
    }

    /// True if the newest response came before the last send, which ended without one.
    pub fn last_send_has_no_answer(&self) -> bool {
        let (SendState::Failed(id, ..) | SendState::Stopped(id)) = &self.sending else { return false };
        self.exchange.answer.is_some() && self.answered_by != Some(*id)
    }

    /// True if that one is shown instead of the newest.
    pub fn shows_earlier(&self) -> bool {
        self.shown_earlier().is_some()
    }

    fn shown_earlier(&self) -> Option<&EarlierSend> {
        self.earlier.shown()
    }

    /// How many sends before the newest the shown one is.
    pub fn shown_back(&self) -> Option<usize> {
        self.earlier.shown_back()
    }

    /// Shows the response before the newest, or the newest again.
    pub fn show_earlier(&mut self, is_shown: bool) {
        self.earlier.show(self.earlier.all().len().checked_sub(1).filter(|_| is_shown));
    }

    /// Shows the response of a send, the newest being 0.
    pub fn show_send(&mut self, back: usize) {
        self.earlier.show(self.earlier.all().len().checked_sub(back).filter(|_| back > 0));
    }

    /// The sends of this session and the recorded response, the newest first.
    pub fn sends(&self) -> Vec<PastSend<'_>> {
        let newest = self.exchange.answer.as_ref().map(|response| PastSend {
            response,
            request: self.original.as_deref().unwrap_or(&self.exchange.request),
            written: self.answered_text.as_deref(),
            at: self.answered_at,
            verdict: self.verdict,
        });
        let earlier = self.earlier.all().iter().rev().map(|send| PastSend {
            response: &send.response,
            request: &send.request,
            written: send.written.as_deref(),
            at: send.at,
            verdict: send.verdict,
        });
        newest.into_iter().chain(earlier).collect()
    }

    /// True if the body of the shown response can be laid out.
    pub fn has_layout(&self) -> bool {
        self.shown_answer().is_some_and(is_json)
    }

    /// How the body is shown.
    pub fn body_form(&self) -> BodyForm {
        self.body_form
    }

    /// Shows the body as it was received, or laid out again.
    pub fn toggle_body_form(&mut self) {
        self.body_form = match self.body_form {
            BodyForm::LaidOut => BodyForm::AsReceived,
            BodyForm::AsReceived => BodyForm::LaidOut,
        };
        self.answer = None;
        self.earlier.forget_texts();
    }

    /// How many levels of JSON are open in the response; `None` for all.
    pub fn open_levels(&self) -> Option<usize> {
        self.open_levels
    }

    /// Folds JSON by one level; what is open as a whole is folded to the members of the outermost value.
    pub fn fold(&mut self) {
        self.open_levels = Some(self.open_levels.map_or(1, |levels| levels.saturating_sub(1).max(1)));
    }

    /// Opens one level more.
    pub fn unfold(&mut self) {
        let deepest = self.shown_text().map_or(0, ResponseText::deepest);
        self.open_levels = self.open_levels.map(|levels| levels + 1).filter(|levels| *levels < deepest);
    }

    /// The response that is shown.
    pub fn shown_answer(&self) -> Option<&Response> {
        self.shown_earlier().map(|earlier| &earlier.response).or(self.exchange.answer.as_ref())
    }

    /// Its text; `None` until it is laid out.
    pub fn shown_text(&self) -> Option<&ResponseText> {
        self.shown_earlier().map_or(self.answer.as_deref(), |earlier| earlier.text.as_ref())
    }

    /// The send that it came from; `None` for a recorded one.
    pub fn shown_send(&self) -> Option<SendId> {
        self.shown_earlier().map_or(self.answered_by, |earlier| earlier.answered_by)
    }

    /// The body of the shown response without what it hands out and what it repeats of the request.
    pub fn masked_body(&self, shown: &Response) -> String {
        let media_type = shown.headers.get("content-type").unwrap_or_default();
        let mask = |_: &str| MASK.to_string();
        let body = secrecy::replace(&shown.body, &secrecy::in_answer_body(&shown.body, media_type), mask);
        let echoes = match self.shown_earlier() {
            Some(earlier) => earlier.echoes.clone(),
            None => self.echoes.clone().unwrap_or_else(|| echoes_of(&self.exchange.request)),
        };
        secrecy::replace(&body, &echoes.find(&body), mask)
    }

    /// The reason phrase of the earlier response without secrets.
    pub fn masked_earlier_reason(&self) -> String {
        let Some(EarlierSend { response, echoes, .. }) = self.shown_earlier() else { return String::new() };
        if echoes.find(&response.reason).is_empty() { quoted(&response.reason) } else { "•••".into() }
    }

    /// Drops what only the open request needs, to save memory.
    pub fn release_view(&mut self) {
        self.derived = None;
        self.answer = None;
        // What others are filled from is asked for while they are open.
        if self.answered_by.is_none() {
            self.issued = None;
        }
        self.earlier.forget_texts();
        self.earlier.show(None);
    }

    /// Reads the token that the newest response gives.
    pub(super) fn read_issued(&mut self) {
        self.issued = self.exchange.answer.as_ref().and_then(issued).map(|issued| {
            let token = TokenView::alone(&issued.text);
            Box::new((issued, token))
        });
    }

    /// Lays the shown response out, unless done already.
    pub fn lay_out(&mut self) {
        if let Some(answer) = self.exchange.answer.as_ref().filter(|_| self.answer.is_none()) {
            // The response repeats what the request contained when it was sent, even if it was edited since.
            let echoes = self.echoes.get_or_insert_with(|| echoes_of(&self.exchange.request)).clone();
            self.answer = Some(Box::new(ResponseText::new(answer, echoes, self.body_form)));
            // That of a response that was received here is read when it comes.
            if self.answered_by.is_none() {
                self.read_issued();
            }
        }
        if let Some(earlier) = self.earlier.shown_mut().filter(|earlier| earlier.text.is_none()) {
            earlier.text = Some(ResponseText::new(&earlier.response, earlier.echoes.clone(), self.body_form));
        }
    }

    /// True if all of the shown response is laid out, or there is none.
    pub fn is_laid_out(&self) -> bool {
        self.shown_text().zip(self.shown_answer()).is_none_or(|(text, answer)| text.is_whole(answer))
    }

    /// Lays out the next chunk of the shown response.
    pub fn lay_out_more(&mut self) {
        let shown = match self.earlier.shown_mut() {
            Some(EarlierSend { response, text, .. }) => text.as_mut().zip(Some(&*response)),
            None => self.answer.as_deref_mut().zip(self.exchange.answer.as_ref()),
        };
        if let Some((text, answer)) = shown {
            text.lay_out_more(answer);
        }
    }
}
