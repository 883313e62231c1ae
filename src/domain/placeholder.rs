//! Texts in the place of a credential: variables that were not filled in, examples, stand-ins.

/// Words for what kind of placeholder a text is, if it is one.
pub fn placeholder(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    const NOTHING: [&str; 13] = [
        "undefined",
        "null",
        "none",
        "nil",
        "nan",
        "[object object]",
        "[object promise]",
        "(null)",
        "<nil>",
        "<null>",
        "function()",
        "true",
        "false",
    ];
    if NOTHING.iter().any(|word| text.eq_ignore_ascii_case(word))
        || text
            .match_indices('[')
            .any(|(at, _)| begins(text.as_bytes().get(at..).unwrap_or_default(), "[object ", |b| b.to_ascii_lowercase()))
    {
        return Some("what a program prints for a variable without a usable value");
    }
    if text.contains("{{") && text.contains("}}") || text.contains("${") && text.contains('}') || text.starts_with("$(") {
        return Some("a variable that was not filled in");
    }
    let is_name = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':'));
    if text.strip_prefix('$').is_some_and(|t| is_name(t) && t.chars().any(|c| c.is_ascii_alphabetic()))
        || text.strip_prefix('%').and_then(|t| t.strip_suffix('%')).is_some_and(is_name)
        || text.strip_prefix('{').and_then(|t| t.strip_suffix('}')).is_some_and(|t| is_name(t) && !t.contains(':'))
        || text.starts_with("process.env.")
        || text.starts_with("os.environ")
    {
        return Some("a variable that was not filled in");
    }
    // A real token in brackets is not a placeholder.
    if text.starts_with('<') && text.ends_with('>') && text.len() > 2 && !text.starts_with("<eyJ")
        || text.starts_with('[')
            && text.ends_with(']')
            && is_name(&text[1..text.len() - 1].replace([' ', '-'], "_"))
            && !text.starts_with("[eyJ")
    {
        return Some("a placeholder copied from an example");
    }
    if is_example(text.as_bytes()) {
        return Some("example text, copied unchanged");
    }
    const STAND_INS: [&str; 14] = [
        "token",
        "access-token",
        "api-key",
        "apikey",
        "jwt",
        "bearer",
        "xxx",
        "xxxx",
        "xxxxx",
        "xxxxxxxx",
        "***",
        "****",
        "********",
        "...",
    ];
    if STAND_INS.iter().any(|word| text.len() == word.len() && begins(text.as_bytes(), word, plain))
        || (text.len() >= 3
            && (text.chars().all(|c| c == '*') || text.chars().all(|c| c == 'x' || c == 'X') || text.chars().all(|c| c == '•')))
    {
        return Some("a placeholder, not a real value");
    }
    None
}

/// Parts of examples' texts, with `-` for what is between words; `changeme` is one more.
const EXAMPLES: [&str; 21] = [
    "your-token",
    "your-api-key",
    "your-apikey",
    "your-access-token",
    "your-jwt",
    "your-secret",
    "your-key",
    "your-password",
    "my-token",
    "api-key-here",
    "token-here",
    "insert-token",
    "replace-me",
    "replace-with",
    "change-me",
    "access-token-here",
    "token-goes-here",
    "paste-token",
    "example-token",
    "your-bearer-token",
    "put-your",
];

/// True when a part of an example's text is anywhere in a text. Secrets are asked about on every key, and may be long:
/// only places where a word of an example ends are compared.
fn is_example(text: &[u8]) -> bool {
    let before = |at: usize, word: &str| {
        let length = word.find('-').unwrap_or(0);
        at.checked_sub(length).and_then(|start| text.get(start..)).is_some_and(|rest| begins(rest, word, plain))
    };
    let is_end =
        |at: &usize| matches!(text.get(at.wrapping_sub(1)).map(|b| b | 0x20), Some(b'r' | b'y' | b'i' | b's' | b't' | b'e' | b'n'));
    memchr::memchr3_iter(b'-', b'_', b'.', text)
        .chain(memchr::memchr_iter(b' ', text))
        .filter(is_end)
        .any(|at| EXAMPLES.iter().any(|example| before(at, example)))
        || memchr::memchr2_iter(b'c', b'C', text).any(|at| text.get(at..).is_some_and(|rest| begins(rest, "changeme", plain)))
}

/// A letter in lower case, with `_`, `.` and spaces as `-`.
const fn plain(byte: u8) -> u8 {
    match byte {
        b'_' | b' ' | b'.' => b'-',
        _ => byte.to_ascii_lowercase(),
    }
}

/// True when a text begins with a word, byte by byte after `fold`.
fn begins(text: &[u8], word: &str, fold: fn(u8) -> u8) -> bool {
    text.get(..word.len()).is_some_and(|head| head.iter().zip(word.bytes()).all(|(a, b)| fold(*a) == b))
}

#[cfg(test)]
mod tests {
    use super::placeholder;

    #[test]
    fn every_example_is_known_anywhere() {
        for example in super::EXAMPLES {
            assert!(placeholder(&format!("abc.{}1", example.replace('-', "_").to_uppercase())).is_some(), "{example}");
        }
    }

    #[test]
    fn what_is_and_what_is_not() {
        for text in [
            "undefined",
            "null",
            "[object Object]",
            "$TOKEN",
            "${TOKEN}",
            "{{token}}",
            "<token>",
            "YOUR_API_KEY",
            "your-access-token",
            "%TOKEN%",
            "$(cat t)",
            "****",
        ] {
            assert!(placeholder(text).is_some(), "{text}");
        }
        for text in
            ["Vq7-lemon", "abc", "k@te pw", "p$ss", "$2b$10$abc/def", "secret", "password", "{\"a\":1}", "100%sure%", "eyJhbGciOi.a.b"]
        {
            assert!(placeholder(text).is_none(), "{text}");
        }
    }
}
