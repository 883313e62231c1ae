//! Carries out effects. Their results return to the loop as messages.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::dependencies::{Dependencies, LogReader, Watching};
use super::keyring::KeyringThread;
use super::network::NetworkThread;
use super::{files, keyring, send};
use crate::app::effect::Effect;
use crate::app::ids::{FileId, OpenId, SendId};
use crate::app::message::Message;
use crate::app::workspace::draft::OrphanedDraft;
use crate::app::workspace::keyring::{AfterKeyring, KeyringItem};
use crate::app::workspace::opened_files::OpenedFiles;
use crate::app::workspace::pasted::PASTED;
use crate::app::workspace::recording::SentExchange;
use crate::app::workspace::sending::Failure;
use crate::domain::text::Text;
use crate::formats::attachment::Attachment;
use crate::formats::detect;
use crate::formats::env::ValueKind;
use crate::io::callback;
use crate::io::clipboard::{CopyOutcome, to_file};
use crate::io::clock;
use crate::io::drafts::Drafts;
use crate::io::http::options::{StopSignal, stopped};
use crate::io::http::{HttpClient, SendOptions};
use crate::io::load;
use crate::io::mirror::Seen;
use crate::io::paths;
use crate::io::program;
use crate::io::recordings;
use crate::io::store::SaveError;
use crate::io::store::disk::Disk;
use crate::io::terminal::NonBlockingWrite;
use crate::io::value_homes;
use crate::io::watch::FileWatcher;
use crate::io::worker::Worker;

/// Slow work that loads files for the app.
pub type ReadJob = Box<dyn FnOnce() -> Result<OpenedFiles, String> + Send>;

/// Carries out effects.
#[derive(Debug)]
pub struct EffectRunner {
    outside: Dependencies,
    client: Arc<HttpClient>,
    running: HashMap<SendId, RunningSend>,
    results: mpsc::UnboundedSender<Message>,
    /// Reads the lines of a row of what logs say.
    log_lines: Option<LogReader>,
    /// Writes drafts; started on first use.
    drafts: Option<Worker<KeptDrafts>>,
    /// Saves files one after the other; started on first use.
    saves: Option<Worker<()>>,
    /// Watches files; started on first use.
    watcher: Option<Worker<FileWatcher>>,
    /// Reads and writes the keyring; started on first use.
    keyring: Option<KeyringThread>,
}

/// A send on its thread.
#[derive(Debug)]
struct RunningSend {
    thread: NetworkThread,
    stop: watch::Sender<bool>,
}

/// The drafts on their thread.
#[derive(Debug)]
struct KeptDrafts {
    drafts: Drafts,
    /// Receives the first error.
    refused: Option<mpsc::UnboundedSender<Message>>,
}

impl EffectRunner {
    /// A runner that sends its results to `results`.
    pub fn new(outside: Dependencies, results: mpsc::UnboundedSender<Message>) -> Self {
        Self {
            outside,
            client: Arc::new(HttpClient::new()),
            running: HashMap::new(),
            results,
            drafts: None,
            saves: None,
            watcher: None,
            keyring: None,
            log_lines: None,
        }
    }

    /// The terminal output.
    pub(super) fn output(&self) -> &dyn NonBlockingWrite {
        &*self.outside.terminal
    }

    /// Reports drafts of other sessions, and whether drafts contain credentials.
    pub fn report_drafts(&mut self) {
        let Some(drafts) = &mut self.outside.drafts else { return };
        let (secrets, environment, left) = (drafts.secrets(), drafts.environment(), drafts.left());
        if let Some(environment) = environment {
            self.notify(Message::LastEnvironment(environment));
        }
        self.notify(Message::DraftSecrets(secrets));
        self.notify(Message::OrphanedDrafts(left));
        let results = self.results.clone();
        // Nothing waits for it: the folder of temporary files may be on a slow disk.
        let _ = thread::Builder::new().name("texts left behind".into()).spawn(move || {
            let left: Vec<String> = program::left_behind().iter().map(|folder| folder.display().to_string()).collect();
            if !left.is_empty() {
                let told =
                    format!("An editor of an earlier session left texts in {}; delete them when they are of no use", left.join(", "));
                let _ = results.send(Message::Warn(told));
            }
        });
    }

