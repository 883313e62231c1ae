//! Texts given on the command line: as an argument, as `@file`, or as `-` for standard input.

use std::io::Read as _;
use std::path::Path;

use crate::domain::span::line_column;

/// Longest input that is read, in bytes: a token or a request, not a recording.
const MAX_INPUT: u64 = 64 * 1024 * 1024;

/// A text and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The text, without one final line end when it was read from a file or standard input.
    pub text: String,
    /// `argument`, `standard input`, or the file's path.
    pub source: String,
}

/// Reads an argument. A secret that stands in the argument itself gets one warning on standard error: the shell's history
/// and the list of processes show it.
///
/// # Errors
/// Says what could not be read; for bytes that are no UTF-8 with line and column.
pub fn read(argument: &str) -> Result<Input, String> {
    if argument == "-" {
        let text = decode(read_all(std::io::stdin().lock()).map_err(|e| format!("standard input: {e}"))?, "standard input")?;
        return Ok(Input { text, source: "standard input".into() });
    }
    if let Some(path) = argument.strip_prefix('@') {
        let bytes = read_file(Path::new(path))?;
        return Ok(Input { text: decode(bytes, path)?, source: path.into() });
    }
    eprintln!("authtui: warning: a token in an argument stays in the shell's history; use - or @file");
    Ok(Input { text: argument.into(), source: "argument".into() })
}

/// The bytes of a file.
///
/// # Errors
/// Names the file and what the system said.
pub fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let name = path.display();
    let file = std::fs::File::open(path).map_err(|e| format!("{name}: {e}"))?;
    read_all(file).map_err(|e| format!("{name}: {e}"))
}

fn read_all(reader: impl std::io::Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(MAX_INPUT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_INPUT {
        return Err(std::io::Error::other(format!("more than {MAX_INPUT} bytes")));
    }
    Ok(bytes)
}

/// Bytes as text.
///
/// # Errors
/// Names the place of the first byte that is no UTF-8.
pub fn decode(bytes: Vec<u8>, source: &str) -> Result<String, String> {
    let mut text = String::from_utf8(bytes).map_err(|e| {
        let valid = String::from_utf8_lossy(e.as_bytes().get(..e.utf8_error().valid_up_to()).unwrap_or_default()).into_owned();
        let (line, column) = line_column(&valid, valid.len());
        format!("{source}: line {line}, column {column}: not UTF-8")
    })?;
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
        assert_eq!(decode(b"ab\nc\xff".to_vec(), "f"), Err("f: line 2, column 2: not UTF-8".into()));
    }
}
