//! The steps of a save, one by one, so that a test can let each of them fail.

use std::fs::{self, File, Permissions};
use std::io::{self, Write as _};
use std::path::Path;

/// What a save does to a disk.
pub trait Disk {
    /// Makes a new file that only the user can read.
    ///
    /// # Errors
    /// When there is one, or the system refuses; so for all steps.
    fn create(&self, path: &Path) -> io::Result<File>;
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
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Puts a file in a place where none is, in one step.
    ///
    /// # Errors
    /// When there is one.
    fn place(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    ///
    /// # Errors
    /// When the system refuses.
    fn remove(&self, path: &Path) -> io::Result<()>;
}

/// The disk of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn create(&self, path: &Path) -> io::Result<File> {
        super::create_private(path)
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

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn place(&self, from: &Path, to: &Path) -> io::Result<()> {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            // A file system that cannot do it (some network ones): the plain step, after a look.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) if fs::symlink_metadata(to).is_err() => fs::rename(from, to),
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Err(Errno::EXIST.into()),
            done => Ok(done?),
        }
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }
}
