//! Random words after a word that says that a token follows: `the token abc… is bad`, `Authorization: Bearer abc…`.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};

use crate::domain::secrecy::names::{self, Grade};
use crate::domain::secrecy::search::Search;
use crate::domain::secrecy::shapes;
use crate::domain::span::Span;

/// Words after which a token follows, as in `the token abc… is bad`, `Authorization: Bearer abc…`.
const WORDS: [&str; 10] = ["bearer", "basic", "token", "password", "secret", "passphrase", "key", "jwt", "cookie", "credential"];
/// Words between such a word and the token.
const BETWEEN: [&str; 5] = ["is", "was", "are", "value", "s"];

/// Finds random words after a word that says what they are.
pub fn prose(text: &str, search: &mut Search) {
    static FINDER: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasickBuilder::new().ascii_case_insensitive(true).build(WORDS).ok());
    let Some(finder) = FINDER.as_ref() else { return };
    let is_between = |c: char| c.is_whitespace() || matches!(c, ':' | '=' | '"' | '\'' | '`' | '(' | '<' | '[' | '\\' | ',');
    let mut last = 0;
    for word in finder.find_iter(text).filter(|word| word.end() < text.len()) {
        let mut rest = text.get(word.end()..).unwrap_or_default();
        let goes_on = word
            .start()
            .checked_sub(1)
            .and_then(|i| text.as_bytes().get(i))
            .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
        if goes_on || word.end() < last || !rest.starts_with(is_between) && !rest.starts_with('.') {
            continue;
        }
        for _ in 0..2 {
            rest = rest.trim_start_matches(is_between);
            let length = rest.bytes().take(8).take_while(u8::is_ascii_alphabetic).count();
            match rest.get(..length).filter(|word| BETWEEN.iter().any(|known| known.eq_ignore_ascii_case(word))) {
                Some(_) => rest = rest.get(length..).unwrap_or_default(),
                None => break,
            }
        }
        let start = text.len() - rest.len();
        if start == word.end() {
            continue;
        }
        let length = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | ')' | ']' | ',' | ';' | '&' | '\\'))
            .unwrap_or(rest.len());
        let value = rest.get(..length).unwrap_or_default();
        last = start + length;
        // `Bearer authorization_uri=https://…`: of a parameter of a challenge its name tells.
        let is_parameter = |(name, inner): (&str, &str)| names::is_challenge_parameter(name) && !inner.trim_matches('=').is_empty();
        if shapes::is_random(value) && !value.split_once('=').is_some_and(is_parameter) {
            search.value(text, Span::new(start, start + length), Grade::Secret, Span::new(word.start(), word.end()));
        }
    }
}
