//! Non-blocking output to the terminal. A terminal that accepts nothing (stopped with Ctrl-S, an unread window, a hanging line)
//! would otherwise block the whole loop.

use std::cell::{Cell, RefCell};
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::stdio::stdout;
use rustix::termios::{Action, QueueSelector, tcflow, tcflush};
use tokio::io::unix::AsyncFd;
use zeroize::Zeroize as _;

use super::{reopened, watched};
use crate::domain::limits::MAX_UNSENT;

/// Terminal output as the loop sees it. The defaults fit a writer that never blocks.
pub trait NonBlockingWrite: Write {
    /// True while output is pending: no new frame is drawn then.
    fn has_pending(&self) -> bool {
        false
    }

    /// Continues writing; ready when nothing is pending.
    fn poll_sent(&self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }

    /// Drops pending output, because the whole screen will be redrawn.
    fn discard(&self) {}
}

impl NonBlockingWrite for io::Sink {}

/// Initial buffer size: a whole frame on a large screen.
const FRAME: usize = 32 << 10;

/// The terminal; clones share it.
#[derive(Clone, Debug)]
pub struct TerminalOutput(Rc<Queue>);

#[derive(Debug)]
struct Queue {
    /// The terminal opened again in non-blocking mode; `None` if that fails and standard output is used directly.
    terminal: Option<AsyncFd<OwnedFd>>,
    /// Pending output.
    unsent: RefCell<Vec<u8>>,
    /// Set if the terminal did not accept everything.
    pending: Cell<bool>,
    /// The size of the pending frame at that time.
    frame: Cell<usize>,
    /// Set after a write error, which is reported once; later output is dropped.
    gone: Cell<bool>,
}

impl TerminalOutput {
    /// The terminal of standard output. Must be called inside the runtime.
    pub fn to_terminal() -> Self {
        let terminal = reopened(stdout(), OFlags::WRONLY).and_then(watched).ok();
        Self(Rc::new(Queue {
            terminal,
            unsent: RefCell::new(Vec::with_capacity(FRAME)),
            pending: Cell::new(false),
            frame: Cell::new(0),
            gone: Cell::new(false),
        }))
    }
}

impl Queue {
    /// Writes as much as the terminal accepts now.
    fn push(&self) -> io::Result<()> {
        let mut unsent = self.unsent.borrow_mut();
        if self.gone.get() {
            unsent.zeroize();
            return Ok(());
        }
        let taken = match &self.terminal {
            Some(terminal) => send(terminal.get_ref(), &unsent),
            None => {
                let mut out = io::stdout();
                out.write_all(&unsent).and_then(|()| out.flush()).map(|()| unsent.len())
            }
        };
        // No retry after an error: the terminal is gone.
        let gone = *taken.as_ref().unwrap_or(&unsent.len());
        if gone == unsent.len() {
            // It may contain visible secrets.
            unsent.zeroize();
        } else {
            unsent.drain(..gone);
        }
        if !self.pending.replace(!unsent.is_empty()) {
            self.frame.set(unsent.len());
        }
        self.gone.set(taken.is_err());
        taken.map(|_| ())
    }
}

impl Write for TerminalOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut unsent = self.0.unsent.borrow_mut();
        if self.0.pending.get() && unsent.len() + bytes.len() > self.0.frame.get() + MAX_UNSENT {
            return Err(io::Error::new(io::ErrorKind::WouldBlock, "the terminal takes nothing now"));
        }
        unsent.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.push()
    }
}

impl NonBlockingWrite for TerminalOutput {
    fn has_pending(&self) -> bool {
        self.0.pending.get()
    }

    fn poll_sent(&self, context: &mut Context<'_>) -> Poll<()> {
        while let Some(terminal) = self.0.terminal.as_ref().filter(|_| self.has_pending()) {
            let Poll::Ready(ready) = terminal.poll_write_ready(context) else { return Poll::Pending };
            match (ready, self.0.push()) {
                (Ok(mut ready), Ok(())) if self.has_pending() => ready.clear_ready(),
                (Ok(_), _) => {}
                (Err(_), _) => self.discard(),
            }
        }
        Poll::Ready(())
    }

    fn discard(&self) {
        self.0.unsent.borrow_mut().zeroize();
        self.0.pending.set(false);
    }
}

/// Writes until the terminal accepts no more; returns the number of bytes written.
fn send(terminal: &OwnedFd, bytes: &[u8]) -> io::Result<usize> {
    let mut sent = 0;
    while let Some(rest) = bytes.get(sent..).filter(|rest| !rest.is_empty()) {
        match rustix::io::write(terminal, rest) {
            Ok(0) | Err(Errno::AGAIN) => break,
            Ok(count) => sent += count,
            Err(Errno::INTR) => {}
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok(sent)
}

/// Time limit for the last write.
const LAST_WRITE_TIMEOUT: Duration = Duration::from_millis(40);

/// Writes the sequence that restores the terminal. If it is not accepted, pending output is discarded and it is tried once more.
pub(super) fn write_last(bytes: &[u8]) {
    // Output stopped with Ctrl-S would not resume by itself.
    let _ = tcflow(stdout(), Action::OOn);
    let Ok(terminal) = reopened(stdout(), OFlags::WRONLY) else {
        let mut out = io::stdout();
        let _ = out.write_all(bytes).and_then(|()| out.flush());
        return;
    };
    if !send_within(&terminal, bytes, LAST_WRITE_TIMEOUT) {
        let _ = tcflush(stdout(), QueueSelector::OFlush);
        send_within(&terminal, bytes, LAST_WRITE_TIMEOUT);
    }
}

/// Writes everything within a time limit; returns whether that succeeded.
fn send_within(terminal: &OwnedFd, mut bytes: &[u8], timeout: Duration) -> bool {
    let start = Instant::now();
    loop {
        match send(terminal, bytes) {
            Ok(sent) => bytes = bytes.get(sent..).unwrap_or_default(),
            // A terminal that is gone needs no restoring.
            Err(_) => return true,
        }
        let left = timeout.saturating_sub(start.elapsed());
        if bytes.is_empty() || left.is_zero() {
            return bytes.is_empty();
        }
        let _ = poll(&mut [PollFd::new(terminal, PollFlags::OUT)], Timespec::try_from(left).ok().as_ref());
    }
}
