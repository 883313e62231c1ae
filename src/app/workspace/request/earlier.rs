//! The sends of an open request before the newest one.

use jiff::Timestamp;

use crate::app::ids::SendId;
use crate::app::panes::response::ResponseText;
use crate::domain::limits::{MAX_KEPT_BODIES, MAX_KEPT_SENDS};
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::secrecy::echo::Echoes;

/// What was judged of a send: the name of the likeliest cause and how likely it was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    pub id: &'static str,
    pub confidence: f64,
}

/// A send before the newest one. Its response can be looked at; nothing else is derived from it.
#[derive(Clone, Debug)]
pub(super) struct EarlierSend {
    pub(super) response: Response,
    /// The request that it answers.
    pub(super) request: Box<Request>,
    /// The text of the request with variables as written; `None` where it is not known.
    pub(super) written: Option<String>,
    /// When it was answered.
    pub(super) at: Option<Timestamp>,
    pub(super) verdict: Option<Verdict>,
    /// The send that it came from; `None` for a recorded one.
    pub(super) answered_by: Option<SendId>,
    /// The secrets of its request.
    pub(super) echoes: Echoes,
    /// Its text, while it is shown.
    pub(super) text: Option<ResponseText>,
}

/// The sends before the newest one, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct EarlierSends {
    all: Vec<EarlierSend>,
    /// The one that is shown instead of the newest.
    shown: Option<usize>,
}

impl EarlierSends {
    /// Keeps a send as the last one; the oldest go where there are too many.
    pub fn push(&mut self, send: EarlierSend) {
        self.all.push(send);
        self.shown = None;
        let bodies = |all: &[EarlierSend]| all.iter().map(|send| send.response.body.len()).sum::<usize>();
        while self.all.len() > 1 && (self.all.len() > MAX_KEPT_SENDS || bodies(&self.all) > MAX_KEPT_BODIES) {
            self.all.remove(0);
        }
    }

    /// All of them, oldest first.
    pub fn all(&self) -> &[EarlierSend] {
        &self.all
    }

    /// The one before the newest.
    pub fn last(&self) -> Option<&EarlierSend> {
        self.all.last()
    }

    /// The one that is shown instead of the newest.
    pub fn shown(&self) -> Option<&EarlierSend> {
        self.all.get(self.shown?)
    }

    pub fn shown_mut(&mut self) -> Option<&mut EarlierSend> {
        self.all.get_mut(self.shown?)
    }

    /// The place of the one that is shown, from the newest of them: 1 is the last.
    pub fn shown_back(&self) -> Option<usize> {
        self.shown.map(|shown| self.all.len() - shown)
    }

    /// Shows one of them, or the newest again.
    pub fn show(&mut self, which: Option<usize>) {
        self.shown = which.filter(|index| *index < self.all.len());
    }

    /// Drops the laid out texts.
    pub fn forget_texts(&mut self) {
        self.all.iter_mut().for_each(|send| send.text = None);
    }
}
