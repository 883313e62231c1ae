//! A long HAR read by two threads.
//!
//! The second one begins in the middle, at what looks like the begin of an entry: the bytes with which the first entry
//! begins. Whether it is one is known when the first thread comes there. When it does not stop exactly at that place, what
//! the second one read is thrown away.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Creator, Entry, Part};
use crate::domain::limits::MAX_ENTRIES;

/// Reads a log; `None` for anything that is not one from the first byte to the last.
pub fn read<'a>(text: &'a str, source: &str) -> Option<(Creator<'a>, Part)> {
    let mut walk = Walk { text, at: 0 };
    let mut log = None;
    walk.members(|walk, name| {
        if name != "log" {
            return walk.value::<IgnoredAny>().map(drop);
        }
        if log.is_some() {
            return None;
        }
        let (mut creator, mut entries) = (None, None);
        walk.members(|walk, name| match name {
            "creator" if creator.is_none() => walk.value().map(|value| creator = Some(value)),
            "entries" if entries.is_none() => walk.entries(source).map(|part| entries = Some(part)),
            "creator" | "entries" => None,
            _ => walk.value::<IgnoredAny>().map(drop),
        })?;
        log = Some((creator.unwrap_or_default(), entries?));
        Some(())
    })?;
    walk.skip_whitespace();
    if walk.at == text.len() { log } else { None }
}

/// A place in a text of JSON.
#[derive(Clone, Copy)]
struct Walk<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Walk<'a> {
    fn skip_whitespace(&mut self) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n')).count();
    }

    /// Steps over a byte, and spaces before it, when it is there.
    fn eat(&mut self, byte: u8) -> Option<()> {
        self.skip_whitespace();
        (self.text.as_bytes().get(self.at) == Some(&byte)).then(|| self.at += 1)
    }

    fn value<T: Deserialize<'a>>(&mut self) -> Option<T> {
        let mut values = serde_json::Deserializer::from_str(self.text.get(self.at..)?).into_iter();
        let value = values.next()?.ok()?;
        self.at += values.byte_offset();
        Some(value)
    }

    /// Steps over an object; `see` steps over the value of each member.
    fn members(&mut self, mut see: impl FnMut(&mut Self, &str) -> Option<()>) -> Option<()> {
        self.eat(b'{')?;
        if self.eat(b'}').is_some() {
            return Some(());
        }
        loop {
            let name: String = self.value()?;
            self.eat(b':')?;
            see(self, &name)?;
            if self.eat(b',').is_none() {
                return self.eat(b'}');
            }
        }
    }

    /// Steps over the entries.
    fn entries(&mut self, source: &str) -> Option<Part> {
        self.eat(b'[')?;
        if self.eat(b']').is_some() {
            return Some(Part::default());
        }
        self.skip_whitespace();
        let Some(middle) = self.middle() else { return self.elements(usize::MAX, source) };
        let mut behind = Self { at: middle, ..*self };
        std::thread::scope(|scope| {
            let second = scope.spawn(|| behind.elements(usize::MAX, source).map(|part| (part, behind.at)));
            let mut part = self.elements(middle, source)?;
            let read = second.join().ok()?;
            if self.at == middle {
                let (rest, end) = read?;
                if part.exchanges.len() + rest.exchanges.len() > MAX_ENTRIES {
                    return None;
                }
                part.append(rest);
                self.at = end;
            }
            Some(part)
        })
    }

    /// Where in the second half of the text an entry seems to begin: as the first one does, up to the colon after its first
    /// member's name.
    fn middle(&self) -> Option<usize> {
        let mut first = *self;
        first.eat(b'{')?;
        first.value::<String>()?;
        let begin = self.text.get(self.at..first.at)?;
        let half = self.at + (self.text.len() - self.at) / 2;
        let half = (half..self.text.len()).find(|i| self.text.is_char_boundary(*i))?;
        Some(half + self.text.get(half..)?.find(begin)?)
    }

    /// Steps over entries up to the end of the list, or to the entry that begins at `stop`.
    fn elements(&mut self, stop: usize, source: &str) -> Option<Part> {
        let mut part = Part::default();
        loop {
            self.skip_whitespace();
            if self.at == stop {
                part.exchanges.shrink_to_fit();
                return Some(part);
            }
            part.take(self.value::<Entry>()?, source);
            if part.exchanges.len() > MAX_ENTRIES {
                return None;
            }
            if self.eat(b',').is_none() {
                self.eat(b']')?;
                part.exchanges.shrink_to_fit();
                return Some(part);
            }
        }
    }
}
