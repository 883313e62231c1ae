//! Actions in dialogs.

use std::path::PathBuf;

use super::choices;
use super::edit::Direction;
use super::renew::AfterUse;
use crate::app::dialogs::form::Form;
use crate::app::dialogs::picker::PickerChoice;
use crate::app::dialogs::{HelpState, Overlay};
use crate::app::editor::Editor;
use crate::app::effect::{Effect, OnConflict};
use crate::app::keymap::{Action, KeyContext};
use crate::app::model::{Focus, Model, Tone};
use crate::app::panes::Pane;
use crate::app::scroll::{Scroll, Scrollable};
use crate::app::workspace::discovery::Purpose;
use crate::app::workspace::draft::DraftSecrets;
use crate::app::workspace::list_history::{Expected, ListChange, UndoStep};
use crate::app::workspace::request::Entry;
use crate::app::workspace::sending::LookalikeHost;

impl Model {
    /// Performs an action in the open dialog; `None` if it means the same as without a dialog.
    pub(super) fn perform_in_overlay(&mut self, action: Action) -> Option<Vec<Effect>> {
        if matches!(self.overlay, Some(Overlay::Parameters(_))) && self.perform_in_parameters(action) {
            return Some(Vec::new());
        }
        match (action, self.overlay.as_mut()?) {
            (Action::Back, Overlay::SecondToken(_)) => {
                self.overlay = None;
                return Some(self.perform(Action::Compare));
            }
            (Action::Back, Overlay::Expect(_)) => {
                self.overlay = None;
                return Some(self.read_expected_files());
            }
            (Action::Back, Overlay::Auth(_)) => self.close_auth(),
            (Action::Back, Overlay::Trials(_)) => return Some(self.stop_trials()),
            (Action::Back, Overlay::Renew(_)) => return Some(self.stop_renewal()),
            (Action::Back, Overlay::Discover(_)) => return Some(self.stop_discovery()),
            (Action::Choose, Overlay::Discover(_)) => return Some(self.continue_discovery()),
            (Action::FindEndpoints, Overlay::NoAuthConfig) => self.discover(Purpose::Endpoints),
            (Action::Choose, Overlay::Renew(_)) => return Some(self.continue_renewal()),
            (Action::UseRenewedAndSend, Overlay::Renew(_)) => return Some(self.use_renewed(AfterUse::Send)),
            (Action::UseRenewed, Overlay::Renew(_)) => return Some(self.use_renewed(AfterUse::Stay)),
            (Action::OpenLoginAddress, Overlay::Renew(_)) => return Some(self.open_login_address()),
            (Action::CopyLoginAddress, Overlay::Renew(_)) => return Some(self.copy_login_address()),
            (Action::SetUpAuth, Overlay::Renew(_) | Overlay::NoAuthConfig) => self.set_up_auth(),
            (Action::OpenLogin, Overlay::NoAuthConfig) => {
                if let Some(login) = self.login() {
                    self.overlay = None;
                    self.open(login.at);
                }
            }
            (Action::Auth, Overlay::NoAuthConfig) => {
                self.overlay = None;
                return None;
            }
            (Action::SendVariants, Overlay::Trials(table)) if !table.is_unsafe() => return Some(self.start_trials()),
            (Action::SendVariants, Overlay::Trials(_)) => {
                let key = self.keymap.shown(&[KeyContext::TrialsAsked], Action::SendUnsafeVariants);
                self.notify(Tone::Bad, format!("The method may change something on the server: press {key} to send it all the same"));
            }
            (Action::SendUnsafeVariants, Overlay::Trials(_)) => return Some(self.start_trials()),
            (Action::UseVariant, Overlay::Trials(_)) => self.use_variant(),
            (Action::SendCookies, Overlay::Cookies(_)) => self.send_cookies(),
            (Action::ClearSite, Overlay::Cookies(_)) => self.clear_site(),
            (Action::MarkSend, Overlay::History(list)) => list.mark(),
            (Action::BringBack, Overlay::History(list)) => {
                let chosen = list.chosen;
                self.bring_back(chosen);
            }
            (Action::Compare, Overlay::History(list)) => match list.pair() {
                Some((one, other)) => self.compare_sends(one, other),
                None => self.notify(Tone::Bad, "There is no other send to compare with"),
            },
            (Action::Choose, Overlay::Token(_)) => return Some(self.sign_token()),
            (Action::NextKind | Action::PreviousKind, Overlay::Token(form)) => {
                form.step_kind(if action == Action::NextKind { 1 } else { -1 });
            }
            (Action::Up, Overlay::Token(form)) => form.step(-1),
            (Action::Down, Overlay::Token(form)) => form.step(1),
            (Action::Choose, Overlay::OAuth(_)) => return Some(self.use_oauth_form()),
            (Action::NextKind | Action::PreviousKind, Overlay::OAuth(form)) => {
                form.step_kind(if action == Action::NextKind { 1 } else { -1 });
            }
            (Action::Up, Overlay::OAuth(form)) => form.step(-1),
            (Action::Down, Overlay::OAuth(form)) => form.step(1),
            // One undo takes back what the form wrote, and nothing else.
            (Action::Undo, Overlay::Auth(form)) => {
                let has_edited = form.has_edited;
                self.overlay = None;
                return if has_edited { None } else { Some(Vec::new()) };
            }
            (Action::Back, Overlay::Logs) => self.leave_logs(),
            (Action::Choose, Overlay::Logs) => return Some(self.choose_in_logs()),
            (Action::MakeRequest, Overlay::Logs) => self.request_of_line(),
            (Action::NextKind | Action::PreviousKind, Overlay::Logs) => {
                let by = if action == Action::NextKind { 1 } else { -1 };
                self.logs.iter_mut().for_each(|view| view.step_table(by));
            }
            (Action::Back, Overlay::Search(_)) => {
                self.overlay = None;
                self.search = None;
            }
            (Action::NextMatch, Overlay::Search(_)) => self.step_search(1),
            (Action::PreviousMatch, Overlay::Search(_)) => self.step_search(-1),
            (Action::Back, Overlay::Values(form)) if form.typed.is_some() => form.typed = None,
            (Action::Save, Overlay::Values(_)) => return Some(self.save_values()),
            (Action::Undo, Overlay::Values(form)) if form.typed.is_none() => return Some(self.step_value(Direction::Undo)),
            (Action::Redo, Overlay::Values(_)) => return Some(self.step_value(Direction::Redo)),
            (Action::Environment, Overlay::Values(_)) => self.choose_environment(),
            (Action::Values, Overlay::Unresolved(_)) => self.give_value(),
            (Action::Values, Overlay::Pick(picker)) => {
                let chosen = picker.item().map(|item| item.picked.clone());
                self.overlay = None;
                let effects = chosen.map(|chosen| self.picked(chosen)).unwrap_or_default();
                self.show_values();
                return Some(effects);
            }
            (Action::Back, Overlay::Help(help)) => self.overlay = help.behind.take(),
            (Action::Help, Overlay::Help(_)) => {}
            (Action::Back, Overlay::Opening) => self.stop_opening(),
            (Action::SaveAs, Overlay::Conflict { file, .. }) => {
                let file = *file;
                self.ask_path_of(file);
            }
            (Action::Back, _) => {
                self.overlay = None;
                self.stay();
            }
            (Action::Complete, overlay) => {
                return Some(overlay.typed_path().map(|typed| Effect::ListPaths(typed.to_string())).into_iter().collect());
            }
            (Action::Choose, _) => return Some(self.take()),
            (Action::NextKind | Action::PreviousKind, Overlay::Auth(form)) => {
                form.step_kind(if action == Action::NextKind { 1 } else { -1 });
                self.write_auth();
            }
            (Action::Up, Overlay::Auth(form)) => form.step(-1),
            (Action::Down, Overlay::Auth(form)) => form.step(1),
            (Action::Up, Overlay::Expect(form)) => form.step(-1),
            (Action::Down, Overlay::Expect(form)) => form.step(1),
            (Action::Up | Action::Down | Action::PageUp | Action::PageDown | Action::Top | Action::Bottom, overlay) => {
                let by = Scroll::of(action)?;
                match overlay {
                    Overlay::Pick(picker) => picker.step(by.steps()),
                    Overlay::Values(form) => form.step(by.steps()),
                    Overlay::Parameters(form) => form.step(by.steps()),
                    Overlay::History(list) => list.step(by.steps()),
                    Overlay::Trials(table) => table.step(by.steps()),
                    Overlay::Logs => self.logs.iter_mut().for_each(|view| view.step(by.steps())),
                    Overlay::Cookies(list) => list.step(by.steps()),
                    _ => return Some(vec![Effect::Scroll(Scrollable::Page, by)]),
                }
            }
            (Action::Swap, Overlay::Compare(comparison)) => comparison.swap(),
            (Action::CopyForTool, Overlay::Copy(secrets)) => self.overlay = Some(Overlay::Pick(choices::tools(*secrets))),
            (Action::ToggleCopiedSecrets, Overlay::Copy(secrets)) => *secrets = secrets.toggled(),
            (
                Action::UseToken
                | Action::UseTokenInFile
                | Action::NewWithToken
                | Action::LookAtToken
                | Action::ReplaceValue
                | Action::ReferToIssued
                | Action::MakeRequest,
                _,
            ) => self.decide_on_paste(action),
            (Action::SendNeeded, Overlay::Unresolved(_)) => return Some(self.send_needed()),
            (Action::ReadProcess, Overlay::Unresolved(_)) => return Some(self.read_process()),
            (Action::SendUnresolved, Overlay::Unresolved(question)) => {
                let certificates = question.certificates;
                self.overlay = None;
                return Some(self.send_as_written(certificates));
            }
            (Action::Environment, Overlay::Unresolved(_)) => self.choose_environment(),
            (Action::OpenLogin, Overlay::Explain) => {
                if let Some(login) = self.login().filter(|_| self.is_about_expiry()) {
                    self.overlay = None;
                    self.open(login.at);
                }
            }
            (Action::GoToBytes, _) => {
                self.overlay = None;
                self.show();
            }
            (Action::SaveAndQuit, _) => {
                self.overlay = None;
                return Some(self.save_all_and_quit());
            }
            (Action::OpenDrafts | Action::OpenDraftsAndKeepSecrets | Action::DiscardDrafts, _) => {
                return Some(self.decide_on_drafts(action));
            }
            (Action::SendToLookalike, Overlay::Lookalike(_, certificates)) => {
                let certificates = *certificates;
                self.overlay = None;
                return Some(self.send_now(certificates, LookalikeHost::Accepted));
            }
            (Action::SendSecrets, Overlay::SendSecrets(_)) => return Some(self.send_secrets()),
            (Action::DiscardAndQuit, _) => return Some(vec![Effect::Quit]),
            (Action::Overwrite, Overlay::Conflict { file, path, theirs }) => {
                let (file, path, theirs) = (*file, path.clone(), theirs.take());
                self.overlay = None;
                return Some(self.save_to(file, path, OnConflict::Overwrite(theirs)));
            }
            (Action::Reload, Overlay::Conflict { .. }) => {
                let reload = self.conflict_to_reload();
                return Some(reload.map(|(file, path, kind)| self.reload(file, path, kind)).unwrap_or_default());
            }
            _ => return None,
        }
        Some(Vec::new())
    }

