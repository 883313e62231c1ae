//! Renewing the token of a request: what is asked, what runs, what came of it.

use std::sync::Arc;

use jiff::Timestamp;

use crate::app::dialogs::comparison::ComparisonState;
use crate::app::ids::{RequestId, SendId};
use crate::app::keymap::KeyContext;
use crate::domain::oauth::{Authorization, DeviceCode, OAuthConfig, Obtaining, TokenSet, client_assertion, device_request, token_request};
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::secrecy::{self, echo::Echoes};
use crate::domain::token::dpop::DpopKey;

/// Shorter secrets are hidden only where they stand by themselves: they are parts of words.
const SHORTEST_HIDDEN: usize = 6;

/// A renewal in its dialog.
#[derive(Clone, Debug)]
pub struct Renewal {
    /// The request whose token is renewed.
    pub request: RequestId,
    /// The environment that the token is for.
    pub environment: String,
    pub config: OAuthConfig,
    /// The key that the token is to be bound to.
    pub proving: Option<Proving>,
    pub step: RenewalStep,
    /// What to say, in paragraphs.
    pub about: Vec<String>,
    /// The secrets of the configuration, of what was sent and of what came: what the server says may repeat them.
    pub echoes: Echoes,
    /// These secrets themselves.
    pub known: Vec<String>,
}

/// A key that is proved to the authorization server (RFC 9449 section 5).
#[derive(Clone, Debug)]
pub struct Proving {
    key: Arc<DpopKey>,
    /// The last nonce of the server.
    nonce: Option<String>,
    /// The request was sent once more, with the nonce that was asked for.
    is_again: bool,
}

impl Proving {
    /// What the token is bound to.
    pub fn thumbprint(&self) -> &str {
        &self.key.thumbprint
    }

    pub const fn by(key: Arc<DpopKey>) -> Self {
        Self { key, nonce: None, is_again: false }
    }
}

/// How far it is.
#[derive(Clone, Debug)]
pub enum RenewalStep {
    /// The user is asked.
    Asking(Obtaining),
    /// A request to the authorization server runs.
    Sending { id: SendId, what: TokenStep, since: Timestamp },
    /// A server of this machine is started for the browser to come back to, or waits for it.
    Browser {
        id: SendId,
        /// The login; `None` until the address to come back to is known.
        authorization: Option<Authorization>,
    },
    /// The user logs in on another device, and the next question waits for its time.
    Device {
        id: SendId,
        code: DeviceCode,
        /// Seconds between two questions.
        interval: u64,
    },
    /// It came to nothing. After a refresh token was refused, the grant of the configuration may still do.
    Failed { was_refresh: bool },
    /// There is a token.
    Done {
        tokens: Box<TokenSet>,
        /// The new one and the old one side by side, if both can be read.
        comparison: Option<Box<ComparisonState>>,
    },
}

/// What a request of a renewal is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenStep {
    /// The tokens themselves.
    Tokens(Obtaining),
    /// A device code.
    DeviceCode,
    /// The question whether the user has logged in on the other device.
    Poll { code: DeviceCode, interval: u64 },
}

impl RenewalStep {
    /// The context whose keys act in it.
    pub const fn context(&self) -> KeyContext {
        match self {
            Self::Asking(_) => KeyContext::Renewing,
            Self::Browser { authorization: Some(_), .. } | Self::Device { .. } => KeyContext::LoggingIn,
            Self::Sending { what: TokenStep::Poll { .. }, .. } => KeyContext::LoggingIn,
            Self::Browser { authorization: None, .. } | Self::Sending { .. } => KeyContext::RenewalRunning,
            Self::Failed { .. } => KeyContext::RenewalFailed,
            Self::Done { .. } => KeyContext::Renewed,
        }
    }
}

impl Renewal {
    /// A text without secrets. These are known to be some, also where one is a word.
    pub fn hidden(&self, text: &str) -> String {
        let hidden = secrecy::replace(text, &self.echoes.find(text), |_| "…".to_string());
        let long = self.known.iter().filter(|secret| secret.len() >= SHORTEST_HIDDEN);
        long.fold(hidden, |hidden, secret| hidden.replace(secret.as_str(), "…"))
    }

    /// Learns the secrets that a request to the authorization server and its answer have.
    pub fn learn(&mut self, more: impl IntoIterator<Item = String>) {
        let config = &self.config;
        let own = [&config.client_secret, &config.password, &config.refresh_token, &config.subject_token, &config.client_key];
        let own = own.into_iter().filter(|secret| !secret.is_empty()).cloned();
        self.known.extend(own.chain(more).filter(|secret| !secret.is_empty()));
        self.known.sort();
        self.known.dedup();
        self.echoes = Echoes::new(self.known.clone());
    }

    /// The request of a step; `id` is that of its send.
    ///
    /// # Errors
    /// Why a key cannot sign, as a sentence.
    pub fn request_for(&self, what: &TokenStep, id: SendId, now: Timestamp) -> Result<Request, String> {
        let config = &self.config;
        let endpoint = if *what == TokenStep::DeviceCode { &config.device_url } else { &config.token_url };
        let assertion = client_assertion(config, endpoint, now, &format!("{}-{}", now.as_nanosecond(), id.0))?;
        let assertion = assertion.as_deref();
        let mut request = match what {
            TokenStep::Tokens(by) => token_request(config, by, assertion),
            TokenStep::DeviceCode => return Ok(device_request(config, assertion)),
            TokenStep::Poll { code, .. } => token_request(config, &Obtaining::Device(code.device_code.clone()), assertion),
        };
        if let Some(proving) = &self.proving {
            request.headers.push("DPoP", proving.key.prove(&request, None, proving.nonce.as_deref(), now)?);
        }
        Ok(request)
    }

    /// Keeps the nonce of an answer. True if the server asks for it, and the request is to be sent again with it: once.
    pub fn takes_nonce(&mut self, answer: &Response) -> bool {
        let Some(proving) = &mut self.proving else { return false };
        let given = answer.headers.get("dpop-nonce").map(String::from);
        let asks = !answer.is_success() && answer.body.contains("use_dpop_nonce");
        proving.is_again = asks && given.is_some() && !proving.is_again;
        proving.nonce = given.or(proving.nonce.take());
        proving.is_again
    }

    /// True if the new and the old token are shown side by side.
    pub const fn has_page(&self) -> bool {
        matches!(self.step, RenewalStep::Done { comparison: Some(_), .. })
    }

    /// The send, server or timer that runs for it.
    pub const fn running(&self) -> Option<SendId> {
        match &self.step {
            RenewalStep::Sending { id, .. } | RenewalStep::Browser { id, .. } | RenewalStep::Device { id, .. } => Some(*id),
            _ => None,
        }
    }
}
