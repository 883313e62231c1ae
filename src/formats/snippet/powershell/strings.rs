//! The texts of a script in PowerShell: quotes, here-strings, and the variables in them.

use super::reader::{Reader, near};
use crate::domain::limits::MAX_NESTING;
use crate::formats::snippet::value::Value;

impl Reader<'_> {
    pub(super) fn single_quoted(&mut self) -> String {
        // PowerShell takes the typographic ones for the same.
        let is_quote = |c: char| matches!(c, '\'' | '\u{2018}'..='\u{201b}');
        let from = self.at;
        self.bump();
        let mut text = String::new();
        loop {
            match self.bump() {
                Some(c) if is_quote(c) => match self.peek().filter(|next| is_quote(*next)) {
                    Some(next) => {
                        self.bump();
                        text.push(next);
                    }
                    None => return text,
                },
                Some(c) => text.push(c),
                None => {
                    self.unclosed.get_or_insert(from);
                    return text;
                }
            }
        }
    }

    pub(super) fn double_quoted(&mut self) -> String {
        let from = self.at;
        self.bump();
        let start = self.at;
        let mut text = self.text.get(start..).unwrap_or_default().char_indices().peekable();
        let mut end = None;
        while let Some((at, c)) = text.next() {
            match c {
                '`' => {
                    text.next();
                }
                '"' if text.peek().is_some_and(|(_, next)| *next == '"') => {
                    text.next();
                }
                '"' => {
                    end = Some(start + at);
                    break;
                }
                _ => {}
            }
        }
        let Some(end) = end else {
            self.unclosed.get_or_insert(from);
            self.at = self.text.len();
            return String::new();
        };
        let inside = self.text.get(start..end).unwrap_or_default();
        self.at = end + 1;
        self.filled(inside)
    }

    /// `@"` and a line, up to a line that begins with `"@`.
    pub(super) fn here_string(&mut self) -> Value {
        let from = self.at;
        let is_double = self.rest().starts_with("@\"");
        let closing = if is_double { "\n\"@" } else { "\n'@" };
        let body = self.rest().find('\n').map(|at| from + at);
        let found = body.and_then(|start| Some((start, start + self.text.get(start..)?.find(closing)?)));
        let Some((start, end)) = found else {
            self.unclosed.get_or_insert(from);
            self.at = self.text.len();
            return Value::Unknown;
        };
        let inside = self.text.get(start + 1..end.max(start + 1)).unwrap_or_default().trim_end_matches('\r');
        self.at = end + closing.len();
        Value::Text(if is_double { self.filled(inside) } else { inside.to_string() })
    }

    /// A text in double quotes with its escapes and variables.
    pub(super) fn filled(&mut self, inside: &str) -> String {
        if self.depth >= MAX_NESTING {
            return inside.to_string();
        }
        let mut out = String::new();
        let mut chars = inside.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            match c {
                '`' => match chars.next().map(|(_, c)| c) {
                    Some('n') => out.push('\n'),
                    Some('t') => out.push('\t'),
                    Some('r') => out.push('\r'),
                    Some('0') => out.push('\0'),
                    Some('b') => out.push('\u{8}'),
                    Some('a') => out.push('\u{7}'),
                    Some('f') => out.push('\u{c}'),
                    Some('v') => out.push('\u{b}'),
                    Some('e') => out.push('\u{1b}'),
                    Some('u') if inside.get(at + 2..).is_some_and(|rest| rest.starts_with('{')) => {
                        let code: String = chars.by_ref().skip(1).map(|(_, c)| c).take_while(|c| *c != '}').collect();
                        out.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
                    }
                    Some('\n') | None => {}
                    Some(c) => out.push(c),
                },
                '"' => {
                    chars.next_if(|(_, c)| *c == '"');
                    out.push('"');
                }
                '$' => {
                    let length = {
                        let mut inner = Reader {
                            text: inside,
                            at,
                            depth: self.depth + 1,
                            variables: std::mem::take(&mut self.variables),
                            budget: self.budget,
                            found: Vec::new(),
                            unclosed: None,
                        };
                        let is_code = inside.get(at + 1..).is_some_and(|rest| rest.starts_with('('));
                        let value = if is_code {
                            Some(inner.operand())
                        } else {
                            // In a text a member is no part of the variable.
                            inner.plain_variable().map(|path| inner.resolve(&path))
                        };
                        (self.variables, self.budget) = (std::mem::take(&mut inner.variables), inner.budget);
                        match value {
                            Some(value) => {
                                out.push_str(&value.text().unwrap_or_default());
                                inner.at - at
                            }
                            None => {
                                out.push('$');
                                1
                            }
                        }
                    };
                    while chars.next_if(|(next, _)| *next < at + length).is_some() {}
                }
                c => out.push(c),
            }
        }
        out
    }

    pub(super) fn plain_variable(&mut self) -> Option<Vec<String>> {
        let rest = self.rest().strip_prefix('$')?;
        if let Some(inside) = rest.strip_prefix('{') {
            let end = near(inside, '}')?;
            self.at += end + 3;
            return Some(inside.get(..end)?.split(':').map(str::to_string).collect());
        }
        let length = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':'))).unwrap_or(rest.len());
        let name = rest.get(..length)?.trim_end_matches(':');
        self.at += 1 + name.len();
        (!name.is_empty()).then(|| name.split(':').map(str::to_string).collect())
    }
}
