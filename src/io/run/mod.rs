//! The loop: takes what happens, changes the model, carries effects out, and draws once when there is nothing left to take.
//!
//! It runs on any backend and any stream of inputs, so that tests drive the whole program by its keys.

mod carry;
mod input;
mod network;
mod open;

use std::future::poll_fn;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;
use std::time::Duration;

use futures_util::{FutureExt as _, Stream, StreamExt as _};
use tokio::sync::mpsc;
use tokio::time::Instant;

pub use carry::{Carrier, Outside, Reading};
pub use open::open;

use super::clock;
use super::http::options;
pub use super::terminal::Input;
use super::terminal::{Canvas, Signal};
use crate::app::msg::OpenId;
use crate::app::{Effect, Model, Msg, update};
use crate::domain::limits::MAX_PASTE;
use crate::ui;

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

/// The program: a model, a screen, and what carries effects out.
#[derive(Debug)]
pub struct Bench<W> {
    /// The state.
    pub model: Model,
    /// The screen.
    pub canvas: Canvas<W>,
    carrier: Carrier,
    results: mpsc::UnboundedReceiver<Msg>,
    screen: Screen,
    quit: bool,
    /// When what is unsaved is kept the next time; `None` while nothing happened.
    keep_at: Option<Instant>,
}

/// From a change to the draft with it.
const KEEP_AFTER: Duration = Duration::from_secs(1);

impl<W: Write> Bench<W> {
    /// A bench on a screen.
    pub fn new(mut model: Model, canvas: Canvas<W>, outside: Outside) -> Self {
        let (sender, results) = mpsc::unbounded_channel();
        let (width, height) = canvas.size();
        update(&mut model, Msg::Resize(width, height));
        let mut bench =
            Self { model, canvas, carrier: Carrier::new(outside, sender), results, screen: Screen::Stale, quit: false, keep_at: None };
        bench.settle();
        bench.carrier.tell_of_drafts();
        bench.take_results();
        bench
    }

    /// Begins to read what ends in [`Msg::Opened`] with this number.
    pub fn open(&self, id: OpenId, reading: Reading) {
        self.carrier.open(id, reading);
    }

    /// Runs until the user leaves or the inputs end; then what was to be kept is kept. May be called again with other inputs.
    ///
    /// # Errors
    /// When the screen cannot be drawn.
    pub async fn run(&mut self, inputs: &mut (impl Stream<Item = Input> + Unpin)) -> io::Result<End> {
        let ended = self.run_on(inputs).await;
        self.carrier.wait_for_drafts();
        ended
    }

