//! The counterpart of `unix` for systems without job control: output may block, and Ctrl-C is the only signal.

use std::convert::Infallible;
use std::io::{self, Write as _};
use std::task::{Context, Poll};

use super::signals::Signal;

/// Output that never blocks, which is not available here.
#[derive(Debug)]
pub struct NonBlockingTerminal(Infallible);

impl NonBlockingTerminal {
    /// Always fails: standard output is used directly.
    ///
    /// # Errors
    ///
    /// Always.
    pub fn open() -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// There is no such terminal.
    pub fn send(&self, _: &[u8]) -> io::Result<usize> {
        match self.0 {}
    }

    /// There is no such terminal.
    pub fn poll_push(&self, _: &mut Context<'_>, _: impl FnOnce() -> io::Result<bool>) -> Poll<io::Result<()>> {
        match self.0 {}
    }
}

/// Writes the sequence that restores the terminal.
pub fn write_last(bytes: &[u8]) {
    let mut out = io::stdout();
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

/// The reader cannot be woken here.
pub fn pretend_resize() -> bool {
    false
}

/// The modes of the terminal, which cannot be asked for here.
pub type Modes = Infallible;

/// Always `None`.
pub fn modes() -> Option<Modes> {
    None
}

/// There are none to set.
pub fn set_modes(modes: &Modes) {
    match *modes {}
}

/// Input that was not read yet is kept.
pub fn discard_input() {}

/// A process cannot be stopped here.
pub fn can_stop() -> bool {
    false
}

/// Does nothing.
pub fn stop() -> io::Result<()> {
    Ok(())
}

/// There are no other signals to end by.
pub fn end_by(_: i32) {}

/// There are no core dumps.
pub fn forbid_core_dumps() -> io::Result<()> {
    Ok(())
}

/// A hang-up is not noticed here, so nothing waits for the draft.
pub fn set_loop_ended(_: bool) {}

/// The terminal that keys come from.
#[derive(Debug)]
pub struct ControllingTerminal;

impl ControllingTerminal {
    /// The console of the process.
    pub fn open() -> io::Result<Self> {
        Ok(Self)
    }

    /// Never known.
    pub fn is_hung_up(&self) -> bool {
        false
    }
}

/// The signals of this process.
#[derive(Debug)]
pub struct Signals;

impl Signals {
    /// Nothing has to be prepared.
    pub fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    /// The next signal.
    pub async fn next(&mut self) -> Signal {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Signal::Interrupt,
            Err(_) => std::future::pending().await,
        }
    }
}
