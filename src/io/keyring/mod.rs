//! The system's keyring: the Secret Service of a session, Keychain on macOS, Credential Manager on Windows.
//!
//! Reading it may take minutes, since it may ask its user for a password: nothing here may be called on the event loop.

#[cfg(feature = "keyring")]
mod store;
#[cfg(not(feature = "keyring"))]
#[path = "absent.rs"]
mod store;

pub use store::{Keyring, OpenKeyring};

/// What an entry is for. It is known by the name of a service and that of an account, as all keyrings do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// What `{{$keyring NAME}}` stands for; the account is the name. Other programs put it there too, as a password.
    Secret,
    /// Tokens that were obtained.
    Tokens,
}

impl Purpose {
    /// The name of the service.
    pub const fn service(self) -> &'static str {
        match self {
            Self::Secret => "authtui",
            Self::Tokens => "authtui tokens",
        }
    }
}

/// Why an entry cannot have a name; `None` for one that `{{$keyring NAME}}` can mean.
pub fn unusable(name: &str) -> Option<&'static str> {
    let is_odd = |c: char| c.is_control() || matches!(c, '{' | '}');
    match name {
        "" => Some("it is empty"),
        _ if name.trim() != name => Some("it begins or ends with a blank"),
        _ if name.starts_with('%') => Some("% stands before the name of a variable there"),
        _ if name.chars().any(is_odd) => Some("braces and control characters end a variable"),
        _ => None,
    }
}