    /// Shows the list of keys, over a dialog that is open.
    pub(super) fn show_help(&mut self) {
        let opened_in = self.contexts();
        self.overlay = Some(Overlay::Help(Box::new(HelpState { query: Editor::line(""), opened_in, behind: self.overlay.take() })));
    }

    fn decide_on_drafts(&mut self, action: Action) -> Vec<Effect> {
        let Some(Overlay::Drafts(left)) = self.overlay.take() else { return Vec::new() };
        match action {
            Action::DiscardDrafts => vec![Effect::DeleteDrafts(left.into_iter().map(|l| l.path).collect())],
            Action::OpenDraftsAndKeepSecrets => {
                let mut effects = self.set_draft_secrets(DraftSecrets::Kept);
                effects.extend(self.open_drafts(left));
                effects
            }
            _ => self.open_drafts(left),
        }
    }

    /// Enter: confirms what is selected or typed.
    fn take(&mut self) -> Vec<Effect> {
        match self.overlay.take() {
            Some(Overlay::Pick(picker)) => {
                if let Some(item) = picker.item() {
                    return self.picked(item.picked.clone());
                }
                // Nothing matches: the list stays, so that the next key is not one of the screen below.
                self.overlay = Some(Overlay::Pick(picker));
            }
            Some(Overlay::Values(form)) => self.choose_value(form),
            Some(Overlay::History(list)) => self.show_send(list.chosen),
            Some(Overlay::SecondToken(editor)) => {
                let text = editor.text().to_string();
                self.compare_text(&text);
            }
            // What was typed is searched for already.
            Some(Overlay::Search(editor)) if editor.text().is_empty() => self.search = None,
            Some(Overlay::Search(_)) => {}
            Some(Overlay::Rename(editor)) => self.rename(editor.text().trim()),
            Some(Overlay::SaveAs(file, editor)) => return self.save_as(file, editor.text().trim()),
            Some(Overlay::SaveBody(editor)) => return self.save_body(editor.text().trim()),
            Some(Overlay::Open(editor)) => return self.open_path(editor.text().trim()),
            Some(Overlay::Delete(id)) => return self.delete(id),
            other => self.overlay = other,
        }
        Vec::new()
    }

