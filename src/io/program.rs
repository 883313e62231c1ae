//! Other programs on this terminal: the editor and the pager of the user.

use std::fs::{self, File};
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use tempfile::TempDir;

use crate::app::Message;
use crate::app::effect::ProgramText;
use crate::domain::limits::{MAX_TEXT, MAX_TYPED};
use crate::io::store::{self, private_folder};

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
}

impl ProgramFile {
    /// Writes the file.
    ///
    /// # Errors
    /// If it cannot be written, in words.
    pub fn write(text: ProgramText) -> Result<Self, String> {
        let (variables, usual, name, content) = match &text {
            ProgramText::Edit(_, text) => (&["VISUAL", "EDITOR"][..], "vi", "request.http", text),
            ProgramText::Read(text) => (&["PAGER"][..], "less", "response.txt", text),
        };
        let program = named(variables).unwrap_or_else(|| usual.into());
        let folder = tempfile::Builder::new().prefix("authtui-").tempdir();
        let written = folder.and_then(|folder| {
            let inner = folder.path().join("private");
            private_folder(&inner)?;
            let path = inner.join(name);
            fs::write(&path, content).map(|()| (folder, path))
        });
        let (folder, path) = written.map_err(|why| format!("No file for {program} can be written: {why}"))?;
        Ok(Self { text, program, folder, path })
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
            Ok(status) if status.code() == Some(127) => Some(format!("{program} was not found: set $EDITOR or $PAGER")),
            Ok(status) => Some(format!("{program} ended with {status}")),
            Err(why) => Some(format!("{program} cannot be started: {why}")),
        };
        match self.text {
            ProgramText::Edit(id, before) => Some(Message::Edited(id, edited(self.folder, &self.path, &before, failure))),
            ProgramText::Read(_) => failure.map(Message::Warn),
        }
    }

    /// What the editor has saved so far, where this program ends before it.
    pub fn saved(self) -> Option<Message> {
        match self.text {
            ProgramText::Edit(id, before) => match edited(self.folder, &self.path, &before, None) {
                // An editor that is just saving may have emptied the file.
                Ok(text) if text.is_empty() => None,
                edited => Some(Message::Edited(id, edited)),
            },
            ProgramText::Read(_) => None,
        }
    }
}

/// The text that an editor has left, with the line ends of the one that it was given.
fn edited(folder: TempDir, path: &Path, before: &str, failure: Option<String>) -> Result<String, String> {
    let edited = match store::read(path, MAX_TEXT) {
        Ok(edited) => edited,
        Err(why) => {
            let kept = fs::symlink_metadata(path).is_ok().then(|| folder.keep());
            let kept = kept.map_or_else(String::new, |_| format!("; it is kept in {}", path.display()));
            return Err(format!("The edited request cannot be read: {}{kept}", why.fault));
        }
    };
    let why = match (failure, String::from_utf8(edited)) {
        (Some(why), Ok(edited)) if edited == before => return Err(why),
        (Some(why), _) => format!("{why}; the request was not changed"),
        (None, Ok(edited)) if edited.len() > MAX_TYPED => {
            format!("The edited request has {} bytes, and {MAX_TYPED} can be edited here", edited.len())
        }
        (None, Ok(edited)) if before.contains('\r') => return Ok(edited),
        (None, Ok(edited)) => return Ok(edited.replace("\r\n", "\n")),
        (None, Err(_)) => "The edited request is not UTF-8".into(),
    };
    // Nothing that was written may be lost.
    let _ = folder.keep();
    Err(format!("{why}; what was written is kept in {}", path.display()))
}

/// The first of some variables that names a program.
fn named(variables: &[&str]) -> Option<String> {
    variables.iter().find_map(|name| std::env::var(name).ok().filter(|program| !program.trim().is_empty()))
}
