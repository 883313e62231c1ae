//! Obtaining tokens by OAuth 2.0: what a configuration says, the requests that follow from it, and how their answers are read.
//!
//! Nothing is sent from here. The requests are built by hand and not by a client library: they are shown before they are sent, go out
//! through the same sender as every other one, and their refusals are judged by the same checks.

mod answer;
mod assertion;
mod code;
mod device;
mod discovery;
mod introspection;
mod request;

pub use answer::{TokenSet, read_tokens, refuses_grant};
pub use assertion::client_assertion;
pub use code::{Authorization, Callback, read_callback};
pub use device::{DeviceCode, Poll, read_device_code, read_poll};
pub use discovery::{ServerMetadata, metadata_urls, read_metadata, read_resource_metadata, trusted};
pub use introspection::{Introspection, introspection_request, read_introspection};
pub use request::{Obtaining, device_request, token_request};

/// How a token is obtained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grant {
    /// The client for itself (RFC 6749 section 4.4).
    #[default]
    ClientCredentials,
    /// By the user's password (section 4.3), which OAuth 2.1 has no more.
    Password,
    /// By a login in the browser (section 4.1).
    AuthorizationCode,
    /// By a code that the user types elsewhere (RFC 8628).
    DeviceCode,
    /// By a refresh token (RFC 6749 section 6).
    RefreshToken,
    /// One token for another (RFC 8693).
    TokenExchange,
}

impl Grant {
    /// Its name in a configuration and in a question.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client credentials",
            Self::Password => "password",
            Self::AuthorizationCode => "authorization code",
            Self::DeviceCode => "device code",
            Self::RefreshToken => "refresh token",
            Self::TokenExchange => "token exchange",
        }
    }

    /// Reads any spelling: `Client Credentials`, `client_credentials`, the URN of an extension.
    pub fn read(text: &str) -> Option<Self> {
        let name = text.trim().rsplit(':').next().unwrap_or_default();
        let letters: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        Some(match letters.as_str() {
            "clientcredentials" => Self::ClientCredentials,
            "password" => Self::Password,
            "authorizationcode" | "authcode" => Self::AuthorizationCode,
            "devicecode" | "deviceauthorization" | "device" => Self::DeviceCode,
            "refreshtoken" => Self::RefreshToken,
            "tokenexchange" => Self::TokenExchange,
            _ => return None,
        })
    }
}

/// How the client says who it is at the token endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientAuth {
    /// `Authorization: Basic` (`client_secret_basic`).
    #[default]
    Basic,
    /// In the form (`client_secret_post`); of a public client, its id alone.
    Body,
    /// By an assertion that its private key signs (RFC 7523 section 2.2).
    PrivateKeyJwt,
    /// By its certificate, in the TLS handshake with the server (RFC 8705 section 2); the form has its id alone.
    Certificate,
    /// Not at all.
    None,
}

impl ClientAuth {
    /// Reads `basic`, `in body`, `body`, `post`, `none` and the names of RFC 7591 and RFC 8705.
    pub fn read(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "basic" | "header" | "client_secret_basic" => Some(Self::Basic),
            "in body" | "body" | "post" | "client_secret_post" => Some(Self::Body),
            "jwt" | "private_key_jwt" => Some(Self::PrivateKeyJwt),
            "tls" | "tls_client_auth" | "self_signed_tls_client_auth" => Some(Self::Certificate),
            "none" => Some(Self::None),
            _ => None,
        }
    }
}

/// How the challenge is made of the verifier (RFC 7636 section 4.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChallengeMethod {
    /// Its SHA-256.
    #[default]
    S256,
    /// The verifier itself.
    Plain,
}

impl ChallengeMethod {
    /// The method of a name in a configuration: `plain` in any case, else S256.
    pub fn named(name: &str) -> Self {
        if name.eq_ignore_ascii_case(Self::Plain.name()) { Self::Plain } else { Self::S256 }
    }

    /// Its name in the request.
    pub const fn name(self) -> &'static str {
        match self {
            Self::S256 => "S256",
            Self::Plain => "plain",
        }
    }
}

/// The requests that a parameter of the configuration is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ParameterUse {
    /// All.
    #[default]
    Everywhere,
    /// The one that the browser sends.
    Authorization,
    /// The one to the token endpoint.
    Token,
}

