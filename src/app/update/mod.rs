//! How each message changes the model, and the effects it causes.

mod act;
mod answers;
mod auth;
mod choices;
mod comparing;
mod cookies;
mod copy;
mod dialogs;
mod discovery;
mod drafts;
mod edit;
mod environments;
mod files;
mod history;
mod introspection;
mod keyring;
mod logs;
mod mirror;
mod opening;
mod parameters;
mod paste;
mod paths;
mod pointer;
mod programs;
mod reloading;
mod renew;
mod saving;
mod search;
mod send;
mod token;
mod trials;
mod values;
mod watching;

use std::sync::Arc;

use crate::app::dialogs::Overlay;
use crate::app::effect::Effect;
use crate::app::key::{Code, Key};
use crate::app::keymap::{Action, KeyContext};
use crate::app::message::Message;
use crate::app::model::{Focus, Model, Notice, QuitState, Tone};
use crate::app::panes::token_view::ClockSource;
use crate::app::panes::{Pane, claims};
use crate::app::scroll::{Scroll, Scrollable};
use crate::app::workspace::sending::SendState;
use crate::domain::time;

/// More is not put after a notice, in bytes.
const LONGEST_NOTICE: usize = 256;

/// Applies one message. All derived state is up to date on return.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    let may_open =
        matches!(message, Message::Resize(..) | Message::Opened(..) | Message::Saved(_) | Message::Reloaded(..) | Message::HomesFound(..));
    let is_read_again = matches!(message, Message::Reloaded(..) | Message::ReadAgain(..));
    let mut effects = take(model, message);
    if is_read_again {
        // Another program may have changed how tokens are obtained.
        model.share_tokens();
    }
    effects.extend(model.read_touched());
    if may_open {
        effects.extend(model.watch());
    }
    model.refresh();
    effects.extend(model.read_next());
    effects
}

