//! Tokens as they are kept between sessions: JSON that says which configuration they belong to.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::variables::tokens::TokenKey;
use crate::domain::limits::MAX_KEPT_TOKENS;
use crate::domain::oauth::TokenSet;

/// The form of what is written. An unknown one is not read.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Kept {
    version: u32,
    id: String,
    environment: String,
    token_url: String,
    client_id: String,
    /// Empty once it was refused or has expired.
    access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    token_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<i64>,
    /// Seconds since 1970.
    obtained_at: i64,
}

/// The name that the tokens of a configuration are kept under.
pub fn name(key: &TokenKey) -> String {
    let TokenKey { environment, id, token_url, client_id } = key;
    let place = if environment.is_empty() { String::new() } else { format!(" in {environment}") };
    format!("{id}{place}, {client_id} at {token_url}")
}

/// The text that is kept.
pub fn write(key: &TokenKey, tokens: &TokenSet) -> String {
    let kept = Kept {
        version: VERSION,
        id: key.id.clone(),
        environment: key.environment.clone(),
        token_url: key.token_url.clone(),
        client_id: key.client_id.clone(),
        access_token: tokens.access_token.clone(),
        id_token: tokens.id_token.clone(),
        refresh_token: tokens.refresh_token.clone(),
        token_type: tokens.token_type.clone(),
        scope: tokens.scope.clone(),
        expires_in: tokens.expires_in,
        obtained_at: tokens.obtained_at.as_second(),
    };
    serde_json::to_string(&kept).unwrap_or_default()
}

/// What becomes of a text that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It stays.
    Stay,
    /// It is of no more use.
    Delete,
    /// This is written in its place.
    Replace(String),
}

/// What becomes of the tokens that are kept for a configuration once one of them was refused, else of expired ones. Another session
/// may have written newer ones meanwhile: they stay.
pub fn without(text: &str, key: &TokenKey, refused: Option<&str>, now: Timestamp) -> Change {
    let Ok(kept) = serde_json::from_str::<Kept>(text) else { return Change::Stay };
    let (access, refresh) = (kept.access_token.clone(), kept.refresh_token.clone());
    let Ok(left) = read(text, key, now) else { return Change::Stay };
    let Some(mut left) = left else { return if kept.belongs_to(key) { Change::Delete } else { Change::Stay } };
    if refused.is_some() && refresh.as_deref() == refused {
        return Change::Delete;
    }
    if refused == Some(access.as_str()) {
        left.access_token.clear();
        left.id_token = None;
    }
    match left.access_token == access {
        true => Change::Stay,
        false if left.refresh_token.is_none() => Change::Delete,
        false => Change::Replace(write(key, &left)),
    }
}

impl Kept {
    fn belongs_to(&self, key: &TokenKey) -> bool {
        (&self.id, &self.environment, &self.token_url, &self.client_id) == (&key.id, &key.environment, &key.token_url, &key.client_id)
    }
}

