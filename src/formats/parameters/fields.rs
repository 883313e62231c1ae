//! Parameters that are joined by `&`: those of an address, and the fields of a form.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::spelling::{Alphabet, decoded, respelled};
use super::{Cell, Spelling};
use crate::domain::span::Span;
use crate::domain::switched_off::{self, NEXT_LINE, may_be_parameter};
use crate::formats::switched_off::field;
use crate::formats::variables::placeholders;

/// What the parameters are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Query,
    Form,
}

/// One parameter; an empty one is no row, and stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What is between it and the one before: nothing, or a line end and the mark of a comment.
    gap: String,
    sign: &'static str,
    /// As written.
    pub text: String,
    pub is_on: bool,
    /// Where its text begins.
    pub start: usize,
    /// Whether it was the first one that is sent before a change.
    was_first: bool,
}

/// The parameters of a text with what is around them: writing them gives the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    kind: Kind,
    head: String,
    items: Vec<Item>,
    /// The fragment, behind the last one that is sent.
    fragment: String,
    tail: String,
}

impl Fields {
    /// Those of an address, as the editor has it: lines with `?` or `&`, and comments among them.
    pub fn query(address: &str) -> Self {
        let mut fields = Self { kind: Kind::Query, head: String::new(), items: Vec::new(), fragment: String::new(), tail: String::new() };
        let lines: Vec<&str> = address.split('\n').collect();
        let is_off = |line: &str| switched_off::parameter(line).is_some();
        let last_on = lines.iter().skip(1).rposition(|line| !is_off(line)).map_or(0, |at| at + 1);
        let (mut start, mut between) = (0, String::new());
        for (number, line) in lines.into_iter().enumerate() {
            let at = start;
            start += line.len() + 1;
            if number == 0 {
                fields.first_line(line, last_on == 0);
                continue;
            }
            let content = line.trim_matches([' ', '\t', '\r']);
            let parameter = switched_off::parameter(content);
            let text = parameter.unwrap_or(content);
            let text_at = Span::of(line, text).map_or(0, |span| span.start);
            between.push('\n');
            between.push_str(line.get(..text_at).unwrap_or_default());
            let (kept, fragment) = if parameter.is_none() && number == last_on { without_fragment(text) } else { (text, "") };
            let parts = if parameter.is_some() { vec![Span::whole(kept)] } else { split(kept, b'&') };
            fields.push_parts(kept, parts, at + text_at, std::mem::take(&mut between), parameter.is_none());
            fields.fragment.push_str(fragment);
            between.push_str(line.get(text_at + text.len()..).unwrap_or_default());
        }
        fields.tail = between;
        fields
    }

    /// The first line of an address: what precedes its parameters, and those that are in it.
    fn first_line(&mut self, line: &str, is_last: bool) {
        let (kept, fragment) = if is_last { without_fragment(line) } else { (line, "") };
        self.fragment = fragment.to_string();
        let query = split(kept, b'?').first().map_or(kept.len(), |path| path.end);
        self.head = kept.get(..query).unwrap_or_default().to_string();
        let rest = kept.get(query..).unwrap_or_default();
        if !rest.is_empty() {
            self.push_parts(rest, split(rest, b'&'), query, String::new(), true);
        }
    }

    /// Adds the parameters of a line, each but the first one behind an `&`.
    fn push_parts(&mut self, line: &str, parts: Vec<Span>, at: usize, gap: String, is_on: bool) {
        let mut gap = Some(gap);
        let signs: &[&str] = if self.kind == Kind::Query { &["?", "&"] } else { &["&"] };
        for (number, part) in parts.into_iter().enumerate() {
            let text = part.cut(line).unwrap_or_default();
            // A line that begins with `&` has nothing before it.
            if number == 0 && text.is_empty() && line.starts_with('&') {
                continue;
            }
            let own = signs.iter().find(|sign| number == 0 && text.starts_with(**sign));
            let (sign, length) = own.map_or((if number > 0 { "&" } else { "" }, 0), |sign| (*sign, sign.len()));
            let (gap, text) = (gap.take().unwrap_or_default(), text.get(length..).unwrap_or_default().to_string());
            self.items.push(Item { gap, sign, text, is_on, start: at + part.start + length, was_first: false });
        }
    }

