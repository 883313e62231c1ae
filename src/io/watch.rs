//! Notices when another program changes an open file.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc::UnboundedSender;

use crate::app::Message;
use crate::app::ids::FileId;

/// The files by their paths, as the system reports them.
type Files = Arc<Mutex<HashMap<PathBuf, FileId>>>;

/// Watches the folders of open files: programs that save put another file in the place of one, which ends a watch of the file itself.
pub struct FileWatcher {
    watcher: RecommendedWatcher,
    folders: HashSet<PathBuf>,
    files: Files,
}

impl fmt::Debug for FileWatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileWatcher").field("folders", &self.folders).finish_non_exhaustive()
    }
}

impl FileWatcher {
    /// A watcher that sends [`Message::Touched`].
    ///
    /// # Errors
    /// If the system has no means for it, or none left.
    pub fn new(results: UnboundedSender<Message>) -> notify::Result<Self> {
        let files = Files::default();
        let known = Arc::clone(&files);
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let Some(event) = event.ok().filter(|event| !matches!(event.kind, EventKind::Access(_))) else { return };
            let known = known.lock().unwrap_or_else(PoisonError::into_inner);
            for id in event.paths.iter().filter_map(|path| known.get(path)) {
                // The receiver is dropped only when the program ends.
                let _ = results.send(Message::Touched(*id));
            }
        })?;
        Ok(Self { watcher, folders: HashSet::new(), files })
    }

    /// Watches these files and no others. What cannot be watched is not: a save still asks about what another program wrote.
    pub fn watch(&mut self, files: Vec<(FileId, PathBuf)>) {
        let located: HashMap<PathBuf, FileId> = files.into_iter().filter_map(|(id, path)| Some((located(&path)?, id))).collect();
        let folders: HashSet<PathBuf> = located.keys().filter_map(|path| path.parent().map(Path::to_path_buf)).collect();
        *self.files.lock().unwrap_or_else(PoisonError::into_inner) = located;
        for folder in self.folders.difference(&folders) {
            let _ = self.watcher.unwatch(folder);
        }
        for folder in folders.difference(&self.folders) {
            let _ = self.watcher.watch(folder, RecursiveMode::NonRecursive);
        }
        self.folders = folders;
    }
}

/// The path of a file with its folder as the system reports it.
fn located(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    Some(std::fs::canonicalize(folder).ok()?.join(path.file_name()?))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::{Duration, Instant};

    use tokio::sync::mpsc;

    use super::*;

    #[test]
    fn a_file_that_is_written_or_replaced_is_reported_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let (watched, other) = (folder.path().join("a.http"), folder.path().join("b.http"));
        fs::write(&watched, "GET https://h/").unwrap();
        let (sender, mut results) = mpsc::unbounded_channel();
        let mut watcher = FileWatcher::new(sender).unwrap();
        watcher.watch(vec![(FileId(7), watched.clone())]);
        let mut reported = |change: &dyn Fn()| {
            change();
            let begin = Instant::now();
            while begin.elapsed() < Duration::from_secs(5) {
                match results.try_recv() {
                    Ok(Message::Touched(id)) => return Some(id),
                    _ => std::thread::sleep(Duration::from_millis(5)),
                }
            }
            None
        };
        assert_eq!(reported(&|| fs::write(&watched, "GET https://h/2").unwrap()), Some(FileId(7)));
        assert_eq!(
            reported(&|| {
                fs::write(&other, "x").unwrap();
                fs::rename(&other, &watched).unwrap();
            }),
            Some(FileId(7))
        );
    }
}
