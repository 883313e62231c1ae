//! Which keys and actions mean something now.

use super::{Focus, Model};
use crate::app::dialogs::Overlay;
use crate::app::keymap::{Action, Context};
use crate::app::panes::Pane;
use crate::app::workspace::request_file::RequestFile;
use crate::app::workspace::sending::{Failure, Sending};
use crate::checks::{FixKind, Place};

impl Model {
    /// Where keys mean something now, the innermost first.
    pub fn contexts(&self) -> Vec<Context> {
        if let Some(overlay) = &self.overlay {
            return overlay.contexts();
        }
        match self.focus {
            Focus::Editing if self.completion.is_some() => vec![Context::Completing, Context::Editing, Context::Typing, Context::Anywhere],
            Focus::Editing => vec![Context::Editing, Context::Typing, Context::Anywhere],
            Focus::On(pane) => {
                let own = match pane {
                    Pane::Requests => Context::Requests,
                    Pane::Request => Context::Request,
                    Pane::Response => Context::Response,
                    Pane::Claims => Context::Claims,
                    Pane::Checklist => Context::Checklist,
                };
                vec![own, Context::Bench, Context::Anywhere]
            }
        }
    }

    /// Whether an action would do something now; hints and the palette ask.
    pub fn can(&self, action: Action) -> bool {
        let subject = || self.subject();
        match action {
            Action::Fix if matches!(self.overlay, Some(Overlay::Explain)) => self.fix_is_edit(),
            Action::Fix => subject().and_then(|s| s.fix).is_some(),
            Action::Explain | Action::NextFinding | Action::PreviousFinding => subject().is_some(),
            // Offered where a certificate was in the way, and nowhere else.
            Action::SendAnyway => self.entry().is_some_and(|e| matches!(e.sending, Sending::Failed(_, Failure::Certificate(_)))),
            Action::SendAsUsual => self.entry().is_some_and(|e| e.exchange.transfer != e.exchange.transfer.usual()),
            Action::Show => self.pane_of_proof().is_some(),
            Action::Compare => self.request_count() > 1 || self.entry().is_some_and(|e| e.token().is_some()),
            Action::Send => self.entry().is_some_and(|e| !e.exchange.request.url.is_empty()),
            Action::NextRequest | Action::PreviousRequest | Action::Focus(Pane::Requests) => self.request_count() > 1,
            Action::Undo => {
                let in_list = self.file().is_some_and(|f| f.list_history.last_done().is_some());
                in_list || self.entry().is_some_and(|e| e.editor.can_undo())
            }
            Action::Save => self.file().is_some_and(RequestFile::is_dirty),
            _ => true,
        }
    }

    /// True when the fix of what is chosen is an edit of the request.
    pub fn fix_is_edit(&self) -> bool {
        self.subject().and_then(|s| s.fix).is_some_and(|f| matches!(f.kind, FixKind::Edit(_)))
    }

    /// The pane that holds the first proof of what is chosen.
    pub fn pane_of_proof(&self) -> Option<Pane> {
        let subject = self.subject()?;
        subject.evidence.iter().find_map(|e| match e.place {
            Place::RequestLine | Place::RequestHeaderName(_) | Place::RequestHeader(_) | Place::RequestBody => Some(Pane::Request),
            Place::ResponseStatus | Place::ResponseHeader(_) | Place::ResponseBody => Some(Pane::Response),
            Place::TokenHeader | Place::Claims => Some(Pane::Claims),
            Place::Context => None,
        })
    }
}
