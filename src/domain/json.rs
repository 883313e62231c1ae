//! A JSON reader that keeps what serde_json drops: byte spans, duplicate members, and all that came before a fault.

use std::collections::HashSet;

use serde_json::Value;

use super::limits::{MAX_MEMBERS, MAX_NESTING};
use super::span::Span;

/// One member of an object, in the original order; duplicates are separate members.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The name with escapes resolved.
    pub name: String,
    /// The value.
    pub value: Value,
    /// Where the name is, without its quotes.
    pub name_span: Span,
    /// Where the value is, with its quotes if it is a string.
    pub value_span: Span,
}

/// Where and why reading stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonFault {
    /// Byte offset in the text.
    pub offset: usize,
    /// What was expected or found, in words.
    pub message: String,
}

/// What could be read of a text that should be one JSON object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// The text itself.
    pub text: String,
    /// Members up to the end or the first fault.
    pub members: Vec<Member>,
    /// Set when the text is not one whole object.
    pub fault: Option<JsonFault>,
}

impl Object {
    /// Reads a text. Never fails: see `fault`.
    pub fn read(text: &str) -> Self {
        let mut members = Vec::new();
        let mut reader = Reader { text, at: 0 };
        let fault = reader.object_members(&mut members).and_then(|()| reader.end()).err();
        Self { text: text.to_string(), members, fault }
    }

    /// The first member with this name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|m| m.name == name)
    }

    /// The value of the first member with this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.member(name).map(|m| &m.value)
    }

    /// The value as a string, when it is one.
    pub fn str(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// Names that occur more than once.
    pub fn duplicates(&self) -> Vec<&Member> {
        let mut seen = HashSet::new();
        self.members.iter().filter(|m| !seen.insert(m.name.as_str())).collect()
    }

    /// Adds a member that is elsewhere than in this text; its spans are empty.
    pub fn add_foreign(&mut self, name: &str, value: Value) {
        self.members.push(Member { name: name.into(), value, name_span: Span::default(), value_span: Span::default() });
    }

    /// As a serde map; of duplicates the first stays.
    pub fn to_value(&self) -> Value {
        let mut map = serde_json::Map::new();
        for m in &self.members {
            map.entry(m.name.clone()).or_insert_with(|| m.value.clone());
        }
        Value::Object(map)
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn skip_whitespace(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    }

    fn fault<T>(&self, message: impl Into<String>) -> Result<T, JsonFault> {
        Err(JsonFault { offset: self.at, message: message.into() })
    }

    fn found(&self) -> String {
        self.rest().chars().next().map_or_else(|| "the text ends".into(), |c| format!("{c:?} is"))
    }

    fn expect(&mut self, wanted: char) -> Result<(), JsonFault> {
        self.skip_whitespace();
        if self.rest().starts_with(wanted) {
            self.at += wanted.len_utf8();
            return Ok(());
        }
        self.fault(format!("{} where {wanted:?} should be", self.found()))
    }

    fn end(&mut self) -> Result<(), JsonFault> {
        self.skip_whitespace();
        if self.rest().is_empty() { Ok(()) } else { self.fault("more text after the object") }
    }

    fn object_members(&mut self, members: &mut Vec<Member>) -> Result<(), JsonFault> {
        self.expect('{')?;
        self.skip_whitespace();
        if self.rest().starts_with('}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.skip_whitespace();
            if members.len() == MAX_MEMBERS {
                return self.fault(format!("more than {MAX_MEMBERS} members"));
            }
            if !self.rest().starts_with('"') {
                return self.fault(format!("{} where a member's name should be", self.found()));
            }
            let name_start = self.at + 1;
            let name = match self.scalar()? {
                Value::String(s) => s,
                _ => return self.fault("a member's name must be a string"),
            };
            let name_span = Span::new(name_start, self.at - 1);
            self.expect(':')?;
            self.skip_whitespace();
            let start = self.at;
            let value = self.value()?;
            members.push(Member { name, value, name_span, value_span: Span::new(start, self.at) });
            self.skip_whitespace();
            if self.rest().starts_with(',') {
                self.at += 1;
            } else {
                return self.expect('}');
            }
        }
    }

    /// One value: its extent is found by a scan of brackets and strings, its content read by serde_json.
    fn value(&mut self) -> Result<Value, JsonFault> {
        if !self.rest().starts_with(['{', '[']) {
            return self.scalar();
        }
        let start = self.at;
        let mut depth = 0usize;
        loop {
            match self.text.as_bytes().get(self.at) {
                None => return self.fault("the text ends inside a value"),
                Some(b'{' | b'[') => {
                    depth += 1;
                    if depth > MAX_NESTING {
                        return self.fault(format!("nested deeper than {MAX_NESTING} levels"));
                    }
                    self.at += 1;
                }
                Some(b'}' | b']') => {
                    depth -= 1;
                    self.at += 1;
                    if depth == 0 {
                        break;
                    }
                }
                Some(b'"') => {
                    self.skip_string()?;
                }
                // No byte of a longer character looks like a bracket or a quote.
                Some(_) => self.at += 1,
            }
        }
        serde_json::from_str(&self.text[start..self.at]).map_err(|e| {
            let inner = &self.text[start..self.at];
            let line_start = inner.split_inclusive('\n').take(e.line().saturating_sub(1)).map(str::len).sum::<usize>();
            let offset = (start + line_start + e.column().saturating_sub(1)).min(self.text.len());
            JsonFault { offset, message: plain(&e) }
        })
    }

    fn skip_string(&mut self) -> Result<(), JsonFault> {
        let bytes = self.text.as_bytes();
        let mut at = self.at + 1;
        while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
            at += found + 1;
            if bytes.get(at - 1) == Some(&b'"') {
                self.at = at;
                return Ok(());
            }
            at += 1;
        }
        self.fault("a string is not closed")
    }

    fn scalar(&mut self) -> Result<Value, JsonFault> {
        let start = self.at;
        let end = if self.rest().starts_with('"') {
            self.skip_string()?;
            self.at
        } else {
            let rest = self.rest();
            start + rest.find([',', '}', ']', ' ', '\t', '\r', '\n', '"', ':']).unwrap_or(rest.len())
        };
        if end == start {
            return self.fault(format!("{} where a value should be", self.found()));
        }
        match serde_json::from_str(&self.text[start..end]) {
            Ok(value) => {
                self.at = end;
                Ok(value)
            }
            Err(e) => {
                self.at = start;
                let offset = (start + e.column().saturating_sub(1)).min(self.text.len());
                Err(JsonFault { offset, message: plain(&e) })
            }
        }
    }
}

