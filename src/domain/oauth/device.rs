//! The login on another device (RFC 8628).

use jiff::Timestamp;
use url::Url;

use super::answer::{TokenSet, members, read_tokens};
use crate::domain::response::Response;
use crate::domain::secrecy::quoted;

/// Seconds between two questions where the server names none (RFC 8628 section 3.2).
const INTERVAL: u64 = 5;
/// Seconds that `slow_down` adds (section 3.5).
const SLOWER: u64 = 5;
/// The most seconds between two questions: a server cannot make one wait for ever.
const LONGEST: u64 = 60;
/// Seconds that a code is good for where the server does not say it.
const LIFETIME: u64 = 600;

/// A code for the user to type on another device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceCode {
    /// What is asked with; a secret.
    pub device_code: String,
    /// What the user types.
    pub user_code: String,
    /// Where.
    pub verification_uri: String,
    /// The same with the code in it.
    pub complete_uri: Option<String>,
    /// Seconds until the next question.
    pub interval: u64,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// Reads the answer of the device authorization endpoint.
///
/// # Errors
/// Why there is no code in it, as a sentence.
pub fn read_device_code(answer: &Response, now: Timestamp) -> Result<DeviceCode, String> {
    let members = members(answer)?;
    let text = |name: &str| members.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).filter(|v| !v.is_empty());
    if let Some(error) = text("error") {
        let words = text("error_description").map_or_else(String::new, |words| format!(": {}", quoted(&words)));
        return Err(format!("The server answered {} with {}{words}", answer.status, quoted(&error)));
    }
    let needed = |name: &str| text(name).ok_or_else(|| format!("The answer ({}) has no {name}", answer.status));
    let seconds = |name: &str, usual: u64| text(name).and_then(|seconds| seconds.parse().ok()).unwrap_or(usual);
    let lifetime = i64::try_from(seconds("expires_in", LIFETIME)).unwrap_or(i64::MAX);
    let expires_at = Timestamp::from_second(now.as_second().saturating_add(lifetime)).unwrap_or(Timestamp::MAX);
    // An address of an older draft has another name.
    let verification_uri = text("verification_url").map_or_else(|| needed("verification_uri"), Ok)?;
    let is_web = |address: &str| Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
    if !is_web(&verification_uri) {
        return Err(format!("The address for the login is no address of the web: {}", quoted(&verification_uri)));
    }
    Ok(DeviceCode {
        device_code: needed("device_code")?,
        user_code: needed("user_code")?,
        verification_uri,
        complete_uri: text("verification_uri_complete").filter(|address| is_web(address)),
        interval: seconds("interval", INTERVAL).clamp(1, LONGEST),
        expires_at,
    })
}

/// What a question for the token was answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Poll {
    /// The tokens.
    Tokens(Box<TokenSet>),
    /// The user has not decided yet: ask again after so many seconds.
    Again(u64),
    /// There will be none; why, as a sentence.
    Ended(String),
}

/// Reads the answer to a question for the token; `interval` is the number of seconds that was waited for it.
pub fn read_poll(answer: &Response, now: Timestamp, interval: u64) -> Poll {
    let error = members(answer).ok().and_then(|all| all.into_iter().find(|(name, _)| name == "error")).map(|(_, error)| error);
    match error.as_deref() {
        Some("authorization_pending") => Poll::Again(interval),
        Some("slow_down") => Poll::Again((interval + SLOWER).min(LONGEST)),
        Some("expired_token") => Poll::Ended("The code has expired before the login was finished".into()),
        Some("access_denied") => Poll::Ended("The login was refused on the other device".into()),
        _ => read_tokens(answer, now).map_or_else(Poll::Ended, |tokens| Poll::Tokens(Box::new(tokens))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        Response { status, body: body.into(), ..Response::default() }
    }

    #[test]
    fn a_code_is_read_with_what_the_server_leaves_out() {
        let body = r#"{"device_code":"d","user_code":"AB-12","verification_uri":"https://h/device"}"#;
        let code = read_device_code(&answer(200, body), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((code.user_code.as_str(), code.interval, code.expires_at.as_second()), ("AB-12", 5, 600));
        let body = r#"{"device_code":"d","user_code":"1","verification_url":"https://h","interval":0,"expires_in":18446744073709551615}"#;
        let code = read_device_code(&answer(200, body), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((code.interval, code.expires_at), (1, Timestamp::MAX));
        let script = r#"{"device_code":"d","user_code":"1","verification_uri":"javascript:alert(1)"}"#;
        assert!(read_device_code(&answer(200, script), Timestamp::UNIX_EPOCH).unwrap_err().contains("no address of the web"));
        let why = read_device_code(&answer(200, r#"{"device_code":"d"}"#), Timestamp::UNIX_EPOCH).unwrap_err();
        assert!(why.contains("verification_uri"), "{why}");
    }

    #[test]
    fn a_question_is_repeated_until_the_user_has_decided() {
        let poll = |body: &str| read_poll(&answer(400, body), Timestamp::UNIX_EPOCH, 5);
        assert_eq!(poll(r#"{"error":"authorization_pending"}"#), Poll::Again(5));
        assert_eq!(poll(r#"{"error":"slow_down"}"#), Poll::Again(10));
        assert!(matches!(poll(r#"{"error":"expired_token"}"#), Poll::Ended(_)));
        assert!(matches!(poll("<html>"), Poll::Ended(_)));
        let got = read_poll(&answer(200, r#"{"access_token":"a"}"#), Timestamp::UNIX_EPOCH, 5);
        assert!(matches!(got, Poll::Tokens(tokens) if tokens.access_token == "a"));
    }
}
