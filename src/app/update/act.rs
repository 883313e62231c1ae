//! What each action does.

use super::choices;
use super::edit::Direction;
use crate::app::appearance::Zoom;
use crate::app::dialogs::Overlay;
use crate::app::dialogs::form::Form;
use crate::app::editor::{Editor, Motion};
use crate::app::effect::Effect;
use crate::app::keymap::Action;
use crate::app::model::{Focus, Model, Tone};
use crate::app::panes::Pane;
use crate::app::panes::checklist::{self, Collapsed};
use crate::app::panes::claims::ClaimsOf;
use crate::app::scroll::Scroll;
use crate::app::workspace::discovery::Purpose;
use crate::app::workspace::draft::DraftSecrets;
use crate::app::workspace::request::Entry;
use crate::app::workspace::sending::SendState;
use crate::checks::FixKind;
use crate::domain::exchange::Certificates;
use crate::domain::secrecy::quoted;

impl Model {
    /// Performs an action.
    pub(super) fn perform(&mut self, action: Action) -> Vec<Effect> {
        if self.completion.is_some() && self.perform_in_completion(action) {
            return Vec::new();
        }
        if self.overlay.is_some() {
            self.completion = None;
        }
        if self.overlay.is_some()
            && let Some(effects) = self.perform_in_overlay(action)
        {
            return effects;
        }
        match action {
            Action::Quit => return self.quit(),
            Action::Send => return self.send(Certificates::Check),
            Action::SendAnyway if self.can(action) => return self.send(Certificates::LetPass),
            Action::SendAnyway => {
                self.notify(Tone::Bad, format!("No certificate was refused; press {} to send", self.key_of(Action::Send)));
            }
            Action::ToggleRedirects => self.toggle_redirects(),
            Action::ClearCurlOptions if self.can(action) => self.clear_curl_options(),
            Action::ClearCurlOptions => self.notify(Tone::Bad, "This request has no curl options such as -k, -x or --max-redirs"),
            Action::Save => return self.save(),
            Action::SaveAs => self.ask_path(),
            Action::Open => self.overlay = Some(Overlay::Open(Editor::line(""))),
            Action::Palette => self.overlay = Some(Overlay::Pick(choices::commands(self))),
            Action::Find => self.start_search(),
            Action::NextMatch => self.step_search(1),
            Action::PreviousMatch => self.step_search(-1),
            Action::Help => self.show_help(),
            Action::NextPane => self.step_focus(1),
            Action::PreviousPane => self.step_focus(-1),
            Action::Focus(pane) => self.focus_on(pane),
            Action::Edit => self.start_editing(),
            Action::Back => return self.back(),
            Action::Undo => return self.step_history(Direction::Undo),
            Action::Redo => return self.step_history(Direction::Redo),
            Action::Zoom => self.zoom = if self.zoom == Zoom::Focused { Zoom::Shared } else { Zoom::Focused },
            Action::ToggleSecrets => self.secrets = self.secrets.toggled(),
            Action::Copy => self.overlay = Some(Overlay::Copy(self.secrets)),
            Action::SaveBody => self.ask_path_of_body(),
            Action::EditInProgram => return self.edit_in_program(),
            Action::ReadInProgram => return self.read_in_program(),
            Action::Tour => self.open_tour(),
            Action::UseIssued => self.choose_request_for_token(),
            Action::OtherToken => {
                self.claims_of = match self.shown_token() {
                    Some((_, ClaimsOf::Response)) => ClaimsOf::Request,
                    _ => ClaimsOf::Response,
                }
            }
            Action::OtherAnswer if self.can(action) => self.show_earlier(!self.entry().is_some_and(Entry::shows_earlier)),
            Action::OtherAnswer => self.notify(Tone::Bad, "There is no answer before this one"),
            Action::Cookies => self.show_cookies(),
            Action::TryVariants if self.can(action) => return self.try_variants(),
            Action::TryVariants => self.notify(Tone::Bad, "The request has no address yet"),
            Action::History if self.can(action) => self.show_history(),
            Action::History => self.notify(Tone::Bad, "This request has no response yet"),
            Action::ToggleBodyForm if self.can(action) => self.entry_mut().into_iter().for_each(Entry::toggle_body_form),
            Action::ToggleBodyForm => self.notify(Tone::Bad, "Only JSON is laid out; this is as it was received"),
            Action::Fold if self.can(action) => self.entry_mut().into_iter().for_each(Entry::fold),
            Action::Fold => self.notify(Tone::Bad, "Only JSON that is laid out can be folded"),
            Action::Unfold if self.can(action) => self.entry_mut().into_iter().for_each(Entry::unfold),
            Action::Unfold => self.notify(Tone::Bad, "Nothing is folded"),
            Action::Compare => self.compare(),
            Action::Logs => self.overlay = Some(Overlay::Logs),
            Action::Expectations => {
                if let Some(entry) = self.entry() {
                    self.overlay = Some(Overlay::Expect(Form::new(&entry.exchange.context)));
                }
            }
            Action::Auth => self.show_auth(),
            Action::Parameters => self.show_parameters(),
            Action::Renew => return self.renew(),
            Action::FetchKeys => self.discover(Purpose::Keys),
            Action::SwitchRecording => return self.switch_recording(),
            Action::MakeToken => self.make_token(),
            Action::Introspect => return self.introspect(),
            Action::Environment => self.choose_environment(),
            Action::Values => self.show_values(),
            Action::Theme => {
                let next = self.themes().skip_while(|theme| *theme != self.theme).nth(1);
                self.theme = next.or_else(|| self.themes().next()).unwrap_or(self.theme);
                let set = self.set_theme.filter(|set| *set != self.theme).map(|set| self.theme_name(set));
                let until = set.map_or_else(String::new, |set| format!(" until you quit: the configuration has {set}"));
                self.notify(Tone::Good, format!("Theme: {}{until}", self.theme_name(self.theme)));
                return vec![Effect::RememberTheme(self.theme_name(self.theme).into())];
            }
            Action::Fix => return self.fix(),
            Action::Explain => self.explain(),
            Action::GoToBytes => self.show(),
            Action::NextFinding => self.walk_findings(1),
            Action::PreviousFinding => self.walk_findings(-1),
            Action::ToggleFold => self.collapsed = if self.collapsed == Collapsed::Yes { Collapsed::No } else { Collapsed::Yes },
            Action::New => self.new_request(),
            Action::Duplicate => self.duplicate(),
            Action::Rename => self.ask_name(),
            Action::Delete => self.overlay = self.entry().map(|e| Overlay::Delete(e.id)),
            Action::NextRequest => self.step_refused(1),
            Action::PreviousRequest => self.step_refused(-1),
            Action::Up
            | Action::Down
            | Action::PageUp
            | Action::PageDown
            | Action::Top
            | Action::Bottom
            | Action::ScrollLeft
            | Action::ScrollRight => {
                return Scroll::of(action).map(|by| self.scroll(self.pane(), by)).unwrap_or_default();
            }
            Action::Choose => self.choose(),
            Action::Go(motion, select) => self.move_cursor(|e| e.go(motion, select)),
            Action::Backspace => {
                self.edit(|e| e.backspace());
                self.offer_completion();
            }
            Action::DeleteRight => self.edit(|e| e.delete()),
            Action::DeleteWord => self.edit(|e| e.remove_to(Motion::SpaceLeft)),
            Action::DeletePart => self.edit(|e| e.remove_to(Motion::WordLeft)),
            Action::DeleteToStart => self.edit(|e| e.remove_to(Motion::LineStart)),
            Action::DeleteToEnd => self.edit(|e| e.remove_to(Motion::LineEnd)),
            Action::NewLine => self.edit(|e| e.insert("\n")),
            Action::SelectAll => self.move_cursor(|e| e.select_all()),
            Action::Complete => self.offer_completion(),
            Action::CopySelection => return self.copy_selection(),
            Action::CutSelection => {
                let effects = self.copy_selection();
                if !effects.is_empty() {
                    self.edit(|e| e.delete());
                }
                return effects;
            }
            Action::PasteRegister => {
                let text = self.register.clone();
                self.edit(|e| e.insert(&text));
            }
            Action::CopyThis(what) => return self.copy(what),
            Action::DraftSecrets => {
                return self.set_draft_secrets(match self.draft_secrets {
                    DraftSecrets::LeftOut => DraftSecrets::Kept,
                    DraftSecrets::Kept => DraftSecrets::LeftOut,
                });
            }
            // Only meaningful in a dialog.
            Action::SaveAndQuit | Action::DiscardAndQuit | Action::Overwrite | Action::Reload => {}
            Action::Swap | Action::SendToLookalike | Action::SendSecrets => {}
            Action::OpenDrafts | Action::OpenDraftsAndKeepSecrets | Action::DiscardDrafts | Action::ToggleCopiedSecrets => {}
            Action::UseToken | Action::UseTokenInFile | Action::NewWithToken | Action::LookAtToken => {}
            Action::OpenLogin | Action::SetUpAuth | Action::UseRenewed | Action::UseRenewedAndSend => {}
            Action::OpenLoginAddress | Action::CopyLoginAddress | Action::MarkSend | Action::BringBack => {}
            Action::FindEndpoints | Action::SendCookies | Action::ClearSite => {}
            Action::SendVariants | Action::SendUnsafeVariants | Action::UseVariant => {}
            Action::ReplaceValue | Action::MakeRequest | Action::ReferToIssued => {}
            Action::EditName | Action::SwitchParameter | Action::AddParameter | Action::RemoveParameter => {}
            Action::MoveParameterUp | Action::MoveParameterDown | Action::ToggleSpelling => {}
            Action::CopyForTool
            | Action::SendNeeded
            | Action::SendUnresolved
            | Action::ReadProcess
            | Action::NextKind
            | Action::PreviousKind => {}
        }
        Vec::new()
    }