fn take(model: &mut Model, message: Message) -> Vec<Effect> {
    match message {
        // The user cannot see what these would do.
        Message::Key(key) if model.is_too_small() => return model.key_on_small_screen(key),
        Message::Paste(_) if model.is_too_small() => model.notify(Tone::Bad, "A paste was ignored: the terminal was too small to show it"),
        Message::PasteRefused(_) | Message::Click(_) | Message::Wheel(..) if model.is_too_small() => {}
        // Nothing new starts while quitting.
        Message::Key(key) if model.is_quitting() => return model.key_while_quitting(key),
        Message::Paste(_) | Message::PasteRefused(_) | Message::Click(_) if model.is_quitting() => {}
        Message::Key(key) => return model.key(key),
        Message::Paste(text) => return model.paste(&text),
        Message::PasteRefused(most) => {
            model.notify(Tone::Bad, format!("The paste is larger than {most} and was ignored; save it to a file and open that"));
        }
        Message::Click(target) => return model.click(target),
        Message::Perform(at, action) => {
            model.open(at);
            return model.perform(action);
        }
        Message::Wheel(pane, lines) => return model.wheel(pane, lines),
        Message::Resize(width, height) => model.size = (width, height),
        Message::Now(now) => model.clock(now),
        Message::Idle => model.do_idle_work(),
        Message::BodyFiles(id, read) => return model.body_files_read(id, read),
        Message::Progress(id, phase) => {
            let running = model
                .files
                .iter_mut()
                .flat_map(|f| &mut f.entries)
                .find(|e| matches!(e.sending, SendState::Running { id: i, .. } if i == id));
            if let Some(SendState::Running { phase: current, .. }) = running.map(|entry| &mut entry.sending) {
                *current = phase;
            }
        }
        Message::ResponseReceived(id, answer, notices) => {
            if let Some(effects) = model
                .renewal_answered(id, &answer)
                .or_else(|| model.trial_answered(id, &answer))
                .or_else(|| model.discovery_answered(id, &answer))
            {
                return effects;
            }
            let now = model.now;
            let taken = model.files.iter_mut().flat_map(|f| &mut f.entries).find_map(|e| e.answered(id, &answer, now).map(|()| e.id));
            if taken.is_some() && !notices.is_empty() {
                model.notify(Tone::Bad, notices.join(". "));
            }
            if let Some(request) = taken {
                model.keep_cookies(request);
                model.fill_from_answer(request);
                model.judge_renewed(id, &answer);
                let kept = model.judge_kept(request, &answer);
                return model.record(request).into_iter().chain(kept).chain(model.send_next(id)).collect();
            }
        }
        Message::SendFailed(id, why, ..) if model.renewal_not_sent(id, &why) || model.discovery_failed(id, &why) => {}
        Message::SendFailed(id, why, kind, partial) => {
            if let Some(effects) = model.trial_failed(id, &why) {
                return effects;
            }
            let now = model.now;
            for entry in model.files.iter_mut().flat_map(|f| &mut f.entries) {
                if matches!(entry.sending, SendState::Running { id: i, .. } if i == id) {
                    if let Some(partial) = &partial {
                        entry.answered(id, partial, now);
                    }
                    entry.sending = SendState::Failed(id, why.clone(), kind.clone());
                }
            }
        }
        Message::SendStopped(id, partial) => {
            let now = model.now;
            model.files.iter_mut().flat_map(|f| &mut f.entries).for_each(|entry| entry.stopped_with(id, &partial, now));
        }
        Message::Listening { id, redirect_url, random } => return model.listening(id, &redirect_url, &random),
        Message::Callback(id, query) => return model.callback(id, &query),
        Message::CallbackFailed(id, why) => model.callback_failed(id, &why),
        Message::Waited(id) => return model.waited(id),
        Message::PasteRead(id, text, read) => {
            model.paste_read(id, &text, *read);
        }
        Message::LogLines(id, read) => model.log_lines_read(id, read),
        Message::Mirrored(mirrored) => model.arrived(*mirrored),
        Message::Opened(id, read) => model.opened(id, read),
        Message::Paths(typed, found) => model.paths_found(&typed, found),
        Message::Saved(file) => {
            let mut effects = model.saved(file);
            // Not later: a session that is killed then would leave behind what is saved.
            effects.splice(0..0, model.save_draft());
            return effects;
        }
        Message::SaveFailed(file, why) => model.not_saved(file, &why),
        Message::ChangedOnDisk(file, theirs) => model.changed_on_disk(file, theirs),
        Message::Reloaded(file, read) => return model.reloaded(file, read),
        Message::Touched(file) => model.touched(file),
        Message::ReadAgain(file, number, read) => return model.read_again(file, number, read),
        Message::Keys(id, read) => match read {
            Ok(keys) => {
                if let Some(entry) = model.files.iter_mut().flat_map(|f| &mut f.entries).find(|e| e.id == id) {
                    entry.exchange.context.keys = Some(Arc::new(keys));
                    entry.forget();
                }
            }
            Err(why) => model.notify(Tone::Bad, format!("The keys cannot be read: {why}")),
        },
        Message::ServerConfig(id, read) => match read {
            Ok(config) => {
                if let Some(entry) = model.files.iter_mut().flat_map(|f| &mut f.entries).find(|e| e.id == id) {
                    entry.exchange.context.server_configs = vec![Arc::new(config)];
                    entry.forget();
                }
            }
            Err(why) => model.notify(Tone::Bad, format!("The configuration cannot be read: {why}")),
        },
        Message::SigningKey(id, read) => model.signing_key_read(id, read),
        Message::ProcessRead(request, read, certificates) => return model.process_read(request, &read, certificates),
        Message::KeyringRead(id, read, then) => return model.keyring_read(id, read, then),
        Message::Edited(id, text) => model.edited(id, text),
        Message::Notify(text) => model.notify(Tone::Good, text),
        Message::Warn(text) => model.notify(Tone::Bad, text),
        Message::SaveDraft => return model.save_draft(),
        Message::DraftFailed(why) => model.notify(Tone::Bad, format!("Drafts cannot be kept in this session: {why}")),
        Message::OrphanedDrafts(left) => model.offer_drafts(left),
        Message::HomesFound(left, homes) => return model.take_over(left, &homes),
        Message::LastEnvironment(name) => {
            model.last_environment = Some(name);
            model.choose_first_environment();
        }
        Message::DraftSecrets(to) => model.draft_secrets = to,
    }
    Vec::new()
}

