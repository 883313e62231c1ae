//! Other programs on this terminal: the editor and the pager of the user.

use std::env;
use std::fs::{self, DirEntry, File};
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use tempfile::TempDir;

use crate::app::Message;
use crate::app::effect::ProgramText;
use crate::domain::limits::{MAX_TEXT, MAX_TYPED};
use crate::io::store::{self, lock, private_folder};

/// A text in a file for the program that is meant for it. Only the user can read it, and it is deleted with this.
#[derive(Debug)]
pub struct ProgramFile {
    text: ProgramText,
    /// As the user set it, with options.
    program: String,
    /// What the program puts beside the file goes with it.
    folder: TempDir,
    /// In a folder that only the user can enter.
    path: PathBuf,
    /// Held while this session may still read the file.
    _lock: Option<File>,
}

/// The programs that the configuration names.
#[derive(Clone, Debug, Default)]
pub struct Programs {
    pub editor: Option<String>,
    pub pager: Option<String>,
}

/// Begins the names of the folders.
const PREFIX: &str = "authtui-";
/// The folder in one that only the user can enter.
const INNER: &str = "private";
/// The file beside that folder which the session locks that made it.
const LOCK: &str = "lock";

impl ProgramFile {
    /// Writes the file.
    ///
    /// # Errors
    /// If it cannot be written, in words.
    pub fn write(text: ProgramText, programs: &Programs) -> Result<Self, String> {
        let (chosen, name, content) = match &text {
            ProgramText::Edit(_, text) => (editor(programs.editor.as_deref()), "request.http", text),
            ProgramText::Read(text) => (pager(programs.pager.as_deref()), "response.txt", text),
        };
        let program = chosen.command;
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir();
        let written = folder.and_then(|folder| {
            let (inner, lock_file) = (folder.path().join(INNER), folder.path().join(LOCK));
            private_folder(&inner)?;
            fs::write(&lock_file, "")?;
            let path = inner.join(name);
            fs::write(&path, content).map(|()| (folder, path, lock(&lock_file)))
        });
        let (folder, path, lock) = written.map_err(|why| format!("No file for {program} can be written: {why}"))?;
        Ok(Self { text, program, folder, path, _lock: lock })
    }

    /// The command that runs the program on the file. The terminal must be free.
    pub fn command(&self) -> Command {
        let mut command = Command::new("sh");
        let program = &self.program;
        // A shell reads options, as those of git's editor. ^C and ^\ in the program are for the program alone: a shell without a
        // trap may end by them when the program is done.
        command.arg("-c").arg(format!("trap : INT QUIT; {program} \"$@\"")).arg(program).arg(&self.path);
        // What was piped in was read as a request: keys come from the terminal.
        if !io::stdin().is_terminal()
            && let Ok(terminal) = File::open("/dev/tty")
        {
            command.stdin(Stdio::from(terminal));
        }
        command
    }

    /// What came of the program that has ended.
    pub fn outcome(self, ended: io::Result<ExitStatus>) -> Option<Message> {
        let program = &self.program;
        let failure = match ended {
            Ok(status) if status.success() => None,
            Ok(status) if status.code() == Some(127) => {
                Some(format!("{program} was not found: set $EDITOR or $PAGER, or editor and pager in the configuration"))
            }
            Ok(status) => Some(format!("{program} ended with {status}")),
            Err(why) => Some(format!("{program} cannot be started: {why}")),
        };
        match self.text {
            ProgramText::Edit(id, before) => Some(Message::Edited(id, edited(self.folder, &self.path, &before, failure))),
            ProgramText::Read(_) => failure.map(Message::Warn),
        }
    }

    /// What the editor has saved so far, where this program ends before it.
    pub fn saved(mut self) -> Option<Message> {
        match self.text {
            ProgramText::Edit(id, before) => {
                // It ends with this program, by the same signal or with its terminal, and writes for recovery what it had not saved.
                if !is_alone(&self.path) {
                    self.folder.disable_cleanup(true);
                }
                match edited(self.folder, &self.path, &before, None) {
                    // An editor that is just saving may have emptied the file.
                    Ok(text) if text.is_empty() => None,
                    edited => Some(Message::Edited(id, edited)),
                }
            }
            ProgramText::Read(_) => None,
        }
    }
}