    /// Works on a new thread that ends on its own; nothing joins it. Where no thread can be started, `failed` says so.
    fn spawn(&self, name: &str, failed: impl FnOnce(String) -> Message, work: impl FnOnce() -> Message + Send + 'static) {
        let results = self.results.clone();
        let started = thread::Builder::new().name(name.into()).spawn(move || {
            let _ = results.send(work());
        });
        if let Err(why) = started {
            self.notify(failed(format!("cannot start a thread: {why}")));
        }
    }

    /// How the lines of logs are read.
    pub fn read_log_lines_by(&mut self, reader: LogReader) {
        self.log_lines = Some(reader);
    }

    /// Reads in the background.
    pub fn open(&self, id: OpenId, reading: ReadJob) {
        self.spawn("open", move |why| Message::Opened(id, Err(why)), move || Message::Opened(id, reading()));
    }

    /// Passes on what a mirror sees, no faster than a screen can list it: what arrives meanwhile is counted by the mirror.
    pub fn hear(&self, mut heard: mpsc::Receiver<Seen>) {
        const BETWEEN: Duration = Duration::from_millis(4);
        let results = self.results.clone();
        let listed = move || {
            while let Some(seen) = heard.blocking_recv() {
                // Its place is free once it was listed.
                let (message, _place) = match seen {
                    Seen::Exchange(mirrored, place) => (Message::Mirrored(mirrored), place),
                    Seen::Broken(from, why, place) => (Message::Warn(format!("No request could be read from {from}: {why}")), place),
                };
                if results.send(message).is_err() {
                    return;
                }
                thread::sleep(BETWEEN);
            }
        };
        if let Err(why) = thread::Builder::new().name("mirror".into()).spawn(listed) {
            let _ = self.results.send(Message::Warn(format!("Nothing can be listed: {why}")));
        }
    }

    /// Reads body files in the background.
    fn read_body_files(&self, id: SendId, requests: PathBuf, files: Vec<(String, Option<Attachment>)>) {
        let read = move || Message::BodyFiles(id, load::body_files(&requests, files));
        self.spawn("body files", move |why| Message::BodyFiles(id, Err(why)), read);
    }

    /// Reads a file again in the background.
    fn reload(&self, file: FileId, path: PathBuf, kind: Option<ValueKind>) {
        let read = move || Message::Reloaded(file, load::again(&path, kind));
        self.spawn("reload", move |why| Message::Reloaded(file, Err(why)), read);
    }

    /// Reads a file that was touched in the background, once whoever writes it has probably done so.
    fn read_again(&self, file: FileId, number: u64, path: PathBuf, kind: Option<ValueKind>) {
        let read = move || {
            files::wait_until_written(&load::expand_home(&path));
            Message::ReadAgain(file, number, load::again(&path, kind))
        };
        self.spawn("touched", move |why| Message::ReadAgain(file, number, Err(why)), read);
    }

    /// Watches files in the background: their folders may be on a slow disk. Where the system cannot, nothing is watched.
    fn watch(&mut self, files: Vec<(FileId, PathBuf)>) {
        if self.outside.watching == Watching::Off {
            return;
        }
        if self.watcher.is_none() {
            let watcher = FileWatcher::new(self.results.clone()).ok();
            self.watcher = watcher.and_then(|watcher| Worker::start("watch", watcher).ok());
        }
        if let Some(worker) = &self.watcher {
            worker.submit(move |watcher| watcher.watch(files));
        }
    }

    /// Writes a body in the background: it may be long, and the disk slow.
    fn save_body(&self, path: PathBuf, body: Text, missing: String) {
        let write = move || files::save_body(&load::expand_home(&path), &body, &missing);
        self.spawn("body", |why| Message::Warn(format!("The body was not saved: {why}")), write);
    }

