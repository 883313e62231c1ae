//! A command line into words, as bash, Windows' cmd and PowerShell cut it. Nothing is run and nothing is looked up:
//! `$VAR`, `$(…)` and `%VAR%` stay as they stand and are listed.

use crate::formats::FormatError;

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
    /// What stays as it stands, or goes: offset and words.
    pub notes: Vec<(usize, String)>,
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
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut cutter =
        Cutter { text, chars, at: 0, word: None, skip_word: false, out: Split { commands: vec![Command::default()], notes: Vec::new() } };
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
    chars: Vec<(usize, char)>,
    at: usize,
    word: Option<Word>,
    /// The next word is the target of a redirection.
    skip_word: bool,
    out: Split,
}

impl Cutter<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).map(|(_, c)| *c)
    }

    fn peek_at(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).map(|(_, c)| *c)
    }

    fn offset(&self) -> usize {
        self.chars.get(self.at).map_or(self.text.len(), |(at, _)| *at)
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
            self.out.notes.push((word.start, format!("the redirection to {} is not carried over", word.text)));
        } else if let Some(command) = self.out.commands.last_mut() {
            command.words.push(word);
        }
    }

    fn end_command(&mut self, by: char, at: usize) {
        self.end_word();
        if let Some(command) = self.out.commands.last_mut().filter(|c| !c.words.is_empty()) {
            command.ended_by = Some((by, at));
            self.out.commands.push(Command::default());
        }
    }

    fn note(&mut self, at: usize, message: impl Into<String>) {
        self.out.notes.push((at, message.into()));
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
            self.note(start, "two redirections stand one after the other");
        }
        self.skip_word = true;
    }

    fn bash(&mut self) -> Result<(), FormatError> {
        while let Some((start, c)) = self.chars.get(self.at).copied() {
            self.at += 1;
            match c {
                ' ' | '\t' | '\r' => self.end_word(),
                '\n' | ';' | '|' => self.end_command(c, start),
                '&' if self.peek() == Some('>') => self.redirection(start),
                '&' => self.end_command(c, start),
                '>' | '<' => self.redirection(start),
                '#' if self.word.is_none() => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.at += 1;
                    }
                }
                '\\' => match self.next() {
                    Some('\n') => {}
                    Some('\r') if self.peek() == Some('\n') => self.at += 1,
                    // A blank behind the backslash is a copying accident: the line was meant to go on.
                    Some(blank @ (' ' | '\t')) if self.only_blanks_to_line_end() => {
                        self.note(start, "a blank stands behind the \\ that ends a line; read as a line that goes on");
                        while self.peek().is_some_and(|c| c != '\n') {
                            self.at += 1;
                        }
                        self.at += 1;
                        debug_assert!(blank.is_ascii_whitespace());
                    }
                    Some(c) => self.push(c, start),
                    None => self.push('\\', start),
                },
                '\'' => self.single(start)?,
                '"' => self.double(start, '\\')?,
                '$' if self.peek() == Some('\'') => {
                    self.at += 1;
                    self.ansi(start)?;
                }
                '$' if self.peek() == Some('"') => {
                    self.at += 1;
                    self.double(start, '\\')?;
                }
                '$' => self.dollar(start)?,
                '`' => self.until(start, '`', "a command in backticks")?,
                _ => self.push(c, start),
            }
        }
        Ok(())
    }

    fn only_blanks_to_line_end(&self) -> bool {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        rest.iter().map(|(_, c)| *c).find(|c| !matches!(c, ' ' | '\t' | '\r')) == Some('\n')
    }

    fn single(&mut self, start: usize) -> Result<(), FormatError> {
        self.open_word(start);
        loop {
            match self.next() {
                Some('\'') => return Ok(()),
                Some(c) => self.push(c, start),
                None => return Err(self.unclosed(start, "a single quote")),
            }
        }
    }

    /// Text in double quotes; `escape` is the character that takes the meaning from the next one.
    fn double(&mut self, start: usize, escape: char) -> Result<(), FormatError> {
        self.open_word(start);
        loop {
            let here = self.offset();
            match self.next() {
                Some('"') if escape == '`' && self.peek() == Some('"') => {
                    self.at += 1;
                    self.push('"', start);
                }
                Some('"') => return Ok(()),
                Some('`') if escape == '`' => match self.next() {
                    Some('n') => self.push('\n', start),
                    Some('r') => self.push('\r', start),
                    Some('t') => self.push('\t', start),
                    Some('0') => self.push('\0', start),
                    Some(c) => self.push(c, start),
                    None => return Err(self.unclosed(start, "a double quote")),
                },
                Some('\\') if escape == '\\' => match self.next() {
                    Some('\n') => {}
                    Some(c @ ('"' | '\\' | '$' | '`')) => self.push(c, start),
                    Some(c) => {
                        self.push('\\', start);
                        self.push(c, start);
                    }
                    None => return Err(self.unclosed(start, "a double quote")),
                },
                Some('$') => self.dollar(here)?,
                Some('`') => self.until(here, '`', "a command in backticks")?,
                Some(c) => self.push(c, start),
                None => return Err(self.unclosed(start, "a double quote")),
            }
        }
    }

    /// `$NAME`, `${…}`, `$(…)`: kept as they stand.
    fn dollar(&mut self, start: usize) -> Result<(), FormatError> {
        self.push('$', start);
        match self.peek() {
            Some('(') => {
                let mut depth = 0usize;
                loop {
                    match self.next() {
                        Some(c) => {
                            self.push(c, start);
                            match c {
                                '(' => depth += 1,
                                ')' if depth == 1 => break,
                                ')' => depth -= 1,
                                _ => {}
                            }
                        }
                        None => return Err(self.unclosed(start, "$(")),
                    }
                }
                self.note(start, "a command in $(…) is not run; it stays as it stands");
            }
            Some('{') => {
                while let Some(c) = self.next() {
                    self.push(c, start);
                    if c == '}' {
                        self.note(start, "a shell variable has no value here; it stays as it stands");
                        return Ok(());
                    }
                }
                return Err(self.unclosed(start, "${"));
            }
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                let mut name = String::from("$");
                while let Some(c) = self.peek().filter(|c| c.is_ascii_alphanumeric() || *c == '_') {
                    self.at += 1;
                    self.push(c, start);
                    name.push(c);
                }
                self.note(start, format!("{name} has no value here; it stays as it stands"));
            }
            _ => {}
        }
        Ok(())
    }

    fn until(&mut self, start: usize, close: char, what: &str) -> Result<(), FormatError> {
        self.push(close, start);
        loop {
            match self.next() {
                Some(c) => {
                    self.push(c, start);
                    if c == close {
                        break;
                    }
                }
                None => return Err(self.unclosed(start, what)),
            }
        }
        self.note(start, format!("{what} is not run; it stays as it stands"));
        Ok(())
    }

    /// `$'…'` (bash's ANSI-C quoting).
    fn ansi(&mut self, start: usize) -> Result<(), FormatError> {
        self.open_word(start);
        let mut bytes: Vec<u8> = Vec::new();
        loop {
            let c = match self.next() {
                Some('\'') => break,
                Some('\\') => self.next().ok_or_else(|| self.unclosed(start, "$'"))?,
                Some(c) => {
                    bytes.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
                    continue;
                }
                None => return Err(self.unclosed(start, "$'")),
            };
            match c {
                'a' => bytes.push(7),
                'b' => bytes.push(8),
                'e' | 'E' => bytes.push(27),
                'f' => bytes.push(12),
                'n' => bytes.push(b'\n'),
                'r' => bytes.push(b'\r'),
                't' => bytes.push(b'\t'),
                'v' => bytes.push(11),
                '\\' | '\'' | '"' | '?' => bytes.push(c as u8),
                '0'..='7' => {
                    self.at -= 1;
                    // bash keeps the low eight bits.
                    bytes.push((self.digits(3, 8) & 0xff) as u8);
                }
                'x' if self.peek().is_some_and(|c| c.is_ascii_hexdigit()) => bytes.push(self.digits(2, 16) as u8),
                'u' | 'U' if self.peek().is_some_and(|c| c.is_ascii_hexdigit()) => {
                    let code = self.digits(if c == 'u' { 4 } else { 8 }, 16);
                    let shown = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                    bytes.extend(shown.encode_utf8(&mut [0; 4]).as_bytes());
                }
                'c' => {
                    if let Some(letter) = self.next() {
                        bytes.push((letter.to_ascii_uppercase() as u32 & 0x1f) as u8);
                    }
                }
                _ => {
                    bytes.push(b'\\');
                    bytes.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
        }
        let text = String::from_utf8(bytes).unwrap_or_else(|broken| {
            self.note(start, "bytes in $'…' are not UTF-8; they stand as U+FFFD");
            String::from_utf8_lossy(broken.as_bytes()).into_owned()
        });
        if let Some(word) = &mut self.word {
            word.text.push_str(&text);
        }
        Ok(())
    }

    fn digits(&mut self, most: usize, radix: u32) -> u32 {
        let mut value = 0u32;
        for _ in 0..most {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(radix)) else { break };
            value = value.wrapping_mul(radix).wrapping_add(digit);
            self.at += 1;
        }
        value
    }

    /// cmd's first pass: `^x` is x, `^` before a line end joins the lines, `^` and two line ends are one line end.
    /// An operator that was escaped, or stands in quotes, is marked by a NUL before it.
    fn carets(&mut self) {
        let mut out = Vec::with_capacity(self.chars.len());
        let mut quoted = false;
        let mut at = 0;
        while let Some((offset, c)) = self.chars.get(at).copied() {
            at += 1;
            match c {
                '"' => {
                    quoted = !quoted;
                    out.push((offset, c));
                }
                '^' if !quoted => {
                    let mut joined = false;
                    if self.chars.get(at).map(|x| x.1) == Some('\r') && self.chars.get(at + 1).map(|x| x.1) == Some('\n') {
                        at += 1;
                    }
                    if self.chars.get(at).map(|x| x.1) == Some('\n') {
                        (at, joined) = (at + 1, true);
                    }
                    if joined && self.chars.get(at).map(|x| x.1) == Some('\r') {
                        at += 1;
                    }
                    if let Some((offset, c)) = self.chars.get(at).copied() {
                        at += 1;
                        if matches!(c, '&' | '|' | '<' | '>' | '\n') {
                            out.push((offset, '\0'));
                        }
                        out.push((offset, c));
                    }
                }
                '&' | '|' | '<' | '>' | '\n' if quoted => out.extend([(offset, '\0'), (offset, c)]),
                _ => out.push((offset, c)),
            }
        }
        self.chars = out;
    }

    /// cmd's operators and the C runtime's words: `\"` is a quote, `""` inside quotes is one too.
    fn cmd(&mut self) -> Result<(), FormatError> {
        let mut quote: Option<usize> = None;
        while let Some((start, c)) = self.chars.get(self.at).copied() {
            self.at += 1;
            match c {
                '\0' => {
                    if let Some(c) = self.next() {
                        self.push(c, start);
                    }
                }
                '\\' => {
                    let mut count = 1;
                    while self.peek() == Some('\\') {
                        self.at += 1;
                        count += 1;
                    }
                    let before_quote = self.peek() == Some('"');
                    for _ in 0..if before_quote { count / 2 } else { count } {
                        self.push('\\', start);
                    }
                    if before_quote && count % 2 == 1 {
                        self.at += 1;
                        self.push('"', start);
                    }
                }
                '"' if quote.is_some() && self.peek() == Some('"') => {
                    self.at += 1;
                    self.push('"', start);
                }
                '"' => {
                    self.open_word(start);
                    quote = if quote.is_some() { None } else { Some(start) };
                }
                _ if quote.is_some() => self.push(c, start),
                ' ' | '\t' | '\r' => self.end_word(),
                '\n' | '&' | '|' => self.end_command(c, start),
                '>' | '<' => self.redirection(start),
                '%' => {
                    self.push(c, start);
                    let name: String =
                        self.chars.iter().skip(self.at).map(|(_, c)| *c).take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                    let hex = name.bytes().take(2).all(|b| b.is_ascii_hexdigit());
                    if !name.is_empty() && !hex && self.peek_at(name.len()) == Some('%') {
                        self.note(start, format!("%{name}% has no value here; it stays as it stands"));
                    }
                }
                _ => self.push(c, start),
            }
        }
        quote.map_or(Ok(()), |at| Err(self.unclosed(at, "a double quote")))
    }

    fn powershell(&mut self) -> Result<(), FormatError> {
        while let Some((start, c)) = self.chars.get(self.at).copied() {
            self.at += 1;
            match c {
                ' ' | '\t' | '\r' => self.end_word(),
                '\n' | ';' | '|' => self.end_command(c, start),
                '>' => self.redirection(start),
                '`' => match self.next() {
                    Some('\n') => {}
                    Some('\r') if self.peek() == Some('\n') => self.at += 1,
                    Some(c) => self.push(c, start),
                    None => {}
                },
                '\'' => loop {
                    self.single(start)?;
                    if self.peek() != Some('\'') {
                        break;
                    }
                    self.at += 1;
                    self.push('\'', start);
                },
                '"' => self.double(start, '`')?,
                '$' => self.dollar(start)?,
                _ => self.push(c, start),
            }
        }
        Ok(())
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
