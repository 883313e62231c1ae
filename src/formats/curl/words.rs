//! A command line into words, as bash, Windows' cmd and PowerShell cut it. Nothing is run and nothing is looked up:
//! `$VAR`, `$(…)` and `%VAR%` stay as they are written and are listed, but for variables to which the text itself gives a value.

use std::collections::HashMap;

use crate::domain::limits::{MAX_LISTED, MAX_VARIABLES};
use crate::formats::FormatError;

mod bash;
mod windows;

/// Whose rules of quoting a command line follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// bash, zsh, sh.
    Bash,
    /// Windows' cmd.exe, then the rules of the C runtime.
    Cmd,
    /// PowerShell.
    PowerShell,
}

/// One word after quotes are taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub text: String,
    /// Offset of its first byte in the command line, quotes included.
    pub start: usize,
}

/// One command: the words up to an operator or the end of the line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Command {
    pub words: Vec<Word>,
    /// The operator that ended it (`|`, `;`, `&`, a line end), and its offset.
    pub ended_by: Option<(char, usize)>,
}

/// What a command line holds.
#[derive(Debug, Default)]
pub(super) struct Split {
    pub commands: Vec<Command>,
    /// What stays as it is written, or goes: offset and words.
    pub notes: Vec<(usize, String)>,
}

/// Adds to what is not carried over; of very much the begin is listed, and said to be that.
pub(super) fn note(notes: &mut Vec<(usize, String)>, at: usize, message: impl Into<String>) {
    match notes.len() {
        ..MAX_LISTED => notes.push((at, message.into())),
        MAX_LISTED => notes.push((at, "from here on there is more, which is not listed".into())),
        _ => {}
    }
}

/// Whose quoting a text has: caret quotes are cmd's, a backtick at a line's end is PowerShell's.
pub(super) fn dialect_of(text: &str) -> Dialect {
    let ends_with = |mark: char| text.lines().rev().skip(1).any(|line| line.trim_end().ends_with(mark));
    let doubled = ["{\"\"", ":\"\"", ",\"\"", "\"\":"].iter().any(|mark| text.contains(mark)) && !text.contains('\'');
    if text.contains("^\"") || ends_with('^') || doubled {
        Dialect::Cmd
    } else if ends_with('`') {
        Dialect::PowerShell
    } else {
        Dialect::Bash
    }
}

/// Cuts a text into commands and words.
pub(super) fn split(text: &str, dialect: Dialect) -> Result<Split, FormatError> {
    if u32::try_from(text.len()).is_err() {
        return Err(FormatError::without_place("a command line of more than 4 GiB"));
    }
    // Half of what offsets of the whole width would take: there is one for each character.
    let chars = text.char_indices().map(|(at, c)| (at as u32, c)).collect();
    let out = Split { commands: vec![Command::default()], notes: Vec::new() };
    let mut cutter = Cutter { text, chars, at: 0, word: None, skip_word: false, shell: Shell::default(), out };
    match dialect {
        Dialect::Bash => cutter.bash()?,
        Dialect::Cmd => {
            cutter.carets();
            cutter.cmd()?;
        }
        Dialect::PowerShell => cutter.powershell()?,
    }
    cutter.end_word();
    Ok(cutter.out)
}

struct Cutter<'a> {
    text: &'a str,
    chars: Vec<(u32, char)>,
    at: usize,
    word: Option<Word>,
    /// The next word is the target of a redirection.
    skip_word: bool,
    shell: Shell,
    out: Split,
}

/// The values that a text assigns to shell variables (`TOKEN=x` before a command or on a line of its own).
#[derive(Default)]
struct Shell {
    values: HashMap<String, String>,
    /// Those that precede the command of this line: the shell expands it before it assigns them.
    of_this_command: Vec<String>,
    /// Nothing but assignments came before in this command.
    is_before: bool,
    /// Bytes that were filled in so far.
    filled: usize,
}

/// The name and value of an assignment of the shell.
pub(super) fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    (is_name && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')).then_some((name, value))
}