    /// Those of the body of a form. Without lines, as in other formats, a line end is a byte of a value.
    pub fn form(body: &str, has_lines: bool) -> Self {
        let kept = body.trim_end_matches('\n');
        let tail = body.get(kept.len()..).unwrap_or_default().to_string();
        let mut fields = Self { kind: Kind::Form, head: String::new(), items: Vec::new(), fragment: String::new(), tail };
        if kept.is_empty() {
            return fields;
        }
        let lines: Vec<&str> = if has_lines { kept.split('\n').collect() } else { vec![kept] };
        let (mut start, mut between) = (0, String::new());
        let mut was_on = false;
        for (number, line) in lines.into_iter().enumerate() {
            let at = start;
            start += line.len() + 1;
            let parameter = if has_lines { field(line) } else { None };
            let text = parameter.unwrap_or(line);
            let text_at = Span::of(line, text).map_or(0, |span| span.start);
            let end = if number > 0 { "\n" } else { "" };
            let is_on = parameter.is_none();
            let goes_on = is_on && was_on && !line.starts_with('&');
            let gap = format!("{between}{end}{}", line.get(..text_at).unwrap_or_default());
            between = line.get(text_at + text.len()..).unwrap_or_default().to_string();
            let parts = if is_on { split(text, b'&') } else { vec![Span::whole(text)] };
            let mut parts = parts.into_iter();
            // A line end that no `&` follows is part of the value.
            if goes_on && let (Some(item), Some(first)) = (fields.items.last_mut(), parts.next()) {
                item.text.push_str(end);
                item.text.push_str(first.cut(text).unwrap_or_default());
                for part in parts {
                    let text = part.cut(text).unwrap_or_default().to_string();
                    let start = at + part.start;
                    fields.items.push(Item { gap: String::new(), sign: "&", text, is_on: true, start, was_first: false });
                }
            } else {
                fields.push_parts(text, parts.collect(), at + text_at, gap, is_on);
            }
            was_on = is_on;
        }
        fields.tail.insert_str(0, &between);
        fields
    }

    /// The text that they were read from.
    pub fn write(&self) -> String {
        let mut out = self.head.clone();
        let last = self.items.iter().rposition(|item| item.is_on);
        if last.is_none() {
            out.push_str(&self.fragment);
        }
        for (number, Item { gap, sign, text, .. }) in self.items.iter().enumerate() {
            out.push_str(gap);
            out.push_str(sign);
            out.push_str(text);
            if Some(number) == last {
                out.push_str(&self.fragment);
            }
        }
        out + &self.tail
    }

    /// The parameters that are rows, each with its number.
    pub fn rows(&self) -> impl Iterator<Item = (usize, &Item)> {
        self.items.iter().enumerate().filter(|(_, item)| !item.text.is_empty())
    }

    /// Gives one another name or value.
    pub fn set(&mut self, number: usize, cell: Cell, wanted: &str, spelling: Spelling) {
        let kind = self.kind;
        if let Some(item) = self.items.get_mut(number) {
            item.text = item.with(cell, wanted, spelling, kind);
        }
    }

    /// Adds one at the end.
    pub fn add(&mut self, name: &str, value: &str, spelling: Spelling) {
        let mut item = Item { gap: String::new(), sign: "&", text: "=".into(), is_on: true, start: 0, was_first: false };
        item.text = item.with(Cell::Name, name, spelling, self.kind);
        item.text = item.with(Cell::Value, value, spelling, self.kind);
        self.mark_first();
        match self.items.last_mut() {
            // `?` alone, or `a=1&`.
            Some(last) if last.text.is_empty() && last.is_on => last.text = item.text,
            Some(last) => {
                if !last.is_on || self.has_lines() {
                    item.gap = self.line_end().into();
                }
                self.items.push(item);
            }
            None => self.items.push(item),
        }
        self.sign(self.items.len().checked_sub(1));
    }

