//! The values of a script in PowerShell, as far as they are literal.

use super::reader::{Reader, near, without_names};
use crate::domain::limits::MAX_NESTING;
use crate::formats::snippet::expression::sum;
use crate::formats::snippet::functions::{base64_of, fill_fields};
use crate::formats::snippet::value::{Call, JsonStyle, Member, Value, is_name};
use crate::formats::variables::placeholders;

impl Reader<'_> {
    /// A value with the commands that it is handed to.
    pub(super) fn pipeline(&mut self) -> Value {
        self.blanks(true);
        let mut value = match self.peek() {
            Some(c) if c.is_alphabetic() => self.at_command(),
            _ => self.expression(),
        };
        loop {
            self.blanks(false);
            if !self.rest().starts_with('|') || self.rest().starts_with("||") {
                return value;
            }
            self.at += 1;
            self.blanks(true);
            let name = self.word().to_ascii_lowercase();
            self.parameters();
            value = match name.as_str() {
                "convertto-json" if value.is_known() => Value::Text(value.json(JsonStyle::Compact)),
                "convertto-json" | "convertto-securestring" | "out-string" => value,
                _ => Value::Unknown,
            };
        }
    }

    /// Values with `+` and `-f` between them.
    pub(super) fn expression(&mut self) -> Value {
        if self.depth >= MAX_NESTING {
            self.bump();
            return Value::Unknown;
        }
        self.depth += 1;
        let mut value = self.operand();
        loop {
            self.blanks(false);
            if self.rest().starts_with('+') && !self.rest().starts_with("+=") {
                self.at += 1;
                self.blanks(true);
                let right = self.operand();
                value = sum(value, &right);
            } else if self.rest().starts_with("-f ") || self.rest().starts_with("-f(") || self.rest().starts_with("-f$") {
                self.at += 2;
                let mut values = Vec::new();
                loop {
                    self.blanks(false);
                    values.push(self.operand());
                    self.blanks(false);
                    if !self.take(",") {
                        break;
                    }
                }
                value = Value::Text(formatted(&value.text().unwrap_or_default(), &values));
            } else {
                break;
            }
        }
        self.depth -= 1;
        value
    }

    pub(super) fn operand(&mut self) -> Value {
        self.blanks(false);
        let rest = self.rest();
        match self.peek() {
            Some('"') => Value::Text(self.double_quoted()),
            Some('\'') => Value::Text(self.single_quoted()),
            Some('@') if rest.starts_with("@\"") || rest.starts_with("@'") => self.here_string(),
            Some('@') if rest.starts_with("@{") => {
                self.at += 1;
                self.table()
            }
            Some('@') if rest.starts_with("@(") => {
                self.at += 1;
                Value::List(self.list(')'))
            }
            Some('(') => {
                let mut values = self.list(')');
                let value = if values.len() == 1 { values.pop().unwrap_or_default() } else { Value::List(values) };
                // A member of what is in the brackets.
                let from = self.at;
                if self.take(".") && !self.word().is_empty() {
                    if self.peek() == Some('(') {
                        self.list(')');
                    }
                    return Value::Name(self.text.get(from..self.at).unwrap_or_default().trim_matches(['.', '(', ')']).to_string());
                }
                value
            }
            Some('$') if rest.starts_with("$(") => {
                self.at += 1;
                let mut values = self.list(')');
                values.pop().unwrap_or_default()
            }
            Some('$') => match self.variable_path() {
                Some(path) => {
                    if self.peek() == Some('(') {
                        self.list(')');
                        return Value::Name(path.join("."));
                    }
                    self.resolve(&path)
                }
                None => Value::Unknown,
            },
            Some('[') => self.of_type(),
            Some(c) if c.is_ascii_digit() => Value::Number(self.word().to_string()),
            _ => {
                let length = rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ')' | '}' | ']' | '|')).unwrap_or(rest.len());
                self.at += length;
                if length == 0 { Value::Unknown } else { Value::Text(rest.get(..length).unwrap_or_default().to_string()) }
            }
        }
    }

    /// `[Convert]::ToBase64String(…)`, `[Text.Encoding]::UTF8.GetBytes("…")`, `[string]$x`, `[pscustomobject]@{…}`.
    pub(super) fn of_type(&mut self) -> Value {
        let Some(end) = near(self.rest(), ']') else {
            self.bump();
            return Value::Unknown;
        };
        let kind = self.rest().get(1..end).unwrap_or_default().to_ascii_lowercase();
        self.at += end + 1;
        if !self.take("::") {
            return self.operand();
        }
        let mut method = String::new();
        loop {
            method = format!("{method}{}", self.word());
            if !self.take(".") {
                break;
            }
            method.push('.');
        }
        let arguments = if self.peek() == Some('(') { self.list(')') } else { Vec::new() };
        let first = arguments.first().and_then(Value::text);
        let name = method.to_ascii_lowercase();
        match (name.as_str(), first) {
            ("tobase64string", Some(text)) => base64_of(&text),
            (name, Some(text)) if name.ends_with("getbytes") => Value::Text(text),
            ("escapedatastring" | "urlencode", Some(text)) => {
                Value::Text(crate::formats::address::encoded(&text, crate::formats::address::Escaped::RFC_3986, "%20"))
            }
            ("new", _) => Value::Call(
                Call {
                    path: vec![kind.rsplit('.').next().unwrap_or_default().to_string()],
                    arguments: without_names(arguments),
                    ..Call::default()
                }
                .into(),
            ),
            _ => Value::Name(method),
        }
    }

    /// What is given to a parameter: one value, or several with commas. A type may have its arguments in brackets behind it.
    pub(super) fn values(&mut self) -> Value {
        let first = match self.peek() {
            Some('"' | '\'' | '@' | '(' | '[') => self.operand(),
            Some('$') => {
                let value = self.operand();
                // `$base/path` is one word.
                let more = self.bare();
                if more.is_empty() { value } else { Value::Text(value.text().unwrap_or_default() + &more) }
            }
            _ => Value::Text(self.bare()),
        };
        let mut values = vec![first];
        loop {
            let from = self.at;
            self.blanks(false);
            if !self.take(",") {
                self.at = from;
                break;
            }
            self.blanks(true);
            values.push(self.operand());
        }
        if values.len() == 1 { values.pop().unwrap_or_default() } else { Value::List(values) }
    }

    /// A word without quotes, in which variables are filled in: `https://$host/a`, `https://$($api.host)/a`.
    pub(super) fn bare(&mut self) -> String {
        let mut word = String::new();
        while self.peek().is_some_and(|c| !(c.is_whitespace() || matches!(c, ',' | ';' | ')' | '}' | '(' | '|' | '"' | '\''))) {
            self.expand(&mut word);
        }
        word
    }

    /// Values in brackets, separated by commas.
    pub(super) fn list(&mut self, closing: char) -> Vec<Value> {
        let mut values = Vec::new();
        self.separated(closing, |reader, _| values.push(reader.pipeline()));
        values
    }

    /// `{ name = value; "name" = value }`.
    pub(super) fn table(&mut self) -> Value {
        let mut members = Vec::new();
        let is_read = self.separated('}', |reader, c| {
            let at = reader.at;
            let name = if matches!(c, '"' | '\'' | '$') { reader.operand().text() } else { Some(reader.word().to_string()) };
            reader.blanks(false);
            if reader.take("=") {
                let value = reader.pipeline();
                members.extend(name.map(|name| Member { name, value, at }));
            }
        });
        if is_read { Value::Map(members) } else { Value::Unknown }
    }

    /// What stands in brackets, separated by commas, semicolons or lines; each item is told its first character. False where it is
    /// too deep to be read.
    pub(super) fn separated(&mut self, closing: char, mut item: impl FnMut(&mut Self, char)) -> bool {
        let from = self.at;
        self.bump();
        if self.depth >= MAX_NESTING {
            return false;
        }
        self.depth += 1;
        loop {
            self.blanks(true);
            let at = self.at;
            match self.peek() {
                None => {
                    self.unclosed.get_or_insert(from);
                    break;
                }
                Some(c) if c == closing => {
                    self.bump();
                    break;
                }
                Some(',' | ';') => {
                    self.bump();
                }
                Some(c) => item(self, c),
            }
            if self.at == at {
                self.bump();
            }
        }
        self.depth -= 1;
        true
    }
}

/// `"{0}:{1}" -f "name", "password"`. A variable without a value stays one.
fn formatted(form: &str, values: &[Value]) -> String {
    let value = |field: &str| values.get(field.split([':', ',']).next()?.trim().parse::<usize>().ok()?)?.text();
    let (mut out, mut copied) = (String::new(), 0);
    for (span, _) in placeholders(form).filter(|(_, name)| is_name(name)) {
        out.push_str(&fill_fields(form.get(copied..span.start).unwrap_or_default(), value));
        out.push_str(span.cut(form).unwrap_or_default());
        copied = span.end;
    }
    out + &fill_fields(form.get(copied..).unwrap_or_default(), value)
}
