//! Goes through an object of JSON and finds the values with known names, without building it.
//!
//! serde_json does the same with a visitor at two thirds of the speed: it checks and converts every key and value, and a log line has about
//! thirty of which eight are wanted. Here, what is not wanted is skipped to its end, and the keys of the line before are remembered,
//! as most lines of a log have the same. So this reads some texts that are not JSON; it never reads one that is JSON differently.

use std::borrow::Cow;

use super::json_memory::Memory;
use super::json_names::{JsonNames, Place, Slot, push};
use crate::logs::bytes::{closing_quote, find};
use crate::logs::line::Field;

/// No name is nested deeper.
const DEEPEST: usize = 6;

/// A value with a known name.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'l> {
    Text(Field<'l>),
    Number(i64),
}

/// Calls `take` with each value of an object that has a known name, and how good the name is. `None` if the object is broken.
pub fn scan<'l>(text: &'l [u8], names: &JsonNames, memory: &mut Memory, take: impl FnMut(Slot, u8, Value<'l>)) -> Option<()> {
    memory.path.clear();
    let mut scan = Scan { text, at: 0, names, memory, keys: 0, take };
    scan.expect(b'{')?;
    scan.members(usize::MAX, 0)
}

struct Scan<'s, 'l, T> {
    text: &'l [u8],
    at: usize,
    names: &'s JsonNames,
    memory: &'s mut Memory,
    /// The keys so far.
    keys: usize,
    take: T,
}

impl<'l, T: FnMut(Slot, u8, Value<'l>)> Scan<'_, 'l, T> {
    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<u8> {
        loop {
            match *self.text.get(self.at)? {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                byte => return Some(byte),
            }
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// The members of an object, behind its bracket.
    fn members(&mut self, parent: usize, depth: usize) -> Option<()> {
        if self.peek()? == b'}' {
            return self.expect(b'}');
        }
        let length = self.memory.path.len();
        loop {
            let key = self.string()?;
            self.expect(b':')?;
            let number = self.keys;
            match self.place(parent, key) {
                Place { slot: None, is_parent: false } => self.skip()?,
                place => self.value(place.slot, number, depth)?,
            }
            self.memory.path.truncate(length);
            match self.peek()? {
                b',' => self.expect(b',')?,
                _ => return self.expect(b'}'),
            }
        }
    }

    /// What a key is. The path gets the key if others can be below it.
    fn place(&mut self, parent: usize, key: &[u8]) -> Place {
        let number = self.keys;
        self.keys += 1;
        if let Some(place) = self.memory.place(number, parent, key) {
            if place.is_parent || place.slot.is_some() {
                push(&mut self.memory.path, key);
            }
            return place;
        }
        push(&mut self.memory.path, key);
        let place = self.names.place(&self.memory.path);
        self.memory.remember(number, parent, key, place);
        place
    }

    /// A value that is wanted, or can have wanted ones inside. A list counts for its first value: headers are lists in Caddy's log.
    fn value(&mut self, slot: Option<(Slot, u8)>, key: usize, depth: usize) -> Option<()> {
        let value = match self.peek()? {
            b'{' if depth < DEEPEST => {
                self.at += 1;
                return self.members(key, depth + 1);
            }
            b'[' if depth < DEEPEST => {
                self.at += 1;
                if self.peek()? == b']' {
                    return self.expect(b']');
                }
                self.value(slot, key, depth + 1)?;
                return self.close(1);
            }
            b'"' => Value::Text(unescaped(self.string()?)),
            b'-' | b'0'..=b'9' => Value::Number(number(self.word())?),
            _ => return self.skip(),
        };
        if let Some((slot, rank)) = slot {
            (self.take)(slot, rank, value);
        }
        Some(())
    }

    /// A string, without its quotes and with its escapes.
    fn string(&mut self) -> Option<&'l [u8]> {
        self.expect(b'"')?;
        let end = closing_quote(self.text, self.at)?;
        let string = self.text.get(self.at..end);
        self.at = end + 1;
        string
    }

    /// A number or `true`, `false`, `null`.
    fn word(&mut self) -> &'l [u8] {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.iter().position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t')).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// Skips a value.
    fn skip(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.string().map(|_| ()),
            b'{' | b'[' => {
                self.at += 1;
                self.close(1)
            }
            _ => (!self.word().is_empty()).then_some(()),
        }
    }

    /// Skips to the end of so many brackets, however deep others are nested in them.
    fn close(&mut self, mut open: usize) -> Option<()> {
        while open > 0 {
            match self.text.get(self.at)? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => open += 1,
                b'}' | b']' => open -= 1,
                _ => {}
            }
            self.at += 1;
        }
        Some(())
    }
}