    /// Keeps a send on disk in the background, where that is turned on.
    fn record(&self, folder: PathBuf, sent: Box<SentExchange>) {
        let results = self.results.clone();
        let work = move || {
            if let Err(why) = recordings::record(&folder, *sent, clock::now()) {
                let _ = results.send(Message::Warn(format!("The send is not recorded: {why}")));
            }
        };
        if let Err(why) = thread::Builder::new().name("recording".into()).spawn(work) {
            self.notify(Message::Warn(format!("The send is not recorded: cannot start a thread: {why}")));
        }
    }

    /// Turns recording on in a folder, or off again.
    fn switch_recording(&self, folder: PathBuf) {
        let failed = |why| Message::Warn(format!("Recording stays as it was: {why}"));
        self.spawn("recording", failed, move || recordings::switch(&folder).map_or_else(failed, |to| Message::Notify(to.notice().into())));
    }

    /// Finds where the values of drafts go back to, in the background.
    fn find_homes(&self, drafts: Vec<OrphanedDraft>, open: Vec<(FileId, PathBuf)>) {
        let results = self.results.clone();
        let reader = thread::Builder::new().name("values of drafts".into()).spawn(move || {
            let homes = value_homes::of(&drafts, open);
            let _ = results.send(Message::HomesFound(drafts, homes));
        });
        if let Err(why) = reader {
            self.notify(Message::Warn(format!("The drafts stay as they are: cannot start a thread: {why}")));
            // Nothing is taken over, and quitting waits for nothing.
            self.notify(Message::HomesFound(Vec::new(), std::collections::BTreeMap::new()));
        }
    }

    /// Remembers the theme in the background.
    fn remember_theme(&self, name: String) {
        let Some(state) = self.outside.state.clone() else { return };
        let results = self.results.clone();
        let _ = thread::Builder::new().name("state".into()).spawn(move || {
            if let Err(why) = state.remember_theme(&name) {
                let _ = results.send(Message::Warn(format!("The theme is not kept for later sessions: {why}")));
            }
        });
    }

    /// Looks for paths in the background: a folder may be on a slow disk.
    fn list_paths(&self, typed: String) {
        self.spawn("paths", Message::Warn, move || {
            let found = paths::beginning_with(&typed);
            Message::Paths(typed, found)
        });
    }

