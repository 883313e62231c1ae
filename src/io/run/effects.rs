//! Effects carried out; what comes of them goes back to the loop as messages.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use url::Url;

use super::network::Network;
use crate::app::msg::{Effect, Failure, Msg, OpenId, Over, SendId};
use crate::app::opening::Opened;
use crate::domain::exchange::{Certificates, Manner, Redirects};
use crate::domain::request::Request;
use crate::domain::secrecy;
use crate::domain::token::keys::KeySet;
use crate::formats::attachment::Attachment;
use crate::formats::detect::decode;
use crate::io::clipboard::{Clipboard, Copied, to_file};
use crate::io::drafts::Drafts;
use crate::io::http::{HttpClient, Kind, Phase, Progress, SendOptions, TlsFault};
use crate::io::keeper::Keeper;
use crate::io::load;
use crate::io::store::{Expected, MAX_TEXT, SaveError, Stamp, read, save_atomic};
use crate::io::terminal::Outlet;

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
}

impl std::fmt::Debug for Outside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outside").field("options", &self.options).finish_non_exhaustive()
    }
}

/// Long work that ends in files for the bench.
pub type Reading = Box<dyn FnOnce() -> Result<Opened, String> + Send>;

/// Carries effects out.
#[derive(Debug)]
pub struct EffectRunner {
    outside: Outside,
    client: Arc<HttpClient>,
    running: HashMap<SendId, AbortHandle>,
    /// Where requests are sent, from the first on.
    network: Option<Network>,
    results: mpsc::UnboundedSender<Msg>,
    /// Keeps drafts, from the first on.
    keeper: Option<Keeper>,
}

/// Progress that waits to be shown; more is dropped, since only the last matters.
const PROGRESS: usize = 16;

impl EffectRunner {
    /// A runner that tells its results to `results`.
    pub fn new(outside: Outside, results: mpsc::UnboundedSender<Msg>) -> Self {
        Self { outside, client: Arc::new(HttpClient::new()), running: HashMap::new(), network: None, results, keeper: None }
    }

    /// The way to the terminal.
    pub(super) fn outlet(&self) -> &dyn Outlet {
        &*self.outside.terminal
    }

    /// Tells what other sessions left, and what the user said of credentials in drafts.
    pub fn tell_of_drafts(&mut self) {
        let Some(drafts) = &mut self.outside.drafts else { return };
        let (secrets, left) = (drafts.secrets(), drafts.left());
        self.tell(Msg::DraftSecrets(secrets));
        self.tell(Msg::DraftsLeft(left));
    }

    /// Reads on a thread of its own, which ends when it has read; nobody waits for it.
    pub fn open(&self, id: OpenId, reading: Reading) {
        let results = self.results.clone();
        let reader = thread::Builder::new().name("open".into()).spawn(move || {
            let _ = results.send(Msg::Opened(id, reading()));
        });
        if let Err(why) = reader {
            self.tell(Msg::Opened(id, Err(format!("no thread can be started: {why}"))));
        }
    }

    /// Reads the files that a body names on a thread of its own, as [`EffectRunner::open`] does.
    fn read_body_files(&self, id: SendId, requests: PathBuf, files: Vec<(String, Option<Attachment>)>) {
        let results = self.results.clone();
        let reader = thread::Builder::new().name("body files".into()).spawn(move || {
            let _ = results.send(Msg::BodyFiles(id, load::body_files(&requests, files)));
        });
        if let Err(why) = reader {
            self.tell(Msg::BodyFiles(id, Err(format!("no thread can be started: {why}"))));
        }
    }

