//! Texts given as an argument, as `@file`, or as `-` for standard input.

use std::path::Path;

use crate::domain::limits::MAX_INPUT;
use crate::formats::detect::decode_owned;
use crate::io::store;

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
        super::output::complain("warning: a credential in an argument stays in the shell's history; use - or @file");
    }
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
