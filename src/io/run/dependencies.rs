//! What effects need from outside.

use std::sync::Arc;

use crate::app::dialogs::logs::{LogLine, LogRow};
use crate::io::clipboard::Clipboard;
use crate::io::drafts::Drafts;
use crate::io::http::SendOptions;
use crate::io::keyring::Keyring;
use crate::io::state::State;
use crate::io::store::disk::Disk;
use crate::io::terminal::NonBlockingWrite;

/// What effects need from outside.
pub struct Dependencies {
    /// How requests are sent.
    pub options: SendOptions,
    /// The clipboard.
    pub clipboard: Clipboard,
    /// The terminal, for a clipboard that is reached through it.
    pub terminal: Box<dyn NonBlockingWrite>,
    /// The keyring of the system.
    pub keyring: Keyring,
    /// The drafts; `None` to write none.
    pub drafts: Option<Drafts>,
    /// What is remembered for all folders; `None` to remember nothing.
    pub state: Option<State>,
    /// The disk for saves.
    pub disk: Arc<dyn Disk + Send + Sync>,
    /// Whether open files are watched for changes by other programs.
    pub watching: Watching,
    /// How an address is opened in the user's browser.
    pub browser: Browser,
}

/// Opens an address of the web; the error is in words.
pub type Browser = fn(&str) -> Result<(), String>;

/// Reads the lines of a row of what logs say.
#[derive(Clone)]
pub struct LogReader(pub Arc<ReadLogLines>);

type ReadLogLines = dyn Fn(&LogRow) -> Result<Vec<LogLine>, String> + Send + Sync;

impl std::fmt::Debug for LogReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LogReader")
    }
}

/// Whether open files are watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watching {
    On,
    Off,
}

impl std::fmt::Debug for Dependencies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dependencies").field("options", &self.options).finish_non_exhaustive()
    }
}
