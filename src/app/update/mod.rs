//! What each message does to the model, and what is to be done outside because of it.

mod act;
mod edit;
mod files;
mod overlays;
mod paste;
mod pointer;
mod send;

pub use act::NARROW;
pub use files::ListRow;

use std::sync::Arc;

use super::carried::{Clock, judged_at};
use super::claims;
use super::entry::{Entry, Sending};
use super::key::{Code, Key};
use super::keymap::{self, Action, Context};
use super::model::{Focus, Model, Notice, Pane, Tone};
use super::msg::{Effect, Msg};
use super::overlay::Overlay;
use super::scroll::{Scroll, Scrollable};
use crate::domain::time;

/// Takes one message in. Everything that follows from the change is up to date when it returns.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let effects = take(model, msg);
    model.settle();
    effects
}

fn take(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        // Nobody sees what they would do.
        Msg::Key(key) if model.is_too_small() => return model.key_unseen(key),
        Msg::Paste(_) | Msg::PasteRefused(_) | Msg::Click(_) | Msg::Wheel(..) if model.is_too_small() => {}
        Msg::Key(key) => return model.key(key),
        Msg::Paste(text) => return model.paste(&text),
        Msg::PasteRefused(most) => {
            model.tell(Tone::Bad, format!("more than {most} was pasted, and nothing of it is taken; save it to a file and open that"));
        }
        Msg::Click(target) => return model.click(target),
        Msg::Wheel(pane, lines) => return model.wheel(pane, lines),
        Msg::Resize(width, height) => model.size = (width, height),
        Msg::Now(now) => model.clock(now),
        Msg::Idle => model.examine_more(),
        Msg::BodyFiles(id, read) => return model.body_files_read(id, read),
        Msg::Progress(id, phase) => {
            let running = model
                .files
                .iter_mut()
                .flat_map(|f| &mut f.entries)
                .find(|e| matches!(e.sending, Sending::Running { id: i, .. } if i == id));
            if let Some(entry) = running {
                entry.sending = Sending::Running { id, phase };
            }
        }
        Msg::Answered(id, answer, notices) => {
            let now = model.now;
            let taken = model.files.iter_mut().flat_map(|f| &mut f.entries).find_map(|e| e.answered(id, &answer, now));
            if taken.is_some() && !notices.is_empty() {
                model.tell(Tone::Bad, notices.join("; "));
            }
        }
        Msg::Failed(id, why, kind, partial) => {
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
        Msg::Opened(id, read) => model.opened(id, read),
        Msg::Saved(file) => return model.saved(file),
        Msg::NotSaved(file, why) => model.not_saved(file, &why),
        Msg::Changed(file, theirs) => model.changed_on_disk(file, theirs),
        Msg::Keys(id, read) => match read {
            Ok(keys) => {
                if let Some(entry) = model.files.iter_mut().flat_map(|f| &mut f.entries).find(|e| e.id == id) {
                    entry.exchange.context.keys = Some(Arc::new(keys));
                    entry.forget();
                }
            }
            Err(why) => model.tell(Tone::Bad, format!("the keys are not read: {why}")),
        },
        Msg::Told(text) => model.tell(Tone::Good, text),
        Msg::Warned(text) => model.tell(Tone::Bad, text),
        Msg::Keep => return model.keep_draft(),
        Msg::NotKept(why) => model.tell(Tone::Bad, format!("no drafts are kept in this session: {why}")),
        Msg::DraftsLeft(left) => model.offer_drafts(left),
        Msg::DraftSecrets(to) => model.draft_secrets = to,
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
        let passed = entry.carried().is_some_and(|carried| {
            ["exp", "nbf", "iat"].iter().any(|name| {
                let moment = carried.claim(name).and_then(serde_json::Value::as_f64).and_then(time::from_seconds);
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
        let carried = entry.carried()?;
        let (now, clock) = judged_at(&entry.exchange, self.now);
        (clock == Clock::Local && claims::ticks(carried)).then(|| claims::seconds_to_change(carried, now))
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
