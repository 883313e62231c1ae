//! Reads the terminal on a thread of its own.
//!
//! Not crossterm's `EventStream`: it reads on the thread of whoever polls it, and waits there while a paste is incomplete, or for
//! ever when its end never comes or the terminal has gone. With a thread the loop goes on whatever the reading does.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use crossterm::event;
use futures_util::{Stream, stream};
use tokio::sync::mpsc;

use super::input::Input;
use super::paste::Batch;

/// Events that are read ahead of the loop; more wait in the terminal.
const AHEAD: usize = 1024;

/// What the terminal sends from now on. The stream ends when the terminal cannot be read.
///
/// # Errors
/// When there is no terminal to read, or no thread can be started.
pub fn inputs() -> io::Result<impl Stream<Item = Input>> {
    // Opens the terminal here, so that the caller is told what is wrong with it.
    event::poll(AT_ONCE)?;
    let (sender, receiver) = mpsc::channel(AHEAD);
    // It ends with the loop that listens, or with the process.
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

/// Waits for inputs; gives those that came at once. `pasted_at` is when the last paste came.
fn read(pasted_at: Option<Instant>) -> io::Result<Batch> {
    let first = event::read()?;
    let mut batch = Batch::after_paste(pasted_at.map(|at| at.elapsed()));
    batch.extend(Input::of(first));
    while comes_within(batch.patience().max(AT_ONCE))? {
        batch.extend(Input::of(event::read()?));
    }
    Ok(batch)
}

/// What comes within this came at once. With no time at all crossterm does not even look at what it has read already.
const AT_ONCE: Duration = Duration::from_micros(100);

/// Whether one more event comes within some time.
fn comes_within(patience: Duration) -> io::Result<bool> {
    loop {
        let begin = Instant::now();
        if event::poll(patience)? {
            return Ok(true);
        }
        // A thread that was kept from running for longer may not have looked.
        if begin.elapsed() < 2 * patience {
            return Ok(false);
        }
    }
}
