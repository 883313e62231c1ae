//! The values of expressions: literals, variables to which the text gives a value, and functions of which the result is certain.

use std::collections::HashMap;
use std::ops::Range;

use super::tokens::{Kind, Language, Piece, Token, tokens};
use super::value::{Argument, Call, Member, Value, last_of_each, placeholder};
use crate::domain::limits::{MAX_NESTING, MAX_VARIABLE_DEPTH, MAX_VARIABLES_OF_FILE};

/// What the text said up to here.
pub(super) struct Environment {
    pub language: Language,
    pub variables: HashMap<String, Value>,
    /// Other names of modules: `import requests as r`.
    pub aliases: HashMap<String, String>,
    /// The result of a function, if it is certain.
    evaluate: fn(&Call) -> Option<Value>,
    /// Bytes of values that may still be filled in.
    budget: usize,
}

impl Environment {
    pub fn new(language: Language, evaluate: fn(&Call) -> Option<Value>) -> Self {
        Self { language, variables: HashMap::new(), aliases: HashMap::new(), evaluate, budget: MAX_VARIABLES_OF_FILE }
    }

    /// The value of a variable, or of what is inside it; its own name where there is none.
    pub fn resolve(&mut self, path: &[String]) -> Value {
        let unknown = || Value::Name(path.join("."));
        let Some((root, rest)) = path.split_first().filter(|_| self.budget > 0) else { return unknown() };
        let Some(mut value) = self.variables.get(root) else { return unknown() };
        for name in rest {
            match value.get(name) {
                Some(inside) => value = inside,
                None => return unknown(),
            }
        }
        value.copy(&mut self.budget).unwrap_or_else(unknown)
    }
}

/// A place among the tokens of a program.
pub(super) struct Cursor<'a> {
    pub text: &'a str,
    pub tokens: &'a [Token],
    pub at: usize,
    /// Brackets that are open around it.
    inside: usize,
    /// Expressions that it is within.
    depth: usize,
}

impl<'a> Cursor<'a> {
    pub const fn new(text: &'a str, tokens: &'a [Token], at: usize) -> Self {
        Self { text, tokens, at, inside: 0, depth: 0 }
    }

    pub fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    pub fn is(&self, mark: &str) -> bool {
        self.peek().is_some_and(|token| token.is(mark))
    }

