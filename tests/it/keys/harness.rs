//! The program on a screen in memory, driven by keys as they are written in the help.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use authtui::app::key::Key;
use authtui::app::{LoadedFile, Model};
use authtui::formats::no_files;
use authtui::io::clipboard::Clipboard;
use authtui::io::drafts::Drafts;
use authtui::io::http::SendOptions;
use authtui::io::keyring::Keyring;
use authtui::io::run::{App, Dependencies, ExitReason, Input, Watching};
use authtui::io::store::disk::{Disk, RealDisk};
use futures_util::Stream;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use tokio::runtime::Runtime;

/// `{"alg":"HS256","kid":"2024-07","typ":"JWT"}`, claims for `billing`, expired at 2026-11-23T04:10:30Z.
pub const EXPIRED: &str = concat!(
    "eyJhbGciOiJIUzI1NiIsImtpZCI6IjIwMjQtMDciLCJ0eXAiOiJKV1QifQ.",
    "eyJpc3MiOiJodHRwczovL2FjbWUuZXhhbXBsZS8iLCJzdWIiOiJ1c2VyLTQyIiwiYXVkIjoiYmlsbGluZyIsImlhdCI6MTc5NTQwMzQzMCwiZXhwIjoxNzk1NDA3MDMwfQ.",
    "c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJlc2lnbmE",
);

/// The program on a screen in memory.
pub struct Program {
    pub app: App<TestBackend>,
    pub runtime: Runtime,
    pub end: Option<ExitReason>,
}

/// Inputs one by one, with a pause after each as if typed by a person.
struct Script {
    inputs: std::vec::IntoIter<Input>,
    pause: bool,
}

impl Stream for Script {
    type Item = Input;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Input>> {
        self.pause = !self.pause;
        if self.pause {
            return Poll::Ready(self.inputs.next());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Program {
    /// The program with some files on a wide screen.
    pub fn open(files: Vec<LoadedFile>) -> Self {
        Self::sized(files, 160, 48)
    }

    /// The program on a screen of a size.
    pub fn sized(files: Vec<LoadedFile>, width: u16, height: u16) -> Self {
        Self::outside(files, (width, height), None, Arc::new(RealDisk), Keyring::default())
    }

    /// The program that keeps its drafts somewhere.
    pub fn keeping(files: Vec<LoadedFile>, drafts: Drafts) -> Self {
        Self::outside(files, (160, 48), Some(drafts), Arc::new(RealDisk), Keyring::default())
    }

    /// The program that saves its files on some disk.
    pub fn saving_on(files: Vec<LoadedFile>, disk: Arc<dyn Disk + Send + Sync>) -> Self {
        Self::outside(files, (160, 48), None, disk, Keyring::default())
    }

    /// The program with a keyring.
    #[cfg(feature = "keyring")]
    pub fn with_keyring(files: Vec<LoadedFile>, keyring: Keyring) -> Self {
        Self::outside(files, (160, 48), None, Arc::new(RealDisk), keyring)
    }

    fn outside(
        files: Vec<LoadedFile>,
        (width, height): (u16, u16),
        drafts: Option<Drafts>,
        disk: Arc<dyn Disk + Send + Sync>,
        keyring: Keyring,
    ) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let now = "2026-11-23T07:22:41Z".parse().expect("a moment");
        let terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
        let outside = Dependencies {
            options: SendOptions::default(),
            clipboard: Clipboard::from_variables(|_| None),
            terminal: Box::new(std::io::sink()),
            keyring,
            drafts,
            state: None,
            disk,
            // Tests change files at moments of their own.
            watching: Watching::Off,
            browser: crate::keys::renewing::browse,
        };
        let app = App::new(Model::new(files, now), terminal, outside).expect("a size");
        let mut program = Self { app, runtime, end: None };
        program.inputs(Vec::new());
        program
    }

    /// The program with one file of the `.http` format.
    pub fn with(text: &str) -> Self {
        Self::open(vec![document(text)])
    }

    /// The program without any files.
    pub fn empty() -> Self {
        Self::open(Vec::new())
    }

    /// Runs the loop over some inputs.
    pub fn inputs(&mut self, inputs: Vec<Input>) {
        let mut script = Script { inputs: inputs.into_iter(), pause: false };
        let end = self.runtime.block_on(self.app.run(&mut script)).expect("a screen that can be drawn");
        self.end = Some(end);
    }

    /// Ends as the program does when it does not end by the user's wish.
    pub fn ends(&mut self, by: &mut (impl Stream<Item = Input> + Unpin)) {
        self.end = Some(self.runtime.block_on(self.app.run_guarded(by)).expect("a screen that can be drawn"));
    }

    /// Presses keys, written as in the help and separated by spaces.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        let keys = keys.split_whitespace().map(|k| Input::Key(Key::parse(k).unwrap_or_else(|| panic!("no key is written {k}"))));
        self.inputs(keys.collect());
        self
    }

    /// Types a text key by key.
    pub fn types(&mut self, text: &str) -> &mut Self {
        let keys = text.chars().map(|c| if c == '\n' { Key::parse("Enter") } else { Some(Key::char(c)) });
        self.inputs(keys.flatten().map(Input::Key).collect());
        self
    }

    /// Pastes a text.
    pub fn pastes(&mut self, text: &str) -> &mut Self {
        self.inputs(vec![Input::Paste(text.into())]);
        self
    }

    /// Gives the screen another size.
    pub fn resizes(&mut self, width: u16, height: u16) -> &mut Self {
        self.app.terminal.backend_mut().resize(width, height);
        self.inputs(vec![Input::Resize(width, height)]);
        self
    }

    /// The cells of the screen.
    pub fn buffer(&self) -> &Buffer {
        self.app.terminal.backend().buffer()
    }

    /// Where the text cursor is, when it is shown.
    pub fn cursor(&self) -> Option<(u16, u16)> {
        let backend = self.app.terminal.backend();
        backend.cursor_visible().then(|| backend.cursor_position().into())
    }

    /// The rows of the screen.
    pub fn screen(&self) -> String {
        let buffer = self.buffer();
        let width = usize::from(buffer.area.width).max(1);
        let rows = buffer.content().chunks(width).map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>());
        rows.map(|row| row.trim_end().to_string()).collect::<Vec<_>>().join("\n")
    }

