//! The signals that the loop handles.

use super::system;

/// A signal to handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM: end.
    Terminate,
    /// SIGINT from outside (in raw mode Ctrl-C is a key): end.
    Interrupt,
    /// SIGHUP, or the terminal is gone: write the draft and end.
    HangUp,
    /// SIGTSTP: restore the terminal and stop ([`super::Guard::suspend`]).
    Stop,
    /// SIGCONT: the modes may be lost; set them and redraw ([`super::Guard::resume`]).
    Continue,
    /// Any other fatal signal by number: write the draft and end by it ([`Signal::end`]).
    Other(i32),
}

/// The number of SIGQUIT on every Unix.
const QUIT: i32 = 3;

/// The exit code for SIGHUP.
pub(super) const HANG_UP: u8 = 129;

impl Signal {
    /// The exit code for a fatal signal: 128 plus its number.
    pub const fn exit_code(self) -> Option<u8> {
        match self {
            Self::HangUp => Some(HANG_UP),
            Self::Interrupt => Some(130),
            Self::Terminate => Some(143),
            // 128 plus at most 64.
            Self::Other(number) => Some(128_u8.saturating_add(number as u8)),
            Self::Stop | Self::Continue => None,
        }
    }

    /// True for one that the terminal sends for a key (^C, ^\) while a program has it in cooked mode.
    pub const fn is_of_a_key(self) -> bool {
        matches!(self, Self::Interrupt | Self::Other(QUIT))
    }

    /// Ends the process as the signal would have, once the terminal is restored, so that a waiting parent sees it. SIGTERM,
    /// SIGINT and SIGHUP return their exit code instead.
    pub fn end(self) -> u8 {
        if let Self::Other(number) = self {
            system::end_by(number);
        }
        self.exit_code().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_the_shells() {
        assert_eq!(Signal::Terminate.exit_code(), Some(143));
        assert_eq!(Signal::Interrupt.exit_code(), Some(130));
        assert_eq!(Signal::HangUp.exit_code(), Some(129));
        assert_eq!(Signal::Other(3).exit_code(), Some(131));
        assert_eq!(Signal::Continue.exit_code(), None);
    }
}
