//! Shapes of values: credentials, and what looks like one, whatever their name is.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};

use super::names;
use crate::domain::span::Span;
use crate::domain::token::opaque;

/// What else tokens begin with besides the prefixes of [`opaque`]: JOSE headers, PASETO, and what is never sent alone.
const MARKS: [&str; 23] = [
    "eyJ",
    "v2.local.",
    "v2.public.",
    "v3.local.",
    "v4.local.",
    "v4.public.",
    "glptt-",
    "xoxr-",
    "xoxe",
    "LTAI",
    "shpca_",
    "shppa_",
    "hvr.",
    "gsk_",
    "sq0atp-",
    "sq0csp-",
    "pul-",
    "rdme_",
    "NRAK-",
    "glsa_",
    "tfp_",
    "r8_",
    "AGE-SECRET-KEY-",
];

/// Prefixes that other words have as well: what they begin must look random.
const WORDS: [&str; 12] = ["s.", "pat", "pat-", "key-", "secret_", "1//", "rnd_", "EAA", "dapi", "sk-", "r8_", "pul-"];

/// Prefixes of keys that are published.
const PUBLIC: [&str; 3] = ["pk_live_", "pk_test_", "sb_publishable_"];

/// How hashed passwords begin.
const HASHES: [&str; 17] = [
    "$apr1$",
    "$1$",
    "$2a$",
    "$2b$",
    "$2x$",
    "$2y$",
    "$5$",
    "$6$",
    "$7$",
    "$y$",
    "$argon2",
    "$pbkdf2",
    "$scrypt$",
    "{SHA}",
    "{SSHA}",
    "{SSHA256}",
    "{SSHA512}",
];

/// Bytes of the shortest of them.
const SHORTEST: usize = 20;

/// Bytes of the shortest value that looks random enough to be masked under a name that is only suspect.
pub const SHORTEST_RANDOM: usize = 16;

/// Schemes with which a credential begins in a header (the IANA registry, and those seen in the wild).
const SCHEMES: [&str; 26] = [
    "bearer",
    "basic",
    "digest",
    "negotiate",
    "ntlm",
    "token",
    "apikey",
    "api-key",
    "dpop",
    "hoba",
    "mutual",
    "hawk",
    "mac",
    "hmac",
    "signature",
    "aws4-hmac-sha256",
    "scram-sha-256",
    "vapid",
    "gnap",
    "privatetoken",
    "ssws",
    "oauth",
    "jwt",
    "usernametoken",
    "sharedkey",
    "sharedaccesssignature",
];

/// The well-known tokens and private keys in a text, in order.
pub fn find(text: &str) -> Vec<Span> {
    let mut found = tokens(text);
    let keys = private_keys(text);
    let hashes = password_hashes(text);
    if !keys.is_empty() || !hashes.is_empty() {
        found.extend(keys);
        found.extend(hashes);
        found.sort();
    }
    found
}

/// What follows the method of a hashed password: `ann:$apr1$salt$hash` of an htpasswd file, `$2y$10$…`, `{SSHA}…`. Whoever has
/// it can guess the password.
fn password_hashes(text: &str) -> Vec<Span> {
    static FINDER: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasickBuilder::new().kind(Some(AhoCorasickKind::ContiguousNFA)).build(HASHES).ok());
    let is_of_hash = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'$' | b'.' | b'/' | b'+' | b'=' | b',' | b'-' | b'_');
    let bytes = text.as_bytes();
    let mut found: Vec<Span> = Vec::new();
    for mark in FINDER.as_ref().filter(|_| text.len() >= SHORTEST).into_iter().flat_map(|finder| finder.find_iter(text)) {
        let start = mark.end();
        if found.last().is_some_and(|last| start < last.end) || is_inside_word(bytes, mark.start()) {
            continue;
        }
        let length = bytes.get(start..).unwrap_or_default().iter().take_while(|b| is_of_hash(b)).count();
        if length >= SHORTEST {
            found.push(Span::new(start, start + length));
        }
    }
    found
}

fn finder() -> Option<&'static AhoCorasick> {
    static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let known = opaque::prefixes().filter(|prefix| !PUBLIC.contains(prefix));
        AhoCorasickBuilder::new()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .match_kind(MatchKind::LeftmostLongest)
            .build(known.chain(MARKS))
            .ok()
    });
    FINDER.as_ref()
}

/// True when a word of a text begins as tokens of well-known issuers do, however short it is.
pub fn begins_as_token(text: &str) -> bool {
    finder().is_some_and(|finder| {
        finder.find_iter(text).any(|mark| {
            let begin = text.get(mark.range()).unwrap_or_default();
            !is_inside_word(text.as_bytes(), mark.start()) && (begin == "sk-" || !WORDS.contains(&begin))
        })
    })
}