    /// Starts an effect, or carries it out at once.
    pub fn run(&mut self, effect: Effect) {
        match effect {
            Effect::ReadLogLines(id, row) => match self.log_lines.clone() {
                Some(read) => self.spawn("log", move |why| Message::LogLines(id, Err(why)), move || Message::LogLines(id, (read.0)(&row))),
                None => drop(self.results.send(Message::LogLines(id, Err("there is no log to read".into())))),
            },
            Effect::Send(id, request, transfer) => {
                let options = send::options(self.outside.options.clone(), &request, &transfer);
                let (client, results) = (Arc::clone(&self.client), self.results.clone());
                let failed = move |why| Message::SendFailed(id, format!("nothing was sent: {why}"), Failure::Other, None);
                self.on_network(id, failed, move |stop| {
                    send::send(client, id, request, SendOptions { stop: Some(stop), ..options }, results)
                });
            }
            Effect::AwaitCallback(id, redirect_url) => {
                let results = self.results.clone();
                let failed = move |why| Message::CallbackFailed(id, why);
                self.on_network(id, failed, move |stop| callback::listen(id, redirect_url, stop, results));
            }
            Effect::OpenBrowser(url) => {
                let browser = self.outside.browser;
                self.spawn("browser", Message::Warn, move || match browser(&url) {
                    Ok(()) => Message::Notify("The login is open in your browser".into()),
                    Err(why) => Message::Warn(format!("Open the address yourself: {why}")),
                });
            }
            Effect::Wait(id, seconds) => {
                let results = self.results.clone();
                self.on_network(
                    id,
                    move |_| Message::Waited(id),
                    async move |mut stop| {
                        tokio::select! {
                            () = stopped(Some(&mut stop)) => {}
                            () = tokio::time::sleep(Duration::from_secs(seconds)) => { let _ = results.send(Message::Waited(id)); }
                        }
                    },
                );
            }
            Effect::ReadBodyFiles { id, requests, files } => self.read_body_files(id, requests, files),
            Effect::Cancel(id) => {
                // It ends by itself, with what had come.
                if let Some(sending) = self.running.get(&id) {
                    sending.stop.send_replace(true);
                }
            }
            Effect::RememberTheme(name) => self.remember_theme(name),
            Effect::Open(id, path) => self.open(id, Box::new(move || load::path(&path))),
            Effect::ListPaths(typed) => self.list_paths(typed),
            Effect::Save { file, path, bytes, before, over } => {
                self.save(file, move |disk| files::save(disk, &load::expand_home(&path), &bytes, before.as_deref(), over))
            }
            Effect::Remove { file, path, before, over } => {
                self.save(file, move |_| files::remove(&load::expand_home(&path), &before, over));
            }
            Effect::ReadPaste(id, text) => {
                let failed = move |why: String| Message::Opened(id, Err(why));
                self.spawn("paste", failed, move || {
                    let read = detect::read_with_document(&text, PASTED);
                    Message::PasteRead(id, text, Box::new(read))
                });
            }
            Effect::Reload { file, path, kind } => self.reload(file, path, kind),
            Effect::Copy { text, what } => {
                let told = match self.outside.clipboard.copy(&text, &mut self.outside.terminal) {
                    CopyOutcome::TooLong { .. } => match to_file(&text, &std::env::temp_dir()) {
                        Ok(path) => Message::Notify(format!("{what}: too long for the terminal; written to {}", path.display())),
                        Err(why) => {
                            Message::Warn(format!("{what}: not copied; it is too long for the terminal, and no file can be written: {why}"))
                        }
                    },
                    copied => Message::Notify(format!("{what}: {copied}")),
                };
                self.notify(told);
            }
            Effect::ReadAgain { file, path, kind, number } => self.read_again(file, number, path, kind),
            Effect::Watch(files) => self.watch(files),
            Effect::SaveBody { path, body, missing } => self.save_body(path, body, missing),
            Effect::Record(folder, sent) => self.record(folder, sent),
            Effect::SwitchRecording(folder) => self.switch_recording(folder),
            Effect::ReadKeys(id, path) => self.notify(Message::Keys(id, files::keys(&path))),
            Effect::ReadServerConfig(id, path) => self.notify(Message::ServerConfig(id, files::server_config(&path))),
            Effect::ReadSigningKey(id, path) => self.notify(Message::SigningKey(id, files::signing_key(&load::expand_home(&path)))),
            Effect::ReadProcess { request, names, certificates } => {
                let read = names.into_iter().map(|name| {
                    let value = std::env::var(&name).ok();
                    (name, value)
                });
                self.notify(Message::ProcessRead(request, read.collect(), certificates));
            }
            Effect::ReadKeyring { id, wanted, then } => self.read_keyring(id, wanted, then),
            Effect::KeepTokens(key, tokens) => self.on_keyring(|keyring, results| keyring.keep(key, &tokens, results)),
            Effect::DropToken(key, refused) => self.on_keyring(|keyring, results| keyring.drop_token(key, refused, results)),
            Effect::SaveDraft(draft) => self.on_drafts(move |drafts| drafts.keep(&draft)),
            Effect::RememberDraftSecrets(secrets) => self.on_drafts(move |drafts| drafts.allow(secrets)),
            Effect::RememberEnvironment(name) => self.on_drafts(move |drafts| drafts.remember_environment(&name)),
            Effect::FindHomes(drafts, open) => self.find_homes(drafts, open),
            Effect::TakeOverDrafts { own, left } => self.on_drafts(move |drafts| drafts.take_over(&own, &left)),
            Effect::DeleteDrafts(paths) => self.on_drafts(move |drafts| {
                drafts.remove(&paths);
                Ok(())
            }),
            // The loop scrolls itself, because it owns the view, and ends for another program.
            Effect::Scroll(..) | Effect::RunProgram(_) => {}
            // Quitting asks about unsaved changes. Without the thread there is no draft of this session.
            Effect::DeleteDraft | Effect::Quit => {
                if let Some(worker) = &self.drafts {
                    worker.submit(|kept| kept.drafts.forget());
                }
            }
        }
    }