    fn picked(&mut self, picked: PickerChoice) -> Vec<Effect> {
        match picked {
            PickerChoice::Do(action) => return self.perform(action),
            PickerChoice::Open(at) => self.open(at),
            PickerChoice::Header(at, index) => {
                self.open(at);
                self.focus = Focus::On(Pane::Request);
                let place = self.entry().and_then(|e| e.text.headers.get(index)).map(|h| h.value.start);
                if let (Some(place), Some(entry)) = (place, self.entry_mut()) {
                    entry.editor.place(place, crate::app::editor::Select::Drop);
                    self.focus = Focus::Editing;
                }
            }
            PickerChoice::CompareWith(at) => self.compare_request(at),
            PickerChoice::CompareWithPast(version) => self.compare_with_past(version),
            PickerChoice::TypeToken => self.overlay = Some(Overlay::SecondToken(Editor::line(""))),
            PickerChoice::CopyAs(format, secrets) => return self.copy_as(format, secrets),
            PickerChoice::UseIssued(requests) => self.use_issued(&requests),
            PickerChoice::Environment(name) => return self.take_environment(name),
        }
        Vec::new()
    }

    /// On closing the form, reads files that were named but not read yet.
    fn read_expected_files(&self) -> Vec<Effect> {
        self.entry().map(unread_files).unwrap_or_default()
    }

