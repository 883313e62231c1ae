//! Sending without a screen and without a person: what the screen asks is answered by rule, or the request is not sent.
//!
//! It drives the same state machine as the screen, so that logins, tokens, cookies and variables behave the same.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::clipboard::Clipboard;
use super::clock;
use super::http::SendOptions;
use super::keyring::Keyring;
use super::run::{Dependencies, EffectRunner, Watching};
use super::store::disk::RealDisk;
use crate::app::config::TokenStore;
use crate::app::dialogs::{Needed, Overlay, UnresolvedQuestion};
use crate::app::ids::{RequestPosition, SendId};
use crate::app::keymap::Action;
use crate::app::workspace::renewal::RenewalStep;
use crate::app::workspace::request::Entry;
use crate::app::workspace::sending::{Failure, SendState};
use crate::app::{Effect, LoadedFile, Message, Model, update};
use crate::domain::exchange::Exchange;
use crate::domain::limits::RETRY_SECONDS;
use crate::domain::oauth::{Grant, OAuthConfig, Obtaining};
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::secrecy::quoted;
use crate::domain::time;
use crate::domain::trial::variants::is_safe;

/// Requests that may be sent first for one that refers to their answers.
const MOST_NEEDED: usize = 8;

/// What is answered where a person would be asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answers {
    /// Variables of the program's environment are read.
    pub process_env: bool,
    /// Cookies that responses set go along with later requests.
    pub cookies: bool,
    /// How often a request is sent again after a failed connection, 429, 502, 503 or 504.
    pub retries: u32,
    /// Requests that others refer to are sent first whatever their method; otherwise only those that change nothing, and POST, which
    /// logins are.
    pub unsafe_methods: bool,
}

/// Marks a request on its way out: gets the request as it is written, and as it is sent.
pub type Mark = Arc<dyn Fn(&Exchange, &mut Request) + Send + Sync>;

/// An answer, and what is wrong with the way it came.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The request with its answer.
    pub exchange: Exchange,
    /// Why the answer is not all that the server had to say, as a sentence.
    pub fault: Option<String>,
}

/// Why there is no answer.
#[derive(Clone, Debug)]
pub struct Unanswered {
    /// As a sentence.
    pub why: String,
    /// True if the request went out: the server may have acted on it.
    pub was_sent: bool,
}

impl From<String> for Unanswered {
    fn from(why: String) -> Self {
        Self { why, was_sent: false }
    }
}

/// A session without a screen.
pub struct Unattended {
    mark: Option<Mark>,
    model: Model,
    effects: EffectRunner,
    results: mpsc::UnboundedReceiver<Message>,
    answers: Answers,
}

impl Unattended {
    /// A session with some files in an environment.
    pub fn new(files: Vec<LoadedFile>, environment: &str, options: SendOptions, answers: Answers) -> Self {
        let (sender, results) = mpsc::unbounded_channel();
        let outside = Dependencies {
            options,
            clipboard: Clipboard::from_variables(|_| None),
            terminal: Box::new(std::io::sink()),
            keyring: Keyring::default(),
            drafts: None,
            state: None,
            disk: Arc::new(RealDisk),
            watching: Watching::Off,
            browser: |_| Err("nobody is there to log in".into()),
        };
        let mut model = Model::new(Vec::new(), clock::now());
        // The empty file of a screen without requests.
        model.files.clear();
        model.environment = environment.to_string();
        files.into_iter().for_each(|file| model.add_file(file));
        Self { model, effects: EffectRunner::new(outside, sender), results, answers, mark: None }
    }

    /// Says where tokens that are obtained are kept besides.
    pub fn keep_tokens(&mut self, store: TokenStore) {
        self.model.keep_tokens = store;
    }

    /// Marks every request that goes out from now on.
    pub fn mark_by(&mut self, mark: Option<Mark>) {
        self.mark = mark;
    }

