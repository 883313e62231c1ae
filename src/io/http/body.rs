//! Reads a response body in chunks: decoded, limited in size, and kept up to an error.

use std::pin::Pin;
use std::time::{Duration, Instant};

use async_compression::futures::bufread::{BrotliDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
use async_compression::zstd::DParameter;
use futures_util::future::FutureExt as _;
use futures_util::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader, Cursor};
use futures_util::stream::{self, TryStreamExt as _};
use tokio::sync::mpsc;
use tokio::time::timeout_at;

use super::classify;
use super::error::{SendError, SendErrorKind};
use super::options::{Progress, SendOptions, stopped};
use super::phase::Phase;
use super::trace::{self, Trace};
use crate::domain::limits::{MAX_CODINGS, ZSTD_WINDOW_LOG};

/// Interval of progress reports.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// A body as far as it was read.
#[derive(Debug)]
pub struct Body {
    /// The decoded bytes.
    pub bytes: Vec<u8>,
    /// How it ended.
    pub end: BodyEnd,
}

/// How a body ended.
#[derive(Debug)]
pub enum BodyEnd {
    /// Completely.
    Whole,
    /// At the size limit.
    Capped,
    /// Completely, but in an unknown content coding.
    Undecoded(String),
    /// With an error.
    Failed(SendError),
    /// It was stopped.
    Stopped,
}

type Reader = Pin<Box<dyn AsyncRead + Send>>;

/// Reads a body until its end, the size limit, a time limit or an error.
pub async fn read(
    answer: reqwest::Response,
    coding: &str,
    options: &SendOptions,
    deadline: Instant,
    progress: &mpsc::Sender<Progress>,
    trace: &Trace,
) -> Body {
    let pieces = stream::try_unfold(answer, |mut answer| async move {
        let piece = answer.chunk().await.map_err(std::io::Error::other)?;
        Ok::<_, std::io::Error>(piece.map(|piece| (piece, answer)))
    });
    let mut raw = Box::pin(pieces.into_async_read());
    // A response to HEAD has a content coding but no body; to a decoder that would be a truncated body.
    let mut stop = options.stop.clone();
    let first = tokio::select! {
        biased;
        () = stopped(stop.as_mut()) => return Body { bytes: Vec::new(), end: BodyEnd::Stopped },
        first = with_time_limit(raw.fill_buf(), options, deadline, trace) => first,
    };
    match first {
        Ok([]) => return Body { bytes: Vec::new(), end: BodyEnd::Whole },
        Ok(_) => {}
        Err(fault) => return Body { bytes: Vec::new(), end: BodyEnd::Failed(fault) },
    }
    let (mut reader, unknown) = unpacked(raw, coding);
    let (mut bytes, mut piece) = (Vec::new(), vec![0_u8; 16 << 10]);
    let mut told = Instant::now();
    let end = loop {
        let read = tokio::select! {
            biased;
            () = stopped(stop.as_mut()) => break BodyEnd::Stopped,
            read = with_time_limit(reader.read(&mut piece), options, deadline, trace) => read,
        };
        let count = match read {
            Ok(count) => count,
            Err(fault) => break BodyEnd::Failed(fault),
        };
        let room = options.body_cap - bytes.len();
        let new = piece.get(..count).unwrap_or_default();
        bytes.extend_from_slice(new.get(..room).unwrap_or(new));
        if count > room {
            break BodyEnd::Capped;
        }
        if count == 0 {
            break unknown.map_or(BodyEnd::Whole, BodyEnd::Undecoded);
        }
        if told.elapsed() >= TELL_EVERY {
            told = Instant::now();
            let _ = progress.try_send(Progress::Body { bytes: bytes.len() as u64 });
        }
    };
    let _ = progress.try_send(Progress::Body { bytes: bytes.len() as u64 });
    Body { bytes, end }
}

/// The beginning of a body with its codings undone, as far as that goes.
pub fn decoded(bytes: Vec<u8>, coding: &str, most: usize) -> Vec<u8> {
    let (mut reader, _) = unpacked(Box::pin(Cursor::new(bytes)), coding);
    let (mut decoded, mut piece) = (Vec::new(), vec![0_u8; 16 << 10]);
    // What is in memory is there at once; a body that was cut ends in an error.
    while let Some(Ok(count @ 1..)) = reader.read(&mut piece).now_or_never() {
        let room = most.saturating_sub(decoded.len());
        decoded.extend_from_slice(piece.get(..count.min(room)).unwrap_or_default());
        if room == 0 {
            break;
        }
    }
    decoded
}

/// One read under the time limits.
async fn with_time_limit<T>(
    step: impl Future<Output = std::io::Result<T>>,
    options: &SendOptions,
    deadline: Instant,
    trace: &Trace,
) -> Result<T, SendError> {
    let limit = Instant::now() + options.timeouts.between;
    match timeout_at(limit.min(deadline).into(), step).await {
        Err(_) => Err(trace::timeout_error(Phase::Body, &options.timeouts, deadline < limit)),
        Ok(done) => done.map_err(|fault| broken(fault, trace)),
    }
}

/// Undoes the content codings, last one first (RFC 9110 section 8.4). If one is unknown, nothing is decoded and its name is
/// returned.
fn unpacked(packed: Pin<Box<dyn AsyncBufRead + Send>>, coding: &str) -> (Reader, Option<String>) {
    let names: Vec<String> =
        coding.split(',').map(|c| c.trim().to_ascii_lowercase()).filter(|c| !c.is_empty() && c != "identity").collect();
    let known = |name: &&String| matches!(name.as_str(), "gzip" | "x-gzip" | "deflate" | "br" | "zstd");
    if let Some(unknown) = names.iter().find(|n| !known(n)) {
        return (Box::pin(packed), Some(unknown.clone()));
    }
    if names.len() > MAX_CODINGS {
        return (Box::pin(packed), Some(coding.to_string()));
    }
    let mut reader = packed;
    for name in names.iter().rev() {
        let inner: Reader = match name.as_str() {
            "deflate" => Box::pin(ZlibDecoder::new(reader)),
            "br" => Box::pin(BrotliDecoder::new(reader)),
            "zstd" => {
                let mut decoder = ZstdDecoder::with_params(reader, &[DParameter::window_log_max(ZSTD_WINDOW_LOG)]);
                decoder.multiple_members(true);
                Box::pin(decoder)
            }
            // Both formats may consist of several members (RFC 1952 section 2.2, RFC 8878 section 3.1).
            _ => {
                let mut decoder = GzipDecoder::new(reader);
                decoder.multiple_members(true);
                Box::pin(decoder)
            }
        };
        reader = Box::pin(BufReader::new(inner));
    }
    (Box::pin(reader), None)
}

/// Connection errors are wrapped in I/O errors; anything else is a decoding error.
fn broken(fault: std::io::Error, trace: &Trace) -> SendError {
    match fault.downcast::<reqwest::Error>() {
        Ok(connection) => classify::send_error(connection, trace),
        Err(fault) if fault.kind() == std::io::ErrorKind::UnexpectedEof => {
            SendError::new(Phase::Body, SendErrorKind::EarlyEnd, "the compressed body ended early", "what was received is kept")
        }
        Err(fault) => SendError::new(
            Phase::Body,
            SendErrorKind::Protocol,
            format!("the body cannot be decompressed: {fault}"),
            "what was received is kept",
        ),
    }
}