/// What is still good of the tokens that were kept for a configuration; `None` where that is nothing, or they are another one's.
/// Without an access token there is a refresh token.
///
/// # Errors
/// Why they cannot be used, as the end of a sentence.
pub fn read(text: &str, key: &TokenKey, now: Timestamp) -> Result<Option<TokenSet>, String> {
    if text.len() > MAX_KEPT_TOKENS {
        return Err(format!("they are longer than {} KiB", MAX_KEPT_TOKENS >> 10));
    }
    // What serde says of it may repeat a secret.
    let kept: Kept = serde_json::from_str(text).map_err(|_| "they are not in the form that authtui writes")?;
    if kept.version != VERSION {
        return Err("another version of authtui wrote them".into());
    }
    if !kept.belongs_to(key) {
        return Ok(None);
    }
    let obtained_at = Timestamp::from_second(kept.obtained_at).ok().filter(|moment| *moment <= now);
    let obtained_at = obtained_at.ok_or("they are from the future")?;
    let mut tokens = TokenSet {
        access_token: kept.access_token,
        id_token: kept.id_token,
        refresh_token: kept.refresh_token.filter(|token| !token.is_empty()),
        token_type: kept.token_type,
        scope: kept.scope,
        expires_in: kept.expires_in,
        obtained_at,
    };
    if let Some(fault) = tokens.fault() {
        return Err(fault);
    }
    if tokens.is_expired(now) {
        tokens.access_token.clear();
        tokens.id_token = None;
    }
    Ok(Some(tokens).filter(|tokens| !tokens.access_token.is_empty() || tokens.refresh_token.is_some()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> TokenKey {
        let [environment, id, token_url, client_id] = ["dev", "main", "https://login.example/token", "cli"].map(String::from);
        TokenKey { environment, id, token_url, client_id }
    }

    fn now() -> Timestamp {
        "2026-11-23T07:22:41Z".parse().expect("a moment")
    }

    fn tokens() -> TokenSet {
        TokenSet {
            access_token: "new-t0k".into(),
            refresh_token: Some("again".into()),
            token_type: "Bearer".into(),
            expires_in: Some(300),
            obtained_at: now(),
            ..TokenSet::default()
        }
    }

    #[test]
    fn what_is_kept_is_read_again_by_its_configuration_alone() {
        let text = write(&key(), &tokens());
        assert_eq!(read(&text, &key(), now()), Ok(Some(tokens())));
        for other in [
            TokenKey { environment: "prod".into(), ..key() },
            TokenKey { token_url: "https://evil.example/token".into(), ..key() },
            TokenKey { client_id: "other".into(), ..key() },
        ] {
            assert_eq!(read(&text, &other, now()), Ok(None), "{other:?}");
        }
    }

    #[test]
    fn of_an_expired_token_the_refresh_token_is_left() {
        let later = now() + jiff::SignedDuration::from_secs(301);
        let left = read(&write(&key(), &tokens()), &key(), later).expect("tokens").expect("some");
        assert_eq!((left.access_token.as_str(), left.refresh_token.as_deref()), ("", Some("again")));
        let alone = TokenSet { refresh_token: None, ..tokens() };
        assert_eq!(read(&write(&key(), &alone), &key(), later), Ok(None));
    }

    #[test]
    fn what_is_refused_is_dropped_and_newer_ones_stay() {
        let text = write(&key(), &tokens());
        let without = |text: &str, refused| without(text, &key(), refused, now());
        assert_eq!(without(&text, Some("again")), Change::Delete);
        assert_eq!(without(&text, Some("older")), Change::Stay);
        assert_eq!(without(&text, None), Change::Stay);
        let Change::Replace(left) = without(&text, Some("new-t0k")) else { panic!("the refresh token is left") };
        let left = read(&left, &key(), now()).expect("tokens").expect("some");
        assert_eq!((left.access_token.as_str(), left.refresh_token.as_deref()), ("", Some("again")));
        let alone = write(&key(), &TokenSet { refresh_token: None, ..tokens() });
        assert_eq!(without(&alone, Some("new-t0k")), Change::Delete);
        let expired = write(&key(), &TokenSet { refresh_token: None, expires_in: Some(0), ..tokens() });
        assert_eq!(without(&expired, None), Change::Delete);
        assert_eq!(without("s3cret", None), Change::Stay);
        let other = write(&TokenKey { client_id: "other".into(), ..key() }, &tokens());
        assert_eq!(without(&other, Some("again")), Change::Stay);
    }

    #[test]
    fn what_is_broken_or_hostile_is_said_without_its_words() {
        let hostile = |change: fn(&mut TokenSet)| {
            let mut tokens = tokens();
            change(&mut tokens);
            write(&key(), &tokens)
        };
        for (text, said) in [
            (String::new(), "not in the form"),
            ("s3cret".into(), "not in the form"),
            (write(&key(), &tokens()).replace("\"version\":1", "\"version\":2"), "another version"),
            ("x".repeat(MAX_KEPT_TOKENS + 1), "longer than"),
            (hostile(|t| t.access_token = "s3cret\r\nX-Evil: 1".into()), "no token has"),
            (hostile(|t| t.access_token = "{{s3cret}}".into()), "{{"),
            (hostile(|t| t.id_token = Some("s3cret ".into())), "id_token"),
            (hostile(|t| t.token_type = "Bearer s3cret".into()), "token_type"),
            (hostile(|t| t.expires_in = Some(i64::MAX)), "expires_in"),
            (hostile(|t| t.obtained_at = Timestamp::MAX), "future"),
        ] {
            let why = read(&text, &key(), now()).expect_err(said);
            assert!(why.contains(said) && !why.contains("s3cret"), "{why}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in "\\PC{0,60}|\\{\"version\":1[ -~]{0,60}\\}") {
            let _ = read(&text, &key(), now());
        }
    }
}