    async fn run_on(&mut self, inputs: &mut (impl Stream<Item = Input> + Unpin)) -> io::Result<End> {
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
                    self.take(Msg::Now(clock::now()));
                    self.take(result);
                    None
                }
                () = tokio::time::sleep(tick.unwrap_or_default()), if tick.is_some() => {
                    self.take(Msg::Now(clock::now()));
                    None
                }
                () = tokio::time::sleep_until(self.keep_at.unwrap_or_else(Instant::now)), if self.keep_at.is_some() => {
                    self.take(Msg::Keep);
                    None
                }
                () = poll_fn(|context| self.carrier.outlet().poll_sent(context)), if self.carrier.outlet().is_behind() => None,
                () = std::future::ready(()), if idle => {
                    self.take(Msg::Idle);
                    None
                }
            };
            let mut batch: Vec<Input> = first.into_iter().collect();
            if !batch.is_empty() {
                self.take(Msg::Now(clock::now()));
            }
            let mut ended = false;
            loop {
                match at_hand(inputs).await {
                    Poll::Ready(Some(input)) => batch.push(input),
                    Poll::Ready(None) => {
                        ended = true;
                        break;
                    }
                    Poll::Pending => break,
                }
            }
            for input in input::with_last_size(batch) {
                match input {
                    Input::Signal(signal) => return Ok(End::Signal(signal)),
                    Input::Broken => return Ok(End::Broken),
                    _ => {}
                }
                self.input(input);
            }
            self.take_results();
            if self.quit {
                return Ok(End::Quit);
            }
            self.draw()?;
            if ended {
                return Ok(End::InputEnded);
            }
        }
    }

    /// Runs as [`Bench::run`] does, and keeps what is unsaved when it ends in any way but by the user's wish: on a signal, on a
    /// screen that cannot be drawn, and on a panic, which ends here.
    ///
    /// # Errors
    /// When the screen cannot be drawn.
    pub async fn run_guarded(&mut self, inputs: &mut (impl Stream<Item = Input> + Unpin)) -> io::Result<End> {
        let ended = AssertUnwindSafe(self.run(inputs)).catch_unwind().await;
        let (Ok(Err(_) | Ok(End::InputEnded | End::Signal(_) | End::Broken)) | Err(_)) = &ended else {
            return ended.unwrap_or(Ok(End::Broken));
        };
        // The model may be what broke: then what was kept before has to do.
        let _ = catch_unwind(AssertUnwindSafe(|| self.take(Msg::Keep)));
        self.carrier.wait_for_drafts();
        ended.unwrap_or(Ok(End::Broken))
    }

    /// Draws everything anew, on a screen that somebody else has written on, and that has some size now.
    ///
    /// # Errors
    /// When the screen cannot be drawn.
    pub fn redraw(&mut self, (width, height): (u16, u16)) -> io::Result<()> {
        self.carrier.outlet().discard();
        self.take(Msg::Resize(width, height));
        self.canvas.resize((width, height));
        self.draw()
    }

    fn input(&mut self, input: Input) {
        let msg = match input {
            Input::Key(key) => Msg::Key(key),
            Input::Paste(text) => Msg::Paste(text),
            Input::TooLong => Msg::PasteRefused(options::bytes(MAX_PASTE)),
            Input::Click(x, y) => match ui::hit::target(&self.model, x, y) {
                Some(target) => Msg::Click(target),
                None => return,
            },
            Input::Wheel(x, y, lines) => match ui::hit::pane(&self.model, x, y) {
                Some(pane) => Msg::Wheel(pane, lines),
                None => return,
            },
            Input::Resize(width, height) => Msg::Resize(width, height),
            Input::Signal(_) | Input::Broken => return,
        };
        self.take(msg);
    }

    fn take_results(&mut self) {
        while let Ok(result) = self.results.try_recv() {
            self.take(result);
        }
    }

    fn take(&mut self, msg: Msg) {
        // What is kept is not seen: a frame for it would come a moment behind a key, once a second.
        let is_seen = !matches!(msg, Msg::Keep);
        if !is_seen {
            self.keep_at = None;
        } else if matches!(msg, Msg::Key(_) | Msg::Paste(_) | Msg::Click(_) | Msg::Saved(..)) {
            self.keep_at.get_or_insert_with(|| Instant::now() + KEEP_AFTER);
        }
        for effect in update(&mut self.model, msg) {
            if effect == Effect::Quit {
                self.quit = true;
            }
            self.carrier.carry(effect);
        }
        if is_seen {
            self.settle();
        }
    }

    /// Tells the model how much the panes can show, which may follow from what was just changed.
    fn settle(&mut self) {
        let room = ui::room(&self.model);
        if room != self.model.room {
            update(&mut self.model, Msg::Room(room));
        }
        self.screen = Screen::Stale;
    }

    fn draw(&mut self) -> io::Result<()> {
        // While the terminal has not taken the last frame, none is added: then the state of that moment is drawn, once.
        if self.screen == Screen::Stale && !self.carrier.outlet().is_behind() {
            if self.canvas.size() != self.model.size {
                self.canvas.resize(self.model.size);
            }
            self.canvas.draw(|buffer| ui::draw(&self.model, buffer))?;
            self.screen = Screen::Current;
        }
        Ok(())
    }
}

/// What a stream has at hand, without waiting. It is asked with the task's own waker: the terminal's stream keeps the first
/// one that it is given, so one that wakes nobody would be the last.
async fn at_hand<T>(stream: &mut (impl Stream<Item = T> + Unpin)) -> Poll<Option<T>> {
    poll_fn(|context| Poll::Ready(stream.poll_next_unpin(context))).await
}
