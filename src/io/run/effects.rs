//! Effects carried out; what comes of them goes back to the loop as messages.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::network::Network;
use super::{files, send};
use crate::app::effect::Effect;
use crate::app::ids::{FileId, OpenId, SendId};
use crate::app::message::Message;
use crate::app::workspace::opened_files::OpenedFiles;
use crate::app::workspace::sending::Failure;
use crate::formats::attachment::Attachment;
use crate::io::clipboard::{Clipboard, Copied, to_file};
use crate::io::drafts::Drafts;
use crate::io::http::{HttpClient, SendOptions};
use crate::io::load;
use crate::io::store::SaveError;
use crate::io::store::disk::Disk;
use crate::io::terminal::Outlet;
use crate::io::worker::Worker;

/// What lies outside of the program.
pub struct Outside {
    /// How requests are sent.
    pub options: SendOptions,
    /// The clipboard.
    pub clipboard: Clipboard,
    /// The terminal, for a clipboard that is reached through it.
    pub terminal: Box<dyn Outlet>,
    /// Where drafts are kept; `None` where none are to be.
    pub drafts: Option<Drafts>,
    /// What files are saved on.
    pub disk: Arc<dyn Disk + Send + Sync>,
}

impl std::fmt::Debug for Outside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outside").field("options", &self.options).finish_non_exhaustive()
    }
}

/// Long work that ends in files for the bench.
pub type Reading = Box<dyn FnOnce() -> Result<OpenedFiles, String> + Send>;

/// Carries effects out.
#[derive(Debug)]
pub struct EffectRunner {
    outside: Outside,
    client: Arc<HttpClient>,
    running: HashMap<SendId, AbortHandle>,
    /// Where requests are sent, from the first on.
    network: Option<Network>,
    results: mpsc::UnboundedSender<Message>,
    /// Keeps drafts, from the first on.
    drafts: Option<Worker<KeptDrafts>>,
    /// Saves files one after the other, from the first on.
    saves: Option<Worker<()>>,
}

/// The drafts on their thread.
#[derive(Debug)]
struct KeptDrafts {
    drafts: Drafts,
    /// Hears once that something cannot be done.
    refused: Option<mpsc::UnboundedSender<Message>>,
}

impl EffectRunner {
    /// A runner that tells its results to `results`.
    pub fn new(outside: Outside, results: mpsc::UnboundedSender<Message>) -> Self {
        Self { outside, client: Arc::new(HttpClient::new()), running: HashMap::new(), network: None, results, drafts: None, saves: None }
    }

    /// The way to the terminal.
    pub(super) fn outlet(&self) -> &dyn Outlet {
        &*self.outside.terminal
    }

    /// Tells what other sessions left, and what the user said of credentials in drafts.
    pub fn tell_of_drafts(&mut self) {
        let Some(drafts) = &mut self.outside.drafts else { return };
        let (secrets, left) = (drafts.secrets(), drafts.left());
        self.tell(Message::DraftSecrets(secrets));
        self.tell(Message::DraftsLeft(left));
    }

    /// Reads on a thread of its own, which ends when it has read; nobody waits for it.
    pub fn open(&self, id: OpenId, reading: Reading) {
        let results = self.results.clone();
        let reader = thread::Builder::new().name("open".into()).spawn(move || {
            let _ = results.send(Message::Opened(id, reading()));
        });
        if let Err(why) = reader {
            self.tell(Message::Opened(id, Err(format!("no thread can be started: {why}"))));
        }
    }

    /// Reads the files that a body names on a thread of its own, as [`EffectRunner::open`] does.
    fn read_body_files(&self, id: SendId, requests: PathBuf, files: Vec<(String, Option<Attachment>)>) {
        let results = self.results.clone();
        let reader = thread::Builder::new().name("body files".into()).spawn(move || {
            let _ = results.send(Message::BodyFiles(id, load::body_files(&requests, files)));
        });
        if let Err(why) = reader {
            self.tell(Message::BodyFiles(id, Err(format!("no thread can be started: {why}"))));
        }
    }

