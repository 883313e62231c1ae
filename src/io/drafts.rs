//! Drafts on disk: in the user's state folder, readable only by the user, one file per session with unsaved changes.
//!
//! A session locks its draft, and the system releases the lock however the session ends: an unlocked draft was left behind, and
//! is offered at the next start in the same folder.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use md5::{Digest as _, Md5};

use super::clock;
use super::paths::absolute;
use super::state;
use super::store::{Expected, lock, private_folder, read, save_atomic};
use crate::app::workspace::draft::{DraftSecrets, OrphanedDraft};
use crate::domain::limits::MAX_DRAFT;
use crate::formats::draft::Draft;

/// A longer name is none that was written here.
const LONGEST_NAME: u64 = 4096;

/// The drafts of a workspace, and the session's own.
#[derive(Debug)]
pub struct Drafts {
    /// The folder of the drafts, or why there is none.
    folder: Result<PathBuf, String>,
    /// Identifies the workspace in file names.
    mark: String,
    /// Identifies the session in file names.
    session: String,
    /// The session's draft, locked.
    held: Option<File>,
    /// Drafts found at start stay locked until the user decides, so that no other session offers them.
    left: Vec<(PathBuf, File)>,
}

impl Drafts {
    /// The drafts of a workspace folder, in the user's state folder (`$XDG_STATE_HOME/authtui/drafts`).
    pub fn of(workspace: &Path) -> Self {
        Self::new(state::folder().map(|folder| folder.join("drafts")), workspace)
    }

    /// The drafts of a workspace in a given folder.
    pub fn within(folder: &Path, workspace: &Path) -> Self {
        Self::new(Ok(folder.to_path_buf()), workspace)
    }

    fn new(folder: Result<PathBuf, String>, workspace: &Path) -> Self {
        let workspace = fs::canonicalize(workspace).unwrap_or_else(|_| workspace.to_path_buf());
        let mut mark = String::new();
        // Eight bytes suffice to tell one user's folders apart. A cryptographic hash would initialize the crypto library at every
        // start, which takes 0.3 MB.
        for byte in Md5::digest(workspace.as_os_str().as_encoded_bytes()).iter().take(8) {
            let _ = write!(mark, "{byte:02x}");
        }
        let session = format!("{}-{}", clock::now().as_nanosecond(), std::process::id());
        Self { folder, mark, session, held: None, left: Vec::new() }
    }

    fn path(&self) -> Result<PathBuf, String> {
        Ok(self.folder.clone()?.join(format!("{}-{}.json", self.mark, self.session)))
    }

    /// Replaces the session's draft; it is on disk on return.
    ///
    /// # Errors
    /// Why it cannot be written: no home folder, a read-only one, a full disk.
    pub fn keep(&mut self, draft: &Draft) -> Result<(), String> {
        let mut draft = draft.clone();
        // A later session may have the files open by other spellings of their paths.
        let homes = draft.files.iter_mut().flat_map(|file| &mut file.requests).filter_map(|request| request.home.as_mut());
        for path in homes.map(|home| &mut home.path).chain(draft.values.iter_mut().map(|value| &mut value.path)) {
            if let Some(known) = absolute(Path::new(&*path)).to_str() {
                *path = known.into();
            }
        }
        let text = draft.write();
        // A longer one would not be offered at the next start.
        if text.len() as u64 > MAX_DRAFT {
            return Err(format!("what is not saved takes more than {} MiB", MAX_DRAFT >> 20));
        }
        let folder = self.folder.clone()?;
        private_folder(&folder).map_err(|why| format!("{}: {why}", folder.display()))?;
        let path = self.path()?;
        save_atomic(&path, text.as_bytes(), Expected::Anything).map_err(|why| format!("{}: {why}", path.display()))?;
        self.held = lock(&path);
        Ok(())
    }

    /// Deletes the session's draft.
    pub fn forget(&mut self) {
        self.held = None;
        if let Ok(path) = self.path() {
            // There is no file if nothing was ever unsaved.
            let _ = fs::remove_file(path);
        }
    }

