//! The loop: takes what happens, changes the model, carries effects out, and draws once when there is nothing left to take.
//!
//! It runs on any backend and any stream of inputs, so that tests drive the whole program by its keys.

mod effects;
mod files;
mod network;
mod open;
mod send;

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

pub use effects::{EffectRunner, Outside, Reading};
pub use open::open;

use super::clock;
use super::http::options;
pub use super::terminal::Input;
use super::terminal::Signal;
use crate::app::ids::OpenId;
use crate::app::{Effect, Message, Model, update};
use crate::domain::limits::MAX_PASTE;
use crate::ui::{self, ViewState};

/// Why the loop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The user left.
    Quit,
    /// There is no more input: the terminal is gone.
    InputEnded,
    /// The system asked for something that is done outside of the loop.
    Signal(Signal),
    /// A bug of the program's own stopped it or one of its tasks.
    Broken,
}

/// Whether the screen shows the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Screen {
    Current,
    Stale,
}

/// The program: a model, the terminal that shows it, and what carries effects out.
#[derive(Debug)]
pub struct App<B: Backend> {
    /// The state.
    pub model: Model,
    /// The screen.
    pub terminal: Terminal<B>,
    view: ViewState,
    effects: EffectRunner,
    results: mpsc::UnboundedReceiver<Message>,
    screen: Screen,
    quit: bool,
    /// When what is unsaved is kept the next time; `None` while nothing happened.
    keep_at: Option<Instant>,
}

impl<B: Backend> Drop for App<B> {
    fn drop(&mut self) {
        // The terminal's own drop does it too, but tells a failure on standard error, which panics when that is the same terminal
        // and it has gone.
        let _ = self.terminal.show_cursor();
    }
}

/// From a change to the draft with it.
const KEEP_AFTER: Duration = Duration::from_secs(1);

impl<B: Backend> App<B> {
    /// The program on a terminal.
    ///
    /// # Errors
    /// When the terminal does not tell its size.
    pub fn new(mut model: Model, terminal: Terminal<B>, outside: Outside) -> Result<Self, B::Error> {
        let (sender, results) = mpsc::unbounded_channel();
        let Size { width, height } = terminal.size()?;
        update(&mut model, Message::Resize(width, height));
        let effects = EffectRunner::new(outside, sender);
        let mut app =
            Self { model, terminal, view: ViewState::default(), effects, results, screen: Screen::Stale, quit: false, keep_at: None };
        app.effects.tell_of_drafts();
        app.take_results();
        Ok(app)
    }

    /// Begins to read what ends in [`Message::Opened`] with this number.
    pub fn open(&self, id: OpenId, reading: Reading) {
        self.effects.open(id, reading);
    }

    /// Runs until the user leaves or the inputs end; then what was to be kept is kept. May be called again with other inputs.
    ///
    /// # Errors
    /// When the screen cannot be drawn.
    pub async fn run(&mut self, inputs: &mut (impl Stream<Item = Input> + Unpin)) -> Result<End, B::Error> {
        let ended = self.run_on(inputs).await;
        self.effects.wait_for_drafts();
        ended
    }

