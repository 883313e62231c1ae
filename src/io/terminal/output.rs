//! What goes to the terminal, without ever waiting for it. A terminal that takes nothing (stopped with Ctrl-S, a window that
//! is not read, a line that hangs) would otherwise hold the whole loop, keys and signals with it.

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

/// The way to the terminal as the loop sees it. What takes everything at once has nothing to add.
pub trait NonBlockingWrite: Write {
    /// True while something waits to be taken: nothing new is drawn until it is.
    fn is_behind(&self) -> bool {
        false
    }

    /// Goes on sending; ready when nothing waits any more.
    fn poll_sent(&self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }

    /// Drops what waits, because the whole screen is drawn again.
    fn discard(&self) {}
}

impl NonBlockingWrite for io::Sink {}

/// Bytes of a whole frame on a large screen: what waits grows beyond it where the terminal takes nothing.
const FRAME: usize = 32 << 10;

/// The terminal's own outlet; a clone writes to the same one.
#[derive(Clone, Debug)]
pub struct TerminalOutput(Rc<Queue>);

#[derive(Debug)]
struct Queue {
    /// The terminal opened once more, so that not waiting is a matter of this program alone; `None` where that cannot be
    /// done, and standard output is written to as it is.
    terminal: Option<AsyncFd<OwnedFd>>,
    /// What was written and not taken yet.
    unsent: RefCell<Vec<u8>>,
    /// Set when the terminal did not take everything.
    behind: Cell<bool>,
    /// Bytes that waited when that was set: those of the last frame.
    frame: Cell<usize>,
    /// Set when the terminal could not be written to. That is told once; what is written later is dropped.
    gone: Cell<bool>,
}

impl TerminalOutput {
    /// The terminal that standard output leads to. Call it inside the runtime.
    pub fn to_terminal() -> Self {
        let terminal = reopened(stdout(), OFlags::WRONLY).and_then(watched).ok();
        Self(Rc::new(Queue {
            terminal,
            unsent: RefCell::new(Vec::with_capacity(FRAME)),
            behind: Cell::new(false),
            frame: Cell::new(0),
            gone: Cell::new(false),
        }))
    }
}

impl Queue {
    /// Sends as much as is taken now.
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
        // What cannot be written is not tried again: the terminal is gone.
        let gone = *taken.as_ref().unwrap_or(&unsent.len());
        if gone == unsent.len() {
            // Secrets that are shown are among it.
            unsent.zeroize();
        } else {
            unsent.drain(..gone);
        }
        if !self.behind.replace(!unsent.is_empty()) {
            self.frame.set(unsent.len());
        }
        self.gone.set(taken.is_err());
        taken.map(|_| ())
    }
}

impl Write for TerminalOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut unsent = self.0.unsent.borrow_mut();
        if self.0.behind.get() && unsent.len() + bytes.len() > self.0.frame.get() + MAX_UNSENT {
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
    fn is_behind(&self) -> bool {
        self.0.behind.get()
    }

    fn poll_sent(&self, context: &mut Context<'_>) -> Poll<()> {
        while let Some(terminal) = self.0.terminal.as_ref().filter(|_| self.is_behind()) {
            let Poll::Ready(ready) = terminal.poll_write_ready(context) else { return Poll::Pending };
            match (ready, self.0.push()) {
                (Ok(mut ready), Ok(())) if self.is_behind() => ready.clear_ready(),
                (Ok(_), _) => {}
                (Err(_), _) => self.discard(),
            }
        }
        Poll::Ready(())
    }

    fn discard(&self) {
        self.0.unsent.borrow_mut().zeroize();
        self.0.behind.set(false);
    }
}

/// Writes until the terminal takes no more; how many bytes it took.
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

/// How long a terminal may take for the last bytes it is sent.
const LAST_WRITE_TIMEOUT: Duration = Duration::from_millis(40);

/// Writes what gives the terminal back. Where it takes nothing, what was written before is thrown away to make room; what it
/// then does not take either is given up: whoever ends the program does not wait for it.
pub(super) fn write_last(bytes: &[u8]) {
    // Output stopped with Ctrl-S would not go on by itself.
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

/// Writes all of it unless that takes too long; whether it was taken.
fn send_within(terminal: &OwnedFd, mut bytes: &[u8], patience: Duration) -> bool {
    let begin = Instant::now();
    loop {
        match send(terminal, bytes) {
            Ok(sent) => bytes = bytes.get(sent..).unwrap_or_default(),
            // A terminal that has gone takes nothing and needs nothing.
            Err(_) => return true,
        }
        let left = patience.saturating_sub(begin.elapsed());
        if bytes.is_empty() || left.is_zero() {
            return bytes.is_empty();
        }
        let _ = poll(&mut [PollFd::new(terminal, PollFlags::OUT)], Timespec::try_from(left).ok().as_ref());
    }
}
