//! Detects that the terminal is gone.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::sync::mpsc;

/// Waits on its own thread until the terminal hangs up, which SIGHUP does not always report: it may be ignored (nohup) or go to
/// another session. If the loop does not end within [`GRACE`], or its draft is not on disk within [`DRAFT_GRACE`], the process
/// exits with this code.
pub fn watch(exit_code: u8) -> mpsc::Receiver<()> {
    let (tell, gone) = mpsc::channel(1);
    if let Ok(ControllingTerminal(terminal)) = ControllingTerminal::open() {
        // The thread ends with the terminal or the process; it holds only the descriptor.
        let _ = thread::Builder::new().name("hang-up".into()).stack_size(64 << 10).spawn(move || {
            if wait_for_hang_up(terminal.as_fd()) {
                let _ = tell.blocking_send(());
                wait_for_end(&LOOP_ENDED, GRACE, DRAFT_GRACE);
                std::process::exit(i32::from(exit_code));
            }
        });
    }
    gone
}

/// The terminal that keys come from.
#[derive(Debug)]
pub struct ControllingTerminal(OwnedFd);

impl ControllingTerminal {
    /// Opens it.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn open() -> io::Result<Self> {
        let terminal = if rustix::termios::isatty(rustix::stdio::stdin()) {
            rustix::stdio::stdin().try_clone_to_owned()
        } else {
            File::options().read(true).open("/dev/tty").map(OwnedFd::from)
        };
        terminal.map(Self)
    }

    /// True if the terminal is gone. Does not block.
    pub fn is_hung_up(&self) -> bool {
        let mut watched = [PollFd::new(&self.0, PollFlags::empty())];
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        poll(&mut watched, Some(&at_once)).is_ok() && watched[0].revents().intersects(PollFlags::HUP | PollFlags::ERR)
    }
}

/// How long the loop may take to end after a hang-up.
const GRACE: Duration = Duration::from_secs(1);

/// How long the draft may take after that: a slow disk must not cost what was typed last, and one that hangs must not keep the
/// process for ever.
const DRAFT_GRACE: Duration = Duration::from_secs(10);

/// Whether the loop has ended and only its draft is being written.
static LOOP_ENDED: AtomicBool = AtomicBool::new(false);

/// Waits as long as the process may take to end by itself. A stuck loop has its grace alone, and its draft is at most a second
/// old; one that has ended is writing its draft.
fn wait_for_end(loop_ended: &AtomicBool, grace: Duration, draft_grace: Duration) {
    thread::sleep(grace);
    if loop_ended.load(Ordering::SeqCst) {
        thread::sleep(draft_grace);
    }
}

/// Notes that the loop runs, or has ended.
pub fn set_loop_ended(ended: bool) {
    LOOP_ENDED.store(ended, Ordering::SeqCst);
}

/// Blocks until the descriptor hangs up; `false` if it cannot be polled.
fn wait_for_hang_up(terminal: BorrowedFd<'_>) -> bool {
    loop {
        // POLLHUP and POLLERR are always reported.
        let mut watched = [PollFd::new(&terminal, PollFlags::empty())];
        match poll(&mut watched, None) {
            Ok(_) if watched[0].revents().intersects(PollFlags::HUP | PollFlags::ERR) => return true,
            Ok(_) if watched[0].revents().contains(PollFlags::NVAL) => return false,
            Ok(_) | Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
            Err(_) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_other_side_is_noticed() {
        let (here, there) = std::os::unix::net::UnixStream::pair().unwrap();
        let watcher = thread::spawn(move || wait_for_hang_up(here.as_fd()));
        drop(there);
        assert!(watcher.join().unwrap());
    }

    #[test]
    fn only_a_loop_that_has_ended_is_given_time_for_its_draft() {
        let [grace, draft_grace] = [Duration::from_millis(20), Duration::from_millis(400)];
        let waited = |ended: bool| {
            let began = std::time::Instant::now();
            wait_for_end(&AtomicBool::new(ended), grace, draft_grace);
            began.elapsed()
        };
        assert!(waited(true) >= grace + draft_grace);
        // The machine may be busy: the shortest of several tells.
        let shortest = (0..5).map(|_| waited(false)).min().unwrap();
        assert!(shortest >= grace && shortest < draft_grace, "{shortest:?}");
    }
}
