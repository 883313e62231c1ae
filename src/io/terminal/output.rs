//! Non-blocking output to the terminal. A terminal that accepts nothing (stopped with Ctrl-S, an unread window, a hanging line)
//! would otherwise block the whole loop.

use std::cell::{Cell, RefCell};
use std::io::{self, Write};
use std::rc::Rc;
use std::task::{Context, Poll};

use zeroize::Zeroize as _;

use super::system::NonBlockingTerminal;
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
    terminal: Option<NonBlockingTerminal>,
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
        let terminal = NonBlockingTerminal::open().ok();
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
            Some(terminal) => terminal.send(&unsent),
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
            let push = || self.0.push().map(|()| self.has_pending());
            let Poll::Ready(pushed) = terminal.poll_push(context, push) else { return Poll::Pending };
            if pushed.is_err() {
                self.discard();
            }
        }
        Poll::Ready(())
    }

    fn discard(&self) {
        self.0.unsent.borrow_mut().zeroize();
        self.0.pending.set(false);
    }
}