fn tokens(text: &str) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    let bytes = text.as_bytes();
    let Some(finder) = finder().filter(|_| text.len() >= SHORTEST) else { return found };
    // The end of the last run that is no token from one of its words on, and how many of its words were looked at.
    let (mut refused, mut looked) = (0, 0);
    for mark in finder.find_iter(text) {
        let at = mark.start();
        if found.last().is_some_and(|last| at < last.end) || is_inside_word(bytes, at) {
            continue;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let is_mark = text.get(mark.range()).is_some_and(|begin| !WORDS.contains(&begin));
        looked = if at < refused { looked + 1 } else { 0 };
        if !is_mark && looked >= MOST_WORDS {
            continue;
        }
        // A word may be a name as well, with its value after it, or a part of a path.
        let goes_on = |b: u8| is_of_token(b) && (is_mark || !matches!(b, b'=' | b'/'));
        let behind = rest.get(mark.len()..).unwrap_or_default();
        let length = mark.len() + behind.iter().position(|b| !goes_on(*b)).unwrap_or(behind.len());
        if length >= SHORTEST && (is_mark || text.get(at..at + length).is_some_and(is_random)) {
            found.push(Span::new(at, at + length));
        } else {
            refused = refused.max(at + length);
        }
    }
    found
}

/// How many words of one run may be where a token begins: `sk-sk-sk-…` is read to its end from each of them.
const MOST_WORDS: usize = 4;

/// True when the byte at an offset continues a word; the end of an escape (`%3D`, `\n`) does not.
fn is_inside_word(bytes: &[u8], at: usize) -> bool {
    let back = |n: usize| at.checked_sub(n).and_then(|i| bytes.get(i)).copied();
    let Some(before) = back(1).filter(u8::is_ascii_alphanumeric) else { return false };
    let percent = back(3) == Some(b'%') && before.is_ascii_hexdigit() && back(2).is_some_and(|b| b.is_ascii_hexdigit());
    let escape = back(2) == Some(b'\\') && matches!(before, b'n' | b't' | b'r') || back(6) == Some(b'\\') && back(5) == Some(b'u');
    !percent && !escape
}

/// True for a place between two words of a text, where an echo may begin or end: at a quote of any language, and where a text that is
/// written without spaces goes over into letters.
pub fn is_edge(text: &str, at: usize) -> bool {
    const SCRIPTS_WITHOUT_SPACES: char = '\u{2e80}';
    let is_letter = |c: char| c.is_alphanumeric() && c < SCRIPTS_WITHOUT_SPACES;
    let goes_on = text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(is_letter);
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    let inside = match before {
        Some(c) if !c.is_ascii() => is_letter(c),
        _ => is_inside_word(text.as_bytes(), at),
    };
    !(goes_on && inside)
}

const fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'+' | b'/' | b'=')
}

/// The content of private keys in PEM; certificates and public keys are open.
fn private_keys(text: &str) -> Vec<Span> {
    const BEGIN: &str = "-----BEGIN ";
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(begin) = text.get(at..).and_then(|rest| memchr::memmem::find(rest.as_bytes(), BEGIN.as_bytes())).map(|i| at + i) {
        let label_at = begin + BEGIN.len();
        let rest = text.get(label_at..).unwrap_or_default();
        let label = rest.split("-----").next().unwrap_or_default();
        at = label_at;
        if label.len() > 64 || !label.contains("PRIVATE") {
            continue;
        }
        let start = (label_at + label.len() + 5).min(text.len());
        let end = text.get(start..).and_then(|rest| rest.find("-----END")).map_or(text.len(), |i| start + i);
        found.push(Span::new(start, end));
        at = end;
    }
    found
}

/// A scheme and the bytes after it: `Bearer abc`. `None` without a known scheme or without anything after it.
pub fn schemed(value: &str) -> Option<(&str, Span)> {
    let lead = value.len() - value.trim_start().len();
    let (scheme, rest) = value.get(lead..)?.split_once([' ', '\t'])?;
    let start = value.len() - rest.trim_start().len();
    let end = value.trim_end().len();
    (is_scheme(scheme) && start < end).then(|| (scheme, Span::new(start, end)))
}

/// True for the name of a scheme.
pub fn is_scheme(word: &str) -> bool {
    SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// True for a text whose last word is a scheme, and begins a value.
pub fn ends_with_scheme(text: &str) -> bool {
    let start = text.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '-').map_or(0, |at| at + 1);
    let before = text.get(..start).unwrap_or_default().trim_end_matches(' ');
    // `Authorization Bearer abc`, its colon forgotten.
    let word = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
    let begins = before.is_empty() || before.ends_with([':', '"', '\'', '`', '=']) || names::is_near_authorization(word);
    begins && text.get(start..).is_some_and(is_scheme)
}