    pub(super) fn focus_on(&mut self, pane: Pane) {
        self.leave_editing();
        self.focus = Focus::On(pane);
    }

    fn step_focus(&mut self, by: isize) {
        // A list of one is not walked through, but its key opens it.
        let panes: Vec<Pane> = Pane::ALL.into_iter().filter(|p| *p != Pane::Requests || self.request_count() > 1).collect();
        let here = panes.iter().position(|p| *p == self.pane()).unwrap_or(0) as isize;
        let next = (here + by).rem_euclid(panes.len() as isize) as usize;
        if let Some(pane) = panes.get(next) {
            self.focus_on(*pane);
        }
    }

    /// Esc on the main screen: stops what is running, else backs out by one step.
    fn back(&mut self) -> Vec<Effect> {
        if self.focus == Focus::Editing {
            self.leave_editing();
            self.focus = Focus::On(Pane::Checklist);
        } else if let Some(id) = self.running() {
            if let Some(entry) = self.entry_mut() {
                entry.sending = SendState::Stopped(id);
            }
            return vec![Effect::Cancel(id)];
        } else if self.search_in(self.pane()).is_some() {
            self.search = None;
        } else if self.zoom == Zoom::Focused {
            self.zoom = Zoom::Shared;
        } else {
            self.focus = Focus::On(Pane::Checklist);
        }
        Vec::new()
    }

