//! A workspace: the request files of a folder and their environments.

use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};

use crate::formats::env::ValueKind;
use crate::formats::import::NOT_WALKED;

use super::{MAX_FILES, MAX_FOLDERS, MAX_TEXT, ReadError, ReadFault, Stamp, read};

/// The kind of a file in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// `.http` or `.rest`.
    Requests,
    /// Values for variables.
    Values(ValueKind),
    /// `authtui.services.toml`: services that the user describes.
    Services,
}

/// Where an editor keeps environments, by path in a folder. What other files say counts before it.
const SETTINGS: (&str, FileKind) = values(ValueKind::Settings);

/// Files with values, by name. They count for the requests in the folders below too.
const VALUES: [(&str, FileKind); 3] = [values(ValueKind::Dotenv), values(ValueKind::Public), values(ValueKind::Private)];

const fn values(kind: ValueKind) -> (&'static str, FileKind) {
    (kind.file_name(), FileKind::Values(kind))
}

/// The file with the user's own services, which counts for its own folder.
const SERVICES: (&str, FileKind) = ("authtui.services.toml", FileKind::Services);

impl FileKind {
    /// The kind of a file by its name.
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let is_requests = || {
            let extension = path.extension()?.to_str()?;
            (extension.eq_ignore_ascii_case("http") || extension.eq_ignore_ascii_case("rest")).then_some(Self::Requests)
        };
        VALUES.iter().chain([&SERVICES]).find(|(known, _)| *known == name).map(|(_, kind)| *kind).or_else(is_requests)
    }
}

/// A file and its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path.
    pub path: PathBuf,
    /// Its path relative to the workspace, for the screen.
    pub name: String,
    pub kind: FileKind,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Their hash, for saving.
    pub stamp: Stamp,
}

/// The files of a folder, and read errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// The folder.
    pub root: PathBuf,
    /// Its files, sorted by path.
    pub files: Vec<SourceFile>,
    /// What was skipped, and why.
    pub problems: Vec<ReadError>,
}

impl Workspace {
    /// The files directly in a folder, as used without arguments.
    pub fn here(root: &Path) -> Self {
        Self::load(root, 0)
    }

    /// The files in a folder and below. Hidden folders, symlinks, and folders of build tools and package managers are skipped.
    pub fn walk(root: &Path) -> Self {
        Self::load(root, MAX_FOLDERS)
    }

    /// The environment and service files in a folder, and the environment files above it, for a single request file. No other file
    /// is read.
    pub fn beside(root: &Path) -> Self {
        let named = [SETTINGS].into_iter().chain(VALUES).chain([SERVICES]).map(|(name, kind)| (root.join(name), kind));
        let mut workspace = Self::empty(root);
        workspace.read(above(root));
        workspace.read(named.filter(is_there).collect());
        workspace
    }

    /// The request files among the files.
    pub fn requests(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().filter(|f| f.kind == FileKind::Requests)
    }

    fn load(root: &Path, depth: usize) -> Self {
        let mut workspace = Self::empty(root);
        let mut paths = Vec::new();
        workspace.collect(root, depth, &mut paths);
        paths.sort_by(|a: &(PathBuf, FileKind), b| a.0.cmp(&b.0));
        let settings = (root.join(SETTINGS.0), SETTINGS.1);
        workspace.read(above(root).into_iter().chain(Some(settings).filter(is_there)).collect());
        workspace.read(paths);
        workspace
    }

    fn empty(root: &Path) -> Self {
        Self { root: root.to_path_buf(), files: Vec::new(), problems: Vec::new() }
    }

    fn read(&mut self, paths: Vec<(PathBuf, FileKind)>) {
        for (path, kind) in paths {
            match read(&path, MAX_TEXT) {
                Ok(bytes) => {
                    let name = path.strip_prefix(&self.root).unwrap_or(&path).display().to_string();
                    let stamp = Stamp::of(&bytes);
                    self.files.push(SourceFile { path, name, kind, bytes, stamp });
                }
                Err(problem) => self.problems.push(problem),
            }
        }
    }

    /// Collects the paths; `depth` limits how many levels of folders are entered.
    fn collect(&mut self, folder: &Path, depth: usize, paths: &mut Vec<(PathBuf, FileKind)>) {
        let walks = depth > 0;
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(fault) => return self.leave_out(folder, fault.into()),
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if let Some(kind) = FileKind::of(&path).filter(|_| !is_folder(&entry)) {
                if paths.len() >= MAX_FILES {
                    let root = self.root.clone();
                    return self.leave_out(&root, ReadFault::TooMany(MAX_FILES));
                }
                paths.push((path, kind));
            } else if walks && is_folder(&entry) && !is_skipped(&entry) {
                match depth {
                    1 => self.leave_out(&path, ReadFault::TooDeep(MAX_FOLDERS)),
                    _ => self.collect(&path, depth - 1, paths),
                }
            }
        }
    }

    /// Records a problem once.
    fn leave_out(&mut self, path: &Path, fault: ReadFault) {
        let problem = ReadError { path: path.to_path_buf(), fault };
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}

fn is_there((path, _): &(PathBuf, FileKind)) -> bool {
    fs::metadata(path).is_ok_and(|file| file.is_file())
}

/// The files with values above a folder, the nearest one last: those up to the root of its repository. Without a repository they
/// are looked for up to the home folder or the root, in neither of which they are read.
///
/// A folder that everybody may write to ends it: what is in there may be from anybody.
fn above(folder: &Path) -> Vec<(PathBuf, FileKind)> {
    let Ok(folder) = fs::canonicalize(folder) else { return Vec::new() };
    let home = std::env::home_dir().and_then(|home| fs::canonicalize(home).ok());
    let is_root = |folder: &Path| fs::symlink_metadata(folder.join(".git")).is_ok();
    let is_end = |folder: &Path| folder.parent().is_none() || Some(folder) == home.as_deref() || is_open_to_all(folder);
    let repository = folder.ancestors().find(|folder| is_root(folder));
    let mut folders: Vec<&Path> = match repository {
        Some(root) => folder.ancestors().skip(1).take_while(|folder| folder.starts_with(root)).take_while(|f| !is_open_to_all(f)).collect(),
        None => folder.ancestors().skip(1).take_while(|folder| !is_end(folder)).collect(),
    };
    folders.truncate(MAX_FOLDERS);
    let files = folders
        .into_iter()
        .rev()
        .flat_map(|folder| [SETTINGS].into_iter().chain(VALUES).map(move |(name, kind)| (folder.join(name), kind)));
    files.filter(is_there).collect()
}

#[cfg(unix)]
fn is_open_to_all(folder: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(folder).is_ok_and(|folder| folder.permissions().mode() & 0o002 != 0)
}

#[cfg(not(unix))]
fn is_open_to_all(_folder: &Path) -> bool {
    false
}

/// True for a real folder. Symlinks are not followed, to avoid cycles.
fn is_folder(entry: &DirEntry) -> bool {
    entry.file_type().is_ok_and(|kind| kind.is_dir())
}

fn is_skipped(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    let name = name.to_string_lossy();
    name.starts_with('.') || NOT_WALKED.contains(&name.as_ref())
}
