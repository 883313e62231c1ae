//! SD-JWT (RFC 9901): a JWT, then disclosures of single claims, each between tildes, then perhaps a key binding JWT.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::encoding::any_base64;
use super::jws::Jws;
use super::parsed_token::{ParsedToken, TokenKind};

/// One disclosure.
#[derive(Clone, Debug, PartialEq)]
pub struct Disclosure {
    /// Its text between the tildes.
    pub text: String,
    /// The claim's name; `None` for an element of a list.
    pub name: Option<String>,
    /// The claim's value; `None` when it cannot be read.
    pub value: Option<Value>,
    /// The digest that stands for it in the JWT (SHA-256, base64url).
    pub digest: String,
}

/// The parts of an SD-JWT.
#[derive(Clone, Debug, PartialEq)]
pub struct SdJwt {
    /// The JWT that the issuer signed.
    pub jws: Jws,
    /// The disclosures in order.
    pub disclosures: Vec<Disclosure>,
    /// The holder's proof (`kb+jwt`), when it is there.
    pub key_binding: Option<Jws>,
}

impl SdJwt {
    /// True when a text is a JWS followed by a tilde.
    pub fn looks_like(text: &str) -> bool {
        text.split_once('~').is_some_and(|(jws, _)| jws.contains('.') && Jws::looks_like(jws))
    }

    /// Reads a text. Never fails.
    pub fn read(text: &str) -> Self {
        let mut pieces: Vec<&str> = text.split('~').collect();
        let last = pieces.pop().filter(|_| !pieces.is_empty());
        let mut pieces = pieces.into_iter();
        let jws = Jws::read(pieces.next().unwrap_or(text));
        let key_binding = last.filter(|l| !l.is_empty()).map(Jws::read);
        Self { jws, disclosures: pieces.map(disclosure).collect(), key_binding }
    }

    /// As a reading: the disclosed claims are with the others.
    pub(super) fn into_parsed(self) -> ParsedToken {
        let mut claims = self.jws.claims.clone();
        let named: Vec<&str> = self.disclosures.iter().filter_map(|d| d.name.as_deref()).collect();
        let disclosed = if named.is_empty() { String::new() } else { format!(" ({})", named.join(", ")) };
        let binding = if self.key_binding.is_some() { ", with the holder's key binding" } else { "" };
        let what = format!("an SD-JWT (RFC 9901) with {} disclosed claims{disclosed}{binding}", self.disclosures.len());
        for d in &self.disclosures {
            if let (Some(name), Some(value)) = (&d.name, &d.value) {
                claims.add_foreign(name, value.clone());
            }
        }
        ParsedToken {
            kind: TokenKind::SdJwt,
            what,
            reader: "anyone can read what is disclosed; the rest is there as digests; most APIs expect a plain JWT".into(),
            header: Some(self.jws.header.clone()),
            claims: Some(claims),
            jws: Some(self.jws),
        }
    }
}

fn disclosure(text: &str) -> Disclosure {
    let decoded = any_base64(text).and_then(|bytes| serde_json::from_slice::<Vec<Value>>(&bytes).ok()).unwrap_or_default();
    // [salt, name, value] for a member, [salt, value] for an element of a list (section 4.2).
    let (name, value) = match decoded.as_slice() {
        [_, Value::String(name), value] => (Some(name.clone()), Some(value.clone())),
        [_, value] => (None, Some(value.clone())),
        _ => (None, None),
    };
    let digest = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, text.as_bytes()));
    Disclosure { text: text.into(), name, value, digest }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The disclosure of `family_name` in RFC 9901 section 4.2.1.
    const FAMILY_NAME: &str = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0";

    #[test]
    fn a_disclosure_is_decoded_and_has_its_digest() {
        let sd = SdJwt::read(&format!("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln~{FAMILY_NAME}~"));
        assert_eq!(sd.disclosures[0].name.as_deref(), Some("family_name"));
        assert_eq!(sd.disclosures[0].value, Some(Value::from("Möbius")));
        assert_eq!(sd.disclosures[0].digest, "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0");
        assert_eq!(sd.key_binding, None);
        let reading = sd.into_parsed();
        assert_eq!(reading.claims.as_ref().and_then(|c| c.str("family_name")), Some("Möbius"));
        assert!(reading.what.contains("1 disclosed"));
    }
}