    /// Sends a request, and first what it refers to. A refused token is renewed once, where the files say how.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn send(&mut self, at: RequestPosition) -> Result<Sent, Unanswered> {
        let sent = self.send_patiently(at).await;
        let is_refused = sent.as_ref().is_ok_and(|sent| sent.exchange.answer.as_ref().is_some_and(|answer| answer.status == 401));
        if !is_refused || !self.can_renew(at) {
            return sent;
        }
        let before = self.entry(at).and_then(|entry| entry.answered_by);
        self.act(at, Action::Renew);
        match self.settle(at).await {
            Ok(()) => self.answered_since(at, before).or(sent),
            // The refusal is what is to be judged.
            Err(_) => sent,
        }
    }

    /// Sends a request, again after a while where the failure may pass.
    async fn send_patiently(&mut self, at: RequestPosition) -> Result<Sent, Unanswered> {
        let mut pause = Duration::from_secs(1);
        for left in (0..=self.answers.retries).rev() {
            let before = self.entry(at).and_then(|entry| entry.answered_by);
            self.take_cookies_along(at);
            self.act(at, Action::Send);
            let sent = match self.settle(at).await {
                Ok(()) => self.answered_since(at, before),
                Err(why) => Err(why.into()),
            };
            if left == 0 || !self.may_pass(at, &sent) {
                return sent;
            }
            let asked = sent.as_ref().ok().and_then(|sent| retry_after(sent.exchange.answer.as_ref()?, clock::now()));
            if asked.is_some_and(|asked| asked > LONGEST_PAUSE) {
                // Before that it would be refused again.
                return sent;
            }
            tokio::time::sleep(asked.unwrap_or(pause)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        Err("it was not sent".to_string().into())
    }

    /// True if sending again may help and does no harm: what the server may have acted on is not sent twice, unless it says that it
    /// did nothing.
    fn may_pass(&self, at: RequestPosition, sent: &Result<Sent, Unanswered>) -> bool {
        let Some(entry) = self.entry(at) else { return false };
        let does_no_harm = is_safe(&entry.exchange.request.method);
        match sent {
            Ok(Sent { fault: Some(_), .. }) => does_no_harm,
            Ok(sent) => sent.exchange.answer.as_ref().is_some_and(|answer| match answer.status {
                429 => true,
                502..=504 => does_no_harm,
                _ => false,
            }),
            Err(unanswered) => matches!(entry.sending, SendState::Failed(..)) && (does_no_harm || !unanswered.was_sent),
        }
    }

    /// Lets the cookies of the session go along, if there are some for the address.
    fn take_cookies_along(&mut self, at: RequestPosition) {
        if !self.answers.cookies {
            return;
        }
        self.act(at, Action::Cookies);
        if matches!(&self.model.overlay, Some(Overlay::Cookies(list)) if list.sent() > 0) {
            self.take(Message::Perform(at, Action::SendCookies));
        }
        self.close(at);
    }

    fn entry(&self, at: RequestPosition) -> Option<&Entry> {
        self.model.files.get(at.file)?.entries.get(at.entry)
    }

    /// The exchange, if it was answered after another send.
    fn answered_since(&self, at: RequestPosition, before: Option<SendId>) -> Result<Sent, Unanswered> {
        let sent = self.answered(at)?;
        let is_new = self.entry(at).and_then(|entry| entry.answered_by) != before;
        if is_new { Ok(sent) } else { Err(self.told().into()) }
    }

    /// The exchange as it is judged now.
    fn answered(&self, at: RequestPosition) -> Result<Sent, Unanswered> {
        let entry = self.entry(at).ok_or_else(|| "there is no such request".to_string())?;
        let sent = |fault: Option<&String>| Sent { exchange: entry.exchange.clone(), fault: fault.cloned() };
        match &entry.sending {
            SendState::Failed(id, why, kind) => {
                let has_part = entry.answered_by == Some(*id);
                // Without a status there are only the redirects before it.
                let has_head = has_part && entry.exchange.answer.as_ref().is_some_and(|answer| answer.status > 0);
                let was_sent = has_part || *kind == Failure::AfterSending;
                if has_head { Ok(sent(Some(why))) } else { Err(Unanswered { why: why.clone(), was_sent }) }
            }
            _ => Ok(sent(None)),
        }
    }

    /// What a person would be told.
    fn told(&self) -> String {
        self.model.notice.as_ref().map_or_else(|| "it was not sent".into(), |notice| notice.text.clone())
    }

    fn act(&mut self, at: RequestPosition, action: Action) {
        self.model.notice = None;
        self.take(Message::Now(clock::now()));
        self.take(Message::Perform(at, action));
    }

    fn take(&mut self, message: Message) {
        for mut effect in update(&mut self.model, message) {
            if let (Effect::Send(id, request, _), Some(mark)) = (&mut effect, &self.mark) {
                let is_it = |entry: &&Entry| matches!(entry.sending, SendState::Running { id: sent, .. } if sent == *id);
                if let Some(entry) = self.model.files.iter().flat_map(|file| &file.entries).find(is_it) {
                    mark(&entry.exchange, request);
                }
            }
            self.effects.run(effect);
        }
    }

    /// True if a file says how the token of a request is obtained, and no person is needed for it.
    fn can_renew(&self, at: RequestPosition) -> bool {
        let config = self.model.files.get(at.file).and_then(|file| file.auth_config(at.entry));
        matches!(config, Some(Ok(read)) if read.unresolved.is_empty() && read.config.missing().is_empty() && !needs_person(&read.config))
    }

    /// Waits until nothing runs and nothing is asked.
    async fn settle(&mut self, at: RequestPosition) -> Result<(), String> {
        let mut needed = 0;
        loop {
            match self.reply() {
                Ok(Some(action)) => {
                    needed += usize::from(action == Action::SendNeeded);
                    if needed > MOST_NEEDED {
                        self.close(at);
                        return Err(format!("more than {MOST_NEEDED} other requests would have to be sent first"));
                    }
                    self.take(Message::Perform(self.model.at, action));
                    continue;
                }
                Ok(None) => {}
                Err(why) => {
                    self.close(at);
                    return Err(why);
                }
            }
            let is_running = |entry: &Entry| matches!(entry.sending, SendState::Running { .. });
            let is_busy = self.model.overlay.is_some() || self.model.files.iter().flat_map(|file| &file.entries).any(is_running);
            // What was read at once is there already.
            let result = if is_busy { self.results.recv().await } else { self.results.try_recv().ok() };
            let Some(result) = result else { return if is_busy { Err("it was not sent".into()) } else { Ok(()) } };
            self.take(Message::Now(clock::now()));
            self.take(result);
        }
    }

    /// Sends the request first whose answer another one needs, unless it may change something.
    fn needed(&self, question: &UnresolvedQuestion) -> Result<Action, String> {
        let Some(Needed::Answer(id, name)) = &question.needed else { return Ok(Action::SendNeeded) };
        let entry = self.model.files.iter().flat_map(|file| &file.entries).find(|entry| entry.id == *id);
        let method = entry.map(|entry| entry.exchange.request.method.as_str()).unwrap_or_default();
        if self.answers.unsafe_methods || is_safe(method) || method.eq_ignore_ascii_case("POST") {
            return Ok(Action::SendNeeded);
        }
        Err(format!("it needs the answer of “{}”, and {} may change something: --unsafe sends it first", quoted(name), quoted(method)))
    }

    fn close(&mut self, at: RequestPosition) {
        if self.model.overlay.is_some() {
            self.take(Message::Perform(at, Action::Back));
        }
        // What a step back leads to is not answered either.
        self.model.overlay = None;
    }

    /// What is answered to the open question; `None` to wait.
    fn reply(&self) -> Result<Option<Action>, String> {
        match &self.model.overlay {
            None => Ok(None),
            Some(Overlay::Unresolved(question)) if question.needed.is_some() => self.needed(question).map(Some),
            Some(Overlay::Unresolved(question)) if !question.of_process.is_empty() && self.answers.process_env => {
                Ok(Some(Action::ReadProcess))
            }
            Some(Overlay::Unresolved(question)) => Err(question.about.join(" ")),
            Some(Overlay::Lookalike(found, _)) => {
                Err(format!("credentials would go to {}, which reads {}: {}", found.host, found.reads, found.likeness))
            }
            // Whoever sends all requests of a file has said so of their secrets.
            Some(Overlay::SendSecrets(_)) => Ok(Some(Action::SendSecrets)),
            Some(Overlay::Renew(renewal)) => match &renewal.step {
                RenewalStep::Asking(Obtaining::AsConfigured) if needs_person(&renewal.config) => {
                    Err(format!("its token is obtained by {}, which needs a person", renewal.config.grant.title()))
                }
                RenewalStep::Asking(_) => Ok(Some(Action::Choose)),
                RenewalStep::Done { .. } => Ok(Some(Action::UseRenewedAndSend)),
                // A refresh token may be of no use where the client's own credentials are.
                RenewalStep::Failed { was_refresh: true } if !needs_person(&renewal.config) => Ok(Some(Action::Choose)),
                RenewalStep::Failed { .. } => Err(format!("its token cannot be obtained: {}", renewal.about.join(" "))),
                _ => Ok(None),
            },
            Some(_) => Err(self.told()),
        }
    }
}

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(RETRY_SECONDS);

/// The pause that a server asks for, in seconds or up to a moment (RFC 9110 section 10.2.3).
fn retry_after(answer: &Response, now: Timestamp) -> Option<Duration> {
    let asked = answer.headers.get("retry-after")?.trim();
    if !asked.is_empty() && asked.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Duration::from_secs(asked.parse().unwrap_or(u64::MAX)));
    }
    // A wrong day of the week changes nothing of the moment.
    let with_day = |day: &&str| time::http_date(&format!("{day}, {}", asked.split_once(", ")?.1));
    let until = time::http_date(asked).or_else(|| ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].iter().find_map(with_day))?;
    // The moment is one of the server's clock.
    let now = answer.headers.get("date").and_then(time::http_date).unwrap_or(now);
    Some(Duration::from_secs(until.as_second().saturating_sub(now.as_second()).try_into().unwrap_or(0)))
}

