//! The steps of a save, one by one, so that a test can let each of them fail.

use std::fs::{self, File, Permissions};
use std::io::{self, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

/// What a save does to a disk.
pub trait Disk {
    /// Makes a new file in a folder that only the user can read. It goes when it is dropped, unless it was put in its place.
    ///
    /// # Errors
    /// When the system refuses; so for all steps.
    fn create(&self, folder: &Path, prefix: &str) -> io::Result<NamedTempFile>;
    /// Writes all bytes.
    ///
    /// # Errors
    /// Disk full, for one.
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()>;
    /// Gives the file the mode of the one that it replaces.
    ///
    /// # Errors
    /// When the system refuses.
    fn allow(&self, file: &File, permissions: Permissions) -> io::Result<()>;
    /// Waits until the file's bytes are on the disk.
    ///
    /// # Errors
    /// When the disk fails.
    fn sync(&self, file: &File) -> io::Result<()>;
    /// Puts a file in the place of another, in one step.
    ///
    /// # Errors
    /// When the system refuses.
    fn replace(&self, file: NamedTempFile, to: &Path) -> io::Result<()>;
    /// Puts a file in a place where none is, in one step.
    ///
    /// # Errors
    /// When there is one.
    fn place(&self, file: NamedTempFile, to: &Path) -> io::Result<()>;
}

/// The disk of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn create(&self, folder: &Path, prefix: &str) -> io::Result<NamedTempFile> {
        tempfile::Builder::new().prefix(prefix).tempfile_in(folder)
    }

    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
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
            // A file system that cannot do it (some network ones): the plain step, after a look.
            Err(refused) if fs::symlink_metadata(to).is_err() => self.replace(refused.file, to),
            Err(refused) => Err(refused.error),
        }
    }
}