/// The text of a string. One whose escapes are broken stays as it is.
fn unescaped(raw: &[u8]) -> Field<'_> {
    if find(b'\\', raw).is_none() {
        return Cow::Borrowed(raw);
    }
    let quoted = [b"\"".as_slice(), raw, b"\""].concat();
    match serde_json::from_slice::<String>(&quoted) {
        Ok(text) => Cow::Owned(text.into_bytes()),
        Err(_) => Cow::Borrowed(raw),
    }
}

/// The whole part of a number.
fn number(word: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(word).ok()?;
    text.parse().ok().or_else(|| text.parse::<f64>().ok().map(|number| number as i64))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str) -> Option<Vec<(Slot, Value<'_>)>> {
        let mut all = Vec::new();
        scan(text.as_bytes(), &JsonNames::default(), &mut Memory::default(), |slot, _, value| all.push((slot, value)))?;
        Some(all)
    }

    #[test]
    fn known_names_are_found_wherever_they_are() {
        let text = r#" { "x" : [ {"status":1}, "]}" ] , "res" : { "y":{}, "statusCode" : 401 }, "msg":"a\"\u00e9", "ts":1.5e9, "user_agent":["b","c"], "ip":null, "err":[] } "#;
        let all = found(text).unwrap();
        assert_eq!(
            all,
            [
                (Slot::Status, Value::Number(401)),
                (Slot::Reason, Value::Text("a\"é".as_bytes().into())),
                (Slot::Time, Value::Number(1_500_000_000)),
                (Slot::Agent, Value::Text(b"b".as_slice().into())),
            ]
        );
    }

    #[test]
    fn what_is_remembered_of_a_line_does_not_change_the_next() {
        let (names, mut memory) = (JsonNames::default(), Memory::default());
        let long = "k".repeat(100);
        let lines = [
            r#"{"res":{"status":401},"method":"GET"}"#.to_string(),
            r#"{"res":"x","status":403,"method":"PUT"}"#.to_string(),
            r#"{"x":{"status":500},"status":404,"method":"GET"}"#.to_string(),
            r#"{"x":1,"url":{"path":"/a"},"status":404}"#.to_string(),
            r#"{"x":1,"y":{"path":"/a"},"status":404}"#.to_string(),
            format!(r#"{{"{long}":1,"status":404,"":{{"status":2}}}}"#),
            "{}".to_string(),
        ];
        for line in lines.iter().chain(lines.iter().rev()).chain(lines.iter().step_by(2)) {
            let mut all = Vec::new();
            scan(line.as_bytes(), &names, &mut memory, |slot, _, value| all.push((slot, value)));
            assert_eq!(Some(all), found(line), "{line}");
        }
    }

    #[test]
    fn broken_objects_are_none() {
        for text in ["", "{", "{}x", "[]", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,}", "{\"status\":\"4", "{\"status\":-}", "{a:1}"] {
            assert_eq!(found(text).is_some(), text == "{}x", "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_json_is_read(value in any_json()) {
            let text = serde_json::json!({"status": 401, "a": value, "res": value, "method": "GET"}).to_string();
            let all = found(&text).unwrap();
            prop_assert_eq!(&all[0], &(Slot::Status, Value::Number(401)));
            prop_assert_eq!(all.last().unwrap(), &(Slot::Method, Value::Text(b"GET".as_slice().into())));
        }
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            any::<String>().prop_map(Into::into)
        ];
        leaf.prop_recursive(8, 64, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::vec((any::<String>(), inner), 0..6).prop_map(|members| members.into_iter().collect()),
            ]
        })
    }
}
