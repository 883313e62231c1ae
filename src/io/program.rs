//! Other programs on this terminal: the editor and the pager of the user.

use std::fs::{self, File};
use std::io::{IsTerminal as _, Write as _};
use std::process::{Command, Stdio};

use tempfile::NamedTempFile;

use crate::app::Message;
use crate::app::effect::ProgramText;
use crate::domain::limits::MAX_TYPED;

/// Runs the program that is meant for a text, and waits for it. The terminal must be free.
pub fn run(text: &ProgramText) -> Option<Message> {
    match text {
        ProgramText::Edit(id, text) => Some(Message::Edited(*id, edit(text))),
        ProgramText::Read(text) => read(text).err().map(Message::Warn),
    }
}

/// Lets the user's editor change a text.
fn edit(text: &str) -> Result<String, String> {
    let editor = named(&["VISUAL", "EDITOR"]).unwrap_or_else(|| "vi".into());
    let file = written(text, ".http")?;
    let ended = wait_for(&editor, &file);
    let edited = fs::read(file.path()).map_err(|why| format!("The edited request cannot be read: {why}"))?;
    let why = match (ended, String::from_utf8(edited)) {
        (Err(why), Ok(edited)) if edited == text => return Err(why),
        (Err(why), _) => why,
        (Ok(()), Ok(edited)) if edited.len() <= MAX_TYPED => return Ok(edited.replace("\r\n", "\n")),
        (Ok(()), Ok(edited)) => format!("The edited request has {} bytes, and {MAX_TYPED} can be edited here", edited.len()),
        (Ok(()), Err(_)) => "The edited request is not UTF-8".into(),
    };
    // Nothing that was written may be lost.
    let place = file.keep().map_or_else(|_| String::new(), |(_, path)| format!("; its text is kept in {}", path.display()));
    Err(format!("{why}{place}"))
}

/// Shows a text in the user's pager.
fn read(text: &str) -> Result<(), String> {
    let pager = named(&["PAGER"]).unwrap_or_else(|| "less".into());
    wait_for(&pager, &written(text, ".txt")?)
}

/// The first of some variables that names a program.
fn named(variables: &[&str]) -> Option<String> {
    variables.iter().find_map(|name| std::env::var(name).ok().filter(|program| !program.trim().is_empty()))
}

/// A file that only the user can read, deleted when it is dropped.
fn written(text: &str, suffix: &str) -> Result<NamedTempFile, String> {
    let file = tempfile::Builder::new().prefix("authtui-").suffix(suffix).tempfile();
    let file = file.and_then(|mut file| file.write_all(text.as_bytes()).map(|()| file));
    file.map_err(|why| format!("No file for the program can be written: {why}"))
}

/// Runs a program on a file until it ends. It may have options: a shell reads them, as those of git's editor.
fn wait_for(program: &str, file: &NamedTempFile) -> Result<(), String> {
    let mut command = Command::new("sh");
    // ^C in the program is for the program alone: a shell without a trap may end by it when the program is done.
    command.arg("-c").arg(format!("trap : INT; {program} \"$@\"")).arg(program).arg(file.path());
    // What was piped in was read as a request: keys come from the terminal.
    if !std::io::stdin().is_terminal()
        && let Ok(terminal) = File::open("/dev/tty")
    {
        command.stdin(Stdio::from(terminal));
    }
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) if status.code() == Some(127) => Err(format!("{program} was not found: set $EDITOR or $PAGER")),
        Ok(status) => Err(format!("{program} ended with {status}: nothing was changed")),
        Err(why) => Err(format!("{program} cannot be started: {why}")),
    }
}
