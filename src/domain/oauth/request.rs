//! The requests to the token endpoint and the device authorization endpoint.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded::{Serializer, byte_serialize};

use super::{ClientAuth, OAuthConfig, ParameterUse};
use crate::domain::headers::Headers;
use crate::domain::request::Request;

/// What a token is obtained by, as far as the configuration does not say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obtaining {
    /// By the configuration's own grant.
    AsConfigured,
    /// By a refresh token of this session.
    Refresh(String),
    /// By the code that the browser brought (RFC 6749 section 4.1.3), with the address that it was sent to and the verifier.
    Code {
        /// The code.
        code: String,
        /// The redirect URL as in the authorization request.
        redirect_url: String,
        /// The PKCE verifier, where one was used.
        verifier: Option<String>,
    },
    /// By the device code (RFC 8628 section 3.4).
    Device(String),
}

/// The request to the token endpoint, with the client's assertion if it has one.
pub fn token_request(config: &OAuthConfig, by: &Obtaining, assertion: Option<&str>) -> Request {
    use super::Grant;
    let mut form = Form::default();
    let scope = |form: &mut Form| form.add_if_set("scope", &config.scope);
    match by {
        Obtaining::Refresh(token) => {
            form.add("grant_type", "refresh_token");
            form.add("refresh_token", token);
        }
        Obtaining::Code { code, redirect_url, verifier } => {
            form.add("grant_type", "authorization_code");
            form.add("code", code);
            form.add("redirect_uri", redirect_url);
            form.add_if_set("code_verifier", verifier.as_deref().unwrap_or_default());
        }
        Obtaining::Device(code) => {
            form.add("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
            form.add("device_code", code);
        }
        Obtaining::AsConfigured => match config.grant {
            Grant::Password => {
                form.add("grant_type", "password");
                form.add("username", &config.username);
                form.add("password", &config.password);
                scope(&mut form);
            }
            Grant::RefreshToken => {
                form.add("grant_type", "refresh_token");
                form.add("refresh_token", &config.refresh_token);
                scope(&mut form);
            }
            Grant::TokenExchange => {
                form.add("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
                form.add("subject_token", &config.subject_token);
                form.add("subject_token_type", "urn:ietf:params:oauth:token-type:access_token");
                scope(&mut form);
            }
            // Those of codes are begun elsewhere.
            Grant::ClientCredentials | Grant::AuthorizationCode | Grant::DeviceCode => {
                form.add("grant_type", "client_credentials");
                scope(&mut form);
            }
        },
    }
    form.add_all(config.parameters_for(ParameterUse::Token));
    form.request(config, &config.token_url, assertion)
}

/// The request for a device code (RFC 8628 section 3.1).
pub fn device_request(config: &OAuthConfig, assertion: Option<&str>) -> Request {
    let mut form = Form::default();
    form.add_if_set("scope", &config.scope);
    form.add_all(config.parameters_for(ParameterUse::Authorization));
    form.request(config, &config.device_url, assertion)
}

/// The fields of a form.
#[derive(Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn add(&mut self, name: &str, value: &str) {
        self.0.push((name.to_string(), value.to_string()));
    }

    fn add_if_set(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.add(name, value);
        }
    }

    /// Adds parameters; one that is there already gets the new value, since no parameter may be there twice (RFC 6749 section 3.2),
    /// except `resource` and `audience` (RFC 8707, RFC 8693).
    fn add_all<'a>(&mut self, parameters: impl Iterator<Item = (&'a str, &'a str)>) {
        let before = self.0.len();
        for (name, value) in parameters {
            match self.0.iter_mut().take(before).find(|(known, _)| known == name) {
                Some((_, known)) => *known = value.to_string(),
                None => self.add(name, value),
            }
        }
    }

    /// The form as a request of the client.
    pub(super) fn request(mut self, config: &OAuthConfig, url: &str, assertion: Option<&str>) -> Request {
        let mut headers = Headers::default();
        headers.push("Content-Type", "application/x-www-form-urlencoded");
        headers.push("Accept", "application/json");
        match config.client_auth {
            ClientAuth::None => {}
            ClientAuth::Certificate => self.add_if_set("client_id", &config.client_id),
            ClientAuth::PrivateKeyJwt => {
                self.add_if_set("client_id", &config.client_id);
                self.add("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
                self.add_if_set("client_assertion", assertion.unwrap_or_default());
            }
            // A public client has nothing for a header.
            ClientAuth::Basic if !config.client_secret.is_empty() => {
                headers.push("Authorization", basic(&config.client_id, &config.client_secret));
            }
            ClientAuth::Basic | ClientAuth::Body => {
                self.add_if_set("client_id", &config.client_id);
                self.add_if_set("client_secret", &config.client_secret);
            }
        }
        let body = Serializer::new(String::new()).extend_pairs(&self.0).finish();
        Request { method: "POST".into(), url: url.to_string(), headers, body: body.into(), ..Request::default() }
    }
}

