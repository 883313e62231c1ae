//! The parts of a multipart body, each with its name and what it holds, or the file that it names.

use super::Cell;
use crate::domain::span::Span;
use crate::formats::switched_off::{OffLines, delimiter, line_of_part};

/// One part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its lines, from its delimiter on, as they would be sent.
    text: String,
    /// The same as they are in the body, as long as that is not changed.
    written: Option<String>,
    pub is_on: bool,
    /// Where it begins in the body.
    pub start: usize,
}

/// A multipart body: writing it gives the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    delimiter: String,
    before: String,
    parts: Vec<Part>,
    /// The delimiter at the end, and what follows it.
    end: String,
}

impl Parts {
    /// Reads a body; an empty one has the boundary that its type names. `None` where none is known.
    pub fn read(body: &str, boundary: Option<&str>, has_comments: bool) -> Option<Self> {
        let known = delimiter(body).map(String::from).or_else(|| body.trim().is_empty().then(|| boundary.map(|b| format!("--{b}")))?);
        let delimiter = known?;
        let mut parts = Self { delimiter: delimiter.clone(), before: String::new(), parts: Vec::new(), end: String::new() };
        if body.trim().is_empty() {
            parts.end = format!("{delimiter}--\n");
            return Some(parts);
        }
        let mut off = if has_comments { OffLines::Parts(&delimiter, false) } else { OffLines::None };
        let mut start = 0;
        for line in body.split_inclusive('\n') {
            let at = start;
            start += line.len();
            let bare = line.trim_end_matches(['\n', '\r']);
            let is_off = off.is_off(bare);
            let content = if is_off { line_of_part(line).unwrap_or(line) } else { line };
            let rest = content.trim_end().strip_prefix(delimiter.as_str());
            let is_last = !is_off && rest == Some("--");
            if !parts.end.is_empty() || is_last {
                parts.end.push_str(line);
                continue;
            }
            let is_new = rest == Some("");
            let is_inside = !parts.parts.is_empty();
            match parts.parts.last_mut().filter(|part| !is_new && part.is_on != is_off) {
                Some(part) => {
                    part.text.push_str(content);
                    part.written.get_or_insert_default().push_str(line);
                }
                None if is_new || is_inside => {
                    let (text, written) = (content.to_string(), Some(line.to_string()));
                    parts.parts.push(Part { text, written, is_on: !is_off, start: at });
                }
                None => parts.before.push_str(line),
            }
        }
        Some(parts)
    }

    /// The text that it was read from.
    pub fn write(&self) -> String {
        let parts: String = self.parts.iter().map(Part::write).collect();
        format!("{}{parts}{}", self.before, self.end)
    }

    pub fn rows(&self) -> impl Iterator<Item = (usize, &Part)> {
        self.parts.iter().enumerate()
    }

    /// Gives one another name or content.
    pub fn set(&mut self, number: usize, cell: Cell, wanted: &str) {
        if let Some(part) = self.parts.get_mut(number) {
            part.set(cell, wanted);
        }
    }

    /// Adds one at the end. One that names a file is sent under the name of the file.
    pub fn add(&mut self, name: &str, value: &str, is_file: bool) {
        let of_file = if is_file {
            let file = value.rsplit(['/', '\\']).next().unwrap_or_default().trim_start_matches("< ").trim();
            format!("; filename=\"{}\"", quoted(file))
        } else {
            String::new()
        };
        let head = format!("{}\nContent-Disposition: form-data; name=\"{}\"{of_file}", self.delimiter, quoted(name));
        if let Some(last) = self.parts.last_mut() {
            last.end_line();
        }
        self.parts.push(Part { text: format!("{head}\n\n{value}\n"), written: None, is_on: true, start: 0 });
        if self.end.is_empty() {
            self.end = format!("{}--", self.delimiter);
        }
    }

    /// Removes one.
    pub fn remove(&mut self, number: usize) {
        if number < self.parts.len() {
            self.parts.remove(number);
        }
    }

    /// Switches one on or off.
    pub fn switch(&mut self, number: usize) {
        if let Some(part) = self.parts.get_mut(number) {
            part.is_on = !part.is_on;
            part.written = None;
        }
    }

