//! Words after a word that says that a secret follows: random ones in `the token abc… is bad`, `Authorization: Bearer abc…`, and in
//! `the password is hunter2`, `your api key: hunter2` all that no sentence says of one ([`plain::is_readable`]).

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};

use crate::domain::secrecy::names::{self, Grade};
use crate::domain::secrecy::search::Search;
use crate::domain::secrecy::{plain, shapes};
use crate::domain::span::Span;

/// Words after which a token follows, as in `the token abc… is bad`, `Authorization: Bearer abc…`.
const WORDS: [&str; 10] = ["bearer", "basic", "token", "password", "secret", "passphrase", "key", "jwt", "cookie", "credential"];
/// Words between such a word and the token.
const BETWEEN: [&str; 5] = ["is", "was", "are", "value", "s"];

/// Those of them that say that what follows is the value.
const SAYS: [&str; 3] = ["is", "was", "are"];
/// Words of [`WORDS`] behind which a sentence goes on in other ways.
const NO_VALUES: [&str; 3] = ["bearer", "basic", "cookie"];
/// Bytes of the word before one of [`WORDS`].
const LONGEST_WORD: usize = 24;

/// What follows `is` in `password for the user bob is hunter2`; the text begins behind the first word.
fn whose(rest: &str) -> Option<&str> {
    let mut behind = ["for ", "of "].iter().find_map(|of| rest.strip_prefix(' ')?.strip_prefix(of))?;
    for _ in 0..4 {
        let word;
        (word, behind) = behind.split_once(' ')?;
        if word.len() > LONGEST_WORD || word.contains('\n') {
            return None;
        }
        if SAYS.contains(&word) || word.ends_with(':') {
            return Some(behind);
        }
    }
    None
}

/// True for a word at the end of the name of an option of a command: `--new-password`.
fn is_option(text: &str, start: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let length = before.bytes().rev().take(LONGEST_WORD).take_while(|b| b.is_ascii_alphanumeric() || *b == b'-').count();
    before.get(before.len() - length..).is_some_and(|option| option.starts_with("--"))
}

/// True where a word, with the one before it, names a secret: `your api key`, and not `the public key`.
fn names_secret(text: &str, start: usize, end: usize, search: &Search) -> bool {
    let word = text.get(start..end).unwrap_or_default();
    let before = text.get(..start).unwrap_or_default();
    let joint = before.trim_end_matches([' ', '-', '_']);
    let length: usize = joint.chars().rev().take(LONGEST_WORD).take_while(|c| c.is_alphanumeric()).map(char::len_utf8).sum();
    let first = joint.get(joint.len() - length..).unwrap_or_default();
    let name = if first.is_empty() || before.len() - joint.len() > 1 { word.to_string() } else { format!("{first}_{word}") };
    !NO_VALUES.iter().any(|other| other.eq_ignore_ascii_case(word)) && search.grade_of(&name) == Grade::Secret
}

/// True for what may be the value of a secret in a sentence: no word of it, and no code.
pub fn is_said(value: &str) -> bool {
    value.len() >= 4 && !value.contains(['(', '{', '[', '<']) && !value.starts_with(['$', '%', '*', '/']) && !plain::is_readable(value)
}