    async fn run_on(&mut self, inputs: &mut (impl Stream<Item = Input> + Unpin)) -> Result<End, B::Error> {
        self.draw()?;
        loop {
            let tick = self.model.next_tick().map(Duration::from_secs);
            let idle = self.model.has_more_to_do();
            // Keys come first: whatever else is going on, the program answers to its user.
            let first = tokio::select! {
                biased;
                input = inputs.next() => match input {
                    Some(input) => Some(input),
                    None => return Ok(End::InputEnded),
                },
                Some(result) = self.results.recv() => {
                    // An answer's Date is held against the clock of the moment at which it came.
                    self.take(Message::Now(clock::now()));
                    self.take(result);
                    None
                }
                () = tokio::time::sleep(tick.unwrap_or_default()), if tick.is_some() => {
                    self.take(Message::Now(clock::now()));
                    None
                }
                () = tokio::time::sleep_until(self.keep_at.unwrap_or_else(Instant::now)), if self.keep_at.is_some() => {
                    self.take(Message::Keep);
                    None
                }
                () = poll_fn(|context| self.effects.outlet().poll_sent(context)), if self.effects.outlet().is_behind() => None,
                () = std::future::ready(()), if idle => {
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
            // Everything that is at hand comes before the next frame.
            let mut has_ended = false;
            while let Some(next) = unconstrained(inputs.next()).now_or_never() {
                let Some(input) = next else {
                    has_ended = true;
                    break;
                };
                if let Some(end) = self.input(input) {
                    return Ok(end);
                }
            }
            self.take_results();
            if self.quit {
                return Ok(End::Quit);
            }
            self.draw()?;
            if has_ended {
                return Ok(End::InputEnded);
            }
        }
    }

    /// Runs as [`App::run`] does, and keeps what is unsaved when it ends in any way but by the user's wish: on a signal, on a
    /// screen that cannot be drawn, and on a panic, which ends here.
    ///
    /// # Errors
    /// When the screen cannot be drawn.
    pub async fn run_guarded(&mut self, inputs: &mut (impl Stream<Item = Input> + Unpin)) -> Result<End, B::Error> {
        let ended = AssertUnwindSafe(self.run(inputs)).catch_unwind().await;
        let (Ok(Err(_) | Ok(End::InputEnded | End::Signal(_) | End::Broken)) | Err(_)) = &ended else {
            return ended.unwrap_or(Ok(End::Broken));
        };
        // The model may be what broke: then what was kept before has to do.
        let _ = catch_unwind(AssertUnwindSafe(|| self.take(Message::Keep)));
        self.effects.wait_for_drafts();
        ended.unwrap_or(Ok(End::Broken))
    }

    /// Draws everything again, on a screen that somebody else has written on, and that may have another size now.
    ///
    /// # Errors
    /// When the screen cannot be drawn.
    pub fn redraw(&mut self) -> Result<(), B::Error> {
        self.effects.outlet().discard();
        let Size { width, height } = self.terminal.size()?;
        self.take(Message::Resize(width, height));
        // Not `Terminal::clear`, which asks the terminal where its cursor is, and waits for an answer.
        self.terminal.resize(Rect::new(0, 0, width, height))?;
        self.draw()
    }

    /// Takes an input in; gives the end when it is one that ends the loop.
    fn input(&mut self, input: Input) -> Option<End> {
        let message = match input {
            Input::Key(key) => Message::Key(key),
            Input::Paste(text) if text.len() > MAX_PASTE => Message::PasteRefused(options::bytes(MAX_PASTE)),
            Input::Paste(text) => Message::Paste(text),
            Input::Click(x, y) => Message::Click(self.view.target(&self.model, x, y)?),
            Input::Wheel(x, y, lines) => Message::Wheel(self.view.pane(x, y), lines),
            Input::Resize(width, height) => Message::Resize(width, height),
            Input::Signal(signal) => return Some(End::Signal(signal)),
            Input::Broken => return Some(End::Broken),
        };
        self.take(message);
        None
    }

    fn take_results(&mut self) {
        while let Ok(result) = self.results.try_recv() {
            self.take(result);
        }
    }

    fn take(&mut self, message: Message) {
        // What is kept is not seen: a frame for it would come a moment behind a key, once a second.
        let is_seen = !matches!(message, Message::Keep);
        if !is_seen {
            self.keep_at = None;
        } else if matches!(message, Message::Key(_) | Message::Paste(_) | Message::Click(_) | Message::Saved(..)) {
            self.keep_at.get_or_insert_with(|| Instant::now() + KEEP_AFTER);
        }
        for effect in update(&mut self.model, message) {
            match effect {
                Effect::Scroll(what, by) => self.view.scroll(&self.model, what, by),
                effect => {
                    self.quit |= effect == Effect::Quit;
                    self.effects.run(effect);
                }
            }
        }
        if is_seen {
            self.screen = Screen::Stale;
        }
    }

    fn draw(&mut self) -> Result<(), B::Error> {
        // While the terminal has not taken the last frame, none is added: then the state of that moment is drawn, once.
        if self.screen == Screen::Stale && !self.effects.outlet().is_behind() {
            self.terminal.draw(|frame| ui::draw(frame, &self.model, &mut self.view))?;
            self.screen = Screen::Current;
        }
        Ok(())
    }
}
