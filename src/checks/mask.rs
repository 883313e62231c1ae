//! Masking: what leaves the program shows credentials only when asked for.

use super::facts::credential::{self, Carrier};
use crate::domain::basic::Basic;
use crate::domain::exchange::Exchange;

/// Shortest text that is worth masking; shorter ones would blot out ordinary words.
const SHORTEST: usize = 6;

/// The secrets of an exchange, and how they are shown.
#[derive(Clone, Debug, Default)]
pub struct Masker {
    secrets: Vec<(String, String)>,
}

impl Masker {
    /// A masker that hides nothing.
    pub fn reveal() -> Self {
        Self::default()
    }

    /// Collects the secrets of an exchange: credentials, cookies' values, passwords, clients' secrets.
    pub fn of(exchange: &Exchange) -> Self {
        let mut found: Vec<String> = Vec::new();
        for (_, h) in exchange.request.headers.iter() {
            if h.is("authorization") || h.is("proxy-authorization") || credential::is_misspelled_authorization(&h.name) {
                let a = credential::Authorization::read(0, &h.value);
                found.push(a.core().0.to_string());
                found.push(a.credential.clone());
                if a.is("basic") {
                    let basic = Basic::read(a.core().0);
                    if let Some((_, password)) = basic.text() {
                        found.push(password.to_string());
                    }
                }
            } else if h.is("cookie") {
                found.extend(h.value.split(';').filter_map(|p| p.split_once('=')).map(|(_, v)| v.trim().to_string()));
            } else if credential::is_key_header(&h.name) {
                found.push(h.value.clone());
            }
        }
        for other in credential::others(&exchange.request) {
            if other.carrier == Carrier::UserInfo {
                found.extend(other.value.split_once(':').map(|(_, p)| p.to_string()));
            }
            found.push(other.value);
        }
        for (name, value, span) in credential::form(&exchange.request) {
            if ["password", "client_secret", "refresh_token", "code", "code_verifier", "assertion", "client_assertion"]
                .contains(&name.as_str())
            {
                found.push(value);
                found.extend(span.cut(&exchange.request.body).map(str::to_string));
            }
        }
        found.extend(exchange.context.password.clone());
        let mut secrets: Vec<(String, String)> =
            found.into_iter().filter(|s| s.len() >= SHORTEST && !is_harmless(s)).map(|s| (s.clone(), masked(&s))).collect();
        secrets.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.0.cmp(&b.0)));
        secrets.dedup();
        Self { secrets }
    }

    /// The text with every secret in it masked.
    pub fn hide(&self, text: &str) -> String {
        let mut out = text.to_string();
        for (secret, mask) in &self.secrets {
            if out.contains(secret.as_str()) {
                out = out.replace(secret.as_str(), mask);
            }
        }
        out
    }
}

/// Placeholders and scheme names are no secrets, and hiding them would hide the finding.
fn is_harmless(text: &str) -> bool {
    super::credentials::placeholder::placeholder(text).is_some() || credential::is_known_scheme(text)
}

/// The first letters of a secret, enough to know it again: `eyJh…(412)`.
pub fn masked(secret: &str) -> String {
    let count = secret.chars().count();
    let shown: String = secret.chars().take(if count >= 20 { 4 } else { 1 }).collect();
    format!("{shown}…({count})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::request::Request;

    #[test]
    fn credentials_do_not_leave() {
        let exchange = Exchange {
            request: Request {
                url: "https://h.example/?access_token=s3cr3t-in-query".into(),
                headers: [("Authorization", "Bearer abcdefghijklmnopqrstuvwxyz"), ("Cookie", "sid=0123456789")].into_iter().collect(),
                ..Request::default()
            },
            ..Exchange::default()
        };
        let masker = Masker::of(&exchange);
        for text in ["Bearer abcdefghijklmnopqrstuvwxyz", "sid=0123456789", "https://h.example/?access_token=s3cr3t-in-query"] {
            let hidden = masker.hide(text);
            assert!(!hidden.contains("s3cr3t") && !hidden.contains("klm") && !hidden.contains("345"), "{hidden}");
        }
        assert!(masker.hide("Bearer undefined").contains("undefined"));
    }
}
