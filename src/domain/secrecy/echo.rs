//! Secrets that come back: in a message that quotes them, in an answer that repeats what it was sent.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::shapes;
use super::spellings::{is_plain, written};
use crate::domain::signing::encoding::hex;
use crate::domain::span::{Span, start};

/// Bytes of the shortest secret that is looked for between any two words; a shorter one only where it is quoted.
const SHORTEST: usize = 6;

/// Bytes of the shortest secret that is looked for in base64: of a shorter one other words are made.
const SHORTEST_ENCODED: usize = 8;

/// Bytes of the longest secret that is looked for in hexadecimal digits, which double it.
const LONGEST_HEX: usize = 256;

/// Bytes that are compared in a short text.
const MOST_COMPARED: usize = 1 << 20;

/// Texts to be found again. Cheap to clone, and without any it takes no memory: ten thousand requests have one each.
#[derive(Clone, Debug, Default)]
pub struct Echoes(Option<Arc<Inner>>);

#[derive(Debug)]
struct Inner {
    /// In order, each once.
    texts: Vec<String>,
    /// Those with characters that encoders escape, from their first plain character on, each once, in the order of their plain
    /// beginnings.
    escaped: Vec<String>,
    /// Bytes of the longest of these beginnings.
    longest_head: usize,
    beginnings: Beginnings,
}

/// Which two bytes secrets begin with, as a bit set of their hashes: one look at a place tells for nearly all that no secret begins
/// there. A search is made for every exchange, mostly to look through a few short messages, and must cost nothing to prepare.
#[derive(Debug)]
struct Beginnings([u64; 64]);

impl Default for Beginnings {
    fn default() -> Self {
        Self([0; 64])
    }
}

impl Beginnings {
    fn of(texts: &[String], escaped: &[String]) -> Self {
        let mut set = Self::default();
        let beginnings = texts.iter().map(|text| (text, false)).chain(escaped.iter().map(|text| (text, true)));
        for (text, is_escaped) in beginnings {
            match *text.as_bytes() {
                [first, second, ..] if !is_escaped || is_plain(char::from(second)) => set.insert(first, second),
                // Anything may follow.
                [first, ..] => (0..=u8::MAX).for_each(|second| set.insert(first, second)),
                [] => {}
            }
        }
        set
    }

    fn insert(&mut self, first: u8, second: u8) {
        let (word, bit) = Self::place(first, second);
        if let Some(word) = self.0.get_mut(word) {
            *word |= bit;
        }
    }

    fn has(&self, first: u8, second: u8) -> bool {
        let (word, bit) = Self::place(first, second);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    const fn place(first: u8, second: u8) -> (usize, u64) {
        let hash = (first as usize) << 4 ^ second as usize;
        (hash / 64, 1 << (hash % 64))
    }

    /// The next place, from `at` on, at which a secret may begin.
    fn next(&self, text: &[u8], at: usize) -> Option<usize> {
        let rest = text.get(at..)?;
        let behind = rest.get(1..).unwrap_or_default().iter().chain([&0]);
        rest.iter().zip(behind).position(|(first, second)| self.has(*first, *second)).map(|i| at + i)
    }
}

/// Where a secret counts as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strength {
    /// Anywhere: nothing else holds it.
    Random,
    /// Between two words.
    Plain,
    /// In quotes, or as a whole value: it may be a word of the message.
    Word,
}

fn strength(secret: &str) -> Strength {
    match () {
        () if secret.len() < SHORTEST || shapes::is_word(secret) => Strength::Word,
        () if secret.len() >= 24 || shapes::is_random(secret) => Strength::Random,
        () => Strength::Plain,
    }
}

