//! What a program says about a value, as far as it is literal.

use std::collections::HashMap;

use crate::domain::limits::{MAX_MEMBERS, MAX_NESTING, MAX_VARIABLES};

/// A value of a program. What has none in the text becomes a `{{variable}}` wherever text is made of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Value {
    /// `null`, `None`, `undefined`, `$null`.
    #[default]
    Nothing,
    Flag(bool),
    /// A number as it is written.
    Number(String),
    Text(String),
    List(Vec<Value>),
    Map(Vec<Member>),
    /// A variable without a value here, by its path.
    Name(String),
    /// The result of a function that is not known.
    Call(Box<Call>),
    /// Anything else.
    Unknown,
}

/// A member of an object, a dictionary or a hash table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub name: String,
    pub value: Value,
    /// Where its name is.
    pub at: usize,
}

/// A call of a function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Call {
    /// What is called: `["requests", "get"]`; of a result (`f().get()`) the last name alone.
    pub path: Vec<String>,
    /// What its last name is called on, where that has a value.
    pub on: Value,
    pub arguments: Vec<Argument>,
    /// What is set on its result afterwards: `session.headers = …`.
    pub members: Value,
    /// Where it begins.
    pub at: usize,
}

/// An argument of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Argument {
    /// The name of one that is given by its name.
    pub name: Option<String>,
    pub value: Value,
}

impl Call {
    /// Its whole name.
    pub fn name(&self) -> String {
        self.path.join(".")
    }

    /// The last part of its name.
    pub fn method(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// The argument at a place among those without a name.
    pub fn positional(&self, index: usize) -> Option<&Value> {
        self.arguments.iter().filter(|argument| argument.name.is_none()).nth(index).map(|argument| &argument.value)
    }

    /// The argument of a name.
    pub fn named(&self, name: &str) -> Option<&Value> {
        self.arguments.iter().rev().find(|argument| argument.name.as_deref() == Some(name)).map(|argument| &argument.value)
    }
}

/// How JSON is written, which differs from library to library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JsonStyle {
    /// `JSON.stringify`, axios, httpx: no blanks.
    Compact,
    /// `json.dumps` of Python, HTTPie: blanks behind colons and commas, nothing but ASCII.
    Python,
}

/// A variable of this program's own notation.
pub(super) fn placeholder(name: &str) -> String {
    let last = name.rsplit('.').find(|part| part.chars().any(char::is_alphanumeric)).unwrap_or("value");
    let name: String = last.chars().map(|c| if c.is_alphanumeric() || matches!(c, '_' | '-') { c } else { '_' }).collect();
    format!("{{{{{name}}}}}")
}

/// True for what can be the name of such a variable.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// Of several members of one name the last value, at the place of the first.
pub(super) fn last_of_each(all: Vec<Member>) -> Vec<Member> {
    let mut places: HashMap<String, usize> = HashMap::with_capacity(all.len());
    let mut members: Vec<Member> = Vec::with_capacity(all.len());
    for member in all {
        match places.get(&member.name).and_then(|place| members.get_mut(*place)) {
            Some(earlier) => earlier.value = member.value,
            None => {
                places.insert(member.name.clone(), members.len());
                members.push(member);
            }
        }
    }
    members
}

impl Value {
    /// A copy for another place of the program, as far as the budget for copies allows it.
    pub fn copy(&self, budget: &mut usize) -> Option<Self> {
        let size = self.size(0).filter(|size| *size <= MAX_VARIABLES);
        // To measure one that is too large costs time too.
        let left = budget.checked_sub(size.unwrap_or(MAX_VARIABLES));
        *budget = left.unwrap_or(0);
        (size.is_some() && left.is_some()).then(|| self.clone())
    }

