//! Signals as a stream for the loop.

use std::future::poll_fn;
use std::io;
use std::task::Poll;

use rustix::process::Signal as Number;
use tokio::signal::unix::{self, SignalKind};
use tokio::sync::mpsc;

use super::hang_up;

/// What the system asks of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM: end.
    Terminate,
    /// SIGINT from outside (in raw mode Ctrl-C is a key): end.
    Interrupt,
    /// SIGHUP, or the terminal is gone: keep the draft and end.
    HangUp,
    /// SIGTSTP: give the terminal back and stop ([`super::Guard::suspend`]).
    Stop,
    /// SIGCONT: the modes may be lost; set them and draw anew ([`super::Guard::resume`]).
    Continue,
    /// Any other that ends a process unless it is caught, by its number: keep the draft and end by it ([`Signal::end`]).
    Other(i32),
}

/// The named signals of [`Signal::Other`]. Those that tell of a fault in the program's own code (SIGSEGV and its like) are left
/// alone: to go on after one would be to meet it again.
const OTHERS: &[Number] = &[
    Number::QUIT,
    Number::USR1,
    Number::USR2,
    Number::ALARM,
    Number::VTALARM,
    Number::PROF,
    Number::XCPU,
    Number::XFSZ,
    Number::ABORT,
    Number::TRAP,
    Number::SYS,
    #[cfg(target_os = "linux")]
    Number::IO,
    #[cfg(target_os = "linux")]
    Number::POWER,
    #[cfg(target_os = "linux")]
    Number::STKFLT,
];

/// The real-time signals that a program may be sent; without names, and only on Linux do they end it.
const REAL_TIME: std::ops::Range<i32> = if cfg!(target_os = "linux") { 34..64 } else { 0..0 };

/// The exit code of a program that ends for SIGHUP.
const HANG_UP: u8 = 129;

impl Signal {
    /// The exit code of a program that ends for it: 128 and the signal's number. `None` for those that do not end it.
    pub const fn exit_code(self) -> Option<u8> {
        match self {
            Self::HangUp => Some(HANG_UP),
            Self::Interrupt => Some(130),
            Self::Terminate => Some(143),
            // 128 and a number of at most 64.
            Self::Other(number) => Some(128_u8.saturating_add(number as u8)),
            Self::Stop | Self::Continue => None,
        }
    }

    /// The end that it asks for, once the terminal is given back: as if it had not been caught, for whoever waits for the
    /// program to see. SIGTERM, SIGINT and SIGHUP are asked for politely, and end it with their exit code, which is given back.
    pub fn end(self) -> u8 {
        if let Self::Other(number) = self {
            // Returns for a signal that it does not know.
            let _ = signal_hook::low_level::emulate_default_handler(number);
        }
        self.exit_code().unwrap_or_default()
    }
}

/// The signals of this process, from now on.
#[derive(Debug)]
pub struct Signals {
    terminate: unix::Signal,
    interrupt: unix::Signal,
    hang_up: unix::Signal,
    stop: unix::Signal,
    go_on: unix::Signal,
    others: Vec<(i32, unix::Signal)>,
    gone: mpsc::Receiver<()>,
}

impl Signals {
    /// Begins to listen. Call it inside the runtime, before the terminal is taken.
    ///
    /// # Errors
    ///
    /// When the system refuses a handler.
    pub fn listen() -> io::Result<Self> {
        let on = |kind: SignalKind| unix::signal(kind);
        let numbers = OTHERS.iter().map(|number| number.as_raw()).chain(REAL_TIME);
        Ok(Self {
            terminate: on(SignalKind::terminate())?,
            interrupt: on(SignalKind::interrupt())?,
            hang_up: on(SignalKind::hangup())?,
            stop: on(SignalKind::from_raw(Number::TSTP.as_raw()))?,
            go_on: on(SignalKind::from_raw(Number::CONT.as_raw()))?,
            // One that cannot be caught ends the program as before.
            others: numbers.filter_map(|number| Some((number, on(SignalKind::from_raw(number)).ok()?))).collect(),
            gone: hang_up::watch(HANG_UP),
        })
    }

    /// The next signal. Safe to drop and call again (as in `select!`).
    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            biased;
            Some(()) = self.terminate.recv() => Signal::Terminate,
            Some(()) = self.interrupt.recv() => Signal::Interrupt,
            Some(()) = self.hang_up.recv() => Signal::HangUp,
            Some(()) = self.gone.recv() => Signal::HangUp,
            number = any_of(&mut self.others) => Signal::Other(number),
            Some(()) = self.stop.recv() => Signal::Stop,
            Some(()) = self.go_on.recv() => Signal::Continue,
        }
    }
}

/// The number of the first of these that comes.
async fn any_of(signals: &mut [(i32, unix::Signal)]) -> i32 {
    poll_fn(|context| {
        let came =
            signals.iter_mut().find_map(|(number, signal)| matches!(signal.poll_recv(context), Poll::Ready(Some(()))).then_some(*number));
        came.map_or(Poll::Pending, Poll::Ready)
    })
    .await
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

    #[test]
    fn a_signal_reaches_the_loop() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let got = runtime.block_on(async {
            let mut signals = Signals::listen().unwrap();
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::HUP).unwrap();
            signals.next().await
        });
        assert_eq!(got, Signal::HangUp);
    }
}