    /// Removes one.
    pub fn remove(&mut self, number: usize) {
        if number >= self.items.len() {
            return;
        }
        self.mark_first();
        let has_lines = self.has_lines();
        let removed = self.items.remove(number);
        let is_behind_on = number.checked_sub(1).and_then(|before| self.items.get(before)).is_none_or(|before| before.is_on);
        let is_first = number == 0 && self.head.is_empty();
        if let Some(next) = self.items.get_mut(number) {
            if is_first {
                next.gap = next.gap.trim_start_matches('\n').to_string();
            } else if next.is_on && !removed.is_on && is_behind_on && self.kind == Kind::Query && !has_lines {
                next.gap.clear();
            } else if next.is_on && removed.is_on && next.gap.is_empty() {
                next.gap = removed.gap;
            }
        }
        self.sign(None);
    }

    /// Switches one on or off.
    pub fn switch(&mut self, number: usize) {
        self.mark_first();
        let (kind, end, has_lines) = (self.kind, self.line_end(), self.has_lines());
        let is_start = number == 0 && self.head.is_empty();
        let Some(item) = self.items.get_mut(number) else { return };
        item.is_on = !item.is_on;
        let is_on = item.is_on;
        if is_on {
            let mark = item.gap.find(['#', '/']).unwrap_or(item.gap.len());
            item.gap.truncate(mark);
        } else {
            if item.gap.is_empty() && !is_start {
                item.gap = end.into();
            }
            item.gap.push_str("# ");
            item.text = one_line(&item.text, kind);
            if kind == Kind::Form && !item.text.contains('=') {
                item.sign = "&";
            }
        }
        // In an address only what is switched off has a line of its own, unless all have.
        let joins = is_on && kind == Kind::Query && !has_lines;
        if joins && self.items.get(number.wrapping_sub(1)).is_none_or(|before| before.is_on) {
            self.items.get_mut(number).into_iter().for_each(|item| item.gap.clear());
        }
        if let Some(next) = self.items.get_mut(number + 1).filter(|next| next.is_on) {
            match is_on {
                true if joins => next.gap.clear(),
                false if next.gap.is_empty() => next.gap = end.into(),
                _ => {}
            }
        }
        self.sign(Some(number));
    }

    /// Lets two change places.
    pub fn swap(&mut self, one: usize, other: usize) {
        let (Some(a), Some(b)) = (self.items.get(one), self.items.get(other)) else { return };
        let (first, second, differ) = (a.text.clone(), b.text.clone(), a.is_on != b.is_on);
        for (number, text) in [(one, second), (other, first)] {
            self.items.get_mut(number).into_iter().for_each(|item| item.text.clone_from(&text));
        }
        if differ {
            self.switch(one);
            self.switch(other);
        }
    }

    /// True if those that are sent have lines of their own.
    fn has_lines(&self) -> bool {
        let before = std::iter::once(true).chain(self.items.iter().map(|item| item.is_on));
        self.items.iter().zip(before).any(|(item, is_behind_on)| item.is_on && is_behind_on && item.gap.contains('\n'))
    }

    const fn line_end(&self) -> &'static str {
        match self.kind {
            Kind::Query => NEXT_LINE,
            Kind::Form => "\n",
        }
    }

    fn mark_first(&mut self) {
        let first = self.items.iter().position(|item| item.is_on);
        self.items.iter_mut().enumerate().for_each(|(number, item)| item.was_first = Some(number) == first);
    }

    /// Gives the first one that is sent the sign of the first one, and those that were it, or are new, that of the others.
    fn sign(&mut self, changed: Option<usize>) {
        let first = self.items.iter().position(|item| item.is_on);
        for (number, item) in self.items.iter_mut().enumerate() {
            if Some(number) == first {
                item.sign = if self.kind == Kind::Query { "?" } else { "" };
            } else if item.is_on && item.was_first || Some(number) == changed && number > 0 {
                item.sign = "&";
            }
        }
    }
}

