//! Texts that other tools wrote: read into exchanges, written back, with a list of what was not carried over.

mod address;
pub mod attachment;
pub mod auth_config;
pub mod curl;
pub mod detect;
pub mod draft;
pub mod env;
pub mod export;
mod foreign;
pub mod har;
pub mod http_file;
pub mod import;
pub mod kept_tokens;
pub mod markup;
pub mod mask;
mod multipart;
pub mod offer;
pub mod parameters;
pub mod raw;
pub mod snippet;
pub mod switched_off;
pub mod variables;

use attachment::Attachment;

use crate::domain::exchange::Exchange;
use crate::domain::secrecy::quoted;
use crate::domain::span::line_column;

/// Gives a file that a text names. Whoever calls a reader decides which folder may be read and says in
/// words why a path is refused.
pub type Files<'a> = dyn Fn(&str) -> Result<Attachment, String> + 'a;

/// A [`Files`] without any file, for texts that have no folder: a paste, standard input.
///
/// # Errors
/// Always: there is no folder to read from.
pub fn no_files(_path: &str) -> Result<Attachment, String> {
    Err("this text has no folder, so the files that it names are not read".into())
}

/// Something in the input that the result does not carry: named, so that nothing is lost silently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Line in the input, from 1; 0 when it has none.
    pub line: usize,
    /// What it was, and why it is not carried over.
    pub message: String,
}

/// What was read from a text.
#[derive(Clone, Debug, Default)]
pub struct ParsedInput {
    /// The exchanges, in the original order.
    pub exchanges: Vec<Exchange>,
    /// What was not carried over.
    pub losses: Vec<Loss>,
    /// The same of what changes no request, only what a tool does with the answer: listed in reports, and no question on the screen.
    pub of_output: Vec<Loss>,
    /// What is not understood at all, such as an unknown option of curl; the rest was read all the same.
    pub unknown: Vec<FormatError>,
}

/// Why a text could not be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}{}", position(*line, *column), quoted(message), hint(help))]
pub struct FormatError {
    /// Line from 1; 0 when the fault has no place.
    pub line: usize,
    /// Column from 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it; may be empty.
    pub help: String,
}

impl FormatError {
    /// An error at a byte offset of the text.
    pub fn at(text: &str, offset: usize, message: impl Into<String>) -> Self {
        let (line, column) = line_column(text, offset);
        Self { line, column, message: message.into(), help: String::new() }
    }

    /// An error that has no place in a text.
    pub fn without_place(message: impl Into<String>) -> Self {
        Self { line: 0, column: 0, message: message.into(), help: String::new() }
    }

    /// The same error with what to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

fn position(line: usize, column: usize) -> String {
    if line == 0 { String::new() } else { format!("line {line}, column {column}: ") }
}

fn hint(help: &str) -> String {
    if help.is_empty() { String::new() } else { format!(" ({help})") }
}

/// The formats that are recognized by their content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// HAR 1.2.
    Har,
    /// A file of `.http` requests.
    HttpFile,
    /// A curl command line.
    Curl,
    /// A command of another tool, or a program that sends requests.
    Snippet,
    /// A raw HTTP/1.1 request, or request and answer.
    Raw,
    /// A token alone.
    Token,
}
