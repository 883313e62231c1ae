//! A command line into words, as bash, Windows' cmd and PowerShell cut it. Nothing is run and nothing is looked up:
//! `$VAR`, `$(…)` and `%VAR%` stay as they are written and are listed, but for variables to which the text itself gives a value.

use std::collections::HashMap;
use std::ops::Range;

use super::command::{assignment, is_command};
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
pub(in crate::formats) struct Word {
    pub text: String,
    /// Offset of its first byte in the command line, quotes included.
    pub start: usize,
}

/// One command: the words up to an operator or the end of the line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::formats) struct Command {
    pub words: Vec<Word>,
    /// The operator that ended it (`|`, `;`, `&`, a line end), and its offset.
    pub ended_by: Option<(char, usize)>,
    /// Its standard input, where a here-document or here-string says it.
    pub input: Option<String>,
}

/// Quotes that word processors and chats put in the place of those of the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typographic {
    Single,
    Double,
}

impl Typographic {
    pub fn of(c: char) -> Option<Self> {
        match c {
            '\u{2018}'..='\u{201b}' => Some(Self::Single),
            '\u{201c}'..='\u{201f}' => Some(Self::Double),
            _ => None,
        }
    }

    /// One for all of its kind.
    pub fn mark(self) -> char {
        match self {
            Self::Single => '\u{2019}',
            Self::Double => '\u{201d}',
        }
    }
}

/// What stands after `<<`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HereDocument {
    /// The line that ends it.
    pub end: String,
    /// Nothing in it is special to the shell.
    is_quoted: bool,
    /// Tabs before its lines go (`<<-`).
    strips_tabs: bool,
    /// Characters that say so.
    length: usize,
}

/// Reads `-'EOF'` and the like after `<<`.
pub(super) fn here_document(rest: &str) -> Option<HereDocument> {
    let strips_tabs = rest.starts_with('-');
    let word = rest.trim_start_matches('-').trim_start_matches([' ', '\t']);
    let lead = rest.len() - word.len();
    let quote = word.chars().next().filter(|c| matches!(c, '\'' | '"' | '\\'));
    let inside = if quote.is_some() { word.get(1..)? } else { word };
    let length = inside.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).unwrap_or(inside.len());
    let end = inside.get(..length).filter(|end| !end.is_empty())?.to_string();
    let quotes = match quote {
        Some('\\') => 1,
        Some(_) => 2,
        None => 0,
    };
    Some(HereDocument { end, is_quoted: quote.is_some(), strips_tabs, length: lead + length + quotes })
}

/// What a command line holds.
#[derive(Debug, Default)]
pub(in crate::formats) struct Split {
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
pub(in crate::formats) fn dialect_of(text: &str) -> Dialect {
    let ends_with = |mark: char| text.lines().rev().skip(1).any(|line| line.trim_end().ends_with(mark));
    let doubled = ["{\"\"", ":\"\"", ",\"\"", "\"\":"].iter().any(|mark| text.contains(mark)) && !text.contains('\'');
    if text.contains("^\"") || ends_with('^') || doubled {
        Dialect::Cmd
    } else if ends_with('`') || text.lines().any(|line| line.starts_with("PS ") && line.contains("> ")) {
        Dialect::PowerShell
    } else {
        Dialect::Bash
    }
}

/// Cuts a text into commands and words.
pub(in crate::formats) fn split(text: &str, dialect: Dialect) -> Result<Split, FormatError> {
    if u32::try_from(text.len()).is_err() {
        return Err(FormatError::without_place("a command line of more than 4 GiB"));
    }
    cut(text, 0..text.len(), dialect, Shell::default(), 0)
}

/// How deep commands in `$(…)` are looked for.
const DEEPEST: usize = 3;

fn cut(text: &str, range: Range<usize>, dialect: Dialect, shell: Shell, depth: usize) -> Result<Split, FormatError> {
    // Half of what offsets of the whole width would take: there is one for each character.
    let inside = text.get(range.clone()).unwrap_or_default();
    let chars = inside.char_indices().map(|(at, c)| ((range.start + at) as u32, c)).collect();
    let out = Split { commands: vec![Command::default()], notes: Vec::new() };
    let mut cutter = Cutter {
        text,
        chars,
        at: 0,
        word: None,
        next_word: NextWord::Own,
        shell,
        documents: Vec::new(),
        parens: 0,
        is_run: false,
        inner: Vec::new(),
        out,
    };
    match dialect {
        Dialect::Bash => cutter.bash()?,
        Dialect::Cmd => {
            cutter.carets();
            cutter.cmd()?;
        }
        Dialect::PowerShell => cutter.powershell()?,
    }
    cutter.end_word();
    let (mut out, inner, mut shell) = (cutter.out, cutter.inner, cutter.shell);
    // The last one first, so that what is put in moves none of the others.
    for (place, range) in inner.into_iter().rev().filter(|_| depth < DEEPEST) {
        let at = range.start;
        match cut(text, range, dialect, std::mem::take(&mut shell), depth + 1) {
            Ok(found) => {
                out.commands.splice(place..place, found.commands);
                found.notes.into_iter().for_each(|(at, message)| note(&mut out.notes, at, message));
            }
            Err(why) => note(&mut out.notes, at, why.message),
        }
    }
    Ok(out)
}

/// What the next word is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NextWord {
    /// One of the command.
    Own,
    /// The target of a redirection.
    Target,
    /// A here-string.
    Input,
}

