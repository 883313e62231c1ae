//! What the system's keyring is asked for.

use crate::domain::exchange::Certificates;
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
