//! The thread of the keyring: what is asked of it may wait for its user for minutes, and is done in order.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc as messages, oneshot};

use crate::app::ids::SendId;
use crate::app::message::Message;
use crate::app::workspace::keyring::{AfterKeyring, KeyringAnswer, KeyringItem};
use crate::domain::limits::KEYRING_SECONDS;
use crate::domain::oauth::TokenSet;
use crate::formats::kept_tokens::{self, Change};
use crate::formats::variables::tokens::TokenKey;
use crate::io::clock;
use crate::io::http::options::{StopSignal, stopped};
use crate::io::keyring::{Keyring, OpenKeyring, Purpose};

type Job = Box<dyn FnOnce(&Keyring) + Send>;

/// How long the end of the program waits for what is still to be written.
const LAST_WRITES: Duration = Duration::from_secs(5);
/// How often it looks whether that is done.
const LOOK: Duration = Duration::from_millis(5);

/// The thread. Nothing joins it: it may be waiting for an answer that never comes.
#[derive(Debug)]
pub(super) struct KeyringThread {
    jobs: mpsc::Sender<Job>,
    /// Writes that are not done yet.
    writes: Arc<AtomicUsize>,
}

impl KeyringThread {
    /// Starts it.
    ///
    /// # Errors
    /// If the system cannot start a thread.
    pub(super) fn start(keyring: Keyring) -> Result<Self, String> {
        let (jobs, given) = mpsc::channel::<Job>();
        let work = move || given.into_iter().for_each(|job| job(&keyring));
        let started = thread::Builder::new().name("keyring".into()).spawn(work);
        started.map_err(|why| format!("cannot start a thread: {why}"))?;
        Ok(Self { jobs, writes: Arc::default() })
    }

    /// Reads some items; nothing is received if the thread has ended.
    pub(super) fn read(&self, wanted: Vec<KeyringItem>) -> oneshot::Receiver<Vec<(KeyringItem, KeyringAnswer)>> {
        let (tell, read) = oneshot::channel();
        let job = move |keyring: &Keyring| {
            // Nobody waits any more: its question is not asked.
            if !tell.is_closed() {
                let _ = tell.send(read_all(keyring, wanted));
            }
        };
        let _ = self.jobs.send(Box::new(job));
        read
    }

    /// Writes something; `failed` is called if that is impossible.
    fn write(&self, write: impl FnOnce(&OpenKeyring) -> Result<(), String> + Send + 'static, failed: impl FnOnce(String) + Send + 'static) {
        self.writes.fetch_add(1, Ordering::SeqCst);
        let writes = Arc::clone(&self.writes);
        let job = move |keyring: &Keyring| {
            if let Err(why) = keyring.open().and_then(|open| write(&open)) {
                failed(why);
            }
            writes.fetch_sub(1, Ordering::SeqCst);
        };
        let _ = self.jobs.send(Box::new(job));
    }

    /// Keeps the tokens of a configuration.
    pub(super) fn keep(&self, key: TokenKey, tokens: &TokenSet, results: messages::UnboundedSender<Message>) {
        let (name, text, id) = (kept_tokens::name(&key), kept_tokens::write(&key, tokens), key.id);
        let failed = move |why| _ = results.send(Message::Warn(format!("The tokens of “{id}” are kept in memory alone: {why}")));
        self.write(move |open| open.set(Purpose::Tokens, &name, &text), failed);
    }

    /// Drops a token that was refused, else an expired one.
    pub(super) fn drop_token(&self, key: TokenKey, refused: Option<String>, results: messages::UnboundedSender<Message>) {
        let (name, id) = (kept_tokens::name(&key), key.id.clone());
        let failed = move |why| _ = results.send(Message::Warn(format!("The token of “{id}” is still in the keyring: {why}")));
        let change = move |open: &OpenKeyring| {
            let Some(text) = open.get(Purpose::Tokens, &name)? else { return Ok(()) };
            match kept_tokens::without(&text, &key, refused.as_deref(), clock::now()) {
                Change::Stay => Ok(()),
                Change::Delete => open.delete(Purpose::Tokens, &name).map(|_| ()),
                Change::Replace(text) => open.set(Purpose::Tokens, &name, &text),
            }
        };
        self.write(change, failed);
    }
}

impl Drop for KeyringThread {
    fn drop(&mut self) {
        let end = Instant::now() + LAST_WRITES;
        while self.writes.load(Ordering::SeqCst) > 0 && Instant::now() < end {
            thread::sleep(LOOK);
        }
    }
}

fn read_all(keyring: &Keyring, wanted: Vec<KeyringItem>) -> Vec<(KeyringItem, KeyringAnswer)> {
    let open = keyring.open();
    let read = |item: &KeyringItem| match (&open, item) {
        (Err(why), _) => Err(why.clone()),
        (Ok(open), KeyringItem::Secret(name)) => open.get(Purpose::Secret, name),
        (Ok(open), KeyringItem::Tokens(key)) => open.get(Purpose::Tokens, &kept_tokens::name(key)),
    };
    wanted.into_iter().map(|item| (read(&item), item)).map(|(answer, item)| (item, answer)).collect()
}

/// Passes on what the keyring has, unless the send that waits for it is stopped.
pub(super) async fn pass_on(
    id: SendId,
    wanted: Vec<KeyringItem>,
    then: AfterKeyring,
    read: oneshot::Receiver<Vec<(KeyringItem, KeyringAnswer)>>,
    mut stop: StopSignal,
    results: messages::UnboundedSender<Message>,
) {
    let limit = Duration::from_secs(KEYRING_SECONDS);
    let read = tokio::select! {
        () = stopped(Some(&mut stop)) => return,
        read = tokio::time::timeout(limit, read) => match read {
            Ok(Ok(read)) => read,
            Ok(Err(_)) => failed(wanted, "reading it was stopped by a bug in authtui"),
            Err(_) => failed(wanted, &format!("the system's keyring gave no answer in {KEYRING_SECONDS} s: is a question of it open?")),
        },
    };
    let _ = results.send(Message::KeyringRead(id, read, then));
}

/// The same answer for all items.
pub(super) fn failed(wanted: Vec<KeyringItem>, why: &str) -> Vec<(KeyringItem, KeyringAnswer)> {
    wanted.into_iter().map(|item| (item, Err(why.to_string()))).collect()
}
