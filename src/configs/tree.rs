//! YAML, JSON and TOML as one tree whose members know their lines.

use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::server_config::Place;

/// Bytes of a text that is read.
pub const LONGEST: usize = 8 << 20;
/// Values one inside the other; a text with more is not read.
const DEEPEST: usize = 96;
/// Documents of one file.
const MOST_DOCUMENTS: usize = 2_000;

/// A value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// The line of its key, or of an element of a list that of the element.
    pub line: usize,
    /// The line where its text begins, below the key for a text in a block.
    pub text_line: usize,
    pub value: Value,
}

/// What a value is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    #[default]
    Nothing,
    /// A string, number or flag as it is written.
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    /// A member, if this has members.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.members().iter().find(|(key, _)| key == name).map(|(_, node)| node)
    }

    /// A member whose name is this in any case.
    pub fn like(&self, name: &str) -> Option<&Node> {
        self.members().iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, node)| node)
    }

    /// A member of a member.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, name| node.get(name))
    }

    pub fn members(&self) -> &[(String, Node)] {
        match &self.value {
            Value::Map(members) => members,
            _ => &[],
        }
    }

    pub fn elements(&self) -> &[Node] {
        match &self.value {
            Value::List(elements) => elements,
            _ => &[],
        }
    }

    /// Its text, or nothing.
    pub fn text(&self) -> &str {
        match &self.value {
            Value::Text(text) => text,
            _ => "",
        }
    }

    /// The text of a member.
    pub fn text_of(&self, name: &str) -> &str {
        self.get(name).map_or("", Node::text)
    }

    /// True for a member that says yes.
    pub fn is_set(&self, name: &str) -> bool {
        self.text_of(name).eq_ignore_ascii_case("true")
    }

    /// The texts of a list, or the only one.
    pub fn texts(&self) -> Vec<&str> {
        match &self.value {
            Value::Text(text) => vec![text],
            _ => self.elements().iter().map(Node::text).collect(),
        }
    }

    /// Where it is.
    pub const fn place<'p>(&self, source: &'p str) -> Place<'p> {
        Place { source, line: self.line }
    }

    /// Looks at this and each value in it, with its key.
    pub fn each<'n>(&'n self, key: &'n str, see: &mut dyn FnMut(&'n str, &'n Node)) {
        see(key, self);
        match &self.value {
            Value::Map(members) => members.iter().for_each(|(key, node)| node.each(key, see)),
            Value::List(elements) => elements.iter().for_each(|node| node.each(key, see)),
            Value::Nothing | Value::Text(_) => {}
        }
    }

    /// With all its lines this much further down.
    fn moved(mut self, by: usize) -> Self {
        self.line += by;
        self.text_line += by;
        self.value = match self.value {
            Value::List(elements) => Value::List(elements.into_iter().map(|node| node.moved(by)).collect()),
            Value::Map(members) => Value::Map(members.into_iter().map(|(key, node)| (key, node.moved(by))).collect()),
            other => other,
        };
        self
    }
}

/// Reads the documents of YAML or JSON, or TOML. A document that cannot be read is left out.
pub fn read(text: &str) -> Vec<Node> {
    if text.len() > LONGEST {
        return Vec::new();
    }
    documents(text).into_iter().filter_map(|(before, text)| Some(yaml(text)?.moved(before))).collect()
}

