//! XML and HTML: texts of elements and values of attributes, by their names.

use std::collections::HashMap;

use super::calls::{self, Parameters};
use super::pairing::{self, Pairing};
use super::prose::prose;
use crate::domain::secrecy::names::{self, Grade, Side};
use crate::domain::secrecy::search::Search;
use crate::domain::secrecy::{logins, plain, url};
use crate::domain::span::{Span, start};

/// Attributes that name what an element holds: `<input name="code" value="…">`, `<meta name="csrf-token" content="…">`.
const NAMES: [&str; 5] = ["name", "property", "key", "id", "n"];
const VALUES: [&str; 4] = ["value", "content", "data-value", "val"];

/// Elements whose text an attribute names: `<entry key="password">…</entry>`. Those of a page have texts to read.
const NAMED: [&str; 19] = [
    "add",
    "arg",
    "attribute",
    "data",
    "entry",
    "field",
    "item",
    "member",
    "option",
    "pair",
    "param",
    "parameter",
    "property",
    "setting",
    "string",
    "textarea",
    "value",
    "var",
    "variable",
];

/// Elements of a call whose text is no word.
const NUMBERS: [&str; 6] = ["int", "i4", "i8", "boolean", "double", "dateTime.iso8601"];

/// Elements whose text names the next element: `<key>password</key><string>…</string>`, and those that it names.
const NAMING: [&str; 3] = ["key", "name", "n"];
const NEXT: [&str; 8] = ["string", "value", "val", "data", "v", "content", "text", "integer"];

/// Open elements that are kept apart.
const DEEPEST: usize = 256;

/// Finds the secrets in a document, which may be cut off.
pub fn walk(text: &str, search: &mut Search) {
    XmlSearch::default().advance(text, text.len(), search);
}

/// Finds the secrets in the tags of any other text. What looks like a tag may be words there (`send <token>`), so that an
/// element counts only where it is closed.
pub fn tags(text: &str, search: &mut Search) {
    if memchr::memchr(b'<', text.as_bytes()).is_none() {
        return;
    }
    let ends = memchr::memmem::find_iter(text.as_bytes(), "</").filter_map(|at| Some((tag_name(text.get(at + 2..)?), at))).collect();
    Walk { text, search, state: &mut XmlSearch::default(), ends: Some(ends) }.run(text.len());
}

/// What says that a text is secret.
#[derive(Clone, Copy, Debug)]
struct Reason {
    grade: Grade,
    name: Span,
}

/// A walk through a document that can be made bit by bit.
#[derive(Clone, Debug, Default)]
pub struct XmlSearch {
    at: usize,
    /// The elements that say of all in them that it is secret, each more than the one around it, and how many of their name are
    /// open inside them.
    inside: Vec<(Span, Reason, usize)>,
    /// What the text of the element before says of the next one.
    next: Option<Reason>,
    /// What the name of the open list of choices says of the values in it.
    selected: Option<Reason>,
    /// What a label says of the text after it.
    label: Option<Reason>,
    /// The call whose parameters are being read.
    call: Parameters,
    levels: Vec<Level>,
}

/// An open element.
#[derive(Clone, Debug, Default)]
struct Level {
    name: Span,
    /// The elements in it that name each other.
    pairing: Pairing,
}

impl XmlSearch {
    /// A walk that begins at a byte of its text.
    pub fn starting_at(at: usize) -> Self {
        Self { at, ..Self::default() }
    }

    /// The offset up to which the text has been searched.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// Goes on to an offset, or beyond it to the end of what is there.
    pub fn advance(&mut self, text: &str, to: usize, search: &mut Search) {
        let to = start(text, to).len();
        Walk { text, search, state: self, ends: None }.run(to);
    }
}

struct Walk<'a> {
    text: &'a str,
    search: &'a mut Search,
    state: &'a mut XmlSearch,
    /// In a text that is not a document: where the last end tag of each name is.
    ends: Option<HashMap<&'a str, usize>>,
}

