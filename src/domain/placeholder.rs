//! Texts that stand where a credential should: variables that were not filled in, examples, stand-ins.

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
        || text.match_indices('[').any(|(at, _)| begins(text.as_bytes().get(at..).unwrap_or_default(), "[object ", |b| b.to_ascii_lowercase()))
    {
        return Some("what a program writes when a variable holds nothing");
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
    if text.starts_with('<') && text.ends_with('>') && text.len() > 2
        || text.starts_with('[') && text.ends_with(']') && is_name(&text[1..text.len() - 1].replace([' ', '-'], "_"))
    {
        return Some("a place to be filled in, copied from an example");
    }
    // Most places of a long token are passed over after one look: secrets are asked about on every key.
    let places = text.as_bytes().windows(2).enumerate().filter(|(_, pair)| {
        let [a, b] = [0, 1].map(|i| pair.get(i).map_or(0, |b: &u8| b | 0x20));
        matches!(
            (a, b),
            (b'y', b'o') | (b'm', b'y') | (b'a' | b'e', b'p' | b'c' | b'x') | (b't', b'o') | (b'i', b'n') | (b'r', b'e') | (b'c', b'h') | (b'p', b'a' | b'u')
        )
    });
    let rests = places.filter_map(|(at, _)| text.as_bytes().get(at..));
    if rests.into_iter().any(|rest| EXAMPLES.iter().any(|example| begins(rest, example, plain))) {
        return Some("an example's text, copied as it stands");
    }
    const STAND_INS: [&str; 14] =
        ["token", "access-token", "api-key", "apikey", "jwt", "bearer", "xxx", "xxxx", "xxxxx", "xxxxxxxx", "***", "****", "********", "..."];
    if STAND_INS.iter().any(|word| text.len() == word.len() && begins(text.as_bytes(), word, plain))
        || (text.len() >= 3
            && (text.chars().all(|c| c == '*') || text.chars().all(|c| c == 'x' || c == 'X') || text.chars().all(|c| c == '•')))
    {
        return Some("a stand-in, not a value");
    }
    None
}

/// Parts of examples' texts, with `-` for what stands between words.
const EXAMPLES: [&str; 22] = [
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
    "changeme",
    "change-me",
    "access-token-here",
    "token-goes-here",
    "paste-token",
    "example-token",
    "your-bearer-token",
    "put-your",
];

/// A letter in lower case, with `_`, `.` and blanks as `-`.
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
