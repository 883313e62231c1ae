//! The terminal: taken over while the screen is up, and given back in every way out: the end, a panic, a signal.

pub mod abilities;
mod escape;
pub mod hang_up;
pub mod input;
pub mod output;
mod paste;
pub mod reader;
pub mod signals;

use std::io::{self, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste};
use crossterm::queue;
use crossterm::style::{Print, ResetColor};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use rustix::fs::{Mode, OFlags};
use rustix::termios::ttyname;
use tokio::io::unix::AsyncFd;

pub use abilities::{Abilities, NoScreen, screen};
pub use input::Input;
pub use output::{Outlet, Output};
pub use reader::inputs;
pub use signals::{Signal, Signals};

/// Buttons, drags and wheel with SGR coordinates. Not crossterm's `EnableMouseCapture`: that also asks for every movement
/// (mode 1003), which wakes an idle program at each stir of the mouse.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";

/// True while the modes are set, so that they are taken back exactly once, whoever comes first.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Whether the mouse is listened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mouse {
    /// Buttons and wheel come as events.
    Captured,
    /// The terminal keeps it, for its own selection.
    Left,
}

/// Holds the terminal; dropping it gives the terminal back.
#[derive(Debug)]
pub struct Guard {
    mouse: Mouse,
}

impl Guard {
    /// Takes the terminal: raw mode, alternate screen, bracketed paste, mouse, cursor hidden.
    ///
    /// # Errors
    ///
    /// When the terminal refuses; what had been set by then is taken back.
    pub fn enter(mouse: Mouse) -> io::Result<Self> {
        let guard = Self { mouse };
        guard.take()?;
        Ok(guard)
    }

    fn take(&self) -> io::Result<()> {
        TAKEN.store(true, Ordering::SeqCst);
        let mut out = io::stdout();
        let set = enable_raw_mode().and_then(|()| {
            queue!(out, EnterAlternateScreen, EnableBracketedPaste, Hide)?;
            if self.mouse == Mouse::Captured {
                queue!(out, Print(MOUSE_ON))?;
            }
            out.flush()
        });
        if set.is_err() {
            restore();
        }
        set
    }

    /// Gives the terminal back, stops the process as Ctrl-Z would, and takes the terminal again once it goes on.
    /// The caller then draws everything anew.
    ///
    /// A process that leads its session has nobody to wake it: nothing happens, and the answer is `false`.
    ///
    /// # Errors
    ///
    /// When the terminal cannot be taken again.
    pub fn suspend(&mut self) -> io::Result<bool> {
        use rustix::process::{Signal, getpid, getsid, kill_current_process_group};
        if getsid(None).is_ok_and(|leader| leader == getpid()) {
            return Ok(false);
        }
        restore();
        // SIGSTOP, because our own handler for SIGTSTP is what called this.
        let stopped = kill_current_process_group(Signal::STOP);
        self.take()?;
        stopped?;
        Ok(true)
    }

    /// Sets all modes again after a stop that could not be seen coming (SIGSTOP from outside, then SIGCONT).
    ///
    /// # Errors
    ///
    /// When the terminal refuses.
    pub fn resume(&mut self) -> io::Result<()> {
        self.take()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back, if it is taken. May be called from anywhere, any number of times; what fails is left, because
/// the one reason to fail is that there is no terminal any more.
pub fn restore() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut bytes = Vec::new();
    let _ = queue!(bytes, DisableMouseCapture, DisableBracketedPaste, ResetColor, LeaveAlternateScreen, Show);
    output::last_words(&bytes);
    let _ = disable_raw_mode();
}

/// From now on a panic gives the terminal back, calls `keep` (which saves the draft), and says on standard error where it
/// happened, and what, if that is a text of the program itself: a formatted one may hold a token, and is left out, and so
/// is the backtrace.
pub fn install_panic_hook(keep: impl Fn() + Send + Sync + 'static) {
    std::panic::set_hook(Box::new(move |panic| {
        restore();
        // A second panic inside a hook aborts the process, and the terminal is back already.
        keep();
        let place = panic.location().map(|l| format!(" at {}:{}", l.file(), l.line())).unwrap_or_default();
        let what = panic.payload().downcast_ref::<&'static str>().map(|text| format!(": {text}")).unwrap_or_default();
        let _ = writeln!(io::stderr(), "authtui: stopped by a bug of its own{place}{what}");
    }));
}

/// How a terminal is opened that is never to be waited for.
const UNWAITED: OFlags = OFlags::NONBLOCK.union(OFlags::NOCTTY).union(OFlags::CLOEXEC);

/// A terminal opened once more, never to wait for: that it does not wait is then a matter of this program alone, and not of
/// everybody who has it open.
fn reopened(terminal: impl AsFd, access: OFlags) -> io::Result<OwnedFd> {
    let path = ttyname(terminal, Vec::new())?;
    Ok(rustix::fs::open(path, access | UNWAITED, Mode::empty())?)
}

/// A descriptor that the runtime watches. Call it inside the runtime.
fn watched(terminal: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    // The newer constructor is unsafe: it wants a promise that the descriptor is never replaced, and an owned one is not.
    #[expect(deprecated)]
    AsyncFd::new(terminal)
}

/// No core dump of this process: one would hold every token that was on the screen.
///
/// # Errors
///
/// When the system refuses; the program can go on.
pub fn forbid_core_dumps() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    Ok(setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?)
}
