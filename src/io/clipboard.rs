//! Copying: to the desktop clipboard if there is one, else through the terminal (OSC 52), which also works over SSH.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use base64::Engine as _;

pub use crate::domain::limits::OSC52_LIMIT;

/// Time limit for the desktop clipboard. X11 answers in a few milliseconds or its server hangs.
const DESKTOP_TIMEOUT: Duration = Duration::from_millis(150);

/// The result of a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyOutcome {
    /// It is in the desktop's clipboard.
    Copied,
    /// It was sent to the terminal, which does not confirm it.
    SentToTerminal {
        /// Length of the text in bytes.
        bytes: usize,
    },
    /// It is too long for the terminal; nothing was sent. The caller can write a file ([`to_file`]).
    TooLong {
        /// Length of the text in bytes.
        bytes: usize,
    },
    /// The terminal could not be written to.
    Failed(String),
}

impl std::fmt::Display for CopyOutcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Copied => f.write_str("copied"),
            Self::SentToTerminal { bytes } => write!(f, "sent to the terminal ({bytes} bytes)"),
            Self::TooLong { bytes } => write!(f, "{bytes} bytes are more than terminals take ({OSC52_LIMIT}); save to a file?"),
            Self::Failed(why) => write!(f, "not copied: {why}"),
        }
    }
}

/// Where copies go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CopyRoute {
    Desktop,
    Terminal(Multiplexer),
}

/// How an escape sequence is wrapped on its way to the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Multiplexer {
    Plain,
    Tmux,
}

/// The clipboard, kept for the whole session: on X11 its owner must live as long as the copied text.
#[derive(Debug)]
pub struct Clipboard {
    route: CopyRoute,
    multiplexer: Multiplexer,
    desktop: Option<Desktop>,
}

impl Clipboard {
    /// Chooses the route by the environment. Connects to nothing before the first copy.
    pub fn from_env() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// Chooses the route by any set of variables.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).is_some_and(|v| !v.is_empty());
        let multiplexer = if set("TMUX") { Multiplexer::Tmux } else { Multiplexer::Plain };
        // Over SSH a display belongs to the remote machine or is forwarded; the terminal is where the user sits. Wayland sessions
        // are reached through their X server, so DISPLAY decides.
        let far = set("SSH_TTY") || set("SSH_CONNECTION") || set("SSH_CLIENT");
        let near = cfg!(target_os = "macos") || set("DISPLAY");
        let route = if near && !far { CopyRoute::Desktop } else { CopyRoute::Terminal(multiplexer) };
        Self { route, multiplexer, desktop: None }
    }

    /// Copies a text. `terminal` receives an escape sequence if necessary.
    pub fn copy(&mut self, text: &str, terminal: &mut dyn Write) -> CopyOutcome {
        if self.route == CopyRoute::Desktop {
            if self.desktop.get_or_insert_with(Desktop::start).copy(text) {
                return CopyOutcome::Copied;
            }
            // It does not answer now and will not later; do not wait for it again.
            (self.route, self.desktop) = (CopyRoute::Terminal(self.multiplexer), None);
        }
        if text.len() > OSC52_LIMIT {
            return CopyOutcome::TooLong { bytes: text.len() };
        }
        match terminal.write_all(osc52(text, self.multiplexer).as_bytes()).and_then(|()| terminal.flush()) {
            Ok(()) => CopyOutcome::SentToTerminal { bytes: text.len() },
            Err(fault) => CopyOutcome::Failed(fault.to_string()),
        }
    }
}

/// The escape sequence. In tmux it is sent twice: plain for `set-clipboard on`, and wrapped for `allow-passthrough on`. Each is
/// ignored if its option is off, and both set the same text.
fn osc52(text: &str, multiplexer: Multiplexer) -> String {
    let plain = format!("\x1b]52;c;{}\x07", base64::engine::general_purpose::STANDARD.encode(text));
    match multiplexer {
        Multiplexer::Plain => plain,
        Multiplexer::Tmux => format!("{plain}\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")),
    }
}

