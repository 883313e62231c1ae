//! What an answer is good for in other requests: variables that are filled from it, and its token.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::choices;
use crate::app::dialogs::pasted::{PastedKind, PastedQuestion};
use crate::app::dialogs::{Needed, Overlay, UnresolvedQuestion};
use crate::app::effect::Effect;
use crate::app::ids::{RequestId, RequestPosition, SendId};
use crate::app::keymap::Action;
use crate::app::model::{Focus, Model, Tone};
use crate::app::workspace::credential::{Credential, CredentialHome, variable};
use crate::app::workspace::request::{Entry, ResponseTo};
use crate::app::workspace::sending::NextSend;
use crate::domain::exchange::Certificates;
use crate::domain::secrecy::quoted;
use crate::domain::time;
use crate::domain::token::claims::describe;
use crate::formats::variables::answers::request_of;

/// An answer that variables are filled from, and that is not what would come now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaleAnswer {
    /// The request that was answered.
    pub request: RequestId,
    pub name: String,
    /// Why it is stale, as a sentence without its period.
    pub why: String,
    /// True if one is asked before it is sent: its token has expired, or it came from elsewhere.
    pub is_asked: bool,
}

/// Names in a question; more are counted.
const MOST_NAMES: usize = 4;

impl Model {
    /// Fills the variables of all files from the answer to a request. A file's own request of a name counts first.
    pub(super) fn fill_from_answer(&mut self, request: RequestId) {
        let Some(at) = self.find(request) else { return };
        let Some(file) = self.files.get(at.file) else { return };
        let names = file.names_of(at.entry);
        let Some(answer) = file.entries.get(at.entry).and_then(|e| e.exchange.answer.clone()).filter(|_| !names.is_empty()) else { return };
        let answer = Arc::new(answer);
        for (index, file) in self.files.iter_mut().enumerate() {
            let foreign: Vec<String> = names.iter().filter(|name| index == at.file || file.named(name).is_none()).cloned().collect();
            file.fill_from(&foreign, &answer);
        }
    }

    /// The question about variables without a value, and credentials that another tool would make, if the open request has any.
    pub(super) fn ask_about_unresolved(&self, certificates: Certificates) -> Option<UnresolvedQuestion> {
        let entry = self.entry()?;
        let unresolved = entry.unresolved_on_sending();
        let left_to_a_tool = entry.left_to_a_tool();
        if unresolved.is_empty() && left_to_a_tool.is_empty() {
            let stale = self.stale_answer().filter(|stale| stale.is_asked)?;
            let about = vec![format!("{}.", stale.why), format!("“{}” can be sent first, and this request after it.", quoted(&stale.name))];
            let needed = Some(Needed::Answer(stale.request, stale.name));
            let (title, of_process) = ("An old answer", Vec::new());
            return Some(UnresolvedQuestion { title, about, is_in_environment: false, needed, of_process, certificates });
        }
        let answer = || unresolved.iter().find_map(|(name, _)| self.request_with_value(name));
        let needed = match self.token_needed(&unresolved) {
            Some(()) => Some(Needed::Token),
            None => answer().map(|(request, name)| Needed::Answer(request, name)),
        };
        let environments = |name: &str| self.file().map(|f| f.environments_with(name)).unwrap_or_default();
        let is_in_environment = unresolved.iter().any(|(name, _)| !environments(name).is_empty());
        let said = |(name, reason): &(String, String)| {
            let environments = environments(name);
            let reason = match environments.as_slice() {
                [] => reason.clone(),
                known => format!("has a value in {}, and the environment is {}", known.join(", "), self.environment_in_words()),
            };
            format!("{{{{{}}}}} {reason}.", quoted(name))
        };
        let mut about: Vec<String> = unresolved.iter().take(MOST_NAMES).map(said).collect();
        if unresolved.len() > MOST_NAMES {
            about.push(format!("{} more have none.", unresolved.len() - MOST_NAMES));
        }
        let as_written = |(name, why): &(&str, String)| format!("{name}: {why}. Here it would go out as it is written.");
        about.extend(left_to_a_tool.iter().map(as_written));
        about.extend(needed.iter().map(|needed| match needed {
            Needed::Answer(_, name) => format!("“{}” can be sent first, and this request after it.", quoted(name)),
            Needed::Token => "The token can be obtained first; what is sent for that is shown before.".into(),
        }));
        let in_process = |(name, _): &(String, String)| self.file()?.unread_process_variable(self.at.entry, name);
        let mut of_process: Vec<String> = unresolved.iter().filter_map(in_process).collect();
        of_process.sort();
        of_process.dedup();
        let title = if unresolved.is_empty() { "Written for another tool" } else { "Not all variables have a value" };
        Some(UnresolvedQuestion { title, about, is_in_environment, needed, of_process, certificates })
    }

