//! Files: size-limited reads, atomic saves, and access restricted to the folder that names a file.

pub mod disk;
#[cfg(unix)]
mod file_metadata;
pub mod folder;
#[cfg(unix)]
mod pipe;
#[cfg(not(unix))]
mod portable;
pub mod save;
#[cfg(unix)]
mod unix;
pub mod workspace;

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

#[cfg(not(unix))]
use portable as system;
#[cfg(unix)]
use unix as system;

pub use crate::domain::limits::{MAX_FILES, MAX_FOLDERS, MAX_RECORDING, MAX_TEXT};
pub use folder::{Folder, FolderError};
pub use save::{Expected, SaveError, Saved, Stamp, save_atomic};
pub use workspace::{FileKind, SourceFile, Workspace};

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {fault}", path.display())]
pub struct ReadError {
    /// The path as given.
    pub path: PathBuf,
    /// The reason.
    pub fault: ReadFault,
}

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadFault {
    /// It does not exist.
    #[error("no such file")]
    Missing,
    /// Access is denied.
    #[error("permission denied")]
    Denied,
    /// It is a folder.
    #[error("is a folder, not a file")]
    Folder,
    /// It is a pipe, a device or a socket, which could block forever.
    #[error("is a {0}, not a file")]
    Special(&'static str),
    /// It is a pipe without a writer.
    #[error("is a pipe that nobody writes to")]
    NoWriter,
    /// It is a pipe that is still being written to after some seconds.
    #[error("is a pipe that did not end within {0} s")]
    Unfinished(u64),
    /// It is larger than the limit, in bytes.
    #[error("is larger than the limit of {} MiB", .0 >> 20)]
    TooLarge(u64),
    /// The workspace has too many files.
    #[error("contains more than {0} request files; the rest was skipped")]
    TooMany(usize),
    /// Folders are nested too deeply.
    #[error("is more than {0} folders deep and was skipped")]
    TooDeep(usize),
    /// Anything else, in the system's words.
    #[error("{0}")]
    Other(String),
}

impl From<io::Error> for ReadFault {
    fn from(fault: io::Error) -> Self {
        match fault.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::PermissionDenied => Self::Denied,
            io::ErrorKind::IsADirectory => Self::Folder,
            _ => Self::Other(fault.to_string()),
        }
    }
}

/// Reads a regular file of at most `limit` bytes. Never blocks: pipes, devices and sockets are refused.
///
/// # Errors
///
/// [`ReadError`] with the path and the reason.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    read_file(path, limit).map_err(|fault| ReadError { path: path.to_path_buf(), fault })
}

/// Reads what a user names as a file: a regular file as [`read`] does, or a pipe such as the shell's `<(command)`, for a limited
/// time.
///
/// # Errors
///
/// As [`read`], and if a pipe takes too long.
pub fn read_argument(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let is_pipe = std::fs::metadata(path).is_ok_and(|metadata| system::is_pipe(metadata.file_type()));
    if !is_pipe {
        return read(path, limit);
    }
    system::read_pipe(path, limit).map_err(|fault| ReadError { path: path.to_path_buf(), fault })
}

fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, ReadFault> {
    // Checked before opening, because opening a device can have side effects (rewinding a tape), and after, because it may have
    // been replaced in between. Without NONBLOCK, opening a pipe without a writer would block.
    regular(&std::fs::metadata(path)?)?;
    let file: File = system::open_unwaited(path)?;
    let metadata = file.metadata()?;
    regular(&metadata)?;
    if metadata.len() > limit {
        return Err(ReadFault::TooLarge(limit));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
    take(file, limit, &mut bytes)?;
    Ok(bytes)
}

/// Reads standard input, at most `limit` bytes.
///
/// # Errors
///
/// If it is longer or cannot be read.
pub fn read_stdin(limit: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    match take(io::stdin().lock(), limit, &mut bytes) {
        Ok(()) => Ok(bytes),
        Err(fault) => Err(ReadError { path: PathBuf::from("-"), fault }),
    }
}

/// Reads to the end. A file can grow meanwhile, and some (in /proc) have no length, so the bytes read are counted.
fn take(from: impl Read, limit: u64, bytes: &mut Vec<u8>) -> Result<(), ReadFault> {
    from.take(limit + 1).read_to_end(bytes)?;
    if bytes.len() as u64 > limit { Err(ReadFault::TooLarge(limit)) } else { Ok(()) }
}

fn regular(metadata: &Metadata) -> Result<(), ReadFault> {
    let kind = metadata.file_type();
    match () {
        () if kind.is_file() => Ok(()),
        () if kind.is_dir() => Err(ReadFault::Folder),
        () => Err(ReadFault::Special(system::special(kind))),
    }
}

/// Creates a folder, and its parents, that only the user can enter (0700), whatever the umask; an existing one is left as it is.
///
/// # Errors
///
/// Any I/O error.
pub fn private_folder(path: &Path) -> io::Result<()> {
    system::private_folder(path)
}

/// Opens and locks a file; `None` if it is locked already or is not a regular file of the user.
pub fn lock(path: &Path) -> Option<File> {
    system::lock(path)
}
