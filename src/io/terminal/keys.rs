//! What the terminal sends, as a stream that ends with the terminal.

use std::io;
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::task::{Context, Poll};

use crossterm::event::{Event, EventStream};
use futures_util::{Stream, StreamExt as _};

use super::signals::{controlling, is_hung_up};

/// The events of the terminal.
///
/// crossterm reads a terminal that is gone again and again and never returns, so it is not asked any more as soon as the
/// terminal hangs up.
#[derive(Debug)]
pub struct Keys {
    events: EventStream,
    terminal: Option<OwnedFd>,
}

impl Keys {
    /// Begins to listen.
    pub fn listen() -> Self {
        Self { events: EventStream::new(), terminal: controlling().ok() }
    }
}

impl Stream for Keys {
    type Item = io::Result<Event>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.terminal.as_ref().is_some_and(is_hung_up) {
            return Poll::Ready(None);
        }
        self.events.poll_next_unpin(context)
    }
}
