//! The event loop: takes messages, updates the model, carries out effects, and draws once no more messages are pending.
//!
//! It is generic over the backend and the input stream, so that tests can drive the whole program with keys.

mod dependencies;
mod effects;
mod files;
mod keyring;
mod network;
mod open;
mod send;

use std::collections::HashSet;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use futures_util::{FutureExt as _, Stream, StreamExt as _};
use ratatui::Terminal;
use ratatui::backend::Backend;
use ratatui::layout::{Rect, Size};
use tokio::sync::mpsc;
use tokio::task::unconstrained;
use tokio::time::Instant;

pub use dependencies::{Dependencies, LogReader, Watching};
pub use effects::{EffectRunner, ReadJob};
pub use open::{Begun, open};

use super::clock;
use super::http::options;
use super::mirror::Seen;
pub use super::terminal::Input;
use super::terminal::{Signal, set_loop_ended};
use crate::app::effect::ProgramText;
use crate::app::ids::OpenId;
use crate::app::{Effect, Message, Model, update};
use crate::domain::limits::MAX_PASTE;
use crate::ui::{self, ViewState};

/// Why the loop ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExitReason {
    /// The user quit.
    Quit,
    /// The input ended: the terminal is gone.
    InputEnded,
    /// The system requested something that is handled outside of the loop.
    Signal(Signal),
    /// A panic in the program or one of its tasks.
    Broken,
    /// Another program gets the terminal for this text; then the loop is run again.
    Program(ProgramText),
}

/// Whether the screen shows the current model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FrameState {
    Current,
    Stale,
}

/// The running program: model, terminal and effect runner.
#[derive(Debug)]
pub struct App<B: Backend> {
    pub model: Model,
    pub terminal: Terminal<B>,
    view: ViewState,
    effects: EffectRunner,
    results: mpsc::UnboundedReceiver<Message>,
    screen: FrameState,
    quit: bool,
    /// What another program gets now.
    program: Option<ProgramText>,
    /// When the draft is written next; `None` while nothing changed.
    keep_at: Option<Instant>,
}

impl<B: Backend> Drop for App<B> {
    fn drop(&mut self) {
        // `Terminal`'s own drop does this too, but reports an error to standard error, which panics if that is the terminal that
        // is gone.
        let _ = self.terminal.show_cursor();
    }
}

/// Delay between a change and its draft.
const KEEP_AFTER: Duration = Duration::from_secs(1);
/// How long a session that is ended by something else than its user waits for what was pasted and is still being read.
const READING: Duration = Duration::from_secs(2);

impl<B: Backend> App<B> {
    /// The program on a terminal.
    ///
    /// # Errors
    /// If the terminal does not report its size.
    pub fn new(mut model: Model, terminal: Terminal<B>, outside: Dependencies) -> Result<Self, B::Error> {
        let (sender, results) = mpsc::unbounded_channel();
        let Size { width, height } = terminal.size()?;
        let begun = update(&mut model, Message::Resize(width, height));
        let effects = EffectRunner::new(outside, sender);
        let mut app = Self {
            model,
            terminal,
            view: ViewState::default(),
            effects,
            results,
            screen: FrameState::Stale,
            quit: false,
            program: None,
            keep_at: None,
        };
        begun.into_iter().for_each(|effect| app.effects.run(effect));
        app.effects.report_drafts();
        app.take_results();
        Ok(app)
    }

    /// Starts reading; the result is [`Message::Opened`] with this id.
    pub fn open(&self, id: OpenId, reading: ReadJob) {
        self.effects.open(id, reading);
    }

    /// Says how the lines of logs are read.
    pub fn read_log_lines_by(&mut self, reader: LogReader) {
        self.effects.read_log_lines_by(reader);
    }

    /// Lists what a mirror sees from now on.
    pub fn hear(&self, heard: mpsc::Receiver<Seen>) {
        self.effects.hear(heard);
    }

