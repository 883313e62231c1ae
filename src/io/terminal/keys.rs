//! What the terminal sends, as a stream that ends with the terminal.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::{FutureExt as _, Stream};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::stdio::{stdin, stdout};
use tokio::io::unix::AsyncFd;
use tokio::signal::unix::{self, SignalKind};
use tokio::time::{Instant, Sleep, sleep_until};
use zeroize::Zeroizing;

use super::decode::Decoder;
use super::input::Input;
use super::{UNWAITED, reopened, watched};

/// Bytes that are read at once: as many as a terminal of Linux holds. More waits in whatever feeds it.
const PIECE: usize = 4096;

/// Keys, pastes, the mouse and the size of the terminal.
#[derive(Debug)]
pub struct Keys {
    terminal: AsyncFd<OwnedFd>,
    sizes: unix::Signal,
    decoder: Decoder,
    ready: VecDeque<Input>,
    /// When what the decoder holds has waited long enough.
    until: Option<Pin<Box<Sleep>>>,
}

impl Keys {
    /// Begins to listen. Call it inside the runtime, and before the size of the screen is asked for: a change after that is told.
    ///
    /// # Errors
    /// When there is no terminal to listen to.
    pub fn listen() -> io::Result<Self> {
        let sizes = unix::signal(SignalKind::window_change())?;
        Ok(Self { terminal: terminal()?, sizes, decoder: Decoder::default(), ready: VecDeque::new(), until: None })
    }

    fn take(&mut self, decode: impl FnOnce(&mut Decoder, &mut Vec<Input>)) {
        let mut inputs = Vec::new();
        decode(&mut self.decoder, &mut inputs);
        self.ready.extend(inputs);
        self.until = self.decoder.patience().map(|patience| Box::pin(sleep_until(Instant::now() + patience)));
    }

    /// Takes in what the terminal has for the program; `None` when there will never be anything any more.
    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<()>> {
        loop {
            let Ok(mut ready) = ready!(self.terminal.poll_read_ready(context)) else { return Poll::Ready(None) };
            // What is typed and pasted may be secret.
            let mut piece = Zeroizing::new([0; PIECE]);
            match rustix::io::read(self.terminal.as_fd(), &mut piece[..]) {
                Ok(count @ 1..) => {
                    let came = piece.get(..count).unwrap_or_default();
                    self.take(|decoder, out| decoder.feed(came, out));
                    return Poll::Ready(Some(()));
                }
                Err(Errno::AGAIN) => ready.clear_ready(),
                Err(Errno::INTR) => {}
                Ok(0) | Err(_) => return Poll::Ready(None),
            }
        }
    }
}

/// The terminal that keys come from: the one behind standard input or, with that used up, the controlling one. By this name
/// it may also be opened by who does not own it (after `su`), but not be watched on every system.
fn terminal() -> io::Result<AsyncFd<OwnedFd>> {
    let controlling = || rustix::fs::open("/dev/tty", OFlags::RDONLY | UNWAITED, Mode::empty());
    reopened(stdin(), OFlags::RDONLY)
        .and_then(watched)
        .or_else(|_| watched(controlling()?))
        .or_else(|_| watched(reopened(stdout(), OFlags::RDONLY)?))
}

impl Stream for Keys {
    type Item = Input;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Input>> {
        loop {
            if let Some(input) = self.ready.pop_front() {
                return Poll::Ready(Some(input));
            }
            if let Poll::Ready(Some(())) = self.sizes.poll_recv(context)
                && let Ok((width, height)) = crossterm::terminal::size()
            {
                return Poll::Ready(Some(Input::Resize(width, height)));
            }
            // What came is taken before it is said that nothing did: the loop may have been busy for longer than a pause.
            match self.poll_piece(context) {
                Poll::Ready(Some(())) => {}
                Poll::Ready(None) if self.until.is_some() => self.take(Decoder::quiet),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => match self.until.as_mut().map(|until| until.poll_unpin(context)) {
                    Some(Poll::Ready(())) => self.take(Decoder::quiet),
                    _ => return Poll::Pending,
                },
            }
        }
    }
}
