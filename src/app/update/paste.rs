//! Pastes: text while typing, requests otherwise.

use super::files::counted;
use crate::app::dialogs::Overlay;
use crate::app::dialogs::opening::Reading;
use crate::app::dialogs::pasted::{PastedKind, PastedQuestion};
use crate::app::dialogs::picker::{COMPARE, Picker};
use crate::app::editor::with_line_feeds;
use crate::app::effect::Effect;
use crate::app::ids::{OpenId, RequestPosition};
use crate::app::keymap::{Action, KeyContext};
use crate::app::model::{Focus, Model, Tone};
use crate::app::panes::Pane;
use crate::app::panes::checklist::Chosen;
use crate::app::workspace::credential::{self, Credential, CredentialHome, place_in_words, variable};
use crate::app::workspace::loaded_file::LoadedFile;
use crate::app::workspace::pasted::{PASTED, ReadPaste, keep_pieces};
use crate::app::workspace::request::Entry;
use crate::domain::compare::capitalized;
use crate::domain::exchange::Exchange;
use crate::domain::limits::MAX_FIELD;
use crate::domain::request::Request;
use crate::domain::secrecy::quoted;
use crate::domain::span::Span;
use crate::domain::token::claims::{describe, plain};
use crate::domain::token::jws::Jws;
use crate::formats::http_file::BodyOrigin;
use crate::formats::mask::masked;
use crate::formats::offer::offer;
use crate::formats::{Format, FormatError, Loss, ParsedInput, detect};

/// Longer pastes are read in the background: some formats take a while.
const QUICK: usize = 32 << 10;

const REPLACED: &str = "The pasted token is in the place of the old one";

impl Model {
    pub(super) fn paste(&mut self, text: &str) -> Vec<Effect> {
        self.notice = None;
        self.completion = None;
        let text = &with_line_feeds(text);
        if self.fills_a_field(text) {
            let most = MAX_FIELD >> 10;
            self.notify(Tone::Bad, format!("The paste was ignored: this field takes {most} KB, and it would have more"));
            return Vec::new();
        }
        match &mut self.overlay {
            Some(Overlay::Pick(Picker { title: COMPARE, .. })) => {
                // A paste here is the token or the request to compare with.
                self.overlay = None;
                self.compare_text(text);
                return Vec::new();
            }
            Some(Overlay::Values(form)) if let Some(value) = form.with_token(|older| value_with_token(older, text)) => {
                if let Some(field) = &mut form.typed {
                    field.replace(Span::whole(field.text()), &value);
                }
                self.notify_replaced();
                return Vec::new();
            }
            Some(Overlay::Auth(form)) if let Some(value) = form.with_credential(text) => {
                let Some(field) = form.field_mut() else { return Vec::new() };
                let replaces = !field.text().is_empty();
                field.replace(Span::whole(field.text()), &value);
                self.after_typing();
                if replaces {
                    self.notify_replaced();
                }
                return Vec::new();
            }
            // One line cannot hold a whole request.
            Some(Overlay::SecondToken(editor)) if editor.text().is_empty() => {
                self.overlay = None;
                self.compare_text(text);
                return Vec::new();
            }
            Some(overlay) if overlay.is_question() => {
                self.notify(Tone::Bad, "The paste was ignored: answer the question first, then paste again");
                return Vec::new();
            }
            Some(overlay) => {
                if let Some(field) = overlay.field() {
                    field.insert(text);
                    self.after_typing();
                    return Vec::new();
                }
                self.overlay = None;
            }
            None => {}
        }
        if self.focus == Focus::Editing && !self.takes_whole_requests() {
            if let Some((place, credential)) = self.pasted_over(text) {
                self.paste_over(place, credential);
            } else if self.takes(text.len()) {
                self.edit(|editor| editor.insert(text));
            }
        } else if let Some(credential) = self.pasted_credential(text) {
            self.leave_editing();
            self.ask_about_token(credential);
        } else if text.len() > QUICK {
            return self.read_in_background(Reading::Paste(text.clone()));
        } else {
            self.read(text);
        }
        Vec::new()
    }