    /// Runs until the user quits or the input ends, then finishes pending drafts. May be called again with other input.
    ///
    /// # Errors
    /// If the screen cannot be drawn.
    pub async fn run(&mut self, inputs: &mut (impl Stream<Item = Input> + Unpin)) -> Result<ExitReason, B::Error> {
        set_loop_ended(false);
        let ended = self.run_on(inputs).await;
        set_loop_ended(true);
        self.effects.wait_for_drafts();
        ended
    }

    async fn run_on(&mut self, inputs: &mut (impl Stream<Item = Input> + Unpin)) -> Result<ExitReason, B::Error> {
        self.draw()?;
        loop {
            let tick = self.model.next_tick().map(Duration::from_secs);
            let idle = self.model.has_idle_work();
            // Keys come first: the program always responds to its user.
            let first = tokio::select! {
                biased;
                input = inputs.next() => match input {
                    Some(input) => Some(input),
                    None => return Ok(ExitReason::InputEnded),
                },
                Some(result) = self.results.recv() => {
                    // The response's Date is compared with the time at which it came.
                    self.take(Message::Now(clock::now()));
                    self.take(result);
                    None
                }
                () = tokio::time::sleep(tick.unwrap_or_default()), if tick.is_some() => {
                    self.take(Message::Now(clock::now()));
                    None
                }
                () = tokio::time::sleep_until(self.keep_at.unwrap_or_else(Instant::now)), if self.keep_at.is_some() => {
                    self.take(Message::SaveDraft);
                    None
                }
                () = poll_fn(|context| self.effects.output().poll_sent(context)), if self.effects.output().has_pending() => None,
                // Signals and timers have their turn between two steps.
                () = tokio::task::yield_now(), if idle => {
                    self.take(Message::Idle);
                    None
                }
            };
            if let Some(input) = first {
                self.take(Message::Now(clock::now()));
                if let Some(end) = self.input(input) {
                    return Ok(end);
                }
            }
            // All pending input is processed before the next frame. What was typed behind the key that starts a program was meant for
            // the program: it may not change the request under it.
            let mut has_ended = false;
            while self.program.is_none()
                && let Some(next) = unconstrained(inputs.next()).now_or_never()
            {
                let Some(input) = next else {
                    has_ended = true;
                    break;
                };
                if let Some(end) = self.input(input) {
                    return Ok(end);
                }
            }
            if let Some(text) = self.program.take() {
                return Ok(ExitReason::Program(text));
            }
            self.take_results();
            if self.quit {
                return Ok(ExitReason::Quit);
            }
            self.draw()?;
            if has_ended {
                return Ok(ExitReason::InputEnded);
            }
        }
    }

    /// Like [`App::run`], but writes the draft if it ends for any reason other than quitting: a signal, a drawing error, or a
    /// panic, which is caught.
    ///
    /// # Errors
    /// If the screen cannot be drawn.
    pub async fn run_guarded(&mut self, inputs: &mut (impl Stream<Item = Input> + Unpin)) -> Result<ExitReason, B::Error> {
        let ended = AssertUnwindSafe(self.run(inputs)).catch_unwind().await;
        let (Ok(Err(_) | Ok(ExitReason::InputEnded | ExitReason::Signal(_) | ExitReason::Broken)) | Err(_)) = &ended else {
            return ended.unwrap_or(Ok(ExitReason::Broken));
        };
        self.keep_draft().await;
        ended.unwrap_or(Ok(ExitReason::Broken))
    }

    /// Takes in what was pasted and is not read yet.
    async fn finish_reading(&mut self) {
        let end = Instant::now() + READING;
        while self.model.is_reading() {
            let begun = self.model.read_rest();
            begun.into_iter().for_each(|effect| self.effects.run(effect));
            match tokio::time::timeout_at(end, self.results.recv()).await {
                Ok(Some(result)) => self.take(result),
                Ok(None) | Err(_) => return,
            }
        }
    }

