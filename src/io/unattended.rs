//! Sending without a screen and without a person: what the screen asks is answered by rule, or the request is not sent.
//!
//! It drives the same state machine as the screen, so that logins, tokens, cookies and variables behave the same.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::clipboard::Clipboard;
use super::clock;
use super::http::SendOptions;
use super::run::{Dependencies, EffectRunner, Watching};
use super::store::disk::RealDisk;
use crate::app::dialogs::Overlay;
use crate::app::ids::{RequestPosition, SendId};
use crate::app::keymap::Action;
use crate::app::workspace::renewal::RenewalStep;
use crate::app::workspace::request::Entry;
use crate::app::workspace::sending::SendState;
use crate::app::{Effect, LoadedFile, Message, Model, update};
use crate::domain::exchange::Exchange;
use crate::domain::oauth::{Grant, OAuthConfig, Obtaining};
use crate::domain::request::Request;
use crate::domain::response::Response;

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
}

/// Marks a request on its way out: gets the request as it is written, and as it is sent.
pub type Mark = Arc<dyn Fn(&Exchange, &mut Request) + Send + Sync>;

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

    /// Marks every request that goes out from now on.
    pub fn mark_by(&mut self, mark: Option<Mark>) {
        self.mark = mark;
    }

    /// Sends a request, and first what it refers to. A refused token is renewed once, where the files say how.
    ///
    /// # Errors
    /// Why there is no answer, as a sentence.
    pub async fn send(&mut self, at: RequestPosition) -> Result<Exchange, String> {
        let sent = self.send_patiently(at).await;
        let is_refused = sent.as_ref().is_ok_and(|exchange| exchange.answer.as_ref().is_some_and(|answer| answer.status == 401));
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
    async fn send_patiently(&mut self, at: RequestPosition) -> Result<Exchange, String> {
        let mut pause = Duration::from_secs(1);
        for left in (0..=self.answers.retries).rev() {
            let before = self.entry(at).and_then(|entry| entry.answered_by);
            self.take_cookies_along(at);
            self.act(at, Action::Send);
            let sent = match self.settle(at).await {
                Ok(()) => self.answered_since(at, before),
                Err(why) => Err(why),
            };
            let may_pass = match &sent {
                Ok(exchange) => exchange.answer.as_ref().is_some_and(|answer| matches!(answer.status, 429 | 502 | 503 | 504)),
                Err(_) => self.entry(at).is_some_and(|entry| matches!(entry.sending, SendState::Failed(..))),
            };
            if left == 0 || !may_pass {
                return sent;
            }
            let asked = sent.ok().and_then(|exchange| retry_after(exchange.answer.as_ref()?));
            tokio::time::sleep(asked.unwrap_or(pause)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        Err("it was not sent".into())
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
    fn answered_since(&self, at: RequestPosition, before: Option<SendId>) -> Result<Exchange, String> {
        let exchange = self.answered(at)?;
        let is_new = self.entry(at).and_then(|entry| entry.answered_by) != before;
        if is_new { Ok(exchange) } else { Err(self.told()) }
    }

    /// The exchange as it is judged now.
    fn answered(&self, at: RequestPosition) -> Result<Exchange, String> {
        let entry = self.entry(at).ok_or("there is no such request")?;
        match &entry.sending {
            SendState::Failed(_, why, _) => Err(why.clone()),
            _ => Ok(entry.exchange.clone()),
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
            Some(Overlay::Unresolved(question)) if question.needed.is_some() => Ok(Some(Action::SendNeeded)),
            Some(Overlay::Unresolved(question)) if !question.of_process.is_empty() && self.answers.process_env => {
                Ok(Some(Action::ReadProcess))
            }
            Some(Overlay::Unresolved(question)) => Err(question.about.join(" ")),
            Some(Overlay::Lookalike(found, _)) => {
                Err(format!("credentials would go to {}, which reads {}: {}", found.host, found.reads, found.likeness))
            }
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
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The pause that a server asks for, in seconds.
fn retry_after(answer: &Response) -> Option<Duration> {
    let seconds = answer.headers.get("retry-after")?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_PAUSE))
}

fn needs_person(config: &OAuthConfig) -> bool {
    matches!(config.grant, Grant::AuthorizationCode | Grant::DeviceCode)
}