    /// Reacts to typing in a dialog's field.
    pub(super) fn after_typing(&mut self) {
        match &mut self.overlay {
            Some(Overlay::Pick(picker)) => picker.filter(),
            Some(Overlay::Search(editor)) => {
                let query = editor.text().to_string();
                self.search.iter_mut().for_each(|search| search.look_for(&query));
            }
            Some(Overlay::Auth(_)) => self.write_auth(),
            Some(Overlay::Parameters(_)) => self.write_parameter(),
            Some(Overlay::Expect(form)) => {
                let form = form.clone();
                self.expect(&form);
            }
            _ => {}
        }
    }
}

impl Model {
    /// Applies what is typed at once, and writes it as directives where the file supports them.
    fn expect(&mut self, form: &Form) {
        let (at, now) = (self.at, self.number());
        let Some(entry) = self.entry_mut() else { return };
        let before = Expected::of(entry);
        let changed = form.write(&mut entry.exchange.context);
        if changed.is_empty() {
            return;
        }
        entry.forget();
        let (context, id, title) = (entry.exchange.context.clone(), entry.id, entry.title());
        let Some(file) = self.files.get_mut(at.file) else { return };
        // What is typed while the form is open is one step.
        if form.step.is_none() || file.list_history.last_done() != form.step {
            let step = UndoStep::Expected { id, before: Box::new(before) };
            let _ = file.list_history.push(ListChange { what: format!("what the API expects of “{title}”"), at: now, step });
            if let Some(Overlay::Expect(open)) = &mut self.overlay {
                open.step = Some(now);
            }
        }
        let Some(file) = self.files.get_mut(at.file) else { return };
        for field in changed {
            if let Err(why) = file.set_directive(at.entry, field.directive(), field.values(&context)) {
                self.notify(Tone::Bad, format!("Not saved with the request: {why}"));
                return;
            }
        }
    }
}

/// Reads the key set and the configuration that a request names, where they were not read yet.
pub(super) fn unread_files(entry: &Entry) -> Vec<Effect> {
    let context = &entry.exchange.context;
    let keys = context.jwks.as_ref().filter(|_| context.keys.is_none());
    let config = context.config_file.as_ref().filter(|_| context.server_configs.is_empty());
    let keys = keys.map(|path| Effect::ReadKeys(entry.id, PathBuf::from(path)));
    keys.into_iter().chain(config.map(|path| Effect::ReadServerConfig(entry.id, PathBuf::from(path)))).collect()
}