impl Model {
    /// A key on a screen that is too small: it quits or does nothing. The question about unsaved changes is answered once it is
    /// visible.
    fn key_on_small_screen(&mut self, key: Key) -> Vec<Effect> {
        let quits = |contexts: &[KeyContext]| self.keymap.action(contexts, key) == Some(Action::Quit);
        let is_asked = matches!(self.overlay, Some(Overlay::Quit));
        if !is_asked && (quits(&[KeyContext::Global]) || quits(&self.contexts())) { self.quit() } else { Vec::new() }
    }

    /// True while only running saves delay the end of the program.
    pub fn is_quitting(&self) -> bool {
        self.quit_state != QuitState::No && self.overlay.is_none()
    }

    /// A key while quitting waits: Esc cancels it, and quitting again does not wait for drafts.
    fn key_while_quitting(&mut self, key: Key) -> Vec<Effect> {
        match self.keymap.action(&self.contexts(), key) {
            Some(Action::Back) => self.stay(),
            // A disk may never answer. What is in the drafts stays there, and is offered again.
            Some(Action::Quit) if self.opens_drafts => {
                self.opens_drafts = false;
                return self.continue_quitting();
            }
            _ => {}
        }
        Vec::new()
    }

    fn key(&mut self, key: Key) -> Vec<Effect> {
        self.notice = None;
        let contexts = self.contexts();
        // The list of losses is informational: most keys close it and act on the main screen.
        let stays = matches!(key.code, Code::Esc | Code::PageUp | Code::PageDown | Code::Char('q'));
        if matches!(self.overlay, Some(Overlay::Losses { .. })) && !stays {
            self.overlay = None;
            return self.key(key);
        }
        if let Some(action) = self.keymap.action(&contexts, key) {
            return self.perform(action);
        }
        if let Some(c) = key.typed() {
            self.completion = None;
            if let Some(overlay) = &mut self.overlay {
                if let Some(field) = overlay.field() {
                    field.type_char(c);
                    self.after_typing();
                }
            } else if self.focus == Focus::Editing {
                self.edit(|editor| editor.type_char(c));
                self.offer_completion();
            }
        }
        Vec::new()
    }

    /// Shows a notice in the footer.
    pub(in crate::app) fn notify(&mut self, tone: Tone, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), tone });
    }

    /// Shows what happened without the user's doing: after bad news that no key has taken away yet.
    fn notify_too(&mut self, tone: Tone, text: String) {
        match &mut self.notice {
            Some(unseen) if unseen.tone == Tone::Bad => {
                if unseen.text.len() < LONGEST_NOTICE && !unseen.text.ends_with(&text) {
                    unseen.text = format!("{}; {text}", unseen.text);
                }
            }
            _ => self.notify(tone, text),
        }
    }

    /// Advances the clock. A report by the local clock is recomputed when a time in the token has passed.
    fn clock(&mut self, now: jiff::Timestamp) {
        let before = std::mem::replace(&mut self.now, now);
        let Some(entry) = self.entry_mut() else { return };
        let passed = entry.token().is_some_and(|token| {
            ["exp", "nbf", "iat"].iter().any(|name| {
                let moment = token.claim(name).and_then(serde_json::Value::as_f64).and_then(time::from_seconds);
                moment.is_some_and(|m| before < m && m <= now)
            })
        });
        if passed && entry.judged_at(now).1 == ClockSource::Local {
            entry.forget();
        }
    }

    /// Seconds until the screen changes by itself; `None` if it does not.
    pub fn next_tick(&self) -> Option<u64> {
        if self.opening.is_some() || matches!(&self.overlay, Some(Overlay::Renew(renewal)) if renewal.running().is_some()) {
            return Some(1);
        }
        let entry = self.entry()?;
        if matches!(entry.sending, SendState::Running { .. }) {
            return Some(1);
        }
        let (token, _) = self.shown_token()?;
        let (now, clock) = entry.judged_at(self.now);
        (clock == ClockSource::Local && claims::ticks(token)).then(|| claims::seconds_to_change(token, now))
    }

    /// Scrolls a pane: lists move the selection, texts are scrolled by the view.
    fn scroll(&mut self, pane: Pane, by: Scroll) -> Vec<Effect> {
        match pane {
            Pane::Requests => self.step_request(by.steps()),
            Pane::Checklist => self.step_finding(by.steps()),
            Pane::Request | Pane::Response | Pane::Claims => return vec![Effect::Scroll(Scrollable::Pane(pane), by)],
        }
        Vec::new()
    }
}
