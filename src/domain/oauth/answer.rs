//! What a token endpoint answers (RFC 6749 section 5).

use jiff::Timestamp;
use serde_json::Value;
use url::form_urlencoded;

use crate::domain::response::Response;
use crate::domain::secrecy::quoted;

/// Tokens that were obtained.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenSet {
    /// The access token.
    pub access_token: String,
    /// The ID token (OpenID Connect).
    pub id_token: Option<String>,
    /// What the next one is obtained by.
    pub refresh_token: Option<String>,
    /// The scheme that it is sent under, `Bearer` unless the answer says otherwise.
    pub token_type: String,
    /// The scopes that were granted, if the answer names them.
    pub scope: Option<String>,
    /// Seconds that it is good for, counted from `obtained_at`.
    pub expires_in: Option<i64>,
    /// When it was obtained.
    pub obtained_at: Timestamp,
}

impl TokenSet {
    /// True once it has expired by what the answer said of it.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_in.is_some_and(|seconds| self.obtained_at.as_second().saturating_add(seconds) <= now.as_second())
    }

    /// Why a token cannot be put into a request, as the end of a sentence about the tokens.
    pub fn fault(&self) -> Option<String> {
        let tokens = [("access_token", Some(&self.access_token)), ("id_token", self.id_token.as_ref())];
        let of_tokens = tokens.into_iter().find_map(|(name, token)| Some(format!("{name}: {}", unusable(token?)?)));
        let is_life = |seconds: i64| (0..=LONGEST_LIFE).contains(&seconds);
        of_tokens
            .or_else(|| (!is_word(&self.token_type)).then(|| "token_type is no word".to_string()))
            .or_else(|| (!self.expires_in.is_none_or(is_life)).then(|| "expires_in is no number of seconds that a token lives".to_string()))
    }
}

/// Reads the answer of a token endpoint.
///
/// # Errors
/// Why there is no token in it, as a sentence: what the server says, or what the answer is in the place of a token.
pub fn read_tokens(answer: &Response, now: Timestamp) -> Result<TokenSet, String> {
    let members = members(answer)?;
    let text = |name: &str| members.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).filter(|v| !v.is_empty());
    if let Some(error) = text("error") {
        let description = text("error_description").map_or_else(String::new, |words| format!(": {}", quoted(&words)));
        return Err(format!("The server answered {} with {}{description}", answer.status, quoted(&error)));
    }
    if !answer.is_success() {
        return Err(format!("The server answered {} and gives no reason", answer.status));
    }
    let access_token = text("access_token").ok_or_else(|| format!("The answer ({}) has no access_token", answer.status))?;
    for (name, value) in [("access_token", Some(&access_token)), ("id_token", text("id_token").as_ref())] {
        if let Some(value) = value
            && let Some(why) = unusable(value)
        {
            return Err(format!("The {name} of the answer is not used: {why}"));
        }
    }
    let bearer = |kind: String| if kind.eq_ignore_ascii_case("bearer") { "Bearer".to_string() } else { kind };
    Ok(TokenSet {
        access_token,
        id_token: text("id_token"),
        refresh_token: text("refresh_token"),
        token_type: text("token_type").filter(|kind| is_word(kind)).map_or_else(|| "Bearer".into(), bearer),
        scope: text("scope"),
        // Some servers write the number as a text.
        expires_in: text("expires_in").and_then(|seconds| seconds.parse().ok()).filter(|seconds| (0..=LONGEST_LIFE).contains(seconds)),
        obtained_at: now,
    })
}

/// True for the answer that a refresh token, or what else was given for a token, is not valid any more.
pub fn refuses_grant(answer: &Response) -> bool {
    let is_it = |(name, value): &(String, String)| name == "error" && value == "invalid_grant";
    !answer.is_success() && members(answer).is_ok_and(|members| members.iter().any(is_it))
}

/// Longer lives, in seconds, are a mistake: a hundred years.
const LONGEST_LIFE: i64 = 3_155_760_000;