impl Cutter<'_> {
    /// The character at the place, and its offset.
    fn here(&self) -> Option<(usize, char)> {
        self.chars.get(self.at).map(|(at, c)| (*at as usize, *c))
    }

    fn peek(&self) -> Option<char> {
        self.here().map(|(_, c)| c)
    }

    fn peek_at(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).map(|(_, c)| *c)
    }

    fn offset(&self) -> usize {
        self.here().map_or(self.text.len(), |(at, _)| at)
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn push(&mut self, c: char, start: usize) {
        self.word.get_or_insert_with(|| Word { text: String::new(), start }).text.push(c);
    }

    fn open_word(&mut self, start: usize) {
        self.word.get_or_insert_with(|| Word { text: String::new(), start });
    }

    fn end_word(&mut self) {
        let Some(word) = self.word.take() else { return };
        if std::mem::take(&mut self.skip_word) {
            self.note(word.start, format!("the redirection to {} is ignored", word.text));
        } else if let Some(command) = self.out.commands.last_mut() {
            if command.words.is_empty() {
                self.shell.is_before = true;
            }
            match assignment(&word.text).filter(|_| self.shell.is_before) {
                Some((name, value)) => {
                    self.shell.values.insert(name.to_string(), value.to_string());
                    self.shell.of_this_command.push(name.to_string());
                }
                None => self.shell.is_before &= matches!(word.text.as_str(), "$" | "%" | ">" | "export"),
            }
            command.words.push(word);
        }
    }

    /// The value that the text itself assigns to a variable.
    fn value(&mut self, name: &str, at: usize) -> Option<String> {
        let value = self.shell.values.get(name)?.clone();
        self.shell.filled += value.len();
        if self.shell.filled > MAX_VARIABLES {
            return None;
        }
        if self.shell.of_this_command.iter().any(|own| own == name) {
            let early = format!(
                "${name} is filled in here; the shell does that before {name}=… counts, and would send its former value. Put it on a line of its own"
            );
            self.note(at, early);
        }
        Some(value)
    }

    fn end_command(&mut self, by: char, at: usize) {
        self.end_word();
        self.shell.of_this_command.clear();
        if let Some(command) = self.out.commands.last_mut().filter(|c| !c.words.is_empty()) {
            command.ended_by = Some((by, at));
            self.out.commands.push(Command::default());
        }
    }

    fn note(&mut self, at: usize, message: impl Into<String>) {
        note(&mut self.out.notes, at, message);
    }

    fn unclosed(&self, at: usize, what: &str) -> FormatError {
        FormatError::at(self.text, at, format!("{what} is opened here and never closed")).with_help("is the command complete?")
    }

    fn redirection(&mut self, start: usize) {
        // The number before it is a file descriptor: `2>&1`.
        if self.word.as_ref().is_some_and(|w| w.text.bytes().all(|b| b.is_ascii_digit())) {
            self.word = None;
        }
        self.end_word();
        while matches!(self.peek(), Some('>' | '<' | '&')) {
            self.at += 1;
        }
        if self.skip_word {
            self.note(start, "two redirections follow one another");
        }
        self.skip_word = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, dialect: Dialect) -> Vec<String> {
        let split = split(text, dialect).map(|s| s.commands).unwrap_or_default();
        split.into_iter().next().unwrap_or_default().words.into_iter().map(|w| w.text).collect()
    }

    #[test]
    fn bash_quotes() {
        assert_eq!(words(r#"a 'b c' "d\"e\x" f\ g "" h'i'"j""#, Dialect::Bash), ["a", "b c", "d\"e\\x", "f g", "", "hij"]);
        assert_eq!(words("a \\\n  b \\\r\n c", Dialect::Bash), ["a", "b", "c"]);
        assert_eq!(words(r"$'a\n\x41\u00e4\101\cA\'\q\xc3\xa4'", Dialect::Bash), ["a\nA\u{e4}A\u{1}'\\q\u{e4}"]);
        assert_eq!(words("a #b\nc", Dialect::Bash), ["a"]);
        assert_eq!(words("a 2>&1 b >c d", Dialect::Bash), ["a", "b", "d"]);
    }

    #[test]
    fn nothing_is_run_or_looked_up() {
        let found = split(r#"a "$TOKEN" $(cat x) `id` ${B}"#, Dialect::Bash).unwrap_or_default();
        assert_eq!(
            found.commands[0].words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>(),
            ["a", "$TOKEN", "$(cat x)", "`id`", "${B}"]
        );
        assert_eq!(found.notes.len(), 4);
    }

    #[test]
    fn cmd_quotes() {
        assert_eq!(words("a ^\"b c^\" ^\n  \"d\"\"e\" \"h\\\\\" ^\"^\\^\"i^\"", Dialect::Cmd), ["a", "b c", "d\"e", "h\\", "\"i"]);
        assert_eq!(words("^\"x^\n\ny^&z^\"", Dialect::Cmd), ["x\ny&z"]);
        assert_eq!(words("\"a^b&c\" d", Dialect::Cmd), ["a^b&c", "d"]);
    }

    #[test]
    fn cmd_counts_every_quote_the_c_runtime_only_bare_ones() {
        assert_eq!(words("\"{\\\"a\\\":1}\" b^&c", Dialect::Cmd), ["{\"a\":1}", "b&c"]);
    }

    #[test]
    fn powershell_quotes() {
        assert_eq!(words("a `\n 'b''c' \"d`\"e\" `$f", Dialect::PowerShell), ["a", "b'c", "d\"e", "$f"]);
    }

    #[test]
    fn an_open_quote_is_named_with_its_place() {
        for (text, dialect) in
            [("a\n 'b", Dialect::Bash), ("a\n \"b", Dialect::Cmd), ("a\n \"b", Dialect::PowerShell), ("a\n $'b\\", Dialect::Bash)]
        {
            assert_eq!(split(text, dialect).err().map(|e| (e.line, e.column)), Some((2, 2)), "{text:?}");
        }
    }
}