/// The error's words without its own "at line … column …", which counts in a part of the text only.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_stay_with_their_places() {
        let text = r#"{"a":1, "b":[{"c":"]"}], "a":"x"}"#;
        let object = Object::read(text);
        assert_eq!(object.fault, None);
        assert_eq!(object.members.len(), 3);
        assert_eq!(object.duplicates()[0].value_span.cut(text), Some("\"x\""));
        assert_eq!(object.members[1].value_span.cut(text), Some(r#"[{"c":"]"}]"#));
        assert_eq!(object.members[1].name_span.cut(text), Some("b"));
    }

    #[test]
    fn what_stood_before_a_fault_is_kept() {
        let object = Object::read(r#"{"iss":"x","exp":12"#);
        assert_eq!(object.str("iss"), Some("x"));
        assert_eq!(object.fault.map(|f| f.offset), Some(19));
    }

    #[test]
    fn the_count_of_members_is_bounded() {
        let wide = |count: usize| Object::read(&format!("{{{}\"z\":1}}", "\"a\":1,".repeat(count)));
        assert_eq!(wide(MAX_MEMBERS - 1).fault, None);
        let over = wide(MAX_MEMBERS);
        assert_eq!(over.members.len(), MAX_MEMBERS);
        assert!(over.fault.is_some_and(|f| f.message == "more than 4096 members"));
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(Object::read(&deep).fault.is_some_and(|f| f.message.contains("nested deeper")));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(512))]
        #[test]
        fn a_text_is_whole_exactly_when_serde_json_says_so(inside in r#"("[ab]":|[0-9]|[{}\[\],]|true|"\\u00e9"|"ü"| ){0,9}"#) {
            let text = format!("{{{inside}}}");
            let object = Object::read(&text);
            let strict = serde_json::from_str::<serde_json::Map<String, Value>>(&text);
            proptest::prop_assert_eq!(object.fault.is_none(), strict.is_ok(), "{:?} {:?}", object.fault, strict);
            for member in &object.members {
                let value = member.value_span.cut(&text).and_then(|v| serde_json::from_str(v).ok());
                proptest::prop_assert_eq!(Some(&member.value), value.as_ref());
            }
        }
    }
}