/// The texts in order, each once.
fn distinct(mut texts: Vec<String>) -> Vec<String> {
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// Adds how base64 and hexadecimal digits write a secret.
fn add_encodings(secret: &str, texts: &mut Vec<String>) {
    if secret.len() >= SHORTEST_ENCODED {
        let standard = STANDARD_NO_PAD.encode(secret);
        if standard.contains(['+', '/']) {
            texts.push(URL_SAFE_NO_PAD.encode(secret));
        }
        texts.push(standard);
        if secret.len() <= LONGEST_HEX {
            let hex = hex(secret.as_bytes());
            texts.extend([hex.to_ascii_uppercase(), hex]);
        }
    }
}

impl Echoes {
    /// Of some secrets, each also as addresses, JSON and base64 write it.
    pub fn new(secrets: impl IntoIterator<Item = String>) -> Self {
        let mut texts = Vec::new();
        // Who reads one often drops the spaces around it.
        let bare = |secret: String| [secret.trim().to_string(), secret];
        for secret in distinct(secrets.into_iter().flat_map(bare).filter(|secret| !secret.is_empty()).collect()) {
            add_encodings(&secret, &mut texts);
            texts.push(secret);
        }
        if texts.is_empty() {
            return Self(None);
        }
        let texts = distinct(texts);
        let mut escaped: Vec<String> = texts.iter().filter_map(|text| from_plain(text)).map(String::from).collect();
        escaped.sort_unstable_by(|a, b| (plain_head(a), a).cmp(&(plain_head(b), b)));
        escaped.dedup();
        let longest_head = escaped.iter().map(|text| plain_head(text).len()).max().unwrap_or_default();
        Self(Some(Arc::new(Inner { beginnings: Beginnings::of(&texts, &escaped), texts, escaped, longest_head })))
    }

    /// True without any.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Their places in a text, in order and none inside another. Each byte is looked at a few times at most.
    pub fn find(&self, text: &str) -> Vec<Span> {
        let mut found = Vec::new();
        let Some(inner) = &self.0 else { return found };
        // What begins like a secret over and over is covered, not compared for ever.
        let mut budget = MOST_COMPARED.saturating_add(text.len().saturating_mul(16));
        let mut from = 0;
        while let Some(at) = inner.beginnings.next(text.as_bytes(), from) {
            if budget == 0 {
                found.push(Span::new(at, text.len()));
                break;
            }
            // No secret begins inside a character.
            let rest = text.get(at..).unwrap_or_default();
            let as_it_is = inner.longest(rest, &mut budget).map(|secret| (secret, secret.len()));
            let counted = |(secret, length): &(&str, usize)| counts(text, Span::new(at, at + length), strength(secret));
            match as_it_is.filter(counted).or_else(|| inner.escaped(rest, &mut budget).filter(counted)) {
                Some((_, length)) => {
                    found.push(Span::new(at, at + length));
                    from = at + length;
                }
                None => from = at + 1,
            }
        }
        found
    }
}

impl Inner {
    /// The secret that a text begins with in the spelling of an encoder, and how long it is there.
    fn escaped(&self, text: &str, budget: &mut usize) -> Option<(&str, usize)> {
        let Self { escaped: secrets, longest_head, .. } = self;
        // A word of an answer may be as long as the answer: no more of it is read than a secret begins with.
        let head = plain_head(start(text, longest_head + 1));
        *budget = budget.saturating_sub(head.len());
        if head.len() > *longest_head {
            return None;
        }
        let same = secrets.partition_point(|secret| plain_head(secret) < head)..;
        let same = secrets.get(same)?.iter().take_while(|secret| plain_head(secret) == head);
        same.filter_map(|secret| {
            *budget = budget.saturating_sub(secret.len());
            Some((secret.as_str(), written(text, secret)?))
        })
        .max_by_key(|(_, length)| *length)
    }

    /// The longest secret that a text begins with.
    fn longest(&self, text: &str, budget: &mut usize) -> Option<&str> {
        let texts = &self.texts;
        let mut begin = text;
        loop {
            // What is a beginning of the text does not come after it.
            let is_before = |secret: &String| {
                let common = common(begin, secret);
                *budget = budget.saturating_sub(common);
                secret.as_bytes().get(common) <= begin.as_bytes().get(common)
            };
            let before = texts.partition_point(is_before).checked_sub(1)?;
            let secret = texts.get(before)?;
            let common = common(begin, secret);
            if common == secret.len() {
                return Some(secret);
            }
            // Shorter ones begin as both do.
            begin = start(begin, common);
        }
    }
}

/// The part of a secret from its first plain character on, if it has others behind it. A part of it that is short next to what is
/// left out says nothing.
fn from_plain(secret: &str) -> Option<&str> {
    let rest = secret.get(secret.find(is_plain)?..)?;
    let core = rest.trim_end_matches(|c| !is_plain(c));
    (rest.contains(|c| !is_plain(c)) && (core.len() >= SHORTEST || core.len() * 2 >= secret.len())).then_some(rest)
}

/// The plain characters at the beginning of a text.
fn plain_head(text: &str) -> &str {
    text.get(..text.find(|c| !is_plain(c)).unwrap_or(text.len())).unwrap_or_default()
}

/// How many bytes two texts have in common at their beginning.
fn common(one: &str, other: &str) -> usize {
    one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count()
}

fn counts(text: &str, span: Span, strength: Strength) -> bool {
    match strength {
        Strength::Random => true,
        Strength::Plain => shapes::is_edge(text, span.start) && shapes::is_edge(text, span.end),
        Strength::Word => {
            let before = span.start.checked_sub(1).and_then(|i| text.as_bytes().get(i)).copied();
            let after = text.as_bytes().get(span.end).copied();
            let opens = |b: u8| matches!(b, b'"' | b'\'' | b'`' | b'=' | b'>');
            let closes = |b: u8| matches!(b, b'"' | b'\'' | b'`' | b'&' | b';' | b'<' | b'\\');
            // `Bearer abc`
            let schemed = || before == Some(b' ') && text.get(..span.start - 1).is_some_and(shapes::ends_with_scheme);
            (before.is_none_or(opens) || schemed()) && after.is_none_or(closes)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(secrets: &[&str], text: &str) -> String {
        let echoes = Echoes::new(secrets.iter().map(|s| (*s).to_string()));
        super::super::replace(text, &echoes.find(text), |_| "#".into())
    }

    #[test]
    fn a_secret_counts_between_words_and_a_word_in_quotes() {
        for (secret, text, expected) in [
            ("hunter2x!", "no hunter2x! here", "no # here"),
            ("hunter2x", "xhunter2x hunter2xy hunter2x", "xhunter2x hunter2xy #"),
            ("hunter2x", "?p=a%3Dhunter2x&q", "?p=a%3D#&q"),
            ("hunter2x", "{\\\"a\\\":\\\"hunter2x\\\"}", "{\\\"a\\\":\\\"#\\\"}"),
            ("hunter2x", "“hunter2x” „hunter2x“ «hunter2x» ␠hunter2x", "“#” „#“ «#» ␠#"),
            ("hunter2x", "密码hunter2x错误, größhunter2x", "密码#错误, größhunter2x"),
            (" hunter2x ", "␠hunter2x␠ and hunter2x", "␠#␠ and #"),
            ("expired", "the token expired", "the token expired"),
            ("expired", "`expired` and expired=\"expired\"", "`#` and expired=\"#\""),
            ("abc", "abcdef abc", "abcdef abc"),
            ("abc", "abc", "#"),
            ("abc", "Authorization: Bearer abc", "Authorization: Bearer #"),
            ("abc", "{\"Authorization Bearer abc\":\"\"}", "{\"Authorization Bearer #\":\"\"}"),
            ("abc", "the Bearer abc", "the Bearer abc"),
            ("pw0rd1", "no pw0rd1, xpw0rd1", "no #, xpw0rd1"),
            ("1234", "https://h/?pin=1234", "https://h/?pin=#"),
            ("CANARYzq8vT4pW2kLm7x", "idCANARYzq8vT4pW2kLm7xy", "id#y"),
            ("p/w d+1234", "p%2Fw%20d%2B1234", "#"),
            ("a\"b\\c12345", r#"{"x":"a\"b\\c12345"}"#, r##"{"x":"#"}"##),
            ("s3cret-s3cret", "dGVzdA czNjcmV0LXMzY3JldA==", "dGVzdA #=="),
        ] {
            assert_eq!(hidden(&[secret], text), expected, "{secret} in {text}");
        }
    }

    #[test]
    fn the_longest_of_several_is_found() {
        assert_eq!(hidden(&["s3cret-1a", "s3cret-1a.long-2b", "s3cret-1a.long-2c"], "s3cret-1a.long-2b s3cret-1a.x"), "# #.x");
    }

    #[test]
    fn a_secret_is_found_in_the_spellings_of_other_programs() {
        let secret = "C00k/Va1&e+99 \"x'<é";
        let echoes = Echoes::new([secret.to_string()]);
        for spelled in [
            secret,
            "C00k\\/Va1&e+99 \\\"x'<é",
            "C00k/Va1\\u0026e+99 \\\"x'\\u003cé",
            "C00k/Va1&amp;e+99 &quot;x&#39;&lt;é",
            "C00k/Va1&amp;e+99 &#34;x&#39;&lt;é",
            "C00k/Va1&amp;e+99 &quot;x&#x27;&lt;é",
            "C00k%2FVa1%26e%2B99%20%22x%27%3C%C3%A9",
            "C00k%2fVa1%26e%2b99%20%22x%27%3c%c3%a9",
            "C00k%2FVa1%26e%2B99+%22x%27%3C%C3%A9",
            "C00k\\/Va1&e+99 \\\"x'<\\u00e9",
            "4330306b2f56613126652b393920227827\u{33}cc3a9",
        ] {
            assert!(!echoes.find(&format!("why: {spelled} is wrong")).is_empty(), "{spelled}");
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(256))]
        #[test]
        fn found_as_by_comparing_each(secrets in proptest::collection::vec("[ab]{8,12}[0-9]", 0..4), text in "[ab0-9 ]{0,60}") {
            let echoes = Echoes::new(secrets.clone());
            let found = echoes.find(&text);
            for pair in found.windows(2) {
                proptest::prop_assert!(pair[0].end <= pair[1].start);
            }
            for secret in &secrets {
                for (at, _) in text.match_indices(secret.as_str()) {
                    let span = Span::new(at, at + secret.len());
                    let met = found.iter().any(|f| f.start < span.end && span.start < f.end);
                    proptest::prop_assert!(met || !counts(&text, span, strength(secret)), "{} in {}", secret, text);
                }
            }
        }
    }
}
