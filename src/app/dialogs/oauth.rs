//! The form for how a token is obtained. It becomes a directive of the request.

use serde_json::Value;

use crate::app::editor::Editor;
use crate::domain::json::Object;
use crate::domain::oauth::Grant;

/// The grants that the form offers, the usual one first.
const GRANTS: [Grant; 5] = [Grant::ClientCredentials, Grant::AuthorizationCode, Grant::DeviceCode, Grant::RefreshToken, Grant::Password];

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OAuthField {
    TokenUrl,
    AuthUrl,
    DeviceUrl,
    ClientId,
    ClientSecret,
    Username,
    Password,
    RefreshToken,
    Scope,
    Audience,
}

impl OAuthField {
    const ALL: [Self; 10] = [
        Self::TokenUrl,
        Self::AuthUrl,
        Self::DeviceUrl,
        Self::ClientId,
        Self::ClientSecret,
        Self::Username,
        Self::Password,
        Self::RefreshToken,
        Self::Scope,
        Self::Audience,
    ];

    /// What it is called, and what is typed into it.
    pub const fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::TokenUrl => ("token URL", "https://login.example/oauth/token"),
            Self::AuthUrl => ("login URL", "https://login.example/authorize"),
            Self::DeviceUrl => ("device URL", "https://login.example/device/code"),
            Self::ClientId => ("client ID", "the name of the client at that server"),
            Self::ClientSecret => ("client secret", "{{client_secret}}: it is saved with the request; empty for none"),
            Self::Username => ("user name", "a name, or {{variable}}"),
            Self::Password => ("password", "{{password}}: it is saved with the request"),
            Self::RefreshToken => ("refresh token", "{{refresh_token}}: it is saved with the request"),
            Self::Scope => ("scope", "separate with spaces; may be empty"),
            Self::Audience => ("audience", "the API, where the server asks for it"),
        }
    }

    /// Its name in the directive.
    const fn name(self) -> &'static str {
        match self {
            Self::TokenUrl => "token_url",
            Self::AuthUrl => "auth_url",
            Self::DeviceUrl => "device_auth_url",
            Self::ClientId => "client_id",
            Self::ClientSecret => "client_secret",
            Self::Username => "username",
            Self::Password => "password",
            Self::RefreshToken => "refresh_token",
            Self::Scope => "scope",
            Self::Audience => "audience",
        }
    }

    /// True if what is typed is masked.
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::ClientSecret | Self::Password | Self::RefreshToken)
    }

    /// True for a grant that needs it, or may.
    const fn is_for(self, grant: Grant) -> bool {
        match self {
            Self::TokenUrl | Self::ClientId | Self::ClientSecret | Self::Scope | Self::Audience => true,
            Self::AuthUrl => matches!(grant, Grant::AuthorizationCode),
            Self::DeviceUrl => matches!(grant, Grant::DeviceCode),
            Self::Username | Self::Password => matches!(grant, Grant::Password),
            Self::RefreshToken => matches!(grant, Grant::RefreshToken),
        }
    }
}

/// The open form.
#[derive(Clone, Debug)]
pub struct OAuthForm {
    /// The chosen grant.
    pub grant: Grant,
    /// What is typed in the fields of all grants.
    values: Vec<(OAuthField, Editor)>,
    /// The focused row: 0 is the grant, then its fields.
    pub chosen: usize,
}

impl OAuthForm {
    /// A form with what the claims of the older token say.
    pub fn new(claims: Option<&Object>) -> Self {
        let text = |names: &[&str]| {
            let value = names.iter().find_map(|name| claims?.get(name));
            let text = match value {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
                _ => String::new(),
            };
            // Somebody else wrote the token: what would be more than a name is left out.
            let is_more = text.contains("{{") || text.contains(['"', '\'']) || text.contains(char::is_control);
            if is_more { String::new() } else { text }
        };
        let known = |field: OAuthField| match field {
            OAuthField::ClientId => text(&["azp", "client_id", "appid", "cid"]),
            OAuthField::Scope => text(&["scope", "scp"]),
            OAuthField::ClientSecret => "{{client_secret}}".into(),
            OAuthField::Password => "{{password}}".into(),
            OAuthField::RefreshToken => "{{refresh_token}}".into(),
            _ => String::new(),
        };
        let values = OAuthField::ALL.into_iter().map(|field| (field, Editor::line(known(field))));
        Self { grant: Grant::ClientCredentials, values: values.collect(), chosen: 1 }
    }

