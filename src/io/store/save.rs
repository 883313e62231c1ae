//! Atomic saves: afterwards the file is the old one or the new one, and never overwrites somebody else's changes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest;

use super::disk::{Disk, RealDisk};
use super::system::{self, FileMetadata};
use super::{MAX_RECORDING, ReadFault, read};

/// What a file held when it was read or saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp([u8; 32]);

impl Stamp {
    /// The hash of these bytes (SHA-256). Modification times are unreliable: copies, checkouts and clocks falsify them.
    pub fn of(bytes: &[u8]) -> Self {
        let mut stamp = [0; 32];
        // SHA-256 always has 32 bytes.
        for (to, from) in stamp.iter_mut().zip(digest::digest(&digest::SHA256, bytes).as_ref()) {
            *to = *from;
        }
        Self(stamp)
    }
}

/// What the caller expects to be on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// No file; a new one is created.
    Nothing,
    /// A file with these bytes.
    Stamped(Stamp),
    /// Anything; the user has seen the conflict and decided.
    Anything,
}

/// A file that was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// What it holds now.
    pub stamp: Stamp,
    /// Metadata that could not be kept, in words.
    pub not_kept: Vec<String>,
}

/// Why a file was not saved. The old one is untouched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SaveError {
    /// Another program changed it; these are its bytes, `None` if it was deleted.
    #[error("the file changed on disk since it was read")]
    Conflict {
        /// The bytes on disk.
        theirs: Option<Vec<u8>>,
    },
    /// The file, its folder or the whole disk is read-only.
    #[error("it is read-only")]
    ReadOnly,
    /// The disk or the quota is full.
    #[error("the disk is full")]
    DiskFull,
    /// The folder does not exist.
    #[error("its folder does not exist")]
    NoFolder,
    /// It is not a regular file.
    #[error("it {0}")]
    NotAFile(ReadFault),
    /// Anything else, in the system's words.
    #[error("{0}")]
    Other(String),
}

impl From<io::Error> for SaveError {
    fn from(fault: io::Error) -> Self {
        match fault.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Self::DiskFull,
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::NoFolder,
            _ => Self::Other(fault.to_string()),
        }
    }
}

/// Saves a file atomically: writes a new file next to it, syncs it, and moves it into place.
///
/// A symlink is followed and its target replaced. Mode, group, owner and extended attributes are kept as far as the system
/// permits; a new file is the user's alone (0600). Other hard links to the old file keep the old bytes.
///
/// # Errors
///
/// [`SaveError`]; the old file is untouched then, unless the error came from syncing the folder, when the new file is complete
/// and in place.
pub fn save_atomic(path: &Path, bytes: &[u8], expected: Expected) -> Result<Saved, SaveError> {
    save_on(&RealDisk, path, bytes, expected)
}

/// The same on any disk.
///
/// # Errors
///
/// As [`save_atomic`].
pub fn save_on(disk: &dyn Disk, path: &Path, bytes: &[u8], expected: Expected) -> Result<Saved, SaveError> {
    let target = target(path)?;
    let before = current(&target)?;
    agree(before.as_deref(), expected)?;
    let file_metadata = file_metadata(&target, before.is_some())?;
    let mut not_kept = Vec::new();
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Removed if anything below fails.
    let mut file = disk.create(folder, &prefix(&target)?)?;
    disk.write(file.as_file_mut(), bytes)?;
    if let Some(file_metadata) = &file_metadata {
        let given = file_metadata.apply_to(file.as_file());
        disk.allow(file.as_file(), given.permissions)?;
        file_metadata.apply_access_list(file.as_file());
        not_kept = given.not_kept;
    }
    disk.sync(file.as_file())?;
    // Checked again as late as possible: writing took time, and the remaining race is one system call long.
    agree(current(&target)?.as_deref(), expected)?;
    if before.is_some() || expected == Expected::Anything {
        disk.replace(file, &target)?;
    } else {
        disk.place(file, &target).map_err(|fault| match fault.kind() {
            io::ErrorKind::AlreadyExists => SaveError::Conflict { theirs: current(&target).ok().flatten() },
            _ => fault.into(),
        })?;
    }
    let saved = Saved { stamp: Stamp::of(bytes), not_kept };
    system::sync_folder(folder, |folder| disk.sync(folder))?;
    Ok(saved)
}

/// Deletes a file that still holds what is expected.
///
/// # Errors
///
/// [`SaveError`]; the file is untouched then.
pub fn remove(path: &Path, expected: Expected) -> Result<(), SaveError> {
    let target = target(path)?;
    agree(current(&target)?.as_deref(), expected)?;
    match fs::remove_file(&target) {
        Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(fault.into()),
        _ => Ok(()),
    }
}

/// The file that is meant, with symlinks resolved. A dangling symlink is an error, not a new file somewhere else.
fn target(path: &Path) -> Result<PathBuf, SaveError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => {
            fs::canonicalize(path).map_err(|_| SaveError::Other("it is a symlink that leads nowhere".to_string()))
        }
        _ => Ok(path.to_path_buf()),
    }
}

/// The bytes on disk.
fn current(target: &Path) -> Result<Option<Vec<u8>>, SaveError> {
    match read(target, MAX_RECORDING).map_err(|e| e.fault) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(ReadFault::Missing) => Ok(None),
        Err(ReadFault::Denied) => Err(SaveError::ReadOnly),
        Err(fault) => Err(SaveError::NotAFile(fault)),
    }
}

fn agree(theirs: Option<&[u8]>, expected: Expected) -> Result<(), SaveError> {
    let same = match (theirs, expected) {
        (_, Expected::Anything) | (None, Expected::Nothing) => true,
        (Some(bytes), Expected::Stamped(stamp)) => Stamp::of(bytes) == stamp,
        _ => false,
    };
    if same { Ok(()) } else { Err(SaveError::Conflict { theirs: theirs.map(<[u8]>::to_vec) }) }
}

/// The metadata to keep.
fn file_metadata(target: &Path, is_there: bool) -> Result<Option<FileMetadata>, SaveError> {
    if !is_there {
        return Ok(None);
    }
    if !system::is_writable(target)? {
        return Err(SaveError::ReadOnly);
    }
    Ok(Some(FileMetadata::of(target)?))
}

/// The prefix of the temporary file's name: hidden, and recognizable should it be left over.
fn prefix(target: &Path) -> Result<String, SaveError> {
    let name = target.file_name().ok_or(SaveError::NotAFile(ReadFault::Folder))?.to_string_lossy();
    // A name may have 255 bytes.
    let short: String = name.chars().take(40).collect();
    Ok(format!(".{short}.authtui-"))
}
