//! PASETO: `v4.public.…` and its kin. The payload of a public one is signed and readable, of a local one encrypted.

use super::encoding::any_base64;
use super::parsed_token::{ParsedToken, TokenKind};
use crate::domain::json::Object;

/// The parts of a PASETO.
#[derive(Clone, Debug, PartialEq)]
pub struct Paseto {
    /// `v1` to `v4`.
    pub version: String,
    /// `local` (encrypted) or `public` (signed).
    pub purpose: String,
    /// The claims of a public one.
    pub claims: Option<Object>,
    /// The footer as text, when there is one that is text.
    pub footer: Option<String>,
}

impl Paseto {
    /// True for a text that begins with a version and a purpose.
    pub fn looks_like(text: &str) -> bool {
        let mut parts = text.splitn(3, '.');
        let version = parts.next().is_some_and(|v| matches!(v, "v1" | "v2" | "v3" | "v4"));
        version && parts.next().is_some_and(|p| matches!(p, "local" | "public")) && parts.next().is_some()
    }

    /// Reads a text. Never fails.
    pub fn read(text: &str) -> Self {
        let mut parts = text.split('.');
        let version = parts.next().unwrap_or_default().to_string();
        let purpose = parts.next().unwrap_or_default().to_string();
        let body = parts.next().and_then(any_base64).unwrap_or_default();
        let footer = parts.next().and_then(any_base64).and_then(|bytes| String::from_utf8(bytes).ok());
        // The signature follows the message without a separator; its length is the version's.
        let signature = match version.as_str() {
            "v1" => 256,
            "v3" => 96,
            _ => 64,
        };
        let message = body.len().checked_sub(signature).and_then(|end| body.get(..end)).unwrap_or_default();
        let claims = (purpose == "public").then(|| Object::read(&String::from_utf8_lossy(message)));
        Self { version, purpose, claims, footer }
    }

    pub(super) fn into_parsed(self) -> ParsedToken {
        let footer = self.footer.as_ref().map_or_else(String::new, |f| format!(", footer {f:?}"));
        let what = format!("a PASETO, {} {}{footer}", self.version, self.purpose);
        let reader = if self.purpose == "public" {
            "anyone can read it; the issuer's public key verifies it. An API that expects a JWT does not accept it"
        } else {
            "only those who share the issuer's secret key. An API that expects a JWT does not accept it"
        };
        ParsedToken { kind: TokenKind::Paseto, what, reader: reader.into(), header: None, claims: self.claims, jws: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test vector 4-S-1 of the PASETO specification.
    const V4: &str = "v4.public.eyJkYXRhIjoidGhpcyBpcyBhIHNpZ25lZCBtZXNzYWdlIiwiZXhwIjoiMjAyMi0wMS0wMVQwMDowMDowMCswMDowMCJ9bg_XBBzds8lTZShVlwwKSgeKpLT3yukTw6JUz3W4h_ExsQV-P0V54zemZDcAxFaSeef1QlXEFtkqxT1ciiQEDA";

    #[test]
    fn the_claims_of_a_public_one_are_read_without_the_signature() {
        let paseto = Paseto::read(V4);
        let claims = paseto.claims.expect("claims");
        assert_eq!(claims.fault, None);
        assert_eq!(claims.str("exp"), Some("2022-01-01T00:00:00+00:00"));
    }

    #[test]
    fn a_local_one_stays_closed() {
        assert_eq!(Paseto::read("v2.local.AAAA").claims, None);
        assert!(!Paseto::looks_like("v9.local.AAAA"));
    }
}
