//! What Unix knows of files that others do not: kinds that are no files, modes, locks.

use std::fs::{DirBuilder, File, FileType, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileTypeExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use rustix::fs::{Access, FlockOperation, OFlags, access, flock};

pub use super::belongings::Belongings;
pub use super::pipe::read as read_pipe;

/// What something is that is neither a file nor a folder.
pub fn special(kind: FileType) -> &'static str {
    match () {
        () if kind.is_fifo() => "pipe",
        () if kind.is_socket() => "socket",
        () => "device",
    }
}

/// Whether it is a pipe.
pub fn is_pipe(kind: FileType) -> bool {
    kind.is_fifo()
}

/// Opens something to read from without waiting for it.
pub fn open_unwaited(path: &Path) -> io::Result<File> {
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits();
    OpenOptions::new().read(true).custom_flags(flags.cast_signed()).open(path)
}

/// Makes a folder that only the user can enter (0700), with those above it, whatever the umask.
pub fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Whether a file may be written to. One without any write permission is read-only even for those whom the system would let
/// through.
pub fn is_writable(path: &Path) -> io::Result<bool> {
    let may = std::fs::metadata(path)?.permissions().mode() & 0o222 != 0;
    Ok(may && access(path, Access::WRITE_OK).is_ok())
}

/// Waits until the names in a folder are on the disk; `sync` does so for a file.
pub fn sync_folder(folder: &Path, sync: impl FnOnce(&File) -> io::Result<()>) -> io::Result<()> {
    match sync(&File::open(folder)?) {
        // Some file systems have no such thing for folders.
        Err(fault) if fault.kind() == io::ErrorKind::InvalidInput => Ok(()),
        done => done,
    }
}

/// Opens a file and locks it; `None` when somebody holds it, or when it is no plain file of ours.
pub fn lock(path: &Path) -> Option<File> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path).ok()?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Err(rustix::io::Errno::WOULDBLOCK) => None,
        // A file system without locks: better offered twice than never.
        _ => Some(file),
    }
}
