//! The quotes of bash; PowerShell shares the plain ones.

use super::Cutter;
use crate::formats::FormatError;

impl Cutter<'_> {
    pub(super) fn bash(&mut self) -> Result<(), FormatError> {
        while let Some((start, c)) = self.here() {
            self.at += 1;
            match c {
                ' ' | '\t' | '\r' => self.end_word(),
                '\n' | ';' | '|' => {
                    self.end_command(c, start);
                    if c == '\n' && !self.documents.is_empty() {
                        self.document_lines();
                    }
                }
                // A subshell.
                '(' if self.word.is_none() && self.out.commands.last().is_none_or(|c| c.words.is_empty()) => self.parens += 1,
                ')' if self.parens > 0 => {
                    self.parens -= 1;
                    self.end_command(';', start);
                }
                '<' if self.input() || self.placeholder(start) => {}
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
                    // A space after the backslash is a copying accident: the line should continue.
                    Some(' ' | '\t') if self.only_spaces_to_line_end() => {
                        self.note(start, "a space follows the \\ that ends a line; read as a line that goes on");
                        while self.peek().is_some_and(|c| c != '\n') {
                            self.at += 1;
                        }
                        self.at += 1;
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
                _ if self.typographic(c, start)? => {}
                _ => self.push(c, start),
            }
        }
        Ok(())
    }

    pub(super) fn only_spaces_to_line_end(&self) -> bool {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        rest.iter().map(|(_, c)| *c).find(|c| !matches!(c, ' ' | '\t' | '\r')) == Some('\n')
    }

    pub(super) fn single(&mut self, start: usize) -> Result<(), FormatError> {
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
    pub(super) fn double(&mut self, start: usize, escape: char) -> Result<(), FormatError> {
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

    /// `$NAME` and `${NAME}` with the value that the text assigns; without one, and `$(…)`: kept as they are written.
    pub(super) fn dollar(&mut self, start: usize) -> Result<(), FormatError> {
        if let Some((name, length)) = self.variable()
            && let Some(value) = self.value(&name, start)
        {
            self.at += length;
            self.open_word(start);
            if let Some(word) = &mut self.word {
                word.text.push_str(&value);
            }
            return Ok(());
        }
        self.push('$', start);
        match self.peek() {
            Some('(') => {
                let from = self.offset() + 1;
                let (mut depth, mut quote) = (0usize, None);
                loop {
                    let Some(c) = self.next() else { return Err(self.unclosed(start, "$(")) };
                    self.push(c, start);
                    match (quote, c) {
                        (None | Some('"'), '\\') => {
                            if let Some(escaped) = self.next() {
                                self.push(escaped, start);
                            }
                        }
                        (None, '\'' | '"') => quote = Some(c),
                        (Some(open), c) if c == open => quote = None,
                        (None, '(') => depth += 1,
                        (None, ')') if depth <= 1 => break,
                        (None, ')') => depth -= 1,
                        _ => {}
                    }
                }
                self.remember_inner(from..self.offset().saturating_sub(1));
                self.note(start, "a command in $(…) is not run; it is kept as written");
            }
            Some('{') => {
                while let Some(c) = self.next() {
                    self.push(c, start);
                    if c == '}' {
                        self.note(start, "a shell variable has no value here; it is kept as written");
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
                self.note(start, format!("{name} has no value here; it is kept as written"));
            }
            _ => {}
        }
        Ok(())
    }

    /// The name of the variable that follows a dollar sign, and over how many characters.
    fn variable(&self) -> Option<(String, usize)> {
        let braced = self.peek() == Some('{');
        let from = self.at + usize::from(braced);
        let rest = self.chars.get(from..).unwrap_or_default().iter().map(|(_, c)| *c);
        let name: String = rest.take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        let ends = !braced || self.chars.get(from + name.len()).is_some_and(|(_, c)| *c == '}');
        let length = name.len() + 2 * usize::from(braced);
        (ends && name.starts_with(|c: char| !c.is_ascii_digit())).then_some((name, length))
    }

    pub(super) fn until(&mut self, start: usize, close: char, what: &str) -> Result<(), FormatError> {
        self.push(close, start);
        let from = self.offset();
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
        self.remember_inner(from..self.offset().saturating_sub(1));
        self.note(start, format!("{what} is not run; it is kept as written"));
        Ok(())
    }

    /// `$'…'` (bash's ANSI-C quoting).
    pub(super) fn ansi(&mut self, start: usize) -> Result<(), FormatError> {
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
            self.note(start, "bytes in $'…' are not UTF-8; they become U+FFFD");
            String::from_utf8_lossy(broken.as_bytes()).into_owned()
        });
        if let Some(word) = &mut self.word {
            word.text.push_str(&text);
        }
        Ok(())
    }

    pub(super) fn digits(&mut self, most: usize, radix: u32) -> u32 {
        let mut value = 0u32;
        for _ in 0..most {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(radix)) else { break };
            value = value.wrapping_mul(radix).wrapping_add(digit);
            self.at += 1;
        }
        value
    }
}
