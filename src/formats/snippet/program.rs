//! The statements of a program that matter: what gives a variable its value, and what is called.

use super::expression::{Cursor, Environment, sum};
use super::tokens::{Kind, Language, Token, Tokens};
use super::value::{Call, Member, Value};

/// Walks through a program from top to bottom; `called` gets every call with what is known by then.
pub(super) fn walk(text: &str, tokens: &Tokens, env: &mut Environment, called: &mut dyn FnMut(&Call, &mut Environment)) {
    let list = tokens.list.as_slice();
    let mut parentheses = 0usize;
    for (index, token) in list.iter().enumerate() {
        match &token.kind {
            Kind::Mark("(" | "[") => parentheses += 1,
            Kind::Mark(")" | "]") => parentheses = parentheses.saturating_sub(1),
            Kind::Word(word) => {
                let before = index.checked_sub(1).and_then(|before| list.get(before));
                if before.is_some_and(|token| token.is(".") || token.is("?.")) {
                    continue;
                }
                if matches!(word.as_str(), "import" | "from") && token.begins_line {
                    import(list, index, env);
                } else if may_assign(env.language, token, before, parentheses) && assign(text, list, index, env) {
                    continue;
                } else {
                    head(text, list, index, env, called);
                }
            }
            _ => {}
        }
    }
}

/// `import requests as r`, `from requests.auth import HTTPBasicAuth as Basic`.
fn import(list: &[Token], index: usize, env: &mut Environment) {
    let line = list.iter().skip(index + 1).take_while(|token| !token.begins_line);
    let mut names: Vec<&str> = Vec::new();
    for token in line {
        match &token.kind {
            Kind::Word(word) => names.push(word),
            Kind::Mark(".") => names.push("."),
            Kind::Mark(",") => names.push(","),
            _ => {}
        }
    }
    for part in names.split(|name| *name == ",") {
        let part = part.rsplit(|name| *name == "import").next().unwrap_or_default();
        if let [path @ .., "as", alias] = part {
            env.aliases.insert((*alias).to_string(), path.concat());
        }
    }
}

/// True where a statement may begin that gives a variable a value.
fn may_assign(language: Language, token: &Token, before: Option<&Token>, parentheses: usize) -> bool {
    match language {
        Language::Python => token.begins_line && parentheses == 0,
        Language::JavaScript => {
            let is_declared =
                before.is_some_and(|before| matches!(&before.kind, Kind::Word(word) if matches!(word.as_str(), "const" | "let" | "var")));
            is_declared || token.begins_line || before.is_none_or(|before| [";", "{", "}"].iter().any(|mark| before.is(mark)))
        }
    }
}

/// `name = value`, `name.member["key"] = value`, `name += value`.
fn assign(text: &str, list: &[Token], index: usize, env: &mut Environment) -> bool {
    let mut cursor = Cursor::new(text, list, index);
    let mut targets: Vec<Vec<String>> = Vec::new();
    let mut adds = false;
    loop {
        let from = cursor.at;
        match target(&mut cursor, env) {
            Some(path) if cursor.take("=") => targets.push(path),
            Some(path) if targets.is_empty() && cursor.take("+=") => {
                targets.push(path);
                adds = true;
                break;
            }
            _ => {
                cursor.at = from;
                break;
            }
        }
    }
    if targets.is_empty() {
        return false;
    }
    let at = list.get(index).map_or(0, |token| token.at);
    let mut value = cursor.expression(env);
    if adds && let Some(path) = targets.first() {
        value = sum(env.resolve(path), &value);
    }
    let last = targets.len() - 1;
    for (number, path) in targets.into_iter().enumerate() {
        let Some((root, rest)) = path.split_first() else { continue };
        let value = if number == last { std::mem::take(&mut value) } else { Value::Name(root.clone()) };
        env.variables.entry(root.clone()).or_default().set(rest, value, at);
    }
    true
}

/// What a value is given to.
fn target(cursor: &mut Cursor, env: &mut Environment) -> Option<Vec<String>> {
    let mut path = vec![cursor.word()?.to_string()];
    cursor.at += 1;
    loop {
        if cursor.take(".") {
            path.push(cursor.word()?.to_string());
            cursor.at += 1;
        } else if cursor.is("[") {
            let end = cursor.peek()?.partner?;
            cursor.at += 1;
            path.push(match cursor.expression(env) {
                Value::Text(text) => text,
                _ => return None,
            });
            cursor.at = end + 1;
        } else if cursor.is(":") {
            // The type of a variable.
            let ahead = cursor.tokens.get(cursor.at..)?.iter().take(9).take_while(|token| !token.begins_line);
            let types = ahead.take_while(|token| !token.is("=") && !token.is("{") && !token.is(",")).count();
            cursor.at += types;
            return cursor.is("=").then_some(path);
        } else {
            return Some(path);
        }
        if path.len() > 8 {
            return None;
        }
    }
}

/// What begins with a name: calls are handed on, and what changes a variable is done to it.
fn head(text: &str, list: &[Token], index: usize, env: &mut Environment, called: &mut dyn FnMut(&Call, &mut Environment)) {
    // A name alone is nothing.
    if !list.get(index + 1).is_some_and(|next| [".", "?.", "(", "["].iter().any(|mark| next.is(mark))) {
        return;
    }
    let mut cursor = Cursor::new(text, list, index);
    let value = cursor.operand(env);
    let mut chain = Vec::new();
    let mut inner = &value;
    while let Value::Call(call) = inner {
        chain.push(call);
        inner = &call.on;
    }
    for call in chain.into_iter().rev() {
        change(call, env);
        called(call, env);
    }
    // `with requests.Session() as session:`
    if cursor.word() == Some("as") && env.language == Language::Python {
        cursor.at += 1;
        if let Some(name) = cursor.word() {
            env.variables.insert(name.to_string(), value);
        }
    }
}

/// `headers.append(name, value)`, `session.headers.update({…})` and their like.
fn change(call: &Call, env: &mut Environment) {
    let Some((method, path)) = call.path.split_last() else { return };
    let Some((root, rest)) = path.split_first() else { return };
    let Some(variable) = env.variables.get_mut(root) else { return };
    let first = call.positional(0);
    let pair = first.and_then(Value::text).zip(call.positional(1).cloned());
    match (method.as_str(), pair) {
        ("append" | "add_field", Some((name, value))) => variable.append(rest, Member { name, value, at: call.at }),
        ("set", Some((name, value))) => variable.set(&[rest, &[name]].concat(), value, call.at),
        ("add_header" | "add_unredirected_header", Some((name, value))) => variable.set(&["headers".into(), name], value, call.at),
        ("append", None) => {
            if let (Value::List(values), Some(value)) = (variable, first) {
                values.push(value.clone());
            }
        }
        ("update", _) => {
            for member in first.map(Value::members).unwrap_or_default() {
                variable.set(&[rest, std::slice::from_ref(&member.name)].concat(), member.value.clone(), member.at);
            }
            for argument in &call.arguments {
                if let Some(name) = &argument.name {
                    variable.set(&[rest, std::slice::from_ref(name)].concat(), argument.value.clone(), call.at);
                }
            }
        }
        _ => {}
    }
}
