//! Which actions are available.

use std::path::PathBuf;

use super::{Focus, Model};
use crate::app::dialogs::Overlay;
use crate::app::ids::FileId;
use crate::app::keymap::{Action, Copyable, KeyContext};
use crate::app::panes::Pane;
use crate::app::panes::response::BodyForm;
use crate::app::workspace::request::{Entry, PastVersion};
use crate::app::workspace::request_file::RequestFile;
use crate::app::workspace::sending::{Failure, SendState};
use crate::checks::{FixKind, Place};
use crate::formats::env::ValueKind;

impl Model {
    /// The key contexts of this moment, innermost first.
    pub fn contexts(&self) -> Vec<KeyContext> {
        if self.has_log_lines() {
            return vec![KeyContext::LogLines, KeyContext::Dialog];
        }
        if let Some(overlay) = &self.overlay {
            let completing = self.completion.as_ref().map(|_| KeyContext::Completing);
            return completing.into_iter().chain(overlay.contexts()).collect();
        }
        match self.focus {
            Focus::Editing if self.completion.is_some() => {
                vec![KeyContext::Completing, KeyContext::Editing, KeyContext::Typing, KeyContext::Global]
            }
            Focus::Editing => vec![KeyContext::Editing, KeyContext::Typing, KeyContext::Global],
            Focus::On(pane) => {
                let own = match pane {
                    Pane::Requests => KeyContext::Requests,
                    Pane::Request => KeyContext::Request,
                    Pane::Response => KeyContext::Response,
                    Pane::Claims => KeyContext::Claims,
                    Pane::Checklist => KeyContext::Checklist,
                };
                let sending = self.running().map(|_| KeyContext::Sending);
                let found = self.search_in(pane).map(|_| KeyContext::Found);
                sending.into_iter().chain(found).chain([own, KeyContext::Main, KeyContext::Global]).collect()
            }
        }
    }