/// True for letters alone, at most the first of them a capital: a word of a language.
pub fn is_word(text: &str) -> bool {
    let rest = text.get(1..).unwrap_or_default();
    text.len() <= 24
        && text.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-' | b' '))
        && (!rest.bytes().any(|b| b.is_ascii_uppercase()) || !text.bytes().any(|b| b.is_ascii_lowercase()))
}

/// True for `550e8400-e29b-41d4-a716-446655440000`.
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36 && text.bytes().enumerate().all(|(i, b)| if matches!(i, 8 | 13 | 18 | 23) { b == b'-' } else { b.is_ascii_hexdigit() })
}

/// True for a value with a part that looks random: letters of both cases and digits alternate all the time. Words,
/// numbers, dates, versions and `CamelCase` are not.
pub fn is_random(value: &str) -> bool {
    value.len() >= SHORTEST_RANDOM && (is_uuid(value.trim()) || value.split(|c: char| !is_of_token_char(c)).any(is_random_run))
}

fn is_of_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '~' | '+' | '/' | '=')
}

fn is_random_run(run: &str) -> bool {
    run.len() >= SHORTEST_RANDOM && run.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part.len() >= 12 && changes_often(part, 26))
        || run.len() >= SHORTEST && has_high_entropy(run)
}

/// True for a long run that is encoded or drawn at random: Base32, Base64 or letters and digits. Names and words keep to one
/// case, to capitals at their beginning, and to few digits.
fn has_high_entropy(run: &str) -> bool {
    let parts = run.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).count();
    let count = |is: fn(&u8) -> bool| run.bytes().filter(is).count();
    let (upper, lower, digits) = (count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase), count(u8::is_ascii_digit));
    let length = upper + lower + digits;
    let both_cases = |percent: usize| upper.min(lower) * 100 >= length * percent;
    let changes = changes(run);
    match parts {
        // Of letters alone, words have few capitals, or nothing else.
        1 if digits == 0 && length >= 32 => upper == 0 || lower == 0 || both_cases(30),
        1 if digits == 0 => both_cases(30) && changes * 6 >= length,
        1 if lower == 0 && run.bytes().all(|b| b.is_ascii_uppercase() || matches!(b, b'2'..=b'7' | b'=')) => true,
        1 => upper + lower > 0 && (changes + 1) * 5 >= length,
        // The signs of Base64, which are few in it, and not the hyphens of a name.
        _ => digits > 0 && both_cases(15) && changes * 4 >= length && length >= parts * 5,
    }
}

/// True for a word that looks like a credential, whatever its name is: long, random, and neither a UUID nor a host.
pub fn is_credential(word: &str) -> bool {
    word.len() >= SHORTEST && !is_uuid(word) && !is_host(word) && (is_random(word) || begins_as_token(word))
}

/// True for `d1a2b3c4d5e6f7.cloudfront.net`.
fn is_host(word: &str) -> bool {
    let is_of_host = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-');
    let top = word.rsplit_once('.').map(|(_, top)| top).filter(|top| (2..=24).contains(&top.len()));
    word.bytes().all(is_of_host) && top.is_some_and(|top| top.bytes().all(|b| b.is_ascii_lowercase()))
}

/// True for a value that may be a short key: one with at least four changes and no long stretches.
pub fn may_be_key(value: &str) -> bool {
    is_random(value) || value.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part.len() >= 8 && changes_often(part, 30))
}

/// True when the letters and digits of a part change their kind at least four times, and stay the same for `tenths` / 10
/// bytes at most on the average.
fn changes_often(part: &str, tenths: usize) -> bool {
    let changes = changes(part);
    changes >= 3 && (changes + 1) * tenths >= part.len() * 10
}

/// How often a text goes from letters to digits or back, or from a small letter to a capital.
fn changes(text: &str) -> usize {
    let alphanumeric = || text.bytes().filter(u8::is_ascii_alphanumeric);
    let changes = |(a, b): &(u8, u8)| a.is_ascii_digit() != b.is_ascii_digit() || a.is_ascii_lowercase() && b.is_ascii_uppercase();
    alphanumeric().zip(alphanumeric().skip(1)).filter(changes).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_words_that_begin_tokens_is_read_a_few_times() {
        let text = "sk-".repeat(100_000);
        let began = std::time::Instant::now();
        assert_eq!(find(&text), []);
        // Read from each of its words to its end it would take minutes.
        assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
        assert_eq!(find("sk-sk-sk-sk-sk-sk-sk-aB3dE5gH7jK9mN1pQ3sT5vW7").len(), 1);
    }
}