    /// The fields of the chosen grant with what is typed in them.
    pub fn fields(&self) -> impl Iterator<Item = (OAuthField, &Editor)> {
        self.values.iter().filter(|(field, _)| field.is_for(self.grant)).map(|(field, editor)| (*field, editor))
    }

    /// The focused field; `None` for the grant.
    pub fn field_mut(&mut self) -> Option<&mut Editor> {
        let grant = self.grant;
        let index = self.chosen.checked_sub(1)?;
        self.values.iter_mut().filter(|(field, _)| field.is_for(grant)).nth(index).map(|(_, editor)| editor)
    }

    /// Puts a text into a field.
    pub fn set(&mut self, field: OAuthField, text: &str) {
        if let Some((_, editor)) = self.values.iter_mut().find(|(known, _)| *known == field) {
            *editor = Editor::line(text);
        }
    }

    /// Moves the focus, wrapping at both ends.
    pub fn step(&mut self, by: isize) {
        let count = self.fields().count() as isize + 1;
        self.chosen = (self.chosen as isize + by).rem_euclid(count) as usize;
    }

    /// Chooses the next grant, or the one before.
    pub fn step_kind(&mut self, by: isize) {
        let at = GRANTS.iter().position(|grant| *grant == self.grant).unwrap_or_default() as isize;
        let next = (at + by).rem_euclid(GRANTS.len() as isize) as usize;
        self.grant = GRANTS.get(next).copied().unwrap_or_default();
        self.chosen = 0;
    }

    /// What the form says, as the value of the directive.
    ///
    /// # Errors
    /// For a value that the directive cannot hold.
    pub fn directive(&self) -> Result<String, String> {
        let grant = match self.grant {
            Grant::ClientCredentials => "client_credentials",
            Grant::AuthorizationCode => "authorization_code",
            Grant::DeviceCode => "device_code",
            Grant::RefreshToken => "refresh_token",
            Grant::Password => "password",
            Grant::TokenExchange => "token_exchange",
        };
        let mut directive = format!("oauth2 grant={grant}");
        for (field, editor) in self.fields() {
            let value = editor.text().trim();
            let needs_quotes = value.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
            let quote = match (needs_quotes, value.contains('"'), value.contains('\'')) {
                (false, ..) => "",
                (true, false, _) => "\"",
                (true, true, false) => "'",
                (true, true, true) => return Err(format!("the {} has both kinds of quotes: use a {{{{variable}}}}", field.label().0)),
            };
            if !value.is_empty() {
                directive.push_str(&format!(" {}={quote}{value}{quote}", field.name()));
            }
        }
        Ok(directive)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::auth_config::AuthDirective;
    use crate::formats::variables::Variables;

    #[test]
    fn a_claim_is_no_variable_and_no_more_than_a_name() {
        for claim in ["{{client_secret}}", "cli' x", "a \\\"b"] {
            let form = OAuthForm::new(Some(&Object::read(&format!(r#"{{"azp":"{claim}"}}"#))));
            assert!(form.fields().all(|(field, editor)| field != OAuthField::ClientId || editor.text().is_empty()), "{claim}");
        }
    }

    #[test]
    fn the_form_knows_what_the_older_token_says_and_is_read_back() {
        let claims = Object::read(r#"{"azp":"cli","scp":["a","b"]}"#);
        let mut form = OAuthForm::new(Some(&claims));
        form.field_mut().unwrap().insert("https://l/t");
        let directive = form.directive().unwrap();
        assert_eq!(
            directive,
            "oauth2 grant=client_credentials token_url=https://l/t client_id=cli client_secret={{client_secret}} scope=\"a b\""
        );
        let config = AuthDirective::read(&directive).unwrap().config(&Variables::default()).unwrap().config;
        assert_eq!((config.token_url.as_str(), config.scope.as_str(), config.client_id.as_str()), ("https://l/t", "a b", "cli"));
        for value in ["cli's", "say \"x\"", "a b"] {
            form.set(OAuthField::ClientId, value);
            let read = AuthDirective::read(&form.directive().unwrap()).unwrap().config(&Variables::default()).unwrap().config;
            assert_eq!((read.client_id.as_str(), read.client_secret.as_str()), (value, "{{client_secret}}"));
        }
        form.set(OAuthField::ClientId, "'\"");
        assert!(form.directive().unwrap_err().contains("client ID"));
        form.step_kind(1);
        assert_eq!(form.fields().map(|(field, _)| field).nth(1), Some(OAuthField::AuthUrl));
    }
}
