//! How tokens are obtained, where people have it written already: in the environment file of JetBrains' HTTP client
//! (`Security.Auth`), and in the comment directive of resterm (`# @auth oauth2 token_url=…`).

mod directive;
mod environment;

pub use directive::{AuthDirective, Reach};
pub use environment::of_environment;

use crate::domain::oauth::{ChallengeMethod, ClientAuth, Grant, OAuthConfig, Parameter, ParameterUse};
use crate::formats::variables::Variables;

/// A configuration that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadConfig {
    /// What it says, with its variables filled in.
    pub config: OAuthConfig,
    /// The variables in it that have no value, each with the reason as the end of a sentence.
    pub unresolved: Vec<(String, String)>,
}

/// What the members of a configuration are called in both of the notations.
const MEMBERS: [(Member, &str, &str); 15] = [
    (Member::TokenUrl, "token_url", "Token URL"),
    (Member::AuthUrl, "auth_url", "Auth URL"),
    (Member::DeviceUrl, "device_auth_url", "Device Auth URL"),
    (Member::IntrospectionUrl, "introspection_url", "Introspection URL"),
    (Member::RedirectUrl, "redirect_uri", "Redirect URL"),
    (Member::ClientId, "client_id", "Client ID"),
    (Member::ClientSecret, "client_secret", "Client Secret"),
    (Member::ClientKey, "client_key", "Private Key"),
    (Member::ClientAuth, "client_auth", "Client Credentials"),
    (Member::Grant, "grant", "Grant Type"),
    (Member::Scope, "scope", "Scope"),
    (Member::Username, "username", "Username"),
    (Member::Password, "password", "Password"),
    (Member::RefreshToken, "refresh_token", "Refresh Token"),
    (Member::SubjectToken, "subject_token", "Subject Token"),
];

/// A member that both notations have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Member {
    TokenUrl,
    AuthUrl,
    DeviceUrl,
    IntrospectionUrl,
    RedirectUrl,
    ClientId,
    ClientSecret,
    ClientKey,
    ClientAuth,
    Grant,
    Scope,
    Username,
    Password,
    RefreshToken,
    SubjectToken,
}

/// Reads the texts of a configuration into its members.
struct Reader<'v> {
    variables: &'v Variables,
    read: ReadConfig,
}

impl<'v> Reader<'v> {
    fn new(id: &str, variables: &'v Variables) -> Self {
        let config = OAuthConfig { id: id.to_string(), challenge: Some(ChallengeMethod::S256), ..OAuthConfig::default() };
        Self { variables, read: ReadConfig { config, unresolved: Vec::new() } }
    }

    /// A text with its variables filled in.
    fn fill(&mut self, raw: &str) -> String {
        let filled = self.variables.resolve(raw);
        for unresolved in filled.unresolved {
            if !self.read.unresolved.iter().any(|(name, _)| *name == unresolved.name) {
                self.read.unresolved.push((unresolved.name, unresolved.reason.into_owned()));
            }
        }
        filled.text
    }

    /// Sets a member.
    ///
    /// # Errors
    /// When it cannot have that value.
    fn set(&mut self, member: Member, name: &str, raw: &str) -> Result<(), String> {
        let value = self.fill(raw);
        let config = &mut self.read.config;
        match member {
            Member::TokenUrl => config.token_url = value,
            Member::AuthUrl => config.auth_url = value,
            Member::DeviceUrl => config.device_url = value,
            Member::IntrospectionUrl => config.introspection_url = value,
            Member::RedirectUrl => config.redirect_url = value,
            Member::ClientId => config.client_id = value,
            Member::ClientSecret => config.client_secret = value,
            Member::ClientKey => config.client_key = value,
            Member::Scope => config.scope = value,
            Member::Username => config.username = value,
            Member::Password => config.password = value,
            Member::RefreshToken => config.refresh_token = value,
            Member::SubjectToken => config.subject_token = value,
            Member::ClientAuth => {
                config.client_auth = ClientAuth::read(&value)
                    .ok_or_else(|| format!("{name} is {value:?}; basic, body, private_key_jwt, tls_client_auth and none are known"))?;
            }
            Member::Grant => {
                config.grant = Grant::read(&value).ok_or_else(|| {
                    format!(
                        "{name} is {value:?}; known are client credentials, password, authorization code, device authorization, \
                         refresh token and token exchange"
                    )
                })?;
            }
        }
        Ok(())
    }

    fn parameter(&mut self, name: &str, raw: &str, used: ParameterUse) {
        let value = self.fill(raw);
        self.read.config.parameters.push(Parameter { name: name.to_string(), value, used });
    }
}
