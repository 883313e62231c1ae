//! Texts that stand where a credential should: variables that were not filled in, examples, stand-ins.

/// Words for what kind of placeholder a text is, if it is one.
pub fn placeholder(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    if text.is_empty() {
        return None;
    }
    if [
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
    ]
    .contains(&lower.as_str())
        || lower.contains("[object ")
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
    if text.starts_with('<') && text.ends_with('>') && text.len() > 2
        || text.starts_with('[') && text.ends_with(']') && is_name(&text[1..text.len() - 1].replace([' ', '-'], "_"))
    {
        return Some("a placeholder copied from an example");
    }
    let plain: String = lower.chars().map(|c| if matches!(c, '-' | '_' | ' ' | '.') { '-' } else { c }).collect();
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
    if EXAMPLES.iter().any(|e| plain.contains(e)) {
        return Some("example text, copied unchanged");
    }
    if ["token", "access-token", "api-key", "apikey", "jwt", "bearer", "xxx", "xxxx", "xxxxx", "xxxxxxxx", "***", "****", "********", "..."]
        .contains(&plain.as_str())
        || (text.len() >= 3
            && (text.chars().all(|c| c == '*') || text.chars().all(|c| c == 'x' || c == 'X') || text.chars().all(|c| c == '•')))
    {
        return Some("a placeholder, not a real value");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::placeholder;

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
