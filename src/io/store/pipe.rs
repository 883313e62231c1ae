//! Reads a pipe given instead of a file, for a limited time.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;

use super::ReadFault;
use crate::domain::limits::{PIPE_SECONDS, WRITER_SECONDS};

/// Opens something for reading without blocking.
pub fn open_unwaited(path: &Path) -> io::Result<File> {
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits();
    OpenOptions::new().read(true).custom_flags(flags.cast_signed()).open(path)
}

/// Reads a pipe, at most `limit` bytes.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, ReadFault> {
    let mut pipe = open_unwaited(path)?;
    let start = Instant::now();
    let left = |seconds| Duration::from_secs(seconds).saturating_sub(start.elapsed());
    let (mut bytes, mut piece) = (Vec::new(), vec![0; 64 << 10]);
    loop {
        let (timeout, late) = match pipe.read(&mut piece) {
            // Without a writer a pipe reads as if at its end; until data came, a writer may still come.
            Ok(0) if bytes.is_empty() => (left(WRITER_SECONDS), ReadFault::NoWriter),
            Ok(0) => return Ok(bytes),
            Ok(count) => {
                bytes.extend_from_slice(piece.get(..count).unwrap_or_default());
                if bytes.len() as u64 > limit {
                    return Err(ReadFault::TooLarge(limit));
                }
                // A writer that never pauses hits the time limit too.
                if left(PIPE_SECONDS).is_zero() {
                    return Err(ReadFault::Unfinished(PIPE_SECONDS));
                }
                continue;
            }
            Err(fault) if fault.kind() == io::ErrorKind::Interrupted => continue,
            Err(fault) if fault.kind() == io::ErrorKind::WouldBlock => (left(PIPE_SECONDS), ReadFault::Unfinished(PIPE_SECONDS)),
            Err(fault) => return Err(fault.into()),
        };
        if timeout.is_zero() {
            return Err(late);
        }
        let mut watched = [PollFd::new(&pipe, PollFlags::IN)];
        match poll(&mut watched, Timespec::try_from(timeout).ok().as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(fault) => return Err(io::Error::from(fault).into()),
        }
        // A writer came and left without writing.
        let is_over = |flags: PollFlags| flags.contains(PollFlags::HUP) && !flags.contains(PollFlags::IN);
        if bytes.is_empty() && is_over(watched[0].revents()) {
            return Ok(bytes);
        }
    }
}
