//! Copying: to the desktop's clipboard where there is one, else through the terminal (OSC 52), which also works over SSH.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use base64::Engine as _;

pub use crate::domain::limits::OSC52_LIMIT;

/// How long the desktop may take. X11 answers in a few milliseconds, or its server hangs.
const PATIENCE: Duration = Duration::from_millis(150);

/// What became of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Copied {
    /// It is in the desktop's clipboard.
    Copied,
    /// It was sent to the terminal, which may or may not have taken it: there is no answer.
    SentToTerminal {
        /// Length of the text in bytes.
        bytes: usize,
    },
    /// It is longer than terminals take; nothing was sent. A file can be offered ([`to_file`]).
    TooLong {
        /// Length of the text in bytes.
        bytes: usize,
    },
    /// The terminal could not be written to.
    Failed(String),
}

impl std::fmt::Display for Copied {
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
enum Way {
    Desktop,
    Terminal(Wrap),
}

/// What stands between us and the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrap {
    Plain,
    Tmux,
}

/// The clipboard, kept for the whole session: on X11 the owner has to live as long as what it copied.
#[derive(Debug)]
pub struct Clipboard {
    way: Way,
    wrap: Wrap,
    desktop: Option<Desktop>,
}

impl Clipboard {
    /// Chooses the way from this process's environment. Connects to nothing before the first copy.
    pub fn from_env() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// The same from any source of variables.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).is_some_and(|v| !v.is_empty());
        let wrap = if set("TMUX") { Wrap::Tmux } else { Wrap::Plain };
        // Over SSH a display is the far machine's, or a forwarded one; the terminal is where the user sits. A Wayland
        // session is reached through its X server, so that DISPLAY is what counts.
        let far = set("SSH_TTY") || set("SSH_CONNECTION") || set("SSH_CLIENT");
        let near = cfg!(target_os = "macos") || set("DISPLAY");
        let way = if near && !far { Way::Desktop } else { Way::Terminal(wrap) };
        Self { way, wrap, desktop: None }
    }

    /// Copies a text. `terminal` is where the screen is drawn; an escape sequence is written to it when need be.
    pub fn copy(&mut self, text: &str, terminal: &mut dyn Write) -> Copied {
        if self.way == Way::Desktop {
            if self.desktop.get_or_insert_with(Desktop::start).copy(text) {
                return Copied::Copied;
            }
            // It does not answer now and will not later: not asked again, so that no copy waits twice.
            (self.way, self.desktop) = (Way::Terminal(self.wrap), None);
        }
        if text.len() > OSC52_LIMIT {
            return Copied::TooLong { bytes: text.len() };
        }
        match terminal.write_all(osc52(text, self.wrap).as_bytes()).and_then(|()| terminal.flush()) {
            Ok(()) => Copied::SentToTerminal { bytes: text.len() },
            Err(fault) => Copied::Failed(fault.to_string()),
        }
    }
}

/// The escape sequence. In tmux it goes twice: plain, for `set-clipboard on`, and wrapped, for `allow-passthrough on`;
/// each is ignored where the option is off, and both together set the same text.
fn osc52(text: &str, wrap: Wrap) -> String {
    let plain = format!("\x1b]52;c;{}\x07", base64::engine::general_purpose::STANDARD.encode(text));
    match wrap {
        Wrap::Plain => plain,
        Wrap::Tmux => format!("{plain}\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")),
    }
}

/// Writes a text into a new file in `folder` that only the user can read (0600). Nothing that is there is touched.
///
/// # Errors
///
/// What the system says.
pub fn to_file(text: &str, folder: &Path) -> io::Result<PathBuf> {
    // Until it is kept the file goes when something fails: a part of a copy is none, and may hold secrets.
    let mut file = tempfile::Builder::new().prefix("authtui-copy-").suffix(".txt").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    let (_, path) = file.keep()?;
    Ok(path)
}

/// The desktop's clipboard on a thread of its own, because connecting to a display can hang.
#[derive(Debug)]
struct Desktop {
    texts: mpsc::Sender<(String, mpsc::Sender<bool>)>,
}

impl Desktop {
    fn start() -> Self {
        let (texts, inbox) = mpsc::channel::<(String, mpsc::Sender<bool>)>();
        // If the thread cannot be started the inbox is dropped, and `copy` says no.
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
        self.texts.send((text.to_string(), reply)).is_ok() && answer.recv_timeout(PATIENCE).unwrap_or(false)
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
        assert_eq!(with(&[("DISPLAY", ":0")]).way, Way::Desktop);
        if !cfg!(target_os = "macos") {
            assert_eq!(with(&[]).way, Way::Terminal(Wrap::Plain));
        }
        assert_eq!(with(&[("DISPLAY", ":0"), ("SSH_TTY", "/dev/pts/1")]).way, Way::Terminal(Wrap::Plain));
        assert_eq!(with(&[("SSH_CONNECTION", "x"), ("TMUX", "x")]).way, Way::Terminal(Wrap::Tmux));
    }

    #[test]
    fn without_a_display_the_terminal_gets_the_text() {
        let mut written = Vec::new();
        let copied = with(&[("SSH_TTY", "x")]).copy("grüß", &mut written);
        assert_eq!(copied, Copied::SentToTerminal { bytes: 6 });
        assert_eq!(copied.to_string(), "sent to the terminal (6 bytes)");
        assert_eq!(String::from_utf8(written).unwrap(), "\x1b]52;c;Z3LDvMOf\x07");
    }

    #[test]
    fn tmux_gets_both_forms() {
        assert_eq!(osc52("a", Wrap::Tmux), "\x1b]52;c;YQ==\x07\x1bPtmux;\x1b\x1b]52;c;YQ==\x07\x1b\\");
    }

    #[test]
    fn a_display_that_is_not_there_neither_panics_nor_waits() {
        let desktop = Desktop { texts: mpsc::channel().0 };
        let mut clipboard = Clipboard { way: Way::Desktop, wrap: Wrap::Plain, desktop: Some(desktop) };
        assert_eq!(clipboard.copy("x", &mut Vec::new()), Copied::SentToTerminal { bytes: 1 });
        assert_eq!(clipboard.way, Way::Terminal(Wrap::Plain));
    }

    #[test]
    fn what_is_too_long_is_not_cut_but_offered_as_a_file() {
        let mut written = Vec::new();
        let long = "x".repeat(OSC52_LIMIT + 1);
        assert_eq!(with(&[("SSH_TTY", "x")]).copy(&long, &mut written), Copied::TooLong { bytes: OSC52_LIMIT + 1 });
        assert!(written.is_empty());
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (to_file(&long, folder.path()).unwrap(), to_file("b", folder.path()).unwrap());
        assert_ne!(a, b);
        assert_eq!(std::fs::read_to_string(&a).unwrap(), long);
        assert_eq!(std::fs::metadata(&a).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
