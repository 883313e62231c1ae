//! The single steps of a save, so that tests can make each of them fail.

use std::fs::{self, File, Permissions};
use std::io::{self, Seek as _, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

use super::system;

/// The disk operations of a save.
pub trait Disk {
    /// Creates a file in a folder that only the user can read. It is removed when dropped, unless it was moved to its place.
    ///
    /// # Errors
    /// Any I/O error, as for all steps.
    fn create(&self, folder: &Path, prefix: &str) -> io::Result<NamedTempFile>;
    /// Writes all bytes.
    ///
    /// # Errors
    /// Disk full, for one.
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()>;
    /// Sets the permissions of the file that it replaces.
    ///
    /// # Errors
    /// Any I/O error.
    fn allow(&self, file: &File, permissions: Permissions) -> io::Result<()>;
    /// Waits until the file is on disk.
    ///
    /// # Errors
    /// Any I/O error.
    fn sync(&self, file: &File) -> io::Result<()>;
    /// Replaces a file atomically.
    ///
    /// # Errors
    /// Any I/O error.
    fn replace(&self, file: NamedTempFile, to: &Path) -> io::Result<()>;
    /// Moves a file to a place where none exists, atomically.
    ///
    /// # Errors
    /// If one exists.
    fn place(&self, file: NamedTempFile, to: &Path) -> io::Result<()>;
}

/// Writes all bytes where the file is at. Beyond the limit for the size of a file it is an error at once: the system would end the
/// process instead (SIGXFSZ), in the middle of a save.
///
/// # Errors
/// Any I/O error.
pub fn write_within_limit(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    if let Some(largest) = system::largest_file()
        && file.stream_position()?.saturating_add(bytes.len() as u64) > largest
    {
        let why = format!("it would be larger than this system allows a file of this program to be: {largest} bytes (ulimit -f)");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
    }
    file.write_all(bytes)
}

/// The real disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn create(&self, folder: &Path, prefix: &str) -> io::Result<NamedTempFile> {
        // Named after the process, so that one that is left over says whose it was.
        let name = format!("{prefix}{}", std::process::id());
        let named = tempfile::Builder::new().prefix(&name).rand_bytes(0).tempfile_in(folder);
        named.or_else(|_| tempfile::Builder::new().prefix(prefix).tempfile_in(folder))
    }

    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        write_within_limit(file, bytes)
    }

    fn allow(&self, file: &File, permissions: Permissions) -> io::Result<()> {
        file.set_permissions(permissions)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    fn replace(&self, file: NamedTempFile, to: &Path) -> io::Result<()> {
        file.persist(to)?;
        Ok(())
    }

    fn place(&self, file: NamedTempFile, to: &Path) -> io::Result<()> {
        match file.persist_noclobber(to) {
            Ok(_) => Ok(()),
            // Some network file systems cannot do that: check, then replace.
            Err(refused) if fs::symlink_metadata(to).is_err() => self.replace(refused.file, to),
            Err(refused) => Err(refused.error),
        }
    }
}