/// `Basic …` of a client: both parts are form-encoded first (RFC 6749 section 2.3.1).
fn basic(id: &str, secret: &str) -> String {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret))))
}

#[cfg(test)]
mod tests {
    use super::super::{Grant, Parameter};
    use super::*;

    fn config(grant: Grant) -> OAuthConfig {
        OAuthConfig {
            grant,
            token_url: "https://login.example/token".into(),
            device_url: "https://login.example/device".into(),
            client_id: "the cli".into(),
            client_secret: "s:1".into(),
            scope: "read write".into(),
            username: "ana".into(),
            password: "p&w".into(),
            refresh_token: "r1".into(),
            subject_token: "t1".into(),
            ..OAuthConfig::default()
        }
    }

    #[test]
    fn each_grant_has_its_form() {
        for (grant, by, body) in [
            (Grant::ClientCredentials, Obtaining::AsConfigured, "grant_type=client_credentials&scope=read+write"),
            (Grant::Password, Obtaining::AsConfigured, "grant_type=password&username=ana&password=p%26w&scope=read+write"),
            (Grant::RefreshToken, Obtaining::AsConfigured, "grant_type=refresh_token&refresh_token=r1&scope=read+write"),
            (Grant::Password, Obtaining::Refresh("r2".into()), "grant_type=refresh_token&refresh_token=r2"),
            (
                Grant::TokenExchange,
                Obtaining::AsConfigured,
                "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token=t1\
                 &subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token&scope=read+write",
            ),
            (
                Grant::DeviceCode,
                Obtaining::Device("d".into()),
                "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=d",
            ),
            (
                Grant::AuthorizationCode,
                Obtaining::Code { code: "c".into(), redirect_url: "http://127.0.0.1:1/".into(), verifier: Some("v".into()) },
                "grant_type=authorization_code&code=c&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2F&code_verifier=v",
            ),
        ] {
            assert_eq!(token_request(&config(grant), &by, None).body.to_string(), body, "{grant:?}");
        }
    }

    #[test]
    fn the_client_says_who_it_is_as_configured() {
        let sent = |client_auth, secret: &str| {
            let config =
                OAuthConfig { client_auth, client_secret: secret.into(), scope: String::new(), ..config(Grant::ClientCredentials) };
            let request = token_request(&config, &Obtaining::AsConfigured, Some("a.b.c"));
            (request.headers.get("authorization").map(str::to_string), request.body.to_string())
        };
        // RFC 6749 section 2.3.1: `the+cli:s%3A1`.
        let basic = (Some("Basic dGhlK2NsaTpzJTNBMQ==".to_string()), "grant_type=client_credentials".to_string());
        assert_eq!(sent(ClientAuth::Basic, "s:1"), basic);
        assert_eq!(sent(ClientAuth::Basic, ""), (None, "grant_type=client_credentials&client_id=the+cli".into()));
        assert_eq!(sent(ClientAuth::Body, "s:1").1, "grant_type=client_credentials&client_id=the+cli&client_secret=s%3A1");
        assert_eq!(sent(ClientAuth::Certificate, "s:1"), (None, "grant_type=client_credentials&client_id=the+cli".into()));
        assert_eq!(sent(ClientAuth::None, "s:1"), (None, "grant_type=client_credentials".into()));
        assert!(
            sent(ClientAuth::PrivateKeyJwt, "")
                .1
                .ends_with("client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=a.b.c")
        );
    }

    #[test]
    fn parameters_go_where_they_are_for() {
        let parameter = |name: &str, value: &str, used| Parameter { name: name.into(), value: value.into(), used };
        let config = OAuthConfig {
            parameters: vec![
                parameter("audience", "a", ParameterUse::Token),
                parameter("resource", "r1", ParameterUse::Everywhere),
                parameter("resource", "r2", ParameterUse::Everywhere),
                parameter("prompt", "login", ParameterUse::Authorization),
                parameter("scope", "other", ParameterUse::Token),
            ],
            client_auth: ClientAuth::None,
            ..config(Grant::ClientCredentials)
        };
        let body = token_request(&config, &Obtaining::AsConfigured, None).body.to_string();
        assert_eq!(body, "grant_type=client_credentials&scope=other&audience=a&resource=r1&resource=r2");
        assert_eq!(device_request(&config, None).body.to_string(), "scope=read+write&resource=r1&resource=r2&prompt=login");
        assert_eq!(device_request(&config, None).url, "https://login.example/device");
    }
}