    pub fn word(&self) -> Option<&'a str> {
        match self.peek().map(|token| &token.kind) {
            Some(Kind::Word(word)) => Some(word),
            _ => None,
        }
    }

    pub fn take(&mut self, mark: &str) -> bool {
        let is_it = self.is(mark);
        self.at += usize::from(is_it);
        is_it
    }

    fn place(&self) -> usize {
        self.peek().map_or(self.text.len(), |token| token.at)
    }

    /// What ends an expression.
    fn is_at_end(&self) -> bool {
        let Some(token) = self.peek() else { return true };
        let ends = [",", ")", "]", "}", ";", ":"].iter().any(|mark| token.is(mark));
        let goes_on = [".", "?.", "+", "?", "||", "??", "&&", "%"].iter().any(|mark| token.is(mark));
        ends || token.begins_line && self.inside == 0 && !goes_on
    }

    /// Goes to the end of an expression that is not read.
    fn skip(&mut self) {
        while !self.is_at_end() {
            self.at = self.peek().and_then(|token| token.partner).unwrap_or(self.at) + 1;
        }
    }

    /// An expression, up to a comma, a closing bracket or the end of a statement.
    pub fn expression(&mut self, env: &mut Environment) -> Value {
        if self.depth >= MAX_NESTING {
            self.skip();
            return Value::Unknown;
        }
        self.depth += 1;
        let mut value = self.operand(env);
        while !self.is_at_end() {
            let is_python = env.language == Language::Python;
            if self.take("+") {
                let right = self.operand(env);
                value = sum(value, &right);
            } else if is_python && self.take("%") {
                let right = self.operand(env);
                value = percent(&value, &right);
            } else if self.take("||") || self.take("??") || is_python && self.word() == Some("or") && self.take_any() {
                let right = self.operand(env);
                value = if value.truth() == Some(false) { right } else { value };
            } else if matches!(self.word(), Some("as" | "satisfies")) && !is_python {
                // The type of a value in TypeScript.
                self.skip();
            } else {
                self.skip();
                value = Value::Unknown;
            }
        }
        self.depth -= 1;
        value
    }

    const fn take_any(&mut self) -> bool {
        self.at += 1;
        true
    }

    /// One operand with what is called and taken of it.
    pub fn operand(&mut self, env: &mut Environment) -> Value {
        // `!!!!…x`: as many as there are.
        while self.word().is_some_and(|word| matches!(word, "await" | "new" | "yield" | "return" | "void")) {
            self.at += 1;
        }
        if self.is("-") {
            self.at += 1;
            return match self.peek().map(|token| &token.kind) {
                Some(Kind::Number(number)) => {
                    self.at += 1;
                    Value::Number(format!("-{number}"))
                }
                _ => self.unread(),
            };
        }
        if self.is("!") || matches!(self.word(), Some("not" | "typeof" | "async" | "function" | "lambda" | "class")) {
            return self.unread();
        }
        let at = self.place();
        let (value, path) = self.primary(env);
        self.postfix(env, value, path, at)
    }

    fn unread(&mut self) -> Value {
        self.skip();
        Value::Unknown
    }

    /// The begin of an operand: a value, or the name of one.
    fn primary(&mut self, env: &mut Environment) -> (Value, Vec<String>) {
        let Some(token) = self.peek() else { return (Value::Unknown, Vec::new()) };
        let value = match &token.kind {
            Kind::Text(_) => self.texts(env),
            Kind::Number(number) => {
                self.at += 1;
                Value::Number(number.clone())
            }
            Kind::Word(word) => {
                self.at += 1;
                match word.as_str() {
                    "true" | "True" => Value::Flag(true),
                    "false" | "False" => Value::Flag(false),
                    "null" | "None" | "undefined" => Value::Nothing,
                    _ if self.is("=>") => self.unread(),
                    word => {
                        let name = env.aliases.get(word).map_or(word, String::as_str);
                        return (Value::Nothing, name.split('.').map(str::to_string).collect());
                    }
                }
            }
            Kind::Mark("(") => {
                let behind = token.partner.and_then(|end| self.tokens.get(end + 1));
                if behind.is_some_and(|token| token.is("=>")) {
                    return (self.unread(), Vec::new());
                }
                let is_tuple = env.language == Language::Python;
                let (mut values, has_comma) = self.list(env);
                match values.pop() {
                    Some(value) if values.is_empty() && !(has_comma && is_tuple) => value,
                    last => {
                        values.extend(last);
                        Value::List(values)
                    }
                }
            }
            Kind::Mark("[") => Value::List(self.list(env).0),
            Kind::Mark("{") => self.map(env),
            Kind::Mark(_) => {
                if !self.is_at_end() {
                    self.at += 1;
                    self.skip();
                }
                Value::Unknown
            }
        };
        (value, Vec::new())
    }

    /// A text; in Python several of them in a row are one.
    fn texts(&mut self, env: &mut Environment) -> Value {
        let mut text = String::new();
        let mut is_first = true;
        while let Some(Token { kind: Kind::Text(pieces), begins_line, .. }) = self.peek() {
            if !is_first && (env.language == Language::JavaScript || *begins_line && self.inside == 0) {
                break;
            }
            is_first = false;
            self.at += 1;
            for piece in pieces {
                match piece {
                    Piece::Literal(literal) => text.push_str(literal),
                    Piece::Code(range) => {
                        let value = code(self.text, range.clone(), self.depth, env);
                        text.push_str(&value.text().unwrap_or_else(|| placeholder("value")));
                    }
                }
            }
        }
        Value::Text(text)
    }

    /// Goes into the brackets at this place; returns where they end.
    fn open(&mut self) -> usize {
        // Nothing is inside of one that is not closed.
        let end = self.peek().and_then(|token| token.partner).unwrap_or(self.at);
        self.at += 1;
        self.inside += 1;
        end
    }

    fn close(&mut self, end: usize) {
        self.at = end + 1;
        self.inside -= 1;
    }

    /// Goes behind the next comma.
    fn next(&mut self) {
        self.skip();
        // What closes something else, or ends a statement, is not expected here.
        self.at += usize::from(self.peek().is_some());
    }

    fn list(&mut self, env: &mut Environment) -> (Vec<Value>, bool) {
        let end = self.open();
        let (mut values, mut has_comma) = (Vec::new(), false);
        while self.at < end {
            let spreads = self.take("...") || self.take("*");
            match self.expression(env) {
                Value::List(inside) if spreads => values.extend(inside),
                value => values.push(value),
            }
            has_comma |= self.is(",");
            if self.at < end {
                self.next();
            }
        }
        self.close(end);
        (values, has_comma)
    }

    fn map(&mut self, env: &mut Environment) -> Value {
        let end = self.open();
        let mut members: Vec<Member> = Vec::new();
        while self.at < end {
            let at = self.place();
            if self.take("...") || self.take("**") {
                if let Value::Map(inside) = self.expression(env) {
                    members.extend(inside);
                }
            } else if let Some(name) = self.member_name(env) {
                let value = if self.take(":") {
                    self.expression(env)
                } else if env.language == Language::JavaScript && (self.is(",") || self.at >= end) {
                    // `{ headers }` is `{ headers: headers }`.
                    env.resolve(std::slice::from_ref(&name))
                } else {
                    self.unread()
                };
                members.push(Member { name, value, at });
            }
            if self.at < end {
                self.next();
            }
        }
        self.close(end);
        Value::Map(last_of_each(members))
    }

    fn member_name(&mut self, env: &mut Environment) -> Option<String> {
        match &self.peek()?.kind {
            Kind::Word(word) if env.language == Language::JavaScript => {
                self.at += 1;
                Some(word.clone())
            }
            Kind::Mark("[") => self.list(env).0.first().and_then(Value::text),
            _ => self.expression(env).text(),
        }
    }

    /// `.name`, `[index]`, `(arguments)`, as many as follow.
    fn postfix(&mut self, env: &mut Environment, mut value: Value, mut path: Vec<String>, at: usize) -> Value {
        let mut calls = 0;
        while let Some(token) = self.peek() {
            if token.begins_line && self.inside == 0 && (!token.is(".") && !token.is("?.")) {
                break;
            }
            if token.is(".") || token.is("?.") {
                self.at += 1;
                if let Some(word) = self.word() {
                    path.push(word.to_string());
                    self.at += 1;
                }
            } else if token.is("[") {
                let index = self.list(env).0.first().and_then(Value::text);
                path.push(index.unwrap_or_else(|| "value".into()));
            } else if token.is("(") {
                let arguments = self.arguments(env);
                let on = if !matches!(value, Value::Nothing) {
                    std::mem::take(&mut value)
                } else if path.len() > 1 && path.first().is_some_and(|root| env.variables.contains_key(root)) {
                    env.resolve(path.get(..path.len() - 1).unwrap_or_default())
                } else {
                    Value::Nothing
                };
                calls += 1;
                let on = if calls > MAX_VARIABLE_DEPTH { Value::Unknown } else { on };
                let call = Call { path: std::mem::take(&mut path), on, arguments, members: Value::Nothing, at };
                value = (env.evaluate)(&call).unwrap_or_else(|| Value::Call(call.into()));
            } else if token.is("!") && self.tokens.get(self.at + 1).is_some_and(|next| next.is(".") || next.is(")") || next.is(",")) {
                // It is there, says TypeScript.
                self.at += 1;
            } else {
                break;
            }
        }
        match value {
            value if path.is_empty() => value,
            Value::Nothing => env.resolve(&path),
            value => {
                let found = path.iter().try_fold(&value, |value, name| value.get(name)).cloned();
                found.unwrap_or_else(|| Value::Name(path.join(".")))
            }
        }
    }

    fn arguments(&mut self, env: &mut Environment) -> Vec<Argument> {
        let end = self.open();
        let mut arguments = Vec::new();
        while self.at < end {
            let name = self.word().filter(|_| self.tokens.get(self.at + 1).is_some_and(|next| next.is("=")));
            if let Some(name) = name {
                self.at += 2;
                arguments.push(Argument { name: Some(name.to_string()), value: self.expression(env) });
            } else if self.take("**") {
                let named = |member: Member| Argument { name: Some(member.name), value: member.value };
                if let Value::Map(members) = self.expression(env) {
                    arguments.extend(members.into_iter().map(named));
                }
            } else if self.take("...") || self.take("*") {
                match self.expression(env) {
                    Value::List(values) => arguments.extend(values.into_iter().map(|value| Argument { name: None, value })),
                    value => arguments.push(Argument { name: None, value }),
                }
            } else {
                arguments.push(Argument { name: None, value: self.expression(env) });
            }
            if self.at < end {
                self.next();
            }
        }
        self.close(end);
        arguments
    }
}

