//! Masking: what leaves the program shows credentials only when asked for.

use std::borrow::Cow;

use super::facts::credential;
use crate::domain::basic::Basic;
use crate::domain::exchange::Exchange;
use crate::domain::headers::Header;
use crate::domain::placeholder::placeholder;
use crate::domain::sensitive;

/// Bytes of the shortest text that is masked wherever it stands; shorter ones would blot out ordinary words, and are masked
/// where a message quotes them.
const SHORTEST: usize = 6;

/// What messages quote with.
const QUOTES: [char; 3] = ['"', '\'', '`'];

/// The secrets of an exchange, and how they are shown.
#[derive(Clone, Debug, Default)]
pub struct Masker {
    secrets: Vec<(String, String)>,
    short: Vec<(String, String)>,
}

impl Masker {
    /// A masker that hides nothing.
    pub fn reveal() -> Self {
        Self::default()
    }

    /// Collects the secrets of an exchange: those of the request and the answer as they stand there and decoded, and those
    /// that are known beside it.
    pub fn of(exchange: &Exchange) -> Self {
        let request = &exchange.request;
        let mut found: Vec<String> = Vec::new();
        for (part, span) in sensitive::in_request(request) {
            let Some(text) = sensitive::cut(request, part, span) else { continue };
            let decoded = credential::decoded(text);
            // Messages quote the last part of a token by itself when they speak of its signature.
            found.extend(text.rsplit_once('.').map(|(_, signature)| signature.to_string()));
            found.extend([text.to_string(), decoded]);
        }
        for (_, h) in request.headers.iter().filter(|(_, h)| sensitive::is_secret_header(&h.name)) {
            let a = credential::Authorization::read(0, &h.value);
            let (core, _) = a.core();
            if a.is("basic") {
                found.extend(Basic::read(core).text().map(|(_, password)| password.to_string()));
            }
            found.push(core.to_string());
        }
        let beside = &exchange.context;
        let set_before = beside.set_cookie.iter().map(|c| &c.set_cookie).chain(beside.previous.iter().flat_map(|p| &p.set_cookie));
        for field in set_before {
            let header = Header { name: "Set-Cookie".into(), value: field.clone() };
            found.extend(sensitive::in_answer_header(&header).into_iter().filter_map(|s| s.cut(field)).map(String::from));
        }
        found.extend(exchange.answer.iter().flat_map(sensitive::texts_of_answer).map(String::from));
        found.extend(beside.password.clone());
        let mut secrets: Vec<(String, String)> =
            found.into_iter().filter(|s| !s.is_empty() && !is_harmless(s)).map(|s| (s.clone(), masked(&s))).collect();
        secrets.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.0.cmp(&b.0)));
        secrets.dedup();
        let short = secrets.split_off(secrets.partition_point(|(secret, _)| secret.len() >= SHORTEST));
        Self { secrets, short }
    }

    /// The text with every secret in it masked.
    pub fn hide<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut out = Cow::Borrowed(text);
        for (secret, mask) in &self.secrets {
            if out.contains(secret.as_str()) {
                out = out.replace(secret.as_str(), mask).into();
            }
        }
        for (secret, mask) in &self.short {
            if out == secret.as_str() {
                return mask.clone().into();
            }
            for quote in QUOTES {
                let quoted = format!("{quote}{secret}{quote}");
                if out.contains(&quoted) {
                    out = out.replace(&quoted, &format!("{quote}{mask}{quote}")).into();
                }
            }
        }
        out
    }
}

/// Placeholders, scheme names and what a cookie is overwritten with are no secrets, and hiding them would hide the finding.
fn is_harmless(text: &str) -> bool {
    placeholder(text).is_some() || credential::is_known_scheme(text) || ["deleted", "removed", "expired"].contains(&text)
}

/// The first letters of a secret, enough to know it again: `eyJh…(412)`; of a short one none.
pub fn masked(secret: &str) -> String {
    let count = secret.chars().count();
    let shown: String = secret.chars().take(if count >= 20 { 4 } else { usize::from(count >= SHORTEST) }).collect();
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

    #[test]
    fn short_ones_are_masked_where_they_are_quoted() {
        let exchange = Exchange {
            request: Request { headers: [("Authorization", "Bearer abc")].into_iter().collect(), ..Request::default() },
            ..Exchange::default()
        };
        let masker = Masker::of(&exchange);
        for (text, hidden) in [
            ("abc", "…(3)"),
            ("the token is \"abc\"", "the token is \"…(3)\""),
            ("`abc` and 'abc'", "`…(3)` and '…(3)'"),
            ("the abc of tokens, abcdef", "the abc of tokens, abcdef"),
        ] {
            assert_eq!(masker.hide(text), hidden);
        }
    }
}
