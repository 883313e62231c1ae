//! Atomic saves: afterwards the file is the old one or the new one, and never overwrites somebody else's changes.
//! A file with several hard links is written in place instead, with a copy beside it until that is done.

use std::fs::{self, File};
use std::io::{self, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest;
use tempfile::NamedTempFile;

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

/// Why a file was not saved. The old one is untouched, but for [`Self::WrittenInPart`].
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
    /// It has other hard links, and neither could be written whole nor be restored.
    #[error("it was written in part ({fault}): all of it is in {}", copy.display())]
    WrittenInPart {
        /// The reason, in the system's words.
        fault: String,
        /// A file with all of the new bytes.
        copy: PathBuf,
    },
    /// Anything else, in the system's words.
    #[error("{0}")]
    Other(String),
}

impl From<io::Error> for SaveError {
    fn from(fault: io::Error) -> Self {
        match fault.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::NoFolder,
            _ => Self::Other(fault.to_string()),
        }
    }
}

/// Saves a file atomically: writes a new file next to it, syncs it, and moves it into place.
///
/// A symlink is followed and its target replaced. Mode, group, owner and extended attributes are kept as far as the system
/// permits; a new file is the user's alone (0600). A file with other hard links stays the file that they are, see [`write_in_place`].
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
    let links = if before.is_some() { system::links(&target)? } else { 1 };
    // The copy beside a file that is written in place stays the user's alone.
    if let Some(file_metadata) = file_metadata.as_ref().filter(|_| links == 1) {
        let given = file_metadata.apply_to(file.as_file());
        disk.allow(file.as_file(), given.permissions)?;
        file_metadata.apply_access_list(file.as_file());
        not_kept = given.not_kept;
    }
    disk.sync(file.as_file())?;
    // Checked again as late as possible: writing took time, and the remaining race is one system call long.
    let now = current(&target)?;
    agree(now.as_deref(), expected)?;
    if let Some(old) = now.filter(|_| links > 1) {
        system::sync_folder(folder, |folder| disk.sync(folder))?;
        write_in_place(disk, file, &target, &old, bytes)?;
        return Ok(Saved { stamp: Stamp::of(bytes), not_kept });
    }
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

/// Writes over a file that has other hard links, as editors do (`backupcopy=auto` of vim): a file moved into its place would be
/// another one, and those who share the old one under other names would go on with old requests without a word.
///
/// Writing in place is not atomic, so the new bytes are already in `copy`, and on disk. The file grows first, which is what a full
/// disk refuses, and shrinks last. What fails is undone; where that fails as well, the copy is left and named. After a crash it is
/// there, too.
fn write_in_place(disk: &dyn Disk, copy: NamedTempFile, target: &Path, old: &[u8], new: &[u8]) -> Result<(), SaveError> {
    let mut file = File::options().write(true).open(target)?;
    let mut write = |at: usize, bytes: &[u8], length: usize| {
        file.seek(SeekFrom::Start(at as u64))?;
        if !bytes.is_empty() {
            disk.write(&mut file, bytes)?;
        }
        file.set_len(length as u64)?;
        disk.sync(&file)
    };
    let (over, beyond) = new.split_at(old.len().min(new.len()));
    let longer = old.len().max(new.len());
    let Err(fault) = write(old.len(), beyond, longer).and_then(|()| write(0, over, new.len())) else { return Ok(()) };
    if write(0, old, old.len()).is_err() {
        let kept = copy.into_temp_path().keep().map_err(|refused| refused.error)?;
        return Err(SaveError::WrittenInPart { fault: fault.to_string(), copy: kept });
    }
    Err(fault.into())
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
