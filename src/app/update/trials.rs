//! Sending variants of the open request, to find what makes the difference.

use crate::app::dialogs::Overlay;
use crate::app::dialogs::trials::{TrialOutcome, TrialRow, TrialState, TrialTable};
use crate::app::effect::Effect;
use crate::app::ids::SendId;
use crate::app::keymap::Action;
use crate::app::model::{Model, Network, Tone};
use crate::app::workspace::keyring::AfterKeyring;
use crate::app::workspace::request::Entry;
use crate::domain::exchange::{Redirects, TransferOptions};
use crate::domain::response::Response;
use crate::domain::secrecy::quoted;
use crate::domain::trial::outcome::conclusion;
use crate::domain::trial::tried::Trial;
use crate::domain::trial::variants::{OtherRequest, Variant, variants};

impl Model {
    /// Shows which variants would be sent, with what they need of the keyring.
    pub(super) fn try_variants(&mut self) -> Vec<Effect> {
        self.leave_editing();
        self.reread();
        self.read_keyring(AfterKeyring::TryVariants).unwrap_or_else(|| {
            self.show_trials();
            Vec::new()
        })
    }

    /// Shows which variants would be sent.
    pub(super) fn show_trials(&mut self) {
        let Some(entry) = self.entry() else { return };
        if let Some((name, reason)) = entry.unresolved_on_sending().first() {
            let name = quoted(name);
            return self.notify(Tone::Bad, format!("No variants are sent: {{{{{name}}}}} {reason}"));
        }
        if !entry.named_files().is_empty() || entry.why_not_whole().is_some() {
            return self.notify(Tone::Bad, "No variants are sent: the body is in a file");
        }
        let beside: Vec<(String, &Entry)> = self
            .files
            .iter()
            .flat_map(|file| &file.entries)
            .filter(|other| other.id != entry.id)
            .map(|other| (other.title(), other))
            .collect();
        let others: Vec<OtherRequest> = beside
            .iter()
            .map(|(name, other)| OtherRequest {
                name,
                request: &other.exchange.request,
                raw: &other.raw,
                is_accepted: other.current_answer().is_some_and(Response::is_success),
            })
            .collect();
        let transfer = &entry.exchange.transfer;
        let row = |variant: Variant| {
            let proxy = if variant.trial == Trial::NoProxy { None } else { transfer.proxy.clone() };
            // All end where the request as it is does, or they could not be compared; a browser follows none with a preflight.
            let redirects = if variant.trial == Trial::Preflight { Redirects::Show } else { transfer.redirects };
            TrialRow { variant, transfer: TransferOptions { proxy, redirects, ..transfer.clone() }, outcome: None, difference: None }
        };
        let rows: Vec<TrialRow> = variants(&entry.exchange, &others).into_iter().map(row).collect();
        let request = entry.id;
        if rows.len() < 2 {
            return self.notify(Tone::Bad, "There is nothing to vary: the request has no credential, and its path is the root");
        }
        self.overlay = Some(Overlay::Trials(Box::new(TrialTable { request, rows, chosen: 0, state: TrialState::Asking })));
    }

    /// Sends the first variant, if the user may send it without saying more.
    pub(super) fn start_trials(&mut self) -> Vec<Effect> {
        self.send_trial(0)
    }

    fn send_trial(&mut self, index: usize) -> Vec<Effect> {
        let id = SendId(self.number());
        let Some(Overlay::Trials(table)) = &mut self.overlay else { return Vec::new() };
        let Some(row) = table.rows.get(index) else {
            self.end_trials(None);
            return Vec::new();
        };
        let effect = Effect::Send(id, Box::new(row.variant.request.clone()), row.transfer.clone());
        table.state = TrialState::Sending(id, index);
        table.chosen = index;
        self.network = Network::Used;
        vec![effect]
    }

    /// The answer to a variant; `None` if it is of another send.
    pub(super) fn trial_answered(&mut self, id: SendId, answer: &Response) -> Option<Vec<Effect>> {
        self.trial_ended(id, TrialOutcome::Answered(Box::new(answer.clone())))
    }

