//! Asking an issuer for its endpoints and keys.

use jiff::Timestamp;

use crate::app::ids::{RequestId, SendId};
use crate::app::keymap::KeyContext;
use crate::domain::oauth::ServerMetadata;
use crate::domain::secrecy::echo::Echoes;

/// A discovery in its dialog.
#[derive(Clone, Debug)]
pub struct Discovery {
    /// The request that it is for.
    pub request: RequestId,
    pub purpose: Purpose,
    /// The issuer; empty until the resource has named it.
    pub issuer: String,
    pub step: DiscoveryStep,
    /// What to say, in paragraphs.
    pub about: Vec<String>,
}

/// What the issuer is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Its keys.
    Keys,
    /// Where tokens are obtained.
    Endpoints,
    /// What it knows of the token (RFC 7662).
    Introspection,
}

/// How far it is.
#[derive(Clone, Debug)]
pub enum DiscoveryStep {
    /// The user is asked; this would be sent first.
    Asking(Question),
    /// A question runs; these are the secrets in it, which the answer may repeat.
    Sending { id: SendId, question: Question, since: Timestamp, echoes: Echoes },
    /// It came to nothing, or is done: what there is to say is said.
    Ended,
}

/// What is asked next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// The metadata of the resource, at this address.
    Resource(String),
    /// The metadata of the issuer, at the first of these addresses; the others where there is none.
    Issuer(Vec<String>),
    /// The key set.
    Keys(Box<ServerMetadata>),
    /// What it knows of the token, at this address.
    Introspection { url: String, token: String },
}

impl Question {
    /// The address.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Resource(url) | Self::Introspection { url, .. } => Some(url),
            Self::Issuer(urls) => urls.first().map(String::as_str),
            Self::Keys(metadata) => metadata.jwks_uri.as_deref(),
        }
    }
}

impl DiscoveryStep {
    /// The context whose keys act in it.
    pub const fn context(&self) -> KeyContext {
        match self {
            Self::Asking(_) => KeyContext::DiscoveryAsked,
            Self::Sending { .. } => KeyContext::RenewalRunning,
            Self::Ended => KeyContext::DiscoveryEnded,
        }
    }
}
