//! A token of any kind, read as far as it can be read without a key.

use super::jws::Jws;
use crate::domain::json::Object;

/// The kinds of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A signed JSON Web Token (RFC 7515, RFC 7519).
    Jws,
    /// An encrypted one (RFC 7516).
    Jwe,
    /// A JWT whose claims are disclosed one by one (RFC 9901).
    SdJwt,
    /// PASETO, version 1 to 4.
    Paseto,
    /// A SAML assertion or response.
    Saml,
    /// Anything that only its issuer can read.
    Opaque,
}

impl TokenKind {
    /// The word for it in the JSON contract.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Jws => "jws",
            Self::Jwe => "jwe",
            Self::SdJwt => "sd-jwt",
            Self::Paseto => "paseto",
            Self::Saml => "saml",
            Self::Opaque => "opaque",
        }
    }
}

/// A token of any kind, read as far as it can be read without a key.
#[derive(Clone, Debug, PartialEq)]
pub struct ParsedToken {
    /// The kind.
    pub kind: TokenKind,
    /// What it is, in one sentence.
    pub what: String,
    /// Who can read it, in one sentence.
    pub reader: String,
    /// The header, where the kind has one.
    pub header: Option<Object>,
    /// The claims, where they can be read.
    pub claims: Option<Object>,
    /// The part that is a JWS, for signature and faults.
    pub jws: Option<Jws>,
}