    /// Begins an effect, or does it at once.
    pub fn run(&mut self, effect: Effect) {
        match effect {
            Effect::Send(id, request, transfer) => {
                self.running.retain(|_, task| !task.is_finished());
                let options = send::options(self.outside.options.clone(), &request, &transfer);
                if self.network.is_none() {
                    match Network::start() {
                        Ok(network) => self.network = Some(network),
                        Err(why) => {
                            let why = format!("nothing was sent: no thread can be started: {why}");
                            self.tell(Message::Failed(id, why, Failure::Other, None));
                        }
                    }
                }
                if let Some(network) = &self.network {
                    let task = network.spawn(send::send(Arc::clone(&self.client), id, request, options, self.results.clone()));
                    self.running.insert(id, task);
                }
            }
            Effect::ReadBodyFiles { id, requests, files } => self.read_body_files(id, requests, files),
            Effect::Cancel(id) => {
                // Dropping the future closes the connection.
                if let Some(task) = self.running.remove(&id) {
                    task.abort();
                }
            }
            Effect::Open(id, path) => self.open(id, Box::new(move || load::path(&path))),
            Effect::Save { file, path, bytes, before, over } => {
                self.save(file, move |disk| files::save(disk, &load::expand_home(&path), &bytes, before.as_deref(), over))
            }
            Effect::Copy { text, what } => {
                let told = match self.outside.clipboard.copy(&text, &mut self.outside.terminal) {
                    Copied::TooLong { .. } => match to_file(&text, &std::env::temp_dir()) {
                        Ok(path) => Message::Told(format!("{what} is too long for the terminal; it is in {}", path.display())),
                        Err(why) => Message::Warned(format!(
                            "{what} was not copied: it is too long for the terminal, and no file could be written: {why}"
                        )),
                    },
                    copied => Message::Told(format!("{what}: {copied}")),
                };
                self.tell(told);
            }
            Effect::ReadKeys(id, path) => self.tell(Message::Keys(id, files::keys(&path))),
            Effect::KeepDraft(draft) => self.on_drafts(move |drafts| drafts.keep(&draft)),
            Effect::AllowDraftSecrets(secrets) => self.on_drafts(move |drafts| drafts.allow(secrets)),
            Effect::RemoveDrafts(paths) => self.on_drafts(move |drafts| {
                drafts.remove(&paths);
                Ok(())
            }),
            // The loop does that itself, on the view that it owns.
            Effect::Scroll(..) => {}
            // Who leaves was asked about what is unsaved. Without a thread for drafts there is no draft of this session.
            Effect::ForgetDraft | Effect::Quit => {
                if let Some(worker) = &self.drafts {
                    worker.give(|kept| kept.drafts.forget());
                }
            }
        }
    }

    /// Saves a file beside the loop, behind the saves that are still running.
    fn save(&mut self, file: FileId, save: impl FnOnce(&dyn Disk) -> Result<Vec<String>, SaveError> + Send + 'static) {
        if self.saves.is_none() {
            match Worker::start("saves", ()) {
                Ok(worker) => self.saves = Some(worker),
                Err(why) => self.tell(Message::NotSaved(file, why)),
            }
        }
        let Some(worker) = &self.saves else { return };
        let (disk, results) = (Arc::clone(&self.outside.disk), self.results.clone());
        worker.give(move |()| {
            for message in files::outcome(file, save(&*disk)) {
                let _ = results.send(message);
            }
        });
    }

    /// Does something with the drafts, beside the loop; that it cannot be done is said once in a session.
    fn on_drafts(&mut self, what: impl FnOnce(&mut Drafts) -> Result<(), String> + Send + 'static) {
        if let Some(drafts) = self.outside.drafts.take() {
            match Worker::start("drafts", KeptDrafts { drafts, refused: Some(self.results.clone()) }) {
                Ok(worker) => self.drafts = Some(worker),
                Err(why) => self.tell(Message::NotKept(why)),
            }
        }
        if let Some(worker) = &self.drafts {
            worker.give(|kept| {
                if let Err(why) = what(&mut kept.drafts)
                    && let Some(refused) = kept.refused.take()
                {
                    let _ = refused.send(Message::NotKept(why));
                }
            });
        }
    }

    /// Returns when what was begun with the drafts is done.
    pub(super) fn wait_for_drafts(&self) {
        if let Some(worker) = &self.drafts {
            worker.wait();
        }
    }

    fn tell(&self, message: Message) {
        // The loop that listens is gone only when the program ends.
        let _ = self.results.send(message);
    }
}