impl<'a> Walk<'a> {
    fn run(&mut self, to: usize) {
        let text = self.text;
        let mut at = self.state.at;
        while at < to {
            let rest = text.get(at..).unwrap_or_default();
            let open = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
            if at + open > to {
                // A long text between two tags.
                let end = text.get(at..to).and_then(|content| content.rfind('\n')).map_or(at + open, |line| at + line + 1);
                self.content(Span::new(at, end));
                at = end;
                continue;
            }
            self.content(Span::new(at, at + open));
            at += open;
            let tag = text.get(at..).unwrap_or_default();
            if let Some(data) = tag.strip_prefix("<![CDATA[") {
                let length = memchr::memmem::find(data.as_bytes(), b"]]>").unwrap_or(data.len());
                let start = at + tag.len() - data.len();
                self.content(Span::new(start, start + length));
                at = (start + length + 3).min(text.len());
                continue;
            }
            if let Some(comment) = tag.strip_prefix("<!--") {
                let start = at + 4;
                // In another text, what is in a comment is looked at like what is around it.
                at = match self.ends {
                    Some(_) => start,
                    None => start + self.comment(comment, start),
                };
                continue;
            }
            if let Some(declared) = tag.strip_prefix("<!DOCTYPE") {
                // Declarations may follow in brackets.
                at += tag.len() - declared.len();
                at += memchr::memchr3(b'[', b'>', b'<', declared.as_bytes()).unwrap_or(declared.len());
                continue;
            }
            let length = tag_length(tag);
            let Some(inner) = tag.get(1..length) else {
                at = text.len();
                break;
            };
            at += length + usize::from(length < tag.len());
            match inner.strip_prefix("!ENTITY") {
                Some(entity) => self.entity(entity),
                None => self.tag(inner, at),
            }
        }
        self.state.at = at;
    }

    /// Finds the secrets in a comment, and returns its length.
    fn comment(&mut self, comment: &str, start: usize) -> usize {
        let length = memchr::memmem::find(comment.as_bytes(), b"-->").unwrap_or(comment.len());
        let mut inner = Search::of(self.search);
        let comment = comment.get(..length).unwrap_or_default();
        super::text::walk(comment, &mut inner);
        tags(comment, &mut inner);
        self.search.adopt(inner, start);
        length
    }

    /// The text that a declared entity stands for.
    fn entity(&mut self, entity: &str) {
        let Some((name, value)) = entity.split_once(['"', '\'']) else { return };
        let name = name.trim_start_matches(['%', ' ', '\t', '\n', '\r']).split_whitespace().next().unwrap_or_default();
        let value = value.trim_end().trim_end_matches(['"', '\'']);
        let grade = self.search.grade_of(name);
        let [name, value] = [name, value].map(|part| Span::of(self.text, part).unwrap_or_default());
        self.search.value(self.text, value, grade, name);
    }