/// The texts between lines `---`, each with the number of lines before it.
fn documents(text: &str) -> Vec<(usize, &str)> {
    let (mut documents, mut start, mut at, mut before) = (Vec::new(), 0, 0, 0);
    for (line, written) in text.split_inclusive('\n').enumerate() {
        let is_mark = written.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
        if is_mark && documents.len() < MOST_DOCUMENTS {
            documents.push((before, text.get(start..at).unwrap_or_default()));
            (start, before) = (at + written.len(), line + 1);
        }
        at += written.len();
    }
    documents.push((before, text.get(start..).unwrap_or_default()));
    documents.retain(|(_, text)| text.lines().any(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')));
    documents
}

fn yaml(text: &str) -> Option<Node> {
    /// What one alias or two may stand for in a short file.
    const LEAST: usize = 4096;
    let mut options = serde_saphyr::Options::default();
    options.with_snippet = false;
    options.alias_limits.max_total_replayed_events = text.len().max(LEAST);
    if let Some(budget) = &mut options.budget {
        budget.max_depth = DEEPEST;
        budget.flow_nesting_limit = DEEPEST;
    }
    let read: Spanned<Value> = serde_saphyr::from_str_with_options(text, options).ok()?;
    Some(node(read))
}

fn node(read: Spanned<Value>) -> Node {
    let line = usize::try_from(read.referenced.line()).unwrap_or_default();
    Node { line, text_line: line, value: read.value }
}

/// Reads TOML.
pub fn read_toml(text: &str) -> Option<Node> {
    if text.len() > LONGEST {
        return None;
    }
    let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let line = |at: usize| starts.partition_point(|start| *start <= at);
    let table = DeTable::parse(text).ok()?;
    Some(Node { line: 1, text_line: 1, value: toml_table(table.get_ref(), &line, 0) })
}

fn toml_table(table: &DeTable, line: &dyn Fn(usize) -> usize, depth: usize) -> Value {
    let member = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue>)| {
        let key_line = line(key.span().start);
        let node = Node { line: key_line, text_line: line(value.span().start), value: toml_value(value.get_ref(), line, depth + 1) };
        (AsRef::<str>::as_ref(key.get_ref()).to_string(), node)
    };
    Value::Map(table.iter().map(member).collect())
}

fn toml_value(value: &DeValue, line: &dyn Fn(usize) -> usize, depth: usize) -> Value {
    match value {
        _ if depth > DEEPEST => Value::Nothing,
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => Value::Text(number.to_string()),
        DeValue::Float(number) => Value::Text(number.to_string()),
        DeValue::Boolean(flag) => Value::Text(flag.to_string()),
        DeValue::Datetime(time) => Value::Text(time.to_string()),
        DeValue::Array(all) => Value::List(
            all.iter()
                .map(|element| {
                    let line_of = line(element.span().start);
                    Node { line: line_of, text_line: line_of, value: toml_value(element.get_ref(), line, depth + 1) }
                })
                .collect(),
        ),
        DeValue::Table(table) => toml_table(table, line, depth),
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

/// Reads any value.
struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Text(flag.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_string()))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Nothing)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Nothing)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(element) = elements.next_element::<Spanned<Value>>()? {
            all.push(node(element));
        }
        Ok(Value::List(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut all: Vec<(String, Node)> = Vec::new();
        // Of two members of one name the later one counts.
        let mut known: HashMap<String, usize> = HashMap::new();
        while let Some(key) = members.next_key::<Spanned<Value>>()? {
            let line = node(Spanned::new(Value::Nothing, key.referenced, key.defined)).line;
            let mut value = node(members.next_value::<Spanned<Value>>()?);
            value.line = line;
            let Value::Text(name) = key.value else { continue };
            match known.get(&name).and_then(|at| all.get_mut(*at)) {
                Some((_, earlier)) => *earlier = value,
                None => {
                    known.insert(name.clone(), all.len());
                    all.push((name, value));
                }
            }
        }
        Ok(Value::Map(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_elements_have_their_lines() {
        let text = "# comment\na:\n  b: 1\n  c:\n    - x\n    - y: z\n  d: |\n    one\n    two\n";
        let tree = &read(text)[0];
        assert_eq!((tree.get("a").unwrap().line, tree.at(&["a", "b"]).unwrap().line), (2, 3));
        let list = tree.at(&["a", "c"]).unwrap();
        assert_eq!((list.line, list.elements()[0].line, list.elements()[1].line), (4, 5, 6));
        let block = tree.at(&["a", "d"]).unwrap();
        assert_eq!((block.line, block.text_line, block.text()), (7, 8, "one\ntwo\n"));
    }

    #[test]
    fn json_is_read_with_its_lines() {
        let tree = &read("{\n\t\"a\": {\n\t\t\"b\": [\"x\",\n\t\t\"y\"], \"c\": true\n\t}\n}\n")[0];
        assert_eq!(tree.at(&["a", "b"]).unwrap().line, 3);
        assert_eq!(tree.at(&["a", "b"]).unwrap().elements()[1].line, 4);
        assert!(tree.get("a").unwrap().is_set("c"));
    }

    #[test]
    fn toml_is_read_with_its_lines() {
        let tree = read_toml("[http.middlewares.a.basicAuth]\n  users = [\n    \"x\"]\n  removeHeader = true\n").unwrap();
        let auth = tree.at(&["http", "middlewares", "a", "basicAuth"]).unwrap();
        assert_eq!((auth.line, auth.get("removeHeader").unwrap().line, auth.is_set("removeHeader")), (1, 4, true));
        assert_eq!(auth.get("users").unwrap().elements()[0].line, 3);
    }

    #[test]
    fn each_document_has_its_lines_and_a_broken_one_costs_no_other() {
        let trees = read("a: 1\n---\nb: [1\n---\n# c\n\nd: 2\n");
        assert_eq!(trees.len(), 2);
        assert_eq!(trees[1].get("d").unwrap().line, 7);
    }

    #[test]
    fn hostile_texts_end() {
        assert!(read(&"[".repeat(100_000)).is_empty());
        assert!(read(&"a: \n ".repeat(50_000)).len() <= 1);
        let deep: String = (0..5_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
        assert!(read(&deep).is_empty());
        read_toml(&"[a.b]\n".repeat(10_000));
        read_toml(&format!("a = {}", "[".repeat(50_000)));
        read(&"---\n".repeat(200_000));
        read(&"k: v\n".repeat(200_000));
    }
}
