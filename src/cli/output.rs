//! All writes to standard output and standard error. Text from outside never controls the terminal: everything is escaped here,
//! even if a caller forgot it. Write errors change the exit code: a truncated report must not look like one that found nothing.

use std::io::{self, ErrorKind, Write};

use clap::ColorChoice;

use super::EXIT_BAD_INPUT;
use super::appearance::Appearance;
use super::repeated::without_secrets;
use crate::domain::visible::{visible, visible_json, visible_lines};

/// How characters that would control a terminal are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// As `\u{200b}`, for text.
    Text,
    /// The same, wrapped and colored if standard output is a terminal.
    People,
    /// As `\u200b`, inside the strings of JSON.
    Json,
}

/// Standard output and its first write error.
#[derive(Debug)]
pub struct StandardOutput<W: Write = io::StdoutLock<'static>> {
    to: W,
    failed: Option<io::Error>,
    appearance: Appearance,
}

impl StandardOutput {
    /// The standard output of this program.
    pub fn standard() -> Self {
        Self { appearance: Appearance::of_standard_output(ColorChoice::Auto), ..Self::to(io::stdout().lock()) }
    }

    /// Says when text for people has color.
    pub fn use_color(&mut self, when: ColorChoice) {
        self.appearance = Appearance::of_standard_output(when);
    }
}

impl<W: Write> StandardOutput<W> {
    /// Any other writer.
    pub const fn to(to: W) -> Self {
        Self { to, failed: None, appearance: Appearance::PLAIN }
    }

    /// Writes text; its line breaks stay.
    pub fn write(&mut self, text: &str, escape: Escape) {
        let shown = match escape {
            Escape::Text => visible_lines(text),
            Escape::People => self.appearance.shown(&visible_lines(text)).into(),
            Escape::Json => visible_json(text),
        };
        self.put(shown.as_bytes());
    }

    /// Writes text as it is, for another program: never to a terminal.
    pub fn exact(&mut self, text: &str) {
        self.put(text.as_bytes());
    }

    /// Writes text for people.
    pub fn text(&mut self, text: &str) {
        self.write(text, Escape::Text);
    }

    /// Writes clap's own text, styled on a terminal.
    pub(super) fn own(&mut self, help: &clap::builder::StyledStr) {
        let help = if self.appearance.has_color { help.ansi().to_string() } else { help.to_string() };
        self.put(help.as_bytes());
    }

    /// True once nothing more can be written.
    pub const fn has_failed(&self) -> bool {
        self.failed.is_some()
    }

    /// Hands on what is written so far, for output that goes on for long.
    pub fn flush(&mut self) {
        if self.failed.is_none() {
            self.failed = self.to.flush().err();
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        // After the first error, writing on would leave a gap.
        if self.failed.is_none() {
            self.failed = self.to.write_all(bytes).err();
        }
    }

    /// The final exit code: `code` unless something could not be written. A closed pipe (`| head`) is not an error.
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

/// Reports bad input on standard error and returns its exit code.
pub fn bad_input(message: &str) -> u8 {
    complain(message);
    EXIT_BAD_INPUT
}

/// Writes a line to standard error; failures are ignored.
pub fn complain(message: &str) {
    let line = format!("authtui: {}\n", visible(&without_secrets(message)));
    let _ = io::stderr().write_all(Appearance::of_standard_error().shown(&line).as_bytes());
}

/// Writes an error about the command line, which quotes from it.
pub fn complain_of_arguments(message: &str) {
    let _ = write!(io::stderr(), "{}", visible_lines(&without_secrets(message)));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Accepts some bytes, then fails.
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