    /// A tag without its brackets, and where it ends.
    fn tag(&mut self, inner: &'a str, end: usize) {
        let closes = inner.starts_with('/');
        let tag = inner.trim_start_matches('/');
        let name = tag_name(tag);
        let is_empty = inner.ends_with('/');
        let text = self.text;
        let is_named = |span: &Span| span.cut(text) == Some(name);
        if let Some(place) = self.state.inside.iter().rposition(|(open, ..)| is_named(open)) {
            match self.state.inside.get_mut(place).map(|(.., depth)| depth) {
                Some(depth) if !closes => *depth += usize::from(!is_empty),
                Some(depth) if *depth > 0 => *depth -= 1,
                _ => self.state.inside.truncate(place),
            }
        }
        if closes {
            if name.eq_ignore_ascii_case("select") {
                self.state.selected = None;
            }
            if calls::is_list(name.rsplit(':').next().unwrap_or_default()) {
                std::mem::take(&mut self.state.call).record(text, self.search);
            }
            // Some elements of a page are never closed.
            if let Some(open) = self.state.levels.iter().rposition(|level| is_named(&level.name)) {
                self.state.levels.truncate(open);
            }
            return;
        }
        let local = name.rsplit(':').next().unwrap_or_default();
        let by_text = self.state.next.take();
        let by_attribute = self.attributes(local, tag.get(name.len()..).unwrap_or_default());
        if local.eq_ignore_ascii_case("select") {
            self.state.selected = by_attribute.filter(|reason| reason.grade == Grade::Secret);
        }
        let by_element = self.state.levels.last().and_then(|level| level.pairing.said_of(local));
        let by_element = by_element.map(|(grade, name)| Reason { grade, name });
        let is_closed = || self.ends.as_ref().is_none_or(|ends| ends.get(name).is_some_and(|at| *at >= end));
        if is_empty || local.is_empty() || !is_closed() {
            return;
        }
        let name_span = Span::of(text, name).unwrap_or_default();
        let around = self.state.inside.last().map_or(Grade::Open, |(_, reason, _)| reason.grade);
        if around < Grade::Secret {
            let own = Reason { grade: self.search.grade_of(local), name: Span::of(text, local).unwrap_or_default() };
            let by_place = self.by_place(local);
            let reasons = [
                by_place,
                Some(own).filter(|_| !self.names_the_next(local, end)),
                by_text.filter(|_| is_one_of(local, &NEXT)),
                by_attribute.filter(|_| is_one_of(local, &NAMED)),
                by_element,
            ];
            let strongest = reasons.into_iter().flatten().max_by_key(|reason| reason.grade);
            self.state.inside.extend(strongest.filter(|reason| reason.grade > around).map(|reason| (name_span, reason, 0)));
        }
        if self.state.levels.len() < DEEPEST {
            self.state.levels.push(Level { name: name_span, pairing: Pairing::default() });
        }
    }

    /// What an element is that is named after its place in a call that logs in: `<login><arg0>…</arg0><arg1>…</arg1></login>`.
    fn by_place(&self, local: &str) -> Option<Reason> {
        let place = calls::place(local)?;
        let method = self.state.levels.last()?.name;
        let grade = calls::grade(place, place + 2);
        method.cut(self.text).filter(|method| calls::logs_in(method)).map(|_| Reason { grade, name: method })
    }

    /// Takes in the text of an element of a call: `<methodName>login</methodName>`, `<param><value><string>…`.
    fn call(&mut self, content: Span) {
        let text = self.text;
        let local = |level: &Level| level.name.cut(text).and_then(|name| name.rsplit(':').next()).unwrap_or_default();
        let Some(last) = self.state.levels.last().map(local) else { return };
        if calls::is_method(last) {
            self.state.call = Parameters::default();
            self.state.call.method(last, content, text);
        } else if self.state.call.is_call() && !is_one_of(last, &NUMBERS) && self.state.levels.iter().any(|level| local(level) == "param") {
            self.state.call.parameter(content);
        }
    }

    /// Takes the text of an element in that may name its siblings, or be named by them.
    fn pair(&mut self, value: Span) {
        let text = self.text;
        let local = |level: &Level| level.name.cut(text).and_then(|name| name.rsplit(':').next()).unwrap_or_default();
        let count = self.state.levels.len();
        // `<value><string>…</string></value>`
        for depth in [2, 3] {
            let Some(place) = count.checked_sub(depth) else { return };
            let [outer, inner, ..] = self.state.levels.get_mut(place..).unwrap_or_default() else { return };
            let member = local(inner);
            if !pairing::takes_part(member) {
                continue;
            }
            if !pairing::is_one_of(member, &pairing::NAMES) && !pairing::is_one_of(member, &pairing::TYPES) {
                outer.pairing.value(member, value);
            } else if depth == 2 {
                outer.pairing.name(member, value, text, self.search);
            }
            return;
        }
    }

