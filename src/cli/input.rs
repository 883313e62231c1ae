//! Texts given as an argument, as `@file`, or as `-` for standard input.

use std::path::Path;

use super::output::complain;
use crate::app::LoadedFile;
use crate::domain::limits::MAX_INPUT;
use crate::domain::secrecy::quoted;
use crate::formats::Loss;
use crate::formats::detect::decode_owned;
use crate::io::load::Input;
use crate::io::{load, store};

/// Where a text came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputSource {
    /// The command line, which the shell's history and the process list show.
    Argument,
    /// Standard input.
    Standard,
    /// A file.
    File(String),
}

impl InputSource {
    /// Its name in messages and results.
    pub fn name(&self) -> &str {
        match self {
            Self::Argument => "argument",
            Self::Standard => "standard input",
            Self::File(path) => path,
        }
    }
}

/// A text and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputText {
    /// The text, without the final line end of a file or standard input.
    pub text: String,
    /// Where it came from.
    pub source: InputSource,
}

/// Reads an argument.
///
/// # Errors
/// Says what could not be read; for bytes that are not text, with line and column.
pub fn read(argument: &str) -> Result<InputText, String> {
    let source = match argument.strip_prefix('@') {
        Some(path) => InputSource::File(path.into()),
        None if argument == "-" => InputSource::Standard,
        // A name that a credential has by chance can still be given on standard input.
        None if Path::new(argument).is_file() => {
            return Err(format!("{argument}: a file of that name exists: write @{argument} to read it"));
        }
        None => return Ok(InputText { text: argument.into(), source: InputSource::Argument }),
    };
    let bytes = match &source {
        InputSource::File(path) => read_file(Path::new(path))?,
        _ => store::read_stdin(MAX_INPUT).map_err(|e| format!("{}: {}", source.name(), e.fault))?,
    };
    Ok(InputText { text: decode(bytes, source.name())?, source })
}

/// Warns on standard error if a secret is given as an argument.
pub fn warn_of_arguments(inputs: &[&InputText]) {
    if inputs.iter().any(|i| i.source == InputSource::Argument) {
        warn();
    }
}

fn warn() {
    complain("warning: a credential in an argument stays in the shell's history; use - or @file");
}

/// The exchanges of one argument by file, read as the app reads them. What was left out or read otherwise goes to standard error.
///
/// The second list is what was not understood at all (an unknown curl option, an unreadable file of a folder), which makes the
/// input bad.
///
/// # Errors
/// Says what could not be read.
pub fn exchanges(argument: &str, environment: &str) -> Result<(Vec<LoadedFile>, Vec<String>), String> {
    // One word can only be a path; a command or a request has several.
    let is_text = argument != "-" && !Path::new(argument).exists();
    if is_text && !argument.trim().contains(char::is_whitespace) {
        return Err(format!("{}{}", load::no_such_path(argument), load::ending(load::nearest(Path::new(argument)))));
    }
    if is_text {
        warn();
    }
    // A command holds its secrets.
    let shown = if is_text { InputSource::Argument.name() } else { argument };
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    let files = match load::input_with(argument, environment)? {
        Input::Requests(files) => files,
        Input::Configuration(config) => return Err(format!("{shown}: is a configuration of {} and contains no request", config.server)),
    };
    for file in files {
        if let Some(why) = file.lacks_environment(environment) {
            return Err(format!("{shown}: {why}"));
        }
        // Reported below with its position.
        let is_said = |loss: &&Loss| file.unknown.iter().any(|fault| loss.message.ends_with(&fault.message));
        for loss in
            file.losses.iter().chain(&file.key_losses).chain(&file.of_output).chain(&file.folder_losses).filter(|loss| !is_said(loss))
        {
            let line = if loss.line == 0 { String::new() } else { format!("line {}: ", loss.line) };
            complain(&format!("{}: {line}{}", file.name, quoted(&loss.message)));
        }
        unknown.extend(file.unread.iter().map(|why| format!("{shown}: {why}")));
        unknown.extend(file.unknown.iter().map(|fault| format!("{shown}: {fault}")));
        found.push(file);
    }
    if found.iter().all(|file| file.exchanges.is_empty()) && unknown.is_empty() {
        return Err(format!("{shown}: contains no request"));
    }
    Ok((found, unknown))
}

/// The bytes of a file or a pipe; devices and folders are refused by kind.
///
/// # Errors
/// Names the file and the problem.
pub fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    store::read_argument(path, MAX_INPUT).map_err(|e| e.to_string())
}

/// Decodes bytes as the app does: UTF-8, or UTF-16 with a byte order mark.
///
/// # Errors
/// The position of the first invalid byte.
pub fn decode(bytes: Vec<u8>, source: &str) -> Result<String, String> {
    let (mut text, _) = decode_owned(bytes).map_err(|e| format!("{source}: {e}"))?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_final_line_end_is_dropped() {
        assert_eq!(decode(b"a\r\n".to_vec(), "f").as_deref(), Ok("a"));
        assert_eq!(decode(b"a\n\n".to_vec(), "f").as_deref(), Ok("a\n"));
        assert_eq!(decode(b"a\r".to_vec(), "f").as_deref(), Ok("a\r"));
    }

    #[test]
    fn bytes_that_are_no_text_are_named_with_their_place() {
        assert_eq!(decode(b"ab\nc\xff".to_vec(), "f"), Err("f: line 2, column 2: the byte 0xFF is not UTF-8 (save it as UTF-8)".into()));
    }
}
