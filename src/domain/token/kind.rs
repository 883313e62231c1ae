//! What kind of token a text is, judging by the text alone, and who can read it.

use serde_json::Value;

use super::jws::Jws;
use super::paseto::Paseto;
use super::sd_jwt::SdJwt;
use super::{opaque, saml};
use crate::domain::json::Object;

pub use super::parsed_token::{ParsedToken, TokenKind};

/// What kind of token a text is. A broken one counts as the kind that was intended.
pub fn recognize(text: &str) -> TokenKind {
    let text = text.trim();
    if text.starts_with('{') {
        let object = Object::read(text);
        if object.get("ciphertext").is_some() {
            return TokenKind::Jwe;
        }
        if object.get("payload").is_some() && (object.get("signature").is_some() || object.get("signatures").is_some()) {
            return TokenKind::Jws;
        }
        return TokenKind::Opaque;
    }
    if Paseto::looks_like(text) {
        return TokenKind::Paseto;
    }
    if saml::looks_like(text) {
        return TokenKind::Saml;
    }
    if SdJwt::looks_like(text) {
        return TokenKind::SdJwt;
    }
    let first = text.split('.').next().unwrap_or_default();
    let dots = text.bytes().filter(|b| *b == b'.').count();
    if dots >= 2 && Jws::looks_like(&format!("{first}.")) {
        let header = jose_header(text);
        return if header.get("enc").is_some() { TokenKind::Jwe } else { TokenKind::Jws };
    }
    if Jws::looks_like(text) { TokenKind::Jws } else { TokenKind::Opaque }
}

/// The first part of a compact token as an object, as far as it can be read.
fn jose_header(text: &str) -> Object {
    let first = text.trim().split('.').next().unwrap_or_default();
    Jws::read(&format!("{first}..")).header
}

/// Reads a token of any kind. Never fails.
pub fn read(text: &str) -> ParsedToken {
    let text = text.trim();
    match recognize(text) {
        TokenKind::Jws => read_jws(text),
        TokenKind::Jwe => read_jwe(text),
        TokenKind::SdJwt => SdJwt::read(text).into_parsed(),
        TokenKind::Paseto => Paseto::read(text).into_parsed(),
        TokenKind::Saml => saml::read(text),
        TokenKind::Opaque => {
            let (what, reader) = opaque::describe(text);
            ParsedToken { kind: TokenKind::Opaque, what, reader, header: None, claims: None, jws: None }
        }
    }
}

fn read_jws(text: &str) -> ParsedToken {
    let jws = compact_of_json(text).map_or_else(|| Jws::read(text), |compact| Jws::read(&compact));
    let what = match jws.header.str("typ") {
        Some(typ) if typ.eq_ignore_ascii_case("JWT") => "a signed JSON Web Token (JWT)".to_string(),
        Some(typ) => format!("a signed JSON Web Token of type {typ:?}"),
        None => "a signed JSON Web Token (JWT)".to_string(),
    };
    let reader = "anyone who has it can read it; anyone who has the key can verify it".into();
    ParsedToken { kind: TokenKind::Jws, what, reader, header: Some(jws.header.clone()), claims: Some(jws.claims.clone()), jws: Some(jws) }
}

fn read_jwe(text: &str) -> ParsedToken {
    let protected = Object::read(text).str("protected").map(str::to_string);
    let header = jose_header(protected.as_deref().unwrap_or(text));
    let word = |name: &str| header.str(name).unwrap_or("?").to_string();
    let what = format!("an encrypted JSON Web Token (JWE): key by {}, content by {}", word("alg"), word("enc"));
    let key = header.get("kid").map_or_else(String::new, |kid| format!(" {kid}"));
    let reader = match header.str("alg") {
        Some("dir" | "A128KW" | "A192KW" | "A256KW") => format!("only its issuer and the API it is for, who share the key{key}"),
        _ => format!("only the API it is for, which has the private key{key}; a client passes it on unread"),
    };
    ParsedToken { kind: TokenKind::Jwe, what, reader, header: Some(header), claims: None, jws: None }
}

/// The compact form of a JWS in JSON serialization with one signature (RFC 7515 section 7.2); of several, the first.
pub fn compact_of_json(text: &str) -> Option<String> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let object = Object::read(text.trim());
    let payload = object.str("payload")?;
    let first = object.get("signatures").and_then(Value::as_array).and_then(|list| list.first());
    let part = |name: &str| match first {
        Some(entry) => entry.get(name).and_then(Value::as_str),
        None => object.str(name),
    };
    Some(format!("{}.{payload}.{}", part("protected").unwrap_or_default(), part("signature").unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const JWS: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln";

    #[test]
    fn each_kind_is_told_from_its_text() {
        for (text, kind) in [
            (JWS, TokenKind::Jws),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0", TokenKind::Jws),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln.x", TokenKind::Jws),
            ("eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.a.b.c.d", TokenKind::Jwe),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln~WyJzYWx0IiwibmFtZSIsIkFkYSJd~", TokenKind::SdJwt),
            ("v4.public.eyJzdWIiOiJhIn0", TokenKind::Paseto),
            ("<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"/>", TokenKind::Saml),
            (r#"{"payload":"YQ","protected":"e30","signature":"YQ"}"#, TokenKind::Jws),
            (r#"{"protected":"e30","ciphertext":"YQ"}"#, TokenKind::Jwe),
            ("ghp_abc", TokenKind::Opaque),
            ("", TokenKind::Opaque),
            ("a.b.c", TokenKind::Opaque),
        ] {
            assert_eq!(recognize(text), kind, "{text}");
        }
    }

    #[test]
    fn a_jwe_says_who_has_the_key() {
        let reading = read("eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00iLCJraWQiOiJrMSJ9.a.b.c.d");
        assert_eq!(reading.what, "an encrypted JSON Web Token (JWE): key by RSA-OAEP, content by A256GCM");
        assert!(reading.reader.contains("private key \"k1\""), "{}", reading.reader);
    }

    #[test]
    fn the_json_serialization_has_a_compact_form() {
        let general = r#"{"payload":"cA","signatures":[{"protected":"aA","signature":"cw"}]}"#;
        assert_eq!(compact_of_json(general).as_deref(), Some("aA.cA.cw"));
        assert_eq!(compact_of_json(r#"{"payload":"cA","protected":"aA","signature":"cw"}"#).as_deref(), Some("aA.cA.cw"));
        assert_eq!(compact_of_json(JWS), None);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(128))]
        #[test]
        fn no_text_makes_reading_panic(text in "\\PC{0,80}", start in proptest::sample::select(vec!["", "eyJ", "v4.public.", "<", "{\"payload\":", "eyJhbGciOiJIUzI1NiJ9.e30.a~"])) {
            read(&format!("{start}{text}"));
        }
    }
}
