//! The texts of a script in PowerShell: quotes, here-strings, and the variables in them.

use super::reader::{Reader, near};
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

    /// A text in double quotes with its escapes, variables and `$(…)`. A doubled quote is one.
    pub(super) fn double_quoted(&mut self) -> String {
        let from = self.at;
        self.bump();
        let mut text = String::new();
        loop {
            match self.peek() {
                Some('"') => {
                    self.bump();
                    if !self.take("\"") {
                        return text;
                    }
                    text.push('"');
                }
                Some(_) => self.expand(&mut text),
                None => {
                    self.unclosed.get_or_insert(from);
                    return String::new();
                }
            }
        }
    }

    /// `@"` and a line, up to a line that begins with `"@`. Its quotes are letters like others.
    pub(super) fn here_string(&mut self) -> Value {
        let from = self.at;
        let is_double = self.rest().starts_with("@\"");
        let closing = if is_double { "\n\"@" } else { "\n'@" };
        let body = self.rest().find('\n').map(|at| from + at);
        let found = body.and_then(|start| Some((start + 1, start + self.text.get(start..)?.find(closing)?)));
        let Some((start, end)) = found else {
            self.unclosed.get_or_insert(from);
            self.at = self.text.len();
            return Value::Unknown;
        };
        let inside = self.text.get(start..end.max(start)).unwrap_or_default().trim_end_matches('\r');
        let text = if is_double {
            // What it fills in ends within it.
            let whole = self.text;
            (self.text, self.at) = (whole.get(..start + inside.len()).unwrap_or_default(), start);
            let mut text = String::new();
            while self.at < self.text.len() {
                self.expand(&mut text);
            }
            self.text = whole;
            text
        } else {
            inside.to_string()
        };
        self.at = end + closing.len();
        Value::Text(text)
    }

    /// Adds what stands for the next character of a text: itself, an escape, or the value of a variable or of `$(…)`.
    pub(super) fn expand(&mut self, out: &mut String) {
        match self.peek() {
            Some('`') => {
                self.bump();
                out.extend(self.escaped());
            }
            Some('$') if self.rest().starts_with("$(") => {
                let value = self.operand();
                out.push_str(&value.text().unwrap_or_default());
            }
            // In a text a member is no part of the variable.
            Some('$') => match self.plain_variable() {
                Some(path) => out.push_str(&self.resolve(&path).text().unwrap_or_default()),
                None => out.extend(self.bump()),
            },
            _ => out.extend(self.bump()),
        }
    }

    /// What a backtick and the characters behind it stand for.
    fn escaped(&mut self) -> Option<char> {
        Some(match self.bump()? {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '0' => '\0',
            'b' => '\u{8}',
            'a' => '\u{7}',
            'f' => '\u{c}',
            'v' => '\u{b}',
            'e' => '\u{1b}',
            'u' if self.rest().starts_with('{') => {
                let end = near(self.rest(), '}')?;
                let code = self.rest().get(1..end)?;
                self.at += end + 1;
                return u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
            }
            '\n' => return None,
            c => c,
        })
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
        if name.is_empty() {
            return None;
        }
        self.at += 1 + name.len();
        Some(name.split(':').map(str::to_string).collect())
    }
}