    /// A variant was not answered; `None` if it is of another send.
    pub(super) fn trial_failed(&mut self, id: SendId, why: &str) -> Option<Vec<Effect>> {
        self.trial_ended(id, TrialOutcome::Failed(why.to_string()))
    }

    fn trial_ended(&mut self, id: SendId, outcome: TrialOutcome) -> Option<Vec<Effect>> {
        let Some(Overlay::Trials(table)) = &mut self.overlay else { return None };
        let TrialState::Sending(running, index) = table.state else { return None };
        if running != id {
            return None;
        }
        let status = if let TrialOutcome::Answered(answer) = &outcome { answer.status } else { 0 };
        table.ended(index, outcome);
        if status == 429 {
            self.end_trials(Some("Stopped: the server asked to slow down (429). "));
            return Some(Vec::new());
        }
        Some(self.send_trial(index + 1))
    }

    /// No more are sent: says what it proves, and gives it to the checks.
    fn end_trials(&mut self, why: Option<&str>) {
        let Some(Overlay::Trials(table)) = &mut self.overlay else { return };
        let tried = table.tried();
        table.state = TrialState::Done(format!("{}{}", why.unwrap_or_default(), conclusion(&tried)));
        table.chosen = table.accepted().unwrap_or(0);
        let request = table.request;
        if let Some(at) = self.find(request)
            && let Some(entry) = self.files.get_mut(at.file).and_then(|file| file.entries.get_mut(at.entry))
            && entry.current_answer().is_some()
        {
            entry.exchange.context.tried = tried;
            entry.forget();
        }
    }

    /// Esc: stops what is running, or closes the table.
    pub(super) fn stop_trials(&mut self) -> Vec<Effect> {
        let Some(Overlay::Trials(table)) = &self.overlay else { return Vec::new() };
        match table.state {
            TrialState::Sending(id, _) => {
                self.end_trials(Some("Stopped. "));
                vec![Effect::Cancel(id)]
            }
            _ => {
                self.overlay = None;
                Vec::new()
            }
        }
    }

    /// Makes the request the chosen variant, as one edit.
    pub(super) fn use_variant(&mut self) {
        let Some(Overlay::Trials(table)) = self.overlay.take() else { return };
        let Some(at) = self.find(table.request) else { return };
        let Some((first, row)) = table.rows.first().zip(table.rows.get(table.chosen)) else { return };
        if row.outcome.is_none() {
            return self.notify(Tone::Bad, "Not written: that one was not sent");
        }
        if row.variant.trial == Trial::NoProxy {
            self.open(at);
            self.entry_mut().into_iter().for_each(|entry| entry.exchange.transfer.proxy = None);
            let send = self.key_of(Action::Send);
            return self.notify(Tone::Good, format!("The request is now sent without the proxy of its command; press {send} to send"));
        }
        let edits = row.edits(first);
        if edits.is_empty() {
            return self.notify(Tone::Good, "That is the request as it is");
        }
        let edited_at = self.number();
        self.open(at);
        // What another of the user's requests has as a variable is the user's own.
        let foreign = self.entry().filter(|_| row.variant.written.is_none()).and_then(|entry| entry.foreign_variable(&edits));
        if let Some(name) = foreign {
            let name = quoted(&name);
            return self.notify(Tone::Bad, format!("Not applied: the answer wrote {{{{{name}}}}}; your own value would fill it"));
        }
        if let Some(file) = self.files.get_mut(at.file) {
            file.apply(at.entry, &edits);
            file.list_history.forget_undone();
        }
        self.entry_mut().into_iter().for_each(|entry| entry.edited_at = edited_at);
        let (send, undo) = (self.key_of(Action::Send), self.key_of(Action::Undo));
        self.notify(Tone::Good, format!("The request is now sent {}; press {send} to send, {undo} to undo", row.variant.label));
    }

    /// Whether variants may be sent with the key that only sends safe methods.
    pub fn trials_are_safe(&self) -> bool {
        matches!(&self.overlay, Some(Overlay::Trials(table)) if table.state == TrialState::Asking && !table.is_unsafe())
    }
}
