//! JSON, also broken, with comments, with single quotes, or without any: members at any depth, pairs of `name` and `value`, and the
//! positional parameters of a call that logs in.

use super::calls::{self, Parameters};
use super::command;
use super::pairing::{LONGEST_NAME, PLAIN_VALUES, Pairing, VALUES, is_one_of, takes_part};
use super::text;
use crate::domain::secrecy::names::{self, Grade};
use crate::domain::secrecy::search::Search;
use crate::domain::secrecy::{logins, plain, shapes};
use crate::domain::span::{Span, start};

/// Levels that are kept apart; deeper ones count as the last.
const DEEPEST: usize = 256;

/// Bytes of a value without quotes that are looked at for whether it is one.
const LONGEST_UNQUOTED: usize = 256;

/// Values in the data of what may be a secret that are kept until it is known to be one.
const MOST_IN_DATA: usize = 4096;

/// Finds the secrets in a whole text.
pub fn walk(text: &str, search: &mut Search) {
    let mut json = JsonSearch::default();
    json.advance(text, SearchEnd::OfText, search);
    // What is not closed ends with the text.
    json.beyond = 0;
    while !json.levels.is_empty() {
        json.close(text, search);
    }
}

/// The text from its first byte on that is neither blank nor in a comment.
pub fn without_comments(mut text: &str) -> &str {
    while begins_comment(text.as_bytes(), 0) {
        text = comment_end(text.as_bytes(), 0).and_then(|end| text.get(end..)).unwrap_or_default().trim_start();
    }
    text
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
#[derive(Clone, Debug, Default)]
struct Level {
    /// What its own name says of all that is in it.
    inherited: Grade,
    is_list: bool,
    /// The members that name each other.
    pairing: Pairing,
    /// The method that is called, and its parameters.
    call: Parameters,
    /// True for the list of those parameters.
    is_of_call: bool,
    /// The strings of a list that has no more than two elements so far.
    pair: [Option<Span>; 2],
    /// The elements of a list.
    count: usize,
    /// The string that is the last element of a list so far.
    before: Option<Span>,
    /// The name of a list that says that it holds a user and a password.
    login: Option<Span>,
    /// Whether it is a secret of a store that keeps them (Kubernetes, Vault, Google Cloud), and the values in the `data` of what
    /// describes something.
    is_manifest: bool,
    is_data: bool,
    data: Vec<Span>,
    /// True for the data of a token that was looked up, which one has to read.
    is_of_token: bool,
    /// True for an object whose members are secrets by their own names: `"secrets": {"NAME": {"raw": …}}`.
    is_of_secrets: bool,
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
                b'/' if begins_comment(bytes, self.at) => {
                    let Some(close) = comment_end(bytes, self.at).or((end == SearchEnd::OfText).then_some(bytes.len())) else { return };
                    let mut inner = Search::of(search);
                    text::walk(text.get(self.at + 2..close).unwrap_or_default(), &mut inner);
                    search.adopt(inner, self.at + 2);
                    self.at = close;
                    continue;
                }
                b'"' | b'\'' | b'`' => {
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
                    let mut word = Span::new(self.at, length.map_or(text.len(), |n| self.at + n));
                    // The quotes of a value were forgotten: it goes on to what ends a member.
                    if self.is_unquoted(text, word) {
                        let rest = bytes.get(word.end..).unwrap_or_default();
                        match rest.iter().position(|b| matches!(b, b',' | b'}' | b']' | b'\n' | b'\r')) {
                            None if end == SearchEnd::OfChunk => return,
                            length => word.end += length.unwrap_or(rest.len()),
                        }
                        word.end = word.start + word.cut(text).unwrap_or_default().trim_end().len();
                        self.scalar(text, word, Sort::String, search);
                        self.at = word.end.max(word.start + 1);
                        continue;
                    }
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

    /// True for what begins the value of a secret's name without a quote, and is neither a number nor a word of JSON. Behind a name
    /// without quotes, as YAML and JavaScript have it, a word that one reads is the name of a type or a variable.
    fn is_unquoted(&self, text: &str, word: Span) -> bool {
        let is_word = |word: &str| matches!(word, "true" | "false" | "null" | "None" | "True" | "False" | "undefined" | "NaN");
        let bytes = text.as_bytes();
        let Some((_, name)) = self.name.filter(|(grade, _)| *grade >= Grade::Likely) else { return false };
        let is_quoted = bytes.get(name.start.wrapping_sub(1)) == Some(&b'"');
        let is_said = || {
            let rest = start(text.get(word.start..).unwrap_or_default(), LONGEST_UNQUOTED);
            let value = rest.split([',', '}', ']', '\n', '\r']).next().unwrap_or_default().trim();
            !value.contains(['(', '{', '=', ';']) && !plain::is_plain(value)
        };
        let is_value = |word: &str| !is_word(word) && !is_number(word);
        word.cut(text).is_some_and(is_value) && (is_quoted || is_said())
    }

    fn open(&mut self, text: &str, is_list: bool) {
        let name = self.name.take();
        if self.levels.len() == DEEPEST {
            self.beyond += 1;
            return;
        }
        let own = name.map_or(Grade::Open, |(grade, _)| grade);
        let named = name;
        let name = name.and_then(|(_, span)| span.cut(text)).unwrap_or_default();
        let above = self.levels.last().map_or(Grade::Open, |above| above.inherited);
        let inherited = match named {
            Some(_) => {
                let said = self.levels.last().and_then(|above| above.pairing.said_of(name)).map_or(Grade::Open, |said| said.0);
                let is_of_secrets = self.levels.last().is_some_and(|above| above.is_of_secrets);
                own.max(if is_of_secrets { above } else { above.min(Grade::Suspect) }).max(said)
            }
            None => above,
        };
        if let Some(last) = self.levels.last_mut() {
            last.count += 1;
            last.before = None;
        }
        let is_of_headers = is_list && is_one_of(name, &["rawHeaders", "raw_headers", "raw-headers", "rawTrailers"]);
        let is_of_call = is_list && calls::is_list(name);
        let login = named.map(|(_, span)| span).filter(|_| is_list && logins::is_login(name));
        let is_in_data = self.levels.last().is_some_and(|above| above.is_data) && !matches!(name, "metadata" | "keys");
        let is_data = is_in_data || text::is_manifest_part(name) || name == "payload";
        let is_of_secrets = !is_list && name.eq_ignore_ascii_case("secrets");
        self.levels.push(Level { inherited, is_list, is_of_headers, is_of_call, login, is_data, is_of_secrets, ..Level::default() });
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
            None => {
                let closed = self.levels.pop().unwrap_or_default();
                closed.call.record(text, search);
                if let (Some(login), 2, [Some(_), Some(password)]) = (closed.login, closed.count, closed.pair)
                    && search.is_of_request()
                {
                    search.value(text, password, Grade::Likely, login);
                }
                for value in closed.data.iter().filter(|_| closed.is_manifest) {
                    search.value(text, *value, Grade::Secret, Span::default());
                }
                if let Some(above) = self.levels.last_mut().filter(|_| closed.is_data && !closed.is_of_token) {
                    let room = MOST_IN_DATA.saturating_sub(above.data.len());
                    above.data.extend(closed.data.into_iter().take(room));
                }
                if let Some(above) = self.levels.last_mut().filter(|_| closed.is_of_call) {
                    above.call.adopt(closed.call);
                }
            }
        }
    }

    /// Takes a string, number or word in.
    fn scalar(&mut self, text: &str, span: Span, sort: Sort, search: &mut Search) {
        let named = self.name.take();
        let mut value = span;
        let inherited = self.levels.last().map_or(Grade::Open, |level| level.inherited);
        let name = named.map_or(Span::default(), |(_, span)| span).cut(text).unwrap_or_default();
        let mut reason = match named {
            None => (inherited, Span::default()),
            Some((own, span)) if is_one_of(name, &VALUES) || is_one_of(name, &PLAIN_VALUES) => (own.max(inherited), span),
            Some((own, span)) if self.levels.last().is_some_and(|level| level.is_of_secrets) => (own.max(Grade::Likely), span),
            Some((own, span)) => (own.max(inherited.min(Grade::Suspect)), span),
        };
        if let Some(last) = self.levels.last_mut() {
            let value = span.cut(text).unwrap_or_default();
            last.is_manifest |= describes_secret(name, value);
            last.is_of_token |= last.is_data && name == "accessor";
            if last.is_data && last.data.len() < MOST_IN_DATA && (sort == Sort::String || is_number(value)) {
                last.data.push(span);
            }
        }
        if let Some(last) = self.levels.last_mut().filter(|last| !last.is_list && named.is_some()) {
            if says_secret(name, span.cut(text).unwrap_or_default()) {
                last.pairing.flagged(span, text, search);
            }
            if sort == Sort::String {
                last.call.method(name, span, text);
            }
            if takes_part(name) {
                reason = match sort {
                    Sort::String => last.pairing.reason(name, reason, span, text, search),
                    Sort::Bare => last.pairing.said_of(name).filter(|said| said.0 > reason.0).unwrap_or(reason),
                };
            }
        }
        let (mut grade, mut name_span) = reason;
        if let Some(last) = self.levels.last_mut().filter(|last| last.is_list && named.is_none()) {
            if let Some(place) = last.pair.get_mut(last.count).filter(|_| sort == Sort::String) {
                *place = Some(span);
            }
            if let Some(before) = last.before.take().filter(|_| sort == Sort::String) {
                let element = span.cut(text).unwrap_or_default();
                let said = named_in_list(before.cut(text).unwrap_or_default(), element, last);
                if said > grade {
                    (grade, name_span) = (said, before);
                    let before = before.cut(text).unwrap_or_default();
                    let inner = command::password(element).filter(|_| command::takes_login(before));
                    let inner = inner.or_else(|| shapes::schemed(element).map(|(_, rest)| rest));
                    value = inner.map_or(span, |inner| inner.shifted(span.start));
                }
            }
            last.before = Some(span).filter(|_| sort == Sort::String);
            last.count += 1;
            if sort == Sort::String && last.is_of_call {
                last.call.parameter(span);
            }
        }
        if sort == Sort::String || grade == Grade::Secret && is_number(span.cut(text).unwrap_or_default()) && takes_digits(name) {
            search.value(text, value, grade, name_span);
        }
    }
}

/// True for a member that says of the value beside it that it is a secret: `"masked": true`, `"type": "encrypted"`.
fn says_secret(name: &str, value: &str) -> bool {
    const FLAGS: [&str; 8] = ["masked", "sensitive", "secured", "secret", "is_secret", "issecret", "is_sensitive", "encrypted"];
    const TYPES: [&str; 4] = ["encrypted", "sensitive", "secret_text", "secret_key"];
    is_one_of(name, &FLAGS) && value == "true" || is_one_of(name, &["type"]) && is_one_of(value, &TYPES)
}

/// True for a member of the answer of a store of secrets, beside which its `data` or `payload` is nothing else: of a Secret of
/// Kubernetes, of whatever Vault leases, and of a version of a secret of Google Cloud.
fn describes_secret(name: &str, value: &str) -> bool {
    match name {
        "kind" => value == "Secret",
        "lease_id" | "lease_duration" => true,
        "name" => value.contains("/secrets/") && value.contains("/versions/"),
        _ => false,
    }
}

/// What an element of a list says of the next one: `["Authorization", "Bearer …"]`, `["--password", "…"]`. A list of names
/// looks the same, so that the value must not look like one of them.
fn named_in_list(name: &str, value: &str, list: &Level) -> Grade {
    let is_flag = name.starts_with('-');
    if command::takes_login(name) {
        return if command::password(value).is_some() { Grade::Secret } else { Grade::Open };
    }
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
fn is_name(bytes: &[u8], mut at: usize, end: SearchEnd) -> Option<bool> {
    let unknown = (end == SearchEnd::OfText).then_some(false);
    loop {
        let Some(next) = bytes.get(at..).unwrap_or_default().iter().position(|b| !b.is_ascii_whitespace()) else { return unknown };
        at += next;
        if !begins_comment(bytes, at) {
            return Some(bytes.get(at) == Some(&b':'));
        }
        match comment_end(bytes, at) {
            Some(close) => at = close,
            None => return unknown,
        }
    }
}

/// True for `//` and `/*`; a `//` after a colon is one of an address without quotes.
fn begins_comment(bytes: &[u8], at: usize) -> bool {
    let is_address = || at.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b':');
    match bytes.get(at..at + 2) {
        Some(b"/*") => true,
        Some(b"//") => !is_address(),
        _ => false,
    }
}

/// The offset behind a comment; of one in a line, that of the end of the line.
fn comment_end(bytes: &[u8], at: usize) -> Option<usize> {
    let inside = bytes.get(at + 2..)?;
    match bytes.get(at + 1) {
        Some(b'*') => memchr::memmem::find(inside, b"*/").map(|end| at + end + 4),
        _ => memchr::memchr(b'\n', inside).map(|end| at + 2 + end),
    }
}
