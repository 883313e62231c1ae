//! What a token is for.

use serde::Deserialize;

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenUse {
    /// For calling an API.
    Access,
    /// For the client alone: it says who logged in.
    Id,
    /// For getting a new access token.
    Refresh,
    /// A logout token or security event.
    Logout,
    /// Its members do not say.
    Unknown,
}

impl TokenUse {
    /// The words for it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Access => "an access token",
            Self::Id => "an ID token: it tells the client who logged in, and is not for calling an API",
            Self::Refresh => "a refresh token: it is exchanged for an access token, and is not for calling an API",
            Self::Logout => "a logout token or security event: not for calling an API",
            Self::Unknown => "",
        }
    }
}
