//! Unix specifics: descriptors, signals, job control.

mod device;
mod hang_up;
mod signals;

use std::io;

use rustix::process::{Resource, Rlimit, Signal, getpid, getsid, kill_current_process_group, kill_process, setrlimit};
use rustix::termios::{OptionalActions, QueueSelector, tcflush, tcgetattr, tcsetattr};

pub use device::{NonBlockingTerminal, write_last};
pub use hang_up::{ControllingTerminal, set_loop_ended};
pub use rustix::termios::Termios as Modes;
pub use signals::{Signals, end_by};

/// Makes crossterm report the size of the terminal, which wakes whoever waits for input; false if that is impossible.
pub fn pretend_resize() -> bool {
    kill_process(getpid(), Signal::WINCH).is_ok()
}

/// The modes of the terminal; `None` where there is none.
pub fn modes() -> Option<Modes> {
    tcgetattr(rustix::stdio::stdout()).ok()
}

/// Sets the modes of the terminal, if there is one.
pub fn set_modes(modes: &Modes) {
    let _ = tcsetattr(rustix::stdio::stdout(), OptionalActions::Now, modes);
}

/// Drops input that was not read yet.
pub fn discard_input() {
    let _ = tcflush(rustix::stdio::stdout(), QueueSelector::IFlush);
}

/// False for a session leader, which nobody would continue.
pub fn can_stop() -> bool {
    !getsid(None).is_ok_and(|leader| leader == getpid())
}

/// Stops the process; returns when it continues. By SIGSTOP, because the handler of SIGTSTP calls this.
///
/// # Errors
///
/// If the signal cannot be sent.
pub fn stop() -> io::Result<()> {
    Ok(kill_current_process_group(Signal::STOP)?)
}

/// Disables core dumps of this process: one would contain every token on the screen.
///
/// # Errors
///
/// Any system error; the program can continue.
pub fn forbid_core_dumps() -> io::Result<()> {
    Ok(setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?)
}
