//! Restricts paths in a file to that file's folder: an `.http` file from a stranger must not name `/etc/passwd` as a body.

use std::io;
use std::path::{Component, Path, PathBuf};

use super::{ReadError, read};

/// Why a path in a file was not opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FolderError {
    /// It is absolute, or starts at a home folder or a drive.
    #[error("`{0}`: only paths inside the folder of the file that names them are opened")]
    Absolute(String),
    /// It leaves the folder by `..` or a symlink.
    #[error("`{0}` leads out of the folder of the file that names it")]
    Escapes(String),
    /// It is inside the folder but cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// A folder whose files may be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The folder of a file.
    ///
    /// # Errors
    ///
    /// If the folder does not exist.
    pub fn of_file(file: &Path) -> io::Result<Self> {
        match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => Self::new(folder),
            _ => Self::new(Path::new(".")),
        }
    }

    /// A folder.
    ///
    /// # Errors
    ///
    /// If it does not exist.
    pub fn new(folder: &Path) -> io::Result<Self> {
        Ok(Self { root: std::fs::canonicalize(folder)? })
    }

    /// Its path, with symlinks resolved.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Resolves a path named in a file of this folder, including symlinks.
    ///
    /// # Errors
    ///
    /// [`FolderError`] if it leaves the folder or does not exist.
    pub fn resolve(&self, named: &str) -> Result<PathBuf, FolderError> {
        let path = Path::new(named);
        let drive = named.get(1..3).is_some_and(|s| s == ":\\" || s == ":/");
        if path.has_root() || named.starts_with(['~', '\\']) || drive {
            return Err(FolderError::Absolute(named.to_string()));
        }
        let escapes = || FolderError::Escapes(named.to_string());
        // A check without I/O comes first, so that no path outside the folder is accessed.
        let mut depth = 0_usize;
        for component in path.components() {
            match component {
                Component::Normal(_) => depth += 1,
                Component::ParentDir => depth = depth.checked_sub(1).ok_or_else(escapes)?,
                _ => {}
            }
        }
        let joined = self.root.join(path);
        let real = std::fs::canonicalize(&joined).map_err(|fault| ReadError { path: joined, fault: fault.into() })?;
        if real.starts_with(&self.root) { Ok(real) } else { Err(escapes()) }
    }

    /// Reads a file named in a file of this folder.
    ///
    /// # Errors
    ///
    /// [`FolderError`] if it leaves the folder, cannot be read, or is larger than `limit` bytes.
    pub fn read(&self, named: &str, limit: u64) -> Result<Vec<u8>, FolderError> {
        Ok(read(&self.resolve(named)?, limit)?)
    }
}
