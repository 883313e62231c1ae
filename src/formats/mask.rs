//! Secrets in a request that leaves as text: replaced unless asked for.

use crate::domain::headers::Header;
use crate::domain::request::Request;

/// What stands for a secret.
pub const MASK: &str = "***";

/// Words in the name of a header that make its value a credential; misspelled `Authorization` is among them.
const SECRET_WORDS: [&str; 8] = ["auth", "token", "secret", "key", "passw", "session", "signature", "csrf"];

/// Names of parameters, in an address or a form, that carry a credential.
const SECRET_PARAMETERS: [&str; 17] = [
    "access_token",
    "token",
    "id_token",
    "refresh_token",
    "api_key",
    "apikey",
    "api-key",
    "key",
    "password",
    "passwd",
    "secret",
    "client_secret",
    "code",
    "sig",
    "signature",
    "assertion",
    "client_assertion",
];

/// The request with its credentials masked: scheme and parameter names stay, so that the shape can still be read.
pub fn masked(request: &Request) -> Request {
    let mut out = request.clone();
    for header in &mut out.headers.0 {
        header.value = masked_header(header);
    }
    out.url = masked_url(&request.url);
    let kind = request.headers.get("content-type").unwrap_or_default().to_ascii_lowercase();
    out.body = if kind.starts_with("application/x-www-form-urlencoded") {
        masked_pairs(&request.body)
    } else if let Ok(mut json) = serde_json::from_str::<serde_json::Value>(&request.body)
        && mask_json(&mut json)
    {
        json.to_string()
    } else {
        request.body.clone()
    };
    out
}

fn masked_header(header: &Header) -> String {
    if header.is("cookie") {
        let masked = |pair: &str| pair.split_once('=').map_or_else(|| MASK.to_string(), |(name, _)| format!("{name}={MASK}"));
        return header.value.split(';').map(masked).collect::<Vec<_>>().join(";");
    }
    if header.is("referer") {
        return masked_url(&header.value);
    }
    // `:authority` and `WWW-Authenticate` carry no credential.
    let name = header.name.to_ascii_lowercase();
    if !SECRET_WORDS.iter().any(|word| name.contains(word)) || name == ":authority" || name == "www-authenticate" {
        return header.value.clone();
    }
    match header.value.trim().split_once(' ') {
        Some((scheme, _)) if scheme.len() < 16 && scheme.bytes().all(|b| b.is_ascii_alphabetic()) => format!("{scheme} {MASK}"),
        _ if header.value.trim().is_empty() => header.value.clone(),
        _ => MASK.into(),
    }
}

/// An address with its password and the values of telling parameters masked.
pub fn masked_url(url: &str) -> String {
    let (before, query) = url.split_once('?').map_or((url, None), |(b, q)| (b, Some(q)));
    let mut out = before.to_string();
    if let Some(start) = before.find("://").map(|at| at + 3)
        && let Some(rest) = before.get(start..)
        && let Some(at) = rest.split(['/', '#']).next().and_then(|authority| authority.rfind('@'))
    {
        out.replace_range(start..start + at, MASK);
    }
    if let Some(query) = query {
        out.push('?');
        out.push_str(&masked_pairs(query));
    }
    out
}

fn masked_pairs(text: &str) -> String {
    let masked = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if is_secret(name) => format!("{name}={MASK}"),
        _ => pair.to_string(),
    };
    text.split('&').map(masked).collect::<Vec<_>>().join("&")
}

fn is_secret(name: &str) -> bool {
    SECRET_PARAMETERS.iter().any(|secret| name.eq_ignore_ascii_case(secret))
}

/// Masks what is telling by its name, at any depth; true when something was.
fn mask_json(value: &mut serde_json::Value) -> bool {
    let mut found = false;
    match value {
        serde_json::Value::Object(members) => {
            for (name, value) in members {
                if is_secret(name) && value.is_string() {
                    *value = MASK.into();
                    found = true;
                } else {
                    found |= mask_json(value);
                }
            }
        }
        serde_json::Value::Array(items) => {
            for item in items {
                found |= mask_json(item);
            }
        }
        _ => {}
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_credential_is_left_and_the_shape_is() {
        let request = Request {
            method: "POST".into(),
            url: "https://ann:CANARY@h/p?access_token=CANARY&page=2".into(),
            headers: [("Authorization", "Bearer CANARY"), ("Cookie", "a=CANARY; b=CANARY"), ("X-API-Key", "CANARY"), ("Accept", "x")]
                .into_iter()
                .collect(),
            body: "{\"user\":\"ann\",\"password\":\"CANARY\"}".into(),
        };
        let out = masked(&request);
        assert!(!format!("{out:?}").contains("CANARY"), "{out:?}");
        assert_eq!(out.url, "https://***@h/p?access_token=***&page=2");
        assert_eq!(out.headers.get("cookie"), Some("a=***; b=***"));
        assert_eq!(out.body, "{\"user\":\"ann\",\"password\":\"***\"}");
    }
}
