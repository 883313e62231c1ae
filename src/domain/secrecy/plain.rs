//! Values that are plainly no credential: words of a language, numbers, dates, versions, media types, languages, addresses of mail.

use super::shapes;

/// Words with digits in them.
const TECHNICAL: [&str; 36] = [
    "aes128", "aes256", "amd64", "arm64", "base64", "ec2", "es256", "h2", "h2c", "h3", "hs256", "http1", "http2", "i18n", "i386", "ipv4",
    "ipv6", "iso8601", "iso8859", "k8s", "latin1", "md5", "mp3", "mp4", "oauth2", "ps256", "rs256", "s3", "sha1", "sha256", "sha512",
    "utf16", "utf8", "win32", "x64", "x86",
];

/// Words before the number of a version.
const VERSIONS: [&str; 9] = ["v", "r", "b", "rc", "beta", "alpha", "preview", "build", "m"];

/// Digits of the longest number: milliseconds since 1970.
const LONGEST_NUMBER: usize = 13;

/// True for a value that one reads and that opens nothing. In doubt it is none: `hunter2`, `p@ss`, `a1b2`.
pub fn is_plain(value: &str) -> bool {
    let is_between = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')');
    value.split(is_between).map(|word| word.trim_matches(['"', '\''])).all(|word| is_plain_word(word) || is_mail(word))
}

/// True for a host, an address, a path, a number or a yes or no: what settings say besides secrets.
pub fn says_where(value: &str) -> bool {
    let value = value.trim();
    let is_number = !value.is_empty() && value.len() <= LONGEST_NUMBER && value.bytes().all(|b| b.is_ascii_digit());
    is_number || matches!(value, "true" | "false" | "localhost") || value.contains(['.', '/', ':']) && is_plain(value)
}

/// True for a word that a sentence or a table says of a secret rather than the secret: letters alone in any script (`wrong`,
/// `not-yet-valid`, `isn't`), a number with or without a unit (`8`, `30s`), and what [`is_plain`] is. A mark at its end is the sentence's.
/// A value that mixes letters with digits or other signs is taken for the secret.
pub fn is_readable(word: &str) -> bool {
    let word = word.trim_end_matches(['.', '!', '?', ',', ';', ':', '…', ')']);
    let is_unit = |atom: &str| {
        let unit = atom.trim_start_matches(|c: char| c.is_ascii_digit());
        let digits = atom.len() - unit.len();
        (1..=5).contains(&digits) && unit.len() <= 5 && unit.chars().all(char::is_alphabetic)
    };
    let is_sign = |c: char| matches!(c, '-' | '_' | '.' | '/' | ':' | '+' | '=' | '*' | '\'' | '’');
    let is_letters = |atom: &str| !atom.is_ascii() && atom.chars().all(char::is_alphabetic);
    is_plain(word)
        || word.chars().all(|c| c.is_alphanumeric() || is_sign(c))
            && word.split(|c: char| !c.is_alphanumeric()).all(|atom| is_plain(atom) || is_unit(atom) || is_letters(atom))
}

fn is_plain_word(word: &str) -> bool {
    let is_sign = |b: u8| matches!(b, b'-' | b'_' | b'.' | b'/' | b':' | b'+' | b'=' | b'*');
    word.bytes().all(|b| b.is_ascii_alphanumeric() || is_sign(b)) && word.split(|c: char| !c.is_ascii_alphanumeric()).all(is_atom)
}

/// True for a word without signs, or a number, alone or of a date or version.
fn is_atom(atom: &str) -> bool {
    if atom.bytes().all(|b| b.is_ascii_alphabetic()) {
        return shapes::is_word(atom) || is_camel(atom);
    }
    if atom.bytes().all(|b| b.is_ascii_digit()) {
        return atom.len() <= LONGEST_NUMBER;
    }
    let lower = atom.to_ascii_lowercase();
    let number = lower.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let before = lower.get(..lower.len() - number.len()).unwrap_or_default();
    let is_version = VERSIONS.contains(&before) && number.len() <= 4 && number.bytes().all(|b| b.is_ascii_digit());
    is_version || TECHNICAL.contains(&lower.as_str()) || is_time(&lower)
}

/// True for `MyApp`: words that begin with a capital, of five letters for two of them at least.
fn is_camel(atom: &str) -> bool {
    let capitals = atom.bytes().filter(u8::is_ascii_uppercase).count();
    let words = capitals + usize::from(atom.starts_with(|c: char| c.is_ascii_lowercase()));
    atom.len() <= 40 && atom.len() * 2 >= words * 5
}

/// True for a part of a date or time: `20261128t083118z`, `28t08`, `18z`.
fn is_time(atom: &str) -> bool {
    let digits = |text: &str, most: usize| text.len() <= most && text.bytes().all(|b| b.is_ascii_digit());
    let (date, time) = atom.split_once('t').unwrap_or(("", atom));
    digits(date, 8) && digits(time.strip_suffix('z').unwrap_or(time), 9)
}

/// True for `ann.lee@mail.example`.
fn is_mail(word: &str) -> bool {
    let is_name = |text: &str, more: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    let parts = word.split_once('@').and_then(|(name, host)| Some((name, host, host.rsplit_once('.')?.1)));
    parts.is_some_and(|(name, host, top)| {
        is_name(name, "._-+") && is_name(host, ".-") && top.len() >= 2 && top.bytes().all(|b| b.is_ascii_alphabetic())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_reads_is_plain_and_what_may_open_something_is_not() {
        for value in [
            "",
            "acme",
            "Acme Inc",
            "two",
            "7",
            "1796000000123",
            "1.2.3",
            "v2",
            "2026-11-28",
            "2026-11-28T08:31:18Z",
            "20261128T083118Z",
            "Sat, 28 Nov 2026 08:31:18 GMT",
            "en-US,en;q=0.9",
            "application/vnd.acme.v3+json",
            "*/*",
            "true",
            "no-cache",
            "MyApp/1.2.3-rc1",
            "Europe/Berlin",
            "ListTables",
            "PATCH",
            "read:user, write:org",
            "ann.b7@mail.example",
            "utf-8",
            "10.0.0.1",
        ] {
            assert!(is_plain(value), "{value}");
        }
        for value in [
            "hunter2",
            "s3cret",
            "p@ssword",
            "summer!",
            "a1b2c3",
            "hunter2@",
            "ab12-cd34",
            "kQzWnXpR",
            "4111111111111111",
            "{\"a\":1}",
            "ann:hunter2@mail.example",
            "pässwort",
            "correct horse7",
            "550e8400-e29b-41d4-a716-446655440000",
        ] {
            assert!(!is_plain(value), "{value}");
        }
    }

    #[test]
    fn what_a_sentence_says_of_a_secret_is_readable() {
        for word in [
            "wrong",
            "wrong.",
            "expired!",
            "not-yet-valid",
            "isn't",
            "größer",
            "密码错误",
            "8",
            "8-72",
            "30s",
            "2048bit",
            "1st",
            "null",
            "RS256",
        ] {
            assert!(is_readable(word), "{word}");
        }
        for word in ["hunter2", "hunter2.", "p@ssword", "summer!x", "Summer2025", "a1b2", "s3cret!", "123456x7", "päss1"] {
            assert!(!is_readable(word), "{word}");
        }
    }
}