/// The value of an expression inside a text.
fn code(text: &str, range: Range<usize>, depth: usize, env: &mut Environment) -> Value {
    if depth >= MAX_VARIABLE_DEPTH {
        return Value::Unknown;
    }
    let read = tokens(text, range, env.language);
    // It is read within the one that it is in.
    Cursor { depth: depth + 1, ..Cursor::new(text, &read.list, 0) }.expression(env)
}

/// Two values with a plus between them.
pub(super) fn sum(left: Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Number(_), Value::Number(_)) => Value::Unknown,
        (Value::List(mut values), Value::List(more)) => {
            values.extend_from_slice(more);
            Value::List(values)
        }
        // Not copied: a text may be made of any number of parts.
        (Value::Text(mut left), right) => match right.text() {
            Some(right) => {
                left.push_str(&right);
                Value::Text(left)
            }
            None => Value::Unknown,
        },
        (left, right) => match (left.text(), right.text()) {
            (Some(left), Some(right)) => Value::Text(left + &right),
            _ => Value::Unknown,
        },
    }
}

/// `"Bearer %s" % token` of Python.
fn percent(left: &Value, right: &Value) -> Value {
    let Value::Text(form) = left else { return Value::Unknown };
    let mut values = match right {
        Value::List(values) => values.iter().map(Value::text).collect::<Vec<_>>(),
        value => vec![value.text()],
    }
    .into_iter();
    let mut text = String::new();
    let mut parts = form.split("%s").flat_map(|part| part.split("%d"));
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        text.push_str(&values.next().flatten().unwrap_or_else(|| placeholder("value")));
        text.push_str(part);
    }
    Value::Text(text)
}
