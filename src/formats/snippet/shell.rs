//! Commands of a shell: their words, options and what they are given on standard input.

use crate::formats::FormatError;
use crate::formats::curl::Dialect;
use crate::formats::curl::command::is_prefix;
use crate::formats::curl::words::{Word, dialect_of, split};

/// A command with its name taken off.
pub(super) struct ShellCommand {
    pub name: String,
    /// Where the name is.
    pub at: usize,
    pub words: Vec<Word>,
    /// Standard input, where the text holds it.
    pub input: Option<String>,
}

/// The commands of a text, and what is said about them.
pub(super) struct Commands {
    pub list: Vec<ShellCommand>,
    pub notes: Vec<(usize, String)>,
}

/// Cuts a text into its commands.
pub(super) fn commands(text: &str) -> Result<Commands, FormatError> {
    let read = split(text, if text.contains('\'') { Dialect::Bash } else { dialect_of(text) })?;
    let mut list = Vec::new();
    for command in read.commands {
        let mut words = command.words.into_iter().skip_while(|word| is_prefix(&word.text));
        if let Some(name) = words.next() {
            list.push(ShellCommand { name: name.text, at: name.start, words: words.collect(), input: command.input });
        }
    }
    Ok(Commands { list, notes: read.notes })
}

/// An option or an argument of a command.
pub(super) struct Given {
    /// The name of an option, without its value; empty for an argument.
    pub option: String,
    pub value: String,
    pub at: usize,
}

/// Tells options from arguments. `takes_value` names those that take the next word; `letters` the short ones among them.
pub(super) fn given(command: &ShellCommand, takes_value: &[&str], letters: &str) -> Vec<Given> {
    let mut out = Vec::new();
    let mut words = command.words.iter();
    let mut only_arguments = false;
    while let Some(word) = words.next() {
        let (text, at) = (word.text.as_str(), word.start);
        if only_arguments || !text.starts_with('-') || text == "-" {
            out.push(Given { option: String::new(), value: text.to_string(), at });
        } else if text == "--" {
            only_arguments = true;
        } else if text.starts_with("--") {
            let (name, value) = match text.split_once('=') {
                Some((name, value)) => (name, value.to_string()),
                None if takes_value.contains(&text) => (text, words.next().map(|word| word.text.clone()).unwrap_or_default()),
                None => (text, String::new()),
            };
            out.push(Given { option: name.to_string(), value, at });
        } else {
            // `-qO-`: letters, of which the last may take the rest or the next word.
            for (offset, letter) in text.char_indices().skip(1) {
                let mut value = String::new();
                let takes = letters.contains(letter);
                if takes {
                    let rest = text.get(offset + letter.len_utf8()..).unwrap_or_default();
                    value = if rest.is_empty() { words.next().map(|word| word.text.clone()).unwrap_or_default() } else { rest.to_string() };
                }
                out.push(Given { option: format!("-{letter}"), value, at });
                if takes {
                    break;
                }
            }
        }
    }
    out
}
