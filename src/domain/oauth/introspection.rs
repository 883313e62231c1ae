//! Asking an authorization server what it knows of a token (RFC 7662).

use jiff::Timestamp;
use serde_json::Value;

use super::OAuthConfig;
use super::discovery::object;
use super::request::Form;
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::token::claims::values;

/// What the server said of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introspection {
    /// The token that it was asked about.
    pub token: String,
    /// When it was asked.
    pub at: Timestamp,
    /// Whether the token is good. One that is not may be expired, revoked, or another server's: the answer does not tell which.
    pub is_active: bool,
    /// The scopes of the token, if the answer names them.
    pub scope: Option<String>,
    /// The audiences that the answer names.
    pub audience: Vec<String>,
    /// What else it says, as name and text, in its order.
    pub members: Vec<(String, String)>,
}

impl Introspection {
    /// The same with a change of all that the server wrote.
    #[must_use]
    pub fn map(self, change: impl Fn(&str) -> String) -> Self {
        Self {
            scope: self.scope.map(|scope| change(&scope)),
            audience: self.audience.iter().map(|one| change(one)).collect(),
            members: self.members.iter().map(|(name, value)| (change(name), change(value))).collect(),
            ..self
        }
    }
}

/// The question about a token, asked by the client of a configuration; `assertion` is the client's where it has one.
pub fn introspection_request(config: &OAuthConfig, endpoint: &str, token: &str, assertion: Option<&str>) -> Request {
    let mut form = Form::default();
    form.add("token", token);
    form.add("token_type_hint", "access_token");
    form.request(config, endpoint, assertion)
}

/// Bytes of an answer: what is said of a token is short.
const LONGEST_ANSWER: usize = 256 << 10;

/// Characters of a member that are kept.
const LONGEST_MEMBER: usize = 300;

/// Reads the answer about a token.
///
/// # Errors
/// Why it says nothing of the token, as the end of a sentence.
pub fn read_introspection(answer: &Response, token: &str, at: Timestamp) -> Result<Introspection, String> {
    if answer.status == 401 || answer.status == 403 {
        return Err(format!("the answer is {}: it wants to know who asks, and does not take this client", answer.status));
    }
    if answer.body.len() > LONGEST_ANSWER {
        return Err(format!("the answer has {} bytes, far more than one about a token", answer.body.len()));
    }
    let members = object(answer)?;
    let is_active = members.get("active").and_then(Value::as_bool).ok_or("the answer has no member active that is true or false")?;
    let text = |value: &Value| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_string);
        if text.chars().nth(LONGEST_MEMBER).is_none() { text } else { text.chars().take(LONGEST_MEMBER).chain(['…']).collect() }
    };
    Ok(Introspection {
        token: token.to_string(),
        at,
        is_active,
        scope: members.get("scope").map(|scope| values(scope).join(" ")),
        audience: members.get("aud").map(values).unwrap_or_default(),
        members: members.iter().filter(|(name, _)| *name != "active").map(|(name, value)| (name.clone(), text(value))).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::oauth::ClientAuth;

    fn read(status: u16, body: &str) -> Result<Introspection, String> {
        read_introspection(&Response { status, body: body.into(), ..Response::default() }, "t", Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn the_question_has_the_token_and_says_who_asks() {
        let config = OAuthConfig {
            client_id: "cli".into(),
            client_secret: "s".into(),
            client_auth: ClientAuth::Body,
            scope: "not sent".into(),
            ..OAuthConfig::default()
        };
        let request = introspection_request(&config, "https://login.example/introspect", "a+b", None);
        assert_eq!((request.method.as_str(), request.url.as_str()), ("POST", "https://login.example/introspect"));
        assert_eq!(request.body.to_string(), "token=a%2Bb&token_type_hint=access_token&client_id=cli&client_secret=s");
        let nobody = OAuthConfig { client_auth: ClientAuth::None, ..OAuthConfig::default() };
        assert!(!introspection_request(&nobody, "https://l/i", "t", None).headers.has("authorization"));
    }

    #[test]
    fn an_answer_says_whether_the_token_is_good_and_what_it_is_for() {
        let told = read(200, r#"{"active":true,"scope":"read write","aud":["a","b"],"exp":5,"username":"ann"}"#).unwrap();
        assert!(told.is_active);
        assert_eq!((told.scope.as_deref(), told.audience), (Some("read write"), vec!["a".to_string(), "b".to_string()]));
        assert!(told.members.contains(&("exp".into(), "5".into())));
        let told = read(200, r#"{"active":false}"#).unwrap();
        assert_eq!((told.is_active, told.scope, told.members), (false, None, Vec::new()));
    }

    #[test]
    fn what_says_nothing_of_the_token_is_told_as_what_it_is() {
        for (status, body, told) in [
            (401, "{}", "does not take this client"),
            (404, "", "the answer is 404"),
            (200, "<html>", "no JSON object"),
            (200, "{}", "no member active"),
            (200, r#"{"active":"yes"}"#, "no member active"),
            (200, &" ".repeat(LONGEST_ANSWER + 1), "far more than one about a token"),
        ] {
            let why = read(status, body).unwrap_err();
            assert!(why.contains(told), "{body}: {why}");
        }
    }
}
