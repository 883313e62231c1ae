//! What an authorization server says of itself (RFC 8414, OpenID Connect Discovery 1.0), and which one a resource says it trusts
//! (RFC 9728).

use serde_json::{Map, Value};
use url::Url;

use crate::domain::response::Response;
use crate::domain::secrecy::{quoted, replaced_in_url};
use crate::domain::site::is_loopback;

/// What an authorization server says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerMetadata {
    /// Who it is.
    pub issuer: String,
    /// Where its keys are.
    pub jwks_uri: Option<String>,
    /// Its endpoints.
    pub token_endpoint: Option<String>,
    /// For the browser.
    pub authorization_endpoint: Option<String>,
    /// For other devices.
    pub device_authorization_endpoint: Option<String>,
    /// For questions about a token.
    pub introspection_endpoint: Option<String>,
}

/// An address that may be asked for what is to be believed: https, or this machine.
///
/// # Errors
/// Why it may not, as a sentence.
pub fn trusted(address: &str) -> Result<Url, String> {
    let url = Url::parse(address.trim()).map_err(|_| format!("{} is no address", quoted(address)))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!("{} is not asked: it has a login in it", quoted(&replaced_in_url(address, "…"))));
    }
    let is_own = url.scheme() == "http" && url.host_str().is_some_and(is_loopback);
    if url.scheme() == "https" || is_own {
        return Ok(url);
    }
    Err(format!("{} is not asked: only https is", quoted(address)))
}

/// The addresses at which an issuer describes itself, the likeliest first: that of OpenID Connect, which appends, and those of
/// RFC 8414 section 3.1, which insert.
///
/// # Errors
/// If the issuer is no address that may be asked.
pub fn metadata_urls(issuer: &str) -> Result<Vec<String>, String> {
    let url = trusted(issuer)?;
    let base = issuer.trim().split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let path = url.path().trim_end_matches('/');
    let origin = url.origin().ascii_serialization();
    let mut urls = vec![
        format!("{base}/.well-known/openid-configuration"),
        format!("{origin}/.well-known/oauth-authorization-server{path}"),
        format!("{origin}/.well-known/openid-configuration{path}"),
    ];
    urls.dedup();
    Ok(urls)
}

/// The JSON object that an answer is.
pub(super) fn object(answer: &Response) -> Result<Map<String, Value>, String> {
    if !answer.is_success() {
        return Err(format!("the answer is {}", answer.status));
    }
    match serde_json::from_str(&answer.body) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err("the answer is no JSON object".into()),
    }
}

/// Reads the metadata of an authorization server. Its `issuer` must be the one that was asked for, byte by byte (RFC 8414 section
/// 3.3): another one could pass off its keys as this one's.
///
/// # Errors
/// Why it is not believed, as the end of a sentence.
pub fn read_metadata(answer: &Response, issuer: &str) -> Result<ServerMetadata, String> {
    let members = object(answer)?;
    let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_string);
    let said = text("issuer").ok_or("it names no issuer")?;
    if said != issuer {
        return Err(format!("it calls itself {}, not {}: nothing of it is used", quoted(&said), quoted(issuer)));
    }
    // A server elsewhere has no endpoints on this machine.
    let is_here = |address: &str| Url::parse(address).is_ok_and(|url| url.host_str().is_some_and(is_loopback));
    let may_be = |address: &String| trusted(address).is_ok() && (!is_here(address) || is_here(issuer));
    let endpoint = |name: &str| text(name).filter(may_be);
    Ok(ServerMetadata {
        issuer: said,
        jwks_uri: endpoint("jwks_uri"),
        token_endpoint: endpoint("token_endpoint"),
        authorization_endpoint: endpoint("authorization_endpoint"),
        device_authorization_endpoint: endpoint("device_authorization_endpoint"),
        introspection_endpoint: endpoint("introspection_endpoint"),
    })
}

/// Reads which authorization server a resource trusts: the first that it names.
///
/// # Errors
/// Why there is none, as the end of a sentence.
pub fn read_resource_metadata(answer: &Response) -> Result<String, String> {
    let members = object(answer)?;
    let first = members.get("authorization_servers").and_then(Value::as_array).and_then(|all| all.first()).and_then(Value::as_str);
    first.map(str::to_string).ok_or_else(|| "it names no authorization_servers".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        Response { status, body: body.into(), ..Response::default() }
    }

    #[test]
    fn an_issuer_is_looked_up_at_its_well_known_addresses() {
        let urls = metadata_urls("https://login.example/realms/a/").unwrap();
        assert_eq!(
            urls,
            [
                "https://login.example/realms/a/.well-known/openid-configuration",
                "https://login.example/.well-known/oauth-authorization-server/realms/a",
                "https://login.example/.well-known/openid-configuration/realms/a",
            ]
        );
        for other in
            ["http://login.example/", "https://usr:pwd@login.example/", "ftp://login.example/", "login.example", "", "javascript:alert(1)"]
        {
            assert!(metadata_urls(other).is_err(), "{other}");
        }
        assert!(metadata_urls("http://127.0.0.1:8080").is_ok());
    }

    #[test]
    fn only_the_issuer_that_was_asked_for_is_believed() {
        let body = r#"{"issuer":"https://a.example/","jwks_uri":"https://a.example/keys","token_endpoint":"http://a.example/token"}"#;
        let metadata = read_metadata(&answer(200, body), "https://a.example/").unwrap();
        assert_eq!((metadata.jwks_uri.as_deref(), metadata.token_endpoint), (Some("https://a.example/keys"), None));
        for issuer in ["https://a.example", "https://A.example/", "https://b.example/"] {
            assert!(read_metadata(&answer(200, body), issuer).unwrap_err().contains("calls itself"), "{issuer}");
        }
        let here = r#"{"issuer":"https://a.example/","jwks_uri":"http://127.0.0.1/keys"}"#;
        assert_eq!(read_metadata(&answer(200, here), "https://a.example/").unwrap().jwks_uri, None);
        for (status, body) in [(404, "{}"), (200, "<html>"), (200, "[]"), (200, "{}")] {
            assert!(read_metadata(&answer(status, body), "https://a.example/").is_err(), "{body}");
        }
    }

    #[test]
    fn a_resource_names_its_authorization_server() {
        let body = r#"{"resource":"https://api.example","authorization_servers":["https://a.example","https://b.example"]}"#;
        assert_eq!(read_resource_metadata(&answer(200, body)).as_deref(), Ok("https://a.example"));
        assert!(read_resource_metadata(&answer(200, "{}")).is_err());
    }
}
