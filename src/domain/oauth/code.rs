//! The login in the browser: the address that it opens, and what comes back (RFC 6749 section 4.1, RFC 7636, RFC 8252).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::{Url, form_urlencoded};

use super::{ChallengeMethod, OAuthConfig, ParameterUse};
use crate::domain::secrecy::quoted;
use crate::domain::token::encoding::sha256_base64url;

/// A login that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// The address for the browser.
    pub url: String,
    /// What comes back with the code, so that no other one is taken.
    pub state: String,
    /// What proves that the code was asked for here.
    pub verifier: Option<String>,
    /// Where the browser comes back to.
    pub redirect_url: String,
}

impl Authorization {
    /// A login with what was drawn at random for it: 32 bytes for the state and 32 for the verifier. The code may be bound to a
    /// key, by its thumbprint (RFC 9449 section 10).
    ///
    /// # Errors
    /// If the authorization endpoint is no address.
    pub fn begin(config: &OAuthConfig, redirect_url: &str, bound_to: Option<&str>, random: &[u8; 64]) -> Result<Self, String> {
        let mut url = Url::parse(config.auth_url.trim()).map_err(|why| format!("The authorization URL cannot be read: {why}"))?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(format!("The authorization URL is not opened: its scheme is {}", quoted(url.scheme())));
        }
        let (first, second) = random.split_at(32);
        let state = URL_SAFE_NO_PAD.encode(first);
        let verifier = config.challenge.map(|_| URL_SAFE_NO_PAD.encode(second));
        let mut pairs = vec![
            ("response_type", "code".to_string()),
            ("client_id", config.client_id.clone()),
            ("redirect_uri", redirect_url.to_string()),
            ("state", state.clone()),
        ];
        if !config.scope.is_empty() {
            pairs.push(("scope", config.scope.clone()));
        }
        if let Some((method, verifier)) = config.challenge.zip(verifier.as_deref()) {
            pairs.push(("code_challenge", challenge(method, verifier)));
            pairs.push(("code_challenge_method", method.name().to_string()));
        }
        pairs.extend(bound_to.map(|thumbprint| ("dpop_jkt", thumbprint.to_string())));
        url.query_pairs_mut().extend_pairs(&pairs).extend_pairs(config.parameters_for(ParameterUse::Authorization));
        Ok(Self { url: url.into(), state, verifier, redirect_url: redirect_url.to_string() })
    }
}

fn challenge(method: ChallengeMethod, verifier: &str) -> String {
    match method {
        ChallengeMethod::Plain => verifier.to_string(),
        ChallengeMethod::S256 => sha256_base64url(verifier),
    }
}

/// What the browser came back with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callback {
    /// The code.
    Code(String),
    /// The server refused; as a sentence.
    Refused(String),
    /// It is not the answer to this login: nothing is done with it, and the login goes on.
    Foreign,
}

/// Reads the query of the address that the browser came back to. Only one with the state of the login is its answer: anybody can
/// send a browser here.
pub fn read_callback(query: &str, state: &str) -> Callback {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let get = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    if get("state") != Some(state) {
        return Callback::Foreign;
    }
    if let Some(error) = get("error") {
        let words = get("error_description").map_or_else(String::new, |words| format!(": {}", quoted(words)));
        return Callback::Refused(format!("The login ended with {}{words}", quoted(error)));
    }
    match get("code").filter(|code| !code.is_empty()) {
        Some(code) => Callback::Code(code.to_string()),
        None => Callback::Refused("The login ended without a code".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_rfc() {
        // RFC 7636 appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(ChallengeMethod::S256, verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn the_address_has_what_the_server_needs() {
        let config = OAuthConfig {
            auth_url: "https://login.example/authorize?tenant=1".into(),
            client_id: "cli".into(),
            scope: "openid a".into(),
            challenge: Some(ChallengeMethod::S256),
            ..OAuthConfig::default()
        };
        let begun = Authorization::begin(&config, "http://127.0.0.1:4711/callback", Some("thumb"), &[7; 64]).unwrap();
        let url = Url::parse(&begun.url).unwrap();
        let get = |name: &str| url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
        assert_eq!(get("tenant").as_deref(), Some("1"));
        assert_eq!(get("redirect_uri").as_deref(), Some("http://127.0.0.1:4711/callback"));
        assert_eq!(get("state"), Some(begun.state.clone()));
        assert_eq!(get("code_challenge"), begun.verifier.as_deref().map(|verifier| challenge(ChallengeMethod::S256, verifier)));
        assert!(begun.verifier.is_some_and(|verifier| verifier.len() == 43));
        for auth_url in ["", "login", "file:///etc/passwd", "javascript:alert(1)"] {
            assert!(Authorization::begin(&OAuthConfig { auth_url: auth_url.into(), ..config.clone() }, "", None, &[7; 64]).is_err());
        }
    }

    #[test]
    fn only_the_answer_to_this_login_counts() {
        assert_eq!(read_callback("code=c%2B1&state=s", "s"), Callback::Code("c+1".into()));
        assert_eq!(read_callback("code=c&state=other", "s"), Callback::Foreign);
        assert_eq!(read_callback("code=c", "s"), Callback::Foreign);
        let refused = read_callback("error=access_denied&error_description=no&state=s", "s");
        assert_eq!(refused, Callback::Refused("The login ended with access_denied: no".into()));
        assert!(matches!(read_callback("state=s&code=", "s"), Callback::Refused(_)));
    }
}
