//! The quotes of cmd.exe, of the C runtime behind it, and of PowerShell.

use super::Cutter;
use crate::formats::FormatError;

impl Cutter<'_> {
    /// cmd's first pass: `^x` is x, `^` before a line end joins the lines, `^` and two line ends are one line end.
    /// An operator that was escaped, or is in quotes, is marked by a NUL before it.
    pub(super) fn carets(&mut self) {
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
    pub(super) fn cmd(&mut self) -> Result<(), FormatError> {
        let mut quote: Option<usize> = None;
        while let Some((start, c)) = self.here() {
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
                        self.note(start, format!("%{name}% has no value here; it is kept as written"));
                    }
                }
                _ => self.push(c, start),
            }
        }
        quote.map_or(Ok(()), |at| Err(self.unclosed(at, "a double quote")))
    }

    pub(super) fn powershell(&mut self) -> Result<(), FormatError> {
        while let Some((start, c)) = self.here() {
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
                _ if self.typographic(c, start)? => {}
                _ => self.push(c, start),
            }
        }
        Ok(())
    }
}