    /// Reads what the user said yes to from the program's environment.
    pub(super) fn read_process(&mut self) -> Vec<Effect> {
        let Some(Overlay::Unresolved(question)) = self.overlay.take() else { return Vec::new() };
        let Some(request) = self.entry().map(|e| e.id) else { return Vec::new() };
        vec![Effect::ReadProcess { request, names: question.of_process, certificates: question.certificates }]
    }

    /// It was read: sends the request that needed it, if the user is still there.
    pub(super) fn process_read(
        &mut self,
        request: RequestId,
        read: &BTreeMap<String, Option<String>>,
        certificates: Certificates,
    ) -> Vec<Effect> {
        // The yes was for this file: another one may send it elsewhere.
        if let Some(file) = self.find(request).and_then(|at| self.files.get_mut(at.file)) {
            file.fill_from_process(read);
        }
        let is_here = self.entry().is_some_and(|e| e.id == request) && self.overlay.is_none() && self.focus != Focus::Editing;
        if is_here { self.send(certificates) } else { Vec::new() }
    }

    /// The chosen environment, for a sentence.
    pub fn environment_in_words(&self) -> &str {
        if self.environment.is_empty() { "none" } else { &self.environment }
    }

    /// Where the open request would be sent, after “is sent”.
    pub fn where_sent(&self) -> String {
        match self.environment.as_str() {
            "" => "without an environment".into(),
            environment => format!("in {}", quoted(environment)),
        }
    }

    /// The request whose answer a variable is filled from, in this file or else in another, unless it is the open one.
    fn request_with_value(&self, variable: &str) -> Option<(RequestId, String)> {
        let files = || self.file().into_iter().chain(self.files.iter().enumerate().filter(|(i, _)| *i != self.at.file).map(|(_, f)| f));
        let name = request_of(variable, |name| files().any(|f| f.named(name).is_some()))?;
        let (request, _) = self.request_named(name)?;
        (self.entry().map(|e| e.id) != Some(request)).then(|| (request, name.to_string()))
    }

    /// The first answer that variables of the open request are filled from and that is not what would come now, if there is one.
    pub fn stale_answer(&self) -> Option<StaleAnswer> {
        let used = self.file()?.answers_used(self.at.entry);
        used.into_iter().find_map(|name| {
            let (request, entry) = self.request_named(&name)?;
            if Some(request) == self.entry().map(|e| e.id) {
                return None;
            }
            let exp = entry.issued().and_then(|(_, token)| token.jws.claims.get("exp")).filter(|exp| {
                let moment = exp.as_f64().and_then(time::from_seconds);
                moment.is_some_and(|moment| moment <= self.now)
            });
            let said = quoted(&name);
            let (why, is_asked) = match (exp, entry.response_to()) {
                (_, Some(ResponseTo::Elsewhere)) => {
                    let place = entry.answered_elsewhere().unwrap_or_default();
                    (
                        format!(
                            "The answer to “{said}” that is used here is from {}; this request is sent {}",
                            quoted(&place),
                            self.where_sent()
                        ),
                        true,
                    )
                }
                (Some(exp), _) => {
                    (format!("The token from “{said}” {}", describe("exp", exp, self.now).split(" (").next().unwrap_or_default()), true)
                }
                (None, Some(ResponseTo::Earlier)) => (format!("“{said}” was changed after the answer that is used here"), false),
                _ => return None,
            };
            Some(StaleAnswer { request, name, why, is_asked })
        })
    }

    /// A request by the name that others refer to it by: one of this file comes first.
    fn request_named(&self, name: &str) -> Option<(RequestId, &Entry)> {
        let others = self.files.iter().enumerate().filter(|(i, _)| *i != self.at.file).map(|(_, f)| f);
        let entry = self.file().into_iter().chain(others).find_map(|f| f.entries.get(f.named(name)?))?;
        Some((entry.id, entry))
    }

    /// Sends the request first whose answer fills the variables of the open one, which is sent after it.
    pub(super) fn send_needed(&mut self) -> Vec<Effect> {
        let Some(Overlay::Unresolved(question)) = self.overlay.take() else { return Vec::new() };
        let (needed, request) = match (question.needed, self.entry().map(|e| e.id)) {
            (Some(Needed::Answer(needed, _)), Some(request)) => (needed, request),
            (Some(Needed::Token), _) => return self.renew(),
            _ => return Vec::new(),
        };
        let Some(at) = self.find(needed) else { return Vec::new() };
        self.open(at);
        self.refresh();
        let effects = self.send(Certificates::Check);
        self.next_send = self.running().map(|after| NextSend { after, request, certificates: question.certificates });
        effects
    }