impl Item {
    /// Name and value as written; no value without `=`.
    pub fn written(&self) -> (&str, Option<&str>) {
        match split(&self.text, b'=').first().filter(|name| name.end < self.text.len()) {
            Some(name) => (self.text.get(..name.end).unwrap_or_default(), self.text.get(name.end + 1..)),
            None => (&self.text, None),
        }
    }

    fn with(&self, cell: Cell, wanted: &str, spelling: Spelling, kind: Kind) -> String {
        let (name, value) = self.written();
        let old = match cell {
            Cell::Name => name,
            Cell::Value => value.unwrap_or_default(),
        };
        let alphabet = match (kind, cell) {
            (Kind::Form, _) => Alphabet::Form,
            (Kind::Query, Cell::Name) => Alphabet::QueryName,
            (Kind::Query, Cell::Value) => Alphabet::QueryValue,
        };
        let new = match spelling {
            Spelling::AsWritten => wanted.to_string(),
            Spelling::Decoded if decoded(old) == wanted => old.to_string(),
            Spelling::Decoded => respelled(old, wanted, alphabet),
        };
        let new = if self.is_on { new } else { one_line(&new, kind) };
        match (cell, value) {
            (Cell::Name, None) => new,
            (Cell::Name, Some(value)) => format!("{new}={value}"),
            (Cell::Value, None) if new.is_empty() => name.to_string(),
            (Cell::Value, _) => format!("{name}={new}"),
        }
    }
}

/// A parameter as a comment line can hold it.
fn one_line(text: &str, kind: Kind) -> String {
    // Two signs begin a comment of another kind.
    let text = &match kind {
        Kind::Query if text.starts_with('&') => text.replacen('&', "%26", 1),
        Kind::Query if text.starts_with('?') => text.replacen('?', "%3F", 1),
        _ => text.to_string(),
    };
    let has_blank = |text: &str| text.contains(char::is_whitespace);
    let is_held = may_be_parameter(text) && text.trim() == text && !text.contains('\n') && !(kind == Kind::Form && has_blank(text));
    if is_held { text.clone() } else { without_blanks(text) }
}

/// A text with its blanks encoded, but for those in the names of variables.
fn without_blanks(text: &str) -> String {
    let variables: Vec<Span> = placeholders(text).map(|(span, _)| span).collect();
    let is_name = |at: usize| variables.iter().any(|span| span.start <= at && at < span.end);
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c.is_whitespace() && !is_name(at) {
            true => out.extend(utf8_percent_encode(c.encode_utf8(&mut [0; 4]), NON_ALPHANUMERIC)),
            false => out.push(c),
        }
    }
    out
}

/// An address without its fragment, and that.
fn without_fragment(text: &str) -> (&str, &str) {
    let end = split(text, b'#').first().map_or(text.len(), |span| span.end);
    text.split_at(end)
}

/// A text between the places of a sign; in the name of a variable there is none.
fn split(text: &str, sign: u8) -> Vec<Span> {
    let mut variables = placeholders(text).map(|(span, _)| span).peekable();
    let mut parts = Vec::new();
    let mut start = 0;
    for at in memchr::memchr_iter(sign, text.as_bytes()) {
        while variables.next_if(|variable| variable.end <= at).is_some() {}
        if variables.peek().is_none_or(|variable| at < variable.start) {
            parts.push(Span::new(start, at));
            start = at + 1;
        }
    }
    parts.push(Span::new(start, text.len()));
    parts
}
