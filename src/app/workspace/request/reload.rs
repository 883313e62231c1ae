//! A request whose file was changed by another program.

use super::Entry;
use super::earlier::EarlierSends;
use crate::app::editor::history::GroupId;
use crate::app::workspace::sending::SendState;
use crate::domain::exchange::Exchange;
use crate::formats::http_file::{Document, Source};

impl Entry {
    /// Parts the request from its place in a document, which is gone or another one now: it takes along its comments and scripts, and
    /// is not saved anywhere.
    pub(in crate::app) fn leave(&mut self, document: Option<&Document>, place: usize) {
        self.block = document.and_then(|document| document.block_alone(place)).map(Into::into);
        self.source = Source::New;
        self.mark_unsaved();
    }

    /// True for an edit that was made by another program.
    pub(in crate::app) fn is_theirs(&self, edit: GroupId) -> bool {
        self.theirs.contains(&edit)
    }

    /// Becomes the request that another program made of it, which is saved. The own text can be had back by undoing; an answer of this
    /// session stays.
    pub(in crate::app) fn become_saved(&mut self, theirs: Self, at: u64) {
        let before = self.editor.last_done();
        self.editor.seal();
        self.editor.become_text(theirs.editor.text());
        self.editor.seal();
        if let Some(edit) = self.editor.last_done().filter(|edit| Some(*edit) != before) {
            self.theirs.push(edit);
            self.edited_at = at;
        }
        self.kept = theirs.kept;
        self.renamed = false;
        self.directives.clear();
        self.directive_changes += 1;
        self.body_origin = theirs.body_origin;
        let is_answered = self.answered_by.is_some() || self.sending != SendState::Idle;
        if is_answered {
            self.exchange = Exchange { answer: self.exchange.answer.take(), ..theirs.exchange };
        } else {
            self.exchange = theirs.exchange;
            self.answered = theirs.answered;
            (self.answer, self.issued, self.echoes) = (None, None, None);
            self.earlier = EarlierSends::default();
        }
        self.forget();
    }
}