    /// After an answer: sends the request that waited for it, if the user is still there.
    pub(super) fn send_next(&mut self, answered: SendId) -> Vec<Effect> {
        let Some(next) = self.next_send.take_if(|next| next.after == answered) else { return Vec::new() };
        let Some(at) = self.find(next.request) else { return Vec::new() };
        let is_here = self.entry().is_some_and(|e| e.answered_by == Some(answered));
        let is_accepted = self.entry().and_then(|e| e.exchange.answer.as_ref()).is_some_and(|a| a.is_success());
        if !is_here || self.overlay.is_some() || self.focus == Focus::Editing {
            self.notify(Tone::Good, "The answer that was waited for is here; send the request again");
            return Vec::new();
        }
        if !is_accepted {
            self.notify(Tone::Bad, "This request was not accepted, so the one that needs its answer was not sent");
            return Vec::new();
        }
        self.open(at);
        self.refresh();
        self.send(next.certificates)
    }

    /// Asks where the token of the response is to be used.
    pub(super) fn choose_request_for_token(&mut self) {
        if self.entry().is_some_and(|e| e.issued().is_some()) {
            self.overlay = Some(Overlay::Pick(choices::for_token(self)));
        } else {
            let other = self.login().filter(|login| login.has_token).map(|login| quoted(&login.name));
            let key = self.key_of(Action::UseIssued);
            let advice = other.map_or_else(
                || format!("send the login first, then press {key} on it"),
                |name| format!("“{name}” has one: press {key} on it"),
            );
            self.notify(Tone::Bad, format!("The response has no token; {advice}"));
        }
    }

    /// Puts the token of the open request's response into requests of one file, and opens the first of them.
    pub(super) fn use_issued(&mut self, requests: &[RequestPosition]) {
        let Some((issued, _)) = self.entry().and_then(|e| e.issued()) else { return };
        if issued.text.contains("{{") || issued.scheme.as_ref().is_some_and(|scheme| scheme.contains("{{")) {
            let why = "Not used: the token has {{ in it, which your own values would fill";
            return self.notify(Tone::Bad, why);
        }
        let credential = Credential { scheme: issued.scheme.clone(), token: issued.text.clone() };
        let Some(first) = requests.first().copied() else { return };
        let places: Vec<usize> = requests.iter().filter(|at| at.file == first.file).map(|at| at.entry).collect();
        let reference = self.reference_to_issued(first.file);
        self.open(first);
        self.refresh();
        let is_variable = |index: &usize| self.file().and_then(|file| file.entries.get(*index)).and_then(variable).is_some();
        if places.iter().any(is_variable) {
            return self.ask_about_issued(credential, reference, places);
        }
        self.put_credential(first.file, &places, &credential);
    }

    /// A variable is in the place of the credential: asks before the token itself is written there, where a save would keep it.
    fn ask_about_issued(&mut self, credential: Credential, reference: Option<String>, same: Vec<usize>) {
        let home = self.credential_home(&credential);
        let mut about = self.token_in_words(&credential);
        about.push(match (&home, self.entry().and_then(variable)) {
            (Some(CredentialHome::Value { name, place, .. }), _) => format!("This request uses {{{{{name}}}}}, whose value is in {place}."),
            (_, Some((name, _))) => format!("This request uses {{{{{}}}}}.", quoted(name)),
            (_, None) => "Another of these requests uses a variable.".into(),
        });
        about.extend(
            reference.iter().map(|reference| format!("{} is filled from the newest answer, and no token is saved.", quoted(reference))),
        );
        let kind = PastedKind::IssuedForVariable;
        let question = PastedQuestion { kind, about, credential: Some(credential), exchange: None, home, reference, same };
        self.overlay = Some(Overlay::Pasted(question.into()));
    }

    /// The variable that is filled with the token of the open request's response, with its braces, if the request has a name that those
    /// of a file can refer to it by.
    fn reference_to_issued(&self, of: usize) -> Option<String> {
        let (file, entry) = (self.file()?, self.entry()?);
        let (issued, _) = entry.issued()?;
        let place = issued.place(entry.exchange.answer.as_ref()?)?;
        let names = file.names_of(self.at.entry);
        // A name that the other file has itself means its own request there.
        let is_meant = |name: &str| of == self.at.file || self.files.get(of).is_some_and(|other| other.named(name).is_none());
        let is_name = |name: &str| !name.contains(|c: char| c.is_whitespace() || matches!(c, '{' | '}'));
        let name = names.iter().find(|name| is_name(name) && is_meant(name))?;
        Some(format!("{{{{{name}.response.{place}}}}}"))
    }
}
