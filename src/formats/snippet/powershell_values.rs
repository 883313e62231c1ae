//! The statements and values of a script in PowerShell, as far as they are literal.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::expression::sum;
use super::value::{Argument, Call, JsonStyle, Member, Value};
use crate::domain::limits::{MAX_NESTING, MAX_VARIABLES, MAX_VARIABLES_OF_FILE};
use crate::domain::span;

/// A command that sends a request.
pub(super) struct Statement {
    pub at: usize,
    pub parameters: Vec<Parameter>,
}

/// `-Name value`.
pub(super) struct Parameter {
    pub name: String,
    pub value: Value,
    pub at: usize,
}

const COMMANDS: [&str; 4] = ["invoke-webrequest", "invoke-restmethod", "iwr", "irm"];

/// True for a text that calls one of the commands.
pub(super) fn looks_like(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_command = |line: &str| {
        let mut words = line.trim_start().split(|c: char| c.is_whitespace() || matches!(c, '=' | '(' | '|' | '>'));
        words.any(|word| matches!(word, "iwr" | "irm")) && line.contains("://")
    };
    lower.contains("invoke-webrequest") || lower.contains("invoke-restmethod") || lower.lines().any(is_command)
}

/// The commands of a script that send requests, and the first quote or bracket that is not closed.
pub(super) fn statements(text: &str) -> (Vec<Statement>, Option<usize>) {
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

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// By their names in lower case.
    variables: HashMap<String, Value>,
    budget: usize,
    found: Vec<Statement>,
    unclosed: Option<usize>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn take(&mut self, mark: &str) -> bool {
        let is_it = self.rest().starts_with(mark);
        self.at += if is_it { mark.len() } else { 0 };
        is_it
    }

    /// Blanks, comments, and line ends behind a backtick; line ends too where `across` lines.
    fn blanks(&mut self, across: bool) {
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
    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn statement(&mut self) {
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
    fn method(&mut self, path: &[String], at: usize) {
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

    fn assign(&mut self, path: &[String], value: Value, at: usize) {
        if let Some((root, inside)) = path.split_first() {
            self.variables.entry(root.to_ascii_lowercase()).or_default().set(inside, value, at);
        }
    }

    /// `$name`, `$env:NAME`, `${name}`, with `.member` and `["key"]` behind it.
    fn variable_path(&mut self) -> Option<Vec<String>> {
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

    fn resolve(&mut self, path: &[String]) -> Value {
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
        match value.size(0).filter(|size| *size <= MAX_VARIABLES).and_then(|size| self.budget.checked_sub(size)) {
            Some(left) => self.budget = left,
            None => {
                self.budget = 0;
                return unknown();
            }
        }
        value.clone()
    }

    /// A value with the commands that it is handed to.
    fn pipeline(&mut self) -> Value {
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
    fn expression(&mut self) -> Value {
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
                let mut text = value.text().unwrap_or_default();
                for (index, value) in values.iter().enumerate() {
                    let (place, filled) = (format!("{{{index}}}"), value.text().unwrap_or_default());
                    if text.matches(&place).count().saturating_mul(filled.len()) <= MAX_VARIABLES {
                        text = text.replace(&place, &filled);
                    }
                }
                value = Value::Text(text);
            } else {
                break;
            }
        }
        self.depth -= 1;
        value
    }

    fn operand(&mut self) -> Value {
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
    fn of_type(&mut self) -> Value {
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
            ("tobase64string", Some(text)) if text.contains("{{") => Value::Name("credentials".into()),
            ("tobase64string", Some(text)) => Value::Text(STANDARD.encode(text)),
            (name, Some(text)) if name.ends_with("getbytes") => Value::Text(text),
            ("escapedatastring" | "urlencode", Some(text)) => {
                Value::Text(crate::formats::address::encoded(&text, crate::formats::address::Unescaped::RFC_3986, "%20"))
            }
            ("new", _) => Value::Call(
                Call {
                    path: vec![kind.rsplit('.').next().unwrap_or_default().to_string()],
                    arguments: named(arguments),
                    ..Call::default()
                }
                .into(),
            ),
            _ => Value::Name(method),
        }
    }

    /// A command: one that sends a request is kept, one that makes a value gives it.
    fn at_command(&mut self) -> Value {
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
                let is_type = |name: &str| name.is_empty() || name == "uri" || name.eq_ignore_ascii_case("typename");
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
                Value::Call(Call { path: vec![short], arguments: named(arguments), at, ..Call::default() }.into())
            }
            "convertto-securestring" => {
                let parameters = self.parameters();
                let is_text = |p: &&Parameter| matches!(p.name.to_ascii_lowercase().as_str(), "string" | "" | "uri");
                parameters.iter().find(is_text).map(|p| p.value.clone()).unwrap_or_default()
            }
            "get-credential" => {
                self.parameters();
                Value::Name("credential".into())
            }
            "convertto-json" => {
                let parameters = self.parameters();
                let is_value = |p: &&Parameter| matches!(p.name.to_ascii_lowercase().as_str(), "inputobject" | "" | "uri");
                parameters.iter().find(is_value).map(|p| Value::Text(p.value.json(JsonStyle::Compact))).unwrap_or_default()
            }
            _ => Value::Unknown,
        }
    }

    /// The parameters of a command, up to the end of the statement. One without a name has the name `uri`.
    fn parameters(&mut self) -> Vec<Parameter> {
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
                    let value = self.values();
                    let is_first = !parameters.iter().any(|parameter| parameter.name == "uri");
                    parameters.push(Parameter { name: if is_first { "uri".into() } else { String::new() }, value, at });
                }
            }
            if self.at == at {
                self.bump();
            }
        }
        self.depth -= 1;
        parameters
    }

    /// What is given to a parameter: one value, or several with commas. A type may have its arguments in brackets behind it.
    fn values(&mut self) -> Value {
        let first = if matches!(self.peek(), Some('"' | '\'' | '@' | '$' | '(' | '[')) { self.operand() } else { self.bare() };
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

    /// A word without quotes, in which variables are filled in: `https://$host/a`.
    fn bare(&mut self) -> Value {
        let rest = self.rest();
        let length =
            rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ')' | '}' | '(' | '|' | '"' | '\'')).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default();
        self.at += length;
        Value::Text(if word.contains('$') { self.filled(word) } else { word.to_string() })
    }

    /// Values in brackets, separated by commas.
    fn list(&mut self, closing: char) -> Vec<Value> {
        let from = self.at;
        self.bump();
        let mut values = Vec::new();
        if self.depth >= MAX_NESTING {
            return values;
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
                _ => values.push(self.pipeline()),
            }
            if self.at == at {
                self.bump();
            }
        }
        self.depth -= 1;
        values
    }

    /// `{ name = value; "name" = value }`.
    fn table(&mut self) -> Value {
        let from = self.at;
        self.bump();
        let mut members = Vec::new();
        if self.depth >= MAX_NESTING {
            return Value::Unknown;
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
                Some('}') => {
                    self.bump();
                    break;
                }
                Some(';' | ',') => {
                    self.bump();
                }
                Some(c) => {
                    let name = if matches!(c, '"' | '\'' | '$') { self.operand().text() } else { Some(self.word().to_string()) };
                    self.blanks(false);
                    if self.take("=") {
                        let value = self.pipeline();
                        members.extend(name.map(|name| Member { name, value, at }));
                    }
                }
            }
            if self.at == at {
                self.bump();
            }
        }
        self.depth -= 1;
        Value::Map(members)
    }

    fn single_quoted(&mut self) -> String {
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

    fn double_quoted(&mut self) -> String {
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
    fn here_string(&mut self) -> Value {
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
    fn filled(&mut self, inside: &str) -> String {
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

    fn plain_variable(&mut self) -> Option<Vec<String>> {
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

/// Where a character is that closes a name, which is never far.
fn near(text: &str, closing: char) -> Option<usize> {
    span::start(text, 200).find(closing)
}

fn named(values: Vec<Value>) -> Vec<Argument> {
    values.into_iter().map(|value| Argument { name: None, value }).collect()
}
