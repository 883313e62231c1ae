//! The one way to standard output and standard error. What strangers wrote never steers a terminal: whatever hides or steers is
//! escaped here once more, also where a caller forgot it. And what could not be written is not passed over: a report that is
//! cut short must not look like one that found nothing.

use std::io::{self, ErrorKind, IsTerminal as _, Write};

use super::EXIT_BAD_INPUT;
use crate::domain::visible::{visible, visible_json, visible_lines};

/// How a text stands for characters that would steer a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// As `\u{200b}`, for people.
    Text,
    /// As `\u200b`, inside the strings of JSON.
    Json,
}

/// Standard output, and what became of it.
#[derive(Debug)]
pub struct StandardOutput<W: Write = io::StdoutLock<'static>> {
    to: W,
    failed: Option<io::Error>,
}

impl StandardOutput {
    /// The standard output of this program.
    pub fn standard() -> Self {
        Self::to(io::stdout().lock())
    }
}

impl<W: Write> StandardOutput<W> {
    /// Any other.
    pub const fn to(to: W) -> Self {
        Self { to, failed: None }
    }

    /// Writes some text; its line breaks stay.
    pub fn write(&mut self, text: &str, escape: Escape) {
        let shown = match escape {
            Escape::Text => visible_lines(text),
            Escape::Json => visible_json(text),
        };
        self.put(shown.as_bytes());
    }

    /// Writes text for people.
    pub fn text(&mut self, text: &str) {
        self.write(text, Escape::Text);
    }

    /// Writes text of the program's own, with the styles that its help has on a terminal.
    pub(super) fn own(&mut self, help: &clap::builder::StyledStr) {
        let is_plain = !io::stdout().is_terminal() || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let help = if is_plain { help.to_string() } else { help.ansi().to_string() };
        self.put(help.as_bytes());
    }

    fn put(&mut self, bytes: &[u8]) {
        // After the first failure there is no use in trying again, and a gap would be worse than an end.
        if self.failed.is_none() {
            self.failed = self.to.write_all(bytes).err();
        }
    }

    /// The exit code, given the one that the work ended with: another one when not everything could be written. A pipe that
    /// nobody reads any more (`| head`) is no error.
    pub fn end(mut self, code: u8) -> u8 {
        let failed = self.failed.take().or_else(|| self.to.flush().err());
        match failed {
            Some(why) if why.kind() != ErrorKind::BrokenPipe => {
                complain(&format!("standard output cannot be written: {why}"));
                EXIT_BAD_INPUT
            }
            _ => code,
        }
    }
}

/// Says on standard error what is wrong with the input, and gives the exit code for it.
pub fn bad_input(message: &str) -> u8 {
    complain(message);
    EXIT_BAD_INPUT
}

/// Writes a line to standard error. Where nobody can read it any more that is no error of ours.
pub fn complain(message: &str) {
    let _ = writeln!(io::stderr(), "authtui: {}", visible(message));
}

/// Writes what is wrong with the command line, which quotes from it.
pub fn complain_of_arguments(message: &str) {
    let _ = write!(io::stderr(), "{}", visible_lines(message));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes, then fails in some way.
    struct Full(usize, ErrorKind);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0 == 0 {
                return Err(self.1.into());
            }
            let taken = bytes.len().min(self.0);
            self.0 -= taken;
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_cannot_be_written_changes_the_exit_code() {
        for (room, fault, code) in [
            (9, ErrorKind::StorageFull, 1),
            (8, ErrorKind::StorageFull, EXIT_BAD_INPUT),
            (0, ErrorKind::Other, EXIT_BAD_INPUT),
            (8, ErrorKind::BrokenPipe, 1),
        ] {
            let mut out = StandardOutput::to(Full(room, fault));
            out.text("four ");
            out.text("more");
            assert_eq!(out.end(1), code, "{room} {fault}");
        }
    }
}
