//! What each message does to the model, and what is to be done outside because of it.

mod act;
mod choices;
mod copy;
mod dialogs;
mod drafts;
mod edit;
mod files;
mod opening;
mod paste;
mod pointer;
mod send;

use std::sync::Arc;

use crate::app::dialogs::Overlay;
use crate::app::effect::Effect;
use crate::app::key::{Code, Key};
use crate::app::keymap::{self, Action, Context};
use crate::app::message::Message;
use crate::app::model::{Focus, Leaving, Model, Notice, Tone};
use crate::app::panes::token_view::{Clock, judged_at};
use crate::app::panes::{Pane, claims};
use crate::app::scroll::{Scroll, Scrollable};
use crate::app::workspace::request::Entry;
use crate::app::workspace::sending::Sending;
use crate::domain::time;

/// Takes one message in. Everything that follows from the change is up to date when it returns.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    let effects = take(model, message);
    model.settle();
    effects
}

fn take(model: &mut Model, message: Message) -> Vec<Effect> {
    match message {
        // Nobody sees what they would do.
        Message::Key(key) if model.is_too_small() => return model.key_unseen(key),
        Message::Paste(_) | Message::PasteRefused(_) | Message::Click(_) | Message::Wheel(..) if model.is_too_small() => {}
        // On the way out nothing is begun any more.
        Message::Key(key) if model.is_leaving() => model.key_on_leaving(key),
        Message::Paste(_) | Message::PasteRefused(_) | Message::Click(_) if model.is_leaving() => {}
        Message::Key(key) => return model.key(key),
        Message::Paste(text) => return model.paste(&text),
        Message::PasteRefused(most) => {
            model.tell(Tone::Bad, format!("more than {most} was pasted, and nothing of it is taken; save it to a file and open that"));
        }
        Message::Click(target) => return model.click(target),
        Message::Wheel(pane, lines) => return model.wheel(pane, lines),
        Message::Resize(width, height) => model.size = (width, height),
        Message::Now(now) => model.clock(now),
        Message::Idle => model.examine_more(),
        Message::BodyFiles(id, read) => return model.body_files_read(id, read),
        Message::Progress(id, phase) => {
            let running = model
                .files
                .iter_mut()
                .flat_map(|f| &mut f.entries)
                .find(|e| matches!(e.sending, Sending::Running { id: i, .. } if i == id));
            if let Some(entry) = running {
                entry.sending = Sending::Running { id, phase };
            }
        }
        Message::Answered(id, answer, notices) => {
            let now = model.now;
            let taken = model.files.iter_mut().flat_map(|f| &mut f.entries).find_map(|e| e.answered(id, &answer, now));
            if taken.is_some() && !notices.is_empty() {
                model.tell(Tone::Bad, notices.join("; "));
            }
        }
        Message::Failed(id, why, kind, partial) => {
            let now = model.now;
            for entry in model.files.iter_mut().flat_map(|f| &mut f.entries) {
                if matches!(entry.sending, Sending::Running { id: i, .. } if i == id) {
                    if let Some(partial) = &partial {
                        entry.answered(id, partial, now);
                    }
                    entry.sending = Sending::Failed(why.clone(), kind.clone());
                }
            }
        }
        Message::Opened(id, read) => model.opened(id, read),
        Message::Saved(file) => return model.saved(file),
        Message::NotSaved(file, why) => model.not_saved(file, &why),
        Message::Changed(file, theirs) => model.changed_on_disk(file, theirs),
        Message::Keys(id, read) => match read {
            Ok(keys) => {
                if let Some(entry) = model.files.iter_mut().flat_map(|f| &mut f.entries).find(|e| e.id == id) {
                    entry.exchange.context.keys = Some(Arc::new(keys));
                    entry.forget();
                }
            }
            Err(why) => model.tell(Tone::Bad, format!("the keys are not read: {why}")),
        },
        Message::Told(text) => model.tell(Tone::Good, text),
        Message::Warned(text) => model.tell(Tone::Bad, text),
        Message::Keep => return model.keep_draft(),
        Message::NotKept(why) => model.tell(Tone::Bad, format!("no drafts are kept in this session: {why}")),
        Message::DraftsLeft(left) => model.offer_drafts(left),
        Message::DraftSecrets(to) => model.draft_secrets = to,
    }
    Vec::new()
}

