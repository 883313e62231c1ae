//! Reads the terminal on its own thread.
//!
//! crossterm's `EventStream` reads on the polling thread and blocks it while a paste is incomplete, forever if its end never
//! comes or the terminal is gone. A thread of its own cannot block the loop.

use std::io;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crossterm::event;
use futures_util::{Stream, stream};
use tokio::sync::mpsc;

use super::input::Input;
use super::paste::Batch;
use super::system;

/// Events read ahead of the loop; more stay in the terminal.
const AHEAD: usize = 1024;

/// The terminal's input. The stream ends when the terminal cannot be read.
///
/// # Errors
/// If there is no terminal to read, or a thread cannot be started.
pub fn inputs() -> io::Result<impl Stream<Item = Input>> {
    // Opens the terminal here, so that errors reach the caller.
    event::poll(AT_ONCE)?;
    let (sender, receiver) = mpsc::channel(AHEAD);
    // The thread ends with the loop or the process.
    thread::Builder::new().name("input".into()).spawn(move || {
        let mut pasted_at = None;
        while let Ok(batch) = read(pasted_at) {
            GATE.wait_while_shut();
            if batch.has_paste() {
                pasted_at = Some(Instant::now());
            }
            if batch.into_inputs().into_iter().any(|input| sender.blocking_send(input).is_err()) {
                break;
            }
        }
    })?;
    Ok(stream::unfold(receiver, async |mut receiver| Some((receiver.recv().await?, receiver))))
}

/// Stops the thread between two reads, while another program uses the terminal.
static GATE: Gate = Gate { state: Mutex::new(GateState::Open), changed: Condvar::new() };

struct Gate {
    state: Mutex<GateState>,
    changed: Condvar,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum GateState {
    Open,
    /// The thread stops as soon as it notices.
    Shutting,
    /// The thread has stopped.
    Shut,
}

/// How long the thread may take to stop.
const TIME_TO_STOP: Duration = Duration::from_secs(1);

impl Gate {
    fn wait_while_shut(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while *state != GateState::Open {
            *state = GateState::Shut;
            self.changed.notify_all();
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn set(&self, state: GateState) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
        self.changed.notify_all();
    }

    /// Waits until the thread has stopped; false if it takes too long.
    fn waits_until_shut(&self) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (state, _) =
            self.changed.wait_timeout_while(state, TIME_TO_STOP, |state| *state != GateState::Shut).unwrap_or_else(PoisonError::into_inner);
        *state == GateState::Shut
    }
}

/// Stops reading until [`go_on`], so that another program gets the keys. False, and reading goes on, if that is impossible.
pub fn pause() -> bool {
    GATE.set(GateState::Shutting);
    // The thread waits for input, and a change of the size is one.
    let is_paused = system::pretend_resize() && GATE.waits_until_shut();
    if !is_paused {
        go_on();
    }
    is_paused
}

/// Reads on after [`pause`].
pub fn go_on() {
    GATE.set(GateState::Open);
}

/// Blocks for input; returns what arrived at once. `pasted_at` is the time of the last paste.
fn read(pasted_at: Option<Instant>) -> io::Result<Batch> {
    let first = event::read()?;
    let mut batch = Batch::after_paste(pasted_at.map(|at| at.elapsed()));
    batch.extend(Input::of(first));
    while comes_within(batch.patience().max(AT_ONCE))? {
        batch.extend(Input::of(event::read()?));
    }
    Ok(batch)
}

/// Input within this time arrived at once. With a zero timeout crossterm does not even return buffered events.
const AT_ONCE: Duration = Duration::from_micros(100);

/// Whether another event arrives within some time.
fn comes_within(patience: Duration) -> io::Result<bool> {
    loop {
        let start = Instant::now();
        if event::poll(patience)? {
            return Ok(true);
        }
        // If this thread was suspended for longer, crossterm may not have checked.
        if start.elapsed() < 2 * patience {
            return Ok(false);
        }
    }
}
