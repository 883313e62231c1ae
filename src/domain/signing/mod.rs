//! Requests that are signed instead of carrying their secret: what was signed, with which key, and when.
//!
//! Reading is tolerant: a part that is missing or malformed leaves its member empty, and every part that is there has its place.

pub mod encoding;
pub mod field;
pub mod oauth1;
pub mod parameters;
pub mod quoted;
pub mod sas;
pub mod shared_key;
pub mod sigv4;
pub mod uri;

use super::request::Request;
use super::span::Span;
use field::Field;
use oauth1::OAuth1;
use parameters::Parameters;
use sas::Sas;
use shared_key::SharedKey;
use sigv4::SigV4;

/// A signed request, by the scheme that signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signed {
    /// AWS Signature Version 4, in the header or presigned.
    Aws(Box<SigV4>),
    /// Azure Storage's Shared Key.
    SharedKey(SharedKey),
    /// A shared access signature.
    Sas(Sas),
    /// OAuth 1.0a.
    OAuth1(OAuth1),
    /// A keyed hash with named parameters: Hawk, `Signature keyId=…`, `HMAC-SHA256 Credential=…`.
    Parameters(Parameters),
}

impl Signed {
    /// What signs the request; `None` when nothing does.
    pub fn read(request: &Request) -> Option<Self> {
        // Once for all of them: an address may be long.
        let query = field::query(request);
        SigV4::read(request, &query)
            .map(|signed| Self::Aws(Box::new(signed)))
            .or_else(|| SharedKey::read(request).map(Self::SharedKey))
            .or_else(|| OAuth1::read(request, &query).map(Self::OAuth1))
            .or_else(|| Parameters::read(request).map(Self::Parameters))
            .or_else(|| Sas::read(request, query).map(Self::Sas))
    }

    /// The id of the key that signed, where it is written as it is.
    pub fn key_id(&self) -> Option<Field> {
        match self {
            Self::Aws(signed) => {
                let (credential, id) = (signed.credential.as_ref()?, signed.scope()?.key_id);
                let span = Span::of(&credential.value, id).filter(|_| credential.raw == credential.value)?;
                let span = span.shifted(credential.span.start);
                Some(Field { raw: id.into(), value: id.into(), part: credential.part, span })
            }
            Self::SharedKey(signed) => signed.account.clone(),
            Self::OAuth1(signed) => signed.get("oauth_consumer_key").cloned(),
            Self::Parameters(signed) => ["id", "keyId", "username", "Credential"].iter().find_map(|name| signed.get(name)).cloned(),
            Self::Sas(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::request::RequestPart;

    fn fields(signed: &Signed) -> Vec<&Field> {
        let members = match signed {
            Signed::Aws(s) => vec![&s.credential, &s.signed_headers, &s.signature, &s.date, &s.expires],
            Signed::SharedKey(s) => vec![&s.account, &s.signature],
            Signed::Sas(s) => return s.fields.iter().map(|(_, field)| field).collect(),
            Signed::OAuth1(s) => return s.fields.iter().map(|(_, field)| field).collect(),
            Signed::Parameters(s) => return s.fields.iter().map(|(_, field)| field).collect(),
        };
        members.into_iter().flatten().collect()
    }

    fn text(request: &Request, part: RequestPart) -> String {
        match part {
            RequestPart::Line => format!("{} {}", request.method, request.url),
            RequestPart::HeaderName(i) => request.headers.0[i].name.clone(),
            RequestPart::HeaderValue(i) => request.headers.0[i].value.clone(),
            RequestPart::Body => request.body.to_string(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn whatever_is_sent_is_read_and_every_part_has_its_place(
            scheme in "(AWS4-HMAC-SHA256|SharedKey|SharedKeyLite|OAuth|Hawk|Signature|hmac|HMAC-SHA256|SharedAccessSignature)",
            value in r#"((Credential|Signature|keyId|id|oauth_signature|oauth_consumer_key|sig|se|sr|mac)?=?"?[a-zé%/+:=" ,&;0-9]{0,8}[,&" ]{0,2}){0,6}"#,
            query in "((X-Amz-Algorithm|X-Amz-Signature|X-Amz-Date|sig|se|sv|oauth_signature)?=?[aé%/+ &#0-9A-F]{0,9}&?){0,6}",
            body in "(oauth_signature=)?[aé%&=+]{0,12}",
        ) {
            let request = Request {
                method: "GET".into(),
                url: format!("https://h.example/é?{query}"),
                headers: [("Authorization", format!("{scheme} {value}")), ("X-Amz-Date", value.clone())].into_iter().collect(),
                body: body.into(), ..Request::default() };
            if let Some(signed) = Signed::read(&request) {
                for field in fields(&signed) {
                    let text = text(&request, field.part);
                    prop_assert_eq!(field.span.cut(&text), Some(field.raw.as_str()));
                }
                if let Some(id) = signed.key_id() {
                    prop_assert_eq!(id.span.cut(&text(&request, id.part)).map(str::to_string), Some(id.raw));
                }
                match &signed {
                    Signed::Aws(s) => drop((s.scope(), s.canonical(&request).map(|c| c.lines()))),
                    Signed::SharedKey(s) => drop(s.string_to_sign(&request)),
                    Signed::OAuth1(s) => drop(s.base_string(&request)),
                    Signed::Parameters(s) => drop(s.hawk_string(&request)),
                    Signed::Sas(s) => drop((s.expires(), s.starts())),
                }
            }
        }
    }
}