/// Finds random words after a word that says what they are.
pub fn prose(text: &str, search: &mut Search) {
    static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        AhoCorasickBuilder::new().kind(Some(AhoCorasickKind::ContiguousNFA)).ascii_case_insensitive(true).build(WORDS).ok()
    });
    let Some(finder) = FINDER.as_ref() else { return };
    let is_between = |c: char| c.is_whitespace() || matches!(c, ':' | '=' | '"' | '\'' | '`' | '(' | '<' | '[' | '\\' | ',');
    let mut last = 0;
    for word in finder.find_iter(text).filter(|word| word.end() < text.len()) {
        let mut rest = text.get(word.end()..).unwrap_or_default();
        let before = word.start().checked_sub(1).and_then(|i| text.as_bytes().get(i));
        let is_joined = before.is_some_and(|b| matches!(b, b'_' | b'-'));
        if before.is_some_and(u8::is_ascii_alphanumeric) || word.end() < last || !rest.starts_with(is_between) && !rest.starts_with('.') {
            continue;
        }
        let mut says_is = false;
        if let Some(behind) = whose(rest) {
            (rest, says_is) = (behind, true);
        }
        for _ in 0..2 {
            rest = rest.trim_start_matches(is_between);
            let length = rest.bytes().take(8).take_while(u8::is_ascii_alphabetic).count();
            match rest.get(..length).filter(|word| BETWEEN.iter().any(|known| known.eq_ignore_ascii_case(word))) {
                Some(said) => {
                    says_is |= SAYS.iter().any(|known| known.eq_ignore_ascii_case(said));
                    rest = rest.get(length..).unwrap_or_default();
                }
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
        // The bracket of a map is not its value's.
        let value = rest.get(..length).unwrap_or_default().trim_end_matches(['}', ']']);
        let length = value.len();
        let between = text.get(word.end()..start).unwrap_or_default();
        let is_quoted = || between.trim_start().starts_with(['"', '\'', '`']);
        let says = says_is || !between.contains('\n') && (between.contains(':') || is_quoted() || is_option(text, word.start()));
        if says && names_secret(text, word.start(), word.end(), search) && is_said(value) {
            last = start + length;
            search.value(text, Span::new(start, last), Grade::Secret, Span::new(word.start(), word.end()));
            continue;
        }
        if is_joined {
            continue;
        }
        last = start + length;
        // `Bearer authorization_uri=https://…`: of a parameter of a challenge its name tells.
        let is_parameter = |(name, inner): (&str, &str)| names::is_challenge_parameter(name) && !inner.trim_matches('=').is_empty();
        if shapes::is_random(value) && !value.split_once('=').is_some_and(is_parameter) {
            search.value(text, Span::new(start, start + length), Grade::Secret, Span::new(word.start(), word.end()));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::secrecy::{in_message, in_text, replace};

    #[test]
    fn what_a_sentence_gives_as_a_secret_is_hidden() {
        for (text, shown) in [
            ("the password is hunter2", "the password is …"),
            ("The Password was hunter2, I think.", "The Password was …, I think."),
            ("for bob the password: hunter2", "for bob the password: …"),
            ("your api key: hunter2 (old)", "your api key: … (old)"),
            ("my api_key is hunter2", "my api_key is …"),
            ("the password for the user bob is hunter2", "the password for the user bob is …"),
            ("run it with --password hunter2 --user bob", "run it with --password … --user bob"),
            ("run it with --client-secret=s3cr3tX", "run it with --client-secret=…"),
            ("ALTER USER bob PASSWORD \"hunter2\"", "ALTER USER bob PASSWORD \"…\""),
            ("the client secret is \"p@ssword!\"", "the client secret is \"…\""),
        ] {
            for found in [in_text(text), in_message(text)] {
                assert_eq!(replace(text, &found, |_| "…".to_string()), shown);
            }
        }
    }

    #[test]
    fn what_a_sentence_says_of_a_secret_is_readable() {
        for text in [
            "the password is wrong",
            "the password is required.",
            "the password is not set",
            "the password is expired!",
            "your password is 8-72 characters long",
            "the token is 30s too old",
            "the token is valid until 2026-11-23T07:22:41Z",
            "the token is RS256 and not HS256",
            "the public key: k7x2 is another one",
            "the password is {{password}}",
            "das Passwort ist falsch, the password is größer",
            "password for bob is wrong",
            "unexpected token: }",
            "unexpected token \"<\" in JSON",
            "the field \"password\" is \"required\"",
            "the key is `sub`",
        ] {
            for found in [in_text(text), in_message(text)] {
                assert_eq!(replace(text, &found, |_| "…".to_string()), text);
            }
        }
    }
}
