//! Detects that the terminal is gone.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::sync::mpsc;

/// Waits on its own thread until the terminal hangs up, which SIGHUP does not always report: it may be ignored (nohup) or go to
/// another session. If the loop does not end within [`GRACE`], the process exits with this code.
pub fn watch(exit_code: u8) -> mpsc::Receiver<()> {
    let (tell, gone) = mpsc::channel(1);
    if let Ok(ControllingTerminal(terminal)) = ControllingTerminal::open() {
        // The thread ends with the terminal or the process; it holds only the descriptor.
        let _ = thread::Builder::new().name("hang-up".into()).stack_size(64 << 10).spawn(move || {
            if wait_for_hang_up(terminal.as_fd()) {
                let _ = tell.blocking_send(());
                // A stuck loop ends here. Its draft is at most a second old.
                thread::sleep(GRACE);
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
}
