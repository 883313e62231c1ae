//! Secrets in a request that leaves as text: replaced unless asked for.

use crate::domain::request::Request;
use crate::domain::secrecy;

pub use crate::domain::secrecy::MASK;

/// The request with its credentials masked: schemes and names stay, so that the shape can still be read.
pub fn masked(request: &Request) -> Request {
    secrecy::replaced(request, MASK)
}

/// The name at the beginning of what should be a header, for a message; behind it a secret may be, and what does not look like a name
/// may be one.
pub fn first_word(text: &str) -> String {
    let text = text.trim();
    let name = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))).next().unwrap_or_default();
    let is_whole = name.len() == text.len();
    match () {
        () if name.is_empty() || is_whole && name.contains(|c: char| c.is_ascii_digit()) => "…".into(),
        () if is_whole => secrecy::quoted(name),
        () => secrecy::quoted(&format!("{name} …")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_should_be_a_header_the_first_word_is_named() {
        for text in [
            "Authorization Bearer tulip",
            "Authorization;tulip",
            "Authorization=tulip",
            "Authorization\ttulip",
            "Authorization：tulip",
            "Authorization|tulip",
        ] {
            assert_eq!(first_word(text), "Authorization …");
        }
        assert_eq!(first_word("Accept"), "Accept");
        assert_eq!(first_word("Tulip7"), "…");
    }

    #[test]
    fn no_credential_is_left_and_the_shape_is() {
        let request = Request {
            method: "POST".into(),
            url: "https://ann:CANARY@h/p?access_token=CANARY&page=2".into(),
            headers: [("Authorization", "Bearer CANARY"), ("Cookie", "a=CANARY; b=CANARY"), ("X-API-Key", "CANARY"), ("Accept", "x")]
                .into_iter()
                .collect(),
            body: "{\"user\":\"ann\",\"password\":\"CANARY\"}".into(),
            ..Request::default()
        };
        let out = masked(&request);
        assert!(!format!("{out:?}").contains("CANARY"), "{out:?}");
        assert_eq!(out.url, "https://ann:***@h/p?access_token=***&page=2");
        assert_eq!(out.headers.get("cookie"), Some("a=***; b=***"));
        assert_eq!(out.body, "{\"user\":\"ann\",\"password\":\"***\"}");
    }
}
