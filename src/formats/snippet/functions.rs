//! Functions of JavaScript and Python whose result is certain.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::value::{Argument, Call, JsonStyle, Member, Value, last_of_each, placeholder};
use crate::domain::limits::MAX_VARIABLES;
use crate::domain::span;
use crate::formats::address::{Escaped, encoded, form};

/// What a function of JavaScript gives back.
pub(super) fn of_javascript(call: &Call) -> Option<Value> {
    let first = call.positional(0);
    let text = || first.and_then(Value::text);
    match (call.name().as_str(), call.method()) {
        ("JSON.stringify", _) => Some(first?).map(|value| match value {
            value if value.is_known() => Value::Text(value.json(JsonStyle::Compact)),
            unknown => unknown.clone(),
        }),
        ("btoa" | "window.btoa", _) => Some(base64_of(&text()?)),
        ("encodeURIComponent", _) => Some(Value::Text(encoded(&text()?, Escaped::COMPONENT, "%20"))),
        ("String", _) => Some(Value::Text(text()?)),
        ("Headers", _) => Some(Value::Map(first.map(map_of).unwrap_or_default())),
        ("URLSearchParams" | "FormData", _) if call.members == Value::Nothing => {
            let members = match first {
                Some(Value::Text(text)) => pairs_of_query(text, call.at),
                Some(value) => map_of(value),
                None => Vec::new(),
            };
            Some(Value::Call(Call { members: Value::Map(members), ..call.clone() }.into()))
        }
        ("URL", _) => {
            let base = call.positional(1).and_then(Value::text);
            let joined = base.and_then(|base| Some(url::Url::parse(&base).ok()?.join(&text()?).ok()?.to_string()));
            Some(Value::Text(joined.or_else(text)?))
        }
        ("Object.assign", _) => {
            let all = call.arguments.iter().flat_map(|argument| argument.value.members());
            Some(Value::Map(last_of_each(all.cloned().collect())))
        }
        ("qs.stringify" | "querystring.stringify", _) => Some(Value::Text(form(&first?.fields()?, Escaped::COMPONENT))),
        (_, "toString") => match &call.on {
            Value::Call(made) if made.name() == "Buffer.from" => {
                (text().as_deref() == Some("base64")).then(|| made.positional(0)?.text())?.map(|text| base64_of(&text))
            }
            Value::Call(made) if made.method() == "URLSearchParams" => Some(Value::Text(form(&made.members.fields()?, Escaped::FORM))),
            on @ (Value::Text(_) | Value::Number(_)) => Some(on.clone()),
            _ => None,
        },
        (_, "trim") => trimmed(&call.on),
        _ => None,
    }
}

/// What a function of Python gives back.
pub(super) fn of_python(call: &Call) -> Option<Value> {
    let first = call.positional(0);
    let text = || first.and_then(Value::text);
    match (call.name().as_str(), call.method()) {
        ("os.getenv" | "os.environ.get" | "environ.get" | "getenv", _) => Some(Value::Name(text()?)),
        ("json.dumps" | "dumps", _) if first.is_some_and(Value::is_known) => {
            let is_compact = call.named("separators").and_then(|separators| match separators {
                Value::List(values) => values.first()?.text(),
                _ => None,
            });
            let style = if is_compact.as_deref() == Some(",") { JsonStyle::Compact } else { JsonStyle::Python };
            Some(Value::Text(first?.json(style)))
        }
        (_, "b64encode") => Some(base64_of(&text()?)),
        ("str" | "bytes", _) => Some(Value::Text(text()?)),
        (_, "urlencode") => Some(Value::Text(form(&first?.fields()?, Escaped::RFC_3986))),
        ("dict", _) => {
            let named = |argument: &Argument| Some(Member { name: argument.name.clone()?, value: argument.value.clone(), at: call.at });
            let members = first.map(map_of).unwrap_or_default();
            Some(Value::Map(last_of_each(members.into_iter().chain(call.arguments.iter().filter_map(named)).collect())))
        }
        (_, "encode" | "decode") => match &call.on {
            on @ (Value::Text(_) | Value::Name(_)) => Some(on.clone()),
            _ => None,
        },
        (_, "strip") => trimmed(&call.on),
        (_, "copy") if matches!(call.on, Value::Map(_)) => Some(call.on.clone()),
        (_, "format") => match &call.on {
            Value::Text(form) => Some(Value::Text(formatted(form, call))),
            _ => None,
        },
        _ => None,
    }
}

/// Base64 of what is known; what is not cannot be filled in once it is encoded.
pub(super) fn base64_of(text: &str) -> Value {
    if text.contains("{{") { Value::Name("credentials".into()) } else { Value::Text(STANDARD.encode(text)) }
}

fn trimmed(value: &Value) -> Option<Value> {
    match value {
        Value::Text(text) => Some(Value::Text(text.trim().to_string())),
        Value::Name(_) => Some(value.clone()),
        _ => None,
    }
}

/// The members of a map, or of a list of pairs.
fn map_of(value: &Value) -> Vec<Member> {
    match value {
        Value::List(_) => {
            let pairs = value.fields().unwrap_or_default();
            pairs.into_iter().map(|(name, value)| Member { name, value: Value::Text(value), at: 0 }).collect()
        }
        value => value.members().to_vec(),
    }
}

fn pairs_of_query(text: &str, at: usize) -> Vec<Member> {
    let pairs = url::form_urlencoded::parse(text.trim_start_matches('?').as_bytes());
    pairs.map(|(name, value)| Member { name: name.into_owned(), value: Value::Text(value.into_owned()), at }).collect()
}

/// `"Bearer {} {name}".format(token, name="a")`.
fn formatted(form: &str, call: &Call) -> String {
    let mut next = 0;
    fill_fields(form, |field| {
        let name = field.split([':', '!']).next().unwrap_or_default();
        let value = match name.parse::<usize>() {
            Ok(index) => call.positional(index),
            Err(_) if name.is_empty() => {
                next += 1;
                call.positional(next - 1)
            }
            Err(_) => call.named(name),
        };
        Some(value.and_then(Value::text).unwrap_or_else(|| placeholder(name)))
    })
}

/// A text with its fields (`{0}`, `{name}`) filled in; one that has no value stays as it is written. A doubled brace is one.
pub(super) fn fill_fields(form: &str, mut value: impl FnMut(&str) -> Option<String>) -> String {
    let (mut out, mut rest) = (String::new(), form);
    while out.len() <= MAX_VARIABLES
        && let Some(at) = rest.find(['{', '}'])
    {
        let (before, brace) = rest.split_at(at);
        out.push_str(before);
        let one = brace.get(..1).unwrap_or_default();
        // A name is short: one that is never closed is not looked for to the end of the text.
        let field = brace.strip_prefix('{').and_then(|inside| {
            let field = span::start(inside, 200).split(['{', '}']).next()?;
            Some((field, inside.get(field.len()..)?.strip_prefix('}')?))
        });
        rest = match (brace.get(1..).and_then(|after| after.strip_prefix(one)), field) {
            (Some(after), _) => {
                out.push_str(one);
                after
            }
            (None, Some((field, after))) if let Some(filled) = value(field) => {
                out.push_str(&filled);
                after
            }
            _ => {
                out.push_str(one);
                brace.get(1..).unwrap_or_default()
            }
        };
    }
    out + rest
}
