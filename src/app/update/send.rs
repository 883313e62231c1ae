//! Sending the open request.

use crate::app::dialogs::Overlay;
use crate::app::effect::Effect;
use crate::app::ids::{RequestPosition, SendId};
use crate::app::keymap::Action;
use crate::app::model::{Focus, Model, Network, Tone};
use crate::app::workspace::keyring::AfterKeyring;
use crate::app::workspace::request::Entry;
use crate::app::workspace::sending::{Failure, LookalikeHost, SendState};
use crate::domain::exchange::Certificates;
use crate::domain::lookalike::{Lookalike, lookalike};
use crate::domain::origin;
use crate::domain::request::Request;
use crate::formats::attachment::Attachment;

impl Model {
    /// Sends the open request, but asks first if variables have no value. `certificates` applies to this send only.
    pub(super) fn send(&mut self, certificates: Certificates) -> Vec<Effect> {
        // What was never edited may not have been resolved on its own yet.
        self.reread();
        let text = self.entry().map_or(0, Entry::text_number);
        self.read_keyring(AfterKeyring::Send { certificates, text }).unwrap_or_else(|| self.send_filled(certificates))
    }

    /// The same once what it needs of the keyring was read.
    pub(super) fn send_filled(&mut self, certificates: Certificates) -> Vec<Effect> {
        if self.running().is_none()
            && let Some(question) = self.ask_about_unresolved(certificates)
        {
            self.leave_editing();
            self.overlay = Some(Overlay::Unresolved(question));
            return Vec::new();
        }
        self.send_as_written(certificates)
    }

    /// Sends the open request with its variables as they are, but asks first if credentials would go to a host that looks like
    /// another one.
    pub(super) fn send_as_written(&mut self, certificates: Certificates) -> Vec<Effect> {
        if self.running().is_none()
            && let Some(entry) = self.entry()
            && let Some(lookalike) = self.lookalike(&entry.exchange.request)
        {
            self.overlay = Some(Overlay::Lookalike(lookalike, certificates));
            return Vec::new();
        }
        self.send_now(certificates, LookalikeHost::Ask)
    }

    /// The host that would get credentials of a request and looks like another one.
    fn lookalike(&self, request: &Request) -> Option<Lookalike> {
        let others = self.files.iter().flat_map(|f| &f.entries).map(|e| e.exchange.request.url.as_str());
        lookalike(&request.url, others).filter(|_| origin::carries_credential(request))
    }

    /// What to say of an address that somebody else wrote, where its host looks like another one.
    pub(super) fn lookalike_warning(&self, url: &str) -> Option<String> {
        let others = self.files.iter().flat_map(|f| &f.entries).map(|e| e.exchange.request.url.as_str());
        let found = lookalike(url, others)?;
        Some(format!("! That host is {}, which reads {}. {}", found.host, found.reads, found.likeness))
    }

    /// Sends the open request. `lookalikes` says whether to ask once its body files are read: they may carry a credential now.
    pub(super) fn send_now(&mut self, certificates: Certificates, lookalikes: LookalikeHost) -> Vec<Effect> {
        if self.running().is_some() {
            self.notify(Tone::Bad, "Already sending; press Esc to stop");
            return Vec::new();
        }
        let id = SendId(self.number());
        let (at, now) = (self.at, self.now);
        if let Some(file) = self.files.get_mut(at.file) {
            file.draw_anew(at.entry, now);
        }
        let mut transfer = self.entry().map(|e| e.exchange.transfer.clone()).unwrap_or_default();
        let (body_files, now) = (self.read_body_files(id), self.now);
        let Some(entry) = self.entry_mut() else { return Vec::new() };
        if entry.exchange.request.url.is_empty() {
            self.notify(Tone::Bad, format!("The request has no address yet: press {} to type it", self.key_of(Action::Edit)));
            return Vec::new();
        }
        if certificates == Certificates::LetPass {
            transfer.let_pass = entry.hosts_to_accept().into();
        }
        if let Some(read) = body_files {
            entry.reading_files(id, transfer, lookalikes, now);
            return vec![read];
        }
        if let Some(why) = entry.why_not_whole() {
            let told = not_whole(why);
            self.notify(Tone::Bad, told);
            return Vec::new();
        }
        entry.sending(id, transfer.clone(), now);
        let request = Box::new(entry.exchange.request.clone());
        self.network = Network::Used;
        vec![Effect::Send(id, request, transfer)]
    }