    /// A member by its name, in any case.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.members().iter().rev().find(|member| member.name.eq_ignore_ascii_case(name)).map(|member| &member.value)
    }

    /// The members of a map, and what was set on the result of a call.
    pub fn members(&self) -> &[Member] {
        match self {
            Self::Map(members) => members,
            Self::Call(call) => call.members.members(),
            _ => &[],
        }
    }

    /// True for what is written down in full.
    pub const fn is_known(&self) -> bool {
        !matches!(self, Self::Name(_) | Self::Call(_) | Self::Unknown)
    }

    /// What a condition takes it for, if that is known.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Nothing => Some(false),
            Self::Flag(flag) => Some(*flag),
            Self::Number(number) => Some(number != "0"),
            Self::Text(text) => Some(!text.is_empty()),
            Self::List(_) | Self::Map(_) => Some(true),
            Self::Name(_) | Self::Call(_) | Self::Unknown => None,
        }
    }

    /// As text; `None` for what is no text.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text.clone()),
            Self::Flag(flag) => Some(flag.to_string()),
            Self::Name(name) => Some(placeholder(name)),
            Self::Call(call) => Some(placeholder(&call.name())),
            Self::Unknown => Some(placeholder("value")),
            Self::Nothing | Self::List(_) | Self::Map(_) => None,
        }
    }

    /// As JSON.
    pub fn json(&self, style: JsonStyle) -> String {
        let mut out = String::new();
        self.write_json(style, &mut out);
        out
    }

    fn write_json(&self, style: JsonStyle, out: &mut String) {
        let (comma, colon) = if style == JsonStyle::Python { (", ", ": ") } else { (",", ":") };
        match self {
            Self::Nothing => out.push_str("null"),
            Self::Number(number) => out.push_str(number),
            Self::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Self::List(values) => {
                out.push('[');
                for (index, value) in values.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { comma });
                    value.write_json(style, out);
                }
                out.push(']');
            }
            Self::Map(members) => {
                out.push('{');
                for (index, member) in members.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { comma });
                    write_json_text(&member.name, style, out);
                    out.push_str(colon);
                    member.value.write_json(style, out);
                }
                out.push('}');
            }
            Self::Text(_) | Self::Name(_) | Self::Call(_) | Self::Unknown => {
                write_json_text(&self.text().unwrap_or_default(), style, out);
            }
        }
    }

    /// As the fields of a form or the parameters of an address: a map, or a list of pairs. `None` for anything else.
    pub fn fields(&self) -> Option<Vec<(String, String)>> {
        let mut fields = Vec::new();
        let mut add = |name: &str, value: &Self| match value {
            Self::List(values) => fields.extend(values.iter().filter_map(|value| Some((name.to_string(), value.text()?)))),
            value => fields.extend(value.text().map(|text| (name.to_string(), text))),
        };
        match self {
            Self::Map(members) => members.iter().for_each(|member| add(&member.name, &member.value)),
            Self::List(pairs) => {
                for pair in pairs {
                    let Self::List(pair) = pair else { return None };
                    let [name, value] = pair.as_slice() else { return None };
                    add(&name.text()?, value);
                }
            }
            _ => return None,
        }
        Some(fields)
    }

    /// Sets what is at a path inside: `headers["Accept"] = …`.
    pub fn set(&mut self, path: &[String], value: Self, at: usize) {
        let Some((name, rest)) = path.split_first() else {
            *self = value;
            return;
        };
        let members = match self {
            Self::Call(call) => return call.members.set(path, value, at),
            Self::Map(members) => members,
            other => {
                *other = Self::Map(Vec::new());
                let Self::Map(members) = other else { return };
                members
            }
        };
        if members.len() >= MAX_MEMBERS {
            return;
        }
        let index = members.iter().rposition(|member| member.name == *name).unwrap_or_else(|| {
            members.push(Member { name: name.clone(), value: Self::Nothing, at });
            members.len() - 1
        });
        if let Some(member) = members.get_mut(index) {
            member.value.set(rest, value, at);
        }
    }

    /// Adds a member at a path inside, beside those of the same name.
    pub fn append(&mut self, path: &[String], member: Member) {
        let mut place = self;
        for name in path {
            if place.get(name).is_none() {
                place.set(std::slice::from_ref(name), Self::Map(Vec::new()), member.at);
            }
            let members = match place {
                Self::Map(members) => members,
                Self::Call(call) => match &mut call.members {
                    Self::Map(members) => members,
                    _ => return,
                },
                _ => return,
            };
            let Some(found) = members.iter_mut().rev().find(|found| found.name.eq_ignore_ascii_case(name)) else { return };
            place = &mut found.value;
        }
        match place {
            Self::Map(members) => members.push(member),
            Self::Call(call) => match &mut call.members {
                Self::Map(members) => members.push(member),
                other => *other = Self::Map(vec![member]),
            },
            other => *other = Self::Map(vec![member]),
        }
    }

    /// Bytes and depth of what is in it; `None` when it is nested too deep.
    pub fn size(&self, depth: usize) -> Option<usize> {
        if depth > MAX_NESTING {
            return None;
        }
        let of_members = |members: &[Member]| {
            members.iter().try_fold(0, |sum, member| Some(sum + size_of::<Member>() + member.name.len() + member.value.size(depth + 1)?))
        };
        Some(match self {
            Self::Nothing | Self::Flag(_) | Self::Unknown => size_of::<Self>(),
            Self::Number(text) | Self::Text(text) | Self::Name(text) => size_of::<Self>() + text.len(),
            Self::List(values) => values.iter().try_fold(size_of::<Self>(), |sum, value| Some(sum + value.size(depth + 1)?))?,
            Self::Map(members) => size_of::<Self>() + of_members(members)?,
            Self::Call(call) => {
                let arguments = call.arguments.iter().try_fold(0, |sum, argument| Some(sum + argument.value.size(depth + 1)?))?;
                size_of::<Call>() + arguments + call.on.size(depth + 1)? + call.members.size(depth + 1)?
            }
        })
    }
}

