//! The statements of a script in PowerShell: its characters, variables, and the commands that send requests.

use std::collections::HashMap;

use crate::domain::limits::{MAX_NESTING, MAX_VARIABLES_OF_FILE};
use crate::domain::span;
use crate::formats::snippet::expression::sum;
use crate::formats::snippet::value::{Argument, Call, JsonStyle, Member, Value};

/// A command that sends a request.
pub struct Statement {
    pub at: usize,
    pub parameters: Vec<Parameter>,
}

/// `-Name value`.
pub struct Parameter {
    /// Empty where only the value is given.
    pub name: String,
    pub value: Value,
    pub at: usize,
}

const COMMANDS: [&str; 4] = ["invoke-webrequest", "invoke-restmethod", "iwr", "irm"];

/// True for a text that calls one of the commands.
pub fn looks_like(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_command = |line: &str| {
        let mut words = line.trim_start().split(|c: char| c.is_whitespace() || matches!(c, '=' | '(' | '|' | '>'));
        words.any(|word| matches!(word, "iwr" | "irm")) && line.contains("://")
    };
    lower.contains("invoke-webrequest") || lower.contains("invoke-restmethod") || lower.lines().any(is_command)
}

/// The commands of a script that send requests, and the first quote or bracket that is not closed.
pub fn statements(text: &str) -> (Vec<Statement>, Option<usize>) {
    let mut reader =
        Reader { text, at: 0, depth: 0, variables: HashMap::new(), budget: MAX_VARIABLES_OF_FILE, found: Vec::new(), unclosed: None };
    while reader.at < text.len() {
        let before = reader.at;
        reader.statement();
        if reader.at == before {
            reader.bump();
        }
    }
    (reader.found, reader.unclosed)
}

pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) depth: usize,
    /// By their names in lower case.
    pub(super) variables: HashMap<String, Value>,
    pub(super) budget: usize,
    pub(super) found: Vec<Statement>,
    pub(super) unclosed: Option<usize>,
}

impl<'a> Reader<'a> {
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    pub(super) fn take(&mut self, mark: &str) -> bool {
        let is_it = self.rest().starts_with(mark);
        self.at += if is_it { mark.len() } else { 0 };
        is_it
    }

