//! SAML assertions and responses, as XML or base64 of it: named, with issuer, audience and times where they are.

use serde_json::Value;

use super::encoding::any_base64;
use super::parsed_token::{ParsedToken, TokenKind};
use crate::domain::json::Object;

/// True for SAML's XML, or base64 of it.
pub fn looks_like(text: &str) -> bool {
    xml(text).is_some()
}

fn xml(text: &str) -> Option<String> {
    // Base64 of `<` always begins with P; looking further would decode every opaque token.
    let xml = match text.chars().next()? {
        '<' => text.to_string(),
        'P' => String::from_utf8(any_base64(text)?).ok()?,
        _ => return None,
    };
    (xml.trim_start().starts_with('<') && (xml.contains("SAML:") || xml.contains("Assertion"))).then_some(xml)
}

/// Reads what a person asks first. The XML is searched, not parsed: nothing here decides anything by it.
pub(super) fn read(text: &str) -> ParsedToken {
    let xml = xml(text).unwrap_or_default();
    let version = if xml.contains("SAML:1") { "1.1" } else { "2.0" };
    let root = if xml.contains("Response") && !xml.trim_start().starts_with("<saml:Assertion") { "response" } else { "assertion" };
    let mut claims = Object::default();
    for (name, value) in [
        ("Issuer", element(&xml, "Issuer")),
        ("Audience", element(&xml, "Audience")),
        ("NameID", element(&xml, "NameID")),
        ("NotBefore", attribute(&xml, "NotBefore")),
        ("NotOnOrAfter", attribute(&xml, "NotOnOrAfter")),
    ] {
        if let Some(value) = value {
            claims.add_foreign(name, Value::String(value));
        }
    }
    let what = format!("a SAML {version} {root}{}", if xml.contains("EncryptedAssertion") { ", encrypted" } else { "" });
    let reader = "the service that it was made for; an API that expects a JWT does not accept it (RFC 7522 exchanges one for the other)";
    ParsedToken { kind: TokenKind::Saml, what, reader: reader.into(), header: None, claims: Some(claims), jws: None }
}

/// Text of the first element with this local name.
fn element(xml: &str, name: &str) -> Option<String> {
    let mut rest = xml;
    while let Some(open) = rest.find('<') {
        rest = rest.get(open + 1..)?;
        let tag = rest.get(..rest.find('>')?)?;
        let local = tag.split([' ', '\t', '\r', '\n', '/']).next().unwrap_or_default();
        if local.rsplit(':').next() == Some(name) && !tag.ends_with('/') {
            let content = rest.get(tag.len() + 1..)?;
            let text = content.get(..content.find('<')?)?.trim();
            return Some(text.to_string());
        }
    }
    None
}

/// Value of the first attribute with this name.
fn attribute(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!(" {name}="))?;
    let quote = rest.chars().next().filter(|q| matches!(q, '"' | '\''))?;
    rest.get(1..)?.split(quote).next().map(str::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;

    const XML: &str = r#"<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"><saml2:Issuer>https://idp.example</saml2:Issuer><saml2:Conditions NotBefore="2026-01-01T00:00:00Z" NotOnOrAfter="2026-01-01T01:00:00Z"><saml2:Audience>urn:api</saml2:Audience></saml2:Conditions></saml2:Assertion>"#;

    #[test]
    fn xml_and_its_base64_are_read_alike() {
        let base64 = base64::engine::general_purpose::STANDARD.encode(XML);
        for text in [XML, base64.as_str()] {
            assert!(looks_like(text));
            let claims = read(text).claims.expect("claims");
            assert_eq!(claims.str("Issuer"), Some("https://idp.example"));
            assert_eq!(claims.str("Audience"), Some("urn:api"));
            assert_eq!(claims.str("NotOnOrAfter"), Some("2026-01-01T01:00:00Z"));
        }
    }

    #[test]
    fn other_markup_is_no_saml() {
        assert!(!looks_like("<html></html>"));
        assert!(!looks_like("Password1"));
    }
}