    /// True for an element at whose text the next one is named; the text is then noted for it.
    fn names_the_next(&mut self, local: &str, start: usize) -> bool {
        if !is_one_of(local, &NAMING) {
            return false;
        }
        // No name is that long.
        let rest = self.text.get(start..).unwrap_or_default();
        let Some(length) = memchr::memchr(b'<', rest.as_bytes().get(..rest.len().min(64)).unwrap_or_default()) else { return false };
        let closing = rest.get(length..).and_then(|rest| rest.strip_prefix("</")).and_then(|rest| rest.strip_prefix(tag_name(rest)));
        let follower = closing.and_then(|rest| rest.trim_start().strip_prefix('>')?.trim_start().strip_prefix('<')).map(tag_name);
        let follower = follower.map(|name| name.rsplit(':').next().unwrap_or_default()).filter(|name| is_one_of(name, &NEXT));
        let Some(follower) = follower else { return false };
        let name = Span::new(start, start + length);
        let grade = self.search.grade_of(name.cut(self.text).unwrap_or_default().trim());
        self.state.next = Some(Reason { grade, name });
        // In a list of properties, a key is a name and nothing else.
        grade > Grade::Open || is_one_of(local, &["key"]) && is_one_of(follower, &["string", "integer"])
    }

    fn content(&mut self, span: Span) {
        let Some(content) = span.cut(self.text).filter(|content| !content.trim().is_empty()) else { return };
        let start = span.start + content.len() - content.trim_start().len();
        let trimmed = Span::new(start, start + content.trim().len());
        self.pair(trimmed);
        self.call(trimmed);
        self.labelled(trimmed);
        // `<user>ann:secret</user>`
        if let Some(name) = self.state.levels.last().and_then(|level| level.name.cut(self.text))
            && let Some(password) = logins::password(name.rsplit(':').next().unwrap_or_default(), content.trim())
        {
            self.search.value(self.text, password.shifted(start), Grade::Secret, Span::default());
        }
        match self.state.inside.last().copied() {
            Some((_, Reason { grade, name }, _)) => self.search.value(self.text, trimmed, grade, name),
            // A document inside this one, escaped or in a CDATA section.
            None if content.trim_start().starts_with(['<', '{']) || content.trim_start().starts_with("&lt;") => {
                self.search.value(self.text, span, Grade::Open, Span::default());
            }
            None if self.ends.is_none() && self.state.levels.last().is_some_and(|level| level.name.cut(self.text) == Some("script")) => {
                self.script(content, span.start);
            }
            None if self.ends.is_none() => {
                let mut inner = Search::of(self.search);
                url::in_text(content, &mut inner);
                prose(content, &mut inner);
                self.search.adopt(inner, span.start);
            }
            None => {}
        }
    }

    /// `<label>Password</label><span>…</span>`: one word behind it that is none of a language.
    fn labelled(&mut self, content: Span) {
        let text = self.text;
        let words = content.cut(text).unwrap_or_default();
        if let Some(Reason { grade, name }) = self.state.label.take()
            && !words.contains(char::is_whitespace)
            && !plain::is_plain(words)
        {
            self.search.value(text, content, grade, name);
        }
        let is_label =
            self.state.levels.last().and_then(|level| level.name.cut(text)).is_some_and(|name| name.eq_ignore_ascii_case("label"));
        let grade = if is_label { self.search.grade_of(words.trim_end_matches([':', '*', ' '])) } else { Grade::Open };
        self.state.label = (grade == Grade::Secret).then_some(Reason { grade, name: content });
    }

    /// Strings of a script under the names of secrets: `var password = "…"`. Words are to be read.
    fn script(&mut self, content: &str, start: usize) {
        let mut inner = Search::of(self.search);
        super::text::walk(content, &mut inner);
        inner.found.retain(|found| {
            let is_quoted = content.get(..found.span.start).is_some_and(|before| before.ends_with(['"', '\'', '`']));
            let is_value = |value: &str| !value.contains(char::is_whitespace) && !plain::is_plain(value);
            found.name.is_empty() || is_quoted && found.span.cut(content).is_some_and(is_value)
        });
        self.search.adopt(inner, start);
    }