fn needs_person(config: &OAuthConfig) -> bool {
    matches!(config.grant, Grant::AuthorizationCode | Grant::DeviceCode)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_asked_for_in_seconds_or_up_to_a_moment() {
        let now: Timestamp = "2026-11-23T07:00:00Z".parse().expect("a moment");
        let asked = |value: &str, date: Option<&str>| {
            let mut answer = Response::default();
            answer.headers.push("Retry-After", value);
            date.into_iter().for_each(|date| answer.headers.push("Date", date));
            retry_after(&answer, now).map(|pause| pause.as_secs())
        };
        for (value, date, pause) in [
            ("7", None, Some(7)),
            (" 99999 ", None, Some(99_999)),
            ("99999999999999999999999", None, Some(u64::MAX)),
            ("Mon, 23 Nov 2026 07:00:05 GMT", None, Some(5)),
            ("Fri, 23 Nov 2026 07:00:05 GMT", None, Some(5)),
            // The server's clock counts, which may be another one.
            ("Mon, 23 Nov 2026 08:00:05 GMT", Some("Mon, 23 Nov 2026 08:00:00 GMT"), Some(5)),
            ("Mon, 23 Nov 2026 06:00:00 GMT", None, Some(0)),
            ("soon", None, None),
            ("-1", None, None),
            ("", None, None),
        ] {
            assert_eq!(asked(value, date), pause, "{value}");
        }
    }
}
