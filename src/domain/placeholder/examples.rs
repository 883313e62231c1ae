//! Texts of examples: `your-api-key`, `changeme`.
/// An example's text without anything between its words.
const CHANGE_ME: &str = "changeme";

/// Parts of examples' texts: the first word and the rest, with `-` for what is between words; [`CHANGE_ME`] is one more.
pub(super) const EXAMPLES: [(&str, &str); 21] = [
    ("your", "token"),
    ("your", "api-key"),
    ("your", "apikey"),
    ("your", "access-token"),
    ("your", "jwt"),
    ("your", "secret"),
    ("your", "key"),
    ("your", "password"),
    ("my", "token"),
    ("api", "key-here"),
    ("token", "here"),
    ("insert", "token"),
    ("replace", "me"),
    ("replace", "with"),
    ("change", "me"),
    ("access", "token-here"),
    ("token", "goes-here"),
    ("paste", "token"),
    ("example", "token"),
    ("your", "bearer-token"),
    ("put", "your"),
];

/// True when a part of an example's text is anywhere in a text. Secrets are asked about on every key, and may be long:
/// only places where a word of an example ends are compared.
pub(super) fn is_example(text: &[u8]) -> bool {
    let is_around = |at: usize, (first, rest): &(&str, &str)| {
        let start = at.checked_sub(first.len()).and_then(|start| text.get(start..at));
        start.is_some_and(|start| begins(start, first, plain)) && begins(text.get(at + 1..).unwrap_or_default(), rest, plain)
    };
    let is_end =
        |at: &usize| matches!(text.get(at.wrapping_sub(1)).map(|b| b | 0x20), Some(b'r' | b'y' | b'i' | b's' | b't' | b'e' | b'n'));
    memchr::memchr3_iter(b'-', b'_', b'.', text)
        .chain(memchr::memchr_iter(b' ', text))
        .filter(is_end)
        .any(|at| EXAMPLES.iter().any(|example| is_around(at, example)))
        || text.len() >= CHANGE_ME.len()
            && memchr::memchr2_iter(b'c', b'C', text).any(|at| text.get(at..).is_some_and(|rest| begins(rest, CHANGE_ME, plain)))
}

/// A letter in lower case, with `_`, `.` and spaces as `-`.
pub(super) const fn plain(byte: u8) -> u8 {
    match byte {
        b'_' | b' ' | b'.' => b'-',
        _ => byte.to_ascii_lowercase(),
    }
}

/// True when a text begins with a word, byte by byte after `fold`.
pub(super) fn begins(text: &[u8], word: &str, fold: fn(u8) -> u8) -> bool {
    text.get(..word.len()).is_some_and(|head| head.iter().zip(word.bytes()).all(|(a, b)| fold(*a) == b))
}
