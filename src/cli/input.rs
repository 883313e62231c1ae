//! Texts given on the command line: as an argument, as `@file`, or as `-` for standard input.

use std::path::Path;

use crate::domain::limits::MAX_INPUT;
use crate::formats::detect::decode_owned;
use crate::io::store;

/// Where a text came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The command line itself: the shell's history and the list of processes show it.
    Argument,
    /// Standard input.
    Standard,
    /// A file.
    File(String),
}

impl Source {
    /// The words for it in messages and results.
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
pub struct Input {
    /// The text, without one final line end when it was read from a file or standard input.
    pub text: String,
    /// Where it came from.
    pub source: Source,
}

/// Reads an argument.
///
/// # Errors
/// Says what could not be read; for bytes that are no text with line and column.
pub fn read(argument: &str) -> Result<Input, String> {
    let source = match argument.strip_prefix('@') {
        Some(path) => Source::File(path.into()),
        None if argument == "-" => Source::Standard,
        None => return Ok(Input { text: argument.into(), source: Source::Argument }),
    };
    let bytes = match &source {
        Source::File(path) => read_file(Path::new(path))?,
        _ => store::read_stdin(MAX_INPUT).map_err(|e| format!("{}: {}", source.name(), e.fault))?,
    };
    Ok(Input { text: decode(bytes, source.name())?, source })
}

/// One warning on standard error when a secret stands in an argument.
pub fn warn_of_arguments(inputs: &[&Input]) {
    if inputs.iter().any(|i| i.source == Source::Argument) {
        super::output::complain("warning: a credential in an argument stays in the shell's history; use - or @file");
    }
}

/// The bytes of a file or a pipe; a device or a folder is named as what it is, unread.
///
/// # Errors
/// Names the file and what is wrong with it.
pub fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    store::read_argument(path, MAX_INPUT).map_err(|e| e.to_string())
}

/// Bytes as text, as the workbench reads it: UTF-8, or UTF-16 behind its byte order mark.
///
/// # Errors
/// Names the place of the first byte that is neither.
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
