//! The assertion by which a client says who it is (RFC 7523).

use jiff::Timestamp;
use serde_json::{Map, json};

use super::{ClientAuth, OAuthConfig};
use crate::domain::token::sign::{SigningKey, make};

/// Seconds that an assertion is good for: it is sent at once.
const LIFETIME: i64 = 60;

/// The assertion for an endpoint, where the configuration asks for one; `id` is another one each time.
///
/// # Errors
/// Why the key cannot sign, as a sentence.
pub fn client_assertion(config: &OAuthConfig, endpoint: &str, now: Timestamp, id: &str) -> Result<Option<String>, String> {
    if config.client_auth != ClientAuth::PrivateKeyJwt {
        return Ok(None);
    }
    // A key in a JSON file has its line ends as `\\n` when it was pasted into a text twice.
    let key = config.client_key.replace("\\n", "\n");
    let key = SigningKey::read(key.as_bytes()).map_err(|why| format!("The client's private key {why}"))?;
    let claims = json!({
        "iss": config.client_id,
        "sub": config.client_id,
        "aud": endpoint,
        "iat": now.as_second(),
        "exp": now.as_second().saturating_add(LIFETIME),
        "jti": id,
    });
    make(&Map::new(), &claims.to_string(), &key).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::token::jws::Jws;

    #[test]
    fn the_assertion_names_client_and_endpoint_and_is_signed() {
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap().serialize_pem();
        let config = OAuthConfig {
            client_id: "cli".into(),
            client_auth: ClientAuth::PrivateKeyJwt,
            client_key: key.replace('\n', "\\n"),
            ..OAuthConfig::default()
        };
        let made = client_assertion(&config, "https://login.example/token", Timestamp::UNIX_EPOCH, "1").unwrap().unwrap();
        let claims = Jws::read(&made).claims;
        assert_eq!(
            (claims.str("iss"), claims.str("sub"), claims.str("aud")),
            (Some("cli"), Some("cli"), Some("https://login.example/token"))
        );
        assert_eq!(claims.get("exp").and_then(serde_json::Value::as_i64), Some(60));
        let without = OAuthConfig { client_key: String::new(), ..config.clone() };
        assert!(client_assertion(&without, "https://l", Timestamp::UNIX_EPOCH, "1").unwrap_err().contains("private key is empty"));
        let basic = OAuthConfig { client_auth: ClientAuth::Basic, ..config };
        assert_eq!(client_assertion(&basic, "https://l", Timestamp::UNIX_EPOCH, "1"), Ok(None));
    }
}