struct Cutter<'a> {
    text: &'a str,
    chars: Vec<(u32, char)>,
    at: usize,
    word: Option<Word>,
    next_word: NextWord,
    shell: Shell,
    /// Here-documents whose lines follow, each with the number of its command.
    documents: Vec<(usize, HereDocument)>,
    /// Open `(` before commands.
    parens: usize,
    /// The word holds the output of a command, which nobody knows.
    is_run: bool,
    /// Commands in `$(…)`, each with the number of the command that it is in.
    inner: Vec<(usize, Range<usize>)>,
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
        let is_run = std::mem::take(&mut self.is_run);
        let kind = std::mem::replace(&mut self.next_word, NextWord::Own);
        if kind == NextWord::Target {
            self.note(word.start, format!("the redirection to {} is ignored", word.text));
        } else if kind == NextWord::Input {
            if let Some(command) = self.out.commands.last_mut() {
                command.input = Some(word.text + "\n");
            }
        } else if let Some(command) = self.out.commands.last_mut() {
            if command.words.is_empty() {
                self.shell.is_before = true;
            }
            match assignment(&word.text).filter(|_| self.shell.is_before) {
                Some((name, _)) if is_run => _ = self.shell.values.remove(name),
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
        if self.next_word == NextWord::Target {
            self.note(start, "two redirections follow one another");
        }
        self.next_word = NextWord::Target;
    }

    /// Takes `<<EOF` or `<<< word`, whose first `<` is behind; false for another redirection.
    fn input(&mut self) -> bool {
        if self.peek() != Some('<') {
            return false;
        }
        if self.peek_at(1) == Some('<') {
            self.end_word();
            self.at += 2;
            self.next_word = NextWord::Input;
            return true;
        }
        let rest: String = self.chars.iter().skip(self.at + 1).map(|(_, c)| *c).take_while(|c| *c != '\n').take(80).collect();
        let Some(document) = here_document(&rest) else { return false };
        self.end_word();
        self.at += 1 + document.length;
        self.documents.push((self.out.commands.len().saturating_sub(1), document));
        true
    }

    /// Takes the lines of here-documents, which begin here.
    fn document_lines(&mut self) {
        for (place, document) in std::mem::take(&mut self.documents) {
            let mut input = String::new();
            let start = self.offset();
            let mut at = start;
            for line in self.text.get(at..).unwrap_or_default().split_inclusive('\n') {
                at += line.len();
                let content = if document.strips_tabs { line.trim_start_matches('\t') } else { line };
                if content.trim_end() == document.end {
                    break;
                }
                input.push_str(content);
            }
            self.at = self.chars.partition_point(|(place, _)| (*place as usize) < at);
            if !document.is_quoted {
                input = self.filled(&input, start);
            }
            if let Some(command) = self.out.commands.get_mut(place) {
                command.input = Some(input);
            }
        }
    }

    /// A text with the values that `${NAME}` stands for, each filled in once.
    fn filled(&mut self, text: &str, at: usize) -> String {
        let (mut out, mut rest) = (String::with_capacity(text.len()), text);
        while let Some((before, behind)) = rest.split_once("${") {
            out.push_str(before);
            let length = behind.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
            let name = behind.get(..length).filter(|_| behind.as_bytes().get(length) == Some(&b'}'));
            match name.and_then(|name| self.value(name, at)) {
                Some(value) => {
                    out.push_str(&value);
                    rest = behind.get(length + 1..).unwrap_or_default();
                }
                None => {
                    out.push_str("${");
                    rest = behind;
                }
            }
        }
        out + rest
    }

    /// Takes `<ITEM-ID>`, whose `<` is behind: what documentation writes where a value is to be filled in.
    fn placeholder(&mut self, start: usize) -> bool {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let length =
            rest.iter().take(60).position(|(_, c)| !(c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.'))).unwrap_or(rest.len());
        let is_name = rest.first().is_some_and(|(_, c)| c.is_alphabetic())
            && rest.get(length).is_some_and(|(_, c)| *c == '>')
            && length.checked_sub(1).and_then(|last| rest.get(last)).is_some_and(|(_, c)| *c != ' ');
        if !is_name {
            return false;
        }
        let name: String = rest.iter().take(length).map(|(_, c)| *c).collect();
        self.at += length + 1;
        format!("<{name}>").chars().for_each(|c| self.push(c, start));
        self.note(start, format!("<{name}> is a placeholder to be filled in; outside quotes a shell takes it for redirections"));
        true
    }

    /// Takes a word in typographic quotes, when one opens with this character.
    fn typographic(&mut self, c: char, start: usize) -> Result<bool, FormatError> {
        let Some(kind) = Typographic::of(c) else { return Ok(false) };
        let opens = self.word.as_ref().is_none_or(|word| word.text.ends_with('=') || word.text.len() == 2 && word.text.starts_with('-'));
        if !opens {
            return Ok(false);
        }
        self.open_word(start);
        loop {
            match self.next() {
                None => return Err(self.unclosed(start, "a typographic quote")),
                Some(c) if Typographic::of(c) == Some(kind) => break,
                Some('\'') if kind == Typographic::Single => break,
                Some('"') if kind == Typographic::Double => break,
                Some('$') if kind == Typographic::Double => self.dollar(start)?,
                // JSON in quotes, all of which were changed.
                Some(c) if Typographic::of(c) == Some(Typographic::Double) => self.push('"', start),
                Some(c) => self.push(c, start),
            }
        }
        self.note(start, "typographic quotes, read as those of the keyboard; a shell takes them for letters");
        Ok(true)
    }

    /// Remembers a command in `$(…)` that is a request of its own.
    fn remember_inner(&mut self, range: Range<usize>) {
        self.is_run = true;
        let inside = self.text.get(range.clone()).unwrap_or_default();
        if inside.contains("curl") && is_command(inside) {
            self.inner.push((self.out.commands.len().saturating_sub(1), range));
        }
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
