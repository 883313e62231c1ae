//! The counterpart of `unix.rs` for systems with only files, folders and a read-only flag.

use std::fs::{File, FileType, Metadata, Permissions};
use std::io;
use std::path::Path;

use super::ReadFault;

/// There is no limit for the size of a file.
pub const fn largest_file() -> Option<u64> {
    None
}

/// The kind of something that is neither a file nor a folder.
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

/// There are no pipes with a path here.
pub fn read_pipe(_: &Path, _: u64) -> Result<Vec<u8>, ReadFault> {
    Err(ReadFault::Special("pipe"))
}

/// Creates a folder and its parents; under the user's own folders nobody else may enter it.
pub fn private_folder(path: &Path) -> io::Result<()> {
    std::fs::create_dir_all(path)
}

/// Whether a file may be written to.
pub fn is_writable(path: &Path) -> io::Result<bool> {
    Ok(!std::fs::metadata(path)?.permissions().readonly())
}

/// How many names a file has is not told here.
pub fn links(_: &Path) -> io::Result<u64> {
    Ok(1)
}

/// Directory entries are durable when the system says so.
pub fn sync_folder(_: &Path, _: impl FnOnce(&File) -> io::Result<()>) -> io::Result<()> {
    Ok(())
}

/// Opens a file. Without locks a draft may be offered twice, which is better than never.
pub fn lock(path: &Path) -> Option<File> {
    std::fs::symlink_metadata(path).ok().filter(Metadata::is_file).and_then(|_| File::open(path).ok())
}

/// The metadata of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileMetadata(Permissions);

/// What was not applied to a new file, and its permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedMetadata {
    /// What was not kept, in words.
    pub not_kept: Vec<String>,
    /// The permissions.
    pub permissions: Permissions,
}

impl FileMetadata {
    /// Reads the metadata of a file.
    ///
    /// # Errors
    /// If there is no such file.
    pub fn of(path: &Path) -> io::Result<Self> {
        Ok(Self(std::fs::metadata(path)?.permissions()))
    }

    /// Applies nothing; the caller sets the permissions.
    pub fn apply_to(&self, _: &File) -> AppliedMetadata {
        AppliedMetadata { not_kept: Vec::new(), permissions: self.0.clone() }
    }

    /// There is no ACL.
    pub fn apply_access_list(&self, _: &File) {}
}
