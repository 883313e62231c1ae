//! Files: read under limits, saved whole or not at all, and only inside the folder that named them.

#[cfg(unix)]
mod belongings;
pub mod disk;
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
    /// The path as it was given.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: ReadFault,
}

/// What is wrong with a file that should be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadFault {
    /// There is none.
    #[error("no such file")]
    Missing,
    /// The system does not let us.
    #[error("permission denied")]
    Denied,
    /// It is a folder.
    #[error("is a folder, not a file")]
    Folder,
    /// It is a pipe, a device or a socket, which could wait for ever.
    #[error("is a {0}, not a file")]
    Special(&'static str),
    /// It is a pipe, and nobody writes to it.
    #[error("is a pipe that nobody writes to")]
    NoWriter,
    /// It is a pipe that is still written to after so many seconds.
    #[error("is a pipe that did not come to its end within {0} s")]
    Unfinished(u64),
    /// It is larger than the limit, in bytes.
    #[error("is larger than the limit of {} MiB", .0 >> 20)]
    TooLarge(u64),
    /// More files than one workspace may have.
    #[error("holds more than {0} files of requests; the rest was left out")]
    TooMany(usize),
    /// More folders inside one another than are walked.
    #[error("lies more than {0} folders deep and was left out")]
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

/// Reads a regular file of at most `limit` bytes. Never hangs: pipes, devices and sockets are refused unread.
///
/// # Errors
///
/// [`ReadError`] with the path and the fault.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    read_file(path, limit).map_err(|fault| ReadError { path: path.to_path_buf(), fault })
}

/// Reads what a user names in the place of a file: a regular file as [`read`] does, or a pipe, such as the shell's `<(command)`, to
/// its end, for a limited time.
///
/// # Errors
///
/// As [`read`], and that a pipe takes too long.
pub fn read_argument(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let is_pipe = std::fs::metadata(path).is_ok_and(|metadata| system::is_pipe(metadata.file_type()));
    if !is_pipe {
        return read(path, limit);
    }
    system::read_pipe(path, limit).map_err(|fault| ReadError { path: path.to_path_buf(), fault })
}

fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, ReadFault> {
    // Looked at before opening, because opening a device can already do something (rewind a tape); and after, because it
    // can have been exchanged in between. Without NONBLOCK opening a pipe that nobody writes to would hang.
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

/// Reads standard input to its end, at most `limit` bytes.
///
/// # Errors
///
/// When it is longer, or cannot be read.
pub fn read_stdin(limit: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    match take(io::stdin().lock(), limit, &mut bytes) {
        Ok(()) => Ok(bytes),
        Err(fault) => Err(ReadError { path: PathBuf::from("-"), fault }),
    }
}

/// Reads to the end. A file can grow while it is read, and some (under /proc) do not tell their length: what is counted is
/// what came.
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

/// Makes a folder that only the user can enter (0700), with those above it, whatever the umask; one that is there is left
/// as it is.
///
/// # Errors
///
/// What the system says.
pub fn private_folder(path: &Path) -> io::Result<()> {
    system::private_folder(path)
}

/// Opens a file and locks it; `None` when somebody holds it, or when it is no plain file of ours.
pub fn lock(path: &Path) -> Option<File> {
    system::lock(path)
}