fn write_json_text(text: &str, style: JsonStyle, out: &mut String) {
    let written = serde_json::Value::from(text).to_string();
    if style == JsonStyle::Compact || written.is_ascii() {
        return out.push_str(&written);
    }
    for c in written.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_value_is_a_variable() {
        for (name, variable) in
            [("token", "{{token}}"), ("process.env.API_KEY", "{{API_KEY}}"), ("a.b c", "{{b_c}}"), ("", "{{value}}"), ("$x", "{{_x}}")]
        {
            assert_eq!(Value::Name(name.into()).text().as_deref(), Some(variable));
        }
    }

    #[test]
    fn json_is_written_as_the_library_writes_it() {
        let member = |name: &str, value| Member { name: name.into(), value, at: 0 };
        let value = Value::Map(vec![
            member("a", Value::Text("ä\u{1f600}\"\n".into())),
            member("b", Value::List(vec![Value::Number("1.0".into()), Value::Nothing, Value::Flag(true)])),
        ]);
        assert_eq!(value.json(JsonStyle::Compact), "{\"a\":\"ä\u{1f600}\\\"\\n\",\"b\":[1.0,null,true]}");
        assert_eq!(value.json(JsonStyle::Python), r#"{"a": "\u00e4\ud83d\ude00\"\n", "b": [1.0, null, true]}"#);
    }

    #[test]
    fn members_are_set_and_added_at_their_path() {
        let path = |names: &[&str]| names.iter().map(|name| (*name).to_string()).collect::<Vec<_>>();
        let mut value = Value::Nothing;
        value.set(&path(&["headers", "A"]), Value::Text("1".into()), 0);
        value.set(&path(&["headers", "A"]), Value::Text("2".into()), 0);
        value.append(&path(&["headers"]), Member { name: "B".into(), value: Value::Text("3".into()), at: 0 });
        let headers = value.get("headers").and_then(Value::fields);
        assert_eq!(headers, Some(vec![("A".into(), "2".into()), ("B".into(), "3".into())]));
    }
}