    /// Drafts that other sessions of this workspace left behind, oldest first.
    pub fn left(&mut self) -> Vec<OrphanedDraft> {
        let entries = self.folder.as_ref().ok().and_then(|folder| fs::read_dir(folder).ok());
        let named = |path: &PathBuf| {
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            name.starts_with(&format!("{}-", self.mark)) && name.ends_with(".json") && !name.contains(&self.session)
        };
        let mut paths: Vec<PathBuf> = entries.into_iter().flatten().filter_map(|e| Some(e.ok()?.path())).filter(named).collect();
        paths.sort();
        let mut left = Vec::new();
        for path in paths {
            let Some(lock) = lock(&path) else { continue };
            let at = lock.metadata().and_then(|m| m.modified()).ok().and_then(|at| Timestamp::try_from(at).ok()).unwrap_or_default();
            let text = read(&path, MAX_DRAFT).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            if let Some(draft) = text.and_then(|text| Draft::read(&text)).filter(|d| !d.is_empty()) {
                self.left.push((path.clone(), lock));
                left.push(OrphanedDraft { path, at, draft });
            }
        }
        left
    }

    /// Deletes drafts of other sessions.
    pub fn remove(&mut self, paths: &[PathBuf]) {
        for path in paths {
            let _ = fs::remove_file(path);
        }
        self.release(paths);
    }

    /// Writes the session's draft, which now has what was in drafts of other sessions; once it is on disk, leaves in those only
    /// what is given.
    ///
    /// # Errors
    /// As [`Drafts::keep`]. The other drafts then stay as they are.
    pub fn take_over(&mut self, own: &Draft, left: &[(PathBuf, Draft)]) -> Result<(), String> {
        if own.is_empty() {
            self.forget();
        } else {
            self.keep(own)?;
        }
        for (path, rest) in left {
            if rest.is_empty() {
                self.remove(std::slice::from_ref(path));
            } else {
                save_atomic(path, rest.write().as_bytes(), Expected::Anything).map_err(|why| format!("{}: {why}", path.display()))?;
                self.release(std::slice::from_ref(path));
            }
        }
        Ok(())
    }

    /// Lets other sessions offer drafts.
    fn release(&mut self, paths: &[PathBuf]) {
        self.left.retain(|(path, _)| !paths.contains(path));
    }

    /// Whether drafts of this workspace contain credentials; by default they do not.
    pub fn secrets(&self) -> DraftSecrets {
        match self.consent() {
            Ok(path) if path.exists() => DraftSecrets::Kept,
            _ => DraftSecrets::LeftOut,
        }
    }

    /// Remembers whether drafts contain credentials.
    ///
    /// # Errors
    /// Why it cannot be remembered.
    pub fn allow(&self, secrets: DraftSecrets) -> Result<(), String> {
        let path = self.consent()?;
        let done = match secrets {
            DraftSecrets::Kept => private_folder(self.folder.as_ref()?).and_then(|()| fs::write(&path, "")),
            DraftSecrets::LeftOut if path.exists() => fs::remove_file(&path),
            DraftSecrets::LeftOut => Ok(()),
        };
        done.map_err(|why| format!("{}: {why}", path.display()))
    }

    /// The environment that was chosen last in this workspace; empty for none.
    pub fn environment(&self) -> Option<String> {
        let bytes = read(&self.chosen_environment().ok()?, LONGEST_NAME).ok()?;
        String::from_utf8(bytes).ok()
    }

    /// Remembers the chosen environment.
    ///
    /// # Errors
    /// Why it cannot be remembered.
    pub fn remember_environment(&self, name: &str) -> Result<(), String> {
        let path = self.chosen_environment()?;
        let done = private_folder(self.folder.as_ref()?).and_then(|()| fs::write(&path, name));
        done.map_err(|why| format!("{}: {why}", path.display()))
    }

    fn chosen_environment(&self) -> Result<PathBuf, String> {
        Ok(self.folder.clone()?.join(format!("{}.environment", self.mark)))
    }

    fn consent(&self) -> Result<PathBuf, String> {
        Ok(self.folder.clone()?.join(format!("{}.keeps-credentials", self.mark)))
    }
}