    /// Writes the draft now.
    async fn keep_draft(&mut self) {
        // The model itself may have panicked; then the earlier draft remains.
        let _ = catch_unwind(AssertUnwindSafe(|| self.take(Message::SaveDraft)));
        self.effects.wait_for_drafts();
        // What a running save writes is no longer unsaved.
        self.effects.wait_for_saves();
        let _ = catch_unwind(AssertUnwindSafe(|| {
            self.take_results();
            self.take(Message::SaveDraft);
        }));
        self.effects.wait_for_drafts();
        // The draft so far is safe.
        if self.model.is_reading() {
            self.finish_reading().await;
            let _ = catch_unwind(AssertUnwindSafe(|| self.take(Message::SaveDraft)));
            self.effects.wait_for_drafts();
        }
    }

    /// Redraws a screen that another program has written to and that may have been resized.
    ///
    /// # Errors
    /// If the screen cannot be drawn.
    pub fn redraw(&mut self) -> Result<(), B::Error> {
        self.effects.output().discard();
        let Size { width, height } = self.terminal.size()?;
        self.take(Message::Resize(width, height));
        // Not `Terminal::clear`, which asks the terminal for its cursor and waits for an answer.
        self.terminal.resize(Rect::new(0, 0, width, height))?;
        self.draw()
    }

    /// Handles an input; returns why the loop ends, if it does.
    fn input(&mut self, input: Input) -> Option<ExitReason> {
        let message = match input {
            Input::Key(key) => Message::Key(key),
            Input::Paste(text) if text.len() > MAX_PASTE => Message::PasteRefused(options::bytes(MAX_PASTE)),
            Input::Paste(text) => Message::Paste(text),
            Input::Click(x, y) => Message::Click(self.view.target(&self.model, x, y)?),
            Input::Wheel(x, y, lines) => Message::Wheel(self.view.pane(x, y), lines),
            Input::Resize(width, height) => Message::Resize(width, height),
            Input::Signal(signal) => return Some(ExitReason::Signal(signal)),
            Input::Broken => return Some(ExitReason::Broken),
        };
        self.take(message);
        None
    }

    fn take_results(&mut self) {
        // What comes meanwhile waits behind the next key, and a file that is written all the time is touched once.
        let mut touched = HashSet::new();
        for _ in 0..self.results.len() {
            match self.results.try_recv() {
                Ok(Message::Touched(file)) if !touched.insert(file) => {}
                Ok(result) => self.take(result),
                Err(_) => break,
            }
        }
    }

    /// Processes a message that comes from outside of the loop.
    pub fn take(&mut self, message: Message) {
        // Writing a draft is invisible and needs no frame.
        let is_seen = !matches!(message, Message::SaveDraft);
        if !is_seen {
            self.keep_at = None;
        } else if matches!(
            message,
            Message::Key(_) | Message::Paste(_) | Message::Click(_) | Message::Saved(..) | Message::Edited(..) | Message::PasteRead(..)
        ) {
            self.keep_at.get_or_insert_with(|| Instant::now() + KEEP_AFTER);
        }
        for effect in update(&mut self.model, message) {
            match effect {
                Effect::Scroll(what, by) => self.view.scroll(&self.model, what, by),
                Effect::RunProgram(text) => self.program = Some(text),
                effect => {
                    self.quit |= effect == Effect::Quit;
                    self.effects.run(effect);
                }
            }
        }
        if is_seen {
            self.screen = FrameState::Stale;
        }
    }

    fn draw(&mut self) -> Result<(), B::Error> {
        // No frame is added while the terminal has not taken the last one; later the then current state is drawn once.
        if self.screen == FrameState::Stale && !self.effects.output().has_pending() {
            self.terminal.draw(|frame| ui::draw(frame, &self.model, &mut self.view))?;
            self.screen = FrameState::Current;
        }
        Ok(())
    }
}