    /// Lets two change places.
    pub fn swap(&mut self, one: usize, other: usize) {
        if one.max(other) < self.parts.len() {
            self.parts.iter_mut().for_each(Part::end_line);
            self.parts.swap(one, other);
        }
    }
}

impl Part {
    fn write(&self) -> String {
        match &self.written {
            Some(written) => written.clone(),
            None if self.is_on => self.text.clone(),
            None => {
                let marked = |line: &str| if line.trim().is_empty() { format!("#{line}") } else { format!("# {line}") };
                self.text.split_inclusive('\n').map(marked).collect()
            }
        }
    }

    fn end_line(&mut self) {
        if !self.text.ends_with('\n') {
            self.text.push('\n');
            self.written = None;
        }
    }

    /// Its name, decoded; empty without one.
    pub fn name(&self) -> String {
        let name = self.name_place().and_then(|span| span.cut(&self.text)).unwrap_or_default();
        name.replace("\\\\", "\\").replace("%22", "\"").replace("%0A", "\n").replace("%0D", "\r")
    }

    /// Its name as written.
    pub fn written_name(&self) -> &str {
        self.name_place().and_then(|span| span.cut(&self.text)).unwrap_or_default()
    }

    /// What it holds.
    pub fn content(&self) -> &str {
        self.content_place().cut(&self.text).unwrap_or_default()
    }

    /// How far it goes in the body.
    pub fn place(&self) -> Span {
        Span::new(self.start, self.start + self.written.as_ref().map_or(0, String::len))
    }

    /// Where the lines of its content begin and end in the body.
    pub fn lines_of_content(&self) -> Span {
        let before = self.text.get(..self.content_place().start).unwrap_or_default().matches('\n').count();
        let written = self.written.as_deref().unwrap_or_default();
        let start: usize = written.split_inclusive('\n').take(before).map(str::len).sum();
        Span::new(self.start + start, self.start + written.trim_end().len().max(start))
    }

    fn set(&mut self, cell: Cell, wanted: &str) {
        let (place, new) = match cell {
            Cell::Name if self.name() == wanted => return,
            Cell::Name => match self.name_place() {
                Some(place) => (place, quoted(wanted)),
                None => return,
            },
            Cell::Value if self.content() == wanted => return,
            Cell::Value => (self.content_place(), wanted.to_string()),
        };
        if place.cut(&self.text).is_some() {
            self.text.replace_range(place.range(), &new);
            self.written = None;
        }
    }

    /// The name in `Content-Disposition`, without its quotes.
    fn name_place(&self) -> Option<Span> {
        for line in self.text.split('\n').skip(1) {
            if line.trim().is_empty() {
                return None;
            }
            let Some((_, value)) = line.split_once(':').filter(|(name, _)| name.trim().eq_ignore_ascii_case("content-disposition")) else {
                continue;
            };
            let found = value.split(';').find_map(|parameter| {
                let (key, value) = parameter.split_once('=')?;
                key.trim().eq_ignore_ascii_case("name").then_some(value.trim())
            })?;
            // A name in quotes may have a semicolon.
            let from = Span::of(&self.text, found)?.start;
            let rest = self.text.get(from..from + line.len().saturating_sub(from - Span::of(&self.text, line)?.start))?;
            return match rest.strip_prefix('"') {
                Some(quoted) => Some(Span::new(from + 1, from + 1 + end_of_quoted(quoted))),
                None => Some(Span::new(from, from + found.len())),
            };
        }
        None
    }

    fn content_place(&self) -> Span {
        let mut at = 0;
        for line in self.text.split_inclusive('\n') {
            at += line.len();
            if line.trim().is_empty() {
                break;
            }
        }
        let content = self.text.get(at..).unwrap_or_default();
        let content = content.strip_suffix('\n').unwrap_or(content);
        Span::new(at, at + content.strip_suffix('\r').unwrap_or(content).len())
    }
}

/// Where a text in quotes ends.
fn end_of_quoted(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' if !is_escaped => return at,
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    text.len()
}

/// A name as browsers write it, with backslashes as curl does.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "%22").replace('\n', "%0A").replace('\r', "%0D")
}
