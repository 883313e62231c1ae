//! The terminal opened in non-blocking mode.

use std::io::{self, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::stdio::stdout;
use rustix::termios::{Action, QueueSelector, tcflow, tcflush, ttyname};
use tokio::io::unix::AsyncFd;

/// The terminal of standard output, opened again in non-blocking mode and watched by the runtime.
#[derive(Debug)]
pub struct NonBlockingTerminal(AsyncFd<OwnedFd>);

impl NonBlockingTerminal {
    /// Opens it. Must be called inside the runtime.
    ///
    /// # Errors
    ///
    /// If standard output is not a terminal that can be opened again.
    pub fn open() -> io::Result<Self> {
        let terminal = reopened()?;
        // The newer constructor is unsafe: it requires that the descriptor is never replaced, which an owned one guarantees.
        #[expect(deprecated)]
        AsyncFd::new(terminal).map(Self)
    }

    /// Writes until the terminal accepts no more; returns the number of bytes written.
    ///
    /// # Errors
    ///
    /// Any error but those that a retry solves.
    pub fn send(&self, bytes: &[u8]) -> io::Result<usize> {
        send(self.0.get_ref(), bytes)
    }

    /// Calls `push` once the terminal accepts output; `push` returns whether output is left that was not accepted.
    pub fn poll_push(&self, context: &mut Context<'_>, push: impl FnOnce() -> io::Result<bool>) -> Poll<io::Result<()>> {
        let mut ready = ready!(self.0.poll_write_ready(context))?;
        Poll::Ready(push().map(|is_left| {
            if is_left {
                ready.clear_ready();
            }
        }))
    }
}

/// Opens the terminal of standard output again without ever blocking, which does not affect others that have it open.
fn reopened() -> io::Result<OwnedFd> {
    const FLAGS: OFlags = OFlags::WRONLY.union(OFlags::NONBLOCK).union(OFlags::NOCTTY).union(OFlags::CLOEXEC);
    let path = ttyname(stdout().as_fd(), Vec::new())?;
    Ok(rustix::fs::open(path, FLAGS, Mode::empty())?)
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
pub fn write_last(bytes: &[u8]) {
    // Output stopped with Ctrl-S would not resume by itself.
    let _ = tcflow(stdout(), Action::OOn);
    let Ok(terminal) = reopened() else {
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
