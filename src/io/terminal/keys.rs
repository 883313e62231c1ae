//! What the terminal sends, as a stream that ends with the terminal.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;

use futures_util::{FutureExt as _, Stream};
use rustix::io::Errno;
use tokio::signal::unix::{self, SignalKind};
use tokio::sync::mpsc;
use tokio::time::{Instant, Sleep, sleep_until};
use zeroize::Zeroize as _;

use super::decode::Decoder;
use super::input::Input;
use super::signals::controlling;

/// Bytes that are read at once; a terminal holds no more than some thousands.
const PIECE: usize = 1 << 16;

/// Pieces that wait for a loop that is busy. The rest waits in the terminal.
const PIECES: usize = 64;

/// Keys, pastes, the mouse and the size of the terminal.
#[derive(Debug)]
pub struct Keys {
    pieces: mpsc::Receiver<Vec<u8>>,
    sizes: unix::Signal,
    decoder: Decoder,
    ready: VecDeque<Input>,
    /// When what the decoder holds has waited long enough.
    until: Option<Pin<Box<Sleep>>>,
}

impl Keys {
    /// Begins to listen. Call it inside the runtime.
    ///
    /// # Errors
    /// When there is no terminal to listen to.
    pub fn listen() -> io::Result<Self> {
        let terminal = controlling()?;
        let (tell, pieces) = mpsc::channel(PIECES);
        // A thread, because a terminal cannot be read without waiting unless everybody who has it open is made not to wait.
        // It ends with the terminal or with the process.
        thread::Builder::new().name("keys".into()).stack_size(64 << 10).spawn(move || read(&terminal, &tell))?;
        let sizes = unix::signal(SignalKind::window_change())?;
        Ok(Self { pieces, sizes, decoder: Decoder::default(), ready: VecDeque::new(), until: None })
    }

    fn take(&mut self, decode: impl FnOnce(&mut Decoder, &mut Vec<Input>)) {
        let mut inputs = Vec::new();
        decode(&mut self.decoder, &mut inputs);
        self.ready.extend(inputs);
        self.until = self.decoder.patience().map(|patience| Box::pin(sleep_until(Instant::now() + patience)));
    }
}

/// Passes on what the terminal sends until it is gone or nobody listens.
fn read(terminal: &OwnedFd, tell: &mpsc::Sender<Vec<u8>>) {
    let mut piece = vec![0; PIECE];
    loop {
        match rustix::io::read(terminal.as_fd(), piece.as_mut_slice()) {
            Ok(count @ 1..) => {
                let came = piece.get_mut(..count).unwrap_or_default();
                let told = tell.blocking_send(came.to_vec());
                // What is typed and pasted may be secret, and this place is kept as long as the program runs.
                came.zeroize();
                if told.is_err() {
                    return;
                }
            }
            Err(Errno::INTR | Errno::AGAIN) => {}
            Ok(0) | Err(_) => return,
        }
    }
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
            match self.pieces.poll_recv(context) {
                Poll::Ready(Some(piece)) => self.take(|decoder, out| decoder.feed(&piece, out)),
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
