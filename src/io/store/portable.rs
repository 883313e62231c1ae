//! The same as in `unix.rs` for systems that know of files, folders and a read-only mark alone.

use std::fs::{File, FileType, Metadata, Permissions};
use std::io;
use std::path::Path;

use super::ReadFault;

/// What something is that is neither a file nor a folder.
pub fn special(_: FileType) -> &'static str {
    "device"
}

/// Whether it is a pipe.
pub fn is_pipe(_: FileType) -> bool {
    false
}

/// Opens something to read from.
pub fn open_unwaited(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Reads a pipe to its end: there are none here that have a path.
pub fn read_pipe(_: &Path, _: u64) -> Result<Vec<u8>, ReadFault> {
    Err(ReadFault::Special("pipe"))
}

/// Makes a folder, with those above it; below the user's own folders nobody else may enter it.
pub fn private_folder(path: &Path) -> io::Result<()> {
    std::fs::create_dir_all(path)
}

/// Whether a file may be written to.
pub fn is_writable(path: &Path) -> io::Result<bool> {
    Ok(!std::fs::metadata(path)?.permissions().readonly())
}

/// The names in a folder are on the disk when the system says so.
pub fn sync_folder(_: &Path, _: impl FnOnce(&File) -> io::Result<()>) -> io::Result<()> {
    Ok(())
}

/// Opens a file. Without locks, what is held by a session is offered to the others too: better twice than never.
pub fn lock(path: &Path) -> Option<File> {
    std::fs::symlink_metadata(path).ok().filter(Metadata::is_file).and_then(|_| File::open(path).ok())
}

/// What belongs to a file besides its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Belongings(Permissions);

/// What of it a new file did not get, in words; and the permissions that it may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// What was not kept.
    pub not_kept: Vec<String>,
    /// The permissions.
    pub permissions: Permissions,
}

impl Belongings {
    /// Those of the file at a path.
    ///
    /// # Errors
    /// When there is none.
    pub fn of(path: &Path) -> io::Result<Self> {
        Ok(Self(std::fs::metadata(path)?.permissions()))
    }

    /// Gives nothing but the permissions, which are for the caller to set.
    pub fn give(&self, _: &File) -> Given {
        Given { not_kept: Vec::new(), permissions: self.0.clone() }
    }

    /// There is no access list.
    pub fn give_access_list(&self, _: &File) {}
}
