//! JSON, also broken, with single quotes, or without any: members at any depth, and pairs of `name` and `value`.

use super::pairing::{LONGEST_NAME, NAMES, PLAIN_VALUES, TYPES, VALUES, is_one_of};
use crate::domain::secrecy::names::{self, Grade};
use crate::domain::secrecy::search::Search;
use crate::domain::secrecy::shapes;
use crate::domain::span::Span;

/// Levels that are kept apart; deeper ones count as the last.
const DEEPEST: usize = 256;

/// Finds the secrets in a whole text.
pub fn walk(text: &str, search: &mut Search) {
    JsonSearch::default().advance(text, SearchEnd::OfText, search);
}

/// What follows the text that a walk has before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchEnd {
    /// Nothing.
    OfText,
    /// More of the same text: what is not whole yet is left for later.
    OfChunk,
}

/// A walk that can be resumed, for a text that grows.
#[derive(Clone, Debug, Default)]
pub struct JsonSearch {
    at: usize,
    levels: Vec<Level>,
    /// Open brackets beyond the deepest level.
    beyond: usize,
    /// The name before the value that comes next.
    name: Option<(Grade, Span)>,
}

/// An open object or list.
#[derive(Clone, Copy, Debug, Default)]
struct Level {
    /// What its own name says of all that is in it.
    inherited: Grade,
    is_list: bool,
    /// What the strings in members like `name` say of its member `value`.
    named: Grade,
    /// The same of those like `type`, which name the members of [`PLAIN_VALUES`] alone.
    typed: Grade,
    /// The values that preceded their `name`, each with whether it is one of [`PLAIN_VALUES`].
    waiting: [Option<(Span, bool)>; 4],
    /// The strings of a list that has no more than two elements so far.
    pair: [Option<Span>; 2],
    /// The elements of a list.
    count: usize,
    /// The string that is the last element of a list so far.
    before: Option<Span>,
    /// True for a list whose name says that it holds names and values of headers in turn.
    is_of_headers: bool,
}

impl JsonSearch {
    /// A walk that begins at a byte of its text.
    pub fn starting_at(at: usize) -> Self {
        Self { at, ..Self::default() }
    }