    /// A long paste was read.
    pub(super) fn paste_read(&mut self, id: OpenId, text: &str, read: ReadPaste) {
        if self.end_opening(id) {
            self.take_paste(text, read);
        }
    }

    /// True for a paste into a field that would hold more than it takes. What is compared is no text of a field.
    fn fills_a_field(&mut self, text: &str) -> bool {
        match &mut self.overlay {
            Some(Overlay::Pick(Picker { title: COMPARE, .. })) | None => false,
            Some(Overlay::SecondToken(editor)) if editor.text().is_empty() => false,
            Some(overlay) => overlay.field().is_some_and(|field| field.text().len() + text.len() > MAX_FIELD),
        }
    }

    /// A token alone, pasted onto a request that it can be used in.
    fn pasted_credential(&self, text: &str) -> Option<Credential> {
        if detect::recognize(text, Some(PASTED)) != Format::Token || self.entry().is_none_or(Entry::is_scratch) {
            return None;
        }
        let read = detect::read_any(text, PASTED).ok()?;
        let value = read.exchanges.first()?.request.headers.get("authorization")?.to_string();
        // A token alone is read as one of Bearer; it says nothing about its scheme.
        let has_scheme = text.trim().contains(char::is_whitespace);
        let credential = Credential::of_value(&value);
        Some(if has_scheme { credential } else { Credential { scheme: None, ..credential } })
    }

    /// A token alone, pasted while typing at the credential that the request has, and where that is: whoever does so wants to
    /// replace it.
    fn pasted_over(&self, text: &str) -> Option<(Span, Credential)> {
        // A long text is no token, and need not be looked at as one.
        if text.trim().contains('\n') {
            return None;
        }
        let entry = self.entry().filter(|entry| entry.editor.selection().is_none())?;
        let place = credential::place(entry)?;
        let is_there = place.start <= entry.editor.cursor() && entry.editor.cursor() <= place.end;
        let holds_one = || variable(entry).is_some() || place.cut(entry.editor.text()).is_some_and(credential::holds_credential);
        if !is_there || !holds_one() || !credential::holds_credential(text) {
            return None;
        }
        Some((place, self.pasted_credential(text)?))
    }

    /// Replaces a credential while typing; where a variable is in its place, asks.
    fn paste_over(&mut self, place: Span, credential: Credential) {
        if self.entry().and_then(variable).is_some() {
            self.leave_editing();
            return self.ask_about_token(credential);
        }
        let older = self.entry().and_then(|entry| place.cut(entry.editor.text())).unwrap_or_default();
        let value = credential.as_value(older);
        if self.takes(value.len()) {
            self.edit(|editor| editor.replace(place, &value));
            self.notify_replaced();
        }
    }

    /// Asks what to do with a token that was pasted alone.
    fn ask_about_token(&mut self, credential: Credential) {
        let home = self.credential_home(&credential);
        let mut about = self.token_in_words(&credential);
        about.push(match (&home, self.entry().and_then(place_in_words)) {
            (Some(CredentialHome::Definition { name, .. }), _) => format!("This request uses {{{{{name}}}}}, which its file defines."),
            (Some(CredentialHome::Value { name, place, .. }), _) => format!("This request uses {{{{{name}}}}}, whose value is in {place}."),
            (None, Some(place)) => format!("This request has a credential in {place}."),
            (None, None) => "This request has no credential yet.".into(),
        });
        let kind = if home.is_some() { PastedKind::TokenForVariable } else { PastedKind::Token };
        let same = self.file().map(|file| file.with_same_credential(self.at.entry)).unwrap_or_default();
        let question = PastedQuestion { kind, about, credential: Some(credential), exchange: None, home, reference: None, same };
        self.overlay = Some(Overlay::Pasted(question.into()));
    }

    /// Where the value of the variable is written that is in the place of the credential, if the pasted one can be such a value.
    pub(super) fn credential_home(&self, credential: &Credential) -> Option<CredentialHome> {
        let (name, scheme) = variable(self.entry()?)?;
        let (home, older) = self.home_of_variable(name, 0)?;
        let has_scheme = Credential::of_value(&older).scheme.is_some();
        let fits = credential.scheme.as_ref().is_none_or(|own| has_scheme || scheme.is_some_and(|known| known.eq_ignore_ascii_case(own)));
        fits.then_some(home)
    }