/// Writes a text to a new file in `folder` that only the user can read (0600). Existing files are not touched.
///
/// # Errors
///
/// Any I/O error.
pub fn to_file(text: &str, folder: &Path) -> io::Result<PathBuf> {
    // The file is removed on failure: a partial copy is useless and may contain secrets.
    let mut file = tempfile::Builder::new().prefix("authtui-copy-").suffix(".txt").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    let (_, path) = file.keep()?;
    Ok(path)
}

/// The desktop clipboard on its own thread, because connecting to a display can hang.
#[derive(Debug)]
struct Desktop {
    texts: mpsc::Sender<(String, mpsc::Sender<bool>)>,
}

impl Desktop {
    fn start() -> Self {
        let (texts, inbox) = mpsc::channel::<(String, mpsc::Sender<bool>)>();
        // If the thread cannot be started, the receiver is dropped and `copy` returns false.
        let _ = thread::Builder::new().name("clipboard".into()).spawn(move || {
            let Ok(mut clipboard) = arboard::Clipboard::new() else { return };
            for (text, reply) in inbox {
                let _ = reply.send(clipboard.set_text(text).is_ok());
            }
        });
        Self { texts }
    }

    fn copy(&self, text: &str) -> bool {
        let (reply, answer) = mpsc::channel();
        self.texts.send((text.to_string(), reply)).is_ok() && answer.recv_timeout(DESKTOP_TIMEOUT).unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn with(variables: &[(&str, &str)]) -> Clipboard {
        Clipboard::from_variables(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_string()))
    }

    #[test]
    fn the_way_is_chosen_from_where_the_user_sits() {
        assert_eq!(with(&[("DISPLAY", ":0")]).route, CopyRoute::Desktop);
        if !cfg!(target_os = "macos") {
            assert_eq!(with(&[]).route, CopyRoute::Terminal(Multiplexer::Plain));
        }
        assert_eq!(with(&[("DISPLAY", ":0"), ("SSH_TTY", "/dev/pts/1")]).route, CopyRoute::Terminal(Multiplexer::Plain));
        assert_eq!(with(&[("SSH_CONNECTION", "x"), ("TMUX", "x")]).route, CopyRoute::Terminal(Multiplexer::Tmux));
    }

    #[test]
    fn without_a_display_the_terminal_gets_the_text() {
        let mut written = Vec::new();
        let copied = with(&[("SSH_TTY", "x")]).copy("grüß", &mut written);
        assert_eq!(copied, CopyOutcome::SentToTerminal { bytes: 6 });
        assert_eq!(copied.to_string(), "sent to the terminal (6 bytes)");
        assert_eq!(String::from_utf8(written).unwrap(), "\x1b]52;c;Z3LDvMOf\x07");
    }

    #[test]
    fn tmux_gets_both_forms() {
        assert_eq!(osc52("a", Multiplexer::Tmux), "\x1b]52;c;YQ==\x07\x1bPtmux;\x1b\x1b]52;c;YQ==\x07\x1b\\");
    }

    #[test]
    fn a_display_that_is_not_there_neither_panics_nor_waits() {
        let desktop = Desktop { texts: mpsc::channel().0 };
        let mut clipboard = Clipboard { route: CopyRoute::Desktop, multiplexer: Multiplexer::Plain, desktop: Some(desktop) };
        assert_eq!(clipboard.copy("x", &mut Vec::new()), CopyOutcome::SentToTerminal { bytes: 1 });
        assert_eq!(clipboard.route, CopyRoute::Terminal(Multiplexer::Plain));
    }

    #[test]
    fn what_is_too_long_is_not_cut_but_offered_as_a_file() {
        let mut written = Vec::new();
        let long = "x".repeat(OSC52_LIMIT + 1);
        assert_eq!(with(&[("SSH_TTY", "x")]).copy(&long, &mut written), CopyOutcome::TooLong { bytes: OSC52_LIMIT + 1 });
        assert!(written.is_empty());
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (to_file(&long, folder.path()).unwrap(), to_file("b", folder.path()).unwrap());
        assert_ne!(a, b);
        assert_eq!(std::fs::read_to_string(&a).unwrap(), long);
        assert_eq!(std::fs::metadata(&a).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