/// A parameter that OAuth itself does not have: `audience`, `resource`, or one of the server's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// What it is sent with.
    pub used: ParameterUse,
}

/// How tokens are obtained, as a file says it. Empty texts are not set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OAuthConfig {
    /// The name by which requests refer to it.
    pub id: String,
    /// How a token is obtained.
    pub grant: Grant,
    /// The token endpoint.
    pub token_url: String,
    /// The authorization endpoint.
    pub auth_url: String,
    /// The device authorization endpoint.
    pub device_url: String,
    /// The introspection endpoint.
    pub introspection_url: String,
    /// Where the browser is sent back to; a loopback address, with a free port where none is named.
    pub redirect_url: String,
    /// The client.
    pub client_id: String,
    /// Its secret; a public client has none.
    pub client_secret: String,
    /// Its private key, as PEM or JWK, for an assertion.
    pub client_key: String,
    /// How it says who it is.
    pub client_auth: ClientAuth,
    /// The scopes, separated by spaces.
    pub scope: String,
    /// The user of the password grant.
    pub username: String,
    /// The user's password.
    pub password: String,
    /// A refresh token from elsewhere.
    pub refresh_token: String,
    /// The token to exchange.
    pub subject_token: String,
    /// Whether, and how, the authorization code is bound to this client (RFC 7636).
    pub challenge: Option<ChallengeMethod>,
    /// Further parameters.
    pub parameters: Vec<Parameter>,
    /// Whether the ID token is sent in the place of the access token.
    pub uses_id_token: bool,
}

impl OAuthConfig {
    /// What the grant needs and the configuration does not have, as RFC 6749 and RFC 8628 call it.
    pub fn missing(&self) -> Vec<&'static str> {
        let needs: &[(&'static str, &str)] = match self.grant {
            Grant::ClientCredentials => &[("the token URL", &self.token_url), ("the client ID", &self.client_id)],
            Grant::Password => &[("the token URL", &self.token_url), ("the user name", &self.username), ("the password", &self.password)],
            Grant::AuthorizationCode => {
                &[("the authorization URL", &self.auth_url), ("the token URL", &self.token_url), ("the client ID", &self.client_id)]
            }
            Grant::DeviceCode => &[
                ("the device authorization URL", &self.device_url),
                ("the token URL", &self.token_url),
                ("the client ID", &self.client_id),
            ],
            Grant::RefreshToken => &[("the token URL", &self.token_url), ("the refresh token", &self.refresh_token)],
            Grant::TokenExchange => &[("the token URL", &self.token_url), ("the subject token", &self.subject_token)],
        };
        needs.iter().filter(|(_, value)| value.trim().is_empty()).map(|(name, _)| *name).collect()
    }

    /// The parameters for one kind of request.
    fn parameters_for(&self, used: ParameterUse) -> impl Iterator<Item = (&str, &str)> {
        let fits = move |parameter: &&Parameter| parameter.used == used || parameter.used == ParameterUse::Everywhere;
        self.parameters.iter().filter(fits).map(|parameter| (parameter.name.as_str(), parameter.value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_known_in_every_spelling() {
        for (text, grant) in [
            ("Client Credentials", Grant::ClientCredentials),
            ("client_credentials", Grant::ClientCredentials),
            ("Device Authorization", Grant::DeviceCode),
            ("urn:ietf:params:oauth:grant-type:device_code", Grant::DeviceCode),
            ("urn:ietf:params:oauth:grant-type:token-exchange", Grant::TokenExchange),
            ("authorization_code", Grant::AuthorizationCode),
        ] {
            assert_eq!(Grant::read(text), Some(grant), "{text}");
        }
        assert_eq!(Grant::read("implicit"), None);
    }

    #[test]
    fn what_a_grant_lacks_is_named() {
        let config = OAuthConfig { grant: Grant::DeviceCode, client_id: "cli".into(), ..OAuthConfig::default() };
        assert_eq!(config.missing(), ["the device authorization URL", "the token URL"]);
        let config = OAuthConfig { token_url: "https://a/t".into(), client_id: "cli".into(), ..OAuthConfig::default() };
        assert!(config.missing().is_empty());
    }
}
