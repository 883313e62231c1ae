//! Secrets in a request that leaves as text: replaced unless asked for.

use crate::domain::request::Request;
use crate::domain::secrecy;

/// The replacement for a secret.
pub const MASK: &str = "***";

/// The request with its credentials masked: schemes and names stay, so that the shape can still be read.
pub fn masked(request: &Request) -> Request {
    secrecy::replaced(request, MASK)
}

/// The first word of what should be a header, for a message; behind it a secret may be.
pub fn first_word(text: &str) -> String {
    match text.trim().split_once([' ', '\t', ';', '=', ',']) {
        Some((word, rest)) if !rest.is_empty() => secrecy::quoted(&format!("{word} …")),
        _ => secrecy::quoted(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_should_be_a_header_the_first_word_is_named() {
        for text in ["Authorization Bearer tulip", "Authorization;tulip", "Authorization=tulip", "Authorization\ttulip"] {
            assert_eq!(first_word(text), "Authorization …");
        }
        assert_eq!(first_word("Accept"), "Accept");
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