    /// Does something on a network thread of its own that [`Effect::Cancel`] stops.
    fn on_network<F>(&mut self, id: SendId, failed: impl FnOnce(String) -> Message, task: impl FnOnce(StopSignal) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.running.retain(|_, running| !running.thread.is_finished());
        let (stop, signal) = watch::channel(false);
        match NetworkThread::start(task(signal)) {
            Ok(thread) => _ = self.running.insert(id, RunningSend { thread, stop }),
            Err(why) => self.notify(failed(format!("cannot start a thread: {why}"))),
        }
    }

    /// Reads the keyring for a send that [`Effect::Cancel`] stops.
    fn read_keyring(&mut self, id: SendId, wanted: Vec<KeyringItem>, then: AfterKeyring) {
        let (results, mut read) = (self.results.clone(), None);
        self.on_keyring(|keyring, _| read = Some(keyring.read(wanted.clone())));
        let all = wanted.clone();
        let failed = move |why: String| Message::KeyringRead(id, keyring::failed(all, &why), then);
        match read {
            Some(read) => self.on_network(id, failed, move |stop| keyring::pass_on(id, wanted, then, read, stop, results)),
            None => self.notify(failed("it cannot be asked".into())),
        }
    }

    /// Does something on the thread of the keyring.
    fn on_keyring(&mut self, what: impl FnOnce(&KeyringThread, mpsc::UnboundedSender<Message>)) {
        if self.keyring.is_none() {
            match KeyringThread::start(self.outside.keyring.clone()) {
                Ok(started) => self.keyring = Some(started),
                Err(why) => self.notify(Message::Warn(format!("The keyring is not used: {why}"))),
            }
        }
        if let Some(keyring) = &self.keyring {
            what(keyring, self.results.clone());
        }
    }

    /// Saves a file in the background, after the saves that are still running.
    fn save(&mut self, file: FileId, save: impl FnOnce(&dyn Disk) -> Result<Vec<String>, SaveError> + Send + 'static) {
        if self.saves.is_none() {
            match Worker::start("saves", ()) {
                Ok(worker) => self.saves = Some(worker),
                Err(why) => self.notify(Message::SaveFailed(file, why)),
            }
        }
        let Some(worker) = &self.saves else { return };
        let (disk, results) = (Arc::clone(&self.outside.disk), self.results.clone());
        worker.submit(move |()| {
            for message in files::outcome(file, save(&*disk)) {
                let _ = results.send(message);
            }
        });
    }

    /// Works on the drafts in the background; only the first error of a session is reported.
    fn on_drafts(&mut self, what: impl FnOnce(&mut Drafts) -> Result<(), String> + Send + 'static) {
        if let Some(drafts) = self.outside.drafts.take() {
            match Worker::start("drafts", KeptDrafts { drafts, refused: Some(self.results.clone()) }) {
                Ok(worker) => self.drafts = Some(worker),
                Err(why) => self.notify(Message::DraftFailed(why)),
            }
        }
        if let Some(worker) = &self.drafts {
            worker.submit(|kept| {
                if let Err(why) = what(&mut kept.drafts)
                    && let Some(refused) = kept.refused.take()
                {
                    let _ = refused.send(Message::DraftFailed(why));
                }
            });
        }
    }

    /// Waits for running saves.
    pub(super) fn wait_for_saves(&self) {
        if let Some(worker) = &self.saves {
            worker.wait();
        }
    }

    /// Waits for pending work on the drafts.
    pub(super) fn wait_for_drafts(&self) {
        if let Some(worker) = &self.drafts {
            worker.wait();
        }
    }

    fn notify(&self, message: Message) {
        // The receiver is dropped only when the program ends.
        let _ = self.results.send(message);
    }
}
