//! Paths that stand inside a file lead into that file's folder and nowhere else: a `.http` file from a stranger must not be
//! able to name `/etc/passwd` as a body.

use std::io;
use std::path::{Component, Path, PathBuf};

use super::{ReadError, read};

/// Why a path inside a file was not opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FolderError {
    /// It begins at the root, at a home, or on a drive.
    #[error("`{0}`: only paths inside the folder of the file that names them are opened")]
    Absolute(String),
    /// It leads out, by `..` or through a symlink.
    #[error("`{0}` leads out of the folder of the file that names it")]
    Escapes(String),
    /// It leads inside and cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// The folder of a file, and what may be opened on that file's behalf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The folder in which a file lies.
    ///
    /// # Errors
    ///
    /// When the folder is not there.
    pub fn of_file(file: &Path) -> io::Result<Self> {
        match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => Self::new(folder),
            _ => Self::new(Path::new(".")),
        }
    }

    /// This folder itself.
    ///
    /// # Errors
    ///
    /// When it is not there.
    pub fn new(folder: &Path) -> io::Result<Self> {
        Ok(Self { root: std::fs::canonicalize(folder)? })
    }

    /// Where it lies, symlinks resolved.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a path leads that stands in a file of this folder, symlinks resolved.
    ///
    /// # Errors
    ///
    /// [`FolderError`]: it leads out, or to nothing.
    pub fn resolve(&self, named: &str) -> Result<PathBuf, FolderError> {
        let path = Path::new(named);
        let drive = named.get(1..3).is_some_and(|s| s == ":\\" || s == ":/");
        if path.has_root() || named.starts_with(['~', '\\']) || drive {
            return Err(FolderError::Absolute(named.to_string()));
        }
        let escapes = || FolderError::Escapes(named.to_string());
        // First by the letters, so that a path that leads out is not even looked at.
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

    /// Reads a file that stands in a file of this folder.
    ///
    /// # Errors
    ///
    /// [`FolderError`]: it leads out, or cannot be read, or is larger than `limit` bytes.
    pub fn read(&self, named: &str, limit: u64) -> Result<Vec<u8>, FolderError> {
        Ok(read(&self.resolve(named)?, limit)?)
    }
}