    /// What is in a text that is read as nothing else, as a question.
    fn ask_about_text(&mut self, text: &str, why: &FormatError) -> bool {
        let Some(offer) = offer(text) else { return false };
        let credential = offer.credential.as_deref().map(Credential::of_value);
        let mut about = vec![format!("{}.", capitalized(&quoted(&why.message)))];
        match &credential {
            Some(credential) => {
                about.push(format!("{} is in line {}.", capitalized(offer.what), offer.line));
                about.extend(self.token_in_words(credential));
            }
            None => about.push(format!("The address that was refused is in line {}.", offer.line)),
        }
        let exchange = offer.exchange.map(Box::new);
        about.extend(exchange.as_ref().map(|made| {
            let request = masked(&made.request);
            format!("{} {}", request.method, quoted(&request.url))
        }));
        let kind = if credential.is_some() { PastedKind::TextWithToken } else { PastedKind::TextWithRequest };
        let question = PastedQuestion { kind, about, credential, exchange, home: None, reference: None, same: Vec::new() };
        self.show_in_turn(Overlay::Pasted(question.into()));
        true
    }

    /// What the claims of a token say of it.
    pub(super) fn token_in_words(&self, credential: &Credential) -> Vec<String> {
        let jws = Jws::read(&credential.token);
        let said = |name: &str| Some(format!("{name} {}", plain(jws.claims.get(name)?)));
        let mut token: Vec<String> = ["iss", "sub", "aud"].into_iter().filter_map(said).collect();
        token.extend(jws.claims.get("exp").map(|exp| describe("exp", exp, self.now)));
        if token.is_empty() { Vec::new() } else { vec![quoted(&token.join(" · "))] }
    }

    /// Does with a paste what the user chose.
    pub(super) fn decide_on_paste(&mut self, action: Action) {
        let Some(Overlay::Pasted(question)) = self.overlay.take() else { return };
        let PastedQuestion { kind, credential, exchange, home, same, reference, .. } = *question;
        match (action, credential) {
            (Action::MakeRequest, _) => {
                if let Some(exchange) = exchange {
                    let entry = self.entry_of(*exchange);
                    self.add_requests(vec![entry]);
                    self.leave_editing();
                    self.focus = Focus::On(Pane::Checklist);
                    self.notify(Tone::Good, "Made from the text: method, address and credential; other headers and the body are not in it");
                }
            }
            (Action::ReplaceValue, Some(credential)) => {
                if let Some(home) = home {
                    self.replace_value(&home, &credential);
                }
            }
            (Action::ReferToIssued, Some(credential)) => {
                if let Some(token) = reference {
                    self.put_credential(self.at.file, &same, &Credential { token, ..credential });
                }
            }
            (Action::UseTokenInFile, Some(credential)) => self.put_credential(self.at.file, &same, &credential),
            (Action::NewWithToken, Some(credential)) => self.read(&credential.value()),
            (Action::LookAtToken, Some(credential)) => self.look_at(&credential),
            (_, Some(credential)) if kind == PastedKind::IssuedForVariable => self.put_credential(self.at.file, &same, &credential),
            (_, Some(credential)) => self.put_credential(self.at.file, &[self.at.entry], &credential),
            (_, None) => {}
        }
    }

    fn notify_replaced(&mut self) {
        let undo = self.keymap.shown(&[KeyContext::Global], Action::Undo);
        self.notify(Tone::Good, format!("{REPLACED}; {undo} undoes it"));
    }