/// Why a token cannot be put into a request: it would be more than a token there.
fn unusable(token: &str) -> Option<&'static str> {
    if token.contains("{{") {
        return Some("it has {{ in it, which your own values would fill");
    }
    // RFC 6749 appendix A.12: visible characters of ASCII.
    let is_visible = |c: char| c.is_ascii_graphic();
    (!token.chars().all(is_visible)).then_some("it has characters that no token has")
}

fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// The members of the answer: a JSON object, or the form that some servers send in its place.
pub(super) fn members(answer: &Response) -> Result<Vec<(String, String)>, String> {
    let body = answer.body.trim();
    let media_type = answer.headers.get("content-type").unwrap_or_default().to_ascii_lowercase();
    if media_type.starts_with("application/x-www-form-urlencoded") {
        return Ok(form_urlencoded::parse(body.as_bytes()).into_owned().collect());
    }
    match serde_json::from_str(body) {
        Ok(Value::Object(members)) => Ok(members.into_iter().filter_map(|(name, value)| Some((name, text_of(&value)?))).collect()),
        _ if answer.status >= 300 && answer.status < 400 => Err(format!(
            "The server answered {} and redirects to {}; a token request is not sent on, because it has the client's secret",
            answer.status,
            quoted(answer.headers.get("location").unwrap_or("nowhere"))
        )),
        _ => {
            let what = match body {
                "" => "an empty body",
                _ if media_type.contains("html") || body.starts_with('<') => "a web page",
                _ => "something other than JSON",
            };
            Err(format!("The server answered {} with {what}: this is hardly the token endpoint", answer.status))
        }
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, media_type: &str, body: &str) -> Result<TokenSet, String> {
        let headers = [("Content-Type", media_type), ("Location", "/login")].into_iter().collect();
        read_tokens(&Response { status, headers, body: body.into(), ..Response::default() }, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn tokens_are_read_from_json_and_from_a_form() {
        let json = r#"{"access_token":"a1","token_type":"bearer","expires_in":"3600","refresh_token":"r1","scope":"x y"}"#;
        let set = read(200, "application/json", json).unwrap();
        assert_eq!((set.access_token.as_str(), set.token_type.as_str(), set.expires_in), ("a1", "Bearer", Some(3600)));
        assert_eq!((set.refresh_token.as_deref(), set.scope.as_deref(), set.id_token.as_deref()), (Some("r1"), Some("x y"), None));
        let form = read(200, "application/x-www-form-urlencoded; charset=utf-8", "access_token=gho_1&token_type=DPoP&scope=repo%2Cuser");
        assert_eq!(
            form.map(|set| (set.access_token, set.token_type, set.scope)).unwrap(),
            ("gho_1".into(), "DPoP".into(), Some("repo,user".into()))
        );
        assert!(set.is_expired("1970-01-01T01:00:00Z".parse().unwrap()));
        let set = read(200, "", r#"{"access_token":"a","expires_in":3600}"#).unwrap();
        assert!(!set.is_expired("1970-01-01T00:59:59Z".parse().unwrap()));
    }

    #[test]
    fn what_is_no_token_is_told_as_what_it_is() {
        for (status, media_type, body, told) in [
            (400, "application/json", r#"{"error":"invalid_client","error_description":"bad secret"}"#, "invalid_client: bad secret"),
            (200, "application/json", r#"{"error":"bad_verification_code"}"#, "bad_verification_code"),
            (200, "text/html", "<html>Log in", "a web page"),
            (302, "text/html", "", "redirects to /login"),
            (200, "application/json", "", "an empty body"),
            (200, "application/json", "[]", "something other than JSON"),
            (200, "application/json", "{}", "no access_token"),
            (500, "application/json", "{}", "500 and gives no reason"),
            (200, "application/json", r#"{"access_token":"{{client_secret}}"}"#, "your own values"),
            (200, "application/json", "{\"access_token\":\"a\\r\\nHost: x\"}", "characters that no token has"),
            (200, "application/json", r#"{"access_token":"a b"}"#, "characters that no token has"),
        ] {
            let why = read(status, media_type, body).unwrap_err();
            assert!(why.contains(told), "{body}: {why}");
        }
    }
}