    /// Blanks, comments, and line ends behind a backtick; line ends too where `across` lines.
    pub(super) fn blanks(&mut self, across: bool) {
        loop {
            let rest = self.rest();
            if rest.starts_with("<#") {
                self.at += rest.find("#>").map_or(rest.len(), |end| end + 2);
            } else if rest.starts_with("`\n") {
                self.at += 2;
            } else if rest.starts_with("`\r\n") {
                self.at += 3;
            } else if rest.starts_with('#') {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if let Some(c) = rest.chars().next().filter(|c| c.is_whitespace() && (across || *c != '\n')) {
                self.at += c.len_utf8();
            } else {
                return;
            }
        }
    }

    /// A word of letters, digits and what names of commands have.
    pub(super) fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    pub(super) fn statement(&mut self) {
        self.blanks(true);
        match self.peek() {
            Some('$') => {
                let from = self.at;
                if let Some(path) = self.variable_path() {
                    self.blanks(false);
                    if self.take("+=") {
                        let more = self.pipeline();
                        let value = sum(self.resolve(&path), &more);
                        return self.assign(&path, value, from);
                    }
                    if self.rest().starts_with('=') && !self.rest().starts_with("==") {
                        self.at += 1;
                        let value = self.pipeline();
                        return self.assign(&path, value, from);
                    }
                    if self.peek() == Some('(') {
                        self.method(&path, from);
                    }
                }
            }
            // `[string]$name = …`
            Some('[') => {
                if let Some(end) = near(self.rest(), ']') {
                    self.at += end + 1;
                }
            }
            Some(c) if c.is_alphabetic() => {
                self.at_command();
            }
            Some('"' | '\'' | '@') => {
                self.pipeline();
            }
            _ => {
                self.bump();
            }
        }
    }

    /// `$headers.Add("name", "value")`, `$session.Cookies.Add((New-Object System.Net.Cookie("name", "value")))`.
    pub(super) fn method(&mut self, path: &[String], at: usize) {
        let arguments = self.list(')');
        let Some((method, path)) = path.split_last() else { return };
        let Some((root, inside)) = path.split_first() else { return };
        if !matches!(method.to_ascii_lowercase().as_str(), "add" | "set" | "append") {
            return;
        }
        let member = match arguments.as_slice() {
            [name, value] => name.text().map(|name| Member { name, value: value.clone(), at }),
            // The address that a cookie is for comes first.
            [.., Value::Call(cookie)] if cookie.method().eq_ignore_ascii_case("cookie") => {
                let (name, value) = (cookie.positional(0).and_then(Value::text), cookie.positional(1).cloned().unwrap_or_default());
                name.map(|name| Member { name, value, at })
            }
            _ => None,
        };
        if let (Some(member), Some(variable)) = (member, self.variables.get_mut(&root.to_ascii_lowercase())) {
            variable.append(inside, member);
        }
    }

    pub(super) fn assign(&mut self, path: &[String], value: Value, at: usize) {
        if let Some((root, inside)) = path.split_first() {
            self.variables.entry(root.to_ascii_lowercase()).or_default().set(inside, value, at);
        }
    }

    /// `$name`, `$env:NAME`, `${name}`, with `.member` and `["key"]` behind it.
    pub(super) fn variable_path(&mut self) -> Option<Vec<String>> {
        if !self.take("$") {
            return None;
        }
        let rest = self.rest();
        let mut path = Vec::new();
        if let Some(inside) = rest.strip_prefix('{') {
            let end = near(inside, '}')?;
            path.push(inside.get(..end)?.to_string());
            self.at += end + 2;
        } else {
            let length = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':'))).unwrap_or(rest.len());
            let name = rest.get(..length)?.trim_end_matches(':');
            if name.is_empty() {
                return None;
            }
            self.at += name.len();
            path.extend(name.split(':').map(str::to_string));
        }
        while path.len() < 8 {
            let from = self.at;
            if self.take(".") {
                match self.word() {
                    "" => {
                        self.at = from;
                        break;
                    }
                    name => path.push(name.to_string()),
                }
            } else if self.rest().starts_with('[') {
                match self.list(']').first().and_then(Value::text) {
                    Some(key) => path.push(key),
                    None => break,
                }
            } else {
                break;
            }
        }
        Some(path)
    }

    pub(super) fn resolve(&mut self, path: &[String]) -> Value {
        let unknown = || Value::Name(path.join("."));
        match path.first().map(|root| root.to_ascii_lowercase()).as_deref() {
            Some("true") => return Value::Flag(true),
            Some("false") => return Value::Flag(false),
            Some("null") => return Value::Nothing,
            _ => {}
        }
        let Some((root, inside)) = path.split_first().filter(|_| self.budget > 0) else { return unknown() };
        let Some(root) = self.variables.get(&root.to_ascii_lowercase()) else { return unknown() };
        let Some(value) = inside.iter().try_fold(root, |value, name| value.get(name)) else { return unknown() };
        value.copy(&mut self.budget).unwrap_or_else(unknown)
    }

    /// A command: one that sends a request is kept, one that makes a value gives it.
    pub(super) fn at_command(&mut self) -> Value {
        let at = self.at;
        let name = self.word().to_ascii_lowercase();
        if COMMANDS.contains(&name.as_str()) {
            let parameters = self.parameters();
            self.found.push(Statement { at, parameters });
            return Value::Unknown;
        }
        match name.as_str() {
            "new-object" => {
                let mut parameters = self.parameters().into_iter();
                let is_type = |name: &str| name.is_empty() || name.eq_ignore_ascii_case("typename");
                let Some(kind) = parameters.next().filter(|first| is_type(&first.name)).and_then(|first| first.value.text()) else {
                    return Value::Unknown;
                };
                let mut arguments = Vec::new();
                for parameter in parameters {
                    match parameter.value {
                        Value::List(values) => arguments.extend(values),
                        value => arguments.push(value),
                    }
                }
                let short = kind.trim_matches(['\'', '"']).rsplit('.').next().unwrap_or_default().to_string();
                Value::Call(Call { path: vec![short], arguments: without_names(arguments), at, ..Call::default() }.into())
            }
            "convertto-securestring" => {
                let parameters = self.parameters();
                let is_text = |p: &&Parameter| matches!(p.name.to_ascii_lowercase().as_str(), "string" | "");
                parameters.iter().find(is_text).map(|p| p.value.clone()).unwrap_or_default()
            }
            "get-credential" => {
                self.parameters();
                Value::Name("credential".into())
            }
            "convertto-json" => {
                let parameters = self.parameters();
                let is_value = |p: &&Parameter| matches!(p.name.to_ascii_lowercase().as_str(), "inputobject" | "");
                parameters.iter().find(is_value).map(|p| Value::Text(p.value.json(JsonStyle::Compact))).unwrap_or_default()
            }
            _ => Value::Unknown,
        }
    }

    /// The parameters of a command, up to the end of the statement.
    pub(super) fn parameters(&mut self) -> Vec<Parameter> {
        let mut parameters: Vec<Parameter> = Vec::new();
        if self.depth >= MAX_NESTING {
            return parameters;
        }
        self.depth += 1;
        loop {
            self.blanks(false);
            let at = self.at;
            let rest = self.rest();
            match self.peek() {
                None | Some('\n' | ';' | '|' | ')' | '}') => break,
                Some('-') if rest.get(1..).is_some_and(|name| name.starts_with(|c: char| c.is_alphabetic())) => {
                    self.at += 1;
                    let name = self.word().to_string();
                    self.take(":");
                    self.blanks(false);
                    let next = self.rest();
                    let is_switch = match self.peek() {
                        None | Some('\n' | ';' | '|' | ')' | '}') => true,
                        Some('-') => next.get(1..).is_some_and(|name| name.starts_with(|c: char| c.is_alphabetic())),
                        _ => false,
                    };
                    let value = if is_switch { Value::Flag(true) } else { self.values() };
                    parameters.push(Parameter { name, value, at });
                }
                // `@params`: the members of a table.
                Some('@') if rest.get(1..).is_some_and(|name| name.starts_with(|c: char| c.is_alphabetic() || c == '_')) => {
                    self.at += 1;
                    let name = self.word().to_string();
                    match self.resolve(std::slice::from_ref(&name)) {
                        Value::Map(members) => {
                            parameters.extend(members.into_iter().map(|member| Parameter { name: member.name, value: member.value, at }));
                        }
                        _ => parameters.push(Parameter { name: "headers".into(), value: Value::Name(name), at }),
                    }
                }
                _ => {
                    parameters.push(Parameter { name: String::new(), value: self.values(), at });
                }
            }
            if self.at == at {
                self.bump();
            }
        }
        self.depth -= 1;
        parameters
    }
}

/// Where a character is that closes a name, which is never far.
pub(super) fn near(text: &str, closing: char) -> Option<usize> {
    span::start(text, 200).find(closing)
}

/// Values as arguments that are known by their places.
pub(super) fn without_names(values: Vec<Value>) -> Vec<Argument> {
    values.into_iter().map(|value| Argument { name: None, value }).collect()
}