    /// Fails, printing the screen, if it does not show a text.
    #[track_caller]
    pub fn shows(&mut self, text: &str) -> &mut Self {
        assert!(self.screen().contains(text), "{text:?} does not stand on the screen:\n{}", self.screen());
        self
    }

    /// Fails, printing the screen, if it shows a text.
    #[track_caller]
    pub fn hides(&mut self, text: &str) -> &mut Self {
        assert!(!self.screen().contains(text), "{text:?} stands on the screen:\n{}", self.screen());
        self
    }

    /// Runs the loop without input until the screen shows a text.
    #[track_caller]
    pub fn waits_for(&mut self, text: &str) -> &mut Self {
        let deadline = Instant::now() + Duration::from_secs(10);
        while !self.screen().contains(text) {
            assert!(Instant::now() < deadline, "{text:?} never came:\n{}", self.screen());
            self.rests(Duration::from_millis(20));
        }
        self
    }

    /// Runs the loop without any input for a while.
    pub fn rests(&mut self, time: Duration) -> &mut Self {
        let mut silence = futures_util::stream::pending::<Input>();
        let app = &mut self.app;
        if let Ok(end) = self.runtime.block_on(async { tokio::time::timeout(time, app.run(&mut silence)).await }) {
            self.end = Some(end.expect("a screen that can be drawn"));
        }
        self
    }

    /// Runs the loop without any input until the program ends by the user's wish.
    #[track_caller]
    pub fn leaves(&mut self) -> &mut Self {
        let deadline = Instant::now() + Duration::from_secs(10);
        while self.end != Some(ExitReason::Quit) {
            assert!(Instant::now() < deadline, "the program does not end:\n{}", self.screen());
            self.rests(Duration::from_millis(20));
        }
        self
    }

    /// The text of the open request.
    pub fn text(&self) -> String {
        self.app.model.entry().map(|e| e.editor.text().to_string()).unwrap_or_default()
    }

    /// The name of the likeliest cause.
    pub fn cause(&self) -> Option<&'static str> {
        self.app.model.entry()?.report()?.causes.first().map(|c| c.check.id)
    }

    /// What a check says.
    pub fn outcome(&self, id: &str) -> Option<&'static str> {
        let report = self.app.model.entry()?.report()?;
        report.checks.iter().find(|e| e.check.id == id).map(|e| e.finding.outcome.word())
    }
}

/// An `.http` file that is not on disk.
pub fn document(text: &str) -> LoadedFile {
    LoadedFile::document("payments.http", None, text, Default::default(), &no_files)
}

/// A request that was refused, as raw HTTP with its answer.
pub fn refused(authorization: &str) -> String {
    format!(
        "GET /v1/users?limit=10 HTTP/1.1\nHost: api.example.com\nAuthorization: {authorization}\nAccept: application/json\n\n\
         HTTP/1.1 401 Unauthorized\nDate: Mon, 23 Nov 2026 07:22:41 GMT\nWWW-Authenticate: Bearer error=\"invalid_token\"\n\
         Content-Type: application/json\n\n{{\"error\":\"invalid_token\"}}\n"
    )
}