    /// Drops the options of a pasted curl command.
    fn clear_curl_options(&mut self) {
        if let Some(entry) = self.entry_mut() {
            entry.exchange.transfer = entry.exchange.transfer.usual();
        }
    }

    fn toggle_redirects(&mut self) {
        let at = self.at;
        if let Some(file) = self.files.get_mut(at.file)
            && let Err(why) = file.toggle_redirects(at.entry)
        {
            self.notify(Tone::Bad, why.to_string());
        }
    }

    fn choose(&mut self) {
        match self.pane() {
            Pane::Checklist => self.explain(),
            Pane::Requests => self.focus_on(Pane::Checklist),
            _ => {}
        }
    }

    pub(super) fn explain(&mut self) {
        if self.subject().is_some() {
            self.overlay = Some(Overlay::Explain);
        }
    }

    /// Focuses the pane with the evidence.
    pub(super) fn show(&mut self) {
        match self.pane_of_proof() {
            Some(pane) => self.focus_on_proof(pane),
            None => self.notify(Tone::Bad, "This finding has no bytes in the request or the response"),
        }
    }

    pub(super) fn step_finding(&mut self, by: isize) {
        let (collapsed, chosen) = (self.collapsed, self.chosen);
        if let Some(report) = self.entry().and_then(|e| e.report()) {
            self.chosen = checklist::moved(report, collapsed, chosen, by);
        }
    }

    /// Selects the next finding from any pane; where panes are shown one at a time, also shows the pane with its evidence.
    fn walk_findings(&mut self, by: isize) {
        self.step_finding(by);
        if self.is_narrow()
            && let Some(pane) = self.pane_of_proof()
        {
            self.focus_on_proof(pane);
        }
    }

    /// Findings are about the newest response.
    fn focus_on_proof(&mut self, pane: Pane) {
        if pane == Pane::Response {
            self.show_earlier(false);
        }
        self.focus_on(pane);
    }

    fn show_earlier(&mut self, is_shown: bool) {
        self.entry_mut().into_iter().for_each(|entry| entry.show_earlier(is_shown));
    }

    pub(super) fn fix(&mut self) -> Vec<Effect> {
        let Some(kind) = self.subject().and_then(|s| s.fix).map(|f| f.kind.clone()) else {
            self.notify(Tone::Bad, "There is no fix for this");
            return Vec::new();
        };
        match kind {
            FixKind::Edit(edits) => {
                let (at, edited_at) = (self.at, self.number());
                if let Some(name) = self.entry().and_then(|entry| entry.foreign_variable(&edits)) {
                    let name = quoted(&name);
                    self.notify(Tone::Bad, format!("Not applied: the answer wrote {{{{{name}}}}}; your own value would fill it"));
                    return Vec::new();
                }
                if let Some(file) = self.files.get_mut(at.file) {
                    file.apply(at.entry, &edits);
                    file.list_history.forget_undone();
                }
                self.entry_mut().into_iter().for_each(|entry| entry.edited_at = edited_at);
                self.overlay = None;
                self.chosen = Default::default();
                self.notify(Tone::Good, format!("Applied; press {} to undo", self.key_of(Action::Undo)));
            }
            FixKind::Renew => return self.renew(),
            FixKind::Action | FixKind::Configuration { .. } => self.explain(),
        }
        Vec::new()
    }
}
