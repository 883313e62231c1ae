//! Takes the terminal over and restores it however the program ends: regularly, by a panic or by a signal.

pub mod capabilities;
mod escape;
pub mod input;
pub mod output;
mod paste;
#[cfg(not(unix))]
mod portable;
pub mod reader;
pub mod signals;
#[cfg(unix)]
mod unix;

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste};
use crossterm::queue;
use crossterm::style::{Print, ResetColor};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
#[cfg(not(unix))]
use portable as system;
#[cfg(unix)]
use unix as system;

pub use capabilities::{ScreenUnavailable, TerminalCapabilities, screen};
pub use input::Input;
pub use output::{NonBlockingWrite, TerminalOutput};
pub use reader::inputs;
pub use signals::Signal;
pub use system::{ControllingTerminal, Signals, forbid_core_dumps, set_loop_ended};

/// Buttons, drags and wheel with SGR coordinates. Not crossterm's `EnableMouseCapture`, which also reports every movement (mode
/// 1003) and would wake an idle program.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";

/// True while the modes are set, so that they are reset exactly once.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Whether mouse events are captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mouse {
    /// Buttons and wheel are events.
    Captured,
    /// The terminal uses the mouse for its own selection.
    Left,
}

/// Holds the terminal and restores it when dropped.
#[derive(Debug)]
pub struct Guard {
    mouse: Mouse,
    /// The modes with which the terminal is left to another program, which may leave it with others.
    left_with: Option<system::Modes>,
}

impl Guard {
    /// Takes the terminal over: raw mode, alternate screen, bracketed paste, mouse, hidden cursor.
    ///
    /// # Errors
    ///
    /// Any I/O error; the terminal is restored then.
    pub fn enter(mouse: Mouse) -> io::Result<Self> {
        let guard = Self { mouse, left_with: None };
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
        // What came before was meant for somebody else, such as answers of the terminal to another program: a key of them could
        // delete something, and an unknown one stops crossterm's parser.
        system::discard_input();
        if set.is_err() {
            restore();
        }
        set
    }

    /// Restores the terminal, stops the process like Ctrl-Z, and takes the terminal over again when the process continues. The
    /// caller then redraws.
    ///
    /// A session leader has nobody to continue it: nothing happens, and the result is `false`.
    ///
    /// # Errors
    ///
    /// If the terminal cannot be taken over again.
    pub fn suspend(&mut self) -> io::Result<bool> {
        if !system::can_stop() {
            return Ok(false);
        }
        restore();
        let stopped = system::stop();
        self.take()?;
        stopped?;
        Ok(true)
    }

    /// Leaves the terminal to another program until [`Guard::resume`]; false if that is impossible.
    pub fn leave(&mut self) -> bool {
        let is_paused = reader::pause();
        if is_paused {
            restore();
            self.left_with = system::modes();
        }
        is_paused
    }

    /// Stops the process while the terminal is left to another program, which was stopped too.
    ///
    /// # Errors
    ///
    /// If the signal cannot be sent.
    pub fn stop_with_program(&self) -> io::Result<()> {
        if system::can_stop() { system::stop() } else { Ok(()) }
    }

    /// Sets all modes again after [`Guard::leave`], or an unannounced stop (SIGSTOP from outside, then SIGCONT).
    ///
    /// # Errors
    ///
    /// Any I/O error.
    pub fn resume(&mut self) -> io::Result<()> {
        if let Some(modes) = self.left_with.take() {
            system::set_modes(&modes);
        }
        let taken = self.take();
        reader::go_on();
        taken
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        restore();
    }
}

/// Restores the terminal if it is taken over. May be called from anywhere, any number of times. Errors are ignored: the only
/// cause is that the terminal is gone.
pub fn restore() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut bytes = Vec::new();
    let _ = queue!(bytes, DisableMouseCapture, DisableBracketedPaste, ResetColor, LeaveAlternateScreen, Show);
    system::write_last(&bytes);
    let _ = disable_raw_mode();
}

/// Installs a panic hook that restores the terminal, calls `keep` (which writes the draft), and reports the location on standard
/// error. The message is included only if it is a literal: a formatted one may contain a token, as may a backtrace.
pub fn install_panic_hook(keep: impl Fn() + Send + Sync + 'static) {
    std::panic::set_hook(Box::new(move |panic| {
        restore();
        // A second panic inside the hook aborts, and the terminal is restored already.
        keep();
        let place = panic.location().map(|l| format!(" at {}:{}", l.file(), l.line())).unwrap_or_default();
        let what = panic.payload().downcast_ref::<&'static str>().map(|text| format!(": {text}")).unwrap_or_default();
        let _ = writeln!(io::stderr(), "authtui: stopped by a bug in authtui{place}{what}");
    }));
}