impl Model {
    /// A key on a screen that is too small to show anything: it quits or does nothing. What is unsaved is asked about, and
    /// answered where the question is seen.
    fn key_unseen(&mut self, key: Key) -> Vec<Effect> {
        let quits = |contexts: &[Context]| keymap::action(contexts, key) == Some(Action::Quit);
        let is_asked = matches!(self.overlay, Some(Overlay::Quit));
        if !is_asked && (quits(&[Context::Anywhere]) || quits(&self.contexts())) { self.quit() } else { Vec::new() }
    }

    /// True while nothing but running saves keeps the program from its end.
    pub fn is_leaving(&self) -> bool {
        self.leaving != Leaving::No && self.overlay.is_none()
    }

    /// A key while the program waits for the saves that are running: it can be told to stay.
    fn key_on_leaving(&mut self, key: Key) {
        if keymap::action(&self.contexts(), key) == Some(Action::Back) {
            self.stay();
        }
    }

    fn key(&mut self, key: Key) -> Vec<Effect> {
        self.notice = None;
        let contexts = self.contexts();
        // What was not carried over is told and stands in nobody's way: most keys go to the bench.
        let stays = matches!(key.code, Code::Esc | Code::PageUp | Code::PageDown | Code::Char('q'));
        if matches!(self.overlay, Some(Overlay::Losses { .. })) && !stays {
            self.overlay = None;
            return self.key(key);
        }
        if let Some(action) = keymap::action(&contexts, key) {
            return self.act(action);
        }
        if let Some(c) = key.typed() {
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

    /// Tells something in the footer.
    pub(in crate::app) fn tell(&mut self, tone: Tone, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), tone });
    }

    /// The local clock moved on. A verdict by the local clock is made anew when a moment in the token has passed.
    fn clock(&mut self, now: jiff::Timestamp) {
        let before = std::mem::replace(&mut self.now, now);
        let Some(entry) = self.entry_mut() else { return };
        let passed = entry.token().is_some_and(|token| {
            ["exp", "nbf", "iat"].iter().any(|name| {
                let moment = token.claim(name).and_then(serde_json::Value::as_f64).and_then(time::from_seconds);
                moment.is_some_and(|m| before < m && m <= now)
            })
        });
        if passed && judged_at(&entry.exchange, now).1 == Clock::Local {
            entry.forget();
        }
    }

    /// In how many seconds something on the screen changes by itself; `None` when nothing does.
    pub fn next_tick(&self) -> Option<u64> {
        if self.opening.is_some() {
            return Some(1);
        }
        let entry = self.entry()?;
        if matches!(entry.sending, Sending::Running { .. }) {
            return Some(1);
        }
        let token = entry.token()?;
        let (now, clock) = judged_at(&entry.exchange, self.now);
        (clock == Clock::Local && claims::ticks(token)).then(|| claims::seconds_to_change(token, now))
    }

    /// Scrolls a pane: in a list the choice moves, a text is scrolled by the view.
    fn scroll(&mut self, pane: Pane, by: Scroll) -> Vec<Effect> {
        match pane {
            Pane::Requests => self.step_request(by.steps()),
            Pane::Checklist => self.step_finding(by.steps()),
            Pane::Request | Pane::Response | Pane::Claims => {
                // The end of a long answer is known only when all of it is laid out.
                if (pane, by) == (Pane::Response, Scroll::End) {
                    self.entry_mut().into_iter().for_each(Entry::lay_out_all);
                }
                return vec![Effect::Scroll(Scrollable::Pane(pane), by)];
            }
        }
        Vec::new()
    }
}
