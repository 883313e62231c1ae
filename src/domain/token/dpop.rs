//! DPoP proofs: a request signed with the key that its token is bound to (RFC 9449).

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Map, Value};
use url::Url;

use super::encoding::sha256_base64url;
use super::jwk;
use super::sign::{self, SigningKey};
use crate::domain::request::{Edit, Request};

/// The private key of a client that proves its possession.
#[derive(Debug)]
pub struct DpopKey {
    key: SigningKey,
    jwk: Map<String, Value>,
    /// What a token is bound to (`cnf.jkt`): the RFC 7638 thumbprint, SHA-256, base64url.
    pub thumbprint: String,
}

impl DpopKey {
    /// Reads a private EC or Ed25519 key, in PEM or as a JWK.
    ///
    /// # Errors
    /// Why no proof can be made with it, as the end of a sentence.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let key = SigningKey::read(bytes)?;
        let public = key.public_jwk();
        let jwk = public.as_ref().and_then(Value::as_object).cloned().ok_or("is no private EC or Ed25519 key")?;
        let thumbprint = jwk::read(&jwk).material.thumbprint().ok_or("has no thumbprint")?;
        Ok(Self { key, jwk, thumbprint })
    }

    /// A proof for one request, which is sent with this token, or with none where a token is asked for (section 4.2). `nonce` is
    /// the last one that the server gave (section 8).
    ///
    /// # Errors
    /// Why it cannot be signed, as a sentence.
    pub fn prove(&self, request: &Request, token: Option<&str>, nonce: Option<&str>, at: Timestamp) -> Result<String, String> {
        let mut id = [0; 16];
        rand::fill(&mut id).map_err(|_| "The system has no random numbers")?;
        let mut claims = Map::new();
        claims.insert("jti".into(), URL_SAFE_NO_PAD.encode(id).into());
        claims.insert("htm".into(), request.method.clone().into());
        claims.insert("htu".into(), proved_address(&request.url).into());
        claims.insert("iat".into(), at.as_second().into());
        claims.extend(token.map(|token| ("ath".to_string(), token_hash(token).into())));
        claims.extend(nonce.map(|nonce| ("nonce".to_string(), nonce.into())));
        let mut header = Map::new();
        header.insert("typ".into(), "dpop+jwt".into());
        header.insert("jwk".into(), self.jwk.clone().into());
        sign::make(&header, &Value::Object(claims).to_string(), &self.key)
    }

    /// The edit that puts such a proof into the request, in the place of the one that is there.
    ///
    /// # Errors
    /// As [`Self::prove`].
    pub fn edit(&self, request: &Request, token: Option<&str>, nonce: Option<&str>, at: Timestamp) -> Result<Edit, String> {
        let value = self.prove(request, token, nonce, at)?;
        Ok(match request.headers.all("dpop").next() {
            Some((index, _)) => Edit::HeaderValue { index, value },
            None => Edit::AddHeader { name: "DPoP".into(), value },
        })
    }
}

/// The `ath` of a token.
pub fn token_hash(token: &str) -> String {
    sha256_base64url(token)
}

/// The `htu` of an address: as it goes out, without query and fragment (RFC 9449 section 4.2), and without a login in it.
pub fn proved_address(url: &str) -> String {
    let Ok(mut parsed) = Url::parse(url.trim()) else { return url.split(['?', '#']).next().unwrap_or(url).to_string() };
    parsed.set_query(None);
    parsed.set_fragment(None);
    // Both fail where there is no host, and so no login either.
    let _ = parsed.set_username("");
    let _ = parsed.set_password(None);
    parsed.into()
}

#[cfg(test)]
mod tests {
    use super::super::jws::Jws;
    use super::super::keys::{KeySet, SignatureState, verify};
    use super::*;

    // RFC 8037 appendix A.1 and A.3.
    const ED: &str = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

    #[test]
    fn a_proof_names_request_token_and_nonce_and_verifies_with_its_own_key() {
        let key = DpopKey::read(ED.as_bytes()).unwrap();
        assert_eq!(key.thumbprint, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        let request = Request { method: "GET".into(), url: "https://api.example/a?b=1#c".into(), ..Request::default() };
        let at = "2026-11-23T04:10:30Z".parse().unwrap();
        let proof = Jws::read(&key.prove(&request, Some("token"), Some("n1"), at).unwrap());
        assert_eq!((proof.header.str("typ"), proof.header.str("alg")), (Some("dpop+jwt"), Some("EdDSA")));
        assert_eq!((proof.claims.str("htm"), proof.claims.str("htu")), (Some("GET"), Some("https://api.example/a")));
        assert_eq!(proof.claims.str("ath"), Some("PEaenWxYddN6Q_NT1PiOYfz4EsZu7jRXRlpAsNpBU-A"));
        assert_eq!((proof.claims.str("nonce"), proof.claims.get("iat")), (Some("n1"), Some(&Value::from(1_795_407_030))));
        assert_eq!(verify(&proof, &KeySet::read(ED, "test").unwrap()).state, SignatureState::Valid);
        for (url, proved) in [
            ("https://ann:secret@API.example/a/../b%7e c?x=1#y", "https://api.example/b%7e%20c"),
            ("http://api.example:80", "http://api.example/"),
        ] {
            assert_eq!(proved_address(url), proved);
        }
        // Each is for one request.
        let next = Jws::read(&key.prove(&request, None, None, at).unwrap());
        assert!(next.claims.str("jti").is_some() && next.claims.str("jti") != proof.claims.str("jti"));
        assert!(next.claims.get("ath").is_none() && next.claims.get("nonce").is_none());
    }

    #[test]
    fn a_secret_is_no_key_for_a_proof() {
        assert!(DpopKey::read(b"secret").unwrap_err().contains("is no private EC or Ed25519 key"));
    }
}
