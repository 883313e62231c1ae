//! Signals as a stream for the loop.

use std::future::poll_fn;
use std::io;
use std::task::Poll;

use rustix::process::Signal as Number;
use tokio::signal::unix::{self, SignalKind};
use tokio::sync::mpsc;

use super::hang_up;
use crate::io::terminal::signals::{HANG_UP, Signal};

/// The named signals of [`Signal::Other`]. Signals for bugs in the program itself (such as SIGSEGV) are not caught: they would
/// recur.
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

/// The real-time signals, which have no names and are fatal on Linux only.
const REAL_TIME: std::ops::Range<i32> = if cfg!(target_os = "linux") { 34..64 } else { 0..0 };

/// Ends the process as an uncaught signal does. Returns for an unknown signal.
pub fn end_by(number: i32) {
    let _ = signal_hook::low_level::emulate_default_handler(number);
}

/// The signals of this process.
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
    /// Starts listening. Must be called inside the runtime, before the terminal is taken over.
    ///
    /// # Errors
    ///
    /// If a handler cannot be installed.
    pub fn listen() -> io::Result<Self> {
        let on = |kind: SignalKind| unix::signal(kind);
        let numbers = OTHERS.iter().map(|number| number.as_raw()).chain(REAL_TIME);
        Ok(Self {
            terminate: on(SignalKind::terminate())?,
            interrupt: on(SignalKind::interrupt())?,
            hang_up: on(SignalKind::hangup())?,
            stop: on(SignalKind::from_raw(Number::TSTP.as_raw()))?,
            go_on: on(SignalKind::from_raw(Number::CONT.as_raw()))?,
            // A signal that cannot be caught ends the program as usual.
            others: numbers.filter_map(|number| Some((number, on(SignalKind::from_raw(number)).ok()?))).collect(),
            gone: hang_up::watch(HANG_UP),
        })
    }

    /// The next signal. Cancellation-safe (as in `select!`).
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

/// The number of the first signal that arrives.
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