    /// Finds the secrets in attributes, and returns what an attribute says about the element.
    fn attributes(&mut self, element: &str, attributes: &str) -> Option<Reason> {
        let text = self.text;
        let mut named: Option<Reason> = None;
        let mut keys: Vec<Span> = Vec::new();
        let mut values: Vec<Span> = Vec::new();
        let mut rest = attributes;
        while let Some((before, after)) = rest.split_once('=') {
            let name = before.trim_end().rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
            let after = after.trim_start();
            let (value, behind) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    after.get(1..).unwrap_or_default().split_once(quote).unwrap_or((after.get(1..).unwrap_or_default(), ""))
                }
                _ => after.split_at(after.find(char::is_whitespace).unwrap_or(after.trim_end_matches('/').len())),
            };
            rest = behind;
            let Some(span) = Span::of(text, value) else { continue };
            let local = name.rsplit(':').next().unwrap_or_default();
            if is_one_of(local, &NAMES) {
                let grade = self.search.grade_of(value);
                if named.is_none_or(|before| grade > before.grade) {
                    named = Some(Reason { grade, name: span });
                }
                if local.eq_ignore_ascii_case("key") {
                    keys.push(span);
                }
            } else if is_one_of(local, &VALUES) {
                values.push(span);
            } else if local.eq_ignore_ascii_case("type") && element.eq_ignore_ascii_case("input") && value.eq_ignore_ascii_case("password")
            {
                named = Some(Reason { grade: Grade::Secret, name: span });
            } else {
                self.search.value(text, span, self.search.grade_of(local), Span::of(text, local).unwrap_or_default());
            }
        }
        // What a `<password value="…"/>` says; a `code` is mostly one of many.
        let own = names::of(element, Side::Response);
        // A key with nothing to name is one itself, where its looks or its element say so: `<map key="AIza…"/>`.
        if values.is_empty() && named.is_none_or(|named| named.grade == Grade::Open) {
            for key in keys {
                self.search.value(text, key, own.max(Grade::Suspect), Span::default());
            }
        }
        let own = Reason { grade: own, name: Span::of(text, element).unwrap_or_default() };
        let Reason { grade, name } = named.filter(|named| named.grade >= own.grade).unwrap_or(own);
        let selected = self.state.selected.filter(|_| element.eq_ignore_ascii_case("option"));
        for value in values {
            match selected.filter(|_| !value.cut(text).is_some_and(plain::is_plain)) {
                Some(selected) => self.search.value(text, value, selected.grade, selected.name),
                None => self.search.value(text, value, grade, name),
            }
        }
        named
    }
}

fn is_one_of(name: &str, list: &[&str]) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The name that a tag without its bracket begins with.
fn tag_name(tag: &str) -> &str {
    let end = tag.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>')).unwrap_or(tag.len());
    tag.get(..end).unwrap_or_default()
}

/// Bytes of a tag up to its `>`, which a quoted attribute may hold as well.
fn tag_length(tag: &str) -> usize {
    let bytes = tag.as_bytes();
    let mut at = 1;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr3(b'>', b'"', b'\'', rest)).map(|i| at + i) {
        match bytes.get(found).copied() {
            Some(b'>') | None => return found,
            Some(quote) => {
                let rest = bytes.get(found + 1..).unwrap_or_default();
                // A quote without its end is a letter of a broken tag.
                match memchr::memchr2(quote, b'<', rest).filter(|i| rest.get(*i) == Some(&quote)) {
                    Some(i) => at = found + i + 2,
                    None => return memchr::memchr2(b'>', b'<', bytes.get(found..).unwrap_or_default()).map_or(tag.len(), |i| found + i),
                }
            }
        }
    }
    tag.len()
}
