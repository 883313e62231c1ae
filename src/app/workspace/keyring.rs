//! What the system's keyring is asked for.

use crate::domain::exchange::Certificates;
use crate::domain::secrecy::quoted;
use crate::formats::variables::tokens::TokenKey;

/// Something in the keyring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyringItem {
    /// What `{{$keyring NAME}}` stands for, by its name.
    Secret(String),
    /// The tokens of a configuration.
    Tokens(TokenKey),
}

/// What the keyring has: `None` for no such entry, or why it cannot be read.
pub type KeyringAnswer = Result<Option<String>, String>;

/// Secrets of the keyring that would go to a host for the first time in this session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyringQuestion {
    /// The names of the secrets.
    pub names: Vec<String>,
    /// The origin of the request.
    pub origin: String,
    /// The same as it may be shown: a secret may be a part of it.
    pub shown_origin: String,
    /// What of its certificate is let pass.
    pub certificates: Certificates,
}

impl KeyringQuestion {
    /// What is to be decided.
    pub fn about(&self) -> Vec<String> {
        let names: Vec<String> = self.names.iter().map(|name| format!("“{}”", quoted(name))).collect();
        vec![format!("{} of the system's keyring would go to", names.join(", ")), self.shown_origin.clone()]
    }
}

/// What the keyring is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterKeyring {
    /// Sending the request, as long as it has this text.
    Send { certificates: Certificates, text: u64 },
    /// Sending variants of it.
    TryVariants,
    /// Obtaining its token.
    Renew,
    /// Asking about its token.
    Introspect,
}
