//! Reads the terminal on its own thread.
//!
//! crossterm's `EventStream` reads on the polling thread and blocks it while a paste is incomplete, forever if its end never
//! comes or the terminal is gone. A thread of its own cannot block the loop.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use crossterm::event;
use futures_util::{Stream, stream};
use tokio::sync::mpsc;

use super::input::Input;
use super::paste::Batch;

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