    /// Reads the files that the open request's body refers to, so that their current content is sent.
    fn read_body_files(&self, id: SendId) -> Option<Effect> {
        let (file, entry) = (self.file()?, self.entry()?);
        let requests = file.path.clone()?;
        let known = |name: &String| (name.clone(), file.attachments.get(name).cloned());
        let files: Vec<_> = entry.named_files().iter().map(known).collect();
        (!files.is_empty()).then_some(Effect::ReadBodyFiles { id, requests, files })
    }

    /// The body files were read: sends the request with their content, and says which of them changed.
    pub(super) fn body_files_read(&mut self, id: SendId, read: Result<Vec<(String, Attachment)>, String>) -> Vec<Effect> {
        let is_running = |sending: &SendState| matches!(sending, SendState::Running { id: running, .. } if *running == id);
        let places =
            self.files.iter().enumerate().flat_map(|(file, f)| (0..f.entries.len()).map(move |entry| RequestPosition { file, entry }));
        let waits =
            |at: &RequestPosition| self.files.get(at.file).and_then(|f| f.entries.get(at.entry)).is_some_and(|e| is_running(&e.sending));
        // It may have been canceled or deleted.
        let Some(at) = places.into_iter().find(waits) else { return Vec::new() };
        let Some(file) = self.files.get_mut(at.file) else { return Vec::new() };
        let waiting = file.entries.get_mut(at.entry).and_then(|entry| Some((entry.take_waiting()?, entry.body_origin)));
        let Some(((raw, lookalikes), body_origin)) = waiting else { return Vec::new() };
        let (request, changed) = match read {
            Ok(read) => {
                let changed = file.attach(read);
                let resolved = file.resolver(at.entry).resolve(&raw, body_origin);
                match resolved.why_not_whole() {
                    Some(why) => (Err(not_whole(why)), changed),
                    None => (Ok(resolved.request), changed),
                }
            }
            Err(why) => (Err(not_whole(&why)), Vec::new()),
        };
        if let Ok(request) = &request
            && lookalikes == LookalikeHost::Ask
            && let Some(lookalike) = self.lookalike(request)
        {
            self.ask_about_body_file(at, id, lookalike);
            return Vec::new();
        }
        let now = self.now;
        let Some(entry) = self.files.get_mut(at.file).and_then(|file| file.entries.get_mut(at.entry)) else { return Vec::new() };
        match request {
            Ok(request) => {
                let transfer = entry.sending_read(id, &request, now);
                self.network = Network::Used;
                if !changed.is_empty() {
                    let text = format!("Sent with what changed on disk: {}", changed.join(", "));
                    self.notify(Tone::Bad, text);
                }
                vec![Effect::Send(id, Box::new(request), transfer)]
            }
            Err(why) => {
                entry.sending = SendState::Failed(id, why, Failure::Other);
                Vec::new()
            }
        }
    }

    /// A body file changed and carries a credential to a host that looks like another one: asks if the user is at that request.
    fn ask_about_body_file(&mut self, at: RequestPosition, id: SendId, lookalike: Lookalike) {
        let is_shown = self.at == at && self.overlay.is_none() && self.focus != Focus::Editing;
        let Some(entry) = self.files.get_mut(at.file).and_then(|file| file.entries.get_mut(at.entry)) else { return };
        if is_shown {
            entry.sending = SendState::Idle;
            self.overlay = Some(Overlay::Lookalike(lookalike, Certificates::Check));
        } else {
            let why = "not sent: the body file carries a credential now, and the host looks like another one; send it again to decide";
            entry.sending = SendState::Failed(id, why.into(), Failure::Other);
        }
    }
}

fn not_whole(why: &str) -> String {
    format!("Not sent: {why}; write the body into the request instead")
}
