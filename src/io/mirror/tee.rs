//! A body that passes through, whose beginning is kept.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use hyper::body::{Body, Bytes, Frame, SizeHint};

/// What was kept of a body.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Its beginning.
    pub bytes: Vec<u8>,
    /// How long all of it is that came.
    pub whole: u64,
    /// Why it ended early.
    pub fault: Option<String>,
}

impl Kept {
    /// Keeps a piece, as far as there is room for so many bytes in all.
    pub fn add(&mut self, piece: &[u8], most: usize) {
        let room = most.saturating_sub(self.bytes.len());
        self.bytes.extend_from_slice(piece.get(..room.min(piece.len())).unwrap_or_default());
        self.whole += piece.len() as u64;
    }

    /// True if there was more than what is kept.
    pub const fn is_cut(&self) -> bool {
        self.whole > self.bytes.len() as u64
    }
}

/// The other end wanted no more of a body that had not ended.
pub const LEFT: &str = "the other end left before the body had ended";

/// What is done with it once the body has ended, or nobody wants the rest of it.
type AtEnd = Box<dyn FnOnce(Kept) + Send>;

/// A body that passes through.
pub struct Tee<B: Body> {
    inner: B,
    most: usize,
    kept: Kept,
    // A lock, so that the body can be shared between threads, as its carriers ask for.
    at_end: Mutex<Option<AtEnd>>,
}

impl<B: Body> Tee<B> {
    /// Keeps this many bytes of a body.
    pub fn new(inner: B, most: usize, at_end: impl FnOnce(Kept) + Send + 'static) -> Self {
        Self { inner, most, kept: Kept::default(), at_end: Mutex::new(Some(Box::new(at_end))) }
    }

    fn end(&mut self) {
        let at_end = self.at_end.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(at_end) = at_end {
            at_end(std::mem::take(&mut self.kept));
        }
    }
}

impl<B: Body> Drop for Tee<B> {
    fn drop(&mut self) {
        if !self.inner.is_end_stream() {
            self.kept.fault.get_or_insert_with(|| LEFT.to_string());
        }
        self.end();
    }
}

impl<B> Body for Tee<B>
where
    B: Body<Data = Bytes, Error: std::fmt::Display> + Unpin,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.get_mut();
        let frame = ready!(Pin::new(&mut this.inner).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => {
                frame.data_ref().into_iter().for_each(|data| this.kept.add(data, this.most));
            }
            Some(Err(why)) => {
                this.kept.fault = Some(why.to_string());
                this.end();
            }
            None => this.end(),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http_body_util::{BodyExt as _, Full};

    use super::*;

    fn kept_of(text: &'static str, most: usize, is_read: bool) -> Kept {
        let kept = Arc::new(Mutex::new(Kept::default()));
        let to = Arc::clone(&kept);
        let body = Tee::new(Full::new(Bytes::from(text)), most, move |all| *to.lock().unwrap() = all);
        if is_read {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            assert_eq!(runtime.block_on(body.collect()).unwrap().to_bytes(), text);
        } else {
            drop(body);
        }
        let kept = kept.lock().unwrap();
        kept.clone()
    }

    #[test]
    fn whoever_leaves_early_is_told_of() {
        assert_eq!(kept_of("abc", 4, false).fault.as_deref(), Some(LEFT));
        assert_eq!(kept_of("abc", 4, true).fault, None);
        assert_eq!(kept_of("", 4, false).fault, None, "there was nothing to want");
    }

    #[test]
    fn the_beginning_is_kept_and_all_of_it_passes() {
        let kept = kept_of("abcdef", 4, true);
        assert_eq!((kept.bytes.as_slice(), kept.whole, kept.is_cut()), (b"abcd".as_slice(), 6, true));
        assert!(!kept_of("abc", 4, true).is_cut());
        assert_eq!(kept_of("abc", 4, false).whole, 0, "what nobody reads ends too");
    }
}