    /// Begins an effect, or does it at once.
    pub fn run(&mut self, effect: Effect) {
        match effect {
            Effect::Send(id, request, manner) => {
                self.running.retain(|_, task| !task.is_finished());
                let own = self.outside.options.clone();
                let options = SendOptions {
                    follow_redirects: manner.redirects == Redirects::Follow,
                    max_redirects: manner.max_redirects.map_or(own.max_redirects, |most| most as usize),
                    let_pass: let_pass(&request, &manner),
                    version: manner.version,
                    proxies: own.proxies.for_manner(&manner),
                    ..own
                };
                if self.network.is_none() {
                    match Network::start() {
                        Ok(network) => self.network = Some(network),
                        Err(why) => {
                            let why = format!("nothing was sent: no thread can be started: {why}");
                            self.tell(Msg::Failed(id, why, Failure::Other, None));
                        }
                    }
                }
                if let Some(network) = &self.network {
                    let task = network.spawn(send(Arc::clone(&self.client), id, request, options, self.results.clone()));
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
                self.tell(match save(&load::expand_home(&path), &bytes, before.as_deref(), over) {
                    Ok(not_kept) => {
                        self.tell(Msg::Saved(file));
                        if not_kept.is_empty() {
                            return;
                        }
                        Msg::Warned(format!("saved, but not kept of the file: {}", not_kept.join(", ")))
                    }
                    Err(SaveError::Conflict { theirs }) => {
                        Msg::Changed(file, String::from_utf8_lossy(&theirs.unwrap_or_default()).into_owned())
                    }
                    Err(why) => Msg::NotSaved(file, why.to_string()),
                })
            }
            Effect::Copy { text, what } => {
                let told = match self.outside.clipboard.copy(&text, &mut self.outside.terminal) {
                    Copied::TooLong { .. } => match to_file(&text, &std::env::temp_dir()) {
                        Ok(path) => Msg::Told(format!("{what} is too long for the terminal; it is in {}", path.display())),
                        Err(why) => Msg::Warned(format!(
                            "{what} was not copied: it is too long for the terminal, and no file could be written: {why}"
                        )),
                    },
                    copied => Msg::Told(format!("{what}: {copied}")),
                };
                self.tell(told);
            }
            Effect::ReadKeys(id, path) => self.tell(Msg::Keys(id, keys(&path))),
            Effect::KeepDraft(draft) => self.on_drafts(move |drafts| drafts.keep(&draft)),
            Effect::AllowDraftSecrets(secrets) => self.on_drafts(move |drafts| drafts.allow(secrets)),
            Effect::RemoveDrafts(paths) => self.on_drafts(move |drafts| {
                drafts.remove(&paths);
                Ok(())
            }),
            // The loop does that itself, on the view that it owns.
            Effect::Scroll(..) => {}
            // Who leaves was asked about what is unsaved. Before the keeper there is no draft of this session.
            Effect::ForgetDraft | Effect::Quit => {
                if let Some(keeper) = &self.keeper {
                    keeper.give(|drafts| {
                        drafts.forget();
                        Ok(())
                    });
                }
            }
        }
    }

    /// Does something with the drafts, beside the loop; that it cannot be done is said once in a session.
    fn on_drafts(&mut self, what: impl FnOnce(&mut Drafts) -> Result<(), String> + Send + 'static) {
        if let Some(drafts) = self.outside.drafts.take() {
            let results = self.results.clone();
            let refused = move |why| {
                let _ = results.send(Msg::NotKept(why));
            };
            match Keeper::start(drafts, refused) {
                Ok(keeper) => self.keeper = Some(keeper),
                Err(why) => self.tell(Msg::NotKept(why)),
            }
        }
        if let Some(keeper) = &self.keeper {
            keeper.give(what);
        }
    }

    /// Returns when what was begun with the drafts is done.
    pub(super) fn wait_for_drafts(&self) {
        if let Some(keeper) = &self.keeper {
            keeper.wait();
        }
    }

    fn tell(&self, msg: Msg) {
        // The loop that listens is gone only when the program ends.
        let _ = self.results.send(msg);
    }
}

async fn send(client: Arc<HttpClient>, id: SendId, request: Box<Request>, options: SendOptions, results: mpsc::UnboundedSender<Msg>) {
    let (tell, mut progress) = mpsc::channel(PROGRESS);
    let sending = client.send(&request, &options, &tell);
    tokio::pin!(sending);
    let outcome = loop {
        tokio::select! {
            biased;
            outcome = &mut sending => break outcome,
            Some(step) = progress.recv() => {
                let _ = results.send(Msg::Progress(id, words(&step)));
            }
        }
    };
    let _ = results.send(match outcome {
        Ok(received) => Msg::Answered(id, Box::new(received.response), received.notices),
        Err(error) => {
            let help = if error.help.is_empty() { String::new() } else { format!(" ({})", error.help) };
            Msg::Failed(id, format!("{}{help}", error.message), failure(error.kind, error.host), error.partial)
        }
    });
}

/// The hosts whose certificate need not be good: the one that is asked, where the user said so, and those that were let pass by
/// name. A redirect to another host is asked about.
fn let_pass(request: &Request, manner: &Manner) -> Vec<String> {
    let own = Url::parse(request.url.trim()).ok().and_then(|url| url.host_str().map(str::to_string));
    let own = own.filter(|_| manner.certificates == Certificates::LetPass);
    own.into_iter().chain(manner.let_pass.iter().cloned()).collect()
}

/// Only what the verifier refused can be let pass.
fn failure(kind: Kind, host: String) -> Failure {
    match kind {
        Kind::Tls(TlsFault::ClientCertificateWanted | TlsFault::NotTls | TlsFault::Other(_)) => Failure::Other,
        Kind::Tls(_) => Failure::Certificate(host),
        _ => Failure::Other,
    }
}

fn words(step: &Progress) -> String {
    match step {
        Progress::Phase(Phase::Prepare) => Phase::Prepare.doing().into(),
        Progress::Phase(phase) => phase.doing().into(),
        Progress::Hop(hop) => format!("redirected with {} to {}", hop.status, secrecy::replaced_in_url(&hop.location, "…")),
        Progress::Headers(answer) => format!("answered {}, reading the body", answer.status),
        Progress::Body { bytes } => format!("{bytes} bytes so far"),
    }
}

fn keys(path: &Path) -> Result<KeySet, String> {
    let bytes = read(path, MAX_TEXT).map_err(|e| e.to_string())?;
    let text = decode(&bytes).map_err(|e| e.to_string())?;
    KeySet::read(&text, &path.display().to_string())
}

fn save(path: &Path, bytes: &[u8], before: Option<&[u8]>, over: Over) -> Result<Vec<String>, SaveError> {
    let expected = match (over, before) {
        (Over::Write, _) => Expected::Anything,
        (Over::Ask, Some(before)) => Expected::Stamped(Stamp::of(before)),
        (Over::Ask, None) => Expected::Nothing,
    };
    match save_atomic(path, bytes, expected) {
        // What was removed meanwhile is written anew: nothing of anybody's is lost by it.
        Err(SaveError::Conflict { theirs: None }) => save_atomic(path, bytes, Expected::Nothing),
        saved => saved,
    }
    .map(|saved| saved.not_kept)
}