/// True for a file that has its folder for itself, but for copies of how it was before (`~`): what editors keep for recovery is called
/// otherwise.
fn is_alone(path: &Path) -> bool {
    let folder = path.parent().and_then(|folder| fs::read_dir(folder).ok());
    let is_copy = |entry: &DirEntry| entry.file_name().to_str().is_some_and(|name| name.ends_with('~'));
    folder.into_iter().flatten().flatten().all(|entry| entry.path() == path || is_copy(&entry))
}

/// The folders with texts that editors of earlier sessions left behind: those of a session that was killed, and what an editor keeps
/// for recovery.
pub fn left_behind() -> Vec<PathBuf> {
    let is_own = |entry: &DirEntry| entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
    let folders = fs::read_dir(env::temp_dir()).into_iter().flatten().flatten().filter(is_own).map(|entry| entry.path());
    let is_left = |folder: &PathBuf| lock(&folder.join(LOCK)).is_some();
    let has_texts = |inner: &PathBuf| fs::read_dir(inner).is_ok_and(|mut files| files.next().is_some());
    folders.filter(is_left).map(|folder| folder.join(INNER)).filter(has_texts).collect()
}

/// The text that an editor has left, with the line ends of the one that it was given.
fn edited(folder: TempDir, path: &Path, before: &str, failure: Option<String>) -> Result<String, String> {
    let edited = match store::read(path, MAX_TEXT) {
        Ok(edited) => edited,
        Err(why) => {
            let is_there = fs::symlink_metadata(path).is_ok();
            let why = format!("the edited request cannot be read: it {}", why.fault);
            return Err(if is_there { kept(folder, path, &why) } else { format!("Not changed: {why}") });
        }
    };
    let why = match (failure, String::from_utf8(edited)) {
        // An editor that was killed may have left what it keeps for recovery.
        (Some(why), Ok(edited)) if edited == before && is_alone(path) => return Err(why),
        (Some(why), _) => why,
        (None, Ok(edited)) if edited.len() > MAX_TYPED => {
            format!("the edited request has {} bytes, and {MAX_TYPED} can be edited here", edited.len())
        }
        (None, Ok(edited)) if before.contains('\r') => return Ok(edited),
        (None, Ok(edited)) => return Ok(edited.replace("\r\n", "\n")),
        (None, Err(_)) => "the edited request is not UTF-8".into(),
    };
    Err(kept(folder, path, &why))
}

/// Keeps what was written, which may not be lost, and says where it is before it says why: a notice is cut at its end.
fn kept(folder: TempDir, path: &Path, why: &str) -> String {
    let _ = folder.keep();
    format!("Not changed; what was written is in {}: {why}", path.parent().unwrap_or(path).display())
}

/// A program, and where it is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// With its options.
    pub command: String,
    pub origin: Origin,
}

/// Who names a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Configuration,
    /// A variable of the environment, by its name.
    Variable(&'static str),
    /// Nobody.
    Default,
}

/// The editor: that of the configuration, else of `$VISUAL` or `$EDITOR`, else `vi`.
pub fn editor(own: Option<&str>) -> Chosen {
    chosen(own, &["VISUAL", "EDITOR"], "vi")
}

/// The pager: that of the configuration, else of `$PAGER`, else `less`.
pub fn pager(own: Option<&str>) -> Chosen {
    chosen(own, &["PAGER"], "less")
}

fn chosen(own: Option<&str>, variables: &[&'static str], usual: &str) -> Chosen {
    let own = own.map(|own| (own.to_string(), Origin::Configuration));
    let of_variables = variables.iter().filter_map(|name| Some((std::env::var(name).ok()?, Origin::Variable(name))));
    let mut named = own.into_iter().chain(of_variables).filter(|(command, _)| !command.trim().is_empty());
    let (command, origin) = named.next().unwrap_or_else(|| (usual.into(), Origin::Default));
    Chosen { command, origin }
}