    /// Whether an action would do something now, for hints and the palette.
    pub fn can(&self, action: Action) -> bool {
        let subject = || self.subject();
        match action {
            Action::Fix if matches!(self.overlay, Some(Overlay::Explain)) => self.fix_is_done_here(),
            Action::Fix => subject().and_then(|s| s.fix).is_some(),
            Action::Choose if self.overlay.is_none() && self.focus == Focus::On(Pane::Checklist) => subject().is_some(),
            Action::Explain | Action::NextFinding | Action::PreviousFinding => subject().is_some(),
            // Offered only after a certificate was refused.
            Action::SendAnyway => self.entry().is_some_and(|e| matches!(e.sending, SendState::Failed(_, _, Failure::Certificate(_)))),
            Action::ClearCurlOptions => self.entry().is_some_and(|e| e.exchange.transfer != e.exchange.transfer.usual()),
            Action::GoToBytes => self.pane_of_proof().is_some(),
            Action::Logs => self.logs.is_some(),
            Action::Compare => {
                let has_past = |e: &Entry| PastVersion::ALL.into_iter().any(|version| e.past(version).is_some());
                self.request_count() > 1 || self.entry().is_some_and(|e| e.token().is_some() || has_past(e))
            }
            Action::Send => self.entry().is_some_and(|e| !e.exchange.request.url.is_empty()),
            Action::NextRequest | Action::PreviousRequest => self.request_count() > 1,
            Action::Undo => {
                let in_list = self.file().is_some_and(|f| f.list_history.last_done().is_some());
                in_list || !self.value_history.done.is_empty() || self.entry().is_some_and(|e| e.editor.can_undo())
            }
            Action::UseTokenInFile => matches!(&self.overlay, Some(Overlay::Pasted(question)) if question.same.len() > 1),
            Action::ReplaceValue => matches!(&self.overlay, Some(Overlay::Pasted(question)) if question.home.is_some()),
            Action::ReferToIssued => matches!(&self.overlay, Some(Overlay::Pasted(question)) if question.reference.is_some()),
            Action::UseToken => self.entry().is_some_and(|e| !e.is_scratch()),
            Action::MakeRequest if self.has_log_lines() => self.logs.as_ref().is_some_and(|view| view.line().is_some()),
            Action::MakeRequest => matches!(&self.overlay, Some(Overlay::Pasted(question)) if question.exchange.is_some()),
            Action::UseIssued | Action::CopyThis(Copyable::Issued) => self.entry().is_some_and(|e| e.issued().is_some()),
            Action::SaveBody | Action::CopyThis(Copyable::Body) => {
                self.entry().and_then(Entry::shown_answer).is_some_and(|answer| !answer.body.is_empty())
            }
            Action::ReadInProgram => self.entry().is_some_and(|e| e.shown_text().is_some()),
            Action::OtherToken => self.entry().is_some_and(|e| e.issued().is_some() && e.token().is_some()),
            Action::TryVariants | Action::Parameters => self.entry().is_some_and(|e| !e.exchange.request.url.is_empty()),
            Action::SendVariants => self.trials_are_safe(),
            Action::SendUnsafeVariants => !self.trials_are_safe(),
            Action::SwitchRecording => self.recording_folder().is_some(),
            Action::History => self.entry().is_some_and(|e| e.exchange.answer.is_some()),
            Action::OtherAnswer => self.entry().is_some_and(|e| e.earlier_answer().is_some()),
            Action::ToggleBodyForm => self.entry().is_some_and(Entry::has_layout),
            Action::Fold => self.entry().is_some_and(|e| e.has_layout() && e.body_form() == BodyForm::LaidOut),
            Action::Unfold => self.entry().is_some_and(|e| e.has_layout() && e.open_levels().is_some()),
            Action::ReadProcess => matches!(&self.overlay, Some(Overlay::Unresolved(question)) if !question.of_process.is_empty()),
            Action::SendNeeded => matches!(&self.overlay, Some(Overlay::Unresolved(question)) if question.needed.is_some()),
            Action::Environment => match &self.overlay {
                Some(Overlay::Unresolved(question)) => question.is_in_environment,
                _ => true,
            },
            Action::Values if matches!(self.overlay, Some(Overlay::Unresolved(_))) => self.lacks_value(),
            Action::OpenLogin => self.login().is_some(),
            Action::OpenLoginAddress | Action::CopyLoginAddress => self.login_address().is_some(),
            Action::FindEndpoints => self.can_discover(),
            Action::FetchKeys | Action::Introspect => self.entry().is_some_and(|e| e.token().is_some()),
            Action::MakeToken => self.entry().is_some_and(|e| !e.exchange.request.url.is_empty() || e.token().is_some()),
            Action::Renew => self.entry().is_some_and(|e| !e.is_scratch()),
            Action::Reload => self.conflict_to_reload().is_some(),
            Action::Save => self.file().is_some_and(RequestFile::is_dirty) || self.value_files.unsaved().next().is_some(),
            _ => true,
        }
    }

    /// The file whose text another program changed, if that is what is asked about; a file that was never read has nothing to be
    /// read again, and neither has one that was deleted.
    pub(in crate::app) fn conflict_to_reload(&self) -> Option<(FileId, PathBuf, Option<ValueKind>)> {
        let Some(Overlay::Conflict { file: id, path, theirs: Some(_) }) = &self.overlay else { return None };
        let (own, kind) = self.place_of(*id)?;
        (own == *path).then_some((*id, own, kind))
    }

    /// True if the selected finding's fix is done with a key: by an edit of the request, or by another token.
    pub fn fix_is_done_here(&self) -> bool {
        self.subject().and_then(|s| s.fix).is_some_and(|f| matches!(f.kind, FixKind::Edit(_) | FixKind::Renew))
    }

    /// The pane with the first evidence of the selected finding.
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
