//! Renewing the token of a request: what is asked, what runs, what came of it.

use jiff::Timestamp;

use crate::app::dialogs::comparison::ComparisonState;
use crate::app::ids::{RequestId, SendId};
use crate::app::keymap::KeyContext;
use crate::domain::oauth::{Authorization, DeviceCode, OAuthConfig, Obtaining, TokenSet};
use crate::domain::secrecy::{self, echo::Echoes};

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
    pub step: RenewalStep,
    /// What to say, in paragraphs.
    pub about: Vec<String>,
    /// The secrets of the configuration, of what was sent and of what came: what the server says may repeat them.
    pub echoes: Echoes,
    /// These secrets themselves.
    pub known: Vec<String>,
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