    /// Replaces the value of the variable that is in the place of the credential.
    fn replace_value(&mut self, home: &CredentialHome, credential: &Credential) {
        let older = self.home_of_variable(home.name(), 0).map(|(_, value)| value).unwrap_or_default();
        let value = credential.as_value(&older);
        let replaced = match home {
            CredentialHome::Definition { file, number, name } => self.set_definition(*file, *number, name, &value),
            CredentialHome::Value { file, environment, name, .. } => self.set_value(*file, environment, name, &value),
        };
        self.chosen = Chosen::default();
        match replaced {
            Ok(()) => {
                let [send, save, undo] = [Action::Send, Action::Save, Action::Undo].map(|action| self.key_of(action));
                let name = home.name();
                self.notify(
                    Tone::Good,
                    format!("{{{{{name}}}}} is the pasted token; press {send} to send, {save} to save, {undo} to undo"),
                );
            }
            Err(why) => self.notify(Tone::Bad, why),
        }
    }

    /// Shows the claims of a token in a request that is kept in no file.
    fn look_at(&mut self, credential: &Credential) {
        let headers = [("Authorization", credential.value())].into_iter().collect();
        let request = Request { method: "GET".into(), headers, ..Request::default() };
        self.add_file(LoadedFile::exchanges("looked at", vec![Exchange { request, ..Exchange::default() }]));
        self.open(RequestPosition { file: self.files.len().saturating_sub(1), entry: 0 });
        self.focus_on(Pane::Claims);
    }

    /// Puts a credential into requests of a file.
    pub(super) fn put_credential(&mut self, file: usize, requests: &[usize], credential: &Credential) {
        let at = self.number();
        let Some(file) = self.files.get_mut(file) else { return };
        file.put_credential(requests, credential, at);
        self.chosen = Chosen::default();
        let whose = if requests.len() == 1 { "is used in this request".into() } else { format!("is used in {}", counted(requests.len())) };
        let (send, undo) = (self.key_of(Action::Send), self.key_of(Action::Undo));
        self.notify(Tone::Good, format!("The token {whose}; press {send} to send, {undo} to undo"));
    }

    /// In an empty request a paste is a request, even while typing.
    fn takes_whole_requests(&self) -> bool {
        self.entry().is_some_and(|e| e.editor.text().trim() == "GET" || e.editor.text().trim().is_empty())
    }

    fn read(&mut self, text: &str) {
        self.take_paste(text, detect::read_with_document(text, PASTED));
    }

    /// Adds what was read of a paste.
    fn take_paste(&mut self, text: &str, read: ReadPaste) {
        match read {
            Ok((ParsedInput { exchanges, .. }, _)) if exchanges.is_empty() => self.notify(Tone::Bad, "The paste contains no request"),
            Ok((ParsedInput { exchanges, mut losses, .. }, document)) => {
                let count = exchanges.len();
                let mut entries: Vec<Entry> = exchanges.into_iter().map(|e| self.entry_of(e)).collect();
                match document {
                    Some(document) => keep_pieces(&mut entries, document.pieces()),
                    None => {
                        // Of raw HTTP the line ends themselves are pasted, which the terminal changed.
                        let is_raw = detect::recognize(text, None) == Format::Raw;
                        let origin = if is_raw { BodyOrigin::PastedHttp } else { BodyOrigin::Literal };
                        entries.iter_mut().for_each(|entry| entry.body_origin = origin);
                    }
                }
                losses.extend(self.add_requests(entries));
                self.leave_editing();
                self.focus = Focus::On(Pane::Checklist);
                let what = counted(count);
                self.notify(Tone::Good, format!("Pasted {what}"));
                self.list_losses(format!("Pasted {what}; left out, or read otherwise:"), losses);
            }
            Err(error) => {
                self.leave_editing();
                if !self.ask_about_text(text, &error) {
                    self.show_in_turn(Overlay::Unreadable { message: error.to_string() });
                }
            }
        }
    }

    /// Lists what was left out or read otherwise, if anything.
    pub fn list_losses(&mut self, title: String, losses: Vec<Loss>) {
        if !losses.is_empty() {
            self.show_in_turn(Overlay::Losses { title, losses });
        }
    }
}

/// A value that holds a credential, with a pasted token in its place; `None` if the paste is anything else.
fn value_with_token(older: &str, pasted: &str) -> Option<String> {
    let is_token = credential::holds_credential(pasted) && detect::recognize(pasted, Some(PASTED)) == Format::Token;
    is_token.then(|| Credential::of_value(pasted).as_value(older))
}
