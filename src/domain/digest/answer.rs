//! The credentials that answer a challenge (RFC 7616 section 3.4).

use super::{Algorithm, DigestChallenge, DigestCredentials, NotComputable};
use crate::domain::request::Request;

impl DigestChallenge {
    /// The value of `Authorization` for a user and a request: the first use of this nonce.
    ///
    /// # Errors
    /// When the challenge has no realm or nonce, or its algorithm or qop is not known.
    pub fn answer(&self, username: &str, password: &str, request: &Request) -> Result<String, NotComputable> {
        let algorithm = Algorithm::read(self.algorithm_name()).ok_or_else(|| NotComputable::Algorithm(self.algorithm_name().into()))?;
        let realm = self.realm.as_deref().ok_or(NotComputable::Missing("realm"))?;
        let nonce = self.nonce.as_deref().ok_or(NotComputable::Missing("nonce"))?;
        let target = request.path().split('#').next().unwrap_or_default();
        let qop = match self.qop.iter().find(|qop| qop.eq_ignore_ascii_case("auth")).or(self.qop.first()) {
            Some(qop) if qop.eq_ignore_ascii_case("auth") || qop.eq_ignore_ascii_case("auth-int") => Some(qop.as_str()),
            Some(other) => return Err(NotComputable::Qop(other.clone())),
            None => None,
        };
        let sent_name = if self.user_hash { algorithm.hash.hex(&[username, ":", realm]) } else { username.to_string() };
        let mut parts = vec![
            format!("username={}", quoted(&sent_name)),
            format!("realm={}", quoted(realm)),
            format!("nonce={}", quoted(nonce)),
            format!("uri={}", quoted(target)),
        ];
        parts.extend(self.algorithm.as_ref().map(|algorithm| format!("algorithm={algorithm}")));
        if qop.is_some() || algorithm.session {
            // It is another one for each nonce, and each nonce is used once.
            let client_nonce: String = algorithm.hash.hex(&[nonce, username, target]).chars().take(32).collect();
            parts.push(format!("cnonce={}", quoted(&client_nonce)));
        }
        if let Some(qop) = qop {
            parts.push(format!("nc=00000001, qop={qop}"));
        }
        parts.extend(self.opaque.as_ref().map(|opaque| format!("opaque={}", quoted(opaque))));
        if self.user_hash {
            parts.push("userhash=true".into());
        }
        let without = format!("Digest {}", parts.join(", "));
        let credentials = DigestCredentials::read(&without).unwrap_or_default();
        let response = credentials.expected_response(username, password, &request.method, &request.body)?;
        Ok(format!("{without}, response={}", quoted(&response)))
    }
}

/// A quoted string (RFC 9110 section 5.6.4).
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(url: &str) -> Request {
        Request { method: "GET".into(), url: url.into(), ..Request::default() }
    }

    #[test]
    fn the_answer_holds_against_its_challenge() {
        for (algorithm, qop) in [(None, "auth"), (Some("SHA-256"), "auth,auth-int"), (Some("MD5-sess"), "auth-int"), (None, "")] {
            let params = [("realm", "a \"b\""), ("nonce", "n1"), ("opaque", "o"), ("qop", qop)];
            let challenge = DigestChallenge::from_params(params.into_iter().chain(algorithm.map(|name| ("algorithm", name))));
            let value = challenge.answer("ana", "pw", &request("https://h.example/a?b=1#c")).unwrap();
            let sent = DigestCredentials::read(&value).unwrap();
            assert_eq!((sent.get("uri"), sent.get("realm"), sent.get("opaque")), (Some("/a?b=1"), Some("a \"b\""), Some("o")));
            assert_eq!(sent.expected_response("ana", "pw", "GET", "").ok().as_deref(), sent.get("response"), "{value}");
            assert_eq!(sent.get("nc").is_some(), !qop.is_empty());
        }
    }

    #[test]
    fn what_cannot_be_answered_says_why() {
        let answer =
            |params: &[(&str, &str)]| DigestChallenge::from_params(params.iter().copied()).answer("a", "b", &request("https://h/"));
        assert_eq!(answer(&[("nonce", "n")]), Err(NotComputable::Missing("realm")));
        assert_eq!(answer(&[("realm", "r")]), Err(NotComputable::Missing("nonce")));
        assert_eq!(answer(&[("realm", "r"), ("nonce", "n"), ("algorithm", "SHA-1")]), Err(NotComputable::Algorithm("SHA-1".into())));
        assert_eq!(answer(&[("realm", "r"), ("nonce", "n"), ("qop", "auth-conf")]), Err(NotComputable::Qop("auth-conf".into())));
    }
}
