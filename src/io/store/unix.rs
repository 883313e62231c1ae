//! Unix specifics: file kinds, modes, locks.

use std::fs::{DirBuilder, File, FileType, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use rustix::fs::{Access, FlockOperation, OFlags, access, flock};
use rustix::process::{Resource, getrlimit};

pub use super::file_metadata::FileMetadata;
pub use super::pipe::{open_unwaited, read as read_pipe};

/// The kind of something that is neither a file nor a folder.
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

/// Bytes that a file of this process may have (`ulimit -f`), where there is a limit.
pub fn largest_file() -> Option<u64> {
    getrlimit(Resource::Fsize).current
}

/// Creates a folder and its parents that only the user can enter (0700), whatever the umask.
pub fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Whether a file is writable. One without any write permission counts as read-only even for the superuser.
pub fn is_writable(path: &Path) -> io::Result<bool> {
    let may = std::fs::metadata(path)?.permissions().mode() & 0o222 != 0;
    Ok(may && access(path, Access::WRITE_OK).is_ok())
}

/// How many names a file has.
pub fn links(path: &Path) -> io::Result<u64> {
    Ok(std::fs::metadata(path)?.nlink())
}

/// Waits until the entries of a folder are on disk; `sync` syncs a file.
pub fn sync_folder(folder: &Path, sync: impl FnOnce(&File) -> io::Result<()>) -> io::Result<()> {
    match sync(&File::open(folder)?) {
        // Some file systems cannot sync folders.
        Err(fault) if fault.kind() == io::ErrorKind::InvalidInput => Ok(()),
        done => done,
    }
}

/// Opens and locks a file; `None` if it is locked already or is not a regular file of the user.
pub fn lock(path: &Path) -> Option<File> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path).ok()?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Err(rustix::io::Errno::WOULDBLOCK) => None,
        // Without locks a draft may be offered twice, which is better than never.
        _ => Some(file),
    }
}