    /// The offset up to which the text has been searched.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// Goes on to the end of the text as it is now.
    pub fn advance(&mut self, text: &str, end: SearchEnd, search: &mut Search) {
        let bytes = text.as_bytes();
        while let Some(byte) = bytes.get(self.at).copied() {
            match byte {
                b'{' | b'[' => self.open(text, byte == b'['),
                b'}' | b']' => self.close(text, search),
                b',' => self.name = None,
                b'"' | b'\'' => {
                    let Some(close) = string_end(bytes, self.at + 1, byte) else {
                        if end == SearchEnd::OfText {
                            self.scalar(text, Span::new(self.at + 1, text.len()), Sort::String, search);
                            self.at = text.len();
                        }
                        return;
                    };
                    let inside = Span::new(self.at + 1, close);
                    match is_name(bytes, close + 1, end) {
                        None => return,
                        Some(true) => self.name = Some((search.grade_of(inside.cut(text).unwrap_or_default()), inside)),
                        Some(false) => self.scalar(text, inside, Sort::String, search),
                    }
                    self.at = close;
                }
                _ if is_bare(byte) => {
                    let length = bytes.get(self.at..).unwrap_or_default().iter().position(|b| !is_bare(*b));
                    if length.is_none() && end == SearchEnd::OfChunk {
                        return;
                    }
                    let word = Span::new(self.at, length.map_or(text.len(), |n| self.at + n));
                    match is_name(bytes, word.end, end) {
                        None => return,
                        Some(true) => self.name = Some((search.grade_of(word.cut(text).unwrap_or_default()), word)),
                        Some(false) => self.scalar(text, word, Sort::Bare, search),
                    }
                    self.at = word.end - 1;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    fn open(&mut self, text: &str, is_list: bool) {
        let name = self.name.take();
        if self.levels.len() == DEEPEST {
            self.beyond += 1;
            return;
        }
        let above = self.levels.last().copied().unwrap_or_default();
        let own = name.map_or(Grade::Open, |(grade, _)| grade);
        let inherited = match name {
            Some((_, span)) => {
                let said = above.says_of(span.cut(text).unwrap_or_default());
                own.max(above.inherited.min(Grade::Suspect)).max(said)
            }
            None => above.inherited,
        };
        if let Some(last) = self.levels.last_mut() {
            last.count += 1;
            last.before = None;
        }
        let name = name.and_then(|(_, span)| span.cut(text)).unwrap_or_default();
        let is_of_headers = is_list && is_one_of(name, &["rawHeaders", "raw_headers", "raw-headers", "rawTrailers"]);
        self.levels.push(Level { inherited, is_list, is_of_headers, ..Level::default() });
    }

    fn close(&mut self, text: &str, search: &mut Search) {
        self.name = None;
        // `["Authorization", "…"]` in a list of such pairs.
        let above = self.levels.len().checked_sub(2).and_then(|i| self.levels.get(i));
        if self.beyond == 0
            && let Some(Level { is_list: true, count: 2, pair: [Some(name), Some(value)], .. }) = self.levels.last()
            && above.is_some_and(|above| above.is_list)
        {
            let said = search.grade_of(name.cut(text).unwrap_or_default());
            let is_name = search.grade_of(value.cut(text).unwrap_or_default()) > Grade::Open;
            if said > Grade::Open && !is_name {
                search.value(text, *value, said, *name);
            }
        }
        match self.beyond.checked_sub(1) {
            Some(beyond) => self.beyond = beyond,
            None => drop(self.levels.pop()),
        }
    }

    /// Takes a string, number or word in.
    fn scalar(&mut self, text: &str, span: Span, sort: Sort, search: &mut Search) {
        let named = self.name.take();
        let mut level = self.levels.last().copied().unwrap_or_default();
        let mut value = span;
        let mut name_span = named.map_or(Span::default(), |(_, span)| span);
        let name = name_span.cut(text).unwrap_or_default();
        let is = |list: &[&str]| is_one_of(name, list);
        let mut grade = match named {
            None => level.inherited,
            Some((own, _)) if is(&VALUES) || is(&PLAIN_VALUES) => own.max(level.inherited).max(level.says_of(name)),
            Some((own, _)) => own.max(level.inherited.min(Grade::Suspect)),
        };
        if !level.is_list && named.is_some() && sort == Sort::String {
            let (names, types) = (is(&NAMES), is(&TYPES));
            if names || types {
                let said = search.grade_of(span.cut(text).unwrap_or_default());
                let known = if names { &mut level.named } else { &mut level.typed };
                *known = said.max(*known);
                for (waiting, _) in level.waiting.iter().flatten().filter(|(_, is_plain)| said > Grade::Open && (names || *is_plain)) {
                    search.value(text, *waiting, said, span);
                }
                // `"key": "password"` names the other member.
                if said > Grade::Open {
                    grade = Grade::Open;
                }
            } else if let Some(free) =
                level.waiting.iter_mut().find(|waiting| waiting.is_none()).filter(|_| is(&VALUES) || is(&PLAIN_VALUES))
            {
                *free = Some((span, is(&PLAIN_VALUES)));
            }
            if let Some(last) = self.levels.last_mut() {
                *last = level;
            }
        }
        if let Some(last) = self.levels.last_mut().filter(|last| last.is_list && named.is_none()) {
            if let Some(place) = last.pair.get_mut(last.count).filter(|_| sort == Sort::String) {
                *place = Some(span);
            }
            if let Some(before) = last.before.take().filter(|_| sort == Sort::String) {
                let element = span.cut(text).unwrap_or_default();
                let said = named_in_list(before.cut(text).unwrap_or_default(), element, last);
                if said > grade {
                    (grade, name_span) = (said, before);
                    value = shapes::schemed(element).map_or(span, |(_, rest)| rest.shifted(span.start));
                }
            }
            last.before = Some(span).filter(|_| sort == Sort::String);
            last.count += 1;
        }
        if sort == Sort::String || grade == Grade::Secret && is_number(span.cut(text).unwrap_or_default()) && takes_digits(name) {
            search.value(text, value, grade, name_span);
        }
    }
}

/// What an element of a list says of the next one: `["Authorization", "Bearer …"]`, `["--password", "…"]`. A list of names
/// looks the same, so that the value must not look like one of them.
fn named_in_list(name: &str, value: &str, list: &Level) -> Grade {
    let is_flag = name.starts_with('-');
    if list.is_of_headers && list.count % 2 == 1 {
        return names::of_header(name);
    }
    let is_header = !is_flag && names::is_of_header(name);
    let grade = if is_header { names::of_header(name) } else { names::of(name.trim_start_matches('-'), names::Side::Request) };
    let is_of_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let is_name = || value.starts_with('-') || value.bytes().all(is_of_name) && names::of(value, names::Side::Request) > Grade::Open;
    match () {
        () if grade == Grade::Open || name.len() > LONGEST_NAME => Grade::Open,
        () if shapes::schemed(value).is_some() || shapes::is_random(value) => grade,
        () if is_name() => Grade::Open,
        () if is_flag => grade,
        () if shapes::is_word(value) => Grade::Open,
        () if is_header => grade,
        () => grade.min(Grade::Suspect),
    }
}

impl Level {
    /// What members like `name` say of one of this name.
    fn says_of(&self, name: &str) -> Grade {
        match () {
            () if is_one_of(name, &PLAIN_VALUES) => self.named.max(self.typed),
            () if is_one_of(name, &VALUES) => self.named,
            () => Grade::Open,
        }
    }
}

/// What a scalar is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    String,
    Bare,
}

const fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'.' | b'$') || byte >= 0x80
}

fn is_number(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'))
}

/// A number is a secret under the name of a password or code; of tokens and keys it is their count.
fn takes_digits(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    name.is_empty() || ["pass", "pwd", "pin", "otp", "code", "cvv", "cvc", "secret", "value"].iter().any(|word| lower.contains(word))
}

/// The quote that ends a string whose inside begins at `at`.
fn string_end(bytes: &[u8], mut at: usize, quote: u8) -> Option<usize> {
    loop {
        let found = at + memchr::memchr2(quote, b'\\', bytes.get(at..)?)?;
        if bytes.get(found) == Some(&quote) {
            return Some(found);
        }
        at = found + 2;
    }
}

/// Whether a colon follows: then it was a name. `None` when that is not known yet.
fn is_name(bytes: &[u8], at: usize, end: SearchEnd) -> Option<bool> {
    match bytes.get(at..).unwrap_or_default().iter().find(|b| !b.is_ascii_whitespace()) {
        Some(byte) => Some(*byte == b':'),
        None => (end == SearchEnd::OfText).then_some(false),
    }
}
